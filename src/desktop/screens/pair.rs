//! What Review and Duplicates have in common: one pair at a time, with everything about it, and the answer to it.
//!
//! | file | what it holds |
//! |---|---|
//! | [`desk`] | all of the below together, as one screen holds it |
//! | `frame` | the list, the bar and the head around a pair |
//! | [`shown`] | a pair as it is shown: records, agreement, warnings, other candidates, history |
//! | [`lines`] | what two records say, field by field, and how they agree, in words |
//! | [`queue`] | which pairs, in what order, which is looked at; the list at the left |
//! | [`facets`] | which pairs the queue shows, with how many each choice would show |
//! | [`class`] | a class of certain pairs: a few looked at, the others accepted |
//! | [`answer`] | giving an answer: reasons, comments, second keys, hard stops |
//! | [`asked`] | what an answer leads to, drawn: the reasons, the stops, the replacement |
//! | [`score`] | the engine's opinion, once it is asked for |
//! | [`sight`] | whether what is answered could have been looked at |
//! | [`around`] | warnings, findings and sources, other candidates, history |

pub mod answer;
pub mod around;
pub mod asked;
pub mod class;
pub mod desk;
pub mod facets;
mod frame;
pub mod lines;
pub mod queue;
pub mod score;
pub mod shown;
pub mod sight;

pub use answer::{Answering, Asked};
pub use desk::Desk;
pub use queue::Queue;
pub use score::Score;
pub use shown::Shown;
