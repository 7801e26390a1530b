//! Relationships and shared households that Mosaic records: evidence that two records are of two people.
//!
//! A relationship of the two of a merge asks for a deliberate reason, and Mosaic's blocker of that name is answered as found.
//! One that a later file brings reopens the merge: the decision was made without sight of evidence against it, as when a
//! record changes, and so it is asked again in the queue rather than only stopped at the batch's door. As what is open again
//! leaves in no batch, it is stopped there too. Where the two are not the merged pair itself but meet over a third record,
//! no pair's own decision is out of date; the batch is stopped until one of the group's merges was decided again.

use super::Refused;
use super::live::Live;
use super::looked::Looked;
use super::stops::{Stop, StopKind};
use super::warnings::{Warning, WarningKind};
use crate::pair::{Merge, PairKey};
use crate::workspace::Related;

/// What is recorded, one after another.
pub fn listed(related: &[Related]) -> String {
    related.iter().map(|it| it.relationship.words()).collect::<Vec<_>>().join("; ")
}

/// What a checklist or a banner says of relationships between the two of a pair; empty where there are none.
pub fn found(related: &[Related]) -> String {
    if related.is_empty() { String::new() } else { format!("Mosaic records {}", listed(related)) }
}

/// The words of a warning about a relationship between the two of a pair.
pub(super) fn between(related: &[Related]) -> String {
    format!("{}: they are probably different people", found(related))
}

/// What needs a reason at a merge because of records that it joins over others.
pub(super) fn around(live: &Live<'_>, looked: &Looked) -> Result<Option<Warning>, Refused> {
    let PairKey::Duplicate { a, b } = &looked.key else { return Ok(None) };
    let related = live.related_around(a, b)?;
    let words = || format!("{}, and this merge would make them one person", found(&related));
    Ok((!related.is_empty()).then(|| Warning::asking(WarningKind::Relationship, words())))
}

/// Why a merge is open again, where it is so because a later file brought a relationship of the two.
pub(super) fn reopened(live: &Live<'_>, key: &PairKey, decided: i64) -> Result<Option<String>, Refused> {
    let PairKey::Duplicate { a, b } = key else { return Ok(None) };
    let mut related = live.ws.relationships_among(&[a.clone(), b.clone()])?;
    related.retain(|it| it.since > decided);
    Ok((!related.is_empty())
        .then(|| format!("{} since the merge of {key} was decided; decide it again, or take it back", found(&related))))
}

/// The stop against a merge that joins related records over others, where the relationship is newer than every merge of them.
pub(super) fn since_merged(live: &Live<'_>, key: &PairKey, merge: &Merge) -> Result<Option<Stop>, Refused> {
    let mut related = live.related_around(&merge.source, &merge.target)?;
    if related.is_empty() {
        return Ok(None);
    }
    let newest = live.newest_merge_around(&merge.source)?;
    related.retain(|it| it.since > newest);
    Ok((!related.is_empty()).then(|| {
        let words = format!(
            "{} since they were merged with each other; decide {key} again with a reason, or take one of the merges back",
            found(&related)
        );
        Stop { kind: StopKind::RelatedSince, pair: Some(key.clone()), words }
    }))
}
