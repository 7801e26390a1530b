"""Running both programs with their seconds and peak memory, and scoring what they wrote."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass
class Cost:
    """What a run took: by the clock, of the processors, and of memory at its peak."""

    seconds: float
    cpu_seconds: float
    peak_mib: float

    def as_dict(self) -> dict:
        return asdict(self)


def run(command: list[str | Path]) -> Cost:
    """Runs a command to its end and measures it; a failure ends this program too."""
    with tempfile.TemporaryDirectory() as folder:
        cost = Path(folder) / "cost.json"
        done = subprocess.run([sys.executable, "-I", "-S", HERE / "cost.py", cost, *map(str, command)])
        if done.returncode:
            sys.exit(f"{Path(command[0]).name} failed with exit status {done.returncode}.")
        return Cost(**json.loads(cost.read_text()))


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


def options(summary: str) -> argparse.ArgumentParser:
    """The arguments that every comparison takes."""
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument("--only", choices=["splink", "stewartry"], help="run one of the two")
    parser.add_argument("--blocking", choices=["wide", "tight"], help="Splink's; tight above 2,000,000 CHI records")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the quickest counts")
    parser.add_argument("--out", type=Path, help="keep what each wrote, and figures.json, in this folder")
    parser.add_argument("--stewartry", type=Path, help="the binary; target/release/stewartry where it is not given")
    parser.add_argument("--score", type=Path, help="the scorer; target/release/examples/score where it is not given")
    return parser


def compare(folder: Path, out: Path, arguments: argparse.Namespace, jobs: str = "both") -> dict[str, dict[str, str]]:
    """Runs both on the extracts of a folder and gives the figures of each by name; what they wrote stays in `out`.

    `jobs` spares Splink a job that has nothing to find, which it cannot train for.
    """
    mosaic, chi, truth = (folder / name for name in ("mosaic.csv", "chi.csv", "truth.csv"))
    scorer = binary(arguments.score, "examples", "score")
    programs = {}
    files = ["--mosaic", mosaic, "--chi", chi, "--out"]
    if arguments.only != "stewartry":
        blocking = ["--blocking", arguments.blocking] if arguments.blocking else []
        programs["Splink"] = [sys.executable, HERE / "splink_job.py", "--jobs", jobs, *blocking, *files]
    if arguments.only != "splink":
        programs["Stewartry"] = [binary(arguments.stewartry, "stewartry"), "link", *files]
    columns, kept = {}, {}
    for name, command in programs.items():
        found = out / name.lower()
        found.mkdir(parents=True, exist_ok=True)
        cost = min((run([*command, found]) for _ in range(arguments.repeat)), key=lambda cost: cost.seconds)
        report = score(scorer, found, truth, mosaic)
        columns[name] = figures(cost, report)
        kept[name] = {"cost": cost.as_dict(), "score": report}
    (out / "figures.json").write_text(json.dumps(kept, indent=2) + "\n")
    return columns
