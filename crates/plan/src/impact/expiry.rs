//! How long access lasts, and whether it may be extended.

use super::phrase::{Sentence, ending, lasting, say, time};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::Dimension;
use entrant_model::facts::{Expiry, PolicyFacts};
use entrant_model::value::Json;

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    let dimension = Dimension::Expiry;
    if let Some(kind) = longer(before.expiry, after.expiry) {
        let clause = match (before.expiry, after.expiry) {
            (Expiry::After(was), Expiry::After(is)) => {
                say!["access to {it} now lasts ", time(is), " instead of ", time(was)]
            }
            _ => say!["access to {it} now ", ending(after.expiry), " instead of ", lasting(before.expiry)],
        };
        out.push(Effect {
            dimension,
            kind,
            code: codes::ACCESS_LENGTH,
            clause,
            when: When::NewRequestsKeepingEnds,
            before: Some(json(before.expiry)),
            after: Some(json(after.expiry)),
        });
    }
    if let Some(kind) = switch(before.self_update, after.self_update, Widens) {
        let clause: Sentence = match kind {
            Widens if after.approval_for_update => "people may now ask to extend {it}, with approval".into(),
            Widens => "people may now extend {it} without approval".into(),
            _ => "people may no longer ask to extend {it}".into(),
        };
        out.push(Effect {
            dimension,
            kind,
            code: codes::ACCESS_EXTENSION,
            clause,
            when: if kind == Widens { When::NewRequests } else { When::NewRequestsKeepingEnds },
            before: Some(before.self_update.into()),
            after: Some(after.self_update.into()),
        });
    }
}

/// What it means that something ends later. A duration and a date cannot be compared.
pub(super) fn longer(before: Expiry, after: Expiry) -> Option<EffectKind> {
    let grows = |is_longer: bool| if is_longer { Widens } else { Narrows };
    match (before, after) {
        _ if before == after => None,
        (_, Expiry::Never) => Some(Widens),
        (Expiry::Never, _) => Some(Narrows),
        (Expiry::After(a), Expiry::After(b)) => Some(grows(b > a)),
        (Expiry::At(a), Expiry::At(b)) => Some(grows(b > a)),
        (Expiry::After(_), Expiry::At(_)) | (Expiry::At(_), Expiry::After(_)) => Some(Unknown),
    }
}

/// The hand form of an expiration.
pub(super) fn json(expiry: Expiry) -> Json {
    Json::from(match expiry {
        Expiry::Never => "noExpiration".to_owned(),
        Expiry::After(duration) => duration.to_string(),
        Expiry::At(instant) => instant.to_string(),
    })
}
