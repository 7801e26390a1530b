//! The list of batches at the left and what is chosen in it at the right; in a narrow window they take turns.

use eframe::egui::{Rect, Ui, UiBuilder, pos2};

use super::Batches;
use super::agreement;
use super::ask::{Ask, Said};
use super::compose::Ready;
use super::detail::{Asks, Beside, detail_ui};
use super::list::{self, Item};
use super::read::{Shelf, waiting_words};
use super::recheck::Recheck;
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::screens::pair::facets;
use crate::desktop::screens::{Screen, duplicates, release, review};
use crate::desktop::session::Session;
use crate::desktop::theme::Tone;
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::pair::{PairKey, PairKind};
use crate::words::number;
use crate::workspace::BatchState;

/// Below this width the list and the batch take turns.
const NARROW: f32 = 740.0;
const LIST_WIDTH: f32 = 272.0;

/// Shows a pair on the screen that decides it.
pub fn look_at(key: &PairKey, session: &Session, out: &mut Out) {
    let Some(pair) = out.read(session.ws().pair_of(key)) else { return };
    match (pair, key.kind()) {
        (None, _) => out.warn(format!("{key} is a candidate pair no more: nothing proposes it now")),
        (Some(pair), PairKind::Link) => {
            out.act(review::Action::Look(pair.id));
            out.command(Command::Go(Screen::Review));
        }
        (Some(pair), PairKind::Duplicate) => {
            out.act(duplicates::Action::Look(pair.id));
            out.command(Command::Go(Screen::Duplicates));
        }
    }
}

impl Batches {
    pub(super) fn line(&self) -> String {
        let line = self.of_batches();
        if self.is_behind() { format!("{line}; being read again…") } else { line }
    }

    fn of_batches(&self) -> String {
        let Some(shelf) = &self.shelf else { return "Decisions on their way to sign-off".to_owned() };
        let waiting = shelf.batches.iter().filter(|batch| batch.state == BatchState::Submitted).count();
        match (shelf.batches.len(), waiting) {
            (0, _) => "Decisions on their way to sign-off".to_owned(),
            (all, 0) => format!("{}, none waiting for sign-off", text::count(all as u64, "batch", "batches")),
            (all, waiting) => {
                let all = text::count(all as u64, "batch", "batches");
                format!("{all}, {} waiting for sign-off", number(waiting as u64))
            }
        }
    }

    pub(super) fn body_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let Some(mut shelf) = self.shelf.take() else {
            text::secondary(ui, "Reading the batches…");
            return;
        };
        shelf.counting = self.needs.shelf || self.needs.reading_shelf;
        let room = ui.available_rect_before_wrap();
        if room.width() < NARROW {
            if self.inside {
                if ui.add(Button::new("All batches").icon(Icon::ArrowLeft).ghost().small()).clicked() {
                    self.inside = false;
                    self.focus_list = true;
                }
                self.chosen_ui(ui, &shelf, session, out);
            } else {
                self.list_ui(ui, &shelf);
            }
        } else {
            let edge = room.left() + LIST_WIDTH;
            let left = Rect::from_min_max(room.min, pos2(edge, room.bottom()));
            let right = Rect::from_min_max(pos2(edge + 20.0, room.top()), room.max);
            ui.scope_builder(UiBuilder::new().max_rect(left), |ui| self.list_ui(ui, &shelf));
            ui.scope_builder(UiBuilder::new().max_rect(right), |ui| self.chosen_ui(ui, &shelf, session, out));
            ui.advance_cursor_after_rect(room);
        }
        self.shelf = Some(shelf);
    }

    fn list_ui(&mut self, ui: &mut Ui, shelf: &Shelf) {
        // A question that is open keeps the keyboard
        let focus = std::mem::take(&mut self.focus_list) && self.ask.is_none() && !self.parcels.asks();
        let shown = parts::table_card(ui, |ui| list::list_ui(ui, &mut self.list, shelf, focus));
        if let Some(item) = self.list.cursor.filter(|_| shown.moved || shown.activated.is_some()) {
            self.choose(item);
            // Arrows only move; a click or Enter goes in.
            let clicked = shown.moved && ui.input(|input| input.pointer.any_released());
            self.inside |= clicked || shown.activated.is_some();
            self.focus_batch = shown.activated.is_some();
        }
    }

    fn chosen_ui(&mut self, ui: &mut Ui, shelf: &Shelf, session: &Session, out: &mut Out) {
        let busy = session.writing().is_some();
        let ready = Ready { ws: session.ws(), shelf, busy, stamp: self.stamp };
        let batch = match self.item {
            Some(Item::Batch(batch)) => batch,
            Some(Item::Agreement) => {
                if let Some(key) = agreement::ui(ui, self.agreement.as_ref(), &mut self.beforehand, session, out) {
                    look_at(&key, session, out);
                }
                return;
            }
            Some(Item::Ready) | None => {
                if let Some(key) = self.compose.ui(ui, &ready, out) {
                    look_at(&key, session, out);
                }
                return;
            }
        };
        if self.compose.changing() == Some(batch) {
            self.compose.ui(ui, &ready, out);
            return;
        }
        self.left_out_ui(ui);
        let Some(detail) = self.detail.as_deref().filter(|detail| detail.batch.id == batch) else {
            text::secondary(ui, "Reading the batch…");
            return;
        };
        let met = self.met.as_ref().filter(|(about, _)| *about == batch).map_or(&[][..], |(_, stops)| stops);
        let supervisor = session.is_supervisor();
        let small = ui.available_height() < 480.0;
        let beside = Beside {
            ws: session.ws(),
            shelf,
            busy,
            met,
            stamp: self.stamp,
            supervisor,
            small,
            parcel: session.parcel().is_some(),
            focus: std::mem::take(&mut self.focus_batch),
        };
        match detail_ui(ui, detail, &beside, &mut self.tab, &mut self.rows, &mut self.named, out) {
            Asks::Nothing => {}
            Asks::Look(key) => look_at(&key, session, out),
            Asks::Recheck(wanted) => self.recheck = Recheck::begin(detail, wanted.as_ref()),
            Asks::RecheckUnread => self.recheck = Recheck::unread(detail),
            Asks::Change => self.compose.change(detail, shelf),
            Asks::TakeApart => self.ask = Some(Ask::TakeApart(batch)),
            Asks::Ready => self.choose(Item::Ready),
            Asks::Again => facets::look_again(session, out),
            Asks::Release => {
                out.act(release::Action::Show(batch));
                out.command(Command::Go(Screen::Release));
            }
        }
    }

    /// Says which rows were ready and are not in the batch that was just composed.
    fn left_out_ui(&mut self, ui: &mut Ui) {
        let Some(words) = waiting_words(&self.left) else { return };
        let mut seen = false;
        parts::banner_with(ui, Tone::Info, &words, |ui| {
            seen = ui.add(Button::new("Seen").small()).clicked();
        });
        ui.add_space(4.0);
        if seen {
            self.left.clear();
        }
    }

    pub(super) fn ask_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let (Some(ask), Some(detail)) = (&mut self.ask, &self.detail) else { return };
        match ask.ui(ui.ctx(), detail, session.me()) {
            Said::Open => {}
            Said::Left => self.ask = None,
            Said::Do(deed) => {
                self.ask = None;
                out.start(deed.job());
            }
        }
    }
}
