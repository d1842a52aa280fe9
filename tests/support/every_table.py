"""An installation with a row in every table, as its own acts leave it.

What no act leaves here is written over the application's connection, as `support.alterations` fills a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from hoso_models import EntryChannel, PortalConcern, SessionKind, postgres
from hoso_models.storage import database
from hoso_workflows import errors
from hoso_workflows.coordination import outages
from hoso_workflows.coordination.outages import Report
from hoso_workflows.identity import sessions
from hoso_workflows.identity.methods import Method
from hoso_workflows.monitoring import escalation
from hoso_workflows.operation import retention
from hoso_workflows.portals import feed, filing
from hoso_workflows.reports.obligations import acts, register, sweep
from hoso_workflows.reports.obligations.acts import By
from support import alterations, coordinators, databases, lives, owed_reports, partner_portals
from support.api_client import HEAD, SPECIALIST, Rest
from support.canaries import Canaries
from support.partner_portals import NATIONAL, SPEAKER
from support.procedures import charging, exchange
from support.world import DEPARTMENT, OTHER, World, complete, instant, person

TEMPLATE = "world_of_every_table"
#: When everything has happened, and no later act is due.
AT = instant("2026-03-06 08:00")
#: What stands in rows that no act leaves here, where any value would not do: table → column → expression.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "calendar_revision": {"document": "'# lịch'"},
    "maintenance": {"ends_at": "timestamptz '2026-04-01'"},
    "substitution": {"principal_id": f"'{SPECIALIST}'::uuid", "substitute_id": f"'{HEAD}'::uuid"},
}
#: Tables in which nothing is left once a transaction has ended.
NEVER_LEFT = frozenset({"row_change"})


class Sealing(World):
    """A world that others change over the application's connection, so that their rows are sealed."""

    async def changed(self, sql: str, *parameters: Any) -> None:
        """Change the world as the application does."""
        await self.db.one_statement(sql, parameters)


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of a world in which the procedures of all these acts are published."""
    charging.ensure(server)
    databases.ensure_template(server, TEMPLATE, exchange.establish, base=charging.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def lay(url: str, folder: Path) -> None:
    """Do everything that leaves rows, then fill the tables that are still empty."""
    async with (
        lives.served(url, folder, kind=Sealing) as rest,
        database.connect(databases.as_owner(url)) as owner,
    ):
        await _told_to_portals(rest.world)
        await _waits(rest.world)
        canary = Canaries()
        for life in lives.ALL:
            await life(rest, canary)
        await _filed_by_a_portal(rest.world)
        await _signed_in(rest)
        await _reported(rest.world)
        await _told_of_an_outage(rest.world)
        await _late(rest.world)
        await _damaged(rest.world, owner)
        await retention.close_days(rest.world.db, AT + timedelta(days=2))
        found = [each for each in await alterations.columns(rest.world.db) if each.table not in NEVER_LEFT]
        await alterations.fill(rest.world.db, owner, found, GIVEN)


async def _told_to_portals(world: World) -> None:
    """Portals that are told: one of everything at once, the national one of what was filed there."""
    await partner_portals.spoken_for(world)
    receiver = await partner_portals.told_at(world, "https://127.0.0.1/cong")
    await partner_portals.enter(
        world,
        code="cong-tat-ca",
        concerns=PortalConcern.ALL,
        webhook=receiver,
        principal=partner_portals.READER,
    )
    await partner_portals.enter(world)


async def _filed_by_a_portal(world: World) -> None:
    """A dossier of the national portal, whose statuses it has read."""
    request = complete(channel=EntryChannel.ONLINE, portal=NATIONAL, external_code="G22-1")
    filed = await filing.file(world.service, request, actor=SPEAKER, at=instant("2026-03-02 12:30"), key="k1")
    await world.accepts(filed, "2026-03-02 13:30")
    await feed.read(world.db, NATIONAL, principal=SPEAKER, at=instant("2026-03-02 14:00"))


async def _waits(world: World) -> None:
    """A dossier beside which a timer runs, and one that nobody takes."""
    await exchange.appraised(world)


async def _signed_in(rest: Rest) -> None:
    """Sessions of browsers: one that lasts, one that was replaced, one that was ended."""
    db, at = rest.world.db, instant("2026-03-05 15:00")
    for _ in range(2):
        async with db.transaction() as tx:
            origin = sessions.Origin("local", (Method.PASSKEY,), agent="x", address="n")
            await sessions.begin(tx, SPECIALIST, origin, at=at)
    await sessions.end_own(db, SPECIALIST, None, at=AT)
    async with db.transaction() as tx:
        secret = await sessions.begin(tx, HEAD, sessions.Origin("local", (Method.PASSKEY,)), at=AT)
    session = await sessions.read(db, secret, SessionKind.OFFICER, at=AT)
    assert session is not None
    async with db.transaction() as tx:
        await sessions.rotate(tx, session, [Method.PASSWORD, Method.TOTP], at=AT + timedelta(minutes=1))


async def _reported(world: World) -> None:
    """A report of a quarter that was submitted with its figures, and the one that waits for it."""
    await owed_reports.owed(world, instant("2026-01-06 08:00"))
    await world.accepts(
        await world.files("2026-02-02 08:00", channel=EntryChannel.ONLINE), "2026-02-02 09:00"
    )
    await sweep.sweep(world.db, at=AT)
    owed = await register.listed(world.db, [DEPARTMENT], period="2026-Q1")
    clerk, head = By(person("clerk"), AT), By(person("agency_head"), AT)
    for each in owed:
        await acts.write(world.db, each.id, {"difficulties": "Không"}, clerk)
        await acts.approve(world.db, each.id, head)
        await acts.submit(world.db, each.id, clerk)


async def _told_of_an_outage(world: World) -> None:
    """An outage of which two units were told, and that one of them knows of."""
    await coordinators.both_named(world)
    said = Report(DEPARTMENT, "Nộp hồ sơ", "Không tải được tệp lên", instant("2026-03-02 08:10"))
    found = await outages.report(world.db, said, coordinators.asked(person("clerk")))
    await outages.acknowledge(world.db, found.id, OTHER, coordinators.asked(person("clerk", OTHER)))


async def _late(world: World) -> None:
    """Escalations: of a dossier, of a step, and one that was withdrawn."""
    calendars = await world.service.reference_data.unit_calendars()
    await escalation.sweep(world.db, calendars, at=AT)


async def _damaged(world: World, owner: database.Database) -> None:
    """A dossier whose state was spoilt by hand: it is listed, and always a finding."""
    filed = await world.files("2026-03-05 09:00")
    await owner.one_statement(_SPOILT, [filed.reference])
    with suppress(errors.StateDamaged):
        await world.completes(filed, "2026-03-05 10:00", outcome="accept")


_SPOILT = """
update engine_state set state = set_byte(state, 9, get_byte(state, 9) # 255)
where dossier_id = (select id from dossier where reference = $1)
"""
