"""Every column of a dossier's rows altered once by hand, then rebuilt: made right, refused, or told, never silently finished."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import DossierService
from support import alterations, canaries, databases, every_table, rebuilds, rotation
from support.alterations import Alteration

pytestmark = pytest.mark.slow

#: A run that is damaged before is made whole first, and none is listed then.
TABLES = sorted({*canaries.tables()} - every_table.NEVER_LEFT - {"damaged_run"})


@dataclass(frozen=True)
class House:
    """The installation of which each alteration gets a copy."""

    server: postgres.Server
    name: str
    alterations: list[Alteration]


_DAMAGED = "select d.reference from damaged_run r join dossier d on d.id = r.dossier_id"


async def laid(url: str) -> list[Alteration]:
    with tempfile.TemporaryDirectory() as folder:
        await every_table.lay(url, Path(folder))
    async with database.connect(url) as db, database.connect(databases.as_owner(url)) as owner:
        for damaged in await db.rows(_DAMAGED):
            assert await audit.rebuild(DossierService(db), damaged.reference) == []
        columns = await alterations.columns(owner)
        await alterations.free(owner, unique=False)
        return list(alterations.alterations(columns))


@pytest.fixture(scope="module")
def house(server: postgres.Server) -> Iterator[House]:
    """The installation, to which nobody is connected."""
    with every_table.founded(server) as url:
        yield House(server, make_url(url).database or "", asyncio.run(laid(url)))


async def told(service: DossierService, reference: str) -> set[tuple[str, str]]:
    """The differences of a dossier."""
    return {(str(each.what), repr(each.stored)) async for each in audit.differences(service, reference)}


async def ended(url: str, each: Alteration) -> str | None:
    """The outcome of rebuilding an altered dossier; None where the row is of none, or nothing is found of it."""
    async with database.connect(url) as db, database.connect(databases.as_owner(url)) as owner:
        service = DossierService(db)
        place, reference = await alterations.chosen(owner, each)
        before, sound = await told(service, reference), await rebuilds.rows_of(service, reference)
        with suppress(alterations.Refused):
            await alterations.alter(owner, each, place)
        if not reference or not await told(service, reference) - before:
            return None
        altered = await rebuilds.rows_of(service, reference)
        try:
            left = await audit.rebuild(service, reference)
        except errors.Refusal:
            assert await rebuilds.rows_of(service, reference) == altered, "refused, and something was changed"
            return "refused"
        if left or await told(service, reference) - before:
            return "told"
        rebuilt = await rebuilds.rows_of(service, reference)
        assert [table for table in sound if rebuilt[table] != sound[table]] == [], (
            "finished, and not made right"
        )
        return "made right"


@pytest.mark.parametrize("table", rotation.rotated(TABLES, unless=("workflows/hoso_workflows/audit",)))
async def test_a_rebuild_makes_right_refuses_or_tells(house: House, table: str) -> None:
    silently = {}
    for each in house.alterations:
        if each.table == table:
            with databases.clone(house.server, house.name) as url:
                try:
                    await ended(url, each)
                except AssertionError as finished:
                    silently[each.what] = str(finished)
    assert silently == {}
