"""config/install.sh, run for real: with uv, with venv, without ensurepip, and where nothing works.

What it installs is a wheel made here, found in a folder: no registry is asked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "config/install.sh"
UV = shutil.which("uv")
TOOLS = ("sh", "dirname", "basename", "mktemp", "rm", "ls", "cat", "chmod", "touch", "tail", "env", "mkdir")

Install = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with one package, `tiny`, and a lock file that pins it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "WORD = 'here'\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(
            "tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n")
    return folder


@pytest.fixture
def install(tmp_path: Path, wheels: Path) -> Install:
    """Runs the script with a PATH that holds the usual tools, and what `commands` adds to them."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)

    def run(
        venv: str = "venv",
        lock: str = "requirements.lock",
        commands: dict[str, str] | None = None,
        **more: str,
    ) -> subprocess.CompletedProcess[str]:
        for name, text in (commands or {}).items():
            path = tools / name
            path.unlink(missing_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        environ = {
            "PATH": str(tools), "HOME": str(tmp_path), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels),
            "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "1", "UV_FIND_LINKS": str(wheels),
            "UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(tmp_path / "cache"), **more,
        }  # fmt: skip
        return subprocess.run(
            ["sh", str(SCRIPT), str(tmp_path / venv), str(tmp_path / lock)],
            env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def python(refuses: str = "") -> str:
    """This interpreter as a command; `refuses` is a shell pattern of arguments with which it fails."""
    fails = (
        f'case "$*" in {refuses}) echo "ensurepip is not available" >&2; exit 1;; esac\n' if refuses else ""
    )
    return f'#!/bin/sh\n{fails}exec "{sys.executable}" "$@"\n'


def quickest() -> dict[str, str]:
    """uv where it is at hand: it makes an environment at once, where ensurepip takes seconds."""
    return {"uv": f'#!/bin/sh\nexec "{UV}" "$@"\n'} if UV else {}


def has_pip() -> bool:
    return (
        subprocess.run(
            [sys.executable, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    )


def works(venv: Path) -> bool:
    """Whether the package and the project can be imported, and the command is there."""
    code = "import tiny, aggregator; print(tiny.WORD, aggregator.__file__)"
    said = subprocess.run(
        [venv / "bin/python", "-c", code], capture_output=True, text=True, cwd="/", check=False
    )
    return (
        said.stdout == f"here {ROOT / 'aggregator/__init__.py'}\n"
        and (venv / "bin/aggregator").stat().st_mode & 1 == 1
    )


@pytest.mark.slow
def test_with_venv(install: Install, tmp_path: Path) -> None:
    done = install(commands={"python3": python()})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1  # one line says what it does
    assert works(tmp_path / "venv")
    assert (tmp_path / "venv/.run").exists()
    assert not (tmp_path / "venv/.dev").exists()
    again = install(lock="requirements-dev.lock")
    assert again.returncode == 0
    assert (tmp_path / "venv/.dev").exists()


@pytest.mark.skipif(UV is None, reason="uv is not on PATH")
def test_with_uv_in_a_folder_whose_name_holds_a_space(install: Install, tmp_path: Path) -> None:
    done = install(venv="a venv", commands={"python3": python(), **quickest()})
    assert (done.returncode, done.stderr) == (0, "")
    assert works(tmp_path / "a venv")
    said = subprocess.run(
        [tmp_path / "a venv/bin/aggregator", "--version"], capture_output=True, text=True, check=False
    )
    assert "Permission" not in said.stderr
    assert "No such file" not in said.stderr


@pytest.mark.slow
def test_a_process_that_the_command_spawns_does_not_run_the_command_again(
    install: Install, tmp_path: Path
) -> None:
    """Parser processes are spawned: each imports the start script, under the name `__mp_main__`."""
    assert install(commands={"python3": python(), **quickest()}).returncode == 0
    script = str(tmp_path / "venv/bin/aggregator")
    again = (
        f"import runpy, sys; sys.argv[1:] = ['--version']; runpy.run_path({script!r}, run_name='__mp_main__')"
    )
    said = subprocess.run(
        [sys.executable, "-c", again], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@pytest.mark.slow
def test_without_ensurepip_another_pip_fills_the_environment(install: Install, tmp_path: Path) -> None:
    """As on Debian without python3-venv: `-m venv` fails halfway and leaves a folder behind."""
    if not has_pip():
        pytest.skip("this interpreter has no pip to fill it with")
    half = f'*"--without-pip"*) ;; "-m venv"*) mkdir -p {tmp_path}/venv; touch {tmp_path}/venv/pyvenv.cfg; '
    text = f'#!/bin/sh\ncase "$*" in {half} exit 1;; esac\nexec "{sys.executable}" "$@"\n'
    done = install(commands={"python3": text})
    assert (done.returncode, done.stderr) == (0, "")
    assert works(tmp_path / "venv")
    assert not (tmp_path / "venv/bin/pip").exists()
    assert install(commands={"python3": text}).returncode == 0  # and once more


def test_where_nothing_works_one_sentence_names_the_package(install: Install) -> None:
    done = install(commands={"python3": python(refuses='"-m venv"*|"-m virtualenv"*|"-m pip"*')})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "install the Debian package python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_named(install: Install) -> None:
    old = '#!/bin/sh\ncase "$2" in *"sys.version.split"*) echo 3.9.2; exit 0;; esac\nexit 1\n'
    names = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")
    done = install(commands=dict.fromkeys(names, old))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "3.9.2" in done.stderr
    assert "python3-venv" in done.stderr


def test_without_any_python_one_sentence_says_so(install: Install) -> None:
    done = install()
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "absent" in done.stderr


@pytest.mark.slow
def test_a_newer_python_under_another_name_is_found(install: Install, tmp_path: Path) -> None:
    done = install(commands={"python3": "#!/bin/sh\nexit 1\n", "python3.13": python(), **quickest()})
    assert done.returncode == 0
    assert works(tmp_path / "venv")


@pytest.mark.slow
def test_a_file_that_is_not_the_pinned_one_is_refused(install: Install, wheels: Path, tmp_path: Path) -> None:
    with (wheels / "tiny-1.0-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"x")
    done = install(commands={"python3": python(), **quickest()})
    assert done.returncode == 1
    assert "could not be installed" in done.stderr
    assert not (tmp_path / "venv/.run").exists()


def test_a_folder_that_is_no_environment_is_left_alone(install: Install, tmp_path: Path) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/thesis.txt").write_text("mine")
    done = install(commands={"python3": python()})
    assert done.returncode == 1
    assert "in the way" in done.stderr
    assert (tmp_path / "venv/thesis.txt").read_text() == "mine"


def test_the_lock_files_name_versions_and_hashes_and_no_registry() -> None:
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text()
        assert "://" not in text
        assert "--index" not in text
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in pin for pin in pins), path
        assert text.count("--hash=sha256:") >= len(pins)
