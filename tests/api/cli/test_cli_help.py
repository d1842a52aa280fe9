"""Help and version of `hoso`: they load nothing that only the command itself would need."""

import json
import subprocess
import sys
from importlib import import_module, metadata

import pytest

from hoso_api.cli import main
from support.command_line import hoso

#: What takes long to import, and no help needs.
HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "numpy",
    "fastapi",
    "prefect",
    "SpiffWorkflow",
    "lxml",
    "httpx",
    "pydantic",
)
#: Calls one after the other in a process of their own; after each, the packages that are loaded by then.
LOOK = """
import json, sys
from hoso_api.cli.main import main
for call in json.loads(sys.argv[1]):
    sys.argv[1:] = call
    try:
        main()
    except SystemExit:
        print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def imported_by(*calls: tuple[str, ...]) -> list[set[str]]:
    ran = subprocess.run(
        [sys.executable, "-c", LOOK, json.dumps(calls)], capture_output=True, text=True, check=True
    )
    return [set(line.split()) for line in ran.stderr.splitlines()]


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ()])
def test_help_imports_no_package_that_it_does_not_need(arguments: tuple[str, ...]) -> None:
    (imported,) = imported_by(arguments)
    assert (imported & set(HEAVY), "rich" in imported) == (set(), True)


def test_a_command_of_the_register_loads_neither_the_api_nor_migrations_nor_workbooks() -> None:
    commands = ("people", "roles", "units", "competences", "tokens")
    left_out = {"fastapi", "starlette", "alembic", "openpyxl", "joserfc", "prefect"}
    loaded = imported_by(*((command, "list", "--help") for command in commands))
    assert [(command, each & left_out) for command, each in zip(commands, loaded, strict=True)] == [
        (command, set()) for command in commands
    ]


def test_the_version_is_the_release_s() -> None:
    assert hoso("--version").out == f"hoso {metadata.version('hoso')}\n"


def test_the_help_of_all_says_what_the_help_of_each_says() -> None:
    told = {name: part.help for name, part in main.COMMANDS.items()}
    assert told == {
        name: import_module(f"hoso_api.cli.{part.module}").app.info.help
        for name, part in main.COMMANDS.items()
    }


def test_a_command_that_is_none_is_usage() -> None:
    ran = hoso("dosiers")
    assert (ran.status, "No such command 'dosiers'" in ran.err) == (2, True)


def test_what_is_wrong_is_wrapped_between_words_for_people_and_one_line_for_a_log() -> None:
    asked = (
        "deadlines",
        "explain",
        "--from",
        "2026-03-02T09:00",
        "--term",
        "5 ngày",
        "--policy",
        "colour=red",
    )
    told, logged = hoso(*asked, TTY_COMPATIBLE="1", TERM="dumb", COLUMNS="80").err, hoso(*asked).err
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert (len(logged) > 80, logged.count("\n"), told.split()) == (True, 1, logged.split())
