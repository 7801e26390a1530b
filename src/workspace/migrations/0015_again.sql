-- A row that a return asks for again waits for an answer, as one does whose records changed since: until it is decided after the
-- event of the return. `batch_row.returned` says how it was asked for: 1 by name, 2 with its whole batch.
ALTER TABLE batch ADD COLUMN returned_seq INTEGER;
UPDATE batch SET returned_seq = (SELECT l.seq FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
        WHERE s.kind = 'batch' AND s.a = CAST(batch.id AS TEXT) AND l.event = 'batch_returned')
    WHERE state = 'returned';
UPDATE batch_row SET returned = 2 WHERE returned = 1 AND batch IN (
    SELECT b.id FROM batch b JOIN ledger l ON l.seq = b.returned_seq
    WHERE coalesce(json_array_length(l.payload, '$.rows'), 0) = 0);
CREATE INDEX batch_row_returned ON batch_row(kind, a, b) WHERE returned <> 0;  -- few rows are: asked of every decision
UPDATE candidate SET answer = answer + 4 WHERE answer BETWEEN 1 AND 4 AND EXISTS (
    SELECT 1 FROM decision d JOIN batch_row r ON r.kind = d.kind AND r.a = d.a AND r.b = d.b JOIN batch b ON b.id = r.batch
    WHERE d.kind = candidate.kind AND d.a = candidate.a AND d.b = candidate.b AND r.returned AND d.seq < b.returned_seq);
