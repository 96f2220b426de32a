//! The tenant that an emulator begins with: a seed, or the built-in one.
//!
//! A seed is one object of Graph v1.0 objects by collection. Any collection may be missing, given
//! ids are kept, and members that the emulator does not know are kept too, as a live estate may
//! hold them. What refers to a package, a catalog or a policy has to find it. Where an id is long to write a
//! name will do (`kinds::seeded`), and a catalog may hold its resources and role assignments.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::errors::GraphError;
use crate::kinds::{Kind, Write};
use crate::message::Version;
use crate::store::Tenant;

/// Why a seed does not describe a tenant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// The seed is not an object of collections.
    #[error("the seed must be an object with one list for each collection: {}", collections())]
    NotAnObject,
    /// A key at the top names no collection.
    #[error("the seed has no collection '{0}'; there are {known}", known = collections())]
    UnknownCollection(String),
    /// A collection is not a list.
    #[error("the seed's '{0}' must be a list of objects")]
    NotAList(String),
    /// An object cannot be one of its collection.
    #[error("the seed's {collection}[{index}]{} is not valid: {problem}", named(name.as_deref()))]
    Object {
        /// The collection, as the seed calls it.
        collection: String,
        /// Its place in the list, from 0.
        index: usize,
        /// The `displayName` of the object, where it has one.
        name: Option<String>,
        /// What is wrong.
        problem: String,
    },
}

/// The tenant that is served where no seed is given, in the form that a seed has.
pub fn builtin_tenant() -> Value {
    serde_json::from_str(include_str!("builtin_tenant.json")).unwrap_or_default()
}

/// Puts every object of the seed into the tenant.
pub fn plant(tenant: &mut Tenant, seed: &Value) -> Result<(), SeedError> {
    let Value::Object(seed) = seed else { return Err(SeedError::NotAnObject) };
    for name in seed.keys() {
        if !Kind::STORED.iter().any(|kind| collection(*kind) == name) {
            return Err(SeedError::UnknownCollection(name.clone()));
        }
    }
    let mut seed = seed.clone();
    if let Some(settings @ Value::Object(_)) = seed.get_mut("settings") {
        *settings = json!([settings.take()]);
    }
    unfold(tenant, &mut seed)?;
    for kind in Kind::STORED {
        let name = collection(kind);
        let Some(objects) = seed.get(name) else { continue };
        let Value::Array(objects) = objects else { return Err(SeedError::NotAList(name.to_owned())) };
        for (index, object) in objects.iter().enumerate() {
            plant_one(tenant, kind, object).map_err(|error| SeedError::Object {
                collection: name.to_owned(),
                index,
                name: object["displayName"].as_str().map(str::to_owned),
                problem: sentence(&error),
            })?;
        }
    }
    Ok(())
}

/// Takes out of the catalogs what they hold, each with a reference to its catalog.
fn unfold(tenant: &mut Tenant, seed: &mut Map<String, Value>) -> Result<(), SeedError> {
    let mut catalogs = seed.get("catalogs").cloned().unwrap_or_default();
    for catalog in catalogs.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        for name in ["resources", "roleAssignments"] {
            let Some(held) = catalog.shift_remove(name) else { continue };
            let Value::Array(held) = held else {
                return Err(SeedError::NotAList(format!("catalogs.{name}")));
            };
            if !catalog.contains_key("id") {
                catalog.insert("id".to_owned(), tenant.new_id().into());
            }
            let all = seed.entry(name).or_insert_with(|| json!([]));
            let Value::Array(all) = all else { return Err(SeedError::NotAList(name.to_owned())) };
            all.extend(held.into_iter().map(|mut object| {
                if let Value::Object(object) = &mut object {
                    object.insert("catalog".to_owned(), json!({ "id": catalog["id"] }));
                }
                object
            }));
        }
    }
    if !catalogs.is_null() {
        seed.insert("catalogs".to_owned(), catalogs);
    }
    Ok(())
}

fn plant_one(tenant: &mut Tenant, kind: Kind, object: &Value) -> Result<(), GraphError> {
    let problem = |sentence: &str| crate::errors::invalid_model("", sentence);
    let Value::Object(object) = object else { return Err(problem("an object is expected")) };
    let id = match object.get("id") {
        None => None,
        Some(Value::String(id)) if !id.is_empty() => Some(id),
        Some(_) => return Err(problem("an id is a string")),
    };
    let id = id.filter(|_| kind != Kind::Settings);
    let taken = id.is_some_and(|id| match kind {
        kind if kind.is_directory() => tenant.directory_object(id).is_some(),
        kind => tenant.get(kind, id).is_some(),
    });
    if taken {
        return Err(problem("the id is taken by another object"));
    }
    let unseen = HashSet::new();
    let mut write = Write { tenant, version: Version::V1, parent: None, collection: "", unseen };
    let Some(seed) = kind.entity().operations.seed else { return Err(problem("it cannot be seeded")) };
    let canonical = seed(&mut write, object.clone())?;
    tenant.put(kind, canonical).map(|_| ()).ok_or_else(|| problem("it has no id"))
}

fn collection(kind: Kind) -> &'static str {
    (kind.entity().collection)(Version::V1)
}

fn collections() -> String {
    Kind::STORED.map(collection).join(", ")
}

fn named(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!(" ('{name}')"))
}

fn sentence(error: &GraphError) -> String {
    match &error.detail {
        Some((target, sentence)) if target.is_empty() => sentence.clone(),
        Some((target, sentence)) => format!("{target}: {sentence}"),
        None => error.message.clone(),
    }
}
