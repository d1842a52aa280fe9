"""A result is corrected, and somebody reminded of what is late, at the shell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from hoso_models import postgres
from hoso_workflows.organisation import credentials
from support import permission_matrix
from support.api_client import CLERK, HEAD
from support.command_line import Ran, hoso
from support.files import pdf
from support.world import FOUNDED, World


@pytest.fixture(scope="module")
def world_url(server: postgres.Server) -> Iterator[str]:
    """One world for all: each test has a dossier of its own."""
    with permission_matrix.founded(server) as url:
        yield url


async def ran(world: World, *arguments: str, by: UUID | None = None, **environment: str) -> Ran:
    """A command, in the name of a token's holder where it acts by one."""
    if by is not None:
        async with world.db.transaction() as tx:
            scopes = tuple(credentials.Scope)
            environment["HOSO_TOKEN"] = await credentials.give_token(tx, by, "thử", at=FOUNDED, scopes=scopes)
    url = world.db.url.render_as_string(hide_password=False)
    return await asyncio.to_thread(hoso, *arguments, url=url, **environment)


async def test_a_result_that_was_handed_over_is_corrected_and_handed_over_once_more(
    world: World, tmp_path: Path
) -> None:
    handed, sent, secret = (
        await permission_matrix.returned(world),
        tmp_path / "dinh-chinh.pdf",
        tmp_path / "khoa",
    )
    sent.write_bytes(pdf())
    secret.write_text("ab" * 32)
    secret.chmod(0o400)
    where = {"HOSO_STORE_FOLDER": str(tmp_path / "files"), "HOSO_MASTER_KEY_FILE": str(secret)}
    asked = ("dossiers", "correct-result", handed.reference)
    why, hands = ("--reason", "Sai năm"), ("dossiers", "correction-handover", handed.reference)
    early = await ran(world, *hands, by=CLERK)
    missing = await ran(world, *asked, str(tmp_path / "none.pdf"), *why, by=HEAD, **where)
    stranger = await ran(world, *asked, str(sent), *why, by=CLERK, **where)
    corrected = await ran(world, *asked, str(sent), *why, "--json", by=HEAD, **where)
    again = await ran(world, *hands, "--receiver", "Người nhận 2", "--json", by=CLERK)
    assert [each.status for each in (early, missing, stranger, corrected, again)] == [1, 2, 1, 0, 0]
    assert [each["name"] for each in corrected.json["items"]] == ["dinh-chinh.pdf"]
    assert again.json["status"] == "returned"
    told = "select kind from dossier_event where kind like '%correct%' order by at, seq"
    rows = await world.db.rows(told)
    assert [row.kind for row in rows] == ["result_corrected", "correction_handed_over"]


async def test_somebody_is_reminded_of_a_late_dossier_once_a_day(world: World) -> None:
    late = await permission_matrix.accepted(world)
    first = await ran(world, "escalations", "remind", late.reference, "--json")
    again = await ran(world, "escalations", "remind", late.reference)
    nothing = await ran(world, "escalations", "remind", "H27.KHONG-CO")
    assert [each.status for each in (first, again, nothing)] == [0, 1, 1], (first.err, again.err)
    sent = await world.db.rows(
        "select topic, count(*)::int as n from outbox where topic like 'reminder%' group by 1"
    )
    assert [(row.topic, row.n) for row in sent] == [("reminder.dossier", json.loads(first.out)["told"])]
