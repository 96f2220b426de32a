//! How much one run may change before somebody is asked: what `limits:` of the configuration says.
//!
//! Data alone. What is counted and against what stands with the guard, in `entrant-plan`.

use crate::kind::Kind;
use std::collections::BTreeMap;

/// The limits of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Of all kinds together.
    pub total: KindLimits,
    /// Of one kind each, beside those of all together. What is not written here has no limit.
    pub kinds: BTreeMap<Kind, KindLimits>,
}

/// The limits of changes of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindLimits {
    /// Of objects that are deleted.
    pub deletions: Limit,
    /// Of existing objects whose change narrows access.
    pub narrowing: Limit,
    /// Of existing objects whose change widens access, or does what cannot be told.
    pub widening: Limit,
}

/// How many changes of one sort may happen at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// So many; `None` for any number.
    pub max: Option<usize>,
    /// So many of a hundred objects; `None` for any share.
    pub max_percent: Option<usize>,
    /// Among fewer objects than this the share is not looked at.
    pub minimum: usize,
}

impl Limit {
    /// No limit.
    pub const NONE: Self = Self { max: None, max_percent: None, minimum: 0 };

    /// Whether so many of so many objects are too many.
    pub fn is_exceeded(&self, count: usize, population: usize) -> bool {
        self.max.is_some_and(|max| count > max)
            || self
                .max_percent
                .is_some_and(|percent| population >= self.minimum && count * 100 > percent * population)
    }
}

impl KindLimits {
    /// No limit at all.
    pub const NONE: Self = Self { deletions: Limit::NONE, narrowing: Limit::NONE, widening: Limit::NONE };
}

impl Default for KindLimits {
    /// A slip in an estate of ten shall not take half of it, and a slip in one of 25,000 not hundreds.
    fn default() -> Self {
        let limit = |max, percent, minimum| Limit { max: Some(max), max_percent: Some(percent), minimum };
        Self { deletions: limit(20, 20, 10), narrowing: limit(100, 50, 20), widening: limit(50, 25, 20) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_asked_for_among_enough_objects_alone() {
        let deletions = KindLimits::default().deletions;
        for (count, population, exceeded) in [
            (9, 9, false),
            (2, 10, false),
            (3, 10, true),
            (20, 100, false),
            (20, 25_000, false),
            (21, 25_000, true),
            (0, 0, false),
        ] {
            assert_eq!(deletions.is_exceeded(count, population), exceeded, "{count} of {population}");
        }
        assert!(!Limit::NONE.is_exceeded(usize::MAX / 200, 1));
    }
}
