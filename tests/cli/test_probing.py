"""`probe` on pages: their feeds found, asked politely, ranked, and written as YAML."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from aggregator.cli import main

ITEM = "<item><guid>{0}</guid><title>{0} of the harbour</title><link>http://news.example/{0}</link></item>"


def rss(title: str, *names: str) -> str:
    items = "".join(ITEM.format(name) for name in names)
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>All the news</title>"
    + "".join(
        f"<entry><id>{n}</id><title>{n}</title><link href='http://news.example/{n}'/></entry>" for n in "abc"
    )
    + "</feed>"
)
PAGE = """<html><head>
<link rel=alternate type=application/rss+xml title="Comments" href=/comments/feed>
<link rel=alternate type=application/rss+xml title="All" href=/all.rss>
<link rel=alternate type=application/atom+xml title="All" href=/all.atom>
<link rel=alternate type=application/rss+xml title="Gone" href=/gone.rss></head>
<body><a href="/rss/sport.xml">Sport</a></body></html>"""
PLACES = {
    "/": PAGE,
    "/comments/feed": rss("Comments on all", "x", "y"),
    "/all.rss": rss("All the news", "a", "b", "c"),
    "/all.atom": ATOM,
    "/rss/sport.xml": rss("Sport", "s", "t"),
    "/bare/page": "<html><p>No feed is named here.",
    "/bare/rss.xml": rss("Found where it usually is", "a"),
    "/nothing/page": "<html><p>None here.",
}


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """A site on loopback, and the paths that were asked for."""
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            text = PLACES.get(self.path) if "nothing" not in asked[0] or "nothing" in self.path else None
            body = (text or "").encode()
            self.send_response(404 if text is None else 200)
            self.send_header("Content-Type", "text/html" if body.startswith(b"<html") else "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def probe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aggregator.yaml").write_text(
        "polling: {per_host_rate: off, allow_private_networks: [127.0.0.0/8]}\nsources: []\n"
    )

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["aggregator", "probe", *arguments])
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        return int(status or 0), out, err  # type: ignore[call-overload]

    return called


def test_the_feeds_of_a_page_are_ranked_and_those_that_differ_are_written(probe, site):
    address, asked = site
    found = json.loads(probe("--json", f"{address}/")[1])
    assert [feed["url"].removeprefix(address) for feed in found["feeds"]] == [
        "/all.rss",
        "/all.atom",
        "/rss/sport.xml",
        "/comments/feed",
    ]
    assert [feed["entries"] for feed in found["feeds"]] == [3, 3, 2, 2]
    written = yaml.safe_load(found["yaml"])["sources"]
    assert [source["name"] for source in written] == ["All the news", "Sport"]
    assert len(asked) == len(set(asked)) == 6


def test_where_a_page_names_none_the_usual_places_are_asked_until_one_is_found(probe, site):
    address, asked = site
    status, out, _ = probe(f"{address}/bare/page")
    assert (status, "Found where it usually is" in out, f"url: {address}/bare/rss.xml" in out) == (
        0,
        True,
        True,
    )
    assert asked == ["/bare/page", "/bare/feed", "/bare/rss", "/bare/rss.xml"]
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_a_page_without_any_feed_is_told_so_after_a_bounded_number_of_requests(probe, site):
    address, asked = site
    status, _, err = probe(f"{address}/nothing/page")
    assert (status, "No feed was found there either." in err) == (1, True)
    assert len(asked) <= 13
