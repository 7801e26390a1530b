//! Send a file so that the other side has all of it or nothing of that name: under another name first, and the name last. After a
//! break the rest is sent, and what was sent in pieces is fetched back and compared before it gets its name.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::bundle::Bundle;
use super::sftp::{Sftp, SftpError};
use super::{TransferError, name_of, tar};
use crate::files;
use crate::progress::Progress;
use crate::stewardship::{rights, training};
use crate::workspace::{Event, LedgerFilter, Place, Workspace};

/// How often a connection may break before it is left for later.
const BREAKS: u32 = 5;

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The file's name there.
    pub name: String,
    /// Where it is.
    pub to: String,
    /// SHA-256 (hex) of its bytes.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
    /// How often the connection broke on the way.
    pub breaks: u32,
}

/// A file that is to be sent, as it was read.
struct Parcel {
    folder: PathBuf,
    name: String,
    sha256: String,
    bytes: u64,
}

impl Parcel {
    fn receipt(&self, place: &Place, breaks: u32) -> Receipt {
        let Self { name, sha256, bytes, .. } = self;
        Receipt { name: name.clone(), to: place.to(), sha256: sha256.clone(), bytes: *bytes, breaks }
    }
}

/// Whether the same file was sent to the same place before, by its receipt: a release of which a part arrived is gone on with.
fn sent_before(ws: &Workspace, place: &Place, parcel: &Parcel) -> Result<bool, TransferError> {
    let filter =
        LedgerFilter { kinds: vec!["sent".to_owned()], text: parcel.sha256.clone(), ..LedgerFilter::default() };
    let same = |event: Event| match event {
        Event::Sent { to, name, sha256, .. } => to == place.to() && name == parcel.name && sha256 == parcel.sha256,
        _ => false,
    };
    Ok(ws.ledger(&filter, 1_000)?.into_iter().any(|row| same(row.event)))
}

/// Sends a file, or every file of a release (checked first; its manifest last), to a place of the workspace. Each is noted in the
/// ledger as it has arrived.
pub fn send(ws: &mut Workspace, what: &Path, place: &str, progress: &Progress) -> Result<Vec<Receipt>, TransferError> {
    rights::works_here(ws)?;
    let places = ws.places()?;
    let Some((place_name, place)) = places.iter().find(|(name, _)| name == place.trim()) else {
        let names: Vec<String> = places.iter().map(|(name, _)| format!("“{name}”")).collect();
        let known = match names.as_slice() {
            [] => "none is set yet: `stewartry places` sets one".to_owned(),
            names => format!("there is {}", names.join(", ")),
        };
        return Err(TransferError::NoPlace { name: place.trim().to_owned(), known });
    };
    if ws.is_training() {
        return Err(TransferError::OfTraining { name: name_of(what) });
    }
    let paths = files_of(what, progress)?;
    let mut parcels = Vec::new();
    for path in &paths {
        parcels.push(look_at(path, progress)?);
    }
    let way = Sftp::to(place).map_err(|why| not_sent(&name_of(what), place, why))?;
    progress.begin("Sending", parcels.len() as u64);
    let mut receipts = Vec::new();
    for (parcel, path) in parcels.iter().zip(&paths) {
        let before = sent_before(ws, place, parcel)?;
        let carried = carry(&way, place, parcel, before, progress);
        let Some(breaks) = carried.map_err(|why| not_sent(&parcel.name, place, why))? else {
            // It is there from an earlier sending, whose receipt is kept.
            receipts.push(parcel.receipt(place, 0));
            progress.advance(1);
            continue;
        };
        // Should it have been changed while it was sent, what is there is neither the one nor the other.
        if look_at(path, progress)?.sha256 != parcel.sha256 {
            let remove = format!("{}-rm \"{}\"\n", cd(place), parcel.name);
            let _ = way.run(&remove, &parcel.folder, progress);
            return Err(not_sent(&parcel.name, place, SftpError::Differs));
        }
        let receipt = parcel.receipt(place, breaks);
        let Receipt { name, to, sha256, bytes, .. } = receipt.clone();
        let event = Event::Sent { place: place_name.clone(), to, name, sha256, bytes, breaks: u64::from(breaks) };
        ws.apply(vec![event], |_| Ok(()))?;
        receipts.push(receipt);
        progress.advance(1);
    }
    Ok(receipts)
}

fn not_sent(name: &str, place: &Place, why: SftpError) -> TransferError {
    match why {
        SftpError::Stopped => TransferError::Cancelled(crate::progress::Cancelled),
        why => TransferError::NotSent { name: name.to_owned(), to: place.to(), why },
    }
}

/// The files that are meant: one, or those of a release with its manifest last.
fn files_of(what: &Path, progress: &Progress) -> Result<Vec<PathBuf>, TransferError> {
    let of_training = || TransferError::OfTraining { name: name_of(what) };
    if !what.is_dir() {
        if name_of(what).starts_with(&format!("{}-", training::MARK)) {
            return Err(of_training());
        }
        return Ok(vec![what.to_owned()]);
    }
    let bundle = Bundle::of(what, progress)?;
    if bundle.training {
        return Err(of_training());
    }
    Ok(bundle.files.iter().map(|name| what.join(name)).collect())
}

fn look_at(path: &Path, progress: &Progress) -> Result<Parcel, TransferError> {
    let name = name_of(path);
    if !tar::is_plain(&name) {
        return Err(TransferError::Place(format!(
            "The name {name} holds characters that another system may not take; rename the file to plain letters and digits"
        )));
    }
    let failed = |source| TransferError::io(path, "read", source);
    let mut file = files::open(path).map_err(failed)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        progress.check()?;
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    let folder = files::folder_of(path).to_owned();
    Ok(Parcel { folder, name, sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), bytes })
}

/// The command that goes to the place's folder.
fn cd(place: &Place) -> String {
    if place.folder.is_empty() { String::new() } else { format!("cd \"{}\"\n", place.folder) }
}

/// Sends one file. How often the connection broke; `None` where the file is there from an earlier sending (`before`).
fn carry(
    way: &Sftp<'_>,
    place: &Place,
    parcel: &Parcel,
    before: bool,
    progress: &Progress,
) -> Result<Option<u32>, SftpError> {
    // What is in it is in its name: what another file left behind is never gone on with.
    let part = format!("{}.{}.part", parcel.name, &parcel.sha256[..16]);
    let mut breaks = 0;
    let mut naming = before;
    loop {
        match attempt(way, place, parcel, &part, &mut naming, breaks, progress) {
            Ok(sent) => return Ok((sent || !before).then_some(breaks)),
            Err(SftpError::Broken(_)) => {
                breaks += 1;
                if breaks > BREAKS {
                    return Err(SftpError::Broken(breaks));
                }
                for _ in 0..10 * breaks {
                    progress.check().map_err(|_| SftpError::Stopped)?;
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Goes on from what is there. `naming` says that the file may have got its name already: before the connection broke, or in an
/// earlier sending. Whether anything was sent now.
fn attempt(
    way: &Sftp<'_>,
    place: &Place,
    parcel: &Parcel,
    part: &str,
    naming: &mut bool,
    breaks: u32,
    progress: &Progress,
) -> Result<bool, SftpError> {
    let (cd, name, here) = (cd(place), &parcel.name, parcel.folder.as_path());
    let there = way.run(&format!("{cd}-ls -ln \"{name}\"\n-ls -ln \"{part}\"\n"), here, progress)?;
    if let Some(size) = size_of(&there, name) {
        return if *naming && size == parcel.bytes { Ok(false) } else { Err(SftpError::NameTaken) };
    }
    let begun = size_of(&there, part);
    let go_on = match begun {
        None => format!("put \"{name}\" \"{part}\"\n"),
        Some(size) if size < parcel.bytes => format!("reput \"{name}\" \"{part}\"\n"),
        Some(size) if size == parcel.bytes => String::new(),
        Some(_) => format!("rm \"{part}\"\nput \"{name}\" \"{part}\"\n"),
    };
    let there = way.run(&format!("{cd}{go_on}ls -ln \"{part}\"\n"), here, progress)?;
    let whole = size_of(&there, part) == Some(parcel.bytes);
    let in_pieces = begun.is_some() || breaks > 0;
    if !whole || (in_pieces && !comes_back(way, place, parcel, part, progress)?) {
        way.run(&format!("{cd}-rm \"{part}\"\n"), here, progress)?;
        return Err(SftpError::Differs);
    }
    *naming = true;
    // The plain rename, which replaces nothing
    let named = way.run(&format!("{cd}rename -l \"{part}\" \"{name}\"\nls -ln \"{name}\"\n"), here, progress);
    let there = named.map_err(|error| if error == SftpError::CouldNotWrite { SftpError::NameTaken } else { error })?;
    if size_of(&there, name) == Some(parcel.bytes) { Ok(true) } else { Err(SftpError::Differs) }
}

/// Fetches back what was sent in pieces, and compares it.
fn comes_back(
    way: &Sftp<'_>,
    place: &Place,
    parcel: &Parcel,
    part: &str,
    progress: &Progress,
) -> Result<bool, SftpError> {
    let other = |error: std::io::Error| SftpError::Other(format!("a temporary file could not be written: {error}"));
    let back = tempfile::tempdir().map_err(other)?;
    way.run(&format!("{}get \"{part}\" back\n", cd(place)), back.path(), progress)?;
    let back = look_at(&back.path().join("back"), progress).map_err(|error| SftpError::Other(error.to_string()))?;
    Ok(back.sha256 == parcel.sha256)
}

/// The size of a file in a listing, which names each file by its last word or words.
fn size_of(listing: &str, name: &str) -> Option<u64> {
    listing
        .lines()
        .filter(|line| !line.starts_with("sftp>"))
        .filter(|line| {
            line.starts_with('-') && (line.ends_with(&format!(" {name}")) || line.ends_with(&format!("/{name}")))
        })
        .find_map(|line| line.split_whitespace().nth(4)?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_in_a_listing_by_its_whole_name() {
        let listing = "sftp> cd \"in\"\nsftp> -ls -ln \"a.csv\"\n-rw-r--r--    ? 0        0             372 Nov 27 19:00 a.csv\n\
                       sftp> -ls -ln \"a.csv.part\"\n-rw-------    1 1000     1000        65536 Nov 27  2025 a.csv.part\n";
        assert_eq!((size_of(listing, "a.csv"), size_of(listing, "a.csv.part")), (Some(372), Some(65_536)));
        assert_eq!((size_of(listing, "csv"), size_of(listing, "b.csv")), (None, None));
    }
}
