"""`hoso sweep --at`: what is due by then, at every place to which a sweep goes."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hoso_models import ReceiverKind
from hoso_workflows.attachments.store import Store
from hoso_workflows.identity.sealing import LENGTH, Seal
from hoso_workflows.webhooks import receivers
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Entry
from support import webhook_sink
from support import world as worlds
from support.command_line import hoso
from support.world import CITIZEN, PROVINCE, instant, person

#: A portal that asks for what it has not acknowledged after five minutes, and one status that it was given at 9:00.
PORTAL = """
insert into partner_portal (code, name, unit_code, concerns, principal_id, resend_minutes, basis, valid_from, entered_by, entered_at)
values ('cong', 'Cổng', 'H27', 'all', '{by}', 5, 'QĐ 1', '2026-01-01', '{by}', '2026-01-01 08:00+07')
"""
STATUS = """
insert into portal_status (portal, dossier_id, number, portal_code, event_seq, at, key, message, delivered_at)
select 'cong', id, 1, 1, 1, filed_at, 'k', 'm', '2026-03-02 09:00+07' from dossier
"""


async def swept(world: worlds.World, at: str, **environment: str) -> Any:
    url = world.db.url.render_as_string(hide_password=False)
    asked = ("sweep", "--at", f"{at}:00+07:00", "--json")
    ran = await asyncio.to_thread(hoso, *asked, url=url, **environment)
    assert ran.status == 0, ran.err
    return ran.json


async def test_a_webhook_is_told_what_is_due_by_then_and_signed_by_the_host(
    world: worlds.World, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text(bytes(LENGTH).hex())
    inner = {"HOSO_WEBHOOK_INNER_HOSTS": '["127.0.0.1:*"]', "HOSO_MASTER_KEY_FILE": str(key)}
    async with webhook_sink.running() as sink:
        entry = Entry(PROVINCE, ReceiverKind.SYSTEM, "Cổng", sink.url, [Event.FILED])
        by, hosts = person("administrator", PROVINCE), ("127.0.0.1",)
        await receivers.enter(
            world.db, Seal(lambda: bytes(LENGTH)), entry, actor=by, at=worlds.FOUNDED, inner_hosts=hosts
        )
        await world.files("2026-03-02 08:00")
        sent = [
            (await swept(world, f"2026-03-02T{at}", **inner))["webhooks"]["sent"] for at in ("07:59", "08:01")
        ]
    assert sent == [0, 1]
    # Receivers judge by their own clock how old a signature is.
    assert datetime.now(UTC) - sink.got[0].signed_at < timedelta(days=1)


async def test_a_portal_is_told_anew_what_it_has_not_acknowledged_by_then(world: worlds.World) -> None:
    await world.files("2026-03-02 08:00")
    for statement in (PORTAL.format(by=CITIZEN), STATUS):
        await world.changed(statement)
    resent = [(await swept(world, f"2026-03-02T{at}"))["portals"]["resent"] for at in ("09:04", "09:05")]
    assert resent == [0, 1]


async def test_of_the_store_nothing_goes_that_was_not_left_by_then_nor_what_is_young_now(
    world: worlds.World, tmp_path: Path
) -> None:
    folder = {"HOSO_STORE_FOLDER": str(tmp_path)}
    old, young = (tmp_path / "objects" / name[:2] / name for name in ("ab" * 32, "cd" * 32))
    for name in (old.name, young.name):
        await Store(tmp_path).put(name, b"x")
    os.utime(old, (instant("2026-03-02 08:00").timestamp(),) * 2)
    gone = [
        (await swept(world, at, **folder))["files"]["objects"]
        for at in ("2026-03-02T08:59", "2199-01-01T00:00")
    ]
    assert (gone, old.exists(), young.exists()) == ([0, 1], False, True)
