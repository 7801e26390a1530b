//! A tour of four short cards, on the first start and whenever it is asked for.

use eframe::egui::{Context, Label};

use crate::desktop::theme::{Type, palette};
use crate::desktop::widgets::dialog::foot;
use crate::desktop::widgets::{Button, Dialog, Icon, text};

/// The cards: an icon, a heading, and what is to be known.
const CARDS: [(Icon, &str, &str); 4] = [
    (
        Icon::Link,
        "What this desk is for",
        "It finds which CHI number belongs to which person in Mosaic, and leaves to you what no machine should settle. A wrong \
         number shows one person's care inside another's record: wrong is worse than missed, and “Unsure” is a good answer.",
    ),
    (
        Icon::Scale,
        "One pair at a time",
        "In Review two records stand side by side, and what differs is named in words. M is a match, N is not, U is unsure, R \
         refers it to somebody else. The next pair is there at once; J and K go on and back. L shows which pairs there are.",
    ),
    (
        Icon::Undo,
        "Nothing is lost",
        "An answer is on the disk before the next pair comes. Ctrl Z takes back whatever you did last, today or tomorrow, and \
         the history keeps both. Where a twin or a namesake may be meant, a second key asks you to look.",
    ),
    (
        Icon::Signature,
        "Somebody else looks too",
        "Decisions go into batches. A supervisor who decided nothing in one answers a sample again, without sight of your \
         answers, and signs it or gives it back; only then is a file written for Mosaic. ? shows every key, Ctrl K every command.",
    ),
];

/// The tour, and the card that is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tour(usize);

impl Tour {
    /// Draws the card. False once the tour is over, or was left.
    pub fn ui(&mut self, ctx: &Context) -> bool {
        let (icon, heading, words) = CARDS[self.0.min(CARDS.len() - 1)];
        let last = self.0 + 1 >= CARDS.len();
        let shown = Dialog::new("tour", heading).width(480.0).show(ctx, |ui, _| {
            ui.horizontal(|ui| {
                icon.show(ui, 22.0, palette(ui).accent_text);
                text::small(ui, format!("{} of {}", self.0 + 1, CARDS.len()));
            });
            ui.add_space(4.0);
            ui.add(Label::new(text::coloured(Type::Body, palette(ui).text, words)).wrap());
            foot(ui, |ui| {
                let go = ui.add(Button::new(if last { "Begin" } else { "Next" }).primary());
                if ui.memory(|memory| memory.focused().is_none()) {
                    go.request_focus();
                }
                let back = self.0 > 0 && ui.add(Button::new("Back")).clicked();
                let skip = !last && ui.add(Button::new("Skip the tour").ghost()).clicked();
                (go.clicked(), back, skip)
            })
        });
        let (go, back, skip) = shown.inner;
        match (go, back) {
            (true, _) => self.0 += 1,
            (_, true) => self.0 -= 1,
            _ => {}
        }
        let over = skip || shown.left || self.0 >= CARDS.len();
        if over {
            Dialog::closed(ctx, "tour");
        }
        !over
    }
}
