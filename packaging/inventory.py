#!/usr/bin/env python3
"""What the program is made of, from Cargo.lock: a list for machines and the licences for people.

    inventory.py TARGET FOLDER NAME
    inventory.py --about

The first writes FOLDER/NAME.cdx.json (a software bill of materials, CycloneDX 1.5) and FOLDER/NAME.licences.txt (who holds the rights,
and every licence text, each once). The second writes assets/licences.txt, which the window shows under About: every crate that is
inside the program on any of the platforms it is packed for, with its licence. The same Cargo.lock gives the same bytes.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense|ofl|ufl)([-_.].*)?$", re.IGNORECASE)
# Beside a crate's own folder, the C sources that it carries, and the fonts.
CARRIED = ["sqlcipher", "zstd", "fonts"]


PACKED_FOR = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu", "x86_64-apple-darwin", "aarch64-apple-darwin"]

# Crates that carry C sources, and name their versions in their own: what is compiled from them, its licence, and who makes it.
C_SOURCES = {
    "sqlcipher-src": [
        ("sqlcipher", r"sqlcipher-([\d.]+)", "BSD-3-Clause", "zetetic:sqlcipher"),
        ("sqlite", r"sqlite-([\d.]+)", "blessing", "sqlite:sqlite"),
    ],
    "zstd-sys": [("zstd", r"zstd\.([\d.]+)", "BSD-3-Clause", "facebook:zstandard")],
}


def c_libraries(package: dict) -> list[dict]:
    """What is written in C inside a crate, with its own version: advisories name these, not the crate."""
    return [
        library(name, re.search(version, package["version"])[1], licence, maker)
        for name, version, licence, maker in C_SOURCES.get(package["name"], [])
    ]


def library(name: str, version: str, licence: str, maker: str) -> dict:
    reference = f"pkg:generic/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "licenses": [{"license": {"id": licence}}],
        "cpe": f"cpe:2.3:a:{maker}:{version}:*:*:*:*:*:*:*",
        "purl": reference,
    }


def inside_of(target: str) -> tuple[dict, dict, set[str], str]:
    """The packages by their identity, what each needs, those that are inside the program, and the program itself."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    graph = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in graph["packages"]}
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}

    # cargo tree alone leaves out what only tests turn on.
    def tree(edges: str) -> set[tuple[str, str]]:
        ours = ["cargo", "tree", "--package", "stewartry", "--locked", "--target", target]
        command = [*ours, "--edges", edges, "--prefix", "none", "--format", "{p}"]
        text = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        return {(name, version.removeprefix("v")) for name, version, *_ in map(str.split, text.splitlines())}

    inside = tree("normal,no-proc-macro") | {it for it in tree("normal,build") if it[0] in C_SOURCES}
    inside = {one for one, it in packages.items() if (it["name"], it["version"]) in inside}
    root = graph["resolve"]["root"]
    inside.remove(root)
    return packages, nodes, inside, root


def about() -> None:
    crates = {}
    for target in PACKED_FOR:
        packages, _, inside, _ = inside_of(target)
        crates |= {(packages[one]["name"], packages[one]["version"]): packages[one] for one in inside if packages[one]["source"]}
    lines = [f"{name} {version}: {expression(crate)}" for (name, version), crate in sorted(crates.items())]
    for crate in crates.values():
        lines += [f"{one['name']} {one['version']}: {one['licenses'][0]['license']['id']}" for one in c_libraries(crate)]
    lines += ["Inter and JetBrains Mono: OFL-1.1", "Rust's standard library: MIT OR Apache-2.0"]
    (ROOT / "assets/licences.txt").write_text("\n".join(sorted(lines, key=str.lower)) + "\n", encoding="utf-8")


def main(target: str, into: pathlib.Path, name: str) -> None:
    packages, nodes, inside, root = inside_of(target)
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    sums = {(one["name"], one["version"]): one["checksum"] for one in lock["package"] if "checksum" in one}

    def needs(identity: str) -> list[str]:
        return [one for one in nodes[identity]["dependencies"] if one in inside]

    crates = sorted((packages[one] for one in inside), key=lambda it: (it["name"], it["version"]))

    (into / f"{name}.cdx.json").write_text(bill(packages[root], crates, needs, sums))
    (into / f"{name}.licences.txt").write_text(licences(packages[root], crates), encoding="utf-8")


def purl(package: dict) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def expression(package: dict) -> str:
    """The licence as SPDX writes it; older crates have a slash for OR."""
    return package["license"].replace("/", " OR ")


def bill(root: dict, crates: list[dict], needs, sums: dict) -> str:
    components, edges = [], []
    of = {crate["id"]: crate for crate in crates}
    for crate in crates:
        carried = c_libraries(crate)
        component = {
            "type": "library",
            "bom-ref": purl(crate),
            "name": crate["name"],
            "version": crate["version"],
            "licenses": [{"expression": expression(crate)}],
        }
        if crate["source"]:
            component["hashes"] = [{"alg": "SHA-256", "content": sums[crate["name"], crate["version"]]}]
            component["purl"] = purl(crate)
        else:
            # Of this repository: what is known of the crate of that name in the registry is not known of it
            component["description"] = crate["description"]
        if crate["repository"]:
            component["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
        components += [component, *carried]
    for package in [root, *crates]:
        on = [purl(of[one]) for one in needs(package["id"])]
        on += [one["bom-ref"] for one in c_libraries(package)]
        edges.append({"ref": purl(package), "dependsOn": sorted(on)})
    made = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": purl(root),
                "name": root["name"],
                "version": root["version"],
                "licenses": [{"expression": root["license"]}],
                "purl": purl(root),
            },
        },
        "components": components,
        "dependencies": edges,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def licences(root: dict, crates: list[dict]) -> str:
    crates = [crate for crate in crates if crate["source"]]
    texts: dict[str, list[str]] = {}
    without = []
    for crate in crates:
        folder = pathlib.Path(crate["manifest_path"]).parent
        places = [folder, *(folder / name for name in CARRIED)]
        files = [file for place in places if place.is_dir() for file in sorted(place.iterdir())]
        files = [file for file in files if file.is_file() and (LICENCE_FILE.match(file.name) or
                 file.parent.name == "fonts" and file.suffix == ".txt")]
        if not files:
            without.append(crate)
        for file in files:
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n")
            who = f"{crate['name']} {crate['version']}"
            if file.parent != folder:
                who += f" ({file.parent.name})"
            if who not in texts.setdefault(text, []):
                texts[text].append(who)

    rule = "=" * 80
    lines = [f"{root['name']} {root['version']}, and what it is made of", rule, ""]
    lines += [(ROOT / "LICENSE").read_text().strip(), "", rule, "", "Fonts: Inter and JetBrains Mono", ""]
    lines += [(ROOT / "assets/fonts/LICENSE-OFL.txt").read_text().strip(), "", rule, "", "Crates, each with its licence", ""]
    lines += [f"  {crate['name']} {crate['version']}: {expression(crate)}" for crate in crates]
    lines += ["", "And Rust's standard library: MIT OR Apache-2.0, the Rust Project Developers", ""]
    if without:
        lines += ["These come without a text of their own; the licences that they name stand below:", ""]
        for crate in without:
            by = ", ".join(re.sub(r" *<.*?>", "", one) for one in crate["authors"]) or crate["repository"]
            lines.append(f"  {crate['name']} {crate['version']}: {expression(crate)}; {by}")
        lines.append("")
    for text, whose in texts.items():
        lines += [rule, "Of " + ", ".join(whose), rule, "", text, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] == ["--about"]:
        sys.exit(about())
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3])
