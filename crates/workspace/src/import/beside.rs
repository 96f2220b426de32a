//! Policies beside defaults of their catalog: what these would fill in where a document is silent is said.

use super::known::Known;
use super::read::Tenant;
use entrant_manifest::{Members, Taken};
use entrant_model::spec::Type;
use entrant_model::{Absent, Id, LiveObject, Object, Value};
use std::collections::BTreeMap;

/// By package: its catalog, and the defaults of that which policies of the package take.
pub type Defaults<'a> = BTreeMap<&'a Id, (&'a Id, Vec<&'a Taken>)>;

/// Says the members of `said` that defaults say and it does not: as `live` has them, which is what silence meant before.
pub fn say(said: &mut Object, live: &Object, members: &Members) {
    for (name, inner) in &members.0 {
        let Some((_, member)) = said.ty.member(name) else { continue };
        let own = said.get(name);
        // Settings that mean nothing are none; those that are kept have no other way to be said.
        let is_merged = !inner.0.is_empty()
            && match own {
                None => matches!(member.absent, Absent::Kept),
                Some(own) => *own != Value::Null,
            };
        let value = match (member.ty, live.get(name)) {
            (Type::Object(ty), Some(Value::Object(live))) if is_merged => {
                let mut settings = said.object(name).cloned().unwrap_or_else(|| Object::new(ty));
                say(&mut settings, live, inner);
                Value::Object(Box::new(settings))
            }
            _ if own.is_some() => continue,
            (_, Some(value @ (Value::Bool(_) | Value::Int(_) | Value::Enum(_) | Value::Duration(_)))) => {
                value.clone()
            }
            (_, Some(value @ Value::List(list))) if list.is_empty() => value.clone(),
            _ => Value::Null,
        };
        said.set(member.name, value);
    }
}

/// The catalog of each package, and the defaults of it that its policies take. Nothing where there are no defaults.
pub fn defaults<'a>(tenant: &'a Tenant, known: &Known, all: &'a [Taken]) -> Defaults<'a> {
    if all.is_empty() {
        return BTreeMap::new();
    }
    let of_catalog = |catalog: &'a LiveObject| {
        let called = known.names(catalog, &[]);
        let own = all.iter().filter(|taken| called.iter().any(|name| taken.is_for(name)));
        (&catalog.id, own.collect())
    };
    let catalogs: BTreeMap<&Id, Vec<&Taken>> = tenant.catalogs.iter().map(of_catalog).collect();
    let of_package = |package: &'a LiveObject| {
        let own = catalogs.get(&package.parent).cloned().unwrap_or_default();
        (&package.id, (&package.parent, own))
    };
    tenant.packages.iter().map(of_package).collect()
}
