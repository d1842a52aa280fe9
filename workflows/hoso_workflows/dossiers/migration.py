"""Migration of running dossiers to another version of their procedure.

First as a dry run, then one by one. Open tasks and timers keep their ids, limits, dates and assignees. Only the wording of the
open tasks and the steps still ahead are those of the new version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_bpmn.document.critical_path
from hoso_bpmn import errors as engine_errors
from hoso_bpmn.package import calls
from hoso_bpmn.package.package import NoSuchCase
from hoso_bpmn.runs.migration import Verdict
from hoso_bpmn.runs.run import Run
from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import say
from hoso_models import VersionStatus
from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import statements
from hoso_workflows.dossiers.save_statement import Changeset
from hoso_workflows.dossiers.service import TRIES, DossierService
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import fees, task_facts, transitions
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.lifecycle.decision import Decision, aware, refusing, unit_of
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.procedures import publication
from hoso_workflows.procedures.reference_data import Version

#: Dossiers read at a time.
BATCH = 200
#: Versions that dossiers may move to: somebody has approved them.
_APPROVED = (VersionStatus.APPROVED, VersionStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of a migration for one dossier."""

    reference: str
    code: str | None
    verdict: Verdict
    #: Why it does not move as it is.
    why: tuple[str, ...] = ()
    #: Names that only expressions of the new version read, and that the run does not know yet.
    new_variables: tuple[str, ...] = ()
    #: True when it has been moved now.
    moved: bool = False


#: Behind it come all dossiers.
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the dossiers, in the order of their ids."""

    #: The dossier before the first of them.
    after: UUID = _FIRST
    most: int = BATCH


@dataclass(frozen=True, slots=True)
class Migration:
    """The planned or applied migration of a procedure's running dossiers between two versions."""

    procedure: str
    source: int
    target: int
    dossiers: tuple[Judged, ...]
    #: Where the next ones begin, of a migration that was asked for some only; None behind the last.
    behind: UUID | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of dossiers with each verdict, and of those moved."""
        verdicts = Counter(judged.verdict for judged in self.dossiers)
        moved = sum(judged.moved for judged in self.dossiers)
        return {**{str(verdict): verdicts[verdict] for verdict in Verdict}, "moved": moved}

    @property
    def ok(self) -> bool:
        """True when no dossier stays on the source version, or would stay."""
        return all(judged.verdict is Verdict.SAFE for judged in self.dossiers)

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "schema": "hoso-migration/1",
            "procedure": self.procedure,
            "from": self.source,
            "to": self.target,
            "counts": dict(self.counts),
            "dossiers": [asdict(judged) for judged in self.dossiers],
        }


@dataclass(frozen=True, slots=True)
class _Moved:
    """A migrated dossier, not stored yet."""

    events: tuple[Event, ...]
    run: Run


class _Stays(Exception):
    """The dossier cannot be migrated in its present state."""

    def __init__(self, verdict: Verdict, *why: str) -> None:
        super().__init__("; ".join(why))
        self.verdict = verdict
        self.why = why


async def plan(
    service: DossierService,
    procedure: str,
    source: int,
    target: int,
    *,
    actor: UUID,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    operator: UUID | None = None,
    part: Part | None = None,
) -> Migration:
    """Dry run: the result of `apply` now, for each dossier. Nothing is written."""
    moving = await _moving(service, procedure, source, target, actor, at, mapping, operator)
    return await moving.each(moving.judged, part)


async def apply(
    service: DossierService,
    procedure: str,
    source: int,
    target: int,
    *,
    actor: UUID,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    operator: UUID | None = None,
    part: Part | None = None,
) -> Migration:
    """Migrate every running dossier of the source version that can be migrated.

    The others stay, with the reason. `mapping` maps element ids of the source to those of the target. With an `operator`, the
    operator migrates the dossiers on the instruction of the actor. Each dossier is a transaction of its own, so after an
    interruption the next call finds only those that are left. Raises Forbidden, NotFound,
    VersionStands for a target that nobody has approved, FormRefused for the source itself.
    """
    moving = await _moving(service, procedure, source, target, actor, at, mapping, operator)
    return await moving.each(moving.moved, part)


async def running(db: Database, procedure: str, source: int, *, behind: UUID | None = None) -> int:
    """The number of running dossiers of a version behind one."""
    (row,) = await db.rows(_COUNT, [procedure, source, behind or _FIRST])
    return int(row.n)


async def _moving(
    service: DossierService,
    procedure: str,
    source: int,
    target: int,
    actor: UUID,
    at: datetime,
    mapping: Mapping[str, str] | None,
    operator: UUID | None,
) -> _Moving:
    guard, acting = await _permitted(service, procedure, actor, at, operator)
    await publication.version(service.db, procedure, source)
    if source == target:
        raise errors.FormRefused([errors.Fault("target", say("is the version that the dossiers run on"))])
    found = await publication.version(service.db, procedure, target)
    if found.status not in _APPROVED:
        raise errors.VersionStands(procedure, target, found.status, "approved")
    rows = await service.db.rows(_VERSIONS, [procedure, [source, target]])
    versions = {row.number: await service.reference_data.version(row.id) for row in rows}
    acts = Actor(acting.by, acting.behalf)
    return _Moving(
        service, versions[source], versions[target], acts, actor, operator, aware(at), guard, mapping or {}
    )


async def _permitted(
    service: DossierService, procedure: str, actor: UUID, at: datetime, operator: UUID | None
) -> tuple[statements.Guard, procedure_rights.Acting]:
    """The guard of a migration and the right to it. Raises Forbidden."""
    day = localtime.local_date(at)
    # First what will be compared, then the question: what is taken away between the two is found by either.
    row = await service.db.row(statements.LOAD_GUARD, [actor, day, at])
    act, roles = "migrating dossiers", permissions.offices("migrate_dossiers")
    acting = await procedure_rights.permitted(
        service.db, act, procedure, actor, at, *roles, operator=operator
    )
    return statements.Guard(b"", day, at, row.rights, procedure, [], None), acting


@dataclass(frozen=True, slots=True)
class _Moving:
    """One migration in progress."""

    service: DossierService
    source: Version
    target: Version
    #: In whose name it is recorded.
    actor: Actor
    #: Whose rights it is done by, and who enters it for them.
    asker: UUID
    operator: UUID | None
    at: datetime
    #: What the asker was permitted on.
    guard: statements.Guard
    #: Element ids of the source → of the target.
    mapping: Mapping[str, str] = field(default_factory=dict)

    async def each(self, work: Callable[[Any], Awaitable[Judged]], part: Part | None) -> Migration:
        """The result for the dossiers, or for a part of them."""
        judged: list[Judged] = []
        last = part.after if part else _FIRST
        async for row in self.rows(last):
            if part and len(judged) == part.most:
                return self._told(judged, behind=last)
            judged.append(await work(row))
            last = row.id
        return self._told(judged, behind=None)

    def _told(self, judged: Sequence[Judged], behind: UUID | None) -> Migration:
        numbers = self.source.number, self.target.number
        return Migration(self.guard.procedure, *numbers, tuple(judged), behind)

    async def rows(self, last: UUID) -> AsyncIterator[Any]:
        """The running dossiers of the source version behind one, in batches."""
        while rows := await self.service.db.rows(
            f"{_RUNNING} and d.id > $2 order by d.id limit {BATCH}", [self.source.id, last]
        ):
            for row in rows:
                yield row
            last = rows[-1].id

    async def judged(self, row: Any) -> Judged:
        """The result that a migration of the dossier would have."""
        judged, _ = await self._tried((await self.service.repository.load(row)).state, row)
        return judged

    async def moved(self, row: Any) -> Judged:
        """Migrate the dossier if possible; after a lost race, load it again.

        Raises Forbidden for an actor who has lost the right meanwhile.
        """
        guard = self.guard
        for _ in range(TRIES):
            before = await self.service.repository.load(row)
            judged, moved = await self._tried(before.state, row)
            if moved is None:
                return judged
            compared = replace(guard, head=row.head)
            changes = Changeset(moved.events, moved.run, compared, (self.asker, None, b""))
            if await self._saved(row, before, changes):
                return replace(judged, moved=True)
            guard, _ = await _permitted(self.service, guard.procedure, self.asker, guard.at, self.operator)
            (row,) = await self.service.db.rows(f"{_DOSSIER} where d.id = $1", [row.id])
            if row.finished or row.workflow_version_id != self.source.id:
                return replace(judged, why=("it has ended or moved in the meantime",))
        return replace(judged, why=("others keep writing it; run the migration again",))

    async def _saved(self, row: Any, before: Projection, changes: Changeset) -> bool:
        """Save the migration; False after a lost compare-and-set race."""
        move = statements.MOVE, [row.id, self.target.number]
        try:
            return await self.service.repository.save(row, before, changes, move) is not None
        except storage.Conflict:
            return False

    async def _tried(self, state: State, row: Any) -> tuple[Judged, _Moved | None]:
        """The result of a migration, and the migrated dossier if it is possible."""
        judged = Judged(state.reference, state.code, Verdict.SAFE)
        calendars = await self.service.reference_data.unit_calendars(state.units.values())
        try:
            with refusing():
                moved = self._carried(replace(state, calendars=calendars), row.state)
        except _Stays as stays:
            return replace(judged, verdict=stays.verdict, why=stays.why), None
        except (errors.Refusal, NoSuchCase, engine_errors.EngineError) as refused:
            return replace(judged, verdict=Verdict.BLOCKED, why=(str(refused),)), None
        except Exception as fault:  # whatever is wrong with one dossier must not hold up those behind it
            return replace(judged, verdict=Verdict.BLOCKED, why=(f"{type(fault).__name__}: {fault}",)), None
        old, new = (version.case(state.case).specification for version in (self.source, self.target))
        return replace(judged, new_variables=tuple(sorted(new.variables - old.variables))), moved

    def _carried(self, state: State, data: bytes) -> _Moved:
        old, new = self.source.case(state.case), self.target.case(state.case)
        lanes = transitions.calendar_of_lane(new, state.places, state.calendars)
        at = max(self.at, state.last_at)
        moved = hoso_bpmn.migrate(
            old.specification, data, new.specification, at=at, calendar=lanes, mapping=self.mapping
        )
        if moved.state is None:
            raise _Stays(moved.verdict, *(reason.message for reason in moved.reasons))
        run = hoso_bpmn.resume(new.specification, moved.state, calendar=lanes)
        amiss = (*_amiss(state, run, new), *_other_fees(state, old, new))
        if amiss:
            raise _Stays(Verdict.BLOCKED, *amiss)
        act = Decision(replace(state, run=run, loaded=new), at, self.actor)
        return _Moved(tuple(self._events(act, run, moved.change)), run)

    def _events(self, act: Decision, run: Run, change: hoso_bpmn.Change) -> Iterator[Event]:
        tasks = [_worded(act.state, task) for task in run.tasks]
        yield act.tell(
            Kind.MIGRATED,
            **{"from": self.source.number, "to": self.target.number},
            mapping=dict(self.mapping),
            tasks=tasks,
        )
        for document in tasks:
            before = act.state.tasks[UUID(document["task"])]
            if before.assignee and (before.role, before.unit) != (document["role"], document["unit"]):
                yield act.tell(Kind.TASK_UNCLAIMED, task=document["task"])
        for dropped in change.timers_dropped:
            yield act.tell(Kind.TIMER_DROPPED, id=dropped)
        yield from map(act.timer_set, change.timers_set)
        held = {incident.id: incident for incident in run.incidents}
        yield from (act.resolved(known) for known in act.state.incidents if known not in held)
        yield from (act.trouble(incident) for key, incident in held.items() if key not in act.state.incidents)


def _worded(state: State, task: hoso_bpmn.Task) -> dict[str, Any]:
    unit = unit_of(state.places, task.unit or "handling")
    return {"task": task.id, **task_facts.changed_by_migration(task_facts.declared(task, unit))}


def _amiss(state: State, run: Run, new: Loaded) -> Iterator[str]:
    """Reasons for which the dossier could not be completed in the new version.

    The engine itself could go on in each of these cases.
    """
    accepting = [task for task in run.tasks if task.milestone == "accept"]
    if state.accepted_at and accepting:
        yield say("it has been accepted, and {element} would accept it again", element=accepting[0].element)
    if not state.accepted_at and not accepting:
        yield say("it has not been accepted, and the new version accepts it somewhere else")
    if state.accepted_at and state.outcome is None and not _result_ahead(run, new):
        yield say("it has no result yet, and in the new version none lies ahead of its open steps")


def _other_fees(state: State, old: Loaded, new: Loaded) -> Iterator[str]:
    """Reasons from the fees: they are assessed by their place in the list."""
    for fee in fees.others(state.account, old.case.fees, new.case.fees):
        yield say(
            "its fee {number}, {name}, is assessed, and is another one in the new version, or none",
            number=fee.number,
            name=fee.name,
        )


def _result_ahead(run: Run, new: Loaded) -> bool:
    """True if an open element leads to the result.

    The target of an awaited message is not known; it is assumed to lead there.
    """
    after = hoso_bpmn.document.critical_path.successors(calls.drawn(new.package.process(new.case)))
    results = new.specification.milestones.get("result", ())
    resting = [task.element for task in run.tasks] + [timer.element for timer in run.timers]
    # What stands in a called procedure leads on from the call.
    waiting = [element if element in after else element.partition("/")[0] for element in resting]
    seen: set[str] = set()
    while waiting:
        element = waiting.pop()
        if element not in seen:
            seen.add(element)
            waiting += after.get(element, ())
    return bool(run.messages) or not seen.isdisjoint(results)


_VERSIONS = "select id, number from workflow_version where procedure_code = $1 and number = any($2::int[])"
#: $1 procedure, $2 number of the version, $3 the dossier behind which they are counted.
_COUNT = """
select count(*) as n from workflow_version v join dossier d on d.workflow_version_id = v.id
join engine_state e on e.dossier_id = d.id and not e.finished
where v.procedure_code = $1 and v.number = $2 and d.id > $3::uuid
"""
_DOSSIER = """
select d.id, d.workflow_version_id, d.filed_at, d.last_seq, e.version, e.head, e.state, e.finished, e.updated_at
from dossier d join engine_state e on e.dossier_id = d.id
"""
_RUNNING = f"{_DOSSIER} where d.workflow_version_id = $1 and not e.finished"
