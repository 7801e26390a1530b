//! What a process asks of the system, as `strace` writes it down.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Whether processes can be traced here; says why not. That the system forbids it nothing that could be installed would mend.
pub fn is_possible() -> bool {
    if !cfg!(target_os = "linux") {
        crate::window::skipped("only Linux is traced");
        return false;
    }
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    match tried {
        Ok(status) if status.success() => true,
        Ok(_) => {
            crate::window::skipped("this machine forbids tracing a process");
            false
        }
        Err(_) => {
            crate::window::skip("strace is not installed");
            false
        }
    }
}

/// A call that was written down.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub thread: &'a str,
    pub name: &'a str,
    pub line: &'a str,
}

impl Call<'_> {
    /// Whether the line shows that it went well. A line that was broken off and taken up again shows it in its second part.
    pub fn is_done(&self) -> bool {
        !self.line.contains(" = -1 ")
    }

    /// Whether it writes this word to the standard output.
    pub fn says(&self, word: &str) -> bool {
        self.name == "write" && self.line.contains("write(1<") && self.line.contains(&format!("\\n{word}"))
    }
}

/// The calls of a log that `strace -f -o` wrote.
pub fn calls(log: &str) -> impl Iterator<Item = Call<'_>> {
    log.lines().filter_map(|line| {
        let (thread, rest) = line.split_once(' ')?;
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("<... ").unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        (end > 0).then(|| Call { thread, name: &rest[..end], line })
    })
}

/// Which calls of a kind touch a folder between two words that the process says, by their place among those of its thread: what
/// `when=` of an injection counts.
pub fn places(log: &str, folder: &Path, from: &str, to: &str) -> Vec<(String, u32)> {
    let folder = folder.to_string_lossy();
    let mut counts: HashMap<(&str, &str), u32> = HashMap::new();
    let (mut found, mut speaker) = (Vec::new(), None);
    for call in calls(log).filter(|call| !call.line.contains(" resumed>")) {
        let count = counts.entry((call.thread, call.name)).or_default();
        *count += 1;
        if call.says(from) {
            speaker = Some(call.thread);
        } else if call.says(to) {
            break;
        } else if speaker == Some(call.thread) && call.line.contains(&*folder) {
            found.push((call.name.to_owned(), *count));
        }
    }
    found
}

#[test]
fn calls_are_told_by_their_thread_and_counted_from_one_word_to_another() {
    let log = "7 openat(AT_FDCWD, \"/w/a\", O_RDONLY) = 3\n\
               7 write(1<pipe:[1]>, \"\\nready\\n\", 7) = 7\n\
               8 openat(AT_FDCWD, \"/w/b\", O_RDONLY) = 3\n\
               7 openat(AT_FDCWD, \"/elsewhere\", O_RDONLY) = 3\n\
               7 openat(AT_FDCWD, \"/w/c\", O_RDONLY) = -1 EIO (Input/output error) (INJECTED)\n\
               7 fdatasync(4</w/d> <unfinished ...>\n\
               7 <... fdatasync resumed>) = 0\n\
               7 write(1<pipe:[1]>, \"\\ndone\\n\", 6) = 6\n\
               7 openat(AT_FDCWD, \"/w/e\", O_RDONLY) = 3\n";
    let places = places(log, Path::new("/w/"), "ready", "done");
    assert_eq!(places, [("openat".to_owned(), 3), ("fdatasync".to_owned(), 1)]);
    assert!(calls(log).filter(|call| call.name == "fdatasync").count() == 2);
    assert!(!calls(log).nth(4).unwrap().is_done());
}
