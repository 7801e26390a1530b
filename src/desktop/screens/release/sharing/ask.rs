//! The questions of sharing: which protocol, who said that an extract is loaded, who may be shared in spite of a restriction, where
//! the cross-reference is to be.

use std::path::PathBuf;

use eframe::egui::Ui;

use super::super::work;
use super::{Sharing, What, chosen, deed, write_cross_reference};
use crate::desktop::choosing;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, space};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Dialog, Icon, dialog, parts, text};
use crate::files;
use crate::person::MosaicId;
use crate::release::{cross_reference, fhir};
use crate::stewardship::Refused;
use crate::stewardship::sharing;
use crate::workspace::{ExtractId, Protocol};

/// A question that is open.
pub struct Ask {
    about: About,
    /// A path, a note or a reason, as it is typed.
    typed: String,
    mosaic: String,
    level: u8,
    fhir: bool,
    systems: fhir::Systems,
    fault: Option<String>,
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The file of a protocol to put in force.
    Protocol,
    /// Where the protocol, or an example of one, is to be written to.
    Example,
    /// Who said that an extract is loaded.
    Loaded(ExtractId),
    /// Whom to share in spite of a restriction.
    Except,
    /// Why not to any more.
    EndException,
    /// Where the cross-reference is to be.
    CrossReference,
}

impl Ask {
    /// A question, with what is known already: a path, or a Mosaic id.
    pub fn new(about: About, known: &str) -> Self {
        let is_path = matches!(about, About::CrossReference | About::Example);
        Self {
            about,
            typed: if is_path { known.to_owned() } else { String::new() },
            mosaic: if is_path { String::new() } else { known.to_owned() },
            level: 1,
            fhir: false,
            systems: fhir::Systems::default(),
            fault: None,
        }
    }

    /// Shows why it was refused.
    pub fn refused(&mut self, words: String) {
        self.fault = Some(words);
    }

    /// Takes a path that was chosen.
    pub fn take(&mut self, path: PathBuf) {
        self.typed = path.display().to_string();
    }

    fn words(&self) -> (String, &'static str, &'static str) {
        match self.about {
            About::Protocol => (
                "Put a sharing protocol in force".to_owned(),
                "A JSON file: the reference, the review, the purposes and what each level allows. Earlier versions are kept",
                "Put in force",
            ),
            About::Example => (
                "Write the protocol to a file".to_owned(),
                "To be changed in any editor and put in force. Where none is in force, an example: three levels, none agreed",
                "Write",
            ),
            About::Loaded(extract) => (
                format!("Extract {} is loaded", extract.0),
                "The receiver has said so. The next delta starts from this extract",
                "It is loaded",
            ),
            About::Except => (
                "Share a restricted person".to_owned(),
                "Signed by a supervisor who did not decide the person's link",
                "Sign the exception",
            ),
            About::EndException => {
                (format!("Share {} no longer", self.mosaic), "The next delta withdraws the person", "Share no longer")
            }
            About::CrossReference => (
                "Write the cross-reference".to_owned(),
                "Which Mosaic person is which CHI, for systems that show each other's view. Numbers alone",
                "Write",
            ),
        }
    }

    /// What is to be done with what was filled in.
    fn job(&self) -> Result<Job, String> {
        let (typed, level) = (self.typed.trim().to_owned(), self.level);
        let mosaic =
            || MosaicId::parse(&self.mosaic).ok_or_else(|| format!("“{}” is no Mosaic id", self.mosaic.trim()));
        Ok(match self.about {
            About::Protocol => {
                let path = work::typed(&typed);
                deed("Putting the protocol in force", move |ws, _| {
                    let refused = |words: String| Refused::Unfit(words);
                    let bytes = files::read(&path)
                        .map_err(|error| refused(format!("{} could not be read: {error}", path.display())))?;
                    let protocol: Protocol = serde_json::from_slice(&bytes)
                        .map_err(|error| refused(format!("{} is not a sharing protocol: {error}", path.display())))?;
                    let version = sharing::set_protocol(ws, protocol)?.output;
                    Ok::<_, Refused>(format!("Version {version} of the sharing protocol is in force"))
                })
            }
            About::Example => {
                let path = work::typed(&typed);
                deed("Writing the protocol", move |ws, _| {
                    let next_year = crate::words::days::now().date().saturating_add(jiff::Span::new().years(1));
                    let live = ws.protocol().map_err(|error| error.to_string())?;
                    let protocol = live.map_or_else(|| Protocol::example(next_year), |live| live.protocol);
                    let text = serde_json::to_string_pretty(&protocol).map_err(|error| error.to_string())?;
                    work::keep(&path, text.as_bytes())?;
                    Ok::<_, String>(format!("Written to {}", path.display()))
                })
            }
            About::Loaded(extract) => deed("Noting that the extract is loaded", move |ws, _| {
                sharing::acknowledge(ws, extract, &typed)?;
                Ok::<_, Refused>(format!("Extract {} is loaded; the next delta starts from it", extract.0))
            }),
            About::Except => {
                let mosaic = mosaic()?;
                deed("Signing the exception", move |ws, _| {
                    sharing::except(ws, &mosaic, level, &typed)?;
                    Ok::<_, Refused>(format!("{mosaic} may be shared up to level {level}"))
                })
            }
            About::EndException => {
                let mosaic = mosaic()?;
                deed("Ending the exception", move |ws, _| {
                    sharing::end_exception(ws, &mosaic, &typed)?;
                    Ok::<_, Refused>(format!("{mosaic} is shared no longer; the next delta withdraws them"))
                })
            }
            About::CrossReference => {
                let form = if self.fhir {
                    cross_reference::Form::Fhir(self.systems.clone())
                } else {
                    cross_reference::Form::Csv
                };
                write_cross_reference(work::typed(&typed), form)
            }
        })
    }

    /// Draws what is to be filled in. Gives whether Enter was pressed in it.
    fn fields_ui(&mut self, ui: &mut Ui, first: bool, levels: &[u8], out: &mut Out) -> bool {
        match self.about {
            About::Protocol | About::Example => self.path_ui(ui, "File", first, out),
            About::Loaded(_) => {
                let typed = Field::new("Who said so, and how (optional)").focus(first).show(ui, &mut self.typed);
                field::entered(ui, &typed)
            }
            About::Except => {
                Field::new("Mosaic id").mono().width(200.0).focus(first).show(ui, &mut self.mosaic);
                level_ui(ui, "Up to level", &mut self.level, levels);
                Field::new("Reason").rows(3).show(ui, &mut self.typed);
                false
            }
            About::EndException => {
                let typed = Field::new("Reason (optional)").focus(first).show(ui, &mut self.typed);
                field::entered(ui, &typed)
            }
            About::CrossReference => {
                let words = |fhir: bool| if fhir { "FHIR R4 (NDJSON)" } else { "CSV" }.to_owned();
                if field::segmented(ui, "Form", &mut self.fhir, &[false, true], words) {
                    let (from, to) = if self.fhir { (".csv", ".ndjson") } else { (".ndjson", ".csv") };
                    if let Some(bare) = self.typed.strip_suffix(from) {
                        self.typed = format!("{bare}{to}");
                    }
                }
                let entered = self.path_ui(ui, "File", first, out);
                if self.fhir {
                    Field::new("System of CHI numbers").mono().show(ui, &mut self.systems.chi);
                    Field::new("System of Mosaic ids")
                        .mono()
                        .note("A URI that the organisations agree on")
                        .show(ui, &mut self.systems.mosaic);
                }
                entered
            }
        }
    }

    fn path_ui(&mut self, ui: &mut Ui, label: &str, first: bool, out: &mut Out) -> bool {
        let mut entered = false;
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 120.0).max(160.0);
            let typed = Field::new(label).mono().width(width).focus(first).show(ui, &mut self.typed);
            entered = field::entered(ui, &typed);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                text::caption(ui, " ");
                if ui.add(Button::new("Choose…").icon(Icon::Folder)).clicked() {
                    let from = work::typed(&self.typed).parent().map(PathBuf::from).filter(|folder| folder.is_dir());
                    out.start(if self.about == About::Protocol {
                        choosing::file("Choose the protocol", from.as_deref(), &["json"], chosen(What::Asked))
                    } else {
                        let name = match (self.about, self.fhir) {
                            (About::Example, _) => "protocol.json",
                            (_, true) => "cross-reference.ndjson",
                            (_, false) => "cross-reference.csv",
                        };
                        choosing::save("Choose where it is to be", from.as_deref(), name, chosen(What::Asked))
                    });
                }
            });
        });
        entered
    }

    fn can(&self) -> bool {
        match self.about {
            About::Loaded(_) | About::EndException => true,
            About::Except => !self.typed.trim().is_empty() && !self.mosaic.trim().is_empty(),
            About::Protocol | About::Example | About::CrossReference => !self.typed.trim().is_empty(),
        }
    }
}

/// A choice among levels.
pub fn level_ui(ui: &mut Ui, name: &str, level: &mut u8, levels: &[u8]) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::small(ui, name);
        field::segmented(ui, name, level, levels, |level| level.to_string());
    });
}

impl Sharing {
    /// Draws the question that is open.
    pub fn ask_ui(&mut self, ui: &mut Ui, out: &mut Out) {
        let Some(ask) = &mut self.ask else { return };
        let levels: Vec<u8> = self
            .held
            .as_ref()
            .and_then(|held| held.protocol.as_ref())
            .map_or_else(|| vec![1], |held| held.protocol.levels.iter().map(|level| level.level).collect());
        let (title, note, go) = ask.words();
        let shown = Dialog::new("sharing", &title).width(560.0).show(ui.ctx(), |ui, first| {
            ui.spacing_mut().item_spacing.y = space().m;
            if let Some(fault) = &ask.fault {
                parts::banner(ui, Tone::Danger, fault);
            }
            text::secondary(ui, note);
            let entered = ask.fields_ui(ui, first, &levels, out);
            dialog::foot(ui, |ui| {
                let pressed = ui.add(Button::new(go).primary().enabled(ask.can())).clicked();
                ((pressed || entered) && ask.can(), ui.add(Button::new("Cancel")).clicked())
            })
        });
        if shown.inner.0 {
            match ask.job() {
                Ok(job) => out.start(job),
                Err(words) => ask.refused(words),
            }
        } else if shown.inner.1 || shown.left {
            self.ask = None;
            Dialog::closed(ui.ctx(), "sharing");
        }
    }
}
