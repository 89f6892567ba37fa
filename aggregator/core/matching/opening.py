"""The first sentence of a text without byline and dateline, and the agency that these name.

What names its agency anywhere in the first line is `core.matching.dateline`'s; here is what stands at the
very beginning, whether it names one or not.
"""

from __future__ import annotations

import re

from aggregator.core.matching.agency import bracketed, canonical, credited

_NAME = r"(?:[A-ZÀ-ÝČŠŽŁ][\w.'’\-]*|de|van|von|der|al|bin|la|le|di)"
_BYLINE_CAPS = re.compile(
    r"^(?:By|BY|Por|Par|Von|Di|Da|De|От|Автор:)\s+(?:(?:[A-ZÀ-Ý][A-ZÀ-Ý.'’\-]+|and|y|et|und|e"
    r"|[A-Z]\.)[\s,]+){1,8}(?=\S)"
)
_BYLINE_AGENCY = re.compile(
    r"^(?:By\s+|BY\s+)?(?:"
    + _NAME
    + r"\s+){0,6}?(?:,\s*)?(?:The |THE )?"
    + r"(?:Associated Press|ASSOCIATED PRESS|Reuters|REUTERS|AFP|Bloomberg News)"
    + r"(?:\s+(?:Writer|writer|WRITER))?\s*(?=[A-Z]|$|[-–—,|])"
)
_WRITERS = ("Associated Press", "ASSOCIATED PRESS", "Reuters", "REUTERS", "AFP", "Bloomberg News")
_WRITER_PART = re.compile("Press|PRESS|Reuters|REUTERS|AFP|Bloomberg")  # a word of each
_BYLINE_SHORT = re.compile(
    r"^(?:By|BY|Por|Par|Von|Di|Da|De|文|記者)\s+"
    + _NAME
    + r"(?:(?:\s+|\s*,\s*|\s+(?:and|y|et|und|e)\s+)"
    + _NAME
    + r"){0,7}\W*$"
)
_BRACKETED = re.compile(
    r"^(?P<place>[^()（）\[\]<>.!?]{0,45}?(?:[.][^()（）\[\]<>.!?]{0,30})?)\s*[(（\[]\s*(?P<who>[^()（）\]]{2,40})\s*[)）\]]\s*(?:[.]\s*)?(?:[-–—_:=]+"
    r"|/{2}|\s)\s*(?:[-–—]\s*)?"
)
_CAPS = re.compile(
    r"^(?:[A-ZÀ-ÝА-ЯЁ][A-ZÀ-ÝА-ЯЁ'’.\-]{1,}(?:[ /,]+[A-ZÀ-ÝА-ЯЁ][A-ZÀ-ÝА-ЯЁ'’.\-]*){0,4})"
    r"(?:\s*,\s*[A-ZÀ-Ý][\w.]{1,12}(?:\s+[A-Z][\w.]{1,12})?)?(?:\s*,?\s*(?:\d{1,2}\.?\s+\w{3,10}"
    r"|\w{3,10}\.?\s+\d{1,2})(?:,?\s+\d{4})?)?\s*\.?\s*(?:--+|[-–—:_])[-–—]*\s+(?![a-z])"
)
_DATED = re.compile(
    r"^[A-ZÀ-ÝА-ЯЁ][\w'’ .\-/]{1,40},\s*(?:\d{1,2}\.?\s+\w{3,10}"
    r"|\w{3,10}\.?\s+\d{1,2})\.?(?:,?\s+\d{4})?\s*"
    r"(?:[-–—:./]+\s*)(?:(?P<who>[A-ZА-ЯЁ][\w ]{1,20})[.]?\s*[-–—:]?\s*)?(?:[-–—]\s+)?"
)
_DIGIT = re.compile(r"\d")
_EAST = re.compile(
    r"^(?:【(?P<a>[^】]{1,30})】|\[(?P<b>[^\]]{1,30})\]|[（(](?P<c>[^）)]{1,20})[）)]"
    r"|(?P<d>[\w]{2,12}社)?[\u4e00-\u9fff]{2,12}\d{1,2}月\d{1,2}日(?P<e>[電电])"
    r"|(?P<f>[\w·=]{2,24}=[\w]{2,12})\s*[)=]?)\s*"
)


def names_writer(word: str) -> bool:
    """May a word be part of an agency's name in a byline?"""
    return bool(_WRITER_PART.search(word))


def opened(first: str, written: bool = True) -> tuple[str, str, bool]:
    """The first sentence without byline and dateline, the agency they named, whether there was a byline.

    `written`: may an agency stand in the byline at all? See `names_writer`.
    """
    byline, agency = False, ""
    if first.startswith(("By ", "BY ", "Por ", "Par ", "Von ", "Di ", "Da ", "De ", "От ", "Автор")):
        if _BYLINE_SHORT.match(first) and len(first) < 90:
            return "", canonical(first.partition(" ")[2].removeprefix("The ")), True
        found = _BYLINE_CAPS.match(first)
        if found:
            first, byline = first[found.end() :], True
    found = _BYLINE_AGENCY.match(first) if written and any(name in first for name in _WRITERS) else None
    if found:
        agency, first, byline = (
            credited(found.group()) or "AP",
            first[found.end() :].lstrip(" -–—,|"),
            True,
        )
    for _ in range(2):  # an outlet's own dateline before the agency's
        rest, named = _without_dateline(first)
        agency = named or agency
        if len(rest) == len(first):
            break
        first = rest
    return first, agency, byline


def _without_dateline(first: str) -> tuple[str, str]:
    """A sentence without `LONDON, Nov 3 (Reuters) - ` and its kin; the agency that stood there."""
    head = first[:90]
    if "(" in head or "（" in head or "[" in head:
        found = _BRACKETED.match(head)
        if found:
            named = bracketed(found["who"])
            place = found["place"]
            if named or (place.isupper() and found.group().rstrip()[-1:] in "-–—:_"):
                return first[found.end() :], named
    if not head.isascii():
        found = _EAST.match(head)
        if found:
            named = next((name for part in found.groups() if part for name in [_eastern(part)] if name), "")
            if named or found["e"]:
                return first[found.end() :], named
    found = _CAPS.match(head) if head[:1].isupper() and not head[1:2].islower() else None
    if found:
        return first[found.end() :], ""
    if "," in head[:50] and _DIGIT.search(head) and any(mark in head for mark in "-–—./:"):
        found = _DATED.match(head)
        if found:
            who = canonical(found["who"] or "")
            cut = found.end() if who or not found["who"] else found.start("who")
            return first[cut:], who
    return first, ""


def _eastern(part: str) -> str:
    """The agency in an East Asian dateline, which parts place and name by `=` or a blank."""
    return next(
        (name for piece in re.split(r"[\s=＝・·/]", part) if (name := canonical(piece))), ""
    ) or canonical(part)
