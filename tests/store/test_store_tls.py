"""`rediss://`: a server behind TLS, as managed ones are."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from store_samples import source

from aggregator import store as stores
from aggregator.core.errors import StoreAway

WEEK = 7 * 86_400.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate for localhost, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", "key.pem", "-out", "cert.pem", "-days", "36500", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
async def encrypted(redis_url: str, certificate: Path) -> AsyncIterator[str]:
    """The address of the embedded server behind something that speaks TLS for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(urlsplit(redis_url).path)
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield f"rediss://localhost:{server.sockets[0].getsockname()[1]}/0"


async def test_a_server_behind_tls_is_a_store_as_any_other(encrypted: str, certificate: Path) -> None:
    url = f"{encrypted}?ssl_ca_certs={quote(str(certificate / 'cert.pem'))}"
    async with stores.open(url) as store:
        await store.sources.take_up([source("a")], {}, WEEK)
        assert [claim.source for claim in await store.sources.claim("w", 10, 30)] == ["a"]
        async with store.answering(30.0):
            await store._link.ping()


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(encrypted: str) -> None:
    with pytest.raises(
        StoreAway, match=r"certificate that is not trusted \(self-signed certificate\): add \?ssl_ca"
    ):
        async with stores.open(encrypted):
            pass


async def test_it_may_be_trusted_by_word_of_the_address(encrypted: str) -> None:
    async with stores.open(f"{encrypted}?ssl_cert_reqs=none") as store:
        assert await store.now() > 0
