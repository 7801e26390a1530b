//! Share with another organisation: set the protocol, say who of the signed may be in an extract, except a restricted person,
//! acknowledge what was loaded.
//!
//! Who may be in an extract is decided here and nowhere else ([`people`]): the link is signed and not recalled, the person is in
//! Mosaic's newest extract and not restricted, CHI's number is in use, and the two belong to nobody else.

use std::collections::HashMap;

use jiff::civil::Date;

use super::decide::LONGEST_COMMENT;
use super::{Refused, rights, stops};
use crate::pair::PairKey;
use crate::person::{Chi, ChiStatus, MosaicId};
use crate::progress::Progress;
use crate::workspace::sharing::protocol::ProtocolVersion;
use crate::workspace::{
    Applied, Event, ExtractId, LinkState, Protocol, SharedColumn, SharingException, SignedLink, Workspace,
};

/// Why somebody whose link was signed is in no extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeftOut {
    /// The link was recalled: it was wrong.
    Recalled,
    /// The person is restricted, and no supervisor signed an exception for this level.
    Restricted,
    /// The person is not in Mosaic's newest extract.
    LeftMosaic,
    /// CHI took the number out, or names another as the person's.
    OutOfUse,
    /// The CHI is signed for two people, or the person has two.
    NotOneToOne,
    /// A record changed since the link was signed, and its files were not written.
    ChangedSince,
}

impl LeftOut {
    /// Every reason, the gravest first.
    pub const ALL: [Self; 6] =
        [Self::Recalled, Self::Restricted, Self::NotOneToOne, Self::OutOfUse, Self::ChangedSince, Self::LeftMosaic];

    /// The reason in words that follow a number of people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Recalled => "recalled",
            Self::Restricted => "restricted",
            Self::LeftMosaic => "not in the newest Mosaic extract",
            Self::OutOfUse => "whose CHI is out of use",
            Self::NotOneToOne => "whose CHI is not theirs alone",
            Self::ChangedSince => "changed since they were signed, and not released",
        }
    }
}

/// Everybody with a signed link, and who of them may not be in an extract of a level, each with the reason.
pub struct Shareable {
    /// Who may be in it, by Mosaic id.
    pub links: Vec<SignedLink>,
    /// How many may not, by reason; reasons that leave nobody out are not named.
    pub left_out: Vec<(LeftOut, u64)>,
}

impl Shareable {
    /// How many people a reason leaves out.
    pub fn left_out(&self, why: LeftOut) -> u64 {
        self.left_out.iter().find(|(held, _)| *held == why).map_or(0, |(_, count)| *count)
    }
}

/// The signed links, and how many of them that stand each side has.
struct Signed {
    links: Vec<SignedLink>,
    of_mosaic: HashMap<MosaicId, u64>,
    of_chi: HashMap<Chi, u64>,
}

impl Signed {
    fn read(ws: &Workspace, progress: &Progress) -> Result<Self, Refused> {
        progress.begin("Reading signed links", 0);
        let mut signed = Self { links: ws.signed_links()?, of_mosaic: HashMap::new(), of_chi: HashMap::new() };
        for link in signed.links.iter().filter(|link| link.state != LinkState::Recalled) {
            *signed.of_mosaic.entry(link.mosaic.clone()).or_default() += 1;
            *signed.of_chi.entry(link.chi).or_default() += 1;
        }
        progress.check()?;
        Ok(signed)
    }

    /// Why a link is not in an extract of a level, where it is of somebody whom that leaves out.
    fn why_not(&self, link: &SignedLink, level: u8) -> Option<Option<LeftOut>> {
        let alone = self.of_mosaic.get(&link.mosaic) == Some(&1) && self.of_chi.get(&link.chi) == Some(&1);
        match why_not(link, level, alone) {
            // Somebody with another link that stands is not left out
            Some(LeftOut::Recalled) if self.of_mosaic.contains_key(&link.mosaic) => None,
            why => Some(why),
        }
    }

    fn shareable(&self, level: u8) -> (Vec<&SignedLink>, Vec<(LeftOut, u64)>) {
        let (mut may, mut left) = (Vec::new(), HashMap::new());
        for link in &self.links {
            match self.why_not(link, level) {
                Some(Some(why)) => *left.entry(why).or_default() += 1,
                Some(None) => may.push(link),
                None => {}
            }
        }
        let named = |why: LeftOut| left.get(&why).map(|count| (why, *count));
        (may, LeftOut::ALL.into_iter().filter_map(named).collect())
    }
}

/// How many people may be in an extract, and how many are left out of it for each reason.
pub type Counted = (u64, Vec<(LeftOut, u64)>);

/// How many people may be in an extract of each level from 1 to `highest`, and who is left out of it.
pub fn counts(ws: &Workspace, highest: u8, progress: &Progress) -> Result<Vec<Counted>, Refused> {
    let signed = Signed::read(ws, progress)?;
    let at = |level| {
        let (may, left_out) = signed.shareable(level);
        (may.len() as u64, left_out)
    };
    Ok((1..=highest).map(at).collect())
}

/// Who may be in an extract of a level.
pub fn people(ws: &Workspace, level: u8, progress: &Progress) -> Result<Shareable, Refused> {
    let signed = Signed::read(ws, progress)?;
    let (_, left_out) = signed.shareable(level);
    let may: Vec<bool> = signed.links.iter().map(|link| signed.why_not(link, level) == Some(None)).collect();
    let links = signed.links.into_iter().zip(may).filter_map(|(link, may)| may.then_some(link)).collect();
    Ok(Shareable { links, left_out })
}

/// Why a link may not be told at a level; `None` where it may. `alone` says that neither side of it has another.
pub fn why_not(link: &SignedLink, level: u8, alone: bool) -> Option<LeftOut> {
    let out_of_use = |link: &SignedLink| {
        link.number.as_ref().is_some_and(|record| record.status == ChiStatus::Deleted || stops::is_superseded(record))
    };
    if link.state == LinkState::Recalled {
        Some(LeftOut::Recalled)
    } else if link.is_restricted() && link.exception.is_none_or(|upto| upto < level) {
        Some(LeftOut::Restricted)
    } else if !alone {
        Some(LeftOut::NotOneToOne)
    } else if out_of_use(link) {
        Some(LeftOut::OutOfUse)
    } else if link.state == LinkState::Signed && link.stale {
        Some(LeftOut::ChangedSince)
    } else if !link.present {
        Some(LeftOut::LeftMosaic)
    } else {
        None
    }
}

/// Puts a new version of the protocol in force. Earlier versions stay, and so do the extracts that went out under them.
pub fn set_protocol(ws: &mut Workspace, protocol: Protocol) -> Result<Applied<i64>, Refused> {
    rights::supervises(ws, "set the sharing protocol")?;
    if let Some(fault) = protocol.fault() {
        return Err(Refused::Unfit(fault));
    }
    let live = ws.protocol()?;
    if live.as_ref().is_some_and(|live| live.protocol == protocol) {
        return Err(Refused::Nothing("The sharing protocol says that already; nothing was changed".to_owned()));
    }
    let version = live.map_or(0, |live| live.version) + 1;
    let event = Event::ProtocolSet { version, protocol: Box::new(protocol) };
    Ok(ws.apply(vec![event], |_| Ok(version))?)
}

/// The protocol in force, or a refusal that says how there comes to be one.
pub fn in_force(ws: &Workspace) -> Result<ProtocolVersion, Refused> {
    ws.protocol()?.ok_or_else(|| {
        Refused::NotFound(
            "No sharing protocol is in this workspace, so nothing can be shared; a supervisor sets one first"
                .to_owned(),
        )
    })
}

/// Whether the review of a protocol is overdue, in a sentence without its full stop.
pub fn overdue(protocol: &Protocol, today: Date) -> Option<String> {
    protocol.is_overdue(today).then(|| {
        format!(
            "The review of {} was due on {}; have it reviewed, or its new day set",
            protocol.reference,
            protocol.review.strftime("%-d %b %Y")
        )
    })
}

/// What an extract is asked to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The level.
    pub level: u8,
    /// What it is for: one of the protocol's purposes.
    pub purpose: String,
    /// Only these columns; empty means all that the level allows.
    pub columns: Vec<SharedColumn>,
}

/// The columns of an extract, in order; refused by name where the protocol does not allow the level, the purpose or a column.
pub fn agreed(held: &ProtocolVersion, wanted: &Wanted) -> Result<Vec<SharedColumn>, Refused> {
    let ProtocolVersion { protocol, version, .. } = held;
    let refused = |words: String| Err(Refused::NotAllowed(words));
    let by = format!("{}, version {version},", protocol.reference);
    let Some(level) = protocol.level(wanted.level) else {
        return refused(format!("{by} has no level {}; nothing was written", wanted.level));
    };
    if wanted.level > protocol.agreed {
        let agreed = match protocol.agreed {
            0 => "no level yet".to_owned(),
            1 => "level 1 alone".to_owned(),
            agreed => format!("levels up to {agreed}"),
        };
        let words =
            format!("Level {} ({}) is not agreed: {by} agrees {agreed}; nothing was written", level.level, level.name);
        return refused(words);
    }
    if !protocol.purposes.contains(&wanted.purpose) {
        let known: Vec<String> = protocol.purposes.iter().map(|purpose| format!("“{purpose}”")).collect();
        let words = format!(
            "“{}” is no purpose that {by} names; it names {}. Nothing was written",
            wanted.purpose,
            crate::words::listed(&known)
        );
        return refused(words);
    }
    let allowed = protocol.allowed(wanted.level);
    if wanted.columns.is_empty() {
        return Ok(allowed);
    }
    let outside: Vec<String> = wanted
        .columns
        .iter()
        .filter(|column| !allowed.contains(column))
        .map(|column| match protocol.level_of(*column) {
            Some(level) => format!("{} (level {}, {})", column.code(), level.level, level.name),
            None => format!("{} (in no level)", column.code()),
        })
        .collect();
    if !outside.is_empty() {
        let words = format!(
            "Level {} ({}) of {} does not allow {}; nothing was written",
            level.level,
            level.name,
            protocol.reference,
            crate::words::listed(&outside)
        );
        return refused(words);
    }
    Ok(allowed.into_iter().filter(|column| wanted.columns.contains(column)).collect())
}

/// The link of a Mosaic person that a supervisor signed and that stands.
fn standing_link(ws: &Workspace, mosaic: &MosaicId) -> Result<SignedLink, Refused> {
    let links = ws.signed_links_of(mosaic)?;
    links
        .into_iter()
        .find(|link| link.state != LinkState::Recalled)
        .ok_or_else(|| Refused::NotFound(format!("{mosaic} has no link that a supervisor signed; nothing was changed")))
}

/// Lets a restricted person be in extracts up to a level: by a supervisor who never decided the link, with a reason.
pub fn except(ws: &mut Workspace, mosaic: &MosaicId, level: u8, reason: &str) -> Result<Applied<PairKey>, Refused> {
    rights::supervises(ws, "let a restricted person be shared")?;
    let link = standing_link(ws, mosaic)?;
    let pair = link.key();
    if !link.is_restricted() {
        return Err(Refused::Nothing(format!("{mosaic} is not restricted, and needs no exception")));
    }
    let protocol = in_force(ws)?.protocol;
    if protocol.level(level).is_none() {
        return Err(Refused::Unfit(format!("{} has no level {level}; nothing was changed", protocol.reference)));
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_COMMENT {
        return Err(Refused::Unfit(format!("An exception needs a reason of 1 to {LONGEST_COMMENT} characters")));
    }
    let me = ws.me().id;
    let decided = |row: &crate::workspace::LedgerRow| {
        row.staff == me && matches!(row.event, Event::Decided { after: Some(_), .. })
    };
    if ws.history_of_kinds(&pair, &["decided"])?.iter().any(decided) {
        return Err(Refused::NotAllowed(format!(
            "You decided {pair}, so another supervisor must sign the exception; nothing was changed"
        )));
    }
    let event = Event::SharingExcepted {
        pair: pair.clone(),
        before: link.exception,
        after: Some(level),
        reason: reason.to_owned(),
    };
    Ok(ws.apply(vec![event], |_| Ok(pair))?)
}

/// Takes back that a restricted person may be shared, whichever of their links that was signed for. Anybody who works here may: it only
/// ever shares less. Gives the pair, the newest of several.
pub fn end_exception(ws: &mut Workspace, mosaic: &MosaicId, reason: &str) -> Result<Applied<PairKey>, Refused> {
    rights::works_here(ws)?;
    let of_person = |held: &SharingException| held.pair.left() == mosaic.as_str();
    // One for a link that was recalled since still stands
    let mut held: Vec<SharingException> = ws.sharing_exceptions()?.into_iter().filter(of_person).collect();
    held.sort_by_key(|held| std::cmp::Reverse(held.at));
    let Some(newest) = held.first().map(|held| held.pair.clone()) else {
        return Err(Refused::Nothing(format!("No exception was signed for {mosaic}; nothing was changed")));
    };
    let reason: String = reason.trim().chars().take(LONGEST_COMMENT).collect();
    let ends = |held: SharingException| Event::SharingExcepted {
        pair: held.pair,
        before: Some(held.level),
        after: None,
        reason: reason.clone(),
    };
    Ok(ws.apply(held.into_iter().map(ends).collect(), |_| Ok(newest))?)
}

/// Says that the receiver has loaded an extract: the next delta starts from it.
pub fn acknowledge(ws: &mut Workspace, extract: ExtractId, note: &str) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let Some(held) = ws.extract(extract)? else {
        return Err(Refused::NotFound(format!("There is no extract {}; nothing was changed", extract.0)));
    };
    if let Some((at, ..)) = held.acknowledged {
        let day = crate::words::day(at);
        return Err(Refused::Nothing(format!("Extract {} was acknowledged on {day} already", extract.0)));
    }
    if let Some(later) = ws.newest_acknowledged(held.level, &held.purpose)?.filter(|later| later.id > extract) {
        return Err(Refused::Unfit(format!(
            "Extract {} went out later and was acknowledged, so extract {} is past; nothing was changed",
            later.id.0, extract.0
        )));
    }
    let note = note.trim().to_owned();
    if note.chars().count() > LONGEST_COMMENT {
        return Err(Refused::Unfit(format!("A note has at most {LONGEST_COMMENT} characters")));
    }
    Ok(ws.apply(vec![Event::ExtractAcknowledged { extract, note }], |_| Ok(()))?)
}
