-- How many people in CHI share a name, or a name and a date of birth: counted from an index alone, however common the name.
-- Each index takes the place of a narrower one.
DROP INDEX chi_record_surname;
CREATE INDEX chi_record_surname ON chi_record(surname, forename, birth, status, present);
DROP INDEX chi_record_forename;
CREATE INDEX chi_record_forename ON chi_record(forename, status, present);
