#!/usr/bin/env bash
# Data, training, export, evaluation, in resumable steps: start it again and it goes on.
set -euo pipefail
cd "$(dirname "$0")"
python=".venv/bin/python -u -m bijou_training"
for split in test train; do
    pairs=60 && [ $split = train ] && pairs=700
    for half in 0 1; do # two processes with one thread each are faster than one with two
        nice -n 10 $python.render --out data --split $split --threads 1 \
            --pairs $((pairs / 2)) --portraits $((pairs / 2)) --start $((half * pairs / 2 / 4 * 4)) >"data-$split-$half.log" 2>&1 &
    done
    wait
done
$python.train_anchors --data data/train --out runs/anchors --minutes 40 &
$python.train_generator --data data/train --out runs/generator --minutes 60 --adversarial-from 0.75
wait
anchors=runs/anchors/last.pt
real=()
if [ -n "${PHOTOS:-}" ]; then
    real=(--real "$PHOTOS" --compare runs/anchors/last.pt)
    $python.train_anchors --data data/train --out runs/adapted --minutes 8 --init $anchors --rate 6e-4 --real "$PHOTOS"
    anchors=runs/adapted/last.pt
fi
$python.export anchors $anchors --out ../models
$python.export generator runs/generator/last.pt --out ../models
$python.evaluate --data data/test --models ../models "${real[@]}" --json runs/quality.json --write
$python.export anchors $anchors --out ../models --quality runs/quality.json
$python.export generator runs/generator/last.pt --out ../models --quality runs/quality.json
