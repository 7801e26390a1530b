//! Which pairs, in what order, and which of them is looked at.
//!
//! The queue is read once and then stays as it is while the officer works through it: what was answered stays in its place,
//! so that going back to it is one key. It is read again when the filter, the candidates or the records change.

use std::cell::RefCell;
use std::collections::HashMap;

use eframe::egui::{Rect, Ui, Vec2, pos2};

use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::table::{Col, Table, TableState};
use crate::desktop::widgets::{Icon, chip, text};
use crate::pair::{PairKey, PairKind, Verdict};
use crate::stewardship::decide::{self, Class};
use crate::stewardship::{Refused, queues};
use crate::workspace::{Pair, QueueFilter, RowSet, Workspace};

/// Which pairs, and which of them is looked at.
pub struct Queue {
    /// Which pairs, in what order.
    pub filter: QueueFilter,
    /// The pairs, in order.
    ids: Vec<i64>,
    /// Those that wait for an answer.
    open: RowSet,
    /// What is looked at, and its place in the list.
    table: TableState<i64>,
    /// A pair looked at that is not in the list: another candidate, one found by hand.
    visiting: Option<i64>,
    /// What the list shows of a pair.
    rows: HashMap<i64, Row>,
    /// Must be read (again).
    stale: bool,
    /// The filter that was kept was looked for.
    remembered: bool,
    /// Of a class, all that waits is shown, and not the few alone.
    whole_class: bool,
}

/// The few of a class as a queue.
fn few(class: Option<Class>) -> (Vec<i64>, RowSet) {
    let few = class.map(|class| class.few).unwrap_or_default();
    let open = few.iter().filter(|(_, verdict)| verdict.is_none()).map(|(id, _)| *id).collect();
    (few.into_iter().map(|(id, _)| id).collect(), open)
}

#[derive(Clone)]
struct Row {
    name: String,
    line: String,
    verdict: Option<Verdict>,
    judged: bool,
}

impl Queue {
    /// The queue an officer begins with.
    pub fn start(kind: PairKind) -> Self {
        Self {
            filter: QueueFilter::start(kind),
            ids: Vec::new(),
            open: RowSet::default(),
            table: TableState::default(),
            visiting: None,
            rows: HashMap::new(),
            stale: true,
            remembered: false,
            whole_class: false,
        }
    }

    /// Goes back to the filter that was used last, or to the one an officer begins with.
    pub fn begin_again(&mut self) {
        let visiting = self.visiting;
        *self = Self { visiting, ..Self::start(self.filter.kind) };
    }

    /// Shows other pairs; they are asked for now, whatever was shown last time.
    pub fn use_filter(&mut self, filter: QueueFilter) {
        self.filter = filter;
        (self.remembered, self.whole_class) = (true, false);
        self.ids.clear();
        self.forget();
        self.come_back();
    }

    /// Shows all that waits of the class, and not its few alone: what acceptance left, or is decided pair by pair.
    pub fn show_whole_class(&mut self) {
        self.whole_class = true;
        self.forget();
        self.come_back();
    }

    /// Whether all that waits of a class is shown.
    pub fn is_whole_class(&self) -> bool {
        self.whole_class && self.filter.class.is_some()
    }

    /// Reads the queue where it must be read. What is looked at stays where it can; where it is gone, what stood next to it comes.
    pub fn ensure(&mut self, ws: &Workspace) -> Result<(), Refused> {
        if !self.stale {
            return Ok(());
        }
        self.stale = false;
        if !std::mem::replace(&mut self.remembered, true)
            && let Some(kept) = queues::last_used(ws, self.filter.kind)?
        {
            self.filter = kept;
        }
        let before = std::mem::take(&mut self.ids);
        (self.ids, self.open) = match self.filter.class {
            None => ws.queue_waiting(&self.filter)?,
            Some(_) if self.whole_class => ws.queue_waiting(&self.filter)?,
            // Of a class only the few are looked at: the others are accepted with them, or stay for another day
            Some(class) => few(decide::class(ws, self.filter.kind, class)?),
        };
        self.rows.clear();
        let here = self.table.cursor.filter(|id| self.table.place_in(&self.ids).is_some() && self.ids.contains(id));
        match here {
            // Where rows came or went, it stands elsewhere
            Some(id) if self.ids != before => self.table.go(id),
            Some(_) => {}
            None => {
                let near = self.table.cursor.and_then(|gone| self.near(gone, &before));
                self.table = TableState::default();
                if let Some(id) = near.or_else(|| self.first_open()).or_else(|| self.ids.first().copied()) {
                    self.table.go(id);
                }
            }
        }
        Ok(())
    }

    /// Reads the queue again where it shows a class and other pairs are its few now.
    pub fn follow(&mut self, class: Option<&Class>) {
        let Some(class) = class.filter(|class| Some(class.alike) == self.filter.class && !self.whole_class) else {
            return;
        };
        let (ids, open) = few(Some(class.clone()));
        if ids.iter().any(|id| !self.ids.contains(id)) {
            let ended = self.left() == 0;
            (self.ids, self.open) = (ids, open);
            if ended && let Some(id) = self.first_open() {
                self.go(id);
            }
        }
    }

    /// The pairs, in order.
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// The queue must be read again.
    pub fn forget(&mut self) {
        self.stale = true;
    }

    /// What the list shows must be read again; the pairs themselves stay.
    pub fn forget_rows(&mut self) {
        self.rows.clear();
    }

    /// The pair that is looked at.
    pub fn current(&self) -> Option<i64> {
        self.visiting.or(self.table.cursor)
    }

    /// Whether the pair looked at is beside the queue.
    pub fn is_visiting(&self) -> bool {
        self.visiting.is_some()
    }

    /// Ends a look at a pair beside the queue: what is asked for now is in the list.
    pub fn come_back(&mut self) {
        self.visiting = None;
    }

    /// How many pairs are in the list.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no pair is in the list.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How many wait for an answer.
    pub fn left(&self) -> usize {
        self.open.len()
    }

    /// The place of the pair looked at, counted from one.
    pub fn position(&self) -> Option<usize> {
        self.table.place_in(&self.ids).map(|place| place + 1)
    }

    /// The pair that stood next to one that is gone by now, and waits: behind it, or else before it.
    fn near(&self, gone: i64, before: &[i64]) -> Option<i64> {
        let place = before.iter().position(|id| *id == gone)?;
        let (ahead, behind) = before.split_at(place);
        behind.iter().chain(ahead.iter().rev()).copied().find(|id| self.open.holds(*id))
    }

    fn first_open(&self) -> Option<i64> {
        self.ids.iter().copied().find(|id| self.open.holds(*id))
    }

    /// Goes by some places; from a visit, back to the list.
    pub fn step(&mut self, by: isize) {
        if self.visiting.take().is_none() {
            self.table.step(&self.ids, by);
        }
    }

    /// Goes to the next pair without an answer, from the beginning again where none is behind.
    pub fn next_open(&mut self) -> bool {
        let place = self.table.place_in(&self.ids);
        let visited = self.visiting.take().is_some();
        // Back from a visit, the pair that was left comes first.
        let from = place.map_or(0, |place| if visited { place } else { place + 1 });
        let (before, after) = self.ids.split_at(from.min(self.ids.len()));
        let next = after.iter().chain(before).copied().find(|id| self.open.holds(*id));
        if let Some(id) = next {
            self.table.go(id);
        }
        next.is_some()
    }

    /// Goes to a pair, in the list or beside it.
    pub fn go(&mut self, id: i64) {
        if self.ids.contains(&id) {
            self.visiting = None;
            self.table.go(id);
        } else {
            self.visiting = Some(id);
        }
    }

    /// Notes that a pair was answered, or that its answer was taken back.
    pub fn answered(&mut self, id: i64, is_answered: bool) {
        if is_answered {
            self.open.take(id);
        } else if self.ids.contains(&id) {
            self.open.put(id);
        }
        self.rows.remove(&id);
    }

    /// Draws the list. True when another pair was chosen.
    pub fn list_ui(&mut self, ui: &mut Ui, ws: &Workspace, name: &str) -> bool {
        const COLUMNS: [Col; 1] = [Col::rest("Pair", 80.0)];
        let rows = RefCell::new(&mut self.rows);
        let row = |place: usize| -> Row {
            let Some(id) = self.ids.get(place) else { return Row::unreadable() };
            let mut rows = rows.borrow_mut();
            if !rows.contains_key(id) {
                rows.insert(*id, Row::read(ws, *id).ok().flatten().unwrap_or_else(Row::unreadable));
            }
            rows.get(id).cloned().unwrap_or_else(Row::unreadable)
        };
        let shown = Table::new("queue", name, &COLUMNS).row_height(46.0).without_headings().show(
            ui,
            &mut self.table,
            &self.ids,
            |place| row(place).words(),
            |cells, place| {
                let row = row(place);
                cells.cell(|ui| row.ui(ui));
            },
        );
        if shown.moved {
            self.visiting = None;
        }
        shown.moved
    }
}

impl Row {
    fn read(ws: &Workspace, id: i64) -> Result<Option<Self>, Refused> {
        let Some(pair) = ws.pair(id)? else { return Ok(None) };
        let Pair { key, decision, .. } = pair;
        let first = match &key {
            PairKey::Link { mosaic, .. } => mosaic,
            PairKey::Duplicate { a, .. } => a,
        };
        let stored = ws.mosaic(first)?;
        let judged = stored.as_ref().is_some_and(|stored| stored.judged.is_some()) && key.kind() == PairKind::Link;
        Ok(Some(Self {
            name: stored.map(|stored| stored.record.details.display_name()).unwrap_or_default(),
            line: key.to_string(),
            verdict: decision.filter(|decision| decision.stands()).map(|decision| decision.judgement.verdict),
            judged,
        }))
    }

    fn unreadable() -> Self {
        Self { name: "Cannot be read".to_owned(), line: String::new(), verdict: None, judged: false }
    }

    fn words(&self) -> String {
        let state = match self.verdict {
            Some(verdict) => verdict.words(),
            None if self.judged => "Not matchable",
            None => "Undecided",
        };
        format!("{}, {}. {state}", self.name, self.line)
    }

    fn ui(&self, ui: &mut Ui) {
        let palette = palette(ui);
        let answered = self.verdict.is_some() || self.judged;
        let (icon, tone) = match self.verdict {
            Some(verdict) => chip::verdict_look(verdict),
            None if self.judged => (Icon::Blank, Tone::Neutral),
            None => (Icon::Dot, Tone::Neutral),
        };
        let rect = ui.max_rect();
        if answered {
            let at = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y), Vec2::splat(14.0));
            icon.paint(ui.painter(), at, palette.tone(tone).text);
        }
        ui.vertical(|ui| {
            ui.set_max_width((rect.width() - if answered { 46.0 } else { 22.0 }).max(40.0));
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.add_space(5.0);
            let ink = if answered { palette.muted } else { palette.text };
            let name = text::coloured(Type::Strong, ink, &self.name);
            text::one_line(ui, name);
            let line = text::coloured(Type::SmallMono, palette.muted, &self.line);
            text::one_line(ui, line);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(ids: &[i64]) -> Queue {
        let mut queue = Queue::start(PairKind::Link);
        queue.ids = ids.to_vec();
        queue.open = ids.iter().copied().collect();
        queue.table.go(ids[0]);
        queue
    }

    #[test]
    fn after_an_answer_the_next_open_pair_comes_and_the_answered_one_stays_behind() {
        let mut queue = queue(&[10, 20, 30]);
        queue.answered(10, true);
        assert!(queue.next_open());
        assert_eq!((queue.current(), queue.left(), queue.position()), (Some(20), 2, Some(2)));
        queue.step(-1);
        assert_eq!(queue.current(), Some(10), "what was answered can be gone back to");
        queue.answered(20, true);
        assert!(queue.next_open());
        assert_eq!(queue.current(), Some(30));
    }

    #[test]
    fn what_was_skipped_comes_again_at_the_end_and_then_the_queue_is_done() {
        let mut queue = queue(&[10, 20]);
        queue.step(1);
        queue.answered(20, true);
        assert!(queue.next_open());
        assert_eq!(queue.current(), Some(10));
        queue.answered(10, true);
        assert!(!queue.next_open());
        assert_eq!(queue.left(), 0);
        queue.answered(10, false);
        assert_eq!(queue.left(), 1, "taken back, it waits again");
    }

    #[test]
    fn where_a_pair_is_gone_the_next_one_comes_that_waits_or_else_the_one_before() {
        let mut queue = queue(&[10, 20, 30]);
        assert_eq!((queue.near(20, &[10, 20, 30]), queue.near(30, &[10, 20, 30])), (Some(20), Some(30)));
        queue.answered(20, true);
        assert_eq!(queue.near(20, &[10, 20, 30]), Some(30));
        queue.answered(30, true);
        assert_eq!((queue.near(20, &[10, 20, 30]), queue.near(40, &[10, 20, 30])), (Some(10), None));
    }

    #[test]
    fn from_a_candidate_beside_the_queue_the_way_goes_back_to_where_it_was_left() {
        let mut queue = queue(&[10, 20]);
        queue.go(99);
        assert_eq!((queue.current(), queue.is_visiting()), (Some(99), true));
        queue.step(1);
        assert_eq!(queue.current(), Some(10));
        queue.go(99);
        queue.answered(99, true);
        assert!(queue.next_open());
        assert_eq!(queue.current(), Some(10), "the pair it was left for is still open");
    }
}
