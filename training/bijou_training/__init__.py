"""Bijou training: people, jewellery, renders and networks."""

import os

# Official builds of ONNX Runtime tell their maker that they run.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
