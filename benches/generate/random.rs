//! Chance, from a seed: the same seed gives the same people on every machine.
//!
//! xoshiro256++ (Blackman and Vigna, 2019) seeded through SplitMix64. Each purpose draws from a stream of its own, so
//! that the errors of one file are independent of the errors of the other and of the people themselves.

/// A stream of pseudo-random numbers.
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

impl Random {
    /// The stream of one purpose under one seed.
    pub fn stream(seed: u64, purpose: &str) -> Self {
        let mut state = purpose.bytes().fold(seed, |state, byte| mix(state ^ u64::from(byte)));
        Self([0; 4].map(|_: u64| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            mix(state)
        }))
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number below `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A whole number between two, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as usize) as i32
    }

    /// Whether something that happens with this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        // 53 random bits, exactly representable, in 0..1
        ((self.next() >> 11) as f64) < probability * (1u64 << 53) as f64
    }

    /// One of several, each as likely as the others.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Which of several outcomes, by their weights.
    pub fn outcome(&mut self, weights: &[u32]) -> usize {
        let mut at = self.below(weights.iter().sum::<u32>() as usize) as u32;
        for (index, &weight) in weights.iter().enumerate() {
            if at < weight {
                return index;
            }
            at -= weight;
        }
        weights.len() - 1
    }

    /// Puts a list into random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// The finaliser of SplitMix64, also used to derive fixed properties (a street's sector) from a number.
pub fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// Things of which some are commoner than others.
#[derive(Debug, Clone)]
pub struct Weighted<T> {
    things: Vec<T>,
    sums: Vec<u64>,
}

impl<T> Default for Weighted<T> {
    fn default() -> Self {
        Self { things: Vec::new(), sums: Vec::new() }
    }
}

impl<T> Weighted<T> {
    /// Adds a thing of a weight.
    pub fn push(&mut self, thing: T, weight: u64) {
        self.sums.push(self.total() + weight);
        self.things.push(thing);
    }

    /// The sum of the weights.
    pub fn total(&self) -> u64 {
        self.sums.last().copied().unwrap_or(0)
    }

    /// One of the things, by weight.
    pub fn pick(&self, random: &mut Random) -> &T {
        let at = random.below(self.total() as usize) as u64;
        &self.things[self.sums.partition_point(|&sum| sum <= at)]
    }

    /// Every thing.
    #[cfg(test)]
    pub fn things(&self) -> &[T] {
        &self.things
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_and_purposes_differ() {
        let draw = |seed, purpose| {
            let mut random = Random::stream(seed, purpose);
            [(); 8].map(|()| random.next())
        };
        assert_eq!(draw(7, "people"), draw(7, "people"));
        assert_ne!(draw(7, "people"), draw(8, "people"));
        assert_ne!(draw(7, "people"), draw(7, "CHI"));
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::stream(1, "test");
        let mut coin = Weighted::default();
        coin.push('a', 1);
        coin.push('b', 0);
        coin.push('c', 3);
        let drawn: Vec<char> = (0..40_000).map(|_| *coin.pick(&mut random)).collect();
        let share = |letter| drawn.iter().filter(|&&drawn| drawn == letter).count() as f64 / 40_000.0;
        assert!((share('a') - 0.25).abs() < 0.01 && share('b') == 0.0 && (share('c') - 0.75).abs() < 0.01);
        let outcomes = (0..40_000).filter(|_| random.outcome(&[1, 0, 3]) == 2).count() as f64 / 40_000.0;
        assert!((outcomes - 0.75).abs() < 0.01);
        let chances = (0..40_000).filter(|_| random.chance(0.1)).count() as f64 / 40_000.0;
        assert!((chances - 0.1).abs() < 0.01);
    }
}
