//! Access packages: what whoever is assigned one gets, and who may not request it.
//!
//! A new package gives nothing to anybody: policies let people have it. So making and deleting one has no effect here;
//! `crossing` says what it gives where the same plan also makes a policy for it.

use super::super::phrase::{Sentence, any, object as named, say, some, titled};
use super::super::{Effect, EffectKind, When, codes};
use super::sets::{Element, difference, elements};
use super::{Unsaid, effect, sides};
use entrant_model::{Code, Dimension, Object};

const ROLES: &str = "resourceRoleScopes";

/// The roles of resources that a package gives.
fn roles(package: &Object) -> Vec<Element<'_>> {
    elements(package, ROLES)
}

pub fn compare(before: Option<&Object>, after: Option<&Object>, out: &mut Vec<Effect>) {
    let (Some(before), Some(after)) = (before, after) else { return };
    let (have, want) = (roles(before), roles(after));
    let moved = difference(&have, &want);
    for (kind, list) in moved.moves() {
        let words = match kind {
            EffectKind::Widens => Given {
                gets: &|what| say!["whoever holds {it} gets ", what, " at once"],
                manages: &|what| say!["whoever holds {it} may manage ", what, " at once"],
            },
            _ => Given {
                gets: &|what| {
                    say![
                        "whoever holds {it} loses ",
                        what,
                        " at once, unless it comes to them from elsewhere,"
                    ]
                },
                manages: &|what| say!["whoever holds {it} may no longer manage ", what, " by it"],
            },
        };
        tell(kind, list, When::Holding, &words, (before, after), out);
    }
    moved.tell_namesakes(Dimension::Resources, When::Holding, ROLES, (before, after), out);
    incompatible(before, after, out);
}

/// The roles that a change of a package adds, and those that it takes out. A name that means another object does both.
pub fn resources_moved(before: &Object, after: &Object) -> (Vec<Sentence>, Vec<Sentence>) {
    let (have, want) = (roles(before), roles(after));
    let without = |list: &[Element], other: &[Element]| -> Vec<Sentence> {
        list.iter().filter(|role| !other.iter().any(|o| o.is_same(role))).map(role_in_words).collect()
    };
    (without(&want, &have), without(&have, &want))
}

/// What a package gives, where making or deleting it lets people have that, or no longer.
pub fn given(package: &Object, kind: EffectKind, out: &mut Vec<Effect>) {
    let nothing = Object::new(package.ty);
    let all = roles(package);
    let (words, sides) = match kind {
        EffectKind::Widens => (
            Given {
                gets: &|what| say!["whoever is assigned {it} gets ", what],
                manages: &|what| say!["whoever is assigned {it} may manage ", what],
            },
            (&nothing, package),
        ),
        _ => (
            Given {
                gets: &|what| say!["nobody gets ", what, " by {it} any more"],
                manages: &|what| say!["nobody comes to manage ", what, " by {it} any more"],
            },
            (package, &nothing),
        ),
    };
    tell(kind, &all, When::NewAssignments, &words, sides, out);
}

/// The clauses about what is given: roles, and groups that may be managed.
struct Given<'a> {
    gets: &'a dyn Fn(Sentence) -> Sentence,
    manages: &'a dyn Fn(Sentence) -> Sentence,
}

fn tell(
    kind: EffectKind,
    list: &[Element],
    when: When,
    words: &Given,
    (before, after): (&Object, &Object),
    out: &mut Vec<Effect>,
) {
    let (owners, others): (Vec<&Element>, Vec<&Element>) = list.iter().partition(|role| is_ownership(role));
    let mut push = |code: Code, clause: Sentence| {
        let sides = sides(ROLES, before, after);
        out.push(effect(Dimension::Resources, kind, code, when, clause, sides));
    };
    if !owners.is_empty() {
        push(codes::GROUP_OWNERSHIP, (words.manages)(some(owners.into_iter().map(managed).collect())));
    }
    if !others.is_empty() {
        push(codes::RESOURCE_ROLES, (words.gets)(some(others.into_iter().map(role_in_words).collect())));
    }
}

fn is_ownership(role: &Element) -> bool {
    role.type_name() == "groupRole" && matches!(role.text("role"), "Owner" | "Eligible Owner")
}

/// The group that whoever has this role may manage.
fn managed(role: &Element) -> Sentence {
    let group = role.reference.map_or_else(|| "a group".into(), |group| titled("group", group));
    match role.text("role") {
        "Owner" => group,
        _ => say![group, " for a time of their choice"],
    }
}

/// A role as something to get: `membership of "Staff"`, `the role "Clerk" of "Payroll"`.
fn role_in_words(role: &Element) -> Sentence {
    let name = || role.reference.map_or_else(Sentence::default, named);
    let word = role.text("role");
    match (role.type_name(), word) {
        ("groupRole", "Member") => say!["membership of ", name()],
        ("groupRole", "Eligible Member") => say!["eligible membership of ", name()],
        ("groupRole", "Owner") => say!["ownership of ", name()],
        ("groupRole", "Eligible Owner") => say!["eligible ownership of ", name()],
        ("groupRole" | "applicationRole", _) => say!["the role ", Sentence::name(word), " of ", name()],
        ("siteRole", _) => {
            say!["the role ", Sentence::name(word), " of the site ", Sentence::name(role.text("originId"))]
        }
        ("accessPackageResourceRoleScope", _) => say![
            "the role ",
            Sentence::name(word),
            " of ",
            Sentence::name(role.text("originId")),
            " in ",
            Sentence::name(role.text("originSystem"))
        ],
        _ => "a role that this version does not know".into(),
    }
}

fn incompatible(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let sorts: [(&str, Code, &'static str); 2] = [
        ("incompatibleAccessPackages", codes::INCOMPATIBLE_PACKAGES, "whoever holds "),
        ("incompatibleGroups", codes::INCOMPATIBLE_GROUPS, "members of "),
    ];
    for (member, code, who) in sorts {
        let (have, want) = (elements(before, member), elements(after, member));
        let moved = difference(&have, &want);
        for (kind, list) in moved.moves() {
            // Off the list somebody may ask again, and on it no longer: the other way round than with what is given.
            let kind = kind.reversed();
            let names = any(list.iter().filter_map(|e| e.reference).map(named).collect());
            let (clause, when) = match kind {
                EffectKind::Widens => (
                    say![who, names, " may now request {it} too, where a policy lets them"],
                    When::NewRequests,
                ),
                _ => (say![who, names, " may no longer request {it}"], When::NewRequestsKeepingAccess),
            };
            let sides = sides(member, before, after);
            out.push(effect(Dimension::Requestors, kind, code, when, clause, sides));
        }
        let when = When::NewRequestsKeepingAccess;
        moved.tell_namesakes(Dimension::Requestors, when, member, (before, after), out);
    }
}

pub fn describe(package: &Object, unsaid: Unsaid) -> Sentence {
    let all = roles(package);
    let gives = if unsaid.hides(package, ROLES) {
        "what whoever is assigned {it} gets is left as it is".into()
    } else if all.is_empty() {
        "whoever is assigned {it} gets nothing by it yet".into()
    } else {
        say!["whoever is assigned {it} gets ", Sentence::list(all.iter().map(role_in_words).collect())]
    };
    let held = |member: &str| -> Vec<Sentence> {
        elements(package, member).iter().filter_map(|e| e.reference).map(named).collect()
    };
    let mut barred = Vec::new();
    let (packages, groups) = (held("incompatibleAccessPackages"), held("incompatibleGroups"));
    if !packages.is_empty() {
        barred.push(say!["whoever holds ", Sentence::either(packages)]);
    }
    if !groups.is_empty() {
        barred.push(say!["members of ", Sentence::either(groups)]);
    }
    let barred = if barred.is_empty() {
        Sentence::default()
    } else {
        say!["; ", Sentence::list(barred), " may not request it"]
    };
    let hidden = if package.flag("isHidden") { "; only who has the link finds it" } else { "" };
    say![gives, barred, hidden]
}
