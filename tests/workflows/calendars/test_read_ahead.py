"""Portions of dossiers that are read while the ones before are counted: in any size, and older than they are used."""

from typing import Any

import pytest

from hoso_workflows import audit
from hoso_workflows.calendars import application, effects
from hoso_workflows.lifecycle import commands
from support import calendars
from support.calendars import Way, closed
from support.world import DESK, World, person


@pytest.fixture
async def way(world: World) -> Way:
    await calendars.administrators(world.db)
    return Way(world)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
async def test_a_preview_is_the_same_in_portions_of_any_size(
    way: Way, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    for _ in range(5):
        await way.world.accepts(await way.world.files())
    await way.entered(closed("2026-03-04"))
    whole = await shown(way)
    monkeypatch.setattr(effects, "PORTION", size)
    assert await shown(way) == whole
    assert (whole[0]["moved"], len(whole[1])) == (5, 5)


async def shown(way: Way) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """The figures of a new preview, and the dates that it moves; the digest tells one preview from another."""
    figures = {**((await way.previewed()).preview or {})}
    assert figures.pop("digest")
    rows = await way.world.db.rows("select dossier_id, dates from calendar_move order by dossier_id")
    return figures, [tuple(row) for row in rows]


async def test_a_dossier_that_is_written_after_it_was_read_ahead_is_read_again(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "BATCH", 1)
    filed = {}
    for _ in range(3):
        accepted = await way.world.accepts(await way.world.files())
        filed[accepted.reference] = accepted
    await way.entered(closed("2026-03-04"))
    await way.previewed()
    await way.approved()
    save, saved = application.saving.save, list[str]()
    (last,) = await way.world.db.rows("select reference from dossier order by id desc limit 1")

    async def slowly(tx: Any, made: Any) -> Any:
        saved.extend(each.row.reference for each in made)
        if len(saved) == 3 and made:
            asked = commands.AskSupplement("thiếu bản sao")
            await way.world.does(filed[last.reference], asked, person("reception", DESK), "2026-03-03 10:50")
        return await save(tx, made)

    monkeypatch.setattr(application.saving, "save", slowly)
    applied = await way.applied()
    assert saved[2:] == [last.reference, last.reference]
    result = applied.result or {}
    assert (result["counted"], result["as_previewed"], result["otherwise"]) == (3, 2, 1)
    assert [each async for each in audit.differences(way.world.service)] == []
