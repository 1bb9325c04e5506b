#!/usr/bin/env bash
# Installs the system packages Bijou uses on Debian: software Vulkan for the window and the looks where there is
# no GPU, what a window needs on X11, a font with Chinese, pip to fetch ONNX Runtime, libclang for cameras. Elsewhere, or without the
# right, it says what is missing and goes on.
set -u
wanted=(mesa-vulkan-drivers libxkbcommon-x11-0 libxcursor1 libxi6 libxrandr2 fonts-noto-cjk python3-pip python3-venv)
# The camera's bindings are made from the kernel's headers while compiling.
wanted+=(libclang-dev)
# A display without a screen, and what drives and photographs it.
[ "${1:-}" = screenshots ] && wanted+=(xvfb xdotool imagemagick x11-utils)
# What Blender's module links against.
[ "${1:-}" = training ] && wanted+=(libxkbcommon0 libxi6 libxxf86vm1 libxfixes3 libxrender1 libsm6 libgl1 libegl1)
command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo="sudo -n"
    else
        echo "not installed (ask your administrator): ${missing[*]}"
        exit 0
    fi
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq && $sudo apt-get install -qq -y "${missing[@]}" >/dev/null ||
    echo "could not install: ${missing[*]}; looks and ONNX Runtime may be missing"
exit 0
