#!/usr/bin/env python3
"""Copies a folder of extracts with their truth, some columns left empty: how much hangs on each.

    python3 benches/peer/without.py /tmp/council /tmp/council-without postcode sex

The columns: surname, forename, second, birth, sex, address, postcode, number (the CHI that Mosaic holds).
"""

from __future__ import annotations

import argparse
import csv
import shutil
from pathlib import Path

# What each is called in Mosaic's extract and in the CHI extract.
COLUMNS = {
    "surname": ["Surname", "PreviousSurname", "SURNAME", "PREVIOUS_SURNAME"],
    "forename": ["FirstForename", "SecondForename", "KnownAs", "FIRST_FORENAME", "SECOND_FORENAME"],
    "second": ["SecondForename", "SECOND_FORENAME"],
    "birth": ["DateOfBirth", "DATE_OF_BIRTH"],
    "sex": ["Gender", "SEX"],
    "address": ["Address1", "Address2", "Address3", "ADDRESS1", "ADDRESS2", "ADDRESS3"],
    "postcode": ["Postcode", "POSTCODE"],
    "number": ["CHINumber"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extracts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("without", nargs="+", choices=COLUMNS)
    arguments = parser.parse_args()
    left_out = {column for name in arguments.without for column in COLUMNS[name]}
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in ("mosaic.csv", "chi.csv"):
        source, copy = arguments.extracts / name, arguments.out / name
        with source.open(newline="", encoding="utf-8") as read, copy.open("w", newline="", encoding="utf-8") as file:
            rows = csv.DictReader(read)
            writer = csv.DictWriter(file, rows.fieldnames, lineterminator="\n")
            writer.writeheader()
            for row in rows:
                writer.writerow(row | dict.fromkeys(left_out & row.keys(), ""))
    shutil.copy(arguments.extracts / "truth.csv", arguments.out / "truth.csv")


if __name__ == "__main__":
    main()
