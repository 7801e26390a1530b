//! Which of very many hits are worth weighing against a person: those whose record shares the most with theirs.
//!
//! The engine's weight is what hits are ranked by, and it takes a whole record to reckon. Where more records fit what was
//! typed than can be weighed while somebody types, those are weighed that share the most with the person, by the engine's own
//! idea of it in small: each thing that two records share is worth the logarithm of how rare it is in CHI. What shares
//! nothing with the person cannot be among the best.

use rusqlite::Connection;

use super::words::{self, mark};
use super::{compact_postcode, folded};
use crate::person::MosaicRecord;
use crate::workspace::Result;

/// What a person's record shares with CHI records: the rows that share anything, ascending, and how many bits it is worth.
#[derive(Debug, Default)]
pub struct Near {
    worth: Vec<(i64, f32)>,
}

impl Near {
    /// Looks up who shares what with a person.
    pub(super) fn of(conn: &Connection, person: &MosaicRecord) -> Result<Self> {
        let records: i64 = conn.query_row("SELECT count(*) FROM chi_record WHERE present = 1", [], |row| row.get(0))?;
        let mut shared = Vec::new();
        for condition in conditions(person) {
            let ids = super::ids(conn, &condition)?;
            if !ids.is_empty() {
                shared.push(((records.max(1) as f32 / ids.len() as f32).log2().max(0.0), ids));
            }
        }
        Ok(Self::summed(shared))
    }

    /// Sums up what each row shares. Done once, so that a key costs one walk along the hits.
    fn summed(shared: Vec<(f32, Vec<i64>)>) -> Self {
        let mut worth: Vec<(i64, f32)> =
            shared.into_iter().flat_map(|(bits, ids)| ids.into_iter().map(move |id| (id, bits))).collect();
        worth.sort_by_key(|(id, _)| *id);
        worth.dedup_by(|next, sum| {
            let same = next.0 == sum.0;
            if same {
                sum.1 += next.1;
            }
            same
        });
        Self { worth }
    }

    /// The `limit` hits that share the most with the person; all of them where they are no more. `hits` ascend, and so does
    /// what is given back.
    pub(super) fn nearest(&self, hits: Vec<i64>, limit: usize) -> Vec<i64> {
        if hits.len() <= limit || limit == 0 {
            return hits.into_iter().take(limit).collect();
        }
        let mut known = self.worth.iter().peekable();
        let mut worth: Vec<(f32, i64)> = Vec::with_capacity(hits.len());
        for hit in hits {
            while known.next_if(|(id, _)| *id < hit).is_some() {}
            worth.push((known.next_if(|(id, _)| *id == hit).map_or(0.0, |(_, bits)| *bits), hit));
        }
        worth.select_nth_unstable_by(limit - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut nearest: Vec<i64> = worth[..limit].iter().map(|(_, id)| *id).collect();
        nearest.sort_unstable();
        nearest
    }
}

/// What may be shared, as conditions of the index. Names and dates also the wrong way round: a name is a name in any field.
fn conditions(person: &MosaicRecord) -> Vec<String> {
    let details = &person.details;
    let is = |mark: &str, word: &str| format!("\"{mark}{word}\"");
    let begins = |mark: &str, start: &str| format!("\"{mark}{start}\"*");
    let mut found: Vec<String> = Vec::new();
    let mut add = |condition: String| {
        if !found.contains(&condition) {
            found.push(condition);
        }
    };
    for name in [&details.surname, &details.previous_surname, &details.forename, &details.second_forename] {
        for word in folded(name).split(' ').filter(|word| !word.is_empty()) {
            add(is(mark::NAME, word));
            let sound = words::sound_of(word);
            if !sound.is_empty() {
                add(is(mark::SOUND, &sound));
            }
        }
    }
    if let Some(birth) = &details.birth {
        if let (Some(day), Some(month)) = (birth.day, birth.month) {
            add(begins(mark::DAY_FIRST, &format!("{day:02}{month:02}")));
            if let (Some(year), true) = (birth.year, day <= 12 && day != month) {
                add(is(mark::DAY_FIRST, &format!("{month:02}{day:02}{year:04}")));
            }
        }
        if let Some(year) = birth.year {
            add(begins(mark::YEAR_FIRST, &format!("{year:04}")));
            if let Some(month) = birth.month {
                add(begins(mark::YEAR_FIRST, &format!("{year:04}{month:02}")));
            }
        }
    }
    let postcode = compact_postcode(&details.postcode);
    if !words::district(&postcode).is_empty() {
        add(is(mark::POSTCODE, &postcode));
        add(is(mark::DISTRICT, words::district(&postcode)));
    }
    if let Some(chi) = &person.chi {
        add(is(mark::CHI, chi.as_str()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_hits_those_are_kept_that_share_the_most() {
        let near = Near::summed(vec![(10.0, vec![7, 90]), (3.0, vec![1, 2, 3, 7, 50]), (4.0, vec![50, 60])]);
        assert_eq!(near.nearest((1..=100).collect(), 3), [7, 50, 90]);
        assert_eq!(near.nearest(vec![1, 2], 3), [1, 2], "all, where they are few");
        assert_eq!(near.nearest(vec![4, 5, 60], 1), [60]);
    }
}
