//! The questions before a batch is submitted, signed, returned or taken apart.

use std::collections::{HashMap, HashSet};

use eframe::egui::{Context, Key, ScrollArea, Ui};

use super::deed::Deed;
use super::detail::controls_agree;
use super::list::holds;
use super::read::Detail;
use super::recheck::answer_words;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::dialog::{Dialog, buttons_row, foot, tall_foot};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, Look, dialog, parts, text};
use crate::pair::PairKey;
use crate::stewardship::sampling;
use crate::stewardship::sign_off::{self, LONGEST_REASON};
use crate::stewardship::submit::Sampling;
use crate::stewardship::{Stop, pace};
use crate::words::{listed, number};
use crate::workspace::{BatchId, Role, Staff};

/// A question that is open.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// What the re-check must prove, before the batch is handed in.
    Submit {
        /// The batch.
        batch: BatchId,
        /// In tenths of a per cent, and per cent.
        tolerable: u16,
        /// In per cent.
        confidence: u16,
    },
    /// The second step of a signature.
    Sign {
        /// The batch.
        batch: BatchId,
        /// The sentence was ticked.
        agreed: bool,
    },
    /// Why it is returned, and which rows.
    Return {
        /// The batch.
        batch: BatchId,
        /// Why.
        reason: String,
        /// All rows, or those that are ticked.
        whole: bool,
        /// Those that were named, each with whether it is ticked and a reason of its own.
        rows: Vec<Named>,
    },
    /// Whether it is to be taken apart.
    TakeApart(BatchId),
}

/// A row that may be named in a return.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    key: PairKey,
    on: bool,
    reason: String,
    /// What speaks against it: that the second answer is another, or the name of a hard stop.
    against: Option<String>,
    /// The second answer is another: it is decided again whoever names what.
    always: bool,
}

/// What became of a question in this frame.
pub enum Said {
    /// It is still open.
    Open,
    /// It was left.
    Left,
    /// It was answered.
    Do(Deed),
}

impl Ask {
    /// What to ask before a batch is submitted.
    pub fn submit(batch: BatchId) -> Self {
        Self::Submit { batch, tolerable: 10, confidence: 95 }
    }

    /// What to ask before a batch is signed.
    pub fn sign(batch: BatchId) -> Self {
        Self::Sign { batch, agreed: false }
    }

    /// What to ask before a batch is returned: rows that a hard stop speaks against, each with what it says, rows answered
    /// differently, and those that were ticked among its rows, are named already.
    pub fn give_back(detail: &Detail, ticked: &HashSet<PairKey>) -> Self {
        // Before the sample is answered nobody is told which of its answers differ
        let seen = detail.recheck_is_whole();
        let mut stops: HashMap<&PairKey, &Stop> = HashMap::new();
        for stop in detail.stops.iter().flatten() {
            if let Some(key) = &stop.pair {
                stops.entry(key).or_insert(stop);
            }
        }
        let named = detail.rows.iter().filter_map(|row| {
            let differs = row.recheck.filter(|_| seen && row.disagrees());
            let stop = stops.get(&row.key);
            let against = match (stop, differs) {
                (Some(stop), _) => Some(stop.kind.title().to_owned()),
                (None, Some(verdict)) => Some(format!("Re-check: {}", answer_words(verdict))),
                (None, None) => None,
            };
            let reason = stop.map_or(String::new(), |stop| stop.words.chars().take(LONGEST_REASON).collect());
            let wanted = against.is_some() || ticked.contains(&row.key);
            let always = differs.is_some();
            wanted.then(|| Named { key: row.key.clone(), on: true, reason, against, always })
        });
        let rows: Vec<Named> = named.collect();
        Self::Return { batch: detail.batch.id, reason: String::new(), whole: rows.is_empty(), rows }
    }

    /// Draws the question.
    pub fn ui(&mut self, ctx: &Context, detail: &Detail, me: &Staff) -> Said {
        let said = match self {
            Self::Submit { batch, tolerable, confidence } => submit_ui(ctx, detail, me, *batch, tolerable, confidence),
            Self::Sign { batch, agreed } => sign_ui(ctx, detail, &me.name, *batch, agreed),
            Self::Return { batch, reason, whole, rows } => return_ui(ctx, detail, *batch, reason, whole, rows),
            Self::TakeApart(batch) => {
                let rows = super::read::rows_words(detail.rows.len() as u64);
                let words = [format!(
                    "Its {rows} are free again for another batch. No decision is lost, and undo puts it back"
                )];
                let title = format!("Take “{}” apart?", detail.batch.name);
                match dialog::ask(ctx, "take apart", &title, &words, "Take apart", false) {
                    None => Said::Open,
                    Some(dialog::Answer::No) => Said::Left,
                    Some(dialog::Answer::Yes) => Said::Do(Deed::TakeApart(*batch)),
                }
            }
        };
        if !matches!(said, Said::Open) {
            Dialog::closed(ctx, "batch");
        }
        said
    }
}

fn sampling_of(tolerable: u16, confidence: u16) -> Sampling {
    Sampling { tolerable: f64::from(tolerable) / 1000.0, confidence: f64::from(confidence) / 100.0 }
}

fn submit_ui(
    ctx: &Context,
    detail: &Detail,
    me: &Staff,
    batch: BatchId,
    tolerable: &mut u16,
    confidence: &mut u16,
) -> Said {
    let title = format!("Submit “{}” for sign-off", detail.batch.name);
    let shown = Dialog::new("batch", &title).width(520.0).show(ctx, |ui, first| {
        text::secondary(
            ui,
            "A supervisor who decided nothing in it answers a random sample again, without sight of your answers. \
             Say what the sample must prove",
        );
        match (detail.signers.as_slice(), me.role) {
            ([], _) => {
                let words = "Nobody here may sign it: whoever decided in a batch, put it together or hands it in does not. Have a \
                             supervisor added first, or let another hand it in";
                parts::banner(ui, Tone::Danger, words);
            }
            (others, Role::Supervisor) => {
                let others = listed(others);
                let words = format!("Who hands a batch in neither re-checks, signs nor returns it. {others} may");
                parts::banner(ui, Tone::Warning, &words);
            }
            (others, _) => _ = text::small(ui, format!("{} may sign it", listed(others))),
        }
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            ui.vertical(|ui| {
                text::caption(ui, "No more rows wrong than");
                field::segmented(ui, "No more rows wrong than", tolerable, &[5, 10, 20, 50], |tenths| {
                    if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("0.{tenths} %") }
                });
            });
            ui.vertical(|ui| {
                text::caption(ui, "With a confidence of");
                field::segmented(ui, "With a confidence of", confidence, &[90, 95, 99], |n| format!("{n} %"));
            });
        });
        ui.add_space(8.0);
        let rows = detail.rows.len() as u64;
        let sampling = sampling_of(*tolerable, *confidence);
        let size = sampling::size(rows, sampling.tolerable, sampling.confidence);
        parts::wide_card(ui, |ui| {
            ui.horizontal(|ui| {
                let figure = text::rich(ui, Type::Display, number(size));
                ui.label(figure);
                text::secondary(ui, format!("of {} drawn at random and answered again", super::read::rows_words(rows)));
            });
            text::small(ui, format!("If all agree: {}", sampling::proves(size, rows, 0, sampling.confidence)));
            let in_spite = detail.tally.in_spite;
            if detail.tally.warned > in_spite {
                let warned = super::read::rows_words(detail.tally.warned - in_spite);
                text::small(ui, format!("Rows with a warning are answered again in any case: {warned} here"));
            }
            if in_spite > 0 {
                let size = number(sampling::size(in_spite, sampling.tolerable, sampling.confidence));
                let all = super::read::rows_words(in_spite);
                let words = format!("Of {all} accepted as a class in spite of a warning {size} are drawn too");
                text::small(ui, words);
            }
        });
        text::small(
            ui,
            "The sample is drawn after submission, by a recorded seed. Nothing in the batch can change then",
        );
        foot(ui, |ui| {
            let go = ui.add(Button::new("Submit").icon(Icon::Send).primary());
            if first {
                go.request_focus();
            }
            let leave = ui.add(Button::new("Cancel")).clicked();
            (go.clicked().then_some(sampling), leave)
        })
    });
    match shown.inner {
        (Some(sampling), _) => Said::Do(Deed::Submit(batch, sampling)),
        (None, leave) if leave || shown.left => Said::Left,
        _ => Said::Open,
    }
}

/// A hash in its short form: the first sixteen digits, in fours.
pub fn short_hash(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().take(16).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn sign_ui(ctx: &Context, detail: &Detail, me: &str, batch: BatchId, agreed: &mut bool) -> Said {
    let title = format!("Sign off “{}”", detail.batch.name);
    let shown = Dialog::new("batch", &title).width(540.0).show(ctx, |ui, first| {
        parts::field_row(ui, "You sign as", me);
        parts::field_row(ui, "What", &holds(detail.tally.links, detail.tally.merges));
        parts::field_row(ui, "Re-check", &detail.proof);
        if let Some(words) = controls_agree(detail) {
            parts::field_row(ui, "Beside it", &words);
        }
        if let Some(words) = sign_off::closed_eyes(&detail.controls) {
            parts::banner(ui, Tone::Danger, &words);
        }
        if let Some(words) = pace::unread_words(detail.unread.len()) {
            parts::banner(ui, Tone::Danger, &words);
        }
        if let Some(hash) = &detail.batch.content_hash {
            parts::field_row_with(ui, "Content", |ui| drop(text::mono(ui, short_hash(hash)).on_hover_text(hash)));
        }
        ui.add_space(4.0);
        for words in &detail.hands {
            parts::banner(ui, Tone::Warning, &format!("{words}. It will stand in the certificate"));
        }
        parts::banner(
            ui,
            Tone::Warning,
            "What is signed does not change. Until its files are written it can be returned; after that it can only be recalled",
        );
        // What is stood by stands beside what does it, however low the window is
        tall_foot(ui, 32.0, |ui| {
            let before = *agreed;
            let tick = field::tick(ui, agreed, "I answered the sample myself and stand by these rows");
            if first {
                tick.request_focus();
            }
            // The space bar ticks; Enter signs what is ticked
            let enter = tick.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if enter {
                *agreed = before;
            }
            buttons_row(ui, |ui| {
                let go = ui.add(Button::new("Sign").icon(Icon::Signature).primary().enabled(*agreed)).clicked();
                let leave = ui.add(Button::new("Cancel")).clicked();
                ((go || enter) && *agreed, leave)
            })
        })
    });
    match shown.inner {
        (true, _) => Said::Do(Deed::Sign(batch)),
        (false, leave) if leave || shown.left => Said::Left,
        _ => Said::Open,
    }
}

fn return_ui(
    ctx: &Context,
    detail: &Detail,
    batch: BatchId,
    reason: &mut String,
    whole: &mut bool,
    rows: &mut [Named],
) -> Said {
    let title = format!("Return “{}”", detail.batch.name);
    let shown = Dialog::new("batch", &title).width(620.0).show(ctx, |ui, first| {
        text::secondary(
            ui,
            "The batch comes apart. Rows that are to be decided again wait for that; the others keep their decisions, and are \
             free for the next batch",
        );
        let field = Field::new("Reason").rows(3).hint("What the officer should look at").focus(first);
        field.show(ui, reason);
        ui.add_space(4.0);
        let all = super::read::rows_words(detail.rows.len() as u64);
        if rows.is_empty() {
            *whole = true;
            let words =
                format!("All of its {all} will have to be decided again. To name some instead, tick them under “Rows” first");
            parts::banner(ui, Tone::Warning, &words);
        } else {
            field::segmented(ui, "What to decide again", whole, &[false, true], |whole| {
                if whole { "The whole batch" } else { "These rows" }.to_owned()
            });
            if !*whole {
                ScrollArea::vertical().id_salt("named rows").max_height(220.0).show(ui, |ui| {
                    parts::beside_the_bar(ui, |ui| rows.iter_mut().for_each(|row| named_ui(ui, row)));
                });
            }
        }
        foot(ui, |ui| {
            let named = *whole || rows.iter().any(|row| row.on);
            let can = !reason.trim().is_empty() && named;
            let hint = if can { "" } else { "Give a reason first, and name at least one row" };
            let some = super::read::rows_words(rows.iter().filter(|row| row.on).count() as u64);
            let name = if *whole { format!("Return all {all}") } else { format!("Return, with {some} to decide again") };
            let mut go = Button::new(&name).icon(Icon::ArrowLeft).look(Look::Danger).enabled(can);
            if !can {
                go = go.hint(hint);
            }
            // Enter begins a line of the reason
            let enter = ui.input(|input| input.modifiers.command && input.key_pressed(Key::Enter));
            let go = ui.add(go).clicked() || (enter && can);
            (go, ui.add(Button::new("Cancel")).clicked())
        })
    });
    match shown.inner {
        (true, _) => {
            let named = rows.iter().filter(|row| row.on && !*whole);
            let rows = named.map(|row| (row.key.clone(), row.reason.clone())).collect();
            Said::Do(Deed::Return { batch, reason: reason.trim().to_owned(), rows })
        }
        (false, leave) if leave || shown.left => Said::Left,
        _ => Said::Open,
    }
}

fn named_ui(ui: &mut Ui, row: &mut Named) {
    ui.horizontal(|ui| {
        ui.add_enabled_ui(!row.always, |ui| field::tick(ui, &mut row.on, &row.key.to_string()));
        if let Some(words) = &row.against {
            let words = text::coloured(Type::Small, palette(ui).muted, words);
            ui.label(words);
        }
    });
    if row.on {
        let name = format!("Why {}", row.key);
        Field::new(&name)
            .nameless()
            .hint("Why this row, where the reason above does not say it")
            .show(ui, &mut row.reason);
        ui.add_space(6.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_short_enough_to_read_out() {
        assert_eq!(short_hash("0123456789abcdef0123456789abcdef"), "0123 4567 89ab cdef");
        assert_eq!(short_hash(""), "");
    }
}
