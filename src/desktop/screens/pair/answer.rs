//! Giving an answer: what the keys lead to, and the questions they may lead to first. Every rule is stewardship's; what it
//! refuses becomes a question here, or a sentence.

use eframe::egui::{Event, Id, InputState, Ui};

use super::shown::{born, joined};
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::pair::{BlockerAnswer, PairKey, Reason, Verdict};
use crate::person::{Chi, MosaicId, postcode};
use crate::stewardship::decide::{self, Answer};
use crate::stewardship::{Refused, Stop, StopKind, Warning, recall, records, replace};
use crate::workspace::{Applied, Decision, Workspace};

/// What stands between a key and an answer.
pub enum Question {
    /// The answer needs a coded reason.
    Reason {
        /// The answer that waits.
        answer: Answer,
        /// What it must answer; empty where the answer always has a reason.
        warnings: Vec<Warning>,
        /// The record that the answer is about, in a line, where it is not the one that is looked at.
        instead: Option<String>,
    },
    /// Mosaic holds another CHI: is it to be replaced?
    Replace {
        /// The answer that waits.
        answer: Answer,
        /// The CHI that Mosaic holds, as screens show it.
        held: String,
        /// The CHI that would replace it.
        by: String,
    },
    /// The CHI was superseded: is the current number to be matched instead?
    Superseded {
        /// The answer that waits.
        answer: Answer,
        /// The current number, as screens show it.
        by: String,
        /// Whose it is, in a line.
        who: String,
    },
    /// The pair was carried into Mosaic: is it to be recalled, and with which answer?
    Recall {
        /// What was chosen and waits for its reason: *Not a match* (true), or to be asked again.
        apart: Option<bool>,
        /// Where it went, and what to do.
        words: String,
    },
    /// Rules without exceptions stand in the way; nothing was saved.
    Stopped {
        /// The answer that was refused; none where one was to be taken back.
        verdict: Option<Verdict>,
        /// The rules.
        stops: Vec<Stop>,
        /// The two Mosaic people of whom one has the CHI already: to be looked at side by side.
        both: Option<PairKey>,
    },
    /// Is all of this to be done at once? What it would do is told first.
    Confirm(Preview),
    /// Why can no CHI be found for this person?
    NotMatchable,
}

/// What a deed about many records would do, told before it is done.
pub struct Preview {
    /// The question.
    pub title: String,
    /// What would become of each, and what stays: sentences without a full stop.
    pub words: Vec<String>,
    /// What must be known first: sentences without a full stop.
    pub warnings: Vec<String>,
    /// The answer that does it.
    pub yes: String,
}

/// What is asked of an answer in the making, by a key or a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// This reason.
    Reason(Reason),
    /// Yes, replace the CHI that Mosaic holds.
    Replace,
    /// Yes, match the current number instead.
    UseCurrent,
    /// No, the CHI that Mosaic holds is right: the other is not this person's.
    Keep,
    /// Look at the two people who cannot both have the CHI.
    LookAtBoth,
    /// Yes, do all of it.
    Confirmed,
    /// Recall it, and say *Not a match* (true) or ask again.
    Recall(bool),
    /// Leave it.
    Cancel,
    /// The comment is written.
    Commented,
}

/// An answer in the making.
#[derive(Default)]
pub struct Answering {
    /// What stands between a key and the answer.
    pub question: Option<Question>,
    /// The comment that goes with the next answer.
    pub comment: String,
    /// The comment of the answer that stands, while that is what is written at.
    pub amends: Option<String>,
    /// The field for the comment is open.
    pub commenting: bool,
    /// The field takes the keyboard in the next frame.
    pub focus: bool,
    /// The reason that was chosen, and waits for its comment.
    pub awaiting: Option<Reason>,
    /// What was saved last, in words. Said only once it is on the disk.
    pub saved: Option<String>,
    /// What was saved last without a reason that it could have: it can be given one still.
    pub unexplained: Option<(PairKey, Verdict)>,
    /// The newest event of one's own making here.
    pub own: i64,
}

impl Answering {
    /// Begins afresh with another pair.
    pub fn reset(&mut self) {
        let (saved, unexplained) = (self.saved.take(), self.unexplained.take());
        *self = Self { saved, unexplained, own: self.own, ..Self::default() };
    }

    /// Whether the open question is answered by a reason of a list.
    pub fn wants_reason(&self) -> bool {
        matches!(self.question, Some(Question::Reason { .. } | Question::NotMatchable))
    }

    /// Whether the open question has a field for words.
    pub fn awaits_words(&self) -> bool {
        matches!(self.question, Some(Question::Reason { .. } | Question::Recall { .. } | Question::NotMatchable))
    }

    /// Gives the keyboard to the field for words at the first letter of one.
    pub(super) fn hear(&mut self, ui: &Ui, field: Id) {
        let begun = |input: &InputState| {
            let letter = |event: &Event| matches!(event, Event::Text(text) if text.chars().all(char::is_alphabetic));
            input.events.iter().any(letter)
        };
        if ui.memory(|memory| memory.focused().is_none()) && ui.input(begun) {
            ui.memory_mut(|memory| memory.request_focus(field));
            self.commenting = true;
        }
    }

    /// The reasons that can be chosen now, in the order of their keys.
    pub fn reasons(&self) -> &'static [Reason] {
        match &self.question {
            Some(Question::Reason { answer, .. }) => Reason::of(answer.verdict),
            Some(Question::NotMatchable) => &Reason::NOT_MATCHABLE,
            _ => &[],
        }
    }

    /// Whether a reason cannot stand yet: it says nothing by itself, or what it is given for is too grave for a code alone.
    pub fn lacks_comment(&self, reason: Reason) -> bool {
        self.comment.trim().is_empty() && (reason == Reason::Other || self.wants_comment())
    }

    /// Whether the open question wants a comment beside the reason.
    pub fn wants_comment(&self) -> bool {
        let warnings = match &self.question {
            Some(Question::Reason { warnings, .. }) => warnings.as_slice(),
            _ => &[],
        };
        warnings.iter().any(|warning| warning.needs_comment)
    }

    /// Whether nothing is written beyond the comment that stands, nor that one taken away.
    pub fn is_unwritten(&self) -> bool {
        self.comment.trim() == self.amends.as_deref().unwrap_or_default().trim()
    }

    /// Opens the field for the comment without which a reason cannot stand.
    pub fn await_comment(&mut self, reason: Reason) {
        self.awaiting = Some(reason);
        self.open_comment();
    }

    /// Opens the field for a comment.
    pub fn open_comment(&mut self) {
        self.commenting = true;
        self.focus = true;
    }

    /// Opens the field on the comment of the answer that stands.
    pub fn amend(&mut self, comment: &str) {
        comment.clone_into(&mut self.comment);
        self.amends = Some(comment.to_owned());
        self.open_comment();
    }

    /// Leaves the question, or the comment where none is open. What was written for the next answer stays; a comment that
    /// stands already is as it was.
    pub fn cancel(&mut self) {
        self.leave_comment();
        self.awaiting = None;
        self.question = None;
    }

    /// Leaves the comment alone.
    pub fn leave_comment(&mut self) {
        if self.amends.take().is_some() {
            self.comment.clear();
        }
        self.commenting = false;
    }

    /// Answers a pair. True once the answer is on the disk.
    pub fn give(&mut self, session: &mut Session, out: &mut Out, key: &PairKey, answer: Answer) -> bool {
        let answer = Answer { comment: self.comment.trim().to_owned(), ..answer };
        let verdict = answer.verdict;
        let Some(ws) = session.to_change(out) else { return false };
        match decide::decide(ws, key, answer.clone()) {
            Ok(applied) => {
                let words = match &answer.merge {
                    Some(merge) if verdict == Verdict::Match => {
                        let blocked = merge.blockers.iter().any(|check| check.answer == BlockerAnswer::Blocked);
                        let then = if blocked { "; it goes out once what blocks it is cleared in Mosaic" } else { "" };
                        format!("Merge: {} into {}{then}", merge.source, merge.target)
                    }
                    _ => format!("{}: {key}", verdict.words()),
                };
                self.done(session, applied, words);
                let may_say_why = matches!(verdict, Verdict::NotMatch | Verdict::Unsure) && answer.reason.is_none();
                self.unexplained = may_say_why.then(|| (key.clone(), verdict));
                return true;
            }
            Err(Refused::ReasonNeeded { warnings }) => {
                self.question = Some(Question::Reason { answer, warnings, instead: None });
            }
            Err(Refused::HardStop(stops)) => self.question = Some(stopped(answer, key, stops, session)),
            Err(refused) => {
                self.question = None;
                out.fail(refused);
            }
        }
        self.awaiting = None;
        false
    }

    /// The reasons that the answer given last can still be given, in the order of their keys: all but the one that needs words.
    pub fn becauses(&self) -> Vec<Reason> {
        let verdict = self.unexplained.as_ref().map(|(_, verdict)| *verdict);
        let all = verdict.map_or(&[][..], Reason::of);
        all.iter().copied().filter(|reason| *reason != Reason::Other).collect()
    }

    /// Gives the answer given last its reason. What is being written about the pair in sight stays.
    pub fn because(&mut self, session: &mut Session, out: &mut Out, reason: Reason) {
        let Some((key, verdict)) = self.unexplained.clone() else { return };
        let Some(decision) = out.read(session.ws().decision(&key)).flatten() else { return };
        if decision.judgement.verdict != verdict {
            self.unexplained = None; // Answered otherwise since
            return;
        }
        let answer = Answer { comment: decision.judgement.comment, ..Answer::of(verdict).because(reason) };
        let Some(ws) = session.to_change(out) else { return };
        match decide::decide(ws, &key, answer) {
            Ok(applied) => {
                session.touch(applied.touched);
                self.own = applied.seqs.last().copied().unwrap_or(self.own);
                self.saved = Some(format!("the reason: {}", crate::words::lower_first(reason.words())));
                self.unexplained = None;
            }
            Err(refused) => out.fail(refused),
        }
    }

    /// Does something with an answer that is about several pairs: its refusals become questions as those of one pair. True
    /// once it is on the disk.
    pub fn deed(
        &mut self,
        session: &mut Session,
        out: &mut Out,
        answer: Answer,
        words: String,
        verb: impl FnOnce(&mut Workspace, &Answer) -> Result<Applied<()>, Refused>,
    ) -> bool {
        let answer = Answer { comment: self.comment.trim().to_owned(), ..answer };
        let Some(ws) = session.to_change(out) else { return false };
        match verb(ws, &answer) {
            Ok(applied) => {
                self.done(session, applied, words);
                return true;
            }
            Err(Refused::ReasonNeeded { warnings }) => {
                self.question = Some(Question::Reason { answer, warnings, instead: None });
            }
            Err(Refused::HardStop(stops)) => {
                self.question = Some(Question::Stopped { verdict: Some(answer.verdict), stops, both: None })
            }
            Err(refused) => {
                self.question = None;
                out.fail(refused);
            }
        }
        self.awaiting = None;
        false
    }

    /// Answers a pair as it is answered, with the comment that was written. True once it is on the disk.
    pub fn comment_on(&mut self, session: &mut Session, out: &mut Out, key: &PairKey, decision: &Decision) -> bool {
        let judgement = &decision.judgement;
        let answer = Answer {
            reason: judgement.reason,
            score_seen: judgement.score_seen,
            merge: judgement.merge.clone(),
            replace: judgement.replaces.is_some(),
            ..Answer::of(judgement.verdict)
        };
        let given = self.give(session, out, key, answer);
        if given {
            self.saved = Some("the comment".to_owned());
        }
        given
    }

    /// Says that no CHI can be found for a person. True once it is on the disk.
    pub fn not_matchable(&mut self, session: &mut Session, out: &mut Out, mosaic: &MosaicId, reason: Reason) -> bool {
        let Some(ws) = session.to_change(out) else { return false };
        let applied = records::not_matchable(ws, mosaic, reason, &self.comment);
        self.done_or_failed(session, out, applied, format!("Not matchable: {mosaic}"))
    }

    /// Takes the answer back, or the judgement about the record. True once that is on the disk.
    pub fn take_back(
        &mut self,
        session: &mut Session,
        out: &mut Out,
        key: &PairKey,
        record: Option<&MosaicId>,
    ) -> bool {
        let Some(ws) = session.to_change(out) else { return false };
        let (applied, words) = match record {
            Some(mosaic) => (records::take_back(ws, mosaic), format!("Taken back: {mosaic}")),
            None => (decide::take_back(ws, key), format!("Taken back: {key}")),
        };
        match applied {
            Ok(applied) => {
                self.done(session, applied, words);
                true
            }
            Err(Refused::HardStop(stops)) => {
                self.question = Some(recall_or_stopped(None, stops));
                false
            }
            Err(refused) => {
                out.fail(refused);
                false
            }
        }
    }

    /// Matches the current number instead of a superseded one. True once it is on the disk.
    pub fn use_current(&mut self, session: &mut Session, out: &mut Out, key: &PairKey, answer: Answer) -> bool {
        let PairKey::Link { mosaic, .. } = key else { return false };
        let current = out.read(replace::current_of(session.ws(), key)).flatten();
        let words = current.map_or_else(String::new, |current| {
            format!("{}: {}", Verdict::Match.words(), PairKey::link(mosaic.clone(), current))
        });
        let saved = self.deed(session, out, answer, words, |ws, answer| replace::with_current(ws, key, answer));
        if let Some(Question::Reason { instead, .. }) = &mut self.question {
            *instead = current.map(|current| whose(session, key, &current));
        }
        saved
    }

    /// Recalls a pair that was carried into Mosaic; the comment is the reason. True once it is on the disk.
    pub fn recall(&mut self, session: &mut Session, out: &mut Out, key: &PairKey, apart: bool) -> bool {
        let reason = self.comment.trim().to_owned();
        let Some(ws) = session.to_change(out) else { return false };
        let applied = recall::recall(ws, key, &reason, apart);
        self.done_or_failed(session, out, applied, format!("Recalled: {key}"))
    }

    fn done_or_failed(
        &mut self,
        session: &mut Session,
        out: &mut Out,
        applied: Result<Applied<()>, Refused>,
        words: String,
    ) -> bool {
        match applied {
            Ok(applied) => {
                self.done(session, applied, words);
                true
            }
            Err(refused) => {
                self.question = None;
                out.fail(refused);
                false
            }
        }
    }

    fn done(&mut self, session: &mut Session, applied: Applied<()>, words: String) {
        session.touch(applied.touched);
        self.own = applied.seqs.last().copied().unwrap_or(self.own);
        self.saved = Some(words);
        self.unexplained = None;
        self.reset();
    }
}

/// What hard stops become: the question whether to replace, where nothing else stands in the way.
fn stopped(answer: Answer, key: &PairKey, stops: Vec<Stop>, session: &Session) -> Question {
    let only_held = !answer.replace && stops.iter().all(|stop| stop.kind == StopKind::ChiInMosaic);
    if only_held
        && let PairKey::Link { mosaic, chi } = key
        && let Ok(Some(stored)) = session.ws().mosaic(mosaic)
    {
        let held = stored.record.chi.map_or(stored.record.chi_given, |held| held.spaced());
        return Question::Replace { answer, held, by: chi.spaced() };
    }
    let only_superseded = stops.iter().all(|stop| stop.kind == StopKind::Superseded);
    if only_superseded && let Ok(Some(current)) = replace::current_of(session.ws(), key) {
        return Question::Superseded { answer, by: current.spaced(), who: whose(session, key, &current) };
    }
    match recall_or_stopped(Some(answer.verdict), stops) {
        Question::Stopped { verdict, stops, .. } => {
            let taken = stops.iter().any(|stop| stop.kind == StopKind::ChiTaken);
            Question::Stopped { verdict, stops, both: if taken { who_has_it(key, session) } else { None } }
        }
        question => question,
    }
}

/// A CHI record that is not in sight, in a line; of a restricted person its number alone.
fn whose(session: &Session, key: &PairKey, chi: &Chi) -> String {
    let ws = session.ws();
    let restricted = |id: &MosaicId| ws.mosaic(id).ok().flatten().is_none_or(|stored| stored.record.restricted);
    if key.mosaic_ids().any(restricted) {
        return chi.spaced();
    }
    let stored = ws.chi(chi).ok().flatten();
    stored.map_or_else(String::new, |stored| {
        let details = &stored.record.details;
        let home = details.address.join(", ");
        let postcode = postcode::spoken(&details.postcode);
        joined(&[&chi.spaced(), &details.display_name(), &born(details), &home, &postcode])
    })
}

/// The person of a link beside the other one who has its CHI: matched to it here, or in Mosaic.
fn who_has_it(key: &PairKey, session: &Session) -> Option<PairKey> {
    let PairKey::Link { mosaic, chi } = key else { return None };
    let ws = session.ws();
    let matched = ws.people_matched_to(chi).ok()?.into_iter();
    let other = matched.chain(ws.holders_of_chi(chi).ok()?).find(|other| other != mosaic)?;
    PairKey::duplicate(mosaic.clone(), other)
}

/// Hard stops, or the question whether to recall, where only that stands in the way.
fn recall_or_stopped(verdict: Option<Verdict>, stops: Vec<Stop>) -> Question {
    match stops.as_slice() {
        [only] if only.kind == StopKind::Released => Question::Recall { apart: None, words: only.words.clone() },
        _ => Question::Stopped { verdict, stops, both: None },
    }
}
