//! Look one id up: which CHI a Mosaic person has, or whose a CHI is. Every look-up is an event.
//!
//! Only a link that a supervisor signed and that stands is told, by the rules of a share extract of the lowest level
//! ([`sharing::why_not`]). Of a restricted person without a signed exception the answer is the one that an unknown id gets, to
//! the letter: that somebody is restricted would be told by any other. The ledger notes that something was withheld.

use jiff::Timestamp;

use super::sharing::{self, LeftOut};
use super::{Refused, rights};
use crate::pair::PairKey;
use crate::person::{Chi, ChiStatus, MosaicId};
use crate::workspace::{Event, LinkState, SignedLink, Workspace};

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A Mosaic person: which CHI?
    Mosaic(MosaicId),
    /// A CHI: whose?
    Chi(Chi),
}

/// Which kind of id is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Meant {
    /// Whichever it is; a CHI that is also a Mosaic person's id is refused.
    #[default]
    Either,
    /// A Mosaic id.
    Mosaic,
    /// A CHI.
    Chi,
}

/// What is told about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was asked about.
    pub asked: Asked,
    /// The link that stands.
    pub link: Option<Told>,
    /// The Mosaic record that a signed merge moves this one into.
    pub merged_into: Option<MosaicId>,
}

/// A link as a look-up tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The Mosaic person.
    pub mosaic: MosaicId,
    /// The CHI.
    pub chi: Chi,
    /// Where the link is.
    pub state: LinkState,
    /// Since when it is there.
    pub since: Timestamp,
    /// What CHI says of the number; `None` where nothing is held.
    pub chi_status: Option<ChiStatus>,
    /// A record changed since in what mattered: an officer looks at it again.
    pub to_recheck: bool,
}

/// Reads an id that was typed.
pub fn read(ws: &Workspace, text: &str, meant: Meant) -> Result<Asked, Refused> {
    let bare: String = text.split_whitespace().collect();
    let chi = Chi::parse(&bare).ok().filter(|_| meant != Meant::Mosaic);
    let mosaic = MosaicId::parse(text).filter(|_| meant != Meant::Chi);
    match (chi, mosaic) {
        (Some(chi), Some(mosaic)) => {
            if ws.mosaic(&mosaic)?.is_none() {
                return Ok(Asked::Chi(chi));
            }
            let words = format!(
                "“{bare}” is a CHI number and a Mosaic person's id; say which is meant with --kind. It was not looked up"
            );
            Err(Refused::Unfit(words))
        }
        (Some(chi), None) => Ok(Asked::Chi(chi)),
        (None, Some(mosaic)) => Ok(Asked::Mosaic(mosaic)),
        (None, None) => {
            let words = format!("“{}” is neither a CHI number nor a Mosaic id; it was not looked up", text.trim());
            Err(Refused::Unfit(words))
        }
    }
}

/// Looks ids up, in one deed: an event for each.
pub fn look_up(ws: &mut Workspace, asked: Vec<Asked>) -> Result<Vec<Answer>, Refused> {
    rights::works_here(ws)?;
    let (mut answers, mut events) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
    for asked in asked {
        let (answer, withheld) = answer(ws, asked)?;
        let (mosaic, chi) = match &answer.asked {
            Asked::Mosaic(mosaic) => (Some(mosaic.clone()), None),
            Asked::Chi(chi) => (None, Some(*chi)),
        };
        let told = answer.link.as_ref().map(|link| PairKey::link(link.mosaic.clone(), link.chi));
        events.push(Event::LookedUp { mosaic, chi, told, withheld });
        answers.push(answer);
    }
    Ok(ws.apply(events, |_| Ok(answers))?.output)
}

fn answer(ws: &Workspace, asked: Asked) -> Result<(Answer, bool), Refused> {
    let links = match &asked {
        Asked::Mosaic(mosaic) => ws.signed_links_of(mosaic)?,
        Asked::Chi(chi) => ws.signed_links_of_chi(chi)?,
    };
    let (mut told, mut withheld) = (None, false);
    for link in links.iter().filter(|link| link.state != LinkState::Recalled) {
        match sharing::why_not(link, 1, is_alone(ws, link)?) {
            None => told = Some(tell(link)),
            Some(LeftOut::Restricted) => withheld = true,
            Some(_) => {}
        }
    }
    let mut merged_into = None;
    if let Asked::Mosaic(mosaic) = &asked {
        for merge in ws.signed_merges_of(mosaic)? {
            if merge.source == *mosaic && merge.state != LinkState::Recalled {
                withheld |= merge.restricted;
                merged_into = (!merge.restricted).then_some(merge.target);
            }
        }
    }
    Ok((Answer { asked, link: told, merged_into }, withheld))
}

fn tell(link: &SignedLink) -> Told {
    Told {
        mosaic: link.mosaic.clone(),
        chi: link.chi,
        state: link.state,
        since: link.since,
        chi_status: link.number.as_ref().map(|record| record.status),
        to_recheck: link.stale,
    }
}

/// Whether neither side of a link has another that stands.
fn is_alone(ws: &Workspace, link: &SignedLink) -> Result<bool, Refused> {
    let standing = |links: Vec<SignedLink>| links.iter().filter(|it| it.state != LinkState::Recalled).count();
    Ok(standing(ws.signed_links_of(&link.mosaic)?) == 1 && standing(ws.signed_links_of_chi(&link.chi)?) == 1)
}
