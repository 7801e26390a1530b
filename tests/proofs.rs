//! What is promised in `packaging/governance/security.md`, tried as often as it can be afforded: a share of it in `cargo test`,
//! all of it with `STEWARTRY_LONG=1`. `tests/prove` runs either and prints a table of promise, cases tried and failures.
//!
//! | file | what is tried |
//! |---|---|
//! | [`deeds`] | what people do, each as something that can be killed, starved of room or refused by the disk |
//! | [`kills`] | a SIGKILL at any moment of any deed |
//! | [`officer`] | a SIGKILL at any moment of an officer's day |
//! | [`power`] | the power gone at any moment of a deed, or of an officer's day |
//! | [`disk`] | what a disk holds then |
//! | [`synced`] | that a sync precedes every word of *saved* |
//! | [`full`] | a disk without room, at every size of the room |
//! | [`failing`] | a disk that refuses the n-th call |
//! | [`network`] | that nothing is sent anywhere |
//! | [`same_bytes`] | that files out are the same wherever they are written |
//! | [`restoring`] | from a damaged workspace to work that goes on |

pub mod deeds;
mod disk;
mod failing;
mod full;
mod kills;
pub mod network;
mod officer;
mod power;
mod restoring;
mod same_bytes;
mod synced;
pub mod traced;

use std::time::{SystemTime, UNIX_EPOCH};

/// A row of the table: it prints itself when it ends, a failed one too.
pub struct Proof {
    promise: u8,
    what: String,
    cases: u64,
}

impl Proof {
    pub fn of(promise: u8, what: impl Into<String>) -> Self {
        Self { promise, what: what.into(), cases: 0 }
    }

    pub fn tried(&mut self, cases: u64) {
        self.cases += cases;
    }
}

impl Drop for Proof {
    fn drop(&mut self) {
        let failures = u8::from(std::thread::panicking());
        println!("\nproof | {} | {} | {} | {failures}", self.promise, self.what, self.cases);
    }
}

/// Whether everything is to be tried.
pub fn is_long() -> bool {
    std::env::var_os("STEWARTRY_LONG").is_some()
}

/// So many in the long form, so many in the short one.
pub fn times(long: u64, short: u64) -> u64 {
    if is_long() { long } else { short }
}

/// Small randomness (SplitMix64). What a run threw, it says: `STEWARTRY_SEED` throws the same again.
pub struct Dice(u64);

impl Dice {
    /// Dice for a proof by name, so that two proofs do not throw alike.
    pub fn of(proof: &str) -> Self {
        let given = std::env::var("STEWARTRY_SEED").ok().and_then(|text| text.parse::<u64>().ok());
        let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64);
        println!("{proof}: STEWARTRY_SEED={seed}");
        Self(proof.bytes().fold(seed, |seed, byte| seed.rotate_left(7) ^ u64::from(byte)))
    }

    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.throw() % limit as u64) as usize
    }

    /// A part of a whole, evenly.
    pub fn part(&mut self) -> f64 {
        (self.throw() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
