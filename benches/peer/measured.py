"""Running a program with its seconds and its peak memory, and scoring what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Cost:
    """What a run took: by the clock, of the processors, and of memory at its peak."""

    seconds: float
    cpu_seconds: float
    peak_mib: float

    def as_dict(self) -> dict:
        return asdict(self)


def run(command: list[str | Path]) -> Cost:
    """Runs a command to its end and measures it with everything it started; a failure ends this program too."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{Path(command[0]).name} failed with exit status {process.returncode}.")
    return Cost(round(seconds, 2), round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss / 1024, 1))


def score(binary: Path, found: Path, truth: Path, mosaic: Path) -> dict:
    """The figures of `benches/score` for one folder of findings."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [binary, "--found", found, "--truth", truth, "--mosaic", mosaic, "--json", figures]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
        return json.loads(figures.read_text())


def binary(given: Path | None, *path: str) -> Path:
    """The program to run: the one that was named, or the one that `cargo build --release` makes."""
    found = given or ROOT.joinpath("target", "release", *path)
    if not found.exists():
        name = path[-1]
        kind = "--example" if "examples" in path else "--bin"
        sys.exit(f"{name} is not built. Build it with: cargo build --release {kind} {name}")
    return found


def table(columns: dict[str, dict[str, str]], rows: list[str]) -> str:
    """Figures side by side, a column for each program, as a Markdown table."""
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    lines += ["| " + " | ".join([row, *(column.get(row, "") for column in columns.values())]) + " |" for row in rows]
    return "\n".join(lines)


def figures(cost: Cost, report: dict) -> dict[str, str]:
    """The figures that matter, as they stand in the table."""
    links, duplicates = report["links"], report["duplicates"]
    unseeded = report["links_unseeded"] or links
    share = lambda number: f"{number:.4f}"  # noqa: E731
    trusted = lambda part: share(part["trusted_cut"]["quality"]["recall"] if part["trusted_cut"] else 0)  # noqa: E731
    return {
        "seconds": f"{cost.seconds:,.1f}",
        "processor seconds": f"{cost.cpu_seconds:,.1f}",
        "peak memory, MiB": f"{cost.peak_mib:,.0f}",
        "links: F1": share(links["best"]["f1"]),
        "links: precision": share(links["best"]["precision"]),
        "links: recall": share(links["best"]["recall"]),
        "links: true ones at precision 0.999": trusted(links),
        "links: precision of `auto`": share(links["auto"]["precision"]),
        "links: true ones in `auto`": share(links["auto"]["recall"]),
        "links: candidate recall": share(links["candidate_recall"]),
        "links without a seed: F1": share(unseeded["best"]["f1"]),
        "links without a seed: true ones at precision 0.999": trusted(unseeded),
        "one CHI on two people in `auto`": f"{report['conflicts']['one_chi_on_two']:,}",
        "duplicates: F1": share(duplicates["pairs"]["f1"]),
        "duplicates: precision of `auto`": share(duplicates["auto"]["precision"]),
        "duplicates: true pairs in `auto`": share(duplicates["auto"]["recall"]),
        "review: pairs per Mosaic record": share(report["review_pairs_per_mosaic_record"]),
    }
