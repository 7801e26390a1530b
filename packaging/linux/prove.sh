#!/usr/bin/env bash
# Installs the Debian package in a bare Debian, without what it merely recommends, makes the demonstration there, and opens the
# window. Leaves a picture of it and what `stewartry` printed. Needs root, debootstrap, Xvfb and ImageMagick.
#
#     prove.sh PACKAGE.deb FOLDER-FOR-WHAT-WAS-SEEN [SUITE]
set -euo pipefail
package=$(realpath "$1")
mkdir -p "$2"
seen=$(realpath "$2")
suite=${3:-bookworm}
bare=$(mktemp -d /var/tmp/bare-debian.XXXXXX)
display=:97

cleanup() {
    kill "${window:-}" "${screen:-}" 2>/dev/null || true
    wait
    for mounted in "$bare/tmp/.X11-unix" "$bare/proc"; do
        # What is still mounted would be deleted with the rest
        ! mountpoint -q "$mounted" || umount "$mounted" || return
    done
    rm -rf "$bare"
}
trap cleanup EXIT

inside() { chroot "$bare" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DISPLAY=$display "$@"; }

debootstrap --variant=minbase "$suite" "$bare" > "$seen/debootstrap.log"
mount -t proc proc "$bare/proc"
cp "$package" "$bare/tmp/stewartry.deb"
inside apt-get install -y --no-install-recommends /tmp/stewartry.deb > "$seen/install.log" 2>&1
inside dpkg-query -W > "$seen/installed-packages.txt"
inside stewartry --version | tee "$seen/said.txt"
inside stewartry demo --no-window --at /root/demonstration | tee -a "$seen/said.txt"

# A display outside; the window inside. 12 seconds are enough for a software renderer
mkdir -p "$bare/tmp/.X11-unix" /tmp/.X11-unix
Xvfb "$display" -screen 0 1280x800x24 -nolisten tcp > /dev/null 2>&1 &
screen=$!
mount --bind /tmp/.X11-unix "$bare/tmp/.X11-unix"
sleep 2
inside stewartry demo --at /root/demonstration >> "$seen/said.txt" 2>&1 &
window=$!
sleep 12
kill -0 "$window"
DISPLAY=$display import -window root "$seen/window.png"
# What the window really loaded, and the package each library is from
pid=$(pgrep -P "$window" stewartry || echo "$window")
grep -o '/[^ ]*\.so[^ ]*' "/proc/$pid/maps" | sed "s#^$bare##" | sort -u > "$seen/loaded.txt"
kill "$pid"
inside apt-get purge -y stewartry >> "$seen/install.log" 2>&1
[ -z "$(find "$bare/usr" -iname '*stewartry*')" ]
echo "installed, opened and removed; look at $seen/window.png"
