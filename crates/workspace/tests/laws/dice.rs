//! Choices that one number decides, and which numbers are tried.

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// The same tenants in each run, so that none depends on luck; `TENANTS=1000` tries so many others.
pub fn config() -> ProptestConfig {
    let others = std::env::var("TENANTS").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: others.unwrap_or(24),
        rng_seed: others.map_or(RngSeed::Fixed(5), |_| RngSeed::Random),
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Choices from a seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).expect("it is below a usize")
    }

    /// Once in so many times.
    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}
