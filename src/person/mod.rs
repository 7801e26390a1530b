//! One person's identifiers, pure: no files, no store, no window.
//!
//! | file | what it holds |
//! |---|---|
//! | [`chi`] | the CHI number: both check schemes, repairs, what a number of another scheme looks like |
//! | [`name`] | names: folding, Mac/Mc/O', hyphens, titles, nicknames, phonetic codes |
//! | [`date`] | dates, whole or partial, and the sentinels that mean "unknown" |
//! | [`sex`] | sex as the record gives it |
//! | [`postcode`] | UK postcodes, their parts, and the dummies that say nothing |
//! | [`address`] | addresses: the dwelling, the building, the Scottish flat |
//! | [`record`] | a whole record: what Mosaic holds of a person, what CHI holds of a person |
//! | [`view`] | a record whose text lies elsewhere |
//! | [`holding`] | what the finance and care side of Mosaic carries for a person |
//! | [`relationship`] | what Mosaic records of two people together |
//! | [`finding`] | what a look at one record noticed |

pub mod address;
pub mod chi;
pub mod date;
pub mod finding;
pub mod holding;
pub mod name;
pub mod postcode;
pub mod record;
pub mod relationship;
pub mod sex;
pub mod view;

pub use chi::Chi;
pub use date::PartialDate;
pub use finding::Finding;
pub use holding::{Carried, Holding, HoldingKind};
pub use record::{ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord};
pub use relationship::Relationship;
pub use sex::Sex;
pub use view::{ChiView, DetailsView, MosaicView};

/// A code in capitals, in the room given; one that has no room there is longer than any known code, and stays as it is.
fn in_capitals<'a>(code: &'a str, room: &'a mut [u8; 16]) -> &'a str {
    let Some(room) = room.get_mut(..code.len()) else { return code };
    room.copy_from_slice(code.as_bytes());
    room.make_ascii_uppercase();
    std::str::from_utf8(room).unwrap_or(code) // Only ASCII letters have changed
}
