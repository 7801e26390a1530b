-- Words by which a CHI record is found by hand: material, made from chi_record and made again wherever it is in doubt. The index keeps
-- no text of its own (no content) and no places within it (detail none); rowid is chi_record.id. What the words are, and what
-- marks one kind from another, is said in search/words.rs. Prefixes of two to four characters are read from lists of their own.
CREATE VIRTUAL TABLE chi_search USING fts5(
    words, content = '', contentless_delete = 1, detail = 'none', prefix = '2 3 4', tokenize = "ascii tokenchars '_'"
);
