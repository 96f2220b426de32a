//! Catalogs: whether their packages may be requested, from outside too, what those may give, and who decides that.

use super::super::phrase::{Sentence, object as named, say, some, titled};
use super::super::{Effect, EffectKind, When, codes, switch};
use super::sets::{Difference, Element, difference, elements};
use super::{Unsaid, attributes, effect, sides};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::{Dimension, Object};

const RESOURCES: &str = "resources";
const ROLES: &str = "roleAssignments";

/// A new catalog is held against an empty one that nobody manages and that is published as it is: nothing can be
/// requested of it yet.
pub fn compare(before: Option<&Object>, after: Option<&Object>, out: &mut Vec<Effect>) {
    let Some(one) = before.or(after) else { return };
    let nothing = Object::new(one.ty);
    if let (Some(before), Some(after)) = (before, after) {
        state(before, after, out);
    }
    let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    visibility(before, after, out);
    resources(before, after, out);
    roles(before, after, out);
}

fn state(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let (have, want) = (state_of(before), state_of(after));
    if have.eq_ignore_ascii_case(want) {
        return;
    }
    let rank = |word: &str| ["unpublished", "published"].iter().position(|w| w.eq_ignore_ascii_case(word));
    let (kind, clause, when) = match (rank(have), rank(want)) {
        (Some(have), Some(want)) if want > have => {
            (Widens, "packages of {it} may now be requested, as their policies say".into(), When::NewRequests)
        }
        (Some(_), Some(_)) => (
            Narrows,
            "packages of {it} may no longer be requested, whatever their policies say".into(),
            When::NewRequestsKeepingAccess,
        ),
        _ => (
            Unknown,
            say!["the state of {it} is now ", Sentence::name(want), " instead of ", Sentence::name(have)],
            When::NewRequests,
        ),
    };
    let sides = (Some(have.into()), Some(want.into()));
    out.push(effect(Dimension::Requestors, kind, codes::CATALOG_STATE, when, clause, sides));
}

fn state_of(catalog: &Object) -> &str {
    catalog.text("state").unwrap_or("published")
}

fn visibility(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let (have, want) = (before.flag("isExternallyVisible"), after.flag("isExternallyVisible"));
    let Some(kind) = switch(have, want, Widens) else { return };
    let (clause, when) = match kind {
        Widens => (
            "people from outside this directory may now request packages of {it}, where a policy lets them",
            When::NewRequests,
        ),
        _ => (
            "people from outside this directory may no longer request packages of {it}",
            When::NewRequestsKeepingAccess,
        ),
    };
    let sides = (Some(have.into()), Some(want.into()));
    out.push(effect(Dimension::External, kind, codes::EXTERNALLY_VISIBLE, when, clause.into(), sides));
}

fn resources(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let (have, want) = (elements(before, RESOURCES), elements(after, RESOURCES));
    let moved = difference(&have, &want);
    for (kind, list) in moved.moves() {
        let what = some(list.iter().map(resource).collect());
        let clause = match kind {
            Widens => say!["owners and package managers of {it} may now give access to ", what],
            _ => say!["owners and package managers of {it} may no longer give access to ", what],
        };
        let sides = sides(RESOURCES, before, after);
        let (dimension, code) = (Dimension::Resources, codes::CATALOG_RESOURCES);
        out.push(effect(dimension, kind, code, When::ByManagers, clause, sides));
    }
    moved.tell_namesakes(Dimension::Resources, When::ByManagers, RESOURCES, (before, after), out);
    for old in &have {
        let Some(new) = want.iter().find(|new| new.is_same(old)) else { continue };
        if let (Some(before), Some(after)) = (old.object, new.object) {
            attributes::compare(before, after, &resource(new), out);
        }
    }
}

fn resource(resource: &Element) -> Sentence {
    resource.object.map_or_else(|| "a resource that this version does not know".into(), titled_resource)
}

/// A resource with its kind: `the group "Staff"`.
pub fn titled_resource(resource: &Object) -> Sentence {
    let id = || Sentence::name(resource.text("originId").unwrap_or_default());
    match (resource.ty.name, resource.reference("originId")) {
        ("groupResource", Some(group)) => titled("group", group),
        ("applicationResource", Some(application)) => titled("application", application),
        ("siteResource", _) => say!["the site ", id()],
        _ => say![id(), " in ", Sentence::name(resource.text("originSystem").unwrap_or_default())],
    }
}

/// A role on a catalog.
struct Role {
    word: &'static str,
    /// Roles that may do all that this one may, and more.
    within: &'static [&'static str],
    noun: &'static str,
    may: &'static str,
}

/// The roles, the gravest first.
const CATALOG_ROLES: [Role; 4] = [
    Role {
        word: "owner",
        within: &[],
        noun: "an owner",
        may: "change everything in {it}, who gets access included",
    },
    Role {
        word: "accessPackageManager",
        within: &["owner"],
        noun: "an access package manager",
        may: "change packages and policies of {it}, and so who gets access",
    },
    Role {
        word: "assignmentManager",
        within: &["owner"],
        noun: "an assignment manager",
        may: "give and take access to packages of {it}, and change their policies",
    },
    Role {
        word: "reader",
        within: &["owner", "accessPackageManager", "assignmentManager"],
        noun: "a reader",
        may: "see everything in {it}, who has access included",
    },
];

fn roles(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let (have, want) = (elements(before, ROLES), elements(after, ROLES));
    let moved = difference(&have, &want);
    let Difference { added, removed, .. } = &moved;
    for role in &CATALOG_ROLES {
        for (kind, list, others) in [(Widens, added, &have), (Narrows, removed, &want)] {
            let is_it = |element: &&Element| element.text("role").eq_ignore_ascii_case(role.word);
            let who: Vec<Sentence> =
                list.iter().filter(is_it).filter(|e| !is_within(e, role, others)).map(principal).collect();
            if who.is_empty() {
                continue;
            }
            let clause = match kind {
                Widens => say![some(who), " may now, as ", role.noun, ", ", role.may],
                _ => say![some(who), " may no longer, as ", role.noun, ", ", role.may],
            };
            push(kind, clause, before, after, out);
        }
    }
    // Roles of a newer service, and principals of an unknown type.
    let is_known = |e: &Element| CATALOG_ROLES.iter().any(|r| r.word.eq_ignore_ascii_case(e.text("role")));
    for (kind, list) in [(Widens, added), (Narrows, removed)] {
        let who: Vec<Sentence> = list.iter().filter(|e| !is_known(e)).map(principal).collect();
        if !who.is_empty() {
            let has = if kind == Widens { " now has" } else { " no longer has" };
            push(
                kind,
                say![some(who), has, " a role on {it} that this version does not know"],
                before,
                after,
                out,
            );
        }
    }
    moved.tell_namesakes(Dimension::Administration, When::AtOnce, ROLES, (before, after), out);
}

fn push(kind: EffectKind, clause: Sentence, before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let sides = sides(ROLES, before, after);
    let (dimension, code) = (Dimension::Administration, codes::CATALOG_ROLES);
    out.push(effect(dimension, kind, code, When::AtOnce, clause, sides));
}

/// Whether the same principal has a broader role on the other side.
fn is_within(element: &Element, role: &Role, others: &[Element]) -> bool {
    others.iter().any(|other| {
        other.reference.is_some()
            && other.reference == element.reference
            && role.within.iter().any(|broader| broader.eq_ignore_ascii_case(other.text("role")))
    })
}

/// Who has a role.
fn principal(assignment: &Element) -> Sentence {
    match (assignment.type_name(), assignment.reference) {
        ("userRoleAssignment", Some(user)) => named(user),
        ("groupRoleAssignment", Some(group)) => say!["members of ", named(group)],
        ("servicePrincipalRoleAssignment", Some(principal)) => titled("service principal", principal),
        _ => "somebody whom this version does not know".into(),
    }
}

pub fn describe(catalog: &Object, unsaid: Unsaid) -> Sentence {
    let resources = elements(catalog, RESOURCES);
    let gives = if unsaid.hides(catalog, RESOURCES) {
        "what packages of {it} may give access to is left as it is".into()
    } else if resources.is_empty() {
        "packages of {it} have no resources to give".into()
    } else {
        say!["packages of {it} may give access to ", some(resources.iter().map(resource).collect())]
    };
    let requests = match (state_of(catalog), catalog.flag("isExternallyVisible")) {
        ("unpublished", _) => "; nobody may request them",
        (_, true) => "; they may be requested as their policies say, from outside too",
        (_, false) => "; they may be requested as their policies say, from inside this directory alone",
    };
    let all = elements(catalog, ROLES);
    let managed = CATALOG_ROLES.iter().fold(Sentence::default(), |sentence, role| {
        let is_it = |e: &&Element| e.text("role").eq_ignore_ascii_case(role.word);
        let who: Vec<Sentence> = all.iter().filter(is_it).map(principal).collect();
        if who.is_empty() {
            sentence
        } else {
            say![sentence, "; ", some(who), " may, as ", role.noun, ", ", role.may]
        }
    });
    say![gives, requests, managed]
}
