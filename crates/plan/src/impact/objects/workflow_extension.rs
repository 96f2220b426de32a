//! Workflow extensions: what they do to a request cannot be told from here, so every change of how they are called is
//! unknown. One that no policy refers to yet does nothing: policies that begin to are changes of their own.

use super::super::phrase::{Sentence, say};
use super::super::{Effect, EffectKind, When, codes};
use super::{effect, sides};
use crate::diff::set_key;
use entrant_model::{Dimension, Object, Value};

pub fn compare(before: Option<&Object>, after: Option<&Object>, out: &mut Vec<Effect>) {
    let (Some(before), Some(after)) = (before, after) else { return };
    for member in after.ty.members.iter().filter(|member| member.dimension.is_some()) {
        // A structure without members says something by its type.
        let said = |object: &Object| {
            object
                .get(member.name)
                .filter(|value| **value != Value::Null)
                .map(|value| set_key(&member.ty, value))
        };
        if said(before) == said(after) {
            continue;
        }
        let clause = match member.name {
            "endpointConfiguration" => {
                say!["requests that run {it} now call ", called(after), " instead of ", called(before)]
            }
            "authenticationConfiguration" => "calls of {it} now prove otherwise where they come from".into(),
            "callbackConfiguration" => "requests now wait otherwise for an answer of {it}".into(),
            "type" => "the stages of requests at which {it} runs are others now".into(),
            other => say!["the setting ", Sentence::name(other), " of {it} changes"],
        };
        let (dimension, kind) = (Dimension::Extensions, EffectKind::Unknown);
        let sides = sides(member.name, before, after);
        out.push(effect(dimension, kind, codes::EXTENSION_CALL, When::NewRequests, clause, sides));
    }
}

/// What an extension calls.
fn called(extension: &Object) -> Sentence {
    let Some(endpoint) = extension.object("endpointConfiguration") else { return "nothing".into() };
    let name = |member| Sentence::name(endpoint.text(member).unwrap_or_default());
    match endpoint.ty.name {
        "logicAppTriggerEndpointConfiguration" => say![
            "the Logic App ",
            name("logicAppWorkflowName"),
            " of ",
            name("resourceGroupName"),
            " in the subscription ",
            name("subscriptionId")
        ],
        _ => name("targetUrl"),
    }
}

pub fn describe(extension: &Object) -> Sentence {
    let waits = extension.object("callbackConfiguration").is_some();
    let then = if waits { ", and wait until it calls back" } else { ", and go on at once" };
    say!["requests that run {it} call ", called(extension), then]
}
