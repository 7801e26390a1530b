//! `lookup`: an id in, a line of JSON out.
//!
//! Opening a workspace costs the derivation of the key, by design; a look-up costs a few milliseconds. So a script that asks much
//! opens once and writes ids to standard input: each is answered as it comes, and those that came meanwhile share one commit.

use std::io::{BufRead, Write};
use std::sync::mpsc;

use serde_json::{Map, Value, json};

use super::arguments::sharing::{IdKind, LookupArgs};
use super::work::sit_down;
use super::{Done, Failure, Refusal, refuse};
use crate::stewardship::Refused;
use crate::stewardship::lookup::{self, Answer, Asked, Meant};
use crate::words::counted;
use crate::workspace::Workspace;

/// The most ids that share one commit.
const MOST: usize = 256;

/// Answers ids. Exit status 0 whether or not a link was found: the answer says so. Of ids that were given as arguments and are none,
/// the exit status tells too.
pub fn lookup(args: &LookupArgs) -> Done {
    let meant = match args.kind {
        None => Meant::Either,
        Some(IdKind::Mosaic) => Meant::Mosaic,
        Some(IdKind::Chi) => Meant::Chi,
    };
    let mut workspace = sit_down(&args.desk)?;
    if !args.id.is_empty() {
        let (all, none) = (args.id.len() as u64, answer(&mut workspace, &args.id, meant)?);
        return match none {
            0 => Ok(()),
            none => refuse(format!("{none} of {} could not be read; its line says why", counted(all, "id", "ids"))),
        };
    }
    let (send, lines) = mpsc::sync_channel::<std::io::Result<String>>(MOST);
    std::thread::Builder::new().name("standard input".into()).spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let end = line.is_err();
            if send.send(line).is_err() || end {
                return;
            }
        }
    })?;
    while let Ok(first) = lines.recv() {
        let mut asked = Vec::new();
        for line in std::iter::once(first).chain(lines.try_iter().take(MOST - 1)) {
            let line = line.or_else(|error| refuse(format!("Standard input could not be read: {error}")))?;
            if !line.trim().is_empty() {
                asked.push(line);
            }
        }
        answer(&mut workspace, &asked, meant)?;
    }
    Ok(())
}

/// Answers ids, a line each, in their order. What is no id is answered too, and not looked up. How many are none.
fn answer(workspace: &mut Workspace, ids: &[String], meant: Meant) -> Result<usize, Failure> {
    let mut read: Vec<Result<Asked, Refused>> = Vec::new();
    for id in ids {
        match lookup::read(workspace, id, meant) {
            Err(refused @ Refused::Unfit(_)) => read.push(Err(refused)),
            asked => read.push(Ok(asked?)),
        }
    }
    let none = read.iter().filter(|asked| asked.is_err()).count();
    let asked = read.iter().filter_map(|asked| asked.as_ref().ok().cloned()).collect();
    let mut answers = lookup::look_up(workspace, asked)?.into_iter();
    let mut out = std::io::stdout().lock();
    for (id, asked) in ids.iter().zip(read) {
        let said = match asked {
            Ok(_) => answers.next().map(|answer| as_json(id, &answer)),
            Err(refused) => Some(json!({ "asked": id.trim(), "found": false, "error": refused.to_string() })),
        };
        if let Some(said) = said {
            writeln!(out, "{said}").map_err(gone)?;
        }
    }
    out.flush().map_err(gone)?;
    Ok(none)
}

fn gone(error: std::io::Error) -> Refusal {
    Refusal(format!("The answers could not be written: {error}"))
}

fn as_json(id: &str, answer: &Answer) -> Value {
    let mut said = Map::new();
    let mut set = |field: &str, value: Value| drop(said.insert(field.to_owned(), value));
    set("asked", id.trim().into());
    let kind = if matches!(answer.asked, Asked::Mosaic(_)) { "mosaic" } else { "chi" };
    set("kind", kind.into());
    set("found", answer.link.is_some().into());
    if let Some(link) = &answer.link {
        set("mosaic", link.mosaic.to_string().into());
        set("chi", link.chi.to_string().into());
        set("status", link.state.code().into());
        set("since", link.since.to_string().into());
        if let Some(status) = link.chi_status {
            set("chi_status", serde_json::to_value(status).unwrap_or_default());
        }
        set("to_recheck", link.to_recheck.into());
    }
    if let Some(target) = &answer.merged_into {
        set("merged_into", target.to_string().into());
    }
    Value::Object(said)
}
