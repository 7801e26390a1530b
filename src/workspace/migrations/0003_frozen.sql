-- What a batch was submitted with is kept with its rows: a pair may be decided again after its release, and the certificate
-- still says what was signed. Filled at submission, emptied where the batch is returned.
ALTER TABLE batch_row ADD COLUMN judgement TEXT;
ALTER TABLE batch_row ADD COLUMN staff INTEGER;
ALTER TABLE batch_row ADD COLUMN at TEXT;
ALTER TABLE batch_row ADD COLUMN seq INTEGER;
ALTER TABLE batch_row ADD COLUMN recalled TEXT;        -- why the row was recalled after its release
UPDATE batch_row SET (judgement, staff, at, seq) = (
        SELECT d.judgement, d.staff, d.at, d.seq FROM decision d
        WHERE d.kind = batch_row.kind AND d.a = batch_row.a AND d.b = batch_row.b)
    WHERE batch IN (SELECT id FROM batch WHERE state IN ('submitted', 'signed'));

-- Material: what a record said when it was decided about, kept when a later extract says otherwise.
CREATE TABLE record_version (
    kind         TEXT NOT NULL,                -- mosaic or chi
    id           TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    record       TEXT NOT NULL,
    file         INTEGER NOT NULL,
    line         INTEGER NOT NULL,
    PRIMARY KEY (kind, id, content_hash)
) STRICT, WITHOUT ROWID;

-- Material: how the engine saw each row of a batch when it was submitted. A later run may see it otherwise; the evidence
-- that is written of the batch stays.
CREATE TABLE batch_score (
    batch       INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    a           TEXT NOT NULL,
    b           TEXT NOT NULL,
    weight      REAL NOT NULL,
    probability REAL NOT NULL,
    band        INTEGER NOT NULL,
    hazards     INTEGER NOT NULL,
    PRIMARY KEY (batch, kind, a, b)
) STRICT, WITHOUT ROWID;
INSERT INTO batch_score (batch, kind, a, b, weight, probability, band, hazards)
    SELECT r.batch, r.kind, r.a, r.b, c.weight, c.probability, c.band, c.hazards
    FROM batch_row r JOIN candidate c ON c.kind = r.kind AND c.a = r.a AND c.b = r.b
    WHERE r.batch IN (SELECT id FROM batch WHERE state IN ('submitted', 'signed'));
