"""Sweep that sends notices of everything that is due by the ladder, in SQL.

The ladder is data (`ladder.rungs`, ADR 0067): rungs say how long before or after which date who is told. Whoever is absent is
represented by who acts for them. Each notice is sent once per subject, cycle and level, because that is the key of its row: a
sweep may run twice, late, by hand or beside another one, and after a missed week the next one sends what is still true. The
ladder reads `due_promised`; while the clock is suspended nobody is told, but of the supplement that is awaited.

A sweep processes what is due in portions, each in its own transaction: the notices of a portion remain when a later portion
fails, and no statement grows with the length of an outage. A portion that exceeds the statement timeout is tried again in
smaller ones.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hoso_models import RungSubject, errors
from hoso_models.storage.database import Database
from hoso_workflows.ladder import owed_reports, rungs
from hoso_workflows.monitoring import escalation_statements, overdue
from hoso_workflows.monitoring.escalation_statements import Portion

#: The job's name in `watermark`: up to which instant it has swept.
JOB = "escalate"
#: Who is the head of a unit: the first of these roles that somebody plays there.
HEADS = rungs.HEADS

#: What was told later than the clock shows by more than this was told by a clock that was wrong.
TOLERANCE = timedelta(minutes=5)
#: Dossiers or steps that one statement looks at, and at how few a sweep gives up when they take too long.
PORTION, LEAST = 20_000, 50


class Level(StrEnum):
    """Levels of the ladder as it is delivered; an authority may add others. The last part of the topic `escalation.…`."""

    #: A step is past its own limit: to the officer who has it.
    STEP_DUE = "step_due"
    #: A step is past its own limit and nobody has it, or somebody who has left: to the head of its unit.
    STEP_UNCLAIMED = "step_unclaimed"
    #: A dossier is due within one working day: to the head of the handling unit.
    DUE_SOON = "due_soon"
    #: A dossier is past the promised date: to the head of the handling unit.
    OVERDUE = "overdue"
    #: The same, to the head of the unit that received it.
    OVERDUE_RECEIVED = "overdue_received"
    #: A result is not ready for its owner at the appointed hour: to the head of the unit that returns it.
    RETURN_OVERDUE = "return_overdue"
    #: A dossier has waited at reception for two working hours: to the officer who has it, else for one that came in online to the
    #: officer on duty, else to the head there.
    RECEPTION_WAITS = "reception_waits"
    #: Reception has not answered within its term: to the head of the receiving unit.
    RECEPTION_OVERDUE = "reception_overdue"
    #: A report is owed within so many working days: to the heads of the owing unit.
    REPORT_DUE = "report_due"
    #: A report was not submitted in time: to the heads of the owing unit.
    REPORT_LATE = "report_late"
    #: The same, to the heads of the unit that waits for it.
    REPORT_AWAITED = "report_awaited"
    #: A report is late by three working days: to the head of the agency.
    REPORT_LATE_AGENCY = "report_late_agency"
    #: A report is late by five working days: to the coordinating function.
    REPORT_LATE_COORDINATOR = "report_late_coordinator"


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep."""

    at: datetime
    #: False when another sweep was at work and this one left it, or the rest of it, to that.
    ran: bool
    #: How many subjects reached each level now.
    reached: Mapping[str, int] = field(default_factory=dict)
    #: Messages put in the outbox; one level up, the lower level is remembered and not told any more.
    messages: int = 0
    #: Subjects for which nobody could be found; the next sweep tries again.
    unaddressed: int = 0
    #: Units whose calendar does not reach as far as their ladder looks ahead, so that nothing there is found due soon.
    calendars_end: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    """Running totals over the portions of a sweep."""

    #: How much the next portion takes.
    size: int
    reached: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    unaddressed: int = 0

    def add(self, row: Any) -> None:
        self.reached.update(row.reached)
        self.messages += row.messages
        self.unaddressed += row.unaddressed


async def sweep(
    db: Database, calendars: overdue.Calendars, *, at: datetime, now: datetime | None = None
) -> Swept:
    """Create the notices due at `at` that do not exist yet, portion by portion.

    Each portion writes its notices and their messages in one transaction. `now` is the time of the clock where `at` is not;
    notices dated after both count as not sent.
    """
    tally = _Tally(PORTION)
    held = await rungs.load(db, calendars, at=at)
    ran = await _withdrawn(db, at, now) and await _everything(db, held, tally)
    if ran:
        await db.one_statement(_SWEPT, [JOB, at])
    return Swept(at, ran, dict(tally.reached), tally.messages, tally.unaddressed, held.calendars_end)


async def _withdrawn(db: Database, at: datetime, now: datetime | None) -> bool:
    """Take back what a clock ahead had told; False when another sweep is at work."""
    async with db.transaction() as tx:
        ((alone, _),) = await tx.rows(_ALONE, [JOB])
        if alone:
            await tx.rows(_WITHDRAW, [JOB, max(at, now or at) + TOLERANCE, at])
    return bool(alone)


async def _everything(db: Database, held: rungs.Held, tally: _Tally) -> bool:
    for portion in escalation_statements.PORTIONS:
        if held.of(portion.subject) and not await _through(
            db, portion, escalation_statements.parameters(held, portion.subject), tally
        ):
            return False
    return not held.of(RungSubject.REPORT) or await _owed_reports(db, held, tally)


async def _owed_reports(db: Database, held: rungs.Held, tally: _Tally) -> bool:
    """Tell of reports that are owed, which are few; False when another sweep was met."""
    async with db.transaction() as tx:
        ((alone, _),) = await tx.rows(_ALONE, [JOB])
        if alone:
            (row,) = await tx.rows(owed_reports.TELL, [*owed_reports.parameters(held), None])
            tally.add(row)
    return bool(alone)


async def _through(db: Database, portion: Portion, known: list[Any], tally: _Tally) -> bool:
    """Tell all of one kind, portion by portion; False when another sweep was met and goes on with it.

    Where a portion takes longer than a statement may, on a disk that has nothing at hand for example, smaller ones follow.
    """
    place: Any = (None, None)
    while place:
        try:
            async with db.transaction() as tx:
                ((alone, _),) = await tx.rows(_ALONE, [JOB])
                if not alone:
                    return False
                end = next(iter(await tx.rows(portion.end, [*place, tally.size - 1])), None)
                (row,) = await tx.rows(portion.tell, [*known, *place, *(end or (None, None)), None])
        except errors.TooSlow:
            if tally.size <= LEAST:
                raise
            tally.size = max(LEAST, tally.size // 4)
        else:
            tally.add(row)
            place = end
    return True


#: Each portion is planned for itself: a plan that was made while the ladder was empty is a bad one for when it is full.
_ALONE = """
select pg_try_advisory_xact_lock(hashtextextended('hoso ' || $1, 0)), set_config('plan_cache_mode', 'force_custom_plan', true)
"""
_SWEPT = """
insert into watermark (job, at) values ($1, $2)
on conflict (job) do update set at = greatest(watermark.at, excluded.at)
"""

#: $1 the job, $2 the instant up to which somebody can have been told, $3 the instant to come back to. The watermark is as far
#: ahead as the clock was, so that a clock that was never wrong pays nothing.
_WITHDRAW = """
with ahead as (
  update watermark set at = $3 where job = $1 and at > $2 returning escalation_withdraw($2, $3)
)
select * from ahead
"""
