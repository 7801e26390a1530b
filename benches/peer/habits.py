#!/usr/bin/env python3
"""Copies a folder of extracts with their truth, with a habit of those who type into Mosaic alone: what CHI does not share.

    python3 benches/peer/habits.py /tmp/council /tmp/council-office office

The habits:
  office     one record in twenty-five at the address of the area office
  hostels    one in fifty in one of twenty hostels
  default    one in twenty with a default date of birth, 31/12/1999
  january    four in ten with 1 January of their year
  initials   all with initials for forenames
  notes      one in five with a note in the name ("*DO NOT USE*", "(DECEASED)", "- DUPLICATE")
  mixed      three offices (2.4 % in all), a default date (1 %), 1 January (6 %), initials (3 %), notes (1 %)
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import shutil
from pathlib import Path

OFFICES = [("122 Irish Street", "Dumfries", "DG1 2PB"), ("14 Mill Road", "Annan", "DG12 5AA"), ("39 Lewis Street", "Stranraer", "DG9 7AL")]


def live_at(row: dict, street: str, town: str, postcode: str) -> None:
    row |= {"Address1": street, "Address2": town, "Address3": "", "Postcode": postcode}


def born_in_january(row: dict) -> None:
    if re.fullmatch(r"\d\d/\d\d/\d{4}", row["DateOfBirth"]):
        row["DateOfBirth"] = "01/01" + row["DateOfBirth"][5:]


def initials(row: dict) -> None:
    row |= {"FirstForename": row["FirstForename"][:1], "SecondForename": row["SecondForename"][:1], "KnownAs": ""}


def typed(habit: str, row: dict, draw: random.Random) -> None:
    """The row as it would be typed."""
    one_in = lambda share: draw.random() < share
    if habit == "office" and one_in(0.04):
        live_at(row, *OFFICES[0])
    if habit == "hostels" and one_in(0.02):
        which = draw.randrange(20)
        live_at(row, f"{which + 3} Mill Road", "Annan", f"DG12 {which % 9}A{'BDEFGHJLNP'[which % 10]}")
    if habit == "mixed":
        for office in OFFICES:
            if one_in(0.008):
                live_at(row, *office)
    if one_in({"january": 0.4, "mixed": 0.06}.get(habit, 0)):
        born_in_january(row)
    if one_in({"default": 0.05, "mixed": 0.01}.get(habit, 0)):
        row["DateOfBirth"] = "31/12/1999"
    if one_in({"initials": 1, "mixed": 0.03}.get(habit, 0)):
        initials(row)
    if one_in({"notes": 0.2, "mixed": 0.01}.get(habit, 0)):
        column, note = draw.choice([("FirstForename", "*DO NOT USE* {}"), ("Surname", "{} (DECEASED)"), ("FirstForename", "{} - DUPLICATE")])
        row[column] = note.format(row[column])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extracts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("habit", choices=["office", "hostels", "default", "january", "initials", "notes", "mixed"])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    draw = random.Random(3)
    with (
        (arguments.extracts / "mosaic.csv").open(newline="", encoding="utf-8") as read,
        (arguments.out / "mosaic.csv").open("w", newline="", encoding="utf-8") as file,
    ):
        rows = csv.DictReader(read)
        writer = csv.DictWriter(file, rows.fieldnames, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            typed(arguments.habit, row, draw)
            writer.writerow(row)
    for name in ("chi.csv", "truth.csv"):
        shutil.copy(arguments.extracts / name, arguments.out / name)


if __name__ == "__main__":
    main()
