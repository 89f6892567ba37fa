"""Other feed readers on the same feeds: the same rounds, the same counts. None of them matches stories.

Each is skipped, with a sentence, where it is not installed: reader (in requirements-bench.lock), newsboat
(Debian), yarr and Miniflux (Go; searched on PATH, in Go's folder and in .cache/peers/bin). Rates are of the
polling alone where a peer lets us see it; newsboat's and Miniflux's commands are timed whole.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Self
from xml.sax.saxutils import quoteattr

from bench.places import free_port, scratch
from bench.server import ENTRIES, Feeds

FEEDS = 2000
KINDS = ("new", "304", "one")


class Peer(ABC):
    """One reader with its store in `folder`, for as long as the block lasts."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @classmethod
    @abstractmethod
    def missing(cls) -> str:
        """Why it cannot run here, in one sentence; empty where it can."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    @abstractmethod
    def add(self, urls: Sequence[str]) -> None:
        """Takes up the feeds; may poll them once."""

    @abstractmethod
    def poll(self) -> float:
        """Polls every feed once: seconds."""

    @abstractmethod
    def stored(self) -> int:
        """Entries in its store."""


class Reader(Peer):
    """lemon24/reader, 20 threads; in a process of its own that says how long the update took."""

    name = "reader"
    program = """
import sys, time
from reader import make_reader
with make_reader(sys.argv[1]) as reader:
    if sys.argv[2] == "add":
        for url in sys.stdin.read().split():
            reader.add_feed(url)
    elif sys.argv[2] == "update":
        begun = time.perf_counter()
        reader.update_feeds(scheduled=False, workers=20)
        print(time.perf_counter() - begun)
    else:
        print(reader.get_entry_counts().total)
"""

    @classmethod
    def python(cls) -> str:
        """The interpreter that has it: ours, or that of .cache/peers/reader."""
        for python in (sys.executable, ".cache/peers/reader/bin/python"):
            if shutil.which(python) and not _run([python, "-c", "import reader"], check=False).returncode:
                return python
        return ""

    @classmethod
    def missing(cls) -> str:
        return "" if cls.python() else "reader is not installed: pip install reader"

    def _do(self, what: str, said: str = "") -> str:
        command = [self.python(), "-c", self.program, str(self.folder / "reader.sqlite"), what]
        return _run(command, given=said).stdout

    def add(self, urls: Sequence[str]) -> None:
        self._do("add", "\n".join(urls))

    def poll(self) -> float:
        return float(self._do("update"))

    def stored(self) -> int:
        return int(self._do("count"))


class Newsboat(Peer):
    """newsboat, 20 threads, its whole command."""

    name = "newsboat"

    @classmethod
    def missing(cls) -> str:
        return "" if shutil.which("newsboat") else "newsboat is not on PATH: apt-get install newsboat"

    def add(self, urls: Sequence[str]) -> None:
        (self.folder / "urls").write_text("\n".join(urls) + "\n")
        (self.folder / "config").write_text("reload-threads 20\nmax-items 0\n")

    def poll(self) -> float:
        files = ("-C", "config"), ("-u", "urls"), ("-c", "cache.db")
        options = [part for flag, name in files for part in (flag, str(self.folder / name))]
        begun = time.perf_counter()
        _run(["newsboat", *options, "-x", "reload"])
        return time.perf_counter() - begun

    def stored(self) -> int:
        return _count(self.folder / "cache.db", "rss_item")


class Yarr(Peer):
    """yarr, its server; a round ends when nothing is pending."""

    name = "yarr"

    @classmethod
    def missing(cls) -> str:
        build = 'go install -tags "sqlite_foreign_keys sqlite_json" github.com/nkanaev/yarr/cmd/yarr@latest'
        return "" if _go("yarr") else f"yarr is not installed: {build}"

    def __enter__(self) -> Self:
        self._url = f"http://127.0.0.1:{(port := free_port())}"
        command = [_go("yarr"), "-addr", f"127.0.0.1:{port}", "-db", str(self.folder / "yarr.db")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _until(lambda: self._ask("api/status"))
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def add(self, urls: Sequence[str]) -> None:
        form = (
            '--limit\r\nContent-Disposition: form-data; name="opml"; filename="feeds.opml"\r\n'
            f"Content-Type: text/xml\r\n\r\n{_opml(urls)}\r\n--limit--\r\n"
        )
        self._ask("opml/import", form.encode(), "multipart/form-data; boundary=limit")
        self._wait()

    def poll(self) -> float:
        begun = time.perf_counter()
        self._ask("api/feeds/refresh", b"{}", "application/json")
        self._wait()
        return time.perf_counter() - begun

    def stored(self) -> int:
        return _count(self.folder / "yarr.db", "items")

    def _wait(self) -> None:
        while json.loads(self._ask("api/status"))["running"]:
            time.sleep(0.02)

    def _ask(self, path: str, body: bytes | None = None, form: str = "") -> bytes:
        request = urllib.request.Request(f"{self._url}/{path}", body, {"Content-Type": form} if body else {})
        with urllib.request.urlopen(request, timeout=600) as answer:
            said: bytes = answer.read()
        return said


class Miniflux(Peer):
    """Miniflux on a PostgreSQL of its own (unix socket only): `miniflux -refresh-feeds`, timed whole."""

    name = "Miniflux"

    @classmethod
    def missing(cls) -> str:
        if not _go("miniflux"):
            return "Miniflux is not installed: go install miniflux.app/v2@latest"
        return "" if _postgres("initdb") else "Miniflux needs a PostgreSQL server: apt-get install postgresql"

    def __enter__(self) -> Self:
        self._data = Path("/tmp") / f"bench-postgres-{os.getpid()}"  # its socket's path must be short
        self._data.mkdir(mode=0o700)
        if not os.getuid():
            shutil.chown(self._data, "postgres", "postgres")
        self._admin("initdb", "-A", "trust", "-U", "miniflux", "-D", str(self._data / "db"))
        options = f"-k {self._data} -c listen_addresses= -c max_connections=100"
        self._admin("pg_ctl", "-D", str(self._data / "db"), "-o", options, "-w", "start", "-l", "/dev/null")
        try:
            self._admin("createdb", "-h", str(self._data), "-U", "miniflux", "miniflux")
            self._do("-migrate")
            self._sql("insert into users (id, username, is_admin) values (1, 'bench', true)")
            self._sql("insert into categories (id, user_id, title) values (1, 1, 'All')")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._admin("pg_ctl", "-D", str(self._data / "db"), "-m", "immediate", "stop")
        shutil.rmtree(self._data, ignore_errors=True)

    def add(self, urls: Sequence[str]) -> None:
        rows = ", ".join(f"(1, 1, 'Outlet', '{url}', '{url}')" for url in urls)
        self._sql(f"insert into feeds (user_id, category_id, title, feed_url, site_url) values {rows}")

    def poll(self) -> float:
        self._sql("update feeds set next_check_at = now() - interval '1 hour'")
        begun = time.perf_counter()
        self._do("-refresh-feeds")
        return time.perf_counter() - begun

    def stored(self) -> int:
        return int(self._sql("select count(*) from entries"))

    def _do(self, command: str) -> None:
        settings = {
            "DATABASE_URL": f"user=miniflux dbname=miniflux host={self._data} sslmode=disable",
            "DATABASE_MIN_CONNS": "20",
            "DATABASE_MAX_CONNS": "20",
            "WORKER_POOL_SIZE": "16",
            "BATCH_SIZE": "100000",
            "POLLING_PARSING_ERROR_LIMIT": "0",
            "LOG_LEVEL": "error",
        }
        _run([_go("miniflux"), command], env={**os.environ, **settings})

    def _sql(self, statement: str) -> str:
        host = ["-h", str(self._data), "-U", "miniflux", "-d", "miniflux"]
        return _run([_postgres("psql"), *host, "-tA", "-f", "-"], given=statement + ";\n").stdout.strip()

    def _admin(self, program: str, *arguments: str) -> None:
        command = [_postgres(program), *arguments]
        if not os.getuid():  # PostgreSQL refuses to run as root
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        _run(command, cwd="/tmp")


PEERS: tuple[type[Peer], ...] = (Reader, Newsboat, Yarr, Miniflux)


def run(feeds: int = FEEDS, repeats: int = 1, only: Sequence[str] = ()) -> dict[str, Any]:
    """Every peer that is here through the rounds, some of which take minutes; why the others are not."""
    return {peer.name: _peer(peer, feeds, repeats) for peer in PEERS if not only or peer.name in only}


def _peer(kind: type[Peer], feeds: int, repeats: int) -> dict[str, Any]:
    if missing := kind.missing():
        return {"skipped": missing}
    try:
        with scratch(kind.name.lower()) as folder, Feeds(feeds) as server, kind(folder) as peer:
            return _rounds(server, peer, repeats)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return {"skipped": f"{kind.name} did not run: {str(error)[:500]}"}


def _rounds(server: Feeds, peer: Peer, repeats: int) -> dict[str, Any]:
    peer.add(server.urls)
    peer.poll()
    result: dict[str, Any] = {"feeds": len(server.urls), "first poll": {"entries": peer.stored()}}
    for _ in range(2):  # some learn a validator later than at the first poll
        server.round("304")
        peer.poll()
    for kind in KINDS:
        rounds = [_round(server, peer, kind) for _ in range(repeats)]
        middle = sorted(rounds, key=lambda round_: round_["feeds_a_second"])[len(rounds) // 2]
        result[kind] = {
            **middle,
            "feeds_a_second": median(round_["feeds_a_second"] for round_ in rounds),
            "entries_expected": {"new": ENTRIES, "one": 1}.get(kind, 0) * len(server.urls),
            "entries_all": [round_["entries"] for round_ in rounds],
        }
    return result


def _round(server: Feeds, peer: Peer, kind: str) -> dict[str, Any]:
    before = peer.stored()
    server.round(kind)
    seconds = peer.poll()
    counts = server.counts()
    return {
        "feeds_a_second": round(len(server.urls) / seconds, 1),
        "requests": counts["requests"],
        "not_modified": counts["not_modified"],
        "entries": peer.stored() - before,
        "seconds": round(seconds, 3),
    }


def _run(
    command: Sequence[str],
    *,
    given: str = "",
    check: bool = True,
    env: dict[str, str] | None = None,
    cwd: str | None = None,
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=1800, env=env, cwd=cwd
    )
    if check and done.returncode:
        raise RuntimeError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done


def _count(database: Path, table: str) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


def _go(program: str) -> str:
    """Where a program built by Go is, or an empty text."""
    home = os.environ.get("GOBIN") or str(Path(os.environ.get("GOPATH", Path.home() / "go")) / "bin")
    path = os.pathsep.join((os.environ.get("PATH", ""), home, str(Path(".cache/peers/bin").resolve())))
    return shutil.which(program, path=path) or ""


def _postgres(program: str) -> str:
    """Where a program of PostgreSQL's server is: not on PATH in Debian."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join((*map(str, folders), os.environ.get("PATH", "")))
    return shutil.which(program, path=path) or ""


def _opml(urls: Sequence[str]) -> str:
    rows = "".join(f'<outline type="rss" text="Outlet" xmlUrl={quoteattr(url)}/>' for url in urls)
    return f'<?xml version="1.0"?><opml version="2.0"><body>{rows}</body></opml>'


def _until(answers: Any) -> None:
    """Waits until a server that was just started answers."""
    for _ in range(250):
        try:
            answers()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("it does not answer")


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:3]), only=sys.argv[3:]), indent=2))
