#!/usr/bin/env python3
"""Runs Splink and Stewartry in turn on the same extracts, and prints quality, seconds and peak memory side by side.

    python3 benches/peer/run.py DIR

DIR holds mosaic.csv, chi.csv and truth.csv, as `benches/generate` writes them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import measured

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="mosaic.csv, chi.csv and truth.csv")
    parser.add_argument("--only", choices=["splink", "stewartry"], help="run one of the two")
    parser.add_argument("--blocking", choices=["wide", "tight"], help="Splink's; tight above 2,000,000 CHI records")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the quickest counts")
    parser.add_argument("--out", type=Path, help="keep what each wrote, and figures.json, in this folder")
    parser.add_argument("--stewartry", type=Path, help="the binary; target/release/stewartry where it is not given")
    parser.add_argument("--score", type=Path, help="the scorer; target/release/examples/score where it is not given")
    arguments = parser.parse_args()
    mosaic, chi, truth = (arguments.folder / name for name in ("mosaic.csv", "chi.csv", "truth.csv"))
    for path in (mosaic, chi, truth):
        if not path.exists():
            sys.exit(f"{path} is not there. Write extracts with: cargo run --release --example generate -- --out DIR")
    scorer = measured.binary(arguments.score, "examples", "score")

    programs = {}
    files = ["--mosaic", mosaic, "--chi", chi, "--out"]
    if arguments.only != "stewartry":
        blocking = ["--blocking", arguments.blocking] if arguments.blocking else []
        programs["Splink"] = [sys.executable, HERE / "splink_job.py", *blocking, *files]
    if arguments.only != "splink":
        programs["Stewartry"] = [measured.binary(arguments.stewartry, "stewartry"), "link", *files]

    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        columns, kept = {}, {}
        for name, command in programs.items():
            found = out / name.lower()
            found.mkdir(parents=True, exist_ok=True)
            cost = min((measured.run([*command, found]) for _ in range(arguments.repeat)), key=lambda cost: cost.seconds)
            report = measured.score(scorer, found, truth, mosaic)
            columns[name] = measured.figures(cost, report)
            kept[name] = {"cost": cost.as_dict(), "score": report}
        if arguments.out:
            (out / "figures.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(measured.table(columns, list(next(iter(columns.values())))))


if __name__ == "__main__":
    main()
