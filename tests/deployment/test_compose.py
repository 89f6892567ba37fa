"""docker-compose.yml and the Dockerfile, as far as they can be held to something without a Docker engine."""

from __future__ import annotations

import importlib.resources
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from compose import DOCKERFILE, OURS, ROOT, SERVICES, SPECIFICATION, seconds, stages

DRAIN = 10.0  # seconds that a worker may take after SIGTERM


def test_it_is_valid_by_the_schema_of_the_compose_specification() -> None:
    pytest.importorskip("check_jsonschema")
    folder = importlib.resources.files("check_jsonschema.builtin_schemas").joinpath("vendor")
    schema = json.loads(folder.joinpath("compose-spec.json").read_text("utf-8"))
    jsonschema.validate(SPECIFICATION, schema)


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    said = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "")


def test_it_is_redis_workers_and_a_web_server() -> None:
    assert set(SERVICES) == {"redis", "worker", "web"}
    assert [SERVICES[name]["command"] for name in OURS] == [["worker"], ["web"]]


def test_redis_keeps_everything_it_accepted_and_throws_nothing_away() -> None:
    words = SERVICES["redis"]["command"]
    options = dict(zip(words[1::2], words[2::2], strict=True))
    assert SERVICES["redis"]["image"].startswith("redis:")
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    assert SERVICES["redis"]["volumes"] == ["redis-data:/data"]


def test_redis_is_reached_by_the_services_alone() -> None:
    assert "ports" not in SERVICES["redis"]
    assert SERVICES["redis"]["networks"] == ["store"]
    assert SPECIFICATION["networks"]["store"]["internal"] is True
    assert all("store" in SERVICES[name]["networks"] for name in OURS)


def test_workers_can_be_multiplied() -> None:
    """Neither a name nor a port that a second one could not have."""
    assert not {"container_name", "ports", "hostname"} & SERVICES["worker"].keys()


def test_only_the_page_is_published_and_only_on_this_machine_unless_told_otherwise() -> None:
    assert SERVICES["web"]["ports"] == ["${AGGREGATOR_PUBLISH:-127.0.0.1:8080}:8080"]


@pytest.mark.parametrize("name", OURS)
def test_the_configuration_is_mounted_read_only_where_the_image_looks_for_it(name: str) -> None:
    assert "./config:/config:ro" in SERVICES[name]["volumes"]
    assert "AGGREGATOR_CONFIG=/config/aggregator.yaml" in DOCKERFILE
    assert (ROOT / "config" / "aggregator.yaml").exists()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_nothing_that_it_need_not(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(mount.startswith("/tmp") for mount in service["tmpfs"])
    assert "privileged" not in service
    assert "cap_add" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_time_to_drain_and_someone_to_reap_its_children(name: str) -> None:
    assert SERVICES[name]["init"] is True
    assert seconds(SERVICES[name]["stop_grace_period"]) > DRAIN


@pytest.mark.parametrize("name", OURS)
def test_health_is_asked_of_the_program_itself(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"] == ["CMD", "aggregator", "health"]
    assert seconds(check["interval"]) > seconds(check["timeout"])
    assert SERVICES[name]["depends_on"] == {"redis": {"condition": "service_healthy"}}


def test_every_named_volume_belongs_to_a_user_of_the_image_and_is_declared() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service["volumes"]]
    named = {mount for mount in mounts if not mount.startswith(".")}
    assert named == set(SPECIFICATION["volumes"])
    assert SERVICES["redis"]["user"] == "redis"
    assert "install -d -o 10001 -g 10001 -m 0750 /data" in DOCKERFILE


def test_the_image_runs_as_a_numbered_user_that_cannot_log_in() -> None:
    final = stages()[-1]
    assert [line for line in final if line.startswith("USER")] == ["USER 10001:10001"]
    assert "--shell /usr/sbin/nologin" in DOCKERFILE
    assert final.index("USER 10001:10001") > max(
        number for number, line in enumerate(final) if line.startswith(("RUN", "COPY"))
    )


def test_the_final_image_gets_no_compiler_and_installs_nothing() -> None:
    final = " ".join(stages()[-1])
    assert len(stages()) == 2
    assert "-slim" in stages()[-1][0]
    assert not re.search(r"\b(apt|apt-get|pip|gcc|build-essential|curl)\b", final)


def test_the_image_holds_what_the_lock_pins_and_nothing_else_of_the_folder() -> None:
    assert "requirements.lock" in DOCKERFILE
    kept = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    assert kept[0] == "*"
    allowed = {line[1:] for line in kept if line.startswith("!")}
    copied = {path for line in stages()[0] if line.startswith("COPY") for path in line.split()[1:-1]}
    assert copied == allowed
    assert all((ROOT / path).exists() for path in allowed)
