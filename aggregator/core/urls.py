"""Addresses: which are usable, whose they are, and when two of them name the same page.

`canonical` is for comparison only and never shown; an entry keeps the address that was published. The one
URL parser is yarl; a pattern in front of it answers for the plain addresses that most feeds hold.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urljoin

from publicsuffixlist import PublicSuffixList
from w3lib.url import canonicalize_url
from yarl import URL


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_URL = 2048
"""Characters of the longest address that is kept (what servers commonly accept)."""

# Parameters that say how a reader came, not what is read: by name, by its beginning, by their value.
TRACKING = _words(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id
    epik mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking vero_id vero_conv oly_enc_id oly_anon_id
    rb_clickid s_cid ncid cmpid cmp icid intcid intcmp ocid ito xtor xtref srnd smid smtyp sref soc_src
    soc_trk sr_share maca gepc eref mbid tpcc ftag ftcamp .tsrc tsrc guccounter feedtype feedname rpc
    partner emc feature rss from_rss fromrss campaign_id newsletter_id nl_source sfmc_id piano_id
    recip_id cvid taid __twitter_impression ref_src ref_url usqp amp_js_v amp_gsa amp_r amp_ct
    referrer_source cn-track spref sharetype share_source sh_kit traffic_source traffic_medium _ga _gl
    _openstat yptr mod_source cid_source source_rss wtmc wt_zmc
    """
)
TRACKING_BEGINS = ("utm_", "ns_", "at_", "pk_", "mtm_", "guce_", "hsa_", "trk_", "_hs", "wt.", "wt_", "fb_")
WAYS = _words(
    "source src ref from via mod cid origin referrer intref"
)  # tracking where the value names a channel
CHANNELS = re.compile(r"(?:rss|feed|twitter|facebook|newsletter|email|amp|mobile|app|homepage)(?:[-_.]\w*)?")
# Parameters that ask for another form of the same page, with the values that do.
FORMS = {
    "amp": _words("1 true amp html") | {""},
    "output": _words("amp 1"),
    "outputtype": _words("amp"),
    "platform": _words("amp mobile"),
    "view": _words("amp mobile"),
    "mobile": _words("1 true") | {""},
}

_PLAIN = re.compile(
    r"https?://([a-z0-9][a-z0-9.-]*[a-z0-9])(/[A-Za-z0-9_.~/-]*)?(?:\?([A-Za-z0-9_=&.-]*))?", re.ASCII
)
_SPECIAL = re.compile(r"[/.]amp|//|/\.|\.\.", re.IGNORECASE)
_HOST = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@\s]*@)?([A-Za-z0-9._-]+)(?::[0-9]*)?(?=[/?#]|$)", re.ASCII
)
_PREFIXES = ("m.", "mobile.", "amp.", "mobil.", "touch.", "www.")
_CACHE_HOST = re.compile(r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org")
_CACHE_PATH = re.compile(r"/(?:[acirv]|wp)/(s/)?(.+)", re.DOTALL)
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP_END = re.compile(r"(?:/amp|\.amp)(?:\.html?|/)?$", re.IGNORECASE)
_AMP_WITHIN = re.compile(r"/amp(?:html)?(?=/.)", re.IGNORECASE)
_DULL = _words("rss feed feeds xml atom index html php www http https json") | {""}
_AMPERSAND = re.compile(r"&(?:(?:amp|#0{0,2}38|#[xX]0{0,2}26);)+(?:amp;)*")
_UNUSABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]+")


def absolute(url: str, base: str = "") -> str | None:
    """The http(s) address that `url` means where it stands in a document from `base`, else None.

    Double-escaped `&amp;` is undone, blanks and control characters within are taken out or escaped.
    """
    url = url.strip()
    if len(url) > 4 * MAX_URL:
        return None
    if "&" in url and ";" in url:
        url = _AMPERSAND.sub("&", url)  # not all entities: "&copy=1" is a parameter
    if not url.isascii() or not url.isprintable() or " " in url:
        url = _without_blanks(url)
    if not url or len(url) > MAX_URL:
        return None
    scheme, colon, rest = url.partition("://")
    if not (colon and scheme.lower() in {"http", "https"}):
        url = _joined(url, base)
        scheme, colon, rest = url.partition("://")
    if not colon or scheme.lower() not in {"http", "https"} or not rest or rest[0] in "/?#":
        return None
    return url if len(url) <= MAX_URL and host(url) else None


def _without_blanks(url: str) -> str:
    """Line breaks inside an address are the publisher's formatting, a single blank belongs to it."""
    url = re.sub(r"[\r\n\t]+", "", url).strip().replace(" ", "%20")
    return _UNUSABLE.sub("", url).encode("utf-8", "replace").decode("utf-8")


def _joined(url: str, base: str) -> str:
    """`url` resolved against `base` (RFC 3986 5.2), empty where that is impossible."""
    if not base or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", url):
        return ""
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


@lru_cache(maxsize=8192)
def _parsed(url: str) -> URL | None:
    try:
        parsed = URL(url)
        parsed.port  # noqa: B018  (a bad port is found when it is asked for)
    except (ValueError, IndexError):  # yarl lets an IndexError out for "http://[::1]@"
        return None
    return parsed


def host(url: str) -> str:
    """The host name of an address in lower case, in Punycode (RFC 3492); empty where there is none."""
    plain = _HOST.match(url)
    if plain:
        return plain[1].lower().rstrip(".")
    parsed = _parsed(url)
    return (parsed.raw_host or "").lower().rstrip(".") if parsed else ""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=8192)
def owner(host: str) -> str:
    """The registrable domain of a host (publicsuffix.org), the host itself where it has none."""
    host = host.lower().rstrip(".")
    if host.replace(".", "").isdigit() or ":" in host or "." not in host:
        return host
    return str(_suffixes().privatesuffix(host) or host)


def paced(host: str, named: Container[str] = ()) -> str:
    """The name under which a host's pace is kept: its owner's domain, unless it has a rule of its own."""
    return host if host in named else owner(host)


@lru_cache(maxsize=16384)
def canonical(url: str) -> str:
    """The form of an address that is the same for all ways to the same page; for comparison only.

    Always `http://`, without user, default port, www, mobile and AMP hosts and paths, tracking
    parameters, fragment and trailing slash; parameters in order. What is no http(s) address comes
    back stripped. Idempotent.
    """
    url = url.strip()
    if len(url) > MAX_URL:
        return url
    plain = _PLAIN.fullmatch(url)
    if plain is not None and not _SPECIAL.search(url, plain.end(1)):
        fast = _plain_form(plain[1], plain[2] or "", plain[3])
        if fast is not None:
            return fast
    for _ in range(MAX_URL // 16):  # a wrapped address may hold another wrapped one, each shorter
        step = _step(url)
        if step == url:
            break
        url = step
    return url


def _plain_form(host: str, path: str, query: str | None) -> str | None:
    """The canonical form of an address of plain characters only; None where it takes the long way."""
    bare = _plain_host(host)
    if bare is None:
        return None
    path = path.rstrip("/")
    bare += _bare_path(path) if _INDEX.search(path) else path
    if not query:
        return f"http://{bare}"
    parts = [part.partition("=") for part in query.split("&")]
    if not all(name and value and "=" not in value for name, _, value in parts):
        return None
    kept = sorted((name, value) for name, _, value in parts if not _is_way(name, value))
    return (
        f"http://{bare}?{'&'.join(f'{name}={value}' for name, value in kept)}" if kept else f"http://{bare}"
    )


@lru_cache(maxsize=8192)
def _plain_host(host: str) -> str | None:
    """A host without its prefixes; None where it may wrap another address or is no plain name."""
    if (
        ".." in host
        or host.endswith("ampproject.org")
        or _GOOGLE.fullmatch(host)
        or _parsed(f"http://{host}") is None
    ):
        return None
    return _bare_host(host)


def _step(url: str) -> str:
    """One pass of `canonical` over an address of any form."""
    parsed = _parsed(url)
    if parsed is None or parsed.scheme not in {"http", "https"} or not parsed.raw_host:
        return url
    inner = _unwrapped(parsed)
    if inner:
        return inner
    try:
        # w3lib orders the parameters, escapes uniformly and drops the fragment.
        parsed = URL(canonicalize_url(str(parsed)), encoded=True)
    except (ValueError, UnicodeError):
        return url
    host = _bare_host(parsed.raw_host or "")
    port = parsed.explicit_port
    place = host if port is None or port in {80, 443} else f"{host}:{port}"
    path = _bare_path(parsed.raw_path)
    query = _bare_query(parsed.raw_query_string)
    return f"http://{place}{path}{'?' + query if query else ''}"


def _unwrapped(parsed: URL) -> str | None:
    """The address inside one of an AMP cache or of Google's AMP viewer."""
    host = (parsed.raw_host or "").lower()
    path = parsed.raw_path
    if _CACHE_HOST.fullmatch(host):
        inside = _CACHE_PATH.fullmatch(path)
        rest = inside[2] if inside else ""
    elif _GOOGLE.fullmatch(host) and path.startswith("/amp/"):
        rest = path[5:].removeprefix("s/")
    else:
        return None
    query = f"?{parsed.raw_query_string}" if parsed.raw_query_string else ""
    return f"http://{rest}{query}" if re.match(r"[A-Za-z0-9-]+\.", rest) else None


def _bare_host(host: str) -> str:
    """A host without what only says how its page is laid out; at least a registrable domain is left."""
    host = host.lower().strip(".")
    while host.startswith(_PREFIXES):
        rest = host.partition(".")[2]
        if "." not in rest or len(rest) < len(owner(host)):
            break
        host = rest
    return f"[{host}]" if ":" in host else host


def _bare_path(path: str) -> str:
    """A path without AMP marks, index page, doubled and trailing slashes."""
    while True:
        before = path
        path = _AMP_WITHIN.sub("", path)
        path = _AMP_END.sub("", path)
        path = _INDEX.sub("", path)
        path = re.sub(r"/{2,}", "/", path).rstrip("/")
        if path == before:
            return path


def _bare_query(query: str) -> str:
    """A query string without parameters that track, or ask for another form of the page."""
    kept = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if part and not _is_way(name, value):
            kept.append(part)
    return "&".join(kept)


def _is_way(name: str, value: str) -> bool:
    """Whether a parameter says nothing about which page is meant."""
    name = name.lower().removeprefix("amp;").removeprefix("amp%3b")
    if name in TRACKING or name.startswith(TRACKING_BEGINS):
        return True
    if name in WAYS:
        return CHANNELS.fullmatch(value.lower()) is not None
    return name in FORMS and value.lower() in FORMS[name]


def mark(url: str) -> bytes:
    """Eight bytes that tell an address from others, whatever part of its document it points at."""
    return blake2b(url.partition("#")[0].encode("utf-8", "surrogatepass"), digest_size=8).digest()


def source_id(url: str) -> str:
    """An id for a source, made of its address alone: readable, `[a-z0-9-]{1,64}`, always the same."""
    name = owner(host(url)) or "source"
    path = url.partition("://")[2].partition("/")[2]
    words = [word for word in re.split(r"[^a-z0-9]+", path.lower()) if word not in _DULL]
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join([name.rsplit(".", 1)[0] or name, *words])).strip("-")
    mark = blake2b(url.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{slug[:48].strip('-') or 'source'}-{mark}"
