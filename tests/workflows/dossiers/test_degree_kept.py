"""Degree of completion, stored on the dossier's row: a public look-up reads it, and evicts no cached history."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from hoso_models import errors
from hoso_workflows import audit
from hoso_workflows import errors as rejections
from hoso_workflows.audit import Difference
from hoso_workflows.dossiers import repository, views
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle.commands import AskSupplement, ReceiveSupplement, Withdraw
from support.world import DESK, World, instant, person

RECEPTION = person("reception", DESK)
AT = instant("2026-03-04 11:00")
#: What is told of the lateness of one that is not.
IN_TIME = {"late": False, "late_since": None, "still": False}


@pytest.fixture
def sent(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the database from now on."""
    statements: list[str] = []
    really = world.db._single_statement

    async def told(sql: str, *said: Any, **named: Any) -> Any:
        statements.append(sql)
        return await really(sql, *said, **named)

    monkeypatch.setattr(world.db, "_single_statement", told)
    return statements


async def found(world: World) -> Sequence[Difference]:
    return [each async for each in audit.differences(world.service)]


async def kept(world: World, before: Outcome) -> int | None:
    """Degree stored on the dossier's row."""
    degree: int | None = await world.one("select degree from dossier where reference = $1", before.reference)
    return degree


async def halfway(world: World) -> Outcome:
    """A dossier that a third of its plan lies behind."""
    before = await world.accepts(await world.files())
    for _ in range(3):
        before = await world.completes(before)
    return before


async def test_every_act_keeps_how_far_the_dossier_is(world: World) -> None:
    filed = await world.files()
    degrees = [await kept(world, filed)]
    before = await world.accepts(filed)
    before = await world.does(before, AskSupplement("Bản sao mờ"), RECEPTION)
    before = await world.does(before, ReceiveSupplement(), RECEPTION, "2026-03-04 09:00")
    degrees.append(await kept(world, filed))
    while before.body["tasks"]:
        element = before.body["tasks"][0]["step"]
        outcome = "Trình UBND tỉnh" if element == "B5" else None
        before = await world.completes(before, "2026-03-04 10:00", outcome=outcome)
        degrees.append(await kept(world, filed))
        assert (await views.public(world.service, before.code or "", AT)) == {
            "code": before.code,
            "degree": degrees[-1],
            **IN_TIME,
        }
    # 0,25 + 0,25 + 0,5 + 0,5 + 1,5 = 3 days
    assert degrees == [0, 0, 8, 16, 33, 50, 100, 100]
    assert await found(world) == []


async def test_a_thousand_strangers_codes_push_no_officers_dossier_out(world: World, sent: list[str]) -> None:
    mine = await halfway(world)
    before = dict(world.service.repository._cache)
    assert before.keys() == {await world.one("select id from dossier")}
    code = mine.code or ""
    sent.clear()
    for number in range(repository.CAPACITY):
        asked = code if number % 2 else f"{code}-{number}"
        try:
            assert (await views.public(world.service, asked, AT))["degree"] == 33
        except rejections.NotFound:
            assert asked != code
    assert world.service.repository._cache == before
    assert set(sent) == {views._PUBLIC}
    assert len(sent) == repository.CAPACITY


async def test_a_look_up_is_one_look_into_an_index(world: World) -> None:
    await world.changed("set enable_seqscan = off")
    plan = await world.one("explain " + views._PUBLIC.replace("$1", "'x'").replace("$2", "now()"))
    assert plan.startswith("Index Scan using uq_dossier_code on dossier")


async def test_a_dossier_of_before_is_counted_once_when_somebody_looks_it_up(
    world: World, sent: list[str]
) -> None:
    before = await halfway(world)
    await world.changed("update dossier set degree = null")
    assert await found(world) == []
    stranger = DossierService(world.db)
    first = await views.public(stranger, before.code or "", AT)
    sent.clear()
    again = await views.public(stranger, before.code or "", AT)
    assert (first, again) == ({"code": before.code, "degree": 33, **IN_TIME},) * 2
    assert (len(sent), stranger.repository._cache) == (1, {})
    assert await kept(world, before) == 33


async def test_a_dossier_of_before_is_counted_by_its_next_act(world: World) -> None:
    before = await halfway(world)
    await world.changed("update dossier set degree = null")
    await world.does(before, Withdraw("Đổi ý"), RECEPTION)
    assert await kept(world, before) == 100


async def test_a_degree_that_was_altered_is_found_and_mended(world: World) -> None:
    before = await halfway(world)
    await world.changed("update dossier set degree = 99")
    assert await found(world) == [Difference(before.reference, "dossier degree", 99, 33, before.code)]
    await audit.rebuild(world.service, before.reference)
    assert (await kept(world, before), await found(world)) == (33, [])


async def test_a_degree_is_a_share(world: World) -> None:
    await halfway(world)
    for wrong in (-1, 101):
        with pytest.raises(errors.ConstraintViolated, match="ck_dossier_degree"):
            await world.changed("update dossier set degree = $1", wrong)


async def test_wrong_and_absent_codes_sound_alike(world: World) -> None:
    before = await halfway(world)
    said = []
    for key in (before.reference, "H27.PVHCC-260302-0999", str(UUID(int=1))):
        with pytest.raises(rejections.NotFound) as refused:
            await views.public(world.service, key, AT)
        said.append(str(refused.value).replace(key, "…"))
    assert said == ["No dossier is known as …."] * 3
