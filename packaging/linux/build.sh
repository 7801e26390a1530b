#!/usr/bin/env bash
# A Debian package and a tarball. packaging/README.md says what this needs.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
here=$root/packaging/linux
app=scot.stewartry.Stewartry
target=x86_64-unknown-linux-gnu
stage=$CARGO_TARGET_DIR/stage/linux
rm -rf "$stage"

build "$target"
"$root/packaging/inventory.py" "$target" "$out" "stewartry-$version-linux-x86_64"

# What both hold, below a prefix
usr=$stage/deb/usr
doc=$usr/share/doc/stewartry
put() { install -D -m "$1" "$2" "$3"; }
put 755 "$built/stewartry" "$usr/bin/stewartry"
put 644 "$here/$app.desktop" "$usr/share/applications/$app.desktop"
put 644 "$here/$app.metainfo.xml" "$usr/share/metainfo/$app.metainfo.xml"
put 644 "$root/assets/icon/stewartry.svg" "$usr/share/icons/hicolor/scalable/apps/$app.svg"
put 644 "$root/assets/icon/stewartry.png" "$usr/share/icons/hicolor/256x256/apps/$app.png"
put 644 "$root/README.md" "$doc/README.md"
put 644 "$root/LICENSE" "$doc/copyright"
put 644 "$out/stewartry-$version-linux-x86_64.licences.txt" "$doc/licences.txt"
put 644 "$out/stewartry-$version-linux-x86_64.cdx.json" "$doc/stewartry.cdx.json"
printf 'stewartry (%s) stable; urgency=medium\n\n  * Version %s.\n\n -- %s  %s\n' "$version" "$version" \
    "The Stewartry authors <stewartry@localhost>" "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n > "$stage/changelog.gz"

# Everything has the date of the commit
dated() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

# The tarball: unpack it over /usr/local or ~/.local
name=stewartry-$version-linux-x86_64
cp -a "$usr" "$stage/$name"
dated "$stage/$name"
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner -cf - "$name" | xz -6 > "$out/$name.tar.xz"

# The Debian package. The window loads its libraries when it opens, where dpkg-shlibdeps cannot see them: they stand here by
# hand, and prove.sh proves them. Of libc6, the newest version whose symbols are used.
put 644 "$stage/changelog.gz" "$doc/changelog.gz"
libc=$(objdump -T "$built/stewartry" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -1)
mkdir -p "$stage/deb/DEBIAN"
cat > "$stage/deb/DEBIAN/control" <<CONTROL
Package: stewartry
Version: $version
Architecture: amd64
Maintainer: The Stewartry authors <stewartry@localhost>
Section: database
Priority: optional
Installed-Size: $(du -sk --apparent-size "$usr" | cut -f1)
Depends: libc6 (>= $libc), libgcc-s1, libx11-6, libx11-xcb1, libxcursor1, libxi6, libxkbcommon0, libxkbcommon-x11-0, libgl1, libegl1
Recommends: libwayland-client0, libwayland-egl1, libdbus-1-3, xdg-desktop-portal | zenity
Description: record-matching desk for data stewards in health and social care
 Loads two extracts of people (or candidate pairs made elsewhere) into an
 encrypted workspace, finds candidate matches and duplicates, lets an officer
 decide them pair by pair from the keyboard and a supervisor re-check and sign,
 and writes the file that seeds CHI numbers into Mosaic.
 .
 The same work can be done from a command line, without a window.
CONTROL
(cd "$stage/deb" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
dated "$stage/deb"
dpkg-deb --root-owner-group -Zxz --build "$stage/deb" "$out/stewartry_${version}_amd64.deb"

(cd "$out" && sha256sum "$name".* "stewartry_${version}_amd64.deb")
