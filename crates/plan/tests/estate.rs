//! The estate as a graph: what is one object, what depends on no order, and what a part of it holds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use entrant_model::kinds::{parent_member, table};
use entrant_model::reference::Written;
use entrant_model::value::{Json, Value};
use entrant_model::{Id, Kind, Object, Place, Reference, Version, wire};
use entrant_plan::estate::{Asked, Entry, Estate, Relation, Turn, stops};
use proptest::prelude::*;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

fn named(kind: Kind, name: &str, catalog: Option<&str>) -> Value {
    let written =
        Written { name: Some(name.to_owned()), catalog: catalog.map(str::to_owned), ..Written::default() };
    Value::Ref(Box::new(Reference::written(kind, written)))
}

fn read(kind: Kind, json: &Json) -> Object {
    wire::read(table(kind, Version::V1).unwrap(), json.as_object().unwrap())
}

fn entry(kind: Kind, name: &str, holder: Option<Value>, mut object: Object) -> Entry {
    object.set("displayName", Value::Text(name.into()));
    if let (Some(member), Some(holder)) = (parent_member(kind, Version::V1), holder) {
        object.set(member, holder);
    }
    let place = Some(Place::document(Arc::new(PathBuf::from("policies/a.yaml")), 0));
    Entry { kind, object, id: None, place }
}

fn group(id: &str) -> Json {
    json!({"@odata.type": "#microsoft.graph.groupMembers", "groupId": id})
}

fn policy(name: &str, holder: Value, fallback: &[Json]) -> Entry {
    let body = json!({
        "allowedTargetScope": "specificDirectoryUsers",
        "specificAllowedTargets": [group("11000000-0000-4000-8000-000000000001")],
        "requestorSettings": {"enableTargetsToSelfAddAccess": true},
        "requestApprovalSettings": {"isApprovalRequiredForAdd": true, "stages": [{
            "durationBeforeAutomaticDenial": "P14D",
            "primaryApprovers": [group("11000000-0000-4000-8000-000000000002")],
            "fallbackPrimaryApprovers": fallback,
        }]},
    });
    entry(Kind::AssignmentPolicy, name, Some(holder), read(Kind::AssignmentPolicy, &body))
}

fn entries() -> Vec<Entry> {
    let package = |name| {
        entry(
            Kind::AccessPackage,
            name,
            Some(named(Kind::Catalog, "Sales", None)),
            read(Kind::AccessPackage, &json!({})),
        )
    };
    vec![
        entry(Kind::Catalog, "Sales", None, read(Kind::Catalog, &json!({"state": "published"}))),
        package("Orders"),
        package("Audit"),
        policy("By name", named(Kind::AccessPackage, "orders", None), &[]),
        policy(
            "By both",
            named(Kind::AccessPackage, "Orders", Some("sales")),
            &[group("11000000-0000-4000-8000-000000000003")],
        ),
        policy("Elsewhere", named(Kind::AccessPackage, "Source code", Some("Engineering")), &[]),
        policy("Elsewhere too", named(Kind::AccessPackage, "Source code", None), &[]),
    ]
}

fn shown(estate: &Estate) -> Vec<String> {
    let nodes = estate.nodes.iter().map(|node| format!("{} {:?}", node.key, node.holder));
    let edges = estate.edges.iter().map(|edge| format!("{} {} {:?}", edge.from, edge.to, edge.relation));
    nodes.chain(edges).collect()
}

#[test]
fn references_by_one_name_mean_one_object_wherever_the_catalog_is_said() {
    let estate = Estate::of(entries());
    let packages: Vec<(&str, usize)> = estate
        .of_kind(Kind::AccessPackage)
        .map(|(id, node)| (node.key.as_str(), estate.held(id).count()))
        .collect();
    assert_eq!(
        packages,
        [
            ("AccessPackage/Engineering/Source code", 2),
            ("AccessPackage/Sales/Audit", 0),
            ("AccessPackage/Sales/Orders", 2)
        ]
    );
}

#[test]
fn what_was_read_is_laid_below_what_is_declared() {
    let mut live = entry(
        Kind::Catalog,
        "Sales",
        None,
        read(Kind::Catalog, &json!({"state": "unpublished", "description": "x"})),
    );
    live.id = Some(Id::new("c0000000-0000-4000-8000-000000000001"));
    live.place = None;
    let estate = Estate::of([entries(), vec![live]].concat());
    let catalogs: Vec<_> = estate.of_kind(Kind::Catalog).map(|(_, node)| node).collect();
    assert_eq!(catalogs.len(), 2);
    let sales = catalogs.iter().find(|node| node.name == "Sales").unwrap();
    assert!(!sales.is_undeclared() && sales.id.is_some());
    let object = sales.object.as_ref().unwrap();
    assert_eq!((object.text("state"), object.text("description")), (Some("published"), Some("x")));
}

#[test]
fn who_decides_alone_is_told_from_who_does_not() {
    let estate = Estate::of(entries());
    let first = Relation::Approves { stage: 1, turn: Turn::First };
    let told: Vec<(String, bool, String)> = estate
        .edges
        .iter()
        .filter(|edge| edge.relation == first)
        .map(|edge| {
            let sentence = stops::without(&estate, edge).unwrap().to_string();
            (estate.nodes[edge.to].name.clone(), stops::is_alone(&estate, edge), sentence)
        })
        .filter(|(name, ..)| name.starts_with("By"))
        .collect();
    let fallback = "the group of unknown name \"11000000-0000-4000-8000-000000000003\"";
    assert_eq!(
        told,
        [
            (
                "By both".to_owned(),
                false,
                format!("Requests are left to {fallback}, as far as Graph then asks the fallback.")
            ),
            ("By name".to_owned(), true, "Nobody decides, and requests are denied after 14 days.".to_owned()),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_order_decides_and_a_part_holds_nothing_else(all in Just(entries()).prop_shuffle(), one in 0..3_usize) {
        let estate = Estate::of(all);
        let whole = Estate::of(entries());
        prop_assert_eq!(shown(&estate), shown(&whole));
        let name = ["Orders", "Audit", "source code"][one];
        let part = estate.part(&[Asked::Package(name.to_owned())]).unwrap();
        let keys: Vec<&str> = whole.nodes.iter().map(|node| node.key.as_str()).collect();
        prop_assert!(part.nodes.iter().all(|node| keys.contains(&node.key.as_str())));
        for edge in &part.edges {
            let ends = [edge.from, edge.to].map(|id| part.nodes[id].key.as_str());
            let is_same = |other: &entrant_plan::estate::Edge| {
                [other.from, other.to].map(|id| whole.nodes[id].key.as_str()) == ends
                    && other.relation == edge.relation
            };
            prop_assert!(whole.edges.iter().any(is_same));
        }
    }
}
