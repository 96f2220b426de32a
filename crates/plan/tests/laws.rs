//! Laws of the diff and of bodies, on objects that the tables themselves generate: whatever a document says
//! and whatever Graph holds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Dice, object, shuffled, table};
use entrant_model::value::{Json, Value};
use entrant_model::{Type, wire};
use entrant_plan::body::{fingerprint, replace_body};
use entrant_plan::diff::diff;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_object_does_not_differ_from_itself(seed in 1u64..) {
        let ty = table(seed);
        let object = object(ty, &mut Dice(seed), true);
        prop_assert_eq!(diff(&object, &object), vec![]);
    }

    #[test]
    fn what_was_created_is_as_declared(seed in 1u64..) {
        let ty = table(seed);
        let want = object(ty, &mut Dice(seed), true);
        let body = wire::create_body(&want);
        let have = wire::read(ty, body.as_object().unwrap());
        prop_assert_eq!(diff(&want, &have), vec![]);
    }

    #[test]
    fn an_update_makes_any_live_object_as_declared(seed in 1u64.., other in 1u64..) {
        let ty = table(seed);
        let want = object(ty, &mut Dice(seed), true);
        let live = wire::to_graph(&Type::Object(ty), &Value::Object(Box::new(object(ty, &mut Dice(other), false))));
        let body = replace_body(&want, &live);
        let have = wire::read(ty, body.as_object().unwrap());
        prop_assert_eq!(diff(&want, &have), vec![], "live {} body {}", live, body);
        // And after doing it again it is still so.
        let again = replace_body(&want, &body);
        prop_assert_eq!(diff(&want, &wire::read(ty, again.as_object().unwrap())), vec![]);
        // What the tables do not know at the top is untouched.
        prop_assert_eq!(body.get("xFuture"), live.get("xFuture"));
    }

    #[test]
    fn order_means_nothing_in_sets_and_among_members(seed in 1u64.., other in 1u64..) {
        let ty = table(seed);
        let want = object(ty, &mut Dice(seed), true);
        let live = wire::to_graph(&Type::Object(ty), &Value::Object(Box::new(object(ty, &mut Dice(other), false))));
        let turned = shuffled(&Type::Object(ty), &live);
        let read = |json: &Json| wire::read(ty, json.as_object().unwrap());
        let (straight, reversed) = (diff(&want, &read(&live)), diff(&want, &read(&turned)));
        for (a, b) in straight.iter().zip(&reversed) {
            prop_assert_eq!(a, b);
        }
        prop_assert_eq!(straight.len(), reversed.len());
        prop_assert_eq!(fingerprint(ty, &live), fingerprint(ty, &turned));
    }
}
