//! A disk as a power cut leaves it, worked out from the calls that a process made.
//!
//! Whatever a process wrote stands in the system's memory until a sync of that file has come back, and a name until a sync of its
//! folder has. A power cut between leaves any of it: of a file's unsynced writes each sector ([`SECTOR`]) is there or not, whatever
//! the order they were written in, and its length may be the new one before its contents are; of the names that were made, changed
//! or taken away in a folder some first ones hold, each folder by itself. That is more than most file systems lose, and what POSIX
//! lets all of them lose. What is not thought of: a sync that lied, a sector of which half is written, and one that spoils its neighbour.
//!
//! A process is watched by strace, with every byte that it writes ([`watched`]). What it maps into memory is not seen; only the
//! index beside SQLite's log of changes is, which is made anew from that log after a crash.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::Dice;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// The calls that change a disk, those that say where in a file the next one writes, and what would change it unseen.
const CALLS: &str = "trace=openat,creat,dup,dup2,dup3,fcntl,lseek,read,write,pwrite64,writev,pwritev,pwritev2,copy_file_range,sendfile,\
                     ftruncate,truncate,fallocate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,\
                     unlinkat,mkdir,mkdirat,rmdir,mmap,close";

/// How strace is called, to write such calls into a log.
fn watching(log: &Path) -> [&str; 10] {
    ["strace", "-f", "-y", "-xx", "-s", "100000000", "-o", log.to_str().unwrap(), "-e", CALLS]
}

/// A change of what is on the disk, or a word between.
#[derive(Debug)]
enum Step {
    /// Bytes of a file, from a place on.
    Write(Node, usize, Vec<u8>),
    Length(Node, usize),
    /// What was done to the names of a folder in one call: some are taken away, one is put there.
    Names {
        folder: Node,
        gone: Vec<String>,
        put: Option<(String, Node)>,
    },
    Synced(Node),
    Said(String),
}

type Node = usize;

/// A file or a folder.
#[derive(Debug, Clone)]
enum Held {
    File(Vec<u8>),
    Folder(BTreeMap<String, Node>),
}

/// All that a process did to a folder, from the first call to the last, and what was there before it.
#[derive(Debug)]
pub struct Calls {
    before: Vec<Held>,
    steps: Vec<Step>,
    /// As the system shows it.
    now: Vec<Held>,
    root: PathBuf,
    /// Where each open file stands, by its number: which of `places`.
    open: HashMap<i64, usize>,
    places: Vec<usize>,
}

/// The folder itself.
const ROOT: Node = 0;

impl Calls {
    /// Keeps what a folder holds, before a process is let at it.
    pub fn before(root: &Path) -> Self {
        let root = root.canonicalize().unwrap();
        let mut before = Vec::new();
        kept(&root, &mut before);
        Self { now: before.clone(), before, steps: Vec::new(), root, open: HashMap::new(), places: Vec::new() }
    }

    /// Reads what the process did.
    pub fn read(mut self, log: &Path) -> Self {
        let text = std::fs::read_to_string(log).unwrap();
        let mut begun: HashMap<&str, String> = HashMap::new();
        for line in text.lines() {
            let Some((thread, rest)) = line.split_once(' ') else { continue };
            let rest = rest.trim_start();
            if let Some(part) = rest.strip_suffix(" <unfinished ...>") {
                begun.insert(thread, part.to_owned());
            } else if let Some((_, part)) = rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
                let whole = begun.remove(thread).unwrap() + part;
                self.call(&whole);
            } else {
                self.call(rest);
            }
        }
        self
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// The steps before which a sync, a word or a change of names stands, and those before them: where the most is at stake.
    pub fn turns(&self) -> Vec<usize> {
        let turns =
            self.steps.iter().enumerate().filter(|(_, step)| !matches!(step, Step::Write(..) | Step::Length(..)));
        let mut turns: Vec<usize> = turns.flat_map(|(at, _)| [at, at + 1]).collect();
        turns.dedup();
        turns
    }

    /// What the process had said before a step.
    pub fn said(&self, steps: usize) -> impl DoubleEndedIterator<Item = &str> {
        self.steps[..steps].iter().filter_map(|step| match step {
            Step::Said(word) => Some(word.as_str()),
            _ => None,
        })
    }

    /// The step that follows a word.
    pub fn after(&self, word: &str) -> Option<usize> {
        self.steps.iter().position(|step| matches!(step, Step::Said(said) if said == word)).map(|at| at + 1)
    }

    /// The step that follows the first word that was said.
    pub fn first_word(&self) -> Option<usize> {
        self.steps.iter().position(|step| matches!(step, Step::Said(_))).map(|at| at + 1)
    }

    /// Leaves in a folder, which is not there yet, what a power cut may leave after so many steps: how much of what was not
    /// synced is for the dice to say.
    pub fn cut(&self, steps: usize, dice: &mut Dice, into: &Path) {
        let mut disk: Vec<Left> = self.before.iter().cloned().map(Left::synced).collect();
        for step in &self.steps[..steps] {
            match step {
                Step::Write(node, at, bytes) => disk[*node].wait(Waiting::Bytes(*at, bytes)),
                Step::Length(node, length) => disk[*node].wait(Waiting::Length(*length)),
                Step::Names { folder, gone, put } => {
                    if let Some((_, node)) = put
                        && *node >= disk.len()
                    {
                        disk.resize_with(node + 1, || Left::synced(Held::File(Vec::new())));
                    }
                    if let Some((_, node)) = put
                        && matches!(self.now[*node], Held::Folder(_))
                        && matches!(disk[*node].held, Held::File(_))
                    {
                        disk[*node].held = Held::Folder(BTreeMap::new());
                    }
                    disk[*folder].wait(Waiting::Names(gone, put.as_ref()));
                }
                Step::Synced(node) => disk[*node].settle(dice, |_| Share::All),
                Step::Said(_) => {}
            }
        }
        // All of it is lost, all of it is there, or some; in the order it was written, or in none
        let share = [0.0, 0.5, 0.9, 1.0][dice.below(4)];
        let in_order = dice.below(2) == 0;
        for left in &mut disk {
            let whole = (left.waiting.len() as f64 * if in_order { dice.part() } else { 1.0 }) as usize;
            let is_folder = matches!(left.held, Held::Folder(_));
            let first = if share == 1.0 { left.waiting.len() } else { dice.below(left.waiting.len() + 1) };
            left.settle(dice, |at| match () {
                () if is_folder && at < first => Share::All,
                () if is_folder => Share::None,
                () if share == 1.0 || (in_order && at < whole) => Share::All,
                () if in_order || share == 0.0 => Share::None,
                () => Share::Some(share),
            });
        }
        laid(&disk, ROOT, into);
    }

    fn call(&mut self, line: &str) {
        // A signal, and the end of a thread
        if line.starts_with("---") || line.starts_with("+++") {
            return;
        }
        // The answers stand below each other: spaces may be before the sign
        let parts = line.rsplit_once(" = ").and_then(|(call, answer)| {
            let (name, arguments) = call.trim_end().strip_suffix(')')?.split_once('(')?;
            Some((name, arguments, answer))
        });
        let Some((name, arguments, answer)) = parts else { panic!("no call: {line:.300}") };
        if answer.starts_with("-1 ") || answer.starts_with('?') {
            return;
        }
        let arguments: Vec<&str> = arguments.split(", ").collect();
        let count = || number(answer);
        match name {
            "openat" => self.opens(&self.path(arguments[0], arguments[1]), arguments[2], number(answer)),
            "dup" | "dup2" | "dup3" => self.again(number(arguments[0]), number(answer)),
            "fcntl" if arguments[1].starts_with("F_DUPFD") => self.again(number(arguments[0]), number(answer)),
            "lseek" => self.stands(arguments[0], |_| count() as usize),
            "read" => self.stands(arguments[0], |at| at + count() as usize),
            "write" if number(arguments[0]) == 1 => {
                let words = String::from_utf8_lossy(&bytes(arguments[1])).into_owned();
                let words = words.lines().map(str::trim).filter(|word| !word.is_empty());
                self.steps.extend(words.map(|word| Step::Said(word.to_owned())));
            }
            "write" => {
                let Some(node) = self.node(arguments[0]) else { return };
                let written = bytes(arguments[1])[..count() as usize].to_vec();
                let at = self.places[self.open[&number(arguments[0])]];
                self.stands(arguments[0], |at| at + written.len());
                self.writes(node, at, written);
            }
            "pwrite64" => {
                let Some(node) = self.node(arguments[0]) else { return };
                let written = bytes(arguments[1])[..count() as usize].to_vec();
                self.writes(node, number(arguments[3]) as usize, written);
            }
            "copy_file_range" | "sendfile" => self.copies(name, &arguments, count() as usize),
            "ftruncate" => {
                let Some(node) = self.node(arguments[0]) else { return };
                self.length(node, number(arguments[1]) as usize);
            }
            "fsync" | "fdatasync" => {
                let Some(node) = self.node(arguments[0]) else { return };
                self.steps.push(Step::Synced(node));
            }
            "mkdir" => self.makes_folder(&self.here(arguments[0])),
            "mkdirat" => self.makes_folder(&self.path(arguments[0], arguments[1])),
            "rename" => self.renames(&self.here(arguments[0]), &self.here(arguments[1])),
            "renameat" | "renameat2" => {
                let (from, to) = (self.path(arguments[0], arguments[1]), self.path(arguments[2], arguments[3]));
                assert!(arguments.get(4).is_none_or(|how| *how == "0" || *how == "RENAME_NOREPLACE"), "{line:.300}");
                self.renames(&from, &to);
            }
            "linkat" => {
                let (from, to) = (self.path(arguments[0], arguments[1]), self.path(arguments[2], arguments[3]));
                let Some(node) = self.found(&from) else { return };
                self.names(&to, None, Some(node));
            }
            "unlink" | "rmdir" => self.names(&self.here(arguments[0]), None, None),
            "unlinkat" => self.names(&self.path(arguments[0], arguments[1]), None, None),
            "mmap" if arguments[2].contains("PROT_WRITE") && arguments[3].contains("MAP_SHARED") => {
                let path = described(arguments[4]);
                let is_index = path.to_string_lossy().ends_with("-shm");
                assert!(is_index || !path.starts_with(&self.root), "written through memory: {}", path.display());
            }
            // Of other files than these it is nothing to us
            "fcntl" | "mmap" | "close" => {}
            other => assert!(!self.is_ours(&arguments), "a call that is not understood: {other} {:.300}", line),
        }
    }

    fn is_ours(&self, arguments: &[&str]) -> bool {
        let of = |text: &&str| described(text).starts_with(&self.root) || self.here(text).starts_with(&self.root);
        arguments.iter().any(of)
    }

    fn opens(&mut self, path: &Path, how: &str, number: i64) {
        let mut at = 0;
        match self.found(path) {
            Some(node) => {
                let length = if let Held::File(bytes) = &self.now[node] { bytes.len() } else { 0 };
                if how.contains("O_TRUNC") && length > 0 {
                    self.length(node, 0);
                } else if how.contains("O_APPEND") {
                    at = length;
                }
            }
            None if how.contains("O_CREAT") && path.starts_with(&self.root) => {
                self.now.push(Held::File(Vec::new()));
                self.names(path, None, Some(self.now.len() - 1));
            }
            None => {}
        }
        self.places.push(at);
        self.open.insert(number, self.places.len() - 1);
    }

    fn again(&mut self, one: i64, other: i64) {
        if let Some(place) = self.open.get(&one) {
            self.open.insert(other, *place);
        }
    }

    /// Moves the place of an open file.
    fn stands(&mut self, file: &str, to: impl Fn(usize) -> usize) {
        if let Some(place) = self.open.get(&number(file)) {
            self.places[*place] = to(self.places[*place]);
        }
    }

    fn copies(&mut self, name: &str, arguments: &[&str], count: usize) {
        let (from, to) = if name == "sendfile" { (arguments[1], arguments[0]) } else { (arguments[0], arguments[2]) };
        let Some(node) = self.node(to) else { return };
        let source = described(from);
        let (read, write) = (self.open[&number(from)], self.open[&number(to)]);
        let (begin, at) = (self.places[read], self.places[write]);
        let all = match self.found(&source) {
            Some(of) => self.file(of).clone(),
            None => std::fs::read(&source).unwrap(),
        };
        self.places[read] += count;
        self.places[write] += count;
        self.writes(node, at, all[begin..begin + count].to_vec());
    }

    fn writes(&mut self, node: Node, at: usize, written: Vec<u8>) {
        put(self.file(node), at, &written);
        self.steps.push(Step::Write(node, at, written));
    }

    fn length(&mut self, node: Node, length: usize) {
        self.file(node).resize(length, 0);
        self.steps.push(Step::Length(node, length));
    }

    fn makes_folder(&mut self, path: &Path) {
        if path.starts_with(&self.root) {
            self.now.push(Held::Folder(BTreeMap::new()));
            self.names(path, None, Some(self.now.len() - 1));
        }
    }

    fn renames(&mut self, from: &Path, to: &Path) {
        let Some(node) = self.found(from) else {
            assert!(!to.starts_with(&self.root), "renamed into the folder from outside: {}", from.display());
            return;
        };
        assert_eq!(from.parent(), to.parent(), "renamed into another folder");
        self.names(to, Some(from), Some(node));
    }

    /// A name is given to something or, where it is to nothing, taken away; another of the same folder is taken away with it.
    fn names(&mut self, path: &Path, from: Option<&Path>, node: Option<Node>) {
        let Some(folder) = path.parent().and_then(|folder| self.found(folder)) else { return };
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let put = node.map(|node| (name(path), node));
        let gone: Vec<String> = if node.is_none() { vec![name(path)] } else { from.into_iter().map(name).collect() };
        let Held::Folder(names) = &mut self.now[folder] else { panic!("{} is in no folder", path.display()) };
        names.retain(|name, _| !gone.contains(name));
        names.extend(put.clone());
        self.steps.push(Step::Names { folder, gone, put });
    }

    fn file(&mut self, node: Node) -> &mut Vec<u8> {
        let Held::File(bytes) = &mut self.now[node] else { panic!("a folder is written to as a file") };
        bytes
    }

    /// What stands at a path now.
    fn found(&self, path: &Path) -> Option<Node> {
        let inside = path.strip_prefix(&self.root).ok()?;
        inside.components().try_fold(ROOT, |node, part| match (&self.now[node], part) {
            (Held::Folder(names), Component::Normal(name)) => names.get(name.to_str()?).copied(),
            _ => None,
        })
    }

    /// What an open file is: `5<path>`. One whose name is gone is no longer of interest.
    fn node(&self, file: &str) -> Option<Node> {
        (!file.ends_with("(deleted)")).then(|| self.found(&described(file))).flatten()
    }

    /// A path, or one from the folder itself, where the process works.
    fn here(&self, name: &str) -> PathBuf {
        self.root.join(named(name))
    }

    /// A path from a folder that is open: `AT_FDCWD<folder>`, `"name"`.
    fn path(&self, folder: &str, name: &str) -> PathBuf {
        described(folder).join(named(name))
    }
}

/// What stands in a file or folder for certain, and what waits for a sync.
struct Left<'a> {
    held: Held,
    waiting: Vec<Waiting<'a>>,
}

enum Waiting<'a> {
    Bytes(usize, &'a [u8]),
    Length(usize),
    Names(&'a [String], Option<&'a (String, Node)>),
}

/// How much of what waits is there.
enum Share {
    All,
    None,
    Some(f64),
}

impl<'a> Left<'a> {
    fn synced(held: Held) -> Self {
        Self { held, waiting: Vec::new() }
    }

    fn wait(&mut self, what: Waiting<'a>) {
        self.waiting.push(what);
    }

    /// Nothing waits any more: each is there, or not, or a part of it.
    fn settle(&mut self, dice: &mut Dice, share: impl Fn(usize) -> Share) {
        for (at, what) in std::mem::take(&mut self.waiting).into_iter().enumerate() {
            match (&mut self.held, what, share(at)) {
                (_, _, Share::None) => {}
                (Held::File(bytes), Waiting::Bytes(at, new), Share::All) => put(bytes, at, new),
                (Held::File(bytes), Waiting::Bytes(at, new), Share::Some(part)) => {
                    if dice.below(2) == 0 {
                        bytes.resize(bytes.len().max(at + new.len()), 0);
                    }
                    let mut begin = 0;
                    while begin < new.len() {
                        let end = new.len().min(begin + SECTOR - (at + begin) % SECTOR);
                        if dice.part() < part {
                            put(bytes, at + begin, &new[begin..end]);
                        }
                        begin = end;
                    }
                }
                (Held::File(bytes), Waiting::Length(length), Share::All) => bytes.resize(length, 0),
                (Held::File(bytes), Waiting::Length(length), Share::Some(part)) => {
                    if dice.part() < part {
                        bytes.resize(length, 0);
                    }
                }
                (Held::Folder(names), Waiting::Names(gone, put), _) => {
                    names.retain(|name, _| !gone.contains(name));
                    names.extend(put.cloned());
                }
                _ => panic!("a folder is no file"),
            }
        }
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    bytes.resize(bytes.len().max(at + new.len()), 0);
    bytes[at..at + new.len()].copy_from_slice(new);
}

/// Keeps a folder with all that is in it.
fn kept(folder: &Path, into: &mut Vec<Held>) -> Node {
    let node = into.len();
    into.push(Held::Folder(BTreeMap::new()));
    let mut names = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let held = if entry.file_type().unwrap().is_dir() {
            kept(&entry.path(), into)
        } else {
            into.push(Held::File(std::fs::read(entry.path()).unwrap()));
            into.len() - 1
        };
        names.insert(entry.file_name().into_string().unwrap(), held);
    }
    into[node] = Held::Folder(names);
    node
}

/// Writes what is left.
fn laid(disk: &[Left<'_>], node: Node, path: &Path) {
    match &disk[node].held {
        Held::File(bytes) => std::fs::write(path, bytes).unwrap(),
        Held::Folder(names) => {
            std::fs::create_dir(path).unwrap();
            names.iter().for_each(|(name, node)| laid(disk, *node, &path.join(name)));
        }
    }
}

/// The number that an argument or an answer begins with.
fn number(text: &str) -> i64 {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
    text[..end].parse().unwrap_or(-1)
}

/// Bytes as strace writes them with `-xx`.
fn bytes(text: &str) -> Vec<u8> {
    let text = text.trim_matches('"');
    let parts = text.split("\\x").skip(1);
    parts.map(|part| u8::from_str_radix(&part[..2], 16).unwrap()).collect()
}

fn named(text: &str) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes(text)).into_owned())
}

/// The path that strace adds to an open file.
fn described(text: &str) -> PathBuf {
    text.split_once('<').map_or_else(PathBuf::new, |(_, path)| named(path.trim_end_matches('>')))
}

/// Runs a process that is watched, to its end.
pub fn watched(root: &Path, log: &Path, call: impl FnOnce(&[&str]) -> Command) -> Calls {
    let calls = Calls::before(root);
    let output = call(&watching(log)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    calls.read(log)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is written and synced, then replaced by another under its name.
    fn calls() -> (tempfile::TempDir, Calls) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("it"), "old").unwrap();
        let root = folder.path().canonicalize().unwrap();
        let hex = |text: &str| text.bytes().fold(String::new(), |all, byte| all + &format!("\\x{byte:02x}"));
        let at = |name: &str| hex(root.join(name).to_str().unwrap());
        let (new, it, here) = (at("new"), at("it"), hex(root.to_str().unwrap()));
        let text = format!(
            "7 openat(AT_FDCWD<{here}>, \"{new}\", O_RDWR|O_CREAT|O_EXCL, 0600) = 3<{new}>\n\
             7 write(3<{new}>, \"{}\", 3 <unfinished ...>\n\
             8 openat(AT_FDCWD<{here}>, \"\\x2f\\x65\", O_RDONLY) = -1 ENOENT (No such file or directory)\n\
             7 <... write resumed>)                 = 3\n\
             7 fsync(3<{new}>) = 0\n\
             7 rename(\"{new}\", \"{it}\") = 0\n\
             7 openat(AT_FDCWD<{here}>, \"{here}\", O_RDONLY|O_CLOEXEC) = 4<{here}>\n\
             7 fsync(4<{here}>) = 0\n\
             7 write(1<\\x70>, \"{}\", 6) = 6\n",
            hex("new"),
            hex("\ndone\n")
        );
        let log = folder.path().join("log");
        let calls = Calls::before(&root);
        std::fs::write(&log, text).unwrap();
        (folder, calls.read(&log))
    }

    #[test]
    fn what_was_synced_is_there_and_what_was_not_is_there_or_not() {
        let (folder, calls) = calls();
        assert_eq!((calls.len(), calls.after("done")), (6, Some(6)));
        let mut dice = Dice::of("disk");
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..4_200 {
            let (steps, left) = (n % 7, folder.path().join(n.to_string()));
            calls.cut(steps, &mut dice, &left);
            let it = std::fs::read_to_string(left.join("it")).unwrap();
            let new = std::fs::read(left.join("new")).ok();
            seen.insert((steps, it, new.map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', "?"))));
        }
        let of = |steps: usize| -> Vec<(String, Option<String>)> {
            let of = seen.iter().filter(|(at, ..)| *at == steps);
            of.map(|(_, it, new)| (it.clone(), new.clone())).collect()
        };
        let some = |new: &str| Some(new.to_owned());
        let old = || "old".to_owned();
        assert_eq!(of(0), [(old(), None)]);
        assert_eq!(of(1), [(old(), None), (old(), some(""))]);
        assert_eq!(of(2), [(old(), None), (old(), some("")), (old(), some("???")), (old(), some("new"))]);
        assert_eq!(of(3), [(old(), None), (old(), some("new"))]);
        assert_eq!(of(4), [("new".to_owned(), None), (old(), None), (old(), some("new"))]);
        assert_eq!((of(5), of(6)), (vec![("new".to_owned(), None)], vec![("new".to_owned(), None)]));
    }
}
