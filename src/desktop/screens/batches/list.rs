//! The list of batches, with what is ready for the next above it.

use eframe::egui::Ui;

use super::read::Shelf;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::table::{Col, Table, TableResponse, TableState};
use crate::desktop::widgets::{Chip, Icon, text};
use crate::words::{self, counted};
use crate::workspace::{Batch, BatchId, BatchState};

/// What can be chosen in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// What is ready for a new batch.
    Ready,
    /// How often people say the same of a pair.
    Agreement,
    /// A batch.
    Batch(BatchId),
}

/// Where a batch is, in words: the release counts as a place of its own.
pub fn state_words(batch: &Batch) -> &'static str {
    if batch.released.is_some() { "Released" } else { batch.state.words() }
}

/// The icon and tone of where a batch is.
pub fn look(batch: &Batch) -> (Icon, Tone) {
    match batch.state {
        _ if batch.released.is_some() => (Icon::Send, Tone::Positive),
        BatchState::Composing => (Icon::Pencil, Tone::Info),
        BatchState::Submitted => (Icon::Clock, Tone::Warning),
        BatchState::Signed => (Icon::Signature, Tone::Positive),
        BatchState::Returned => (Icon::ArrowLeft, Tone::Danger),
        BatchState::Withdrawn => (Icon::Cross, Tone::Neutral),
    }
}

/// Where a batch is, as a chip.
pub fn chip(batch: &Batch) -> Chip {
    let (icon, tone) = look(batch);
    Chip::new(icon, tone, state_words(batch))
}

/// What a batch holds, in words: `1,200 links, 34 merges`.
pub fn holds(links: u64, merges: u64) -> String {
    let links_words = counted(links, "link", "links");
    match merges {
        0 => links_words,
        merges if links == 0 => counted(merges, "merge", "merges"),
        merges => format!("{links_words}, {}", counted(merges, "merge", "merges")),
    }
}

/// A row of a list: an icon, a name, and a quiet line under it.
pub fn two_lines(ui: &mut Ui, look: (Icon, Tone), name: &str, line: &str) {
    let (icon, tone) = look;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 16.0;
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            icon.show(ui, 16.0, palette(ui).tone(tone).text);
            let name = text::rich(ui, Type::Strong, name);
            text::one_line(ui, name);
        });
        ui.horizontal(|ui| {
            ui.add_space(24.0);
            let line = text::coloured(Type::Small, palette(ui).secondary, line);
            text::one_line(ui, line);
        });
    });
}

/// What the line of the agreement says.
const AGREEMENT: &str = "Where two people answered";

/// Everything that can be chosen, in the order of the list.
pub fn items(shelf: &Shelf) -> Vec<Item> {
    let batches = shelf.batches.iter().map(|batch| Item::Batch(batch.id));
    [Item::Ready, Item::Agreement].into_iter().chain(batches).collect()
}

/// Draws the list over all the room there is.
pub fn list_ui(ui: &mut Ui, state: &mut TableState<Item>, shelf: &Shelf, focus: bool) -> TableResponse {
    let items = items(shelf);
    let of = |place: usize| match items[place] {
        Item::Batch(batch) => shelf.batch(batch),
        Item::Ready | Item::Agreement => None,
    };
    let label = |place: usize| match of(place) {
        None if items[place] == Item::Agreement => format!("Agreement, {AGREEMENT}"),
        None => format!("New batch, {}", words::lower_first(&shelf.ready_words())),
        Some(batch) => format!("{}, {}, {}", batch.name, state_words(batch), holds(batch.links, batch.merges)),
    };
    const COLUMNS: [Col; 1] = [Col::rest("Batch", 120.0)];
    let table = Table::new("batches", "Batches", &COLUMNS).row_height(56.0).without_headings().focus(focus);
    table.show(ui, state, &items, label, |cells, place| {
        cells.cell(|ui| {
            let (of_batch, name, line) = match of(place) {
                None if items[place] == Item::Agreement => {
                    ((Icon::People, Tone::Neutral), "Agreement", AGREEMENT.to_owned())
                }
                None => ((Icon::Plus, Tone::Info), "New batch", shelf.ready_words()),
                Some(batch) => {
                    let rows = counted(batch.links + batch.merges, "row", "rows");
                    let line = format!("{} · {rows}", state_words(batch));
                    (look(batch), batch.name.as_str(), line)
                }
            };
            two_lines(ui, of_batch, name, &line);
        });
    })
}

/// Where a person begins: a supervisor with what waits for them, an officer with what they were composing, else with what is
/// ready.
pub fn first(shelf: &Shelf, supervisor: bool) -> Item {
    let wanted = if supervisor { BatchState::Submitted } else { BatchState::Composing };
    let waiting = shelf.batches.iter().find(|batch| batch.state == wanted);
    match waiting {
        Some(batch) => Item::Batch(batch.id),
        None if shelf.tally.rows() > 0 => Item::Ready,
        None => shelf.batches.first().map_or(Item::Ready, |batch| Item::Batch(batch.id)),
    }
}
