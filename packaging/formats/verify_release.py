#!/usr/bin/env python3
"""Checks a release or a correction of Stewartry by its written form (release.md beside this file), with nothing of Stewartry's own.

    pip install cryptography
    python3 verify_release.py FOLDER

Exit status:
  0  every row that is here was signed with the key whose fingerprint is printed
  1  what is here is not what was signed, or not of the form
  2  wrong usage
  3  it holds, and comes from a practice workspace: everybody in it is invented
  4  nothing is wrong with what is here, and no signature covers its rows: a table that goes out alone, an older form, a share extract
"""

import csv
import hashlib
import io
import json
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNED = [
    "KIND", "LEFT_ID", "RIGHT_ID", "VERDICT", "REASON", "REPLACES", "DECIDED_BY", "DECIDED_AT", "HOW", "SCORE_SEEN",
    "LEFT_RECORD_SHA256", "RIGHT_RECORD_SHA256",
]
# Since there are names in what is signed
RECHECKED = ["SAMPLED", "RECHECK", "RECHECKED_BY"]
MERGES = ["SOURCE_PERSON_ID", "TARGET_PERSON_ID", "REASON", "BLOCKERS_CHECKED", "NOTE"]
CORRECTED = [
    "MOSAIC_PERSON_ID", "WRONG_CHI", "BATCH", "RECALLED_BY", "REASON", "RIGHT_CHI", "RIGHT_BATCH", "CARRIED_BY",
    "CARRIED_BY_MANIFESTS",
]
MARK = "TRAINING"
INVENTED = "It comes from a practice workspace: everybody in it is invented, and it is not for Mosaic"


TABLES = {"csv", "txt", "tsv", "tab", "psv", "xls", "xlsx", "xlsm", "xlsb", "ods", "parquet"}


def is_table(name):
    """Whether a file of this name could be loaded, or opened as a table: `seed.csv.bak` is a copy of one."""
    parts = (re.match("[A-Za-z0-9]*", part).group().lower() for part in name.split(".")[1:])
    return any(part in TABLES for part in parts)


class Wrong(Exception):
    """Something is not as the form says."""


class Unsigned(Exception):
    """Nothing is wrong with what is here, and no signature covers its rows."""


class Practice(Exception):
    """Everybody in it is invented."""


def sha256(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def once(pairs):
    expect(len(dict(pairs)) == len(pairs), "a name stands twice in the manifest")
    return dict(pairs)


def hexed(text, length):
    expect(isinstance(text, str) and re.fullmatch("[0-9a-f]{%d}" % (2 * length), text), "a key or a signature is not in hex")
    return bytes.fromhex(text)


def instant(text):
    """A moment, however many digits of a second are written: `21.3Z` is `21.300Z`."""
    parts = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z", text)
    expect(parts, f"{text} is no time")
    return parts[1], (parts[2] or "").rstrip("0")


def counted(count, one, many):
    return f"{count} {one if count == 1 else many}"


def bare(cell):
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") else cell


def among(cell, names):
    return cell in names or bare(cell) in names


class Folder:
    """A release or a correction whose files are the ones that its manifest names, byte for byte."""

    def __init__(self, path):
        self.path = path
        raw = self.bytes("manifest.json")
        self.manifest = json.loads(raw, object_pairs_hook=once)
        expect(isinstance(self.manifest, dict), "manifest.json is not that of a release")
        known = self.manifest.keys() & {"stewartry_release", "stewartry_correction"}
        expect(len(known) == 1, "manifest.json is not that of a release, nor of a correction")
        seal = f'"seal": "{self.manifest["seal"]}"'.encode()
        expect(raw.count(seal) == 1, "the manifest has no seal")
        expect(sha256(raw.replace(seal, b'"seal": ""')) == self.manifest["seal"], "the manifest was changed: its seal does not fit")

        self.profile = self.manifest["profile"]
        self.practice = self.manifest.get("training", False)
        self.parts = self.manifest["files"]
        names = {part["name"] for part in self.parts}
        expect(len(names) == len(self.parts), "a file is named twice")
        expect(not any(set(name) & set("/\\") for name in names), "a file outside the folder is named")
        strangers = sorted(it.name for it in path.iterdir() if is_table(it.name) and it.name not in names)
        expect(not strangers, f"{', '.join(strangers)}: in the folder and not in the manifest")
        self.files = {part["name"]: self.bytes(part["name"]) for part in self.parts}
        for part in self.parts:
            data = self.files[part["name"]]
            expect(len(data) == part["bytes"] and sha256(data) == part["sha256"], f"{part['name']} is not what was written")

    def bytes(self, name):
        path = self.path / name
        expect(path.exists(), f"{name} is missing")
        expect(path.is_file(), f"{name} is not an ordinary file")
        return path.read_bytes()

    def holding(self, holds):
        return [part for part in self.parts if part["holds"] == holds]

    def rows(self, part, headings, marked, **dialect):
        text = self.files[part["name"]].decode("utf-8")
        expect(text.startswith("\ufeff") == marked, f"{part['name']} has a byte order mark, or lacks one")
        # Not splitlines: what it takes for the end of a line may stand within one
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True, **dialect))
        expect(len(rows) == part["rows"] + headings, f"{part['name']} has another number of rows")
        expect(len({len(row) for row in rows}) < 2, f"{part['name']} has rows of another length")
        return rows

    def table(self, holds, columns):
        """Evidence or merges: each row by its headings."""
        parts = self.holding(holds)
        expect(len(parts) == 1, f"there is not one file of {holds}")
        headings, *rows = self.rows(parts[0], 1, False)
        expect(set(columns) <= set(headings), f"{parts[0]['name']} lacks a column")
        expect(len(set(headings)) == len(headings), f"{parts[0]['name']} has a column twice")
        rows = [dict(zip(headings, row)) for row in rows]
        expect(not self.practice or all(row.get(MARK) == MARK for row in rows), f"a row of {parts[0]['name']} lacks its mark")
        return rows

    def laid(self, holds):
        """The rows of a table that the profile lays out, in all its parts."""
        quoting = csv.QUOTE_NONE if self.profile["quoting"] == "never" else csv.QUOTE_MINIMAL
        headings, found = int(self.profile["headings"]), []
        for part in self.holding(holds):
            rows = self.rows(part, headings, self.profile["byte_order_mark"], delimiter=self.profile["delimiter"], quoting=quoting)
            if headings:
                expect(rows[0] == [column["heading"] for column in self.profile["columns"]], f"{part['name']} has other headings")
            found += rows[headings:]
        for row in found:
            expect(len(row) == len(self.profile["columns"]), f"a row of {holds} has another number of cells")
            for column, cell in zip(self.profile["columns"], row):
                expect(cell == column.get("constant", cell), f"a constant of {holds} is another")
        return found

    def seeds(self, holds):
        """The id and the number of each row."""
        fields = [column.get("field") for column in self.profile["columns"]]
        expect({"mosaic_id", "chi"} <= set(fields), "the profile is not one of seeds")
        person, number = fields.index("mosaic_id"), fields.index("chi")
        return [(row[person], row[number]) for row in self.laid(holds)]


def signed(manifest, mark, unsigned):
    """The event of the sign-off, what it says, and the fingerprint of its key. `unsigned` is the newest form without one."""
    signature, form = manifest["signature"], manifest[mark]
    expect(0 < form <= unsigned + 1, f"this is form {form}, which this checker does not know")
    if form <= unsigned:
        expect("event" not in signature, "it carries a signature, and its form has none")
        raise Unsigned("the seal fits and the files are the ones that it names, and this older form carries nobody's signature")
    event = signature["event"]
    undoes = "-" if event["undoes"] is None else str(event["undoes"])
    covered = [str(event["sequence"]), event["at"], str(event["person"]), undoes, str(event["deed"]), event["previous"], event["payload"]]
    expect(sha256("\n".join(covered)) == event["hash"] == signature["ledger_hash"], "the event's hash is not its own")
    expect(event["sequence"] == signature["ledger_sequence"], "another event is named")
    expect(instant(event["at"]) == instant(signature["at"]), "it was signed at another time than is said")
    key = hexed(event["public_key"], 32)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            hexed(event["signature"], 64), f"stewartry event 1\n{event['hash']}".encode()
        )
    except InvalidSignature:
        raise Wrong("the signature was not made with that key") from None
    payload = json.loads(event["payload"], object_pairs_hook=once)
    expect(payload["statement"] == signature["statement"], "another statement was signed")
    expect(signature["by"] and signature["statement"], "nobody is said to have signed, or nothing")
    digits = sha256(key)[:32]
    return event, payload, " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def names_held(payload, here):
    """What to add where an earlier version signed: it signed no names."""
    names = payload.get("names")
    if names is None:
        return ". An earlier version signed it: the names of who signed and who re-checked are held by the seal alone"
    expect({"submitted_by": "", **names} == here, "the names are not the ones that were signed")
    return ""


def release(folder):
    manifest = folder.manifest
    event, payload, fingerprint = signed(manifest, "stewartry_release", 2)
    signature, batch, left_out = manifest["signature"], manifest["batch"], manifest["left_out"]
    expect(payload["event"] == "batch_signed" and payload["batch"] == batch["number"], "another batch was signed")
    expect(payload["content_hash"] == batch["content_sha256"], "another content was signed")
    here = {"signed_by": signature["by"], "composed_by": batch["composed_by"], "submitted_by": batch["submitted_by"]}
    held = names_held(payload, here)
    by = f"signed at event {event['sequence']} by {signature['by']} with the key {fingerprint}"

    deciders, signer = batch["decided_by"], signature["by"]
    expect(deciders and all(deciders), "the manifest does not say who decided")
    expect(signer not in [*deciders, batch["composed_by"], batch["submitted_by"]], "it was signed by who worked on it")

    if folder.profile["rows"] != "seed":
        kind = folder.profile["rows"]
        expect(folder.parts and all(part["holds"] == kind for part in folder.parts), f"there is another file than of {kind}")
        rows = len(folder.laid(kind))
        expect(rows + left_out["restricted"] + left_out.get("merges", 0) == batch["rows"], "the rows do not add up to the batch's")
        raise Unsigned(
            f"Batch {batch['number']} was {by}{held}. The files are the ones that the manifest names. No signature covers the "
            f"{counted(rows, 'row', 'rows')} of this table, nor who decided: it goes out alone, and its rows are held by the ledger alone"
        )

    expect(all(part["holds"] in ("seed", "merges", "evidence") for part in folder.parts), "there is a file of another kind")
    seeds, merges = folder.seeds("seed"), folder.table("merges", MERGES)
    form = payload.get("rows_form", 1 if payload.get("names") is None else 2)
    expect(form in (1, 2, 3), f"the rows were signed in form {form}, which this checker does not know")
    columns = SIGNED if form == 1 else SIGNED + RECHECKED
    of_merge = ("SOURCE_PERSON_ID", "TARGET_PERSON_ID") + (("BLOCKERS_CHECKED", "NOTE") if form == 3 else ())
    evidence = folder.table("evidence", SIGNED + RECHECKED)
    hashes = list(left_out.get("hashes", []))
    expect(len(hashes) == left_out["restricted"], "there is not one hash for each row that was left out")
    expect(len(evidence) + left_out["restricted"] == batch["rows"], "the rows and those left out do not add up to the batch's")
    ways = {frozenset((row["SOURCE_PERSON_ID"], row["TARGET_PERSON_ID"])): row for row in merges}
    expect(len(ways) == len(merges), "a merge is there twice")
    for row in evidence:
        way = dict.fromkeys(of_merge, "")
        if row["KIND"] == "duplicate":
            way = ways.get(frozenset((bare(row["LEFT_ID"]), bare(row["RIGHT_ID"]))), way)
            expect(way.get("REASON", row["REASON"]) == row["REASON"], "a merge has another reason than its row")
        parts = [f"stewartry row {form}", *(row[column] for column in columns), *(way[column] for column in of_merge)]
        hashes.append(sha256("\n".join(parts)))
    rows = "".join(line + "\n" for line in [f"stewartry rows {form}", *sorted(hashes)])
    expect(sha256(rows) == payload["rows_sha256"], "the rows are not the ones that were signed")

    links = {(bare(row["LEFT_ID"]), bare(row["RIGHT_ID"])) for row in evidence if row["KIND"] == "link"}
    duplicates = {frozenset((bare(row["LEFT_ID"]), bare(row["RIGHT_ID"]))) for row in evidence if row["KIND"] == "duplicate"}
    expect(len(links) + len(duplicates) == len(evidence), "a row is there twice, or is neither a link nor a duplicate")
    expect(set(seeds) == links and len(seeds) == len(links), "the seed file says something else")
    expect(set(ways) == duplicates, "the merges say something else")

    # Four eyes: by the rows, which are signed, and not by the manifest's list, which is not
    rechecked = 0
    for row in evidence:
        expect(row["VERDICT"] == "match", "a row is not a match")
        expect(among(row["DECIDED_BY"], deciders), "a row was decided by somebody whom the manifest does not name")
        expect(not among(row["DECIDED_BY"], [signer]), "it was signed by who decided a row")
        expect(row["RECHECK"] or row["SAMPLED"] == "no", "a row of the sample was not re-checked")
        if row["RECHECK"]:
            rechecked += 1
            expect(row["RECHECK"] == "match", "a re-check does not agree")
            expect(row["RECHECKED_BY"] not in ("", row["DECIDED_BY"]), "a row was re-checked by nobody, or by who decided it")
    if not left_out["restricted"]:
        said = {row["DECIDED_BY"] for row in evidence}
        expect(all(name in said or f"'{name}" in said for name in deciders), "the manifest names a decider who decided nothing")
    most = rechecked + left_out["restricted"]
    expect(rechecked <= manifest["sample"]["rechecked"] <= most, "another number of rows was re-checked than the manifest says")
    expect(manifest["sample"]["drawn"] <= manifest["sample"]["rechecked"], "fewer rows were re-checked than were drawn")
    left = f" {counted(left_out['restricted'], 'row', 'rows')} more signed and in no file." if left_out["restricted"] else ""
    what = f"{counted(len(seeds), 'link', 'links')} and {counted(len(merges), 'merge', 'merges')}"
    return f"Batch {batch['number']}: {what}, every row {by}{held}.{left}"


def correction(folder):
    manifest = folder.manifest
    event, payload, fingerprint = signed(manifest, "stewartry_correction", 1)
    signature = manifest["signature"]
    expect(payload["event"] == "correction_signed" and payload["correction"] == manifest["number"], "another correction was signed")
    expect(payload["content_hash"] == manifest["content_sha256"], "another content was signed")
    held = names_held(payload, {"signed_by": signature["by"], "composed_by": manifest["composed_by"], "submitted_by": ""})

    expect([part["holds"] for part in folder.parts] == ["evidence", "removals", "seed"], "there are other files than three")
    evidence = folder.table("evidence", CORRECTED)
    lines, wrong, right = ["stewartry correction 1"], set(), set()
    for row in evidence:
        person, batch = row["MOSAIC_PERSON_ID"], int(row["BATCH"])
        instead = None
        if row["RIGHT_CHI"]:
            instead = {"batch": int(row["RIGHT_BATCH"]), "chi": row["RIGHT_CHI"]}
            right.add((person, row["RIGHT_CHI"]))
        wrong.add((person, row["WRONG_CHI"]))
        said = {"batch": batch, "mosaic": person, "wrong": row["WRONG_CHI"], "right": instead}
        lines.append(json.dumps(said, separators=(",", ":"), ensure_ascii=False))
    expect(sha256("".join(line + "\n" for line in lines)) == payload["content_hash"], "the rows are not the ones that were signed")
    removals, seeds = folder.seeds("removals"), folder.seeds("seed")
    expect(set(removals) == wrong and len(removals) == len(wrong), "the rows to remove are others")
    expect(set(seeds) == right and len(seeds) == len(right), "the rows to seed are others")
    expect(not wrong & right, "a seed is both removed and put in")

    recallers, signer = manifest["recalled_by"], signature["by"]
    expect(recallers and all(recallers), "the manifest does not say who recalled the seeds")
    expect(signer not in [*recallers, manifest["composed_by"]], "it was signed by who worked on it")
    expect(all(name in signature["statement"] for name in recallers), "the statement does not name who recalled the seeds")
    names = {name for it in manifest["carried_by"] for name in it["files"]}
    manifests = {it["manifest_sha256"] for it in manifest["carried_by"]}
    for row in evidence:
        expect(row["REASON"] and among(row["RECALLED_BY"], recallers), "a row was recalled by somebody whom the manifest does not name")
        expect(row["CARRIED_BY"] and set(row["CARRIED_BY"].split(" ")) <= names, "a row names another file than the manifest")
        expect(set(row["CARRIED_BY_MANIFESTS"].split(" ")) <= manifests, "a row names another writing than the manifest")
    by = f"signed at event {event['sequence']} by {signer} with the key {fingerprint}"
    what = f"{counted(len(removals), 'seed', 'seeds')} to take out and {len(seeds)} to put in"
    return f"Correction {manifest['number']}: {what}, every one {by}{held}."


def check(path):
    if not (path / "manifest.json").exists() and list(path.glob("share-*_manifest.json")):
        raise Unsigned("These are share extracts: nobody signs them. share.md says what can be checked")
    folder = Folder(path)
    try:
        said = (release if "stewartry_release" in folder.manifest else correction)(folder)
    except Unsigned as unsigned:
        raise Unsigned(f"{unsigned}. {INVENTED}" if folder.practice else unsigned) from None
    if folder.practice:
        raise Practice(f"{said} {INVENTED}")
    return said


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(check(pathlib.Path(sys.argv[1])))
        return 0
    except Practice as practice:
        print(f"PRACTICE: {practice}")
        return 3
    except Unsigned as unsigned:
        print(f"NOT SIGNED: {unsigned}")
        return 4
    except Wrong as wrong:
        print(f"WRONG: {wrong}")
        return 1
    except OSError as error:
        print(f"WRONG: {error.filename} cannot be read: {error.strerror}")
        return 1
    except KeyError as missing:
        print(f"WRONG: there is no {missing} where the form has one")
        return 1
    except (ArithmeticError, AttributeError, IndexError, RecursionError, TypeError, ValueError, csv.Error):
        print("WRONG: manifest.json or a table is not written as the form says")
        return 1


if __name__ == "__main__":
    sys.exit(main())
