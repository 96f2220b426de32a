//! What objects are, one by one: each live object that was read and each declared one, and how the two stand to each other.

use crate::change::{Action, Change, Plan};
use crate::impact::objects::laid_over;
use crate::matching::named;
use entrant_model::desired::Intent;
use entrant_model::live::LiveObject;
use entrant_model::reference::{fold, same_name};
use entrant_model::{Address, Desired, Id, Kind, Live, Object, Place, Version};
use std::collections::BTreeSet;

/// An object as it is, as it is declared, and what lies between.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its address.
    pub address: Address,
    /// Its id; `None` where it is yet to be created.
    pub id: Option<Id>,
    /// The shape in which it is read, and written where it is declared.
    pub version: Version,
    /// Where its document stands.
    pub place: Option<Place>,
    /// What is.
    pub live: Option<Object>,
    /// What shall be; `None` where no document says it, or says that it shall go.
    pub desired: Option<Object>,
    /// What apply would do.
    pub state: State,
}

/// How an object and its document stand to each other.
#[derive(Debug, Clone)]
pub enum State {
    /// No document declares it; it is left alone.
    Unmanaged,
    /// It is as its document says.
    AsDeclared,
    /// What apply would do.
    Differs(Box<Change>),
}

impl Shown {
    /// What its sentence means by "it": the package of a policy, else the object itself.
    pub fn subject_label(&self) -> &str {
        let segments = &self.address.segments;
        let segment = match self.address.kind {
            Kind::AssignmentPolicy => segments.get(1),
            _ => segments.last(),
        };
        segment.map_or(self.address.kind.noun(), String::as_str)
    }

    /// What will be once its document is applied: what that says, and what it leaves as it is. `None` where no document
    /// says that it shall be.
    pub fn outcome(&self) -> Option<Object> {
        let desired = self.desired.as_ref()?;
        Some(self.live.as_ref().map_or_else(|| desired.clone(), |live| laid_over(desired, live)))
    }
}

/// What a plan and what was read for it hold, as far as `is_meant`, by address.
pub fn shown(plan: &Plan, live: &Live, is_meant: &dyn Fn(&Address, Option<&Id>) -> bool) -> Vec<Shown> {
    let mut all: Vec<Shown> = plan.changes.iter().map(of_change).collect();
    let is_unchanged = |declared: &&Desired| plan.unchanged.contains(&declared.address);
    all.extend(plan.desired.iter().filter(is_unchanged).filter_map(|declared| of_unchanged(declared, live)));
    let mut known: BTreeSet<Id> = all.iter().filter_map(|shown| shown.id.clone()).collect();
    for object in live.policies.iter().chain(&live.objects) {
        if known.insert(object.id.clone()) {
            all.push(of_unmanaged(object, live));
        }
    }
    all.retain(|shown| is_meant(&shown.address, shown.id.as_ref()));
    all.sort_by_cached_key(|shown| (shown.address.key(), shown.id.clone()));
    all
}

fn of_change(change: &Change) -> Shown {
    Shown {
        address: change.address.clone(),
        id: change.live.as_ref().map(|live| live.id.clone()),
        version: change.version,
        place: Some(change.place.clone()),
        live: change.live.as_ref().map(|live| live.object.clone()),
        desired: change.desired.clone().filter(|_| change.action != Action::Keep),
        state: State::Differs(Box::new(change.clone())),
    }
}

fn of_unchanged(declared: &Desired, live: &Live) -> Option<Shown> {
    let Intent::Present { envelope, object } = &declared.intent else { return None };
    // There is one object of settings, and it has no name.
    let name = declared.address.segments.last();
    let is_it = |object: &&LiveObject| {
        object.kind == declared.address.kind
            && object.version == envelope.version
            && Some(&object.parent) == declared.parent.id.as_ref()
            && match &envelope.pin {
                Some(pin) => object.id == *pin,
                None => name.is_none_or(|name| same_name(Some(&object.display_name), Some(name))),
            }
    };
    let found = live.policies.iter().chain(&live.objects).find(is_it)?;
    Some(Shown {
        address: declared.address.clone(),
        id: Some(found.id.clone()),
        version: envelope.version,
        place: Some(declared.place.clone()),
        live: Some(named(&found.object, &live.names)),
        desired: Some(object.clone()),
        state: State::AsDeclared,
    })
}

fn of_unmanaged(object: &LiveObject, live: &Live) -> Shown {
    Shown {
        address: address_of(object, live),
        id: Some(object.id.clone()),
        version: object.version,
        place: None,
        live: Some(named(&object.object, &live.names)),
        desired: None,
        state: State::Unmanaged,
    }
}

/// The address of a live object, by what was read of what holds it.
pub fn address_of(object: &LiveObject, live: &Live) -> Address {
    let name = object.display_name.as_str();
    let catalog = |id: &Id| {
        let is_it = |found: &&LiveObject| found.kind == Kind::Catalog && found.id == *id;
        let read = live.objects.iter().find(is_it).map(|found| found.display_name.as_str());
        let of_package = || live.packages.values().find(|package| package.catalog == *id);
        read.or_else(|| of_package().map(|package| package.catalog_name.as_str())).unwrap_or("?").to_owned()
    };
    match object.kind {
        Kind::AssignmentPolicy => match live.packages.get(&object.parent) {
            Some(package) => Address::policy(&package.catalog_name, &package.name, name),
            None => Address::policy("?", object.parent.as_str(), name),
        },
        kind if kind.parent() == Kind::Catalog => Address::of(kind, &[&catalog(&object.parent)], name),
        kind => Address::of(kind, &[], name),
    }
}

/// Whether several of these have this address, letter case aside.
pub fn is_shared(address: &Address, all: &[Shown]) -> bool {
    let key = fold(&address.to_string());
    all.iter().filter(|shown| shown.address.key() == key).count() > 1
}
