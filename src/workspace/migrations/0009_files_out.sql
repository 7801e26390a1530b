-- Projections: what goes out by which profile, what came back of it, and what is taken out again.

-- Export profiles, every version that was ever saved.
CREATE TABLE export_profile (
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    profile    TEXT NOT NULL,              -- JSON: release::ExportProfile
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

-- Rows of released batches that are in no file of the release: those about restricted people.
CREATE TABLE left_out (
    batch      INTEGER NOT NULL REFERENCES batch(id),
    kind       TEXT NOT NULL,
    a          TEXT NOT NULL,
    b          TEXT NOT NULL,
    PRIMARY KEY (batch, kind, a, b)
) STRICT, WITHOUT ROWID;

-- Mosaic's load reports that were taken in.
CREATE TABLE load_report (
    batch      INTEGER NOT NULL REFERENCES batch(id),
    sha256     TEXT NOT NULL,
    name       TEXT NOT NULL,
    accepted   INTEGER NOT NULL,
    rejected   INTEGER NOT NULL,
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (batch, sha256)
) STRICT, WITHOUT ROWID;

-- What Mosaic said of each released link: the newest answer.
CREATE TABLE acknowledgement (
    batch      INTEGER NOT NULL REFERENCES batch(id),
    a          TEXT NOT NULL,
    b          TEXT NOT NULL,
    accepted   INTEGER NOT NULL,
    reason     TEXT NOT NULL,              -- Mosaic's own words; '' where accepted
    at         TEXT NOT NULL,
    PRIMARY KEY (batch, a, b)
) STRICT, WITHOUT ROWID;

-- Corrective files: what is to be taken out of Mosaic again after recalls.
CREATE TABLE correction (
    id           INTEGER PRIMARY KEY,
    state        TEXT NOT NULL CHECK (state IN ('composed', 'signed', 'returned')),
    content_hash TEXT NOT NULL,
    composed_by  INTEGER NOT NULL,
    composed_at  TEXT NOT NULL,
    signed_by    INTEGER,
    signed_at    TEXT,
    signed_seq   INTEGER,
    statement    TEXT,
    returned_reason TEXT,
    released_at  TEXT,
    manifest_sha256 TEXT
) STRICT;

CREATE TABLE correction_row (
    correction INTEGER NOT NULL REFERENCES correction(id),
    batch      INTEGER NOT NULL,           -- the release that carried the wrong seed
    a          TEXT NOT NULL,              -- Mosaic id
    b          TEXT NOT NULL,              -- the wrong CHI
    right_batch INTEGER,                   -- the signed batch with the right one, where there is any
    right_b    TEXT,
    PRIMARY KEY (correction, batch, a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_row_pair ON correction_row(a, b);
