"""Polls many news feeds, recognises the copies of one wire story, serves one merged JSON Feed."""

__version__ = "0.1.0"
