-- Sharing: what the two organisations agreed, which extracts went out under it, and who may be in them in spite of a restriction.

-- Projections ------------------------------------------------------------------------------------------------------

CREATE TABLE sharing_protocol (           -- every version that was ever in force; the newest is
    version    INTEGER PRIMARY KEY,
    protocol   TEXT NOT NULL,             -- JSON
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    seq        INTEGER NOT NULL
) STRICT;

CREATE TABLE sharing_exception (          -- restricted people who may be in an extract
    a          TEXT NOT NULL,             -- Mosaic id
    b          TEXT NOT NULL,             -- CHI: with another link the exception is gone
    level      INTEGER NOT NULL,          -- up to which level
    reason     TEXT NOT NULL,
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE extract (
    id         INTEGER PRIMARY KEY,
    base       INTEGER,                   -- of a delta: the acknowledged extract that it starts from
    protocol   INTEGER NOT NULL REFERENCES sharing_protocol(version),
    level      INTEGER NOT NULL,
    purpose    TEXT NOT NULL,
    columns    TEXT NOT NULL,             -- JSON array of codes
    people     INTEGER NOT NULL,          -- who the receiver holds when it is loaded
    added      INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    withdrawn  INTEGER NOT NULL,
    state_sha256    TEXT NOT NULL,        -- over what the receiver holds then
    manifest_sha256 TEXT NOT NULL,
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    acknowledged_at   TEXT,
    acknowledged_by   INTEGER,
    acknowledged_note TEXT
) STRICT;

-- Material ---------------------------------------------------------------------------------------------------------

-- What a receiver holds once it has loaded an extract: a hash of each person's row. Kept of the extract that deltas start from and
-- of those that went out after it; bound to the ledger by `extract.state_sha256`.
CREATE TABLE extract_row (
    extract    INTEGER NOT NULL,
    chi        TEXT NOT NULL,
    row_sha256 BLOB NOT NULL,
    PRIMARY KEY (extract, chi)
) STRICT, WITHOUT ROWID;

-- Of whom something went out, and in which extracts: so that after a recall, or when somebody asks what of them was shared, it can
-- be said. Never forgotten.
CREATE TABLE extract_person (
    chi        TEXT NOT NULL,
    level      INTEGER NOT NULL,
    purpose    TEXT NOT NULL,
    first      INTEGER NOT NULL,          -- the first extract after which a receiver held the person
    last       INTEGER NOT NULL,          -- and the last one
    PRIMARY KEY (chi, level, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_row_right ON batch_row(b) WHERE kind = 'link';  -- who a CHI number is signed for
