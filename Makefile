# Frequent tasks. Everything runs in .venv, which is made if it is missing.
BIN := .venv/bin

.PHONY: play test test-all faults soak fuzz invariants handsfree lint audit bench bench-voices bench-listen keywords sounds pictures listings clean

play: $(BIN)/voiceguide
	$(BIN)/voiceguide play foam-roller --start-in 20s

# docs/testing.md says what each runs: the quick tests, and all of them.
test: $(BIN)/voiceguide
	$(BIN)/python -m pytest

test-all: $(BIN)/voiceguide
	$(BIN)/python -m pytest --all

# Every property with 2 000 random scripts: over 10 000 in all, about ten minutes.
invariants: $(BIN)/voiceguide
	$(BIN)/python -m pytest tests/test_invariants.py --examples 2000 --timeout 3600

# Every fault in docs/faults.md, provoked for real: twenty minutes; some need PulseAudio, FFmpeg or root.
faults: $(BIN)/voiceguide
	$(BIN)/python -m pytest --faults

# A hundred simulated hours and half an hour at a real sink, with random commands and faults.
soak: $(BIN)/voiceguide
	$(BIN)/python tests/soak.py

# Ten minutes of random bytes for everything that reads files; Linux, Python 3.11 to 3.13.
fuzz: $(BIN)/voiceguide
	$(BIN)/pip install -q atheris
	$(BIN)/python tests/fuzz.py

lint: $(BIN)/voiceguide
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Everything in benchmarks/RESULTS.md: eighty minutes; `make bench SECTIONS=--quick` takes ten and writes nothing.
bench: $(BIN)/voiceguide
	$(BIN)/pip install -q pydub -e ".[natural,simpleaudio]"
	$(BIN)/python benchmarks/bench.py $(SECTIONS)

# How well the voices are understood, and how fast and how loud they are: half an hour.
bench-voices: $(BIN)/voiceguide
	$(BIN)/pip install -q faster-whisper
	$(BIN)/python benchmarks/voices.py
	$(BIN)/python benchmarks/pace.py
	$(BIN)/python benchmarks/intelligibility.py

# How well spoken commands are understood: over an hour; needs the extra `listen`, PulseAudio and several speech engines.
bench-listen: $(BIN)/voiceguide
	$(BIN)/python benchmarks/hearing.py
	$(BIN)/python benchmarks/lying_down.py

# Trains the network that knows the spoken commands; benchmarks/keywords.py says what it needs.
keywords: $(BIN)/voiceguide
	$(BIN)/python benchmarks/keywords.py

# Twenty minutes of random commands at a real sink; the log is compared with what was heard.
handsfree: $(BIN)/voiceguide
	$(BIN)/python -m pytest tests/test_device.py --all -n 0 -k log --minutes 20 --timeout 3600

# Known vulnerabilities of what is installed, according to PyPI's advisories.
audit: $(BIN)/voiceguide
	.ci/audit

sounds: $(BIN)/voiceguide
	$(BIN)/python sounds/make.py

pictures: $(BIN)/voiceguide
	$(BIN)/python docs/pictures.py

listings: $(BIN)/voiceguide
	$(BIN)/python docs/listings.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/voiceguide: pyproject.toml
	python3 -m venv .venv
	$(BIN)/pip install -q -e ".[dev]"
	touch $@
