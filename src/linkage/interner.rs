//! Distinct texts, each kept once and known by a number.

use std::hash::Hasher;

use rustc_hash::FxHasher;

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

    /// The number of a string that came before.
    pub fn find(&self, text: &str) -> Option<Value> {
        if text.is_empty() { Some(0) } else { self.slot(text, hash(text)).ok() }
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
#[derive(Debug, Clone, Default)]
pub(super) struct Memo<T> {
    texts: Interner,
    results: Vec<T>,
}

impl<T: Copy> Memo<T> {
    /// What a text came to.
    pub fn get(&self, text: &str) -> Option<T> {
        let at = self.texts.find(text)? as usize;
        self.results.get(at.wrapping_sub(1)).copied()
    }

    /// Keeps what a text, not empty and not kept yet, came to.
    pub fn keep(&mut self, text: &str, result: T) -> T {
        if self.texts.intern(text) as usize == self.results.len() + 1 {
            self.results.push(result);
        }
        result
    }

    pub fn len(&self) -> usize {
        self.results.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_has_one_number_in_the_order_in_which_they_came() {
        let mut strings = Interner::default();
        let texts: Vec<String> = (0..5000).map(|n| format!("text {n}")).collect();
        for (at, text) in texts.iter().enumerate() {
            assert_eq!((strings.find(text), strings.intern(text)), (None, at as u32 + 1));
        }
        assert_eq!((strings.intern(""), strings.get(0), strings.len()), (0, "", 5001));
        for (value, text) in strings.clone().iter() {
            assert_eq!((strings.intern(text), strings.find(text)), (value, Some(value)));
        }
    }

    #[test]
    fn a_memo_keeps_the_first_result_of_a_text() {
        let mut memo = Memo::default();
        assert_eq!((memo.get("a"), memo.keep("a", 7), memo.get("a"), memo.get("")), (None, 7, Some(7), None));
        memo.keep("b", 8);
        assert_eq!((memo.get("b"), memo.len()), (Some(8), 2));
    }
}
