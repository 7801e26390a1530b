//! A set of rows, a bit each: a million of them fit in 125 KB.

/// Numbers of rows, which are positive and not far apart.
#[derive(Debug, Clone, Default)]
pub struct RowSet {
    words: Vec<u64>,
    len: usize,
}

impl RowSet {
    /// How many are in.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none is in.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a row is in.
    pub fn holds(&self, id: i64) -> bool {
        let (word, bit) = place(id);
        self.words.get(word).is_some_and(|held| held & bit != 0)
    }

    /// Puts a row in.
    pub fn put(&mut self, id: i64) {
        let (word, bit) = place(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.len += usize::from(self.words[word] & bit == 0);
        self.words[word] |= bit;
    }

    /// Takes a row out.
    pub fn take(&mut self, id: i64) {
        let (word, bit) = place(id);
        if let Some(held) = self.words.get_mut(word) {
            self.len -= usize::from(*held & bit != 0);
            *held &= !bit;
        }
    }
}

impl FromIterator<i64> for RowSet {
    fn from_iter<T: IntoIterator<Item = i64>>(ids: T) -> Self {
        let mut set = Self::default();
        ids.into_iter().for_each(|id| set.put(id));
        set
    }
}

fn place(id: i64) -> (usize, u64) {
    let id = usize::try_from(id).unwrap_or(0);
    (id / 64, 1 << (id % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let mut set: RowSet = [1, 63, 64, 1_000_000, 70, 70].into_iter().collect();
        set.take(70);
        set.take(71);
        set.take(9_000_000);
        assert_eq!(set.len(), 4);
        assert!([1, 63, 64, 1_000_000].into_iter().all(|id| set.holds(id)));
        assert!([0, 2, 62, 65, 70, 999_999, 5_000_000].into_iter().all(|id| !set.holds(id)));
    }
}
