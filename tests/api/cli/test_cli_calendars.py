"""`hoso calendar` on an installation: a revision entered, previewed, approved with one's own token, and applied."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import credentials
from support import calendars
from support.calendars import ADMINISTRATOR, BASIS, SECOND, closed
from support.command_line import hoso, stored
from support.world import FOUNDED, World

BY = ("--by", str(ADMINISTRATOR))


@pytest.fixture
def token(world_url: str) -> str:
    """The second administrator's, in a world with an accepted dossier of this year."""
    return asyncio.run(_prepared(world_url))


async def _prepared(url: str) -> str:
    async with database.connect(url) as db:
        await calendars.administrators(db)
        world = World(DossierService(db))
        await world.accepts(await world.files("2026-11-25 08:00"), "2026-11-25 09:00")
        async with db.transaction() as tx:
            return await credentials.give_token(tx, SECOND, "test", at=FOUNDED)


def test_a_revision_goes_its_whole_way_at_the_shell(world_url: str, token: str, tmp_path: Path) -> None:
    file = tmp_path / "ha-tinh.toml"
    file.write_bytes(closed("2026-11-27"))
    entered = hoso("calendar", "enter", str(file), *BY, "--basis", BASIS, "--json", url=world_url)
    assert (entered.status, entered.json["number"], entered.json["status"]) == (0, 1, "draft"), entered.err
    assert hoso("calendar", "verify", "ha-tinh", "1", "--json", url=world_url).status == 0
    seen = hoso("calendar", "preview", "ha-tinh", "1", *BY, "--json", url=world_url)
    assert (seen.status, len(seen.json["dossiers"])) == (0, 1)
    early = hoso("calendar", "apply", "ha-tinh", "1", *BY, url=world_url)
    assert early.status == 1
    assert "draft" in early.err
    digest = ("--digest", seen.json["preview"]["digest"])
    approved = hoso("calendar", "approve", "ha-tinh", "1", *digest, "--json", url=world_url, given=token)
    assert (approved.status, approved.json["status"]) == (0, "approved"), approved.err
    applied = hoso("calendar", "apply", "ha-tinh", "1", *BY, "--json", url=world_url)
    assert (applied.status, applied.json["result"]["as_previewed"]) == (0, 1)
    events = stored(
        world_url, "select actor_id, on_behalf_of from dossier_event where kind = 'calendar_revised'"
    )
    assert [event[1] for event in events] == [ADMINISTRATOR]
    assert events[0][0] != ADMINISTRATOR
    text = hoso("calendar", "text", "ha-tinh", url=world_url)
    assert "2026-11-27" in text.out


def test_the_tables_fit_a_narrow_screen(world_url: str, token: str) -> None:
    closure = (
        "calendar",
        "close",
        "H27",
        "--from",
        "27/11/2026",
        "--name",
        "Bão số 3",
        *BY,
        "--basis",
        BASIS,
    )
    assert token
    made = hoso(*closure, url=world_url, COLUMNS="80")
    assert made.status == 0, made.err
    shown = [
        hoso(*arguments, url=world_url, COLUMNS="80")
        for arguments in (
            ("calendar", "stored"),
            ("calendar", "versions", "ha-tinh"),
            ("calendar", "preview", "ha-tinh", "1", *BY),
        )
    ]
    assert [ran.status for ran in shown] == [0, 0, 0]
    assert max(len(line) for ran in shown for line in ran.out.splitlines()) <= 80
    assert "Bão số 3" in hoso("calendar", "text", "ha-tinh", "--number", "1", url=world_url).out


def test_what_cannot_be_read_is_one_sentence(world_url: str, tmp_path: Path) -> None:
    file = tmp_path / "ha-tinh.toml"
    file.write_text("schema = ")
    refused = hoso("calendar", "enter", str(file), *BY, "--basis", BASIS, url=world_url)
    assert refused.status == 1
    assert "ha-tinh.toml" in refused.err
    assert (
        hoso("calendar", "enter", str(tmp_path / "none.toml"), *BY, "--basis", "x", url=world_url).status == 2
    )
