-- The first schema. Three kinds of table:
--   ledger       what happened; append-only, each row bound to the one before by its hash
--   projections  what the screens show; derived from the ledger alone, rebuilt by `check`: ledger_subject, staff, decision,
--                record_decision, batch, batch_row
--   material     what files and the engine brought, too bulky for the ledger, which names it by hash: source_file, mosaic_record, chi_record,
--                rejected_row, run, candidate

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    seq     INTEGER PRIMARY KEY,          -- 1, 2, 3 … without gaps; the sequence rules, not the clock
    at      TEXT NOT NULL,                -- UTC, ISO 8601
    staff   INTEGER NOT NULL,             -- who
    event   TEXT NOT NULL,                -- the tag of the payload
    payload TEXT NOT NULL,                -- the event, JSON
    undoes  INTEGER REFERENCES ledger(seq),
    deed    INTEGER NOT NULL,             -- seq of the first event of the same deed: what one key press did is undone as one
    prev    TEXT NOT NULL,                -- hash of the row before; 64 zeros for the first
    hash    TEXT NOT NULL UNIQUE          -- SHA-256 over seq, at, staff, payload, undoes, deed, prev
) STRICT;
CREATE INDEX ledger_undoes ON ledger(undoes) WHERE undoes IS NOT NULL;
CREATE INDEX ledger_deed ON ledger(deed);
CREATE INDEX ledger_begun ON ledger(staff, seq) WHERE seq = deed;  -- each person's deeds, newest first
CREATE TRIGGER ledger_is_not_updated BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Which ledger rows speak of a pair or a record, so that its history is found at once.
CREATE TABLE ledger_subject (
    kind  TEXT NOT NULL,                  -- link, duplicate, record, batch
    a     TEXT NOT NULL,
    b     TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (kind, a, b, seq)
) STRICT, WITHOUT ROWID;

-- Projections ------------------------------------------------------------------------------------------------------

CREATE TABLE staff (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('officer', 'supervisor')),
    administers INTEGER NOT NULL,
    active     INTEGER NOT NULL
) STRICT;

CREATE TABLE decision (                   -- the live judgement of each pair
    kind       TEXT NOT NULL CHECK (kind IN ('link', 'duplicate')),
    a          TEXT NOT NULL,             -- Mosaic id
    b          TEXT NOT NULL,             -- CHI, or the second Mosaic id
    verdict    TEXT NOT NULL,
    judgement  TEXT NOT NULL,             -- JSON
    left_hash  TEXT NOT NULL,             -- content of the two records when they were looked at: a decision is stale
    right_hash TEXT NOT NULL,             -- once either differs from what is held now
    merge_source TEXT,
    merge_target TEXT,
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    seq        INTEGER NOT NULL,          -- the event
    PRIMARY KEY (kind, a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_b ON decision(kind, b);
CREATE INDEX decision_source ON decision(merge_source) WHERE merge_source IS NOT NULL;
CREATE INDEX decision_target ON decision(merge_target) WHERE merge_target IS NOT NULL;
CREATE INDEX decision_seq ON decision(seq);

CREATE TABLE record_decision (
    mosaic_id  TEXT PRIMARY KEY,
    judgement  TEXT NOT NULL,
    staff      INTEGER NOT NULL,
    at         TEXT NOT NULL,
    seq        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('composing', 'submitted', 'signed', 'returned', 'withdrawn')),
    composed_by  INTEGER NOT NULL,
    submitted_by INTEGER,
    submitted_at TEXT,
    content_hash TEXT,
    seed         TEXT,
    tolerable    REAL,
    confidence   REAL,
    signed_by    INTEGER,
    signed_at    TEXT,
    signed_seq   INTEGER,
    statement    TEXT,
    returned_reason TEXT,
    released_at  TEXT,
    manifest_sha256 TEXT
) STRICT;

CREATE TABLE batch_row (
    batch     INTEGER NOT NULL REFERENCES batch(id),
    kind      TEXT NOT NULL,
    a         TEXT NOT NULL,
    b         TEXT NOT NULL,
    sampled   INTEGER NOT NULL DEFAULT 0,
    recheck   TEXT,                        -- the second person's verdict
    recheck_staff INTEGER,
    returned  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (batch, kind, a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_row_pair ON batch_row(kind, a, b);

-- Material ---------------------------------------------------------------------------------------------------------

CREATE TABLE source_file (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    rows      INTEGER NOT NULL,
    accepted  INTEGER NOT NULL,
    warned    INTEGER NOT NULL,
    rejected  INTEGER NOT NULL,
    added     INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    gone      INTEGER NOT NULL,
    format    TEXT NOT NULL,               -- JSON: encoding, delimiter, line ending
    mapping   TEXT NOT NULL,               -- JSON
    headings  TEXT NOT NULL,               -- JSON
    findings  TEXT NOT NULL,               -- JSON: finding → count
    seq       INTEGER NOT NULL
) STRICT;
CREATE INDEX source_file_sha ON source_file(sha256);

CREATE TABLE mosaic_record (
    id         INTEGER PRIMARY KEY,
    mosaic_id  TEXT NOT NULL UNIQUE,
    surname    TEXT NOT NULL,              -- names folded for searching; the whole record, as given, is in `record`
    forename   TEXT NOT NULL,
    birth      TEXT NOT NULL,              -- ISO 8601, partial allowed; '' where none
    postcode   TEXT NOT NULL,              -- capitals, no spaces
    chi        TEXT NOT NULL,              -- the valid CHI that Mosaic holds; '' where none
    restricted INTEGER NOT NULL,
    present    INTEGER NOT NULL,           -- in the newest extract
    record     TEXT NOT NULL,              -- JSON: person::MosaicRecord
    findings   TEXT NOT NULL,              -- JSON array
    content_hash TEXT NOT NULL,            -- SHA-256, hex
    file       INTEGER NOT NULL REFERENCES source_file(id),
    line       INTEGER NOT NULL
) STRICT;
CREATE INDEX mosaic_record_chi ON mosaic_record(chi) WHERE chi <> '';
CREATE INDEX mosaic_record_present ON mosaic_record(present, chi);
CREATE INDEX mosaic_record_surname ON mosaic_record(surname, mosaic_id);

CREATE TABLE chi_record (
    id         INTEGER PRIMARY KEY,
    chi        TEXT NOT NULL UNIQUE,
    surname    TEXT NOT NULL,
    previous_surname TEXT NOT NULL,
    forename   TEXT NOT NULL,
    birth      TEXT NOT NULL,
    postcode   TEXT NOT NULL,
    status     TEXT NOT NULL,
    upi        TEXT NOT NULL,              -- '' where none
    present    INTEGER NOT NULL,
    record     TEXT NOT NULL,              -- JSON: person::ChiRecord
    findings   TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    file       INTEGER NOT NULL REFERENCES source_file(id),
    line       INTEGER NOT NULL
) STRICT;
CREATE INDEX chi_record_present ON chi_record(present);
CREATE INDEX chi_record_surname ON chi_record(surname, chi);
CREATE INDEX chi_record_previous ON chi_record(previous_surname) WHERE previous_surname <> '';
CREATE INDEX chi_record_forename ON chi_record(forename);
CREATE INDEX chi_record_birth ON chi_record(birth);
CREATE INDEX chi_record_postcode ON chi_record(postcode);
CREATE INDEX chi_record_upi ON chi_record(upi) WHERE upi <> '';

CREATE TABLE rejected_row (
    file   INTEGER NOT NULL REFERENCES source_file(id),
    line   INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw    TEXT NOT NULL,                  -- JSON array of the fields
    PRIMARY KEY (file, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    id      INTEGER PRIMARY KEY,
    engine  TEXT NOT NULL,
    model   TEXT NOT NULL,                 -- JSON: linkage::Model
    report  TEXT NOT NULL,                 -- JSON: linkage::Report
    cut_auto   REAL NOT NULL,
    cut_review REAL NOT NULL,
    seq     INTEGER NOT NULL
) STRICT;

CREATE TABLE candidate (
    id          INTEGER PRIMARY KEY,       -- kept from run to run for the same pair
    kind        TEXT NOT NULL CHECK (kind IN ('link', 'duplicate')),
    a           TEXT NOT NULL,
    b           TEXT NOT NULL,
    weight      REAL NOT NULL,             -- log2
    probability REAL NOT NULL,
    band        INTEGER NOT NULL CHECK (band IN (0, 1, 2)),  -- auto, review, low
    hazards     INTEGER NOT NULL,
    pattern     INTEGER NOT NULL,
    keys        INTEGER NOT NULL,
    margin      REAL,                      -- weight above the runner-up; NULL where there is none
    best        INTEGER NOT NULL,
    origin      TEXT NOT NULL,             -- engine, file, hand
    run         INTEGER,
    mix         INTEGER NOT NULL,          -- a fixed hash of the key: the mixed order of a queue
    answer      INTEGER NOT NULL,          -- what `decision` says of it, kept beside it so that a queue is one walk of an index:
                                           -- 0 none; 1 match, 2 not_match, 3 unsure, 4 refer; 4 more where it is stale
    lead        INTEGER NOT NULL GENERATED ALWAYS AS (best = 1 OR origin <> 'engine') VIRTUAL,
    UNIQUE (kind, a, b)
) STRICT;
CREATE INDEX candidate_b ON candidate(kind, b);
CREATE INDEX candidate_queue ON candidate(kind, band, answer, lead, mix, weight, hazards, probability);  -- covers every queue
CREATE INDEX candidate_matched ON candidate(kind, a) WHERE answer IN (1, 5);  -- people with a live match, counted
CREATE INDEX candidate_run ON candidate(run);
