//! Rows of the table that `tests/prove` prints, for the proofs that stand beside what they prove.

/// A row: promise, what was tried, cases, failures. It prints itself when it ends, a failed one too.
pub(crate) struct Proof {
    promise: u8,
    what: String,
    cases: u64,
}

impl Proof {
    pub(crate) fn of(promise: u8, what: impl Into<String>) -> Self {
        Self { promise, what: what.into(), cases: 0 }
    }

    pub(crate) fn tried(&mut self, cases: u64) {
        self.cases += cases;
    }
}

impl Drop for Proof {
    fn drop(&mut self) {
        let failures = u8::from(std::thread::panicking());
        println!("\nproof | {} | {} | {} | {failures}", self.promise, self.what, self.cases);
    }
}

/// Whether everything is to be tried, and not the share of it that a run of all tests affords.
pub(crate) fn is_long() -> bool {
    std::env::var_os("STEWARTRY_LONG").is_some()
}
