//! Queries: what is found, what is shown of it, and how it is paged.

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;

/// Three policies in one package and one in another.
async fn estate() -> Graph {
    let graph = small().await;
    for name in ["Alpha's", "beta", "Gamma"] {
        graph.create_v1(&policy_v1(name)).await.expect(201);
    }
    let other = with(policy_v1("Delta"), "/accessPackage/id", json!(OTHER_PACKAGE));
    let other = with(other, "/allowedTargetScope", json!("allMemberUsers"));
    graph.create_v1(&other).await.expect(201);
    graph
}

/// The names that a filter finds, in order.
async fn names(graph: &Graph, version: &str, collection: &str, filter: &str) -> Vec<String> {
    let query = encoded(filter);
    let page = graph.em("GET", version, &format!("{collection}?$filter={query}"), None).await;
    let page = page.expect(200);
    page["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| object["displayName"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let graph = estate().await;
    let package = |id: &str| format!("accessPackage/id eq '{id}'");
    for (filter, expected) in [
        ("displayName eq 'Alpha''s'".to_owned(), vec!["Alpha's"]),
        ("displayName eq 'ALPHA''S'".to_owned(), vec!["Alpha's"]),
        ("displayName eq 'nobody'".to_owned(), vec![]),
        (package(OTHER_PACKAGE), vec!["Delta"]),
        (package(&PACKAGE.to_uppercase()), vec!["Alpha's", "beta", "Gamma"]),
        (format!("{} and displayName eq 'beta'", package(PACKAGE)), vec!["beta"]),
        ("displayName eq 'beta' or displayName eq 'Delta'".to_owned(), vec!["beta", "Delta"]),
        (
            format!("({}) and (displayName eq 'beta' or displayName eq 'Delta')", package(PACKAGE)),
            vec!["beta"],
        ),
        ("displayName in ('beta', 'Delta', 'none')".to_owned(), vec!["beta", "Delta"]),
        ("startswith(displayName, 'Al')".to_owned(), vec!["Alpha's"]),
        ("startswith(displayName, 'al')".to_owned(), vec![]),
        (
            "contains(tolower(displayName),'a') and not contains(displayName, 'mm')".to_owned(),
            vec!["Alpha's", "beta", "Delta"],
        ),
        ("contains(displayName,'elt') eq true".to_owned(), vec!["Delta"]),
        (
            "accessPackage/displayName eq 'Campaign' and displayName ne 'beta'".to_owned(),
            vec!["Alpha's", "Gamma"],
        ),
        ("accessPackage/catalog/displayName eq 'Engineering'".to_owned(), vec!["Delta"]),
        ("catalog/id eq 'c0000000-0000-4000-8000-000000000002'".to_owned(), vec!["Delta"]),
        ("allowedTargetScope eq 'allMemberUsers'".to_owned(), vec!["Delta"]),
        (
            "expiration/type eq 'noExpiration' and requestorSettings/enableTargetsToSelfAddAccess eq false"
                .to_owned(),
            vec!["Alpha's", "beta", "Gamma", "Delta"],
        ),
        ("createdDateTime lt 2020-01-01T00:00:00Z".to_owned(), vec![]),
        ("reviewSettings eq null".to_owned(), vec!["Alpha's", "beta", "Gamma", "Delta"]),
        ("DisplayName EQ 'beta'".to_owned(), vec!["beta"]),
    ] {
        assert_eq!(names(&graph, "v1.0", "assignmentPolicies", &filter).await, expected, "{filter}");
    }
    for (filter, expected) in [
        (format!("accessPackageId eq '{OTHER_PACKAGE}'"), vec!["Delta"]),
        ("accessPackage/displayName eq 'Source code'".to_owned(), vec!["Delta"]),
        ("requestorSettings/scopeType eq 'AllExistingDirectoryMemberUsers'".to_owned(), vec!["Delta"]),
        ("durationInDays eq 0 and canExtend eq false and displayName eq 'beta'".to_owned(), vec!["beta"]),
    ] {
        assert_eq!(
            names(&graph, "beta", "accessPackageAssignmentPolicies", &filter).await,
            expected,
            "{filter}"
        );
    }
    let tenant = "identitySources/any(is:is/microsoft.graph.azureActiveDirectoryTenant/tenantId eq '77000000-0000-4000-8000-000000000001')";
    assert_eq!(names(&graph, "v1.0", "connectedOrganizations", tenant).await, ["Fabrikam"]);
    let domain = "identitySources/any(is:is/microsoft.graph.domainIdentitySource/domainName eq 'x')";
    assert!(names(&graph, "beta", "connectedOrganizations", domain).await.is_empty());
    assert_eq!(
        names(&graph, "beta", "accessPackages", &format!("catalogId eq '{CATALOG}'")).await,
        ["Campaign"]
    );
    assert_eq!(
        names(
            &graph,
            "beta",
            "accessPackageCatalogs",
            "catalogStatus eq 'Published' and displayName eq 'Sales'"
        )
        .await,
        ["Sales"]
    );
}

#[tokio::test]
async fn filters_that_cannot_be_right_are_refused() {
    let graph = estate().await;
    for filter in [
        "",
        "nobody eq 'x'",
        "accessPackageId eq 'x'",
        "accessPackage/nobody eq 'x'",
        "accessPackage eq 'x'",
        "questions/text eq 'x'",
        "displayName/length eq 1",
        "displayName eq x",
        "displayName eq 5",
        "displayName eq 'x",
        "displayName eq 'x' and",
        "displayName eq 'x' displayName",
        "allowedTargetScope eq 'everybody'",
        "requestorSettings/enableTargetsToSelfAddAccess eq 'true'",
        "contains(requestorSettings/enableTargetsToSelfAddAccess,'x')",
        "specificAllowedTargets/any(t:t/nobody eq 'x')",
        "displayName",
        "length(displayName) eq 4",
    ] {
        let query = encoded(filter);
        let path = format!("assignmentPolicies?$filter={query}");
        assert_eq!(graph.em("GET", "v1.0", &path, None).await.refused(400), "BadRequest", "{filter}");
    }
    for query in [
        "$expand=nobody",
        "$expand=accessPackage($expand=nobody)",
        "$expand=accessPackage($top=1)",
        "$expand=accessPackage(",
        "$select=nobody",
        "$select=accessPackageId",
        "$top=0",
        "$top=x",
        "$top=1000",
        "$count=maybe",
        "$orderby=nobody",
        "$orderby=displayName upwards",
        "$search=x",
        "$apply=x",
        "filter=x",
        "$top=1&$top=2",
        "$skiptoken=abc",
        "$skiptoken=00000000000000010000000000000000",
        "$filter=%FF",
    ] {
        let path = format!("assignmentPolicies?{query}");
        assert_eq!(graph.em("GET", "v1.0", &path, None).await.refused(400), "BadRequest", "{query}");
    }
}

#[tokio::test]
async fn selection_and_expansion_decide_what_is_shown() {
    let graph = estate().await;
    let page = graph
        .em("GET", "v1.0", "assignmentPolicies?$select=id,displayName&$expand=accessPackage($select=id;$expand=catalog($select=displayName)),questions&$top=1", None)
        .await
        .expect(200);
    let policy = page["value"][0].as_object().unwrap();
    let members: Vec<&str> = policy.keys().map(String::as_str).filter(|name| !name.contains('@')).collect();
    assert_eq!(members, ["id", "displayName", "accessPackage", "questions"]);
    assert_eq!(policy["accessPackage"]["catalog"]["displayName"], "Sales");
    assert!(policy["accessPackage"].get("displayName").is_none());
    assert!(
        page["@odata.context"]
            .as_str()
            .unwrap()
            .contains("/v1.0/$metadata#identityGovernance/entitlementManagement/assignmentPolicies(")
    );

    let packages =
        graph.em("GET", "v1.0", "accessPackages?$expand=assignmentPolicies,catalog", None).await.expect(200);
    let first = &packages["value"][0];
    assert_eq!(first["assignmentPolicies"].as_array().unwrap().len(), 3);
    assert!(
        first["assignmentPolicies"][0].get("questions").is_none(),
        "what is expanded is not expanded further"
    );
    let path =
        format!("accessPackages/{PACKAGE}?$expand=accessPackageAssignmentPolicies($select=displayName)");
    let package = graph.em("GET", "beta", &path, None).await.expect(200);
    assert_eq!(package["accessPackageAssignmentPolicies"][1], json!({"displayName": "beta"}));
    let catalog = graph
        .em(
            "GET",
            "v1.0",
            &format!("catalogs/{CATALOG}?$expand=accessPackages,customWorkflowExtensions"),
            None,
        )
        .await;
    let catalog = catalog.expect(200);
    assert_eq!(catalog["accessPackages"][0]["displayName"], "Campaign");
    assert_eq!(catalog["customWorkflowExtensions"][0]["id"], EXTENSION);
    let single = graph.em("GET", "v1.0", &format!("accessPackages/{PACKAGE}"), None).await.expect(200);
    assert!(single["@odata.context"].as_str().unwrap().ends_with("accessPackages/$entity"));
    assert!(single.get("assignmentPolicies").is_none() && single.get("catalog").is_none());
}

#[tokio::test]
async fn what_a_policy_contains_has_paths_of_its_own() {
    let graph = small().await;
    let made = graph.create_v1(&crate::strict::full_v1("Everything")).await.expect(201);
    let policy = id(&made);
    let get = async |version: &str, path: String| graph.em("GET", version, &path, None).await.expect(200);
    assert_eq!(get("v1.0", format!("assignmentPolicies/{policy}/accessPackage")).await["id"], PACKAGE);
    assert_eq!(get("v1.0", format!("assignmentPolicies/{policy}/catalog")).await["id"], CATALOG);
    let questions = get("v1.0", format!("assignmentPolicies/{policy}/questions")).await;
    assert_eq!(questions["value"].as_array().unwrap().len(), 2);
    let question = questions["value"][1]["id"].as_str().unwrap();
    assert_eq!(
        get("v1.0", format!("assignmentPolicies/{policy}/questions/{question}")).await["text"],
        "Team"
    );
    let settings = get(
        "v1.0",
        format!("assignmentPolicies/{policy}/customExtensionStageSettings?$expand=customExtension"),
    )
    .await;
    assert_eq!(settings["value"][0]["customExtension"]["id"], EXTENSION);
    let setting = settings["value"][0]["id"].as_str().unwrap();
    let path = format!("assignmentPolicies/{policy}/customExtensionStageSettings/{setting}/customExtension");
    assert_eq!(get("v1.0", path).await["id"], EXTENSION);
    let beta = format!("accessPackageAssignmentPolicies/{policy}");
    assert_eq!(get("beta", format!("{beta}/accessPackage")).await["catalogId"], CATALOG);
    assert_eq!(get("beta", format!("{beta}/accessPackageCatalog")).await["catalogStatus"], "Published");
    let settings = get("beta", format!("{beta}/customExtensionStageSettings")).await;
    assert!(settings["value"][0].get("customExtension").is_none());
    assert_eq!(get("beta", format!("{beta}/customExtensionHandlers")).await["value"], json!([]));
    let count = graph.em("GET", "v1.0", &format!("assignmentPolicies/{policy}/questions/$count"), None).await;
    assert_eq!(count.text, "2");
}

#[tokio::test]
async fn pages_are_followed_to_the_end_and_counted_once() {
    let seed = {
        let mut seed = small_seed();
        let groups = (0..23).map(|index| json!({"displayName": format!("Group {index:02}")}));
        seed["groups"] = groups.collect();
        seed
    };
    let graph = serve(Options { seed: Some(seed), page_size: 10, ..Options::default() }).await;
    let mut link = "v1.0/groups?$count=true&$select=displayName&$orderby=displayName%20desc".to_owned();
    let mut found: Vec<Value> = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let page = graph.get(&link).await.expect(200);
        assert_eq!(page.get("@odata.count").is_some(), sizes.is_empty(), "the count is on the first page");
        let value = page["value"].as_array().unwrap().clone();
        sizes.push(value.len());
        found.extend(value);
        match page["@odata.nextLink"].as_str() {
            Some(next) => next.clone_into(&mut link),
            None => break,
        }
    }
    assert_eq!(sizes, [10, 10, 3]);
    assert_eq!(found[0], json!({"displayName": "Group 22"}));
    found.dedup();
    assert_eq!(found.len(), 23);
    // A token belongs to its query.
    let page = graph.get("v1.0/groups?$top=5").await.expect(200);
    let token = page["@odata.nextLink"].as_str().unwrap().split("$skiptoken=").nth(1).unwrap();
    assert_eq!(
        graph.get(&format!("v1.0/groups?$top=5&$skiptoken={token}")).await.expect(200)["value"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert_eq!(graph.get(&format!("v1.0/groups?$top=6&$skiptoken={token}")).await.refused(400), "BadRequest");
    assert_eq!(graph.get(&format!("v1.0/users?$top=5&$skiptoken={token}")).await.refused(400), "BadRequest");
    let skipped = graph.get("v1.0/groups?$skip=20").await.expect(200);
    assert_eq!(skipped["value"].as_array().unwrap().len(), 3);
    // A page of exactly the rest has no next link.
    let last = graph.get("v1.0/groups?$skip=13").await.expect(200);
    assert!(last.get("@odata.nextLink").is_none());
}

#[tokio::test]
async fn a_filter_goes_on_over_its_pages() {
    let graph = estate().await;
    let query = "$filter=accessPackage%2Fid+eq+%27a0000000-0000-4000-8000-000000000001%27&$expand=accessPackage&$top=2&$count=true";
    let page = graph.em("GET", "v1.0", &format!("assignmentPolicies?{query}"), None).await.expect(200);
    assert_eq!((page["@odata.count"].as_u64(), page["value"].as_array().unwrap().len()), (Some(3), 2));
    let next = graph.get(page["@odata.nextLink"].as_str().unwrap()).await.expect(200);
    assert_eq!(next["value"][0]["displayName"], "Gamma");
    assert_eq!(next["value"][0]["accessPackage"]["id"], PACKAGE);
    assert!(next.get("@odata.nextLink").is_none());
}
