//! Plans of packages, catalogs, organizations and settings: what they do to one another's policies, why apply refuses
//! them, and how they read.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use entrant_model::address::Pattern;
use entrant_model::desired::Intent;
use entrant_model::kinds::{parent_member, table};
use entrant_model::live::{LiveObject, Package};
use entrant_model::reference::Written;
use entrant_model::value::{Json, Value, each_reference_mut};
use entrant_model::{
    Address, Desired, Envelope, Id, Kind, Live, Object, Place, Reference, RemovedAction, Version, Wire, wire,
};
use entrant_plan::guards::{Allowed, Lift, Rules, judge};
use entrant_plan::impact::{Class, headline, sentence};
use entrant_plan::{Plan, introduced, plan};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

const CATALOG: &str = "c";
const PACKAGE: &str = "p";

fn tagged(ty: &str, members: &Json) -> Json {
    let mut tagged = members.clone();
    tagged["@odata.type"] = format!("#microsoft.graph.{ty}").into();
    tagged
}

fn read(kind: Kind, json: &Json) -> Object {
    wire::read(table(kind, Version::V1).unwrap(), json.as_object().unwrap())
}

/// Where an object of this kind stands: its address and what holds it.
fn home(kind: Kind, name: &str) -> (Address, Reference) {
    let named =
        |kind, id: &str, name: &str| Reference { name: Some(name.into()), ..Reference::live(kind, id) };
    match kind {
        Kind::AssignmentPolicy => {
            (Address::of(kind, &["Sales", "Campaign"], name), named(Kind::AccessPackage, PACKAGE, "Campaign"))
        }
        Kind::AccessPackage | Kind::WorkflowExtension => {
            (Address::of(kind, &["Sales"], name), named(Kind::Catalog, CATALOG, "Sales"))
        }
        _ => (Address::of(kind, &[], name), Reference::tenant()),
    }
}

fn desired(kind: Kind, name: &str, intent: Intent) -> Desired {
    let (address, parent) = home(kind, name);
    Desired { address, place: Place::document(Arc::new(PathBuf::from("policies/a.yaml")), 0), parent, intent }
}

fn declared(kind: Kind, name: &str, body: &Json) -> Desired {
    let mut object = read(kind, body);
    object.set("displayName", Value::Text(name.into()));
    if let Some(member) = parent_member(kind, Version::V1) {
        object.set(member, Value::Ref(Box::new(home(kind, name).1)));
    }
    let envelope =
        Envelope { kind, version: Version::V1, pin: None, previous_names: Vec::new(), protected: false };
    desired(kind, name, Intent::Present { envelope, object })
}

fn removed(kind: Kind, name: &str) -> Desired {
    desired(kind, name, Intent::Removed(RemovedAction::Delete))
}

/// What was read: each object by its kind, id, name and body.
fn live(objects: &[(Kind, &str, &str, Json)], people: &[(&str, usize)]) -> Live {
    let mut live = Live::default();
    let package = Package {
        id: Id::new(PACKAGE),
        name: "Campaign".into(),
        catalog: Id::new(CATALOG),
        catalog_name: "Sales".into(),
    };
    live.packages.insert(Id::new(PACKAGE), package);
    for (kind, parent) in [
        (Kind::AssignmentPolicy, Id::new(PACKAGE)),
        (Kind::AccessPackage, Id::new(CATALOG)),
        (Kind::WorkflowExtension, Id::new(CATALOG)),
        (Kind::Catalog, Id::tenant()),
        (Kind::ConnectedOrganization, Id::tenant()),
        (Kind::Settings, Id::tenant()),
    ] {
        live.coverage.add_whole(kind, Version::V1, parent);
    }
    for (kind, id, name, body) in objects {
        let mut json = body.clone();
        json["displayName"] = (*name).into();
        let object = LiveObject {
            kind: *kind,
            version: Version::V1,
            id: Id::new(id),
            display_name: (*name).to_owned(),
            parent: home(*kind, name).1.id.unwrap(),
            object: read(*kind, &json),
            wire: Wire::new(&json),
            unread: Vec::new(),
        };
        match kind {
            Kind::AssignmentPolicy => live.policies.push(object),
            _ => live.objects.push(object),
        }
    }
    for (id, count) in people {
        live.assignments.counts.insert(Id::new(id), *count);
    }
    for (id, name) in [("staff", "Staff"), ("ops", "Ops"), ("payroll", "Payroll"), ("ana", "ana@contoso.com")]
    {
        live.names.insert(Id::new(id), name.to_owned());
    }
    live
}

fn judged(documents: Vec<Desired>, live: &Live, rules: &Rules) -> Plan {
    let (mut plan, diagnostics) = plan(documents, live);
    assert!(!diagnostics.iter().any(entrant_model::Diagnostic::is_error), "{diagnostics:?}");
    // Names are what resolution would have put there.
    for change in &mut plan.changes {
        if let Some(object) = &mut change.desired {
            named(object, live);
        }
    }
    entrant_plan::impact::fill(&mut plan, live);
    let unmatched = judge(&mut plan, live, rules);
    assert!(unmatched.is_empty(), "{unmatched:?}");
    plan
}

fn named(object: &mut Object, live: &Live) {
    each_reference_mut(object, &mut |_, reference| {
        if let Some(name) = reference.id.as_ref().and_then(|id| live.names.get(id)) {
            reference.name = Some(name.as_str().into());
        }
    });
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.guards.iter().map(|guard| guard.code.name).collect()
}

/// The effects of a plan as they stand alone, a line each.
fn told(plan: &Plan) -> Vec<String> {
    let line = |change: &entrant_plan::Change, effect: &entrant_plan::impact::Effect| {
        format!("{}: {}", effect.kind.as_str(), effect.sentence().about(change.subject_label()))
    };
    plan.changes.iter().flat_map(|c| c.impact.iter().map(move |e| line(c, e))).collect()
}

fn group(id: &str, role: &str) -> Json {
    tagged("groupRole", &json!({"originId": id, "role": role}))
}

fn gives(roles: &[Json]) -> Json {
    json!({ "resourceRoleScopes": roles })
}

fn open(scope: &str) -> Json {
    json!({
        "allowedTargetScope": scope, "requestorSettings": {"enableTargetsToSelfAddAccess": true},
        "expiration": {"type": "afterDuration", "duration": "P30D"},
        "requestApprovalSettings": {"isApprovalRequiredForAdd": false, "isApprovalRequiredForUpdate": false}
    })
}

const FOR_ALL: &str = "allConfiguredConnectedOrganizationUsers";

#[test]
fn a_role_reaches_whoever_holds_the_package() {
    let before = gives(&[group("staff", "Member")]);
    let clerk = tagged("applicationRole", &json!({"originId": "payroll", "role": "Clerk"}));
    let after = gives(&[group("staff", "Member"), clerk, group("ops", "Owner")]);
    let tenant = live(&[(Kind::AccessPackage, PACKAGE, "Campaign", before.clone())], &[(PACKAGE, 4)]);
    let plan = judged(vec![declared(Kind::AccessPackage, "Campaign", &after)], &tenant, &Rules::default());
    assert_eq!(
        told(&plan),
        [
            "widens: Whoever holds \"Campaign\" may manage the group \"Ops\" at once (without a request; new assignments likewise).",
            "widens: Whoever holds \"Campaign\" gets the role \"Clerk\" of \"Payroll\" at once (without a request; new assignments likewise).",
        ]
    );
    assert_eq!(
        headline(&plan)[0].to_string(),
        "1 change widens access: whoever holds \"Campaign\" may manage the group \"Ops\" at once; \
         whoever holds \"Campaign\" gets the role \"Clerk\" of \"Payroll\" at once."
    );
    assert_eq!(codes(&plan), ["immediate-role-added"]);
    let guard = &plan.guards[0];
    assert_eq!((guard.people, guard.lift), (Some(4), Lift::AllowImmediate));
    assert_eq!(
        guard.sentence.to_string(),
        "Whoever holds this package gets at once ownership of \"Ops\" and the role \"Clerk\" of \"Payroll\""
    );
    let back = live(&[(Kind::AccessPackage, PACKAGE, "Campaign", after)], &[(PACKAGE, 4)]);
    let back = judged(vec![declared(Kind::AccessPackage, "Campaign", &before)], &back, &Rules::default());
    assert_eq!(codes(&back), ["immediate-role-removed"]);
    assert_eq!(
        told(&back)[1],
        "narrows: Whoever holds \"Campaign\" loses the role \"Clerk\" of \"Payroll\" at once, unless it comes to \
         them from elsewhere (without a request; new assignments likewise)."
    );
}

#[test]
fn roles_of_a_package_that_nobody_holds_are_not_guarded() {
    let after = gives(&[group("staff", "Member")]);
    let package = || vec![(Kind::AccessPackage, PACKAGE, "Campaign", gives(&[]))];
    let document = || vec![declared(Kind::AccessPackage, "Campaign", &after)];
    let nobody = judged(document(), &live(&package(), &[(PACKAGE, 0)]), &Rules::default());
    assert!(nobody.guards.is_empty());
    let unread = judged(document(), &live(&package(), &[]), &Rules::default());
    assert_eq!(codes(&unread), ["immediate-role-added"]);
    let allowed = Allowed {
        immediate: vec![Pattern::parse("AccessPackage/Sales/Campaign").unwrap()],
        ..Allowed::default()
    };
    let allowed = judged(document(), &live(&package(), &[]), &Rules { allowed, ..Rules::default() });
    assert!(allowed.guards.is_empty());
    // A description is no role.
    let described = json!({"description": "Words."});
    let plan = judged(
        vec![declared(Kind::AccessPackage, "Campaign", &described)],
        &live(&package(), &[(PACKAGE, 9)]),
        &Rules::default(),
    );
    assert!(plan.guards.is_empty());
    assert_eq!(plan.class(), Some(Class::Neutral));
}

#[test]
fn a_new_package_gives_something_once_a_policy_lets_people_have_it() {
    let package = declared(Kind::AccessPackage, "Campaign", &gives(&[group("staff", "Member")]));
    let mut policy = declared(Kind::AssignmentPolicy, "Members", &open("allMemberUsers"));
    policy.parent = Reference::written(
        Kind::AccessPackage,
        Written {
            name: Some("Campaign".into()),
            declared: Some(package.address.clone()),
            ..Written::default()
        },
    );
    let tenant = live(&[], &[]);
    let alone = judged(vec![package.clone()], &tenant, &Rules::default());
    assert_eq!(alone.class(), Some(Class::Neutral));
    let both = judged(vec![package, policy], &tenant, &Rules::default());
    assert!(
        told(&both).contains(
            &"widens: Whoever is assigned \"Campaign\" gets membership of \"Staff\" (new assignments)."
                .to_owned()
        ),
        "{:?}",
        told(&both)
    );
}

#[test]
fn a_package_goes_with_its_policies_and_not_while_somebody_holds_it() {
    let tenant = |people: &[(&str, usize)]| {
        let package = (Kind::AccessPackage, PACKAGE, "Campaign", gives(&[group("staff", "Member")]));
        live(&[package, (Kind::AssignmentPolicy, "m", "Members", open("allMemberUsers"))], people)
    };
    let gone = || vec![removed(Kind::AccessPackage, "Campaign")];
    let plan = judged(gone(), &tenant(&[(PACKAGE, 0)]), &Rules::default());
    // What goes with it is told, and has to be said as well.
    assert_eq!(codes(&plan), ["package-not-empty"]);
    assert_eq!(
        told(&plan),
        [
            "narrows: Nobody may request \"Campaign\" any more, since its policies go with it: \"Members\" (new requests).",
            "narrows: Nobody gets membership of \"Staff\" by \"Campaign\" any more (new assignments).",
        ]
    );
    let both = || vec![removed(Kind::AccessPackage, "Campaign"), removed(Kind::AssignmentPolicy, "Members")];
    let plan = judged(both(), &tenant(&[(PACKAGE, 0), ("m", 0)]), &Rules::default());
    assert!(codes(&plan).is_empty(), "{:?}", codes(&plan));
    let held = judged(both(), &tenant(&[(PACKAGE, 2), ("m", 0)]), &Rules::default());
    assert_eq!((codes(&held), held.guards[0].lift), (vec!["package-in-use"], Lift::None));
    let unread = judged(both(), &tenant(&[("m", 0)]), &Rules::default());
    assert_eq!((codes(&unread), unread.guards[0].lift), (vec!["assignments-unread"], Lift::WithAssignments));
}

#[test]
fn an_organization_widens_each_policy_for_all_of_them() {
    let policies = [
        (Kind::AssignmentPolicy, "a", "Partners", open(FOR_ALL)),
        (Kind::AssignmentPolicy, "b", "Members", open("allMemberUsers")),
        (Kind::AssignmentPolicy, "d", "Closed", json!({ "allowedTargetScope": FOR_ALL })),
    ];
    let document =
        |state: &str| declared(Kind::ConnectedOrganization, "Fabrikam", &json!({ "state": state }));
    let tenant = live(&policies, &[]);
    let lines = [
        "widens: Policies for all configured connected organizations now also mean users of \"Fabrikam\" (new requests).",
        "widens: Users of \"Fabrikam\" may now request \"Campaign\" by its policy \"Partners\" (new requests).",
    ];
    let made = judged(vec![document("configured")], &tenant, &Rules::default());
    assert_eq!(told(&made), lines);
    assert_eq!(
        headline(&made)[0].to_string(),
        "1 change widens access: policies for all configured connected organizations now also mean users of \"Fabrikam\"; \
         users of \"Fabrikam\" may now request \"Campaign\" by its policy \"Partners\"."
    );
    let proposed = judged(vec![document("proposed")], &tenant, &Rules::default());
    assert_eq!(told(&proposed).len(), 1, "no policy for all existing ones was read");
    // A policy that the same plan opens is named, one that it closes is not.
    let more = declared(Kind::AssignmentPolicy, "More", &open(FOR_ALL));
    let fewer = declared(Kind::AssignmentPolicy, "Partners", &open("allMemberUsers"));
    let both = judged(vec![document("configured"), more, fewer], &tenant, &Rules::default());
    let of_organization: Vec<String> = told(&both)
        .into_iter()
        .filter(|line| line.contains("users of \"Fabrikam\"") || line.contains("Users of \"Fabrikam\""))
        .collect();
    assert_eq!(
        of_organization,
        [
            lines[0],
            "widens: Users of \"Fabrikam\" may now request \"Campaign\" by its policy \"More\" (new requests)."
        ]
    );
    // The other way round.
    let mut there = policies.to_vec();
    there.push((Kind::ConnectedOrganization, "f", "Fabrikam", json!({"state": "configured"})));
    let gone =
        judged(vec![removed(Kind::ConnectedOrganization, "Fabrikam")], &live(&there, &[]), &Rules::default());
    assert_eq!(
        told(&gone)[1],
        "narrows: Users of \"Fabrikam\" may no longer request \"Campaign\" by its policy \"Partners\" (new requests; whoever has access keeps it)."
    );
    assert!(gone.guards.is_empty());
}

#[test]
fn what_something_refers_to_or_lies_in_stays() {
    let listed = tagged("connectedOrganizationMembers", &json!({"connectedOrganizationId": "f"}));
    let mut policy = open("specificConnectedOrganizationUsers");
    policy["specificAllowedTargets"] = json!([listed]);
    let all = [
        (Kind::ConnectedOrganization, "f", "Fabrikam", json!({"state": "configured"})),
        (Kind::AssignmentPolicy, "a", "Partners", policy),
        (Kind::Catalog, CATALOG, "Sales", json!({})),
        (Kind::AccessPackage, PACKAGE, "Campaign", json!({})),
    ];
    let tenant = live(&all, &[(PACKAGE, 0), ("a", 0)]);
    let organization = removed(Kind::ConnectedOrganization, "Fabrikam");
    let plan = judged(vec![organization.clone()], &tenant, &Rules::default());
    assert_eq!(codes(&plan), ["still-referred-to"]);
    assert_eq!(
        plan.guards[0].sentence.to_string(),
        "Policies refer to this connected organization: \"Partners\" of \"Campaign\""
    );
    let partners = removed(Kind::AssignmentPolicy, "Partners");
    let both = judged(vec![organization, partners.clone()], &tenant, &Rules::default());
    assert_eq!(codes(&both), Vec::<&str>::new());
    let catalog = removed(Kind::Catalog, "Sales");
    let plan = judged(vec![catalog.clone()], &tenant, &Rules::default());
    assert_eq!(codes(&plan), ["catalog-not-empty"]);
    assert_eq!(plan.guards[0].sentence.to_string(), "This catalog still holds \"Campaign\"");
    let package = removed(Kind::AccessPackage, "Campaign");
    let all = judged(vec![catalog, package, partners], &tenant, &Rules::default());
    assert_eq!(codes(&all), Vec::<&str>::new());
}

#[test]
fn a_resource_that_packages_still_give_stays() {
    let resource = |id: &str| tagged("groupResource", &json!({"originId": id}));
    let catalog = json!({"resources": [resource("staff"), resource("ops")]});
    let all = [
        (Kind::Catalog, CATALOG, "Sales", catalog),
        (Kind::AccessPackage, PACKAGE, "Campaign", gives(&[group("OPS", "Owner"), group("staff", "Member")])),
    ];
    let tenant = live(&all, &[(PACKAGE, 0)]);
    let fewer = || declared(Kind::Catalog, "Sales", &json!({"resources": [resource("staff")]}));
    let plan = judged(vec![fewer()], &tenant, &Rules::default());
    assert_eq!(codes(&plan), ["resource-in-use"]);
    assert_eq!(
        plan.guards[0].sentence.to_string(),
        "Packages still give roles of what would leave this catalog: the group \"Ops\" (by \"Campaign\")"
    );
    assert_eq!(entrant_plan::guards::emptied(&plan), [Id::new(CATALOG)].into());
    // Gone with it, in the same plan; or the package itself.
    let takes_out = declared(Kind::AccessPackage, "Campaign", &gives(&[group("staff", "Member")]));
    for other in [takes_out, removed(Kind::AccessPackage, "Campaign")] {
        assert_eq!(codes(&judged(vec![fewer(), other], &tenant, &Rules::default())), Vec::<&str>::new());
    }
    // One that the plan makes gives it, too.
    let new = declared(Kind::AccessPackage, "New", &gives(&[group("ops", "Member")]));
    let takes_out = declared(Kind::AccessPackage, "Campaign", &gives(&[]));
    let plan = judged(vec![fewer(), takes_out, new], &tenant, &Rules::default());
    assert_eq!(codes(&plan), ["resource-in-use"]);
}

#[test]
fn what_an_object_is_made_with_is_not_changed() {
    let source = |domain: &str| tagged("domainIdentitySource", &json!({"domainName": domain}));
    let tenant = live(
        &[
            (
                Kind::ConnectedOrganization,
                "f",
                "Fabrikam",
                json!({"identitySources": [source("fabrikam.com")]}),
            ),
            (Kind::WorkflowExtension, "x", "Ticket", json!({"type": "request", "catalog": {"id": CATALOG}})),
        ],
        &[],
    );
    let found = |document: Desired| {
        let (_, found) = plan(vec![document], &tenant);
        found.iter().map(|diagnostic| diagnostic.code.name).collect::<Vec<_>>()
    };
    let organization = |domain: &str| {
        declared(Kind::ConnectedOrganization, "Fabrikam", &json!({"identitySources": [source(domain)]}))
    };
    assert_eq!(found(organization("FABRIKAM.com")), Vec::<&str>::new());
    assert_eq!(found(organization("fabrikam.net")), ["fixed-member"]);
    assert_eq!(found(declared(Kind::ConnectedOrganization, "Fabrikam", &json!({}))), Vec::<&str>::new());
    assert_eq!(
        found(declared(Kind::WorkflowExtension, "Ticket", &json!({"type": "assignment"}))),
        ["fixed-member"]
    );
}

/// Which variant a structure is says something, also where the variant has no members.
#[test]
fn a_change_of_variant_is_an_update() {
    let (pop, bearer) = (
        tagged("azureAdPopTokenAuthentication", &json!({})),
        tagged("azureAdTokenAuthentication", &json!({"resourceId": "r"})),
    );
    let (none, waits) = (Json::Null, tagged("customExtensionCallbackConfiguration", &json!({})));
    for (member, before, after, is_update) in [
        ("authenticationConfiguration", &pop, &pop, false),
        ("authenticationConfiguration", &pop, &bearer, true),
        ("authenticationConfiguration", &bearer, &pop, true),
        ("authenticationConfiguration", &none, &pop, true),
        ("authenticationConfiguration", &pop, &none, true),
        ("callbackConfiguration", &none, &waits, true),
        ("callbackConfiguration", &waits, &none, true),
    ] {
        let body = |value: &Json| json!({"type": "request", "catalog": {"id": CATALOG}, (member): value});
        let tenant = live(&[(Kind::WorkflowExtension, "x", "Ticket", body(before))], &[]);
        let (plan, found) = plan(vec![declared(Kind::WorkflowExtension, "Ticket", &body(after))], &tenant);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(plan.changes.len(), usize::from(is_update), "{before} {after}");
        for change in &plan.changes {
            let field = &change.fields[0];
            assert_eq!(field.path.to_string(), format!("/{member}"));
            assert_eq!(field.before.is_some(), !before.is_null(), "{field:?}");
            assert_eq!(field.after.is_some(), !after.is_null(), "{field:?}");
            assert!(!change.impact.is_empty());
            let update = entrant_plan::parts::update_body(
                Kind::WorkflowExtension,
                change.desired.as_ref().unwrap(),
                change.live.as_ref().unwrap(),
            );
            assert_eq!(update[member]["@odata.type"], after["@odata.type"]);
        }
    }
    let new = declared(
        Kind::WorkflowExtension,
        "Other",
        &json!({"type": "request", "authenticationConfiguration": pop}),
    );
    let (plan, _) = plan(vec![new], &live(&[], &[]));
    assert!(
        plan.changes[0].fields.iter().any(|field| field.path.to_string() == "/authenticationConfiguration")
    );
}

#[test]
fn a_kind_of_which_most_cannot_be_seen_is_held_back() {
    let names: Vec<String> = (0..40).map(|n| format!("P{n}")).collect();
    let policies: Vec<(Kind, &str, &str, Json)> =
        names.iter().map(|name| (Kind::AssignmentPolicy, &**name, &**name, open("allMemberUsers"))).collect();
    let tenant = live(&policies, &[]);
    let mut documents: Vec<Desired> =
        names.iter().map(|name| declared(Kind::AssignmentPolicy, name, &open("allMemberUsers"))).collect();
    documents
        .extend(names.iter().take(6).map(|name| declared(Kind::ConnectedOrganization, name, &json!({}))));
    let rules = Rules { seen: documents.iter().map(|d| d.address.key()).collect(), ..Rules::default() };
    let plan = judged(documents, &tenant, &rules);
    assert_eq!(codes(&plan), ["listing-too-small"]);
    assert!(
        plan.guards[0]
            .sentence
            .to_string()
            .contains("6 of 6 declared objects of the kind ConnectedOrganization")
    );
}

#[test]
fn what_a_document_leaves_out_stays_and_has_no_effect() {
    let body = json!({
        "resources": [tagged("groupResource", &json!({"originId": "staff"}))],
        "roleAssignments": [tagged("userRoleAssignment", &json!({"principalId": "ana", "role": "owner"}))],
        "description": "old"
    });
    let tenant = live(&[(Kind::Catalog, CATALOG, "Sales", body)], &[]);
    let plan = judged(
        vec![declared(Kind::Catalog, "Sales", &json!({"description": "new"}))],
        &tenant,
        &Rules::default(),
    );
    assert_eq!((plan.class(), told(&plan)), (Some(Class::Neutral), Vec::new()));
    // Silence about the flag would close the catalog to the outside.
    let tenant = live(&[(Kind::Catalog, CATALOG, "Sales", json!({"isExternallyVisible": true}))], &[]);
    let plan = judged(vec![declared(Kind::Catalog, "Sales", &json!({}))], &tenant, &Rules::default());
    assert_eq!(codes(&plan), ["not-written"]);
    assert_eq!(plan.guards[0].silent.len(), 1, "no lock of a policy is asked for");
}

#[test]
fn names_that_bring_in_groups_owners_and_sponsors_are_told() {
    let by_name = |declared: &mut Desired| {
        if let Intent::Present { object, .. } = &mut declared.intent {
            each_reference_mut(object, &mut |_, reference| {
                if !matches!(reference.kind, Kind::Catalog | Kind::AccessPackage) {
                    let name = reference.id.as_ref().map(ToString::to_string);
                    reference.written = Some(Box::new(Written { name, ..Written::default() }));
                }
            });
        }
    };
    let mut package = declared(
        Kind::AccessPackage,
        "Campaign",
        &json!({"resourceRoleScopes": [group("staff", "Member"), group("ops", "Member")], "incompatibleGroups": [{"id": "g"}]}),
    );
    by_name(&mut package);
    let held =
        json!({"resourceRoleScopes": [group("staff", "Owner")], "incompatibleGroups": [{"id": "staff"}]});
    let tenant = live(&[(Kind::AccessPackage, PACKAGE, "Campaign", held)], &[(PACKAGE, 0)]);
    let plan = judged(vec![package], &tenant, &Rules::default());
    let brought: Vec<&str> = introduced::by_change(&plan.changes[0])
        .into_iter()
        .map(|r| r.id.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(brought, ["ops", "g"], "the group that is given already is not brought in");
    let mut organization = declared(
        Kind::ConnectedOrganization,
        "Fabrikam",
        &json!({"internalSponsors": [tagged("user", &json!({"id": "ana"}))]}),
    );
    by_name(&mut organization);
    let plan = judged(vec![organization], &tenant, &Rules::default());
    assert_eq!(introduced::by_change(&plan.changes[0]).len(), 1);
}

#[test]
fn a_group_of_the_same_name_is_another_one() {
    let mut tenant = live(
        &[(Kind::AccessPackage, PACKAGE, "Campaign", gives(&[group("staff", "Member")]))],
        &[(PACKAGE, 1)],
    );
    tenant.names.insert(Id::new("staff2"), "Staff".to_owned());
    let document = declared(Kind::AccessPackage, "Campaign", &gives(&[group("staff2", "Member")]));
    let plan = judged(vec![document], &tenant, &Rules::default());
    assert_eq!(
        told(&plan),
        ["unknown: \"Staff\" now means another group (without a request; new assignments likewise)."]
    );
    assert_eq!(codes(&plan), ["immediate-role-added", "immediate-role-removed"]);
}

#[test]
fn each_object_reads_as_a_sentence() {
    let tenant = live(&[], &[]);
    let said = |kind: Kind, name: &str, body: &Json| {
        let mut object = read(kind, body);
        named(&mut object, &tenant);
        sentence::of(kind, &object).about(name).to_string()
    };
    let clerk = tagged("applicationRole", &json!({"originId": "payroll", "role": "Clerk"}));
    assert_eq!(
        said(
            Kind::AccessPackage,
            "Campaign",
            &json!({
                "resourceRoleScopes": [group("staff", "Member"), group("ops", "Eligible Member"), clerk],
                "incompatibleGroups": [{"id": "ops"}, {"id": "staff"}], "isHidden": true
            })
        ),
        "Whoever is assigned \"Campaign\" gets eligible membership of \"Ops\", the role \"Clerk\" of \"Payroll\" and membership of \
         \"Staff\"; members of \"Ops\" or \"Staff\" may not request it; only who has the link finds it."
    );
    assert_eq!(
        said(Kind::AccessPackage, "Campaign", &json!({})),
        "Whoever is assigned \"Campaign\" gets nothing by it yet."
    );
    let owner = tagged("userRoleAssignment", &json!({"principalId": "ana", "role": "owner"}));
    assert_eq!(
        said(
            Kind::Catalog,
            "Sales",
            &json!({
                "isExternallyVisible": true, "roleAssignments": [owner],
                "resources": [tagged("groupResource", &json!({"originId": "staff"}))]
            })
        ),
        "Packages of \"Sales\" may give access to the group \"Staff\"; they may be requested as their policies say, from \
         outside too; \"ana@contoso.com\" may, as an owner, change everything in \"Sales\", who gets access included."
    );
    assert_eq!(
        said(
            Kind::ConnectedOrganization,
            "Fabrikam",
            &json!({
                "identitySources": [tagged("domainIdentitySource", &json!({"domainName": "fabrikam.com"}))],
                "internalSponsors": [tagged("user", &json!({"id": "ana"}))]
            })
        ),
        "Users of \"Fabrikam\" are people of the domain \"fabrikam.com\"; policies for all configured connected \
         organizations mean them; its internal sponsors: \"ana@contoso.com\"; its external sponsors: nobody."
    );
    let endpoint = tagged("httpRequestEndpoint", &json!({"targetUrl": "https://example.com"}));
    assert_eq!(
        said(Kind::WorkflowExtension, "Check", &json!({ "endpointConfiguration": endpoint })),
        "Requests that run \"Check\" call \"https://example.com\", and go on at once."
    );
    assert_eq!(
        said(
            Kind::Settings,
            "Settings",
            &json!({
                "externalUserLifecycleAction": "blockSignInAndDelete",
                "durationUntilExternalUserDeletedAfterBlocked": "P30D"
            })
        ),
        "Users from outside who lose their last access are blocked and later deleted, 30 days after the block."
    );
}
