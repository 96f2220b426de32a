//! Recurring reviews: fewer, rarer, longer and laxer ones widen.

use super::expiry::{json, longer};
use super::phrase::{Sentence, deciders, ending, lasting, review_end, rhythm, say};
use super::sets::{self, Meaning, list};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::facts::{Expiry, PolicyFacts, Review, ReviewEnd, Rhythm, Timeout};
use entrant_model::value::Json;
use entrant_model::{Code, Dimension};

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    match (&before.review, &after.review) {
        (None, None) => {}
        (Some(was), Some(is)) => {
            schedule(was, is, out);
            who(was, is, out);
            outcome(was, is, out);
        }
        (was, is) => {
            let (kind, words) = if is.is_none() {
                (Widens, "access to {it} is no longer reviewed")
            } else {
                (Narrows, "access to {it} is now reviewed")
            };
            let sides = (was.is_some().into(), is.is_some().into());
            out.push(effect(kind, codes::REVIEWS, words, Some(sides.0), Some(sides.1)));
        }
    }
}

fn effect(
    kind: EffectKind,
    code: Code,
    clause: impl Into<Sentence>,
    before: Option<Json>,
    after: Option<Json>,
) -> Effect {
    let (dimension, clause, when) = (Dimension::Reviews, clause.into(), When::NextReview);
    Effect { dimension, kind, code, clause, when, before, after }
}

/// How often, from when to when, how long.
fn schedule(before: &Review, after: &Review, out: &mut Vec<Effect>) {
    if before.rhythm != after.rhythm {
        let days = |r: Option<Rhythm>| r.and_then(ten_thousandths_of_a_day);
        let kind = match (days(before.rhythm), days(after.rhythm)) {
            (Some(a), Some(b)) if a == b => None,
            (Some(a), Some(b)) if b > a => Some(Widens),
            (Some(_), Some(_)) => Some(Narrows),
            _ => Some(Unknown),
        };
        if let Some(kind) = kind {
            let words =
                |r: Option<Rhythm>| r.map_or_else(|| "as often as the service chooses".into(), rhythm);
            let clause = say![
                "access to {it} is now reviewed ",
                words(after.rhythm),
                " instead of ",
                words(before.rhythm)
            ];
            let json = |r: Option<Rhythm>| r.map(|r| rhythm(r).to_string().into());
            out.push(effect(kind, codes::REVIEW_FREQUENCY, clause, json(before.rhythm), json(after.rhythm)));
        }
    }
    if let Some(kind) = longer(before.length, after.length) {
        let words = |length: Expiry| match length {
            Expiry::Never => "does not close".to_owned(),
            other => ending(other),
        };
        let clause =
            say!["a review of {it} now ", words(after.length), " instead of ", lasting(before.length)];
        let sides = (json(before.length), json(after.length));
        out.push(effect(kind, codes::REVIEW_LENGTH, clause, Some(sides.0), Some(sides.1)));
    }
    start(before, after, out);
    end(before.end, after.end, out);
}

/// The time between two reviews; `None` where it is not known.
fn ten_thousandths_of_a_day(rhythm: Rhythm) -> Option<u64> {
    let (count, each) = match rhythm {
        Rhythm::Days(n) => (n, 10_000),
        Rhythm::Weeks(n) => (n, 70_000),
        // A twelfth of the mean Gregorian year of 365.2425 days.
        Rhythm::Months(n) => (n, 304_369),
        Rhythm::Other(_) => return None,
    };
    (count > 0).then(|| count.saturating_mul(each))
}

fn start(before: &Review, after: &Review, out: &mut Vec<Effect>) {
    let text = |review: &Review| match (review.start, review.start_date) {
        (Some(moment), _) => Some(moment.to_string()),
        (None, date) => date.map(|d| d.to_string()),
    };
    let order = if before.start == after.start {
        (before.start_date != after.start_date).then(|| match (before.start_date, after.start_date) {
            (Some(a), Some(b)) if b > a => Widens,
            (Some(_), Some(_)) => Narrows,
            _ => Unknown,
        })
    } else {
        Some(match (before.start, after.start) {
            (Some(a), Some(b)) if b > a => Widens,
            (Some(_), Some(_)) => Narrows,
            _ => Unknown,
        })
    };
    // The service fills in a rhythm's first day by itself where the start is written.
    let is_filled = before.start == after.start && after.start.is_some() && order == Some(Unknown);
    if let Some(kind) = order.filter(|_| !is_filled) {
        let words = |review: &Review| text(review).unwrap_or_else(|| "when the service chooses".to_owned());
        let clause = say!["the first review of {it} is now ", words(after), " instead of ", words(before)];
        let json = |review: &Review| text(review).map(Json::from);
        out.push(effect(kind, codes::REVIEW_START, clause, json(before), json(after)));
    }
}

fn end(before: ReviewEnd, after: ReviewEnd, out: &mut Vec<Effect>) {
    let sooner = |is_sooner: bool| if is_sooner { Widens } else { Narrows };
    let kind = match (before, after) {
        _ if before == after => return,
        (ReviewEnd::Other(_), _) | (_, ReviewEnd::Other(_)) => Unknown,
        (ReviewEnd::Never, _) => Widens,
        (_, ReviewEnd::Never) => Narrows,
        (ReviewEnd::On(Some(a)), ReviewEnd::On(Some(b))) => sooner(b < a),
        (ReviewEnd::After(a), ReviewEnd::After(b)) => sooner(b < a),
        _ => Unknown,
    };
    let clause = say!["reviews of {it} now come ", review_end(after), " instead of ", review_end(before)];
    let sides = (review_end(before).to_string().into(), review_end(after).to_string().into());
    out.push(effect(kind, codes::REVIEW_END, clause, Some(sides.0), Some(sides.1)));
}

/// Who reviews.
fn who(before: &Review, after: &Review, out: &mut Vec<Effect>) {
    if let Some(kind) = switch(before.is_self_review, after.is_self_review, Widens) {
        let reviewed = "access to {it} is now reviewed by ";
        let clause = match kind {
            Widens => say![reviewed, "everybody for themselves instead of by ", reviewers(before)],
            _ => say![reviewed, reviewers(after), " instead of by everybody for themselves"],
        };
        let sides = (before.is_self_review.into(), after.is_self_review.into());
        out.push(effect(kind, codes::SELF_REVIEW, clause, Some(sides.0), Some(sides.1)));
    }
    if before.is_self_review || after.is_self_review {
        return;
    }
    if before.is_by_manager == after.is_by_manager {
        let meaning =
            |code| Meaning { dimension: Dimension::Reviews, code, when: When::NextReview, outside: None };
        sets::compare(
            &before.reviewers,
            &after.reviewers,
            &meaning(codes::REVIEWERS),
            |added| say![deciders(added), " may now review access to {it}"],
            |removed| say![deciders(removed), " may no longer review access to {it}"],
            out,
        );
        let where_none = "review access to {it} where the first reviewers cannot be found";
        sets::compare(
            &before.fallback,
            &after.fallback,
            &meaning(codes::FALLBACK_REVIEWERS),
            |added| say![deciders(added), " may now ", where_none],
            |removed| say![deciders(removed), " may no longer ", where_none],
            out,
        );
        return;
    }
    // One set of reviewers takes another's place.
    let sides = |r: &Review| if r.is_by_manager { Some("manager".into()) } else { list(&r.reviewers) };
    for (kind, review, may) in [
        (Widens, after, " may now review access to {it}"),
        (Narrows, before, " may no longer review access to {it}"),
    ] {
        let clause = say![reviewers(review), may];
        out.push(effect(kind, codes::REVIEWERS, clause, sides(before), sides(after)));
    }
}

/// Who reviews where people do not review their own access; fallbacks only where nobody stands before them.
fn reviewers(review: &Review) -> Sentence {
    match (review.is_by_manager, review.reviewers.as_slice()) {
        (true, _) => "everybody's manager".into(),
        (false, []) => deciders(&review.fallback),
        (false, first) => deciders(first),
    }
}

/// What a review leads to.
fn outcome(before: &Review, after: &Review, out: &mut Vec<Effect>) {
    if before.timeout != after.timeout {
        let rank = |t: Option<Timeout>| match t? {
            Timeout::RemoveAccess => Some(0),
            Timeout::AcceptRecommendation => Some(1),
            Timeout::KeepAccess => Some(2),
            Timeout::Other(_) => None,
        };
        let kind = match (rank(before.timeout), rank(after.timeout)) {
            (Some(a), Some(b)) if b > a => Widens,
            (Some(_), Some(_)) => Narrows,
            _ => Unknown,
        };
        let (now, _) = without_answer(after.timeout);
        let (_, until_now) = without_answer(before.timeout);
        let clause = say!["a review of {it} without an answer now ", now, " instead of ", until_now];
        let json = |t: Option<Timeout>| t.map(|t| Json::from(word(t)));
        out.push(effect(kind, codes::REVIEW_TIMEOUT, clause, json(before.timeout), json(after.timeout)));
    }
    if let Some(kind) = switch(before.justification, after.justification, Narrows) {
        let clause = match kind {
            Narrows => "reviewers of {it} must now say why they decide so",
            _ => "reviewers of {it} need no longer say why they decide so",
        };
        let sides = (before.justification.into(), after.justification.into());
        out.push(Effect {
            dimension: Dimension::Justification,
            ..effect(kind, codes::REVIEWER_JUSTIFICATION, clause, Some(sides.0), Some(sides.1))
        });
    }
    // Recommendations only advise, unless they decide where nobody answers.
    let decides = |r: &Review| r.timeout == Some(Timeout::AcceptRecommendation);
    if before.recommendations != after.recommendations && decides(before) && decides(after) {
        let clause = if after.recommendations {
            "reviewers of {it} now see the recommendations that decide without an answer"
        } else {
            "reviewers of {it} no longer see the recommendations that decide without an answer"
        };
        let sides = (before.recommendations.into(), after.recommendations.into());
        out.push(effect(Unknown, codes::REVIEW_RECOMMENDATIONS, clause, Some(sides.0), Some(sides.1)));
    }
}

const fn word(timeout: Timeout<'_>) -> &str {
    match timeout {
        Timeout::RemoveAccess => "removeAccess",
        Timeout::AcceptRecommendation => "acceptAccessRecommendation",
        Timeout::KeepAccess => "keepAccess",
        Timeout::Other(word) => word,
    }
}

/// What a review without an answer does: `removes access`, and as a gerund `removing it`.
fn without_answer(timeout: Option<Timeout>) -> (Sentence, Sentence) {
    match timeout {
        Some(Timeout::RemoveAccess) => ("removes access".into(), "removing it".into()),
        Some(Timeout::AcceptRecommendation) => {
            ("follows the system's recommendation".into(), "following the system's recommendation".into())
        }
        Some(Timeout::KeepAccess) => ("keeps access".into(), "keeping it".into()),
        Some(Timeout::Other(word)) => {
            (say!["does ", Sentence::name(word)], say!["doing ", Sentence::name(word)])
        }
        None => ("does what the service chooses".into(), "doing what the service chooses".into()),
    }
}
