//! One batch: where it is, what stands in its way, what it holds, and, once it is signed, its certificate.

use std::collections::HashSet;

use eframe::egui::{Align, Label, Layout, ScrollArea, Ui, vec2};

use super::compose::tally_ui;
use super::read::{Detail, Row, Shelf, rows_words};
use super::recheck::answer_words;
use super::rows::{Asked, Choice, Purpose, Rows, Show, Sight, shown_of};
use super::{certificate, list};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::{Button, Chip, Icon, chip, field, parts, text};
use crate::pair::{PairKey, Verdict};
use crate::stewardship::{Stop, pace, sign_off};
use crate::words::{day_and_time, number};
use crate::workspace::{BatchState, Control, Decision, Workspace};

/// Which half of a batch is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// Where it stands.
    #[default]
    Summary,
    /// Its rows.
    Rows,
}

/// What is asked for in the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// Look at a pair.
    Look(PairKey),
    /// Answer the sample, or one row of it again.
    Recheck(Option<PairKey>),
    /// Answer again what was answered faster than it can be read.
    RecheckUnread,
    /// Change its rows.
    Change,
    /// Take it apart.
    TakeApart,
    /// Go to what is ready.
    Ready,
    /// Go to what is to be looked at again.
    Again,
    /// Write its files.
    Release,
}

/// What the drawing of a batch needs beside the batch.
pub struct Beside<'a> {
    /// The workspace, for the names of the rows in sight.
    pub ws: &'a Workspace,
    /// Everyone's name.
    pub shelf: &'a Shelf,
    /// Work is changing the workspace.
    pub busy: bool,
    /// The hard stops that the last attempt met.
    pub met: &'a [Stop],
    /// Counts changes.
    pub stamp: u64,
    /// Whether a supervisor is signed in.
    pub supervisor: bool,
    /// The window is small: the whole batch scrolls, its head too.
    pub small: bool,
    /// The workspace is a parcel itself.
    pub parcel: bool,
    /// Gives the keyboard to the first thing that can be done with the batch.
    pub focus: bool,
}

/// How many hard stops are listed; beyond, how many more there are.
pub(super) const STOPS_SHOWN: usize = 50;

/// Draws a batch.
pub fn detail_ui(
    ui: &mut Ui,
    detail: &Detail,
    beside: &Beside<'_>,
    tab: &mut Tab,
    rows: &mut Rows,
    named: &mut HashSet<PairKey>,
    out: &mut Out,
) -> Asks {
    let mut asks = Asks::Nothing;
    // In another state there is another head to read: it begins at the top again
    let id = ("batch", detail.batch.id.0, detail.batch.state.words());
    let scroll = ScrollArea::vertical().id_salt(id).auto_shrink([false, false]);
    if beside.small {
        scroll.show(ui, |ui| {
            parts::beside_the_bar(ui, |ui| {
                top_ui(ui, detail, beside, tab, out, &mut asks);
                match tab {
                    Tab::Summary => summary_ui(ui, detail, beside, out, &mut asks),
                    Tab::Rows => rows_ui(ui, detail, beside, rows, named, &mut asks),
                }
            });
        });
        return asks;
    }
    top_ui(ui, detail, beside, tab, out, &mut asks);
    match tab {
        Tab::Summary => {
            scroll.show(ui, |ui| {
                parts::beside_the_bar(ui, |ui| summary_ui(ui, detail, beside, out, &mut asks));
            });
        }
        Tab::Rows => rows_ui(ui, detail, beside, rows, named, &mut asks),
    }
    asks
}

/// The head of a batch, and which half of it is shown.
fn top_ui(ui: &mut Ui, detail: &Detail, beside: &Beside<'_>, tab: &mut Tab, out: &mut Out, asks: &mut Asks) {
    head_ui(ui, detail, beside, out, asks);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let count = number(detail.rows.len() as u64);
        field::segmented(ui, "Part of the batch", tab, &[Tab::Summary, Tab::Rows], |tab| match tab {
            Tab::Summary => "Summary".to_owned(),
            Tab::Rows => format!("Rows ({count})"),
        });
    });
    ui.add_space(6.0);
}

fn summary_ui(ui: &mut Ui, detail: &Detail, beside: &Beside<'_>, out: &mut Out, asks: &mut Asks) {
    stops_ui(ui, detail, beside, asks);
    match detail.batch.state {
        BatchState::Submitted => waiting_ui(ui, detail, beside, asks),
        BatchState::Signed => {
            certificate::signed_ui(ui, detail, beside.shelf, out);
            controls_ui(ui, detail, beside.shelf, asks);
        }
        BatchState::Returned => {
            certificate::returned_ui(ui, detail, beside.shelf, asks);
            controls_ui(ui, detail, beside.shelf, asks);
        }
        BatchState::Composing | BatchState::Withdrawn => {}
    }
    parts::section(ui, "What is in it", |_| {});
    tally_ui(ui, &detail.tally, beside.shelf);
}

/// Whether the rows' first answers are kept from the person who is to give the second.
fn sight(detail: &Detail) -> Sight {
    let answering = detail.batch.state == BatchState::Submitted && detail.signer.is_ok();
    match &detail.batch.sample {
        None => Sight::First,
        Some(_) if answering && !detail.recheck_is_whole() => Sight::Blind,
        Some(_) => Sight::Whole,
    }
}

fn rows_ui(
    ui: &mut Ui,
    detail: &Detail,
    beside: &Beside<'_>,
    rows: &mut Rows,
    named: &mut HashSet<PairKey>,
    asks: &mut Asks,
) {
    let sight = sight(detail);
    let shows: &[Show] = match sight {
        Sight::First => &Show::READY,
        Sight::Whole => &Show::SUBMITTED,
        Sight::Blind => &Show::BLIND,
    };
    rows.head(ui, shows, &detail.rows, beside.stamp);
    if sight == Sight::Blind {
        text::small(
            ui,
            "Who decided, how sure the engine was and which rows are in the sample is shown once you have answered it",
        );
    } else if let Some(words) = shown_of(rows.found().len(), detail.rows.len()) {
        text::small(ui, words);
    }
    let room = vec2(ui.available_width(), ui.available_height().max(220.0));
    ui.allocate_ui(room, |ui| {
        ui.set_min_size(room);
        let returnable = detail.batch.may_be_returned() && detail.signer.is_ok();
        let choice = returnable.then_some(Choice { chosen: named, purpose: Purpose::Return });
        let asked = parts::table_card(ui, |ui| rows.table(ui, (beside.ws, beside.shelf), &detail.rows, sight, choice));
        if let Asked::Look(key) = asked
            && sight != Sight::Blind
        {
            *asks = Asks::Look(key);
        }
    });
}

fn head_ui(ui: &mut Ui, detail: &Detail, beside: &Beside<'_>, out: &mut Out, asks: &mut Asks) {
    let batch = &detail.batch;
    ui.horizontal_wrapped(|ui| {
        let name = text::rich(ui, Type::Title, &batch.name);
        ui.label(name);
        ui.add(list::chip(batch));
    });
    let composed =
        format!("{}, composed by {}", rows_words(detail.rows.len() as u64), beside.shelf.name(batch.composed_by));
    let line = match batch.submitted {
        Some((staff, at)) if batch.state != BatchState::Composing => {
            format!("{composed}, submitted by {} on {}", beside.shelf.name(staff), day_and_time(at))
        }
        _ => composed,
    };
    text::secondary(ui, line);
    ui.add_space(4.0);
    let free = !beside.busy;
    // In a small window the keys stand in the menu of commands alone.
    let of = |command: Command| {
        let button = Button::command(command);
        if beside.small { button.without_key() } else { button }
    };
    let mut focus = beside.focus;
    let mut add = |ui: &mut Ui, button: Button<'_>, can: bool| {
        let response = ui.add(button.enabled(can));
        if can && std::mem::take(&mut focus) {
            response.request_focus();
        }
        response.clicked()
    };
    ui.horizontal_wrapped(|ui| match batch.state {
        BatchState::Composing => {
            let can = free && !detail.rows.is_empty();
            if add(ui, of(Command::SubmitBatch).primary(), can) {
                out.command(Command::SubmitBatch);
            }
            if add(ui, Button::new("Change its rows…").icon(Icon::Pencil), free) {
                *asks = Asks::Change;
            }
            if add(ui, Button::new("Take apart…").ghost(), free) {
                *asks = Asks::TakeApart;
            }
        }
        BatchState::Submitted if detail.signer.is_ok() => {
            let whole = detail.recheck_is_whole();
            let because = detail.unsigned_because();
            // Where a return alone helps, it comes first: answers that are given before are given in vain
            let in_vain = detail.only_a_return_helps();
            if in_vain && add(ui, of(Command::ReturnBatch).primary(), free) {
                out.command(Command::ReturnBatch);
            }
            if !whole {
                let (_, done, _) = detail.rechecked();
                let words = if done == 0 { "Begin the re-check" } else { "Go on with the re-check" };
                let mut recheck = Button::new(words).icon(Icon::Eye);
                if !in_vain {
                    recheck = recheck.primary();
                }
                if add(ui, recheck, free) {
                    *asks = Asks::Recheck(None);
                }
            }
            let mut sign = of(Command::SignBatch);
            if whole && because.is_none() {
                sign = sign.primary();
            }
            if let Some(words) = &because {
                sign = sign.hint(words.as_str());
            }
            if add(ui, sign, free && because.is_none()) {
                out.command(Command::SignBatch);
            }
            if !in_vain && add(ui, of(Command::ReturnBatch), free) {
                out.command(Command::ReturnBatch);
            }
            parcel_ui(ui, free && !beside.parcel, out);
        }
        BatchState::Signed => {
            let words = if batch.released.is_some() { "Show its files" } else { "Write its match file" };
            if add(ui, Button::new(words).icon(Icon::Send).primary(), true) {
                *asks = Asks::Release;
            }
            if batch.may_be_returned() && detail.signer.is_ok() && add(ui, of(Command::ReturnBatch), free) {
                out.command(Command::ReturnBatch);
            }
        }
        BatchState::Returned => {
            let mut ready = Button::new("Go to what is ready").icon(Icon::Layers);
            if detail.to_decide_again() > 0 {
                if add(ui, Button::new("Look at them again").icon(Icon::Eye).primary(), true) {
                    *asks = Asks::Again;
                }
            } else {
                ready = ready.primary();
            }
            if add(ui, ready, true) {
                *asks = Asks::Ready;
            }
        }
        BatchState::Submitted => parcel_ui(ui, free && !beside.parcel, out),
        BatchState::Withdrawn => {}
    });
    for line in &detail.away {
        text::secondary(ui, line.as_str());
    }
}

fn parcel_ui(ui: &mut Ui, can: bool, out: &mut Out) {
    if ui.add(Button::command(Command::MakeParcel).enabled(can)).clicked() {
        out.command(Command::MakeParcel);
    }
}

fn stops_ui(ui: &mut Ui, detail: &Detail, beside: &Beside<'_>, asks: &mut Asks) {
    let found = detail.stops.as_deref().unwrap_or_default();
    let mut stops: Vec<&Stop> = found.iter().collect();
    stops.extend(beside.met.iter().filter(|met| !found.contains(met)));
    if stops.is_empty() {
        // What is said takes the same room before and after: nothing moves from under the pointer
        let checked = detail.stops.is_some();
        match detail.batch.state {
            BatchState::Composing if checked => {
                parts::banner(ui, Tone::Positive, "Nothing stands in the way: the batch can be submitted");
            }
            BatchState::Composing => {
                parts::banner(ui, Tone::Info, "Every row is being held against the rules…");
            }
            BatchState::Submitted if detail.is_large() => {
                let words = match checked {
                    true => "Every row was held against the rules: none speaks against it",
                    false => "Every row is being held against the rules…",
                };
                text::secondary(ui, words);
            }
            _ => return,
        }
        ui.add_space(4.0);
        return;
    }
    let count = stops.len();
    let head = match count {
        1 => "1 hard stop stands in the way".to_owned(),
        more => format!("{} hard stops stand in the way", number(more as u64)),
    };
    parts::wide_card(ui, |ui| {
        ui.horizontal(|ui| {
            Icon::Stop.show(ui, 16.0, palette(ui).danger.text);
            let head = text::coloured(Type::Strong, palette(ui).danger.text, head);
            ui.label(head);
        });
        if detail.batch.state == BatchState::Submitted {
            text::secondary(
                ui,
                "The rows of a submitted batch cannot be changed. Return it with these named: then they can be decided again, \
                 and the others go into the next batch",
            );
        }
        for stop in stops.iter().take(STOPS_SHOWN) {
            parts::rule(ui);
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                    if let Some(key) = &stop.pair {
                        let look = Button::new("Look at the pair").small().name(format!("Look at {key}"));
                        if ui.add(look).clicked() {
                            *asks = Asks::Look(key.clone());
                        }
                    }
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        ui.add_space(4.0); // The first line stands beside the words of the button
                        let words = text::rich(ui, Type::Body, stop.words.as_str());
                        ui.add(Label::new(words).wrap()).on_hover_text(stop.kind.title());
                    });
                });
            });
        }
        if count > STOPS_SHOWN {
            text::small(ui, format!("and {} more", number((count - STOPS_SHOWN) as u64)));
        }
    });
    ui.add_space(4.0);
}

fn waiting_ui(ui: &mut Ui, detail: &Detail, beside: &Beside<'_>, asks: &mut Asks) {
    if let Err(words) = &detail.signer {
        let tone = if beside.supervisor { Tone::Warning } else { Tone::Info };
        parts::banner(ui, tone, words);
        ui.add_space(4.0);
    }
    for words in &detail.hands {
        let words = format!(
            "{words}. If that is one person under two names, another supervisor must sign; it will stand in the certificate"
        );
        parts::banner(ui, Tone::Warning, &words);
        ui.add_space(4.0);
    }
    let (size, done, differ) = detail.rechecked();
    // Under the disagreements themselves nobody would find it
    if detail.signer.is_ok()
        && detail.recheck_is_whole()
        && differ > 0
        && let Some(words) = detail.unsigned_because()
    {
        parts::banner(ui, Tone::Warning, &words);
        ui.add_space(4.0);
    }
    let agree = detail.rows.iter().filter(|row| row.recheck.is_some() && !row.disagrees()).count() as u64;
    parts::wide_card(ui, |ui| {
        ui.horizontal(|ui| {
            text::strong(ui, "The re-check");
            let words = format!("{} of {} answered", number(done), number(size));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| text::secondary(ui, words));
        });
        let share = if size > 0 { done as f32 / size as f32 } else { 0.0 };
        parts::bar(ui, share, Tone::Info, &format!("{} of {} answered", number(done), number(size)));
        if let Some(sample) = &detail.batch.sample {
            let per_cent = |share: f64| format!("{} %", trimmed(share * 100.0));
            let classes = match detail.tally.in_spite {
                0 => "",
                _ => ", and of those accepted as a class a sample of their own",
            };
            let line = format!(
                "Drawn to show, with {} confidence, that no more than {} are wrong; rows with a warning are always among \
                 them{classes}. Some pairs may be no rows of the batch at all: they were decided “Not a match”",
                per_cent(sample.confidence),
                per_cent(sample.tolerable)
            );
            text::secondary(ui, line);
        }
        if detail.recheck_is_whole() {
            parts::rule(ui);
            ui.horizontal_wrapped(|ui| {
                ui.add(Chip::new(Icon::Check, Tone::Positive, text::count(agree, "agrees", "agree")));
                if differ > 0 {
                    ui.add(Chip::new(Icon::NotEqual, Tone::Danger, format!("{} answered otherwise", number(differ))));
                }
            });
            parts::field_row(ui, "What it proves", &detail.proof);
            if let Some(words) = controls_agree(detail) {
                parts::field_row(ui, "Beside it", &words);
            }
            if let Some(words) = sign_off::closed_eyes(&detail.controls) {
                parts::banner(ui, Tone::Danger, &words);
            }
        }
    });
    if let Some(words) = pace::unread_words(detail.unread.len()) {
        ui.add_space(4.0);
        parts::banner_with(ui, Tone::Warning, &words, |ui| {
            let can = detail.batch.state == BatchState::Submitted && detail.signer.is_ok();
            let again = Button::new("Answer them again").icon(Icon::Eye).enabled(!beside.busy);
            if can && ui.add(again).clicked() {
                *asks = Asks::RecheckUnread;
            }
        });
    }
    if detail.recheck_is_whole() {
        controls_ui(ui, detail, beside.shelf, asks);
    }
    if detail.recheck_is_whole() && differ > 0 {
        parts::section(ui, "Answered differently", |_| {});
        for row in detail.rows.iter().filter(|row| row.disagrees()) {
            disagreement_ui(ui, row, detail, beside.shelf, asks);
            ui.add_space(6.0);
        }
    } else if let Some(words) = detail.unsigned_because().filter(|_| detail.signer.is_ok()) {
        // A hard stop stands at the head of the page already
        if !detail.only_a_return_helps() {
            ui.add_space(4.0);
            parts::banner(ui, Tone::Info, &words);
        }
    }
}

/// What the controls of a batch came to, in words; `None` where it has none.
pub(super) fn controls_words(detail: &Detail) -> Option<String> {
    let all = detail.controls.len() as u64;
    let differ = detail.controls.iter().filter(|control| control.disagrees()).count() as u64;
    let of = match all {
        0 => return None,
        1 => "1 pair that is not in the batch, decided “Not a match”, was answered too".to_owned(),
        all => format!("{} pairs that are not in the batch, decided “Not a match”, were answered too", number(all)),
    };
    Some(match differ {
        0 => format!("{of}: the answers are the same"),
        1 => format!("{of}: 1 differently"),
        more => format!("{of}: {} differently", number(more)),
    })
}

/// The same where no answer is another: what is another stands in what the re-check proves.
pub(super) fn controls_agree(detail: &Detail) -> Option<String> {
    controls_words(detail).filter(|_| !detail.controls.iter().any(Control::disagrees))
}

/// A share in per cent without the zeros that say nothing.
fn trimmed(per_cent: f64) -> String {
    let text = format!("{per_cent:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The controls that were answered otherwise than they were decided: nothing in the batch is in doubt, but somebody looks again.
fn controls_ui(ui: &mut Ui, detail: &Detail, shelf: &Shelf, asks: &mut Asks) {
    for control in detail.controls.iter().filter(|control| control.disagrees()) {
        parts::wide_card(ui, |ui| {
            ui.horizontal(|ui| {
                text::mono(ui, control.key.to_string());
                text::small(ui, "Not in the batch: look at it together, it may be a missed match");
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let look = Button::new("Look at the pair").small().ghost().name(format!("Look at {}", control.key));
                    if ui.add(look).clicked() {
                        *asks = Asks::Look(control.key.clone());
                    }
                });
            });
            parts::tiles(ui, 2, 220.0, |ui, side| {
                if side == 0 {
                    text::caption(ui, format!("Decision of {}", shelf.name(control.staff)));
                    verdict_chip(ui, control.verdict, answer_words(control.verdict));
                } else if let Some(verdict) = control.recheck {
                    text::caption(ui, "Re-check");
                    verdict_chip(ui, verdict, answer_words(verdict));
                }
            });
        });
        ui.add_space(6.0);
    }
}

fn disagreement_ui(ui: &mut Ui, row: &Row, detail: &Detail, shelf: &Shelf, asks: &mut Asks) {
    parts::wide_card(ui, |ui| {
        ui.horizontal(|ui| {
            text::mono(ui, row.key.to_string());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let look = Button::new("Look at the pair").small().ghost().name(format!("Look at {}", row.key));
                if ui.add(look).clicked() {
                    *asks = Asks::Look(row.key.clone());
                }
                let again = Button::new("Answer again").small().name(format!("Answer {} again", row.key));
                if detail.signer.is_ok() && ui.add(again).clicked() {
                    *asks = Asks::Recheck(Some(row.key.clone()));
                }
            });
        });
        parts::tiles(ui, 2, 220.0, |ui, side| match (side, &row.decision) {
            (0, Some(decision)) => first_answer(ui, decision, shelf),
            (0, None) => {
                text::secondary(ui, "The decision was taken back since");
            }
            _ => {
                text::caption(ui, "Re-check");
                if let Some(verdict) = row.recheck {
                    verdict_chip(ui, verdict, answer_words(verdict));
                }
                text::small(ui, "Answered without sight of the decision");
            }
        });
    });
}

fn first_answer(ui: &mut Ui, decision: &Decision, shelf: &Shelf) {
    text::caption(ui, format!("Decision of {}, {}", shelf.name(decision.staff), day_and_time(decision.at)));
    verdict_chip(ui, decision.judgement.verdict, answer_words(decision.judgement.verdict));
    if let Some(reason) = decision.judgement.reason {
        text::secondary(ui, reason.words());
    }
    if !decision.judgement.comment.is_empty() {
        text::secondary(ui, format!("“{}”", decision.judgement.comment));
    }
    if decision.judgement.reason.is_none() && decision.judgement.comment.is_empty() {
        text::small(ui, "No reason was asked for");
    }
}

fn verdict_chip(ui: &mut Ui, verdict: Verdict, words: &str) {
    let (icon, tone) = chip::verdict_look(verdict);
    ui.add(Chip::new(icon, tone, words));
}
