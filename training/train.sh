#!/usr/bin/env bash
# Data, training, export, evaluation, in resumable steps: start it again and it goes on.
set -euo pipefail
cd "$(dirname "$0")"
python=".venv/bin/python -u -m bijou_training"
for split in test train; do
    pairs=300 portraits=500
    [ $split = train ] && pairs=700 portraits=700
    for half in 0 1; do # two processes with one thread each are faster than one with two
        nice -n 10 $python.render --out data --split $split --threads 1 \
            --pairs $((pairs / 2)) --portraits $((portraits / 2)) --start $((half * 352)) >"data-$split-$half.log" 2>&1 &
    done
    wait
done
$python.train_anchors --data data/train --out runs/anchors --minutes 40 &
$python.train_generator --data data/train --out runs/generator --minutes 60
wait
# the small generator for live pictures learns from the large one
$python.train_generator --data data/train --out runs/live --minutes 25 --batch 6 --rate 2.5e-3 --threads 2 \
    --live runs/generator/last.pt
# the network that draws surfaces makes its own pairs
$python.train_texture --data data/texture --portraits ../assets/portraits --out runs/texture --minutes 25
anchors=runs/anchors/last.pt
real=()
if [ -n "${PHOTOS:-}" ]; then
    adapt() { # FOLD OUT: last adaptation, without one fifth of the people (-1: with everybody)
        $python.train_anchors --data data/train --out "$2" --minutes "${ADAPT:-20}" --init runs/anchors/last.pt \
            --rate 8e-4 --threads 2 --real "$PHOTOS" --own-labels --fold "$1"
    }
    folds=()
    for fold in 0 1 2 3 4; do
        adapt $fold runs/fold$fold
        folds+=(runs/fold$fold/last.pt)
    done
    adapt -1 runs/adapted
    anchors=runs/adapted/last.pt
    real=(--real "$PHOTOS" --compare runs/anchors/last.pt --folds "${folds[@]}")
fi
$python.export anchors $anchors --out ../models
$python.export generator runs/generator/last.pt --out ../models
$python.export fine runs/generator/last.pt --out ../models
$python.export live runs/live/last.pt --out ../models
$python.export texture runs/texture/last.pt --out ../models
$python.evaluate --data data/test --train data/train --models ../models "${real[@]}" --json runs/quality.json --write
for kind in anchors generator fine live; do
    $python.export $kind kept --out ../models --quality runs/quality.json
done
