//! `pack`, `unpack`, `key`, `places`, `send`: a release on its way.

use std::io::Write;
use std::path::Path;

use super::arguments::carried::{KeyArgs, PackArgs, PlacesArgs, SendArgs, UnpackArgs};
use super::batch::expect_fit_to_load;
use super::work::sit_down;
use super::{Done, Failure, refuse, terminal};
use crate::age::{self, Identity, Recipient};
use crate::files;
use crate::release::transfer::{self, places as agreed};
use crate::words::{counted, number};
use crate::workspace::Place;

fn read(path: &Path, what: &str) -> Result<String, Failure> {
    files::read_text(path).or_else(|error| refuse(format!("The {what} {} could not be read: {error}", path.display())))
}

/// Seals a release.
pub fn pack(args: &PackArgs) -> Done {
    let mut recipients = args.to.iter().map(|text| text.parse()).collect::<Result<Vec<Recipient>, _>>()?;
    if let Some(path) = &args.recipients {
        for line in read(path, "file of recipients")?.lines().map(str::trim) {
            if !line.is_empty() && !line.starts_with('#') {
                recipients.push(line.parse()?);
            }
        }
    }
    let path = terminal::with_progress(|progress| transfer::pack(&args.folder, &recipients, &args.into, progress))?;
    println!("Sealed for {}: {}", counted(recipients.len() as u64, "recipient", "recipients"), path.display());
    Ok(())
}

/// Opens a sealed release.
pub fn unpack(args: &UnpackArgs) -> Done {
    let identities = age::identities(&zeroize::Zeroizing::new(read(&args.key, "key file")?))?;
    let verified = terminal::with_progress(|progress| transfer::unpack(&args.file, &identities, &args.into, progress))?;
    for line in &verified.lines {
        println!("{line}");
    }
    println!("Unpacked to {}", args.into.display());
    expect_fit_to_load(&verified, args.training, args.unsigned)
}

/// Makes a key.
pub fn key(args: &KeyArgs) -> Done {
    let identity = Identity::generate()?;
    let recipient = identity.recipient();
    let text = zeroize::Zeroizing::new(format!("# public key: {recipient}\n{}\n", identity.secret().as_str()));
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&args.file)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .or_else(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => refuse(format!(
                "{} is there already, and nothing is written over: choose another name for the key file",
                args.file.display()
            )),
            _ => refuse(format!("The key file {} could not be made: {error}", args.file.display())),
        })?;
    println!("Made {}: keep it to yourself. Whoever sends to you needs this:\n{recipient}", args.file.display());
    Ok(())
}

/// Lists the places, or sets one.
pub fn places(args: &PlacesArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if let (Some(name), Some(host), Some(user), Some(keys)) = (&args.set, &args.host, &args.user, &args.host_key) {
        let key_file = match &args.key_file {
            Some(path) => std::path::absolute(path)?.display().to_string(),
            None => String::new(),
        };
        let host_keys = agreed::host_keys(&read(keys, "other side's key")?)?;
        let (host, user, folder) = (host.clone(), user.clone(), args.folder.clone());
        let place = Place { host, port: args.port, user, folder, host_keys, key_file };
        agreed::set(&mut workspace, name, Some(place))?;
    } else if let Some(name) = &args.remove {
        agreed::set(&mut workspace, name, None)?;
    }
    let found = workspace.places()?;
    if found.is_empty() {
        println!("No place is set: files are carried by hand");
    }
    for (name, place) in found {
        let key = if place.key_file.is_empty() { "the agent's key" } else { &place.key_file };
        println!("{name}: {}, with {key}", place.to());
        for key in &place.host_keys {
            println!("  their key {}; compare it with what they tell you by telephone", agreed::fingerprint(key));
        }
    }
    Ok(())
}

/// Sends a file, or a release.
pub fn send(args: &SendArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let receipts = terminal::with_progress(|progress| transfer::send(&mut workspace, &args.what, &args.to, progress))?;
    for receipt in receipts {
        let breaks = match receipt.breaks {
            0 => String::new(),
            breaks => format!(", after {}", counted(breaks.into(), "break", "breaks")),
        };
        println!("Sent {} ({} bytes) to {}{breaks}", receipt.name, number(receipt.bytes), receipt.to);
        println!("  SHA-256 {}", receipt.sha256);
    }
    println!("The history keeps the receipt");
    Ok(())
}
