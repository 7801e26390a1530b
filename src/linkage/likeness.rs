//! How alike two names are.

use super::table::Value;
use super::values::{Name, Values};

/// How two names stand to each other, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Same,
    /// One letter more, fewer, other, or two neighbours swapped.
    OneLetter,
    /// Spelt differently, sounding the same.
    SoundsAlike,
    /// Jaro–Winkler of at least 0.90.
    Similar,
    /// One is the beginning of the other, at least three letters long.
    Beginning,
    /// One is a single letter, the first of the other.
    Initial,
    /// Nothing but the first letter in common.
    FirstLetter,
    Differs,
}

/// A small cache of compared pairs, so that `SMITH`/`SMYTH` is worked out once. One per thread; never changes a result.
pub(super) struct Cache {
    entries: Vec<(u64, Likeness)>,
}

impl Cache {
    const SIZE: usize = 1 << 14;

    pub fn new() -> Self {
        Self { entries: vec![(0, Likeness::Differs); Self::SIZE] }
    }

    /// The likeness of two values, neither of them missing.
    pub fn likeness(&mut self, values: &Values, a: Value, b: Value) -> Likeness {
        if a == b {
            return Likeness::Same;
        }
        let (low, high) = (a.min(b), a.max(b));
        let (x, y) = (values.name(low), values.name(high));
        // Most pairs are nothing like each other: their letters tell so without a look at the text.
        let differ = different_letters(x, y);
        let longer = u32::from(x.len.max(y.len));
        if differ * 2 > longer + 2 && x.len.min(y.len) > 1 && x.sound != y.sound {
            return if x.initial == y.initial { self.beginning(values, low, high) } else { Likeness::Differs };
        }
        let key = u64::from(low) << 32 | u64::from(high);
        let slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 50) as usize;
        if self.entries[slot].0 == key {
            return self.entries[slot].1;
        }
        let found = likeness(values.get(low), values.get(high), x.sound != 0 && x.sound == y.sound);
        self.entries[slot] = (key, found);
        found
    }

    fn beginning(&self, values: &Values, a: Value, b: Value) -> Likeness {
        if is_beginning(values.get(a), values.get(b)) { Likeness::Beginning } else { Likeness::FirstLetter }
    }
}

/// How many letters of the longer name the other does not have.
fn different_letters(a: &Name, b: &Name) -> u32 {
    let low = 0x5555_5555_5555_5555_u64;
    // |a - b| per two-bit count, summed. Counts are at most 3, so the difference is too.
    let mut sum = 0;
    let (mut x, mut y) = (a.bag, b.bag);
    let same = !(x ^ y);
    let equal = same & (same >> 1) & low;
    if equal == low {
        return 0;
    }
    while x != 0 || y != 0 {
        sum += (x & 3).abs_diff(y & 3);
        x >>= 2;
        y >>= 2;
    }
    sum as u32
}

fn is_beginning(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 3 && long.starts_with(short)
}

fn likeness(a: &str, b: &str, sound: bool) -> Likeness {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() == 1 {
        return if long.starts_with(short) { Likeness::Initial } else { Likeness::Differs };
    }
    // In names of two or three letters one letter is too much.
    if long.len() >= 4 && one_edit(a.as_bytes(), b.as_bytes()) {
        return Likeness::OneLetter;
    }
    let jw = jaro_winkler(a.as_bytes(), b.as_bytes());
    if sound && jw >= 0.65 {
        Likeness::SoundsAlike
    } else if jw >= 0.90 && !is_beginning(a, b) {
        Likeness::Similar
    } else if is_beginning(a, b) {
        Likeness::Beginning
    } else if a.as_bytes().first() == b.as_bytes().first() {
        Likeness::FirstLetter
    } else {
        Likeness::Differs
    }
}

/// Whether one letter more, fewer or other, or a swap of two neighbours, makes one of the other.
pub(super) fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if b.len() - a.len() > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    if a.len() < b.len() {
        return a == &b[1..];
    }
    match a.len() {
        0 => false, // The same
        _ if a[1..] == b[1..] => true,
        1 => false,
        _ => a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..],
    }
}

/// Jaro–Winkler over bytes, without allocating. Names longer than 64 letters are compared by their first 64.
pub(super) fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    let (a, b) = (&a[..a.len().min(64)], &b[..b.len().min(64)]);
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut seen_a, mut seen_b) = (0_u64, 0_u64);
    let mut matches = 0_u32;
    for (i, x) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let to = (i + reach + 1).min(b.len());
        for (j, y) in b.iter().enumerate().take(to).skip(from) {
            if x == y && seen_b & (1 << j) == 0 {
                seen_a |= 1 << i;
                seen_b |= 1 << j;
                matches += 1;
                break;
            }
        }
    }
    if matches == 0 {
        return 0.0;
    }
    let in_a = a.iter().enumerate().filter(|(i, _)| seen_a & (1 << i) != 0).map(|(_, x)| x);
    let in_b = b.iter().enumerate().filter(|(j, _)| seen_b & (1 << j) != 0).map(|(_, y)| y);
    let out_of_order = in_a.zip(in_b).filter(|(x, y)| x != y).count();
    let m = f64::from(matches);
    let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - (out_of_order / 2) as f64) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    if jaro > 0.7 { jaro + 0.1 * prefix as f64 * (1.0 - jaro) } else { jaro }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_is_one_letter() {
        for (a, b, expected) in [
            ("SMITH", "SMYTH", true),
            ("THOMSON", "THOMPSON", true),
            ("JOHNSTON", "JOHNSTONE", true),
            ("BRAIN", "BRIAN", true),
            ("SMITH", "SMITH", false),
            ("SMITH", "SMTYHE", false),
            ("ABCD", "BADC", false),
            ("A", "B", true),
            ("AB", "BA", true),
        ] {
            assert_eq!(one_edit(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
            assert_eq!(one_edit(b.as_bytes(), a.as_bytes()), expected, "{b} {a}");
        }
    }

    #[test]
    fn likeness_names_the_closest_relation() {
        assert_eq!(likeness("KERR", "CARR", true), Likeness::SoundsAlike);
        assert_eq!(likeness("CUNNINGHAM", "CUNINGAM", false), Likeness::Similar);
        assert_eq!(likeness("ALEX", "ALEXANDER", false), Likeness::Beginning);
        assert_eq!(likeness("J", "JAMES", false), Likeness::Initial);
        assert_eq!(likeness("JOHN", "JACK", false), Likeness::FirstLetter);
        assert_eq!(likeness("JOHN", "PETER", false), Likeness::Differs);
        assert_eq!(likeness("JAN", "JON", false), Likeness::FirstLetter, "one letter of three is too much");
    }

    proptest::proptest! {
        #[test]
        fn jaro_winkler_is_the_published_one(a in "[A-E]{0,12}", b in "[A-E]{0,12}") {
            let theirs = strsim::jaro_winkler(&a, &b);
            proptest::prop_assert!((jaro_winkler(a.as_bytes(), b.as_bytes()) - theirs).abs() < 1e-9);
        }

        #[test]
        fn one_edit_is_an_optimal_string_alignment_of_one(a in "[A-C]{0,6}", b in "[A-C]{0,6}") {
            proptest::prop_assert_eq!(one_edit(a.as_bytes(), b.as_bytes()), strsim::osa_distance(&a, &b) == 1);
        }
    }
}
