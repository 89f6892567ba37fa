"""Text without tags and entities, on one line."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>|</?[a-zA-Z][^<>]*>", re.DOTALL)


def plain(text: str, bound: int = 6000) -> str:
    """One line of text without tags and entities; at most `bound` characters are looked at.

    Entities are undone twice, since feeds escape twice; a `<` that opens no tag stays.
    """
    text = text[:bound]
    if "&" in text:
        text = unescape(text)
        if "&" in text and ";" in text:
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.split())
