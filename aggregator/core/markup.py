"""HTML from strangers: made safe to show, or made plain text.

What is kept is an allow-list of ours, applied by nh3 (Ammonia, written in Rust). Both functions have a fast
path for what has nothing to clean.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import nh3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_HTML = 200_000
"""Characters of markup that are read; what lies behind is cut off."""
MAX_NESTING = 100
"""Elements within one another; the time of every HTML parser grows with the square of it."""

_TAGS = _words(
    """
    a abbr aside article audio b bdi bdo blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark
    ol p pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td
    tfoot th thead time tr tt u ul var video wbr
    """
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "video": {"src", "poster", "width", "height", "controls"},
    "audio": {"src", "controls"},
    "source": {"src", "type"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "time": {"datetime"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}
_DROPPED_WHOLE = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "noscript",
    "template",
    "svg",
    "math",
}
_SCHEMES = {"http", "https", "mailto"}

_VALUE = re.compile(r"=\s*+[\"']?+\s*+(?!https?://|mailto:)")
_ADDRESSED = ("href", "src", "poster", "cite")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_NEEDS_PARSER = re.compile(
    r"<(?:script|style|template|noscript|iframe|svg|math|title|textarea|!|\?)", re.IGNORECASE
)
_INLINE = _words(
    """
    a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike
    strong sub sup time tt u var wbr
    """
)
# Elements beside the allowed ones: what looks like a tag and is none of these is text.
_KNOWN = (
    _TAGS
    | _DROPPED_WHOLE
    | _words(
        """
        acronym address applet area base basefont big body button canvas data datalist dialog dir fieldset
        font frame frameset head hgroup html input label legend link main map menu meta meter nav noframes
        optgroup option output param picture progress rb rtc select textarea title track xml image
        """
    )
)
# Control characters, lone surrogates, and those that turn the direction of text around, so that a title can
# hide what it says (Unicode TR 36): embeddings, overrides, isolates. The marks U+200E and U+200F only help.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\ufffe\uffff]+"
)
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that are empty, or that the next of their kind ends: many in a row are not nested.
_UNNESTED = _words(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option"
)
_BLANK = re.compile(r"\s+")
_ODD_BLANK = re.compile(r"[^\S ]|  ")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


@lru_cache(maxsize=256)
def _cleaner(base: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
        url_relative=("rewrite_with_base", base) if base else "deny",
    )


@lru_cache(maxsize=1)
def _text_only() -> nh3.Cleaner:
    """Takes out what is no text with a real parser: elements whose content is none, comments, attributes."""
    return nh3.Cleaner(
        tags=set(_TAGS), clean_content_tags=_DROPPED_WHOLE, attributes={}, link_rel=None, strip_comments=True
    )


def sanitise(text: str, base: str = "") -> str:
    """HTML that is safe to show: only tags and attributes of our list, http(s) and mailto links.

    Relative addresses are resolved against `base` (an http(s) address), and dropped where it is empty.
    """
    text = text[:MAX_HTML].strip()
    if _UNWANTED.search(text):
        text = _UNWANTED.sub("", text).strip()
    if "<" not in text and "&" not in text:
        return text
    if _is_too_deep(text):
        return html.escape(plain(text), quote=False)
    if base and _has_relative(text):
        try:
            return _cleaner(base).clean(text)
        except ValueError:  # the base is no address to nh3's URL parser
            pass
    return _cleaner("").clean(text)


_FRAMES = _words(
    "article aside figure figcaption footer h1 h2 h3 h4 h5 h6 header section details summary div span"
)
_MEDIA = _words("audio img source video")


@lru_cache(maxsize=2)
def _within(images: bool) -> nh3.Cleaner:
    """For a text inside a page of ours: it brings no headings and landmarks of its own."""
    return nh3.Cleaner(
        tags=set(_TAGS - _FRAMES - (_MEDIA - {"img"} if images else _MEDIA)),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"img": {"loading": "lazy", "referrerpolicy": "no-referrer"}},
    )


def within(text: str, *, images: bool = False) -> str:
    """Sanitised HTML as part of another page: without headings and frames, and media only if asked for.

    Media tell their publisher who reads; a page that shows none needs to ask for none.
    """
    return _within(images).clean(text) if "<" in text else text


def _has_relative(text: str) -> bool:
    """Whether an attribute may hold a relative address. To begin with the "=" is what makes this fast."""
    return any(
        text[max(0, value.start() - 12) : value.start()].rstrip().lower().endswith(_ADDRESSED)
        for value in _VALUE.finditer(text)
    )


def _is_too_deep(text: str) -> bool:
    """Whether elements are nested beyond the bound, by a rough count that errs on the safe side."""
    if text.count("<") <= MAX_NESTING:
        return False
    depth = 0
    for end, name in _OPENING.findall(text):
        if end:
            depth = max(0, depth - 1)
        elif name.lower() not in _UNNESTED:
            depth += 1
            if depth > MAX_NESTING:
                return True
    return False


def plain(text: str, limit: int | None = None) -> str:
    """The text of an HTML fragment: no tags, entities undone (twice escaped ones too), blanks collapsed.

    Control characters and those that override the direction of text are out. With a `limit`, at most
    that many characters, cut between words.
    """
    text = text[:MAX_HTML]
    if "<" in text:
        text = _without_tags(text)
    if "&" in text and _ENTITY.search(text):
        text = _unescaped(text)
    text = tidy(text)
    return text if limit is None else cut(text, limit)


def _unescaped(text: str) -> str:
    """Entities undone as often as they were escaped; tags that come to light go too."""
    for _ in range(3):
        text = html.unescape(text)
        if "<" in text:
            text = _without_tags(text)
        if "&" not in text or not _ENTITY.search(text):
            break
    return text


def _without_tags(text: str) -> str:
    if _NEEDS_PARSER.search(text) and not _is_too_deep(text):
        text = _text_only().clean(text)
    return _TAG.sub(_gap, text)


def _gap(tag: re.Match[str]) -> str:
    """What stands for a tag: nothing within a line, a blank between blocks; what is no tag stays."""
    name = tag[2].lower()
    if name in _INLINE:
        return ""
    return " " if name in _KNOWN else tag[0]


def tidy(text: str) -> str:
    """Text on one line, blanks collapsed, without control and direction characters."""
    if text.isprintable() and "  " not in text:  # no control, format or line characters: nearly every title
        return text.strip()
    if _UNWANTED.search(text):
        text = _UNWANTED.sub("", text)
    if _ODD_BLANK.search(text):
        text = _BLANK.sub(" ", text)
    return text.strip()


def cut(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` characters, cut between words if it can be."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", limit * 3 // 4)
    return f"{head[:space] if space > 0 else head}…"
