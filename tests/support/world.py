"""A small world for tests on a real database: units with officers named by role, and published procedures.

It is built once a session, as a template; a test gets a clone of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from hoso_bpmn.package import archive, package
from hoso_models import DOSSIER_PARTS, PrincipalKind, postgres
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import principals, units
from hoso_workflows.procedures import owners, publication, reference_data
from support import databases
from support.builders.histories import local

TEMPLATE = "world_of_tests"
#: Before everything: the founding of units, roles and procedures.
FOUNDED = local("2026-01-05 08:00")
SINCE = date(2026, 1, 1)

PROVINCE, DESK, DEPARTMENT, OTHER = "H27", "H27.PVHCC", "H27.SVHTTDL", "H27.SYT"
UNITS = {
    PROVINCE: ("UBND tỉnh", "people_committee", None),
    DESK: ("Trung tâm Phục vụ hành chính công tỉnh", "one_stop", PROVINCE),
    DEPARTMENT: ("Sở Văn hóa, Thể thao và Du lịch", "department", PROVINCE),
    OTHER: ("Sở Y tế", "department", PROVINCE),
}
#: Who there is: unit → roles; where a role has several officers, it is named as often.
OFFICERS = {
    PROVINCE: ("provincial_leader", "procedure_declarer", "procedure_approver", "administrator"),
    DESK: ("reception", "reception", "head"),
    DEPARTMENT: (
        "clerk",
        "division_head",
        "specialist",
        "specialist",
        "agency_head",
        "head",
        "procedure_declarer",
    ),
    OTHER: ("clerk", "division_head", "specialist", "agency_head", "head", "procedure_declarer"),
}
#: Procedure → receiving, handling and deciding unit.
PROCEDURES = {
    "1.014464": (DESK, DEPARTMENT, PROVINCE),
    "1.013871": (DESK, OTHER, OTHER),
}
#: Outcomes that steps of the first procedure ask for, on the way to its decision.
DRAWN = {"B5": "Trình UBND tỉnh"}
_NAMES = UUID("6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11")

FORM = {
    "1.014464": {
        "thuong_nhan": "Công ty xuất khẩu sách mẫu",
        "ma_so_thue": "3000000000",
        "hang_hoa": "Sách in tiếng Việt",
        "nuoc_nhap_khau": "Lào",
        "so_ban_cfs": 1,
    },
}


def person(role: str, unit: str = DEPARTMENT, number: int = 1) -> UUID:
    """The principal of the `number`-th officer of a role in a unit; citizens have the unit `""`."""
    return uuid5(_NAMES, f"{unit}/{role}/{number}")


#: Two citizens who file online.
CITIZEN, STRANGER = person("citizen", ""), person("citizen", "", 2)


@dataclass(frozen=True, slots=True)
class World:
    """A service with people who act through it."""

    service: DossierService

    @property
    def db(self) -> database.Database:
        """Database of the world."""
        return self.service.db

    async def files(
        self,
        at: str | datetime = "2026-03-02 08:00",
        *,
        procedure: str = "1.014464",
        actor: UUID | None = None,
        key: str | None = None,
        **said: Any,
    ) -> Outcome:
        """A dossier handed in at the desk, complete unless something else is said."""
        request = complete(procedure, **said)
        by = actor or (CITIZEN if request.channel == "online" else person("reception", DESK))
        return await self.service.file(request, actor=by, at=instant(at), key=key)

    async def accepts(self, filed: Outcome, at: str | datetime = "2026-03-02 09:00") -> Outcome:
        """The desk accepts a dossier that was filed."""
        return await self.completes(filed, at, outcome="accept", actor=person("reception", DESK))

    async def completes(
        self,
        before: Outcome,
        at: str | datetime = "2026-03-02 10:00",
        *,
        outcome: str | None = None,
        actor: UUID | None = None,
        key: str | None = None,
        **said: Any,
    ) -> Outcome:
        """The first officer whose task it is completes the only open task; the decision is to grant unless something is said."""
        (task,) = before.body.get("tasks") or await self.open_tasks(before)
        if task["milestone"] == "result" and outcome is None:
            said = {"result": commands.Result.GRANTED, **said}
        command = commands.Complete(UUID(task["id"]), outcome, **said)
        by = actor or person(task["role"], task["unit"])
        return await self.service.perform(task["id"], command, actor=by, at=instant(at), key=key)

    async def at_the_specialists(self, channel: str = "desk") -> Outcome:
        """A dossier whose task either of two specialists may do."""
        before = await self.accepts(await self.files(channel=channel))
        for _ in range(2):
            before = await self.completes(before)
        return before

    async def at_the_decision(self) -> tuple[str, UUID]:
        """The task that decides a dossier, and who may do it: they receive at the desk too, where another dossier waits."""
        before = await self.at_the_specialists()
        while (task := (await self.open_tasks(before))[0])["milestone"] != "result":
            before = await self.completes(before, outcome=DRAWN.get(task["element"]))
        decider = person(task["role"], task["unit"])
        async with self.db.transaction() as tx:
            units.assign(tx, decider, DESK, "reception", SINCE)
        await self.files()
        return str(task["id"]), decider

    async def open_tasks(self, before: Outcome) -> list[dict[str, Any]]:
        """The open tasks of a dossier, whoever acted last: an applicant is not told of them."""
        rows = await self.db.rows(
            "select t.id::text, t.role, t.unit_code as unit, t.element, t.milestone from user_task t"
            " join dossier d on d.id = t.dossier_id where d.reference = $1 and t.status = 'open' order by t.opened_at",
            [before.reference],
        )
        return [dict(row.items()) for row in rows]

    async def does(
        self,
        before: Outcome,
        command: commands.Command,
        actor: UUID,
        at: str | datetime = "2026-03-02 10:00",
        **more: Any,
    ) -> Outcome:
        """Any command on a dossier."""
        return await self.service.perform(before.reference, command, actor=actor, at=instant(at), **more)

    async def one(self, sql: str, *parameters: Any) -> Any:
        """The first value of the first row that a SELECT finds; None without a row."""
        row = await self.db.row(sql, parameters)
        return row[0] if row else None

    async def brings(
        self, code: str, number: int, status: str = "approved", files: Mapping[str, bytes] | None = None
    ) -> None:
        """Put another version of a procedure into the table, as if somebody had brought it and others approved it.

        It was declared, sent and approved as the first one was; `files` are its package, else the first one's. One that is there stays.
        """
        packed = None if files is None else archive.to_zip(dict(files))
        await self.changed(_ANOTHER_VERSION, code, number, status, packed)

    async def changed(self, sql: str, *parameters: Any) -> None:
        """Change the world behind everybody's back, as the owner of the database."""
        await databases.changed(self.db.url, sql, *parameters)


_ANOTHER_VERSION = """
insert into workflow_version (id, procedure_code, number, name, status, package, sha256, manifest, report,
  declared_by, declared_at, submitted_by, submitted_at, approved_by, approved_at, decision_no, decision_date)
select gen_random_uuid(), procedure_code, $2::int, name, $3::text, package, encode(sha256(package), 'hex'), manifest, report,
  declared_by, declared_at,
  case when sent then submitted_by end, case when sent then submitted_at end,
  case when approved then approved_by end, case when approved then approved_at end,
  case when approved then '2/QĐ' end, case when approved then decision_date end
from (
  select procedure_code, name, coalesce($4::bytea, package) as package, manifest, report, declared_by, declared_at,
    submitted_by, submitted_at, approved_by, approved_at, decision_date, $3::text <> 'draft' as sent, $3::text = 'approved' as approved
  from workflow_version where procedure_code = $1 and number = 1) first
on conflict do nothing
"""


def only_task(before: Outcome) -> UUID:
    """The only open task."""
    (found,) = before.body["tasks"]
    return UUID(found["id"])


def instant(at: str | datetime) -> datetime:
    """An instant in Vietnam as it is, or as `2026-03-02 09:00`."""
    return local(at) if isinstance(at, str) else at


def complete(procedure: str = "1.014464", **said: Any) -> commands.FileDossier:
    """A complete filing: every answer and every required component."""
    case = package.bundled(procedure).cases[0]
    given: dict[str, Any] = {
        "channel": "desk",
        "applicant": commands.Applicant("Người nộp 1", identifier="000000000001"),
        "components": tuple(component.code for component in case.components if component.required),
        "form": FORM.get(procedure, {}),
        **said,
    }
    return commands.FileDossier(procedure=procedure, **given)


async def build(db: database.Database, procedures: Mapping[str, tuple[str, str, str]] = PROCEDURES) -> None:
    """Found the world: units, officers, citizens, competences, calendar, published procedures."""
    await reference_data.store_calendar(db, "ha-tinh", at=FOUNDED)
    async with db.transaction() as tx:
        await principals.ensure_system(tx, at=FOUNDED)
        for code, (name, kind, parent) in UNITS.items():
            units.unit(
                tx,
                code,
                name,
                kind=kind,
                level="province",
                calendar="ha-tinh",
                valid_from=SINCE,
                parent=parent,
                is_authority=True,
            )
            await tx.flush()
        for identity, name in ((CITIZEN, "Người nộp 1"), (STRANGER, "Người nộp 2")):
            principals.principal(tx, PrincipalKind.CITIZEN, name, at=FOUNDED, identity=identity)
        for unit, roles in OFFICERS.items():
            for place, role in enumerate(roles):
                number = roles[: place + 1].count(role)
                identity = person(role, unit, number)
                name = f"{role} {number} · {UNITS[unit][0]}"
                principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=identity)
                await tx.flush()
                units.assign(tx, identity, unit, role, SINCE)
        for procedure, competent in procedures.items():
            for part, unit in zip(DOSSIER_PARTS, competent, strict=True):
                units.competence(tx, procedure, unit, part, SINCE, basis="Quyết định công bố")
    for procedure in procedures:
        await publish_bundled(db, procedure)


async def publish_bundled(db: database.Database, procedure: str) -> publication.Version:
    """Bring a bundled procedure all the way to active, as an authority does."""
    return await publish_package(db, package.bundled(procedure))


async def own(db: database.Database, procedure: str, unit: str = DEPARTMENT) -> None:
    """Let a procedure that nobody owns be owned by a unit from the beginning."""
    if not await owners.owners(db, procedure):
        async with db.transaction() as tx:
            units.own(tx, procedure, unit, SINCE, basis="Quyết định công bố", at=FOUNDED)


async def publish_package(db: database.Database, drawn: package.Package) -> publication.Version:
    """Bring a package all the way to active, as an authority does; the department owns it if nobody does."""
    procedure = drawn.code
    await own(db, procedure)
    declarer, approver = person("procedure_declarer"), person("procedure_approver", PROVINCE)
    declared = await publication.declare(db, drawn.to_zip(), actor=declarer, at=FOUNDED)
    await publication.submit(db, procedure, declared.number, actor=declarer, at=FOUNDED)
    await publication.approve(
        db,
        procedure,
        declared.number,
        decision_no="1/QĐ-UBND",
        decision_date=SINCE,
        actor=approver,
        at=FOUNDED,
    )
    return await publication.activate(db, procedure, declared.number, actor=approver, at=FOUNDED)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[World]:
    """A world with a service on the loop of the caller."""
    async with database.connect(url) as db:
        yield World(DossierService(db))


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world, dropped at the end; the first one a session is built."""
    ensure(server)
    with databases.clone(server, TEMPLATE) as url:
        yield url


def ensure(server: postgres.Server) -> None:
    """Build the template of the world, the first time in a session."""
    databases.ensure_template(server, TEMPLATE, _build)


async def _build(url: str) -> None:
    async with database.connect(url) as db:
        await build(db)
