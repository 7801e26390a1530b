//! The forms of this screen: a new person, a person's role and passphrase, one's own passphrase.

use eframe::egui::{Context, Ui};

use zeroize::Zeroizing;

use super::Action;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, space};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Dialog, dialog, parts, text};
use crate::workspace::{Role, Staff, StaffId, Standing};

/// An open form.
pub struct Form {
    what: What,
    name: String,
    role: Role,
    administers: bool,
    active: bool,
    old: Zeroizing<String>,
    passphrase: Zeroizing<String>,
    again: Zeroizing<String>,
    fault: Option<String>,
    waiting: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Add,
    Change { id: StaffId, me: bool },
    Passphrase,
}

/// What a form that is filled in asks for.
pub enum Request {
    /// A new person.
    Add { name: String, role: Role, administers: bool, passphrase: Zeroizing<String> },
    /// Another standing, and another passphrase where one was given.
    Change { id: StaffId, standing: Standing, reset: Option<Zeroizing<String>> },
    /// Another passphrase of one's own.
    Passphrase { old: Zeroizing<String>, new: Zeroizing<String> },
}

impl Form {
    fn new(what: What) -> Self {
        Self {
            what,
            name: String::new(),
            role: Role::Officer,
            administers: false,
            active: true,
            old: Zeroizing::default(),
            passphrase: Zeroizing::default(),
            again: Zeroizing::default(),
            fault: None,
            waiting: false,
        }
    }

    /// For a new person.
    pub fn add() -> Self {
        Self::new(What::Add)
    }

    /// For a person.
    pub fn change(person: &Staff, me: bool) -> Self {
        Self {
            name: person.name.clone(),
            role: person.role,
            administers: person.administers,
            active: person.active,
            ..Self::new(What::Change { id: person.id, me })
        }
    }

    /// For one's own passphrase.
    pub fn passphrase() -> Self {
        Self::new(What::Passphrase)
    }

    /// Shows why it was refused.
    pub fn refused(&mut self, words: String) {
        self.fault = (!words.is_empty()).then_some(words);
        self.waiting = false;
    }

    /// Waits for what it asked for.
    pub fn waits(&mut self) {
        self.fault = None;
        self.waiting = true;
    }

    /// What it asks for, or what is wrong with it. The rules about names and passphrases are stewardship's.
    pub fn request(&self) -> Result<Request, String> {
        if self.passphrase != self.again {
            return Err("The two passphrases differ".to_owned());
        }
        let name = self.name.trim().to_owned();
        Ok(match self.what {
            What::Add => Request::Add {
                name,
                role: self.role,
                administers: self.administers,
                passphrase: self.passphrase.clone(),
            },
            What::Change { id, .. } => Request::Change {
                id,
                standing: Standing { name, role: self.role, administers: self.administers, active: self.active },
                reset: (!self.passphrase.is_empty()).then(|| self.passphrase.clone()),
            },
            What::Passphrase => Request::Passphrase { old: self.old.clone(), new: self.passphrase.clone() },
        })
    }

    /// Draws the form.
    pub fn ui(&mut self, ctx: &Context, out: &mut Out) {
        let (title, go) = match self.what {
            What::Add => ("Add a person".to_owned(), "Add"),
            What::Change { .. } => (format!("Change {}", self.name), "Change"),
            What::Passphrase => ("Change your passphrase".to_owned(), "Change"),
        };
        let shown = Dialog::new("person", &title).width(440.0).show(ctx, |ui, first| {
            if let Some(fault) = &self.fault {
                parts::banner(ui, Tone::Danger, fault);
            }
            ui.spacing_mut().item_spacing.y = space().m;
            let entered = match self.what {
                What::Add => {
                    Field::new("Name, as they sign").focus(first).show(ui, &mut self.name);
                    self.standing_ui(ui, false);
                    self.passphrases_ui(
                        ui,
                        "Their passphrase",
                        "At least 8 characters. They choose their own once they are in, before they sign anything",
                        false,
                    )
                }
                What::Change { me, .. } => {
                    self.standing_ui(ui, me);
                    if me {
                        text::small(ui, "Your own passphrase is changed with the old one, from the page behind");
                        false
                    } else {
                        field::tick(ui, &mut self.active, "Still works here");
                        let note = "Leave empty to keep it. For someone who has forgotten theirs";
                        self.passphrases_ui(ui, "New passphrase", note, false)
                    }
                }
                What::Passphrase => {
                    Field::new("Passphrase now").password().focus(first).show(ui, &mut self.old);
                    self.passphrases_ui(ui, "New passphrase", "At least 8 characters; a few words are best", false)
                }
            };
            dialog::foot(ui, |ui| {
                let words = if self.waiting { "One moment…" } else { go };
                let pressed = ui.add(Button::new(words).primary().enabled(!self.waiting)).clicked();
                if (pressed || entered) && !self.waiting {
                    out.act(Action::Submit);
                }
                ui.add(Button::new("Cancel")).clicked()
            })
        });
        if (shown.left || shown.inner) && !self.waiting {
            Dialog::closed(ctx, "person");
            out.act(Action::Close);
        }
    }

    fn standing_ui(&mut self, ui: &mut Ui, me: bool) {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            text::small(ui, "Role");
            let words = |role: Role| role.words().to_owned();
            field::segmented(ui, "Role", &mut self.role, &[Role::Officer, Role::Supervisor], words);
        });
        ui.add_enabled_ui(!me, |ui| {
            field::tick(ui, &mut self.administers, "May add and change people");
        });
    }

    fn passphrases_ui(&mut self, ui: &mut Ui, name: &str, note: &str, focus: bool) -> bool {
        Field::new(name).password().note(note).focus(focus).show(ui, &mut self.passphrase);
        let again = Field::new("The same again").password().show(ui, &mut self.again);
        field::entered(ui, &again)
    }
}
