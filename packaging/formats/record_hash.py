#!/usr/bin/env python3
"""Holds the record hashes of a release's evidence against the extracts, by their written form (release.md beside this file).

    python3 record_hash.py FOLDER MOSAIC.csv CHI.csv

Reads extracts in UTF-8 with a comma between, each name in a column of its own and each line of an address too. Put the headings of your
own below. What a column of another kind is read as stands in src/intake/person_columns.rs.

It does not look at signatures: verify_release.py does. Exit status: 0 every hash is that of the extract's record; 1 some are not, and are
listed, or it could not be looked at; 2 wrong usage.
"""

import csv
import datetime
import hashlib
import json
import pathlib
import re
import sys
import unicodedata

MOSAIC = {
    "id": "PersonID", "surname": "Surname", "previous_surname": "PreviousSurname", "forename": "FirstForename",
    "second_forename": "SecondForename", "known_as": "KnownAs", "sex": "Gender", "birth": "DateOfBirth", "death": "DateOfDeath",
    "deceased": None,  # a column that says Y or N
    "address": ["Address1", "Address2", "Address3"], "postcode": "Postcode",
}
CHI = {
    "chi": "CHI_NUMBER", "surname": "SURNAME", "previous_surname": "PREVIOUS_SURNAME", "forename": "FIRST_FORENAME",
    "second_forename": "SECOND_FORENAME", "known_as": None, "sex": "SEX", "birth": "DATE_OF_BIRTH", "death": "DATE_OF_DEATH",
    "deceased": None,
    "address": ["ADDRESS1", "ADDRESS2", "ADDRESS3"], "postcode": "POSTCODE", "status": "STATUS", "upi": "UPI",
}
YES = ("Y", "YES", "T", "TRUE", "1", "D", "DEAD", "DECEASED", "DIED")
SEX = {"M": "1", "1": "1", "MALE": "1", "F": "2", "2": "2", "FEMALE": "2"}
STATUS = {
    "C": "Current", "CURRENT": "Current", "H": "Superseded", "HISTORICAL": "Superseded", "X": "Deleted", "DELETED": "Deleted",
    "T": "Transferred out", "D": "Deceased", "DECEASED": "Deceased",
}
# White space as Unicode has it; Python's own counts four control characters more
SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
AREAS = """AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY
    HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG
    RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"""
# Days that stand for "not known"
UNKNOWN = ("1899-12-30", "1899-12-31", "1900-01-01")


def name(text):
    """Free text in the one form that all its spellings share: composed, in capitals, one space between words."""
    words = re.split(f"[{SPACE}]+", text.strip())
    return unicodedata.normalize("NFC", " ".join(word for word in words if word)).upper()


def date(text):
    """`23/06/1934`, `1934-06-23` or `19340623` as `1934-06-23`; nothing where it is no real day, or stands for one not known."""
    parts = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text) or re.fullmatch(r"(?P<d>\d\d)/(?P<m>\d\d)/(?P<y>\d{4})", text)
    if not parts:
        return ""
    year, month, day = (parts["y"], parts["m"], parts["d"]) if parts.groupdict() else parts.groups()
    try:
        read = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return ""
    iso = read.isoformat()
    return "" if iso in UNKNOWN or read.year < 1850 or read > datetime.date.today() else iso


def fitted(letters, form):
    """Letters and digits in a form of `A`s and `9`s, O for 0 and I for 1 put right both ways, and how many were."""
    right = {("9", "O"): "0", ("9", "I"): "1", ("A", "0"): "O", ("A", "1"): "I"}
    read = "".join(right.get(pair, pair[1]) for pair in zip(form, letters))
    fits = len(letters) == len(form) and all(c.isdigit() == (wanted == "9") for wanted, c in zip(form, read))
    return (sum(one != other for one, other in zip(letters, read)), read) if fits else None


def is_postcode(read, repairs):
    """Whether Royal Mail uses these letters and digits there. What was put right must be of an area that exists."""
    area = re.match("[A-Z]+", read)[0]
    form = "[A-PR-UWYZ]([A-HK-Y]?([0-9]|[1-9][0-9])|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY])"
    outward = re.fullmatch(form, read[:-3])
    return outward and not set(read[-2:]) & set("CIKMOV") and (not repairs or area in AREAS.split())


def postcode(text):
    """A postcode in capitals without its space; any other text, and what stands for "not known", as a name."""
    letters = "".join(c for c in text.upper() if c.isalnum())
    unknown = not letters.isascii() or letters[:2] in ("ZZ", "NK", "NF", "XX") or letters.endswith("999ZZ")
    forms = (fitted(letters, form + "9AA") for form in ("A9", "A99", "AA9", "AA99", "A9A", "AA9A"))
    found = [it for it in forms if it and is_postcode(it[1], it[0])]
    return min(found, key=lambda it: it[0])[1] if found and not unknown else name(text)


def record_hash(kind, row, columns):
    def text(field):
        return row[columns[field]].strip() if columns[field] else ""

    pieces = ["stewartry:mosaic:2", "id", text("id")] if kind == "mosaic" else ["stewartry:chi:1", "chi", text("chi")]
    for field in ("surname", "previous_surname", "forename", "second_forename", "known_as"):
        pieces += [field, name(text(field))]
    pieces += ["sex", SEX.get(text("sex").upper(), "9"), "birth", date(text("birth")), "death", date(text("death"))]
    if not date(text("death")) and {text("death").upper(), text("deceased").upper()} & set(YES):
        pieces += ["deceased", "yes"]
    pieces += ["address", name(" ".join(row[line] for line in columns["address"])), "postcode", postcode(text("postcode"))]
    if kind == "chi":
        pieces += ["status", STATUS.get(text("status").upper(), "Status not given"), "upi", text("upi")]
    encoded = [piece.encode() for piece in pieces]
    return hashlib.sha256(b"".join(len(piece).to_bytes(8, "little") + piece for piece in encoded)).hexdigest()


def extract(path, kind, columns, key):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        named = [heading for it in columns.values() if it for heading in (it if isinstance(it, list) else [it])]
        missing = [heading for heading in named if heading not in (rows.fieldnames or [])]
        if missing:
            sys.exit(f"{path} has no column {missing[0]}: put its headings in this file")
        return {row[columns[key]].strip(): record_hash(kind, row, columns) for row in rows}


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[1])
    manifest = json.loads((folder / "manifest.json").read_bytes())
    evidence = [part["name"] for part in manifest["files"] if part["holds"] == "evidence" and "stewartry_release" in manifest]
    if not evidence:
        sys.exit("Only a release with seeds has evidence with hashes of records")
    mosaic, chi = extract(sys.argv[2], "mosaic", MOSAIC, "id"), extract(sys.argv[3], "chi", CHI, "chi")
    held, others = 0, []
    with open(folder / evidence[0], encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            right = chi if row["KIND"] == "link" else mosaic
            for side, records in (("LEFT", mosaic), ("RIGHT", right)):
                if records.get(row[f"{side}_ID"]) == row[f"{side}_RECORD_SHA256"]:
                    held += 1
                else:
                    others.append(row[f"{side}_ID"])
    print(f"{held} records are what they were when they were decided about")
    for other in others:
        print(f"{other}: not in the extract, or not as it was then")
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
