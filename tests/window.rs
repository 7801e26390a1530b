//! The real window, under a virtual display, driven by keystrokes alone from start to release.
//!
//! Needs Xvfb, xdotool and a software renderer. Where they are missing the test prints `skipped: …`; with
//! `STEWARTRY_REQUIRE_ALL=1` that is a failure.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::proofs::{Proof, network, traced};

/// Says why a test cannot run here, or fails where everything is required.
pub fn skip(why: &str) {
    assert!(std::env::var_os("STEWARTRY_REQUIRE_ALL").is_none(), "required, but {why}");
    skipped(why);
}

/// Says why a test cannot run here, where nothing that could be installed would mend it. Straight to the terminal: what a test
/// prints is kept from whoever runs it as long as the test passes.
pub fn skipped(why: &str) {
    _ = writeln!(std::io::stderr(), "skipped: {why}");
}

fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// A virtual display with one window on it; both end with it.
struct Screen {
    display: String,
    server: Child,
    program: Option<Child>,
    /// Settings, data and runtime folders of the program: nothing of the machine's own is read or written.
    home: TempDir,
}

impl Drop for Screen {
    fn drop(&mut self) {
        for child in self.program.iter_mut().chain([&mut self.server]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Screen {
    /// `None`, having said so, where the machine cannot show a window.
    fn new() -> Option<Self> {
        for program in ["Xvfb", "xdotool", "import"] {
            if !is_installed(program) {
                skip(&format!("{program} is not installed"));
                return None;
            }
        }
        // The server picks a free number itself and writes it to the pipe we name.
        let home = TempDir::new().unwrap();
        let number = home.path().join("display");
        let server = Command::new("sh")
            .arg("-c")
            .arg(format!("exec Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>'{}'", number.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut screen = Self { display: String::new(), server, program: None, home };
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if let Ok(text) = fs::read_to_string(&number)
                && let Some(number) = text.strip_suffix('\n')
            {
                screen.display = format!(":{number}");
                // It has a number before it always answers
                let mut asked = screen.command("xdotool");
                if asked.arg("getdisplaygeometry").stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
                    return Some(screen);
                }
            }
            sleep(Duration::from_millis(50));
        }
        panic!("Xvfb did not start");
    }

    fn command(&self, program: &str) -> Command {
        let runtime = self.home.path().join("runtime");
        if !runtime.exists() {
            fs::create_dir(&runtime).unwrap();
            #[cfg(unix)]
            fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        }
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", runtime)
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null());
        command
    }

    fn start(&mut self, arguments: &[&str]) {
        let mut program = self.command(env!("CARGO_BIN_EXE_stewartry"));
        program.args(arguments);
        if traced::is_possible() {
            program = under(network::watching(&self.sockets()), program);
        }
        self.program = Some(program.spawn().unwrap());
        self.wait_until("the window opens", Duration::from_secs(120), |screen| {
            screen
                .command("xdotool")
                .args(["search", "--onlyvisible", "--name", "Stewartry"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .output()
                .is_ok_and(|output| !output.stdout.is_empty())
        });
        // There is no window manager to give the window the keyboard.
        let focus = ["search", "--onlyvisible", "--name", "Stewartry", "windowfocus"];
        assert!(self.command("xdotool").args(focus).status().unwrap().success());
        self.settle();
    }

    /// What the program asks of the network, where that can be watched.
    fn sockets(&self) -> PathBuf {
        self.home.path().join("sockets.log")
    }

    /// Leaves the program by its own key, and looks at what it asked of the network: only the display and the desktop.
    fn leave(&mut self) {
        self.keys(&["ctrl+q"]);
        let mut program = self.program.take().unwrap();
        let begun = Instant::now();
        while program.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(20) {
                program.kill().unwrap();
                panic!("the window does not close");
            }
            sleep(Duration::from_millis(100));
        }
        let Ok(log) = fs::read_to_string(self.sockets()) else { return };
        let mut proof = Proof::of(7, "the window's day speaks to the display and the desktop alone");
        let (calls, away) = network::sockets(&log);
        assert!(log.contains("AF_UNIX"), "not even the display's socket was seen");
        assert_eq!(away, Vec::<String>::new(), "sockets that could leave the machine");
        proof.tried(calls);
    }

    /// The colours of a part of the screen, given as `WIDTHxHEIGHT+LEFT+TOP` in pixels.
    fn picture(&self, part: &str) -> Vec<u8> {
        let mut look = self.command("import");
        look.args(["-silent", "-window", "root", "-crop", part, "-depth", "8", "rgb:-"]);
        look.stdout(Stdio::piped()).output().unwrap().stdout
    }

    /// Waits until the picture stands still, as somebody would before the next key. A cursor blinks, so not for ever.
    fn settle(&self) {
        let begun = Instant::now();
        let (mut before, mut still) = (self.picture("1280x800+0+0"), 0);
        while still < 5 && begun.elapsed() < Duration::from_secs(12) {
            sleep(Duration::from_millis(250));
            let now = self.picture("1280x800+0+0");
            still = if now == before { still + 1 } else { 0 };
            before = now;
        }
    }

    /// Presses keys and waits until the picture stands still. With `STEWARTRY_PICTURES` set to a folder the picture is kept there.
    fn step(&self, name: &str, keys: &[&str]) {
        self.keys(keys);
        self.settle();
        if let Some(folder) = std::env::var_os("STEWARTRY_PICTURES") {
            let picture = PathBuf::from(folder).join(format!("window-{name}.png"));
            let _ = self.command("import").args(["-silent", "-window", "root"]).arg(picture).status();
        }
    }

    /// Presses the key that asks a question until the question stands there: what is behind it goes dark. The screen may still be
    /// reading what the question is about.
    fn ask(&self, name: &str, key: &str) {
        self.press_until(name, key, "60x100+0+600");
    }

    /// Presses the key of a deed until it is done: what can be undone stands in the bar above. A key that comes before the screen
    /// has read its list does nothing.
    fn do_(&self, name: &str, key: &str) {
        self.press_until(name, key, "400x32+120+8");
    }

    /// Presses a key until a part of the screen looks otherwise.
    fn press_until(&self, name: &str, key: &str, part: &str) {
        let before = self.picture(part);
        self.wait_until(name, Duration::from_secs(60), |screen| {
            screen.step(name, &[key]);
            screen.picture(part) != before
        });
    }

    fn keys(&self, keys: &[&str]) {
        for key in keys {
            assert!(self.command("xdotool").args(["key", "--clearmodifiers", key]).status().unwrap().success());
            sleep(Duration::from_millis(150));
        }
    }

    fn type_text(&self, text: &str) {
        let typed = self.command("xdotool").args(["type", "--delay", "30", text]).status().unwrap();
        assert!(typed.success());
        sleep(Duration::from_millis(200));
    }

    /// Waits, and keeps a picture of the screen for whoever must find out why it never happened.
    fn wait_until(&self, what: &str, patience: Duration, happened: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !happened(self) {
            if begun.elapsed() > patience {
                let picture = std::env::temp_dir().join("stewartry-window-test.png");
                let _ = self.command("import").args(["-window", "root"]).arg(&picture).status();
                panic!("{what}: not within {patience:?}; the screen is in {}", picture.display());
            }
            sleep(Duration::from_millis(100));
        }
    }
}

/// A program as another watches it.
fn under(mut watching: Command, program: Command) -> Command {
    watching.arg(program.get_program()).args(program.get_args()).stdout(Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => watching.env(name, value),
            None => watching.env_remove(name),
        };
    }
    watching
}

fn find(folder: &Path, ending: &str) -> Option<PathBuf> {
    fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with(ending))
}

/// The officer looks at a few certain pairs and accepts the others that agree as they do, decides a pair, composes and submits; the supervisor signs in, re-checks, signs and
/// releases: with keys alone, in the real window.
#[test]
fn a_batch_goes_from_start_to_release_by_keys_alone() {
    let Some(mut screen) = Screen::new() else { return };
    let demonstration = screen.home.path().join("demonstration");
    screen.start(&["demo", "--at", &demonstration.to_string_lossy()]);

    // Whoever comes for the first time is shown around, and may leave.
    screen.settle();
    screen.step("tour-left", &["Escape"]);

    // The officer.
    screen.step("match", &["ctrl+3"]);
    // Before the classes are read the key does nothing; then the first of a few pairs stands in another room
    screen.press_until("few", "ctrl+shift+a", "190x36+10+130");
    // One after another: on a busy machine a press that falls between two pairs answers nothing
    (0..5).for_each(|_| screen.step("looked-at", &["m"]));
    screen.step("asked", &["ctrl+shift+a"]);
    screen.step("accepted", &["Return"]);
    screen.step("review", &["ctrl+4"]);
    screen.do_("unsure", "u");
    screen.step("undone", &["ctrl+z"]);
    screen.step("compose", &["ctrl+6", "ctrl+shift+n"]);
    screen.step("composed", &["Return"]);
    // Submitting has the keyboard; before it stand the confidences, and before those the tolerable errors. 5 % makes the
    // sample short.
    screen.ask("submit", "ctrl+shift+u");
    screen.keys(&["shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab", "space"]);
    screen.step("submitted", &["Tab", "Tab", "Tab", "Tab", "Return"]);

    // The supervisor: the name is chosen above the passphrase, which then has the keyboard.
    screen.step("locked", &["ctrl+l"]);
    screen.step("chosen", &["shift+Tab", "space"]);
    screen.type_text("demonstration-supervisor");
    // The key is derived, and what was read ahead for the officer must have let go of the workspace: the picture stands still
    // meanwhile. Then the rooms stand at the left, where the lock has nothing.
    let rooms = "160x400+0+40";
    let locked = screen.picture(rooms);
    screen.keys(&["Return"]);
    screen.wait_until("the supervisor signs in", Duration::from_secs(60), |screen| screen.picture(rooms) != locked);
    screen.step("supervisor", &[]);
    // The list has the keyboard once it was read, and what stands beside it is the next. Before that the keys go elsewhere, which the
    // rooms at the left show
    let room = "190x36+10+256";
    for _ in 0..5 {
        screen.step("batches", &["ctrl+6"]);
        sleep(Duration::from_secs(2));
        let here = screen.picture(room);
        screen.step("re-check", &["Tab", "Return"]);
        if screen.picture(room) == here {
            break;
        }
    }
    // More presses than pairs in the sample: one that falls between two pairs answers nothing, nor does one after the last.
    // And none falls on a pair that came a moment ago, as on nobody's eyes
    for _ in 0..110 {
        screen.keys(&["m"]);
        sleep(Duration::from_millis(150));
    }
    screen.step("re-checked", &[]);
    screen.ask("sign", "ctrl+shift+s");
    screen.step("signed", &["space", "Tab", "Return"]);

    // The release.
    screen.step("release", &["ctrl+7"]);
    screen.step("released", &["ctrl+shift+e"]);
    let folder = screen.home.path().join("Demonstration batch 0001");
    screen.wait_until("the release is written", Duration::from_secs(60), |_| find(&folder, "manifest.json").is_some());

    let verified =
        Command::new(env!("CARGO_BIN_EXE_stewartry")).args(["verify", "--training"]).arg(&folder).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));

    let truth = demonstration.join("truth.csv");
    let right: BTreeMap<String, String> = csv::Reader::from_path(truth)
        .unwrap()
        .records()
        .map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())).unwrap())
        .collect();
    let seed = find(&folder, "_seed.csv").unwrap();
    let rows: Vec<_> = csv::Reader::from_path(seed).unwrap().into_records().map(Result::unwrap).collect();
    assert!(rows.len() > 300, "{} rows", rows.len());
    for row in rows {
        assert_eq!(right.get(&row[0]).map(String::as_str), Some(&row[2]), "a wrong CHI for {}", &row[0]);
    }
    screen.leave();
}
