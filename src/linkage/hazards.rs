//! Patterns by which two people look like one.
//!
//! Household evidence is not personal evidence (Newcombe 1993): surname, address and postcode are shared by people who
//! live together. A hazard of the identity kind therefore keeps a pair out of the automatic band, however high its
//! probability.

use crate::pair::Hazards;

/// Hazards by which another person may be meant: a pair with one of these is never automatic.
pub const IDENTITY: Hazards = Hazards::TWIN
    .union(Hazards::SIBLING)
    .union(Hazards::PARENT_CHILD)
    .union(Hazards::NAMESAKE)
    .union(Hazards::NEAR_TIE)
    .union(Hazards::DELETED)
    .union(Hazards::SEEDED_DISAGREES)
    .union(Hazards::PLACEHOLDER_NAME);

/// Whether another person may be meant.
pub fn another_person_may_be_meant(hazards: Hazards) -> bool {
    hazards.intersects(IDENTITY)
}
