"""The bytes of a document as UTF-8, whatever they were written in.

In this order: byte order mark, valid UTF-8 (declarations lie), XML declaration, header, and statistics on a
sample as the last resort. Labels are read as the WHATWG Encoding Standard reads them: latin-1 is
windows-1252, gb2312 is gb18030 and so on.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDER = {  # what a label is read as
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_TEXT_CODECS = re.compile(
    r"utf|iso|cp\d|latin|mac|koi8|gb|big5|hz|euc|shift|johab|ascii|tis|kz|ptcp|palmos|viscii|windows"
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})")
_DECLARATION = re.compile(rb"<\?xml[^>]*>\s*", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
_SAMPLE = 65536
_LIKELY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "iso8859_2", "iso8859_5", "iso8859_7", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
)


def _cp1252_byte(error: UnicodeError) -> tuple[str, int]:
    """Reads the bytes that are no UTF-8 as windows-1252: two encodings in one document are common."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("aggregator.cp1252", _cp1252_byte)


def utf8(body: bytes, content_type: str = "") -> bytes:
    """The document in UTF-8: no byte order mark, XML declaration, control character or noncharacter."""
    data = _encoded(body, content_type).translate(None, _CONTROLS).lstrip()
    if (declaration := _DECLARATION.match(data)) is not None:
        data = data[declaration.end() :]
    if b"\xef\xbf" in data:
        data = data.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")
    return data


def _encoded(body: bytes, content_type: str) -> bytes:
    for mark, name in _MARKS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(name, "aggregator.cp1252" if name == "utf-8" else "replace")
            return text.encode("utf-8", "ignore")
    if b"\0" in body[:4]:
        return _wide(body)
    declared = _declared(body, content_type)
    if not _is_shifted(body, declared):
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return body
    return _decoded(body, declared).encode("utf-8", "ignore")


def _wide(body: bytes) -> bytes:
    """UTF-16 or UTF-32 without a mark, known by where the zeros of the first "<" are."""
    head = body[:4]
    if head.startswith(b"\0\0\0"):
        name = "utf-32-be"
    elif head[1:4] == b"\0\0\0":
        name = "utf-32-le"
    elif head[:1] == b"\0" and head[1:2] != b"\0":
        name = "utf-16-be"
    elif head[1:2] == b"\0":
        name = "utf-16-le"
    else:
        name = "utf-8"
    return body.decode(name, "ignore").encode("utf-8", "ignore")


def _is_shifted(body: bytes, declared: str | None) -> bool:
    """Whether the bytes look like ASCII but switch alphabets by escape sequences."""
    if declared is None:
        return False
    return (declared.startswith("iso2022") and b"\x1b" in body) or (declared == "hz" and b"~{" in body)


def _declared(body: bytes, content_type: str) -> str | None:
    """The codec that the document itself, else the header, names; None where it is unknown to us."""
    found = _DECLARED.match(body)
    if found is not None:
        name = _codec(found[1].decode("ascii"))
        if name is not None:
            return name
    header = _HEADER.search(content_type)
    return _codec(header[1]) if header is not None else None


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    if not _TEXT_CODECS.match(name.lower()):
        return None  # a codec of Python that is no charset (rot13, zlib)
    return _WIDER.get(name, name)


def _decoded(body: bytes, declared: str | None) -> str:
    if declared is not None and not declared.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        if declared.startswith("utf"):
            return body.decode("utf-8", "aggregator.cp1252")
        return body.decode(declared, "replace")
    return (
        body.decode("utf-8", "aggregator.cp1252")
        if _is_mostly_utf8(body)
        else body.decode(_guess(body), "replace")
    )


def _is_mostly_utf8(body: bytes) -> bool:
    """Whether more characters beyond ASCII are right in UTF-8 than wrong."""
    text = body[:_SAMPLE].decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return sum(1 for character in text if character > "\x7f") >= 2 * wrong


def _guess(body: bytes) -> str:
    """The likeliest of the charsets that newsrooms used, by statistics on the beginning."""
    guessed = from_bytes(body[:_SAMPLE], cp_isolation=list(_LIKELY)).best()
    return _codec(guessed.encoding) or "cp1252" if guessed is not None else "cp1252"
