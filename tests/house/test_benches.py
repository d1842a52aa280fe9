"""A table that `make bench` prints still runs when what it fills has changed."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import databases

pytestmark = [pytest.mark.slow, pytest.mark.rotating("bench")]

ROOT = Path(__file__).parents[2]


def printed(*command: str) -> list[str]:
    """The lines that a bench prints; it must end well."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def filled() -> Iterator[str]:
    """A directory in which the first bench that is told of it keeps its few dossiers for the others."""
    with databases.home() as directory:
        yield str(directory)


def test_the_sizes_of_a_country_are_filled_and_asked_in_small() -> None:
    lines = printed("bench/sweep.py", "--part", "1000")
    budgets = ("steady sweep", "overdue steps,", "report of")
    assert [budget for budget in budgets if not any(line.startswith(budget) for line in lines)] == []


def test_what_grows_is_asked_at_two_sizes() -> None:
    lines = printed("bench/growth.py", "--sizes", "200", "400")
    table = {line[:44].strip(): line[44:].split() for line in lines}
    assert [len(table[name]) for name in ("closed tasks, own role", "sweep, first", "kB a dossier")] == [
        2,
        2,
        2,
    ]
    # The figures of a sweep are of something: each size has what is late.
    assert [
        float(rungs) > size / 20 for rungs, size in zip(table["rungs of it"], (200, 400), strict=True)
    ] == [True] * 2


def test_a_revision_is_previewed_and_applied_over_open_dossiers() -> None:
    lines = printed("bench/revision.py", "--sizes", "60")
    # Those that were walked, and their copies.
    assert [line[:56].strip() for line in lines[1:]] == [
        "preview, 72 open dossiers, 72 move",
        "application, 72 notices",
    ]


def test_both_sides_of_a_completion_in_memory_are_walked() -> None:
    lines = printed("bench/sides/in_memory.py", "engine", "decision")
    rates = [json.loads(line)["walk"] for line in lines]
    assert [rate > 0 for rate in rates] == [True, True]


def test_a_small_province_is_set_up_and_set_up_again() -> None:
    lines = printed("bench/register.py", "--units", "24")
    assert [line.split("  ")[0] for line in lines[:-1]] == [
        "applied on an empty register",
        "applied again",
        "written back",
        "chains verified",
    ]


def test_names_as_common_and_as_rare_as_they_are_are_searched_in_small() -> None:
    lines = printed("bench/search.py", "--part", "500")
    table = {line[:56].strip(): line[56:].split() for line in lines[2:]}
    asked = ("common name, everywhere", "identity number", "telephone", "code")
    assert [int(table[name][0]) for name in asked] == [50, 1, 1, 1]


def test_a_file_is_handed_in_and_read_again() -> None:
    lines = printed("bench/uploads.py", "--megabytes", "1", "--rounds", "1")
    assert [line[:24].strip() for line in lines[:2]] == ["1 MB handed in", "1 MB read again"]


def test_an_audit_of_a_few_dossiers_is_measured() -> None:
    lines = printed("bench/audit.py", "--dossiers", "8", "--files", "14", "--kilobytes", "20")
    assert [line[:40].strip() for line in lines[1:]] == [
        "ms of CPU",
        "audit of a dossier, dates not counted",
        "audit of a dossier, dates counted",
        "audit of the rows of the house",
        "keys and names, each dossier with files",
        "bytes of a file of 20 kB",
        "a night over 14 files, a seventh read",
        "memory, MB",
    ]


def test_filings_and_first_sweeps_are_measured_with_lists_of_notices_and_without() -> None:
    lines = printed("bench/notices.py", "--filings", "20", "--dossiers", "600")
    assert [(line[:40].split(",")[0].strip(), len(line[40:].split())) for line in lines[1:]] == [
        *(("a filing", 3), ("CPU of PostgreSQL", 3)),
        *(("a first sweep", 3), ("CPU of PostgreSQL", 3)),
    ]


def test_pages_are_read_by_one_and_by_eight_among_few_dossiers(filled: str) -> None:
    lines = printed("bench/pages.py", "--size", "200", "--readings", "2", "--alone", "--keep", filled)
    assert lines[1] == "240 dossiers, 6 open tasks"
    table = {line[:46].strip(): line[46:].removesuffix("MISSED").split() for line in lines[3:]}
    read = ("inbox, own tasks", "dossier", "desk, all units", "board, all units")
    assert [len(table[name]) for name in read] == [6] * 4
    # A page of the head of all units has rows, that of an officer who has none is empty.
    assert float(table["inbox, whole unit, head of all units"][0]) > float(table["inbox, own tasks"][0])


def test_public_pages_are_read_and_filings_made_among_few_dossiers(filled: str) -> None:
    few = ("--size", "200", "--procedures", "60", "--rounds", "2", "--keep", filled)
    lines = printed("bench/portal.py", *few)
    table = {line[:44].strip(): line[44:].partition("budget")[0].split() for line in lines}
    read = ("home", "search of a misspelt word", "procedure, with a process", "look-up by code")
    asked = (
        *read,
        "POST /ho-so-nhap/…/giay-to/TP02",
        "POST /ho-so-nhap/…/kiem-tra",
        "all requests of a filing",
    )
    assert [len(table[name]) for name in asked] == [4] * 7


def test_few_citizens_come_while_an_officer_opens_the_inbox(filled: str) -> None:
    few = ("--size", "200", "--procedures", "60", "--citizens", "3", "--think", "0.1", "--rounds", "1")
    there = ("--quiet", "2", "--seconds", "200", "--without-flows", "--keep", filled)
    command = [sys.executable, "bench/crowd.py", *few, *there]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    # So short a visit judges nothing but that everybody got what they asked for.
    assert done.returncode in (0, 1), done.stderr
    *lines, last = done.stdout.splitlines()
    assert last.startswith("0 errors, the inbox takes "), done.stdout
    assert any(line.startswith("GET /ho-so/…/da-nop") for line in lines), done.stdout


def test_an_installation_is_held_under_its_pages_and_flows_for_a_moment(tmp_path: Path) -> None:
    out = tmp_path / "table.md"
    command = [sys.executable, "bench/soak.py", "--minutes", "0.4", "--every", "1", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    # So short a look judges nothing; that it looked at everything is what is seen here.
    assert done.returncode in (0, 1), done.stderr
    lines = out.read_text(encoding="utf-8").splitlines()
    seen = {re.sub(r" \d+$", "", line[:34].strip()) for line in lines[2:]}
    stays = {"hoso serve", "api, parent", "api, worker", "prefect", "flows", "postgres"}
    assert stays | {"hoso_app", "hoso_prefect"} == seen, done.stdout
    assert (" pages" in lines[0], " 5xx" in lines[0]) == (True, False)
