-- Material: relationships and household memberships that Mosaic records between two people, as the newest file of them says.
-- A row that a later file does not have stays, no longer present. Ids need not be known: the extract that has them may come later.
CREATE TABLE relationship (
    a       TEXT NOT NULL,                 -- Mosaic ids, in the order of the file's row
    b       TEXT NOT NULL,
    what    TEXT NOT NULL,                 -- as given; '' where the row does not say
    began   TEXT NOT NULL,                 -- ISO 8601, partial allowed; '' where none
    ended   TEXT NOT NULL,
    present INTEGER NOT NULL,              -- in the newest file
    since   INTEGER NOT NULL REFERENCES source_file(id),  -- the file that brought it, where it was not there before
    file    INTEGER NOT NULL REFERENCES source_file(id),  -- the newest file that has it, and its line there
    line    INTEGER NOT NULL,
    PRIMARY KEY (a, b, what, began, ended)
) STRICT, WITHOUT ROWID;
CREATE INDEX relationship_b ON relationship(b, a, present);
