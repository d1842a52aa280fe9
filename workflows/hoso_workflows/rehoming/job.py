"""The job that moves open dossiers to the successors of their units.

Each dossier is a command of its own, so an interrupted job goes on where it stopped, two at once do everything once, and officers
who act meanwhile are not held up. The same moves by the same decision are the same job.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hoso_calendar.messages import say, sentence
from hoso_models import errors as storage
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import canonical
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import administration
from hoso_workflows.rehoming import moves, preview
from hoso_workflows.rehoming.moves import CONCERNED, Move, Moves

#: Dossiers found at once, and after how many moved ones the progress is kept.
BATCH, KEPT = 5_000, 100
#: Behind it come all dossiers.
_FIRST = UUID(int=0)
#: The name space of jobs' ids.
_JOBS = UUID("2f0c1f64-6b58-4c3e-9a55-0b7a3f4a5d10")


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it has come."""

    id: UUID
    moves: tuple[Move, ...]
    basis: str
    ordered_by: UUID
    ordered_at: datetime
    moved: int
    updated_at: datetime
    #: None while something may be left.
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Left:
    """A dossier that could not be moved now, and why."""

    reference: str
    code: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome of one call of a job."""

    job: UUID
    #: Now, and by the job altogether.
    moved: int
    moved_altogether: int
    #: Open dossiers that still wait to be moved; those in `left` among them.
    remaining: int
    #: Open dossiers whose procedure has no successor.
    without_successor: int
    left: tuple[Left, ...]

    @property
    def finished(self) -> bool:
        """True when nothing is left to be moved."""
        return not self.remaining

    def to_json(self) -> dict[str, Any]:
        """JSON-safe but for the id."""
        return {**asdict(self), "finished": self.finished}


@dataclass(frozen=True, slots=True)
class Portion:
    """The outcome of one portion of a job, by the dossiers' ids."""

    #: References of the dossiers that were moved.
    moved: tuple[str, ...]
    left: tuple[Left, ...]
    #: The last dossier that was looked at; None at the end.
    behind: UUID | None
    #: Dossiers that come after it.
    ahead: int


async def apply(
    service: DossierService,
    asked: Moves,
    *,
    basis: str,
    actor: UUID,
    at: datetime,
    limit: int | None = None,
    operator: UUID | None = None,
) -> Applied:
    """Move the open dossiers, at most `limit` of them.

    The next call goes on with what is left. Raises Forbidden, FormRefused, and SuccessorNotCompetent where a successor may
    not act on what it would take over; nothing is changed then.
    """
    basis = basis.strip()
    known = await _checked(service, asked, basis, actor, at, operator)
    job = await _ordered(service, asked, basis, actor, at, operator)
    run = _Run(service, job, known, basis, actor, at)
    try:
        left = await run.moved(limit)
    finally:
        await run.keep()
    return await _closed(service, job, run, left, known)


async def waiting(service: DossierService, asked: Moves, *, basis: str, actor: UUID, at: datetime) -> int:
    """The number of dossiers that would move. Raises as `apply` does."""
    return await _ahead(service, await _checked(service, asked, basis.strip(), actor, at, None), None)


async def portion(
    service: DossierService,
    asked: Moves,
    *,
    basis: str,
    actor: UUID,
    at: datetime,
    most: int,
    after: UUID | None = None,
) -> Portion:
    """Look at so many dossiers behind one, and move those that can be moved. Raises as `apply` does."""
    basis = basis.strip()
    known = await _checked(service, asked, basis, actor, at, None)
    run = _Run(service, await _ordered(service, asked, basis, actor, at, None), known, basis, actor, at)
    try:
        rows = await service.db.rows(_WAITING, [*known, after or _FIRST, most])
        found = [(row, await run.replaced(row)) for row in rows]
    finally:
        await run.keep()
    behind = rows[-1].id if len(rows) == most else None
    ahead = await _ahead(service, known, behind) if behind else 0
    if not ahead:
        await run.keep(finished=not await _ahead(service, known, None))
    return Portion(
        tuple(row.reference for row, why in found if why is None),
        tuple(Left(row.reference, row.code, why) for row, why in found if why is not None),
        behind if ahead else None,
        ahead,
    )


async def _checked(
    service: DossierService, asked: Moves, basis: str, actor: UUID, at: datetime, operator: UUID | None
) -> list[Any]:
    """The parameters of what is concerned, where it may be moved now. Raises as `apply` does."""
    await moves.permitted(service.db, "rehome_unit", asked, actor, at, operator)
    if not basis:
        raise errors.FormRefused([errors.Fault("basis", say("is missing"))])
    known = await moves.concerned(service, asked)
    if found := await preview.lacking(service.db, known, localtime.local_date(at)):
        raise errors.SuccessorNotCompetent((each.procedure, each.part, each.unit) for each in found)
    return known


async def _ahead(service: DossierService, known: list[Any], behind: UUID | None) -> int:
    """The number of dossiers to be moved that come behind one."""
    (row,) = await service.db.rows(_AHEAD, [*known, behind or _FIRST])
    return int(row.n)


async def jobs(service: DossierService, unit: str) -> list[Job]:
    """The jobs that moved dossiers from or to a unit, the newest first."""
    return [_job(row) for row in await service.db.rows(_JOBS_OF, [unit])]


def _job(row: Any) -> Job:
    document = dict(row.items())
    return Job(**{**document, "moves": tuple(Move.of_json(each) for each in row.moves["moves"])})


async def _ordered(
    service: DossierService, asked: Moves, basis: str, actor: UUID, at: datetime, operator: UUID | None
) -> UUID:
    """The id of the job, entered the first time that it is ordered."""
    document = {"moves": [move.to_json() for move in sorted(asked, key=lambda move: move.old)]}
    identity = uuid5(_JOBS, canonical({**document, "basis": basis}).decode())
    async with service.db.transaction() as tx:
        if await tx.rows(_ORDER, [identity, document, basis, actor, at]):
            author = commands.Actor(operator or actor, actor if operator else None)
            for move in asked:
                await administration.record_of(
                    tx, move.old, "dossiers_rehomed", move.old, author, at, job=str(identity), basis=basis
                )
    return identity


class _Run:
    """One call of a job."""

    def __init__(
        self, service: DossierService, job: UUID, known: list[Any], basis: str, actor: UUID, at: datetime
    ) -> None:
        self._service, self._job, self._known, self._basis = service, job, known, basis
        self._actor, self._at = actor, at
        #: By new unit, who plays which role there.
        self._officers: dict[str, frozenset[tuple[UUID, str]]] = {}
        self.done = 0
        self._kept = 0

    async def moved(self, limit: int | None) -> dict[UUID, Left]:
        """Move up to so many dossiers; return those that could not be moved."""
        left: dict[UUID, Left] = {}
        async for row in self._waiting():
            if limit is not None and self.done >= limit:
                break
            if why := await self.replaced(row):
                left[row.id] = Left(row.reference, row.code, why)
            if self.done - self._kept >= KEPT:
                await self.keep()
        return left

    async def keep(self, *, finished: bool = False) -> int:
        """Keep how far the job has come; how many dossiers it has moved altogether."""
        fresh, self._kept = self.done - self._kept, self.done
        (row,) = await self._service.db.one_statement(_KEEP, [self._job, fresh, self._at, finished])
        return int(row.moved)

    async def _waiting(self) -> AsyncIterator[Any]:
        """The dossiers to be moved, in batches, each with its replacements."""
        last = _FIRST
        while rows := await self._service.db.rows(_WAITING, [*self._known, last, BATCH]):
            for row in rows:
                yield row
            last = rows[-1].id

    async def replaced(self, row: Any) -> str | None:
        """Replace the units of one dossier; the reason where that is not possible.

        Raises Forbidden for an actor who has lost the right meanwhile, StorageError when the database cannot answer.
        """
        try:
            for old, new in row.replacements.items():
                await self._replace(row.reference, old, new)
        except (errors.Forbidden, storage.StorageError):
            raise
        except errors.WrongStatus:
            pass  # it has ended in the meantime
        except errors.Refusal as refused:
            return sentence(refused)
        except Exception as fault:  # whatever is wrong with one dossier must not hold up those behind it
            return f"{type(fault).__name__}: {fault}"
        self.done += 1
        return None

    async def _replace(self, reference: str, old: str, new: str) -> None:
        command = commands.ReplaceUnit(old, new, self._basis, await self._playing(new))
        await self._service.perform(reference, command, actor=self._actor, at=self._at)

    async def _playing(self, unit: str) -> frozenset[tuple[UUID, str]]:
        if unit not in self._officers:
            day = localtime.local_date(self._at)
            rows = await self._service.db.rows(_OFFICERS, [unit, day, self._at])
            self._officers[unit] = frozenset((row.principal_id, row.role) for row in rows)
        return self._officers[unit]


async def _closed(
    service: DossierService, job: UUID, run: _Run, left: Mapping[UUID, Left], known: list[Any]
) -> Applied:
    """Keep how far the job has come, and tell it."""
    remaining = await service.db.row(_REMAINING, known)
    assert remaining is not None  # noqa: S101 - an aggregate has a row
    altogether = await run.keep(finished=not remaining.moving)
    done = Applied(job, run.done, altogether, remaining.moving, remaining.staying, tuple(left.values()))
    return replace(done, remaining=max(done.remaining, len(done.left)))


_ORDER = """
insert into rehoming (id, moves, basis, ordered_by, ordered_at, updated_at) values ($1, $2::jsonb, $3, $4, $5, $5)
on conflict (id) do nothing returning id
"""
#: $1 job, $2 how many more, $3 instant, $4 whether nothing is left.
_KEEP = """
update rehoming set moved = moved + $2, updated_at = greatest(updated_at, $3),
  finished_at = case when $4 then coalesce(finished_at, $3) end
where id = $1 returning moved
"""
_JOBS_OF = """
select id, moves, basis, ordered_by, ordered_at, moved, updated_at, finished_at from rehoming
where exists (
  select from jsonb_array_elements(moves -> 'moves') m
  where $1 in (m ->> 'old', m ->> 'new') or exists (select from jsonb_each_text(m -> 'procedures') p where p.value = $1)
)
order by ordered_at desc, id
"""
#: $7 the place behind which to go on, $8 how many.
_WAITING = f"""{CONCERNED}
select id, reference, code, jsonb_object_agg(old, new) as replacements from involved
where new is not null and id > $7::uuid
group by id, reference, code order by id limit $8
"""  # noqa: S608 - fixed text of this module
_REMAINING = f"""{CONCERNED}
select count(distinct id) filter (where new is not null) as moving,
  count(distinct id) filter (where new is null) as staying
from involved
"""  # noqa: S608 - fixed text of this module
#: $7 the place behind which they are counted.
_AHEAD = f"""{CONCERNED}
select count(distinct id) as n from involved where new is not null and id > $7::uuid
"""  # noqa: S608 - fixed text of this module
#: $1 unit, $2 local date, $3 instant.
_OFFICERS = """
select r.principal_id, r.role from role_assignment r join principal p on p.id = r.principal_id
where r.unit_code = $1 and $2::date between r.valid_from and coalesce(r.valid_to, 'infinity')
  and (p.closed_at is null or p.closed_at > $3)
"""
