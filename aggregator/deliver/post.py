"""One request to a webhook: signed, over a guarded line (`line`).

A 2xx counts as soon as it is there: of the body no more is read than it takes to use the connection again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from pydantic import SecretStr
from standardwebhooks import Webhook as Signer

from aggregator.core import freshness
from aggregator.core.hook import Reply
from aggregator.deliver.line import Line, host_of
from aggregator.fetch import FetchSettings

TIMEOUT: Final = 20.0
"""Seconds that a receiver has to answer."""


class Post:
    """Sends messages. Open it with `async with`; `settings` say what may be reached and who we are."""

    def __init__(self, settings: FetchSettings, clock: Callable[[], float], timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self._clock = clock
        self._line = Line(settings, timeout, {"Content-Type": "application/json"})

    async def __aenter__(self) -> Self:
        await self._line.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._line.__aexit__(kind, error, trace)

    async def send(self, url: str, secrets: Sequence[SecretStr], message: str, body: str) -> Reply:
        """Tries once to deliver a message. Raises MachineTrouble, where this machine is at fault."""
        headers = signed(secrets, message, body, self._clock())
        said = await self._line.ask("POST", url, body=body.encode(), headers=headers, as_it_is=False)
        if said.status is None:
            return Reply(None, said.error)
        if 200 <= said.status < 300:
            return Reply(said.status)
        sent = said.headers
        wait = freshness.retry_after(sent.get("Retry-After"), sent=sent.get("Date"), now=self._clock())
        return Reply(said.status, _refused(host_of(url), said.status), wait)


def signed(secrets: Sequence[SecretStr], message: str, body: str, now: float) -> dict[str, str]:
    """The header fields of a try; a signature for each secret, so that a receiver may know any of them."""
    at = datetime.fromtimestamp(int(now), UTC)
    signatures = [Signer(secret.get_secret_value()).sign(message, at, body) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }


def _refused(host: str, status: int) -> str:
    if 300 <= status < 400:
        return f"{host} redirects ({status}), which is not followed: configure the new address."
    if status == 410:
        return f"{host} says that nobody is there any more (410)."
    return f"{host} answered {status}."
