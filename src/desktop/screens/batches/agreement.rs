//! How often people say the same of a pair, and the pairs that a supervisor answers before the officers come to them.

use eframe::egui::{Align, Label, Layout, Role, ScrollArea, Ui, UiBuilder};

use super::Action;
use super::read::Asked;
use super::recheck::answer_words;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::{Button, Chip, Icon, chip, field, parts, text};
use crate::linkage::estimates::share;
use crate::pair::{PairKey, Verdict};
use crate::stewardship::agreement::{self, Agreement, FEWEST};
use crate::stewardship::{Refused, known};
use crate::words::number;
use crate::workspace::{Role as StaffRole, SecondAnswer, Source, Workspace};

/// Pairs on which two people differ that are listed of one person; beyond, how many more there are.
const SHOWN: usize = 25;

/// What was read of the workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    people: Vec<Agreement>,
    /// Everyone's name.
    names: std::collections::HashMap<crate::workspace::StaffId, String>,
    /// Pairs answered beforehand, and those of them that an officer has answered since. None for an officer.
    known: Option<[u64; 2]>,
}

impl Read {
    fn of(ws: &Workspace) -> Result<Self, Refused> {
        let known = match ws.me().role {
            StaffRole::Supervisor => Some(known::counts(ws)?),
            StaffRole::Officer => None,
        };
        let names = ws.staff()?.into_iter().map(|person| (person.id, person.name)).collect();
        Ok(Self { people: agreement::of_everybody(ws)?, names, known })
    }
}

/// Reads how often people say the same.
pub fn read() -> Job {
    let mut job = Job::reads("Reading how often people agree", |ws, _| {
        Action::Agreement(ws.map_err(Refused::from).and_then(|ws| Read::of(ws))).into()
    });
    job.quiet = true;
    job
}

/// Draws pairs to be answered beforehand.
fn draw(wanted: usize) -> Job {
    Job::reads("Drawing pairs", move |ws, _| {
        let drawn = ws.map_err(Refused::from).and_then(|ws| {
            let pairs = known::draw(ws, wanted)?;
            Asked::of(ws, pairs.into_iter().map(|key| (key, None)))
        });
        Action::Drawn(drawn).into()
    })
}

/// Draws how often people say the same. Gives a pair to look at. `wanted` is how many pairs are to be answered beforehand.
pub fn ui(ui: &mut Ui, read: Option<&Read>, wanted: &mut usize, session: &Session, out: &mut Out) -> Option<PairKey> {
    let Some(read) = read else {
        text::secondary(ui, "Reading how often people agree…");
        return None;
    };
    let mut look = None;
    ScrollArea::vertical().id_salt("agreement").auto_shrink([false, false]).show(ui, |ui| {
        parts::beside_the_bar(ui, |ui| {
            let title = text::rich(ui, Type::Title, "Agreement");
            ui.label(title);
            let line = "Pairs that two people answered, neither in sight of the other's answer. Rows with a warning are always \
                        among them (of classes a sample), so this is harder than the work as a whole: it shows where to talk, not who is good";
            ui.add(Label::new(text::coloured(Type::Body, palette(ui).secondary, line)).wrap());
            ui.add_space(8.0);
            if read.people.is_empty() {
                let line = "It begins with the first sample that is re-checked";
                parts::wide_card(ui, |ui| parts::empty(ui, Icon::People, "Nothing to compare yet", line, |_| {}));
            }
            for person in &read.people {
                person_ui(ui, person, read, &mut look);
                ui.add_space(8.0);
            }
            if let Some(known) = read.known {
                known_ui(ui, known, wanted, session, out);
            }
        });
    });
    look
}

fn person_ui(ui: &mut Ui, person: &Agreement, read: &Read, look: &mut Option<PairKey>) {
    let (pairs, same) = (person.pairs(), person.same());
    let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(person.name.as_str());
    ui.scope_builder(builder, |ui| {
        parts::wide_card(ui, |ui| {
            ui.horizontal(|ui| {
                text::heading(ui, &person.name);
                let [sample, controls, known] = person.sources;
                let sources = [
                    (sample, "re-checked", "re-checked"),
                    (controls, "control", "controls"),
                    (known, "known", "known"),
                ];
                let parts: Vec<String> = sources
                    .iter()
                    .filter(|(count, ..)| *count > 0)
                    .map(|(count, one, many)| text::count(*count, one, many))
                    .collect();
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| text::small(ui, parts.join(", ")));
            });
            let [low, high] = person.limits();
            let of = format!("{} of {}", number(same), text::count(pairs, "answer", "answers"));
            text::body(ui, format!("{of} the same as the other person's"));
            parts::bar(ui, same as f32 / pairs.max(1) as f32, Tone::Info, &of);
            if pairs < FEWEST {
                text::small(ui, "Too few to say anything yet");
            } else {
                let sure = format!("With 95 % confidence {} to {} of answers like these are", share(low), share(high));
                text::secondary(ui, sure);
                let kappa = match person.kappa() {
                    Some(kappa) => format!(
                        "Cohen's kappa {:.2} ({:.2} to {:.2}): 0 is what chance alone gives, 1 is full agreement",
                        kappa.value, kappa.limits[0], kappa.limits[1]
                    ),
                    None => "Cohen's kappa says nothing where one of the two always gave the same answer".to_owned(),
                };
                ui.add(Label::new(text::coloured(Type::Small, palette(ui).muted, kappa)).wrap());
            }
            for answer in person.differ.iter().take(SHOWN) {
                parts::rule(ui);
                differ_ui(ui, answer, read, look);
            }
            if person.differ.len() > SHOWN {
                text::small(ui, format!("and {} more", number((person.differ.len() - SHOWN) as u64)));
            }
        });
    });
}

fn differ_ui(ui: &mut Ui, answer: &SecondAnswer, read: &Read, look: &mut Option<PairKey>) {
    let name = |staff| read.names.get(&staff).map_or("Somebody", String::as_str);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new("Look at the pair").small().ghost().name(format!("Look at {}", answer.key));
            if ui.add(button).clicked() {
                *look = Some(answer.key.clone());
            }
            ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
                text::mono(ui, answer.key.to_string());
                text::small(ui, name(answer.staff));
                verdict_ui(ui, answer.verdict);
                let source = match answer.source {
                    Source::Sample => "re-checked by",
                    Source::Control => "as a control by",
                    Source::Known => "known to",
                };
                text::small(ui, format!("{source} {}", name(answer.second_staff)));
                verdict_ui(ui, answer.second);
            });
        });
    });
}

fn verdict_ui(ui: &mut Ui, verdict: Verdict) {
    let (icon, tone) = chip::verdict_look(verdict);
    ui.add(Chip::new(icon, tone, answer_words(verdict)));
}

fn known_ui(ui: &mut Ui, known: [u64; 2], wanted: &mut usize, session: &Session, out: &mut Out) {
    parts::section(ui, "Known pairs", |_| {});
    parts::wide_card(ui, |ui| {
        let line = "Answer some pairs before the officers come to them. They stay in the queue like any other, and nobody is told \
                    which they are; once an officer has decided one, the two answers are compared above. What you answer here \
                    decides nothing";
        ui.add(Label::new(text::coloured(Type::Body, palette(ui).secondary, line)).wrap());
        let [all, answered] = known;
        if all > 0 {
            let all = text::count(all, "pair is known", "pairs are known");
            text::body(ui, format!("{all}, {} decided by an officer since", number(answered)));
        }
        ui.horizontal_wrapped(|ui| {
            if *wanted == 0 {
                *wanted = 20;
            }
            field::segmented(ui, "Pairs to answer beforehand", wanted, &[10, 20, 40], |n| n.to_string());
            let button = Button::new("Answer pairs beforehand").icon(Icon::Eye).enabled(session.writing().is_none());
            if ui.add(button.hint("Drawn at random from the front of the officers' queue")).clicked() {
                out.start(draw(*wanted));
            }
        });
    });
}
