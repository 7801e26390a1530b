//! A release on its way: sealed so that the ordinary `age` opens it and the other way round, and sent to a real OpenSSH server
//! through everything that can go wrong.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use stewartry::age::{Identity, Recipient, identities};
use stewartry::desktop::screens::Screen;
use stewartry::progress::Progress;
use stewartry::release::share::manifest::Form;
use stewartry::release::transfer::{self, SftpError, TransferError, places};
use stewartry::release::{self, share};
use stewartry::stewardship::sharing::Wanted;
use stewartry::stewardship::{corrections, demonstration, recall};
use stewartry::workspace::{Event, LedgerFilter, Place};
use tempfile::TempDir;

use crate::batches::Window;
use crate::desk::{Desk, SUPERVISOR, link};
use crate::hands::Hands;
use crate::release::signed;
use crate::sharing;
use crate::window::skip;

/// A release in a folder of its own.
fn released() -> (Desk, PathBuf) {
    let (mut desk, batch) = signed();
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    (desk, into)
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Runs a program with some input; what it wrote.
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeds = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeds.join().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The files of a folder by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    found.sort();
    found
}

#[test]
fn the_ordinary_age_opens_what_is_sealed_here_and_seals_what_is_opened_here() {
    if !is_there("age") || !is_there("age-keygen") || !is_there("tar") {
        return skip("there is no age, age-keygen or tar");
    }
    let (desk, out) = released();
    let key = desk.path("key.txt");
    let made = Command::new("age-keygen").args(["-o", text(&key)]).output().unwrap();
    assert!(made.status.success());
    let theirs = &identities(&fs::read_to_string(&key).unwrap()).unwrap()[0];
    let public = fs::read_to_string(&key).unwrap();
    assert!(public.contains(&theirs.recipient().to_string()), "the public key is the one that age-keygen wrote");

    // Ours, opened by theirs: for an age key and for an SSH key
    let ssh = desk.path("id_ed25519");
    run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "records at the council", "-f", text(&ssh)], b"");
    let ssh_recipient: Recipient = fs::read_to_string(ssh.with_extension("pub")).unwrap().parse().unwrap();
    let recipients = [theirs.recipient(), ssh_recipient, Identity::generate().unwrap().recipient()];
    let sealed = transfer::pack(&out, &recipients, &desk.path("packs"), &Progress::new()).unwrap();
    assert_eq!(sealed.file_name().unwrap(), "batch-0001_release.tar.age");
    for (n, identity) in [&key, &ssh].into_iter().enumerate() {
        let archive = run("age", &["--decrypt", "--identity", text(identity), text(&sealed)], b"");
        let into = desk.path(&format!("theirs-{n}"));
        fs::create_dir(&into).unwrap();
        run("tar", &["-xf", "-", "-C", text(&into)], &archive);
        assert!(files(&into) == files(&out), "what came out is what went in");
        release::verify(&into, &Progress::new()).unwrap();
    }

    // Theirs, opened by ours, of files of any length
    let ours = Identity::generate().unwrap();
    let names: Vec<String> = files(&out).into_iter().map(|(name, _)| name).collect();
    let mut arguments = vec!["--format=ustar", "-cf", "-", "-C", text(&out)];
    arguments.extend(names.iter().map(String::as_str));
    let archive = run("tar", &arguments, b"");
    let sealed = desk.path("theirs.tar.age");
    let (recipient, other) = (ours.recipient().to_string(), theirs.recipient().to_string());
    fs::write(&sealed, run("age", &["--encrypt", "-r", &other, "-r", &recipient], &archive)).unwrap();
    let into = desk.path("ours");
    let verified = transfer::unpack(&sealed, std::slice::from_ref(&ours), &into, &Progress::new()).unwrap();
    assert!(verified.ok() && files(&into) == files(&out));
    for length in [0, 1, 65_536, 65_537, 200_000] {
        let plain: Vec<u8> = (0..length).map(|n| (n % 253) as u8).collect();
        let sealed = run("age", &["--encrypt", "-r", &recipient], &plain);
        let mut opened = Vec::new();
        stewartry::age::decrypt(std::slice::from_ref(&ours), sealed.as_slice(), &mut opened).unwrap();
        assert!(opened == plain, "{length} bytes");
        let mut sealed = Vec::new();
        stewartry::age::encrypt(&[theirs.recipient()], &mut plain.as_slice(), &mut sealed).unwrap();
        assert!(run("age", &["-d", "-i", text(&key)], &sealed) == plain, "{length} bytes");
    }
}

#[test]
fn a_pack_opens_for_its_recipients_alone_whole_or_not_at_all() {
    let (desk, out) = released();
    let (one, other) = (Identity::generate().unwrap(), Identity::generate().unwrap());
    let pack = |recipients: &[Recipient]| transfer::pack(&out, recipients, &desk.path("packs"), &Progress::new());
    assert!(matches!(pack(&[]), Err(TransferError::Key(_))));
    let sealed = pack(&[one.recipient()]).unwrap();
    assert!(matches!(pack(&[one.recipient()]), Err(TransferError::AlreadyThere { .. })), "nothing is written over");
    let bytes = fs::read(&sealed).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("MOSAIC_PERSON_ID"));

    let into = desk.path("in");
    let unpack =
        |identity: &Identity| transfer::unpack(&sealed, std::slice::from_ref(identity), &into, &Progress::new());
    let words = unpack(&other).unwrap_err().to_string();
    assert!(words.contains("sealed for others"), "{words}");
    for at in [60, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&sealed, changed).unwrap();
        assert!(unpack(&one).is_err(), "byte {at} was changed");
    }
    fs::write(&sealed, &bytes[..bytes.len() - 30]).unwrap();
    assert!(unpack(&one).unwrap_err().to_string().contains("damaged, or was cut short"));
    fs::write(&sealed, "not sealed at all").unwrap();
    assert!(unpack(&one).unwrap_err().to_string().contains("it is not an age file"));
    assert!(!into.exists(), "nothing is left of what failed");
    fs::write(&sealed, &bytes).unwrap();
    unpack(&one).unwrap();
    assert!(files(&into) == files(&out));
    assert!(matches!(unpack(&one), Err(TransferError::AlreadyThere { .. })));
    let left: Vec<_> = fs::read_dir(desk.path("")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("unfinished")), "{left:?}");

    // What is not a whole release is not packed
    fs::write(out.join("batch-0001_seed.csv"), "MOSAIC_PERSON_ID,REFERENCE_TYPE,REFERENCE_VALUE\n").unwrap();
    let refused = transfer::pack(&out, &[one.recipient()], &desk.path("more"), &Progress::new());
    assert!(matches!(refused, Err(TransferError::Release(_))), "{refused:?}");
    assert!(!desk.path("more").exists());
}

#[test]
fn share_extracts_and_a_correction_are_packed_as_a_release_is() {
    let (mut desk, _) = sharing::shared();
    let progress = Progress::new();
    let (extracts, correction) = (desk.path("extracts"), desk.path("correction"));
    let wanted = Wanted { level: 1, purpose: sharing::protocol().purposes[0].clone(), columns: Vec::new() };
    for _ in 0..2 {
        share::write(desk.ws(), &wanted, Form::Full, &extracts, &progress).unwrap();
    }
    recall::recall(desk.ws(), &link(1), "Of the twin", true).unwrap();
    let id = corrections::compose(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    corrections::sign(desk.ws(), id).unwrap();
    release::correction::write(desk.ws(), id, &correction, &progress).unwrap();

    let identity = Identity::generate().unwrap();
    for (folder, name) in [(extracts, "share-0002_extracts.tar.age"), (correction, "correction-0001.tar.age")] {
        let sealed = transfer::pack(&folder, &[identity.recipient()], &desk.path("packs"), &progress).unwrap();
        assert_eq!(sealed.file_name().unwrap(), name);
        let into = desk.path(&format!("of {name}"));
        transfer::unpack(&sealed, std::slice::from_ref(&identity), &into, &progress).unwrap();
        assert!(files(&into) == files(&folder) && files(&into).len() == 4, "{name}");
    }
}

#[test]
fn a_key_is_made_and_a_release_packed_and_unpacked_on_the_command_line() {
    let (desk, out) = released();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_stewartry")).args(arguments).current_dir(desk.path("")).output().unwrap()
    };
    let made = run(&["key", "mine.txt"]);
    assert!(made.status.success());
    let said = String::from_utf8(made.stdout).unwrap();
    let recipient = said.lines().last().unwrap();
    assert!(recipient.starts_with("age1") && !said.contains("SECRET"), "{said}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(desk.path("mine.txt")).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
    }
    assert_eq!(run(&["key", "mine.txt"]).status.code(), Some(1), "a key is never written over");
    assert_eq!(run(&["pack", "out"]).status.code(), Some(2), "for whom?");
    let wrong = run(&["pack", "out", "--to", "age1nobody"]);
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("is no recipient"));
    let packed = run(&["pack", "out", "--to", recipient, "--into", "packs"]);
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    let unpacked = run(&["unpack", "packs/batch-0001_release.tar.age", "--key", "mine.txt", "--into", "in"]);
    assert!(unpacked.status.success(), "{}", String::from_utf8_lossy(&unpacked.stderr));
    assert!(String::from_utf8(unpacked.stdout).unwrap().contains("Sign-off"));
    assert!(files(&desk.path("in")) == files(&out));
}

/// Names that lead to what never comes, or never ends, in the place of every file that these verbs read.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_is_refused_and_nobody_waits() {
    let (mut desk, out) = released();
    desk.close();
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    fs::create_dir(desk.path("made of pipes")).unwrap();
    assert!(Command::new("mkfifo").arg(desk.path("made of pipes/manifest.json")).status().unwrap().success());
    let run = |arguments: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stewartry"))
            .args(arguments)
            .current_dir(desk.path(""))
            .env("STEWARTRY_PASSPHRASE", crate::desk::PASSPHRASE)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(60) {
                child.kill().unwrap();
                panic!("{arguments:?} waits for ever");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&["key", "mine.txt"]).0, Some(0));
    let identity = identities(&fs::read_to_string(desk.path("mine.txt")).unwrap()).unwrap().remove(0);
    transfer::pack(&out, &[identity.recipient()], &desk.path("packs"), &Progress::new()).unwrap();
    let (home, supervisor) = ("test.stewartry", ["--as", SUPERVISOR]);
    for given in ["pipe", "/dev/zero"] {
        let deeds: [&[&str]; 8] = [
            &["unpack", given, "--key", "mine.txt", "--into", "in"],
            &["unpack", "packs/batch-0001_release.tar.age", "--key", given, "--into", "in"],
            &["pack", "out", "--recipients", given, "--into", "more"],
            &["protocol", home, supervisor[0], supervisor[1], "--set", given],
            &["profile", "save", home, given, supervisor[0], supervisor[1]],
            &["acknowledge", home, given, supervisor[0], supervisor[1]],
            &["check", home, supervisor[0], supervisor[1], "--against", given],
            &["verify", "made of pipes"],
        ];
        for arguments in deeds {
            let (code, said) = run(arguments);
            assert_eq!(code, Some(1), "{arguments:?}: {said}");
            assert!(said.contains("not an ordinary file") && said.lines().count() == 1, "{arguments:?}: {said}");
        }
    }
    assert!(!desk.path("in").exists() && !desk.path("more").exists());
}

/// What a release holds is plain while it is unpacked; a kill must not leave it lying about under a name that nobody looks for.
#[test]
fn what_a_killed_unpacking_left_goes_with_the_next_writing_in_the_folder() {
    if !crate::proofs::traced::is_possible() {
        return;
    }
    let (desk, out) = released();
    let identity = Identity::generate().unwrap();
    let sealed = transfer::pack(&out, &[identity.recipient()], &desk.path("packs"), &Progress::new()).unwrap();
    fs::write(desk.path("mine.txt"), identity.secret().as_str()).unwrap();
    let into = desk.path("received");
    fs::create_dir(&into).unwrap();
    let unpack = |under: &[&str]| {
        let program = [under, &[env!("CARGO_BIN_EXE_stewartry"), "unpack"]].concat();
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).arg(&sealed).arg("--key").arg(desk.path("mine.txt"));
        command.arg("--into").arg(into.join("in")).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap()
    };
    let left = || -> Vec<String> {
        let entries = fs::read_dir(&into).unwrap().map(Result::unwrap);
        entries.map(|it| it.file_name().into_string().unwrap()).collect()
    };
    let log = desk.path("calls.log");
    let renames = "rename,renameat,renameat2";
    let (watched, killed) = (format!("trace={renames}"), format!("inject={renames}:signal=KILL"));
    let killing = ["strace", "-f", "-o", log.to_str().unwrap(), "-e", &watched, "-e", &killed];
    assert!(!unpack(&killing).success());
    assert!(!left().is_empty() && !left().contains(&"in".to_owned()), "{:?}", left());
    assert!(unpack(&[]).success());
    assert_eq!(left(), ["in"]);
    assert!(files(&into.join("in")) == files(&out));
}

// ---- A real server --------------------------------------------------------------------------------------------------

/// An OpenSSH server of this test's own, on the loopback address.
pub struct Server {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn sshd() -> Option<PathBuf> {
    ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].map(PathBuf::from).into_iter().find(|path| path.exists())
}

fn sftp_server() -> Option<PathBuf> {
    ["/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server"]
        .map(PathBuf::from)
        .into_iter()
        .find(|path| path.exists())
}

impl Server {
    /// Starts one, or says why there is none.
    pub fn start() -> Option<Self> {
        if sshd().is_none() || sftp_server().is_none() || !is_there("ssh-keygen") {
            skip("there is no OpenSSH server");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        for key in ["host", "other_host", "mine", "stranger"] {
            run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", text(&folder.path().join(key))], b"");
        }
        fs::copy(folder.path().join("mine.pub"), folder.path().join("authorized")).unwrap();
        fs::create_dir(folder.path().join("in box")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { folder, port, child: None };
        server.serve("internal-sftp");
        Some(server)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn inbox(&self) -> PathBuf {
        self.path("in box")
    }

    /// Serves files in another way from now on.
    fn serve(&mut self, subsystem: &str) {
        self.stop();
        // Where a server that runs as root wants an empty folder; elsewhere it is not asked for
        let _ = fs::create_dir_all("/run/sshd");
        let config = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n\
             MaxStartups 50\nSubsystem sftp {subsystem}\n",
            self.port,
            text(&self.path("host")),
            text(&self.path("authorized")),
        );
        fs::write(self.path("config"), config).unwrap();
        let child = Command::new(sshd().unwrap())
            .args(["-D", "-e", "-f", text(&self.path("config"))])
            .stderr(fs::File::create(self.path("log")).unwrap())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not answer: {}", log());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn key(&self, name: &str) -> Vec<String> {
        places::host_keys(&fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()).unwrap()
    }

    pub fn place(&self) -> Place {
        let user = String::from_utf8(run("id", &["-un"], b"")).unwrap().trim().to_owned();
        Place {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            user,
            folder: text(&self.inbox()).to_owned(),
            host_keys: self.key("host"),
            key_file: text(&self.path("mine")).to_owned(),
        }
    }
}

fn set(desk: &mut Desk, place: Place) {
    places::set(desk.ws(), "board", Some(place)).unwrap();
}

fn send(desk: &mut Desk, what: &Path) -> Result<Vec<transfer::Receipt>, TransferError> {
    transfer::send(desk.ws(), what, "board", &Progress::new())
}

#[track_caller]
fn why(sent: Result<Vec<transfer::Receipt>, TransferError>) -> SftpError {
    match sent {
        Err(error @ TransferError::NotSent { .. }) => {
            assert!(error.to_string().contains("was not sent to"), "{error}");
            let TransferError::NotSent { why, .. } = error else { unreachable!() };
            why
        }
        other => panic!("{other:?}"),
    }
}

/// Bytes by chance, the same every time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect()
}

#[test]
fn a_release_is_sent_whole_and_its_receipt_is_kept() {
    let Some(server) = Server::start() else { return };
    let (mut desk, out) = released();
    assert!(matches!(send(&mut desk, &out), Err(TransferError::NoPlace { .. })));
    set(&mut desk, server.place());
    let receipts = send(&mut desk, &out).unwrap();
    assert_eq!(receipts.last().unwrap().name, "manifest.json", "last, so that a manifest means a whole release");
    assert!(files(&server.inbox()) == files(&out), "and nothing is beside them");
    release::verify(&server.inbox(), &Progress::new()).unwrap();

    let kept =
        desk.ws().ledger(&LedgerFilter { kinds: vec!["sent".to_owned()], ..LedgerFilter::default() }, 10).unwrap();
    assert_eq!(kept.len(), receipts.len());
    let Event::Sent { place, to, name, sha256, .. } = &kept[0].event else { unreachable!() };
    assert_eq!((place.as_str(), name.as_str()), ("board", "manifest.json"));
    assert!(to.starts_with(&server.place().user) && to.contains(&format!("@127.0.0.1:{}", server.port)), "{to}");
    assert_eq!(sha256, &receipts.last().unwrap().sha256);
    assert_eq!(kept[0].name, crate::desk::OFFICER);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);

    // Sent once more, what arrived is left as it is, what is missing is sent, and each receipt is kept once
    let sent = |desk: &mut Desk| {
        let kinds = LedgerFilter { kinds: vec!["sent".to_owned()], ..LedgerFilter::default() };
        desk.ws().ledger(&kinds, 10).unwrap().len()
    };
    fs::remove_file(server.inbox().join("batch-0001_seed.csv")).unwrap();
    assert_eq!(send(&mut desk, &out).unwrap().len(), receipts.len());
    assert!(files(&server.inbox()) == files(&out));
    assert_eq!(sent(&mut desk), kept.len() + 1);
    // A name that somebody else has taken is left alone, and nothing is noted as sent
    let file = desk.path("other.age");
    fs::write(&file, "ours").unwrap();
    for theirs in ["theirs", "same"] {
        fs::write(server.inbox().join("other.age"), theirs).unwrap();
        assert_eq!(why(send(&mut desk, &file)), SftpError::NameTaken);
        assert_eq!(fs::read(server.inbox().join("other.age")).unwrap(), theirs.as_bytes());
    }
    assert_eq!(sent(&mut desk), kept.len() + 1);
}

#[test]
fn a_release_is_packed_and_sent_in_the_window() {
    let Some(server) = Server::start() else { return };
    let (mut desk, out) = released();
    set(&mut desk, server.place());
    let secret = Identity::generate().unwrap();
    let mut window = Window::open(desk, crate::desk::OFFICER, Screen::Release);
    window.until_shown("Pack…");
    window.fill("Folder", text(&out));
    // What is no key is said where it was typed
    window.click("Pack…");
    window.fill_lines("For whom: their public keys, one on a line", "age1nobody");
    window.click("Pack");
    window.until_shown("is no recipient");
    window.picture("pack-fault.png");
    window.fill_lines("For whom: their public keys, one on a line", &secret.recipient().to_string());
    window.click("Pack");
    window.until_shown("Sealed: ");
    window.click("Send…");
    window.until_shown("The sealed file");
    window.picture("send.png");
    window.click("Send");
    window.until_shown("The history keeps the receipt");
    window.picture("sent.png");
    let arrived = files(&server.inbox());
    let [(name, sealed)] = arrived.as_slice() else { panic!("{} files", arrived.len()) };
    assert_eq!(*sealed, fs::read(out.with_file_name(name)).unwrap());
}

#[test]
fn another_key_than_the_agreed_one_gets_nothing() {
    let Some(mut server) = Server::start() else { return };
    let (mut desk, out) = released();
    set(&mut desk, Place { host_keys: server.key("other_host"), ..server.place() });
    assert_eq!(why(send(&mut desk, &out)), SftpError::HostKey);
    // Nor is the one accepted that this account met at another time, or would accept when asked
    set(&mut desk, server.place());
    fs::copy(server.path("other_host"), server.path("host")).unwrap();
    server.serve("internal-sftp");
    assert_eq!(why(send(&mut desk, &out)), SftpError::HostKey);
    assert!(files(&server.inbox()).is_empty());
    assert!(SftpError::HostKey.to_string().contains("ask them by telephone"));
}

#[test]
fn each_refusal_of_the_other_side_is_told_by_what_it_means() {
    let Some(mut server) = Server::start() else { return };
    let (mut desk, out) = released();
    let good = server.place();
    let with = |desk: &mut Desk, place: Place| {
        set(desk, place);
        why(send(desk, &out))
    };
    assert_eq!(
        with(&mut desk, Place { key_file: text(&server.path("stranger")).to_owned(), ..good.clone() }),
        SftpError::NotLetIn
    );
    let gone = with(&mut desk, Place { key_file: text(&server.path("no key")).to_owned(), ..good.clone() });
    assert!(matches!(gone, SftpError::OwnKey(_)), "{gone}");
    let nowhere = Place { folder: format!("{}/not there", good.folder), ..good.clone() };
    assert_eq!(with(&mut desk, nowhere), SftpError::NoFolder);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert!(matches!(with(&mut desk, Place { port: closed, ..good.clone() }), SftpError::NotReached(_)));
    server.serve("internal-sftp -R");
    assert_eq!(with(&mut desk, good), SftpError::Forbidden);
    assert!(files(&server.inbox()).is_empty());
}

#[test]
fn a_full_disk_keeps_what_arrived_and_sending_again_goes_on_from_there() {
    let Some(mut server) = Server::start() else { return };
    let (mut desk, _) = released();
    set(&mut desk, server.place());
    let (file, bytes) = (desk.path("large.tar.age"), noise(900_000));
    fs::write(&file, &bytes).unwrap();
    // The server may write no file of more than 300 KiB
    let script = server.path("small");
    let serves = sftp_server().unwrap();
    fs::write(&script, format!("#!/bin/bash\ntrap '' XFSZ\nulimit -f 300\nexec {}\n", serves.display())).unwrap();
    run("chmod", &["+x", text(&script)], b"");
    server.serve(text(&script));
    assert_eq!(why(send(&mut desk, &file)), SftpError::CouldNotWrite);
    let left = files(&server.inbox());
    assert_eq!(left.len(), 1);
    assert!(left[0].0.ends_with(".part") && left[0].1 == bytes[..left[0].1.len()] && !left[0].1.is_empty());

    server.serve("internal-sftp");
    send(&mut desk, &file).unwrap();
    assert!(files(&server.inbox()) == [("large.tar.age".to_owned(), bytes)]);
}

#[test]
fn what_another_left_behind_under_the_same_name_is_found_out_and_taken_away() {
    let Some(server) = Server::start() else { return };
    let (mut desk, _) = released();
    set(&mut desk, server.place());
    let (file, bytes) = (desk.path("large.tar.age"), noise(300_000));
    fs::write(&file, &bytes).unwrap();
    let sha256 = {
        // The name of the part is told by a first sending to elsewhere
        send(&mut desk, &file).unwrap()[0].sha256.clone()
    };
    fs::remove_file(server.inbox().join("large.tar.age")).unwrap();
    let part = server.inbox().join(format!("large.tar.age.{}.part", &sha256[..16]));
    fs::write(&part, vec![0; 100_000]).unwrap();
    assert_eq!(why(send(&mut desk, &file)), SftpError::Differs);
    assert!(files(&server.inbox()).is_empty());
    send(&mut desk, &file).unwrap();
    assert!(files(&server.inbox()) == [("large.tar.age".to_owned(), bytes)]);
}

/// Stands between, and breaks every connection that has carried so many bytes to the server. The port.
fn breaking(to: u16, after: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (Ok(mut client), Ok(mut server)) = (client, TcpStream::connect(("127.0.0.1", to))) else { return };
            let (mut back_from, mut back_to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut back_from, &mut back_to);
                let _ = back_to.shutdown(Shutdown::Both);
            });
            std::thread::spawn(move || {
                let (mut buffer, mut sent) = (vec![0; 16 * 1024], 0);
                while let Ok(read) = client.read(&mut buffer) {
                    if read == 0 || sent + read as u64 > after || server.write_all(&buffer[..read]).is_err() {
                        break;
                    }
                    sent += read as u64;
                }
                let _ = client.shutdown(Shutdown::Both);
                // What it was carrying arrives, however busy the other side is
                let _ = server.shutdown(Shutdown::Write);
            });
        }
    });
    port
}

#[test]
fn a_connection_that_breaks_again_and_again_still_carries_the_whole_file() {
    let Some(server) = Server::start() else { return };
    let (mut desk, _) = released();
    let (file, bytes) = (desk.path("large.tar.age"), noise(8_000_000));
    fs::write(&file, &bytes).unwrap();
    // None of them carries half of it: without going on from what arrived it never ends. How much of what was under way arrives is
    // the server's, and less on a busy machine
    let port = breaking(server.port, 3_500_000);
    set(&mut desk, Place { port, ..server.place() });
    let receipts = send(&mut desk, &file).unwrap();
    assert!(receipts[0].breaks >= 2, "{receipts:?}: no connection carries all of it");
    assert!(files(&server.inbox()) == [("large.tar.age".to_owned(), bytes)]);

    // One that carries next to nothing is given up, and what arrived stays
    fs::write(&file, noise(3_000_001)).unwrap();
    fs::remove_file(server.inbox().join("large.tar.age")).unwrap();
    let port = breaking(server.port, 8_000);
    set(&mut desk, Place { port, ..server.place() });
    assert!(matches!(why(send(&mut desk, &file)), SftpError::Broken(6)));
    assert!(!server.inbox().join("large.tar.age").exists());
}

#[test]
fn sending_that_is_cancelled_stops_and_notes_nothing() {
    let Some(server) = Server::start() else { return };
    let (mut desk, out) = released();
    set(&mut desk, server.place());
    let progress = Progress::new();
    progress.cancel();
    let stopped = transfer::send(desk.ws(), &out, "board", &progress);
    assert!(matches!(stopped, Err(TransferError::Cancelled(_))), "{stopped:?}");
    assert!(files(&server.inbox()).is_empty());
}

#[test]
fn without_the_systems_program_it_is_said_what_to_do() {
    let desk = crate::whole_way::Desk::new();
    let workspace = desk.workspace();
    assert!(desk.run("a few words", &["new", &workspace, "--as", "Ailsa"]).status.success());
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    fs::write(desk.path("theirs.pub"), key).unwrap();
    let place = ["--set", "board", "--host", "transfer.example", "--user", "records", "--host-key", "theirs.pub"];
    let set = desk.run("a few words", &[&["places", &workspace, "--as", "Ailsa"], &place[..]].concat());
    let said = String::from_utf8(set.stdout).unwrap();
    assert!(said.contains("board: records@transfer.example:22") && said.contains("SHA256:+DiY3wvvV6"), "{said}");
    fs::write(desk.path("file.age"), "x").unwrap();
    let sent = Command::new(env!("CARGO_BIN_EXE_stewartry"))
        .args(["send", &workspace, "--as", "Ailsa", "file.age", "--to", "board"])
        .current_dir(desk.path(""))
        .env("STEWARTRY_PASSPHRASE", "a few words")
        .env("PATH", "")
        .output()
        .unwrap();
    let error = String::from_utf8(sent.stderr).unwrap();
    assert!(sent.status.code() == Some(1) && error.contains("sftp (OpenSSH) was not found"), "{error}");
    assert!(error.contains("carry the file by hand"), "{error}");
    let without = desk.refused("a few words", &["places", &workspace, "--as", "Ailsa", "--remove", "nowhere"]);
    assert!(without.contains("no place of the name"), "{without}");
}

#[test]
fn nothing_of_practice_is_sent_and_its_packs_bear_the_mark() {
    let folder = TempDir::new().unwrap();
    let mut ws = demonstration::open_or_make(folder.path(), &Progress::new()).unwrap().workspace;
    let place = Place {
        host: "127.0.0.1".to_owned(),
        port: 9,
        user: "records".to_owned(),
        folder: String::new(),
        host_keys: vec!["ssh-ed25519 AAAA".to_owned()],
        key_file: String::new(),
    };
    places::set(&mut ws, "board", Some(place.clone())).unwrap();
    fs::write(folder.path().join("any.age"), "x").unwrap();
    let refused = transfer::send(&mut ws, &folder.path().join("any.age"), "board", &Progress::new());
    assert!(matches!(refused, Err(TransferError::OfTraining { .. })), "{refused:?}");
    let mut desk = Desk::new();
    set(&mut desk, place);
    let marked = folder.path().join("TRAINING-batch-0001_release.tar.age");
    fs::write(&marked, "x").unwrap();
    assert!(matches!(send(&mut desk, &marked), Err(TransferError::OfTraining { .. })));
}
