//! Two files kept at hand, matched again after a few Mosaic records changed.
//!
//! Whether two records may be one person is decided by comparing them; that does not change while neither of them does.
//! So a session remembers every comparison that a run made (a pattern and the keys, eight bytes a pair), and compares only
//! what is new. What rests on all records together, the weights, the competition and the bands, is worked out again: the
//! result is that of a run over both files as they now are, to the last bit.

use super::run::{self, Compared, Known};
use super::table::Ids;
use super::values::Files;
use super::{Options, Outcome, Side, Table};
use crate::person::MosaicId;
use crate::progress::{Cancelled, Progress};

/// Two files and what was found out about them.
pub struct Session {
    mosaic: Table,
    chi: Table,
    options: Options,
    compared: Compared,
}

impl Session {
    /// Links two files, and keeps them at hand.
    pub fn start(
        mosaic: Table,
        chi: Table,
        options: &Options,
        progress: &Progress,
    ) -> Result<(Self, Outcome), Cancelled> {
        let mosaic = Table::of_parts(Side::Mosaic, vec![(mosaic, Vec::new())]);
        let (outcome, compared) = run_on(&mosaic, &chi, None, options, progress)?;
        Ok((Self { mosaic, chi, options: options.clone(), compared }, outcome))
    }

    /// Links again after some Mosaic records were added or changed and others are gone. A changed record replaces the one
    /// of the same id. Cancelled, the session stays as it was.
    ///
    /// The rows of the outcome are numbered in the order of the Mosaic ids, as [`Session::mosaic_ids`] gives them.
    pub fn update(&mut self, changed: Table, gone: &[MosaicId], progress: &Progress) -> Result<Outcome, Cancelled> {
        let new = changed.ids();
        let mut replaced: Vec<&str> = (0..changed.len() as u32).map(|row| new.mosaic_id(row)).collect();
        replaced.extend(gone.iter().map(MosaicId::as_str));
        replaced.sort_unstable();
        let old = self.mosaic.ids();
        let stays = |row: &u32| replaced.binary_search(&old.mosaic_id(*row)).is_err();
        let (kept, left_out): (Vec<u32>, Vec<u32>) = (0..self.mosaic.len() as u32).partition(stays);
        let mosaic = Table::of_parts(Side::Mosaic, vec![(self.mosaic.clone(), left_out), (changed, Vec::new())]);

        let ids = mosaic.ids();
        let mut kept = kept.into_iter().peekable();
        let same: Vec<Option<u32>> = (0..mosaic.len() as u32)
            .map(|row| kept.next_if(|&before| old.mosaic_id(before) == ids.mosaic_id(row)))
            .collect();
        let known = Known { compared: &self.compared, same: &same };
        let (outcome, compared) = run_on(&mosaic, &self.chi, Some(known), &self.options, progress)?;
        (self.mosaic, self.compared) = (mosaic, compared);
        Ok(outcome)
    }

    /// What the rows of the Mosaic file go by.
    pub fn mosaic_ids(&self) -> Ids {
        self.mosaic.ids()
    }

    /// What the rows of the CHI file go by.
    pub fn chi_ids(&self) -> Ids {
        self.chi.ids()
    }
}

fn run_on(
    mosaic: &Table,
    chi: &Table,
    known: Option<Known<'_>>,
    options: &Options,
    progress: &Progress,
) -> Result<(Outcome, Compared), Cancelled> {
    run::on_threads(options, || {
        progress.begin("Preparing records", 0);
        let files = Files::believed(mosaic.clone(), chi.clone());
        let (outcome, compared) = run::work(&files, known, true, options, progress)?;
        Ok((outcome, compared.unwrap_or_default()))
    })
}
