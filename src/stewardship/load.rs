//! Take a file in: all of it, or nothing.

mod before;
mod dates;
mod ids;
mod noticed;
mod pairs;

pub use self::before::as_last_time;
pub use self::noticed::{Noticed, table as noticed_table};

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use self::before::Last;
use self::dates::DateOrder;
use self::ids::{Ids, Rewritten};
use self::noticed::Places;
use super::matching::hex;
use super::refreshed::Work;
use super::suspicions::{Suspicion, of_the_first};
use super::{Refused, explain, rights, training};
use crate::files;
use crate::intake::{self, Accepted, IntakeError, Kind, Plan, Rejected, Row, Tally, Verdict};
use crate::person::Finding;
use crate::progress::Progress;
use crate::workspace::{
    Change, Event, FileId, FileTally, NewFile, SourceFile, Touched, Tx, Workspace, WorkspaceError, copied_name,
};

/// How a file is loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// Read the file that is loaded already, byte for byte, once more. Otherwise nothing happens.
    pub again: bool,
    /// Load a file that looks like a wrong one. Refused otherwise, with what makes it look so ([`super::suspicions`]).
    pub in_spite: bool,
}

/// What a load did.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOutcome {
    /// The file as the workspace holds it.
    pub file: SourceFile,
    /// What became of its rows; rows that only the workspace could turn away (unknown ids) included.
    pub tally: Tally,
    /// What was noticed in the rows that were taken, the commonest first.
    pub noticed: Vec<Noticed>,
    /// Why rows were turned away, the commonest reason first.
    pub turned_away: Vec<Noticed>,
    /// Records (or pairs) new to the workspace.
    pub added: u64,
    /// Records (or pairs) whose content changed.
    pub changed: u64,
    /// Those of the changed in which nothing changed but the CHI that Mosaic holds.
    pub only_chi: u64,
    /// People for whom Mosaic held a CHI and holds none any more, or another than the one that was matched.
    pub lost_chi: u64,
    /// People who are restricted now and were not, and who no longer are.
    pub restricted: [u64; 2],
    /// Records that were there and are not in this extract.
    pub gone: u64,
    /// Records (or pairs) that were there already, the same.
    pub same_as_before: u64,
    /// The file is the one that is loaded already: nothing of it was read again, and nothing changed.
    pub unchanged: bool,
    /// What made it look like a wrong one, where it was loaded in spite of that.
    pub in_spite_of: Vec<Suspicion>,
    /// What it means for the work.
    pub work: Work,
    /// What screens must read again.
    pub touched: Touched,
}

/// Loads a file: all of it, or nothing.
pub fn load(
    ws: &mut Workspace,
    plan: &Plan,
    options: LoadOptions,
    progress: &Progress,
) -> Result<LoadOutcome, Refused> {
    rights::works_here(ws)?;
    let (sha256, bytes) = fingerprint(&plan.path, progress)?;
    if !plan.sha256.is_empty() && plan.sha256 != sha256 {
        return Err(IntakeError::Changed { path: plan.path.clone() }.into());
    }
    let name = plan.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    training::admits(ws, plan.mapping.headings(), &name)?;
    training::admits_extract(ws, &sha256, &name)?;
    let kind = code(plan.mapping.kind);
    if !options.again
        && let Some(file) = before::loaded_already(ws, plan, &sha256)?
    {
        return before::unchanged(ws, file);
    }
    let last = Last::of(ws, plan.mapping.kind, &sha256)?;
    // What is read is what was fingerprinted: the reading compares.
    let plan = Plan { sha256: sha256.clone(), ..plan.clone() };
    let json = |value: serde_json::Result<String>| value.map_err(|error| Refused::from(WorkspaceError::abort(error)));
    let format = json(serde_json::to_string(&plan.format))?;
    let mapping = json(serde_json::to_string(&plan.mapping))?;
    let headings = json(serde_json::to_string(plan.mapping.headings()))?;
    let new =
        NewFile { kind, name: &name, sha256: &sha256, bytes, format: &format, mapping: &mapping, headings: &headings };
    let scoring = match plan.mapping.kind {
        Kind::NarrowPairs | Kind::WidePairs => Some(pairs::Scoring::of(explain::model(ws)?, ws.latest_run()?)),
        Kind::Mosaic | Kind::Chi | Kind::Relationships => None,
    };
    let kinds = ws.files()?.into_iter().map(|file| (file.id, file.kind)).collect();

    let copy = ws.copy_before_load(progress)?;
    let applied = ws.apply_with(|tx| {
        let before = tx.bearings()?;
        let present = Present { records: tx.present(kind)?, marks: tx.present_marks()? };
        let file = tx.new_file(&new)?;
        if plan.mapping.kind == Kind::Chi {
            tx.begin_chi()?;
        }
        let mut loading = Loading {
            tx,
            file,
            kinds,
            scoring,
            pairs: Vec::new(),
            dates: DateOrder::default(),
            ids: match plan.mapping.kind {
                Kind::Mosaic | Kind::Relationships => Some(Ids::of(tx).map_err(carry)?),
                Kind::Chi | Kind::NarrowPairs | Kind::WidePairs => None,
            },
            places: Places::default(),
            counts: Counts::default(),
            turned_away: Vec::new(),
            unknown: Vec::new(),
        };
        let tally = loading.read(&plan, progress).map_err(carry)?;
        if tally.accepted + tally.warned == 0 {
            let commonest = tally.rejects.iter().max_by_key(|(_, count)| **count);
            let commonest = commonest.map_or_else(String::new, |(reason, _)| crate::words::lower_first(reason));
            return Err(carry(Refused::AllRejected { name: name.clone(), rows: tally.rows, commonest }));
        }
        let Loaded { counts, dates, rewritten, places } = loading.finish(&plan, progress).map_err(carry)?;
        let mut suspicions = match &last {
            Some(last) => last.suspicions(&name, &plan, &tally, &counts, rewritten.people, &present),
            None if matches!(plan.mapping.kind, Kind::Mosaic | Kind::Chi) => of_the_first(&tally),
            None => Vec::new(),
        };
        suspicions.extend(rewritten.suspicion());
        suspicions.extend(dates.suspicion());
        suspicions.sort_by_key(|it| it.kind.gravity());
        if !suspicions.is_empty() && !options.in_spite {
            return Err(carry(Refused::Suspicious { name: name.clone(), suspicions }));
        }
        progress.begin("Saving", 0);
        progress.check()?;
        let work = Work::between(&before, &tx.bearings()?);
        let record = FileTally {
            rows: tally.rows,
            accepted: tally.accepted,
            warned: tally.warned,
            rejected: tally.rejected,
            added: counts.added,
            changed: counts.changed,
            gone: counts.gone,
            findings: tally.findings.iter().map(|(finding, rows)| (finding.clone(), *rows)).collect(),
        };
        tx.finish_file(file, &record)?;
        progress.begin("Binding what is held to the ledger", 0);
        let (holds, pairs) = (Some(tx.as_loaded(progress)?), Some(tx.as_proposed(progress)?));
        let event = Event::FileLoaded {
            file,
            kind: kind.to_owned(),
            name: name.clone(),
            sha256: sha256.clone(),
            rows: tally.rows,
            accepted: tally.accepted,
            warned: tally.warned,
            rejected: tally.rejected,
            added: counts.added,
            changed: counts.changed,
            gone: counts.gone,
            in_spite_of: suspicions.iter().map(|it| it.kind.code().to_owned()).collect(),
            holds,
            pairs,
        };
        let copied = copy.iter().map(|copy| Event::BackedUp { name: copied_name(copy) });
        let noticed = [Noticed::findings(&tally, &places), Noticed::rejects(&tally, &places)];
        Ok((copied.chain([event]).collect(), (file, tally, noticed, counts, suspicions, work)))
    });
    match (&applied, &copy) {
        (Ok(_), Some(_)) => ws.rotate_copies(),
        // Of our own making, a moment ago, and in no ledger
        (Err(_), Some(copy)) => drop(std::fs::remove_dir_all(copy)),
        _ => {}
    }
    let applied = applied?;
    let (file, tally, [noticed, turned_away], counts, in_spite_of, work) = applied.output;
    let file = ws.files()?.into_iter().find(|held| held.id == file).ok_or(Refused::StateChanged)?;
    Ok(LoadOutcome {
        file,
        tally,
        noticed,
        turned_away,
        added: counts.added,
        changed: counts.changed,
        only_chi: counts.only_chi,
        lost_chi: counts.lost_chi,
        restricted: counts.restricted,
        gone: counts.gone,
        same_as_before: counts.same,
        unchanged: false,
        in_spite_of,
        work,
        touched: applied.touched,
    })
}

/// Writes the rows that were turned away from loaded files to a CSV file: file, line, reason, then the row as it stood.
/// Gives how many there are.
pub fn write_rejected(ws: &Workspace, files: &[FileId], path: &Path) -> Result<u64, Refused> {
    let held = ws.files()?;
    let mut table = vec![["file", "line", "reason", "row"].map(str::to_owned).to_vec()];
    for id in files {
        let name = held.iter().find(|file| file.id == *id).map_or_else(String::new, |file| file.name.clone());
        for (line, reason, raw) in ws.rejected(*id)? {
            let mut row = vec![name.clone(), line.to_string(), reason];
            row.extend(raw);
            table.push(row);
        }
    }
    let count = table.len() as u64 - 1;
    super::people_csv::write(path, &training::marked(ws, table))?;
    Ok(count)
}

/// A kind as the workspace and the ledger write it.
pub(super) fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Mosaic => "mosaic",
        Kind::Chi => "chi",
        Kind::Relationships => "relationships",
        Kind::NarrowPairs => "narrow_pairs",
        Kind::WidePairs => "wide_pairs",
    }
}

/// The SHA-256 (hex) and the size of a file.
fn fingerprint(path: &Path, progress: &Progress) -> Result<(String, u64), Refused> {
    let wrong = |error| Refused::from(IntakeError::io(path, "read", error));
    intake::ordinary(path)?;
    let file = files::open(path).map_err(wrong)?;
    let size = file.metadata().map_err(wrong)?.len();
    progress.begin("Fingerprinting", size);
    // No more than there was: a file that grows would be read for ever. The reading notices that it grew.
    let mut file = file.take(size);
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        progress.check()?;
        match file.read(&mut buffer).map_err(wrong)? {
            0 => return Ok((hex(&digest.finalize()), bytes)),
            read => {
                digest.update(&buffer[..read]);
                bytes += read as u64;
                progress.advance(read as u64);
            }
        }
    }
}

/// Carries a refusal through the door; [`Refused`]'s own conversion takes it out again.
fn carry(refused: Refused) -> WorkspaceError {
    match refused {
        Refused::Workspace(error) => error,
        Refused::Cancelled(cancelled) => cancelled.into(),
        other => WorkspaceError::abort(other),
    }
}

#[derive(Default)]
struct Counts {
    added: u64,
    changed: u64,
    only_chi: u64,
    lost_chi: u64,
    /// Newly restricted, and no longer.
    restricted: [u64; 2],
    gone: u64,
    same: u64,
}

/// What there was before a load.
struct Present {
    /// Records of the newest extract of the kind.
    records: u64,
    /// Of Mosaic's: with a CHI, and restricted.
    marks: [u64; 2],
}

impl Counts {
    fn count(&mut self, change: Change) {
        *match change {
            Change::Added => &mut self.added,
            Change::Changed | Change::OnlyChi => &mut self.changed,
            Change::Unchanged => &mut self.same,
        } += 1;
    }
}

/// A file on its way in.
struct Loading<'a, 'c> {
    tx: &'a Tx<'c>,
    file: FileId,
    /// The kinds of the files loaded before.
    kinds: HashMap<FileId, String>,
    scoring: Option<pairs::Scoring>,
    pairs: Vec<pairs::Incoming>,
    dates: DateOrder,
    /// The ids that were there, for a Mosaic extract and for relationships.
    ids: Option<Ids>,
    places: Places,
    counts: Counts,
    /// Rows that intake let through and the workspace turned away, and whether each carried a warning.
    turned_away: Vec<(&'static str, bool)>,
    /// Relationships of people whom no extract has, each with whether it carried a warning already.
    unknown: Vec<bool>,
}

/// What was learnt of a file once every row of it was in.
struct Loaded {
    counts: Counts,
    dates: DateOrder,
    rewritten: Rewritten,
    places: Places,
}

impl Loading<'_, '_> {
    fn read(&mut self, plan: &Plan, progress: &Progress) -> Result<Tally, Refused> {
        let mut failed = None;
        let read = intake::read(plan, progress, &mut |verdict| {
            progress.check()?;
            self.take(verdict).map_err(|error| {
                failed = Some(error);
                IntakeError::Refused(String::new())
            })
        });
        if let Some(refused) = failed {
            return Err(refused);
        }
        let mut tally = read?;
        for (reason, warned) in &self.turned_away {
            *(if *warned { &mut tally.warned } else { &mut tally.accepted }) -= 1;
            tally.rejected += 1;
            *tally.rejects.entry((*reason).to_owned()).or_default() += 1;
        }
        for warned in &self.unknown {
            if !warned {
                tally.accepted -= 1;
                tally.warned += 1;
            }
            *tally.findings.entry(intake::finding_name(&Finding::UnknownPerson).to_owned()).or_default() += 1;
        }
        Ok(tally)
    }

    fn take(&mut self, verdict: Verdict) -> Result<(), Refused> {
        match verdict {
            Verdict::Rejected(Rejected { line, reason, raw }) => {
                self.places.rejected(line, reason.name());
                self.tx.put_rejected(self.file, line, &reason.to_string(), &raw)?;
            }
            Verdict::Accepted(accepted) => self.take_accepted(&accepted)?,
        }
        Ok(())
    }

    fn take_accepted(&mut self, accepted: &Accepted) -> Result<(), Refused> {
        self.dates.add(accepted.line, &accepted.row, &accepted.findings);
        self.places.found(accepted.line, &accepted.findings);
        match &accepted.row {
            Row::Mosaic(record) => {
                let came = self.tx.put_mosaic(self.file, accepted.line, record, &accepted.findings)?;
                if let Some(ids) = self.ids.as_mut().filter(|_| came.change == Change::Added) {
                    ids.added(&record.id, accepted.line);
                }
                self.counts.count(came.change);
                self.counts.only_chi += u64::from(came.change == Change::OnlyChi);
                self.counts.lost_chi += u64::from(came.lost_chi);
                self.counts.restricted[0] += u64::from(came.restricted == Some(true));
                self.counts.restricted[1] += u64::from(came.restricted == Some(false));
            }
            Row::Chi(record) => {
                let change = self.tx.put_chi(self.file, accepted.line, record, &accepted.findings)?;
                self.counts.count(change);
            }
            Row::Relationship(it) => {
                let mut known = true;
                for id in [&it.one, &it.other] {
                    if !self.tx.knows_mosaic(id)? {
                        known = false;
                        self.ids.iter_mut().for_each(|ids| ids.added(id, accepted.line));
                    }
                }
                if !known {
                    self.places.found(accepted.line, &[Finding::UnknownPerson]);
                    self.unknown.push(accepted.findings.iter().any(Finding::is_warning));
                }
                let change = self.tx.put_relationship(self.file, accepted.line, it)?;
                self.counts.count(change);
            }
            Row::Pair(pair) => self.take_pair(accepted.line, pair, &accepted.findings)?,
        }
        Ok(())
    }

    /// What can be done only once every row is in.
    fn finish(mut self, plan: &Plan, progress: &Progress) -> Result<Loaded, Refused> {
        let mut rewritten = Rewritten::default();
        match plan.mapping.kind {
            Kind::Mosaic => {
                self.counts.gone = self.tx.mark_gone_mosaic()?;
                if let Some(ids) = &self.ids {
                    rewritten = ids.rewritten(self.tx)?;
                }
            }
            Kind::Chi => {
                self.counts.gone = self.tx.mark_gone_chi()?;
                self.tx.settle(progress)?;
            }
            Kind::Relationships => {
                self.counts.gone = self.tx.mark_gone_relationships(self.file)?;
                rewritten = self.ids.as_ref().map(Ids::named).unwrap_or_default();
            }
            Kind::NarrowPairs | Kind::WidePairs => self.put_pairs(progress)?,
        }
        Ok(Loaded { counts: self.counts, dates: self.dates, rewritten, places: self.places })
    }
}
