//! What people do in a workspace, one file per verb, and who may do it.
//!
//! Every rule of the field is enforced here and nowhere else: the screens and the command line ask, and show what they are
//! told. A verb takes the workspace, checks who asks, checks the rules, and hands the workspace one deed (one or more
//! events that happen, and are taken back, together).
//!
//! | file | the verb |
//! |---|---|
//! | [`rights`] | who may do what, as whoever asks is told; the rules themselves are in [`crate::workspace::rights`] |
//! | [`load`] | take a file in |
//! | [`suspicions`], [`refreshed`] | what makes a file look like a wrong one; what a load means for the work |
//! | [`matching`] | run the engine; move the cuts between the bands |
//! | [`learn`] | run the engine with what decisions teach, and first show what that would do |
//! | [`measured`] | how many pairs were right and wrong, by what people decided |
//! | [`decide`] | answer a pair, or many: by hand, with its class, from a file |
//! | [`records`] | judge one record by itself |
//! | [`find`], [`reveal`], [`explain`] | search a CHI by hand; show the score; say why a pair scores so, or why a person has no link |
//! | [`merge`], [`groups`] | propose which of two Mosaic records is kept; show and decide whole groups of them |
//! | [`carry`] | take the CHI of a record that is merged away to the one that is kept, and back when the merge is unmade |
//! | [`replace`] | match the number that replaced a superseded one |
//! | [`recall`] | take back what was carried into Mosaic |
//! | [`sharing`] | set the sharing protocol; who may be in an extract; except a restricted person; acknowledge an extract |
//! | [`lookup`] | which CHI a Mosaic person has, or whose a CHI is |
//! | [`corrections`] | take out of Mosaic again what was recalled: compose, sign, return |
//! | [`acknowledge`] | take in what Mosaic says of the links it was given; chase what it does not speak of |
//! | [`batches`], [`submit`], [`sign_off`] | compose, hand in, re-check, sign or return |
//! | [`recheck_sheet`] | re-check the sample on a sheet: written out without the officer's answers, and read back |
//! | [`parcels`] | send a batch or pairs to another desk, and take in what was done there |
//! | [`known`], [`agreement`] | answer pairs before the officers do; how often two people say the same |
//! | [`queues`], [`assign`] | which pairs somebody looks at, by name; whose a pair is |
//! | [`drafts`] | what somebody had begun to write when the desk was locked |
//! | [`figures`], [`fairness`] | how the work goes by day and by group of people |
//! | [`relationships`] | what Mosaic records of two people together, and what that does to their merge |
//! | [`conflicts`] | where decisions, Mosaic and CHI do not agree |
//! | [`undo`] | take a deed back, or do it again |
//! | [`pace`] | how somebody's own work goes today |
//! | [`people`] | who works here |
//! | [`demonstration`], [`training`] | a practice workspace, and how somebody did in it |
//! | [`stops`], [`warnings`] | what is never approved, and what needs a reason |
//! | [`looked`], [`live`] | a pair as a decision looks at it; the live decisions, and those that a deed is about to add |
//! | [`side_by_side`] | many things looked at by themselves, on several connections |
//! | [`sampling`] | how many rows a re-check needs, which, and what it proves |
//! | [`people_csv`] | CSV files for people to read, with no cell that a spreadsheet would run |
//! | [`refused`] | why a verb was refused |
//! | `sequences` | a test: nobody signs what they decided, whatever deeds came before |

pub mod acknowledge;
pub mod agreement;
pub mod assign;
pub mod batches;
pub mod carry;
pub mod conflicts;
pub mod corrections;
pub mod decide;
pub mod demonstration;
pub mod drafts;
pub mod explain;
pub mod fairness;
pub mod figures;
pub mod find;
pub mod groups;
pub mod known;
pub mod learn;
mod live;
pub mod load;
mod looked;
pub mod lookup;
pub mod matching;
pub mod measured;
pub mod merge;
pub mod pace;
pub mod parcels;
pub mod people;
pub(crate) mod people_csv;
pub mod queues;
pub mod recall;
mod recheck_sheet;
pub mod records;
pub mod refreshed;
pub mod refused;
pub mod relationships;
pub mod replace;
pub mod reveal;
pub(crate) mod rights;
pub mod sampling;
#[cfg(test)]
mod sequences;
pub mod sharing;
mod side_by_side;
pub mod sign_off;
pub mod stops;
pub mod submit;
pub mod suspicions;
pub mod training;
pub mod undo;
pub mod warnings;

pub use refused::Refused;
pub use stops::{Stop, StopKind};
pub use warnings::{Warning, WarningKind};
