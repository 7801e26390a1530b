//! Read share extracts back, without the workspace: everything in them is looked at again, from the bytes up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::tables::hex;
use super::super::verify::{Verified, VerifyLine, strangers};
use super::super::{ReleaseError, manifest as release_manifest};
use super::manifest::{Form, ShareManifest, VERSION};
use super::rows::{CHANGE, Change, KEY, State, row_hash};
use crate::files;
use crate::person::Chi;
use crate::person::chi::{self, NumberKind};
use crate::progress::Progress;
use crate::words::{counted, harmless, number};
use crate::workspace::SharedColumn;
use crate::workspace::sharing::state_sha256;

/// What a check found, or what is wrong.
type Checked = Result<String, String>;

/// Whether a folder holds share extracts, and no release.
pub(in super::super) fn is_one(folder: &Path) -> bool {
    !folder.join(release_manifest::FILE).exists() && manifests(folder).is_ok_and(|found| !found.is_empty())
}

fn manifests(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("share-") && name.ends_with("_manifest.json") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The files of every share extract of a folder, the oldest first, each with its manifest behind it.
pub(in super::super) fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for path in manifests(folder)? {
        let held: ShareManifest = serde_json::from_slice(&files::read(&path)?)?;
        names.push(held.file.name);
        names.push(ShareManifest::file_name(held.extract.number));
    }
    Ok(names)
}

/// Checks every share extract of a folder. What is not as it should be comes back as [`ReleaseError::Unsound`].
pub(in super::super) fn verify(folder: &Path, progress: &Progress) -> Result<Verified, ReleaseError> {
    let unreadable = |path: &Path, source| ReleaseError::Io {
        path: path.to_owned(),
        doing: "read",
        source,
        kept: "nothing was changed. Check the folder and try again",
    };
    let found = manifests(folder).map_err(|error| unreadable(folder, error))?;
    progress.begin("Checking extracts", found.len() as u64);
    let mut lines = Vec::new();
    let mut known = BTreeSet::new();
    for path in found {
        progress.check()?;
        progress.advance(1);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = files::read(&path).map_err(|error| unreadable(&path, error))?;
        let manifest = match manifest(&name, &bytes) {
            Ok(manifest) => manifest,
            Err(fault) => {
                lines.push(line(&name, Err(fault)));
                continue;
            }
        };
        let said = format!(
            "{}, version {}, level {}: {}",
            manifest.protocol.reference, manifest.protocol.version, manifest.level, manifest.purpose
        );
        lines.push(line(&name, agreed(&manifest).map(|()| said)));
        let file = folder.join(&manifest.file.name);
        let checked = match fs::metadata(&file) {
            Ok(data) if data.is_file() => {
                files::read(&file).map_err(|error| unreadable(&file, error)).map(|bytes| table(&manifest, &bytes))?
            }
            Ok(_) => Err("it is not an ordinary file".to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("it is missing".to_owned()),
            Err(error) => return Err(unreadable(&file, error)),
        };
        lines.push(line(&manifest.file.name, checked));
        known.insert(manifest.file.name);
    }
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    lines.push(line("Files", strangers(folder, &known)?));
    let verified = Verified { lines };
    if verified.ok() { Ok(verified) } else { Err(ReleaseError::Unsound(verified)) }
}

fn line(what: &str, checked: Checked) -> VerifyLine {
    let ok = checked.is_ok();
    VerifyLine { what: what.to_owned(), ok, detail: checked.unwrap_or_else(|fault| fault) }
}

fn manifest(name: &str, bytes: &[u8]) -> Result<ShareManifest, String> {
    let manifest: ShareManifest =
        serde_json::from_slice(bytes).map_err(|error| format!("it is not a share extract's manifest: {error}"))?;
    if manifest.stewartry_share != VERSION {
        return Err(format!("it is of form {}, and this program reads form {VERSION}", manifest.stewartry_share));
    }
    if !manifest.is_sealed() || manifest.bytes() != bytes {
        return Err("it was changed since it was written".to_owned());
    }
    if ShareManifest::file_name(manifest.extract.number) != name {
        return Err(format!("it says that it is of extract {}", manifest.extract.number));
    }
    let plain = |name: &str| !name.is_empty() && Path::new(name).file_name().is_some_and(|bare| bare == name);
    if !plain(&manifest.file.name) {
        return Err("it names a file outside the folder".to_owned());
    }
    Ok(manifest)
}

/// The level and the columns are within what the manifest says was agreed.
fn agreed(manifest: &ShareManifest) -> Result<(), String> {
    if manifest.level == 0 || manifest.level > manifest.protocol.agreed {
        return Err(format!("level {} is above the agreed level {}", manifest.level, manifest.protocol.agreed));
    }
    let outside = manifest.columns.iter().find(|column| !manifest.protocol.allowed.contains(column));
    match outside {
        Some(column) => Err(format!("level {} does not allow {}", manifest.level, column.code())),
        None => Ok(()),
    }
}

fn table(manifest: &ShareManifest, bytes: &[u8]) -> Checked {
    let part = &manifest.file;
    if bytes.len() as u64 != part.bytes || hex(&Sha256::digest(bytes)) != part.sha256 {
        return Err("its bytes are not those that the manifest names".to_owned());
    }
    let is_delta = manifest.extract.form == Form::Delta;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut rows = reader.records();
    let headings: Vec<String> = match rows.next() {
        Some(Ok(row)) => row.iter().map(str::to_owned).collect(),
        _ => return Err("it has no headings".to_owned()),
    };
    let first: &[&str] = if is_delta { &[CHANGE, KEY] } else { &[KEY] };
    let wanted: Vec<&str> = first.iter().copied().chain(manifest.columns.iter().map(|column| column.code())).collect();
    if headings != wanted {
        return Err("its headings are not those of the manifest's columns".to_owned());
    }
    let (mut state, mut counts, mut before) = (State::new(), BTreeMap::new(), None);
    for (place, row) in rows.enumerate() {
        let fault = |what: &str| format!("row {}: {what}", number(place as u64 + 1));
        let row: Vec<String> = row.map_err(|_| fault("it cannot be read"))?.iter().map(str::to_owned).collect();
        if row.len() != wanted.len() {
            return Err(fault("it has another number of cells than there are headings"));
        }
        let (head, cells) = row.split_at(first.len());
        let change = match head {
            [change, _] => Change::of_code(change).ok_or_else(|| fault("it says of no known change"))?,
            _ => Change::Added,
        };
        let text = &head[first.len() - 1];
        let chi = Chi::parse(text).map_err(|_| fault("its CHI is not a valid one"))?;
        if chi.as_str() != text || chi::read(Some(text)).kind != NumberKind::Chi {
            return Err(fault("its CHI is not a valid one"));
        }
        if before.is_some_and(|before| before >= chi) {
            return Err(fault("its CHI is not above that of the row before"));
        }
        before = Some(chi);
        if cells.iter().any(|cell| harmless(cell) != cell.as_str()) {
            return Err(fault("a spreadsheet would run one of its cells"));
        }
        if change == Change::Withdrawn && cells.iter().any(|cell| !cell.is_empty()) {
            return Err(fault("it is withdrawn, and says more than the CHI"));
        }
        *counts.entry(change).or_insert(0u64) += 1;
        state.insert(chi, row_hash(cells));
    }
    let count = |change| counts.get(&change).copied().unwrap_or(0);
    let extract = &manifest.extract;
    if part.rows != counts.values().sum::<u64>()
        || Change::ALL.map(count) != [extract.added, extract.changed, extract.withdrawn]
    {
        return Err("it has other rows than the manifest counts".to_owned());
    }
    if !is_delta && (state.len() as u64 != extract.people || state_sha256(&state) != extract.held_sha256) {
        return Err("what it holds is not what the manifest says".to_owned());
    }
    let columns: BTreeSet<&SharedColumn> = manifest.columns.iter().collect();
    Ok(format!(
        "{}, {} beside the CHI, SHA-256 as in the manifest",
        counted(part.rows, "row", "rows"),
        counted(columns.len() as u64, "column", "columns")
    ))
}
