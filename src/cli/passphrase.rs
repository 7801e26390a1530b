//! Passphrases: from a file, the environment or a prompt; never an argument, which other users of the machine could read.

use std::path::Path;

use zeroize::Zeroizing;

use super::{Refusal, refuse};
use crate::files;

/// The environment variable with the passphrase of whoever is at the desk.
const OWN: &str = "STEWARTRY_PASSPHRASE";
/// The environment variable with the passphrase of somebody being added.
const NEW: &str = "STEWARTRY_NEW_PASSPHRASE";

/// The longest first line of a passphrase file, in bytes.
const LONGEST: usize = 4096;

type Passphrase = Result<Zeroizing<String>, Box<dyn std::error::Error + Send + Sync>>;

/// The passphrase of `name`, who opens a workspace.
pub fn own(name: &str, file: Option<&Path>) -> Passphrase {
    match given(file, OWN)? {
        Some(passphrase) => Ok(passphrase),
        None => prompt(&format!("Passphrase of {name}: ")),
    }
}

/// A new passphrase for `name`, asked twice at a prompt. `own_desk` says whether it is for the person at the desk.
pub fn new(name: &str, file: Option<&Path>, own_desk: bool) -> Passphrase {
    if let Some(passphrase) = given(file, if own_desk { OWN } else { NEW })? {
        return Ok(passphrase);
    }
    let first = prompt(&format!("New passphrase for {name}: "))?;
    let again = prompt("The same again: ")?;
    if *first != *again {
        return refuse("The two passphrases differ; nothing was made");
    }
    Ok(first)
}

fn given(
    file: Option<&Path>,
    variable: &str,
) -> Result<Option<Zeroizing<String>>, Box<dyn std::error::Error + Send + Sync>> {
    if let Some(path) = file {
        let line = files::first_line(path, LONGEST)
            .map_err(|error| Refusal(format!("The passphrase file {} could not be read: {error}", path.display())))?;
        if line.is_empty() {
            return refuse(format!(
                "The passphrase file {} is empty; its first line must be the passphrase",
                path.display()
            ));
        }
        return Ok(Some(line));
    }
    Ok(std::env::var(variable).ok().filter(|text| !text.is_empty()).map(Zeroizing::new))
}

fn prompt(question: &str) -> Passphrase {
    rpassword::prompt_password(question).map(Zeroizing::new).map_err(|error| {
        Refusal(format!(
            "No passphrase: the terminal could not be asked ({error}). Give --passphrase-file, or set {OWN}"
        ))
        .into()
    })
}
