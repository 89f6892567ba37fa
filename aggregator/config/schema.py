"""The JSON Schema of the configuration file, made from the model: draft-07, which editors read.

What the model accepts should pass here too, so that an editor marks no right line: a value that holds
`${NAME}` may stand where a number is wanted.
"""

from __future__ import annotations

from typing import Any

from aggregator.config.model import File

DRAFT = "http://json-schema.org/draft-07/schema#"
_FROM_ENVIRONMENT = {"type": "string", "pattern": "\\$\\{"}


def schema() -> dict[str, Any]:
    """Each key with description, default and example."""
    raw = File.model_json_schema(by_alias=True)
    definitions = {name: _object(each) for name, each in sorted(raw.pop("$defs").items())}
    top = _object(raw)
    top["patternProperties"] = {"^x-": {"description": "Yours: a place for YAML anchors."}}
    _give_examples(top, definitions)
    return {"$schema": DRAFT, "title": "aggregator.yaml", **top, "definitions": definitions}


def _object(raw: dict[str, Any]) -> dict[str, Any]:
    """One section: its properties without pydantic's titles, in the words of draft-07."""
    raw.pop("title", None)
    raw["description"] = " ".join(str(raw.get("description", "")).split())
    raw["properties"] = {name: _property(each) for name, each in raw.get("properties", {}).items()}
    return raw


def _property(raw: dict[str, Any]) -> dict[str, Any]:
    raw.pop("title", None)
    facts = {key: raw.pop(key) for key in ("description", "default", "examples") if key in raw}
    facts["description"] = " ".join(str(facts.get("description", "")).split())
    value = _moved(raw)
    if "$ref" in value:
        value = {"allOf": [value]}  # what stands beside a $ref counts for nothing in draft-07
    elif value.get("type") in ("integer", "number", "boolean") or "pattern" in value or "enum" in value:
        value = {"anyOf": [value, _FROM_ENVIRONMENT]}
    return {**facts, **value}


def _moved(value: Any) -> Any:
    """References to `definitions` instead of `$defs`."""
    if isinstance(value, dict):
        return {
            key: each.replace("#/$defs/", "#/definitions/") if key == "$ref" else _moved(each)
            for key, each in value.items()
        }
    return [_moved(each) for each in value] if isinstance(value, list) else value


# --- examples -----------------------------------------------------------------------------------------


def _give_examples(top: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Where the model gives no example of its own: the default, or for a section what its keys give."""
    for section in [*definitions.values(), top]:
        for name, each in section["properties"].items():
            reference = _reference(each)
            if "allOf" in each and reference:
                each["description"] = each["description"] or definitions[_last(reference)]["description"]
                if name not in section.get("required", ()):
                    each.setdefault("default", {})
            each.setdefault("examples", [_example(each, definitions)])


def _example(facts: dict[str, Any], definitions: dict[str, Any]) -> Any:
    reference = _reference(facts)
    if reference is None:
        return facts.get("default")
    inner = definitions[_last(reference)]
    required = inner.get("required") or list(inner["properties"])[:1]
    one = {
        key: each.get("examples", [each.get("default")])[0]
        for key, each in inner["properties"].items()
        if key in required
    }
    return [one] if facts.get("type") == "array" else one


def _last(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


def _reference(value: Any) -> str | None:
    if isinstance(value, dict):
        if "$ref" in value:
            return str(value["$ref"])
        value = list(value.values())
    if isinstance(value, list):
        return next((found for each in value if (found := _reference(each))), None)
    return None
