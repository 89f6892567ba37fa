"""The model applied to what was read: a value for each key, or a problem that points at its place."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from aggregator.config import environ
from aggregator.config.files import LISTS, Gathered
from aggregator.config.masking import is_plain, is_secret, named
from aggregator.config.model import File, Settings, SourceEntry
from aggregator.config.problems import CODES, Refused, did_you_mean
from aggregator.config.read import Items, Map, Place, Text, read
from aggregator.config.values import shown
from aggregator.core.errors import Problem

_ENTRY: TypeAdapter[SourceEntry] = TypeAdapter(SourceEntry)


class Checker:
    """Validates one gathered tree; `problems` grows."""

    def __init__(self, found: Gathered, variables: Mapping[str, str]) -> None:
        self.found = found
        self.variables = variables
        self.problems = found.problems
        self.origin: dict[tuple[str, ...], str] = {}  # path -> the variable that set it
        self.data: dict[str, Any] = {}  # what `settings` read: all but the sources, as it is written

    def settings(self) -> Settings | None:
        """All but the sources, or None where something is wrong."""
        data: dict[str, Any] = {
            key: value for key, value in self.found.root.items() if not key.startswith("x-")
        }
        include = data.pop("include", None)
        written = data.pop("sources", None)
        for name in LISTS[1:]:
            if self.found.lists[name]:
                data[name] = self.found.lists[name]
        if self.found.hosts:
            data["hosts"] = self.found.hosts
        self.override(data)
        self.data = data
        for name, value in (("include", include), ("sources", written)):
            if value is not None and not isinstance(value, list | str if name == "include" else list):
                self.report((name,), "C012", f"a list is wanted here, not {shown(value)}")
        try:
            return Settings.model_validate(data)
        except ValidationError as error:
            self.translate(error, (), File)
            return None

    def entries(self) -> list[tuple[SourceEntry, Text, Place]]:
        """Every source that is right, with its place."""
        items = self.found.lists["sources"]
        right: list[tuple[SourceEntry, Text, Place]] = []
        validate = _ENTRY.validate_python
        for number, (item, text, place) in enumerate(zip(items, items.texts, items.items_at, strict=True)):
            try:
                right.append((validate(item), text, place))
            except ValidationError as error:
                if text.is_opml:
                    self.leave_out(error, text, place)
                else:
                    self.translate(error, ("sources", number), File)
        return right

    def leave_out(self, error: ValidationError, text: Text, place: Place) -> None:
        """Warns of an outline that cannot be polled: another program wrote the file, the rest is right."""
        said = _sentence(("url",), dict(error.errors(include_url=False)[0]), File)[1]
        self.problems.append(text.problem(place, "C044", f"this outline is left out: {said}", warning=True))

    # --- the environment ------------------------------------------------------------------------------

    def override(self, data: dict[str, Any]) -> None:
        """Puts what the AGGREGATOR_ variables say over what the file says."""
        for name, path in environ.overrides(self.variables).items():
            if not _known(path):
                hint = did_you_mean(name.lower(), [each.lower() for each in variables()])
                self.problems.append(
                    Problem(
                        f"${name}", 0, 0, "C032", f"this variable overrides nothing{_upper(hint)}", "", True
                    )
                )
                continue
            target = data
            for step in path[:-1]:
                inner = target.get(step)
                if not isinstance(inner, dict) and inner is not None:
                    break
                copy = Map(getattr(inner, "text", Text("", "")), getattr(inner, "at", (0, 0)))
                if isinstance(inner, Map):
                    copy.update(inner)
                    copy.keys_at, copy.values_at = inner.keys_at, inner.values_at
                target[step] = copy
                target = copy
            target[path[-1]] = self.given(name)
            self.origin[path] = name

    def given(self, name: str) -> Any:
        """What a variable says, read as YAML where that is a list, a mapping, a number or a truth."""
        value = self.variables[name].strip()
        try:
            parsed = read(Text(f"${name}", value), {}, [])
        except Refused:
            return value
        return value if parsed is None or (isinstance(parsed, Map) and value[0] != "{") else parsed

    # --- problems -------------------------------------------------------------------------------------

    def translate(
        self, error: ValidationError, prefix: tuple[str | int, ...], model: type[BaseModel]
    ) -> None:
        """Appends a problem for each fault that pydantic found in the value at `prefix`."""
        for fault in error.errors(include_url=False):
            path = tuple(step for step in (*prefix, *fault["loc"]) if step != "[key]")
            code, message, at_key = _sentence(path, dict(fault), model)
            self.report(path, code, message, at_key=at_key, value=fault.get("input"))

    def report(
        self,
        path: tuple[str | int, ...],
        code: str,
        message: str,
        *,
        at_key: bool = False,
        value: object = None,
        warning: bool = False,
    ) -> None:
        """Appends a problem at the place of a path, or at the variable that put something there."""
        for length in range(len(path), 0, -1):
            variable = self.origin.get(tuple(str(step) for step in path[:length]))
            if variable:
                safe = message.replace(shown(value), "this") if is_secret(variable) else message
                self.problems.append(Problem(f"${variable}", 0, 0, code, safe, "", warning))
                return
        text, place = self.locate(path, at_key=at_key)
        if place in text.lacking:
            return  # that the variable is not set has been said
        if text.is_hidden(place):
            message = message.replace(shown(value), "this").replace(shown(path[-1]), "that is hidden here")
        if place in text.borrowed:
            message = message.replace(shown(value), "what the environment gives").split("; did you mean")[0]
        self.problems.append(text.problem(place, code, message, warning=warning))

    def locate(self, path: tuple[str | int, ...], *, at_key: bool) -> tuple[Text, Place]:
        """Where the value at a path stands; as far as the path leads, else where its parent begins."""
        current: Any = self.found.root
        text, place = self.found.root.text, self.found.root.at
        for step in path:
            if current is self.found.root and step in LISTS and self.found.lists[str(step)]:
                text, place = current.text, current.values_at.get(str(step), place)
                current = self.found.lists[str(step)]
            elif current is self.found.root and step == "hosts" and self.found.hosts:
                text, place = current.text, current.values_at.get("hosts", place)
                current = self.found.hosts
            elif isinstance(current, Map) and step in current.keys_at:
                text = self.found.host_texts[str(step)] if current is self.found.hosts else current.text
                here = current.keys_at if at_key and step == path[-1] else current.values_at
                place = here[str(step)]
                current = current[str(step)]
            elif isinstance(current, Items) and isinstance(step, int) and step < len(current):
                text = current.texts[step] if current.texts else current.text
                place = current.items_at[step]
                current = current[step]
        return text, place


def _upper(hint: str) -> str:
    head, _, name = hint.partition('"')
    return f'{head}"{name.upper()}'


def variables() -> list[str]:
    """Every AGGREGATOR_ variable that overrides a key."""
    names = [environ.CONFIG]
    for key, field in Settings.model_fields.items():
        names.append(environ.PREFIX + key.upper())
        inner = _model(field.annotation)
        if inner is not None and get_origin(field.annotation) is None:
            names += [f"{environ.PREFIX}{key.upper()}__{name.upper()}" for name in inner.model_fields]
    return names


def _known(path: tuple[str, ...]) -> bool:
    return environ.PREFIX + "__".join(path).upper() in variables()


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model inside of an annotation: a section, a list of them, or a mapping to them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {tuple, dict, Union, UnionType, None} or True:
        for argument in get_args(annotation):
            inner = _model(argument)
            if inner is not None:
                return inner
    return None


def _keys(path: tuple[str | int, ...], model: type[BaseModel]) -> list[str]:
    """The keys that may stand where a path leads to."""
    current: type[BaseModel] | None = model
    for step in path:
        if current is None:
            return []
        for name, field in current.model_fields.items():
            if step in (name, field.alias):
                current = _model(field.annotation)
                break
    if current is None:
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _sentence(
    path: tuple[str | int, ...], fault: dict[str, Any], model: type[BaseModel]
) -> tuple[str, str, bool]:
    """The code, the sentence, and whether it is the key that is wrong rather than its value."""
    kind, value, context = fault["type"], fault.get("input"), fault.get("ctx", {})
    key = path[-1] if path else ""
    if kind in CODES:
        return kind, fault["msg"], kind == "C021" and "name" in fault["msg"]
    if kind == "extra_forbidden":
        said = f"unknown key {named(str(key))}" if is_plain(str(key)) else "this is no key"
        return "C010", said + did_you_mean(str(key), _keys(path[:-1], model)), True
    if kind == "missing":
        return "C011", f'"{key}" is missing here', False
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "C012", f"a mapping of keys is wanted here, not {shown(value)}", False
    if kind in {"tuple_type", "list_type"}:
        return "C012", f"a list is wanted here, not {shown(value)}", False
    if kind == "greater_than_equal":
        return "C013", f"{shown(value)} is too small; {context['ge']} is the least", False
    if kind == "less_than_equal":
        return "C013", f"{shown(value)} is too large; {context['le']} is the most", False
    if kind == "literal_error":
        allowed = [part.strip("' ") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
        hint = did_you_mean(str(value), allowed)
        return "C013", f"{shown(value)} is not one of {', '.join(allowed)}{hint}", False
    return "C012", fault["msg"], False
