//! Who works here. Only those who administer may add or change people.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::progress::Progress;
use crate::workspace::{NewPerson, StaffId, Standing, Workspace};

use super::{Refused, rights};

/// The shortest passphrase that is accepted, in characters.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 80;

/// Adds a person.
pub fn add(ws: &mut Workspace, person: NewPerson<'_>) -> Result<StaffId, Refused> {
    rights::administers(ws)?;
    let name = person.name.trim();
    fits(name, person.passphrase)?;
    if ws.staff()?.iter().any(|known| plain(&known.name) == plain(name)) {
        return Err(Refused::Unfit(
            "Someone of that name is in the workspace already; a name is how people sign".to_owned(),
        ));
    }
    Ok(ws.add_person(NewPerson { name, ..person })?)
}

/// A name as it is compared: the same for all that look the same but for capitals and marks.
fn plain(name: &str) -> String {
    let letters = name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a letter is one of those that are written in Scotland, or of another alphabet.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Whether nothing in a name is there without being seen, and its letters are of one alphabet.
fn is_plain_to_see(name: &str) -> bool {
    // Soft hyphen, marks of direction and width, variation selectors, tags: what is drawn as nothing
    let unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    };
    let mut letters = name.nfkc().filter(|c| c.is_alphabetic()).map(is_latin);
    let first = letters.next();
    !name.chars().any(unseen) && letters.all(|latin| Some(latin) == first)
}

/// Whether a name and a first passphrase will do, also for the first person of a new workspace.
pub fn fits(name: &str, passphrase: &str) -> Result<(), Refused> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Refused::Unfit(format!("A person needs a name of 1 to {LONGEST_NAME} characters on one line")));
    }
    if !is_plain_to_see(name) {
        return Err(Refused::Unfit(
            "The name has characters that nobody can see, or letters of more than one alphabet; write it as it is read, so that \
             nobody can be taken for another"
                .to_owned(),
        ));
    }
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(Refused::Unfit(format!(
            "A passphrase needs at least {SHORTEST_PASSPHRASE} characters; a few words are easiest to remember"
        )));
    }
    Ok(())
}

/// Changes what a person may do, or removes them (`active: false`); their history stays. Whoever is removed loses access: the
/// database's key is changed. Gives a sentence where that could not be done at once.
pub fn change(ws: &mut Workspace, who: StaffId, standing: Standing) -> Result<Option<String>, Refused> {
    rights::administers(ws)?;
    let everyone = ws.staff()?;
    let Some(person) = everyone.iter().find(|person| person.id == who) else {
        return Err(Refused::NotFound("There is no such person in the workspace".to_owned()));
    };
    let keeps_the_keys = standing.administers && standing.active;
    let others = everyone.iter().filter(|other| other.id != who && other.active && other.administers).count();
    if person.administers && person.active && !keeps_the_keys && others == 0 {
        return Err(Refused::Unfit(
            "Somebody must administer the workspace; let another person administer it first".to_owned(),
        ));
    }
    if who == ws.me().id && !standing.active {
        return Err(Refused::Unfit("You cannot remove yourself; ask another person who administers".to_owned()));
    }
    if standing.name != person.name {
        return Err(Refused::Unfit("A name cannot change, because the ledger is signed with it".to_owned()));
    }
    let removed = person.active && !standing.active;
    ws.set_standing(who, standing)?;
    if !removed {
        return Ok(None);
    }
    Ok(ws.change_key(&Progress::new()).err().map(|error| {
        format!("The key of the database is not changed yet; that is tried again when it is opened by someone who administers it. {error}")
    }))
}

/// Vouches that the key with which a person signs is their own: that they read its fingerprint out, and it is the one here. Needed
/// where somebody was given a new passphrase by a person whose work they sign. Not by themselves, nor by who gave it to them.
pub fn confirm_key(ws: &mut Workspace, who: StaffId) -> Result<(), Refused> {
    rights::supervises_or_administers(ws, "confirm a key")?;
    let me = ws.me();
    if who == me.id {
        return Err(Refused::NotAllowed("Nobody can confirm their own key; ask a colleague".to_owned()));
    }
    let unfit = |words: &str| Err(Refused::Unfit(words.to_owned()));
    let Some(given) = ws.key_standing(who)?.given.filter(|given| given.reset) else {
        return unfit("Nobody gave this person a new passphrase, so there is nothing to confirm");
    };
    if given.by == me.id {
        return Err(Refused::NotAllowed(
            "You gave this person their passphrase, so somebody else must confirm that the key is theirs".to_owned(),
        ));
    }
    if !given.replaced {
        return unfit("This person still has the passphrase they were given; they choose one of their own first");
    }
    // A voucher whom the same person could sign in as vouches for nothing
    let mine = ws.key_standing(me.id)?.given;
    if mine.is_some_and(|mine| mine.by == given.by && mine.may_be_known()) {
        return Err(Refused::NotAllowed(
            "Your own passphrase was given to you by the same person; change it first, or let somebody else confirm the key"
                .to_owned(),
        ));
    }
    ws.confirm_key(who)?;
    Ok(())
}

/// Gives a person a new passphrase: a forgotten one, or someone who returns.
pub fn reset_passphrase(ws: &mut Workspace, who: StaffId, new: &str) -> Result<(), Refused> {
    rights::administers(ws)?;
    let everyone = ws.staff()?;
    let Some(person) = everyone.iter().find(|person| person.id == who) else {
        return Err(Refused::NotFound("There is no such person in the workspace".to_owned()));
    };
    fits(&person.name, new)?;
    Ok(ws.reset_passphrase(who, new)?)
}

/// Changes the signed-in person's own passphrase.
pub fn change_passphrase(ws: &mut Workspace, old: &str, new: &str) -> Result<(), Refused> {
    rights::works_here(ws)?;
    fits(&ws.me().name, new)?;
    Ok(ws.change_passphrase(old, new)?)
}
