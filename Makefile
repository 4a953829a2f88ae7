# What one does here often. Everything runs in .venv, which is made when it is missing.
BIN := .venv/bin

.PHONY: play test lint bench sounds pictures clean

play: $(BIN)/voiceguide
	$(BIN)/voiceguide play foam-roller --start-in 20s

test: $(BIN)/voiceguide
	$(BIN)/python -m pytest

lint: $(BIN)/voiceguide
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BIN)/voiceguide
	$(BIN)/python benchmarks/export.py

sounds: $(BIN)/voiceguide
	$(BIN)/python sounds/make.py

pictures: $(BIN)/voiceguide
	$(BIN)/python docs/pictures.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/voiceguide: pyproject.toml
	python3 -m venv .venv
	$(BIN)/pip install -q -e ".[dev]"
	touch $@
