//! Which Mosaic records are one person: one pair at a time, with what a merge of the two would do.
//!
//! The pair, the queue and the answers are [`super::pair`]'s, shared with Review; the merge is [`merge`]'s, and what one key
//! would do to a whole group [`preview`]'s.

mod group;
mod merge;
mod preview;

use std::collections::HashMap;

use eframe::egui::{self, Key, Modifiers, Ui};

use self::merge::Draft;
use super::pair::answer::Question;
use super::pair::{Asked, Desk, Shown, around, class, facets};
use super::{Screen, View, overview, review};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::Tone;
use crate::desktop::widgets::compare::{Agreement, Line};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::pair::{PairKey, PairKind, Reason, Verdict};
use crate::person::{Chi, MosaicId};
use crate::stewardship::decide::Answer;
use crate::stewardship::groups;
use crate::workspace::{Pair, QueueFilter, StateFilter, Touched, Workspace, WorkspaceError};

/// The screen's own state.
pub struct Duplicates {
    desk: Desk,
    draft: Option<Draft>,
    /// Merges that were begun and left, each by its pair.
    left: HashMap<i64, merge::Left>,
    /// The CHIs that each of the two is matched to here.
    links: Option<(i64, Line)>,
    /// The group that the pair is in, where it is more than the pair, with the pair it was read for.
    group: Option<(i64, Option<group::Shown>)>,
    /// What waits for the answer to a question, where it is about the group.
    whole: Option<Whole>,
    /// The checklist is unfolded.
    checklist: bool,
    /// The pair that was come for on the way to an answer about a link, and the link.
    errand: Option<(i64, PairKey)>,
}

/// What is done with a group.
#[derive(Clone)]
enum Whole {
    /// All of it is merged.
    Merge,
    /// A record is left out.
    LeaveOut(MosaicId),
}

impl Duplicates {
    /// The pairs.
    pub(super) fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
}

impl Default for Duplicates {
    fn default() -> Self {
        Self {
            desk: Desk::new(PairKind::Duplicate),
            draft: None,
            left: HashMap::new(),
            links: None,
            group: None,
            whole: None,
            checklist: true,
            errand: None,
        }
    }
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Go on with the answer in the making.
    Asked(Asked),
    /// Show these pairs.
    Filter(QueueFilter),
    /// Something of the facets.
    Facets(facets::Action),
    /// Something of a class.
    Class(class::Action),
    /// Look at another pair.
    Look(i64),
    /// Look at a pair on the way to an answer about a link.
    LookFrom(i64, PairKey),
    /// Go back to that link, with the pair answered or not.
    Back,
    /// Something was asked of the group.
    Group(group::Asked),
}

const MORE: [Command; 4] = [Command::SwapMerge, Command::RevealScore, Command::Comment, Command::ShowHistory];

impl View for Duplicates {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        self.desk.ensure(session, out);
        self.ensure_draft(session, out);
        if session.status().duplicates.iter().sum::<u64>() == 0 && self.desk.queue.is_empty() {
            nothing_yet_ui(ui, session.status().links.iter().sum::<u64>() > 0, out);
            return;
        }
        self.desk.list_panel(ui, "Duplicates", session, out);
        if let Some(asked) = self.desk.answer_panel(ui, &MORE, "Merge", out) {
            out.act(Action::Asked(asked));
        }
        if self.desk.shown.is_none() {
            self.none_ui(ui, session, out);
        }
        let from = self.came_from().cloned();
        let mut around = Around {
            draft: self.draft.as_mut(),
            links: self.links.as_ref().map(|(_, line)| line),
            group: self.group.as_ref().and_then(|(_, group)| group.as_ref()),
            checklist: &mut self.checklist,
        };
        self.desk.pair_panel(ui, out, |desk, ui, out| {
            desk.class_ui(ui, session, out);
            if let Some(from) = &from {
                errand_ui(ui, from, out);
            }
            pair_ui(ui, desk, &mut around, out);
        });
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        match command {
            Command::SwapMerge => self.draft.is_some(),
            Command::MergeGroup => {
                session.writing().is_none() && self.group().is_some_and(|group| !group.group.to_merge().is_empty())
            }
            Command::Exclude => {
                session.writing().is_none()
                    && self.group().is_some_and(|group| !group.group.members[group.marked].left_out)
            }
            Command::NotMatchable | Command::FindChi => false,
            _ => self.desk.offers(command, session),
        }
    }

    fn awaits_words(&self) -> bool {
        self.desk.answering.awaits_words()
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        match command {
            Command::SwapMerge => {
                if let Some((_, Some(group))) = &mut self.group {
                    group.keep_marked();
                }
                if let Some(draft) = &mut self.draft {
                    // What was asked of the merge as it was is no longer the question.
                    self.desk.answering.question = None;
                    out.read(draft.swap(session.ws()));
                }
            }
            Command::MergeGroup => self.merge_group(session, out),
            Command::Exclude => {
                if let Some(marked) = self.group().map(|group| group.marked().clone()) {
                    self.do_whole(Whole::LeaveOut(marked), None, session, out);
                }
            }
            Command::Choose(1) if self.is_previewed() => self.act(Action::Asked(Asked::Confirmed), session, out),
            Command::Choose(n) if self.whole_asks() => {
                let reason = self.desk.answering.reasons().get(usize::from(n).saturating_sub(1)).copied();
                if let Some(reason) = reason {
                    self.act(Action::Asked(Asked::Reason(reason)), session, out);
                }
            }
            _ => {
                self.whole = None;
                let merge = self.draft.as_ref().map(Draft::merge);
                self.desk.command(command, merge, session, out);
            }
        }
        self.end_errand(session, out);
    }

    fn shown(&mut self, _session: &Session, _out: &mut Out) {
        self.desk.shown_afresh();
    }

    fn touched(&mut self, _touched: Touched, session: &Session) {
        self.desk.touched(session);
        self.links = None;
        self.group = None;
    }
}

impl Duplicates {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Asked(Asked::Confirmed) if self.is_previewed() => {
                self.desk.answering.question = None;
                self.do_whole(Whole::Merge, None, session, out);
            }
            Action::Asked(Asked::Reason(reason)) if self.whole_asks() => self.whole_because(reason, session, out),
            Action::Asked(Asked::Commented) if self.whole_asks() && self.desk.answering.awaiting.is_some() => {
                if let Some(reason) = self.desk.answering.awaiting {
                    self.whole_because(reason, session, out);
                }
            }
            Action::Group(group::Asked::Mark(at)) => {
                if let Some((_, Some(group))) = &mut self.group {
                    group.marked = at;
                }
            }
            Action::Group(group::Asked::Merge) => self.command(Command::MergeGroup, session, out),
            Action::Group(group::Asked::LeaveOut) => self.command(Command::Exclude, session, out),
            Action::Asked(asked) => self.desk.asked(asked, session, out),
            Action::Filter(filter) => self.desk.use_filter(filter, session, out),
            Action::Facets(action) => self.desk.facets(action, session, out),
            Action::Class(action) => self.desk.class(action, out),
            Action::Look(id) => self.desk.go(id),
            Action::LookFrom(id, from) => {
                self.desk.go(id);
                self.desk.answered = None;
                self.errand = Some((id, from));
            }
            Action::Back => {
                if let Some((_, from)) = self.errand.take() {
                    out.act(overview::Action::Open(from));
                }
            }
        }
        self.end_errand(session, out);
    }

    /// Goes back to the link once the pair that was come for is answered: to where it stood, where a merge has settled it.
    fn end_errand(&mut self, session: &Session, out: &mut Out) {
        let answered = self.desk.answered;
        if let Some((_, from)) = self.errand.take_if(|(id, _)| answered == Some(*id)) {
            let settled = is_merged_away(session, &from);
            if let Some(saved) = &self.desk.answering.saved {
                out.say(match settled {
                    true => format!("Saved: {saved}. With that {from} is settled, and the next link comes"),
                    false => format!("Saved: {saved}. Back at the link it was asked from"),
                });
            }
            match out.read(session.ws().pair_of(&from)).flatten().filter(|_| settled) {
                Some(link) => {
                    out.act(review::Action::Settled(link.id));
                    out.command(Command::Go(Screen::Review));
                }
                None => out.act(overview::Action::Open(from)),
            }
        }
    }

    /// The link that the pair in sight was come for from.
    fn came_from(&self) -> Option<&PairKey> {
        let shown = self.desk.shown.as_ref()?.pair.id;
        self.errand.as_ref().filter(|(id, _)| *id == shown).map(|(_, from)| from)
    }

    fn group(&self) -> Option<&group::Shown> {
        self.group.as_ref().and_then(|(_, group)| group.as_ref())
    }

    /// Whether it is told what a merge of the whole group would do, and asked whether to do it.
    fn is_previewed(&self) -> bool {
        matches!(self.desk.answering.question, Some(Question::Confirm(_)))
    }

    /// Merges the whole group: at once where all its records say the same; else it is told first what goes into what, which CHI
    /// stays and what differs.
    fn merge_group(&mut self, session: &mut Session, out: &mut Out) {
        if self.is_previewed() {
            return; // The same key again is no answer
        }
        match self.group().filter(|group| !group.says_the_same()).map(group::Shown::preview) {
            Some(preview) => {
                self.desk.answering.cancel();
                self.desk.answering.question = Some(Question::Confirm(preview));
            }
            None => self.do_whole(Whole::Merge, None, session, out),
        }
    }

    /// Whether the open question is about the group.
    fn whole_asks(&self) -> bool {
        self.whole.is_some() && matches!(self.desk.answering.question, Some(Question::Reason { .. }))
    }

    /// The reason for what is done with the group; it waits for its comment where it cannot stand without.
    fn whole_because(&mut self, reason: Reason, session: &mut Session, out: &mut Out) {
        if self.desk.answering.lacks_comment(reason) {
            self.desk.answering.await_comment(reason);
        } else if let Some(whole) = self.whole.clone() {
            self.do_whole(whole, Some(reason), session, out);
        }
    }

    /// Does something with the whole group, as one deed.
    fn do_whole(&mut self, whole: Whole, reason: Option<Reason>, session: &mut Session, out: &mut Out) {
        let (Some(group), Some(draft)) = (self.group(), &self.draft) else { return };
        let (checked, target) = (draft.merge(), group.group.target.clone());
        let sources: Vec<MosaicId> = group.group.to_merge().into_iter().cloned().collect();
        let about = |pair: &&Pair| match &whole {
            Whole::Merge => true,
            Whole::LeaveOut(id) => pair.key.mosaic_ids().any(|end| end == id),
        };
        let pairs: Vec<i64> = group.group.pairs.iter().filter(about).map(|pair| pair.id).collect();
        let (verdict, words) = match &whole {
            Whole::Merge => {
                let count = text::count(sources.len() as u64, "record", "records");
                (Verdict::Match, format!("Merge: {count} into {target}"))
            }
            Whole::LeaveOut(id) => (Verdict::NotMatch, format!("Left out of its group: {id}")),
        };
        let answer = Answer { reason, ..Answer::of(verdict) };
        let doing = whole.clone();
        self.whole = Some(whole);
        let done = self.desk.answering.deed(session, out, answer, words, |ws, answer| match doing {
            Whole::Merge => groups::merge_all(ws, &target, &sources, &checked, answer),
            Whole::LeaveOut(id) => groups::leave_out(ws, &id, answer),
        });
        if done {
            self.whole = None;
            self.desk.answered_all(&pairs);
        }
    }

    /// The merge in the making belongs to the pair that is shown.
    fn ensure_draft(&mut self, session: &Session, out: &mut Out) {
        let of = self.desk.shown.as_ref().map(|shown| shown.pair.id);
        if let Some(draft) = self.draft.take_if(|draft| Some(draft.of) != of) {
            self.left.extend(draft.leave());
        }
        let Some(shown) = &self.desk.shown else { return };
        let PairKey::Duplicate { a, b } = &shown.pair.key else { return };
        if self.draft.is_none() {
            let left = self.left.remove(&shown.pair.id);
            self.draft = out.read(Draft::begin(session.ws(), shown, [a, b], left));
        }
        if self.group.as_ref().is_none_or(|(of, _)| *of != shown.pair.id) {
            let group = out.read(group::Shown::read(session.ws(), &shown.pair.key)).flatten();
            self.group = Some((shown.pair.id, group));
        }
        if self.links.as_ref().is_none_or(|(of, _)| *of != shown.pair.id) {
            let line = out.read(links_line(session.ws(), shown));
            self.links = line.map(|line| (shown.pair.id, line));
        }
    }

    fn none_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        if !self.desk.queue.is_empty() {
            parts::empty(
                ui,
                Icon::Warning,
                "This pair cannot be shown",
                "One of its records is not in the workspace. Load the extract that holds it, or go on with J",
                |_| {},
            );
            return;
        }
        if self.desk.no_class_ui(ui, out) {
            return;
        }
        let start = QueueFilter::start(PairKind::Duplicate);
        let done = self.desk.queue.filter == start;
        let waits = session.status().links_undecided[1];
        let (name, words) = match (done, waits) {
            (false, _) => ("No pair fits this filter", self.desk.none_words()),
            (true, 0) => {
                ("Every duplicate is decided", "Put the decisions together for sign-off in Batches".to_owned())
            }
            (true, n) => {
                ("Every duplicate is decided", format!("{} in Review", text::count(n, "pair waits", "pairs wait")))
            }
        };
        let icon = if done { Icon::Check } else { Icon::Search };
        parts::empty(ui, icon, name, &words, |ui| {
            let is_first = !self.desk.every_pair_ui(ui, out);
            if done {
                let next = if waits > 0 { Screen::Review } else { Screen::Batches };
                let go = format!("Go to {}", next.title());
                if ui.add(Button::new(&go).icon(next.icon()).primary_where(is_first)).clicked() {
                    out.command(Command::Go(next));
                }
            } else if ui.add(Button::new("Show what waits").primary_where(is_first)).clicked() {
                out.act(Action::Filter(start.clone()));
            }
            if ui.add(Button::new("Show every pair")).clicked() {
                out.act(Action::Filter(QueueFilter { state: StateFilter::All, bands: Vec::new(), ..start.clone() }));
            }
        });
    }
}

/// The CHIs that the two records are matched to here, as a line of the comparison.
fn links_line(ws: &Workspace, shown: &Shown) -> Result<Line, WorkspaceError> {
    let mut sides = [Vec::new(), Vec::new()];
    for (side, id) in shown.pair.key.mosaic_ids().enumerate() {
        if let Some(side) = sides.get_mut(side) {
            *side = ws.chis_matched_to(id)?;
        }
    }
    let words = |chis: &[Chi]| chis.iter().map(Chi::spaced).collect::<Vec<_>>().join(", ");
    let (agreement, how) = match (sides[0].as_slice(), sides[1].as_slice()) {
        ([], []) => (Agreement::BothMissing, ""),
        ([], _) | (_, []) => (Agreement::OneMissing, "Matched here"),
        (a, b) if a == b => (Agreement::Same, "Matched here"),
        _ => (Agreement::Differs, "Matched to two CHIs"),
    };
    Ok(Line::new("CHI matched", words(&sides[0]), words(&sides[1]), agreement).how(how).mono())
}

/// What stands around the pair.
struct Around<'a> {
    draft: Option<&'a mut Draft>,
    links: Option<&'a Line>,
    group: Option<&'a group::Shown>,
    checklist: &'a mut bool,
}

/// Whether the person of a link is merged into another: nothing is asked of it any more.
fn is_merged_away(session: &Session, link: &PairKey) -> bool {
    link.mosaic_ids().any(|mosaic| {
        let merges = session.ws().merges_touching(mosaic).unwrap_or_default();
        merges.iter().any(|it| it.merge.source == *mosaic)
    })
}

/// The way back to the link from which the pair was come for.
fn errand_ui(ui: &mut Ui, from: &PairKey, out: &mut Out) {
    let words = format!("On the way to an answer about {from}. Once this pair is answered, that one comes back");
    let back = Button::new("Back to it  Esc").name(format!("Back to {from}")).small();
    let mut left = false;
    parts::banner_with(ui, Tone::Info, &words, |ui| left = ui.add(back.icon(Icon::ArrowLeft)).clicked());
    let ctx = ui.ctx();
    let over = ctx.memory(|memory| memory.top_modal_layer().is_some()) || egui::Popup::is_any_open(ctx);
    if left || (!over && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))) {
        out.act(Action::Back);
    }
}

fn pair_ui(ui: &mut Ui, desk: &mut Desk, around: &mut Around<'_>, out: &mut Out) {
    let links = around.links;
    let to_history = std::mem::take(&mut desk.to_history);
    let Some(shown) = &desk.shown else { return };
    if let Some(links) = links.filter(|line| line.agreement == Agreement::Differs) {
        let words = format!(
            "The two are matched to two CHIs, {} and {}: they are two people, or one of the matches is wrong. Take one back \
             before you merge",
            links.left, links.right
        );
        parts::banner(ui, Tone::Danger, &words);
    }
    around::warnings_ui(ui, shown);
    let linked = links.filter(|line| line.agreement != Agreement::BothMissing);
    let lines: Vec<Line> = shown.lines.iter().chain(linked).cloned().collect();
    around::records_ui(ui, shown, &lines, desk.hides_same);
    desk.score.ui(ui, shown);
    if let Some(group) = around.group
        && let Some(asked) = group.ui(ui, desk.score.is_shown(shown.pair.id))
    {
        out.act(Action::Group(asked));
    }
    let others = "What else either of the two may be";
    if !shown.others.is_empty()
        && let Some(id) = around::candidates_ui(ui, shown, others)
    {
        out.act(Action::Look(id));
    }
    if let Some(draft) = around.draft.as_deref_mut().filter(|_| shown.verdict() != Some(Verdict::NotMatch)) {
        let mut swap = false;
        draft.ui(ui, around.checklist, |ui| swap = merge::swap_button(ui));
        if swap {
            out.command(Command::SwapMerge);
        }
    }
    around::whence_ui(ui, shown);
    parts::section(ui, "History of this pair", |_| {});
    let history = parts::card(ui, |ui| {
        ui.set_width(ui.available_width());
        around::history_ui(ui, shown);
    });
    if to_history {
        history.response.scroll_to_me(None);
    }
}

fn nothing_yet_ui(ui: &mut Ui, matched: bool, out: &mut Out) {
    let (name, words) = if matched {
        ("No duplicates were found", "Matching found no two Mosaic records that may be one person")
    } else {
        ("No duplicates yet", "Load a Mosaic extract and match it: records that may be one person are found then")
    };
    parts::page(
        ui,
        "Duplicates",
        "Which Mosaic records are one person",
        |_| {},
        |ui| {
            parts::empty(ui, Icon::Copies, name, words, |ui| {
                let next = if matched { Screen::Review } else { Screen::Match };
                let go = format!("Go to {}", next.title());
                if ui.add(Button::new(&go).icon(next.icon()).primary()).clicked() {
                    out.command(Command::Go(next));
                }
            });
        },
    );
}
