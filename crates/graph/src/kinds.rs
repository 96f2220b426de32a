//! Per kind of object: its paths, what must be expanded, who may read it, and how an answer becomes what the
//! traits give. No transport of its own, no decisions about a plan.

pub(crate) mod access_package;
pub(crate) mod assignment;
pub(crate) mod assignment_policy;
pub(crate) mod catalog;
pub(crate) mod connected_organization;
pub(crate) mod directory;
pub(crate) mod look_up;
pub(crate) mod objects;
pub(crate) mod parts;
pub(crate) mod probe;
pub(crate) mod settings;
pub(crate) mod tenant;
pub(crate) mod workflow_extension;

use crate::error::{Call, Error};
use crate::http::Answer;
use entrant_model::Id;
use entrant_model::value::Json;

/// Reads of entitlement management. Microsoft Graph permissions reference.
pub(crate) const READ: &str = "EntitlementManagement.Read.All";
/// Writes of entitlement management.
pub(crate) const WRITE: &str = "EntitlementManagement.ReadWrite.All";

/// A text member that is there and not null.
pub(crate) fn text<'a>(object: &'a Json, member: &str) -> Option<&'a str> {
    object.get(member).and_then(Json::as_str)
}

/// The id of an object that has one.
pub(crate) fn id(object: &Json) -> Option<Id> {
    text(object, "id").filter(|id| !id.is_empty()).map(Id::new)
}

/// The id and display name of an object in a list, or what is wrong with it.
pub(crate) fn id_and_name(object: &Json) -> Result<(Id, String), Error> {
    match (id(object), text(object, "displayName")) {
        (Some(id), Some(name)) => Ok((id, name.to_owned())),
        (Some(id), None) => Err(Error::incomplete(format!("the object {id} came without its display name"))),
        (None, _) => Err(Error::incomplete("an object came without its id")),
    }
}

/// An error where an object came that is not the one that was asked for.
pub(crate) fn is_of(asked: &Id, object: &Json) -> Result<(), Error> {
    match id(object) {
        Some(id) if id == *asked => Ok(()),
        _ => Err(Error::incomplete(format!("{asked} was asked for, and another object came"))),
    }
}

/// The answer's object: some documented bodies wrap it in `value`.
pub(crate) fn object(call: &Call, answer: &Answer) -> Result<Json, Error> {
    let mut json = answer.json(call)?;
    if let Some(wrapped @ Json::Object(_)) = json.get_mut("value") {
        return Ok(wrapped.take());
    }
    if json.is_object() && id(&json).is_some() {
        return Ok(json);
    }
    Err(answer.malformed(call, "the answer is no object with an id"))
}
