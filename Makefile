# Bijou. Two commands matter: `make run` and `make test`; both do their own set-up.
# Everything they fetch lands in git-ignored folders: runtime/, target/, training/.venv, out/.

SHELL := /bin/bash
PORTRAIT ?= assets/portraits/amara.jpg
PRODUCT ?= emerald-drop-halo-gold
PYTHON := training/.venv/bin/python
BIJOU := target/release/bijou
RUNTIME := runtime/.installed

.PHONY: run test lint bench render train evaluate training-setup training-smoke packages clean

# Renders a try-on on a sample portrait and says where.
run: packages $(BIJOU) $(RUNTIME)
	@mkdir -p out
	$(BIJOU) try-on $(PORTRAIT) --product $(PRODUCT) --before-after -o out/before-after.png --force

test: packages lint debug-runtime
	cargo test --all-targets

lint:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

bench: packages $(BIJOU) $(RUNTIME)
	cargo bench --bench try_on

# System packages, where this machine lets us; a message and no failure where it does not.
packages:
	@bash scripts/packages.sh

.PHONY: FORCE
$(BIJOU): FORCE
	cargo build --release

# The official ONNX Runtime library out of its wheel; without it the embedded engine runs.
$(RUNTIME): | $(BIJOU)
	@$(BIJOU) runtime install && touch $(RUNTIME) || \
		echo "ONNX Runtime is not installed; bijou uses its embedded engine (slower, same pictures)"

.PHONY: debug-runtime
debug-runtime:
	@test -f $(RUNTIME) || { cargo run --quiet -- runtime install && touch $(RUNTIME); }

training-setup: training/.venv/.ready
training/.venv/.ready: training/requirements.txt
	python3.11 -m venv training/.venv || python3 -m venv training/.venv
	$(PYTHON) -m pip install --quiet -r training/requirements.txt
	$(PYTHON) -m pip install --quiet --no-deps -r training/requirements-data.txt
	touch $@

# One tiny pair, two steps of each training, export, and the result through the program.
training-smoke: training-setup debug-runtime
	bash training/smoke.sh

# Everything from data to models/manifest.toml; resumable, hours on two cores.
render: training-setup
	cd training && nice -n 10 .venv/bin/python -m bijou_training.render --split test --pairs 60 --portraits 60 --out data
	cd training && nice -n 10 .venv/bin/python -m bijou_training.render --split train --pairs 700 --portraits 700 --out data

train: render
	cd training && bash train.sh

evaluate: training-setup
	cd training && .venv/bin/python -m bijou_training.evaluate

clean:
	rm -rf out target runtime
