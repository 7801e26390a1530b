-- Takes the newest migration away, and what the index of words holds, as if neither had ever been.
DROP INDEX batch_row_returned;
ALTER TABLE batch DROP COLUMN returned_seq;
INSERT INTO chi_search (chi_search) VALUES ('delete-all');
DELETE FROM meta WHERE key = 'search edition';
