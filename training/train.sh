#!/usr/bin/env bash
# Data, training, export, evaluation, in resumable steps: start it again and it goes on. REHEARSAL=1 does all of it on
# two samples with two steps of each network. WORK is where data and runs go, MODELS where the exported networks do.
set -euo pipefail
cd "$(dirname "$0")"
work=${WORK:-.} models=${MODELS:-../models}
python=".venv/bin/python -u -m bijou_training"
cores=$(getconf _NPROCESSORS_ONLN)
folds=(0 1 2 3 4)
mkdir -p "$work"
# what runs beside ends with this, and a fault of it is one of this
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
all_of() { # PID…
    for pid in "$@"; do wait "$pid"; done
}
if [ -n "${REHEARSAL:-}" ]; then
    : "${WORK:?a rehearsal needs a folder of its own}" "${MODELS:?a rehearsal needs a folder for its networks}"
    points="--steps 2 --batch 2" near="--steps 2 --batch 2" around="--steps 2 --batch 2" light="--steps 2 --batch 2"
    fine="--steps 2 --batch 1" live="--steps 2 --batch 2" guess="--steps 2 --batch 2" surface="--pairs 7 --steps 2 --batch 2"
    adapted="--steps 2 --batch 2" nearer="--steps 2 --batch 2"
    folds=(0)
elif command -v nvidia-smi >/dev/null; then
    # a GPU learns within minutes what cores learn within hours; there the examples are what takes time
    workers="--workers $((cores / 2))"
    points="--batch 48 --rate 2.5e-3 --minutes 5 --echo 2 $workers"
    near="--batch 64 --rate 2.5e-3 --minutes 2 --echo 2 $workers"
    around="--batch 48 --rate 2.5e-3 --minutes 2 --echo 2 $workers"
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
    around="--batch 16 --rate 2e-3 --minutes 50 --threads 2"
    light="--minutes 240"
    fine="--batch 2 --minutes 60 --threads 2"
    live="--batch 6 --rate 2.5e-3 --minutes 60 --threads 2"
    guess="--minutes 60 --threads 2"
    surface="--minutes 25"
    adapted="--minutes 20 --threads 2"
    nearer="--batch 16 --minutes 8 --workers 1"
fi

for split in test train; do
    start=0 pairs=300 portraits=500
    [ $split = train ] && pairs=1600 portraits=1600
    # the first head with a necklace
    [ -n "${REHEARSAL:-}" ] && start=8 pairs=2 portraits=2
    # as many processes of one thread as there are cores, which is faster than one with all of them; heads have four
    # pairs, four portraits and eight views of their ears
    each=$(((portraits + 8 * cores - 1) / (8 * cores) * 8)) running=()
    for ((first = 0; first < portraits; first += each)); do
        count=$((portraits - first < each ? portraits - first : each))
        left=$((pairs > first ? pairs - first : 0))
        nice -n 10 $python.render --out "$work/data" --split $split --threads 1 --start $((start + first)) \
            --portraits $count --ears $count --arms $count --pairs $((left < count ? left : count)) \
            >"$work/data-$split-$first.log" 2>&1 &
        running+=($!)
    done
    all_of "${running[@]}"
done

data=$work/data/train runs=$work/runs
learn() { # TRAINER NAME OPTIONS…: a network of its own folder, which is also where it goes on from
    $python.train_$1 --data "$data" --out "$runs/$2" "${@:3}"
}
learn anchors anchors $points &
beside=$!
learn generator generator $light
all_of $beside
# the closer look at ears
learn ears ears $near
# earrings and necklaces that are worn already, and what is behind the former
learn ears trinkets --network trinket $near
learn ears strands --network strand $around
# hands before the head
learn ears hands --network hand --init "$runs/strands/last.pt" $around
learn behind behind $guess
# the same network goes on at twice the size
learn generator fine --init "$runs/generator/last.pt" --size 512 --rate 4e-4 --half-until 0 --adversarial-from 0.8 $fine
# the small generator for live pictures learns from the large one
learn generator live --live "$runs/generator/last.pt" $live
# the network that draws surfaces makes its own pairs
$python.train_texture --data "$work/data/texture" --portraits ../assets/portraits --out "$runs/texture" $surface

shipped() { # NETWORK RUN
    $python.export $1 "$runs/$2/last.pt" --out "$models"
}
last="" real=()
if [ -n "${PHOTOS:-}" ]; then
    last=-1
    of() { # RUN: its checkpoints without one fifth of the people each
        printf '%s/last.pt\n' "${folds[@]/#/$runs/$1}"
    }
    real=(--real "$PHOTOS" --compare "$runs/anchors/last.pt")
    for option in folds:adapted further:adapted ears:ears trinkets:trinkets strands:strands hands:hands behind:behind; do
        mapfile -t without < <(of ${option#*:})
        real+=(--${option%:*} "${without[@]}")
    done
    # last adaptations, each without one fifth of the people, -1: with everybody
    for fold in "${folds[@]}" -1; do
        learn anchors adapted$fold --init "$runs/anchors/last.pt" $adapted --rate 8e-4 --real "$PHOTOS" --own-labels \
            --fold $fold
    done
fi
shipped anchors ${last:+adapted}${last:-anchors}
if [ -n "${PHOTOS:-}" ]; then
    # where the anchors are off on people, there the closer looks are taught to look
    for fold in "${folds[@]}" -1; do
        for kind in ear:ears trinket:trinkets strand:strands hand:hands; do
            learn ears ${kind#*:}$fold --network ${kind%:*} --init "$runs/${kind#*:}/last.pt" --rate 1.5e-3 $nearer \
                --real "$PHOTOS" --anchors "$models/anchors.onnx" --fold $fold
        done
        learn behind behind$fold --init "$runs/behind/last.pt" --rate 8e-4 --adversarial-from 0 $nearer \
            --real "$PHOTOS" --anchors "$models/anchors.onnx" --fold $fold
    done
fi
shipped ear ears$last
shipped trinket trinkets$last
shipped strand strands$last
shipped hand hands$last
shipped behind behind$last
shipped generator generator
shipped fine fine
shipped live live
shipped texture texture
$python.evaluate --data "$work/data/test" --models "$models" "${real[@]}" --json "$runs/quality.json" --write
for kind in anchors ear trinket strand hand behind generator fine live; do
    $python.export $kind kept --out "$models" --quality "$runs/quality.json"
done
