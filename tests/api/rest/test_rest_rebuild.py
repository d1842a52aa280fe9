"""Projections that were lost, rebuilt from events of almost every kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hoso_models import postgres
from hoso_workflows import audit
from hoso_workflows.events import Kind
from hoso_workflows.monitoring import lapsed_terms
from support import calendars, lives, rebuilds
from support.acts_of_law import acts
from support.api_client import CLERK, Rest
from support.calendars import Way
from support.canaries import Canaries
from support.procedures import charging
from support.world import OTHER, instant

#: Rebuilt by other tests: of what a run says to the outside and waits for (`test_exchange_incidents`), of dossiers that were
#: migrated (`test_migration`) or whose unit was replaced (`test_rehoming`). An erased one is rebuilt by nobody.
ELSEWHERE = {
    *(Kind.TIMER_SET, Kind.TIMER_DROPPED, Kind.MESSAGE_RECEIVED, Kind.MESSAGE_SENT),
    *(Kind.INCIDENT, Kind.INCIDENT_RESOLVED, Kind.MIGRATED, Kind.UNIT_REPLACED),
    *(Kind.ERASURE_ORDERED, Kind.ERASED),
}


@pytest.fixture
def charging_url(server: postgres.Server) -> Iterator[str]:
    """The address of a world with a procedure that has fees."""
    with charging.founded(server) as url:
        yield url


@pytest.fixture
async def rest(charging_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    """The API over that world, with a key of the desk."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    async with lives.served(charging_url, tmp_path) as made:
        yield made


async def revised(rest: Rest) -> str:
    """The reference of a dossier whose dates a calendar moved, and whose consulted unit said nothing."""
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có?", "due": "2026-03-05"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-02 13:30", **asked)
    await calendars.administrators(rest.world.db)
    await Way(rest.world).whole(calendars.closed("2026-03-04"))
    assert (await lapsed_terms.sweep(rest.world.service, at=instant("2026-03-09 08:00"))).silent == 1
    return str(standing["reference"])


async def test_every_row_that_was_lost_is_rebuilt_as_it_was(rest: Rest) -> None:
    canary = Canaries()
    lived = [(await life(rest, canary))["reference"] for life in lives.ALL]
    lived.append(await revised(rest))
    happened = {row.kind for row in await rest.world.db.rows("select distinct kind from dossier_event")}
    assert set(Kind) - happened == ELSEWHERE
    found = {each: await rebuilds.differing(rest.world.service, each) for each in lived}
    assert found == {each: [] for each in lived}
    assert [str(each) async for each in audit.differences(rest.world.service)] == []
