#!/usr/bin/env bash
# The whole training on almost nothing, in minutes: `train.sh` with two tiny samples and two steps of each network, its
# last adaptation on rendered pictures in the place of photographs; one sample rendered twice; exported networks back to
# checkpoints, and the exported generators run by the program on both engines. Then a Pix2Pix network on twenty pairs, as
# YOUR_OWN_PAIRS.md has it, which must make them better than they were.
set -euo pipefail
cd "$(dirname "$0")"
python=.venv/bin/python
bijou=${BIJOU:-$PWD/../target/release/bijou}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$python -m bijou_training.render --out "$work/data" --split train --start 8 --pairs 0 --portraits 2 --ears 0 --threads 2
$python smoke_photos.py "$work/data/train" "$work/photos"
REHEARSAL=1 WORK=$work MODELS=$work/models PHOTOS=$work/photos bash train.sh
$python -m bijou_training.render --out "$work/data" --split train --threads 2 --again 500009
for kind in anchors:anchors trinket:trinket strand:strand hand:hand behind:behind generator:tryon live:tryon-live; do
    $python -m bijou_training.restore ${kind%:*} "$work/models/${kind#*:}.onnx" --data "$work/data/train" \
        --out "$work/start-${kind%:*}.pt"
done
$python -m bijou_training.train_generator --data "$work/data/train" --steps 1 --batch 2 --out "$work/again" \
    --init "$work/start-generator.pt"
$python smoke_parts.py
$python smoke_pairs.py "$work/pairs" ../assets/portraits
$python -m bijou_training.pix2pix "$work/pairs" --size 128 --width 16 --steps 60 --batch 2 --rate 2e-3 --threads 2 \
    --out "$work/mine" --export "$work/models/mine.onnx" | tee "$work/mine.txt"
$python - "$work/mine.txt" <<'PY'
import re, sys
before, after = map(float, re.search(r"test, 3 pairs.*itself ([\d.]+) dB, made ([\d.]+) dB", open(sys.argv[1]).read()).groups())
assert after > before + 6, f"twenty pairs taught nothing: {before} dB -> {after} dB"
PY
cd ..
portrait=assets/portraits/elif.jpg
for model in tryon tryon-512 tryon-live mine; do
    for engine in tract onnxruntime; do
        "$bijou" try-on $portrait --product pearl-drop-gold --visibility show \
            --model "$work/models/$model.onnx" --engine $engine -o "$work/$model-$engine.png"
    done
    "$bijou" compare "$work/$model-tract.png" "$work/$model-onnxruntime.png"
done
echo "smoke run of the training: passed"
