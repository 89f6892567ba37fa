"""A configuration of many sources: what it was read from is cleared away, and nothing of it is lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

from aggregator import config
from aggregator.cli import parts


def test_a_configuration_made_anew_is_the_one_that_was_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(parts, "MANY", 50)
    sources = [
        {"id": f"s{n}", "url": f"https://s{n}.example/feed", "headers": {"X-Key": f"k{n}"}, "interval": "5m"}
        for n in range(60)
    ]
    file = tmp_path / "aggregator.yaml"
    rest = {
        "tokens": [{"name": "desk", "value": "hush"}],
        "hosts": {"s1.example": {"per_host": 3}},
        "feeds": [{"id": "view", "where": {"sources": ["nobody"]}}],
    }
    file.write_text(json.dumps({**rest, "sources": sources}))
    read = config.load(file, dict(os.environ))
    made = parts.load(file)
    assert made == read
    assert made.tokens[0].value.get_secret_value() == "hush"
    assert [problem.code for problem in made.warnings] == ["C062"]
    assert "hush" not in repr(made)
