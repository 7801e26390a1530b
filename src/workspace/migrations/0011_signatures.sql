-- Who signed which event, and whose key is whose.

-- What the person who caused an event signed of it. An event before the first `key_registered` has none.
CREATE TABLE ledger_signature (
    seq       INTEGER PRIMARY KEY REFERENCES ledger(seq),
    signature TEXT NOT NULL                -- Ed25519 over the row's hash, hex
) STRICT;
CREATE TRIGGER signatures_are_not_updated BEFORE UPDATE ON ledger_signature BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER signatures_are_not_deleted BEFORE DELETE ON ledger_signature BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE INDEX ledger_keys ON ledger(seq) WHERE event = 'key_registered';
CREATE INDEX ledger_people ON ledger(event, seq) WHERE event IN ('staff_changed', 'database_key_changed');

-- Projection: each passphrase that a person was given or chose, and the key pair that came with it.
CREATE TABLE credential (
    seq          INTEGER PRIMARY KEY,      -- the event that gave it
    staff        INTEGER NOT NULL,         -- whose
    given_by     INTEGER NOT NULL,         -- who chose it: the person, or somebody who may know it
    public       TEXT,                     -- hex; none where it was chosen before there were key pairs and never used since
    sealing      TEXT,
    confirmed_by INTEGER                   -- who vouched that the key is the person's own
) STRICT;
CREATE INDEX credential_staff ON credential(staff, seq);

-- Before this a passphrase that was set left an event in which nothing changed.
INSERT INTO credential (seq, staff, given_by)
SELECT seq, json_extract(payload, '$.staff'), staff FROM ledger
WHERE event = 'staff_changed'
  AND (json_extract(payload, '$.before') IS NULL OR json_extract(payload, '$.before') = json_extract(payload, '$.after'));
