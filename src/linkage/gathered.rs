//! One table of the parts that several threads filled.

use rayon::prelude::*;

use super::interner::Interner;
use super::table::{Row, Side, Table, Value};

impl Table {
    /// The records of several tables as one, in the order of their ids; beside each table the rows that are left out,
    /// in rising order. Which part a record was in leaves no trace.
    pub fn of_parts(side: Side, parts: Vec<(Self, Vec<u32>)>) -> Self {
        let mut whole = Self::new(side);
        let mut maps = Vec::with_capacity(parts.len());
        for (part, _) in &parts {
            let map = into(&mut whole.values, &part.values);
            whole.names.extend(part.names.iter().map(|name| map[*name as usize]));
            whole.postcodes.extend(part.postcodes.iter().map(|code| code.map(|value| map[value as usize])));
            maps.push(map);
        }
        for_once(&mut whole.names);
        for_once(&mut whole.postcodes);

        let kept = parts.iter().enumerate().flat_map(|(at, (part, left_out))| {
            let mut left_out = left_out.iter().copied().peekable();
            (0..part.len() as u32)
                .filter(move |row| left_out.next_if_eq(row).is_none())
                .map(move |row| (at as u16, row))
        });
        let row = |(part, row): (u16, u32)| &parts[usize::from(part)].0.rows[row as usize];
        let order: Vec<(u16, u32)> = match side {
            Side::Mosaic => {
                let id = |(part, row): (u16, u32)| parts[usize::from(part)].0.ids.get(row);
                let mut ids: Vec<(&str, (u16, u32))> = kept.map(|at| (id(at), at)).collect();
                ids.par_sort_unstable();
                ids.iter().for_each(|(id, _)| whole.ids.push(id));
                ids.into_iter().map(|(_, at)| at).collect()
            }
            Side::Chi => {
                let mut numbers: Vec<(u64, (u16, u32))> = kept.map(|at| (row(at).chi, at)).collect();
                numbers.par_sort_unstable();
                numbers.into_iter().map(|(_, at)| at).collect()
            }
        };
        let translated = |at: &(u16, u32)| -> Row { row(*at).translated(&maps[usize::from(at.0)]) };
        whole.rows = order.par_iter().map(translated).collect();
        whole
    }
}

/// The numbers that the values of one interner have in another, to which they are added.
fn into(whole: &mut Interner, part: &Interner) -> Vec<Value> {
    let mut map = Vec::with_capacity(part.len());
    map.push(0);
    map.extend(part.iter().map(|(_, text)| whole.intern(text)));
    map
}

fn for_once<T: Ord>(all: &mut Vec<T>) {
    all.sort_unstable();
    all.dedup();
}
