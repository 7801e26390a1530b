#!/usr/bin/env python3
"""Runs Splink and Stewartry in turn on the same extracts, and prints quality, seconds and peak memory side by side.

    python3 benches/peer/run.py DIR

DIR holds mosaic.csv, chi.csv and truth.csv, as `benches/generate` writes them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import measured


def main() -> None:
    parser = measured.options(__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="mosaic.csv, chi.csv and truth.csv")
    arguments = parser.parse_args()
    for path in (arguments.folder / name for name in ("mosaic.csv", "chi.csv", "truth.csv")):
        if not path.exists():
            sys.exit(f"{path} is not there. Write extracts with: cargo run --release --example generate -- --out DIR")
    with tempfile.TemporaryDirectory() as scratch:
        columns = measured.compare(arguments.folder, arguments.out or Path(scratch), arguments)
    print(measured.table(columns, list(next(iter(columns.values())))))


if __name__ == "__main__":
    main()
