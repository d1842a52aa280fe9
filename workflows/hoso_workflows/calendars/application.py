"""Application of an approved revision: new versions first, then the open dossiers in batches.

From its first act on everything new is counted by the new versions. Each batch is one transaction: events in the dossiers' chains,
appointments, due dates of dossiers and steps, notices, and how far it has come. So it may end anywhere and goes on from there, and
two who apply it at once share the work. A dossier that somebody writes meanwhile is read again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_models import RevisionStatus
from hoso_models.storage.database import Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.calendars import change, effects, preview, register, revisions, rights, saving
from hoso_workflows.calendars.change import Change
from hoso_workflows.calendars.dates import Act, Effect
from hoso_workflows.calendars.refusals import AnotherApplies, PreviewOutdated
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.dossiers.service import TRIES, DossierService
from hoso_workflows.ladder import moved_dates, rungs
from hoso_workflows.ladder.rungs import Held
from hoso_workflows.organisation.permissions.procedure_rights import Acting

#: Dossiers of one transaction.
BATCH = 500
#: How long after an application a sweep looks for what another process has counted by the version before.
RECENT = timedelta(minutes=5)
#: The figures beside those of a preview: how what was done stands to what was approved.
FIGURES = (*preview.FIGURES, "as_previewed", "otherwise", "new", "notices")


@dataclass(frozen=True, slots=True)
class _Work:
    """An application on its way."""

    service: DossierService
    change: Change
    units: Sequence[str]
    act: Act

    async def ladder(self) -> Held:
        """The escalation ladder by the new calendars."""
        calendars = await self.service.reference_data.unit_calendars()
        return await rungs.load(self.service.db, calendars, at=self.act.at)


async def apply(
    service: DossierService,
    calendar: str,
    number: int,
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
    most: int | None = None,
) -> Revision:
    """Apply an approved revision, or go on with it. At most so many dossiers are looked at.

    It also ends when the request's time for the database does: its status says whether it is applied. An applied one is answered
    as it is. With an `operator` it is they who apply it, on the word of the actor. Raises Forbidden, RevisionStands for a
    draft, PreviewOutdated where calendars have changed since the preview, AnotherApplies.
    """
    found = await revisions.revision(service.db, calendar, number)
    over = [(await register.calendar(service.db, calendar)).unit, *found.units]
    async with rights.acting(
        service.db, rights.APPLYING, calendar, over, actor=actor, at=at, operator=operator
    ) as (tx, acting):
        found = await revisions.revision(tx, calendar, number)
        found.stands(RevisionStatus.APPROVED, RevisionStatus.APPLYING, RevisionStatus.APPLIED)
        if found.status is RevisionStatus.APPROVED:
            await _begin(tx, found, acting, at)
    service.reference_data.forget_units()
    found = await revisions.revision(service.db, calendar, number)
    if found.status is RevisionStatus.APPLIED:
        return await _caught_up(service, found, at)
    return await _go_on(service, found, at, most)


async def catch_up(service: DossierService, *, at: datetime) -> int:
    """Move what another process has counted by an older version.

    Returns the number of dossiers. Processes read their units' calendars every few seconds, so one may have filed or
    accepted a dossier by the version before. A sweep calls it; it looks for a few minutes after each application, and costs
    one short statement at other times.
    """
    rows = await service.db.rows(_RECENT, [at - RECENT])
    moved = 0
    for row in rows:
        found = await revisions.revision(service.db, row.calendar, row.number)
        before = (found.result or {}).get("counted", 0)
        moved += ((await _caught_up(service, found, at)).result or {}).get("counted", 0) - before
    return moved


async def _caught_up(service: DossierService, found: Revision, at: datetime) -> Revision:
    """The applied revision, after a look at dossiers written since it began."""
    work, after = await _work(service, found, at), effects.BEGINNING
    current = await register.versions(service.db)
    if any(current.get(name) != cal.version for name, cal in work.change.calendars.items()):
        # A later revision has moved what this one left.
        return found
    while True:
        async with service.db.transaction() as tx:
            await tx.rows("select from calendar_revision where id = $1 for update", [found.id])
            rows = await effects.portion(
                tx, service, work.units, work.change, after=after, most=BATCH, since=found.begun_at
            )
            if done := await _written(tx, work, rows):
                now = await revisions.revision(tx, found.calendar, found.number)
                await tx.rows(_GO_ON, [found.id, await _figures(tx, now, done), now.applied_to])
        if len(rows) < BATCH:
            return await revisions.revision(service.db, found.calendar, found.number)
        after = rows[-1].id


async def _begin(tx: Transaction, found: Revision, acting: Acting, at: datetime) -> None:
    """Store the new versions and let units and calendars count by them."""
    for row in await tx.rows("select calendar, number from calendar_revision where status = 'applying'"):
        raise AnotherApplies(row.calendar, row.number)
    planned = await change.of(tx, found, localtime.local_date(at))
    if planned.base != found.base:
        raise PreviewOutdated(found.calendar, found.number)
    for name, calendar in planned.calendars.items():
        documents = planned.documents[name]
        await tx.rows(_VERSION, [name, calendar.version, documents, at, acting.by, calendar.name])
    await tx.rows(
        "update unit set calendar = $2 where code = any($1::text[])", [[*planned.units], found.calendar]
    )
    await tx.rows(_BEGIN, [found.id, acting.by, acting.behalf, at, dict.fromkeys(FIGURES, 0)])
    await rights.record(tx, acting, rights.APPLYING, planned.name, at)


async def _go_on(service: DossierService, found: Revision, at: datetime, most: int | None) -> Revision:
    assert found.applied_by is not None  # noqa: S101 - a constraint of the table
    work = await _work(service, found, at)
    seen = 0
    async with effects.Portions(service, work.units, work.change) as portions:
        while (
            found.status is RevisionStatus.APPLYING
            and (most is None or seen < most)
            and preview.time_is_left()
        ):
            size = BATCH if most is None else min(BATCH, most - seen)
            found, looked = await _batch(work, found, portions, size)
            seen += looked
    return found


async def _work(service: DossierService, found: Revision, at: datetime) -> _Work:
    """The change as it was begun, from what is stored since."""
    planned = await change.begun(service.db, found)
    effects.keep(service.reference_data, planned)
    units = await change.concerned_units(service.db, planned)
    assert found.applied_by is not None  # noqa: S101 - a constraint of the table
    return _Work(service, planned, units, Act(found.applied_by, found.applied_for, at))


async def _batch(work: _Work, found: Revision, portions: effects.Portions, size: int) -> tuple[Revision, int]:
    """The revision after its next dossiers, and how many these were."""
    async with work.service.db.transaction() as tx:
        await tx.rows("select from calendar_revision where id = $1 for update", [found.id])
        now = await revisions.revision(tx, found.calendar, found.number)
        if now.status is not RevisionStatus.APPLYING:
            return now, 0
        after = now.applied_to or effects.BEGINNING
        open_ones = await portions.next(tx, after=after, most=size)
        done = await _written(tx, work, open_ones)
        figures = await _figures(tx, now, done)
        last = open_ones[-1].id if open_ones else now.applied_to
        await tx.rows(_GO_ON, [found.id, figures, last])
        if len(open_ones) < size:
            await tx.rows(_END, [found.id, work.act.at])
        return await revisions.revision(tx, found.calendar, found.number), len(open_ones)


async def _written(tx: Transaction, work: _Work, open_ones: Sequence[Any]) -> list[Effect]:
    """Write the effects on these dossiers. Those that were written meanwhile are read again."""
    done: list[Effect] = []
    for _ in range(TRIES):
        made = await effects.effects(work.service, open_ones, work.change, work.act)
        won = await saving.save(tx, made)
        done += [each for each in made if each.row.id in won]
        moved = [each.row.id for each in made if each.row.id in won and each.moves]
        if moved:
            await moved_dates.take_back(tx, await work.ladder(), moved, at=work.act.at)
        lost = [each.row.id for each in made if each.row.id not in won]
        if not lost:
            return done
        open_ones = await effects.portion(tx, work.service, work.units, work.change, only=lost)
    raise errors.Conflict(open_ones[0].reference)


async def _figures(tx: Transaction, now: Revision, done: Sequence[Effect]) -> dict[str, Any]:
    """The figures after a batch, compared with what the preview showed."""
    ids = [each.row.id for each in done]
    rows = await tx.rows(_SHOWN, [now.id, ids])
    shown = {row.dossier_id: row.dates for row in rows}
    figures: Counter[str] = preview.counted(done)
    for each in done:
        before = shown.get(each.row.id)
        if each.moves or before:
            figures["as_previewed" if before == each.moves else "otherwise" if before else "new"] += 1
        figures["notices"] += saving.tells(each)
    kept = now.result or {}
    return {name: kept.get(name, 0) + figures[name] for name in FIGURES}


_VERSION = """
with v as (
  insert into calendar_version (calendar, version, documents, created_at, created_by) values ($1, $2, $3::jsonb, $4, $5)
  on conflict (calendar, version) do nothing
)
update calendar set version = $2, name = $6 where id = $1
"""
_BEGIN = """
update calendar_revision set status = 'applying', applied_by = $2, applied_for = $3, begun_at = $4, result = $5::jsonb
where id = $1
"""
_GO_ON = "update calendar_revision set result = $2::jsonb, applied_to = $3 where id = $1"
_END = "update calendar_revision set status = 'applied', applied_at = $2 where id = $1"
_RECENT = "select calendar, number from calendar_revision where status = 'applied' and applied_at >= $1 order by applied_at"
_SHOWN = "select dossier_id, dates from calendar_move where revision_id = $1 and dossier_id = any($2::uuid[])"
