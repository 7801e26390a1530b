//! Named queues: filters that are kept in the workspace for everybody, beside those that every workspace has; and the filter
//! that each person used last.

use serde::{Deserialize, Serialize};

use super::{Refused, rights};
use crate::pair::{PairKind, Verdict};
use crate::workspace::parcel::Purpose;
use crate::workspace::{QueueFilter, StaffId, StateFilter, Workspace};

/// The longest name of a queue, in characters.
pub const LONGEST_NAME: usize = 40;

/// A filter with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Which pairs, in what order.
    pub filter: QueueFilter,
}

/// The queues that every workspace has.
pub fn built_in(kind: PairKind, me: StaffId) -> Vec<Named> {
    let start = QueueFilter::start(kind);
    let every_band = QueueFilter { bands: Vec::new(), ..start.clone() };
    let named = |name: &str, filter: QueueFilter| Named { name: name.to_owned(), filter };
    vec![
        named("Waiting for review", start),
        named("Given to me", QueueFilter { assigned: vec![me], ..every_band.clone() }),
        named("Referred", QueueFilter { state: StateFilter::Answered(Verdict::Refer), ..every_band.clone() }),
        named("Unsure", QueueFilter { state: StateFilter::Answered(Verdict::Unsure), ..every_band.clone() }),
        named("Answered by me", QueueFilter { state: StateFilter::AnyAnswer, staff: vec![me], ..every_band.clone() }),
        named("Every pair", QueueFilter { state: StateFilter::All, ..every_band }),
    ]
}

fn setting(kind: PairKind) -> &'static str {
    match kind {
        PairKind::Link => "review.queues",
        PairKind::Duplicate => "duplicates.queues",
    }
}

/// The queues that were kept, by name.
pub fn kept(ws: &Workspace, kind: PairKind) -> Result<Vec<Named>, Refused> {
    let kept = ws.setting(setting(kind))?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

/// Keeps a filter under a name, over any queue of that name.
pub fn keep(ws: &mut Workspace, name: &str, filter: &QueueFilter) -> Result<(), Refused> {
    rights::works_here(ws)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Refused::Unfit(format!("A queue needs a name of 1 to {LONGEST_NAME} characters on one line")));
    }
    if built_in(filter.kind, ws.me().id).iter().any(|queue| queue.name == name) {
        return Err(Refused::Unfit(format!("Every workspace has a queue “{name}”; choose another name")));
    }
    let mut queues = kept(ws, filter.kind)?;
    queues.retain(|queue| queue.name != name);
    queues.push(Named { name: name.to_owned(), filter: filter.clone() });
    queues.sort_by(|a, b| a.name.cmp(&b.name));
    write(ws, filter.kind, &queues)
}

/// Forgets a queue.
pub fn forget(ws: &mut Workspace, kind: PairKind, name: &str) -> Result<(), Refused> {
    rights::works_here(ws)?;
    let mut queues = kept(ws, kind)?;
    queues.retain(|queue| queue.name != name);
    write(ws, kind, &queues)
}

fn write(ws: &mut Workspace, kind: PairKind, queues: &[Named]) -> Result<(), Refused> {
    let json = serde_json::to_string(queues).map_err(|_| Refused::StateChanged)?;
    Ok(ws.set_setting(setting(kind), &json)?)
}

fn last(kind: PairKind, person: StaffId) -> String {
    match kind {
        PairKind::Link => format!("review.filter.{}", person.0),
        PairKind::Duplicate => format!("duplicates.filter.{}", person.0),
    }
}

/// The filter that the signed-in person used last; in a parcel of pairs, what it is for.
pub fn last_used(ws: &Workspace, kind: PairKind) -> Result<Option<QueueFilter>, Refused> {
    if ws.is_parcel()?.is_some_and(|parcel| matches!(parcel.purpose, Purpose::Decide(_))) {
        return Ok(Some(super::parcels::given(kind, ws.me().id)));
    }
    let kept = ws.setting(&last(kind, ws.me().id))?;
    let filter = kept.and_then(|json| serde_json::from_str::<QueueFilter>(&json).ok());
    Ok(filter.filter(|filter| filter.kind == kind))
}

/// Remembers the filter that the signed-in person uses.
pub fn remember(ws: &mut Workspace, filter: &QueueFilter) -> Result<(), Refused> {
    let json = serde_json::to_string(filter).map_err(|_| Refused::StateChanged)?;
    Ok(ws.set_setting(&last(filter.kind, ws.me().id), &json)?)
}
