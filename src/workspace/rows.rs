//! A set of rows, a bit each: a million of them fit in 125 KB.

/// Numbers of rows, which are positive and not far apart.
#[derive(Debug, Default)]
pub(super) struct RowSet(Vec<u64>);

impl RowSet {
    /// Puts a row in.
    pub(super) fn put(&mut self, id: i64) {
        let (word, bit) = place(id);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }

    /// Whether a row is in.
    pub(super) fn holds(&self, id: i64) -> bool {
        let (word, bit) = place(id);
        self.0.get(word).is_some_and(|held| held & bit != 0)
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
        let set: RowSet = [1, 63, 64, 1_000_000].into_iter().collect();
        assert!([1, 63, 64, 1_000_000].into_iter().all(|id| set.holds(id)));
        assert!([0, 2, 62, 65, 999_999, 5_000_000].into_iter().all(|id| !set.holds(id)));
    }
}
