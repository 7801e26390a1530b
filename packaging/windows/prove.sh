#!/usr/bin/env bash
# Goes the whole way of a batch twice from the command line, with a Linux program and with stewartry.exe under Wine, and compares
# every file that leaves. Needs Wine; what Wine cannot show, packaging/README.md says.
#
#     prove.sh LINUX-PROGRAM stewartry.exe FOLDER-FOR-WHAT-WAS-SEEN
set -euo pipefail
demo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../assets/demo" && pwd)
linux=$(realpath "$1")
windows=$(realpath "$2")
rm -rf "$3"
mkdir -p "$3"
cd "$3"
export STEWARTRY_PASSPHRASE="prove it to me" STEWARTRY_NEW_PASSPHRASE="prove it to me" TZ=UTC WINEDEBUG=-all

# Rust's random numbers come from a library that Windows has and Wine 8 has not: there it is made here
if ! wine "$windows" --version > /dev/null 2>&1; then
    cp "$windows" .
    windows=$PWD/${windows##*/}
    printf '%s\n' '#include <stddef.h>' 'unsigned char __stdcall SystemFunction036(void *, unsigned long);' \
        'int __stdcall ProcessPrng(void *to, size_t length) { return SystemFunction036(to, length); }' > random.c
    printf 'LIBRARY bcryptprimitives\nEXPORTS\n  ProcessPrng\n' > random.def
    x86_64-w64-mingw32-gcc -shared -o bcryptprimitives.dll random.c random.def -ladvapi32
fi

cp "$demo"/*.csv .
mkdir linux windows both

# The whole way, in one folder: the program stands in $@
way() {
    local at=$1
    shift
    "$@" --version
    "$@" link --mosaic mosaic.csv --chi chi.csv --out "$at/linked" > "$at/link.txt"
    "$@" new "$at/council.stewartry" --as "Ailsa Rae" > "$at/new.txt"
    "$@" people "$at/council.stewartry" --as "Ailsa Rae" --add "Blair Kerr" --role supervisor > "$at/people.txt"
    "$@" load "$at/council.stewartry" --as "Ailsa Rae" mosaic.csv chi.csv relationships.csv --json > "$at/load.json"
    "$@" match "$at/council.stewartry" --as "Ailsa Rae" --json > "$at/match.json"
    "$@" decide "$at/council.stewartry" --as "Ailsa Rae" --automatic > "$at/decide.txt"
    "$@" submit "$at/council.stewartry" --as "Ailsa Rae" --name "November" > "$at/submit.txt"
    "$@" sign "$at/council.stewartry" 1 --as "Blair Kerr" --sample "$at/sample.csv" > "$at/sample.txt"
    # Whoever re-checks finds that everything is as it was decided
    python3 - "$at/sample.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline="")))
with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(row | {"verdict": "match"} for row in rows)
PYTHON
    "$@" sign "$at/council.stewartry" 1 --as "Blair Kerr" --rechecks "$at/sample.csv" > "$at/sign.txt"
    "$@" status "$at/council.stewartry" --as "Ailsa Rae" --json > "$at/status.json"
    "$@" check "$at/council.stewartry" --as "Ailsa Rae" > "$at/check.txt"
}
# Files are compared as they are; what is printed without its line ends, and without what names the folder
same() {
    if diff -r "$@" > differences.txt; then echo "  the same: ${*: -2:1}"; else echo "  NOT the same: $*"; sed 's/^/    /' differences.txt | head -20; fi
}

# A summary says how long the work took, and how a file was called: that is no part of the comparison
timeless() {
    python3 - "$1/summary.json" <<'PYTHON'
import json, sys
summary = json.load(open(sys.argv[1], encoding="utf-8"))
for key in ("seconds", "peak_memory_bytes"):
    summary.pop(key, None)
for key in ("mosaic", "chi"):
    summary[key].pop("file")
json.dump(summary, open(sys.argv[1], "w", encoding="utf-8"), indent=1)
PYTHON
}

echo "Linux:"; way linux "$linux"
echo "Windows:"; way windows wine "$windows"
echo "Without a workspace"
timeless linux/linked
timeless windows/linked
same linux/linked windows/linked
echo "What is printed"
for file in load.json match.json status.json decide.txt submit.txt; do
    sed 's/\r$//' "windows/$file" > "both/$file"
    same "linux/$file" "both/$file"
done

# One signed workspace, made on Linux, exported by both, a copy each
cp -r linux/council.stewartry both/on-linux.stewartry
cp -r linux/council.stewartry both/on-windows.stewartry
"$linux" export both/on-linux.stewartry 1 --as "Ailsa Rae" --into both/released-linux > both/export-linux.txt
wine "$windows" export both/on-windows.stewartry 1 --as "Ailsa Rae" --into both/released-windows > both/export-windows.txt
echo "What leaves"
for file in both/released-linux/*; do same "$file" "both/released-windows/${file##*/}"; done
echo "Each checks what the other wrote"
"$linux" verify both/released-windows
wine "$windows" verify both/released-linux
"$linux" check both/on-windows.stewartry --as "Ailsa Rae"
wine "$windows" check both/on-linux.stewartry --as "Ailsa Rae"

echo "Names beyond ASCII, and a path beyond 260 characters"
deep="$(printf 'a-folder-whose-name-is-long/%.0s' {1..12})Café Ünïcode ŵ"
mkdir -p "$deep"
cp mosaic.csv "$deep/Fìosrachadh.csv"
wine "$windows" link --mosaic "$deep/Fìosrachadh.csv" --chi chi.csv --out "$deep/linked" > /dev/null
timeless "$deep/linked"
same linux/linked "$deep/linked"
