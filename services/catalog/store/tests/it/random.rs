//! Draws that can be drawn again.

/// The seed of a test, printed so that a failure shows it; `TEST_SEED` sets it.
pub(crate) fn seed() -> u64 {
    let set = std::env::var("TEST_SEED").ok();
    let seed = set.map(|seed| seed.parse().expect("TEST_SEED is a number"));
    let seed = seed.unwrap_or_else(|| kernel::random::uuid().as_u64_pair().0);
    println!("TEST_SEED={seed}");
    seed
}

/// `SplitMix64`: the same numbers for the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Another one, that goes its own way.
    pub(crate) const fn fork(&mut self) -> Self {
        Self(self.next())
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("small")
    }

    pub(crate) fn up_to(&mut self, n: i64) -> i64 {
        i64::try_from(self.next() % n.unsigned_abs()).expect("small") + 1
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
