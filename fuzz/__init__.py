"""Parsers of the record store under random input. `python -m fuzz` tells how; `tests/lrs/test_fuzz.py` tries a few."""
