//! Distinct texts, each kept once and known by a number.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use super::table::Value;

/// Distinct strings, numbered from 1 in the order in which they came; 0 is the empty string.
#[derive(Debug, Clone)]
pub(super) struct Interner {
    text: String,
    ends: Vec<u32>,
    /// Open addressing, a power of two in size: the upper half of a text's hash and its number, 0 for a free slot. The
    /// hash spares a look at the text of most others.
    slots: Vec<u64>,
}

impl Default for Interner {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0], slots: vec![0; 64] }
    }
}

impl Interner {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, value: Value) -> &str {
        let at = value as usize;
        if at == 0 { "" } else { &self.text[self.ends[at - 1] as usize..self.ends[at] as usize] }
    }

    /// All strings but the empty one, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Value, &str)> {
        (1..self.len() as u32).map(|value| (value, self.get(value)))
    }

    pub fn intern(&mut self, text: &str) -> Value {
        if text.is_empty() {
            return 0;
        }
        let hash = hash(text);
        let free = match self.slot(text, hash) {
            Ok(value) => return value,
            Err(free) => free,
        };
        let value = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.slots[free] = hash & UPPER | u64::from(value);
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        value
    }

    /// The number of a string, or the free slot where it belongs.
    fn slot(&self, text: &str, hash: u64) -> Result<Value, usize> {
        let mask = self.slots.len() - 1;
        let mut at = place(hash) & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            let value = slot as u32;
            if slot & UPPER == hash & UPPER && self.get(value) == text {
                return Ok(value);
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![0; mask + 1];
        for slot in self.slots.iter().filter(|slot| **slot != 0) {
            let mut at = place(*slot) & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
        }
        self.slots = slots;
    }
}

const UPPER: u64 = 0xFFFF_FFFF << 32;

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Where a search begins: by the upper half of the hash, which is all that a slot keeps of it.
fn place(hash: u64) -> usize {
    let upper = hash >> 32;
    (upper ^ upper >> 15) as usize
}

/// What distinct texts came to, worked out once for each.
///
/// Tens of millions of fields are looked up here, most of them short and few of them in a cache: a short text lies in
/// its slot together with its result, so that a look-up costs one look into memory.
#[derive(Debug, Clone)]
pub(super) struct Memo<T> {
    /// Open addressing, a power of two in size.
    slots: Vec<(Short, T)>,
    taken: usize,
    long: FxHashMap<Box<str>, T>,
}

/// A text of up to 23 bytes, filled up with zeros; its length in the last byte. All zeros, as of no text, are a free slot.
type Short = [u64; 3];

fn short(text: &str) -> Option<Short> {
    let mut bytes = [0; 24];
    bytes.get_mut(..text.len()).filter(|room| room.len() < 24)?.copy_from_slice(text.as_bytes());
    bytes[23] = text.len() as u8;
    let part = |at: usize| bytes[at..at + 8].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    Some([part(0), part(8), part(16)])
}

impl<T: Copy + Default> Default for Memo<T> {
    fn default() -> Self {
        Self { slots: vec![Default::default(); 64], taken: 0, long: FxHashMap::default() }
    }
}

impl<T: Copy + Default> Memo<T> {
    /// What a text came to.
    pub fn get(&self, text: &str) -> Option<T> {
        let Some(short) = short(text) else { return self.long.get(text).copied() };
        let (key, result) = self.slots[self.slot(&short)];
        (key != [0; 3]).then_some(result)
    }

    /// Keeps what a text, not empty and not kept yet, came to.
    pub fn keep(&mut self, text: &str, result: T) -> T {
        let Some(short) = short(text) else {
            self.long.insert(text.into(), result);
            return result;
        };
        if (self.taken + 1) * 2 > self.slots.len() {
            let room = self.slots.len() * 2;
            for (key, result) in std::mem::replace(&mut self.slots, vec![Default::default(); room]) {
                let at = self.slot(&key);
                self.slots[at] = (key, result);
            }
        }
        let at = self.slot(&short);
        self.slots[at] = (short, result);
        self.taken += 1;
        result
    }

    pub fn len(&self) -> usize {
        self.taken + self.long.len()
    }

    /// The slot of a text, or the free one where it belongs.
    fn slot(&self, short: &Short) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = mixed(short) & mask;
        while self.slots[at].0 != [0; 3] && self.slots[at].0 != *short {
            at = (at + 1) & mask;
        }
        at
    }
}

/// Three words in one, each bit of them in many of the low bits.
fn mixed(short: &Short) -> usize {
    let folded = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        (product as u64) ^ (product >> 64) as u64
    };
    let half = folded(short[0] ^ 0x9E37_79B9_7F4A_7C15, short[1] ^ 0xD1B5_4A32_D192_ED03);
    folded(half ^ short[2], 0xE703_7ED1_A0B4_28DB) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_has_one_number_in_the_order_in_which_they_came() {
        let mut strings = Interner::default();
        let texts: Vec<String> = (0..5000).map(|n| format!("text {n}")).collect();
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(strings.intern(text), at as u32 + 1);
        }
        assert_eq!((strings.intern(""), strings.get(0), strings.len()), (0, "", 5001));
        for (value, text) in strings.clone().iter() {
            assert_eq!(strings.intern(text), value);
        }
    }

    #[test]
    fn a_memo_keeps_what_texts_of_any_length_came_to() {
        let mut memo = Memo::default();
        let texts: Vec<String> = (0..3000).map(|n| "x".repeat(n % 30) + &n.to_string()).collect();
        for (at, text) in texts.iter().enumerate() {
            assert_eq!((memo.get(text), memo.keep(text, at)), (None, at));
        }
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(memo.get(text), Some(at));
        }
        assert_eq!((memo.len(), memo.get(""), memo.get("x")), (3000, None, None));
        memo.keep("x", 1);
        assert_eq!((memo.get("x\0"), memo.get("x")), (None, Some(1)), "zeros count");
    }
}
