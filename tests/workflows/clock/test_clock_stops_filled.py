"""A database from before stops of the clock were kept: the migration finds them in the events, as the clock does."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows import events
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import corrections
from hoso_workflows.lifecycle.projection import Projection, Row
from support import instants
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import VN, History, local, task_id

CLERK = worlds.person("reception", worlds.DESK)
FILL = migrations.script("0015_clock_stop_filled.sql")


@dataclass
class Past:
    """A history, its tasks under ids of their own, and the numbers of the events whose payload was erased."""

    told: History
    tasks: dict[str, UUID]
    erased: frozenset[int]

    @property
    def events(self) -> list[Event]:
        return [self._with_own_task(event) for event in self.told.events]

    def _with_own_task(self, event: Event) -> Event:
        own = {"task": str(self.tasks[event.payload["task"]])} if "task" in event.payload else {}
        return replace(event, payload={**event.payload, **own})

    @property
    def projection(self) -> Projection:
        return Projection.of(corrections.applied(self.events), self.told.calendars)


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """A dossier whose clock stops and goes on, before acceptance and after it, to its end or not."""
    told, now, steps = History(), local("2026-02-02 08:00"), 0
    told.filed(now)
    awaited = suspended = accepted = ended = False
    open_steps: list[int] = []
    for _ in range(draw(st.integers(0, 14))):
        now = draw(instants.within(VN, now, timedelta(days=3)))
        words = ["receive" if awaited else "ask", "exclude", "open"]
        words += ["include"] if open_steps else []
        words += ["resume" if suspended else "suspend", "ready"] if accepted else []
        words += ["withdraw"] if draw(st.integers(0, 4)) == 0 else []
        words += ["accept"] * 3 if not accepted and not awaited else []
        words = ["include", "return"] if ended and open_steps else ["return"] if ended else words
        match draw(st.sampled_from(words)):
            case "ask":
                awaited = bool(told.asked(now))
            case "receive":
                restart = draw(st.sampled_from(["3 ngày làm việc", None])) if accepted else None
                awaited = not told.received(now, restart)
            case "suspend":
                suspended = bool(told.suspended(now))
            case "resume":
                suspended = not told.suspension_ended(now)
            case "accept":
                accepted = bool(told.accepted(now))
            case "exclude" | "open" as word:
                steps += 1
                told.opened(now, steps, clock="excluded" if word == "exclude" else None)
                open_steps.append(steps)
            case "include":
                told.closed(now, open_steps.pop(draw(st.integers(0, len(open_steps) - 1))))
            case "ready":
                ended = bool(told.ready(now))
            case "withdraw":
                ended = bool(told.tell(Kind.WITHDRAWN, now, reason="đổi ý"))
            case "return":
                told.tell(Kind.RETURNED, now, to="", channel="counter")
                break
    # Like the engine's: those of one dossier follow each other.
    first = uuid4().int & ~0xFFFF
    tasks = {str(task_id(number)): UUID(int=first + number) for number in range(1, steps + 1)}
    for _ in range(draw(st.integers(0, 2))):
        _corrected(draw, told)
    number = len(told.events)
    erased = draw(st.frozensets(st.integers(1, number), max_size=number)) if draw(st.booleans()) else ()
    kept = {seq for seq, event in enumerate(told.events, 1) if event.kind is Kind.CORRECTED}
    return Past(told, tasks, frozenset(erased) - kept)


def _corrected(draw: st.DrawFn, told: History) -> None:
    """One event behind the filing is said to have been at another instant between its neighbours."""
    history = corrections.applied(told.events)
    happened = [seq for seq, event in enumerate(history, 1) if event.kind is not Kind.CORRECTED]
    if len(happened) < 3:
        return
    place = draw(st.integers(1, len(happened) - 2))
    before, after = history[happened[place - 1] - 1].at, history[happened[place + 1] - 1].at
    at = before + (after - before) * draw(st.integers(0, 4)) / 4
    now = max(event.at for event in history)
    told.tell(Kind.CORRECTED, now, seqs=[happened[place]], at=at.isoformat(), last=now.isoformat())


@pytest.fixture(scope="module")
def shared_world(server: postgres.Server) -> Iterator[str]:
    with worlds.founded(server) as url:
        yield url


@given(pasts=st.lists(pasts(), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_migration_finds_the_stops_that_the_clock_finds(shared_world: str, pasts: list[Past]) -> None:
    found = asyncio.run(_filled(shared_world, pasts))

    assert found == [past.projection.stops() for past in pasts]


async def _filled(url: str, pasts: list[Past]) -> list[list[Row]]:
    """Stops that the migration finds in each of these histories, of which none was stored."""
    async with database.connect(url) as db:
        referred = await dossier_rows.refers(db)
        dossiers = [await _stored(db, referred, past) for past in pasts]
        await db.one_statement("delete from clock_stop")
        await db.one_statement(FILL)
        return [[dict(row.items()) for row in await db.rows(_STOPS, [each])] for each in dossiers]


async def _stored(db: Database, referred: dict[str, Any], past: Past) -> UUID:
    dossier = await dossier_rows.dossier(db, referred, past.told.events[0].at, accepted_at=None)
    for task in past.projection.tasks.values():
        named = {"id": task["id"], "clock": task["clock"], "closed_at": task["closed_at"]}
        status = "closed" if task["closed_at"] else "open"
        await dossier_rows.step(db, dossier, task["opened_at"], status=status, **named)
    links = events.chain(past.events, dossier, events.GENESIS, 0)
    rows = [
        (link.seq, link.event.at, str(link.event.kind), link.hash, _payload(past, link)) for link in links
    ]
    await db.one_statement(_EVENTS, [dossier, CLERK, *map(list, zip(*rows, strict=True))])
    return dossier


def _payload(past: Past, link: events.Link) -> dict[str, Any] | None:
    return None if link.seq in past.erased else dict(link.event.payload)


_EVENTS = """
insert into dossier_event (dossier_id, seq, at, kind, actor_id, automatic, payload, salt, digest, previous, hash)
select $1, seq, at, kind, $2, false, payload, case when payload is not null then hash end, hash, hash, hash
from unnest($3::int[], $4::timestamptz[], $5::text[], $6::bytea[], $7::jsonb[]) as e(seq, at, kind, hash, payload)
"""
_STOPS = "select number, source, started_at, ended_at from clock_stop where dossier_id = $1 order by number"
