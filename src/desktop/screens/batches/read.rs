//! What the screen reads of the workspace. On threads of their own, because a batch may hold every pair there is.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::widgets::text;
use crate::pair::{Band, Hazards, How, PairKey, PairKind, Verdict};
use crate::progress::Progress;
use crate::stewardship::{Refused, Stop, StopKind, batches, pace, parcels, sign_off, stops};
use crate::words::number;
use crate::workspace::{Batch, BatchId, BatchRow, BatchState, Control, Decision, SignedEvent, StaffId, Workspace};

/// A row of a batch, or one that could be: the pair, its decision, and what the engine and the records say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The pair.
    pub key: PairKey,
    /// Its live decision.
    pub decision: Option<Decision>,
    /// The band it is in; `None` where no run proposes it any more.
    pub band: Option<Band>,
    /// What to beware of.
    pub hazards: Hazards,
    /// In the sample.
    pub sampled: bool,
    /// The second person's answer.
    pub recheck: Option<Verdict>,
    /// Named in a return.
    pub returned: bool,
    /// Why it was named there, where it has a reason of its own.
    pub return_reason: Option<String>,
    /// Why it was recalled after its release.
    pub recalled: Option<String>,
}

impl Row {
    fn of(ws: &Workspace, row: BatchRow) -> Result<Self, Refused> {
        let known = ws.band_of(&row.key)?;
        Ok(Self {
            band: known.map(|(band, _)| band),
            hazards: known.map_or(Hazards::empty(), |(_, hazards)| hazards),
            key: row.key,
            decision: row.decision,
            sampled: row.sampled,
            recheck: row.recheck,
            returned: row.returned,
            return_reason: row.return_reason,
            recalled: row.recalled,
        })
    }

    /// Whether a warning stands against it that asked for a reason.
    pub fn warned(&self) -> bool {
        self.hazards.intersects(Hazards::SECOND_KEY)
    }

    /// Whether the second answer is another than the first.
    pub fn disagrees(&self) -> bool {
        let first = self.decision.as_ref().map(|decision| decision.judgement.verdict);
        self.recheck.is_some() && self.recheck != first
    }

    /// The pair in a few letters; of a merge, which record goes into which.
    pub fn pair(&self) -> String {
        match self.decision.as_ref().and_then(|decision| decision.judgement.merge.as_ref()) {
            Some(merge) => format!("{} → {}", merge.source, merge.target),
            None => self.key.to_string(),
        }
    }

    /// What it asks of Mosaic: a CHI to take over, or a merge and its direction.
    pub fn what(&self) -> String {
        let merge = self.decision.as_ref().and_then(|decision| decision.judgement.merge.as_ref());
        match (self.key.kind(), merge) {
            (PairKind::Link, _) => "Link".to_owned(),
            (PairKind::Duplicate, Some(merge)) => format!("Merge, {} is kept", merge.target),
            (PairKind::Duplicate, None) => "Merge".to_owned(),
        }
    }
}

/// `1 row`, `1,234 rows`.
pub fn rows_words(rows: u64) -> String {
    text::count(rows, "row", "rows")
}

/// Rows that wait for another batch, in words: how many, and why the first.
pub fn waiting_words(waiting: &[(PairKey, String)]) -> Option<String> {
    let (_, first) = waiting.first()?;
    Some(match waiting.len() as u64 {
        1 => format!("1 row waits for another batch: {first}"),
        more => format!("{} rows wait for another batch. The first: {first}", number(more)),
    })
}

/// What some rows come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Rows that are links.
    pub links: u64,
    /// Rows that are merges.
    pub merges: u64,
    /// By band: automatic, to review, unlikely, proposed no more.
    pub bands: [u64; 4],
    /// By how they were decided, as [`How`].
    pub hows: [u64; 6],
    /// Answers by hand that came one after the other faster than a pair can be read.
    pub unread: u64,
    /// Rows with a warning against them.
    pub warned: u64,
    /// Rows that were accepted as a class in spite of one.
    pub in_spite: u64,
    /// By hazard, the commonest first.
    pub hazards: Vec<(Hazards, u64)>,
    /// By who decided, the busiest first.
    pub deciders: Vec<(StaffId, u64)>,
}

impl Tally {
    /// Counts rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut tally = Self::default();
        let (mut hazards, mut deciders) = (BTreeMap::new(), BTreeMap::new());
        let mut by_hand: BTreeMap<StaffId, Vec<jiff::Timestamp>> = BTreeMap::new();
        for row in rows {
            match row.key.kind() {
                PairKind::Link => tally.links += 1,
                PairKind::Duplicate => tally.merges += 1,
            }
            tally.bands[row.band.map_or(3, |band| band as usize)] += 1;
            tally.warned += u64::from(row.warned());
            for hazard in row.hazards.each() {
                *hazards.entry(hazard).or_insert(0) += 1;
            }
            if let Some(decision) = &row.decision {
                tally.hows[decision.judgement.how as usize] += 1;
                tally.in_spite += u64::from(decision.judgement.is_of_warned_class());
                if decision.judgement.how == How::ByHand {
                    by_hand.entry(decision.staff).or_default().push(decision.at);
                }
                *deciders.entry(decision.staff).or_insert(0) += 1;
            }
        }
        tally.unread = by_hand.into_values().map(pace::unread).sum();
        tally.hazards = hazards.into_iter().collect();
        tally.hazards.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        tally.deciders = deciders.into_iter().collect();
        tally.deciders.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        tally
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.links + self.merges
    }
}

/// Every batch, and what is ready for the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf {
    /// Newest first; those that were taken apart are left out.
    pub batches: Vec<Batch>,
    /// Everyone's name.
    pub names: HashMap<StaffId, String>,
    /// Decided rows that a batch of everything would hold.
    pub ready: Vec<Row>,
    /// Decided rows that would have to wait for another, each with why.
    pub waiting: Vec<(PairKey, String)>,
    /// Every decided row was held against the rules. Of many that comes later ([`ready`]); until then `ready` holds them all.
    pub held: bool,
    /// What they come to.
    pub tally: Tally,
    /// Something changed since, and it is being read again.
    pub counting: bool,
}

impl Shelf {
    /// How many rows are ready, in words.
    pub fn ready_words(&self) -> String {
        match self.tally.rows() {
            0 if self.counting => "Working out what is ready…".to_owned(),
            0 => "Nothing is ready yet".to_owned(),
            rows if self.held => format!("{} ready", rows_words(rows)),
            rows => format!("{} decided, being checked…", rows_words(rows)),
        }
    }

    /// Takes in what holding every decided row against the rules came to.
    pub fn hold(&mut self, waiting: Vec<(PairKey, String)>) {
        let wait: HashSet<&PairKey> = waiting.iter().map(|(key, _)| key).collect();
        self.ready.retain(|row| !wait.contains(&row.key));
        self.tally = Tally::of(&self.ready);
        (self.waiting, self.held) = (waiting, true);
    }

    /// Somebody's name.
    pub fn name(&self, staff: StaffId) -> &str {
        self.names.get(&staff).map_or("Somebody", String::as_str)
    }

    /// A batch.
    pub fn batch(&self, id: BatchId) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.id == id)
    }

    /// Reads them. Up to `at_once` decided rows are held against the rules with it; more later ([`ready`]).
    fn read(ws: &Workspace, at_once: usize, progress: &Progress) -> Result<Self, Refused> {
        let mut shown = ws.batches()?;
        shown.retain(|batch| batch.state != BatchState::Withdrawn);
        let names = ws.staff()?.into_iter().map(|staff| (staff.id, staff.name)).collect();
        let decided = ws.ready_for_batch()?;
        let mut ready = Vec::with_capacity(decided.len());
        for (key, decision) in decided {
            progress.check()?;
            let row = BatchRow {
                key,
                decision: Some(decision),
                sampled: false,
                recheck: None,
                returned: false,
                return_reason: None,
                recalled: None,
            };
            ready.push(Row::of(ws, row)?);
        }
        let tally = Tally::of(&ready);
        let held = ready.len() <= at_once;
        let mut shelf = Self { batches: shown, names, ready, waiting: Vec::new(), held, tally, counting: false };
        if held {
            shelf.hold(batches::ready(ws, progress)?.waiting);
        }
        Ok(shelf)
    }
}

/// So many rows are held against the rules in a moment.
const AT_ONCE: usize = 2_000;

/// One batch with its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Parcels of it that are at another desk, a sentence each.
    pub away: Vec<String>,
    /// The batch.
    pub batch: Batch,
    /// Its rows: links, then merges.
    pub rows: Vec<Row>,
    /// What they come to.
    pub tally: Tally,
    /// What is answered a second time, in the order in which it is: rows of the sample, and controls that are no rows.
    pub asked: Vec<Asked>,
    /// The controls, in the order of their keys.
    pub controls: Vec<Control>,
    /// Whether the signed-in person may re-check and sign it; else why not.
    pub signer: Result<(), String>,
    /// Who may sign it once it is handed in by the signed-in person; of a batch that is being composed.
    pub signers: Vec<String>,
    /// Why the signer and somebody who worked on the batch may be one person, in words: an account that both used, a passphrase that one
    /// gave the other.
    pub hands: Vec<String>,
    /// What the re-checks prove by now.
    pub proof: String,
    /// Pairs of the re-check whose answers came faster than a pair can be read.
    pub unread: Vec<PairKey>,
    /// The event of its signature, where it is signed.
    pub signature: Option<SignedEvent>,
    /// The hard stops against it, the re-check apart; `None` until every row was held against the rules ([`rules`]).
    pub stops: Option<Vec<Stop>>,
}

/// A pair that is answered a second time.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The pair.
    pub key: PairKey,
    /// What to beware of.
    pub hazards: Hazards,
    /// The second answer, where it was given.
    pub given: Option<Verdict>,
}

impl Asked {
    /// Pairs with what to beware of in each.
    pub fn of(
        ws: &Workspace,
        pairs: impl IntoIterator<Item = (PairKey, Option<Verdict>)>,
    ) -> Result<Vec<Self>, Refused> {
        let asked = pairs.into_iter().map(|(key, given)| {
            let hazards = ws.band_of(&key)?.map_or(Hazards::empty(), |(_, hazards)| hazards);
            Ok(Self { key, hazards, given })
        });
        asked.collect()
    }
}

impl Detail {
    /// How many pairs are answered a second time, how many of them were, and how many rows were answered differently.
    pub fn rechecked(&self) -> (u64, u64, u64) {
        let done = self.asked.iter().filter(|asked| asked.given.is_some()).count();
        let differ = self.rows.iter().filter(|row| row.disagrees()).count();
        (self.asked.len() as u64, done as u64, differ as u64)
    }

    /// How many of its rows were returned and wait to be decided again.
    pub fn to_decide_again(&self) -> u64 {
        let waits = |row: &&Row| row.returned && row.decision.as_ref().is_none_or(|decision| decision.returned);
        self.rows.iter().filter(waits).count() as u64
    }

    /// Whether it is shown before its rows were held against the rules.
    pub fn is_large(&self) -> bool {
        self.rows.len() > AT_ONCE
    }

    /// Whether every row of the sample was answered again.
    pub fn recheck_is_whole(&self) -> bool {
        let (size, done, _) = self.rechecked();
        self.batch.sample.is_some() && size == done
    }

    /// Whether it cannot be signed whatever else is answered: a hard stop speaks against it, or the whole re-check disagrees.
    pub fn only_a_return_helps(&self) -> bool {
        let (_, _, differ) = self.rechecked();
        let stopped = self.stops.as_ref().is_some_and(|stops| !stops.is_empty());
        stopped || (self.recheck_is_whole() && differ > 0)
    }

    /// Why it cannot be signed now, in a sentence; `None` where it can.
    pub fn unsigned_because(&self) -> Option<String> {
        let (size, done, differ) = self.rechecked();
        if let Err(words) = &self.signer {
            return Some(words.clone());
        }
        if done < size {
            let left = number(size - done);
            return Some(format!("{left} of the sample must be re-checked before the batch can be signed"));
        }
        if differ > 0 {
            return Some(match differ {
                1 => "The re-check disagrees with a decision: return the batch with that row named".to_owned(),
                more => {
                    format!(
                        "The re-check disagrees with {} decisions: return the batch with those rows named",
                        number(more)
                    )
                }
            });
        }
        match &self.stops {
            None => Some("Every row is being held against the rules; the batch can be signed after that".to_owned()),
            Some(stops) => stops.first().map(|stop| stop.words.clone()),
        }
    }

    /// Reads a batch. One of up to `at_once` rows is held against the rules with it; another one later ([`rules`]).
    fn read(ws: &Workspace, id: BatchId, at_once: usize, progress: &Progress) -> Result<Self, Refused> {
        let batch = ws.batch(id)?.ok_or_else(|| Refused::NotFound(format!("There is no batch {}", id.0)))?;
        let mut rows = Vec::new();
        let held = match batch.state {
            BatchState::Returned => ws.batch_rows_now(id)?,
            _ => ws.batch_rows(id)?,
        };
        for row in held {
            progress.check()?;
            rows.push(Row::of(ws, row)?);
        }
        let signer = match sign_off::Signer::of(ws, &batch) {
            Ok(_) => Ok(()),
            Err(refused) => Err(refused.to_string()),
        };
        let signers = match batch.state {
            BatchState::Composing => sign_off::who_may_sign(ws, &batch)?,
            _ => Vec::new(),
        };
        let proof = sign_off::statement(ws, &batch)?;
        let unread = pace::unread_of_recheck(ws, id)?;
        let tally = Tally::of(&rows);
        let asked = Asked::of(ws, sign_off::to_answer(ws, &batch)?)?;
        let controls = ws.controls(id)?;
        let mut hands = Vec::new();
        if signer.is_ok() {
            hands.extend(sign_off::same_account(ws, &batch)?);
            hands.extend(sign_off::gave_passphrases(ws, id)?);
        }
        let signature = match &batch.signed {
            Some(signed) => ws.signed_event(signed.seq)?,
            None => None,
        };
        let away = match batch.state {
            BatchState::Submitted => parcels::away(ws, id)?,
            _ => Vec::new(),
        };
        let later = matches!(batch.state, BatchState::Composing | BatchState::Submitted) && rows.len() > at_once;
        let stops = if later { None } else { Some(held_against_rules(ws, &batch, progress)?) };
        Ok(Self { away, batch, rows, tally, asked, controls, signer, signers, hands, proof, unread, signature, stops })
    }
}

/// Holds every row of a batch against the rules; whether the sample was answered is told elsewhere.
fn held_against_rules(ws: &Workspace, batch: &Batch, progress: &Progress) -> Result<Vec<Stop>, Refused> {
    let mut found = match batch.state {
        BatchState::Composing => stops::of_batch_watched(ws, batch.id, progress)?,
        BatchState::Submitted => sign_off::of_signing(ws, batch.id, progress)?,
        BatchState::Signed | BatchState::Returned | BatchState::Withdrawn => Vec::new(),
    };
    found.retain(|stop| !matches!(stop.kind, StopKind::NotRechecked | StopKind::Disagreed));
    Ok(found)
}

/// Reads every batch and what is ready.
pub fn shelf() -> Job {
    let mut job = Job::reads("Reading the batches", |ws, progress| {
        let read = ws.map_err(Refused::from).and_then(|ws| Shelf::read(ws, AT_ONCE, progress));
        Action::Shelf(read.map(Box::new)).into()
    });
    job.quiet = true;
    job
}

/// Holds every decided row against the rules, for the shelf of that number: it is shown meanwhile.
pub fn ready(shelf: u64) -> Job {
    Job::reads_ahead("Holding every decided row against the rules", move |ws, progress| {
        let found = ws.map_err(Refused::from).and_then(|ws| batches::ready(ws, progress));
        Action::Waiting(shelf, found.map(|found| found.waiting)).into()
    })
}

/// Holds every row of a batch against the rules, for the reading of that number: a large batch is shown meanwhile.
pub fn rules(batch: BatchId, reading: u64) -> Job {
    Job::reads_ahead("Holding every row against the rules", move |ws, progress| {
        let stops = ws.map_err(Refused::from).and_then(|ws| match ws.batch(batch)? {
            Some(batch) => held_against_rules(ws, &batch, progress),
            None => Ok(Vec::new()),
        });
        Action::Stops { batch, reading, stops }.into()
    })
}

/// Reads one batch.
pub fn detail(batch: BatchId) -> Job {
    let mut job = Job::reads("Reading a batch", move |ws, progress| {
        let read = ws.map_err(Refused::from).and_then(|ws| Detail::read(ws, batch, AT_ONCE, progress));
        Action::Detail(batch, read.map(Box::new)).into()
    });
    job.quiet = true;
    job
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::pair::Reason;
    use crate::stewardship::decide::{self, Answer};
    use crate::stewardship::submit;
    use crate::workspace::quick::Quick;
    use crate::workspace::{Role, Standing};

    #[test]
    fn many_decided_rows_are_listed_before_they_were_held_against_the_rules() {
        let me = Standing { name: "Ailsa".into(), role: Role::Officer, administers: true, active: true };
        let mut quick = Quick::new(&[me], 3);
        let pairs = [Quick::pair(1), Quick::pair(2)];
        for pair in &pairs {
            let answer = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
            decide::decide(quick.ws(), pair, answer).unwrap();
        }
        let mut later = Shelf::read(quick.ws(), 1, &Progress::new()).unwrap();
        assert_eq!((later.held, later.ready_words().as_str()), (false, "2 rows decided, being checked…"));
        later.hold(vec![(pairs[0].clone(), "It waits".to_owned())]);
        assert_eq!((later.ready_words().as_str(), later.ready[0].key == pairs[1]), ("1 row ready", true));
        assert_eq!(waiting_words(&later.waiting).as_deref(), Some("1 row waits for another batch: It waits"));
        let at_once = Shelf::read(quick.ws(), 2, &Progress::new()).unwrap();
        assert_eq!((at_once.held, at_once.ready_words().as_str()), (true, "2 rows ready"));
    }

    #[test]
    fn a_large_batch_is_shown_before_its_rows_were_held_against_the_rules_and_not_signed() {
        let person = |name: &str, role| Standing {
            name: name.to_owned(),
            role,
            administers: role == Role::Officer,
            active: true,
        };
        let mut quick = Quick::new(&[person("Ailsa", Role::Officer), person("Rob", Role::Supervisor)], 3);
        let [first, second] = [Quick::pair(1), Quick::pair(2)];
        for pair in [&first, &second] {
            let answer = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
            decide::decide(quick.ws(), pair, answer).unwrap();
        }
        let id = batches::compose(quick.ws(), "B", vec![first.clone(), second]).unwrap();
        submit::submit(quick.ws(), id, submit::Sampling::default()).unwrap();
        assert!(quick.become_(StaffId(2)));
        let batch = quick.ws().batch(id).unwrap().unwrap();
        for (pair, _) in sign_off::to_answer(quick.ws(), &batch).unwrap() {
            sign_off::recheck(quick.ws(), id, &pair, Verdict::Match).unwrap();
        }

        let progress = Progress::new();
        let shelf = Shelf::read(quick.ws(), 0, &progress).unwrap();
        assert_eq!((shelf.ready.len(), shelf.held), (0, true), "what is in a batch is not ready for another");
        let at_once = Detail::read(quick.ws(), id, 2, &progress).unwrap();
        assert_eq!((at_once.stops.as_deref(), at_once.unsigned_because()), (Some(&[][..]), None));
        let later = Detail::read(quick.ws(), id, 1, &progress).unwrap();
        assert_eq!((later.rows.len(), &later.stops), (2, &None));
        assert!(later.unsigned_because().unwrap().starts_with("Every row is being held against the rules"));
        assert!(held_against_rules(quick.ws(), &later.batch, &progress).unwrap().is_empty());
    }
}
