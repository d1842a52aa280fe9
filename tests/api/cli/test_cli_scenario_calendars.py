"""`hoso procedures check` and `test` with calendars beside the package, and with those of the installation."""

import asyncio
from pathlib import Path

import pytest

from hoso_models.storage import database
from hoso_workflows.calendars import register
from hoso_workflows.dossiers.service import DossierService
from support import calendars, scenario_calendars
from support.calendars import ADMINISTRATOR, Way
from support.command_line import hoso
from support.scenario_calendars import CALENDAR, WHOLE_DAYS, counted_by
from support.world import FOUNDED, World


@pytest.fixture
def brought(tmp_path: Path) -> str:
    """A package whose scenario names a calendar that is not bundled, as a zip."""
    (tmp_path / "goi.zip").write_bytes(counted_by("2026-03-02 17:00:00"))
    return str(tmp_path / "goi.zip")


def test_a_calendar_beside_the_package_is_counted_by(tmp_path: Path, brought: str) -> None:
    unknown = hoso("procedures", "test", brought)
    assert (unknown.status, f"no calendar '{CALENDAR}'" in unknown.out) == (1, True)
    file = tmp_path / f"{CALENDAR}.toml"
    file.write_bytes(scenario_calendars.text(WHOLE_DAYS))
    for command in ("check", "test"):
        ran = hoso("procedures", command, brought, "--calendar", str(file), "--json")
        assert (ran.status, ran.json["ok"]) == (0, True), (ran.out, ran.err)
    file.write_bytes(scenario_calendars.text("08:00-11:00"))
    for command in ("check", "test"):
        shorter = hoso("procedures", command, brought, "--calendar", str(file))
        said = "reception_due should be 2026-03-02 17:00, but is 2026-03-04 10:00"
        assert (shorter.status, said in shorter.out) == (1, True), (shorter.out, shorter.err)


def test_what_is_no_calendar_and_two_of_one_id_are_refused(tmp_path: Path, brought: str) -> None:
    one, other = (tmp_path / part / f"{CALENDAR}.toml" for part in "ab")
    for path, slots in ((one, WHOLE_DAYS), (other, "08:00-11:00")):
        path.parent.mkdir()
        path.write_bytes(scenario_calendars.text(slots))
    twice = hoso("procedures", "test", brought, "--calendar", str(one), "--calendar", str(other))
    assert (twice.status, f"another {CALENDAR} was given" in twice.err) == (2, True)
    one.write_bytes(b"schema = 1")
    for path in (one, tmp_path / "none.toml"):
        ran = hoso("procedures", "test", brought, "--calendar", str(path))
        assert (ran.status, path.name in ran.err, "Traceback" in ran.err) == (2, True, False)


def test_the_calendars_of_the_installation_are_counted_by_where_asked(world_url: str, brought: str) -> None:
    asyncio.run(_kept(world_url))
    assert hoso("procedures", "test", brought, url=world_url).status == 1
    for command in ("check", "test"):
        ran = hoso("procedures", command, brought, "--installation", "--json", url=world_url)
        assert (ran.status, ran.json["ok"]) == (0, True), (ran.out, ran.err)


async def _kept(url: str) -> None:
    async with database.connect(url) as db:
        await calendars.administrators(db)
        await register.create(db, CALENDAR, "Lịch thử", unit=None, actor=ADMINISTRATOR, at=FOUNDED)
        await Way(World(DossierService(db)), CALENDAR).whole(scenario_calendars.text(WHOLE_DAYS))
