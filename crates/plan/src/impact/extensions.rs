//! Workflow extensions: what they do to a request cannot be told from the policy.

use super::phrase::{Sentence, say};
use super::{Effect, EffectKind, When, codes};
use entrant_model::facts::{Extension, PolicyFacts};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use entrant_model::{Dimension, Reference};

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    if before.extensions == after.extensions {
        return;
    }
    let names = |list: &[Extension]| -> Sentence {
        if list.is_empty() {
            return "none".into();
        }
        let one = |e: &Extension| {
            let name = e.extension.map_or("?", |r| r.label());
            say![Sentence::name(name), " at ", Sentence::name(e.stage)]
        };
        Sentence::list(list.iter().map(one).collect())
    };
    let json = |list: &[Extension]| -> Option<Json> {
        let entry = |e: &Extension| serde_json::json!({ "stage": e.stage, "customExtension": e.extension.map(Reference::to_json) });
        (!list.is_empty()).then(|| Json::Array(list.iter().map(entry).collect()))
    };
    let sides = (json(&before.extensions), json(&after.extensions));
    let mut push = |code, clause| {
        let (before, after) = sides.clone();
        let (dimension, kind, when) = (Dimension::Extensions, EffectKind::Unknown, When::NewRequests);
        out.push(Effect { dimension, kind, code, clause, when, before, after });
    };
    let clause = say![
        "the workflow extensions on requests for {it} are now ",
        names(&after.extensions),
        " instead of ",
        names(&before.extensions)
    ];
    push(codes::WORKFLOW_EXTENSIONS, clause);
    for (old, new) in before.extensions.iter().zip(&after.extensions) {
        let (Some(was), Some(is)) = (old.extension, new.extension) else { continue };
        if was != is && fold(was.label()) == fold(is.label()) {
            let clause = say![Sentence::name(is.label()), " now means another workflow extension"];
            push(codes::NAME_MEANS_ANOTHER, clause);
        }
    }
}
