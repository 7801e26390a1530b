//! Sharing with another organisation: the protocol, an extract by its level, what went out, exceptions, the cross-reference.
//!
//! | file | what it holds |
//! |---|---|
//! | this one | what is read and kept, and what is done |
//! | [`panes`] | how it is drawn |
//! | [`ask`] | the questions |

mod ask;
mod panes;

use std::path::PathBuf;

use self::ask::Ask;
use super::work;
use crate::desktop::choosing::{self, Choice};
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::settings;
use crate::progress::Progress;
use crate::release::share::manifest::Form;
use crate::release::{ReleaseError, cross_reference, share};
use crate::stewardship::Refused;
use crate::stewardship::sharing::{self, LeftOut, Wanted};
use crate::workspace::sharing::protocol::ProtocolVersion;
use crate::workspace::{Extract, Protocol, SharingException, Touched, Workspace};

/// Where the folder of the extracts is remembered in the workspace.
const FOLDER: &str = "share.folder";

/// The pane's own state.
#[derive(Default)]
pub struct Sharing {
    held: Option<Box<Held>>,
    needs: bool,
    reading: bool,
    level: u8,
    purpose: usize,
    delta: bool,
    folder: String,
    ask: Option<Ask>,
}

/// What is read of the workspace.
pub struct Held {
    protocol: Option<ProtocolVersion>,
    set_by: String,
    /// That the review is overdue, in a sentence.
    overdue: Option<String>,
    /// Newest first.
    extracts: Vec<Extract>,
    exceptions: Vec<(SharingException, String)>,
    /// For each agreed level: how many people may be in an extract, and who is left out.
    people: Vec<(u64, Vec<(LeftOut, u64)>)>,
    folder: PathBuf,
}

/// What the pane wants done after the frame, or a piece of work gives back.
pub enum Action {
    /// What stands was read.
    Read(Result<Box<Held>, Refused>),
    /// An extract was written.
    Written(Result<Box<share::Shared>, ReleaseError>),
    /// Something was done, in words; or not.
    Done(Result<String, String>),
    /// A folder or file was chosen, or not.
    Chosen(What, Choice),
}

/// What a folder or file is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// To write extracts into.
    Folder,
    /// The file of a question that is open.
    Asked,
}

impl Held {
    fn read(ws: &Workspace, progress: &Progress) -> Result<Self, Refused> {
        let protocol = ws.protocol()?;
        let people = sharing::counts(ws, protocol.as_ref().map_or(0, |held| held.protocol.agreed), progress)?;
        let mut exceptions = Vec::new();
        for exception in ws.sharing_exceptions()? {
            let by = ws.staff_name(exception.staff)?;
            exceptions.push((exception, by));
        }
        let suggested = || settings::documents().join(format!("{} share", ws.name()));
        Ok(Self {
            set_by: protocol.as_ref().map(|held| ws.staff_name(held.staff)).transpose()?.unwrap_or_default(),
            overdue: protocol
                .as_ref()
                .and_then(|held| sharing::overdue(&held.protocol, crate::words::days::now().date())),
            protocol,
            extracts: ws.extracts()?,
            exceptions,
            people,
            folder: ws.setting(FOLDER)?.map_or_else(suggested, PathBuf::from),
        })
    }

    fn agreed(&self) -> Option<&Protocol> {
        self.protocol.as_ref().map(|held| &held.protocol).filter(|protocol| protocol.agreed > 0)
    }

    /// The acknowledged extract that a delta of a level and purpose starts from.
    fn base(&self, level: u8, purpose: &str) -> Option<&Extract> {
        self.extracts.iter().find(|it| it.level == level && it.purpose == purpose && it.acknowledged.is_some())
    }
}

impl Sharing {
    /// What was read is no longer true.
    pub fn touched(&mut self, touched: Touched) {
        if touched.intersects(Touched::SHARING | Touched::BATCHES | Touched::RECORDS | Touched::STAFF) {
            self.needs = true;
        }
    }

    /// Reads what is needed, once it is shown.
    pub fn read_what_is_needed(&mut self, session: &Session, out: &mut Out) {
        if self.needs && !self.reading && session.writing().is_none() {
            (self.needs, self.reading) = (false, true);
            let mut job = Job::reads("Reading what may be shared", move |ws, progress| {
                let read = ws.map_err(Refused::from).and_then(|ws| Held::read(ws, progress));
                super::Action::Sharing(Action::Read(read.map(Box::new))).into()
            });
            job.quiet = true;
            out.start(job);
        }
    }

    /// Carries out an action.
    pub fn act(&mut self, action: Action, out: &mut Out) {
        match action {
            Action::Read(read) => {
                self.reading = false;
                let Some(held) = out.read(read) else { return };
                if self.folder.is_empty() {
                    self.folder = held.folder.display().to_string();
                }
                let agreed = held.agreed().map_or(1, |protocol| protocol.agreed);
                self.level = if self.level == 0 { agreed } else { self.level.clamp(1, agreed) };
                let purposes = held.agreed().map_or(0, |protocol| protocol.purposes.len());
                self.purpose = self.purpose.min(purposes.saturating_sub(1));
                self.held = Some(held);
            }
            Action::Written(Ok(shared)) => {
                let extract = &shared.manifest.extract;
                out.say(format!("Extract {} was written to {}", extract.number, shared.folder.display()));
            }
            Action::Written(Err(ReleaseError::Cancelled(_))) => out.warn("Cancelled; nothing was written"),
            Action::Written(Err(error)) => out.fail(error),
            Action::Done(Ok(words)) => {
                self.ask = None;
                out.say(words);
            }
            Action::Done(Err(words)) => match &mut self.ask {
                Some(ask) => ask.refused(words),
                None => out.fail(words),
            },
            Action::Chosen(_, Choice::Left) => {}
            Action::Chosen(_, Choice::NoDialog) => out.warn(choosing::NO_DIALOG),
            Action::Chosen(What::Folder, Choice::Chosen(path)) => self.folder = path.display().to_string(),
            Action::Chosen(What::Asked, Choice::Chosen(path)) => {
                if let Some(ask) = &mut self.ask {
                    ask.take(path);
                }
            }
        }
    }

    /// Writes an extract as the pane says.
    fn write(&self, wanted: Wanted, out: &mut Out) {
        let (into, form) = (work::typed(&self.folder), if self.delta { Form::Delta } else { Form::Full });
        if into.as_os_str().is_empty() {
            out.warn("Choose a folder first");
            return;
        }
        out.start(Job::writes("Writing the share extract", move |ws, progress| {
            let written = ws.map_err(ReleaseError::Workspace).and_then(|ws| {
                // Remembered first, so that the next extract is offered the same place
                ws.set_setting(FOLDER, &into.display().to_string())?;
                share::write(ws, &wanted, form, &into, progress)
            });
            super::Action::Sharing(Action::Written(written.map(Box::new))).into()
        }));
    }
}

/// Work that changes the workspace and says what it did.
fn deed<E: std::fmt::Display>(
    title: &str,
    what: impl FnOnce(&mut Workspace, &Progress) -> Result<String, E> + Send + 'static,
) -> Job {
    Job::writes(title, move |ws, progress| {
        let done = match ws {
            Ok(ws) => what(ws, progress).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        super::Action::Sharing(Action::Done(done)).into()
    })
}

fn chosen(what: What) -> impl FnOnce(Choice) -> crate::desktop::screens::Action + Send + 'static {
    move |choice| super::Action::Sharing(Action::Chosen(what, choice)).into()
}

/// Writes the cross-reference.
fn write_cross_reference(file: PathBuf, form: cross_reference::Form) -> Job {
    deed("Writing the cross-reference", move |ws, progress| {
        let written = cross_reference::write(ws, &form, &file, progress)?;
        let what = if form == cross_reference::Form::Csv { "rows" } else { "resources" };
        let count = crate::words::number(written.rows);
        Ok::<_, ReleaseError>(format!("{count} {what} written to {}", file.display()))
    })
}
