//! Decisions on their way to sign-off: what is ready, the batches and where each is, the second answers, the signature.
//!
//! | file | what it holds |
//! |---|---|
//! | [`read`] | what is read of the workspace, on threads of its own |
//! | [`list`], [`panes`] | the list of batches, and what stands beside it |
//! | [`compose`] | what is ready, and a new batch of it |
//! | [`detail`], [`certificate`] | one batch, from its first row to its certificate |
//! | [`rows`] | the rows of a batch as a table |
//! | [`recheck`], [`looked`] | the blind answer, one pair at a time |
//! | [`agreement`] | how often people say the same, and pairs that are known before the officers come to them |
//! | [`parcel`] | a batch or pairs sent to another desk, and taken in again |
//! | [`ask`] | the questions before a step that cannot be taken lightly |
//! | [`deed`] | the steps themselves, as jobs |

mod agreement;
mod ask;
mod certificate;
mod compose;
mod deed;
mod detail;
pub mod list;
mod looked;
mod panes;
mod parcel;
mod read;
mod recheck;
mod rows;

pub use panes::look_at;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use eframe::egui::Ui;

use self::ask::Ask;
use self::compose::Compose;
use self::deed::Ended;
use self::detail::Tab;
use self::list::Item;
use self::read::{Detail, Shelf};
use self::recheck::Recheck;
use self::rows::Rows;
use super::View;
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::widgets::table::TableState;
use crate::desktop::widgets::{Button, parts};
use crate::pair::{PairKey, Verdict};
use crate::stewardship::{Refused, Stop, known, sign_off};
use crate::words::number;
use crate::workspace::{BatchId, BatchState, Touched};

/// The screen's own state.
#[derive(Default)]
pub struct Batches {
    shelf: Option<Box<Shelf>>,
    detail: Option<Box<Detail>>,
    /// What is chosen in the list; nothing until it is read.
    item: Option<Item>,
    list: TableState<Item>,
    compose: Compose,
    rows: Rows,
    tab: Tab,
    recheck: Option<Recheck>,
    ask: Option<Ask>,
    /// The hard stops that the last attempt met, and on which batch.
    met: Option<(BatchId, Vec<Stop>)>,
    /// Rows that could not go into the newest batch, each with why.
    left: Vec<(PairKey, String)>,
    /// Rows of the batch that are to be named in its return.
    named: HashSet<PairKey>,
    agreement: Option<agreement::Read>,
    parcels: parcel::Parcels,
    /// How many pairs are to be answered beforehand.
    beforehand: usize,
    /// Counts what was read, for those who remember what they found in it.
    stamp: u64,
    /// Counts how often a batch was read.
    reading: u64,
    /// Counts how often the shelf was read.
    shelves: u64,
    needs: Needs,
    /// A change that the screen made itself and has taken in already.
    own: bool,
    /// In a narrow window: the batch, not the list.
    inside: bool,
    focus_list: bool,
    focus_batch: bool,
}

/// What must be read again, and what is being read.
#[derive(Default)]
struct Needs {
    shelf: bool,
    detail: bool,
    /// What stands of the blind answers.
    recheck: bool,
    reading_shelf: bool,
    agreement: bool,
    reading_agreement: bool,
    reading_detail: Option<BatchId>,
    /// Since when the list or the batch is being read.
    since: Option<Instant>,
}

/// What takes longer to read again is said to be behind meanwhile.
const AT_ONCE: Duration = Duration::from_millis(300);

/// What the screen wants done after the frame, or a piece of work gives back.
pub enum Action {
    /// Every batch was read.
    Shelf(Result<Box<Shelf>, Refused>),
    /// Every decided row of the shelf of that number was held against the rules: those that must wait, each with why.
    Waiting(u64, Result<Vec<(PairKey, String)>, Refused>),
    /// A batch was read.
    Detail(BatchId, Result<Box<Detail>, Refused>),
    /// Every row of a batch was held against the rules.
    Stops {
        /// The batch.
        batch: BatchId,
        /// The number of the reading that it belongs to.
        reading: u64,
        /// The hard stops.
        stops: Result<Vec<Stop>, Refused>,
    },
    /// A deed ended; the batch it was about.
    Ended(Option<BatchId>, Result<Box<Ended>, Refused>),
    /// Give a row its second answer.
    Recheck {
        /// The batch.
        batch: BatchId,
        /// The row.
        key: PairKey,
        /// The answer.
        verdict: Verdict,
    },
    /// Answer a pair before the officers come to it.
    Known {
        /// The pair.
        key: PairKey,
        /// The answer.
        verdict: Verdict,
    },
    /// How often people say the same was read.
    Agreement(Result<agreement::Read, Refused>),
    /// Pairs to be answered beforehand were drawn.
    Drawn(Result<Vec<read::Asked>, Refused>),
    /// Show a batch.
    Show(BatchId),
    /// Something of a parcel.
    Parcel(parcel::Said),
}

impl View for Batches {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        self.read_what_is_needed(session, out);
        if let Some(recheck) = &mut self.recheck {
            if recheck.ui(ui, session, out) {
                self.leave_recheck();
            }
            return;
        }
        let line = self.line();
        let ready = self.shelf.as_ref().is_some_and(|shelf| shelf.tally.rows() > 0);
        let can_take = self.offers_from_afar(Command::TakeParcel, session);
        let buttons = |ui: &mut Ui| {
            let new = Button::command(Command::ComposeBatch).enabled(ready);
            if ui.add(new).clicked() {
                out.command(Command::ComposeBatch);
            }
            let take = Button::command(Command::TakeParcel).enabled(can_take);
            if ui.add(take).clicked() {
                out.command(Command::TakeParcel);
            }
        };
        let mut wanted = Out::default();
        parts::full_page(ui, "Batches", &line, buttons, |ui| self.body_ui(ui, session, &mut wanted));
        out.append(wanted);
        self.ask_ui(ui, session, out);
        self.parcels.ask_ui(ui, out);
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        if self.recheck.is_some() {
            return match command {
                Command::Match | Command::NotMatch | Command::Unsure => session.writing().is_none(),
                Command::Next | Command::Previous | Command::NextUndecided => true,
                _ => false,
            };
        }
        let state = self.detail.as_ref().map(|detail| detail.batch.state);
        match command {
            Command::ComposeBatch => self.offers_from_afar(command, session),
            Command::SubmitBatch => state == Some(BatchState::Composing) && session.writing().is_none(),
            Command::SignBatch => {
                self.detail.as_ref().is_some_and(|detail| detail.batch.state == BatchState::Submitted)
                    && session.writing().is_none()
            }
            Command::MakeParcel | Command::TakeParcel => self.offers_from_afar(command, session),
            Command::ReturnBatch => {
                self.detail.as_ref().is_some_and(|d| d.batch.may_be_returned() && d.signer.is_ok())
                    && session.writing().is_none()
            }
            Command::Next | Command::Previous => self.shelf.is_some(),
            _ => false,
        }
    }

    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        let status = session.status();
        if matches!(command, Command::MakeParcel | Command::TakeParcel) {
            return session.parcel().is_none() && session.writing().is_none();
        }
        command == Command::ComposeBatch && status.link_answers[0] + status.duplicate_answers[0] > 0
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        match command {
            Command::ComposeBatch => {
                self.recheck = None;
                self.choose(Item::Ready);
                self.inside = true;
                self.compose.focus();
            }
            Command::MakeParcel => {
                let waiting = self.detail.as_ref().filter(|detail| detail.batch.state == BatchState::Submitted);
                self.parcels.make(waiting.map(|detail| detail.batch.id), session, out);
            }
            Command::TakeParcel => self.parcels.take(),
            Command::SubmitBatch => self.ask = self.detail.as_ref().map(|detail| Ask::submit(detail.batch.id)),
            Command::SignBatch => {
                let Some(detail) = &self.detail else { return };
                match detail.unsigned_because() {
                    Some(words) => out.warn(words),
                    None => self.ask = Some(Ask::sign(detail.batch.id)),
                }
            }
            Command::ReturnBatch => {
                self.ask = self.detail.as_ref().map(|detail| Ask::give_back(detail, &self.named));
            }
            Command::Next | Command::Previous => {
                let by = if command == Command::Next { 1 } else { -1 };
                match &mut self.recheck {
                    Some(recheck) => recheck.step(by),
                    None => self.step(by),
                }
            }
            Command::NextUndecided => {
                if let Some(recheck) = &mut self.recheck {
                    recheck.go_on();
                }
            }
            Command::Match | Command::NotMatch | Command::Unsure => {
                let verdict = recheck::ANSWERS.iter().find(|(key, _, _)| *key == command).map(|(_, answer, _)| *answer);
                let answer = self.recheck.as_ref().zip(verdict);
                let answer = answer.and_then(|(recheck, verdict)| recheck.answer(verdict, session.now()));
                if let Some(answer) = answer {
                    self.act(answer, session, out);
                }
            }
            _ => {}
        }
    }

    fn touched(&mut self, touched: Touched, _session: &Session) {
        if std::mem::take(&mut self.own) && touched == Touched::BATCHES {
            return;
        }
        self.needs.recheck = self.recheck.is_some();
        let about = Touched::BATCHES | Touched::DECISIONS | Touched::CANDIDATES | Touched::RECORDS | Touched::STAFF;
        if touched.intersects(about) {
            self.needs.shelf = true;
            self.needs.detail = true;
            self.needs.agreement = true;
        }
    }

    fn shown(&mut self, _session: &Session, _out: &mut Out) {
        self.focus_list = true;
    }
}

impl Batches {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Shelf(read) => {
                self.needs.reading_shelf = false;
                if let Some(shelf) = out.read(read) {
                    let gone = |item| matches!(item, Item::Batch(batch) if shelf.batch(batch).is_none());
                    let first = list::first(&shelf, session.is_supervisor());
                    let item = self.item.filter(|item| !gone(*item)).unwrap_or(first);
                    self.shelves += 1;
                    if !shelf.held {
                        out.start(read::ready(self.shelves));
                    }
                    self.shelf = Some(shelf);
                    self.compose.forget();
                    self.stamp += 1;
                    self.choose(item);
                }
            }
            Action::Waiting(shelf, waiting) => {
                if let Some(waiting) = out.read(waiting)
                    && self.shelves == shelf
                    && let Some(shelf) = &mut self.shelf
                {
                    self.compose.leave_out(&waiting);
                    shelf.hold(waiting);
                    self.stamp += 1;
                }
            }
            Action::Detail(batch, read) => {
                if self.needs.reading_detail == Some(batch) {
                    self.needs.reading_detail = None;
                }
                if self.item == Some(Item::Batch(batch))
                    && let Some(detail) = out.read(read)
                {
                    self.reading += 1;
                    if detail.stops.is_none() {
                        out.start(read::rules(batch, self.reading));
                    }
                    self.detail = Some(detail);
                    self.rows.forget();
                    self.stamp += 1;
                }
            }
            Action::Stops { batch, reading, stops } => {
                let current = self.detail.as_mut().filter(|it| it.batch.id == batch && self.reading == reading);
                if let Some(detail) = current
                    && let Some(stops) = out.read(stops)
                {
                    detail.stops = Some(stops);
                }
            }
            Action::Ended(batch, Ok(ended)) => self.ended(batch, *ended, out),
            Action::Ended(batch, Err(Refused::HardStop(stops))) => {
                match batch {
                    Some(batch) => {
                        self.tab = Tab::Summary;
                        out.warn("A rule without exceptions stands in the way: nothing was changed");
                        self.met = Some((batch, stops));
                    }
                    None => out.fail(Refused::HardStop(stops)),
                }
                self.needs.detail = true;
            }
            Action::Ended(_, Err(Refused::Cancelled(_))) => out.warn("Cancelled; nothing was changed"),
            Action::Ended(_, Err(refused)) => out.fail(refused),
            Action::Recheck { batch, key, verdict } => self.answer(batch, &key, verdict, session, out),
            Action::Known { key, verdict } => self.known(&key, verdict, session, out),
            Action::Agreement(read) => {
                self.needs.reading_agreement = false;
                self.agreement = out.read(read);
            }
            Action::Drawn(drawn) => {
                let Some(drawn) = out.read(drawn) else { return };
                self.recheck = Recheck::known(drawn);
                if self.recheck.is_none() {
                    out.warn("No pair waits for an answer that could be answered beforehand");
                }
            }
            Action::Parcel(said) => {
                if self.parcels.said(said, out) {
                    self.needs.shelf = true;
                    self.needs.detail = true;
                }
            }
            Action::Show(batch) => {
                self.choose(Item::Batch(batch));
                self.inside = true;
            }
        }
    }

    fn ended(&mut self, batch: Option<BatchId>, ended: Ended, out: &mut Out) {
        self.met = None;
        let name = batch.and_then(|batch| self.shelf.as_ref()?.batch(batch)).map_or("The batch", |b| b.name.as_str());
        match ended {
            Ended::Composed(composed) => {
                out.say(format!("A batch of {} was composed", read::rows_words(composed.rows)));
                self.compose.begin_again();
                self.left = composed.left;
                self.item = Some(Item::Batch(composed.batch));
                self.list.go(Item::Batch(composed.batch));
                self.detail = None;
                self.tab = Tab::Summary;
                self.inside = true;
            }
            Ended::Changed(_) => out.say(format!("The rows of {name} were changed")),
            Ended::TakenApart => {
                out.say(format!("{name} was taken apart"));
                self.detail = None;
                self.choose(Item::Ready);
            }
            Ended::Submitted(submitted) => out.say(format!(
                "{name} was submitted: {} of {} are to be answered again",
                number(submitted.to_recheck),
                read::rows_words(submitted.rows)
            )),
            Ended::Signed => out.say(format!("{name} is signed: what that proves stands in its certificate")),
            Ended::Returned => {
                out.say(format!("{name} was returned"));
                self.tab = Tab::Summary;
                self.named.clear();
            }
        }
        self.needs.shelf = true;
        self.needs.detail = true;
    }

    /// Gives a row its second answer and goes on to the next.
    fn answer(&mut self, batch: BatchId, key: &PairKey, verdict: Verdict, session: &mut Session, out: &mut Out) {
        let done = session.change(out, |ws| {
            let applied = sign_off::recheck(ws, batch, key, verdict)?;
            Ok::<_, Refused>(((), applied.touched))
        });
        if done.is_none() {
            return;
        }
        self.go_on(key, verdict, out);
    }

    /// Answers a pair before the officers come to it; one of which the answer is unsure is passed over.
    fn known(&mut self, key: &PairKey, verdict: Verdict, session: &mut Session, out: &mut Out) {
        if verdict != Verdict::Unsure {
            let done = session.change(out, |ws| {
                let applied = known::set(ws, key, Some(verdict))?;
                Ok::<_, Refused>(((), applied.touched))
            });
            if done.is_none() {
                return;
            }
        }
        self.go_on(key, verdict, out);
    }

    /// After a blind answer: to the next pair, or out.
    fn go_on(&mut self, key: &PairKey, verdict: Verdict, out: &mut Out) {
        self.own = true;
        let Some(recheck) = &mut self.recheck else { return };
        recheck.answered(key, verdict);
        if !recheck.go_on() {
            out.say(recheck.over());
            self.leave_recheck();
        }
    }

    fn leave_recheck(&mut self) {
        self.recheck = None;
        self.tab = Tab::Summary;
        self.needs.shelf = true;
        self.needs.detail = true;
        self.needs.agreement = true;
    }

    fn read_what_is_needed(&mut self, session: &Session, out: &mut Out) {
        // While a piece of work changes the workspace there is nothing settled to read; it ends with a change.
        if session.writing().is_some() {
            return;
        }
        if std::mem::take(&mut self.needs.recheck)
            && let Some(recheck) = &mut self.recheck
        {
            out.read(recheck.read_again(session.ws()));
        }
        if self.needs.shelf && !self.needs.reading_shelf {
            (self.needs.shelf, self.needs.reading_shelf) = (false, true);
            out.start(read::shelf());
        }
        let unread = self.needs.agreement || self.agreement.is_none();
        if self.item == Some(Item::Agreement) && unread && !self.needs.reading_agreement {
            (self.needs.agreement, self.needs.reading_agreement) = (false, true);
            out.start(agreement::read());
        }
        if let Some(Item::Batch(batch)) = self.item
            && self.needs.detail
            && self.needs.reading_detail.is_none()
        {
            self.needs.detail = false;
            self.needs.reading_detail = Some(batch);
            out.start(read::detail(batch));
        }
        let reading = self.needs.reading_shelf || self.needs.reading_detail.is_some();
        self.needs.since = reading.then(|| self.needs.since.unwrap_or_else(Instant::now));
    }

    /// Whether what is shown was read before the last change, and has been for a moment.
    fn is_behind(&self) -> bool {
        self.shelf.is_some() && self.needs.since.is_some_and(|since| since.elapsed() > AT_ONCE)
    }

    fn choose(&mut self, item: Item) {
        if self.list.cursor != Some(item) {
            self.list.go(item);
        }
        if self.item == Some(item) {
            return;
        }
        self.item = Some(item);
        self.detail = None;
        self.rows = Rows::default();
        self.named.clear();
        self.tab = Tab::Summary;
        self.recheck = None;
        self.compose.leave();
        self.needs.detail = true;
        // What is being read is of another batch; its answer will be passed over.
        self.needs.reading_detail = None;
    }

    fn step(&mut self, by: isize) {
        let Some(shelf) = &self.shelf else { return };
        self.list.step(&list::items(shelf), by);
        if let Some(item) = self.list.cursor {
            self.choose(item);
        }
    }
}
