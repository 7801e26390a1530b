//! One table of the parts that several threads filled.

use rayon::prelude::*;

use super::table::{Side, Table};

impl Table {
    /// Some of its records, as a table of their own.
    pub fn some(&self, wanted: impl Fn(u32) -> bool) -> Self {
        let left_out = (0..self.len() as u32).filter(|&row| !wanted(row)).collect();
        Self::of_parts(self.side(), vec![(self.clone(), left_out)])
    }

    /// The records of several tables as one, in the order of their ids; beside each table the rows that are left out,
    /// in rising order. Each row keeps the value numbers of its part until both files are side by side.
    pub fn of_parts(side: Side, mut parts: Vec<(Self, Vec<u32>)>) -> Self {
        let mut whole = Self::new(side);
        if parts.is_empty() {
            return whole;
        }
        whole.lexicons.clear();
        // A part may be of several parts itself: its lexicons follow each other
        let mut first_lexicons = Vec::with_capacity(parts.len());
        for (part, _) in &mut parts {
            first_lexicons.push(whole.lexicons.len());
            whole.lexicons.append(&mut part.lexicons);
            part.memos = Default::default(); // Nothing more is pushed there
        }
        let firsts: Vec<u32> = parts
            .iter()
            .scan(0, |before, (part, _)| Some(std::mem::replace(before, *before + part.len() as u32)))
            .collect();
        let place = |at: u32| {
            let part = firsts.partition_point(|first| *first <= at) - 1;
            (part, at - firsts[part])
        };
        let kept = parts.iter().zip(&firsts).flat_map(|((part, left_out), first)| {
            let mut left_out = left_out.iter().copied().peekable();
            (0..part.len() as u32).filter(move |row| left_out.next_if_eq(row).is_none()).map(move |row| first + row)
        });
        let row = |at: u32| {
            let (part, row) = place(at);
            &parts[part].0.rows[row as usize]
        };
        let order: Vec<u32> = match side {
            Side::Mosaic => {
                let id = |at: u32| {
                    let (part, row) = place(at);
                    parts[part].0.ids.get(row)
                };
                let mut ids: Vec<(&str, u32)> = kept.map(|at| (id(at), at)).collect();
                ids.par_sort_unstable();
                ids.iter().for_each(|(id, _)| whole.ids.push(id));
                ids.into_iter().map(|(_, at)| at).collect()
            }
            Side::Chi => {
                // A CHI number begins with a day and so has room in half of it.
                let mut numbers: Vec<u64> = kept.map(|at| row(at).chi << 32 | u64::from(at)).collect();
                numbers.par_sort_unstable();
                numbers.into_iter().map(|number| number as u32).collect()
            }
        };
        whole.rows = order.par_iter().map(|at| *row(*at)).collect();
        if whole.lexicons.len() > 1 {
            let lexicon = |at: u32| {
                let (part, row) = place(at);
                let within = parts[part].0.lexicon_of.get(row as usize).copied().unwrap_or(0);
                first_lexicons[part] as u16 + within
            };
            whole.lexicon_of = order.iter().map(|at| lexicon(*at)).collect();
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::linkage::values::Files;
    use crate::person::{Chi, ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord, Sex};

    fn details(at: usize) -> Details {
        let [surnames, forenames] = [["Kerr", "McKie", "O'Neill", "Smith-Jones"], ["Ann Mary", "Baby", "Jean", ""]];
        let streets = ["12 High Street", "Rosebank", "Flat 2/1, 40 High St", "2/3 21 Mill Road"];
        Details {
            surname: surnames[at % 4].into(),
            forename: forenames[at / 4 % 4].into(),
            sex: Sex::Female,
            address: vec![streets[at / 16 % 4].into(), "Annan".into()],
            postcode: format!("DG{} 2AB", at % 9 + 1),
            ..Details::default()
        }
    }

    /// Both tables, their rows dealt out to so many parts, each part with one row that is left out.
    fn tables(parts: usize) -> (Table, Table) {
        let numbers = (0..999).filter_map(|serial| crate::person::chi::issue(1, 2, 1985, serial * 37 % 1000));
        let numbers: Vec<Chi> = numbers.take(200).collect();
        let id = |at: usize| MosaicId::parse(&format!("{}", at * 7919 % 200)).unwrap();
        let mosaic = |at: usize| MosaicRecord {
            id: id(at),
            details: details(at),
            chi_given: String::new(),
            chi: None,
            context: String::new(),
            restricted: false,
            changed_given: String::new(),
            changed: None,
            holds: Vec::new(),
        };
        let chi = |at: usize| ChiRecord {
            chi: numbers[at],
            details: details(at + 5),
            status: ChiStatus::Current,
            upi: (at % 10 == 3).then(|| numbers[at / 2]),
        };
        let dealt = |side: Side| {
            let deal = |part: usize| {
                let mut table = Table::new(side);
                let mut push = |at: usize| match side {
                    Side::Mosaic => table.push_mosaic(&mosaic(at)),
                    Side::Chi => table.push_chi(&chi(at)),
                };
                (part..200).step_by(parts).for_each(&mut push);
                push(0);
                let last = table.len() as u32 - 1;
                (table, vec![last])
            };
            if parts < 4 {
                return Table::of_parts(side, (0..parts).map(deal).collect());
            }
            // Many parts are parts of parts
            let (some, others): (Vec<usize>, Vec<usize>) = (0..parts).partition(|part| part % 3 == 1);
            let of = |parts: Vec<usize>| (Table::of_parts(side, parts.into_iter().map(deal).collect()), Vec::new());
            Table::of_parts(side, vec![of(others), of(some)])
        };
        (dealt(Side::Mosaic), dealt(Side::Chi))
    }

    #[test]
    fn which_part_a_row_was_in_leaves_no_trace() {
        let (mosaic, chi) = tables(1);
        let (mosaic_ids, chi_ids) = (mosaic.ids(), chi.ids());
        let whole = Files::new(mosaic, chi);
        assert_eq!((whole.mosaic.len(), whole.chi.len()), (200, 200));
        for parts in [2, 3, 7] {
            let (mosaic, chi) = tables(parts);
            assert_eq!(mosaic.lexicons.len(), parts);
            let ids = (mosaic.ids(), chi.ids());
            let files = Files::new(mosaic, chi);
            assert_eq!(files.values.len(), whole.values.len());
            for value in 0..files.values.len() as u32 {
                assert_eq!(files.values.get(value), whole.values.get(value));
                assert_eq!(files.values.place(value), whole.values.place(value));
            }
            for (found, expected) in [(&files.mosaic, &whole.mosaic), (&files.chi, &whole.chi)] {
                assert_eq!(found.rows, expected.rows);
                assert_eq!((&found.person, &found.face), (&expected.person, &expected.face));
            }
            for row in 0..200 {
                assert_eq!(ids.0.mosaic_id(row), mosaic_ids.mosaic_id(row));
                assert_eq!(ids.1.current_chi(row), chi_ids.current_chi(row));
            }
        }
    }
}
