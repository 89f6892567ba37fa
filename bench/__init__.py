"""Measurements, side by side in one run: `python -m bench [part …]`. Never part of the tests."""
