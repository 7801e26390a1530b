//! The window's own widgets: one of each kind, used by every screen.
//!
//! | file | what it holds |
//! |---|---|
//! | [`text`] | words in the type scale; numbers and dates as screens show them |
//! | [`icon`] | small line icons |
//! | [`button`] | buttons and key caps |
//! | [`field`] | labelled text fields and choices |
//! | [`parts`] | pages, cards, tiles, section headings, banners, empty states, bars |
//! | [`chart`] | bars and lines whose values can be pointed at and read by keyboard |
//! | [`chip`] | a word with an icon and a tone: band, verdict, hazard, state |
//! | [`table`] | the one table: virtual, with a keyboard cursor and accessible rows |
//! | [`compare`] | two records in columns and the agreement between them |
//! | [`align`] | where two words differ, letter by letter |
//! | [`dialog`] | questions that must be answered first |
//! | [`toast`] | notices that come and go |
//! | [`told`] | what changed, for those who do not see it |

pub mod align;
pub mod button;
pub mod chart;
pub mod chip;
pub mod compare;
pub mod dialog;
pub mod field;
pub mod icon;
pub mod parts;
pub mod table;
pub mod text;
pub mod toast;
pub mod told;

pub use button::{Button, Look, key_caps};
pub use chip::Chip;
pub use dialog::Dialog;
pub use icon::Icon;
