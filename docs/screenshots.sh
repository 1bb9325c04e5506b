#!/usr/bin/env bash
# Makes docs/app-*.png: the window and its rooms on a display without a screen, driven by keys.
# Usage: docs/screenshots.sh PROGRAM
set -eu
program=$(realpath "${1:-target/debug/bijou}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
display=":$((90 + $$ % 100))"
export LANG=C.UTF-8 XDG_DATA_HOME="$work" WINIT_X11_SCALE_FACTOR=1
Xvfb "$display" -screen 0 1280x800x24 >/dev/null 2>&1 &
screen=$!
trap 'kill "$app" "$screen" 2>/dev/null || true; rm -rf "$work"' EXIT
export DISPLAY="$display"
unset WAYLAND_DISPLAY
sleep 1
"$program" &
app=$!
window=$(xdotool search --sync --onlyvisible --name '^Bijou$' | head -1)
xdotool windowmove "$window" 0 0 windowfocus "$window"
sleep "${WAIT:-20}"
photograph() {
    import -window root -colors 255 "PNG8:$here/$1.png"
}
photograph app-dark
xdotool key ctrl+t
sleep 1
xdotool key ctrl+l
sleep "${WAIT:-20}"
photograph app-light
kill "$app"
wait "$app" 2>/dev/null || true
"$program" live --source synthetic &
app=$!
window=$(xdotool search --sync --onlyvisible --name '^Bijou$' | head -1)
xdotool windowmove "$window" 0 0 windowfocus "$window"
sleep "${WAIT:-20}"
xdotool key ctrl+t
xdotool key ctrl+l
sleep 3
photograph app-live
xdotool key ctrl+3
sleep 3
photograph app-batch
ls -l "$here"/app-*.png
