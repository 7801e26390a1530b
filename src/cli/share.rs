//! `protocol`, `share`, `share-loaded`, `share-except`, `cross-reference`: what goes to the other organisation, and under what.

use serde_json::json;

use super::arguments::sharing::{CrossReferenceArgs, ProtocolArgs, ShareArgs, ShareExceptArgs, ShareLoadedArgs};
use super::work::sit_down;
use super::{Done, Failure, answer, refuse, terminal};
use crate::files;
use crate::person::MosaicId;
use crate::release::share::manifest::Form;
use crate::release::{cross_reference, fhir, share};
use crate::stewardship::sharing::{self, LeftOut, Wanted};
use crate::words::{self, number};
use crate::workspace::{Extract, ExtractId, Protocol, SharedColumn, Workspace};

/// Shows the protocol, or puts one in force.
pub fn protocol(args: &ProtocolArgs) -> Done {
    let today = words::days::now().date();
    if args.example {
        let review = today.saturating_add(jiff::Span::new().years(1));
        println!("{}", serde_json::to_string_pretty(&Protocol::example(review))?);
        return Ok(());
    }
    let mut workspace = sit_down(&args.desk)?;
    if let Some(path) = &args.set {
        let text = files::read_text(path)
            .or_else(|error| refuse(format!("{} could not be read: {error}; nothing was changed", path.display())))?;
        let protocol: Protocol = serde_json::from_str(&text).or_else(|error| {
            refuse(format!(
                "{} is not a sharing protocol: {error}; nothing was changed. `protocol --example` prints one to begin with",
                path.display()
            ))
        })?;
        let version = sharing::set_protocol(&mut workspace, protocol)?.output;
        println!("Version {version} is in force");
    }
    if args.versions {
        let mut rows = vec![["Version", "reference", "agreed", "review", "set by", "on"].map(str::to_owned).to_vec()];
        for held in workspace.protocols()? {
            rows.push(vec![
                held.version.to_string(),
                held.protocol.reference,
                held.protocol.agreed.to_string(),
                held.protocol.review.to_string(),
                workspace.staff_name(held.staff)?,
                words::day(held.at),
            ]);
        }
        print!("{}", terminal::table(&rows));
        return Ok(());
    }
    let held = sharing::in_force(&workspace)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&held.protocol)?);
        return Ok(());
    }
    let protocol = &held.protocol;
    println!("{}, version {}, review due {}", protocol.reference, held.version, protocol.review.strftime("%-d %b %Y"));
    for purpose in &protocol.purposes {
        println!("  for: {purpose}");
    }
    for level in &protocol.levels {
        let agreed = if level.level <= protocol.agreed { "agreed" } else { "not agreed" };
        let columns: Vec<&str> = level.columns.iter().map(|column| column.code()).collect();
        println!("  level {} ({}), {agreed}: {}", level.level, level.name, columns.join(", "));
    }
    warn_of_review(protocol);
    Ok(())
}

fn warn_of_review(protocol: &Protocol) {
    if let Some(words) = sharing::overdue(protocol, words::days::now().date()) {
        eprintln!("stewartry: {words}");
    }
}

/// Writes an extract, or lists those that went out.
pub fn share(args: &ShareArgs) -> Done {
    answer::give(args.json, |answer| {
        let mut workspace = sit_down(&args.desk)?;
        let (Some(level), Some(into)) = (args.level, &args.into) else {
            let extracts = workspace.extracts()?;
            if args.json {
                answer.set("extracts", extracts.iter().map(as_json).collect::<Vec<_>>());
                answer.set("outcome", "done");
                return Ok(());
            }
            return list(&workspace, extracts);
        };
        let wanted = Wanted { level, purpose: purpose(&workspace, args)?, columns: columns(&args.column)? };
        let form = if args.delta { Form::Delta } else { Form::Full };
        let shared = terminal::with_progress(|progress| share::write(&mut workspace, &wanted, form, into, progress))?;
        if let Some(words) = &shared.overdue {
            eprintln!("stewartry: {words}");
        }
        if args.json {
            let said = serde_json::to_value(&shared.manifest)?;
            answer.set("manifest", said);
            answer.set("files", shared.files);
            answer.set("outcome", "done");
            return Ok(());
        }
        say(&shared);
        Ok(())
    })
}

fn say(shared: &share::Shared) {
    let extract = &shared.manifest.extract;
    println!("Extract {} written to {}", extract.number, shared.folder.display());
    for file in &shared.files {
        println!("  {file}");
    }
    match extract.base {
        Some(base) => println!(
            "Since extract {base}: {} added, {} changed, {} withdrawn; {} people are held then",
            number(extract.added),
            number(extract.changed),
            number(extract.withdrawn),
            number(extract.people)
        ),
        None => println!("{} people", number(extract.people)),
    }
    let left = &shared.manifest.left_out;
    for (count, why) in [
        (left.restricted, LeftOut::Restricted),
        (left.recalled, LeftOut::Recalled),
        (left.not_one_to_one, LeftOut::NotOneToOne),
        (left.out_of_use, LeftOut::OutOfUse),
        (left.changed_since, LeftOut::ChangedSince),
        (left.left_mosaic, LeftOut::LeftMosaic),
    ] {
        if count > 0 {
            println!("Left out: {} {}", number(count), why.words());
        }
    }
    if shared.manifest.to_recheck > 0 {
        println!(
            "{} of them changed since they were matched; look at their links again",
            number(shared.manifest.to_recheck)
        );
    }
    println!("When the receiver says that it is loaded: stewartry share-loaded WORKSPACE {}", extract.number);
}

fn purpose(workspace: &Workspace, args: &ShareArgs) -> Result<String, Failure> {
    if let Some(purpose) = &args.purpose {
        return Ok(purpose.clone());
    }
    match sharing::in_force(workspace)?.protocol.purposes.as_slice() {
        [only] => Ok(only.clone()),
        several => {
            let named: Vec<String> = several.iter().map(|purpose| format!("“{purpose}”")).collect();
            refuse(format!("Say what the extract is for with --purpose: {}", named.join(" or ")))
        }
    }
}

fn columns(named: &[String]) -> Result<Vec<SharedColumn>, Failure> {
    let one = |name: &String| match SharedColumn::of_code(name) {
        Some(column) => Ok(column),
        None => {
            let known: Vec<&str> = SharedColumn::ALL.into_iter().map(SharedColumn::code).collect();
            refuse(format!("“{name}” is no column of an extract; they are {}. Nothing was written", known.join(", ")))
        }
    };
    named.iter().map(one).collect()
}

fn as_json(extract: &Extract) -> serde_json::Value {
    json!({
        "extract": extract.id.0,
        "form": if extract.base.is_some() { "delta" } else { "full" },
        "base": extract.base.map(|base| base.0),
        "protocol_version": extract.protocol,
        "level": extract.level,
        "purpose": extract.purpose,
        "people": extract.people,
        "added": extract.rows[0],
        "changed": extract.rows[1],
        "withdrawn": extract.rows[2],
        "written_at": extract.at.to_string(),
        "acknowledged_at": extract.acknowledged.as_ref().map(|(at, ..)| at.to_string()),
    })
}

fn list(workspace: &Workspace, extracts: Vec<Extract>) -> Done {
    if extracts.is_empty() {
        println!("No extract went out yet");
    } else {
        let headings = ["Extract", "form", "level", "people", "added", "changed", "withdrawn", "written", "loaded"];
        let mut rows = vec![headings.map(str::to_owned).to_vec()];
        for extract in extracts {
            let [added, changed, withdrawn] = extract.rows.map(number);
            rows.push(vec![
                extract.id.0.to_string(),
                extract.base.map_or_else(|| "full".to_owned(), |base| format!("delta of {}", base.0)),
                extract.level.to_string(),
                number(extract.people),
                added,
                changed,
                withdrawn,
                words::day(extract.at),
                extract.acknowledged.map_or_else(|| "not said".to_owned(), |(at, ..)| words::day(at)),
            ]);
        }
        print!("{}", terminal::table(&rows));
    }
    if let Some(held) = workspace.protocol()? {
        warn_of_review(&held.protocol);
    }
    Ok(())
}

/// Says that the receiver has loaded an extract.
pub fn loaded(args: &ShareLoadedArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    sharing::acknowledge(&mut workspace, ExtractId(args.extract), &args.note)?;
    println!("Extract {} is loaded; the next delta starts from it", args.extract);
    Ok(())
}

/// Lets a restricted person be shared, takes that back, or lists who may be.
pub fn except(args: &ShareExceptArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let (Some(mosaic), Some(reason)) = (&args.mosaic, &args.reason) else {
        let held = workspace.sharing_exceptions()?;
        if held.is_empty() {
            println!("No restricted person may be shared");
            return Ok(());
        }
        let mut rows = vec![["Link", "up to level", "signed by", "on"].map(str::to_owned).to_vec()];
        for it in held {
            let by = workspace.staff_name(it.staff)?;
            rows.push(vec![it.pair.to_string(), it.level.to_string(), by, words::day(it.at)]);
        }
        print!("{}", terminal::table(&rows));
        return Ok(());
    };
    let Some(mosaic) = MosaicId::parse(mosaic) else { return refuse(format!("{mosaic} is no Mosaic id")) };
    if args.end {
        let pair = sharing::end_exception(&mut workspace, &mosaic, reason)?.output;
        println!("No longer shared: {pair}. The next delta withdraws them");
    } else {
        let pair = sharing::except(&mut workspace, &mosaic, args.level, reason)?.output;
        println!("May be shared up to level {}: {pair}", args.level);
    }
    Ok(())
}

/// Writes the cross-reference.
pub fn cross_reference(args: &CrossReferenceArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let form = if args.fhir {
        let systems = fhir::Systems { chi: args.chi_system.clone(), mosaic: args.mosaic_system.clone() };
        cross_reference::Form::Fhir(systems)
    } else {
        cross_reference::Form::Csv
    };
    let written =
        terminal::with_progress(|progress| cross_reference::write(&mut workspace, &form, &args.file, progress))?;
    let what = if args.fhir { "resources" } else { "rows" };
    println!("{} {what} written to {}", number(written.rows), args.file.display());
    println!("SHA-256 {}", written.sha256);
    Ok(())
}
