"""An hour with a national portal that loses, doubles and reorders what it is told, and with a ministry's that only reads."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from hoso_models import DossierStatus, PortalConcern
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.rules import PORTAL
from hoso_workflows.portals import acknowledgement, feed, filing, reconciliation, resending
from hoso_workflows.portals.acknowledgement import Said
from hoso_workflows.portals.reconciliation import Reconciled
from hoso_workflows.webhooks import delivery
from hoso_workflows.webhooks.settings import WebhookSettings
from support import national_portal, partner_portals
from support.builders.histories import local
from support.national_portal import NationalPortal, Trouble
from support.partner_portals import INNER, MINISTRY, NATIONAL, READER, SEAL, SPEAKER
from support.world import DESK, DRAWN, World, complete, person

BEGINS, MINUTE = local("2026-03-02 08:00"), timedelta(minutes=1)
RECEPTION = person("reception", DESK)
#: The minutes in which the national portal is away.
AWAY = range(24, 30)
ENDED = {DossierStatus.REFUSED, DossierStatus.RETURNED, DossierStatus.WITHDRAWN}


@dataclass
class Hour:
    """Officers, applicants and two portals, minute by minute."""

    world: World
    national: NationalPortal
    ministry: NationalPortal
    seed: int
    dossiers: dict[str, Outcome] = field(default_factory=dict)
    #: The codes that each dossier has had, as its answers say.
    codes: dict[str, list[int]] = field(default_factory=dict)
    filed: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - no secret

    async def passes(self) -> None:
        """Sixty minutes of work, of messages, and of troubles."""
        for minute in range(60):
            at = BEGINS + minute * MINUTE
            if minute in (AWAY.start, AWAY.stop):
                await (self.national.down() if minute == AWAY.start else self.national.up())
            for _ in range(2 if minute < 30 else 1):
                await self._somebody_acts(at)
            await self.exchange(at)
            if minute % 20 == 19:
                await self.reconciles(NATIONAL, at, complete=False)

    async def exchange(self, at: datetime) -> None:
        """All that the two sides say to each other in a minute."""
        self.national.tick()
        await resending.sweep(self.world.db, at=at)
        settings = WebhookSettings(webhook_inner_hosts=INNER, webhook_seconds=0.25)
        await delivery.deliver(self.world.db, settings, at=at, seal=SEAL)
        said = self.national.acknowledgement()
        for _ in range(self._chance.choice((1, 1, 2)) if said else 0):
            await self._acknowledges(NATIONAL, said or Said(), at)
        await self._ministry_reads(at)

    async def reconciles(self, portal: str, at: datetime, *, complete: bool) -> Reconciled:
        """One of the portals gives its list."""
        simulated, by = (self.national, SPEAKER) if portal == NATIONAL else (self.ministry, READER)
        return await reconciliation.reconcile(
            self.world.db, portal, simulated.listing(), complete=complete, actor=by, at=at
        )

    async def _acknowledges(self, portal: str, said: Said, at: datetime) -> None:
        by = SPEAKER if portal == NATIONAL else READER
        await acknowledgement.acknowledge(self.world.db, portal, said, principal=by, at=at)

    async def _ministry_reads(self, at: datetime) -> None:
        after = str(self.ministry.place) if self.ministry.place else None
        page = await feed.read(
            self.world.db, MINISTRY, principal=READER, at=at, limit=self._chance.randint(1, 9), after=after
        )
        if page.page.items:
            place = self.ministry.reads(list(page.page.items), page.place)
            if place is not None:
                await self._acknowledges(MINISTRY, Said(up_to=place), at)

    async def _somebody_acts(self, at: datetime) -> None:
        drawn = self._chance.random()
        open_ones = [each for each in self.dossiers.values() if each.status not in ENDED]
        if drawn < 0.2 or not open_ones:
            await self._files(at)
        elif drawn < 0.27:
            self._notes(await self.world.files(at))
        else:
            self._notes(await self._goes_on(self._chance.choice(open_ones), at))

    async def _files(self, at: datetime) -> None:
        """The national portal files; at times it does so twice, because an answer got lost."""
        self.filed += 1
        request = complete(channel="online", portal=NATIONAL, external_code=f"G22-{self.filed}")
        outcomes = [
            await filing.file(self.world.service, request, actor=SPEAKER, at=at, key=f"{self.filed}/{again}")
            for again in range(self._chance.choice((1, 1, 2)))
        ]
        assert len({each.reference for each in outcomes}) == 1
        self._notes(outcomes[0])

    async def _goes_on(self, before: Outcome, at: datetime) -> Outcome:
        if before.status in (DossierStatus.AWAITING_SUPPLEMENT, DossierStatus.AWAITING_SUPPLEMENT_BEFORE):
            return await self.world.does(before, commands.ReceiveSupplement(), RECEPTION, at)
        (task,) = await self.world.open_tasks(before)
        if task["milestone"] == "accept":
            outcome = self._chance.choice(("accept", "accept", "accept", "refuse", "supplement"))
            # A second one needs a reason of its own.
            outcome = "accept" if 5 in self.codes[before.reference] else outcome
            said = {} if outcome == "accept" else {"reason": "Thiếu giấy tờ"}
            return await self.world.completes(before, at, outcome=outcome, actor=RECEPTION, **said)
        return await self.world.completes(before, at, outcome=DRAWN.get(task["element"]))

    def _notes(self, after: Outcome) -> None:
        had = self.codes.setdefault(after.reference, [])
        if after.status == DossierStatus.IN_PROCESS and (not had or had[-1] in (1, 5)) and 2 not in had:
            had.append(2)
        if not had or had[-1] != after.body["portal_code"]:
            had.append(after.body["portal_code"])
        self.dossiers[after.reference] = after


@asynccontextmanager
async def begun(world: World, seed: int) -> AsyncIterator[Hour]:
    """Both portals, entered and at work."""
    await partner_portals.spoken_for(world)
    async with national_portal.running(seed) as national, national_portal.running(seed + 1) as ministry:
        webhook = await partner_portals.told_at(world, national.url)
        await partner_portals.enter(world, webhook=webhook)
        said = {"code": MINISTRY, "principal": READER, "concerns": PortalConcern.ALL}
        await partner_portals.enter(world, **said)
        yield Hour(world, national, ministry, seed)


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_an_hour_of_troubles_both_sides_agree_and_each_status_arrived_and_was_applied_once(
    world: World, seed: int
) -> None:
    async with begun(world, seed) as hour:
        await hour.passes()
        hour.national.troubled = hour.ministry.troubled = False
        at, differing = BEGINS + 60 * MINUTE, {NATIONAL: True, MINISTRY: True}
        while any(differing.values()):
            at += 10 * MINUTE
            assert at < BEGINS + timedelta(days=1), "they do not come together"
            await hour.exchange(at)
            for portal in differing:
                differing[portal] = bool((await hour.reconciles(portal, at, complete=True)).differences)

        # What officers did is what each portal was told of, and what it has now.
        filed_there = {
            reference for reference, each in hour.codes.items() if reference in hour.national.statuses
        }
        assert len(filed_there) == hour.filed
        for portal, simulated in ((NATIONAL, hour.national), (MINISTRY, hour.ministry)):
            told = await partner_portals.statuses(world, portal)
            assert {reference: deduplicated(codes) for reference, codes in told.items()} == {
                reference: codes
                for reference, codes in hour.codes.items()
                if portal == MINISTRY or reference in filed_there
            }
            assert simulated.statuses == {
                reference: dict(enumerate(codes, start=1)) for reference, codes in told.items()
            }
            assert {reference: codes[-1] for reference, codes in told.items()} == {
                reference: PORTAL[DossierStatus(hour.dossiers[reference].status)] for reference in told
            }
            every = {(reference, number) for reference, each in simulated.statuses.items() for number in each}
            # Delivered once at least, applied once, and always under one id.
            assert (set(simulated.arrived), min(simulated.arrived.values()) >= 1) == (every, True)
            assert (len(simulated.ledger), set(simulated.ledger)) == (len(every), every)
            assert {len(ids) for ids in simulated.ids.values()} == {1}
            assert max(simulated.arrived.values()) > 1
        assert await world.one("select count(*) from portal_status where acknowledged_at is null") == 0
        assert set(hour.national.happened) == set(Trouble)


def deduplicated(codes: list[int]) -> list[int]:
    """The codes without those that say only that a date has moved."""
    return [code for place, code in enumerate(codes) if place == 0 or codes[place - 1] != code]
