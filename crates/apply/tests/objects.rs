//! Objects that are no policies, and their parts, where Graph refuses, answers late or not at all: what is sent again, how
//! many at once, and what is believed.

#[path = "stub/mod.rs"]
mod stub;

use axum::http::Method;
use entrant_apply::{Outcome, Settings, StepResult, apply};
use entrant_graph::Client;
use entrant_model::reference::Written;
use entrant_model::{Address, Id, Kind, Reference};
use entrant_plan::{Change, Plan};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use stub::fails;

/// A tenant of connected organizations.
#[derive(Default)]
struct Tenant {
    organizations: Vec<Json>,
    sponsors: Vec<Json>,
    /// Creates under way.
    under_way: usize,
    /// For each create: how many were under way with it.
    company: Vec<usize>,
    /// Creates beside others are conflicts, although nothing is made.
    refuses_company: bool,
    /// After a delete the object is 403, and the list shows it, or is 403 as well.
    forbids: Option<(bool, bool)>,
    is_forbidden: bool,
    /// The first answer to a sponsor that comes is lost, and the list shows nothing for so many reads.
    hides_sponsors: usize,
    adds: usize,
    /// A create of somebody else was first, and shows so long after ours was refused.
    late: Option<Duration>,
    refused: Option<Instant>,
    creates: usize,
}

impl Tenant {
    fn answer(&mut self, method: &Method, path: &str, body: &Json) -> (u16, Json) {
        let parts: Vec<&str> = path.split('/').skip(4).collect();
        match (method.as_str(), parts.as_slice()) {
            ("GET", ["connectedOrganizations"]) => match self.forbids {
                Some((_, true)) if self.is_forbidden => fails(403, "UnAuthorized"),
                _ if self.is_hidden() => (200, json!({ "value": [] })),
                _ => (200, json!({ "value": self.organizations })),
            },
            ("GET", ["connectedOrganizations", id]) => {
                let found = self.organizations.iter().find(|one| one["id"] == *id);
                match found {
                    _ if self.is_forbidden => fails(403, "UnAuthorized"),
                    Some(found) => (200, found.clone()),
                    None => fails(404, "ResourceNotFound"),
                }
            }
            ("DELETE", ["connectedOrganizations", id]) => {
                let (stays, _) = self.forbids.unwrap_or_default();
                self.is_forbidden = self.forbids.is_some();
                self.organizations.retain(|one| stays || one["id"] != *id);
                (204, Json::Null)
            }
            ("GET", ["connectedOrganizations", _, "externalSponsors"]) => {
                let shown =
                    if self.hides_sponsors > 0 && self.adds > 0 { Vec::new() } else { self.sponsors.clone() };
                self.hides_sponsors = self.hides_sponsors.saturating_sub(usize::from(self.adds > 0));
                (200, json!({ "value": shown }))
            }
            ("POST", ["connectedOrganizations", _, "externalSponsors", "$ref"]) => {
                self.adds += 1;
                if !self.sponsors.is_empty() {
                    return fails(400, "Request_BadRequest");
                }
                self.sponsors.push(json!({ "@odata.type": "#microsoft.graph.user", "id": "ana" }));
                if self.hides_sponsors > 0 { fails(504, "GatewayTimeout") } else { (204, Json::Null) }
            }
            ("POST", ["connectedOrganizations"]) if self.late.is_some() => {
                self.creates += 1;
                if self.refused.is_none() {
                    self.refused = Some(Instant::now());
                    self.organizations.push(organization("theirs", &body["displayName"]));
                }
                fails(409, "DuplicateKey")
            }
            ("POST", ["connectedOrganizations"]) => {
                let id = format!("o{}", self.organizations.len());
                self.organizations.push(organization(&id, &body["displayName"]));
                (201, self.organizations.last().cloned().unwrap_or_default())
            }
            _ => fails(404, "ResourceNotFound"),
        }
    }

    fn is_hidden(&self) -> bool {
        self.late.zip(self.refused).is_some_and(|(late, refused)| refused.elapsed() < late)
    }
}

fn organization(id: &str, name: &Json) -> Json {
    json!({ "id": id, "displayName": name, "state": "configured", "identitySources": [] })
}

async fn serve(tenant: Arc<Mutex<Tenant>>) -> Client {
    stub::serve(move |method, path, body| {
        let tenant = Arc::clone(&tenant);
        async move {
            let is_create = method == Method::POST && path.ends_with("connectedOrganizations");
            let had_company = is_create && {
                let mut tenant = tenant.lock().expect("the tenant");
                let company = tenant.under_way;
                tenant.under_way += 1;
                tenant.company.push(company);
                company > 0
            };
            if is_create {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let mut tenant = tenant.lock().expect("the tenant");
            tenant.under_way -= usize::from(is_create);
            if had_company && tenant.refuses_company {
                fails(409, "DuplicateKey")
            } else {
                tenant.answer(&method, &path, &body)
            }
        }
    })
    .await
}

/// A change from this object to that one.
fn change(name: &str, before: Option<&Json>, after: Option<&Json>) -> Change {
    let kind = Kind::ConnectedOrganization;
    let live = before.map(|json| stub::live(kind, Id::tenant(), json));
    let desired = after.map(|json| stub::object(kind, json));
    stub::change(Address::of(kind, &[], name), Reference::tenant(), live, desired)
}

async fn outcome_of(changes: Vec<Change>, tenant: &Arc<Mutex<Tenant>>) -> Outcome {
    outcome_over(changes, &serve(Arc::clone(tenant)).await).await
}

async fn outcome_over(changes: Vec<Change>, client: &Client) -> Outcome {
    let plan = Plan { changes, ..Plan::default() };
    let patience = Settings { read_back: Duration::from_millis(300), poll: Duration::from_millis(10) };
    apply(&plan, client, &patience, &|| false, &mut |_| {}).await
}

fn shared(tenant: Tenant) -> Arc<Mutex<Tenant>> {
    Arc::new(Mutex::new(tenant))
}

#[tokio::test]
async fn what_may_not_be_read_after_a_delete_is_gone_only_where_its_holder_says_so() {
    for (forbids, is_done) in [((false, false), true), ((true, false), false), ((false, true), false)] {
        let there = organization("o", &json!("Fabrikam"));
        let tenant = shared(Tenant {
            organizations: vec![there.clone()],
            forbids: Some(forbids),
            ..Tenant::default()
        });
        let result =
            outcome_of(vec![change("Fabrikam", Some(&there), None)], &tenant).await.steps.remove(0).result;
        assert_eq!(result.is_done(), is_done, "{forbids:?}: {result:?}");
        assert!(is_done || matches!(result, StepResult::Unclear { .. }), "{result:?}");
    }
}

#[tokio::test]
async fn creates_that_are_not_taken_side_by_side_go_one_at_a_time() {
    let tenant = shared(Tenant { refuses_company: true, ..Tenant::default() });
    let names: Vec<String> = (0..12).map(|number| format!("Organization {number:02}")).collect();
    let changes = names.iter().map(|name| change(name, None, Some(&json!({ "displayName": name }))));
    let outcome = outcome_of(changes.collect(), &tenant).await;
    assert!(outcome.is_complete(), "{:?}", outcome.steps);
    let tenant = tenant.lock().expect("the tenant");
    assert_eq!(tenant.organizations.len(), names.len());
    // The first conflicts were told, and from then on each was alone.
    let last_together = tenant.company.iter().rposition(|company| *company > 0).expect("some went together");
    assert!(last_together < 12, "{:?}", tenant.company);
}

#[tokio::test]
async fn a_conflict_that_no_create_of_ours_explains_is_believed_until_what_it_tells_of_shows() {
    let late = Some(Duration::from_millis(200));
    let tenant = shared(Tenant { late, ..Tenant::default() });
    let wanted = json!({ "displayName": "Fabrikam", "state": "configured" });
    let result =
        outcome_of(vec![change("Fabrikam", None, Some(&wanted))], &tenant).await.steps.remove(0).result;
    assert_eq!(result, StepResult::Done { id: Some(Id::new("theirs")) });
    assert_eq!(tenant.lock().expect("the tenant").creates, 1);
}

#[tokio::test]
async fn an_element_that_is_refused_for_being_there_is_waited_for() {
    let mut there = organization("o", &json!("Fabrikam"));
    there["externalSponsors"] = json!([]);
    let tenant =
        shared(Tenant { organizations: vec![there.clone()], hides_sponsors: 6, ..Tenant::default() });
    let sponsors = json!([{ "@odata.type": "#microsoft.graph.user", "id": "ana" }]);
    let wanted = json!({ "displayName": "Fabrikam", "externalSponsors": sponsors });
    let result = outcome_of(vec![change("Fabrikam", Some(&there), Some(&wanted))], &tenant)
        .await
        .steps
        .remove(0)
        .result;
    assert!(result.is_done(), "{result:?}");
    assert_eq!(tenant.lock().expect("the tenant").sponsors.len(), 1);
}

#[tokio::test]
async fn what_is_made_in_a_new_catalog_waits_until_the_catalog_shows_where_it_is_made() {
    for refusal in [fails(404, "ResourceNotFound"), fails(403, "UnAuthorized")] {
        let early = Arc::new(AtomicUsize::new(0));
        let (refusals, counted) = (refusal.clone(), Arc::clone(&early));
        let made = Arc::new(Mutex::new((None::<Json>, None::<Json>)));
        let client = stub::serve(move |method, path, body| {
            let (refusal, early, made) = (refusals.clone(), Arc::clone(&counted), Arc::clone(&made));
            async move {
                let mut made = made.lock().expect("what was made");
                let with = |id: &str, body: &Json| {
                    let mut object = body.clone();
                    object["id"] = id.into();
                    object["catalog"] = json!({ "id": "c" });
                    object
                };
                let last = path.rsplit('/').next().unwrap_or_default().to_owned();
                match (method.as_str(), last.as_str()) {
                    ("POST", "catalogs") => {
                        made.0 = Some(with("c", &body));
                        (201, made.0.clone().unwrap_or_default())
                    }
                    ("POST", "accessPackages") if early.fetch_add(1, Ordering::Relaxed) < 2 => refusal,
                    ("POST", "accessPackages") => {
                        made.1 = Some(with("ap", &body));
                        (201, made.1.clone().unwrap_or_default())
                    }
                    ("GET", "catalogs") => (200, json!({ "value": made.0.iter().collect::<Vec<_>>() })),
                    ("GET", "accessPackages") => (200, json!({ "value": made.1.iter().collect::<Vec<_>>() })),
                    ("GET", "c") => (200, made.0.clone().unwrap_or_default()),
                    ("GET", "ap") => (200, made.1.clone().unwrap_or_default()),
                    _ => fails(404, "ResourceNotFound"),
                }
            }
        })
        .await;
        let object = |kind, name| stub::object(kind, &json!({ "displayName": name }));
        let catalog = Address::of(Kind::Catalog, &[], "Sales");
        let holder = Reference::written(
            Kind::Catalog,
            Written { declared: Some(catalog.clone()), ..Written::default() },
        );
        let package = Address::of(Kind::AccessPackage, &["Sales"], "Marketing");
        let changes = vec![
            stub::change(catalog, Reference::tenant(), None, Some(object(Kind::Catalog, "Sales"))),
            stub::change(package, holder, None, Some(object(Kind::AccessPackage, "Marketing"))),
        ];
        let outcome = outcome_over(changes, &client).await;
        assert!(outcome.is_complete(), "{:?}", outcome.steps);
        assert_eq!(early.load(Ordering::Relaxed), 3, "{refusal:?}");
    }
}
