"""docs/webhooks.md says what the code does."""

from __future__ import annotations

from pathlib import Path

from aggregator.core import hook
from aggregator.deliver import hooks, post
from aggregator.store.hooks import DEAD_KEPT

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()


def test_numbers():
    assert hook.RETRIES == (1, 5, 30, 5 * 60, 30 * 60, 2 * 3600)
    assert "after 1 s, 5 s, 30 s, 5 min, 30 min, then every 2 hours" in PAGE
    assert (hook.PATIENCE, hook.REFUSALS) == (3 * 86_400, 5)
    assert "tried five times" in PAGE
    assert "tried for three days" in PAGE
    assert f"2xx within {post.TIMEOUT:.0f} seconds" in PAGE
    assert f"a lease of {post.TIMEOUT + hooks.MARGIN:.0f} seconds" in PAGE
    assert f"newest {DEAD_KEPT:,} of each hook" in PAGE
