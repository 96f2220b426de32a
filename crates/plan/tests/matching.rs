//! Which document means which live object, and what a plan says of it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use entrant_model::desired::Intent;
use entrant_model::kinds::assignment_policy::{package_member, table};
use entrant_model::live::{LiveObject, OtherShape, Package};
use entrant_model::reference::Written;
use entrant_model::value::{Json, Value, each_reference_mut};
use entrant_model::{
    Address, Desired, Envelope, Id, Kind, Live, Object, Place, RemovedAction, Severity, Version, wire,
};
use entrant_plan::guards::{Rules, judge};
use entrant_plan::introduced;
use entrant_plan::output::{Origin, document};
use entrant_plan::{Action, Plan, candidates, look_through, plan};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

const PACKAGE: &str = "bbbbbbbb-0000-0000-0000-000000000001";

fn place(line: usize) -> Place {
    Place::document(Arc::new(PathBuf::from("policies/a.yaml")), line)
}

fn package() -> Package {
    Package {
        id: Id::new(PACKAGE),
        name: "Campaign".into(),
        catalog: Id::new("c"),
        catalog_name: "Sales".into(),
    }
}

fn declared(name: &str, version: Version, body: &Json) -> Desired {
    let mut object: Object = wire::read(table(version), body.as_object().unwrap());
    object.set("displayName", Value::Text(name.into()));
    object.set(package_member(version), Value::Ref(Box::new(package().reference())));
    Desired {
        address: Address::policy("Sales", "Campaign", name),
        place: place(name.len()),
        parent: package().reference(),
        intent: Intent::Present {
            envelope: Envelope {
                kind: Kind::AssignmentPolicy,
                version,
                pin: None,
                previous_names: Vec::new(),
                protected: false,
            },
            object,
        },
    }
}

fn removed(name: &str, action: RemovedAction) -> Desired {
    Desired {
        address: Address::policy("Sales", "Campaign", name),
        place: place(99),
        parent: package().reference(),
        intent: Intent::Removed(action),
    }
}

fn policy(id: &str, name: &str, version: Version, body: &Json) -> LiveObject {
    let mut wire = body.clone();
    let map = wire.as_object_mut().unwrap();
    map.insert("id".into(), id.into());
    map.insert("displayName".into(), name.into());
    map.insert(
        package_member(version).into(),
        if version == Version::V1 { json!({"id": PACKAGE}) } else { json!(PACKAGE) },
    );
    LiveObject {
        kind: Kind::AssignmentPolicy,
        version,
        id: Id::new(id),
        display_name: name.into(),
        parent: Id::new(PACKAGE),
        object: wire::read(table(version), wire.as_object().unwrap()),
        wire: entrant_model::Wire::new(&wire),
        unread: Vec::new(),
    }
}

fn live(policies: Vec<LiveObject>) -> Live {
    let mut live = Live { policies, ..Live::default() };
    live.packages.insert(Id::new(PACKAGE), package());
    live.coverage.add_whole(Kind::AssignmentPolicy, Version::V1, Id::new(PACKAGE));
    live.coverage.add_whole(Kind::AssignmentPolicy, Version::Beta, Id::new(PACKAGE));
    live
}

fn ok(desired: Vec<Desired>, live: &Live) -> Plan {
    let (plan, diagnostics) = plan(desired, live);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    plan
}

fn code(desired: Vec<Desired>, live: &Live) -> &'static str {
    let (_, diagnostics) = plan(desired, live);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    diagnostics[0].code.name
}

fn text(name: &str) -> Json {
    json!({"description": name})
}

#[test]
fn create_update_keep_and_delete_follow_from_what_is_there() {
    let live = live(vec![
        policy("1", "Same", Version::V1, &text("a")),
        policy("2", "CHANGED", Version::V1, &text("b")),
        policy("3", "Gone", Version::V1, &text("c")),
        policy("4", "Left", Version::V1, &text("d")),
        policy(
            "5",
            "Portal",
            Version::V1,
            &json!({"requestorSettings": {"enableTargetsToSelfAddAccess": true}}),
        ),
    ]);
    let plan = ok(
        vec![
            declared("Same", Version::V1, &text("a")),
            declared("Changed", Version::V1, &text("b")),
            declared("New", Version::V1, &text("n")),
            removed("Gone", RemovedAction::Delete),
            removed("Left", RemovedAction::Forget),
            removed("Never was", RemovedAction::Delete),
        ],
        &live,
    );
    let found: Vec<(&str, String)> =
        plan.changes.iter().map(|c| (c.action.as_str(), c.address.segments[2].clone())).collect();
    assert_eq!(
        found,
        [
            ("create", "New".into()),
            ("update", "Changed".into()),
            ("keep", "Left".into()),
            ("delete", "Gone".into())
        ]
    );
    assert_eq!(plan.unchanged.len(), 1);
    assert_eq!(plan.unmanaged.len(), 1);
    assert!(plan.unmanaged[0].takes_requests);
    let update = plan.changes.iter().find(|c| c.action == Action::Update).unwrap();
    assert_eq!(update.fields[0].path.to_string(), "/displayName");
    assert_eq!(update.fields[0].before, Some(json!("CHANGED")));
    assert!(plan.changes[3].fields.iter().all(|f| f.after.is_none()));
    assert!(plan.changes[0].fields.iter().all(|f| f.before.is_none()));
}

#[test]
fn two_live_objects_of_one_name_are_an_error_until_one_is_pinned() {
    let live = live(vec![
        policy("1", "Initial Policy", Version::V1, &text("a")),
        policy("2", "initial policy", Version::V1, &text("b")),
    ]);
    assert_eq!(code(vec![declared("Initial Policy", Version::V1, &text("a"))], &live), "ambiguous-policy");
    let mut pinned = declared("Initial Policy", Version::V1, &text("a"));
    let Intent::Present { envelope, .. } = &mut pinned.intent else { unreachable!() };
    envelope.pin = Some(Id::new("1"));
    let plan = ok(vec![pinned.clone()], &live);
    assert!(plan.is_empty());
    assert_eq!(plan.unmanaged[0].address, "AssignmentPolicy/Sales/Campaign/initial policy#2");
    let Intent::Present { envelope, .. } = &mut pinned.intent else { unreachable!() };
    envelope.pin = Some(Id::new("2"));
    let mut other = declared("Initial Policy", Version::V1, &text("a"));
    let Intent::Present { envelope, .. } = &mut other.intent else { unreachable!() };
    envelope.pin = Some(Id::new("1"));
    assert_eq!(ok(vec![pinned.clone(), other], &live).changes.len(), 1, "each pinned to its own");
    let Intent::Present { envelope, .. } = &mut pinned.intent else { unreachable!() };
    envelope.pin = Some(Id::new("9"));
    assert_eq!(code(vec![pinned], &live), "pin-not-found");
}

#[test]
fn what_was_not_read_to_the_end_is_never_absent() {
    let mut half = live(vec![]);
    half.coverage = entrant_model::Coverage::default();
    assert_eq!(code(vec![declared("P", Version::V1, &text("a"))], &half), "incomplete-read");
    assert_eq!(code(vec![removed("P", RemovedAction::Delete)], &half), "incomplete-read");
    half.coverage.add_whole(Kind::AssignmentPolicy, Version::Beta, Id::new(PACKAGE));
    assert_eq!(code(vec![declared("P", Version::V1, &text("a"))], &half), "incomplete-read");
}

#[test]
fn two_documents_of_one_object_are_an_error() {
    let both = vec![declared("P", Version::V1, &text("a")), declared("p", Version::Beta, &text("a"))];
    assert_eq!(code(both, &live(vec![])), "same-object");
    let declared_and_removed =
        vec![declared("P", Version::V1, &text("a")), removed("P", RemovedAction::Delete)];
    assert_eq!(code(declared_and_removed, &live(vec![])), "same-object");
}

#[test]
fn silence_about_a_lock_is_refused_with_the_lines_to_write() {
    let live = live(vec![policy(
        "1",
        "P",
        Version::V1,
        &json!({
            "expiration": {"type": "afterDuration", "duration": "P30D"},
            "requestApprovalSettings": {"isApprovalRequiredForAdd": true, "stages": [
                {"primaryApprovers": [{"@odata.type": "#microsoft.graph.externalSponsors"}], "isEscalationEnabled": true}]},
        }),
    )]);
    let judged = |mut plan: Plan| {
        assert!(judge(&mut plan, &live, &Rules::default()).is_empty());
        plan
    };
    let silent = judged(ok(vec![declared("P", Version::V1, &json!({}))], &live));
    let lines: Vec<(&str, &str)> =
        silent.guards[0].silent.iter().map(|f| (f.keep.as_str(), f.reset.as_str())).collect();
    assert_eq!(lines[0], ("expiration: P30D", "expiration: noExpiration"));
    assert_eq!(lines[1].1, "requestApprovalSettings: null");
    assert!(lines[1].0.contains("primaryApprovers: [externalSponsors]"), "{}", lines[1].0);
    let nested = judged(ok(
        vec![declared(
            "P",
            Version::V1,
            &json!({
                "expiration": {"type": "noExpiration"},
                "requestApprovalSettings": {"isApprovalRequiredForAdd": true, "stages": [{"primaryApprovers": [{"@odata.type": "#microsoft.graph.externalSponsors"}]}]},
            }),
        )],
        &live,
    ));
    assert_eq!(
        nested.guards[0].silent[0].path.to_string(),
        "/requestApprovalSettings/stages/0/isEscalationEnabled"
    );
    assert_eq!(nested.guards[0].silent[0].keep, "isEscalationEnabled: true");
    let meant = judged(ok(
        vec![declared("P", Version::V1, &json!({"expiration": null, "requestApprovalSettings": null}))],
        &live,
    ));
    assert!(meant.guards.is_empty() && !meant.is_empty());
}

#[test]
fn a_write_looks_through_the_other_shape_first() {
    let case = |own: Version, live_own: &Json, other: &Json| {
        let mut live = live(vec![policy("1", "P", own, live_own)]);
        let plan = ok(vec![declared("P", own, &text("new"))], &live);
        assert_eq!(candidates(&plan), [(own.other(), Id::new("1"))]);
        assert_eq!(look_through(&plan, &live)[0].code.name, "incomplete-read", "not looked at");
        live.other_shape
            .insert(Id::new("1"), OtherShape::Read(Box::new(policy("1", "P", own.other(), other))));
        look_through(&plan, &live).iter().flat_map(|d| d.notes.clone()).collect::<Vec<_>>()
    };
    let v1 = |other: Json| case(Version::V1, &json!({}), &other);
    let beta = |other: Json| case(Version::Beta, &json!({}), &other);
    let approval = |mode: &str| json!({"requestApprovalSettings": {"approvalMode": mode}});
    assert!(v1(json!({"requestorSettings": {"scopeType": "AllExternalSubjects"}})).is_empty());
    assert!(v1(approval("Serial")).is_empty() && !v1(approval("parallel")).is_empty());
    assert!(
        !v1(json!({"requestorSettings": {"scopeType": "AllExistingConnectedOrganizationSubjects"}}))
            .is_empty()
    );
    assert!(
        !v1(json!({"verifiableCredentialSettings": {"credentialTypes": [{"credentialType": "X"}]}}))
            .is_empty()
    );
    assert!(!v1(json!({"customExtensionHandlers": [{"stage": "assignmentRequestGranted", "customExtension": {"id": "e"}}]})).is_empty());
    let review = |schedule: Json| json!({"reviewSettings": {"isEnabled": true, "schedule": schedule}});
    let every = |kind: &str, interval: i64, range: Json| {
        review(
            json!({"recurrence": {"pattern": {"type": kind, "interval": interval, "dayOfMonth": 5}, "range": range}}),
        )
    };
    assert!(
        beta(every("absoluteMonthly", 3, json!({"type": "noEnd", "startDate": "2026-01-01"}))).is_empty()
    );
    assert!(!beta(every("absoluteMonthly", 2, json!({"type": "noEnd"}))).is_empty());
    assert!(!beta(every("weekly", 1, json!({"type": "numbered", "numberOfOccurrences": 4}))).is_empty());
    assert!(!beta(every("weekly", 1, json!({"type": "endDate", "endDate": "2027-05-01"}))).is_empty());
    assert!(beta(json!({"requestorSettings": {"enableTargetsToSelfRemoveAccess": true, "allowCustomAssignmentSchedule": true}})).is_empty());
    for lost in [
        json!({"automaticRequestSettings": {"requestAccessForAllowedTargets": true}}),
        json!({"requestorSettings": {"enableOnBehalfRequestorsToRemoveAccess": true}}),
        json!({"requestorSettings": {"onBehalfRequestors": [{"@odata.type": "#microsoft.graph.targetManager"}]}}),
        json!({"expiration": {"type": "afterDuration", "duration": "PT2H"}}),
        json!({"allowedTargetScope": "allDirectoryAgentIdentities"}),
        json!({"allowedTargetScope": "specificDirectoryServicePrincipals"}),
        json!({"specificAllowedTargets": [{"@odata.type": "#microsoft.graph.singleServicePrincipal", "servicePrincipalId": "s"}]}),
        json!({"requestApprovalSettings": {"stages": [{"@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage"}]}}),
        json!({"requestApprovalSettings": {"stages": [{"primaryApprovers": [{"@odata.type": "#microsoft.graph.targetApplicationOwners"}]}]}}),
    ] {
        assert!(!beta(lost.clone()).is_empty(), "{lost}");
    }
    assert!(beta(json!({"expiration": {"type": "afterDuration", "duration": "PT48H"}, "allowedTargetScope": "allMemberUsers"})).is_empty());
}

#[test]
fn a_cloud_without_beta_is_a_warning() {
    let mut live = live(vec![policy("1", "P", Version::V1, &json!({}))]);
    let plan = ok(vec![declared("P", Version::V1, &text("new"))], &live);
    live.other_shape.insert(Id::new("1"), OtherShape::Unavailable);
    assert_eq!(look_through(&plan, &live)[0].severity, Severity::Warning);
}

#[test]
fn what_could_not_be_read_or_is_newer_is_never_written_back() {
    let mut unread = policy("1", "P", Version::V1, &json!({}));
    unread.unread = vec!["questions"];
    assert_eq!(code(vec![declared("P", Version::V1, &text("new"))], &live(vec![unread])), "unread-member");
    let future = policy(
        "1",
        "P",
        Version::V1,
        &json!({"reviewSettings": {"isEnabled": true, "expirationBehavior": "unknownFutureValue"}}),
    );
    let silent = json!({"description": "new", "reviewSettings": {"isEnabled": true}});
    assert_eq!(code(vec![declared("P", Version::V1, &silent)], &live(vec![future])), "unknown-future-value");
}

#[test]
fn the_json_is_the_same_whatever_the_order_of_documents() {
    let documents = || {
        vec![
            declared("B", Version::V1, &text("b")),
            declared("a", Version::Beta, &text("a")),
            removed("X", RemovedAction::Delete),
        ]
    };
    let kept = json!({"expiration": {"type": "afterDuration", "duration": "P1D"}});
    let policies = || vec![policy("1", "X", Version::V1, &text("x")), policy("2", "Y", Version::V1, &kept)];
    let bytes = |mut documents: Vec<Desired>, mut policies: Vec<LiveObject>, turn: bool| {
        if turn {
            documents.reverse();
            policies.reverse();
        }
        serde_json::to_string(&document(&ok(documents, &live(policies)), &Origin::default())).unwrap()
    };
    let (one, two) = (bytes(documents(), policies(), false), bytes(documents(), policies(), true));
    assert_eq!(one, two);
    assert!(one.contains("\"digest\":\"sha256:"));
}

/// A v1.0 policy that takes requests from whom the scope means.
fn open(scope: &str, expiration: &str) -> Json {
    json!({
        "allowedTargetScope": scope, "requestorSettings": {"enableTargetsToSelfAddAccess": true},
        "expiration": {"type": "afterDuration", "duration": expiration}, "requestApprovalSettings": null,
        "reviewSettings": {"isEnabled": true, "expirationBehavior": "keepAccess"}
    })
}

fn effects(plan: &Plan) -> Vec<String> {
    let tell = |e: &entrant_plan::impact::Effect| format!("{} {}", e.kind.as_str(), e.code.name);
    plan.changes.iter().flat_map(|c| c.impact.iter().map(tell)).collect()
}

#[test]
fn impact_is_of_what_the_update_makes_of_the_object() {
    let live = live(vec![policy("1", "A", Version::V1, &open("allMemberUsers", "P90D"))]);
    // The document does not say what happens without an answer to a review, so the live value stays: no effect.
    let mut wanted = open("allMemberUsers", "P30D");
    wanted["reviewSettings"] = json!({"isEnabled": true});
    let plan = ok(vec![declared("A", Version::V1, &wanted)], &live);
    assert_eq!(effects(&plan), ["narrows access-length"]);
    let json = serde_json::to_value(document(&plan, &Origin::default())).unwrap();
    assert_eq!(json["class"], "narrows");
    assert_eq!(json["changes"][0]["class"], "narrows");
    assert_eq!(
        json["changes"][0]["impact"],
        json!([{
            "dimension": "expiry", "effect": "narrows", "code": "access-length",
            "sentence": "Access to it now lasts 30 days instead of 90 days (new requests; pending and approved requests keep their old end).",
            "before": "P90D", "after": "P30D"
        }])
    );
}

#[test]
fn a_broader_policy_is_looked_for_among_what_remains() {
    let narrow = policy("1", "Narrow", Version::V1, &open("allMemberUsers", "P90D"));
    let broad = |takes: bool| {
        let mut body = open("allDirectoryUsers", "P90D");
        body["requestorSettings"]["enableTargetsToSelfAddAccess"] = takes.into();
        policy("2", "Broad", Version::V1, &body)
    };
    let gone = || vec![removed("Narrow", RemovedAction::Delete)];
    // Undeclared, and only where it takes requests.
    assert_eq!(effects(&ok(gone(), &live(vec![narrow.clone(), broad(true)]))), ["unknown broader-policy"]);
    assert_eq!(effects(&ok(gone(), &live(vec![narrow.clone(), broad(false)]))), ["narrows requestor-scope"]);
    // What will be counts: made in this plan, opened in it, or deleted in it.
    let mut made = gone();
    made.push(declared("Broad", Version::V1, &open("allDirectoryUsers", "P90D")));
    let created = effects(&ok(made.clone(), &live(vec![narrow.clone()])));
    assert!(created.contains(&"unknown broader-policy".to_owned()), "{created:?}");
    let opened = effects(&ok(made, &live(vec![narrow.clone(), broad(false)])));
    assert!(opened.contains(&"unknown broader-policy".to_owned()), "{opened:?}");
    let mut both = gone();
    both.push(removed("Broad", RemovedAction::Delete));
    let all_gone = effects(&ok(both, &live(vec![narrow, broad(true)])));
    assert!(!all_gone.contains(&"unknown broader-policy".to_owned()), "{all_gone:?}");
}

#[test]
fn the_head_of_a_plan_says_who_gains_first() {
    let head = |plan: &Plan| {
        entrant_plan::impact::headline(plan).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let before = live(vec![
        policy("1", "A", Version::V1, &open("allMemberUsers", "P90D")),
        policy("2", "B", Version::V1, &open("allMemberUsers", "P90D")),
        policy("3", "C", Version::V1, &open("allMemberUsers", "P90D")),
    ]);
    let named = |name: &str, body: &Json| declared(name, Version::V1, body);
    let mut described = open("allMemberUsers", "P90D");
    described["description"] = "new".into();
    let plan = ok(
        vec![
            named("A", &open("allMemberUsers", "P365D")),
            named("B", &open("allConfiguredConnectedOrganizationUsers", "P90D")),
            named("C", &described),
            named("D", &json!({"description": "for administrators"})),
        ],
        &before,
    );
    assert_eq!(
        head(&plan),
        [
            "2 changes widen access: users of every configured connected organization may now request \"Campaign\"; \
             access to \"Campaign\" now lasts 365 days instead of 90 days.",
            "2 changes are neutral.",
        ]
    );
    let plan = ok(vec![named("A", &open("allMemberUsers", "P1D")), named("C", &described)], &before);
    assert_eq!(head(&plan), ["No change widens access; 1 narrows it, 1 is neutral."]);
    let plan = ok(vec![named("C", &described)], &before);
    assert_eq!(head(&plan), ["No change has an effect on who gets in."]);
    assert_eq!(head(&Plan::default()), [""; 0]);
}

fn renamed(name: &str, previous: &[&str], body: &Json) -> Desired {
    let mut declared = declared(name, Version::V1, body);
    if let Intent::Present { envelope, .. } = &mut declared.intent {
        envelope.previous_names = previous.iter().map(|name| (*name).to_owned()).collect();
    }
    declared
}

#[test]
fn a_policy_of_a_previous_name_is_renamed_in_place() {
    let live = live(vec![policy("1", "OLD", Version::V1, &text("a"))]);
    let plan = ok(vec![renamed("New", &["Older", "old"], &text("a"))], &live);
    let [change] = plan.changes.as_slice() else { panic!("{plan:?}") };
    assert_eq!(change.action, Action::Update);
    assert_eq!(change.live.as_ref().unwrap().id, Id::new("1"));
    assert_eq!(change.reason.as_deref(), Some("renames `OLD`; whoever has access through it keeps it"));
    assert_eq!(change.fields.len(), 1, "{:?}", change.fields);
    assert_eq!(change.fields[0].path.to_string(), "/displayName");
    assert!(plan.unmanaged.is_empty());
    // Once it is done the previous name says nothing any more.
    let renamed_live = self::live(vec![policy("1", "New", Version::V1, &text("a"))]);
    assert!(ok(vec![renamed("New", &["Older", "old"], &text("a"))], &renamed_live).is_empty());
}

#[test]
fn a_previous_name_that_another_policy_has_is_ambiguous() {
    let both =
        live(vec![policy("1", "Old", Version::V1, &text("a")), policy("2", "New", Version::V1, &text("a"))]);
    let (_, diagnostics) = plan(vec![renamed("New", &["Old"], &text("a"))], &both);
    let [one] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!(one.code.name, "ambiguous-policy");
    let notes = one.notes.join("\n");
    assert!(notes.contains("Campaign/Old#1") && notes.contains("Campaign/New#2"), "{notes}");
    assert!(one.help.iter().any(|help| help.contains("pin: 1")), "{:?}", one.help);
    // A pin says which one.
    let mut pinned = renamed("New", &["Old"], &text("a"));
    if let Intent::Present { envelope, .. } = &mut pinned.intent {
        envelope.pin = Some(Id::new("2"));
    }
    let plan = ok(vec![pinned], &both);
    assert!(plan.is_empty());
    assert_eq!(plan.unmanaged.len(), 1);
}

#[test]
fn a_name_is_not_given_away_and_taken_in_one_plan() {
    let live = live(vec![policy("1", "Old", Version::V1, &text("a"))]);
    let both = vec![renamed("New", &["Old"], &text("a")), declared("Old", Version::V1, &text("b"))];
    assert_eq!(code(both, &live), "same-object");
    let gone = vec![renamed("New", &["Old"], &text("a")), removed("Old", RemovedAction::Delete)];
    assert_eq!(code(gone, &live), "same-object");
}

#[test]
fn what_would_be_created_beside_its_like_is_asked_about() {
    let live = live(vec![
        policy("1", "Former", Version::V1, &json!({"description": "x", "questions": []})),
        policy("2", "Other", Version::Beta, &text("a")),
    ]);
    let (found, diagnostics) = plan(vec![declared("New", Version::V1, &text("a"))], &live);
    assert_eq!(found.changes[0].action, Action::Create);
    let [one] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!((one.code.name, one.severity), ("perhaps-renamed", Severity::Warning));
    assert!(one.help.iter().any(|help| help.contains("previousNames: [Former]")), "{:?}", one.help);
    // Declared, it is no candidate; different, neither.
    ok(vec![declared("New", Version::V1, &text("a")), declared("Former", Version::V1, &text("x"))], &live);
    let different = json!({"expiration": {"type": "afterDuration", "duration": "P1D"}});
    ok(vec![declared("New", Version::V1, &different)], &live);
}

/// A policy that this group, found by its name or given by its id, may request.
fn for_group(id: &str, by_name: bool) -> Desired {
    let body =
        json!({"specificAllowedTargets": [{"@odata.type": "#microsoft.graph.groupMembers", "groupId": id}]});
    let mut declared = declared("P", Version::V1, &body);
    if let Intent::Present { object, .. } = &mut declared.intent {
        each_reference_mut(object, &mut |_, reference| {
            if reference.kind == Kind::Group {
                let id = (!by_name).then(|| Id::new(id));
                reference.name = Some("Desk".into());
                reference.written =
                    Some(Box::new(Written { name: Some("Desk".into()), id, ..Written::default() }));
            }
        });
    }
    declared
}

#[test]
fn what_a_name_brings_in_is_known_and_what_an_id_chose_is_not() {
    let names = |plan: &Plan| {
        let brought = plan.changes.iter().flat_map(introduced::by_change);
        brought.map(|r| format!("{} {}", r.label(), r.id.as_ref().unwrap())).collect::<Vec<_>>()
    };
    let none = live(Vec::new());
    assert_eq!(names(&ok(vec![for_group("g1", true)], &none)), ["Desk g1"]);
    assert_eq!(names(&ok(vec![for_group("g1", false)], &none)), [""; 0]);
    // Live holds another one of that name there, or the same one.
    let with = |id: &str| {
        let group = json!({"@odata.type": "#microsoft.graph.groupMembers", "groupId": id});
        live(vec![policy(
            "1",
            "P",
            Version::V1,
            &json!({"description": "x", "specificAllowedTargets": [group]}),
        )])
    };
    assert_eq!(names(&ok(vec![for_group("g1", true)], &with("g2"))), ["Desk g1"]);
    let mut changed = for_group("g1", true);
    if let Intent::Present { object, .. } = &mut changed.intent {
        object.set("description", Value::Text("y".into()));
    }
    let plan = ok(vec![changed], &with("g1"));
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(names(&plan), [""; 0]);
    assert!(introduced::by_plan(&plan).is_empty());
}
