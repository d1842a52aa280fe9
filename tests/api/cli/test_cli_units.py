"""`hoso units rehome` and `hoso duty`: previewed, done on somebody's word, and told in tables and in JSON."""

import asyncio
from collections.abc import Iterator

import pytest

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from support.command_line import hoso, stored
from support.procedures import district
from support.procedures.district import ADMINISTRATOR, BASIS, COMMUNE, DEPARTMENT, FIRST, LAND, TRADE
from support.world import person


@pytest.fixture
def url(server: postgres.Server) -> Iterator[str]:
    """The address of a province with dossiers of a district that is abolished."""
    with district.founded(server) as url:
        asyncio.run(_filled(url))
        yield url


async def _filled(url: str) -> None:
    async with database.connect(url) as db:
        province = district.Province(DossierService(db))
        for procedure in (LAND, LAND, TRADE):
            await province.accepted(procedure)


MOVE = ("units", "rehome", FIRST, COMMUNE, "--procedure", f"{TRADE}={DEPARTMENT}", "--by", str(ADMINISTRATOR))


def test_dossiers_are_moved_after_a_dry_run(url: str) -> None:
    dry = hoso(*MOVE, "--dry-run", "--json", url=url)
    assert (dry.status, dry.json["dossiers"], dry.json["lacking"]) == (0, 3, [])
    table = hoso(*MOVE, "--dry-run", url=url, COLUMNS="80")
    assert (table.status, max(map(len, table.out.splitlines())) <= 80) == (0, True)
    assert "Chuyển 3 hồ sơ; 0 hồ sơ chưa có đơn vị kế thừa; 0 hồ sơ đã kết thúc ở lại." in table.out
    done = hoso(*MOVE, "--basis", BASIS, url=url)
    assert (done.status, "Đã chuyển 3 hồ sơ (tổng cộng 3); còn lại 0" in done.out) == (0, True)
    again = hoso(*MOVE, "--basis", BASIS, "--json", url=url)
    assert (again.status, again.json["moved"], again.json["moved_altogether"]) == (0, 0, 3)
    by = "select p.kind, e.on_behalf_of from administration_event e join principal p on p.id = e.actor_id"
    assert stored(url, f"{by} where e.kind = 'dossiers_rehomed'") == [("operator", ADMINISTRATOR)]


def test_a_successor_that_may_not_act_is_told_and_nothing_moves(url: str) -> None:
    move = ("units", "rehome", FIRST, COMMUNE, "--by", str(ADMINISTRATOR))
    dry = hoso(*move, "--dry-run", url=url)
    assert (dry.status, "Đơn vị kế thừa chưa có thẩm quyền" in dry.out) == (1, True)
    refused = hoso(*move, "--basis", BASIS, url=url)
    assert (refused.status, "not competent" in refused.err) == (1, True)
    assert stored(url, "select count(*) from rehoming") == [(0,)]


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        (("--procedure", TRADE), 2, "write it as CODE=UNIT"),
        (("--by", "nobody"), 1, "No principal is known as nobody"),
        (("--by", str(person("head", FIRST))), 1, "the role administrator"),
        ((), 1, "basis: is missing"),
    ],
)
def test_what_cannot_be_moved_is_said_in_a_sentence(
    url: str, changed: tuple[str, ...], status: int, said: str
) -> None:
    ran = hoso(*MOVE, *changed, url=url)
    assert (ran.status, said in ran.err) == (status, True), ran.err


def test_the_roster_is_shown_set_and_cleared(url: str) -> None:
    by, officer = ("--by", str(ADMINISTRATOR)), str(person("reception", COMMUNE))
    period = ("--from", "2027-03-01", "--to", "2027-03-03")
    empty = hoso("duty", "show", COMMUNE, *period, "--fail-if-uncovered", "--json", url=url)
    assert (empty.status, [day["covered"] for day in empty.json["items"]]) == (1, [False] * 3)
    for day in ("01/03/2027", "02/03/2027", "03/03/2027"):
        ran = hoso("duty", "set", COMMUNE, day, officer, *by, url=url)
        assert ran.status == 0, ran.err
    table = hoso("duty", "show", COMMUNE, *period, "--fail-if-uncovered", url=url, COLUMNS="80")
    assert (table.status, "reception 1" in table.out) == (0, True)
    assert max(map(len, table.out.splitlines())) <= 80
    cleared = hoso("duty", "clear", COMMUNE, "02/03/2027", *by, "--json", url=url)
    assert cleared.json == {"items": [{"day": "2027-03-02", "covered": False, "main": None, "backup": None}]}
    assert stored(url, "select count(*) from duty") == [(2,)]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("set", COMMUNE, "07/03/2027", "reception 1 · Đơn vị H27.X1"), 1, "is no working day"),
        (("set", COMMUNE, "01/03/2027", "reception 1 · Đơn vị H27.X2"), 1, "plays no role"),
        (("set", COMMUNE, "hôm nay", "reception 1 · Đơn vị H27.X1"), 2, "write it as 24/11/2026"),
        (("set", "H27.X9", "01/03/2027", "reception 1 · Đơn vị H27.X1"), 1, "No unit is known as H27.X9"),
        (("clear", COMMUNE, "01/03/2020"), 1, "has passed"),
    ],
)
def test_what_cannot_be_entered_is_said_in_a_sentence(
    url: str, arguments: tuple[str, ...], status: int, said: str
) -> None:
    ran = hoso("duty", *arguments, "--by", str(ADMINISTRATOR), url=url)
    assert (ran.status, said in ran.err) == (status, True), ran.err
