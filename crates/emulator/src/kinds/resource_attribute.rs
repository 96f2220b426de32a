//! The attributes that a resource requires of who asks for it. They are kept as v1.0 has them; beta has other
//! names, an id for each, and questions in its own form.

use serde_json::{Map, Value};

use super::assignment_policy::{QUESTIONS_BETA, QUESTIONS_V1, question_from_beta, question_to_beta};
use super::{Write, fill};
use crate::message::Version;
use crate::shape::{Shape, Ty, opt, strip_hidden};

pub static V1: Shape = Shape {
    type_name: "accessPackageResourceAttribute",
    members: &[
        opt("name", Ty::Text),
        opt("isEditable", Ty::Bool),
        opt("isPersistedOnAssignmentRemoval", Ty::Bool),
        opt("source", Ty::Union(&[&SOURCE_V1])),
        opt("destination", Ty::Union(&[&DESTINATION])),
    ],
};

pub static BETA: Shape = Shape {
    type_name: "accessPackageResourceAttribute",
    members: &[
        opt("id", Ty::Text),
        opt("attributeName", Ty::Text),
        opt("isEditable", Ty::Bool),
        opt("isPersistedOnAssignmentRemoval", Ty::Bool),
        opt("attributeSource", Ty::Union(&[&SOURCE_BETA])),
        opt("attributeDestination", Ty::Union(&[&DESTINATION])),
    ],
};

static SOURCE_V1: Shape = Shape {
    type_name: "accessPackageResourceAttributeQuestion",
    members: &[opt("question", Ty::Union(QUESTIONS_V1))],
};

static SOURCE_BETA: Shape = Shape {
    type_name: "accessPackageResourceAttributeQuestion",
    members: &[opt("question", Ty::Union(QUESTIONS_BETA))],
};

static DESTINATION: Shape = Shape { type_name: "accessPackageUserDirectoryAttributeStore", members: &[] };

const NAMES: [(&str, &str); 3] =
    [("name", "attributeName"), ("source", "attributeSource"), ("destination", "attributeDestination")];

/// Attributes of a beta body, as they are kept.
pub fn from_beta(attributes: &mut Value) {
    for attribute in attributes.as_array_mut().into_iter().flatten() {
        let Value::Object(written) = std::mem::take(attribute) else { continue };
        let mut kept = Map::new();
        for (name, value) in written {
            let v1 = NAMES.iter().find(|(_, beta)| *beta == name).map_or(name.as_str(), |(v1, _)| *v1);
            if v1 != "id" {
                kept.insert(v1.to_owned(), value);
            }
        }
        if let Some(Value::Object(question)) =
            kept.get_mut("source").and_then(|source| source.get_mut("question"))
        {
            *question = question_from_beta(question);
        }
        *attribute = Value::Object(kept);
    }
}

/// Gives ids to what has none, for beta shows them.
pub fn complete(write: &mut Write, resource: &mut Map<String, Value>) {
    for attribute in resource.get_mut("attributes").and_then(Value::as_array_mut).into_iter().flatten() {
        let Value::Object(attribute) = attribute else { continue };
        if !attribute.contains_key("beta:id") {
            attribute.insert("beta:id".to_owned(), write.tenant.new_id().into());
        }
        for flag in ["isEditable", "isPersistedOnAssignmentRemoval"] {
            fill(attribute, flag, false);
        }
        if let Some(Value::Object(question)) =
            attribute.get_mut("source").and_then(|source| source.get_mut("question"))
        {
            if !question.get("id").is_some_and(Value::is_string) {
                let id = write.tenant.new_id();
                question.shift_insert(0, "id".to_owned(), id.into());
            }
            fill(question, "isRequired", false);
            fill(question, "isAnswerEditable", true);
            fill(question, "sequence", 0);
            fill(question, "localizations", Vec::<Value>::new());
        }
    }
}

/// The attributes as a version shows them.
pub fn shown(version: Version, attributes: &Value) -> Value {
    let mut shown = attributes.clone();
    if version == Version::Beta {
        for attribute in shown.as_array_mut().into_iter().flatten() {
            let Value::Object(kept) = std::mem::take(attribute) else { continue };
            let mut beta = Map::new();
            for (name, value) in kept {
                let name = match name.as_str() {
                    "beta:id" => "id",
                    name => NAMES.iter().find(|(v1, _)| *v1 == name).map_or(name, |(_, beta)| *beta),
                };
                beta.insert(name.to_owned(), value);
            }
            if let Some(question) =
                beta.get_mut("attributeSource").and_then(|source| source.get_mut("question"))
                && let Some(translated) = question.as_object().and_then(question_to_beta)
            {
                *question = translated;
            }
            *attribute = Value::Object(beta);
        }
    }
    strip_hidden(&mut shown);
    if shown.is_null() { Value::Array(Vec::new()) } else { shown }
}
