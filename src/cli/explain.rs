//! `explain`: why a pair scores as it does, or why a person has no link.

use super::arguments::ExplainArgs;
use super::work::sit_down;
use super::{Done, refuse};
use crate::pair::{Band, Hazards, PairKey, Verdict};
use crate::person::{Chi, MosaicId};
use crate::stewardship::explain::{self as explaining, Account};
use crate::stewardship::reveal;
use crate::words;
use crate::workspace::Workspace;

/// Explains a pair, or what was nearest to a person. That the scores were looked at is recorded.
pub fn explain(args: &ExplainArgs) -> Done {
    let Some(mosaic) = MosaicId::parse(&args.mosaic) else {
        return refuse("That is no Mosaic id: letters and digits, without spaces");
    };
    let chi = match &args.chi {
        None => None,
        Some(text) => match Chi::parse(&text.replace(' ', "")) {
            Ok(chi) => Some(chi),
            Err(_) => return refuse("That is no valid CHI number: ten digits that pass its check"),
        },
    };
    let mut workspace = sit_down(&args.desk)?;
    let key = match chi {
        Some(chi) => Some(PairKey::link(mosaic.clone(), chi)),
        None => likeliest(&workspace, &mosaic)?,
    };
    if let Some(key) = key {
        let account = explaining::of_key(&workspace, &key)?;
        reveal::scores(&mut workspace, std::slice::from_ref(&key))?;
        println!("{key}");
        print!("{}", account_words(&account));
        return Ok(());
    }
    let unlinked = explaining::unlinked(&workspace, &mosaic)?;
    let keys: Vec<PairKey> =
        unlinked.nearest.iter().map(|near| PairKey::link(mosaic.clone(), near.chi.record.chi)).collect();
    reveal::scores(&mut workspace, &keys)?;
    println!("Mosaic person {mosaic} has no likely link");
    for sentence in unlinked.sentences() {
        println!("{sentence}");
    }
    Ok(())
}

/// The person's link: matched, or else the likeliest that an officer or the engine takes for one.
fn likeliest(
    workspace: &Workspace,
    mosaic: &MosaicId,
) -> Result<Option<PairKey>, Box<dyn std::error::Error + Send + Sync>> {
    let links = workspace.candidates_of_mosaic(mosaic)?.into_iter();
    let links: Vec<_> = links.filter(|pair| matches!(pair.key, PairKey::Link { .. })).collect();
    let matched = links
        .iter()
        .find(|pair| pair.decision.as_ref().is_some_and(|decision| decision.judgement.verdict == Verdict::Match));
    let likely = links.iter().find(|pair| pair.best && pair.band != Band::Low);
    Ok(matched.or(likely).map(|pair| pair.key.clone()))
}

fn account_words(account: &Account) -> String {
    let steps = account.steps();
    let width = steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for step in &steps {
        let line = format!("{:<width$}  {:>6}  {}", step.name, words::bits(step.bits), step.how);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let hazards = account.hazards.each().filter(|hazard| *hazard != Hazards::HELD_BACK);
    let hazards: Vec<String> = hazards.map(|hazard| format!("{}: {}", hazard.title(), hazard.advice())).collect();
    for (name, sentences) in account.groups().into_iter().chain([("Beware of", hazards)]) {
        for (line, sentence) in sentences.into_iter().enumerate() {
            text.push_str(if line == 0 { "\n" } else { "" });
            text.push_str(&format!("{:<width$}  {sentence}\n", if line == 0 { name } else { "" }));
        }
    }
    text
}
