#!/usr/bin/env python3
"""What a whole day costs by the command line, one release of the program beside another in one run.

    python3 benches/day.py EXTRACTS PROGRAM [PROGRAM ...]

EXTRACTS holds mosaic.csv and chi.csv of benches/generate. Each program loads them into a workspace of its own, matches, looks at a few
of each class, accepts the classes, submits, and a supervisor re-checks, signs and writes; then the workspace is checked. Each verb runs
alone. Printed are seconds, processor seconds and the most memory; a verb may end with 1 where single rows were refused.
"""

import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time

WORDS = {"officer": "officer's words here", "given": "given words for now", "own": "a supervisor's own words"}


def filled(sheet, out):
    """Answers every row of a sheet with a match."""
    with open(sheet, newline="") as file:
        rows = list(csv.DictReader(file))
    with open(out, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "verdict": "match"} for row in rows)


class Day:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        for name, words in WORDS.items():
            (folder / name).write_text(words + "\n")
        self.env = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}

    def run(self, verb, *more, who="officer"):
        name = "Olive Officer" if who == "officer" else "Sorley Supervisor"
        who_is = ["--as", name, "--passphrase-file", str(self.folder / who)]
        args = [self.program, verb, str(self.folder / "day.stewartry"), *map(str, more), *who_is]
        with (self.folder / "said").open("w") as said:
            begun = time.monotonic()
            child = subprocess.Popen(args, env=self.env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            _, status, used = os.wait4(child.pid, 0)
        seconds, child.returncode = time.monotonic() - begun, os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            sys.exit(f"{verb}: {(self.folder / 'said').read_text()}")
        return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode


def steps(extracts):
    """Each verb of the day, with what is done before it."""
    new = ["--new-passphrase-file"]
    add = lambda day: day.run("people", "--add", "Sorley Supervisor", "--role", "supervisor", *new, day.folder / "given")
    yield "new", lambda day: day.run("new")
    yield "people", add
    yield "passphrase", lambda day: day.run("passphrase", *new, day.folder / "own", who="given")
    yield "load Mosaic", lambda day: day.run("load", extracts / "mosaic.csv")
    yield "load CHI", lambda day: day.run("load", extracts / "chi.csv")
    yield "match", lambda day: day.run("match")
    yield "classes", lambda day: day.run("classes", "--sheet", day.folder / "few.csv")

    def decide(day):
        filled(day.folder / "few.csv", day.folder / "decided.csv")
        return day.run("decide", day.folder / "decided.csv", "--refused", day.folder / "refused.csv")

    yield "decide the few", decide
    yield "accept classes", lambda day: day.run("decide", "--classes")
    yield "submit", lambda day: day.run("submit")
    yield "draw the sample", lambda day: day.run("sign", 1, "--sample", day.folder / "sample.csv", who="own")

    def sign(day):
        filled(day.folder / "sample.csv", day.folder / "rechecked.csv")
        return day.run("sign", 1, "--rechecks", day.folder / "rechecked.csv", who="own")

    yield "re-check and sign", sign
    yield "write", lambda day: day.run("export", 1, "--into", day.folder / "out", who="own")
    yield "people again", lambda day: day.run("people")
    yield "check", lambda day: day.run("check")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    extracts, programs = pathlib.Path(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        days = []
        for number, program in enumerate(programs):
            home = pathlib.Path(folder) / str(number)
            home.mkdir(mode=0o700)
            days.append(Day(program, home))
        print("| verb | program | seconds | processor | MiB | status |\n|---|---|---:|---:|---:|---:|")
        for verb, step in steps(extracts):
            for day in days:
                seconds, processor, memory, status = step(day)
                print(f"| {verb} | {day.program} | {seconds:.2f} | {processor:.2f} | {memory:.0f} | {status} |", flush=True)


main()
