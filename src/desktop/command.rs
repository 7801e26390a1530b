//! Everything the window can be asked to do, in one place: the menu, the rail, the palette, the shortcuts and the sheet of
//! keys are all fed from here.
//!
//! A command is small and `Copy`. Screens and keys put commands into [`super::out::Out`]; the app carries them out after
//! the frame. What a command does to a screen is the screen's business ([`super::screens::View::command`]), and whether it
//! can be done now is asked in one place too ([`Command::available`]).

use eframe::egui::{self, Key, KeyboardShortcut, Modifiers};

use super::screens::{Screen, Screens};
use super::session::Session;
use super::widgets::Icon;

/// Something the window can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Show a screen.
    Go(Screen),
    /// Decide: match.
    Match,
    /// Decide: not a match.
    NotMatch,
    /// Decide: unsure.
    Unsure,
    /// Decide: refer.
    Refer,
    /// Judge the record not matchable.
    NotMatchable,
    /// Take the decision about this pair back.
    TakeBack,
    /// Comment on the decision.
    Comment,
    /// Show the score.
    RevealScore,
    /// Search for a CHI record by hand.
    FindChi,
    /// List the people for whom no link is likely, and what was nearest.
    Unlinked,
    /// Show the history of what is looked at.
    ShowHistory,
    /// Show which pairs the queue holds.
    Filter,
    /// The next in the queue.
    Next,
    /// The one before.
    Previous,
    /// The next without a decision.
    NextUndecided,
    /// Choose the n-th candidate (1 to 9).
    Choose(u8),
    /// Give the answer just given its n-th reason (1 to 5).
    Because(u8),
    /// Exchange source and target of a merge.
    SwapMerge,
    /// Take the chosen record out of the group.
    Exclude,
    /// Merge every record of the group into the one that is kept.
    MergeGroup,
    /// Choose a file to load.
    LoadFile,
    /// Run the engine.
    RunMatch,
    /// Accept the automatic band.
    AcceptBand,
    /// Let decisions refine the model.
    LearnFromDecisions,
    /// Put a batch together.
    ComposeBatch,
    /// Hand the batch to the supervisor.
    SubmitBatch,
    /// Sign the batch off.
    SignBatch,
    /// Give the batch back.
    ReturnBatch,
    /// Write the files of the batch.
    WriteRelease,
    /// Write the report to a committee.
    Report,
    /// Check a folder of released files.
    VerifyRelease,
    /// Take back what was done last.
    Undo,
    /// Do it again.
    Redo,
    /// Search on this screen.
    Search,
    /// Find a command by name.
    Palette,
    /// Show every key.
    Keys,
    /// Make a backup.
    Backup,
    /// Check the workspace.
    CheckWorkspace,
    /// Add a person.
    AddPerson,
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// As designed.
    ZoomReset,
    /// Light, dark.
    ToggleTheme,
    /// More contrast, or as the themes are.
    ToggleContrast,
    /// Close the workspace; a passphrase opens it again.
    Lock,
    /// Leave.
    Quit,
}

/// Headings in the palette and on the sheet of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Decisions about a pair.
    Decide,
    /// Moving about in a queue.
    Move,
    /// The steps of the work.
    Work,
    /// Taking back.
    Edit,
    /// From screen to screen.
    Go,
    /// The window itself.
    Window,
}

impl Group {
    /// Every group, in the order they are listed.
    pub const ALL: [Self; 6] = [Self::Decide, Self::Move, Self::Work, Self::Edit, Self::Go, Self::Window];

    /// The heading.
    pub fn words(self) -> &'static str {
        match self {
            Self::Decide => "Decide",
            Self::Move => "Move",
            Self::Work => "Work",
            Self::Edit => "Take back",
            Self::Go => "Go to",
            Self::Window => "Window",
        }
    }
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
}

/// What the window is doing, for [`Command::available`].
pub struct State<'a> {
    /// The opened workspace.
    pub session: Option<&'a Session>,
    /// The screen that is shown.
    pub screen: Screen,
    /// The screens, each of which knows what it can do now.
    pub screens: &'a Screens,
}

const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

impl Command {
    /// Every command, in the order they are listed.
    pub fn all() -> Vec<Self> {
        use Command::*;
        let mut all = vec![
            Match,
            NotMatch,
            Unsure,
            Refer,
            NotMatchable,
            TakeBack,
            Comment,
            RevealScore,
            FindChi,
            Unlinked,
            SwapMerge,
            Exclude,
            MergeGroup,
            Next,
            Previous,
            NextUndecided,
            Search,
            Filter,
            ShowHistory,
        ];
        all.extend((1..=9).map(Choose));
        all.extend((1..=5).map(Because));
        all.extend([
            LoadFile,
            RunMatch,
            AcceptBand,
            LearnFromDecisions,
            ComposeBatch,
            SubmitBatch,
            SignBatch,
            ReturnBatch,
            WriteRelease,
            Report,
            VerifyRelease,
            Backup,
            CheckWorkspace,
            AddPerson,
            Undo,
            Redo,
        ]);
        all.extend(Screen::NAVIGATION.into_iter().map(Go));
        all.extend([Palette, Keys, ToggleTheme, ToggleContrast, ZoomIn, ZoomOut, ZoomReset, Lock, Quit]);
        all
    }

    /// What the menu calls it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Go(screen) => screen.title(),
            Self::Match => "Match",
            Self::NotMatch => "Not a match",
            Self::Unsure => "Unsure",
            Self::Refer => "Refer…",
            Self::NotMatchable => "Not matchable…",
            Self::TakeBack => "Take the decision back",
            Self::Comment => "Comment…",
            Self::RevealScore => "Show the score",
            Self::FindChi => "Find a CHI by hand…",
            Self::Unlinked => "People without a link…",
            Self::ShowHistory => "Show history",
            Self::Filter => "Filter…",
            Self::Next => "Next",
            Self::Previous => "Previous",
            Self::NextUndecided => "Next without a decision",
            Self::Choose(1) => "Choose candidate 1",
            Self::Choose(2) => "Choose candidate 2",
            Self::Choose(3) => "Choose candidate 3",
            Self::Choose(4) => "Choose candidate 4",
            Self::Choose(5) => "Choose candidate 5",
            Self::Choose(6) => "Choose candidate 6",
            Self::Choose(7) => "Choose candidate 7",
            Self::Choose(8) => "Choose candidate 8",
            Self::Choose(_) => "Choose candidate 9",
            Self::Because(1) => "Say why: reason 1",
            Self::Because(2) => "Say why: reason 2",
            Self::Because(3) => "Say why: reason 3",
            Self::Because(4) => "Say why: reason 4",
            Self::Because(_) => "Say why: reason 5",
            Self::SwapMerge => "Swap source and target",
            Self::Exclude => "Leave out of the group",
            Self::MergeGroup => "Merge the whole group",
            Self::LoadFile => "Load a file…",
            Self::RunMatch => "Match the extracts",
            Self::AcceptBand => "Accept the automatic band…",
            Self::LearnFromDecisions => "Learn from decisions…",
            Self::ComposeBatch => "Compose a batch…",
            Self::SubmitBatch => "Submit for sign-off…",
            Self::SignBatch => "Sign off…",
            Self::ReturnBatch => "Return the batch…",
            Self::WriteRelease => "Write the match file…",
            Self::Report => "Report…",
            Self::VerifyRelease => "Verify a release…",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Search => "Search",
            Self::Palette => "Find a command…",
            Self::Keys => "Keys",
            Self::Backup => "Back up the workspace",
            Self::CheckWorkspace => "Check the workspace",
            Self::AddPerson => "Add a person…",
            Self::ZoomIn => "Larger",
            Self::ZoomOut => "Smaller",
            Self::ZoomReset => "Original size",
            Self::ToggleTheme => "Switch between light and dark",
            Self::ToggleContrast => "Switch high contrast on or off",
            Self::Lock => "Lock",
            Self::Quit => "Quit",
        }
    }

    /// What it does, in a line.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Go(screen) => screen.tooltip(),
            Self::Match => "The two records are one person",
            Self::NotMatch => "They are two people",
            Self::Unsure => "You cannot tell from what is here",
            Self::Refer => "Somebody else must decide; give a reason",
            Self::NotMatchable => "No CHI can be found for this person: out of area, unborn, no CHI",
            Self::TakeBack => "The pair is undecided again; the decision stays in the history",
            Self::Comment => "Add a few words to the decision",
            Self::RevealScore => "Show what the engine thinks before you decide; that is recorded",
            Self::FindChi => "Search all CHI records for this person",
            Self::Unlinked => "Who has no likely CHI, what was nearest, and why it fell short",
            Self::ShowHistory => "Everything that was decided about this",
            Self::Filter => "Choose which pairs are shown, and in what order",
            Self::Next => "Go to the next",
            Self::Previous => "Go to the one before",
            Self::NextUndecided => "Skip what is decided",
            Self::Choose(_) => "Look at another candidate of the same record",
            Self::Because(_) => "Give a reason to the answer just given",
            Self::SwapMerge => "Keep the other record instead",
            Self::Exclude => "Not a match with any other record of the group; the rest stays",
            Self::MergeGroup => "Every record of the group into the one that is kept, as one deed",
            Self::LoadFile => "A Mosaic or CHI extract, relationships, or a file of candidate pairs",
            Self::RunMatch => "Find candidate links and duplicates in the loaded extracts",
            Self::AcceptBand => "Decide every pair that is safe, each as its own decision",
            Self::LearnFromDecisions => {
                "See what the pairs decided one by one would teach the model, and match with it"
            }
            Self::ComposeBatch => "Put decided pairs together for sign-off",
            Self::SubmitBatch => "Hand the batch to the supervisor",
            Self::SignBatch => "Approve the batch; it never changes again",
            Self::ReturnBatch => "Give the batch back with a reason",
            Self::WriteRelease => "Write the seed file, merge instructions, evidence and manifest",
            Self::Report => "Write the report to a committee: counts and charts, no personal data",
            Self::VerifyRelease => "Check a folder of released files, without the workspace",
            Self::Undo => "Take back what you did last; nothing is deleted",
            Self::Redo => "Do again what was taken back",
            Self::Search => "Search on this screen",
            Self::Palette => "Every command by name",
            Self::Keys => "Every key on one page",
            Self::Backup => "Write a verified copy into the workspace's backups folder",
            Self::CheckWorkspace => "Check the integrity of everything that is stored",
            Self::AddPerson => "Give a colleague their own passphrase",
            Self::ZoomIn => "Make everything larger",
            Self::ZoomOut => "Make everything smaller",
            Self::ZoomReset => "Show everything at its original size",
            Self::ToggleTheme => "Use the other theme",
            Self::ToggleContrast => "Stronger text, outlines and marks in both themes",
            Self::Lock => "Close the workspace; your passphrase opens it again",
            Self::Quit => "Close Stewartry",
        }
    }

    /// Its key.
    pub fn shortcut(self) -> Option<Shortcut> {
        Some(match self {
            Self::Match => Shortcut::plain(Key::M),
            Self::NotMatch => Shortcut::plain(Key::N),
            Self::Unsure => Shortcut::plain(Key::U),
            Self::Refer => Shortcut::plain(Key::R),
            Self::NotMatchable => Shortcut::plain(Key::X),
            Self::TakeBack => Shortcut::plain(Key::Backspace),
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
            Self::SwapMerge => Shortcut::plain(Key::T),
            Self::Exclude => Shortcut::plain(Key::E),
            Self::MergeGroup => Shortcut::plain(Key::A),
            Self::LoadFile => Shortcut::ctrl(Key::O),
            Self::RunMatch => Shortcut::ctrl_shift(Key::M),
            Self::AcceptBand => Shortcut::ctrl_shift(Key::A),
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
            Self::CheckWorkspace => return None,
            Self::AddPerson => return None,
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

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Self::Go(screen) => screen.icon(),
            Self::Match => Icon::Check,
            Self::NotMatch => Icon::Cross,
            Self::Unsure => Icon::Question,
            Self::Refer => Icon::Flag,
            Self::NotMatchable | Self::Exclude => Icon::Blank,
            Self::MergeGroup => Icon::Copies,
            Self::TakeBack | Self::Undo => Icon::Undo,
            Self::Redo => Icon::Redo,
            Self::Comment => Icon::Comment,
            Self::RevealScore => Icon::Eye,
            Self::FindChi | Self::Search => Icon::Search,
            Self::Unlinked => Icon::People,
            Self::ShowHistory => Icon::Clock,
            Self::Filter => Icon::Settings,
            Self::Next | Self::NextUndecided => Icon::ArrowDown,
            Self::Previous => Icon::ArrowUp,
            Self::Choose(_) => Icon::Pin,
            Self::Because(_) => Icon::Comment,
            Self::SwapMerge => Icon::Swap,
            Self::LoadFile => Icon::Upload,
            Self::RunMatch => Icon::Play,
            Self::LearnFromDecisions => Icon::Scale,
            Self::AcceptBand | Self::VerifyRelease | Self::CheckWorkspace => Icon::Shield,
            Self::ComposeBatch => Icon::Layers,
            Self::SubmitBatch | Self::WriteRelease => Icon::Send,
            Self::Report => Icon::Table,
            Self::SignBatch => Icon::Signature,
            Self::ReturnBatch => Icon::ArrowLeft,
            Self::Palette => Icon::Command,
            Self::Keys => Icon::Keyboard,
            Self::Backup => Icon::Save,
            Self::AddPerson => Icon::People,
            Self::ZoomIn => Icon::Plus,
            Self::ZoomOut => Icon::Minus,
            Self::ZoomReset => Icon::Equal,
            Self::ToggleTheme => Icon::Moon,
            Self::ToggleContrast => Icon::Sun,
            Self::Lock => Icon::Lock,
            Self::Quit => Icon::Door,
        }
    }

    /// Under which heading it is listed.
    pub fn group(self) -> Group {
        match self {
            Self::Match
            | Self::NotMatch
            | Self::Unsure
            | Self::Refer
            | Self::NotMatchable
            | Self::TakeBack
            | Self::Comment
            | Self::RevealScore
            | Self::FindChi
            | Self::SwapMerge
            | Self::Exclude
            | Self::Because(_)
            | Self::MergeGroup => Group::Decide,
            Self::Next
            | Self::Previous
            | Self::NextUndecided
            | Self::Choose(_)
            | Self::Search
            | Self::Unlinked
            | Self::Filter
            | Self::ShowHistory => Group::Move,
            Self::LoadFile
            | Self::RunMatch
            | Self::AcceptBand
            | Self::LearnFromDecisions
            | Self::ComposeBatch
            | Self::SubmitBatch
            | Self::SignBatch
            | Self::ReturnBatch
            | Self::WriteRelease
            | Self::Report
            | Self::VerifyRelease
            | Self::Backup
            | Self::CheckWorkspace
            | Self::AddPerson => Group::Work,
            Self::Undo | Self::Redo => Group::Edit,
            Self::Go(_) => Group::Go,
            Self::Palette
            | Self::Keys
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset
            | Self::ToggleTheme
            | Self::ToggleContrast
            | Self::Lock
            | Self::Quit => Group::Window,
        }
    }

    /// The screen it belongs to: asked for elsewhere, that screen is shown first.
    pub fn home(self) -> Option<Screen> {
        Some(match self {
            Self::LoadFile => Screen::Load,
            Self::RunMatch | Self::AcceptBand | Self::LearnFromDecisions => Screen::Match,
            Self::ComposeBatch | Self::SubmitBatch | Self::SignBatch | Self::ReturnBatch => Screen::Batches,
            Self::WriteRelease | Self::VerifyRelease | Self::Report => Screen::Release,
            Self::Backup | Self::CheckWorkspace | Self::AddPerson => Screen::People,
            _ => return None,
        })
    }

    /// Whether it changes the workspace, and must wait while a piece of work does.
    pub fn writes(self) -> bool {
        matches!(self.group(), Group::Decide | Group::Edit)
            && !matches!(self, Self::Comment | Self::FindChi | Self::SwapMerge | Self::Report)
    }

    /// Whether it can be done now.
    pub fn available(self, state: &State<'_>) -> bool {
        match self {
            Self::Palette
            | Self::Keys
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset
            | Self::ToggleTheme
            | Self::ToggleContrast
            | Self::Quit => true,
            _ => {
                let Some(session) = state.session else { return false };
                match self {
                    Self::Go(screen) => screen != state.screen,
                    Self::Undo => session.undo_title().is_some(),
                    Self::Redo => session.redo_title().is_some(),
                    Self::Lock => true,
                    _ => match self.home() {
                        Some(home) if home != state.screen => state.screens.view(home).offers_from_afar(self, session),
                        _ => state.screens.view(state.screen).offers(self, session),
                    },
                }
            }
        }
    }
}

/// Takes the commands that were asked for by keys, the ones with modifiers first. `typing`: a text field has the keyboard.
/// `modal`: a dialog is open, and only the window's own keys work.
pub fn pressed(ctx: &egui::Context, typing: bool, modal: bool) -> Vec<Command> {
    let mut keys: Vec<(Shortcut, Command)> = Command::all()
        .into_iter()
        .flat_map(|command| [command.shortcut(), command.also()].into_iter().flatten().map(move |key| (key, command)))
        .collect();
    let weight = |m: Modifiers| u8::from(m.shift) + 2 * u8::from(m.alt) + 4 * u8::from(m.command || m.ctrl);
    keys.sort_by_key(|(key, _)| std::cmp::Reverse(weight(key.modifiers)));
    let focused = ctx.memory(|memory| memory.focused().is_some());
    ctx.input_mut(|input| {
        keys.into_iter()
            .filter(|(key, command)| {
                let arrow = matches!(key.key, Key::ArrowDown | Key::ArrowUp);
                if (typing && key.is_typed()) || (arrow && focused) {
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

/// Takes one press of a key out of the input. A letter or digit is meant only without other modifiers than its own; a key that
/// is held down is one press, unless it `repeats`: a thumb that rests on a key must not answer pair after pair.
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
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressing(key: Key, modifiers: Modifiers, repeat: bool, typing: bool) -> Vec<Command> {
        let ctx = egui::Context::default();
        let mut found = Vec::new();
        // A key that is pressed again without having been let go is held down.
        for _ in 0..=u8::from(repeat) {
            let event = egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
            let input = egui::RawInput { events: vec![event], ..egui::RawInput::default() };
            ctx.run_ui(input, |ui| found = pressed(ui.ctx(), typing, false)).textures_delta.clear();
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
            for key in [command.shortcut(), command.also()].into_iter().flatten() {
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
            let mut output = ctx.run_ui(input, |ui| commands.extend(pressed(ui.ctx(), typing, false)));
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
}
