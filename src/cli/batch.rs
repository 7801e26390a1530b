//! `submit`, `sign`, `export`, `verify`: a batch on its way out.

use super::arguments::{ExportArgs, SignArgs, SubmitArgs, VerifyArgs};
use super::work::sit_down;
use super::{Done, Failure, files_out, refuse, terminal};
use crate::release::{self, ReleaseError};
use crate::stewardship::{batches, sign_off, submit};
use crate::words::counted;
use crate::workspace::{BatchId, Workspace, fingerprint};

/// Composes a batch of everything that is ready, and submits it.
pub fn submit(args: &SubmitArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let composed =
        terminal::with_progress(|progress| batches::compose_all_watched(&mut workspace, &args.name, progress))?;
    let batch = composed.batch;
    let sampling = submit::Sampling { tolerable: args.tolerable, confidence: args.confidence };
    let submitted =
        terminal::with_progress(|progress| submit::submit_watched(&mut workspace, batch, sampling, progress));
    if let Err(refused) = submitted {
        // A batch that cannot go is taken apart again: its rows are free for the next.
        batches::take_apart(&mut workspace, batch)?;
        return Err(refused.into());
    }
    let Some(batch) = workspace.batch(batch)? else { return refuse("The batch is gone; look at `history`") };
    println!(
        "Batch {} submitted: {}, {}",
        batch.id.0,
        counted(batch.links, "link", "links"),
        counted(batch.merges, "merge", "merges")
    );
    if let Some((pair, why)) = composed.left.first() {
        let wait = counted(composed.left.len() as u64, "decided pair waits", "decided pairs wait");
        println!("{wait} for another batch; the first, {pair}: {why}");
    }
    if let Some(sample) = &batch.sample {
        println!(
            "{} to re-check, so that {} can be ruled out with {:.0} % confidence",
            counted(sample.size, "row", "rows"),
            format_args!("{:.1} % of wrong rows", 100.0 * sample.tolerable),
            100.0 * sample.confidence
        );
        if sample.controls[0] > 0 {
            let stand = if sample.controls[0] == 1 { "stands" } else { "stand" };
            let pairs = counted(sample.controls[0], "pair that is", "pairs that are");
            println!("{pairs} not in it, decided “Not a match”, {stand} among them");
        }
    }
    Ok(())
}

/// Writes the sample, takes the re-checks and signs, or returns the batch.
pub fn sign(args: &SignArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let batch = BatchId(args.batch);
    if let Some(path) = &args.sample {
        let rows = sign_off::write_sample(&workspace, batch, path)?;
        let written = counted(rows, "sampled pair", "sampled pairs");
        println!("{written} written to {}; fill in the verdict column", path.display());
        return Ok(());
    }
    if let Some(reason) = &args.return_with {
        let rows = named(&workspace, batch, &args.row)?;
        sign_off::return_batch(&mut workspace, batch, reason, rows)?;
        println!("Batch {} returned", batch.0);
        return Ok(());
    }
    if let Some(path) = &args.rechecks {
        let rows = terminal::with_progress(|progress| sign_off::recheck_file(&mut workspace, batch, path, progress))?;
        println!("{} re-checked", counted(rows, "row", "rows"));
    }
    terminal::with_progress(|progress| sign_off::sign_watched(&mut workspace, batch, progress))?;
    let Some(signed) = workspace.batch(batch)?.and_then(|batch| batch.signed) else {
        return refuse("The batch was not signed; look at `history`");
    };
    println!("Batch {} signed. {}", batch.0, signed.statement);
    if let Some(event) = workspace.signed_event(signed.seq)? {
        println!("Ledger head: event {}, {}", event.sequence, event.hash);
        println!("Signed with the key {}", fingerprint(&event.public_key));
    }
    Ok(())
}

/// The rows of a batch that were named as LEFT:RIGHT or LEFT:RIGHT=WHY.
fn named(workspace: &Workspace, batch: BatchId, named: &[String]) -> Result<Vec<sign_off::ReturnedRow>, Failure> {
    let rows = if named.is_empty() { Vec::new() } else { workspace.batch_rows(batch)? };
    let one = |text: &String| {
        let (pair, why) = text.split_once('=').unwrap_or((text, ""));
        let (left, right) = pair.split_once(':').unwrap_or((pair, ""));
        let right: String = right.split_whitespace().collect();
        let found = rows.iter().find(|row| row.key.left() == left.trim() && row.key.right() == right);
        match found {
            Some(row) => Ok((row.key.clone(), why.trim().to_owned())),
            None => {
                refuse(format!("“{pair}” is no row of batch {}; name it as LEFT:RIGHT, as its sample does", batch.0))
            }
        }
    };
    named.iter().map(one).collect()
}

/// Writes the files of a signed batch.
pub fn export(args: &ExportArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let profile = files_out::which(&workspace, &args.which)?;
    let write = if args.with_recalled { release::write_with_recalled } else { release::write_with };
    let released =
        terminal::with_progress(|progress| write(&mut workspace, BatchId(args.batch), &args.into, &profile, progress))?;
    let (folder, manifest) = (released.folder.display(), &released.manifest);
    match released.same_as_before {
        true => println!("Everything is in {folder} already, byte for byte"),
        false => println!("Written to {folder}"),
    }
    for file in &released.files {
        let part = manifest.files.iter().find(|part| part.name == *file);
        let rows = part.map(|part| format!(" ({})", counted(part.rows, "row", "rows"))).unwrap_or_default();
        println!("  {file}{rows}");
    }
    let left_out = manifest.left_out.restricted;
    if left_out > 0 {
        let rows = counted(left_out, "signed row is in no file: it is", "signed rows are in no file: they are");
        println!("{rows} about restricted people. Their batch leaves them out; `lookup` finds who they are");
    }
    println!("SHA-256 of manifest.json: {}", released.manifest_sha256);
    Ok(())
}

/// Says no to files that are sound and not to be loaded: those of a practice workspace, and those that carry nobody's signature.
pub(super) fn expect_fit_to_load(verified: &release::Verified, training: bool, unsigned: bool) -> Done {
    if verified.is_training() && !training {
        return refuse(
            "These files are whole and come from a practice workspace: everybody in them is invented, and they are not for Mosaic. \
             (--training checks practice files)",
        );
    }
    if verified.is_unsigned() && !unsigned {
        return Err(Box::new(super::Unsigned));
    }
    Ok(())
}

/// Checks released files, without a workspace.
pub fn verify(args: &VerifyArgs) -> Done {
    let verified = terminal::with_progress(|progress| release::verify(&args.folder, progress));
    let lines = match &verified {
        Ok(verified) => verified.lines.as_slice(),
        Err(ReleaseError::Unsound(verified)) => verified.lines.as_slice(),
        Err(_) => &[],
    };
    for line in lines {
        println!("{line}");
    }
    let verified = verified?;
    expect_fit_to_load(&verified, args.training, args.unsigned || args.key.is_some())?;
    if args.key.is_some() && !args.folder.join("manifest.json").exists() {
        return refuse(
            "Share extracts carry no signature, so no key can be held against them; compare the SHA-256 of each manifest",
        );
    }
    if let Some(expected) = &args.key {
        let found = release::signers_key(&args.folder)?;
        if found.split_whitespace().collect::<String>() != *expected {
            return refuse(format!(
                "The release is sound in itself, but was signed with another key: {found}. Do not load it"
            ));
        }
        println!("ok     Key: the one that was expected");
    }
    Ok(())
}
