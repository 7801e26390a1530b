-- What was done at another desk with a parcel. The event of the same number in this ledger says what its author did and when; this is
-- that event as the author signed it there. Whoever took the parcel in signed the row here.
CREATE TABLE brought (
    seq      INTEGER PRIMARY KEY REFERENCES ledger(seq),
    taken_by INTEGER NOT NULL,
    parcel   TEXT NOT NULL,
    sequence INTEGER NOT NULL,             -- its number in the parcel's ledger
    hash     TEXT NOT NULL UNIQUE,         -- and its hash there: nothing is brought twice
    event    TEXT NOT NULL,                -- JSON: SignedEvent
    UNIQUE (parcel, sequence)
) STRICT;
CREATE TRIGGER brought_is_not_updated BEFORE UPDATE ON brought BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER brought_is_not_deleted BEFORE DELETE ON brought BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE INDEX ledger_parcels ON ledger(event, seq) WHERE event IN ('parcel_made', 'parcel_taken');
