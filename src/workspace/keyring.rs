//! The wrapped keys.

/// What deriving a key from a passphrase costs (Argon2id).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KeyCost {
    /// For real workspaces: at least a quarter of a second on an ordinary desk computer.
    pub const STANDARD: Self = Self { memory_kib: 128 * 1024, passes: 4, lanes: 1 };
    /// For tests and the demonstration only, whose passphrases are public.
    pub const TEST: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };
}
