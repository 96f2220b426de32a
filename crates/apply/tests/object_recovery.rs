//! Writes to objects that are no policies, and to their parts, whose answers are lost: what is looked up, what is
//! repeated, and that what others wrote meanwhile stays.

#[path = "stub/mod.rs"]
mod stub;

use entrant_apply::{Settings, StepResult, apply};
use entrant_graph::Client;
use entrant_model::{Address, Id, Kind, Reference};
use entrant_plan::{Change, Plan};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stub::{fails, object};

/// What becomes of one write.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// It is done, and the answer comes.
    Done,
    /// It is done, and the answer does not come.
    AnswerLost,
    /// The same, and it shows only at the second look.
    AnswerLostAndLate,
    /// The same, to a caller with catalog roles: what is gone may not be read.
    AnswerLostAndForbidden,
    /// It is not done, and nobody says so.
    RequestLost,
    /// It is not done, nobody says so, and meanwhile somebody else changes the object.
    Overtaken,
    /// It is not done, since Graph asks to wait, and meanwhile somebody else changes the object.
    ThrottledAndOvertaken,
}

/// A tenant of one catalog and one package in it.
struct Tenant {
    catalog: Option<Json>,
    resources: Vec<Json>,
    groups: Vec<Json>,
    fates: VecDeque<Fate>,
    writes: Vec<String>,
    /// Looks at parts that still show them as they were, and how they were.
    late: (usize, Vec<Json>, Vec<Json>),
    package: Option<Json>,
    /// Looks at the package that still bring it, once it is gone.
    shows: usize,
}

impl Tenant {
    fn new(fates: &[Fate]) -> Self {
        Self {
            catalog: Some(catalog("Old")),
            resources: vec![json!({"id": "r0", "originId": "g0", "originSystem": "AadGroup"})],
            groups: Vec::new(),
            fates: fates.iter().copied().collect(),
            writes: Vec::new(),
            late: (0, Vec::new(), Vec::new()),
            package: Some(package()),
            shows: 0,
        }
    }

    fn answer(&mut self, method: &str, path: &str, body: &Json) -> (u16, Json) {
        if method == "GET" {
            return self.read(path);
        }
        if path.ends_with("$batch") {
            return fails(404, "ResourceNotFound");
        }
        self.writes.push(method.to_owned());
        let fate = self.fates.pop_front().unwrap_or(Fate::Done);
        if fate == Fate::AnswerLostAndLate {
            self.late = (1, self.resources.clone(), self.groups.clone());
        }
        if matches!(fate, Fate::Overtaken | Fate::ThrottledAndOvertaken) {
            self.catalog = Some(catalog("Somebody else's"));
        }
        match fate {
            Fate::Done => self.write(method, path, body),
            Fate::AnswerLost | Fate::AnswerLostAndLate | Fate::AnswerLostAndForbidden => {
                self.write(method, path, body);
                fails(504, "GatewayTimeout")
            }
            Fate::RequestLost | Fate::Overtaken => fails(504, "GatewayTimeout"),
            Fate::ThrottledAndOvertaken => fails(429, "TooManyRequests"),
        }
    }

    fn read(&mut self, path: &str) -> (u16, Json) {
        let is_part = path.ends_with("/resources") || path.ends_with("/incompatibleGroups");
        let (resources, groups) = if is_part && self.late.0 > 0 {
            self.late.0 -= 1;
            (&self.late.1, &self.late.2)
        } else {
            (&self.resources, &self.groups)
        };
        match path.rsplit('/').next().unwrap_or_default() {
            "resources" => (200, json!({ "value": resources })),
            "incompatibleGroups" => (200, json!({ "value": groups })),
            "c" => match self.catalog.clone() {
                Some(catalog) => {
                    let held: Vec<&Json> = self.package.iter().collect();
                    (200, with(catalog, "accessPackages", json!(held)))
                }
                None => fails(404, "ResourceNotFound"),
            },
            "ap" if self.package.is_some() => (200, package()),
            "ap" if self.shows > 0 => {
                self.shows -= 1;
                (200, package())
            }
            "ap" => fails(403, "UnAuthorized"),
            _ => fails(404, "ResourceNotFound"),
        }
    }

    fn write(&mut self, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let resource = &body["resource"];
        match (method, path.rsplit('/').next().unwrap_or_default()) {
            // It refuses nothing that is there already, so that a second POST shows.
            ("POST", "resourceRequests") if body["requestType"] == "adminRemove" => {
                self.resources.retain(|one| one["id"] != resource["id"]);
            }
            ("POST", "resourceRequests") => {
                let mut made = resource.clone();
                made["id"] = format!("r{}", self.writes.len()).into();
                self.resources.push(made);
            }
            ("POST", "$ref") => {
                let link = body["@odata.id"].as_str().unwrap_or_default();
                self.groups.push(json!({"id": link.rsplit('/').next(), "displayName": "A group"}));
            }
            ("DELETE", "$ref") => self.groups.clear(),
            ("PATCH", "c") => self.catalog = Some(catalog(body["description"].as_str().unwrap_or_default())),
            ("DELETE", "ap") if self.package.is_some() => self.package = None,
            ("DELETE", "ap") => return fails(403, "UnAuthorized"),
            ("DELETE", "c") if self.catalog.is_some() => self.catalog = None,
            _ => return fails(404, "ResourceNotFound"),
        }
        (204, Json::Null)
    }
}

async fn serve(tenant: Arc<Mutex<Tenant>>) -> Client {
    stub::serve(move |method, path, body| {
        let tenant = Arc::clone(&tenant);
        async move { tenant.lock().expect("the tenant").answer(method.as_str(), &path, &body) }
    })
    .await
}

fn catalog(description: &str) -> Json {
    json!({
        "id": "c", "displayName": "Sales", "description": description, "state": "published",
        "isExternallyVisible": false,
    })
}

fn package() -> Json {
    json!({
        "id": "ap", "displayName": "Marketing", "description": "x", "isHidden": false,
        "catalog": {"id": "c", "displayName": "Sales"},
    })
}

fn with(mut json: Json, member: &str, value: Json) -> Json {
    json[member] = value;
    json
}

/// A change of the catalog or the package: as it was read, and as it shall be.
fn change(kind: Kind, before: &Json, after: Option<&Json>) -> Change {
    let (address, parent) = match kind {
        Kind::Catalog => (Address::of(Kind::Catalog, &[], "Sales"), Id::tenant()),
        _ => (Address::of(Kind::AccessPackage, &["Sales"], "Marketing"), Id::new("c")),
    };
    let holder = Reference::live(Kind::Catalog, parent.as_str());
    let live = stub::live(kind, parent, before);
    stub::change(address, holder, Some(live), after.map(|after| object(kind, after)))
}

/// How the change ends, which writes were sent, and the tenant afterwards.
async fn end_of(change: Change, tenant: Tenant) -> (StepResult, String, Tenant) {
    let tenant = Arc::new(Mutex::new(tenant));
    let client = serve(Arc::clone(&tenant)).await;
    let plan = Plan { changes: vec![change], ..Plan::default() };
    let patience = Settings { read_back: Duration::from_millis(400), poll: Duration::from_millis(10) };
    let mut outcome = apply(&plan, &client, &patience, &|| false, &mut |_| {}).await;
    let mut tenant = tenant.lock().expect("the tenant");
    let left = std::mem::replace(&mut *tenant, Tenant::new(&[]));
    (outcome.steps.remove(0).result, left.writes.join(" "), left)
}

#[tokio::test]
async fn a_resource_is_asked_for_again_only_where_it_does_not_show() {
    use Fate::{AnswerLost, AnswerLostAndLate, Done, RequestLost};
    let group = |id: &str| json!({"@odata.type": "#microsoft.graph.groupResource", "originId": id});
    let before = with(catalog("Old"), "resources", json!([group("g0")]));
    let after = with(catalog("Old"), "resources", json!([group("g0"), group("g1")]));
    for (fates, writes, is_done, count) in [
        (&[Done][..], "POST", true, 2),
        (&[AnswerLost], "POST", true, 2),
        (&[AnswerLostAndLate], "POST", true, 2),
        (&[RequestLost], "POST POST", true, 2),
        (&[RequestLost, AnswerLost], "POST POST", true, 2),
        (&[RequestLost; 9], "POST POST POST POST", false, 1),
    ] {
        let (result, sent, left) =
            end_of(change(Kind::Catalog, &before, Some(&after)), Tenant::new(fates)).await;
        let is_as_expected = (&*sent, result.is_done(), left.resources.len()) == (writes, is_done, count);
        assert!(is_as_expected, "{fates:?}: {sent}, {result:?}, {:?}", left.resources);
    }
}

#[tokio::test]
async fn a_resource_is_asked_to_go_again_only_where_it_still_shows() {
    use Fate::{AnswerLost, AnswerLostAndLate, Done, RequestLost};
    let element =
        json!({"@odata.type": "#microsoft.graph.groupResource", "originId": "g0", "@entrant.id": "r0"});
    let before = with(catalog("Old"), "resources", json!([element]));
    let after = with(catalog("Old"), "resources", json!([]));
    for (fates, writes, is_done) in [
        (&[Done][..], "POST", true),
        (&[AnswerLost], "POST", true),
        (&[AnswerLostAndLate], "POST", true),
        (&[RequestLost], "POST POST", true),
        (&[RequestLost; 9], "POST POST POST POST", false),
    ] {
        let (result, sent, left) =
            end_of(change(Kind::Catalog, &before, Some(&after)), Tenant::new(fates)).await;
        assert_eq!((&*sent, result.is_done()), (writes, is_done), "{fates:?}: {result:?}");
        assert_eq!(left.resources.is_empty(), is_done, "{fates:?}");
    }
}

#[tokio::test]
async fn a_link_is_made_again_only_where_it_does_not_show() {
    use Fate::{AnswerLost, AnswerLostAndLate, Done, RequestLost};
    let before = with(package(), "incompatibleGroups", json!([]));
    let after = with(package(), "incompatibleGroups", json!([{"id": "g1"}]));
    for (fates, writes) in [
        (&[Done][..], "POST"),
        (&[AnswerLost], "POST"),
        (&[AnswerLostAndLate], "POST"),
        (&[RequestLost, AnswerLost], "POST POST"),
    ] {
        let (result, sent, left) =
            end_of(change(Kind::AccessPackage, &before, Some(&after)), Tenant::new(fates)).await;
        assert_eq!((&*sent, result.is_done(), left.groups.len()), (writes, true, 1), "{fates:?}: {result:?}");
    }
}

#[tokio::test]
async fn an_object_is_patched_again_only_while_it_is_as_it_was_read() {
    use Fate::{AnswerLost, Done, Overtaken, RequestLost, ThrottledAndOvertaken};
    for (fates, writes, is_done, now) in [
        (&[Done][..], "PATCH", true, "New"),
        (&[AnswerLost], "PATCH", true, "New"),
        (&[RequestLost, RequestLost], "PATCH PATCH PATCH", true, "New"),
        (&[RequestLost; 9], "PATCH PATCH PATCH PATCH", false, "Old"),
        (&[Overtaken], "PATCH", false, "Somebody else's"),
        (&[ThrottledAndOvertaken], "PATCH", false, "Somebody else's"),
    ] {
        let change = change(Kind::Catalog, &catalog("Old"), Some(&catalog("New")));
        let (result, sent, left) = end_of(change, Tenant::new(fates)).await;
        let catalog = left.catalog.expect("the catalog");
        let is_as_expected =
            (&*sent, result.is_done(), &catalog["description"]) == (writes, is_done, &now.into());
        assert!(is_as_expected, "{fates:?}: {sent}, {result:?}, {catalog}");
    }
}

#[tokio::test]
async fn an_object_is_deleted_again_only_while_it_is_as_it_was_planned() {
    use Fate::{AnswerLost, Done, Overtaken, RequestLost, ThrottledAndOvertaken};
    for (fates, writes, is_done) in [
        (&[Done][..], "DELETE", true),
        (&[AnswerLost], "DELETE", true),
        (&[RequestLost, RequestLost], "DELETE DELETE DELETE", true),
        (&[Overtaken], "DELETE", false),
        (&[ThrottledAndOvertaken], "DELETE", false),
    ] {
        let (result, sent, left) =
            end_of(change(Kind::Catalog, &catalog("Old"), None), Tenant::new(fates)).await;
        assert_eq!((&*sent, result.is_done()), (writes, is_done), "{fates:?}: {result:?}");
        assert_eq!(left.catalog.is_none(), is_done, "{fates:?}");
    }
}

#[tokio::test]
async fn what_a_lost_delete_took_is_gone_for_a_caller_with_catalog_roles() {
    for (shows, writes) in [(0, "DELETE"), (1, "DELETE DELETE")] {
        let tenant = Tenant { shows, ..Tenant::new(&[Fate::AnswerLostAndForbidden]) };
        let (result, sent, left) = end_of(change(Kind::AccessPackage, &package(), None), tenant).await;
        assert!(result.is_done() && left.package.is_none(), "{result:?}");
        assert_eq!(sent, writes);
    }
}
