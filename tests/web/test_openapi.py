"""`/openapi.json` and `/docs`: what is described is what is served."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from newsdesk import Newsdesk, Reader, a_copy
from yarl import URL

from aggregator.web.openapi import WORDS

PATHS = {"view": "world", "story": "0" * 32, "source": "nbc"}


@pytest.fixture
async def reader(serve: Callable[..., Any], desk: Newsdesk) -> Reader:
    reader = await serve(feeds=[{"id": "world", "where": {"categories": ["world"]}}])
    await desk.publish("nbc", "one", a_copy("abc", "two"), summary="Once", html="<p>x</p>")
    await reader.feed_of(1)
    return reader


async def described(reader: Reader) -> Any:
    return (await reader.ask("/openapi.json")).json()


async def test_every_address_that_is_served_is_described(reader: Reader) -> None:
    served = {resource.canonical for resource in reader.runner._app.router.resources()}
    assert set((await described(reader))["paths"]) == served - {
        "/{path}",
        "/favicon.ico",
        "/static/{file}",
        "/desk/leave",  # a button of a page
    }


async def test_every_parameter_that_is_described_is_accepted_and_no_other(reader: Reader) -> None:
    for path, item in (await described(reader))["paths"].items():
        for method, operation in item.items():
            if path in {"/events", "/healthz", "/readyz", "/metrics"} or method == "post":
                continue
            if path == "/websub/{token}":  # hubs may say more than we know
                continue
            known = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
            address = reader.runner.address + re.sub(r"{(\w+)}", lambda match: PATHS[match[1]], path)
            for name in sorted(set(WORDS) | {"nonsense"}):
                question = str(URL(address).with_query({name: "x"}))
                answer = await reader.ask(question, Authorization=f"Bearer {reader.runner.token}")
                refused = answer.status == 400 and (
                    answer.json()["detail"].startswith(("There is no parameter", "The address already names"))
                )
                assert refused is (name not in known), (path, name, answer.text)


async def test_what_is_answered_is_as_described(reader: Reader) -> None:
    whole = await described(reader)
    for path in ("/feed.json", "/feeds/world.json", "/changes", "/sources.json", "/readyz", "/nothing"):
        answer = await reader.ask(path)
        name = (
            "Problem"
            if answer.status == 404
            else {"f": "Feed", "c": "Changes", "s": "Sources", "r": "Status"}[path[1]]
        )
        schema = {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
        Draft202012Validator(schema).validate(answer.json())


async def test_the_page_names_every_address_and_parameter_and_fetches_nothing(reader: Reader) -> None:
    page = (await reader.ask("/docs")).text
    whole = await described(reader)
    for path, item in whole["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in item.values():
            assert all(f"<code>{one['name']}</code>" in page for one in operation["parameters"])
    assert "<script>" not in page
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


async def test_the_description_needs_no_token_and_names_our_address(serve: Callable[..., Any]) -> None:
    reader = await serve(
        tokens=[{"name": "a", "value": "one"}], server={"port": 0, "public_url": "https://news.example/desk"}
    )
    assert (await described(reader))["servers"] == [{"url": "https://news.example/desk"}]
    assert "secret" not in (await reader.ask("/docs")).text
