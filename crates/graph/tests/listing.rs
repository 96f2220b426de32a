//! Which way the policies of many packages are read, and what it costs.

mod stub;

use entrant_graph::{Asked, ErrorKind, Listing, Look, Observer, Read, Waiting};
use entrant_model::{Id, Kind, Version};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use stub::{CANARY, EM, Reply, Seen, Stub, client_with, impatient, ok};

/// A tenant of packages that hold some policies each, as Graph would show it.
#[derive(Clone, Copy)]
struct Tenant {
    packages: usize,
    policies_of_each: usize,
    /// A caller with catalog roles alone.
    is_catalog_reader: bool,
    counts: bool,
    nests: bool,
}

const TENANT: Tenant =
    Tenant { packages: 100, policies_of_each: 2, is_catalog_reader: false, counts: true, nests: true };

impl Tenant {
    fn policy(version: &str, package: usize, number: usize, is_whole: bool) -> Json {
        let mut policy =
            json!({"id": format!("p{package}-{number}"), "displayName": format!("Policy {number}")});
        if version == "beta" {
            policy["accessPackageId"] = format!("a{package}").into();
        } else if is_whole {
            policy["accessPackage"] = json!({"id": format!("a{package}")});
            policy["questions"] = json!([]);
        }
        if is_whole {
            policy["customExtensionStageSettings"] = json!([]);
            policy["customExtensionHandlers"] = json!([]);
        }
        policy
    }

    fn answer(self, seen: &Seen) -> Reply {
        if seen.path.ends_with("/$batch") {
            let inner = seen.json()["requests"].as_array().expect("requests").clone();
            let answers: Vec<Json> = inner.iter().map(|request| self.inner(seen, request)).collect();
            return ok(&json!({ "responses": answers }));
        }
        let (status, body) = self.one(&seen.path, &seen.raw_query);
        stub::status(status, &body)
    }

    fn inner(self, seen: &Seen, request: &Json) -> Json {
        let url = request["url"].as_str().expect("a url");
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let version = &seen.path[..seen.path.len() - "/$batch".len()];
        let (status, body) = self.one(&format!("{version}{path}"), query);
        json!({"id": request["id"], "status": status, "body": body})
    }

    fn one(self, path: &str, raw_query: &str) -> (u16, Json) {
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect();
        let option = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let version = path.split('/').nth(1).expect("a version");
        let path = path.split_once(EM).expect("entitlement management").1;
        let error = |status: u16, code: &str| (status, json!({"error": {"code": code, "message": "No"}}));
        let member = if version == "beta" { "accessPackageAssignmentPolicies" } else { "assignmentPolicies" };
        let of = |package: usize, is_whole: bool| -> Vec<Json> {
            (0..self.policies_of_each).map(|n| Self::policy(version, package, n, is_whole)).collect()
        };
        let package = |number: usize| -> Json {
            let mut json = json!({"id": format!("a{number}"), "displayName": "Package"});
            json[member] =
                of(number, option("$expand").is_some_and(|e| e.contains("($expand=") && self.nests)).into();
            json
        };
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["", list] if *list == member => {
                if self.is_catalog_reader {
                    return error(403, "UnAuthorized");
                }
                if option("$count").is_some() && !self.counts {
                    return error(400, "BadRequest");
                }
                let mut found: Vec<Json> = match option("$filter").and_then(|f| f.split('\'').nth(1)) {
                    Some(id) => of(id[1..].parse().expect("a number"), true),
                    None => (0..self.packages).flat_map(|package| of(package, true)).collect(),
                };
                let count = found.len();
                found.truncate(option("$top").map_or(usize::MAX, |top| top.parse().expect("a number")));
                (200, json!({"value": found, "@odata.count": count}))
            }
            ["", list, id] if *list == member => {
                let (package, number) = id[1..].split_once('-').expect("an id of ours");
                let parsed = |text: &str| text.parse().expect("a number");
                (200, Self::policy(version, parsed(package), parsed(number), true))
            }
            ["", "accessPackages", ..]
                if !self.nests && option("$expand").is_some_and(|e| e.contains('(')) =>
            {
                error(400, "BadRequest")
            }
            ["", "accessPackages"] => {
                (200, json!({"value": (0..self.packages).map(package).collect::<Vec<_>>()}))
            }
            ["", "accessPackages", id] => match id[1..].parse() {
                Ok(number) if number < self.packages => (200, package(number)),
                _ if self.is_catalog_reader => error(403, "UnAuthorized"),
                _ => error(404, "ResourceNotFound"),
            },
            other => panic!("asked for {other:?}"),
        }
    }
}

/// Reads the first so many packages: the listing, and what was asked.
async fn read(tenant: Tenant, version: Version, wanted: usize) -> (Listing, Vec<String>) {
    let stub = Stub::start(move |seen| tenant.answer(seen)).await;
    let settings = entrant_graph::Settings { max_answer_bytes: 8 << 20, ..impatient() };
    let client = client_with(&stub.url, CANARY, settings).expect("a client");
    let packages: BTreeSet<Id> = (0..wanted).map(|n| Id::new(&format!("a{n}"))).collect();
    let listing = client.policies_in(version, &packages).await.expect("a listing");
    assert_eq!(listing.policies.len(), wanted * tenant.policies_of_each, "all of them, and no others");
    let ids: BTreeSet<&Id> = listing.policies.iter().map(|policy| &policy.id).collect();
    assert_eq!(ids.len(), listing.policies.len(), "each once");
    for policy in &listing.policies {
        assert!(packages.contains(&policy.parent));
        assert!(policy.unread.is_empty(), "{:?}", policy.unread);
        assert_eq!(policy.wire.json()["id"], policy.id.as_str());
    }
    let asked = stub.seen().into_iter().map(|seen| {
        let path = seen.path.rsplit('/').next().unwrap_or_default().to_owned();
        if seen.option("$count").is_some() { format!("{path}?$count") } else { path }
    });
    (listing, asked.collect())
}

fn times(word: &str, count: usize) -> Vec<String> {
    vec![word.to_owned(); count]
}

#[tokio::test]
async fn one_package_is_one_request() {
    let (_, asked) = read(TENANT, Version::V1, 1).await;
    assert_eq!(asked, ["assignmentPolicies"]);
    let (_, asked) = read(TENANT, Version::Beta, 1).await;
    assert_eq!(asked, ["a0"]);
}

#[tokio::test]
async fn some_packages_are_filters_in_batches() {
    let (_, asked) = read(TENANT, Version::V1, 40).await;
    assert_eq!(asked, times("$batch", 2));
}

#[tokio::test]
async fn many_packages_of_a_small_tenant_are_its_list() {
    let (listing, asked) = read(TENANT, Version::V1, 100).await;
    assert_eq!(asked, ["assignmentPolicies?$count", "assignmentPolicies"]);
    assert!(listing.refused.is_none());
    let (_, asked) = read(TENANT, Version::Beta, 60).await;
    assert_eq!(asked, ["accessPackageAssignmentPolicies?$count", "accessPackageAssignmentPolicies"]);
}

#[tokio::test]
async fn many_packages_of_a_large_tenant_are_filters_in_batches() {
    let large = Tenant { packages: 900, ..TENANT };
    let (_, asked) = read(large, Version::V1, 100).await;
    assert_eq!(asked[0], "assignmentPolicies?$count");
    assert_eq!(asked[1..], times("$batch", 5));
    // What does not count is taken for large.
    let (_, asked) = read(Tenant { counts: false, ..TENANT }, Version::V1, 100).await;
    assert_eq!(asked[1..], times("$batch", 5));
}

#[derive(Debug, Default)]
struct Counts(Mutex<Vec<usize>>);

impl Observer for Counts {
    fn waiting(&self, _: &Waiting) {}

    fn listed(&self, policies: usize) {
        self.0.lock().expect("the counts").push(policies);
    }
}

#[tokio::test]
async fn a_long_listing_tells_how_far_it_is() {
    let stub = Stub::start(|seen| TENANT.answer(seen)).await;
    let counts = Arc::new(Counts::default());
    let observer: Arc<dyn Observer> = counts.clone();
    let settings =
        entrant_graph::Settings { max_answer_bytes: 8 << 20, observer: Some(observer), ..impatient() };
    let client = client_with(&stub.url, CANARY, settings).expect("a client");
    let packages: BTreeSet<Id> = (0..100).map(|n| Id::new(&format!("a{n}"))).collect();
    client.policies_in(Version::V1, &packages).await.expect("a listing");
    assert_eq!(*counts.0.lock().expect("the counts"), [100, 200]);
}

#[tokio::test]
async fn a_caller_who_may_not_list_policies_reads_packages_and_is_told() {
    let reader = Tenant { is_catalog_reader: true, ..TENANT };
    let (listing, asked) = read(reader, Version::V1, 1).await;
    assert_eq!(asked, ["assignmentPolicies", "a0"]);
    assert_eq!(listing.refused.expect("the answer to the list").kind(), ErrorKind::Forbidden);
    let (_, asked) = read(reader, Version::V1, 90).await;
    assert_eq!(asked, ["assignmentPolicies?$count", "accessPackages"]);
    let (_, asked) = read(reader, Version::Beta, 90).await;
    assert_eq!(asked, ["accessPackageAssignmentPolicies?$count", "accessPackages"]);
}

#[tokio::test]
async fn what_was_refused_once_is_not_asked_again() {
    let reader = Tenant { is_catalog_reader: true, nests: false, ..TENANT };
    let stub = Stub::start(move |seen| reader.answer(seen)).await;
    let client = stub.client();
    let packages = BTreeSet::from([Id::new("a0")]);
    for _ in 0..2 {
        let listing = client.policies_in(Version::V1, &packages).await.expect("a listing");
        assert_eq!(listing.policies.len(), 2);
    }
    let look = Look::Named { package: Id::new("a0"), name: "policy 1".to_owned() };
    let named = client.look(Version::V1, &[(look, None)]).await.remove(0).expect("found");
    assert_eq!(named.len(), 1);
    let lists = stub.lines().iter().filter(|line| line.ends_with("/assignmentPolicies")).count();
    assert_eq!(lists, 1, "{:?}", stub.lines());
    let nested =
        stub.seen().iter().filter(|s| s.option("$expand").is_some_and(|e| e.contains("ies($"))).count();
    assert_eq!(nested, 1, "{:?}", stub.lines());
}

#[tokio::test]
async fn a_service_without_nested_expansions_is_asked_for_each_policy_in_batches() {
    let plain = Tenant { is_catalog_reader: true, nests: false, ..TENANT };
    let (_, asked) = read(plain, Version::V1, 60).await;
    let count = |word: &str| asked.iter().filter(|asked| *asked == word).count();
    assert_eq!(count("accessPackages"), 2, "once nested, once plain: {asked:?}");
    // The first of them shows that asking for it brings what is missing.
    assert_eq!((count("p0-0"), count("$batch")), (1, 6), "{asked:?}");
}

#[tokio::test]
async fn an_expansion_whose_rest_nobody_can_follow_is_not_taken_for_all() {
    for link in [json!(7), json!(""), json!({"url": "/v1.0/x"})] {
        let stub = Stub::start(move |seen| {
            if seen.path.ends_with("ies") {
                return stub::fails(403, "UnAuthorized", "No");
            }
            let mut json =
                json!({"id": "a0", "displayName": "Package", "catalog": {"id": "c", "displayName": "C"}});
            for member in ["assignmentPolicies", "accessPackages", "resourceRoleScopes"] {
                json[member] = json!([]);
                json[format!("{member}@odata.nextLink")] = link.clone();
            }
            ok(&json)
        })
        .await;
        let client = stub.client();
        let package = Id::new("a0");
        let read = client.policies_in(Version::V1, &BTreeSet::from([package.clone()])).await;
        assert_eq!(read.expect_err("the policies are unread").kind(), ErrorKind::Malformed);
        let read = client.packages_of_catalogs(std::slice::from_ref(&package)).await;
        assert_eq!(read.expect_err("the packages are unread").kind(), ErrorKind::Malformed);
        let asked = Asked { parent: Id::new("c"), id: package, parts: vec!["resourceRoleScopes"] };
        let read = client.objects(Kind::AccessPackage, &[asked]).await.expect("an answer").remove(0);
        assert_eq!(read.expect_err("the roles are unread").kind(), ErrorKind::Malformed);
    }
}

#[tokio::test]
async fn a_package_that_cannot_be_read_is_never_one_without_policies() {
    let reader = Tenant { is_catalog_reader: true, ..TENANT };
    let stub = Stub::start(move |seen| reader.answer(seen)).await;
    let packages = BTreeSet::from([Id::new("a0"), Id::new("a999")]);
    let error = stub.client().policies_in(Version::V1, &packages).await.expect_err("unread");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let silent = Stub::start(|seen| {
        if seen.path.ends_with("ies") {
            stub::fails(403, "UnAuthorized", "No")
        } else {
            ok(&json!({"id": "a0", "displayName": "Package"}))
        }
    })
    .await;
    let packages = BTreeSet::from([Id::new("a0")]);
    let error = silent.client().policies_in(Version::V1, &packages).await.expect_err("unread");
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn a_look_by_name_that_may_not_list_goes_through_the_package() {
    let reader = Tenant { is_catalog_reader: true, ..TENANT };
    for version in [Version::V1, Version::Beta] {
        let stub = Stub::start(move |seen| reader.answer(seen)).await;
        let look = Look::Named { package: Id::new("a0"), name: "POLICY 1".to_owned() };
        let seen = stub.client().look(version, &[(look, None)]).await.remove(0).expect("found");
        assert_eq!(seen.len(), 1, "{version}");
    }
}
