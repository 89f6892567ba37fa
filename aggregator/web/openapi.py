"""The API described: OpenAPI 3.1, made of the table that serves, and the page that shows it to people.

What can be asked stands in `routes`; here are the words for it. What is answered stands in `schemas`.
Nothing is fetched to show it. See https://spec.openapis.org/oas/v3.1.0 and docs/http.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import orjson
from aiohttp import web

import aggregator
from aggregator.core.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_VALUES, REPEATABLE, gather
from aggregator.core.websub import SECRET_MOST
from aggregator.web import display
from aggregator.web.answer import TITLES, Document, answer
from aggregator.web.changes import CHANGES_LIMIT, MOST_CHANGES
from aggregator.web.editing import FORM
from aggregator.web.feeds import given
from aggregator.web.routes import Route
from aggregator.web.schemas import (
    ADDRESS,
    COUNT,
    CURSOR,
    NAME,
    PLACE,
    SCHEMAS,
    STORY,
    TEXT,
    TIME,
    WORD,
    Json,
    named,
)
from aggregator.web.shelf import Shelved
from aggregator.web.site import Site

# --- what may be asked --------------------------------------------------------------------------------

WORDS: dict[str, tuple[str, Json]] = {
    "category": ("Carried by a source of this category.", NAME),
    "source": ("Carried by this source (its id).", NAME),
    "language": ("In this language; `en` finds `en-GB` too.", NAME),
    "agency": ("Written by this agency.", NAME),
    "q": ('Words and "phrases" in headlines and summaries.', WORD),
    "min_sources": (
        "Carried by at least so many outlets.",
        {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
    ),
    "since": ("First seen then or later.", TIME),
    "view": ("In this named view.", WORD),
    "sort": (
        "Newest first, or those that most outlets carry.",
        {"type": "string", "enum": ["newest", "coverage"], "default": "newest"},
    ),
    "limit": (
        "Stories a page.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    "cursor": ("The next page: take it from `next_url`.", CURSOR),
    "density": ("How many stories a screen holds.", {"type": "string", "enum": ["normal", "compact"]}),
    "images": (
        "1: with images, which tell their publishers who reads.",
        {"type": "string", "enum": ["0", "1"], "default": "0"},
    ),
    "from": ("The merged story whose address led here.", STORY),
    "done": ("The order whose outcome is told, to an editor.", TEXT),
    "with": ("For an editor: a story to merge with, by words, id or address.", WORD),
    "state": (
        "Of sources: which ones.",
        {"type": "string", "enum": ["failing", "paused", "silent", "all"], "default": "all"},
    ),
    "host": ("Of sources: those of one host.", {"type": "string", "maxLength": 253}),
    "page": ("Of sources: which page of the list.", {"type": "integer", "minimum": 1, "default": 1}),
    "hub.mode": ("What is asked, or that it is denied.", {"enum": ["subscribe", "unsubscribe", "denied"]}),
    "hub.topic": ("The address that it is about.", TEXT),
    "hub.challenge": ("What is sent back.", TEXT),
    "hub.lease_seconds": ("For how long.", COUNT),
    "hub.reason": ("Why it is denied.", TEXT),
    "explain": (
        "1: with the verdict that made each copy one, and what almost joined.",
        {"type": "string", "enum": ["0", "1"], "default": "0"},
    ),
}
IN_THE_LOG: dict[str, tuple[str, Json]] = {
    "since": (
        "A change's id, or `next`: what happened after it. With a time: stories first seen then or later.",
        {"anyOf": [PLACE, TIME]},
    ),
    "limit": (
        "Changes at once.",
        {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": CHANGES_LIMIT},
    ),
}
FORMS: dict[str, Json] = {
    "Subscription": {
        "type": "object",
        "required": ["hub.mode", "hub.topic", "hub.callback"],
        "properties": {
            "hub.mode": {"enum": ["subscribe", "unsubscribe"]},
            "hub.topic": ADDRESS,
            "hub.callback": ADDRESS,
            "hub.lease_seconds": COUNT,
            "hub.secret": {"type": "string", "maxLength": SECRET_MOST},
        },
    },
}
MORE = {
    202: "Taken: it will be done when a worker groups.",
    303: "To a form: where its outcome is shown.",
}  # good answers of another kind


def _order(**needed: Json) -> Json:
    """The body of an editor's order."""
    common: Json = {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "preview": {"type": "boolean", "default": False},
        "look": {"type": "string", "maxLength": 200},
    }
    return {
        "type": "object",
        "required": list(needed),
        "properties": {**needed, **common},
        "additionalProperties": False,
    }


ORDERS: dict[str, Json] = {
    "merge": _order(other=STORY),
    "split": _order(entries={"type": "array", "items": STORY, "minItems": 1, "maxItems": 500}),
    "lead": _order(entry=STORY),
    "never": _order(other=STORY),
    "keep": _order(entries={"type": "array", "items": STORY, "minItems": 2, "maxItems": 500}),
    "undo": _order(order={"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
}
IN_PATHS: dict[str, tuple[str, Json]] = {
    "view": ("A view of the configuration.", {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}),
    "story": ("The id of a story, or of any of its copies.", STORY),
    "source": ("A source of the configuration.", {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}),
    "token": ("What only the hub knows.", {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"}),
}


def _or_blank(schema: Json) -> Json:
    """The same of an address that forms lead to: a field that is sent empty chooses nothing."""
    if "pattern" in schema:
        return {**schema, "pattern": f"^(?:{schema['pattern'].removeprefix('^').removesuffix('$')})?$"}
    return {**schema, "enum": [*schema["enum"], ""]} if "enum" in schema else schema


def _parameters(route: Route) -> list[Json]:
    known = {**WORDS, **(IN_THE_LOG if route.name in {"changes", "events"} else {})}
    of_forms = route.parameters >= display.PARAMETERS
    found: list[Json] = []
    for name in re.findall(r"{(\w+)}", route.path):
        text, schema = IN_PATHS[name]
        found.append({"name": name, "in": "path", "required": True, "description": text, "schema": schema})
    for name in [word for word in WORDS if word in route.parameters]:
        text, schema = known[name]
        if of_forms:
            schema = _or_blank(schema)
        if name in REPEATABLE:
            schema = {"type": "array", "items": schema}
            if not of_forms:  # there what is empty does not count
                schema["maxItems"] = MAX_VALUES
        found.append({"name": name, "in": "query", "description": text, "schema": schema})
    if route.name == "events":
        text = "Where the client was: outranks `since`."
        found.append({"name": "Last-Event-ID", "in": "header", "description": text, "schema": TEXT})
    return found


# --- what is answered ---------------------------------------------------------------------------------


ALWAYS = (429, 500, 503)  # what any address may answer, beside what belongs to it
GUARDED = (401, 403)


def _answers(route: Route) -> Json:
    body: Json = {} if not route.schema else {"schema": named(route.schema)}
    found: Json = {str(route.good): {"description": "As asked.", "content": {route.gives: body}}}
    if "GET" in route.methods and route.good == 200 and route.name not in {"events", "health", "metrics"}:
        found["304"] = {"description": "You have it already (If-None-Match, If-Modified-Since)."}
    guarded = () if route.is_open else GUARDED
    for status in route.more:
        found[str(status)] = {"description": MORE[status]}
    for status in sorted({*route.refuses, *guarded, *ALWAYS}):
        found[str(status)] = {
            "description": f"{TITLES[status]}.",
            "content": {"application/problem+json": {"schema": named("Problem")}},
        }
    return found


def _operation(route: Route, method: str) -> Json:
    path = re.sub(r"\W+", "_", route.path).strip("_") or "page"
    operation: Json = {
        "operationId": f"{method}_{path}",
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": _answers(route),
    }
    if route.takes:
        form = {"application/x-www-form-urlencoded": {"schema": FORMS.get(route.takes)}}
        body = form if route.takes in FORMS else {"application/octet-stream": {}}
        if route.takes in ORDERS:
            body = {kind: {"schema": ORDERS[route.takes]} for kind in ("application/json", FORM)}
        operation["requestBody"] = {"required": True, "content": body}
    if route.is_open:
        operation["security"] = []
    return operation


def document(table: Sequence[Route], base: str) -> Json:
    """The whole description; `base` is what every address begins with."""
    paths: Json = {}
    for route in table:
        if route.summary:
            method = "post" if route.methods.startswith("POST") else "get"
            paths.setdefault(route.path, {})[method] = _operation(route, method)
    ways: list[Json] = [
        {},
        {"bearer": []},
        {"basic": []},
        {"parameter": []},
    ]  # {}: where none are configured
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "aggregator",
            "version": aggregator.__version__,
            "summary": "News from many feeds, each story once.",
            "description": "GET, HEAD and OPTIONS where nothing else is said; errors as in RFC 9457.",
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "parameter": {"type": "apiKey", "in": "query", "name": "token"},
            },
        },
        "security": ways,
    }


class Description:
    """`/openapi.json`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.table: Sequence[Route] = ()

    async def serve(self, request: web.Request) -> web.Response:
        """`/openapi.json`."""
        gather(given(request), ())
        base, since = self.site.base(request), self.site.since

        async def make(_: Shelved | None) -> Shelved:
            body = orjson.dumps(document(self.table, base))
            described = Document(body, "application/json", changed_at=since, cache="public, max-age=300")
            return Shelved(described, since)

        return answer(request, (await self.site.shelf.make(f"openapi {base}", since, make)).document)

    def shown(self) -> list[Json]:
        """What the page shows: each address with its parameters and answers, in the order of the table."""
        found = document(self.table, "")
        return [
            {"path": path, "method": method.upper(), **operation}
            for path, item in found["paths"].items()
            for method, operation in item.items()
        ]
