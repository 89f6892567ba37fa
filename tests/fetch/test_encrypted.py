"""Encrypted connections, direct and through a proxy."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess

import pytest
from sites import Request, Site, always

from aggregator.core.errors import Kind
from aggregator.core.model import Source, SourceState

FEED = b"<rss><channel><title>Harbour News</title></channel></rss>"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-made certificate for good.example, as a PEM file with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *(
                "-keyout",
                folder / "key.pem",
                "-out",
                folder / "cert.pem",
                "-days",
                "2",
                "-subj",
                "/CN=good.example",
            ),
            *("-addext", "subjectAltName=DNS:good.example"),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def source(url: str, **more) -> Source:
    return Source(id="one", url=url, name="One", outlet="One", **more)


async def test_a_certificate_that_nobody_vouches_for_is_refused(site, fetcher, tls):
    there = await site(always(200, FEED), tls=tls)
    one = await fetcher(lookup=lambda name: ["127.0.0.1"])
    got = await one.get(there.url(host="good.example"))
    assert got.kind is Kind.TLS
    assert "self" in got.message


async def test_an_authority_of_its_own_makes_a_source_trusted(site, fetcher, tls, certificate):
    there = await site(always(200, FEED), tls=tls)
    one = await fetcher(lookup=lambda name: ["127.0.0.1"])
    authority = str(certificate / "cert.pem")
    good = await one.fetch(source(there.url(host="good.example"), tls_ca=authority), SourceState())
    other = await one.fetch(source(there.url(host="other.example"), tls_ca=authority), SourceState())
    assert good.body == FEED
    assert other.kind is Kind.TLS
    assert "other.example" in other.message


async def test_verification_can_be_switched_off_for_one_source_and_its_host_alone(site, fetcher, tls):
    there = await site(always(200, FEED), tls=tls)
    elsewhere = await site(always(302, b"", f"Location: {there.url(host='other.example')}"), tls=tls)
    one = await fetcher(lookup=lambda name: ["127.0.0.1"])
    good = await one.fetch(source(there.url(host="good.example"), tls_verify=False), SourceState())
    onward = await one.fetch(source(elsewhere.url(host="good.example"), tls_verify=False), SourceState())
    assert good.body == FEED
    assert onward.kind is Kind.TLS


async def test_an_authority_file_that_cannot_be_read_is_told_so(fetcher, tmp_path):
    os.mkfifo(tmp_path / "pipe.pem")
    one = await fetcher(lookup=lambda name: ["127.0.0.1"])
    for authority in ("/nowhere/ca.pem", str(tmp_path / "pipe.pem"), "/dev/zero", "a\0b"):
        got = await one.fetch(source("https://good.example/", tls_ca=authority), SourceState())
        assert got.kind is Kind.TLS


async def test_plain_http_where_tls_was_expected_is_told_so(fetcher):
    async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await (await fetcher()).get(f"https://127.0.0.1:{port}/")).kind in (Kind.TLS, Kind.RESET)


# --- through a proxy ----------------------------------------------------------------------------------


def tunnel_to(site: Site):
    """A proxy that connects whoever asks to `site`, whatever host was asked for."""

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        reader, onward = await asyncio.open_connection(site.host, site.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = asyncio.create_task(pump(reader, writer))
        await pump(request.reader, onward)
        await back

    return handler


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def test_an_encrypted_feed_comes_through_a_tunnel(site, fetcher, tls, certificate):
    """The proxy sees a host name and its own credentials, and none of the source's."""
    there = await site(always(200, FEED), tls=tls)
    proxy = await site(tunnel_to(there))
    source_ = source(
        "https://good.example/feed?token=t0p",
        proxy=proxy.url("").replace("://", "://me:pw@"),
        headers=(("X-Key", "k3y"),),
        tls_ca=str(certificate / "cert.pem"),
    )
    got = await (await fetcher(allow=False)).fetch(source_, SourceState(etag='"e"'))
    assert got.body == FEED
    asked = proxy.requests[0]
    assert asked.line == "CONNECT good.example:443 HTTP/1.1"
    assert asked["Proxy-Authorization"] == "Basic bWU6cHc="
    assert (asked["X-Key"], asked["If-None-Match"]) == (None, None)
    assert (there.requests[0].target, there.requests[0]["X-Key"]) == ("/feed?token=t0p", "k3y")
    assert there.requests[0]["Proxy-Authorization"] is None


@pytest.mark.parametrize(
    ("status", "kind"), [(407, Kind.UNAUTHORISED), (403, Kind.HOST_TROUBLE), (502, Kind.HOST_TROUBLE)]
)
async def test_a_proxy_that_opens_no_tunnel_is_named(site, fetcher, status, kind):
    proxy = await site(always(status))
    got = await (await fetcher()).fetch(source("https://good.example/", proxy=proxy.url("")), SourceState())
    assert got.kind is kind
    assert "proxy" in got.message
