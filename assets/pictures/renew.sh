#!/bin/sh
# Renews the pictures of the README: the demonstration, driven by its keys on a screen of 1280 x 800 that nobody sees.
#
#     xvfb-run -a -s "-screen 0 1280x800x24" assets/pictures/renew.sh target/release/stewartry
#
# Needs Xvfb, xdotool and ImageMagick. Look at every picture afterwards: the script knows the keys and not what came of them.
# What is written lies in /tmp/council, as the pictures show it; that folder must not be there yet, and is gone afterwards.
set -eu
program=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
assets=$(dirname "$here")
home=/tmp/council
mkdir -m 700 "$home"
trap 'kill $running 2>/dev/null; rm -rf "$home"' EXIT

export HOME="$home" XDG_RUNTIME_DIR="$home/runtime" LIBGL_ALWAYS_SOFTWARE=1 TZ=Europe/London
unset XDG_CONFIG_HOME XDG_DATA_HOME WAYLAND_DISPLAY 2>/dev/null || true
mkdir -p -m 700 "$XDG_RUNTIME_DIR" "$home/.config/stewartry" "$home/extracts"
cp "$assets/demo/chi.csv" "$home/extracts"
echo '{"theme":"light","toured":true}' > "$home/.config/stewartry/settings.json"

"$program" demo --at "$home/demo" > /dev/null &
running=$!
until window=$(xdotool search --onlyvisible --name Stewartry 2> /dev/null | tail -1) && [ -n "$window" ]; do sleep 1; done
sleep 6
xdotool windowfocus "$window"

key() { for each in "$@"; do xdotool key --clearmodifiers "$each"; sleep 0.6; done; }
picture() { sleep "${2:-2}"; import -silent -window root -strip -define png:compression-level=9 "$here/$1.png"; }
by_name() { key ctrl+k; xdotool type --delay 40 "$1"; sleep 1; key Return; sleep 2; }

xdotool mousemove 20 780
key ctrl+2; sleep 2
xdotool mousemove 760 267 click 1; sleep 1
xdotool type --delay 15 "$home/extracts/chi.csv"
key Return; picture load 4
key Escape; xdotool mousemove 20 780
key ctrl+3; picture match 3
key ctrl+4; picture review 3
key l; picture facets 3; key l
# A group of three, as far down as it begins
key ctrl+5; sleep 2; key j j j j
xdotool mousemove 860 600 click --repeat 6 --delay 60 5; xdotool mousemove 20 780; picture duplicates 2

# The officer accepts the two largest classes, after a look at five of each
for class in 1 2; do
    key ctrl+3; sleep 2; key ctrl+shift+a; sleep 2; key m m m m m; sleep 2; key ctrl+shift+a; sleep 1; key Return; sleep 5
done
key ctrl+6; sleep 2; key ctrl+shift+n; sleep 2; key Return; sleep 5
key ctrl+shift+u; sleep 2
key shift+Tab shift+Tab shift+Tab shift+Tab space Tab Tab Tab Tab Return; sleep 6

# The supervisor
key ctrl+l; sleep 3; key shift+Tab space
xdotool type --delay 40 demonstration-supervisor; key Return; sleep 8
key ctrl+6; sleep 2; key Tab Return; picture recheck 3
for press in $(seq 110); do xdotool key m; sleep 0.1; done
sleep 3
key ctrl+shift+s; sleep 2; key space Tab Return; sleep 5
key ctrl+7; sleep 2; key ctrl+shift+e; picture release 6
key ctrl+1; picture overview 4
by_name "whom the work"; picture people 2
