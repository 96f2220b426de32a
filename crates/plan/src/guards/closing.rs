//! The document that stops new requests through a policy instead of deleting it: the policy as it is, with its door
//! closed. Whoever has access keeps it.

use super::silence::as_written;
use crate::change::Change;
use crate::import::without_silence;
use crate::yaml::{block, flow_text};
use entrant_model::facts::PolicyFacts;
use entrant_model::hand::to_hand;
use entrant_model::live::LiveObject;
use entrant_model::{Access, Object, Value, Version};

/// The lines of the document. None for a policy that gives access by a rule: closing it would take access away.
pub(super) fn document(change: &Change, policy: &LiveObject) -> Option<String> {
    if policy.version != Version::V1 || PolicyFacts::of(&policy.object).is_automatic {
        return None;
    }
    let object = &policy.object;
    let [catalog, package, name] = &*change.address.segments else { return None };
    let mut lines = vec![
        "kind: AssignmentPolicy".to_owned(),
        format!("accessPackage: {{catalog: {}, name: {}}}", flow_text(catalog), flow_text(package)),
        format!("displayName: {}", flow_text(name)),
    ];
    for member in object.ty.members {
        let value = object.get(member.name);
        let line = match member.name {
            "accessPackage" | "displayName" | "specificAllowedTargets" => continue,
            "allowedTargetScope" => "allowedTargetScope: notSpecified".to_owned(),
            "requestorSettings" => block(
                "requestorSettings",
                &to_hand(&member.ty, &closed(value.and_then(Value::as_object)?), &as_written),
            ),
            _ if member.access != Access::ReadWrite => continue,
            name => match value.map(without_silence).filter(|value| !value.is_empty()) {
                Some(value) => block(name, &to_hand(&member.ty, &value, &as_written)),
                None => continue,
            },
        };
        lines.push(line);
    }
    Some(lines.join("\n"))
}

/// Requestor settings with which nobody asks for access, and whoever has it may still give it up.
fn closed(settings: &Object) -> Value {
    let mut closed = without_silence(&Value::Object(Box::new(settings.clone())));
    if let Value::Object(object) = &mut closed {
        for name in [
            "enableTargetsToSelfAddAccess",
            "enableTargetsToSelfUpdateAccess",
            "enableOnBehalfRequestorsToAddAccess",
            "enableOnBehalfRequestorsToUpdateAccess",
        ] {
            // What is on has to be said to be off; of what is off one is enough for a reader.
            if settings.flag(name) || name == "enableTargetsToSelfAddAccess" {
                object.set(name, Value::Bool(false));
            }
        }
    }
    closed
}
