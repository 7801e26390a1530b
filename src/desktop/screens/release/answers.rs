//! What Mosaic said of a release: taken, turned away, no answer; taking its load report in.

use std::path::PathBuf;

use eframe::egui::Ui;

use super::Action;
use super::work::{self, For};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::stewardship::Refused;
use crate::stewardship::acknowledge::{self, ReportColumns, Taken};
use crate::workspace::{Age, Answered, BatchId, LoadReport};

/// What Mosaic said of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// How its links stand.
    pub answered: Answered,
    /// How many midnights ago the files were first written.
    pub days: i64,
    /// The reports that were taken in, oldest first.
    pub reports: Vec<LoadReport>,
}

/// Takes a load report in.
pub fn take(batch: BatchId, path: PathBuf) -> Job {
    Job::writes("Reading the load report", move |ws, progress| {
        let columns = ReportColumns::default();
        let taken = ws
            .map_err(Refused::from)
            .and_then(|ws| acknowledge::take(ws, Some(batch), &path, &columns, progress).map(|applied| applied.output));
        Action::Acknowledged(taken).into()
    })
}

/// Writes the links that Mosaic has not spoken of.
pub fn write_unanswered(path: PathBuf) -> Job {
    Job::reads("Writing what has no answer", move |ws, _| {
        let written = ws.map_err(Refused::from).and_then(|ws| acknowledge::write_unanswered(ws, &path));
        Action::Listed(written.map(|count| (count, path))).into()
    })
}

/// What came of a report, in a sentence.
pub fn said(taken: &Taken) -> String {
    if taken.again {
        return "This report was taken in before; nothing changed".to_owned();
    }
    let mut words = format!(
        "{} taken, {} turned away, {} not spoken of",
        text::number(taken.accepted),
        text::number(taken.rejected),
        text::number(taken.unanswered)
    );
    if taken.stay_accepted > 0 {
        words += &format!("; {} stay accepted by an earlier report", text::number(taken.stay_accepted));
    }
    words
}

/// Draws what Mosaic said.
pub fn ui(ui: &mut Ui, answers: &Answers, session: &Session, out: &mut Out) {
    let Answers { answered, days, reports } = answers;
    parts::wide_card(ui, |ui| {
        text::strong(ui, "What Mosaic says");
        ui.add_space(4.0);
        let open = answered.unanswered();
        let figures = [
            ("In the seed file", Some(answered.links + answered.recalled)),
            ("Recalled since", Some(answered.recalled).filter(|recalled| *recalled > 0)),
            ("Taken by Mosaic", Some(answered.accepted)),
            ("Turned away", Some(answered.rejected)),
            ("No answer", Some(open)),
        ];
        for (name, count) in figures {
            if let Some(count) = count {
                parts::field_row(ui, name, &text::number(count));
            }
        }
        let (bar, name) = (
            [
                (answered.accepted as f64, Tone::Positive),
                (answered.rejected as f64, Tone::Danger),
                (open as f64, Tone::Warning),
            ],
            "Answers of Mosaic",
        );
        if answered.links > 0 {
            parts::parts_bar(ui, &bar, answered.links as f64, 8.0, name);
        }
        let late = Age::of(*days) >= Age::Month;
        if open > 0 {
            let waits = match days {
                0 => "since today".to_owned(),
                1 => "for 1 day".to_owned(),
                days => format!("for {} days", text::number(*days as u64)),
            };
            let words =
                format!("{} {waits}", text::count(open, "link waits for an answer", "links wait for an answer"));
            ui.add_space(4.0);
            if late {
                parts::banner(ui, Tone::Warning, &format!("{words}; ask the Mosaic administrator"));
            } else {
                text::secondary(ui, words);
            }
        }
        if answered.rejected > 0 {
            text::secondary(
                ui,
                "Those turned away stand among the conflicts on the Overview, each with Mosaic's reason",
            );
        }
        for report in reports {
            let line = format!(
                "{}: {} taken, {} turned away",
                report.name,
                text::number(report.accepted),
                text::number(report.rejected)
            );
            text::one_line(ui, text::coloured(Type::Small, palette(ui).muted, line));
        }
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            let free = session.writing().is_none();
            if ui.add(Button::command(Command::TakeLoadReport).enabled(free)).clicked() {
                out.command(Command::TakeLoadReport);
            }
            if open > 0 && ui.add(Button::new("List those without an answer…").icon(Icon::File)).clicked() {
                out.start(work::choose(For::Unanswered, ""));
            }
        });
    });
    ui.add_space(8.0);
}
