//! The keys of the commands: those they come with, those that were chosen on this computer, and which commands were pressed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use eframe::egui::{self, Key, KeyboardShortcut, Modifiers};

use super::{Command, Group};
use crate::desktop::screens::Screen;

thread_local! {
    /// The keys that were changed. A key is asked for wherever a button or a hint is drawn, so that they stand beside the
    /// commands and not in every call; the window has one thread, and so one set of them.
    static CHANGED: RefCell<HashMap<Command, Shortcut>> = RefCell::new(HashMap::new());
}

/// A key, with modifiers. Single letters are inert while a text field has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortcut {
    /// The modifiers.
    pub modifiers: Modifiers,
    /// The key.
    pub key: Key,
}

impl Shortcut {
    const fn plain(key: Key) -> Self {
        Self { modifiers: Modifiers::NONE, key }
    }

    const fn alt(key: Key) -> Self {
        Self { modifiers: Modifiers::ALT, key }
    }

    const fn ctrl(key: Key) -> Self {
        Self { modifiers: Modifiers::COMMAND, key }
    }

    const fn ctrl_shift(key: Key) -> Self {
        Self { modifiers: Modifiers::COMMAND.plus(Modifiers::SHIFT), key }
    }

    /// Whether a text field could want the key for itself.
    pub fn is_typed(self) -> bool {
        !self.modifiers.command && !self.modifiers.ctrl && !self.modifiers.alt && self.key.name().chars().count() <= 2
            || matches!(self.key, Key::Questionmark | Key::Slash | Key::Backspace)
    }

    /// The keys, one for each key cap: `Ctrl`, `Z`.
    pub fn caps(self) -> Vec<&'static str> {
        let mut caps = Vec::new();
        if self.modifiers.command {
            caps.push(if cfg!(target_os = "macos") { "⌘" } else { "Ctrl" });
        }
        if self.modifiers.alt {
            caps.push("Alt");
        }
        if self.modifiers.shift {
            caps.push("Shift");
        }
        caps.push(match self.key {
            Key::Questionmark => "?",
            Key::Slash => "/",
            Key::ArrowDown => "↓",
            Key::ArrowUp => "↑",
            Key::Plus => "+",
            Key::Minus => "–",
            Key::Backspace => "Backspace",
            other => other.name(),
        });
        caps
    }

    /// The keys in one word: `Ctrl+Z`.
    pub fn words(self) -> String {
        self.caps().join("+")
    }

    /// Reads what [`Self::words`] wrote.
    pub fn parse(words: &str) -> Option<Self> {
        let mut modifiers = Modifiers::NONE;
        let mut rest = words;
        loop {
            let (held, after) = [("Ctrl+", Modifiers::COMMAND), ("⌘+", Modifiers::COMMAND), ("Alt+", Modifiers::ALT)]
                .into_iter()
                .chain([("Shift+", Modifiers::SHIFT)])
                .find_map(|(word, held)| Some((held, rest.strip_prefix(word)?)))
                .unwrap_or((Modifiers::NONE, ""));
            if held == Modifiers::NONE {
                break;
            }
            modifiers |= held;
            rest = after;
        }
        let key =
            Key::ALL.iter().copied().find(|key| Self { modifiers: Modifiers::NONE, key: *key }.words() == rest)?;
        Some(Self { modifiers, key })
    }
}

/// The changed keys as the settings keep them: the command's name in the program, and its key in words.
pub type Kept = BTreeMap<String, String>;

/// Keys that nothing else may have: they move the keyboard about, or leave what is open.
const RESERVED: [Key; 6] = [Key::Tab, Key::Escape, Key::Enter, Key::Space, Key::ArrowUp, Key::ArrowDown];

/// Uses the keys that were kept. What is no command, or no key, or a key that another command has by now, is passed over.
pub fn use_kept(kept: &Kept) {
    CHANGED.with_borrow_mut(HashMap::clear);
    let wanted = |command: Command| Some((command, Shortcut::parse(kept.get(&name(command))?)?));
    let mut wanted: Vec<(Command, Shortcut)> = Command::all().into_iter().filter_map(wanted).collect();
    // A key may be free only once the command that comes with it has its own other key
    loop {
        let before = wanted.len();
        wanted.retain(|(command, key)| change(*command, *key).is_err());
        if wanted.len() == before {
            return;
        }
    }
}

/// The changed keys, to be kept.
pub fn kept() -> Kept {
    CHANGED.with_borrow(|changed| changed.iter().map(|(command, key)| (name(*command), key.words())).collect())
}

fn name(command: Command) -> String {
    format!("{command:?}")
}

/// Gives a command another key, or says in a sentence why it cannot have it.
pub fn change(command: Command, key: Shortcut) -> Result<(), String> {
    let words = key.words();
    if RESERVED.contains(&key.key) {
        return Err(format!("{words} moves the keyboard about or leaves what is open; choose another key"));
    }
    let other = Command::all().into_iter().find(|other| *other != command && other.keys().any(|held| held == key));
    if let Some(other) = other {
        return Err(format!("{words} is “{}” already; choose another key, or change that one first", other.text()));
    }
    CHANGED.with_borrow_mut(|changed| match command.built_in() == Some(key) {
        true => changed.remove(&command),
        false => changed.insert(command, key),
    });
    Ok(())
}

/// Gives a command the key that it came with, or says why it cannot have it now.
pub fn reset(command: Command) -> Result<(), String> {
    match command.built_in() {
        Some(key) => change(command, key),
        None => Ok(()),
    }
}

/// Gives every command the key that it came with.
pub fn reset_all() {
    CHANGED.with_borrow_mut(HashMap::clear);
}

/// The key that is being pressed, for somebody who chooses one. Modifiers alone are none yet.
pub fn chosen(ctx: &egui::Context) -> Option<Shortcut> {
    ctx.input_mut(|input| {
        let at = input.events.iter().position(|event| matches!(event, egui::Event::Key { pressed: true, .. }))?;
        let egui::Event::Key { key, modifiers, .. } = input.events.remove(at) else { return None };
        input.events.clear();
        let mut held = Modifiers { alt: modifiers.alt, shift: modifiers.shift, ..Modifiers::NONE };
        if modifiers.command || modifiers.ctrl {
            held |= Modifiers::COMMAND;
        }
        Some(Shortcut { modifiers: held, key })
    })
}

const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

impl Command {
    /// Every key that does it.
    fn keys(self) -> impl Iterator<Item = Shortcut> {
        [self.shortcut(), self.also()].into_iter().flatten()
    }

    /// Its key: the one that was chosen for it on this computer, or its own.
    pub fn shortcut(self) -> Option<Shortcut> {
        CHANGED.with_borrow(|changed| changed.get(&self).copied()).or_else(|| self.built_in())
    }

    /// Whether its key was changed.
    pub fn is_changed(self) -> bool {
        CHANGED.with_borrow(|changed| changed.contains_key(&self))
    }

    /// The key that it comes with.
    pub fn built_in(self) -> Option<Shortcut> {
        Some(match self {
            Self::Match => Shortcut::plain(Key::M),
            Self::NotMatch => Shortcut::plain(Key::N),
            Self::Unsure => Shortcut::plain(Key::U),
            Self::Refer => Shortcut::plain(Key::R),
            Self::NotMatchable => Shortcut::plain(Key::X),
            Self::TakeBack => Shortcut::plain(Key::Backspace),
            Self::HideSame => Shortcut::plain(Key::D),
            Self::Comment => Shortcut::plain(Key::C),
            Self::RevealScore => Shortcut::plain(Key::S),
            Self::FindChi => Shortcut::plain(Key::F),
            Self::Unlinked => Shortcut::plain(Key::W),
            Self::ShowHistory => Shortcut::plain(Key::H),
            Self::Filter => Shortcut::plain(Key::L),
            Self::Next => Shortcut::plain(Key::J),
            Self::Previous => Shortcut::plain(Key::K),
            Self::NextUndecided => Shortcut::plain(Key::G),
            Self::Choose(n) => Shortcut::plain(DIGITS[usize::from(n.clamp(1, 9)) - 1]),
            Self::Because(n) => Shortcut::alt(DIGITS[usize::from(n.clamp(1, 5)) - 1]),
            Self::Tour => Shortcut::ctrl(Key::F1),
            Self::CopyChi => Shortcut::ctrl_shift(Key::C),
            Self::CopyId => Shortcut::ctrl_shift(Key::I),
            Self::SwapMerge => Shortcut::plain(Key::T),
            Self::Exclude => Shortcut::plain(Key::E),
            Self::MergeGroup => Shortcut::plain(Key::A),
            Self::LoadFile => Shortcut::ctrl(Key::O),
            Self::LoadRows => Shortcut::ctrl(Key::Enter),
            Self::RunMatch => Shortcut::ctrl_shift(Key::M),
            Self::AcceptClass => Shortcut::ctrl_shift(Key::A),
            Self::LearnFromDecisions => Shortcut::ctrl_shift(Key::L),
            Self::ComposeBatch => Shortcut::ctrl_shift(Key::N),
            Self::SubmitBatch => Shortcut::ctrl_shift(Key::U),
            Self::SignBatch => Shortcut::ctrl_shift(Key::S),
            Self::ReturnBatch => Shortcut::ctrl_shift(Key::R),
            Self::WriteRelease => Shortcut::ctrl_shift(Key::E),
            Self::Report => Shortcut::ctrl_shift(Key::P),
            Self::VerifyRelease => Shortcut::ctrl_shift(Key::V),
            Self::Undo => Shortcut::ctrl(Key::Z),
            Self::Redo => Shortcut::ctrl_shift(Key::Z),
            Self::Search => Shortcut::plain(Key::Slash),
            Self::Palette => Shortcut::ctrl(Key::K),
            Self::Keys => Shortcut::plain(Key::Questionmark),
            Self::Backup => Shortcut::ctrl(Key::B),
            Self::CheckWorkspace
            | Self::AddPerson
            | Self::ShowProgress
            | Self::ShowServed
            | Self::ShowTraining
            | Self::ShowCorrections
            | Self::ShowSharing
            | Self::MakeParcel
            | Self::TakeParcel
            | Self::TakeLoadReport => return None,
            Self::ZoomIn => Shortcut::ctrl(Key::Plus),
            Self::ZoomOut => Shortcut::ctrl(Key::Minus),
            Self::ZoomReset => Shortcut::ctrl(Key::Num0),
            Self::ToggleTheme => Shortcut::ctrl_shift(Key::T),
            Self::ToggleContrast => Shortcut::ctrl_shift(Key::H),
            Self::Lock => Shortcut::ctrl(Key::L),
            Self::Quit => Shortcut::ctrl(Key::Q),
            Self::Go(screen) => {
                let place = Screen::NAVIGATION.iter().position(|s| *s == screen)?;
                Shortcut::ctrl(*DIGITS.get(place)?)
            }
        })
    }

    /// Keys that do the same without being shown.
    fn also(self) -> Option<Shortcut> {
        Some(match self {
            Self::Next => Shortcut::plain(Key::ArrowDown),
            Self::Previous => Shortcut::plain(Key::ArrowUp),
            Self::Redo => Shortcut::ctrl(Key::Y),
            Self::Search => Shortcut::ctrl(Key::F),
            Self::Keys => Shortcut::plain(Key::F1),
            Self::ZoomIn => Shortcut::ctrl(Key::Equals),
            _ => return None,
        })
    }
}

/// Takes the commands that were asked for by keys, the ones with modifiers first. `typing`: a text field has the keyboard.
/// `words`: a question is open that words may answer, and of what can be typed only its own keys work. `modal`: a dialog is open,
/// and only the window's own keys work.
pub fn pressed(ctx: &egui::Context, typing: bool, words: bool, modal: bool) -> Vec<Command> {
    let mut keys: Vec<(Shortcut, Command)> =
        Command::all().into_iter().flat_map(|command| command.keys().map(move |key| (key, command))).collect();
    let weight = |m: Modifiers| u8::from(m.shift) + 2 * u8::from(m.alt) + 4 * u8::from(m.command || m.ctrl);
    keys.sort_by_key(|(key, _)| std::cmp::Reverse(weight(key.modifiers)));
    let focused = ctx.memory(|memory| memory.focused().is_some());
    ctx.input_mut(|input| {
        keys.into_iter()
            .filter(|(key, command)| {
                let arrow = matches!(key.key, Key::ArrowDown | Key::ArrowUp);
                let of_question = matches!(command, Command::Choose(_) | Command::Because(_) | Command::Comment);
                if (key.is_typed() && (typing || (words && !of_question))) || (arrow && focused) {
                    return false;
                }
                if modal && !matches!(command.group(), Group::Window) {
                    return false;
                }
                if typing && matches!(command, Command::Undo | Command::Redo) {
                    return false; // The field's own
                }
                take(input, *key, matches!(command, Command::Next | Command::Previous))
            })
            .map(|(_, command)| command)
            .collect()
    })
}

/// Takes one press of a key out of the input, and what it would have typed. A letter or digit is meant only without other
/// modifiers than its own; a key that is held down is one press, unless it `repeats`: a thumb that rests on a key must not answer
/// pair after pair.
fn take(input: &mut egui::InputState, shortcut: Shortcut, repeats: bool) -> bool {
    if !shortcut.key.name().chars().all(char::is_alphanumeric) || shortcut.key.name().len() > 1 {
        return input.consume_shortcut(&KeyboardShortcut::new(shortcut.modifiers, shortcut.key));
    }
    let mut found = false;
    let meant = |held: &Modifiers| match shortcut.modifiers.is_none() {
        true => held.is_none(),
        false => held.matches_logically(shortcut.modifiers),
    };
    input.events.retain(|event| match event {
        egui::Event::Key { key, pressed: true, repeat, modifiers, .. } if *key == shortcut.key && meant(modifiers) => {
            found |= repeats || !repeat;
            false
        }
        _ => true,
    });
    if found {
        // The letter was a command, and no word begins with it
        input.events.retain(
            |event| !matches!(event, egui::Event::Text(text) if text.eq_ignore_ascii_case(shortcut.key.name())),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pressing(key: Key, modifiers: Modifiers, repeat: bool, typing: bool) -> Vec<Command> {
        let ctx = egui::Context::default();
        let mut found = Vec::new();
        // A key that is pressed again without having been let go is held down.
        for _ in 0..=u8::from(repeat) {
            let event = egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
            let input = egui::RawInput { events: vec![event], ..egui::RawInput::default() };
            ctx.run_ui(input, |ui| found = pressed(ui.ctx(), typing, false, false)).textures_delta.clear();
        }
        found
    }

    #[test]
    fn a_key_that_is_held_down_answers_once_and_only_without_other_modifiers() {
        assert_eq!(pressing(Key::M, Modifiers::NONE, false, false), [Command::Match]);
        assert_eq!(pressing(Key::M, Modifiers::NONE, true, false), []);
        assert_eq!(pressing(Key::M, Modifiers::SHIFT, false, false), []);
        assert_eq!(pressing(Key::M, Modifiers::ALT, false, false), []);
        assert_eq!(pressing(Key::J, Modifiers::NONE, true, false), [Command::Next], "going on may repeat");
    }

    #[test]
    fn a_text_field_keeps_its_own_undo() {
        let ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
        assert_eq!(pressing(Key::Z, ctrl, false, false), [Command::Undo]);
        assert_eq!(pressing(Key::Z, ctrl, false, true), []);
        assert_eq!(pressing(Key::K, ctrl, false, true), [Command::Palette]);
    }

    #[test]
    fn no_two_commands_share_a_key() {
        let mut seen: Vec<(Shortcut, Command)> = Vec::new();
        for command in Command::all() {
            for key in command.keys() {
                let taken = seen.iter().find(|(other, _)| *other == key);
                assert!(taken.is_none(), "{command:?} and {:?} share {}", taken.map(|t| t.1), key.words());
                seen.push((key, command));
            }
        }
    }

    #[test]
    fn letters_and_digits_are_inert_while_a_text_field_has_the_keyboard() {
        let ctx = egui::Context::default();
        let press = |key: Key, modifiers: Modifiers, typing: bool| {
            let mut input = egui::RawInput::default();
            for pressed in [true, false] {
                input.events.push(egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
            }
            let mut commands = Vec::new();
            let mut output = ctx.run_ui(input, |ui| commands.extend(pressed(ui.ctx(), typing, false, false)));
            output.textures_delta.clear();
            commands
        };
        assert_eq!(press(Key::M, Modifiers::NONE, false), [Command::Match]);
        assert_eq!(press(Key::M, Modifiers::NONE, true), []);
        assert_eq!(press(Key::Num3, Modifiers::NONE, false), [Command::Choose(3)]);
        assert_eq!(press(Key::Num3, Modifiers::NONE, true), []);
        assert_eq!(press(Key::Questionmark, Modifiers::SHIFT, true), []);
        assert_eq!(press(Key::Num2, Modifiers::ALT, true), [Command::Because(2)], "also while a comment is written");
        let ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
        assert_eq!(press(Key::K, ctrl, true), [Command::Palette]);
        assert_eq!(press(Key::M, ctrl | Modifiers::SHIFT, false), [Command::RunMatch]);
        assert_eq!(press(Key::Z, ctrl | Modifiers::SHIFT, false), [Command::Redo]);
    }

    #[test]
    fn a_key_is_changed_refused_where_another_has_it_and_changed_back() {
        reset_all();
        let ctrl_j = Shortcut::ctrl(Key::J);
        let refused = change(Command::NotMatch, Shortcut::plain(Key::M)).unwrap_err();
        assert_eq!(refused, "M is “Match” already; choose another key, or change that one first");
        assert!(change(Command::NotMatch, Shortcut::plain(Key::Escape)).is_err());
        change(Command::NotMatch, ctrl_j).unwrap();
        assert_eq!(Command::NotMatch.shortcut(), Some(ctrl_j));
        let ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
        assert_eq!(pressing(Key::J, ctrl, false, false), [Command::NotMatch]);
        assert_eq!(pressing(Key::N, Modifiers::NONE, false, false), [], "the key that it had does nothing now");
        change(Command::Match, Shortcut::plain(Key::N)).unwrap();
        assert!(reset(Command::NotMatch).is_err(), "somebody else has it");
        let written = kept();
        reset_all();
        assert_eq!(Command::Match.shortcut(), Some(Shortcut::plain(Key::M)));
        use_kept(&written);
        assert_eq!(
            (Command::Match.shortcut(), Command::NotMatch.shortcut()),
            (Some(Shortcut::plain(Key::N)), Some(ctrl_j))
        );
        use_kept(&BTreeMap::from([("Unsure".to_owned(), "M".to_owned()), ("None such".to_owned(), "B".to_owned())]));
        assert_eq!(Command::Unsure.shortcut(), Some(Shortcut::plain(Key::U)), "a key that is taken is passed over");
        reset_all();
    }

    #[test]
    fn every_key_is_read_as_it_is_written() {
        for command in Command::all() {
            for key in command.keys() {
                assert_eq!(Shortcut::parse(&key.words()), Some(key), "{}", key.words());
            }
        }
        assert_eq!(Shortcut::parse("Ctrl+None such"), None);
    }
}
