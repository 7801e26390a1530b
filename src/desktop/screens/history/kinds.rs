//! Which events of the ledger are shown: each of its tags belongs to one kind.

/// A kind of event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    All,
    Decisions,
    Batches,
    Files,
    Sharing,
    Transfers,
    People,
    Workspace,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Decisions,
        Self::Batches,
        Self::Files,
        Self::Sharing,
        Self::Transfers,
        Self::People,
        Self::Workspace,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::All => "Everything",
            Self::Decisions => "Decisions",
            Self::Batches => "Batches and releases",
            Self::Files => "Files and matching",
            Self::Sharing => "Sharing and look-ups",
            Self::Transfers => "Parcels and transfers",
            Self::People => "People and access",
            Self::Workspace => "Workspace and backups",
        }
    }

    /// The tags of its events; none where all are meant.
    pub fn tags(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Decisions => &["decided", "record_decided", "found_by_hand", "score_revealed", "assigned"],
            Self::Batches => &[
                "batch_composed",
                "batch_submitted",
                "sample_drawn",
                "rechecked",
                "known_set",
                "batch_returned",
                "batch_signed",
                "released",
                "recalled",
                "left_out",
                "profile_saved",
                "profile_written",
                "acknowledged",
                "correction_composed",
                "correction_returned",
                "correction_signed",
                "correction_released",
            ],
            Self::Files => &["file_loaded", "matched", "cuts_moved"],
            Self::Sharing => &[
                "protocol_set",
                "sharing_excepted",
                "extract_written",
                "extract_acknowledged",
                "cross_reference_written",
                "looked_up",
            ],
            Self::Transfers => &["parcel_made", "parcel_taken", "place_set", "sent"],
            Self::People => &["staff_changed", "key_registered", "key_confirmed", "opened"],
            Self::Workspace => &[
                "workspace_created",
                "training_begun",
                "database_key_changed",
                "clock_jumped",
                "backed_up",
                "restored",
                "closed",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Kind;
    use crate::workspace::Event;

    #[test]
    fn every_event_belongs_to_one_kind() {
        // What reads an event says which it would know
        let unknown = serde_json::from_str::<Event>(r#"{"event": "none"}"#).unwrap_err().to_string();
        let (_, known) = unknown.split_once("expected one of").expect("it names what it knows");
        let mut known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let mut shown: Vec<&str> = Kind::ALL.iter().flat_map(|kind| kind.tags()).copied().collect();
        known.sort_unstable();
        shown.sort_unstable();
        assert_eq!(shown, known);
    }
}
