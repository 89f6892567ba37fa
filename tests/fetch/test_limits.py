"""Descriptors: raised to what is allowed, concurrency fitted into it, and running out is nobody's failure."""

from __future__ import annotations

import errno
import resource
import ssl
import subprocess
import sys

import pytest

from aggregator import __version__
from aggregator.config.model import Polling
from aggregator.core.errors import Kind
from aggregator.fetch import FetchSettings, MachineTrouble, failure, fit
from aggregator.guard import Guard


@pytest.mark.parametrize(
    ("concurrency", "files", "expected"),
    [(200, 1024, 200), (200, -1, 200), (448, 1024, 448), (449, 1024, 448), (5000, 256, 64), (5, 10, 1)],
)
def test_concurrency_is_fitted_into_the_descriptors(concurrency, files, expected):
    fitted, sentence = fit(concurrency, files)
    assert fitted == expected
    assert (sentence is None) == (fitted == concurrency)


def test_the_sentence_says_what_would_help():
    _, sentence = fit(5000, 1024)
    assert sentence == (
        "Only 1024 files may be open at once, so 448 sources are polled at a time instead of 5000: "
        "for all of them raise the limit to 10128 (ulimit -n 10128)."
    )


def in_a_process(code: str) -> str:
    """What a process of its own prints, since limits are a process' own."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_limit_is_raised_to_the_hard_one():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert in_a_process(
        "import resource as r; from aggregator.fetch import raise_limit\n"
        f"r.setrlimit(r.RLIMIT_NOFILE, (64, {hard}))\n"
        "raise_limit(10)\n"
        "print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    ) == str(hard)


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "two.example"])
def test_a_process_without_descriptors_blames_itself(loop, host):
    """Not the source: literal address, name, and several addresses of a name alike."""
    printed = in_a_process(
        "import resource as r, os, asyncio, uvloop\n"
        "from aggregator.fetch import Fetcher, FetchSettings, MachineTrouble\n"
        "from aggregator.fetch.resolve import system_lookup\n"
        "look = lambda name: ['127.0.0.1', '127.0.0.2'] if name == 'two.example' else system_lookup(name)\n"
        "async def main():\n"
        "    async with Fetcher(FetchSettings(allow=True, timeout=5, lookup=look)) as one:\n"
        f"        await one.get('http://{host}:1/')\n"
        "        taken = []\n"
        "        r.setrlimit(r.RLIMIT_NOFILE, (64, 64))\n"
        "        try:\n"
        "            while True: taken.append(os.open('/dev/null', 0))\n"
        "        except OSError: pass\n"
        "        try:\n"
        f"            print(await one.get('http://{host}:1/'))\n"
        "        except MachineTrouble as error: print(error)\n"
        "        for each in taken: os.close(each)\n"
        f"        print((await one.get('http://{host}:1/')).kind)\n"
        f"asyncio.Runner(loop_factory={loop}.new_event_loop).run(main())"
    )
    first, second = printed.splitlines()
    assert first.startswith("This process has no file descriptor left")
    assert second == "refused"


def test_a_lookup_that_hangs_does_not_hold_up_the_end_of_the_process():
    assert (
        in_a_process(
            "import asyncio, threading\n"
            "from aggregator.fetch import Fetcher, FetchSettings, MachineTrouble\n"
            "async def main():\n"
            "    settings = FetchSettings(timeout=0.4, lookup=lambda name: threading.Event().wait())\n"
            "    async with Fetcher(settings) as one:\n"
            "        try: await one.get('http://hangs.example/')\n"
            "        except MachineTrouble as error: print(error)\n"
            "asyncio.run(main())"
        )
        == "No name server answers this machine: polling goes on once DNS is back."
    )


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH])
def test_a_machine_without_network_blames_itself_and_one_with_network_the_host(number, monkeypatch):
    """Which of the two it is shows in whether there is a route to anywhere."""
    error = OSError(number, "unreachable")
    monkeypatch.setattr(failure, "has_route", lambda: False)
    with pytest.raises(MachineTrouble, match="network of this machine is down"):
        failure.of_error(error, "news.example")
    monkeypatch.setattr(failure, "has_route", lambda: True)
    assert failure.of_error(error, "news.example").kind is Kind.REFUSED


@pytest.mark.parametrize("number", failure.OURS)
def test_what_only_this_machine_can_lack_is_never_a_failure(number):
    with pytest.raises(MachineTrouble):
        failure.of_error(OSError(number, "x"), "news.example")


def test_out_of_memory_is_never_a_failure():
    with pytest.raises(MachineTrouble):
        failure.of_error(MemoryError(), "news.example")


def test_looking_for_a_route_gives_an_answer_and_sends_nothing():
    assert failure.has_route() in (True, False)


def test_a_machine_without_authorities_is_told_what_to_install(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    got = failure.of_error(
        ssl.SSLCertVerificationError("unable to get local issuer certificate"), "news.example"
    )
    assert got.kind is Kind.TLS
    assert "install ca-certificates" in got.message


def test_settings_come_from_the_configuration():
    polling = Polling(
        timeout="9s", max_bytes="1MB", contact="desk@news.example", allow_private_networks=["10.0.0.0/8"]
    )
    settings = FetchSettings.of(polling)
    assert (settings.timeout, settings.max_bytes, settings.concurrency) == (9.0, 1_000_000, 200)
    assert settings.user_agent == f"wire-aggregator/{__version__} (+desk@news.example)"
    assert Guard(settings.allow).check("10.1.2.3")
    assert not Guard(settings.allow).check("192.168.1.1")
