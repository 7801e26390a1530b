-- A batch is with Mosaic since its files were first written, however often they are written again.
UPDATE batch SET released_at = (SELECT l.at FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
        WHERE s.kind = 'batch' AND s.a = CAST(batch.id AS TEXT) AND s.b = '' AND l.event = 'released' ORDER BY s.seq LIMIT 1)
    WHERE released_at IS NOT NULL;
-- Whose batches these were, asked of either record of two: a CHI number has an index of its own, `batch_row_right`.
CREATE INDEX batch_row_other ON batch_row(b) WHERE kind = 'duplicate';
