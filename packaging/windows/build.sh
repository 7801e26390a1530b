#!/usr/bin/env bash
# stewartry.exe, an installer for one person and an MSI, made on Linux. packaging/README.md says what this needs.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
here=$root/packaging/windows
target=x86_64-pc-windows-gnu
tools=x86_64-w64-mingw32
stage=$CARGO_TARGET_DIR/stage/windows
rm -rf "$stage"
mkdir -p "$stage"

# The program, with icon, version and manifest
numbers=${version%%[-+]*}.0
"$tools-windres" --include-dir "$here" -DVERSION="$version" -DNUMBERS="${numbers//./,}" "$here/stewartry.rc" "$stage/resource.o"
build "$target" -C link-arg="$stage/resource.o" -C link-arg=-Wl,--no-insert-timestamp
cp "$built/stewartry.exe" "$stage"
# The same program, told to Windows as one with a window: a double click opens no console beside it
"$tools-objcopy" --subsystem windows "$stage/stewartry.exe" "$stage/stewartry-window.exe"

# What goes with it
name=stewartry-$version-windows-x86_64
"$root/packaging/inventory.py" "$target" "$out" "$name"
cp "$out/$name.licences.txt" "$stage/licences.txt"
cp "$out/$name.cdx.json" "$stage/stewartry.cdx.json"
cp "$root/README.md" "$here/stewartry.ico" "$here/stewartry.wxs" "$stage"
# Everything has the date of the commit
find "$stage" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +

# The installer for one person
makensis -V2 -NOCD -DVERSION="$version" -DNUMBERS="$numbers" -DSTAGE="$stage" -DOUTFILE="$out/$name-setup.exe" "$here/stewartry.nsi"

# The MSI. wixl knows no environment and takes a date and an id at random: these are put right afterwards
identity() { python3 -c 'import sys, uuid; print(str(uuid.uuid5(uuid.NAMESPACE_URL, sys.argv[1])).upper())' "$1"; }
msi=$out/$name.msi
content=$(cd "$stage" && sha256sum stewartry.exe README.md licences.txt stewartry.cdx.json stewartry.wxs | sha256sum)
(cd "$stage" && faketime -f "$(date -d "@$SOURCE_DATE_EPOCH" '+%F %T')" wixl --arch x64 -D VERSION="${numbers%.0}" \
    -D PRODUCT="$(identity "scot.stewartry.Stewartry $version")" -o "$msi" stewartry.wxs)
row() { printf "INSERT INTO \`%s\` (%s) VALUES (%s)" "$@"; }
msibuild "$msi" -q "CREATE TABLE \`Environment\` (\`Environment\` CHAR(72) NOT NULL, \`Name\` CHAR(255) NOT NULL LOCALIZABLE, \
\`Value\` CHAR(255) LOCALIZABLE, \`Component_\` CHAR(72) NOT NULL PRIMARY KEY \`Environment\`)" \
    "$(row Environment "\`Environment\`, \`Name\`, \`Value\`, \`Component_\`" "'PATH', '=-*PATH', '[~];[INSTALLDIR]', 'Program'")" \
    "$(row InstallExecuteSequence "\`Action\`, \`Sequence\`" "'RemoveEnvironmentStrings', 3300")" \
    "$(row InstallExecuteSequence "\`Action\`, \`Sequence\`" "'WriteEnvironmentStrings', 5200")"
msibuild "$msi" -s "Stewartry $version" "The Stewartry authors" "x64;2057" "{$(identity "scot.stewartry.Stewartry $content")}"

# And the program alone, for a folder on a share
(cd "$stage" && rm -f "$out/$name.zip" && zip -qX9 "$out/$name.zip" stewartry.exe stewartry-window.exe README.md licences.txt stewartry.cdx.json)

(cd "$out" && sha256sum "$name".* "$name-setup.exe")
