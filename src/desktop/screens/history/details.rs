//! One event of the ledger, with all that it says, and the deed that it belongs to.

use eframe::egui::{ScrollArea, Ui};

use super::{Action, Deed, look};
use crate::desktop::out::Out;
use crate::desktop::screens::batches::look_at;
use crate::desktop::screens::overview;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, parts, text};
use crate::pair::{How, Judgement, PairKey};
use crate::stewardship::suspicions::SuspicionKind;
use crate::stewardship::undo;
use crate::workspace::parcel::Purpose;
use crate::workspace::{Event, LedgerRow};

/// Draws an event of a deed.
pub fn details_ui(ui: &mut Ui, session: &Session, row: &LedgerRow, deed: Deed, out: &mut Out) {
    parts::wide_card(ui, |ui| {
        let height = ui.available_height() - 2.0;
        ui.set_min_height(height);
        ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
            let (icon, tone) = look(&row.event);
            ui.horizontal(|ui| {
                ui.add(Chip::new(icon, tone, kind(&row.event)));
                if row.undone_by.is_some() {
                    ui.add(Chip::new(Icon::Undo, Tone::Neutral, "Taken back"));
                }
            });
            ui.add_space(2.0);
            text::heading(ui, undo::describe(&row.event));
            ui.add_space(4.0);
            ui.spacing_mut().item_spacing.y = 5.0;
            line(ui, "Event", &text::number(row.seq.max(0) as u64));
            line(ui, "When", &text::moment(row.at));
            line(ui, "Who", &row.name);
            if let Some(by) = row.undone_by {
                line(ui, "Taken back by", &format!("event {}", text::number(by.max(0) as u64)));
            }
            if let Some(of) = row.undoes {
                line(ui, "Takes back", &format!("event {}", text::number(of.max(0) as u64)));
            }
            event_ui(ui, &row.event);
            if deed.events > 1 {
                line(ui, "Done at once", &text::count(deed.events, "event", "events"));
            }
            let hash = row.hash.get(..16).unwrap_or(&row.hash);
            parts::field_row_with(ui, "Hash", |ui| {
                let words = text::coloured(Type::SmallMono, palette(ui).secondary, format!("{hash}…"));
                ui.label(words).on_hover_text(&row.hash);
            });
            foot_ui(ui, session, row, deed, out);
        });
    });
}

/// What can be done from here: the pair of the event is looked at, or its deed taken back.
fn foot_ui(ui: &mut Ui, session: &Session, row: &LedgerRow, deed: Deed, out: &mut Out) {
    ui.add_space(space().m);
    let released = match &row.event {
        Event::Decided { pair, .. } => session.ws().released(pair).ok().flatten().is_some(),
        _ => false,
    };
    if released {
        text::secondary(ui, "It was released: a recall alone takes it back, at the pair");
    }
    ui.horizontal_wrapped(|ui| {
        if let Some(pair) = pair_of(&row.event)
            && ui.add(Button::new("Look at the pair").icon(Icon::Scale)).clicked()
        {
            // A released pair is there to be recalled even where no run proposes it any more
            match released {
                true => out.act(overview::Action::Open(pair.clone())),
                false => look_at(pair, session, out),
            }
        }
        let stands = row.undone_by.is_none() && row.undoes.is_none();
        if deed.offered && !released && stands && row.event.inverse().is_some() {
            let free = session.writing().is_none();
            let words = if deed.events > 1 { "Take the whole deed back…" } else { "Take this back…" };
            if ui.add(Button::new(words).icon(Icon::Undo).enabled(free)).clicked() {
                out.act(Action::Ask(row.seq));
            }
        }
    });
}

/// The pair that an event is about. Not of those that belong to a blind answer: they are looked at where that is given.
fn pair_of(event: &Event) -> Option<&PairKey> {
    match event {
        Event::FoundByHand { pair, .. }
        | Event::ScoreRevealed { pair, .. }
        | Event::Decided { pair, .. }
        | Event::Assigned { pair, .. }
        | Event::Recalled { pair, .. }
        | Event::SharingExcepted { pair, .. } => Some(pair),
        _ => None,
    }
}

fn line(ui: &mut Ui, name: &str, value: &str) {
    ui.spacing_mut().interact_size.y = 20.0;
    parts::field_row(ui, name, value);
}

/// The kind of an event, in a word or two.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Decided { .. } | Event::RecordDecided { .. } => "Decision",
        Event::FileLoaded { .. } => "File",
        Event::Matched { .. } | Event::CutsMoved { .. } => "Matching",
        Event::FoundByHand { .. } | Event::ScoreRevealed { .. } | Event::Assigned { .. } => "Note",
        Event::BatchComposed { .. }
        | Event::BatchSubmitted { .. }
        | Event::SampleDrawn { .. }
        | Event::Rechecked { .. }
        | Event::KnownSet { .. }
        | Event::BatchReturned { .. } => "Batch",
        Event::BatchSigned { .. } => "Sign-off",
        Event::CorrectionSigned { .. } => "Sign-off",
        Event::Released { .. }
        | Event::Recalled { .. }
        | Event::LeftOut { .. }
        | Event::ProfileSaved { .. }
        | Event::ProfileWritten { .. }
        | Event::Acknowledged { .. }
        | Event::CorrectionComposed { .. }
        | Event::CorrectionReturned { .. }
        | Event::CorrectionReleased { .. } => "Release",
        Event::ProtocolSet { .. }
        | Event::SharingExcepted { .. }
        | Event::ExtractWritten(_)
        | Event::ExtractAcknowledged { .. }
        | Event::CrossReferenceWritten { .. } => "Sharing",
        Event::LookedUp { .. } => "Look-up",
        Event::StaffChanged { .. } | Event::KeyRegistered { .. } | Event::KeyConfirmed { .. } => "People",
        Event::PlaceSet { .. } | Event::Sent { .. } => "Transfer",
        Event::ParcelMade { .. } | Event::ParcelTaken { .. } => "Parcel",
        Event::ClockJumped { .. } => "Clock",
        Event::WorkspaceCreated { .. }
        | Event::TrainingBegun { .. }
        | Event::DatabaseKeyChanged { .. }
        | Event::Opened { .. }
        | Event::BackedUp { .. }
        | Event::Restored { .. }
        | Event::Closed { .. } => "Workspace",
    }
}

fn event_ui(ui: &mut Ui, event: &Event) {
    let number = |n: &u64| text::number(*n);
    match event {
        Event::WorkspaceCreated { version, .. } => line(ui, "Version", version),
        Event::StaffChanged { before, after, .. } => {
            line(ui, "Role", after.role.words());
            line(ui, "Administers", if after.administers { "Yes" } else { "No" });
            let state = match (before.is_some(), after.active) {
                (false, _) => "Added",
                (true, true) => "Changed",
                (true, false) => "Removed",
            };
            line(ui, "What happened", state);
        }
        Event::KeyRegistered { public, .. } | Event::KeyConfirmed { public, .. } => {
            line(ui, "Key", &crate::workspace::fingerprint(public));
        }
        Event::ParcelMade { purpose, people, parcel } => {
            match purpose {
                Purpose::SignOff(batch) => line(ui, "For", &format!("Signing batch {}", batch.0)),
                Purpose::Decide(pairs) => line(ui, "For", &text::count(pairs.len() as u64, "pair", "pairs")),
            }
            line(ui, "Sealed to", &text::count(people.len() as u64, "person", "people"));
            line(ui, "Parcel", parcel.get(..12).unwrap_or(parcel));
        }
        Event::ParcelTaken { events, refused, parcel } => {
            line(ui, "Taken in", &number(events));
            for refusal in refused {
                line(ui, "Refused", &refusal.why);
            }
            line(ui, "Parcel", parcel.get(..12).unwrap_or(parcel));
        }
        Event::DatabaseKeyChanged { backup } => line(ui, "Backup before", backup),
        Event::ClockJumped { expected, .. } => {
            line(ui, "Expected", expected);
            line(ui, "Order", "By number, whatever the clock says");
        }
        Event::Opened { account } => line(ui, "Account", account),
        Event::FileLoaded { rows, accepted, warned, rejected, added, changed, gone, sha256, in_spite_of, .. } => {
            for (name, count) in [
                ("Rows", rows),
                ("Accepted", accepted),
                ("Warned", warned),
                ("Rejected", rejected),
                ("New", added),
                ("Changed", changed),
                ("Gone", gone),
            ] {
                line(ui, name, &number(count));
            }
            line(ui, "SHA-256", &format!("{}…", sha256.get(..12).unwrap_or(sha256)));
            for code in in_spite_of {
                line(ui, "In spite of", SuspicionKind::of_code(code).map_or(code.as_str(), |kind| kind.title()));
            }
        }
        Event::Matched { engine, links, duplicates, learned_from, .. } => {
            line(ui, "Engine", engine);
            line(ui, "Links", &number(links));
            line(ui, "Duplicates", &number(duplicates));
            if *learned_from > 0 {
                line(ui, "Learned from", &format!("{} decisions", number(learned_from)));
            }
        }
        Event::CutsMoved { before, after, .. } => {
            line(ui, "Automatic from", &format!("{} → {}", share(before[0]), share(after[0])));
            line(ui, "To review from", &format!("{} → {}", share(before[1]), share(after[1])));
        }
        Event::Decided { before, after, .. } => {
            if let Some(before) = before {
                line(ui, "Before", before.verdict.words());
            }
            match after {
                Some(after) => judgement_ui(ui, after),
                None => line(ui, "Now", "Undecided"),
            }
        }
        Event::RecordDecided { after: Some(after), .. } => {
            line(ui, "Reason", after.reason.words());
            if !after.comment.is_empty() {
                line(ui, "Comment", &after.comment);
            }
        }
        Event::RecordDecided { after: None, .. } => line(ui, "Now", "Undecided"),
        Event::BatchComposed { before, after, .. } => {
            line(ui, "Rows before", &number(&(before.len() as u64)));
            line(ui, "Rows now", &number(&(after.len() as u64)));
        }
        Event::SampleDrawn { tolerable, confidence, rows, controls, seed, .. } => {
            line(ui, "Rows drawn", &number(&(rows.len() as u64)));
            if !controls.is_empty() {
                line(ui, "Controls", &number(&(controls.len() as u64)));
            }
            line(ui, "Tolerable error", &share(*tolerable));
            line(ui, "Confidence", &share(*confidence));
            line(ui, "Seed", &format!("{}…", seed.get(..12).unwrap_or(seed)));
        }
        Event::BatchReturned { reason, rows, .. } => {
            line(ui, "Reason", reason);
            line(ui, "Rows named", &number(&(rows.len() as u64)));
        }
        Event::BatchSigned { statement, .. } => line(ui, "What it proves", statement),
        Event::Released { files, .. }
        | Event::ProfileWritten { files, .. }
        | Event::CorrectionReleased { files, .. } => line(ui, "Files", &files.join(", ")),
        Event::LeftOut { rows, .. } => line(ui, "Rows about restricted people", &number(&(rows.len() as u64))),
        Event::ProfileSaved { profile, .. } => {
            let title = profile.get("title").and_then(serde_json::Value::as_str).unwrap_or_default();
            line(ui, "What it is for", title);
        }
        Event::Acknowledged { name, accepted, rejected, .. } => {
            line(ui, "Report", name);
            line(ui, "Taken", &number(&(accepted.len() as u64)));
            line(ui, "Turned away", &number(&(rejected.len() as u64)));
        }
        Event::CorrectionComposed { rows, .. } => {
            line(ui, "Wrong seeds", &number(&(rows.len() as u64)));
            let right = rows.iter().filter(|row| row.right.is_some()).count() as u64;
            line(ui, "Right ones in their place", &number(&right));
        }
        Event::CorrectionReturned { reason, .. } => line(ui, "Reason", reason),
        Event::CorrectionSigned { statement, .. } => line(ui, "What was signed", statement),
        Event::Recalled { after, .. } => line(ui, "Reason", after.as_deref().unwrap_or("Taken back")),
        Event::ProtocolSet { protocol, .. } => {
            line(ui, "Agreed level", &protocol.agreed.to_string());
            line(ui, "Review", &protocol.review.strftime("%-d %b %Y").to_string());
        }
        Event::SharingExcepted { reason, .. } => line(ui, "Reason", reason),
        Event::ExtractWritten(note) => {
            line(ui, "Purpose", &note.purpose);
            line(ui, "Protocol", &format!("Version {}", note.protocol));
            for (name, count) in [("New", &note.added), ("Changed", &note.changed), ("Withdrawn", &note.withdrawn)] {
                line(ui, name, &number(count));
            }
            line(ui, "Files", &note.files.join(", "));
            if note.review_overdue {
                line(ui, "Review", "Overdue when it was written");
            }
        }
        Event::ExtractAcknowledged { note, .. } => line(ui, "Note", note),
        Event::CrossReferenceWritten { name, sha256, .. } => {
            line(ui, "File", name);
            line(ui, "SHA-256", &format!("{}…", sha256.get(..12).unwrap_or(sha256)));
        }
        Event::LookedUp { withheld: true, .. } => line(ui, "Withheld", "The person is restricted"),
        Event::LookedUp { .. } => {}
        Event::PlaceSet { after, .. } => {
            let to = after.as_ref().map_or_else(|| "Nowhere any more".to_owned(), |place| place.to());
            line(ui, "Where", &to);
        }
        Event::Sent { to, sha256, bytes, breaks, .. } => {
            line(ui, "Where", to);
            line(ui, "Size", &text::bytes(*bytes));
            line(ui, "SHA-256", &format!("{}…", sha256.get(..12).unwrap_or(sha256)));
            line(ui, "Breaks on the way", &number(breaks));
        }
        Event::Closed { left_open, reason } => {
            line(ui, "Still open", if left_open.is_empty() { "Nothing" } else { "" });
            for open in left_open {
                line(ui, "", open);
            }
            line(ui, "Reason", reason);
        }
        Event::TrainingBegun { .. }
        | Event::FoundByHand { .. }
        | Event::ScoreRevealed { .. }
        | Event::BatchSubmitted { .. }
        | Event::Rechecked { .. }
        | Event::KnownSet { .. }
        | Event::Assigned { .. }
        | Event::BackedUp { .. } => {}
        Event::Restored { copy, .. } => line(ui, "Copy", copy),
    }
}

fn judgement_ui(ui: &mut Ui, judgement: &Judgement) {
    line(ui, "Answer", judgement.verdict.words());
    if let Some(reason) = judgement.reason {
        line(ui, "Reason", reason.words());
    }
    if !judgement.comment.is_empty() {
        line(ui, "Comment", &judgement.comment);
    }
    line(
        ui,
        "How",
        match judgement.how {
            How::ByHand => "One pair, looked at",
            How::Band => "With its band",
            How::Class => "With its class, after a look at a few",
            How::File => "From a file of decisions",
            How::Carried => "Carried with a merge",
            How::Brought => "Brought back with a merge that was unmade",
        },
    );
    if let Some(moved) = &judgement.moved {
        line(ui, "The merge", &format!("{} into {}", moved.source, moved.target));
        line(ui, "Came", &moved.of_whom());
    }
    let seen = match (judgement.score_seen, judgement.how) {
        (true, How::Class) => "Yes, its class's",
        (true, _) => "Yes",
        (false, _) => "No",
    };
    line(ui, "Score seen first", seen);
    if judgement.replaces.is_some() {
        line(ui, "Replaces", "the CHI that Mosaic holds");
    }
}

fn share(share: f64) -> String {
    let mut text = format!("{:.3}", 100.0 * share);
    while text.ends_with('0') {
        text.pop();
    }
    format!("{} %", text.trim_end_matches('.'))
}
