//! Connected organizations: which policies mean their users, who these are, and who decides for them.

use super::super::phrase::{Sentence, object as named, say, some};
use super::super::{Effect, EffectKind, When, codes};
use super::sets::{Element, difference, elements};
use super::{Unsaid, effect, sides};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::facts::Scope;
use entrant_model::{Dimension, Object};

const SOURCES: &str = "identitySources";

/// A new organization is held against none: what it says of its people and their sponsors is part of what it is.
pub fn compare(before: Option<&Object>, after: Option<&Object>, out: &mut Vec<Effect>) {
    state(before, after, out);
    if let (Some(before), Some(after)) = (before, after) {
        sources(before, after, out);
        sponsors(before, after, out);
    }
}

/// How many policies mean an organization without naming it: none, those for all existing ones, those for all
/// configured ones as well. `None` for a word of a newer service.
fn rank(organization: Option<&Object>) -> Option<u8> {
    match organization.map(state_of) {
        None => Some(0),
        Some(word) if word.eq_ignore_ascii_case("proposed") => Some(1),
        Some(word) if word.eq_ignore_ascii_case("configured") => Some(2),
        Some(_) => None,
    }
}

fn state_of(organization: &Object) -> &str {
    organization.text("state").unwrap_or("configured")
}

/// In which direction policies of this scope change; `None` where they do not.
pub fn moves(scope: Scope, before: Option<&Object>, after: Option<&Object>) -> Option<EffectKind> {
    let least = match scope {
        Scope::AllExistingConnectedOrganizationUsers => 1,
        Scope::AllConfiguredConnectedOrganizationUsers => 2,
        _ => return None,
    };
    match (rank(before)? >= least, rank(after)? >= least) {
        (false, true) => Some(Widens),
        (true, false) => Some(Narrows),
        _ => None,
    }
}

fn state(before: Option<&Object>, after: Option<&Object>, out: &mut Vec<Effect>) {
    let words = (before.map(state_of), after.map(state_of));
    let is_same = match words {
        (Some(have), Some(want)) => have.eq_ignore_ascii_case(want),
        (have, want) => have == want,
    };
    if is_same {
        return;
    }
    let (kind, clause) = match (rank(before), rank(after)) {
        (Some(have), Some(want)) => {
            let which = if have.max(want) == 2 { "configured" } else { "existing" };
            if want > have {
                (Widens, format!("policies for all {which} connected organizations now also mean users of "))
            } else {
                (
                    Narrows,
                    format!("policies for all {which} connected organizations no longer mean users of "),
                )
            }
        }
        _ => (Unknown, "it cannot be told which policies mean users of ".to_owned()),
    };
    let clause = say![clause, "{it}"];
    let when = if kind == Narrows { When::NewRequestsKeepingAccess } else { When::NewRequests };
    let sides = (words.0.map(Into::into), words.1.map(Into::into));
    out.push(effect(Dimension::External, kind, codes::ORGANIZATION_STATE, when, clause, sides));
}

fn sources(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let (have, want) = (elements(before, SOURCES), elements(after, SOURCES));
    for (kind, list) in difference(&have, &want).moves() {
        let people = say!["people of ", some(list.iter().map(source).collect())];
        let (clause, when) = match kind {
            Widens => (say![people, " now count as users of {it}"], When::NewRequests),
            _ => (say![people, " no longer count as users of {it}"], When::NewRequestsKeepingAccess),
        };
        let sides = sides(SOURCES, before, after);
        let (dimension, code) = (Dimension::External, codes::ORGANIZATION_SOURCES);
        out.push(effect(dimension, kind, code, when, clause, sides));
    }
}

/// How people are recognised: `the tenant "…"`, `the domain "fabrikam.com"`.
fn source(source: &Element) -> Sentence {
    let name = |member| Sentence::name(source.text(member));
    match source.type_name() {
        "azureActiveDirectoryTenant" => say!["the tenant ", name("tenantId")],
        "crossCloudAzureActiveDirectoryTenant" => {
            say!["the tenant ", name("tenantId"), " in the cloud ", name("cloudInstance")]
        }
        "domainIdentitySource" => say!["the domain ", name("domainName")],
        "externalDomainFederation" => {
            say!["the domain ", name("domainName"), ", as ", name("issuerUri"), " says,"]
        }
        "socialIdentitySource" => say!["the social network ", name("socialIdentitySourceType")],
        _ => "a source that this version does not know".into(),
    }
}

fn sponsors(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    for (member, which) in [("internalSponsors", "internal"), ("externalSponsors", "external")] {
        let (have, want) = (elements(before, member), elements(after, member));
        let moved = difference(&have, &want);
        for (kind, list) in moved.moves() {
            let who = some(list.iter().map(sponsor).collect());
            let may = if kind == Widens { " may now" } else { " may no longer" };
            let asked = format!(", where a policy asks its {which} sponsors");
            let clause = say![who, may, " decide on requests of users of {it}", asked];
            let mut push = |dimension, code, clause| {
                let sides = sides(member, before, after);
                out.push(effect(dimension, kind, code, When::NewRequests, clause, sides));
            };
            push(Dimension::Approvers, codes::ORGANIZATION_SPONSORS, clause);
            if which == "external" {
                let clause =
                    say!["people from outside this directory", may, " decide on requests of users of {it}"];
                push(Dimension::External, codes::OUTSIDE_APPROVERS, clause);
            }
        }
        moved.tell_namesakes(Dimension::Approvers, When::NewRequests, member, (before, after), out);
    }
}

fn sponsor(sponsor: &Element) -> Sentence {
    match (sponsor.type_name(), sponsor.reference) {
        ("user", Some(user)) => named(user),
        ("group", Some(group)) => say!["members of ", named(group)],
        _ => "somebody whom this version does not know".into(),
    }
}

pub fn describe(organization: &Object, unsaid: Unsaid) -> Sentence {
    let sources: Vec<Sentence> = elements(organization, SOURCES).iter().map(source).collect();
    let people = if sources.is_empty() {
        "it is not said who the users of {it} are".into()
    } else {
        say!["users of {it} are people of ", some(sources)]
    };
    let meant = match rank(Some(organization)) {
        Some(2) => "; policies for all configured connected organizations mean them",
        Some(_) => "; policies mean them that name it, or that are for all existing connected organizations",
        None => "; it cannot be told which policies mean them",
    };
    let speak = |member: &str, which: &str| {
        if unsaid.hides(organization, member) {
            return format!("; its {which} sponsors are left as they are").into();
        }
        let who = some(elements(organization, member).iter().map(sponsor).collect());
        say![format!("; its {which} sponsors: "), who]
    };
    let (inside, outside) = (speak("internalSponsors", "internal"), speak("externalSponsors", "external"));
    say![people, meant, inside, outside]
}
