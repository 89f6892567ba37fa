"""The commands that do the job and look at it, as a user calls them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily Test</title><language>en</language>
<item><guid>1</guid><title>Harbour bridge opens after nine years</title><link>http://example.org/1</link>
<description>The bridge over the harbour opened on Monday, nine years after the first stone was laid.</description></item>
</channel></rss>"""

SERVER = """
import http.server, sys
class Feed(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open(sys.argv[1], "rb").read() if self.path == "/feed" else b"<html><head><link rel='alternate' " \
            b"type='application/rss+xml' title='All' href='/feed'></head></html>"
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/xml" if self.path == "/feed" else "text/html")
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feed)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server with one feed, a page that names it, and a missing one."""
    (tmp_path / "feed.xml").write_text(FEED)
    command = [sys.executable, "-c", SERVER, str(tmp_path / "feed.xml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


class Desk:
    """A folder with a configuration, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "desk"
        self.folder.mkdir()
        self.port = free_port()
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("AGGREGATOR_")}

    def write(self, *sources: str) -> None:
        lines = "".join(f"  - {{id: s{n}, url: '{url}'}}\n" for n, url in enumerate(sources))
        (self.folder / "aggregator.yaml").write_text(
            f"server: {{port: {self.port}}}\npolling: {{allow_private_networks: [127.0.0.0/8], timeout: 5s}}\n"
            f"retention: {{rebuild_wait: 1s}}\nsources:\n{lines}"
        )

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "aggregator", *arguments],
            cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command that goes on until the block ends, then is told to stop and must end well."""
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "aggregator", *arguments],
                cwd=self.folder,
                env=self.environ,
                stderr=log,
                text=True,
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0, self.log()
        finally:
            process.kill()
            process.wait()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def get(self, path: str) -> str:
        """What the web server answers, as soon as it does."""
        deadline = time.monotonic() + 20
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                    text: str = answer.read().decode()
                    return text
            except OSError:
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.1)

    def until(self, path: str, wanted: str) -> str:
        deadline = time.monotonic() + 20
        while wanted not in (text := self.get(path)):
            assert time.monotonic() < deadline, text + self.log()
            time.sleep(0.1)
        return text


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_once_writes_the_feed_and_says_what_each_source_gave(desk, address):
    desk.write(f"{address}/feed", f"{address}/missing")
    done = desk.call("once", "-o", "feed.json")
    assert (done.returncode, "1 new entries, 1 stories" in done.stdout) == (0, True), done.stderr
    assert "missing" in done.stdout
    feed = json.loads((desk.folder / "feed.json").read_text())
    assert [item["title"] for item in feed["items"]] == ["Harbour bridge opens after nine years"]


def test_once_again_finds_nothing_new_and_its_json_says_so(desk, address):
    desk.write(f"{address}/feed")
    desk.call("once")
    said = json.loads(desk.call("once", "--json", "--workers", "2").stdout)
    assert (said["requests"], said["entries"], said["stories"]) == (1, 0, 1)
    assert set(said["seconds"]) == {"start", "poll", "write"}


def test_once_of_sources_that_all_fail_is_a_failure_with_one_sentence(desk, address):
    desk.write(f"{address}/missing")
    done = desk.call("once")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("aggregator: No source could be read: the table")
    assert "`aggregator sources` says why" in desk.call("once", "--json").stderr


def test_once_that_is_interrupted_is_no_success(desk, address):
    """The round's table must not pass for the whole: a script that goes on would publish half of the news."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        desk.write(f"{address}/feed", f"http://127.0.0.1:{silent.getsockname()[1]}/never")
        command = [sys.executable, "-m", "aggregator", "once"]
        with subprocess.Popen(
            command,
            cwd=desk.folder,
            env=desk.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            held, _ = silent.accept()  # its poll is in flight
            process.send_signal(signal.SIGINT)
            out, said = process.communicate(timeout=30)
            held.close()
    assert process.returncode == 1
    assert said.strip().splitlines()[-1].startswith("aggregator: Stopped by a signal")
    assert "not asked" in out or "timeout" in out


def test_once_to_a_place_that_cannot_be_written_is_one_sentence(desk, address):
    desk.write(f"{address}/feed")
    (desk.folder / "file").write_text("")
    done = desk.call("once", "-o", "file/feed.json")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("aggregator: file/feed.json can't be written: ")
    assert "Traceback" not in done.stderr


def test_run_serves_what_its_workers_gather(desk, address):
    desk.write(f"{address}/feed")
    with desk.running("run", "--workers", "1"):
        desk.until("/feed.json", "Harbour bridge opens")
        assert desk.call("health").returncode == 0
        (source,) = json.loads(desk.call("sources", "--json").stdout)["sources"]
        assert (source["id"], source["state"]) == ("s0", "ok")
        second = desk.call("run")
        assert (second.returncode, "in use by process" in second.stderr) == (1, True)
    assert "stops" in desk.log()
    assert desk.call("health").returncode == 1


def test_run_goes_on_where_it_was(desk, address):
    """Stories are there again before any source was asked again."""
    desk.write(f"{address}/feed")
    for _ in range(2):
        with desk.running("run", "--workers", "1"):
            first = json.loads(desk.until("/feed.json", "Harbour bridge opens"))["items"][0]
            assert first["_aggregator"]["revision"] == 1


def test_run_without_a_configuration_starts_and_says_how_to_go_on(desk):
    desk.environ["AGGREGATOR_SERVER__PORT"] = str(desk.port)
    with desk.running("run", "--workers", "1"):
        page = desk.get("/")
    assert "aggregator init" in page or "sources:" in page


def test_a_killed_run_leaves_nothing_behind_that_stops_the_next(desk, address):
    desk.write(f"{address}/feed")
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator", "run", "--workers", "1"],
        cwd=desk.folder, env=desk.environ, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    desk.until("/feed.json", "Harbour bridge opens")
    process.kill()
    process.wait()
    with desk.running("run", "--workers", "1"):
        desk.until("/feed.json", "Harbour bridge opens")


def test_worker_and_web_share_the_redis_of_a_run(desk, address):
    desk.write(f"{address}/feed")
    with desk.running("run", "--workers", "1"):
        desk.until("/feed.json", "Harbour bridge opens")
        desk.environ["AGGREGATOR_SERVER__PORT"] = str(free_port())
        other = subprocess.Popen([sys.executable, "-m", "aggregator", "web"], cwd=desk.folder, env=desk.environ,
                                 stderr=subprocess.DEVNULL)  # fmt: skip
        mine, desk.port = desk.port, int(desk.environ["AGGREGATOR_SERVER__PORT"])
        desk.until("/feed.json", "Harbour bridge opens")
        other.terminate()
        assert other.wait(20) == 0
        desk.port = mine


def test_a_port_in_use_is_one_sentence(desk, address):
    desk.write(f"{address}/feed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.port))
        taken.listen()
        done = desk.call("run")
    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (
        1,
        f"aggregator: Port {desk.port} of 127.0.0.1 is in use: stop what uses it, or set another server.port (0 takes any).",
    )


def test_probe_shows_a_feed_and_what_to_paste(desk, address):
    desk.write(f"{address}/feed")
    done = desk.call("probe", f"{address}/feed")
    assert (done.returncode, "The Daily Test" in done.stdout, f"url: {address}/feed" in done.stdout) == (
        0,
        True,
        True,
    )
    found = json.loads(desk.call("probe", "--json", f"{address}/feed").stdout)
    assert [entry["title"] for entry in found["entries"]] == ["Harbour bridge opens after nine years"]


def test_probe_of_a_page_names_its_feeds(desk, address):
    desk.write(f"{address}/feed")
    assert f"{address}/feed" in desk.call("probe", f"{address}/page").stdout


def test_probe_of_a_private_address_is_refused_unless_allowed(desk, address):
    done = desk.call("probe", f"{address}/feed")
    assert (done.returncode, "private_address" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments", [["--nonsense"], ["probe"], ["run", "--workers", "0"], ["check", "-c", "none.yaml"]]
)
def test_wrong_usage_is_exit_status_two(desk, arguments):
    assert desk.call(*arguments).returncode == 2


def test_the_version_is_the_packages(desk):
    from aggregator import __version__

    assert desk.call("--version").stdout.strip() == f"aggregator {__version__}"


def test_probe_of_what_is_no_web_address_is_wrong_usage(desk):
    done = desk.call("probe", "harbour-courier")
    assert done.returncode == 2
    assert "C018 this is not a web address" in done.stderr


def test_a_reader_of_our_pipe_who_has_enough_is_no_failure(desk):
    """As in `aggregator dedupe < entries | head -1`: what is written has nowhere to go."""
    command = [sys.executable, "-m", "aggregator", "dedupe"]
    lines = "".join(
        f'{{"id": {n}, "title": "Harbour bridge {n} opens after {n} years"}}\n' for n in range(2_000)
    )
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=desk.environ,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(lines)
        process.stdin.close()
        said = process.stderr.read()
        assert (process.wait(60), said) == (0, "")


def test_a_shorter_interval_is_in_force_at_once(desk, address):
    """What was due in half an hour is not waited for when its source is now to be polled every second."""
    desk.write(f"{address}/feed")
    desk.call("once")
    path = desk.folder / "aggregator.yaml"
    path.write_text(path.read_text().replace("/feed'}", "/feed', interval: 1s}"))
    before = json.loads(desk.call("sources", "--json").stdout)["sources"][0]["last_poll"]
    with desk.running("run", "--workers", "1"):
        desk.get("/")
        deadline = time.monotonic() + 20
        while json.loads(desk.get("/sources.json"))["sources"][0]["last_poll"] == before:
            assert time.monotonic() < deadline
            time.sleep(0.2)
