"""Splink on DuckDB, files to files: links Mosaic to CHI and finds duplicates, and writes them in Stewartry's columns.

Splink scores pairs. What it leaves to its user is done here in SQL, as well as we know how: the posterior of each
record over its candidates and "no match", the best link, a guard against twins and siblings, and the evidence that
the links give about duplicates.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
import warnings
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

import model
import records

# Above so many CHI records the tight blocking is used.
NATION = 2_000_000

EMPTY = """
create macro apart(a, b) as coalesce(left(a, 1) <> left(b, 1) and jaro_winkler_similarity(a, b) < 0.82, false);
create table link (person varchar, chi varchar, match_weight double, p double, band varchar);
create table duplicate (l varchar, r varchar, weight double, p double, band varchar);
"""

LINKS = """
create table scored as
    select unique_id_l as person, unique_id_r as chi, match_weight, pow(2, least(match_weight, 60)) as odds
    from {predictions};
create table posterior as
    select *, odds / (1 + sum(odds) over (partition by person)) as p from scored;
create table ranked as
    select *, row_number() over (partition by person order by p desc, match_weight desc, chi) as place from posterior;
insert into link
    select person, ranked.chi, match_weight, p,
        case when place = 1 and p >= 0.95 and not (apart(a.forename, b.forename) and a.surname = b.surname) then 'auto'
             when place = 1 and p >= 0.2 then 'review' else 'low' end as band
    from ranked join mosaic a on a.unique_id = person join chi b on b.unique_id = ranked.chi where p >= 0.001;
drop table scored; drop table posterior; drop table ranked;
"""

# Two records that link to one CHI are more likely, and two that link to different ones less likely, one person.
DUPLICATES = """
create table sure as select person, chi from link where band = 'auto' or (band = 'review' and p >= 0.9);
create table pair as
    select least(unique_id_l, unique_id_r) as l, greatest(unique_id_l, unique_id_r) as r, match_weight
    from {predictions};
insert into pair
    select a.person, b.person, -4 from sure a join sure b on a.chi = b.chi and a.person < b.person
    anti join pair on pair.l = a.person and pair.r = b.person;
insert into duplicate
    select l, r, weight, p, case when p >= 0.95 and not (apart(a.forename, b.forename) and a.surname = b.surname)
        then 'auto' when p >= 0.2 then 'review' else 'low' end as band
    from (
        select l, r, weight, 1 / (1 + pow(2, -greatest(least(weight, 60), -60))) as p
        from (
            select l, r, match_weight + case when a.chi = b.chi then 12 when a.chi <> b.chi then -14 else 0 end as weight
            from pair left join sure a on a.person = l left join sure b on b.person = r))
    join mosaic a on a.unique_id = l join mosaic b on b.unique_id = r where p >= 0.001;
"""


def predict(api: DuckDBAPI, tables: list[str], link_type: str, tight: bool, least: float):
    """Trains on the tables and scores every blocked pair."""
    frames = [api.register(table, dataset_display_name=f"{place}_{table}") for place, table in enumerate(tables)]
    linker = Linker(frames, model.settings(link_type, tight), log_level=logging.ERROR)
    model.train(linker)
    return linker, linker.inference.predict(threshold_match_weight=least)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mosaic", type=Path, required=True)
    parser.add_argument("--chi", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--blocking", choices=["wide", "tight"], help="tight above 2,000,000 CHI records")
    parser.add_argument("--jobs", choices=["both", "links", "duplicates"], default="both")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="12GB", help="DuckDB's limit; past it, it writes to disk")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    arguments.out.mkdir(parents=True, exist_ok=True)

    start = last = time.perf_counter()
    phases: dict[str, float] = {}

    def done(phase: str) -> None:
        nonlocal last
        now = time.perf_counter()
        phases[phase], last = round(now - last, 2), now

    connection = duckdb.connect()
    connection.execute(f"set threads = {arguments.threads}; set memory_limit = '{arguments.memory}'")
    connection.execute("set preserve_insertion_order = false")
    size = records.load(connection, arguments.mosaic, arguments.chi)
    done("read")
    tight = arguments.blocking == "tight" if arguments.blocking else size > NATION
    run = connection.execute
    run(EMPTY)
    if arguments.jobs != "duplicates":
        linker, predictions = predict(DuckDBAPI(connection), ["mosaic", "chi"], "link_only", tight, -6)
        done("link")
        # Splink orders its inputs by name, and "0_mosaic" comes before "1_chi": the left record is Mosaic's.
        run(LINKS.format(predictions=predictions.physical_name))
        linker.table_management.delete_tables_created_by_splink_from_db()
        done("best links")
    if arguments.jobs != "links":
        _, predictions = predict(DuckDBAPI(connection), ["mosaic"], "dedupe_only", tight, -14)
        done("dedupe")
        run(DUPLICATES.format(predictions=predictions.physical_name))
    run(f"""copy (select person as PersonID, chi as CHI, round(match_weight, 4) as match_weight,
        round(p, 8) as match_probability, band from link order by person, p desc, chi)
        to '{arguments.out / "links.csv"}' (header, delimiter ',')""")
    run(f"""copy (select l as PersonID_l, r as PersonID_r, round(weight, 4) as match_weight,
        round(p, 8) as match_probability, band from duplicate order by l, r)
        to '{arguments.out / "duplicates.csv"}' (header, delimiter ',')""")
    done("write")
    summary = {
        "seconds": {"total": round(time.perf_counter() - start, 2), "phases": phases},
        "blocking": "tight" if tight else "wide",
    }
    (arguments.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
