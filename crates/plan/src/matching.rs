//! Which document means which live object, and what follows from it.
//!
//! A document means the one live object that has its display name or a previous one, letter case aside, within what
//! holds it: a policy within its package, a package within its catalog; or the one that it pins. Two are an error;
//! none is a create only if all that could be meant was read. What is held by something that is yet to be created is
//! a create as well. Live policies that no document means are unmanaged: listed, left alone. One of them that says
//! what a document would create may be that policy under another name: then the plan asks.

use crate::body::{future_values, replace_body};
use crate::change::{Action, Change, Plan, Unmanaged};
use crate::codes;
use crate::diff::{described, diff};
use crate::{impact, order, other_shape, renames};
use entrant_model::desired::Intent;
use entrant_model::facts::PolicyFacts;
use entrant_model::live::{LiveObject, OtherShape};
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::value::{Value, each_reference_mut};
use entrant_model::{
    Address, Desired, Diagnostic, Id, Kind, Live, Object, Place, Pointer, Reference, RemovedAction, Version,
};
use std::collections::{BTreeMap, BTreeSet};

/// The plan that makes the tenant say what the documents say, with what stands in its way.
///
/// Errors among the diagnostics mean that the plan is not complete and must not be executed.
pub fn plan(desired: Vec<Desired>, live: &Live) -> (Plan, Vec<Diagnostic>) {
    plan_owned(desired, live, &BTreeMap::new())
}

/// [`plan`], where what no document means in these packages is deleted. Each comes with where the configuration says so.
pub fn plan_owned(
    mut desired: Vec<Desired>,
    live: &Live,
    exclusive: &BTreeMap<Id, Place>,
) -> (Plan, Vec<Diagnostic>) {
    desired.sort_by_cached_key(|d| (d.address.key(), d.place.clone()));
    let mut diagnostics = Vec::new();
    let mut plan = Plan::default();
    let mut taken: BTreeMap<(Kind, Holder, String, Option<&Id>), &Place> = BTreeMap::new();
    let mut meant: BTreeMap<&Id, &Place> = BTreeMap::new();
    let index = Index::of(live);
    for declared in &desired {
        let Some(holder) = Holder::of(&declared.parent) else { continue };
        let key = (declared.address.kind, holder, fold(name_of(&declared.address)), pin_of(declared));
        if let Some(first) = taken.insert(key, &declared.place) {
            diagnostics.push(same_object(declared, first));
            continue;
        }
        match matched(declared, live, &index) {
            Ok(found) => {
                if let Some(found) = found
                    && let Some(first) = meant.insert(&found.id, &declared.place)
                {
                    diagnostics.push(same_live_object(declared, first, found));
                    continue;
                }
                step(declared, found, live, &mut plan, &mut diagnostics);
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    plan.unmanaged = unmanaged(&desired, &meant, live);
    diagnostics.extend(renames::questions(&plan, live));
    delete_absent(&mut plan, exclusive, &meant, live);
    impact::fill(&mut plan, live);
    order::sort(&mut plan.changes);
    plan.desired = desired;
    (plan, diagnostics)
}

/// What holds a declared object.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Holder<'a> {
    Live(&'a Id),
    /// It is yet to be created; the key of its address.
    Declared(String),
}

impl<'a> Holder<'a> {
    fn of(parent: &'a Reference) -> Option<Self> {
        match &parent.id {
            Some(id) => Some(Self::Live(id)),
            None => parent.placeholder().map(|address| Self::Declared(address.key())),
        }
    }
}

/// Deletes what no document means in the packages that are owned exclusively. Forgotten objects are meant, too.
fn delete_absent(
    plan: &mut Plan,
    exclusive: &BTreeMap<Id, Place>,
    meant: &BTreeMap<&Id, &Place>,
    live: &Live,
) {
    let mut deleted = BTreeSet::new();
    let mut policies: Vec<&LiveObject> = live.policies.iter().collect();
    policies.sort_by_key(|policy| &policy.id);
    for policy in policies {
        let Some(place) = exclusive.get(&policy.parent) else { continue };
        let is_absent = policy.version == Version::V1 && !meant.contains_key(&policy.id);
        let Some(package) = live.packages.get(&policy.parent).filter(|_| is_absent) else { continue };
        if !deleted.insert(policy.id.clone()) {
            continue;
        }
        let object = named(&policy.object, &live.names);
        let mut fields = described(&object);
        for field in &mut fields {
            field.before = field.after.take();
        }
        plan.changes.push(Change {
            address: Address::policy(&package.catalog_name, &package.name, &policy.display_name),
            kind: Kind::AssignmentPolicy,
            version: Version::V1,
            action: Action::Delete,
            parent: package.reference(),
            desired: None,
            live: Some(LiveObject { object, ..policy.clone() }),
            fingerprint: BTreeMap::new(),
            fields,
            impact: Vec::new(),
            reason: Some("no document declares it, and its place is owned exclusively".to_owned()),
            by_absence: true,
            with_assignments: false,
            place: place.clone(),
        });
    }
    plan.unmanaged.retain(|unmanaged| !deleted.contains(&unmanaged.id));
}

/// The live policies that must be looked at through the other version before they are updated or deleted. Other kinds
/// are written in v1.0 alone, and by their differing members alone, so that nothing is lost by it.
pub fn candidates(plan: &Plan) -> Vec<(Version, Id)> {
    let is_touched =
        |c: &&Change| c.kind == Kind::AssignmentPolicy && matches!(c.action, Action::Update | Action::Delete);
    let touched = plan.changes.iter().filter(is_touched);
    touched.filter_map(|c| Some((c.version.other(), c.live.as_ref()?.id.clone()))).collect()
}

/// What the updates of a plan would drop unseen, from what was read in the other version.
pub fn look_through(plan: &Plan, live: &Live) -> Vec<Diagnostic> {
    let is_seen_twice = |c: &&Change| c.kind == Kind::AssignmentPolicy && c.action == Action::Update;
    plan.changes.iter().filter(is_seen_twice).filter_map(|change| look_through_one(change, live)).collect()
}

fn look_through_one(change: &Change, live: &Live) -> Option<Diagnostic> {
    let id = &change.live.as_ref()?.id;
    let (own, other) = (change.version, change.version.other());
    match live.other_shape.get(id) {
        Some(OtherShape::Read(seen)) => {
            let dropped = other_shape::dropped(&seen.object);
            if dropped.is_empty() {
                return None;
            }
            let mut diagnostic = Diagnostic::new(
                codes::WOULD_DROP,
                format!("an update of `{}` in the {own} shape would drop what only {other} shows", change.address),
            )
            .at(change.place.clone(), format!("declared in the {own} shape"));
            for sentence in dropped {
                diagnostic = diagnostic.note(visible(&sentence));
            }
            Some(diagnostic.help(format!(
                "declare the policy with `apiVersion: {other}`, or remove the setting in the portal first"
            )))
        }
        Some(OtherShape::Unavailable) => Some(
            Diagnostic::new(
                codes::OTHER_VERSION_MISSING,
                format!("`{}` was not looked at in the {other} shape: this cloud does not offer it", change.address),
            )
            .at(change.place.clone(), "would be updated"),
        ),
        None => Some(
            Diagnostic::new(
                codes::INCOMPLETE_READ,
                format!("`{}` could not be read in the {other} shape, so an update might drop what only that shows", change.address),
            )
            .at(change.place.clone(), "would be updated"),
        ),
    }
}

fn name_of(address: &Address) -> &str {
    address.segments.last().map_or("", String::as_str)
}

fn same_object(declared: &Desired, first: &Place) -> Diagnostic {
    Diagnostic::new(codes::SAME_OBJECT, format!("two documents mean `{}`", declared.address))
        .at(declared.place.clone(), "this one")
        .related(first.clone(), "and this one")
        .help("keep one of them")
}

/// Two documents mean one live object.
fn same_live_object(declared: &Desired, first: &Place, found: &LiveObject) -> Diagnostic {
    let own = fold(name_of(&declared.address)) == fold(&found.display_name);
    let diagnostic = same_object(declared, first);
    if own && previous_names_of(declared).is_empty() {
        return diagnostic;
    }
    let noun = match found.kind {
        Kind::AssignmentPolicy => "policy",
        kind => kind.noun(),
    };
    diagnostic.note(format!("the live {noun} is called `{}` now", visible(&found.display_name))).help(
        format!(
            "to give a name to another {noun}, apply the rename first, and declare the new {noun} after that"
        ),
    )
}

/// Names that the declaration's object had before.
fn previous_names_of(declared: &Desired) -> &[String] {
    match &declared.intent {
        Intent::Present { envelope, .. } => &envelope.previous_names,
        Intent::Removed(_) => &[],
    }
}

/// The one object that the declaration is pinned to.
fn pin_of(declared: &Desired) -> Option<&Id> {
    match &declared.intent {
        Intent::Present { envelope, .. } => envelope.pin.as_ref(),
        Intent::Removed(_) => None,
    }
}

/// The shape in which the declaration's object is looked for.
fn version_of(declared: &Desired) -> Version {
    match &declared.intent {
        Intent::Present { envelope, .. } => envelope.version,
        Intent::Removed(_) => Version::V1,
    }
}

/// The live objects by what documents call them, so that a plan takes time in proportion to what it plans.
struct Index<'a> {
    /// By kind, shape, what holds it and name, letter case aside.
    by_name: BTreeMap<(Kind, Version, &'a Id, String), Vec<&'a LiveObject>>,
    /// By kind, shape, what holds it and id.
    by_id: BTreeMap<(Kind, Version, &'a Id, &'a Id), &'a LiveObject>,
}

impl<'a> Index<'a> {
    fn of(live: &'a Live) -> Self {
        let mut index = Self { by_name: BTreeMap::new(), by_id: BTreeMap::new() };
        for object in live.policies.iter().chain(&live.objects) {
            let (kind, version, parent) = (object.kind, object.version, &object.parent);
            let of_name = index.by_name.entry((kind, version, parent, fold(&object.display_name)));
            of_name.or_default().push(object);
            index.by_id.entry((kind, version, parent, &object.id)).or_insert(object);
        }
        index
    }
}

fn matched<'a>(
    declared: &Desired,
    live: &'a Live,
    index: &Index<'a>,
) -> Result<Option<&'a LiveObject>, Box<Diagnostic>> {
    let (kind, version) = (declared.address.kind, version_of(declared));
    let Some(parent) = &declared.parent.id else {
        // What holds it is yet to be created, so it holds nothing.
        return pin_of(declared).map_or(Ok(None), |pin| Err(Box::new(no_pin(declared, pin))));
    };
    let previous = previous_names_of(declared);
    let names = || std::iter::once(name_of(&declared.address)).chain(previous.iter().map(String::as_str));
    if !names().all(|name| live.coverage.holds(kind, version, parent, name)) {
        return Err(Box::new(
            Diagnostic::new(
                codes::INCOMPLETE_READ,
                format!("{} were not read to the end", held_by(declared)),
            )
            .at(declared.place.clone(), "cannot be planned"),
        ));
    }
    if let Some(pin) = pin_of(declared) {
        return match index.by_id.get(&(kind, version, parent, pin)) {
            Some(found) => Ok(Some(found)),
            None => Err(Box::new(no_pin(declared, pin))),
        };
    }
    let of_name =
        |name| index.by_name.get(&(kind, version, parent, fold(name))).map_or(&[][..], Vec::as_slice);
    let mut found: Vec<&LiveObject> = names().flat_map(of_name).copied().collect();
    found.sort_by_key(|p| &p.id);
    found.dedup_by_key(|p| &p.id);
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => Err(Box::new(ambiguous(declared, several))),
    }
}

/// What is held by what holds the declared object: "the policies of `Marketing campaign`".
fn held_by(declared: &Desired) -> String {
    let kind = declared.address.kind;
    match kind {
        Kind::AssignmentPolicy => format!("the policies of `{}`", visible(declared.parent.label())),
        _ if kind.parent() == Kind::Tenant => format!("the {}s of the tenant", kind.noun()),
        _ => format!("the {}s of `{}`", kind.noun(), visible(declared.parent.label())),
    }
}

/// No object has the id that the document pins.
fn no_pin(declared: &Desired, pin: &Id) -> Diagnostic {
    let noun = match declared.address.kind {
        Kind::AssignmentPolicy => "policy",
        kind => kind.noun(),
    };
    let of = match declared.address.kind.parent() {
        Kind::Tenant => String::new(),
        _ => format!(" of `{}`", visible(declared.parent.label())),
    };
    Diagnostic::new(codes::PIN_NOT_FOUND, format!("no {noun}{of} has the pinned id {pin}"))
        .at(declared.place.at(Pointer::default().child("pin")), "not there")
        .help(format!("remove the `pin:` line to create the {noun} anew, or correct the id"))
}

/// Several live objects are called as the document calls its own, or called it before.
fn ambiguous(declared: &Desired, several: &[&LiveObject]) -> Diagnostic {
    let own = fold(name_of(&declared.address));
    let is_renamed = several.iter().any(|policy| fold(&policy.display_name) != own);
    let nouns = match declared.address.kind {
        Kind::AssignmentPolicy => "policies".to_owned(),
        kind => format!("{}s", kind.noun()),
    };
    let message = if is_renamed {
        format!("{} live {nouns} have the name of `{}` or a previous one", several.len(), declared.address)
    } else {
        format!("{} live {nouns} have the address `{}`", several.len(), declared.address)
    };
    let mut diagnostic =
        Diagnostic::new(codes::AMBIGUOUS_POLICY, message).at(declared.place.clone(), "which one is meant?");
    for policy in several {
        let address = declared.address.sibling(&policy.display_name);
        diagnostic = diagnostic.note(format!("`{address}#{}`", policy.id));
    }
    diagnostic = diagnostic.help(format!("add `pin: {}` for the first of them, say", several[0].id));
    if is_renamed {
        diagnostic = diagnostic
            .help("if the rename is done, leave `previousNames` out: the other one is then left as it is");
    }
    diagnostic
}

/// Whether the document says that it is deleted also where people hold access through it.
fn declared_with_assignments(declared: &Desired) -> bool {
    matches!(declared.intent, Intent::Removed(RemovedAction::DeleteWithAssignments))
}

/// What one declaration adds to the plan.
fn step(
    declared: &Desired,
    found: Option<&LiveObject>,
    live: &Live,
    plan: &mut Plan,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let change =
        |action, desired: Option<Object>, live: Option<LiveObject>, fields, reason: Option<&str>| Change {
            address: declared.address.clone(),
            kind: declared.address.kind,
            version: version_of(declared),
            action,
            parent: declared.parent.clone(),
            desired,
            live,
            fingerprint: BTreeMap::new(),
            fields,
            impact: Vec::new(),
            reason: reason.map(str::to_owned),
            by_absence: false,
            with_assignments: declared_with_assignments(declared),
            place: declared.place.clone(),
        };
    if let (Intent::Present { object, .. }, Some(found)) = (&declared.intent, found)
        && diff(object, &found.object).is_empty()
    {
        plan.unchanged.push(declared.address.clone());
        return;
    }
    // Names are for display: what differs by name differs by id.
    let found = found.map(|f| LiveObject { object: named(&f.object, &live.names), ..f.clone() });
    match (&declared.intent, found) {
        (Intent::Present { object, .. }, None) => {
            plan.changes.push(change(Action::Create, Some(object.clone()), None, described(object), None));
        }
        (Intent::Present { object, .. }, Some(found)) => {
            let fields = diff(object, &found.object);
            diagnostics.extend(unwritable(declared, object, &found));
            let kept = renames::reason(found.kind, &found.display_name, object)
                .into_iter()
                .chain(carried(&found.object));
            let kept = Some(kept.collect::<Vec<_>>().join("; ")).filter(|reasons| !reasons.is_empty());
            plan.changes.push(change(
                Action::Update,
                Some(object.clone()),
                Some(found),
                fields,
                kept.as_deref(),
            ));
        }
        (Intent::Removed(RemovedAction::Delete | RemovedAction::DeleteWithAssignments), Some(found)) => {
            let mut fields = described(&found.object);
            for field in &mut fields {
                field.before = field.after.take();
            }
            plan.changes.push(change(Action::Delete, None, Some(found), fields, None));
        }
        (Intent::Removed(RemovedAction::Forget), Some(found)) => {
            let reason = "no longer managed; left as it is";
            plan.changes.push(change(Action::Keep, None, Some(found), Vec::new(), Some(reason)));
        }
        // What shall be gone is gone.
        (Intent::Removed(_), None) => {}
    }
}

/// How many properties an update carries that the tables do not know, as a sentence; `None` for none.
fn carried(live: &Object) -> Option<String> {
    fn count(value: &Value) -> usize {
        match value {
            Value::Object(object) => {
                object.unknown().count() + object.said().map(|(_, v)| count(v)).sum::<usize>()
            }
            Value::List(list) => list.iter().map(count).sum(),
            _ => 0,
        }
    }
    match live.unknown().count() + live.said().map(|(_, v)| count(v)).sum::<usize>() {
        0 => None,
        1 => Some("keeps 1 property that this version does not know".to_owned()),
        several => Some(format!("keeps {several} properties that this version does not know")),
    }
}

/// What an object is made with and keeps: Graph takes no change of it.
const FIXED: [(Kind, &str); 2] =
    [(Kind::ConnectedOrganization, "identitySources"), (Kind::WorkflowExtension, "type")];

/// Why the live object must not be written back as it was read, or cannot be made to say what is declared.
fn unwritable(declared: &Desired, object: &Object, found: &LiveObject) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for field in diff(object, &found.object) {
        let Some(member) = field.path.0.first() else { continue };
        if FIXED.contains(&(declared.address.kind, member.as_str())) {
            let noun = declared.address.kind.noun();
            diagnostics.push(
                Diagnostic::new(
                    codes::FIXED_MEMBER,
                    format!("`{member}` of `{}` cannot be changed", declared.address),
                )
                .at(declared.place.at(Pointer::default().child(member)), "not what is there")
                .note(format!("Graph takes it when the {noun} is made, and no other one later"))
                .help(format!(
                    "write what is there, or declare the {noun} under another name and remove this one"
                )),
            );
        }
    }
    for pointer in future_values(object.ty, &replace_body(object, &found.wire.json())) {
        diagnostics.push(
            Diagnostic::new(
                codes::FUTURE_VALUE,
                format!(
                    "the live value of `{pointer}` of `{}` is newer than this API version",
                    declared.address
                ),
            )
            .at(declared.place.clone(), "an update would overwrite it")
            .help("write that member in the document, or make the change in the portal"),
        );
    }
    for member in &found.unread {
        diagnostics.push(
            Diagnostic::new(
                codes::UNREAD_MEMBER,
                format!(
                    "`{member}` of `{}` was not returned by the server, so an update would replace it unseen",
                    declared.address
                ),
            )
            .at(declared.place.clone(), "cannot be updated"),
        );
    }
    diagnostics
}

/// The object with the names of what it refers to, for display.
pub(crate) fn named(object: &Object, names: &BTreeMap<Id, String>) -> Object {
    let mut object = object.clone();
    each_reference_mut(&mut object, &mut |_, reference| {
        if let Some(name) = reference.id.as_ref().and_then(|id| names.get(id)) {
            reference.name = Some(name.as_str().into());
        }
    });
    object
}

/// Live policies of the named packages that no document means.
fn unmanaged(desired: &[Desired], meant: &BTreeMap<&Id, &Place>, live: &Live) -> Vec<Unmanaged> {
    let is_policy = |d: &&Desired| d.address.kind == Kind::AssignmentPolicy;
    let named: BTreeSet<&Id> =
        desired.iter().filter(is_policy).filter_map(|d| d.parent.id.as_ref()).collect();
    let mut seen = BTreeSet::new();
    let policies: Vec<&LiveObject> =
        live.policies.iter().filter(|p| named.contains(&p.parent) && seen.insert(&p.id)).collect();
    let address = |policy: &LiveObject| match live.packages.get(&policy.parent) {
        Some(package) => Address::policy(&package.catalog_name, &package.name, &policy.display_name),
        None => Address::policy("?", policy.parent.as_str(), &policy.display_name),
    };
    if policies.iter().all(|p| meant.contains_key(&p.id)) {
        return Vec::new();
    }
    let mut of_address: BTreeMap<String, usize> = BTreeMap::new();
    for policy in &policies {
        *of_address.entry(address(policy).key()).or_default() += 1;
    }
    let mut result: Vec<Unmanaged> = policies
        .into_iter()
        .filter(|p| !meant.contains_key(&p.id))
        .map(|policy| {
            let address = address(policy);
            let alone = of_address.get(&address.key()).copied() == Some(1);
            Unmanaged {
                address: if alone { address.to_string() } else { format!("{address}#{}", policy.id) },
                kind: Kind::AssignmentPolicy,
                id: policy.id.clone(),
                takes_requests: PolicyFacts::of(&policy.object).may_request(),
            }
        })
        .collect();
    result.sort_by_cached_key(|u| (!u.takes_requests, fold(&u.address), u.id.clone()));
    result
}
