#!/usr/bin/env bash
# UNTESTED: nobody has run this yet. Stewartry.app as a zip, on a Mac with Xcode's command-line tools, for Apple silicon.
# What is missing: a signature (codesign) and a notarisation (xcrun notarytool), which need an Apple developer's account.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
here=$root/packaging/macos
target=aarch64-apple-darwin
stage=$CARGO_TARGET_DIR/stage/macos
bundle=$stage/Stewartry.app/Contents
rm -rf "$stage"
mkdir -p "$bundle/MacOS" "$bundle/Resources" "$stage/stewartry.iconset"

export MACOSX_DEPLOYMENT_TARGET=11.0
build "$target"
cp "$built/stewartry" "$bundle/MacOS"
sed "s/@VERSION@/$version/" "$here/Info.plist" > "$bundle/Info.plist"

for size in 16 32 128 256; do
    sips -z $size $size "$root/assets/icon/stewartry.png" --out "$stage/stewartry.iconset/icon_${size}x$size.png"
done
iconutil -c icns -o "$bundle/Resources/stewartry.icns" "$stage/stewartry.iconset"

name=stewartry-$version-macos-aarch64
"$root/packaging/inventory.py" "$target" "$out" "$name"
cp "$out/$name.licences.txt" "$bundle/Resources/licences.txt"
cp "$out/$name.cdx.json" "$bundle/Resources/stewartry.cdx.json"
(cd "$stage" && ditto -c -k --keepParent Stewartry.app "$out/$name.zip")
