"""What the configuration file may say: every key with its type, default, description and example.

The one place of defaults. The JSON Schema, the error messages and the documentation are made from it.
Unknown keys are refused. Once read, durations are seconds, sizes bytes, rates requests a minute (None: no
limit).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, WithJsonSchema, model_validator

from aggregator.config import values
from aggregator.config.values import (
    Bool,
    Duration,
    HeaderName,
    Id,
    Interval,
    Language,
    Number,
    PrivateNetworks,
    ProxyAddress,
    Rate,
    RedisAddress,
    Seconds,
    Size,
    Text,
    WebAddress,
)
from aggregator.core.errors import Problem
from aggregator.core.model import Source


def _items(value: Any) -> Any:
    """A list; one thing alone is a list of one (`categories: world`)."""
    return (value,) if isinstance(value, str | values.Int | values.Float) else value


def _languages(value: Any) -> Any:
    written = _items(value)
    return tuple(values.language(item) for item in written) if isinstance(written, list | tuple) else written


_TEXTS = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}

Texts = Annotated[tuple[Text, ...], BeforeValidator(_items), WithJsonSchema(_TEXTS)]
Languages = Annotated[tuple[str, ...], BeforeValidator(_languages), WithJsonSchema(_TEXTS)]
Secret = Annotated[SecretStr, BeforeValidator(values.text), WithJsonSchema({"type": "string"})]


Line = Annotated[str, BeforeValidator(values.header_value), WithJsonSchema({"type": "string"})]
HeaderValue = Annotated[SecretStr, BeforeValidator(values.header_value), WithJsonSchema({"type": "string"})]


def _secrets(value: Any) -> Any:
    written = _items(value)
    return (
        tuple(values.webhook_secret(item) for item in written)
        if isinstance(written, list | tuple)
        else written
    )


Secrets = Annotated[tuple[SecretStr, ...], BeforeValidator(_secrets), WithJsonSchema(_TEXTS)]


def default(value: Any = None, *, factory: Any = None, **more: Any) -> Any:
    """A key that may be left out; its default is written as a person would write it in the file."""
    if factory is not None:
        return Field(default_factory=factory, **more)
    return Field(value, **more)


class Part(BaseModel):
    """The base of every section: frozen, no unknown keys, defaults written as a person writes them."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        """A key with nothing behind it is as good as absent."""
        if isinstance(data, dict) and None in data.values():
            return {key: value for key, value in data.items() if value is not None}
        return data


class Server(Part):
    """Where the page and the feeds are served."""

    host: Text = default("127.0.0.1", examples=["0.0.0.0"])  # noqa: S104 - an example
    """The address to listen on; 0.0.0.0 is every one of this machine."""
    port: Number = default(8080, ge=0, le=65535)
    """The port to listen on; 0 takes any that is free."""
    public_url: WebAddress | None = default(None, examples=["https://news.example.org"])
    """The address under which readers reach this server, with its path if there is one; without it,
    addresses are built from each request's Host."""


class Token(Part):
    """Who may read or write. Without any, reading is open."""

    name: Text = Field(examples=["desk"])
    """Whose token it is; shown in logs."""
    value: Secret = Field(examples=["${DESK_TOKEN}"])
    """The secret itself; best taken from the environment."""
    write: Bool = False
    """Whether it may also change things: merge, split, poll now."""
    views: tuple[Id, ...] = default((), examples=[["world"]])
    """Named views it may read; none listed: everything."""


class Polling(Part):
    """How feeds are asked for."""

    min_interval: Seconds = default("5m", examples=["1m"])
    """The shortest time between two polls of a source with `interval: auto`."""
    max_interval: Seconds = default("24h", examples=["6h"])
    """The longest time between two polls of a source that works."""
    max_backoff: Seconds = default("24h", examples=["7d"])
    """The longest time between two polls of a source that fails; errors double the interval up to it."""
    timeout: Seconds = default("20s", examples=["60s"])
    """How long one request may take in all."""
    max_bytes: Size = default("10MB", examples=["50MB"])
    """How large a feed may be, unpacked."""
    concurrency: Number = default(200, ge=1, le=100_000)
    """Requests in flight in one worker."""
    per_host: Number = default(2, ge=1, le=10_000)
    """Requests in flight to one host, over all workers."""
    per_host_rate: Rate = default("60/m", examples=["20000/h"])
    """Requests to one host in a time, over all workers, or `off`."""
    budget: Rate = default("off", examples=["20000/h"])
    """Requests to all hosts in a time, by all workers, in the long run, or `off`: new sources do not wait."""
    robots: Bool = False
    """Whether robots.txt is heeded: it is asked for once a day, and what it forbids is not polled."""
    contact: Text | None = default(None, examples=["https://news.example.org/about"])
    """An address (web or mail) in the User-Agent, so that publishers can reach you."""
    websub: Bool = True
    """Whether sources that name a hub are subscribed to; hubs must reach server.public_url."""
    allow_private_networks: PrivateNetworks = default(False, examples=[["10.0.0.0/8"]])
    """Whether feeds, hooks and hubs may lie in private networks: false, true, or a list of networks;
    link-local addresses only if listed."""


class HostRule(Part):
    """An exception for one host; what is not given is as in `polling`."""

    per_host: Number = default(2, ge=1, le=10_000)
    """Requests in flight to this host."""
    per_host_rate: Rate = default("60/m", examples=["off"])
    """Requests to this host in a time, or `off`."""
    pause_together: Bool = True
    """Whether a 429 or 503 of one feed pauses all feeds of this host."""


class Matching(Part):
    """When two entries can be one story."""

    window: Seconds = default("3d", examples=["2d"])
    """How far apart two copies of one story may be published."""


class Retention(Part):
    """How long stories are kept."""

    stories: Seconds = default("7d", examples=["30d"])
    """How long a story lives after its last copy or revision."""
    max_stories: Number = default(200_000, ge=1)
    """How many stories are kept; the oldest go first."""
    rebuild_wait: Duration = default("5s", examples=["60s"])
    """On an empty store: how long grouping waits for the first poll of every source."""


class Log(Part):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """How much: debug, info, warning or error."""
    format: Literal["auto", "text", "json"] = "auto"
    """text, json (one object a line), or auto, which is text."""


class Negated(Part):
    """What a story must not match."""

    categories: Texts = default((), examples=[["sport"]])
    """Configured categories; any of them."""
    sources: tuple[Id, ...] = default((), examples=[["bbc-world"]])
    """Ids of sources; any of them."""
    languages: Languages = default((), examples=[["de"]])
    """Languages; any of them."""
    agencies: Texts = default((), examples=[["AP"]])
    """Agencies that wrote it; any of them."""
    q: Text | None = default(None, examples=["football"])
    """Words and "phrases" in the titles and summaries of all copies."""


class Where(Negated):
    """Which stories: all that is given must hold; of a list, one is enough; one copy that fits is enough."""

    min_sources: Number = default(1, ge=1, examples=[2])
    """Carried by at least so many outlets."""
    not_: Negated | None = default(None, alias="not", examples=[{"languages": ["de"]}])
    """Left out is what matches any of this."""


class View(Part):
    """A named view of the merged feed, served as /feeds/ID.json, .atom and .rss."""

    id: Id = Field(examples=["world"])
    """Its name in addresses."""
    title: Text = default("", examples=["World news, carried at least twice"])
    """Its title; by default the id."""
    where: Where = default(factory=Where)
    """Which stories it holds."""


class Webhook(Part):
    """An address that is told of each change (Standard Webhooks)."""

    id: Id = Field(examples=["desk"])
    """Its name, under which its queue is kept."""
    url: WebAddress = Field(examples=["https://example.org/hook"])
    """Where requests are sent."""
    secret: Secrets = Field(examples=["${HOOK_SECRET}"])
    """What signs them: `whsec_` and base64 of at least 24 bytes; a list while rotating."""
    where: Where = default(factory=Where)
    """Of which stories it is told."""


class Auth(Part):
    """Credentials: a name and a password (Basic), or a bearer token."""

    username: Text = default("", examples=["desk"])
    """The name, for Basic."""
    password: Secret | None = default(None, examples=["${FEED_PASSWORD}"])
    """The password, for Basic."""
    bearer: Secret | None = default(None, examples=["${FEED_TOKEN}"])
    """The token, for Bearer."""

    @model_validator(mode="after")
    def _one_way(self) -> Auth:
        basic = bool(self.username) or self.password is not None
        if basic == (self.bearer is not None):
            values.wrong("C024", "give username and password, or bearer, not both")
        if basic and (not self.username or self.password is None):
            values.wrong("C024", "Basic needs username and password")
        return self


class Tls(Part):
    """How a source's certificate is checked."""

    verify: Bool = True
    """Whether it is checked at all."""
    ca: Text | None = default(None, examples=["internal-ca.pem"])
    """A PEM file of authorities to trust, relative to the file that names it."""


class SourceEntry(Part):
    """One feed to poll."""

    url: WebAddress = Field(examples=["https://feeds.bbci.co.uk/news/world/rss.xml"])
    """The feed's address."""
    id: Id | None = default(None, examples=["bbc-world"])
    """Half of every entry's identity: never change it. By default made from the address."""
    name: Text | None = default(None, examples=["BBC News, world"])
    """What people see; by default the outlet, else the address' host."""
    outlet: Text | None = default(None, examples=["BBC"])
    """Who publishes it: feeds of one outlet count once; by default the name, else the host."""
    categories: Texts = default((), examples=[["world"]])
    """Your own categories; they become tags."""
    language: Language = default(None, examples=["en"])
    """The language of the feed, where it does not say so itself."""
    priority: Number = default(5, ge=0, le=10)
    """0 to 10; higher leads a story when all else is equal."""
    interval: Interval = default("auto", examples=["15m"])
    """How often it is polled, or `auto`: as often as it is worth."""
    headers: dict[HeaderName, HeaderValue] = default({}, examples=[{"Authorization": "Bearer ${BBC_TOKEN}"}])
    """Headers sent with each request."""
    auth: Auth | None = default(None, examples=[{"username": "desk", "password": "${FEED_PASSWORD}"}])
    """Credentials."""
    proxy: ProxyAddress | None = default(None, examples=["http://proxy.internal.example:3128"])
    """A proxy for this source: http://, https://, socks5://, or socks5h:// where it also looks names up."""
    user_agent: Line | None = default(None, examples=["ExampleNews/1.0 (+https://news.example.org)"])
    """Sent instead of our own User-Agent."""
    tls: Tls = default(factory=Tls)
    """How its certificate is checked."""
    archives: Bool = False
    """Whether older pages of its feed (RFC 5005) are read once, at first sight."""
    robots: Bool | None = default(None, examples=[True])
    """Whether robots.txt is heeded for it; by default as `polling` says."""


class Settings(Part):
    """All but the sources: what the file and the environment say, with defaults."""

    redis: RedisAddress = default("embedded", repr=False, examples=["redis://redis:6379/0"])
    """The store: `embedded`, or redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://."""
    data_dir: Annotated[Path, BeforeValidator(values.path), WithJsonSchema({"type": "string"})] = default(
        ".aggregator", examples=["/var/lib/aggregator"]
    )
    """Where the embedded Redis keeps its files, relative to where the command is started."""
    server: Server = default(factory=Server)
    """Where the page and the feeds are served."""
    tokens: tuple[Token, ...] = ()
    """Who may read or write; without any, reading is open."""
    polling: Polling = default(factory=Polling)
    """How feeds are asked for."""
    hosts: dict[str, HostRule] = default({}, examples=[{"rss.internal.example": {"per_host": 20}}])
    """Exceptions for single hosts."""
    matching: Matching = default(factory=Matching)
    """When two entries can be one story."""
    retention: Retention = default(factory=Retention)
    """How long stories are kept."""
    log: Log = default(factory=Log)
    """What is written to standard error."""
    feeds: tuple[View, ...] = ()
    """Named views of the merged feed."""
    webhooks: tuple[Webhook, ...] = ()
    """Addresses that are told of each change."""


class File(Settings):
    """The configuration of a news aggregator."""

    include: Texts = default((), examples=[["sources/*.yaml", "subscriptions.opml"]])
    """Further files, YAML or OPML, relative to this one; * stands for any name."""
    sources: tuple[SourceEntry, ...] = ()
    """The feeds to poll."""


class Config(Settings):
    """The configuration in force: frozen, complete, checked. Its repr holds no secret."""

    sources: tuple[Source, ...] = default((), repr=False)
    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()  # in which included files are looked for, absolute
    warnings: tuple[Problem, ...] = default((), repr=False)
    digest: str = ""


@cache
def known_keys() -> frozenset[str]:
    """Every key of every section."""
    found: set[str] = set()
    waiting: list[type[BaseModel]] = [Part]
    while waiting:
        part = waiting.pop()
        waiting += part.__subclasses__()
        found |= {field.alias or name for name, field in part.model_fields.items()}
    return frozenset(found)
