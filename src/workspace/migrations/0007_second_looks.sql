-- Projections: what a second person answers without sight of the first answer, beside the rows of a batch's sample.

-- Pairs that stand among a batch's sample though they are no rows of it: they were decided *Not a match*, so that the second
-- person cannot know what the first answer was.
CREATE TABLE control (
    batch         INTEGER NOT NULL REFERENCES batch(id),
    kind          TEXT NOT NULL,
    a             TEXT NOT NULL,
    b             TEXT NOT NULL,
    verdict       TEXT NOT NULL,           -- the decision when the sample was drawn, and who made it
    staff         INTEGER NOT NULL,
    recheck       TEXT,                    -- the second answer
    PRIMARY KEY (batch, kind, a, b)
) STRICT, WITHOUT ROWID;

-- Pairs that a supervisor answered before any officer did.
CREATE TABLE known (
    kind          TEXT NOT NULL,
    a             TEXT NOT NULL,
    b             TEXT NOT NULL,
    verdict       TEXT NOT NULL,
    staff         INTEGER NOT NULL,
    at            TEXT NOT NULL,
    PRIMARY KEY (kind, a, b)
) STRICT, WITHOUT ROWID;

-- Every pair that two people answered independently: the first answer as it was then, and the second.
CREATE TABLE second_answer (
    source        TEXT NOT NULL,           -- sample, control or known
    batch         INTEGER NOT NULL,        -- of sample and control; 0 of known
    kind          TEXT NOT NULL,
    a             TEXT NOT NULL,
    b             TEXT NOT NULL,
    staff         INTEGER NOT NULL,        -- the officer
    verdict       TEXT NOT NULL,
    second_staff  INTEGER NOT NULL,        -- the other person
    second        TEXT NOT NULL,
    seq           INTEGER NOT NULL,        -- the event that brought the two together
    PRIMARY KEY (source, batch, kind, a, b)
) STRICT, WITHOUT ROWID;

-- Why a row was named in a return, where a reason of its own was given.
ALTER TABLE batch_row ADD COLUMN return_reason TEXT;
