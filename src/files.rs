//! Files by the names that people give: one that is read is an ordinary file, and one that is written is there whole or not at all.
//!
//! # Reading
//!
//! A name may lead to a pipe, which waits for whoever writes into it, perhaps for ever, or to a device that gives bytes without end.
//! Neither is what anybody means who names a file: [`open`] refuses them without waiting, and whatever the program reads it opens by it.
//!
//! # Writing
//!
//! A file is written beside its place under another name, synced, and renamed ([`replace`]). A program that is killed meanwhile leaves
//! that other name, with whatever was to be written in it, and nobody knows of it. So these names are all of one kind, whoever
//! writes holds a lock on theirs, and whoever writes next in the same folder takes away what nobody holds any more
//! ([`clear_unfinished`]).

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// Opens an ordinary file, or the one that a link leads to, to be read.
///
/// # Errors
/// As the system says; of what is no ordinary file in words that go on from its name: `it is a pipe or a device …`.
pub fn open(path: &Path) -> io::Result<File> {
    opened(File::options().read(true), path)
}

/// Opens an ordinary file in another way, or makes it where the options say so. It never waits for anybody.
pub fn opened(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    // Before it is opened, for that alone may set a device going; and afterwards, as it may be another by then
    if let Ok(about) = fs::metadata(path) {
        expect_ordinary(&about)?;
    }
    #[cfg(unix)]
    {
        let without_waiting = rustix::fs::OFlags::NONBLOCK.bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, without_waiting.cast_signed());
    }
    let file = options.open(path)?;
    expect_ordinary(&file.metadata()?)?;
    Ok(file)
}

fn expect_ordinary(about: &Metadata) -> io::Result<()> {
    if about.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
    }
    if !about.is_file() {
        let words = "it is not an ordinary file but a pipe or a device; save the data to a file and name that";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    Ok(())
}

/// All bytes of an ordinary file; no more than there were when it was opened, for one that grows would be read for ever.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(size).unwrap_or(usize::MAX))?;
    file.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of an ordinary file, which is UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

/// The first line of whatever a name leads to, a pipe too: a passphrase may come from a program that keeps it. Waits for whoever
/// writes into it, as a prompt would; a line of more than `most` bytes is refused.
pub fn first_line(path: &Path, most: usize) -> io::Result<Zeroizing<String>> {
    let mut file = File::open(path)?;
    let mut bytes = Zeroizing::new(vec![0; most + 2]);
    let mut filled = 0;
    let line = loop {
        let end = bytes[..filled].iter().position(|byte| *byte == b'\n');
        match end {
            Some(end) => break bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]),
            None if filled == bytes.len() => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its first line is too long"));
            }
            None => match file.read(&mut bytes[filled..])? {
                0 => break &bytes[..filled],
                read => filled += read,
            },
        }
    };
    let text = std::str::from_utf8(line);
    text.map(|text| Zeroizing::new(text.to_owned()))
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

/// Copies an ordinary file.
pub fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    open(from)?;
    fs::copy(from, to)
}

/// How the names of files and folders begin that are not in place yet, and how those of files end.
const UNFINISHED: (&str, &str) = (".stewartry-unfinished-", ".tmp");

/// How often a name is tried anew that somebody took away in the moment it was made.
const TRIES: usize = 8;

/// Puts `bytes` in place of the file at `path`: written beside it under another name, synced, renamed, its folder synced.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut file = unfinished(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// The folder that a file is in, or is to be in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file in a folder that has no place yet, for its owner's eyes alone; dropped, it is gone again. What others that were killed left
/// there is taken away first.
pub fn unfinished(folder: &Path) -> io::Result<NamedTempFile> {
    clear_unfinished(folder);
    for _ in 0..TRIES {
        let file = tempfile::Builder::new().prefix(UNFINISHED.0).suffix(UNFINISHED.1).tempfile_in(folder)?;
        // A file system without locks keeps nobody from writing, and nobody clears anything there
        let is_cleared = matches!(file.as_file().try_lock(), Err(TryLockError::WouldBlock)) || is_gone(file.as_file());
        if !is_cleared {
            return Ok(file);
        }
    }
    Err(io::Error::other("whatever is made there is taken away at once"))
}

#[cfg(unix)]
fn is_gone(file: &File) -> bool {
    file.metadata().is_ok_and(|about| std::os::unix::fs::MetadataExt::nlink(&about) == 0)
}

#[cfg(not(unix))]
fn is_gone(_: &File) -> bool {
    false
}

/// A folder that has no place yet, which its owner alone can enter. Dropped, it is gone with all that is in it.
pub struct UnfinishedFolder {
    path: PathBuf,
    settled: bool,
    /// The file of the same name beside it, which is held as long as this lives.
    _guard: NamedTempFile,
}

impl UnfinishedFolder {
    /// Makes one in a folder. What others that were killed left there is taken away first.
    pub fn new(parent: &Path) -> io::Result<Self> {
        let guard = unfinished(parent)?;
        let path = guard.path().with_extension("");
        let folder = fs::DirBuilder::new();
        // Elsewhere, who can enter is inherited: a person's own folders are their own
        #[cfg(unix)]
        let folder = {
            let mut folder = folder;
            std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
            folder
        };
        folder.create(&path)?;
        Ok(Self { path, settled: false, _guard: guard })
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, which nothing must have yet. Both that and the names in it outlive a power cut then.
    pub fn settle(mut self, name: &Path) -> io::Result<()> {
        sync_folder(&self.path)?;
        fs::rename(&self.path, name)?;
        self.settled = true;
        sync_folder(folder_of(name))
    }
}

impl Drop for UnfinishedFolder {
    fn drop(&mut self) {
        if !self.settled {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Whether a name is of what is not in place yet.
pub fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED.0)
}

/// Takes away from a folder what programs that were killed left unfinished. What one at work holds stays.
pub fn clear_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Some(name) = entry.file_name().to_str().filter(|name| is_unfinished(name)).map(str::to_owned) else {
            continue;
        };
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        if kind.is_dir() {
            let guard = folder.join(name + UNFINISHED.1);
            if !is_held(&guard) {
                let _ = fs::remove_dir_all(path);
            }
        } else if kind.is_file() && !is_held(&path) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether somebody is at work on a file. One that is not there is nobody's; of one that cannot be looked at nobody knows.
fn is_held(path: &Path) -> bool {
    match opened(File::options().read(true).write(true), path) {
        Ok(file) => file.try_lock().is_err(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Makes a folder, and those above it that are not there; each outlives a power cut. One that is there already is as good.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = folder_of(path);
    make_folder(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    sync_folder(parent)
}

/// Makes names that were added to a folder, or taken from it, outlive a power cut.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows has no such call: there the rename itself is journalled.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_no_ordinary_file_is_refused_in_a_sentence_and_nothing_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for path in [pipe.as_path(), &link, Path::new("/dev/zero"), Path::new("/dev/null")] {
            for refused in [
                open(path).map(drop),
                read(path).map(drop),
                read_text(path).map(drop),
                opened(File::options().write(true), path).map(drop),
            ] {
                let words = refused.unwrap_err().to_string();
                assert!(words.contains("not an ordinary file but a pipe or a device"), "{}: {words}", path.display());
            }
        }
        // Of a device that would fill the disk it is not tried
        assert!(copy(Path::new("/dev/null"), &folder.path().join("copy")).is_err());
        assert!(!folder.path().join("copy").exists());
        assert!(read(folder.path()).unwrap_err().to_string().contains("it is a folder"));
        assert!(first_line(Path::new("/dev/zero"), 100).unwrap_err().to_string().contains("too long"));
        let plain = folder.path().join("plain");
        fs::write(&plain, "text").unwrap();
        assert_eq!(read_text(&plain).unwrap(), "text");
        fs::write(&plain, [0xff]).unwrap();
        assert!(read_text(&plain).unwrap_err().to_string().contains("UTF-8"));
        assert_eq!(read(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_first_line_comes_without_its_end_and_is_no_longer_than_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        for (text, line) in [("ab", "ab"), ("abc\nd", "abc"), ("abc\r\nd", "abc"), ("", ""), ("\nabc", "")] {
            fs::write(&path, text).unwrap();
            assert_eq!(first_line(&path, 3).unwrap().as_str(), line, "{text:?}");
        }
        fs::write(&path, "abcdef\n").unwrap();
        assert!(first_line(&path, 3).is_err());
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it.json");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_program_left_goes_with_the_next_writing_and_what_is_at_work_stays() {
        let folder = tempfile::tempdir().unwrap();
        let left = |name: &str| folder.path().join(format!("{}{name}", UNFINISHED.0));
        let mut at_work = unfinished(folder.path()).unwrap();
        at_work.write_all(b"half of it").unwrap();
        let inside = UnfinishedFolder::new(folder.path()).unwrap();
        fs::write(inside.path().join("seed.csv"), "half of it").unwrap();
        // As a kill leaves them: a file, a folder with its guard, a folder whose guard went first
        fs::write(left("a.tmp"), "half of it").unwrap();
        fs::write(left("b.tmp"), "").unwrap();
        for name in ["b", "c"] {
            fs::create_dir(left(name)).unwrap();
            fs::write(left(name).join("seed.csv"), "half of it").unwrap();
        }
        let mine = folder.path().join("unfinished-poem.tmp");
        fs::write(&mine, "mine").unwrap();

        replace(&folder.path().join("it.csv"), b"whole").unwrap();
        for name in ["a.tmp", "b.tmp", "b", "c"] {
            assert!(!left(name).exists(), "{name}");
        }
        assert!(mine.exists() && at_work.path().exists() && inside.path().join("seed.csv").exists());
        at_work.persist(folder.path().join("at work.csv")).unwrap();
        inside.settle(&folder.path().join("inside")).unwrap();
        drop(UnfinishedFolder::new(folder.path()).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_unfinished_is_its_owners_alone() {
        let parent = tempfile::tempdir().unwrap();
        let mode = |path: &Path| std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o777;
        assert_eq!(mode(UnfinishedFolder::new(parent.path()).unwrap().path()), 0o700);
        assert_eq!(mode(unfinished(parent.path()).unwrap().path()), 0o600);
    }
}
