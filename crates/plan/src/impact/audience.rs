//! Who may ask: scopes as ladders, listed targets, requests for oneself and for others, Verified IDs.

use super::phrase::{Sentence, deciders, people, population, say, those};
use super::sets::{self, Meaning, list};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::Dimension;
use entrant_model::facts::{Ladder, PolicyFacts, Scope, Subject};
use entrant_model::value::Json;

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    // An automatic policy takes no requests: its scope and targets are those of its rule.
    let doors = (request_side(before), request_side(after));
    let (before_door, after_door) = (&doors.0, &doors.1);
    // Where a rule takes the place of a policy under which nobody may ask, no door opens or closes. Nor where access
    // is given without a request before and after: to whom is told of that.
    let is_ruled = before.gives_by_rule() != after.gives_by_rule();
    let is_given = before.is_automatic && after.is_automatic;
    if !(is_ruled || is_given) || before.may_request() || after.may_request() {
        scope(before_door, after_door, out);
    }
    self_requests(before_door, after_door, out);
    on_behalf(before, after, out);
    credentials(before, after, out);
}

/// The policy as those see it who may ask.
fn request_side<'a>(policy: &PolicyFacts<'a>) -> PolicyFacts<'a> {
    if policy.gives_by_rule() {
        PolicyFacts {
            scope: Scope::NotSpecified,
            targets: Vec::new(),
            self_add: false,
            on_behalf_add: false,
            ..policy.clone()
        }
    } else {
        policy.clone()
    }
}

/// How one scope stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Up,
    Down,
    Across,
    Untold,
    None,
}

/// From one scope to another: up and down a ladder, across to another ladder, or untold for a word that this
/// version does not know.
pub(super) fn step(before: Scope, after: Scope) -> Move {
    if before == after {
        return Move::None;
    }
    if matches!(before, Scope::Other(_)) || matches!(after, Scope::Other(_)) {
        return Move::Untold;
    }
    match (before.rung(), after.rung()) {
        (None, _) => Move::Up,
        (_, None) => Move::Down,
        (Some((a, low)), Some((b, high))) if a == b => {
            if low < high {
                Move::Up
            } else {
                Move::Down
            }
        }
        _ => Move::Across,
    }
}

/// What those in scope may do whatever else they may.
const ASSIGNED: &str = "be assigned {it} by an administrator";

/// What those in scope may do: ask, be asked for, or be assigned.
fn can(policy: &PolicyFacts) -> &'static str {
    if policy.self_add {
        "request {it}"
    } else if policy.on_behalf_add {
        "be given {it} on the request of others"
    } else {
        ASSIGNED
    }
}

/// Whether those in scope of a policy may do what those of another one may. Else the door opens or closes at the same
/// time as the scope moves, and nobody shall read that they could do before, or can still do, what they cannot.
fn can_also(policy: &PolicyFacts, other: &PolicyFacts) -> bool {
    can(other) == ASSIGNED || can(policy) == can(other)
}

fn when(does: &str, kind: EffectKind) -> When {
    match (does != ASSIGNED, kind) {
        (true, Narrows) => When::NewRequestsKeepingAccess,
        (true, _) => When::NewRequests,
        (false, Narrows) => When::NewAssignmentsKeepingAccess,
        (false, _) => When::NewAssignments,
    }
}

fn scope(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    let moved = step(before.scope, after.scope);
    if moved == Move::None {
        return targets(before, after, out);
    }
    let was_nobody = before.scope == Scope::NotSpecified;
    let is_nobody = after.scope == Scope::NotSpecified;
    let mut push = |dimension, kind, code, does: &str, clause| {
        let (before, after) = (Some(describe(before)), Some(describe(after)));
        out.push(Effect { dimension, kind, code, clause, when: when(does, kind), before, after });
    };
    if matches!(moved, Move::Up | Move::Across) {
        let clause = say![population(after), " may now ", can(after)];
        let clause = if was_nobody || moved == Move::Across || !can_also(before, after) {
            clause
        } else {
            clause.then(", no longer only ").then(those(before))
        };
        push(Dimension::Requestors, Widens, codes::REQUESTOR_SCOPE, can(after), clause);
    }
    if matches!(moved, Move::Down | Move::Across) {
        let is_left = !is_nobody && moved != Move::Across;
        let does = if is_left && can(before) != can(after) { ASSIGNED } else { can(before) };
        let clause = if is_left {
            say!["only ", those(after), " may still ", does, ", no longer ", population(before)]
        } else {
            say![those(before), " may no longer ", does]
        };
        push(Dimension::Requestors, Narrows, codes::REQUESTOR_SCOPE, does, clause);
    }
    if moved == Move::Untold {
        let clause = say![population(after), " may now ", can(after), ", no longer ", population(before)];
        push(Dimension::Requestors, Unknown, codes::REQUESTOR_SCOPE, can(after), clause);
    }
    for kind in outside(before.scope, after.scope) {
        let (side, other) = if kind == Widens { (after, before) } else { (before, after) };
        let are_others = can_also(other, side) && reaches_outside(other.scope);
        push(
            Dimension::External,
            kind,
            codes::OUTSIDE_REQUESTORS,
            can(side),
            outsiders(kind, side, are_others),
        );
    }
}

/// What a change of scope means for people from outside: guests of the directory, and whoever is no guest yet.
pub(super) fn outside(before: Scope, after: Scope) -> Vec<EffectKind> {
    let (Some(before), Some(after)) = (reach(before), reach(after)) else { return Vec::new() };
    match (&before, &after) {
        _ if before == after => vec![],
        (Reach::Guests, Reach::Outside(_)) | (Reach::Outside(_), Reach::Guests) => vec![Widens, Narrows],
        _ if before < after => vec![Widens],
        _ => vec![Narrows],
    }
}

/// How far outside a scope reaches.
#[derive(PartialEq, PartialOrd)]
enum Reach {
    None,
    Guests,
    Outside(u8),
}

/// `None` for a word that this version does not know.
fn reach(scope: Scope) -> Option<Reach> {
    match (scope, scope.rung()) {
        (Scope::AllDirectoryUsers, _) => Some(Reach::Guests),
        (_, Some((Ladder::Outside, rung))) => Some(Reach::Outside(rung)),
        (Scope::Other(_), _) => None,
        _ => Some(Reach::None),
    }
}

/// Whether a scope means people from outside, guests of the directory included, as far as its word is known.
pub(super) fn reaches_outside(scope: Scope) -> bool {
    reach(scope).is_some_and(|reach| reach != Reach::None)
}

/// That outsiders in scope of a policy come or go.
fn outsiders(kind: EffectKind, policy: &PolicyFacts, are_others: bool) -> Sentence {
    let may = if kind == Widens { " may now " } else { " may no longer " };
    say![outside_people(kind, policy, are_others), may, can(policy)]
}

/// The outsiders in scope of a policy who come or go. Where the other side lets outsiders in too, these are not all
/// there are: so nobody reads that a door opens which is open already, or closes for whom it stays open.
pub(super) fn outside_people(kind: EffectKind, policy: &PolicyFacts, are_others: bool) -> Sentence {
    let who = match policy.scope {
        Scope::AllDirectoryUsers => "guests of this directory",
        _ => "people from outside this directory",
    };
    let which = match (are_others, kind) {
        (false, _) => "",
        (true, Widens) => "further ",
        (true, _) => "some ",
    };
    say![which, who]
}

/// Scope and targets as plans show them.
fn describe(policy: &PolicyFacts) -> Json {
    let mut json = serde_json::json!({ "scope": policy.scope.word() });
    if policy.scope.is_specific()
        && let Some(targets) = list(&policy.targets)
    {
        json["targets"] = targets;
    }
    json
}

/// Listed targets, under a scope that means them.
fn targets(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    if !after.scope.is_specific() && !matches!(after.scope, Scope::Other(_)) {
        return;
    }
    let has_outsiders = |policy: &PolicyFacts, other: &PolicyFacts| {
        can_also(policy, other) && policy.targets.iter().any(Subject::is_outside)
    };
    let outside = [
        outsiders(Widens, after, has_outsiders(before, after)),
        outsiders(Narrows, before, has_outsiders(after, before)),
    ];
    let meaning = Meaning {
        dimension: Dimension::Requestors,
        code: codes::REQUESTOR_TARGETS,
        when: when(can(after), Widens),
        outside: Some((codes::OUTSIDE_REQUESTORS, outside)),
    };
    let start = out.len();
    sets::compare(
        &before.targets,
        &after.targets,
        &meaning,
        |added| say![people(added), " may now ", can(after)],
        |removed| say![people(removed), " may no longer ", can(before)],
        out,
    );
    for effect in &mut out[start..] {
        effect.when = when(can(if effect.kind == Narrows { before } else { after }), effect.kind);
    }
}

fn self_requests(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    if let Some(kind) = switch(before.self_add, after.self_add, Widens) {
        // Where the scope opens or closes at the same time, that effect says so already.
        let said = match kind {
            Widens => before.scope == Scope::NotSpecified && after.scope != Scope::NotSpecified,
            _ => before.scope != Scope::NotSpecified && after.scope == Scope::NotSpecified,
        };
        if !said {
            // Requests are taken from nobody: what the service makes of that is not documented.
            let of_nobody = before.scope == Scope::NotSpecified && after.scope == Scope::NotSpecified;
            let clause = match kind {
                Widens if of_nobody => "requests for {it} are now taken, though nobody is in scope".into(),
                _ if of_nobody => "requests for {it} are no longer taken, though nobody was in scope".into(),
                Widens => say![population(after), " may now request {it} for themselves"],
                _ => say![population(before), " may no longer request {it} for themselves"],
            };
            let kind = if of_nobody { Unknown } else { kind };
            let when = if kind == Narrows { When::NewRequestsKeepingAccess } else { When::NewRequests };
            out.push(Effect {
                dimension: Dimension::Requestors,
                kind,
                code: codes::SELF_REQUESTS,
                clause,
                when,
                before: Some(before.self_add.into()),
                after: Some(after.self_add.into()),
            });
            self_requests_outside(kind, (before, after), when, out);
        }
    }
    let is_nobody = before.scope == Scope::NotSpecified && after.scope == Scope::NotSpecified;
    if is_nobody && before.is_assignment_stopped != after.is_assignment_stopped {
        let clause = if after.is_assignment_stopped {
            "no requests for {it} are taken any more, not even assignments by an administrator"
        } else {
            "administrators may assign {it} again"
        };
        out.push(Effect {
            dimension: Dimension::Requestors,
            kind: Unknown,
            code: codes::DIRECT_ASSIGNMENT,
            clause: clause.into(),
            when: When::NewAssignments,
            before: Some((!before.is_assignment_stopped).into()),
            after: Some((!after.is_assignment_stopped).into()),
        });
    }
}

/// Where the scope means outsiders, they come or go with requests for oneself, unless that is said already.
fn self_requests_outside(
    kind: EffectKind,
    (before, after): (&PolicyFacts, &PolicyFacts),
    when: When,
    out: &mut Vec<Effect>,
) {
    let side = if kind == Widens { after } else { before };
    let is_said = out.iter().any(|effect| effect.dimension == Dimension::External && effect.kind == kind);
    if kind == Unknown || is_said || !reaches_outside(side.scope) {
        return;
    }
    let may = if kind == Widens { " may now " } else { " may no longer " };
    out.push(Effect {
        dimension: Dimension::External,
        kind,
        code: codes::OUTSIDE_REQUESTORS,
        clause: say![outside_people(kind, side, false), may, "request {it} for themselves"],
        when,
        before: Some(before.self_add.into()),
        after: Some(after.self_add.into()),
    });
}

fn on_behalf(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    // An automatic policy takes no requests, whoever makes them.
    let adds = |p: &PolicyFacts| p.on_behalf_add && !p.gives_by_rule();
    let updates = |p: &PolicyFacts| p.on_behalf_update;
    let mut push = |kind, code, clause, was: bool, is: bool| {
        let when = if kind == Widens { When::NewRequests } else { When::NewRequestsKeepingAccess };
        let (before, after) = (Some(was.into()), Some(is.into()));
        out.push(Effect { dimension: Dimension::OnBehalf, kind, code, clause, when, before, after });
    };
    let (was, is) = (adds(before), adds(after));
    if let Some(kind) = switch(was, is, Widens) {
        let clause = match kind {
            Widens => say![deciders(&after.on_behalf_requestors), " may now request {it} for others"],
            _ => say![deciders(&before.on_behalf_requestors), " may no longer request {it} for others"],
        };
        push(kind, codes::ON_BEHALF_REQUESTS, clause, was, is);
    }
    let (was, is) = (updates(before), updates(after));
    if let Some(kind) = switch(was, is, Widens) {
        let clause = match kind {
            Widens => {
                say![deciders(&after.on_behalf_requestors), " may now extend access to {it} for others"]
            }
            _ => say![
                deciders(&before.on_behalf_requestors),
                " may no longer extend access to {it} for others"
            ],
        };
        push(kind, codes::ON_BEHALF_EXTENSION, clause, was, is);
    }
    // Who they are matters where the same thing is open to them before and after.
    let both_add = adds(before) && adds(after);
    let both_update = updates(before) && updates(after);
    if !both_add && !both_update {
        return;
    }
    let what = if both_add { "request {it} for others" } else { "extend access to {it} for others" };
    let meaning = Meaning {
        dimension: Dimension::OnBehalf,
        code: codes::ON_BEHALF_REQUESTORS,
        when: When::NewRequests,
        outside: None,
    };
    sets::compare(
        &before.on_behalf_requestors,
        &after.on_behalf_requestors,
        &meaning,
        |added| say![deciders(added), " may now ", what],
        |removed| say![deciders(removed), " may no longer ", what],
        out,
    );
}

/// Verified IDs that a requestor must present: fewer, or more issuers, widens.
fn credentials(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    let find = |p: &PolicyFacts, name: &str| {
        let same = |c: &&entrant_model::facts::Credential| c.credential_type.eq_ignore_ascii_case(name);
        p.credentials.iter().find(same).map(|c| {
            let mut issuers: Vec<String> = c.issuers.iter().map(|i| (*i).to_owned()).collect();
            issuers.dedup();
            issuers
        })
    };
    let mut names: Vec<&str> =
        before.credentials.iter().chain(&after.credentials).map(|c| c.credential_type).collect();
    names.sort_unstable();
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    for name in names {
        let (was, is) = (find(before, name), find(after, name));
        let mut push = |kind, clause| {
            out.push(Effect {
                dimension: Dimension::Requestors,
                kind,
                code: codes::VERIFIED_ID,
                clause,
                when: When::NewRequests,
                before: was.clone().map(|i| serde_json::json!({ "credentialType": name, "issuers": i })),
                after: is.clone().map(|i| serde_json::json!({ "credentialType": name, "issuers": i })),
            });
        };
        let id = || say!["a Verified ID of type ", Sentence::name(name)];
        match (&was, &is) {
            (Some(_), None) => push(Widens, say![id(), " is no longer needed to request {it}"]),
            (None, Some(_)) => push(Narrows, say![id(), " is now needed to request {it}"]),
            (Some(was), Some(is)) if was.is_empty() != is.is_empty() => {
                push(Unknown, say!["who may have issued ", id(), " to request {it} is no longer as it was"]);
            }
            (Some(was), Some(is)) => {
                if is.iter().any(|i| !was.contains(i)) {
                    push(Widens, say!["more issuers are trusted for ", id(), " to request {it}"]);
                }
                if was.iter().any(|i| !is.contains(i)) {
                    push(Narrows, say!["fewer issuers are trusted for ", id(), " to request {it}"]);
                }
            }
            (None, None) => {}
        }
    }
}
