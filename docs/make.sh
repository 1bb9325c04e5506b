#!/usr/bin/env bash
# The README's picture: a sample portrait before and after.
set -euo pipefail
cd "$(dirname "$0")/.."
bijou=${BIJOU:-target/release/bijou}
"$bijou" try-on assets/portraits/elif.jpg --product emerald-chandelier-gold --before-after --quality 88 -o docs/before-after.jpg --force
