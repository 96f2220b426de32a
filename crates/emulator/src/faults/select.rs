//! Which requests a fault strikes: by method, path, version and token, and how often.
//!
//! Chance is not a sequence that the next request takes a number from, because then the order in
//! which parallel requests arrive would decide who is struck. It is worked out from the seed, the
//! fault, the request and how often that same request has come: one that is asked again in another
//! run fares the same there.

use std::collections::HashMap;

use crate::message::{Request, Version, percent_decode};
use crate::random::Random;

/// What a fault asks of a request before its own conditions.
#[derive(Debug)]
pub struct Select {
    /// Empty: any.
    pub methods: Vec<String>,
    /// Patterns in lower case without a leading `/`; empty: any.
    pub paths: Vec<String>,
    pub version: Option<Version>,
    pub token: Option<String>,
    pub in_batch: Option<bool>,
    /// From 0 to 1.
    pub probability: f64,
    /// Numbers of the requests that are struck, the first being 1; empty: all.
    pub nth: Vec<u64>,
    /// How many are spared first.
    pub after: u64,
    /// How many are struck at most.
    pub times: Option<u64>,
}

/// How often a fault was possible, and how often it struck.
#[derive(Debug, Default)]
pub struct Counter {
    seen: u64,
    fired: u64,
    /// By the print of a request: how often it came.
    occurrences: HashMap<u64, u64>,
}

impl Select {
    pub fn matches(&self, request: &Request) -> bool {
        let path = || {
            let path = percent_decode(&request.path, false).unwrap_or_default().to_ascii_lowercase();
            let path = path.trim_start_matches('/').to_owned();
            let below = path.strip_prefix("identitygovernance/entitlementmanagement/").map(str::to_owned);
            let fits = |pattern: &String| {
                is_like(pattern, &path) || below.as_ref().is_some_and(|below| is_like(pattern, below))
            };
            self.paths.iter().any(fits)
        };
        (self.methods.is_empty() || self.methods.contains(&request.method))
            && self.version.is_none_or(|version| version == request.version)
            && self.token.as_ref().is_none_or(|token| *token == request.token)
            && self.in_batch.is_none_or(|in_batch| in_batch == request.in_batch)
            && (self.paths.is_empty() || path())
    }

    /// Counts a request that could be struck. `Some` if it is, with a number that is the same in
    /// every run, for whatever else is left to chance.
    pub fn strikes(&self, seed: u64, counter: &mut Counter, request: &Request) -> Option<u64> {
        counter.seen += 1;
        let occurrence = counter.occurrences.entry(print(request)).or_default();
        *occurrence += 1;
        let mut random = Random(seed ^ print(request).rotate_left(17) ^ occurrence.rotate_left(40));
        let (roll, choice) = (random.next(), random.next());
        let due = counter.seen > self.after
            && (self.nth.is_empty() || self.nth.contains(&counter.seen))
            && self.times.is_none_or(|times| counter.fired < times)
            && unit(roll) < self.probability;
        counter.fired += u64::from(due);
        due.then_some(choice)
    }
}

/// What makes two requests the same: method, version, address and body, but neither the host nor
/// whether they came in a batch.
pub fn print(request: &Request) -> u64 {
    let parts: [&[u8]; 5] = [
        request.method.as_bytes(),
        request.version.segment().as_bytes(),
        request.path.as_bytes(),
        request.query.as_bytes(),
        &request.body,
    ];
    // FNV-1a, which is the same everywhere and always, as the standard hasher need not be.
    parts
        .into_iter()
        .flat_map(|part| part.iter().chain(b"\0"))
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// From 0 to below 1.
fn unit(roll: u64) -> f64 {
    let high = u32::try_from(roll >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

/// `*` stands for any characters.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|after| {
            (0..=after.len()).any(|skip| after.get(skip..).is_some_and(|left| is_like(rest, left)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, fits) in [
            ("users", "users", true),
            ("users", "users/x", false),
            ("users*", "users/x", true),
            ("*", "", true),
            ("*/x/*", "a/x/b", true),
            ("a*c", "abcc", true),
            ("a*c", "abcd", false),
        ] {
            assert_eq!(is_like(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn chance_is_a_part_of_one() {
        assert!(unit(0) < f64::EPSILON);
        assert!(unit(u64::MAX) < 1.0);
    }
}
