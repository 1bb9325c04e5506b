#!/usr/bin/env bash
# The whole training on almost nothing, in minutes: two tiny samples rendered, two steps of each
# network, export with its checks, and the exported generator run by the program on both engines.
set -euo pipefail
cd "$(dirname "$0")"
python=.venv/bin/python
bijou=${BIJOU:-$PWD/../target/release/bijou}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$python -m bijou_training.render --out "$work/data" --split train --pairs 2 --portraits 2 --threads 2
$python -m bijou_training.train_anchors --data "$work/data/train" --steps 2 --batch 2 --out "$work/anchors"
$python -m bijou_training.train_generator --data "$work/data/train" --steps 2 --batch 2 --out "$work/generator"
mkdir -p "$work/models"
$python -m bijou_training.export anchors "$work/anchors/last.pt" --out "$work/models"
$python -m bijou_training.export generator "$work/generator/last.pt" --out "$work/models"
cd ..
portrait=assets/portraits/elif.jpg
for engine in tract onnxruntime; do
    "$bijou" try-on $portrait --product pearl-drop-gold --visibility show \
        --model "$work/models/tryon.onnx" --engine $engine -o "$work/$engine.png"
done
"$bijou" compare "$work/tract.png" "$work/onnxruntime.png"
echo "smoke run of the training: passed"
