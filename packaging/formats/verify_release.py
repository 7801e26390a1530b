#!/usr/bin/env python3
"""Checks a release of Stewartry by its written form (release.md beside this file), with nothing of Stewartry's own.

    pip install cryptography
    python3 verify_release.py FOLDER

Exit status: 0 what is here was signed with the key whose fingerprint is printed; 1 it was not; 2 wrong usage.
"""

import csv
import hashlib
import io
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNED = [
    "KIND", "LEFT_ID", "RIGHT_ID", "VERDICT", "REASON", "REPLACES", "DECIDED_BY", "DECIDED_AT", "HOW", "SCORE_SEEN",
    "LEFT_RECORD_SHA256", "RIGHT_RECORD_SHA256",
]
# Since there are names in what is signed
RECHECKED = ["SAMPLED", "RECHECK", "RECHECKED_BY"]


class Wrong(Exception):
    """Something is not as the form says."""


def sha256(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def read(folder, part, **dialect):
    data = (folder / part["name"]).read_bytes()
    expect(len(data) == part["bytes"] and sha256(data) == part["sha256"], f"{part['name']} is not what was written")
    # Not splitlines: what it takes for the end of a line may stand within one
    lines = io.StringIO(data.decode("utf-8").removeprefix("\ufeff"), newline="")
    return list(csv.reader(lines, strict=True, **dialect))


def table(folder, manifest, holds):
    part = next(part for part in manifest["files"] if part["holds"] == holds)
    rows = read(folder, part)
    expect(len(rows) - 1 == part["rows"], f"{part['name']} has another number of rows")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def seeds(folder, manifest):
    """The id and the number of each row of the seed file, in all its parts, as its profile lays them out."""
    profile = manifest["profile"]
    fields = [column.get("field") for column in profile["columns"]]
    person, number = fields.index("mosaic_id"), fields.index("chi")
    quoting = csv.QUOTE_NONE if profile["quoting"] == "never" else csv.QUOTE_MINIMAL
    found = []
    for part in (part for part in manifest["files"] if part["holds"] == "seed"):
        rows = read(folder, part, delimiter=profile["delimiter"], quoting=quoting)
        rows = rows[1:] if profile["headings"] else rows
        expect(len(rows) == part["rows"], f"{part['name']} has another number of rows")
        found.extend((bare(row[person]), row[number]) for row in rows)
    return found


def bare(cell):
    """An id without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") else cell


def check(folder):
    raw = (folder / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    expect(manifest["stewartry_release"] == 3, "this is another form than 3")
    seal = manifest["seal"]
    expect(sha256(raw.replace(f'"seal": "{seal}"'.encode(), b'"seal": ""')) == seal, "the manifest was changed: its seal does not fit")

    signature, batch = manifest["signature"], manifest["batch"]
    event = signature["event"]
    undoes = "-" if event["undoes"] is None else str(event["undoes"])
    covered = [str(event["sequence"]), event["at"], str(event["person"]), undoes, str(event["deed"]), event["previous"], event["payload"]]
    expect(sha256("\n".join(covered)) == event["hash"] == signature["ledger_hash"], "the event's hash is not its own")
    expect(event["sequence"] == signature["ledger_sequence"], "another event is named")
    key = bytes.fromhex(event["public_key"])
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            bytes.fromhex(event["signature"]), f"stewartry event 1\n{event['hash']}".encode()
        )
    except InvalidSignature:
        raise Wrong("the signature was not made with that key") from None

    payload = json.loads(event["payload"])
    expect(payload["event"] == "batch_signed" and payload["batch"] == batch["number"], "another batch was signed")
    expect(payload["content_hash"] == batch["content_sha256"], "another content was signed")
    expect(payload["statement"] == signature["statement"], "another statement was signed")
    names = payload.get("names")
    here = {"signed_by": signature["by"], "composed_by": batch["composed_by"], "submitted_by": batch["submitted_by"]}
    expect(names in (None, here), "the names are not the ones that were signed")
    form, signed = (1, SIGNED) if names is None else (2, SIGNED + RECHECKED)

    seed = seeds(folder, manifest)
    merges = table(folder, manifest, "merges")
    evidence = table(folder, manifest, "evidence")
    ways = {frozenset((row["SOURCE_PERSON_ID"], row["TARGET_PERSON_ID"])): row for row in merges}
    expect(len(ways) == len(merges), "a merge is there twice")
    hashes = list(manifest["left_out"].get("hashes", []))
    for row in evidence:
        way = {"SOURCE_PERSON_ID": "", "TARGET_PERSON_ID": ""}
        if row["KIND"] == "duplicate":
            way = ways.get(frozenset((bare(row["LEFT_ID"]), bare(row["RIGHT_ID"]))), way)
        parts = [f"stewartry row {form}", *(row[column] for column in signed), way["SOURCE_PERSON_ID"], way["TARGET_PERSON_ID"]]
        hashes.append(sha256("\n".join(parts)))
    rows = "".join(line + "\n" for line in [f"stewartry rows {form}", *sorted(hashes)])
    expect(sha256(rows) == payload["rows_sha256"], "the rows are not the ones that were signed")

    links = {(bare(row["LEFT_ID"]), bare(row["RIGHT_ID"])) for row in evidence if row["KIND"] == "link"}
    expect(set(seed) == links and len(seed) == len(links), "the seed file says something else")
    expect(len(merges) == sum(row["KIND"] == "duplicate" for row in evidence), "the merges say something else")
    expect(signature["by"] not in [*batch["decided_by"], batch["composed_by"], batch["submitted_by"]], "signed by who worked on it")

    digits = sha256(key)[:32]
    said = f"Batch {batch['number']}: {len(seed)} links and {len(merges)} merges, signed at event {event['sequence']} by {signature['by']}"
    if names is None:
        said += " (an earlier version signed it: the names of who signed and who re-checked are held by the seal alone)"
    return said, " ".join(
        digits[at : at + 4] for at in range(0, 32, 4)
    )


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        said, fingerprint = check(pathlib.Path(sys.argv[1]))
    except (Wrong, OSError, KeyError, ValueError, StopIteration) as wrong:
        print(f"WRONG: {wrong!r}" if not isinstance(wrong, Wrong) else f"WRONG: {wrong}")
        return 1
    print(said)
    print(f"Key: {fingerprint}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
