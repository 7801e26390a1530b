//! One table of the parts that several threads filled.

use rayon::prelude::*;

use super::table::{Side, Table};

impl Table {
    /// The records of several tables as one, in the order of their ids; beside each table the rows that are left out,
    /// in rising order. Each row keeps the value numbers of its part until both files are side by side.
    pub fn of_parts(side: Side, mut parts: Vec<(Self, Vec<u32>)>) -> Self {
        let mut whole = Self::new(side);
        whole.lexicons.clear();
        for (part, _) in &mut parts {
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
            whole.lexicon_of = order.iter().map(|at| place(*at).0 as u8).collect();
        }
        whole
    }
}
