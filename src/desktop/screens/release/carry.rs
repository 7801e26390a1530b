//! A written release on its way: sealed as one file for named people, or sent to an agreed place.

use std::path::{Path, PathBuf};

use eframe::egui::{Context, Ui};

use super::Action;
use crate::age::Recipient;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, space};
use crate::desktop::widgets::dialog::{self, Dialog};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::release::transfer::{self, Receipt, TransferError};
use crate::workspace::Place;

/// What is asked, and what was made.
#[derive(Default)]
pub struct Carry {
    ask: Option<Ask>,
    /// The pack that was made last, and of which folder.
    packed: Option<(PathBuf, PathBuf)>,
    /// What was sent last.
    sent: Vec<Receipt>,
}

enum Ask {
    /// Whom it is sealed for, one on a line.
    Pack { folder: PathBuf, to: String, fault: Option<String> },
    /// Where it is sent.
    Send { folder: PathBuf, places: Vec<(String, Place)>, chosen: usize, sealed: bool },
}

impl Carry {
    /// What was made or sent of another batch is no news here.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The buttons beside a written release.
    pub(super) fn buttons_ui(&mut self, ui: &mut Ui, folder: &Path, session: &Session, out: &mut Out) {
        let free = session.writing().is_none();
        let pack = Button::new("Pack…").icon(Icon::Lock).enabled(free);
        if ui.add(pack.hint("One file, sealed for named people")).clicked() {
            self.ask = Some(Ask::Pack { folder: folder.to_owned(), to: String::new(), fault: None });
        }
        let practice = session.ws().is_training();
        let hint =
            if practice { "Nothing of practice is sent anywhere" } else { "Over SFTP, to a place that was agreed" };
        let send = Button::new("Send…").icon(Icon::Send).enabled(free && !practice);
        if ui.add(send.hint(hint)).clicked()
            && let Some(places) = out.read(session.ws().places())
        {
            let sealed = self.pack_of(folder).is_some();
            self.ask = Some(Ask::Send { folder: folder.to_owned(), places, chosen: 0, sealed });
        }
    }

    /// What became of it.
    pub(super) fn outcome_ui(&self, ui: &mut Ui, folder: &Path) {
        if let Some(pack) = self.pack_of(folder) {
            parts::banner(ui, Tone::Positive, &format!("Sealed: {}", pack.display()));
        }
        if let (Some(first), Some(last)) = (self.sent.first(), self.sent.last()) {
            let files = text::count(self.sent.len() as u64, "file", "files");
            let which = if first == last { first.name.clone() } else { files };
            let words = format!("Sent to {}: {which}. The history keeps the receipt", first.to);
            parts::banner(ui, Tone::Positive, &words);
        }
    }

    fn pack_of(&self, folder: &Path) -> Option<&Path> {
        self.packed.as_ref().filter(|(of, _)| of == folder).map(|(_, pack)| pack.as_path())
    }

    /// Takes a pack that was made.
    pub(super) fn packed(&mut self, folder: PathBuf, made: Result<PathBuf, TransferError>, out: &mut Out) {
        match made {
            Ok(pack) => {
                out.say("The release was sealed");
                self.packed = Some((folder, pack));
            }
            Err(TransferError::Cancelled(_)) => out.warn("Cancelled; nothing was written"),
            Err(error) => out.fail(error),
        }
    }

    /// Takes what came of sending.
    pub(super) fn sent(&mut self, sent: Result<Vec<Receipt>, TransferError>, out: &mut Out) {
        match sent {
            Ok(receipts) => {
                out.say("Sent, and the receipt is kept");
                self.sent = receipts;
            }
            Err(TransferError::Cancelled(_)) => out.warn("Stopped; sending again goes on from there"),
            Err(error) => out.fail(error),
        }
    }

    /// Draws the question that is open.
    pub(super) fn ask_ui(&mut self, ctx: &Context, out: &mut Out) {
        let pack = self.packed.clone();
        let (id, done) = match &mut self.ask {
            None => return,
            Some(Ask::Pack { folder, to, fault }) => ("pack", pack_ui(ctx, folder, to, fault, out)),
            Some(Ask::Send { folder, places, chosen, sealed }) => {
                let pack = pack.filter(|(of, _)| of == folder).map(|(_, pack)| pack);
                ("send", send_ui(ctx, folder, pack, places, chosen, sealed, out))
            }
        };
        if done {
            self.ask = None;
            Dialog::closed(ctx, id);
        }
    }
}

/// Asks whom a pack is for. Whether the question is settled.
fn pack_ui(ctx: &Context, folder: &Path, to: &mut String, fault: &mut Option<String>, out: &mut Out) -> bool {
    let shown = Dialog::new("pack", "Pack the release").width(560.0).show(ctx, |ui, first| {
        text::secondary(
            ui,
            "All of it becomes one file, which these people alone can open, with Stewartry or with age. It is put beside the folder",
        );
        ui.add_space(space().s);
        let hint = "age1… or ssh-ed25519 …";
        let field = Field::new("For whom: their public keys, one on a line").mono().rows(4).hint(hint);
        if field.fault(fault.as_deref()).focus(first).show(ui, to).changed() {
            *fault = None;
        }
        dialog::foot(ui, |ui| {
            let go = ui.add(Button::new("Pack").primary().enabled(!to.trim().is_empty())).clicked();
            (go, ui.add(Button::new("Cancel")).clicked())
        })
    });
    let (go, leave) = shown.inner;
    if !go {
        return leave || shown.left;
    }
    let lines = to.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    match lines.map(str::parse).collect::<Result<Vec<Recipient>, _>>() {
        Ok(recipients) => {
            out.start(pack(folder.to_owned(), recipients));
            true
        }
        Err(error) => {
            *fault = Some(error.to_string());
            false
        }
    }
}

fn pack(folder: PathBuf, recipients: Vec<Recipient>) -> Job {
    Job::apart("Packing the release", move |progress| {
        let into = folder.parent().map(Path::to_owned).unwrap_or_default();
        let made = transfer::pack(&folder, &recipients, &into, progress);
        Action::Packed(folder, made).into()
    })
}

/// Asks where it is sent. Whether the question is settled.
fn send_ui(
    ctx: &Context,
    folder: &Path,
    pack: Option<PathBuf>,
    places: &[(String, Place)],
    chosen: &mut usize,
    sealed: &mut bool,
    out: &mut Out,
) -> bool {
    let shown = Dialog::new("send", "Send the release").width(560.0).show(ctx, |ui, _| {
        match places.get(*chosen) {
            None => {
                text::secondary(
                    ui,
                    "No place is set yet. Whoever administers the workspace sets one with `stewartry places`, with the other side's \
                     key; until then the files are carried by hand",
                );
            }
            Some((_, place)) => {
                let options: Vec<usize> = (0..places.len()).collect();
                field::choice(ui, "Place", chosen, &options, |at| places[at].0.clone(), 300.0);
                text::small(ui, format!("{}. No other key than the agreed one is accepted there", place.to()));
                ui.add_space(space().s);
                if pack.is_some() {
                    field::segmented(ui, "What is sent", sealed, &[true, false], |sealed| {
                        if sealed { "The sealed file" } else { "The files themselves" }.to_owned()
                    });
                } else {
                    text::small(ui, "The files themselves are sent, the manifest last. Pack them first to send one sealed file");
                }
            }
        }
        dialog::foot(ui, |ui| {
            let go = ui.add(Button::new("Send").primary().enabled(!places.is_empty())).clicked();
            (go, ui.add(Button::new("Cancel")).clicked())
        })
    });
    let (go, leave) = shown.inner;
    match (go, places.get(*chosen)) {
        (true, Some((name, _))) => {
            let what = pack.filter(|_| *sealed).unwrap_or_else(|| folder.to_owned());
            out.start(send(what, name.clone()));
            true
        }
        _ => leave || shown.left,
    }
}

fn send(what: PathBuf, place: String) -> Job {
    Job::writes("Sending", move |ws, progress| {
        let sent = ws.map_err(TransferError::from).and_then(|ws| transfer::send(ws, &what, &place, progress));
        Action::Sent(sent).into()
    })
}
