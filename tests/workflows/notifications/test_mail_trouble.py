"""A simulated hour of mail trouble: timers and escalations on time, no copy that a cut line does not explain, nothing lost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from hoso_workflows import pagination
from hoso_workflows.dossiers import due_timers
from hoso_workflows.monitoring import escalation
from hoso_workflows.notifications import email, mail_servers, outbox, undelivered
from hoso_workflows.notifications.undelivered import State
from support import mail_server, mail_trouble, ports
from support import world as worlds
from support.builders.histories import local
from support.mail_server import MailServer, Mood

START = local("2026-03-02 10:00")
MINUTE = timedelta(minutes=1)
ADMINISTRATOR = worlds.person("administrator", worlds.PROVINCE)
ACCEPTED = [local(f"2026-03-02 08:{minute:02}") for minute in range(5, 60, 10)]
DUES = [START + minute * MINUTE for minute in range(2, 55, 7)]


class Hour:
    """The world, its mail server, and a dispatcher that works beside the sweeps as a runner of its own lets it."""

    def __init__(self, world: worlds.World, server: MailServer) -> None:
        self.world, self.server = world, server
        settings = email.MailSettings(
            smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls=False, smtp_timeout=2
        )
        self.ways = email.transports(settings)
        self.delivery: asyncio.Task[outbox.Delivered] | None = None
        self.cut: dict[str, int] = {}
        self.fired: list[int] = []

    async def ten_minutes(self, number: int, mood: Mood | None) -> None:
        """Ten minutes with the server in one mood."""
        self.server.mood = mood or Mood.GOOD
        before = len(self.server.mails)
        async with AsyncExitStack() as there:
            if mood is not None:
                await there.enter_async_context(mail_server.listening(self.server))
            for minute in range(10 * number, 10 * number + 10):
                await self.minute(minute)
            await self.settled()
        if mood is Mood.CUTTING:
            self.cut = dict(MailServer(0, mails=self.server.mails[before:]).copies)

    async def minute(self, minute: int) -> None:
        """Work due in one minute; mail delivery continues beside it."""
        at = START + minute * MINUTE
        if self.delivery is None or self.delivery.done():
            self.delivery = asyncio.ensure_future(outbox.deliver(self.world.db, self.ways, at=at, budget=0.5))
        if (await due_timers.fire(self.world.service, at=at)).advanced:
            self.fired.append(minute)
        if minute % 5 == 0:
            await escalation.sweep(
                self.world.db, await self.world.service.reference_data.unit_calendars(), at=at, now=at
            )

    async def settled(self) -> None:
        """Wait for the round that is under way."""
        if self.delivery is not None:
            await self.delivery

    async def later(self, days: int) -> None:
        """Rounds of a minute each some days later, until nothing more is sent."""
        at = START + timedelta(days=days)
        while (await outbox.deliver(self.world.db, self.ways, at=at)).sent:
            at += MINUTE


async def test_an_hour_of_mail_trouble_delays_nothing_else_and_costs_no_mail(world: worlds.World) -> None:
    await mail_trouble.timed(world, ACCEPTED)
    await mail_trouble.late(world, DUES)
    await mail_trouble.letters(world, 60, START)
    with ports.kept() as port:
        hour = Hour(world, MailServer(port, delay=0.2))
        for number, mood in enumerate(mail_trouble.HOUR):
            await hour.ten_minutes(number, mood)

        assert hour.fired == [5, 15, 25, 35, 45, 55], "each two working hours after its acceptance"
        told = await world.db.rows("select at from escalation where level = 'overdue' order by at")
        assert [row.at for row in told] == [mail_trouble.next_round(due, 5) for due in DUES]

        # A day without the server, and then it is back.
        await mail_trouble.letters(world, 12, START + timedelta(hours=2), first=61)
        for hours in range(2, 26):
            at = START + timedelta(hours=hours)
            assert (await outbox.deliver(world.db, hour.ways, at=at)).sent == 0
        assert [each.last_error for each in await mail_servers.away(world.db)] == [
            "the server cannot be used: ConnectionRefusedError"
        ]
        hour.server.mood = Mood.GOOD
        async with mail_server.listening(hour.server):
            await hour.later(2)
            found = (await undelivered.search(world.db, None, aside=True, limit=pagination.MOST)).items
            refused = [each.id for each in found if each.status is State.REFUSED]
            at = START + timedelta(days=4)
            await undelivered.release(world.db, refused, None, actor=ADMINISTRATOR, at=at)
            await hour.later(4)

    assert set(await mail_trouble.fates(world)) <= {"sent", "unsure", "overtaken"}
    copies = hour.server.copies
    keys = await world.db.rows("select dedup_key from outbox where aside is distinct from 'overtaken'")
    assert set(copies) == {email.message_id(row.dedup_key) for row in keys}
    assert mail_trouble.copies_but_for(hour.cut, copies) == {1}
    assert max(copies.values()) <= 2
