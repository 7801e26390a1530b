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
    # Everybody chooses a passphrase of their own, and signs with the key that comes with it
    printf 'my own words, not hers\n' > "$at/own.txt"
    "$@" passphrase "$at/council.stewartry" --as "Blair Kerr" --new-passphrase-file "$at/own.txt" > "$at/passphrase.txt"
    # A few of each class of certain pairs are looked at, on a sheet; then the others are accepted
    "$@" classes "$at/council.stewartry" --as "Ailsa Rae" --sheet "$at/few.csv" > "$at/classes.txt"
    fill "$at/few.csv" verdict match
    fill "$at/few.csv" reason details_agree
    "$@" decide "$at/council.stewartry" --as "Ailsa Rae" "$at/few.csv" > "$at/few.txt"
    "$@" decide "$at/council.stewartry" --as "Ailsa Rae" --classes > "$at/decide.txt"
    "$@" submit "$at/council.stewartry" --as "Ailsa Rae" --name "November" > "$at/submit.txt"
    # The supervisor sits at another desk
    "$@" parcel "$at/council.stewartry" --as "Ailsa Rae" --batch 1 --for "Blair Kerr" --into "$at" > "$at/parcel.txt"
    mv "$at/council, batch 1 for Blair Kerr.stewartry" "$at/parcel.stewartry"
    "$@" sign "$at/parcel.stewartry" 1 --as "Blair Kerr" --passphrase-file "$at/own.txt" --sample "$at/sample.csv" > "$at/sample.txt"
    fill "$at/sample.csv" verdict match
    "$@" sign "$at/parcel.stewartry" 1 --as "Blair Kerr" --passphrase-file "$at/own.txt" --rechecks "$at/sample.csv" > "$at/sign.txt"
    "$@" parcel-back "$at/council.stewartry" --as "Ailsa Rae" "$at/parcel.stewartry" > "$at/back.txt"
    "$@" protocol --example "$at/council.stewartry" | sed 's/"agreed": 0/"agreed": 2/; s/"review": "[^"]*"/"review": "2999-03-31"/' > "$at/protocol.json"
    "$@" protocol "$at/council.stewartry" --as "Blair Kerr" --passphrase-file "$at/own.txt" --set "$at/protocol.json" > "$at/protocol.txt"
    "$@" status "$at/council.stewartry" --as "Ailsa Rae" --json > "$at/status.json"
    "$@" check "$at/council.stewartry" --as "Ailsa Rae" > "$at/check.txt"
}

# Writes one value into a column of a sheet: whoever answers finds that everything is as it seems
fill() {
    python3 - "$@" <<'PYTHON'
import csv, sys
path, column, value = sys.argv[1:]
rows = list(csv.DictReader(open(path, encoding="utf-8-sig", newline="")))
with open(path, "w", encoding="utf-8", newline="") as file:
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(row | {column: value} for row in rows)
PYTHON
}

# What leaves one signed workspace, over its life: files into $2
leaves() {
    local home=$1 into=$2
    shift 2
    mkdir -p "$into"
    "$@" export "$home" 1 --as "Ailsa Rae" --into "$into/release" > "$into/export.txt"
    "$@" share "$home" --as "Ailsa Rae" --level 2 --into "$into/share" > "$into/share.txt"
    "$@" share-loaded "$home" 1 --as "Ailsa Rae" --note "Portal team" > "$into/loaded.txt"
    "$@" cross-reference "$home" --as "Ailsa Rae" "$into/who.csv" > "$into/who.txt"
    "$@" cross-reference "$home" --as "Ailsa Rae" "$into/who.ndjson" --fhir > "$into/fhir.txt"
    # Mosaic answers: the first row is turned away
    python3 - "$into" <<'PYTHON'
import csv, glob, sys
seed = list(csv.DictReader(open(glob.glob(sys.argv[1] + "/release/*_seed.csv")[0], encoding="utf-8-sig", newline="")))
with open(sys.argv[1] + "/answer.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["PersonID", "Outcome", "Reason"])
    for at, row in enumerate(seed):
        writer.writerow([row["MOSAIC_PERSON_ID"], "Rejected" if at == 0 else "Accepted", "Locked" if at == 0 else ""])
print(seed[1]["MOSAIC_PERSON_ID"], seed[1]["REFERENCE_VALUE"], file=open(sys.argv[1] + "/wrong.txt", "w"))
PYTHON
    "$@" acknowledge "$home" --as "Ailsa Rae" "$into/answer.csv" > "$into/acknowledged.txt"
    local wrong
    read -r -a wrong < "$into/wrong.txt"
    "$@" recall "$home" --as "Ailsa Rae" "${wrong[0]}" "${wrong[1]}" --reason "Another person" --not-a-match > "$into/recalled.txt"
    "$@" share "$home" --as "Ailsa Rae" --level 2 --into "$into/share" --delta > "$into/delta.txt"
}

# Files are compared as they are; what is printed without its line ends, and without what names the folder
same() {
    if diff -r "$@" > differences.txt; then echo "  the same: ${*: -2:1}"; else echo "  NOT the same: $*"; head -20 differences.txt | sed 's/^/    /'; fi
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
for file in load.json match.json status.json few.txt decide.txt submit.txt back.txt protocol.txt; do
    sed 's/\r$//' "windows/$file" > "both/$file"
    same "linux/$file" "both/$file"
done

# One signed workspace, made on Linux, exported by both, a copy each
cp -r linux/council.stewartry both/on-linux.stewartry
cp -r linux/council.stewartry both/on-windows.stewartry
leaves both/on-linux.stewartry both/from-linux "$linux"
leaves both/on-windows.stewartry both/from-windows wine "$windows"
echo "What leaves"
# Each copy was released when it was: the cross-reference says since when
sed -i 's/20[0-9][0-9]-[0-9-]*T[0-9:]*Z/TIME/g' both/from-*/who.csv both/from-*/who.ndjson
for file in both/from-linux/release/* both/from-linux/share/*.csv both/from-linux/who.csv both/from-linux/who.ndjson; do
    same "$file" "both/from-windows/${file#both/from-linux/}"
done
echo "Each checks what the other wrote"
for what in release share; do
    "$linux" verify "both/from-windows/$what"
    wine "$windows" verify "both/from-linux/$what"
done
"$linux" key both/key.txt > both/key-made.txt
recipient=$(grep -o 'age1[a-z0-9]*' both/key-made.txt)
"$linux" pack both/from-windows/release --to "$recipient" --into both > both/packed.txt
wine "$windows" unpack both/*.tar.age --key both/key.txt --into both/unpacked > both/unpacked.txt
same both/from-windows/release both/unpacked
"$linux" check both/on-windows.stewartry --as "Ailsa Rae"
wine "$windows" check both/on-linux.stewartry --as "Ailsa Rae"

echo "Names beyond ASCII, and a path beyond 260 characters"
deep="$(printf 'a-folder-whose-name-is-long/%.0s' {1..12})Café Ünïcode ŵ"
mkdir -p "$deep"
cp mosaic.csv "$deep/Fìosrachadh.csv"
wine "$windows" link --mosaic "$deep/Fìosrachadh.csv" --chi chi.csv --out "$deep/linked" > /dev/null
timeless "$deep/linked"
same linux/linked "$deep/linked"
