//! Read a release back, without the workspace: everything in it is looked at again, from the bytes up.

mod correction;
mod laid;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::manifest::{self, FilePart, Holds, Manifest, ProfilePart};
use super::profile::RowsOf;
use super::shipped;
use super::tables::{EVIDENCE, MERGES, hex};
use super::{ExportProfile, LineEnd, ReleaseError, sealed};
use crate::files;
use crate::person::{Chi, MosaicId};
use crate::progress::Progress;
use crate::stewardship::people_csv;
use crate::stewardship::training::{MARK, named};
use crate::words::{counted, harmless, number};
use crate::workspace::fingerprint;

/// What a look at a release found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// One line for each thing looked at.
    pub lines: Vec<VerifyLine>,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyLine {
    /// What was looked at.
    pub what: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found, in a sentence; where it failed, the first failure with its file and line.
    pub detail: String,
}

impl std::fmt::Display for VerifyLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if self.ok { "ok   " } else { "WRONG" };
        write!(f, "{mark}  {}: {}", self.what, self.detail)
    }
}

impl Verified {
    /// Whether everything is as it should be.
    pub fn ok(&self) -> bool {
        self.lines.iter().all(|line| line.ok)
    }

    /// Whether the files come from a practice workspace.
    pub fn is_training(&self) -> bool {
        self.lines.iter().any(|line| line.what == MARK)
    }

    /// Whether the form is an older one that carries nobody's signature.
    pub fn is_unsigned(&self) -> bool {
        self.lines.iter().any(|line| line.what == SIGNATURE && line.ok && line.detail == sealed::UNSIGNED)
    }

    /// The first thing that is not.
    pub fn failure(&self) -> Option<&VerifyLine> {
        self.lines.iter().find(|line| !line.ok)
    }
}

/// What the line about the signature is called.
const SIGNATURE: &str = "Signature";

/// Checks a release, or a folder of share extracts. What is not as it should be comes back as [`ReleaseError::Unsound`], with every line that was looked at.
pub fn verify(folder: &Path, progress: &Progress) -> Result<Verified, ReleaseError> {
    let not_one = |what: &str| ReleaseError::NotARelease { path: folder.to_owned(), what: what.to_owned() };
    if !folder.is_dir() {
        return Err(not_one(if folder.exists() { "it is not a folder" } else { "there is no such folder" }));
    }
    if super::share::is_one(folder) {
        return super::share::verify(folder, progress);
    }
    progress.begin("Checking the release", 5);
    let path = folder.join(manifest::FILE);
    let bytes = match read(&path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(not_one("its manifest.json is not an ordinary file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(not_one("it has no manifest.json, so it is not a whole release; write it again"));
        }
        Err(source) => return Err(unreadable(&path, source)),
    };
    let mut lines = Vec::new();
    if correction::is_one(&bytes) {
        correction::look_at(folder, &bytes, &mut lines, progress)?;
    } else if let Some(manifest) = look_at_manifest(&bytes, &mut lines) {
        look_at_release(folder, &manifest, &mut lines, progress)?;
    }
    let verified = Verified { lines };
    if verified.ok() { Ok(verified) } else { Err(ReleaseError::Unsound(verified)) }
}

fn look_at_release(
    folder: &Path,
    manifest: &Manifest,
    lines: &mut Vec<VerifyLine>,
    progress: &Progress,
) -> Result<(), ReleaseError> {
    let profile = manifest.profile.profile();
    lines.extend(super::training::line(manifest.training));
    let is_named = matches!(manifest.profile, ProfilePart::Named(_));
    lines.push(line("Profile", look_at_profile(&profile, is_named, manifest.training)));
    lines.push(line("Files", complete(folder, manifest, &profile)?));
    let (mut tables, mut laid_out) = (BTreeMap::new(), Vec::new());
    for part in &manifest.files {
        progress.check()?;
        progress.advance(1);
        let by_profile = part.holds == Holds::of(profile.rows);
        let checked = look_into(folder, part)?.and_then(|bytes| {
            if by_profile {
                laid_out.extend(laid::rows(part, &bytes, &profile)?);
            } else {
                let table = look_at_table(part, &bytes, profile.line_end)?;
                tables.insert(part.holds, super::training::without_mark(manifest.training, table)?);
            }
            Ok(format!(
                "{}, {} bytes, SHA-256 as in the manifest",
                counted(part.rows, "row", "rows"),
                number(part.bytes)
            ))
        });
        lines.push(line(&part.name, checked));
    }
    // What the rows say is looked at only where all files are what the manifest says they are.
    if !lines.iter().all(|line| line.ok) {
        return Ok(());
    }
    match (profile.rows, tables.get(&Holds::Merges), tables.get(&Holds::Evidence)) {
        (RowsOf::Seed, Some(merges), Some(evidence)) => {
            let batch = manifest.batch.number;
            let [merges_name, evidence_name] =
                [Holds::Merges, Holds::Evidence].map(|holds| named(manifest.training, &holds.file_name(batch)));
            lines.push(line("Seed rows", laid::look_at_seed(&laid_out, &profile)));
            lines.push(line("Merge instructions", look_at_merges(&merges_name, merges)));
            lines.push(line("Seeds and merges", laid::no_seed_on_a_source(&laid_out, &profile, merges)));
            let seeded = laid::seeded(&laid_out, &profile);
            let checked = look_at_evidence(&evidence_name, evidence, &seeded, merges, manifest);
            lines.push(line("Evidence", checked));
            let left_out = manifest.left_out.restricted;
            if left_out > 0 {
                let words =
                    counted(left_out, "signed row is in no file: it is", "signed rows are in no file: they are");
                lines.push(line("Left out", Ok(format!("{words} about restricted people"))));
            }
        }
        _ => lines.push(line("Rows", laid::look_at_others(&laid_out, &profile, manifest))),
    }
    lines.push(line("Sign-off", look_at_sign_off(manifest)));
    let rows = tables.get(&Holds::Evidence).zip(tables.get(&Holds::Merges));
    lines.push(line(SIGNATURE, sealed::look(rows, manifest)));
    Ok(())
}

/// The fingerprint of the key that a release was signed with, as its manifest has it.
pub fn signers_key(folder: &Path) -> Result<String, ReleaseError> {
    let path = folder.join(manifest::FILE);
    let bytes = files::read(&path).map_err(|source| unreadable(&path, source))?;
    // Of a release and of a correction alike
    #[derive(serde::Deserialize)]
    struct Signed {
        signature: manifest::SignaturePart,
    }
    let not_one = |what: &str| ReleaseError::NotARelease { path: folder.to_owned(), what: what.to_owned() };
    let signed: Signed = serde_json::from_slice(&bytes).map_err(|_| not_one("its manifest.json cannot be read"))?;
    let event = signed.signature.event.ok_or_else(|| not_one("it carries nobody's signature"))?;
    Ok(fingerprint(&event.public_key))
}

/// The profile is one by which a release can be written.
fn look_at_profile(profile: &ExportProfile, is_named: bool, training: bool) -> Checked {
    if training && !super::training::is_marked(profile) {
        return Err(format!("no practice workspace writes by it: it does not set the mark {MARK}"));
    }
    let of_ours = shipped::all().into_iter().find(|it| it.name == profile.name && it.version == profile.version);
    // Whether formulas are made harmless was added to one under the same version
    let of_ours = of_ours.map(|it| ExportProfile { harmless: profile.harmless, ..it });
    if is_named && of_ours.is_some_and(|it| super::training::profile(training, &it) != *profile) {
        return Err(format!(
            "it is named {}, version {}, and is not what the program has under that name",
            profile.name, profile.version
        ));
    }
    match profile.fault() {
        None => Ok(format!("{}, version {}: {}", profile.name, profile.version, profile.title)),
        Some(fault) => Err(format!("no release is written by it: {}", crate::words::lower_first(&fault))),
    }
}

/// The bytes of a file, where they are what the manifest says.
pub(super) fn look_into(folder: &Path, part: &FilePart) -> Result<Result<Vec<u8>, String>, ReleaseError> {
    let path = folder.join(&part.name);
    let bytes = match read(&path) {
        Ok(None) => return Ok(Err("it is not an ordinary file".to_owned())),
        Ok(Some(bytes)) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Err("it is missing".to_owned())),
        Err(source) => return Err(unreadable(&path, source)),
    };
    if bytes.len() as u64 != part.bytes {
        return Ok(Err(format!(
            "it has {} bytes where the manifest says {}",
            number(bytes.len() as u64),
            number(part.bytes)
        )));
    }
    if hex(&Sha256::digest(&bytes)) != part.sha256 {
        return Ok(Err("its content is not what the manifest says: the SHA-256 differs".to_owned()));
    }
    Ok(Ok(bytes))
}

/// What a check found, or what is wrong.
pub(super) type Checked = Result<String, String>;

pub(super) fn line(what: &str, checked: Checked) -> VerifyLine {
    let ok = checked.is_ok();
    let detail = checked.unwrap_or_else(|fault| fault);
    VerifyLine { what: what.to_owned(), ok, detail }
}

/// The bytes of a file; `None` where it is a pipe, a device or a folder, which could be read for ever.
fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    if fs::metadata(path)?.is_file() { files::read(path).map(Some) } else { Ok(None) }
}

fn unreadable(path: &Path, source: std::io::Error) -> ReleaseError {
    ReleaseError::Io {
        path: path.to_owned(),
        doing: "read",
        source,
        kept: "nothing was changed. Check the folder and try again",
    }
}

fn look_at_manifest(bytes: &[u8], lines: &mut Vec<VerifyLine>) -> Option<Manifest> {
    let read = || -> Result<Manifest, String> {
        #[derive(serde::Deserialize)]
        struct Version {
            stewartry_release: u32,
        }
        let version: Version = serde_json::from_slice(bytes).map_err(|error| {
            format!("it is not the manifest of a release (line {}, column {})", error.line(), error.column())
        })?;
        if !(1..=manifest::VERSION).contains(&version.stewartry_release) {
            return Err(format!(
                "its form is version {}, and this program knows version {}; check it with the program that wrote it",
                version.stewartry_release,
                manifest::VERSION
            ));
        }
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| {
            format!("it is not a whole manifest (line {}, column {})", error.line(), error.column())
        })?;
        if !manifest.is_sealed() || manifest.bytes() != bytes {
            return Err("it was changed after it was written: its seal does not fit".to_owned());
        }
        Ok(manifest)
    };
    match read() {
        Ok(manifest) => {
            let batch = &manifest.batch;
            let detail =
                format!("Batch {} “{}”, {}, seal fits", batch.number, batch.name, counted(batch.rows, "row", "rows"));
            lines.push(line(manifest::FILE, Ok(detail)));
            Some(manifest)
        }
        Err(fault) => {
            lines.push(line(manifest::FILE, Err(fault)));
            None
        }
    }
}

/// Exactly the files of the release, by their names, and no other table beside them.
fn complete(folder: &Path, manifest: &Manifest, profile: &ExportProfile) -> Result<Checked, ReleaseError> {
    let batch = manifest.batch.number;
    let mut expected: Vec<(Holds, String)> = Vec::new();
    if profile.rows == RowsOf::Seed {
        expected.extend(
            [Holds::Evidence, Holds::Merges].map(|holds| (holds, named(manifest.training, &holds.file_name(batch)))),
        );
    }
    let holds = Holds::of(profile.rows);
    let parts = manifest.files.iter().filter(|part| part.holds == holds).count().max(1);
    let signed: String = manifest.signature.at.chars().take(10).filter(char::is_ascii_digit).collect();
    expected.extend((1..=parts).map(|part| (holds, profile.file(batch, &signed, part))));
    let named: Vec<(Holds, String)> = manifest.files.iter().map(|part| (part.holds, part.name.clone())).collect();
    if named != expected {
        let what = match profile.rows {
            RowsOf::Seed => "exactly the seed file, the merge instructions and the evidence",
            _ => "exactly the files of its profile",
        };
        return Ok(Err(format!("the manifest does not name {what}")));
    }
    if let Some(most) = profile.most_rows {
        let of_table: Vec<u64> =
            manifest.files.iter().filter(|part| part.holds == holds).map(|part| part.rows).collect();
        let last = of_table.len().saturating_sub(1);
        let full = |(at, rows): (usize, &u64)| if at < last { *rows == most } else { *rows <= most };
        if !of_table.iter().enumerate().all(full) || (last > 0 && of_table.last() == Some(&0)) {
            return Ok(Err(format!("the table is not split into files of {} rows", number(most))));
        }
    }
    let known: BTreeSet<&str> = expected.iter().map(|(_, name)| name.as_str()).collect();
    strangers(folder, &known)
}

/// Whether a file of this name could be loaded, or opened as a table, in place of one that the manifest names.
fn is_table(name: &str) -> bool {
    const ENDINGS: [&str; 11] = ["csv", "txt", "tsv", "tab", "psv", "xls", "xlsx", "xlsm", "xlsb", "ods", "parquet"];
    // `seed.csv.bak` and `seed.csv~` are copies of a table
    name.split('.').skip(1).any(|part| {
        let part: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
        ENDINGS.iter().any(|ending| ending.eq_ignore_ascii_case(&part))
    })
}

/// No other table is in the folder.
pub(in crate::release) fn strangers(folder: &Path, known: &BTreeSet<&str>) -> Result<Checked, ReleaseError> {
    let entries = fs::read_dir(folder).map_err(|source| unreadable(folder, source))?;
    let mut strangers = BTreeSet::new();
    for entry in entries {
        let name = entry.map_err(|source| unreadable(folder, source))?.file_name().to_string_lossy().into_owned();
        if is_table(&name) && !known.contains(name.as_str()) {
            strangers.insert(name);
        }
    }
    Ok(match strangers.first() {
        Some(stranger) => Err(format!(
            "{stranger} is in the folder and not in the manifest, and could be loaded in its place; keep it elsewhere"
        )),
        None => Ok("All are named, and no other table is in the folder".to_owned()),
    })
}

/// A table of the program's own form, as rows with their headings.
pub(super) fn look_at_table(part: &FilePart, bytes: &[u8], line_end: LineEnd) -> Result<Vec<Vec<String>>, String> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err("it begins with a byte order mark".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.contains('\0') {
        return Err("it holds a NUL character".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            format!("line {line} does not have as many fields as the headings")
        })?;
        rows.push(record.iter().map(str::to_owned).collect());
    }
    // Written again from its rows, the file must give the same bytes: no other quoting, line end or blank line.
    if people_csv::plain(&rows, line_end.text()) != bytes {
        return Err("it is not written as a release is: other line ends, quotation marks or blank lines".to_owned());
    }
    let found = (rows.len() as u64).saturating_sub(1);
    if rows.is_empty() || found != part.rows {
        return Err(format!("it has {} rows where the manifest says {}", number(found), number(part.rows)));
    }
    Ok(rows)
}

/// Every row below the headings with its line, in files whose fields hold no line end.
pub(super) fn numbered(rows: &[Vec<String>]) -> impl Iterator<Item = (usize, &Vec<String>)> {
    rows.iter().enumerate().skip(1).map(|(at, row)| (at + 1, row))
}

pub(super) fn headings(name: &str, rows: &[Vec<String>], expected: &[&str]) -> Result<(), String> {
    let found = rows.first().map(|row| row.iter().map(String::as_str).collect::<Vec<_>>());
    if found.as_deref() == Some(expected) {
        Ok(())
    } else {
        Err(format!("{name}, line 1: the headings are not {}", expected.join(",")))
    }
}

/// An id exactly as a seed file admits it: no white space around it, nothing but the alphabet.
pub(super) fn is_id(text: &str) -> bool {
    MosaicId::parse(text).is_some_and(|id| id.as_str() == text)
}

fn look_at_merges(name: &str, rows: &[Vec<String>]) -> Checked {
    headings(name, rows, &MERGES)?;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = "";
    for (at, row) in numbered(rows) {
        let [source, target, _, blockers, _] = row.as_slice() else {
            return Err(format!("{name}, line {at}: not five fields"));
        };
        if !is_id(source) || !is_id(target) {
            return Err(format!("{name}, line {at}: a Mosaic id has characters that a merge does not admit"));
        }
        if source == target {
            return Err(format!("{name}, line {at}: a record is merged with itself"));
        }
        for id in [source, target] {
            if let Some(first) = seen.insert(id, at) {
                return Err(format!("{name}, line {at}: a person is in the merge of line {first} already"));
            }
        }
        if blockers.split(';').any(|check| check.ends_with("=blocked")) {
            return Err(format!("{name}, line {at}: the merge is blocked"));
        }
        if source.as_str() < last {
            return Err(format!("{name}, line {at}: the rows are not in the order of the source ids"));
        }
        last = source;
    }
    Ok(format!("{}, each person in one at most", counted(rows.len() as u64 - 1, "merge", "merges")))
}

fn look_at_evidence(
    name: &str,
    rows: &[Vec<String>],
    seeded: &BTreeSet<(String, String)>,
    merges: &[Vec<String>],
    manifest: &Manifest,
) -> Checked {
    headings(name, rows, &EVIDENCE)?;
    let column = |heading: &str| EVIDENCE.iter().position(|known| *known == heading).unwrap_or_default();
    let [kind, left, right, verdict, reason] = ["KIND", "LEFT_ID", "RIGHT_ID", "VERDICT", "REASON"].map(column);
    let [by, recheck, second] = ["DECIDED_BY", "RECHECK", "RECHECKED_BY"].map(column);
    let [sampled, last_key] = [column("SAMPLED"), column("LEFT_ID")];
    let deciders: BTreeSet<String> = manifest.batch.decided_by.iter().map(|who| harmless(who).into_owned()).collect();
    let (mut links, mut duplicates) = (BTreeSet::new(), BTreeMap::new());
    let (mut last, mut rechecked, mut of_the_sample) = ("", 0, 0);
    let mut said = BTreeSet::new();
    for (at, row) in numbered(rows) {
        let wrong = |what: &str| Err(format!("{name}, line {at}: {what}"));
        let pair = (given(&row[left]).to_owned(), given(&row[right]).to_owned());
        let is_new = match row[kind].as_str() {
            "link" if Chi::parse(&pair.1).is_ok() => links.insert(pair),
            "duplicate" => duplicates.insert(pair, given(&row[reason])).is_none(),
            _ => return wrong("it is neither a link to a valid CHI nor a duplicate"),
        };
        if !is_new {
            return wrong("the pair stands on an earlier line already");
        }
        if row[verdict] != "match" {
            return wrong("the decision is not a match");
        }
        if !deciders.contains(&row[by]) {
            return wrong("it was decided by someone whom the manifest does not name");
        }
        said.insert(&row[by]);
        if row[recheck].is_empty() && row[sampled] == "yes" {
            return wrong("it is in the sample and was not re-checked");
        }
        if !row[recheck].is_empty() {
            rechecked += 1;
            of_the_sample += u64::from(row[sampled] == "yes");
            if row[recheck] != "match" {
                return wrong("the re-check does not agree");
            }
            if row[second].is_empty() || row[second] == row[by] {
                return wrong("it was re-checked by nobody, or by the person who decided it");
            }
        }
        if given(&row[last_key]) < given(last) {
            return wrong("the rows are not in the order of the Mosaic ids");
        }
        last = &row[last_key];
    }
    if *seeded != links {
        return Err(format!("{name} does not speak of exactly the rows of the seed file"));
    }
    let in_order = |a: &String, b: &String| if a < b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
    // That a row has two ids at all is looked at elsewhere, and may have failed
    let merged: BTreeMap<(String, String), &str> = merges
        .iter()
        .skip(1)
        .filter_map(|row| match row.as_slice() {
            [source, target, why, ..] => Some((in_order(source, target), why.as_str())),
            _ => None,
        })
        .collect();
    if !merged.keys().eq(duplicates.keys()) {
        return Err(format!("{name} does not speak of exactly the merge instructions"));
    }
    if let Some(((one, other), _)) = merged.iter().find(|(pair, why)| duplicates.get(*pair) != Some(*why)) {
        return Err(format!(
            "{name} gives another reason for the merge of {one} and {other} than the merge instructions"
        ));
    }
    // Of rows that are in no file nobody here knows who decided them
    let left_out = manifest.left_out.restricted;
    if left_out == 0 && deciders.iter().any(|who| !said.contains(who)) {
        return Err("the manifest names somebody who decided none of its rows".to_owned());
    }
    if !(of_the_sample..=of_the_sample + left_out).contains(&manifest.sample.rechecked) {
        return Err("another number of rows was re-checked than the manifest says".to_owned());
    }
    let rows = rows.len() as u64 - 1;
    if rows + left_out != manifest.batch.rows {
        return Err(format!(
            "{name} and the rows left out do not add up to the {} rows of the batch",
            manifest.batch.rows
        ));
    }
    Ok(format!(
        "{}, {} of them re-checked by another person",
        counted(rows, "decision", "decisions"),
        number(rechecked)
    ))
}

/// A cell as it was before it was made neutral.
pub(super) fn given(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if harmless(rest) == cell => rest,
        _ => cell,
    }
}

fn look_at_sign_off(manifest: &Manifest) -> Checked {
    let Manifest { batch, signature, sample, .. } = manifest;
    if signature.by.is_empty() || signature.statement.is_empty() {
        return Err("the manifest does not say who signed and what the re-check proves".to_owned());
    }
    if batch.decided_by.contains(&signature.by)
        || batch.composed_by == signature.by
        || batch.submitted_by == signature.by
    {
        return Err("it was signed by someone who decided, composed or submitted it".to_owned());
    }
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hash(&signature.ledger_hash) || !is_hash(&batch.content_sha256) {
        return Err("the manifest does not hold the ledger's head and the content that was signed".to_owned());
    }
    if sample.rechecked < sample.drawn {
        return Err("fewer rows were re-checked than were drawn".to_owned());
    }
    Ok(format!("Signed by {}; {}", signature.by, signature.statement))
}
