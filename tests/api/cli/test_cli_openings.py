"""Days at the shell: an activation for a day to come, a procedure that closes, and who would be competent."""

from pathlib import Path
from uuid import UUID

import pytest

from hoso_bpmn.package import package
from support.command_line import hoso, stored
from support.world import DEPARTMENT, DESK, PROVINCE, person

P1 = "1.014464"
DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
#: Days far enough for any clock under which the tests run.
DAY, LATER = "2199-01-01", "2199-02-01"


def file_of(url: str, who: UUID, folder: Path) -> str:
    """A file with a token of that person."""
    path = folder / f"{who}.token"
    path.write_text(hoso("tokens", "create", str(who), url=url).out)
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def approver(world_url: str, tmp_path: Path) -> str:
    return file_of(world_url, APPROVER, tmp_path)


@pytest.fixture
def second(world_url: str, tmp_path: Path, approver: str) -> tuple[str, ...]:
    """A second version that somebody has approved; the options to activate it."""
    drawn = package.read({**package.bundled(P1).files, "readme.md": b"2"})
    (tmp_path / "goi.zip").write_bytes(drawn.to_zip())
    brought = hoso(
        "procedures", "publish", str(tmp_path / "goi.zip"), "--declarer", str(DECLARER), url=world_url
    )
    assert brought.status == 0
    decision = ("--decision", "2/QĐ-UBND", "--decided", "2026-01-05", "--token-file", approver)
    assert hoso("procedures", "approve", P1, "2", *decision, url=world_url).status == 0
    return "procedures", "activate", P1, "2", "--token-file", approver


def test_an_activation_for_a_day_is_told_and_taken_back(world_url: str, second: tuple[str, ...]) -> None:
    waits = hoso(*second, "--from", DAY, url=world_url)
    assert (waits.status, waits.out) == (0, f"{P1} phiên bản 2: approved, có hiệu lực từ 01/01/2199\n")
    twice = hoso(*second, "--from", LATER, url=world_url)
    assert (twice.status, "becomes active on 2199-01-01" in twice.err) == (1, True)
    both = hoso(*second, "--from", DAY, "--take-back", url=world_url)
    assert both.status == 2
    taken = hoso(*second, "--take-back", "--json", url=world_url)
    assert (taken.status, taken.json["status"], taken.json["active_from"]) == (0, "approved", None)
    nothing = hoso(*second, "--take-back", url=world_url)
    assert (nothing.status, "waits for its day" in nothing.err) == (1, True)


@pytest.mark.parametrize(("day", "status"), [("2026-01-01", 1), ("hôm qua", 2), ("31/02/2199", 2)])
def test_a_wrong_day_activates_nothing(
    world_url: str, second: tuple[str, ...], day: str, status: int
) -> None:
    ran = hoso(*second, "--from", day, url=world_url)
    assert (ran.status, ran.out, "Traceback" in ran.err) == (status, "", False)
    current = "select status from workflow_version where procedure_code = '1.014464' order by number"
    assert stored(world_url, current) == [("active",), ("approved",)]


def test_a_procedure_closes_from_a_day_on_and_that_is_undone(world_url: str, approver: str) -> None:
    basis = ("--basis", "NQ 1/2199", "--from", DAY, "--token-file", approver)
    (closed,) = hoso("procedures", "close", P1, *basis, "--json", url=world_url).json
    assert (closed["valid_from"], closed["is_open"], closed["entered_by"]) == (DAY, False, str(APPROVER))
    again = hoso("procedures", "close", P1, *basis, url=world_url)
    assert (again.status, "is closed already, since 2199-01-01" in again.err) == (1, True)
    opened = hoso("procedures", "open", P1, *basis, url=world_url)
    assert (opened.status, "01/01/2199" in opened.out, "NQ 1/2199" in opened.out) == (0, True, True)
    listed = hoso("procedures", "openings", P1, "--json", url=world_url)
    assert [each["is_open"] for each in listed.json] == [True, False]


def test_nobody_closes_a_procedure_with_another_token_than_an_approvers(
    world_url: str, tmp_path: Path
) -> None:
    token = file_of(world_url, DECLARER, tmp_path)
    ran = hoso("procedures", "close", P1, "--basis", "NQ", "--token-file", token, url=world_url)
    assert (ran.status, ran.out) == (1, "")
    assert hoso("procedures", "openings", P1, "--json", url=world_url).json == []


def test_who_would_be_competent_is_told(world_url: str) -> None:
    told = hoso("procedures", "competence", P1, "--json", url=world_url).json
    assert [(each["part"], each["unit"], each["ground"]) for each in told] == [
        ("receiving", DESK, "only"),
        ("handling", DEPARTMENT, "only"),
        ("deciding", PROVINCE, "only"),
    ]
    table = hoso("procedures", "competence", P1, url=world_url)
    assert (table.status, DEPARTMENT in table.out) == (0, True)
    assert max(map(len, table.out.splitlines())) <= 80
    for wrong in (("--area", "99999"), ("--case", "khac"), ("--desk", DEPARTMENT)):
        ran = hoso("procedures", "competence", P1, *wrong, url=world_url)
        assert (ran.status, ran.out, "Traceback" in ran.err) == (1, "", False)
