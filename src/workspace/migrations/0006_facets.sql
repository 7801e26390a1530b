-- What a queue is divided by beside the pair itself: the team or context of its Mosaic record, the file that brought or last
-- changed that record, and the day on which the pair was first proposed. They stand beside each candidate, so that one walk of
-- one index counts a million pairs by all of them.

CREATE TABLE context (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE               -- as Mosaic gives it
) STRICT;

ALTER TABLE mosaic_record ADD COLUMN context INTEGER NOT NULL DEFAULT 0;  -- 0 where none is given
INSERT INTO context (name)
    SELECT DISTINCT trim(json_extract(record, '$.context')) FROM mosaic_record
    WHERE trim(coalesce(json_extract(record, '$.context'), '')) <> '' ORDER BY 1;
UPDATE mosaic_record SET context = (SELECT x.id FROM context x WHERE x.name = trim(json_extract(record, '$.context')))
    WHERE trim(coalesce(json_extract(record, '$.context'), '')) <> '';

ALTER TABLE candidate ADD COLUMN context INTEGER NOT NULL DEFAULT 0;  -- of the Mosaic record `a`
ALTER TABLE candidate ADD COLUMN file INTEGER NOT NULL DEFAULT 0;     -- the file that brought or last changed that record
ALTER TABLE candidate ADD COLUMN since INTEGER NOT NULL DEFAULT 0;    -- first proposed: days since 1 January 1970, UTC
UPDATE candidate SET
    context = coalesce((SELECT m.context FROM mosaic_record m WHERE m.mosaic_id = candidate.a), 0),
    file = coalesce((SELECT m.file FROM mosaic_record m WHERE m.mosaic_id = candidate.a), 0),
    since = coalesce((SELECT unixepoch(l.at) / 86400 FROM ledger l WHERE l.event = 'matched' ORDER BY l.seq DESC LIMIT 1),
        unixepoch() / 86400);

DROP INDEX candidate_queue;
CREATE INDEX candidate_queue  -- covers every queue, and its facets
    ON candidate(kind, band, answer, lead, mix, weight, hazards, probability, context, file, since);

-- Projection: whose pair it is to look at.
CREATE TABLE assignment (
    kind  TEXT NOT NULL,
    a     TEXT NOT NULL,
    b     TEXT NOT NULL,
    staff INTEGER NOT NULL,
    PRIMARY KEY (kind, a, b)
) STRICT, WITHOUT ROWID;
