//! Everything the window can be asked to do, in one place: the menu, the rail, the palette, the shortcuts and the sheet of
//! keys are all fed from here.
//!
//! A command is small and `Copy`. Screens and keys put commands into [`super::out::Out`]; the app carries them out after
//! the frame. What a command does to a screen is the screen's business ([`super::screens::View::command`]), and whether it
//! can be done now is asked in one place too ([`Command::available`]).

pub mod shortcuts;

pub use shortcuts::{Shortcut, pressed};

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
    /// Hide the values that are the same on both sides.
    HideSame,
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
    /// Put the CHI number of the pair on the clipboard, for a short time.
    CopyChi,
    /// Put the Mosaic id of the pair on the clipboard, for a short time.
    CopyId,
    /// Exchange source and target of a merge.
    SwapMerge,
    /// Take the chosen record out of the group.
    Exclude,
    /// Merge every record of the group into the one that is kept.
    MergeGroup,
    /// Choose a file to load.
    LoadFile,
    /// Load the file whose preview is shown.
    LoadRows,
    /// Run the engine.
    RunMatch,
    /// Accept certain pairs that are alike, after a look at a few.
    AcceptClass,
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
    /// Send the batch, or pairs that were given to somebody, to another desk.
    MakeParcel,
    /// Take in what was done with a parcel.
    TakeParcel,
    /// Write the files of the batch.
    WriteRelease,
    /// Take in what Mosaic said of the batch.
    TakeLoadReport,
    /// Show how the work goes, on the Overview.
    ShowProgress,
    /// Show whom the work serves, on the Overview.
    ShowServed,
    /// Show how the learner did, on the Overview of a practice workspace.
    ShowTraining,
    /// Show what is taken out of Mosaic again, on the Release screen.
    ShowCorrections,
    /// Show the extracts for others, on the Release screen.
    ShowSharing,
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
    /// Show the tour.
    Tour,
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

/// What the window is doing, for [`Command::available`].
pub struct State<'a> {
    /// The opened workspace.
    pub session: Option<&'a Session>,
    /// The screen that is shown.
    pub screen: Screen,
    /// The screens, each of which knows what it can do now.
    pub screens: &'a Screens,
}

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
            HideSame,
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
            CopyChi,
            CopyId,
        ];
        all.extend((1..=9).map(Choose));
        all.extend((1..=5).map(Because));
        all.extend([
            LoadFile,
            LoadRows,
            RunMatch,
            AcceptClass,
            LearnFromDecisions,
            ComposeBatch,
            SubmitBatch,
            SignBatch,
            ReturnBatch,
            MakeParcel,
            TakeParcel,
            WriteRelease,
            TakeLoadReport,
            Report,
            VerifyRelease,
            Backup,
            CheckWorkspace,
            AddPerson,
            Undo,
            Redo,
        ]);
        all.extend(Screen::NAVIGATION.into_iter().map(Go));
        all.extend([ShowProgress, ShowServed, ShowTraining, ShowCorrections, ShowSharing]);
        all.extend([Palette, Keys, ToggleTheme, ToggleContrast, Tour, ZoomIn, ZoomOut, ZoomReset, Lock, Quit]);
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
            Self::HideSame => "Hide what is the same",
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
            Self::CopyChi => "Copy the CHI number",
            Self::CopyId => "Copy the Mosaic id",
            Self::Because(1) => "Say why: reason 1",
            Self::Because(2) => "Say why: reason 2",
            Self::Because(3) => "Say why: reason 3",
            Self::Because(4) => "Say why: reason 4",
            Self::Because(_) => "Say why: reason 5",
            Self::SwapMerge => "Swap source and target",
            Self::Exclude => "Leave out of the group",
            Self::MergeGroup => "Merge the whole group",
            Self::LoadFile => "Load a file…",
            Self::LoadRows => "Load the file that is shown",
            Self::RunMatch => "Match the extracts",
            Self::AcceptClass => "Accept certain pairs…",
            Self::LearnFromDecisions => "Learn from decisions…",
            Self::ComposeBatch => "Compose a batch…",
            Self::SubmitBatch => "Submit for sign-off…",
            Self::SignBatch => "Sign off…",
            Self::ReturnBatch => "Return the batch…",
            Self::MakeParcel => "Send to another desk…",
            Self::TakeParcel => "Take a parcel in…",
            Self::WriteRelease => "Write the match file",
            Self::TakeLoadReport => "Take in a load report…",
            Self::ShowProgress => "Progress",
            Self::ShowServed => "Whom the work serves",
            Self::ShowTraining => "How you did in training",
            Self::ShowCorrections => "Corrections",
            Self::ShowSharing => "Sharing",
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
            Self::Tour => "Show the tour",
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
            Self::HideSame => "Show only what the two records do not agree in; press again to show all",
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
            Self::CopyChi | Self::CopyId => "For fifteen seconds; then the clipboard is cleared",
            Self::Because(_) => "Give a reason to the answer just given",
            Self::SwapMerge => "Keep the other record instead",
            Self::Exclude => "Not a match with any other record of the group; the rest stays",
            Self::MergeGroup => {
                "Every record of the group into the one that is kept, as one deed; told first where they do not all say the same"
            }
            Self::LoadFile => "A Mosaic or CHI extract, relationships, or a file of candidate pairs",
            Self::LoadRows => "After its preview: encoding, columns and what was noticed",
            Self::RunMatch => "Find candidate links and duplicates in the loaded extracts",
            Self::AcceptClass => "Look at a few certain pairs that are alike, then accept the others",
            Self::LearnFromDecisions => {
                "See what the pairs decided one by one would teach the model, and match with it"
            }
            Self::ComposeBatch => "Put decided pairs together for sign-off",
            Self::SubmitBatch => "Hand the batch to the supervisor",
            Self::SignBatch => "Approve the batch; it never changes again",
            Self::ReturnBatch => "Give the batch back with a reason",
            Self::MakeParcel => "A small workspace to carry: a batch to sign, or the pairs given to somebody",
            Self::TakeParcel => "What was signed or decided at another desk, checked event by event",
            Self::WriteRelease => "Write the seed file, merge instructions, evidence and manifest",
            Self::TakeLoadReport => {
                "What Mosaic took of the batch: a table with the person, the outcome and the reason of each row"
            }
            Self::ShowProgress => "What was done by day, what waits and for how long, as a committee asks",
            Self::ShowServed => "The share matched by age, sex, team and area",
            Self::ShowTraining => "Your answers held against what is true, and the pairs that misled you",
            Self::ShowCorrections => "What was recalled after its release, and the files that take it out of Mosaic",
            Self::ShowSharing => "The sharing protocol, extracts for others, and the cross-reference",
            Self::Report => "Write the report to a committee: counts and charts, no personal data",
            Self::VerifyRelease => "Check a folder of released files, without the workspace",
            Self::Undo => "Take back what you did last, until a batch has gone on; nothing is deleted",
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
            Self::Tour => "Four short cards about this desk",
            Self::ToggleContrast => "Stronger text, outlines and marks in both themes",
            Self::Lock => "Close the workspace; your passphrase opens it again",
            Self::Quit => "Close Stewartry",
        }
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
            Self::HideSame => Icon::Equal,
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
            Self::CopyChi | Self::CopyId => Icon::Copies,
            Self::SwapMerge => Icon::Swap,
            Self::LoadFile => Icon::Upload,
            Self::LoadRows => Icon::Check,
            Self::RunMatch => Icon::Play,
            Self::LearnFromDecisions => Icon::Scale,
            Self::AcceptClass | Self::VerifyRelease | Self::CheckWorkspace => Icon::Shield,
            Self::ComposeBatch => Icon::Layers,
            Self::SubmitBatch | Self::WriteRelease | Self::MakeParcel => Icon::Send,
            Self::TakeParcel | Self::TakeLoadReport => Icon::Upload,
            Self::Report => Icon::Table,
            Self::ShowProgress => Icon::Gauge,
            Self::ShowServed => Icon::People,
            Self::ShowTraining => Icon::Flag,
            Self::ShowCorrections => Icon::Undo,
            Self::ShowSharing => Icon::Swap,
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
            Self::Tour => Icon::Info,
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
            | Self::CopyChi
            | Self::CopyId
            | Self::HideSame
            | Self::ShowHistory => Group::Move,
            Self::LoadFile
            | Self::LoadRows
            | Self::RunMatch
            | Self::AcceptClass
            | Self::LearnFromDecisions
            | Self::ComposeBatch
            | Self::SubmitBatch
            | Self::SignBatch
            | Self::ReturnBatch
            | Self::MakeParcel
            | Self::TakeParcel
            | Self::WriteRelease
            | Self::TakeLoadReport
            | Self::Report
            | Self::VerifyRelease
            | Self::Backup
            | Self::CheckWorkspace
            | Self::AddPerson => Group::Work,
            Self::Undo | Self::Redo => Group::Edit,
            Self::Go(_)
            | Self::ShowProgress
            | Self::ShowServed
            | Self::ShowTraining
            | Self::ShowCorrections
            | Self::ShowSharing => Group::Go,
            Self::Palette
            | Self::Keys
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset
            | Self::ToggleTheme
            | Self::ToggleContrast
            | Self::Tour
            | Self::Lock
            | Self::Quit => Group::Window,
        }
    }

    /// The screen it belongs to: asked for elsewhere, that screen is shown first.
    pub fn home(self) -> Option<Screen> {
        Some(match self {
            Self::ShowProgress | Self::ShowServed | Self::ShowTraining => Screen::Overview,
            Self::ShowCorrections | Self::ShowSharing => Screen::Release,
            Self::LoadFile | Self::LoadRows => Screen::Load,
            Self::RunMatch | Self::LearnFromDecisions => Screen::Match,
            Self::ComposeBatch
            | Self::SubmitBatch
            | Self::SignBatch
            | Self::ReturnBatch
            | Self::MakeParcel
            | Self::TakeParcel => Screen::Batches,
            Self::WriteRelease | Self::TakeLoadReport | Self::VerifyRelease | Self::Report => Screen::Release,
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
            | Self::Tour
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
