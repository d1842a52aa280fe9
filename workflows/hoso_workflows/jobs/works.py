"""The kinds of work that long jobs do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from hoso_calendar import messages
from hoso_calendar.messages import joined
from hoso_models import JobKind, RevisionStatus
from hoso_models.storage.database import Database
from hoso_workflows import audit, localtime, rehoming
from hoso_workflows.audit import stored_files
from hoso_workflows.calendars import application, register, revisions, rights
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.dossiers import migration
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.jobs.values import Foreseen, Job, Portion, Work
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import procedure_rights, table
from hoso_workflows.procedures import owners

#: Differences of a verification that are kept and shown.
MOST = 200
#: The act by which every chain is verified.
VERIFYING = "verify_chains"


@dataclass(frozen=True, slots=True)
class Rehome:
    """Move the open dossiers of units to their successors."""

    kind: ClassVar[JobKind] = JobKind.REHOMING
    most: ClassVar[int] = 50
    stoppable: ClassVar[bool] = True

    moves: tuple[rehoming.Move, ...]
    basis: str

    @property
    def subject(self) -> str:
        """The units whose dossiers move."""
        return ", ".join(sorted(move.old for move in self.moves))

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"moves": [move.to_json() for move in self.moves], "basis": self.basis}

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> Self:
        """The work in such a document."""
        return cls(tuple(map(rehoming.Move.of_json, document["moves"])), document["basis"])

    async def foreseen(self, service: DossierService, *, actor: UUID, at: datetime) -> Foreseen:
        """Raises as `rehoming.apply` does."""
        total = await rehoming.waiting(service, self.moves, basis=self.basis, actor=actor, at=at)
        return Foreseen(min(move.old for move in self.moves), total)

    async def portion(self, service: DossierService, job: Job, *, at: datetime) -> Portion:
        """Raises as `rehoming.apply` does."""
        done = await rehoming.portion(
            service,
            self.moves,
            basis=self.basis,
            actor=job.ordered_by,
            at=at,
            most=self.most,
            after=job.place,
        )
        left = [(each.reference, each.why) for each in done.left]
        return Portion(done.moved, left, done.behind, done.ahead)


@dataclass(frozen=True, slots=True)
class Revise:
    """Apply an approved revision of a calendar to the open dossiers.

    From its first portion on new dates are counted by it, so it is not stopped halfway.
    """

    kind: ClassVar[JobKind] = JobKind.CALENDAR_REVISION
    most: ClassVar[int] = 200
    stoppable: ClassVar[bool] = False

    calendar: str
    number: int

    @property
    def subject(self) -> str:
        """The calendar with the number of its revision."""
        return f"{self.calendar}/{self.number}"

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"calendar": self.calendar, "number": self.number}

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> Self:
        """The work in such a document."""
        return cls(document["calendar"], document["number"])

    async def foreseen(self, service: DossierService, *, actor: UUID, at: datetime) -> Foreseen:
        """Raises Forbidden, and RevisionStands for a draft."""
        db = service.db
        found, known = (
            await revisions.revision(db, self.calendar, self.number),
            await register.calendar(db, self.calendar),
        )
        over = [known.unit, *found.units]
        await rights.permitted(db, rights.APPLYING, self.calendar, over, actor=actor, at=at)
        found.stands(RevisionStatus.APPROVED, RevisionStatus.APPLYING, RevisionStatus.APPLIED)
        ahead = (found.preview or {}).get("counted", 0) if found.status is not RevisionStatus.APPLIED else 0
        return Foreseen(known.unit or await _top(db, at), ahead)

    async def portion(self, service: DossierService, job: Job, *, at: datetime) -> Portion:
        """Raises as `application.apply` does."""
        actor = job.ordered_by
        found = await application.apply(
            service, self.calendar, self.number, actor=actor, at=at, most=self.most
        )
        counted = (found.result or {}).get("counted", 0)
        ended = found.status is RevisionStatus.APPLIED
        moved = await _revised(service.db, found, job.place)
        return Portion(moved, (), found.applied_to, 0 if ended else max(job.total - counted, 1))


@dataclass(frozen=True, slots=True)
class Migrate:
    """Move the running dossiers of a version to another one."""

    kind: ClassVar[JobKind] = JobKind.MIGRATION
    most: ClassVar[int] = 50
    stoppable: ClassVar[bool] = True

    procedure: str
    source: int
    target: int
    #: Element ids of the source → of the target.
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The procedure with the version that the dossiers leave."""
        return f"{self.procedure}/{self.source}"

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        numbers = {"source": self.source, "target": self.target}
        return {"procedure": self.procedure, **numbers, "mapping": dict(self.mapping)}

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> Self:
        """The work in such a document."""
        return cls(document["procedure"], document["source"], document["target"], document["mapping"])

    async def foreseen(self, service: DossierService, *, actor: UUID, at: datetime) -> Foreseen:
        """Raises as `migration.apply` does."""
        db, day = service.db, localtime.local_date(at)
        numbers = self.source, self.target
        nothing = migration.Part(most=0)
        await migration.plan(service, self.procedure, *numbers, actor=actor, at=at, part=nothing)
        named = await owners.owners(db, self.procedure)
        unit = next((each.unit for each in named if each.valid_from <= day), None)
        total = await migration.running(db, self.procedure, self.source)
        return Foreseen(unit or await _top(db, at), total)

    async def portion(self, service: DossierService, job: Job, *, at: datetime) -> Portion:
        """Raises as `migration.apply` does."""
        part = migration.Part(job.place, self.most) if job.place else migration.Part(most=self.most)
        done = await migration.apply(
            service,
            self.procedure,
            self.source,
            self.target,
            actor=job.ordered_by,
            at=at,
            mapping=self.mapping,
            part=part,
        )
        moved = [each.reference for each in done.dossiers if each.moved]
        left = [(each.reference, joined("; ", each.why)) for each in done.dossiers if not each.moved]
        ahead = (
            await migration.running(service.db, self.procedure, self.source, behind=done.behind)
            if done.behind
            else 0
        )
        return Portion(moved, left, done.behind, ahead)


@dataclass(frozen=True, slots=True)
class Verify:
    """Verify every chain, and compare what is stored with its events."""

    kind: ClassVar[JobKind] = JobKind.VERIFICATION
    most: ClassVar[int] = 100
    stoppable: ClassVar[bool] = True

    @property
    def subject(self) -> str:
        """Everything: one is at work at a time."""
        return "*"

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {}

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> Self:
        """The work in such a document."""
        del document
        return cls()

    async def foreseen(self, service: DossierService, *, actor: UUID, at: datetime) -> Foreseen:
        """Raises Forbidden for whoever is no auditor at the top of the tree."""
        db = service.db
        rights = await permissions.held(db, actor, at)
        tops = await procedure_rights.top_units(db, localtime.local_date(at))
        permissions.authorise_administration(rights, tops, VERIFYING, table.ACTS[VERIFYING].says)
        row = await db.row("select count(*) as number from dossier")
        return Foreseen(await _top(db, at), int(row.number))

    async def portion(self, service: DossierService, job: Job, *, at: datetime) -> Portion:
        """The dossiers behind a place. Those that differ are left, with what differs first."""
        db = service.db
        if job.place is None:
            await _verify_administration(db, job.id)
            await _verify_house(db, job.id, at)
        rows = await db.rows(_NEXT, [job.place or UUID(int=0), self.most])
        fine, left = list[str](), list[tuple[str, str]]()
        for row in rows:
            found = [each async for each in audit.differences(service, row.reference)]
            found += [each.difference async for each in stored_files.damaged_keys(db, None, row.reference)]
            if found:
                left.append((row.reference, found[0].sentence))
            else:
                fine.append(row.reference)
        place = rows[-1].id if rows else job.place
        return Portion(fine, left, place, rows[-1].ahead if rows else 0)


async def _verify_administration(db: Database, job: UUID) -> None:
    """Verify the chains of acts of administration, and keep those that are broken."""
    for broken in await administration.verify(db):
        why = {"said": messages.packed(broken.why)}
        await db.one_statement(_BROKEN, [job, broken.authority, broken.number, why])


async def _verify_house(db: Database, job: UUID, at: datetime) -> None:
    """Compare the house's own rows with their seals; keep what differs."""
    found = await audit.house_differences(db, at)
    said = [{"said": messages.packed(each.sentence)} for each in found[:MOST]]
    await db.one_statement(_DIFFERS, [job, said])


WORKS: Mapping[JobKind, type[Work]] = {each.kind: each for each in (Rehome, Revise, Migrate, Verify)}


def of(job: Job) -> Work:
    """The work of a job, as it was ordered."""
    return WORKS[job.kind].of_json(job.asked)


async def _top(db: Database, at: datetime) -> str:
    """A unit without a superior, for what belongs to none."""
    return min(await procedure_rights.top_units(db, localtime.local_date(at)))


async def _revised(db: Database, found: Revision, place: UUID | None) -> list[str]:
    """The dossiers that a revision has reached behind a place, as their events tell."""
    if found.applied_to is None:
        return []
    name, begun = f"{found.calendar}/{found.number}", found.begun_at
    rows = await db.rows(_REVISED, [place or UUID(int=0), found.applied_to, begun, name])
    return [row.reference for row in rows]


#: $1 the place behind which, $2 how many: the next dossiers, and how many come behind each.
_NEXT = """
select id, reference, (select count(*) from dossier b where b.id > n.id)::int as ahead
from (select id, reference from dossier where id > $1 order by id limit $2) n order by id
"""
_BROKEN = """
insert into chain_finding (job_id, authority, number, why) values ($1, $2, $3, $4::jsonb) on conflict do nothing
"""
#: $1 the job, $2 what differs.
_DIFFERS = """
insert into house_finding (job_id, place, why)
select $1, place, why from unnest($2::jsonb[]) with ordinality as f(why, place) on conflict do nothing
"""
#: $1 the place behind which, $2 the last dossier, $3 when the revision began, $4 its name.
_REVISED = """
select distinct d.reference from dossier d
join dossier_event e on e.dossier_id = d.id and e.at >= $3 and e.kind = 'calendar_revised' and e.payload ->> 'revision' = $4
where d.id > $1 and d.id <= $2 order by d.reference
"""
