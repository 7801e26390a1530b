#!/usr/bin/env python3
"""Shows that Stewartry and the real Splink read each other's files.

    python3 benches/peer/exchange.py [--mosaic FILE --chi FILE] [--stewartry PROGRAM] [--fixtures DIR]

1. `stewartry link --splink` writes the trained model as Splink settings, with the records they compare.
2. Splink loads the settings as they are and predicts on the records. For every pair of splink_check.csv that Splink's
   blocking found too, the weight that Splink gives each comparison is held against Stewartry's.
3. Splink writes its predictions as CSV and as Parquet (DuckDB's writer and pandas'), and Stewartry loads each of them
   into one workspace: what is new, the same and rejected must add up to Splink's rows for each, and the second and third
   must bring nothing that the first did not.

Exits with 1 where a weight differs by more than a millionth of a bit, or a count differs. Without extracts it takes the
demonstration's. `--fixtures` roughens the extracts and writes the few pairs, as Splink saw them, that `cargo test` holds the engine
against; take extracts of a council's size, so that every level is seen.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

HOUSE = Path(__file__).resolve().parents[2]
TABLES = {"links": ["mosaic", "chi"], "duplicates": ["mosaic"]}
# Who writes Splink's predictions: DuckDB twice, and pandas.
WRITTEN = [".csv", ".parquet", "_pandas.parquet"]
MOST = 1e-6
# Either way round: Splink orders the sides by its own lights.
SAME_PAIR = """(c.unique_id_l = p.unique_id_l AND c.unique_id_r = p.unique_id_r)
            OR (c.unique_id_l = p.unique_id_r AND c.unique_id_r = p.unique_id_l)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mosaic", type=Path, default=HOUSE / "assets/demo/mosaic.csv")
    parser.add_argument("--chi", type=Path, default=HOUSE / "assets/demo/chi.csv")
    parser.add_argument("--stewartry", default=str(HOUSE / "target/release/stewartry"), help="the program")
    parser.add_argument("--out", type=Path, help="keep all files here")
    parser.add_argument("--fixtures", type=Path, help="write the files of tests/exchange anew")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        if arguments.fixtures:
            for side in ("mosaic", "chi"):
                roughen(getattr(arguments, side), out / f"rough_{side}.csv")
                setattr(arguments, side, out / f"rough_{side}.csv")
        linked = [arguments.stewartry, "link", "--mosaic", arguments.mosaic, "--chi", arguments.chi]
        subprocess.run([*linked, "--out", out, "--splink"], check=True)
        if arguments.fixtures:
            return write_fixtures(arguments, out)
        connection = records(out)
        agree = all([agrees(out, kind, connection) for kind in TABLES])
        agree &= loads(arguments, out)
    sys.exit(0 if agree else 1)


def records(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database of the records. All of it is text: numbers would lose their leading zeros."""
    connection = duckdb.connect()
    for name in ("mosaic", "chi"):
        path = folder / f"splink_{name}.csv"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', all_varchar = true)")
    return connection


def predict(connection: duckdb.DuckDBPyConnection, settings, tables: list[str]):
    """Splink's predictions with settings: a path as it is, or what stands in one."""
    backend = DuckDBAPI(connection=connection)
    frames = [backend.register(table, dataset_display_name=table) for table in tables]
    linker = Linker(frames if len(frames) > 1 else frames[0], settings, log_level=None)
    return linker.inference.predict()


def agrees(out: Path, kind: str, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether each comparison weighs the same; writes Splink's predictions on the way."""
    began = time.monotonic()
    predictions = predict(connection, str(out / f"splink_{kind}.json"), TABLES[kind])
    took = time.monotonic() - began
    predictions.to_csv(str(out / f"predicted_{kind}.csv"), overwrite=True)
    predictions.to_parquet(str(out / f"predicted_{kind}.parquet"), overwrite=True)
    predictions.as_pandas_dataframe().to_parquet(out / f"predicted_{kind}_pandas.parquet")

    name = predictions.physical_name
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE held AS
        SELECT * FROM read_csv('{out / "splink_check.csv"}', all_varchar = true) WHERE kind = '{kind[:-1]}'""")
    weights = [column for column in connection.table("held").columns if column.startswith("mw_")]
    differences = ", ".join(f"max(abs(c.{w}::DOUBLE - p.{w}))" for w in weights)
    values = ", ".join(f"count(DISTINCT round(p.{w}, 6))" for w in weights)
    found = connection.execute(
        f"SELECT count(*), {differences}, {values} FROM held c JOIN {name} p ON {SAME_PAIR}"
    ).fetchall()[0]
    held = connection.execute("SELECT count(*) FROM held").fetchall()[0][0]
    rows = connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    print(f"\n{kind}: Splink predicted {rows:,} pairs in {took:.1f} s; {found[0]:,} of {held:,} checked pairs among them")
    for at, weight in enumerate(weights):
        most, distinct = found[1 + at], found[1 + len(weights) + at]
        print(f"  {weight[3:]:16} differs by at most {most:.1e} bits, over {distinct} levels seen")
    total_weight(out, kind, connection, name)
    return found[0] > 0 and all(most <= MOST for most in found[1 : 1 + len(weights)])


def total_weight(out: Path, kind: str, connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """How the whole weights stand to each other, where Splink has no words for all that is in ours."""
    left, right = ("PersonID", "CHI") if kind == "links" else ("PersonID_l", "PersonID_r")
    said = connection.execute(f"""
        WITH c AS (SELECT {left} AS unique_id_l, {right} AS unique_id_r, band, match_weight::DOUBLE AS weight
                   FROM read_csv('{out / f"{kind}.csv"}', all_varchar = true))
        SELECT count(*) FILTER (band = 'auto'), count(*) FILTER (band = 'auto' AND p.match_probability >= 0.95),
               median(abs(p.match_weight - weight)) FROM c JOIN {name} p ON {SAME_PAIR}""").fetchall()[0]
    print(f"  automatic here and found by Splink: {said[0]:,}, of which Splink gives {said[1]:,} a probability of 0.95;")
    print(f"  half of all whole weights differ by less than {said[2]:.2f} bits (frequencies, households, competition)")


def loads(arguments: argparse.Namespace, out: Path) -> bool:
    """Whether a workspace takes Splink's predictions, from each of the files alike."""
    workspace = out / "exchange.stewartry"
    shutil.rmtree(workspace, ignore_errors=True)
    desk = {**os.environ, "STEWARTRY_PASSPHRASE": "invented people exchange their files"}

    def run(*verb) -> str:
        done = subprocess.run([arguments.stewartry, *verb], env=desk, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"stewartry {' '.join(str(word) for word in verb)}: {done.stderr.strip()}")
        return done.stdout

    files = {kind: [f"predicted_{kind}{end}" for end in WRITTEN] for kind in TABLES}
    run("new", workspace, "--as", "Exchange")
    predicted = [out / name for names in files.values() for name in names]
    said = run("load", workspace, arguments.mosaic, arguments.chi, *predicted)
    previewed = run("load", workspace, "--preview", *predicted)
    print(f"\nStewartry loaded\n{said}")
    tallies = {row[0]: row[1:] for row in (re.split(r"\s{2,}", line.strip()) for line in said.splitlines())}
    sound, said_of = True, {}
    for kind, names in files.items():
        rows = sum(1 for _ in open(out / names[0], encoding="utf-8")) - 1
        for name in names:
            read, new, changed, _, same, warned, rejected = (int(count.replace(",", "")) for count in tallies[name])
            # The first of the three brings what the others find already there
            sound &= read == rows == new + changed + same + rejected and changed == 0
            sound &= (warned, rejected) == said_of.setdefault(kind, (warned, rejected))
    print(f"Splink's rows, all accounted for, from CSV and Parquet alike: {'yes' if sound else 'NO'}")
    return sound and previewed.count("Candidate pairs, ids only") >= len(predicted)


def roughen(given: Path, rough: Path) -> None:
    """The extract with more of what is rare: partial dates, initials, names swapped or missing, double names, slips, codes
    that are no postcodes; and a second forename that whole families have."""
    draw = random.Random(5)
    with open(given, encoding="utf-8", newline="") as source, open(rough, "w", encoding="utf-8", newline="") as target:
        rows = csv.reader(source)
        headings = next(rows)
        plain = [heading.upper().replace("_", "") for heading in headings]
        first, last, second, born, postcode = map(
            plain.index, ["FIRSTFORENAME", "SURNAME", "SECONDFORENAME", "DATEOFBIRTH", "POSTCODE"]
        )
        written = csv.writer(target, lineterminator="\n")
        written.writerow(headings)
        for row in rows:
            if row[last].upper().startswith("MAR"):
                row[second] = "SINGH"
            if row[born] and draw.random() < 0.12:
                date = row[born]
                day, month, year = date.split("/") if "/" in date else (date[6:], date[4:6], date[:4])
                row[born] = draw.choice([f"{year}-{month}-00", f"00/{month}/{year}", year, f"{year}-01-01"])
            if draw.random() < 0.05:
                row[first] = row[first][: draw.choice([1, 3])]
            if draw.random() < 0.03:
                row[first], row[last] = row[last], row[first]
            if draw.random() < 0.03:
                row[second], row[first] = row[first], draw.choice(["ANNE", "JOHN", "MARY"])
            for column, share in ((first, 0.03), (last, 0.02), (postcode, 0.05)):
                row[column] = "" if draw.random() < share else row[column]
            if draw.random() < 0.04:
                row[postcode] = row[postcode].replace("DG", "DG0", 1)
            if row[last] and draw.random() < 0.04:
                row[last] += draw.choice(["-SMITH", "-KERR", "-LEE"])
            if row[last] and draw.random() < 0.05:
                at = draw.randrange(len(row[last]))
                row[last] = row[last][:at] + draw.choice("AEIOUSTRN") + row[last][at + 1 :]
            written.writerow(row)


def write_fixtures(arguments: argparse.Namespace, out: Path) -> None:
    """A few records between which every comparison level is seen that these extracts have, and what Splink says."""
    into = arguments.fixtures
    into.mkdir(parents=True, exist_ok=True)
    connection = records(out)
    wanted, seen = {"mosaic": set(), "chi": set()}, set()
    for kind in TABLES:
        for row in levels(connection, out, kind):
            new = {(kind, name, label) for name, label in row["levels"].items()} - seen
            if new:
                seen |= new
                for side in "lr":
                    table = row[f"source_dataset_{side}"] if kind == "links" else "mosaic"
                    wanted[table].add(row[f"unique_id_{side}"])
    for name, source in (("mosaic", arguments.mosaic), ("chi", arguments.chi)):
        with open(source, encoding="utf-8", newline="") as given, open(into / f"{name}.csv", "w", newline="") as kept:
            rows = csv.writer(kept, lineterminator="\n")
            rows.writerows(row for at, row in enumerate(csv.reader(given)) if at == 0 or row[0] in wanted[name])
        ids = ", ".join(f"'{one}'" for one in wanted[name])
        connection.execute(f"DELETE FROM {name} WHERE unique_id NOT IN ({ids})")

    with open(into / "levels.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        for kind in TABLES:
            for row in levels(connection, out, kind):
                if file.tell() == 0:
                    rows.writerow(["kind", "unique_id_l", "unique_id_r", *row["levels"]])
                rows.writerow([kind[:-1], row["unique_id_l"], row["unique_id_r"], *row["levels"].values()])
    predictions = predict(connection, str(out / "splink_links.json"), TABLES["links"])
    predictions.to_csv(str(into / "links.csv"), overwrite=True)
    predictions.to_parquet(str(into / "links.parquet"), overwrite=True)
    predictions.as_pandas_dataframe().to_parquet(into / "links_pandas.parquet")
    written = {path.name: path.stat().st_size for path in sorted(into.iterdir())}
    print(f"{len(seen)} levels between {len(wanted['mosaic'])} and {len(wanted['chi'])} records: {written}")


def levels(connection: duckdb.DuckDBPyConnection, out: Path, kind: str) -> list[dict]:
    """Splink's predictions with the level of each comparison in words, in the order of ids."""
    settings = json.loads((out / f"splink_{kind}.json").read_text())
    settings["retain_matching_columns"] = True
    predictions = predict(connection, settings, TABLES[kind])
    found = connection.execute(f"SELECT * FROM {predictions.physical_name} ORDER BY unique_id_l, unique_id_r")
    columns = [column[0] for column in found.description]
    rows = [dict(zip(columns, row)) for row in found.fetchall()]
    labels = {}
    for comparison in settings["comparisons"]:
        # Splink numbers the levels downwards to 0; missing is -1.
        own = [level["label_for_charts"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        labels[comparison["output_column_name"]] = {-1: "Missing", **dict(enumerate(reversed(own)))}
    for row in rows:
        row["levels"] = {name: own[row[f"gamma_{name}"]] for name, own in labels.items()}
    return rows


if __name__ == "__main__":
    main()
