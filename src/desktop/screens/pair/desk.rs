//! A queue, the pair that is looked at, and the answer in the making: what Review and Duplicates each hold one of.

use std::collections::HashMap;

use super::answer::{Answering, Asked, Question};
use super::class::Look;
use super::facets::{self, Panel};
use super::sight::Sight;
use super::{Queue, Score, Shown};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::screens::overview;
use crate::desktop::session::Session;
use crate::desktop::widgets::text;
use crate::pair::{Merge, PairKey, PairKind, Reason, Verdict};
use crate::person::MosaicId;
use crate::stewardship::decide::Answer;
use crate::stewardship::drafts::Draft;
use crate::stewardship::pace::Pace;
use crate::stewardship::{Refused, explain, queues, reveal};
use crate::workspace::{Event, LedgerFilter, LedgerRow, QueueFilter, StateFilter, Touched, Workspace};

/// A queue, the pair that is looked at, and the answer in the making.
pub struct Desk {
    /// Which pairs.
    pub queue: Queue,
    /// The pair that is looked at, read.
    pub shown: Option<Shown>,
    /// The answer in the making.
    pub answering: Answering,
    /// The engine's opinion, once it was asked for.
    pub score: Score,
    /// Which pairs are shown, and with what choice how many.
    pub facets: Panel,
    /// The class that the queue shows, where it shows one.
    pub class: Look,
    /// How one's own work goes today, once it was read.
    pub pace: Option<Pace>,
    /// What was told of it and put away: that a break is due, that answers came too fast.
    pub breaks: [bool; 2],
    /// Values that are the same on both sides are hidden.
    pub hides_same: bool,
    /// Bring the history into view in the next frame.
    pub to_history: bool,
    /// Another pair is looked at, and has not been drawn yet: it begins at its top, wherever it was left.
    pub at_top: bool,
    /// The name of the pair stands in the short form of the list, in a window that is low as well as narrow.
    pub names_on_top: bool,
    /// The list has its short form above the pair, with the place in the queue.
    pub list_on_top: bool,
    /// How tall the bar of answers was, in points.
    pub bar_height: f32,
    /// The pair that was answered last.
    pub answered: Option<i64>,
    /// It was the last of its queue, and nothing was gone to since.
    ended: bool,
    /// The pair that the answer in the making is about.
    of: Option<i64>,
    /// Comments that were written and went with no answer, by pair: they are there again when the pair is.
    drafts: HashMap<i64, String>,
    /// The pair that could not be read, so that it is not tried in every frame.
    unreadable: Option<i64>,
    /// The newest event that was seen.
    seen: i64,
    /// The pair that is drawn.
    sight: Sight<i64>,
}

impl Desk {
    /// A desk for links or for duplicates.
    pub fn new(kind: PairKind) -> Self {
        Self {
            queue: Queue::start(kind),
            shown: None,
            answering: Answering::default(),
            score: Score::default(),
            facets: Panel::default(),
            class: Look::default(),
            pace: None,
            breaks: [false; 2],
            hides_same: false,
            to_history: false,
            at_top: false,
            names_on_top: false,
            list_on_top: false,
            bar_height: 0.0,
            answered: None,
            ended: false,
            of: None,
            drafts: HashMap::new(),
            unreadable: None,
            seen: 0,
            sight: Sight::default(),
        }
    }

    /// Reads what must be read before it can be drawn.
    pub fn ensure(&mut self, session: &Session, out: &mut Out) {
        let read = self.queue.ensure(session.ws());
        out.read(read);
        self.facets.found(!self.queue.is_empty());
        let Some(id) = self.queue.current() else {
            self.shown = None;
            return;
        };
        self.sight.draws(id, session.now());
        if self.unreadable == Some(id) || self.shown.as_ref().is_some_and(|shown| shown.pair.id == id) {
            return;
        }
        if self.of.is_some_and(|of| of != id) {
            self.leave(); // The queue was read again: what was begun is not about this one
        }
        self.shown = out.read(Shown::read(session.ws(), id)).flatten();
        self.unreadable = self.shown.is_none().then_some(id);
        if self.shown.is_some()
            && self.of.replace(id) != Some(id)
            && let Some(draft) = self.drafts.remove(&id)
        {
            self.answering.comment = draft;
        }
    }

    /// The key of the pair that is looked at.
    pub fn key(&self) -> Option<&PairKey> {
        self.shown.as_ref().map(|shown| &shown.pair.key)
    }

    /// Whether a pair's own commands can be done now.
    pub fn offers(&self, command: Command, session: &Session) -> bool {
        let idle = session.writing().is_none();
        if command == Command::AcceptClass {
            return self.offers_class(session);
        }
        let Some(shown) = &self.shown else {
            return matches!(command, Command::Filter | Command::Search)
                || (matches!(command, Command::Next | Command::Previous) && self.queue.len() > 1);
        };
        let link = self.queue.filter.kind == PairKind::Link;
        match command {
            Command::Match | Command::NotMatch | Command::Unsure | Command::Refer => idle,
            Command::NotMatchable => idle && link && shown.not_matchable().is_none(),
            Command::TakeBack => idle && (shown.pair.decision.is_some() || shown.not_matchable().is_some()),
            Command::Comment | Command::ShowHistory | Command::HideSame | Command::Filter | Command::Search => true,
            Command::RevealScore => idle || self.score.is_shown(shown.pair.id),
            Command::Next | Command::Previous => self.queue.len() > 1 || self.queue.is_visiting(),
            Command::NextUndecided => self.queue.left() > 0,
            Command::CopyChi => link && !shown.restricted(),
            Command::CopyId => !shown.restricted(),
            Command::Because(n) => idle && usize::from(n) <= self.answering.becauses().len(),
            Command::Choose(n) => match &self.answering.question {
                None => usize::from(n) <= shown.others.len(),
                Some(Question::Superseded { .. } | Question::Confirm(_)) => n == 1,
                Some(Question::Recall { .. } | Question::Replace { .. }) => n <= 2,
                Some(Question::Stopped { both, .. }) => n == 1 && both.is_some(),
                Some(_) => usize::from(n) <= self.answering.reasons().len(),
            },
            _ => false,
        }
    }

    /// Carries out a command of a pair. `merge`: what *Match* of two Mosaic records means.
    pub fn command(&mut self, command: Command, merge: Option<Merge>, session: &mut Session, out: &mut Out) {
        let answers = matches!(command, Command::Match | Command::NotMatch | Command::Unsure | Command::Refer);
        let is_seen = self.shown.as_ref().is_some_and(|shown| self.sight.allows(&shown.pair.id, session.now()));
        if answers && !is_seen {
            return;
        }
        // Whoever answered the last one with the keys under their hand does not mean to answer it otherwise
        let stands = self.shown.as_ref().is_some_and(|shown| shown.verdict().is_some());
        if answers && std::mem::take(&mut self.ended) && stands {
            let key = command.shortcut().map_or_else(String::new, |key| format!(" {}", key.words()));
            out.warn(format!("This was the last of these, and is answered. Press{key} again to answer it anew"));
            return;
        }
        match command {
            Command::Match => self.answer(Answer { merge, ..Answer::of(Verdict::Match) }, session, out),
            Command::NotMatch => self.answer(Answer::of(Verdict::NotMatch), session, out),
            Command::Unsure => self.answer(Answer::of(Verdict::Unsure), session, out),
            Command::Refer => self.answer(Answer::of(Verdict::Refer), session, out),
            Command::NotMatchable => {
                self.answering.cancel();
                self.answering.question = Some(Question::NotMatchable);
            }
            Command::TakeBack => self.take_back(session, out),
            Command::AcceptClass => self.ask_class(),
            Command::Comment => {
                // What was written of the answer that stands is there to be gone on with
                let stands =
                    self.shown.as_ref().and_then(|shown| shown.pair.decision.as_ref()).filter(|it| it.stands());
                match (stands, &self.answering.question, self.answering.comment.trim()) {
                    (Some(decision), None, "") => self.answering.amend(&decision.judgement.comment),
                    _ => self.answering.open_comment(),
                }
            }
            Command::RevealScore => self.reveal(session, out),
            Command::ShowHistory => self.to_history = true,
            Command::HideSame => self.hides_same = !self.hides_same,
            Command::Filter => self.facets.toggle(),
            Command::Search => self.facets.search(),
            Command::Next => self.step(1),
            Command::Previous => self.step(-1),
            Command::NextUndecided => {
                self.queue.next_open();
                self.moved();
            }
            Command::Choose(n) => self.choose(n, session, out),
            Command::CopyChi => {
                if let Some(PairKey::Link { chi, .. }) = self.key() {
                    out.copy_for_a_while(chi.as_str());
                    out.say("The CHI number is on the clipboard for fifteen seconds");
                }
            }
            Command::CopyId => {
                if let Some(key) = self.key() {
                    out.copy_for_a_while(key.left());
                    out.say("The Mosaic id is on the clipboard for fifteen seconds");
                }
            }
            Command::Because(n) => {
                let reason = self.answering.becauses().get(usize::from(n).saturating_sub(1)).copied();
                if let Some(reason) = reason {
                    self.answering.because(session, out, reason);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, by: isize) {
        self.queue.step(by);
        self.moved();
    }

    /// Leaves the answer in the making. A comment that went with none is kept for its pair.
    fn leave(&mut self) {
        if let Some(of) = self.of.take()
            && !self.answering.is_unwritten()
            && !self.answering.comment.trim().is_empty()
        {
            self.drafts.insert(of, std::mem::take(&mut self.answering.comment));
        }
        self.answering.reset();
        self.score.hide();
    }

    /// Hands over what was begun to be written and went with no answer. Nothing of it is left here.
    pub fn give_drafts(&mut self, ws: &Workspace) -> Vec<Draft> {
        self.leave();
        let mut ids: Vec<i64> = self.drafts.keys().copied().collect();
        ids.sort_unstable();
        let mut drafts = std::mem::take(&mut self.drafts);
        let pairs = ws.pairs(&ids).unwrap_or_default();
        pairs.into_iter().filter_map(|pair| Some((pair.key, drafts.remove(&pair.id)?))).collect()
    }

    /// Takes in what was begun before.
    pub fn take_drafts(&mut self, ws: &Workspace, drafts: Vec<Draft>) {
        for (key, text) in drafts {
            if let Ok(Some(pair)) = ws.pair_of(&key) {
                self.drafts.insert(pair.id, text);
            }
        }
    }

    /// Another pair is looked at: what was begun about the one before is left.
    pub fn moved(&mut self) {
        self.leave();
        self.ended = false;
        self.to_history = false;
        self.at_top = true;
        self.shown = None;
        self.unreadable = None;
    }

    /// Goes to a pair, in the queue or beside it.
    pub fn go(&mut self, id: i64) {
        self.queue.go(id);
        self.moved();
    }

    /// Goes on from a pair that needs no answer any more: in the queue to where it stood, and from beside it back.
    pub fn go_on_from(&mut self, id: i64) {
        if self.queue.ids().contains(&id) {
            self.queue.go(id);
        } else {
            self.queue.come_back();
        }
        self.moved();
    }

    fn choose(&mut self, n: u8, session: &mut Session, out: &mut Out) {
        let place = usize::from(n).saturating_sub(1);
        match &self.answering.question {
            None => {
                if let Some(id) = self.shown.as_ref().and_then(|shown| shown.others.get(place)).map(|other| other.id) {
                    self.go(id);
                }
            }
            Some(Question::Replace { .. }) if n == 2 => self.asked(Asked::Keep, session, out),
            Some(Question::Replace { .. }) => self.asked(Asked::Replace, session, out),
            Some(Question::Confirm(_)) => self.asked(Asked::Confirmed, session, out),
            Some(Question::Superseded { .. }) => self.asked(Asked::UseCurrent, session, out),
            Some(Question::Recall { .. }) => self.asked(Asked::Recall(n == 1), session, out),
            Some(Question::Stopped { .. }) => self.asked(Asked::LookAtBoth, session, out),
            Some(_) => {
                if let Some(reason) = self.answering.reasons().get(place).copied() {
                    self.asked(Asked::Reason(reason), session, out);
                }
            }
        }
    }

    fn answer(&mut self, answer: Answer, session: &mut Session, out: &mut Out) {
        // The question is there to stop the thumb: the same key again is not an answer to it.
        let again = match &self.answering.question {
            Some(
                Question::Reason { answer: waiting, .. }
                | Question::Replace { answer: waiting, .. }
                | Question::Superseded { answer: waiting, .. },
            ) => waiting.verdict == answer.verdict,
            Some(Question::Stopped { verdict, .. }) => *verdict == Some(answer.verdict),
            _ => false,
        };
        if again {
            return;
        }
        self.answering.question = None;
        if answer.verdict == Verdict::Match && self.shown.as_ref().is_some_and(Shown::is_as_released) {
            out.say("It was released, and this answer stands; a recall alone changes it");
            return;
        }
        self.give(answer, session, out);
    }

    fn give(&mut self, answer: Answer, session: &mut Session, out: &mut Out) {
        let Some((id, key)) = self.shown.as_ref().map(|shown| (shown.pair.id, shown.pair.key.clone())) else { return };
        if self.answering.give(session, out, &key, answer) {
            self.answered(id, true);
        }
    }

    /// Answers are on the disk about all of these pairs: the next that waits comes.
    pub fn answered_all(&mut self, ids: &[i64]) {
        for id in ids {
            self.queue.answered(*id, true);
        }
        if let Some(id) = self.shown.as_ref().map(|shown| shown.pair.id) {
            self.answered(id, true);
        }
    }

    /// An answer is on the disk: the next pair comes.
    fn answered(&mut self, id: i64, forward: bool) {
        self.answered = forward.then_some(id);
        self.queue.answered(id, forward);
        let ends = forward && !self.queue.next_open();
        if ends {
            // Nothing waits any more: the pair stays, with its answer.
            self.queue.go(id);
        }
        self.moved();
        self.ended = ends;
    }

    /// Goes on with what was asked of the answer in the making.
    pub fn asked(&mut self, asked: Asked, session: &mut Session, out: &mut Out) {
        match asked {
            Asked::Cancel => self.answering.cancel(),
            Asked::Reason(reason) if self.answering.lacks_comment(reason) => self.answering.await_comment(reason),
            Asked::Reason(reason) => self.reason(reason, session, out),
            Asked::Replace => {
                if let Some(Question::Replace { answer, .. }) = self.answering.question.take() {
                    self.give(Answer { replace: true, ..answer }, session, out);
                }
            }
            Asked::Keep => {
                if let Some(Question::Replace { .. }) = self.answering.question.take() {
                    let other = Answer::of(Verdict::NotMatch).because(Reason::OtherCandidate);
                    self.give(other, session, out);
                }
            }
            // Whoever asked it does it; here nobody did
            Asked::Confirmed => self.answering.cancel(),
            Asked::UseCurrent => {
                if let Some(Question::Superseded { answer, .. }) = self.answering.question.take() {
                    self.use_current(answer, session, out);
                }
            }
            Asked::LookAtBoth => {
                if let Some(Question::Stopped { both: Some(both), .. }) = &self.answering.question
                    && let Some(from) = self.key().cloned()
                {
                    out.act(overview::Action::OpenFrom { pair: both.clone(), from });
                    self.answering.cancel();
                }
            }
            Asked::Recall(apart) => self.recall(apart, session, out),
            Asked::Commented if self.answering.is_unwritten() => self.answering.leave_comment(),
            Asked::Commented if self.recalling().is_some() => {
                let apart = self.recalling().unwrap_or_default();
                self.recall(apart, session, out);
            }
            Asked::Commented if self.answering.awaiting.is_none() && self.answering.wants_reason() => {
                out.say("Choose the reason, by its number or its button; what you wrote goes with it");
            }
            Asked::Commented => match self.answering.awaiting {
                Some(reason) => self.reason(reason, session, out),
                None => self.commented(session, out),
            },
        }
    }

    /// Matches the number that replaced the one that is looked at.
    fn use_current(&mut self, answer: Answer, session: &mut Session, out: &mut Out) {
        let Some((id, key)) = self.shown.as_ref().map(|shown| (shown.pair.id, shown.pair.key.clone())) else { return };
        if self.answering.use_current(session, out, &key, answer) {
            self.answered(id, true);
        }
    }

    /// What a recall waits with for its reason.
    fn recalling(&self) -> Option<bool> {
        match &self.answering.question {
            Some(Question::Recall { apart, .. }) => *apart,
            _ => None,
        }
    }

    /// Recalls the pair, once there is a reason.
    fn recall(&mut self, apart: bool, session: &mut Session, out: &mut Out) {
        if self.answering.comment.trim().is_empty() {
            if let Some(Question::Recall { apart: chosen, .. }) = &mut self.answering.question {
                *chosen = Some(apart);
            }
            self.answering.open_comment();
            return;
        }
        let Some((id, key)) = self.shown.as_ref().map(|shown| (shown.pair.id, shown.pair.key.clone())) else { return };
        if self.answering.recall(session, out, &key, apart) {
            self.answered(id, apart);
        }
    }

    fn reason(&mut self, reason: Reason, session: &mut Session, out: &mut Out) {
        match self.answering.question.take() {
            Some(Question::Reason { answer, instead: Some(_), .. }) => {
                self.use_current(answer.because(reason), session, out);
            }
            Some(Question::Reason { answer, .. }) => self.give(answer.because(reason), session, out),
            Some(Question::NotMatchable) => {
                let Some(shown) = &self.shown else { return };
                let (id, mosaic) = (shown.pair.id, shown.left.record.id.clone());
                if self.answering.not_matchable(session, out, &mosaic, reason) {
                    self.answered(id, true);
                }
            }
            other => self.answering.question = other,
        }
    }

    /// Says that no CHI can be found for a person, whose pair may be the one that is looked at or not. True once it is on the
    /// disk.
    pub fn not_matchable(
        &mut self,
        mosaic: &MosaicId,
        (reason, comment): (Reason, String),
        session: &mut Session,
        out: &mut Out,
    ) -> bool {
        let own = std::mem::replace(&mut self.answering.comment, comment);
        let saved = self.answering.not_matchable(session, out, mosaic, reason);
        self.answering.comment = own;
        if saved {
            // None of the person's links waits any more, whichever was looked at
            let pairs = out.read(session.ws().candidates_of_mosaic(mosaic)).unwrap_or_default();
            for pair in pairs.iter().filter(|pair| pair.key.kind() == PairKind::Link) {
                self.queue.answered(pair.id, true);
            }
        }
        let looked_at = self.shown.as_ref().filter(|shown| shown.left.record.id == *mosaic).map(|shown| shown.pair.id);
        if saved && let Some(id) = looked_at {
            self.answered(id, true);
        }
        saved
    }

    /// A comment is written: it goes with the answer that is live, or waits for the next.
    fn commented(&mut self, session: &mut Session, out: &mut Out) {
        (self.answering.commenting, self.answering.amends) = (false, None);
        let Some(shown) = &self.shown else { return };
        if self.answering.question.is_none()
            && let Some(decision) = shown.pair.decision.as_ref().filter(|decision| decision.stands())
        {
            let (key, decision) = (shown.pair.key.clone(), decision.clone());
            if self.answering.comment_on(session, out, &key, &decision) {
                self.shown = None;
                self.queue.forget_rows();
            }
        }
    }

    fn take_back(&mut self, session: &mut Session, out: &mut Out) {
        let Some(shown) = &self.shown else { return };
        let (id, key) = (shown.pair.id, shown.pair.key.clone());
        let record = (shown.pair.decision.is_none()).then(|| shown.left.record.id.clone());
        if self.answering.take_back(session, out, &key, record.as_ref()) {
            self.answered(id, false);
        }
    }

    fn reveal(&mut self, session: &mut Session, out: &mut Out) {
        let Some(pair) = self.shown.as_ref().map(|shown| shown.pair.clone()) else { return };
        if self.score.is_shown(pair.id) {
            self.score.hide();
            return;
        }
        let recorded = session.change(out, |ws| reveal::score(ws, &pair.key).map(|new| (new, Touched::DECISIONS)));
        if recorded.is_some()
            && let Some(account) = out.read(explain::pair(session.ws(), &pair))
        {
            self.score.show(pair.id, account);
        }
    }

    /// Uses another filter, and keeps it for next time; a class, what is searched for, and what is to be looked at again, are
    /// looked at once.
    pub fn use_filter(&mut self, filter: QueueFilter, session: &mut Session, out: &mut Out) {
        self.class.taken_back();
        self.queue.use_filter(filter);
        self.moved();
        if self.queue.filter.class.is_none()
            && self.queue.filter.state != StateFilter::Again
            && !facets::is_search(&self.queue.filter)
            && session.writing().is_none()
            && let Some(ws) = session.to_change(out)
        {
            let kept = queues::remember(ws, &self.queue.filter);
            out.read(kept);
        }
    }

    /// Carries out what the facets want.
    pub fn facets(&mut self, action: facets::Action, session: &mut Session, out: &mut Out) {
        let kind = self.queue.filter.kind;
        match action {
            facets::Action::Counted(filter, read) => self.facets.take(*filter, read, out),
            facets::Action::Keep(name) => {
                let filter = self.queue.filter.clone();
                if let Some(ws) = session.to_change(out)
                    && out.read(queues::keep(ws, &name, &filter)).is_some()
                {
                    out.say(format!("The queue “{}” is kept for everybody here", name.trim()));
                }
            }
            facets::Action::Forget(name) => {
                if let Some(ws) = session.to_change(out)
                    && out.read(queues::forget(ws, kind, &name)).is_some()
                {
                    out.say(format!("The queue “{name}” is forgotten"));
                }
            }
            facets::Action::Give(ids, to) => out.start(facets::give(kind, ids, to)),
            facets::Action::Given(Ok(pairs)) => out.say(format!("{} given", text::count(pairs, "pair", "pairs"))),
            facets::Action::Given(Err(refused)) => out.fail(refused),
            facets::Action::LeaveSearch => {
                let before = out.read(queues::last_used(session.ws(), kind)).flatten();
                self.use_filter(before.unwrap_or_else(|| QueueFilter::start(kind)), session, out);
            }
        }
    }

    /// Something changed: what was read is no longer true. One's own answers and what only notes leave the queue as it is;
    /// an undo goes to the pair that it is about; anything else has the queue read again.
    pub fn touched(&mut self, session: &Session) {
        self.shown = None;
        self.unreadable = None;
        self.facets.forget();
        self.class.forget();
        self.pace = None;
        self.queue.forget_rows();
        let newest = session.ws().ledger(&LedgerFilter::default(), 1).ok().and_then(|rows| rows.into_iter().next());
        let Some(newest) = newest else {
            self.queue.forget();
            return;
        };
        if newest.undoes.is_some() {
            self.class.taken_back();
        }
        if newest.seq == std::mem::replace(&mut self.seen, newest.seq) {
            return;
        }
        if newest.seq == self.answering.own || newest.event.only_notes() {
            return;
        }
        match self.undone(session.ws(), &newest) {
            Ok(Some((id, answered))) => {
                self.queue.answered(id, answered);
                self.leave();
                self.answering.saved = None;
                self.answering.unexplained = None;
                self.queue.go(id);
            }
            _ => {
                if newest.undoes.is_some() {
                    (self.answering.saved, self.answering.unexplained) = (None, None);
                }
                self.queue.forget();
            }
        }
    }

    /// The pair that the newest event, an undo or a redo, is about, and whether it is answered now.
    fn undone(&self, ws: &Workspace, newest: &LedgerRow) -> Result<Option<(i64, bool)>, Refused> {
        if newest.undoes.is_none() || newest.deed != newest.seq {
            return Ok(None);
        }
        let (pair, answered) = match &newest.event {
            Event::Decided { pair, after, .. } if pair.kind() == self.queue.filter.kind => {
                (ws.pair_of(pair)?, after.is_some())
            }
            Event::RecordDecided { mosaic, after, .. } if self.queue.filter.kind == PairKind::Link => {
                let links = ws.candidates_of_mosaic(mosaic)?;
                let link = links.into_iter().find(|pair| matches!(pair.key, PairKey::Link { .. }));
                (link, after.is_some())
            }
            _ => return Ok(None),
        };
        Ok(pair.map(|pair| (pair.id, answered)))
    }
}
