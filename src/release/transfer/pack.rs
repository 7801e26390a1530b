//! One sealed file of a release, for the people it is for; and the release again, where it arrived.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::bundle::Bundle;
use super::{TransferError, name_of, tar};
use crate::age::{self, AgeError, Identity, Recipient};
use crate::files::{self, UnfinishedFolder};
use crate::progress::Progress;
use crate::release::{Verified, verify};
use crate::workspace::durable;

/// The ending of a pack: a tar archive, sealed with age.
const ENDING: &str = ".tar.age";
/// The largest file that is unpacked, in bytes: no release comes near it.
const MOST: u64 = 4 << 30;

/// Checks a release (or a correction, or share extracts) and seals all of it as one file in the folder `into`, for these recipients and nobody else. A file that is
/// there already is left as it is.
pub fn pack(
    folder: &Path,
    recipients: &[Recipient],
    into: &Path,
    progress: &Progress,
) -> Result<PathBuf, TransferError> {
    if recipients.is_empty() {
        return Err(TransferError::Key(AgeError::NoRecipients));
    }
    let bundle = Bundle::of(folder, progress)?;
    let mut files = Vec::new();
    // What says what the rest must be stands first
    for name in bundle.files.into_iter().rev() {
        let path = folder.join(&name);
        let bytes = files::read(&path).map_err(|source| TransferError::io(&path, "read", source))?;
        files.push((name, bytes));
    }
    progress.begin("Packing", 0);
    progress.check()?;
    let archive = Zeroizing::new(tar::write(&files));
    let path = into.join(format!("{}{ENDING}", bundle.name));
    let wrong = |source| TransferError::io(&path, "written", source);
    files::make_folder(into).map_err(wrong)?;
    let mut file = files::unfinished(into).map_err(wrong)?;
    age::encrypt(recipients, &mut archive.as_slice(), &mut file).map_err(|error| match error {
        AgeError::Io(source) => wrong(source),
        other => TransferError::Key(other),
    })?;
    file.as_file().sync_all().map_err(wrong)?;
    progress.check()?;
    if let Err(error) = file.persist_noclobber(&path) {
        return Err(match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => TransferError::AlreadyThere { path },
            _ => wrong(error.error),
        });
    }
    durable::sync_folder(into)?;
    Ok(path)
}

/// Opens a pack and puts the release that it holds into the folder `into`, which must not be there yet; then checks it. Where
/// anything is wrong, nothing is left of it.
pub fn unpack(
    sealed: &Path,
    identities: &[Identity],
    into: &Path,
    progress: &Progress,
) -> Result<Verified, TransferError> {
    let failed = |why: String| TransferError::Sealed { path: sealed.to_owned(), why };
    if into.exists() {
        return Err(TransferError::AlreadyThere { path: into.to_owned() });
    }
    let file = files::open(sealed).map_err(|source| TransferError::io(sealed, "read", source))?;
    let length = file.metadata().map_err(|source| TransferError::io(sealed, "read", source))?.len();
    if length > MOST {
        return Err(failed("it is larger than any release".to_owned()));
    }
    progress.begin("Unpacking", 0);
    let mut archive = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0)));
    age::decrypt(identities, file, &mut *archive).map_err(|error| failed(error.to_string()))?;
    progress.check()?;
    let files = tar::read(&archive)
        .filter(|files| Bundle::may_be(&files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>()))
        .ok_or_else(|| failed("it holds no release".to_owned()))?;

    // Made under another name beside its place, and renamed once it is known to be whole
    let wrong = |source| TransferError::io(into, "written", source);
    let parent = files::folder_of(into);
    files::make_folder(parent).map_err(wrong)?;
    let unfinished = UnfinishedFolder::new(parent).map_err(wrong)?;
    for (name, bytes) in &files {
        let mut file = fs::File::create_new(unfinished.path().join(name)).map_err(wrong)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(wrong)?;
    }
    let verified = verify(unfinished.path(), progress).map_err(|error| {
        let words = error.to_string().replace(&unfinished.path().display().to_string(), &name_of(sealed));
        failed(format!("what it holds is not a whole release: {words}"))
    })?;
    unfinished.settle(into).map_err(wrong)?;
    Ok(verified)
}
