#!/usr/bin/env bash
# Data, training, export, evaluation, in resumable steps: start it again and it goes on.
set -euo pipefail
cd "$(dirname "$0")"
python=".venv/bin/python -u -m bijou_training"
cores=$(getconf _NPROCESSORS_ONLN)
for split in test train; do
    pairs=300 portraits=500
    [ $split = train ] && pairs=1600 portraits=1600
    # as many processes of one thread as there are cores, which is faster than one with all of them; heads have four
    # pairs, four portraits and eight views of their ears
    each=$(((portraits + 8 * cores - 1) / (8 * cores) * 8))
    for ((first = 0; first < portraits; first += each)); do
        left=$((pairs > first ? pairs - first : 0))
        nice -n 10 $python.render --out data --split $split --threads 1 --start $first --portraits $each \
            --ears $each --pairs $((left < each ? left : each)) >"data-$split-$first.log" 2>&1 &
    done
    wait
done
# a GPU learns within minutes what cores learn within hours; there the examples are what takes time
if command -v nvidia-smi >/dev/null; then
    workers="--workers $((cores / 2))"
    points="--batch 48 --rate 2.5e-3 --minutes 5 --echo 2 $workers"
    near="--batch 64 --rate 2.5e-3 --minutes 3 --echo 2 $workers"
    light="--batch 32 --rate 2e-3 --minutes 7 --half-until 0.25 --adversarial-from 0.88 --echo 3 $workers"
    fine="--batch 12 --minutes 3 --echo 4 $workers"
    live="--batch 32 --rate 3e-3 --minutes 3 --half-until 0.2 --echo 4 $workers"
    guess="--batch 48 --rate 2e-3 --minutes 3 --echo 3 $workers"
    surface="--steps 2200"
    adapted="--batch 24 --minutes 2 --echo 3 $workers"
    nearer="--batch 32 --minutes 1 --echo 3 $workers"
else
    points="--minutes 40"
    near="--batch 32 --rate 2.5e-3 --minutes 40"
    light="--minutes 240"
    fine="--batch 2 --minutes 60 --threads 2"
    live="--batch 6 --rate 2.5e-3 --minutes 60 --threads 2"
    guess="--minutes 60 --threads 2"
    surface="--minutes 25"
    adapted="--minutes 20 --threads 2"
    nearer="--batch 32 --minutes 8 --threads 2"
fi
$python.train_anchors --data data/train --out runs/anchors $points &
$python.train_generator --data data/train --out runs/generator $light
wait
# the closer look at ears
$python.train_ears --data data/train --out runs/ears $near
# earrings that are worn already
$python.train_ears --network trinket --data data/train --out runs/trinkets $near
# what is behind those
$python.train_behind --data data/train --out runs/behind $guess
# the same network goes on at twice the size
$python.train_generator --data data/train --out runs/fine --init runs/generator/last.pt --size 512 --rate 4e-4 \
    --half-until 0 --adversarial-from 0.8 $fine
# the small generator for live pictures learns from the large one
$python.train_generator --data data/train --out runs/live --live runs/generator/last.pt $live
# the network that draws surfaces makes its own pairs
$python.train_texture --data data/texture --portraits ../assets/portraits --out runs/texture $surface
anchors=runs/anchors/last.pt
ears=runs/ears/last.pt
trinkets=runs/trinkets/last.pt
behind=runs/behind/last.pt
real=()
if [ -n "${PHOTOS:-}" ]; then
    adapt() { # FOLD OUT: last adaptation, without one fifth of the people (-1: with everybody)
        $python.train_anchors --data data/train --out "$2" $adapted --init runs/anchors/last.pt \
            --rate 8e-4 --real "$PHOTOS" --own-labels --fold "$1"
    }
    adapt_ears() { # FOLD NETWORK OUT INIT
        $python.train_ears --network "$2" --data data/train --out "$3" $nearer --init "$4" --rate 1.5e-3 \
            --real "$PHOTOS" --anchors ../models/anchors.onnx --fold "$1"
    }
    folds=()
    for fold in 0 1 2 3 4; do
        adapt $fold runs/fold$fold
        folds+=(runs/fold$fold/last.pt)
    done
    adapt -1 runs/adapted
    anchors=runs/adapted/last.pt
    real=(--real "$PHOTOS" --compare runs/anchors/last.pt --folds "${folds[@]}" --further "${folds[@]}")
fi
$python.export anchors $anchors --out ../models
if [ -n "${PHOTOS:-}" ]; then
    # where the anchors are off on people, there the closer look is taught to look
    for fold in 0 1 2 3 4 -1; do
        adapt_ears $fold ear runs/ears$fold $ears
        adapt_ears $fold trinket runs/trinkets$fold $trinkets
        $python.train_behind --data data/train --out runs/behind$fold $nearer --init $behind --rate 6e-4 \
            --adversarial-from 0 --real "$PHOTOS" --fold $fold
    done
    ears=runs/ears-1/last.pt
    trinkets=runs/trinkets-1/last.pt
    behind=runs/behind-1/last.pt
    real+=(--ears runs/ears{0..4}/last.pt --trinkets runs/trinkets{0..4}/last.pt --behind runs/behind{0..4}/last.pt)
fi
$python.export ear $ears --out ../models
$python.export trinket $trinkets --out ../models
$python.export behind $behind --out ../models
$python.export generator runs/generator/last.pt --out ../models
$python.export fine runs/fine/last.pt --out ../models
$python.export live runs/live/last.pt --out ../models
$python.export texture runs/texture/last.pt --out ../models
$python.evaluate --data data/test --models ../models "${real[@]}" --json runs/quality.json --write
for kind in anchors ear trinket behind generator fine live; do
    $python.export $kind kept --out ../models --quality runs/quality.json
done
