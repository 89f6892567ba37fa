"""The shapes of what is answered, as JSON Schema: the second half of the description in `openapi`."""

from __future__ import annotations

from typing import Any, TypeAlias, get_args

from aggregator.core.condition import SENTENCES
from aggregator.core.health import Condition
from aggregator.core.order import ACTIONS
from aggregator.core.query import MAX_Q

Json: TypeAlias = dict[str, Any]

TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
SCORE: Json = {"type": "number", "minimum": 0, "maximum": 1}
TIME: Json = {"type": "string", "format": "date-time"}
ADDRESS: Json = {"type": "string", "format": "uri"}
STORY: Json = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
CURSOR: Json = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"}
PLACE: Json = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,100}-[0-9]{1,18}$"}
# Text without what no text has (U+0000) and what stands for damage (U+FFFD); a name is not blank.
WORD: Json = {"type": "string", "pattern": r"^[^\x00\ufffd]*$", "maxLength": MAX_Q}
NAME: Json = {
    "type": "string",
    "pattern": r"^[^\x00\ufffd]*[^\s\x00\ufffd][^\x00\ufffd]*$",
    "maxLength": MAX_Q,
}


def object_of(required: Json, optional: Json | None = None) -> Json:
    """An object with what is always there and what may be."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def list_of(schema: Json) -> Json:
    """Any number of these."""
    return {"type": "array", "items": schema}


def named(name: str) -> Json:
    """One of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, Json] = {
    "Problem": object_of(
        {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT},
        {"parameter": TEXT, "restart": ADDRESS},
    ),
    "Feed": object_of(
        {
            "version": {"const": "https://jsonfeed.org/version/1.1"},
            "title": TEXT,
            "home_page_url": ADDRESS,
            "feed_url": ADDRESS,
            "_aggregator": object_of({"about": ADDRESS, "changes": ADDRESS}),
            "items": list_of(named("Item")),
        },
        {"next_url": ADDRESS, "hubs": list_of(object_of({"type": TEXT, "url": ADDRESS}))},
    ),
    "Item": object_of(
        {"id": STORY, "content_html": TEXT, "date_published": TIME, "_aggregator": named("Story")},
        {
            "url": ADDRESS,
            "title": TEXT,
            "summary": TEXT,
            "image": ADDRESS,
            "date_modified": TIME,
            "authors": list_of(object_of({"name": TEXT})),
            "tags": list_of(TEXT),
            "language": TEXT,
            "attachments": list_of(object_of({"url": ADDRESS, "mime_type": TEXT}, {"size_in_bytes": COUNT})),
        },
    ),
    "Story": object_of(
        {
            "revision": COUNT,
            "placed": TIME,
            "sources": COUNT,
            "status": {"enum": ["usable", "corrected", "withheld", "withdrawn"]},
            "first_seen": TIME,
            "last_copy": TIME,
            "lead": TEXT,
            "copies": list_of(named("Copy")),
            "related": list_of(
                object_of(
                    {"id": STORY, "sources": COUNT, "score": SCORE},
                    {"url": ADDRESS, "title": TEXT},
                )
            ),
            "event": object_of({"texts": COUNT, "sources": COUNT}),
        },
        {"agency": TEXT, "almost": list_of(named("Almost"))},
    ),
    "Copy": object_of(
        {
            "entry": TEXT,
            "source": TEXT,
            "outlet": TEXT,
            "first_seen": TIME,
            "score": SCORE,
            "reason": TEXT,
        },
        {"url": ADDRESS, "title": TEXT, "published": TIME, "verdict": named("Verdict")},
    ),
    "Verdict": object_of(
        {
            "same": {"type": "boolean"},
            "score": SCORE,
            "reason": TEXT,
            "signals": list_of(
                object_of(
                    {
                        "name": TEXT,
                        "value": {"type": "number"},
                        "threshold": {"type": "number"},
                        "passed": {"type": "boolean"},
                    }
                )
            ),
            "vetoes": list_of(TEXT),
        },
        {"other": TEXT, "vetoed_by": TEXT, "phrase": TEXT},
    ),
    "Almost": object_of(
        {
            "entry": TEXT,
            "other": TEXT,
            "story": STORY,
            "outlet": TEXT,
            "score": SCORE,
            "reason": TEXT,
            "verdict": named("Verdict"),
        },
        {"url": ADDRESS, "title": TEXT},
    ),
    "Change": object_of(
        {
            "id": PLACE,
            "number": COUNT,
            "type": {"enum": ["added", "updated", "merged", "split", "withdrawn"]},
            "story": STORY,
            "at": TIME,
            "backfill": {"type": "boolean"},
        },
        {
            "what": list_of(TEXT),
            "into": STORY,
            "from": STORY,
            "by": {"const": "editor"},
            "item": named("Item"),
        },
    ),
    "Changes": object_of({"changes": list_of(named("Change")), "next": PLACE}),
    "Sources": object_of(
        {"sources": list_of(named("Source"))},
        {"problems": {"type": "object", "additionalProperties": list_of(TEXT)}},
    ),
    "Source": object_of(
        {
            "id": TEXT,
            "name": TEXT,
            "outlet": TEXT,
            "url": TEXT,
            "categories": list_of(TEXT),
            "state": {"enum": list(get_args(Condition))},
            "error": {
                "anyOf": [
                    {"type": "null"},
                    object_of({"kind": TEXT, "message": TEXT, "count": COUNT}, {"since": TIME}),
                ]
            },
        },
        {
            "language": TEXT,
            "last_success": TIME,
            "last_poll": TIME,
            "next_poll": TIME,
            "next_poll_reason": TEXT,
            "interval": COUNT,
            "entries_a_day": {"type": "number"},
            "push": object_of({"hub": TEXT}, {"last": TIME, "until": TIME}),
            "conditions": list_of(
                object_of({"name": {"enum": list(SENTENCES)}, "since": TIME}, {"message": TEXT})
            ),
        },
    ),
    "Fault": object_of({"kind": TEXT, "message": TEXT, "count": COUNT}, {"since": TIME}),
    "Ruling": object_of(
        {
            "id": TEXT,
            "action": {"enum": list(ACTIONS)},
            "outcome": {"enum": ["waiting", "done", "refused"]},
            "sentence": TEXT,
            "story": TEXT,
            "stories": list_of(TEXT),
            "by": TEXT,
            "at": TIME,
            "can_undo": {"type": "boolean"},
            "preview": {"type": "boolean"},
        },
        {"entries": list_of(TEXT), "of": TEXT, "undone_by": TEXT},
    ),
    "Poll": object_of({"source": TEXT, "due": {"type": "boolean"}}),
    "Status": object_of({"status": TEXT}),
}
