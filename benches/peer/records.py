"""The two extracts as tables that Splink compares: cleaned as a careful data team would clean them.

All of it is SQL inside DuckDB, as reading is part of what is timed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

NICKNAMES = Path(__file__).parents[2] / "assets" / "nicknames.tsv"

# Dates that stand for "unknown", and postcodes that stand for "no fixed address" or "not known".
SENTINELS = "('1900-01-01', '1901-01-01', '1800-01-01', '9999-12-31')"
DUMMIES = "regexp_matches(pc, '^(NK|NF1|ZZ99|XX|NFA)')"

MACROS = """
create macro letters(t) as nullif(regexp_replace(upper(strip_accents(coalesce(t, ''))), '[^A-Z]', '', 'g'), '');
create macro untitled(t) as regexp_replace(
    upper(strip_accents(coalesce(t, ''))), '^(MR|MRS|MISS|MS|DR|REV|MASTER|SIR|LADY)[. ]+', '');
create macro name_of(t) as letters(untitled(t));
create macro surname_of(t) as regexp_replace(name_of(t), '^(MC|MAC)(.{3})', 'MC\\2');
create macro forename_of(t) as letters(regexp_extract(trim(untitled(t)), '^[^ ]+'));
create macro date_of(t) as case
    when regexp_full_match(t, '\\d{8}') then try_strptime(t, '%Y%m%d')
    when regexp_full_match(t, '\\d{4}-\\d{2}-\\d{2}.*') then try_strptime(t[1:10], '%Y-%m-%d')
    when regexp_full_match(t, '\\d{1,2}/\\d{1,2}/\\d{4}.*') then try_strptime(split_part(t, ' ', 1), '%d/%m/%Y')
    else coalesce(try_strptime(t, '%d-%b-%Y'), try_strptime(t, '%d %b %Y')) end::date;
create macro sex_of(t) as case upper(t[1:1])
    when 'M' then 'M' when '1' then 'M' when 'F' then 'F' when '2' then 'F' end;
create macro postcode_of(t) as regexp_replace(upper(coalesce(t, '')), '[^A-Z0-9]', '', 'g');
create macro chi_of(t) as case
    when length(regexp_replace(coalesce(t, ''), '[^0-9]', '', 'g')) between 9 and 10
    then lpad(regexp_replace(t, '[^0-9]', '', 'g'), 10, '0') end;
"""

# Columns shared by both extracts, from raw ones of the same names.
SHARED = f"""
    surname_of(surname) as surname, forename_of(forename) as forename,
    coalesce(name_of(forename2), nullif(letters(regexp_replace(trim(untitled(forename)), '^[^ ]+', '')), ''))
        as forename2,
    surname_of(previous) as previous, name_of(known) as known,
    case when strftime(date_of(dob), '%Y-%m-%d') not in {SENTINELS} then strftime(date_of(dob), '%Y-%m-%d') end as dob,
    sex_of(sex) as sex,
    case when pc = '' or {DUMMIES} then null else pc end as postcode,
    nullif(regexp_replace(upper(address), '[^A-Z0-9/]+', ' ', 'g'), ' ') as address
"""

# What the blocking rules and levels need, worked out once a record.
DERIVED = """
    left(dob, 4) as year, right(dob, 5) as day, left(forename, 1) as initial,
    left(postcode, length(postcode) - 2) as sector, left(postcode, length(postcode) - 3) as district,
    regexp_extract(address, '[0-9]+[A-Z]?(?: |$)') as number,
    case when regexp_matches(address, '[0-9]') then regexp_extract(address, '[0-9]+[A-Z]? [A-Z]+') end as door
"""


def _read(path: Path) -> str:
    return f"read_csv('{path}', all_varchar = true, header = true, quote = '\"', strict_mode = false)"


def load(connection: duckdb.DuckDBPyConnection, mosaic: Path, chi: Path) -> int:
    """Makes the tables `mosaic` and `chi`, and gives the number of CHI records."""
    run = connection.execute
    run(MACROS)
    classes = [
        (name, number)
        for number, line in enumerate(NICKNAMES.read_text(encoding="utf-8").splitlines())
        if line and not line.startswith("#")
        for name in line.replace("\t", " ").split()
    ]
    run("create table class (name varchar, number integer)")
    run("insert into class select unnest($1), unnest($2)", [[n for n, _ in classes], [c for _, c in classes]])
    run("create table nickname as select letters(name) as name, list(number) as classes from class group by 1")
    run(f"""
        create table raw_chi as select CHI_NUMBER as id, SURNAME as surname, FIRST_FORENAME as forename,
            SECOND_FORENAME as forename2, PREVIOUS_SURNAME as previous, null::varchar as known, DATE_OF_BIRTH as dob,
            SEX as sex, postcode_of(POSTCODE) as pc, concat_ws(' ', ADDRESS1, ADDRESS2) as address,
            STATUS as status, coalesce(UPI, CHI_NUMBER) as upi from {_read(chi)}""")
    # A superseded number stands for the current one, and is no record to link to.
    run("create table upi as select id, any_value(upi) as upi from raw_chi where upi <> id group by 1")
    run(f"""
        create table raw_mosaic as select PersonID as id, Surname as surname, FirstForename as forename,
            SecondForename as forename2, PreviousSurname as previous, KnownAs as known, DateOfBirth as dob,
            Gender as sex, postcode_of(Postcode) as pc, concat_ws(' ', Address1, Address2) as address,
            CHINumber as seed from {_read(mosaic)}""")
    run(f"""
        create table chi as select *, {DERIVED} from (
            select raw_chi.id as unique_id, {SHARED}, nickname.classes as nicknames, raw_chi.id as chi
            from raw_chi left join nickname on nickname.name = forename_of(forename)
            where coalesce(status, 'C') <> 'H')""")
    run(f"""
        create table mosaic as select *, {DERIVED} from (
            select raw_mosaic.id as unique_id, {SHARED}, nickname.classes as nicknames,
                coalesce(upi.upi, chi_of(seed)) as chi
            from raw_mosaic left join nickname on nickname.name = forename_of(forename)
            left join upi on upi.id = chi_of(seed))""")
    run("drop table raw_chi; drop table raw_mosaic")
    return connection.execute("select count(*) from chi").fetchall()[0][0]
