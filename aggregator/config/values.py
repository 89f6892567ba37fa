"""What a value may look like in the file: durations, sizes, rates, ids, addresses, networks.

Each reader takes what stands in the file and returns what the program computes with, or raises a
`PydanticCustomError` whose type is the problem's code (see `problems`) and whose text is one plain sentence.
A sentence never repeats a value that may hold a secret.
"""

from __future__ import annotations

import re
from base64 import b64decode
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Discriminator, SecretStr, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from aggregator.core.urls import host as host_of

Network: TypeAlias = IPv4Network | IPv6Network

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)([smhd]))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_BYTES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KI": 2**10, "MI": 2**20, "GI": 2**30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG]I?)?B", re.IGNORECASE)
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*([smhd])")
_HOST = re.compile(r"(?!.*[.][0-9]+$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:[.][a-z0-9_][a-z0-9_-]{0,62})*")
_ID = re.compile(r"[a-z0-9-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_REDIS = re.compile(r"(?:redis|rediss|unix|redis\+sentinel|redis\+cluster)://.+", re.DOTALL)
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!-~]*)?")  # nearly all: nothing in it can be misread
_PROXY = re.compile(r"(?:https?|socks5h?)://[^\s/?#]+/?", re.IGNORECASE)
_FEED = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)

MAX_DURATION = 3650 * 86400.0  # ten years: more is a slip of the pen


class Int(int):
    """An integer that remembers how it was written, for where text was meant (`name: 007`)."""

    text: str


class Float(float):
    """A fraction that remembers how it was written (`name: 1.10`)."""

    text: str


def wrong(code: str, message: str) -> NoReturn:
    """Refuses a value, with the code and the sentence that the person will read."""
    raise PydanticCustomError(code, "{sentence}", {"sentence": message})


def shown(value: object) -> str:
    """A value as a message repeats it: short, as it is written in YAML."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = getattr(value, "text", None) or str(value)
    return f'"{text[:57]}…"' if len(text) > 60 else f'"{text}"'


def text(value: Any) -> Any:
    """Text as it was written: a number where text is meant is that text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Int | Float):
        return value.text
    return wrong("C012", f"text is wanted here, not {shown(value)}")


def duration(value: Any) -> float:
    """`90s`, `5m`, `3h`, `7d` or parts in a row (`1h30m`), as seconds."""
    if isinstance(value, int | float) and not isinstance(value, str | bool):
        if not isinstance(value, Int | Float):
            return float(value)  # already seconds: a model made in Python
        if value == 0:
            return 0.0
        wrong(
            "C014", f"a duration needs a unit: {value.text}s, {value.text}m, {value.text}h or {value.text}d"
        )
    if not isinstance(value, str) or not _DURATION.fullmatch(value.strip()):
        wrong("C014", f"{shown(value)} is not a duration; write 30s, 5m, 3h or 7d")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(value))
    if seconds > MAX_DURATION:
        wrong("C013", f"{shown(value)} is more than ten years")
    return seconds


def size(value: Any) -> int:
    """`10MB`, `512KiB`, as bytes; K, M and G count in thousands, Ki, Mi and Gi in 1024."""
    if isinstance(value, int) and not isinstance(value, bool | Int):
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        wrong("C015", f"{shown(value)} is not a size; write 10MB or 512KB")
    return int(float(found[1]) * _BYTES[(found[2] or "").upper()])


def rate(value: Any) -> float | None:
    """`60/m`, `20000/h`, `2/s`, `1000/d`, as requests a minute; `off` is None: no limit."""
    if value is None or value == "off" or value is False:
        return None
    if isinstance(value, int | float) and not isinstance(value, Int | Float | bool):
        return float(value)
    found = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        wrong("C016", f"{shown(value)} is not a rate; write 60/m, 20000/h or off")
    per_minute = float(found[1]) * 60 / _SECONDS[found[2]]
    if per_minute <= 0:
        wrong("C013", "a rate of nothing would never ask; write off for no limit")
    return per_minute


def interval(value: Any) -> float | None:
    """A duration of one second or more, or `auto`, which is None."""
    if value is None or value == "auto":
        return None
    if isinstance(value, str) and value[:1].isalpha():
        wrong("C014", f"{shown(value)} is not an interval; write auto, or a duration such as 15m")
    return at_least_a_second(duration(value))


def at_least_a_second(seconds: float) -> float:
    """Refuses less than a second: nobody's feed changes faster."""
    if seconds < 1:
        wrong("C013", "one second is the shortest that is accepted")
    return seconds


def is_id(written: str) -> bool:
    """Whether a text could be an id."""
    return bool(_ID.fullmatch(written))


def identifier(value: Any) -> str:
    """`[a-z0-9-]{1,64}`: it stands in addresses and in every entry's identity."""
    written = str(text(value))
    if not _ID.fullmatch(written):
        better = re.sub(r"[^a-z0-9]+", "-", written.lower()).strip("-")[:64]
        hint = f'; did you mean "{better}"?' if better else ""
        wrong("C017", f"{shown(written)} is not an id: 1 to 64 of a-z, 0-9 and -{hint}")
    return written


def web_address(value: Any) -> str:
    """An absolute http or https address with a host."""
    written = str(text(value)).strip()
    if _PLAIN.fullmatch(written):
        return written
    if not _FEED.fullmatch(written):
        known = written.split(":", 1)[0].lower() if "://" in written else ""
        if known and known not in {"http", "https"}:
            wrong("C018", f"{known}:// addresses are not supported; http:// and https:// are")
        wrong("C018", "this is not a web address; it begins with https:// and holds no spaces")
    try:
        parts = urlsplit(written)
        if not parts.hostname or (parts.port is not None and parts.port < 1):
            raise ValueError
    except ValueError:
        wrong("C018", "this is not a web address: its host or port cannot be read")
    return written


def proxy_address(value: Any) -> str:
    """The address of a proxy of HTTP, or of SOCKS5 (`socks5h`: it also looks names up)."""
    written = str(text(value)).strip()
    if not _PROXY.fullmatch(written):
        wrong("C018", "this is no proxy: it begins with http://, https://, socks5:// or socks5h://")
    plain = "http" + written[written.index("://") :]
    web_address(plain)
    return written


def redis_address(value: Any) -> str:
    """`embedded`, or the address of a server."""
    written = str(text(value)).strip()
    if written != "embedded" and not _REDIS.fullmatch(written):
        wrong("C022", "write embedded, or an address that begins with redis://, rediss://, unix://, "
              "redis+sentinel:// or redis+cluster://")  # fmt: skip
    if written.startswith(("redis://", "rediss://")):
        try:
            _ = urlsplit(written).port
        except ValueError:
            wrong("C022", "the host or port of this address cannot be read: write redis://HOST:PORT/0")
    return written


def language(value: Any) -> str | None:
    """A language tag of BCP 47, in its usual spelling; `no` is Norwegian."""
    if value is None:
        return None
    if isinstance(value, bool):
        wrong("C020", f"{shown(value)} is not a language; write its tag, such as en or pt-BR")
    written = str(text(value))
    if not _LANGUAGE.fullmatch(written):
        wrong("C020", f"{shown(written)} is not a language tag; write en, no, pt-BR")
    return written.replace("_", "-").lower()


def hostname(written: str) -> str | None:
    """A host name or an address of IP as `core.urls.host` gives it; None where it is neither."""
    bare = written.strip().removeprefix("[").removesuffix("]").removesuffix(".")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    found = host_of(f"http://{bare}/") if not set(bare) & set("/:@?#%*[]\\") else ""
    return found if len(found) <= 253 and _HOST.fullmatch(found) else None


def network(value: Any) -> Network:
    """An address or a network: `10.0.0.0/8`, `127.0.0.1`, `fd00::/8`."""
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    written = str(text(value)).strip()
    try:
        return ip_network(written)
    except ValueError:
        pass
    try:
        wrong(
            "C019",
            f'{shown(written)} has bits beyond its mask; did you mean "{ip_network(written, strict=False)}"?',
        )
    except ValueError as error:
        if isinstance(error, PydanticCustomError):
            raise
    wrong("C019", f"{shown(written)} is not a network; write 10.0.0.0/8 or fd00::/8")


def _networks_or_truth(value: Any) -> str:
    return "networks" if isinstance(value, list | tuple) else "truth"


def boolean(value: Any) -> bool:
    """`true` or `false`, and nothing that merely resembles them."""
    if isinstance(value, bool):
        return value
    meant = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
    hint = meant.get(str(value).lower())
    tail = f'; did you mean "{hint}"?' if hint else ""
    if str(value).lower() in {"true", "false"}:  # from the environment, in quotes
        return str(value).lower() == "true"
    return wrong("C012", f"true or false is wanted here, not {shown(value)}{tail}")


def integer(value: Any) -> int:
    """A whole number; digits in quotes (or from the environment) are one too."""
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d{1,18}", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return wrong("C012", f"a whole number is wanted here, not {shown(value)}")


_OURS = frozenset(
    {
        *("content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "accept-encoding"),
        *(
            "if-none-match",
            "if-modified-since",
            "if-match",
            "if-unmodified-since",
            "if-range",
            "range",
            "a-im",
        ),
    }
)
"""Headers that frame a request or make it conditional: another value breaks the rules of polling."""


def header_name(name: Any) -> str:
    """A field name of RFC 9110, of those that people may set."""
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        wrong("C021", f"{shown(name)} is not a header's name")
    if name.lower() in _OURS:
        wrong("C021", f"the header named {shown(name)} is set by each request itself")
    return name


def header_value(value: Any) -> str:
    """A field value: one line, no control characters."""
    written = str(text(value)).strip()
    if any((ord(letter) < 32 and letter != "\t") or ord(letter) == 127 for letter in written):
        wrong("C021", "a header's value is one line without control characters")
    return written


def path(value: Any) -> Path:
    """A path of this machine; `~` is the home folder."""
    return value if isinstance(value, Path) else at_home(str(text(value)))


def at_home(written: str) -> Path:
    """A path, in which `~` is the home folder; that of a user whom nobody knows is a name like any other."""
    found = Path(written)
    try:
        return found.expanduser()
    except RuntimeError:
        return found


def webhook_secret(value: Any) -> SecretStr:
    """`whsec_` and base64 of at least 24 bytes (Standard Webhooks)."""
    written = value.get_secret_value() if isinstance(value, SecretStr) else str(text(value))
    try:
        key = b64decode(written.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not written.startswith("whsec_") or len(key) < 24:
        wrong("C023", "a webhook's secret is whsec_ and base64 of at least 24 bytes")
    return SecretStr(written)


def _schema(kind: str = "string", **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **more})


_DURATION_PATTERN = r"^([0-9]+(\.[0-9]+)?[smhd])+$"
_RATE_PATTERN = r"^(off|[0-9]+(\.[0-9]+)?\s*/\s*[smhd])$"

Text = Annotated[str, BeforeValidator(text), _schema()]
Bool = Annotated[bool, BeforeValidator(boolean), _schema("boolean")]
Number = Annotated[int, BeforeValidator(integer)]
HeaderName = Annotated[str, BeforeValidator(header_name)]
Duration = Annotated[float, BeforeValidator(duration), _schema(pattern=_DURATION_PATTERN)]
Seconds = Annotated[
    float, BeforeValidator(duration), AfterValidator(at_least_a_second), _schema(pattern=_DURATION_PATTERN)
]
Size = Annotated[int, BeforeValidator(size), _schema(pattern=r"^[0-9]+(\.[0-9]+)?\s*([KMG]i?)?B$")]
Rate = Annotated[float | None, BeforeValidator(rate), _schema(pattern=_RATE_PATTERN)]
Interval = Annotated[
    float | None, BeforeValidator(interval), _schema(pattern=r"^(auto|([0-9]+(\.[0-9]+)?[smhd])+)$")
]
Id = Annotated[str, BeforeValidator(identifier), _schema(pattern="^[a-z0-9-]{1,64}$")]
WebAddress = Annotated[str, BeforeValidator(web_address), _schema(pattern="^[Hh][Tt][Tt][Pp][Ss]?://")]
ProxyAddress = Annotated[
    str,
    BeforeValidator(proxy_address),
    _schema(pattern="^([Hh][Tt][Tt][Pp][Ss]?|[Ss][Oo][Cc][Kk][Ss]5[Hh]?)://"),
]
RedisAddress = Annotated[str, BeforeValidator(redis_address), _schema()]
Language = Annotated[str | None, BeforeValidator(language), WithJsonSchema({"type": ["string", "null"]})]
PrivateNetworks = Annotated[
    Annotated[Bool, Tag("truth")]
    | Annotated[tuple[Annotated[Network, BeforeValidator(network)], ...], Tag("networks")],
    Discriminator(_networks_or_truth),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]}),
]
