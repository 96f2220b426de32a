//! Reads against servers that filter, expand and page as Graph does, and against some that do not.

mod stub;

use entrant_graph::{ErrorKind, Found, Look, Read};
use entrant_model::{Id, Kind, Version};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use stub::{EM, Reply, Seen, Stub, fails, list, not_found, ok, page};

fn packages(ids: &[&str]) -> BTreeSet<Id> {
    ids.iter().copied().map(Id::new).collect()
}

fn ids(found: &[Found]) -> Vec<&str> {
    found.iter().map(|f| f.id.as_str()).collect()
}

#[tokio::test]
async fn packages_are_found_by_name_although_the_server_ignores_the_filter() {
    let stub = Stub::start(|seen| {
        if seen.path.ends_with("/catalog") {
            return ok(&json!({"id": "c2", "displayName": "General"}));
        }
        list(&[
            json!({"id": "A1", "displayName": "marketing", "catalog": {"id": "c1", "displayName": "Sales"}}),
            json!({"id": "a2", "displayName": "Marketing"}),
            json!({"id": "a3", "displayName": "Marketing campaign", "catalog": {"id": "c1", "displayName": "Sales"}}),
        ])
    })
    .await;
    let packages = stub.client().packages_named("Marketing").await.expect("packages");
    let found: Vec<_> = packages.iter().map(|p| (p.id.as_str(), p.catalog_name.as_str())).collect();
    assert_eq!(found, [("a1", "Sales"), ("a2", "General")]);
    let seen = stub.seen();
    assert_eq!(seen[0].option("$filter"), Some("displayName eq 'Marketing'"));
    assert_eq!(seen[0].option("$expand"), Some("catalog"));
    assert_eq!(seen[1].line(), format!("GET /v1.0/{EM}/accessPackages/a2/catalog"));
}

#[tokio::test]
async fn a_catalog_that_does_not_come_is_never_invented() {
    let stub = Stub::start(|seen| {
        if seen.path.ends_with("/catalog") {
            not_found()
        } else {
            list(&[json!({"id": "a", "displayName": "M"})])
        }
    })
    .await;
    stub.client().packages_named("M").await.expect_err("no catalog");
}

#[tokio::test]
async fn absent_is_only_what_graph_says_is_absent() {
    let (id, client) = (Id::new("p"), |stub: &Stub| stub.client());
    let absent = Stub::start(|_| not_found()).await;
    assert!(client(&absent).packages_by_id(std::slice::from_ref(&id)).await.expect("absent").is_empty());
    assert!(client(&absent).policy(Version::V1, &id).await.expect("absent").is_none());
    let bare =
        Stub::start(|_| axum::http::Response::builder().status(404).body("".into()).expect("404")).await;
    assert!(client(&bare).policy(Version::V1, &id).await.expect("absent").is_none());
    let others: [fn(&Seen) -> Reply; 4] = [
        |_| fails(403, "UnAuthorized", "No"),
        |_| fails(500, "x", "y"),
        |_| fails(404, "", "No HTTP resource was found that matches the request URI 'x'."),
        |_| axum::http::Response::builder().status(404).body("<html></html>".into()).expect("404"),
    ];
    for other in others {
        let stub = Stub::start(other).await;
        client(&stub).packages_by_id(std::slice::from_ref(&id)).await.expect_err("not absent");
        client(&stub).policy(Version::Beta, &id).await.expect_err("not absent");
    }
    let cut = b"HTTP/1.1 404 Not Found\r\ncontent-length: 100\r\n\r\n{";
    let url = stub::raw(cut, std::time::Duration::ZERO).await;
    stub::client(&url).policy(Version::V1, &id).await.expect_err("not absent");
}

fn whole(id: &str, package: &str, name: &str) -> Json {
    json!({
        "id": id, "displayName": name, "newMember": {"x": 1.50}, "allowedTargetScope": "allMemberUsers",
        "accessPackage": {"id": package}, "questions": [], "customExtensionStageSettings": [],
    })
}

fn beta(id: &str, package: &str, name: &str) -> Json {
    json!({
        "id": id, "displayName": name, "accessPackageId": package, "durationInDays": 5,
        "customExtensionStageSettings": [], "customExtensionHandlers": [],
    })
}

#[tokio::test]
async fn the_policies_of_a_package_come_whole() {
    let stub = Stub::start(|_| list(&[whole("P1", "AP", "One"), whole("p2", "other", "Two")])).await;
    let policies =
        stub.client().policies_in(Version::V1, &packages(&["ap"])).await.expect("policies").policies;
    assert_eq!(policies.len(), 1, "the server ignored the filter");
    let policy = &policies[0];
    assert_eq!((policy.id.as_str(), &*policy.display_name, policy.version), ("p1", "One", Version::V1));
    assert_eq!(policy.object.text("allowedTargetScope"), Some("allMemberUsers"));
    assert_eq!(policy.wire.json(), whole("P1", "AP", "One"));
    assert!(policy.unread.is_empty());
    let seen = stub.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].option("$filter"), Some("accessPackage/id eq 'ap'"));
    assert_eq!(
        seen[0].option("$expand"),
        Some("accessPackage,questions,customExtensionStageSettings($expand=customExtension)")
    );
}

#[tokio::test]
async fn a_policy_in_beta_without_its_package_makes_the_list_unread() {
    let stub = Stub::start(|_| list(&[json!({"id": "p", "displayName": "x"})])).await;
    let error = stub.client().policies_in(Version::Beta, &packages(&["a"])).await.expect_err("incomplete");
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn a_missing_expansion_is_read_from_the_policy_itself() {
    let stub = Stub::start(|seen| {
        if seen.path.ends_with("/assignmentPolicies") {
            list(&[json!({"id": "p1", "displayName": "One"}), json!({"id": "p2", "displayName": "Two"})])
        } else if seen.path.ends_with("p1") {
            ok(&whole("p1", "ap", "One"))
        } else {
            ok(&whole("p2", "elsewhere", "Two"))
        }
    })
    .await;
    let policies =
        stub.client().policies_in(Version::V1, &packages(&["ap"])).await.expect("policies").policies;
    assert_eq!(policies.len(), 1);
    assert_eq!((policies[0].id.as_str(), policies[0].unread.len()), ("p1", 0));
}

#[tokio::test]
async fn members_that_never_come_are_unread_and_asked_for_once() {
    let stub = Stub::start(|seen| {
        let bare =
            |id: &str| json!({"id": id, "displayName": id, "accessPackage": {"id": "ap"}, "questions": []});
        match seen.path.rsplit('/').next() {
            Some("assignmentPolicies") => list(&[bare("p1"), bare("p2"), bare("p3")]),
            Some(id) => ok(&bare(id)),
            None => not_found(),
        }
    })
    .await;
    let policies =
        stub.client().policies_in(Version::V1, &packages(&["ap"])).await.expect("policies").policies;
    assert_eq!(policies.len(), 3);
    for policy in &policies {
        assert_eq!(policy.unread, ["customExtensionStageSettings"]);
    }
    assert_eq!(stub.seen().len(), 2, "{:?}", stub.lines());
}

#[tokio::test]
async fn a_filter_is_trusted_only_where_nothing_speaks_against_it() {
    let bare =
        |id: &str| json!({"id": id, "displayName": id, "questions": [], "customExtensionStageSettings": []});
    let answer = move |seen: &Seen, listed: &[Json]| match seen.path.rsplit('/').next() {
        Some("assignmentPolicies") => list(listed),
        Some("accessPackage") | None => not_found(),
        Some(id) => ok(&bare(id)),
    };
    let filtered = Stub::start(move |seen| answer(seen, &[bare("p1"), bare("p2")])).await;
    let policies =
        filtered.client().policies_in(Version::V1, &packages(&["ap"])).await.expect("policies").policies;
    assert_eq!(policies.len(), 2);
    assert_eq!(policies[0].wire.json()["accessPackage"]["id"], "ap");
    assert_eq!(filtered.seen().len(), 3, "{:?}", filtered.lines());

    let ignored = Stub::start(move |seen| answer(seen, &[bare("p1"), whole("p2", "other", "x")])).await;
    let error =
        ignored.client().policies_in(Version::V1, &packages(&["ap"])).await.expect_err("not filtered");
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn an_expanded_collection_is_followed_to_its_end() {
    let stub = Stub::start(|seen| {
        let host = seen.header("host").expect("a host");
        if seen.path.ends_with("/questions") {
            return list(&[json!({"id": "q2"})]);
        }
        let mut policy = whole("p1", "ap", "One");
        policy["questions"] = json!([{"id": "q1"}]);
        policy["questions@odata.nextLink"] =
            format!("http://{host}/v1.0/{EM}/assignmentPolicies/p1/questions?$skiptoken=1").into();
        ok(&policy)
    })
    .await;
    let policy = stub.client().policy(Version::V1, &Id::new("p1")).await.expect("a policy").expect("there");
    assert_eq!(policy.wire.json()["questions"], json!([{"id": "q1"}, {"id": "q2"}]));
    assert_eq!(policy.object.list("questions").len(), 2);
    assert!(policy.wire.json().get("questions@odata.nextLink").is_none());
}

#[tokio::test]
async fn policies_are_looked_up_by_name_afresh() {
    let stub = Stub::start(|_| {
        list(&[
            beta("p1", "a", "Initial policy"),
            beta("p2", "b", "Initial Policy"),
            beta("p3", "a", "Other"),
        ])
    })
    .await;
    let client = stub.client();
    for _ in 0..2 {
        let look = Look::Named { package: Id::new("a"), name: "Initial Policy".to_owned() };
        let found = client.look(Version::Beta, &[(look, None)]).await.remove(0).expect("found");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].id.as_str(), "p1");
    }
    assert_eq!(stub.seen().len(), 2);
    assert_eq!(stub.seen()[0].option("$filter"), Some("displayName eq 'Initial Policy'"));
}

#[tokio::test]
async fn a_cloud_says_whether_it_offers_a_version() {
    let offered = Stub::start(|_| list(&[])).await;
    assert!(offered.client().has_version(Version::Beta).await.expect("known"));
    assert_eq!(offered.seen()[0].option("$top"), Some("1"));
    let absent: [fn(&Seen) -> Reply; 3] = [
        |_| not_found(),
        |_| fails(404, "", "No HTTP resource was found that matches the request URI."),
        |_| fails(400, "BadRequest", "Resource not found for the segment 'accessPackageAssignmentPolicies'."),
    ];
    for answer in absent {
        let stub = Stub::start(answer).await;
        assert!(!stub.client().has_version(Version::Beta).await.expect("known"));
    }
    for status in [400, 401, 403, 503] {
        let stub = Stub::start(move |_| fails(status, "x", "Something else")).await;
        stub.client().has_version(Version::Beta).await.expect_err("not known");
    }
}

#[tokio::test]
async fn names_are_found_in_the_directory_and_among_organizations() {
    let stub = Stub::start(|seen| match seen.path.as_str() {
        "/v1.0/users" => list(&[
            json!({"id": "u1", "userPrincipalName": "Ana@contoso.com", "displayName": "Ana Lima"}),
            json!({"id": "u2", "userPrincipalName": "ana.2@contoso.com", "displayName": "Ana Lima"}),
        ]),
        "/v1.0/groups" => list(&[
            json!({"id": "g1", "displayName": "Desk", "securityEnabled": true, "groupTypes": []}),
            json!({"id": "g2", "displayName": "DESK", "securityEnabled": false, "groupTypes": ["Unified"]}),
        ]),
        "/v1.0/servicePrincipals" => list(&[json!({"id": "s", "displayName": "Robot", "appId": "app"})]),
        path if path.ends_with("/catalogs") => list(&[json!({"id": "c", "displayName": "Sales"})]),
        path if path.ends_with("/customWorkflowExtensions") => list(&[json!({
            "id": "e", "displayName": "Ticket",
            "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
        })]),
        _ => list(&[json!({"id": "o", "displayName": "Fabrikam", "identitySources": [{"domainName": "fabrikam.com"}]})]),
    })
    .await;
    let client = stub.client();
    let by_upn = client.find(Kind::User, "ana@contoso.com").await.expect("found");
    assert_eq!(
        (ids(&by_upn), &*by_upn[0].name, &*by_upn[0].detail),
        (vec!["u1"], "Ana@contoso.com", "Ana Lima")
    );
    assert_eq!(ids(&client.find(Kind::User, "ana lima").await.expect("found")), ["u1", "u2"]);
    let groups = client.find(Kind::Group, "Desk").await.expect("found");
    assert_eq!(
        groups.iter().map(|g| g.detail.as_str()).collect::<Vec<_>>(),
        ["security group", "Microsoft 365 group"]
    );
    assert_eq!(
        client.find(Kind::ServicePrincipal, "Robot").await.expect("found")[0].detail,
        "application app"
    );
    assert_eq!(
        client.find(Kind::ConnectedOrganization, "fabrikam").await.expect("found")[0].detail,
        "fabrikam.com"
    );
    assert_eq!(ids(&client.find(Kind::Catalog, "Sales").await.expect("found")), ["c"]);
    assert!(client.find(Kind::Group, "Nobody").await.expect("found").is_empty());
    let extensions = client.extensions_of(&[Id::new("c")]).await.expect("extensions");
    assert_eq!(extensions[&Id::new("c")][0].detail, "accessPackageAssignmentRequestWorkflowExtension");
    let error = client.find(Kind::AssignmentPolicy, "x").await.expect_err("no such look-up");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let seen = stub.seen();
    assert_eq!(seen[0].option("$filter"), Some("userPrincipalName eq 'ana@contoso.com'"));
    assert_eq!(seen[1].option("$filter"), Some("displayName eq 'ana lima'"));
}

#[tokio::test]
async fn ids_become_names_by_the_thousand() {
    let stub = Stub::start(|seen| {
        if seen.path.ends_with("getByIds") {
            let ids = seen.json()["ids"].as_array().expect("ids").clone();
            let known = |id: &&Json| !id.as_str().expect("text").ends_with("00000000");
            return list(
                &ids.iter().filter(known).map(|id| json!({"id": id, "displayName": "x"})).collect::<Vec<_>>(),
            );
        }
        if seen.path.ends_with("gone") {
            return not_found();
        }
        ok(&json!({"id": "org", "displayName": "Fabrikam"}))
    })
    .await;
    let mut ids: Vec<(Kind, Id)> =
        (0..1500).map(|n| (Kind::Group, Id::new(&format!("00000000-0000-0000-0000-{n:012}")))).collect();
    ids.push((Kind::User, Id::new("00000000-0000-0000-0000-000000000001")));
    ids.push((Kind::Group, Id::new("no guid")));
    ids.push((Kind::ConnectedOrganization, Id::new("org")));
    ids.push((Kind::ConnectedOrganization, Id::new("gone")));
    let names = stub.client().names(&ids).await.expect("names");
    assert!(!names.unreadable);
    assert_eq!(names.names.len(), 1499 + 1);
    assert_eq!(names.names[&Id::new("org")], "Fabrikam");
    let posts: Vec<usize> = stub
        .seen()
        .iter()
        .filter(|s| s.path.ends_with("getByIds"))
        .map(|s| s.json()["ids"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(posts.iter().sum::<usize>(), 1501);
    assert_eq!(posts.len(), 2);
    assert_eq!(stub.seen()[0].header("prefer"), Some("include-unknown-enum-members"));
}

#[tokio::test]
async fn names_that_may_not_be_read_do_not_stop_a_plan() {
    let stub = Stub::start(|seen| {
        if seen.path.ends_with("getByIds") {
            fails(403, "Authorization_RequestDenied", "No")
        } else {
            list(&[json!({"id": "o2", "displayName": "Fabrikam"}), json!({"id": "else"})])
        }
    })
    .await;
    let mut ids: Vec<_> = (0..5).map(|n| (Kind::ConnectedOrganization, Id::new(&format!("o{n}")))).collect();
    ids.push((Kind::Group, Id::new("00000000-0000-0000-0000-000000000001")));
    let names = stub.client().names(&ids).await.expect("names");
    assert!(names.unreadable);
    assert_eq!(names.names.into_values().collect::<Vec<_>>(), ["Fabrikam"]);
    assert_eq!(stub.seen().len(), 2, "many organizations are one list");
    let broken = Stub::start(|_| fails(500, "x", "y")).await;
    broken.client().names(&ids).await.expect_err("a failure is not a refusal");
}

#[tokio::test]
async fn assignments_that_stand_are_counted_by_policy() {
    let stub = Stub::start(|seen| {
        let of = |id: &str, state: &str, policy: &str| json!({"id": id, "state": state, "assignmentPolicy": {"id": policy}});
        let host = seen.header("host").expect("a host");
        if seen.option("$skiptoken").is_some() {
            return list(&[of("7", "delivering", "p"), of("8", "newState", "p"), of("9", "deliveryFailed", "p")]);
        }
        page(
            &[of("1", "delivered", "P"), of("2", "Delivered", "other"), of("3", "expired", "p"), of("4", "partiallyDelivered", "p")],
            &format!("http://{host}/v1.0/{EM}/assignments?$skiptoken=1"),
        )
    })
    .await;
    let count = stub.client().assignments_of(&Id::new("ap"), &Id::new("p")).await.expect("a count");
    assert_eq!(count, 4);
    assert_eq!(stub.seen()[0].option("$filter"), Some("accessPackage/id eq 'ap'"));
    assert_eq!(stub.seen()[0].option("$expand"), Some("assignmentPolicy"));

    let bare = Stub::start(|seen| match seen.option("$filter") {
        Some("assignmentPolicy/id eq 'p'") => list(&[json!({"id": "1", "state": "delivered"})]),
        _ => list(&[json!({"id": "1", "state": "delivered"}), json!({"id": "2", "state": "delivered"})]),
    })
    .await;
    assert_eq!(bare.client().assignments_of(&Id::new("ap"), &Id::new("p")).await.expect("a count"), 1);
}
