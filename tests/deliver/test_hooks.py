"""What a receiver gets, and what its answers lead to."""

from __future__ import annotations

import pytest
from receiver import OTHER, SECRET, says


def desk(receiver, **more):
    return {"id": "desk", "url": receiver.url(), **more}


async def test_a_change_arrives_as_standard_webhooks_say(store, receiver, clerk, deliverer):
    hooks = await deliverer(desk(receiver))
    [story] = await clerk.publish("ferry")
    await hooks.step()
    [got] = receiver.got
    assert got.id == f"{store.epoch}-1"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-timestamp"] == "1800000000"
    assert got.signed_with(SECRET)
    said = got.json()
    assert said["type"] == "story.added"
    assert said["timestamp"] == "2027-01-15T08:00:00Z"
    assert said["data"]["id"] == got.id
    assert said["data"]["story"] == said["data"]["item"]["id"] == story
    assert said["data"]["item"]["title"] == "Headline ferry"
