"""A province before and after the abolition of the district level on 01/07/2025: three districts, two communes, a department.

Four procedures: two of district 1, one of district 2 in which district 3 is asked for its opinion, and one of the department in
which district 3 is asked as well. After the opinion a timer reminds who appraises.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, PrincipalKind, postgres
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import principals, units
from hoso_workflows.procedures import publication, reference_data
from hoso_workflows.rehoming import Move
from support import databases
from support.builders import packages
from support.builders.histories import local
from support.world import person

TEMPLATE = "districts_of_tests"
SINCE, LAST, AFTER = date(2024, 1, 1), date(2025, 6, 30), date(2025, 7, 1)
FOUNDED = local("2024-01-02 08:00")
#: When the job runs.
AT = local("2025-07-01 07:30")
BASIS = "Nghị quyết 202/2025/QH15; Quyết định 1/QĐ-UBND"

PROVINCE, DEPARTMENT = "H27", "H27.SXD"
FIRST, SECOND, THIRD = "H27.D1", "H27.D2", "H27.D3"
COMMUNE, WARD = "H27.X1", "H27.X2"
DISTRICTS, COMMUNES = (FIRST, SECOND, THIRD), (COMMUNE, WARD)
ALL = (*DISTRICTS, *COMMUNES, DEPARTMENT)
#: Procedure → who receives, handles and decides it, before and after.
LAND, TRADE, BUILDING, ROAD = "9.000101", "9.000102", "9.000103", "9.000104"
COMPETENT = {
    LAND: ((FIRST,) * 3, (COMMUNE,) * 3),
    TRADE: ((FIRST,) * 3, (DEPARTMENT,) * 3),
    BUILDING: ((SECOND,) * 3, (COMMUNE,) * 3),
    ROAD: ((DEPARTMENT,) * 3, (DEPARTMENT,) * 3),
}
#: Who takes the place of which.
MOVES = (
    Move(FIRST, COMMUNE, {TRADE: DEPARTMENT}),
    Move(SECOND, COMMUNE),
    Move(THIRD, WARD),
)
ADMINISTRATOR = person("administrator", PROVINCE)
#: Whoever plays the same role in the commune from the first day on keeps their tasks.
STAYING = person("specialist", FIRST)
CITIZEN = person("citizen", "")
_ROLES = ("reception", "specialist", "specialist", "head")

_ASKING = """
<laneSet id="Lanes">
  <lane id="L1" name="Bộ phận Một cửa">
    <flowNodeRef>Nop</flowNodeRef><flowNodeRef>Tiep_nhan</flowNodeRef><flowNodeRef>Tra</flowNodeRef><flowNodeRef>Xong</flowNodeRef>
  </lane>
  <lane id="L2" name="Phòng chuyên môn">
    <flowNodeRef>Tham_dinh</flowNodeRef><flowNodeRef>Ky</flowNodeRef><flowNodeRef>Hen</flowNodeRef>
    <flowNodeRef>Don_doc</flowNodeRef><flowNodeRef>Het_nhac</flowNodeRef>
  </lane>
  <lane id="L3" name="Huyện được hỏi"><flowNodeRef>Y_kien</flowNodeRef></lane>
</laneSet>
<userTask id="Y_kien" name="Cho ý kiến" limit="1 ngày làm việc"/>
<boundaryEvent id="Hen" attachedToRef="Tham_dinh" cancelActivity="false">
  <timerEventDefinition><timeDuration>2 ngày làm việc</timeDuration></timerEventDefinition>
</boundaryEvent>
<userTask id="Don_doc" name="Đôn đốc"/><endEvent id="Het_nhac"/>
<sequenceFlow id="F2" sourceRef="Tiep_nhan" targetRef="Y_kien"/>
<sequenceFlow id="F6" sourceRef="Y_kien" targetRef="Tham_dinh"/>
<sequenceFlow id="F7" sourceRef="Hen" targetRef="Don_doc"/>
<sequenceFlow id="F8" sourceRef="Don_doc" targetRef="Het_nhac"/>
"""
_ASKED = f"""
[lanes."Huyện được hỏi"]
role = "specialist"
unit = "{THIRD}"
"""


def drawn(code: str) -> package.Package:
    """The package of a procedure; the last two ask the third district."""
    asks = code in (BUILDING, ROAD)
    declared = f'code = "{code}"\n[[case]]\nterm = "10 ngày làm việc"\n[case.policy]\nsupplement = "restart"'
    return package.read(packages.package(_ASKING if asks else "", declared + (_ASKED if asks else "")))


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the province; the first one a session is built."""
    databases.ensure_template(server, TEMPLATE, _establish)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        for calendar in ("ha-tinh", "nghe-an"):
            await reference_data.store_calendar(db, calendar, at=FOUNDED)
        async with db.transaction() as tx:
            await principals.ensure_system(tx, at=FOUNDED)
            await _units(tx)
            await _people(tx)
            _competences(tx)
        for code in COMPETENT:
            await _published(db, code)


async def _units(tx: Any) -> None:
    for code in (PROVINCE, *ALL):
        units.unit(
            tx,
            code,
            f"Đơn vị {code}",
            kind="people_committee",
            level="province",
            # The department keeps other hours.
            calendar="nghe-an" if code == DEPARTMENT else "ha-tinh",
            valid_from=AFTER if code in COMMUNES else SINCE,
            valid_to=LAST if code in DISTRICTS else None,
            parent=None if code == PROVINCE else PROVINCE,
        )
        await tx.flush()


async def _people(tx: Any) -> None:
    principals.principal(tx, PrincipalKind.CITIZEN, "Người nộp 1", at=FOUNDED, identity=CITIZEN)
    offices = ("administrator", "procedure_declarer", "procedure_approver")
    for unit, roles in {PROVINCE: offices, **dict.fromkeys(ALL, _ROLES)}.items():
        for place, role in enumerate(roles):
            number = roles[: place + 1].count(role)
            identity, name = person(role, unit, number), f"{role} {number} · Đơn vị {unit}"
            principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=identity)
            await tx.flush()
            units.assign(tx, identity, unit, role, SINCE, LAST if unit in DISTRICTS else None)
    units.assign(tx, STAYING, COMMUNE, "specialist", AFTER)


def _competences(tx: Any) -> None:
    for code, (before, after) in COMPETENT.items():
        for competent, begins, ends in ((before, SINCE, LAST), (after, AFTER, None)):
            for part, unit in zip(DOSSIER_PARTS, competent, strict=True):
                units.competence(tx, code, unit, part, begins, basis=BASIS, valid_to=ends)
        units.own(tx, code, PROVINCE, SINCE, basis=BASIS, at=FOUNDED)


async def _published(db: database.Database, code: str) -> None:
    declarer, approver = person("procedure_declarer", PROVINCE), person("procedure_approver", PROVINCE)
    found = await publication.declare(db, drawn(code).to_zip(), actor=declarer, at=FOUNDED)
    await publication.submit(db, code, found.number, actor=declarer, at=FOUNDED)
    decided = {"decision_no": "1/QĐ-UBND", "decision_date": SINCE}
    await publication.approve(db, code, found.number, **decided, actor=approver, at=FOUNDED)
    await publication.activate(db, code, found.number, actor=approver, at=FOUNDED)


class Province:
    """The service with people who act through it."""

    def __init__(self, service: DossierService) -> None:
        self.service = service
        self.db = service.db

    async def filed(self, procedure: str, at: str = "2025-06-20 08:00", **said: Any) -> Outcome:
        """A dossier handed in at the desk of whoever receives it then."""
        applicant = commands.Applicant("Người nộp 1", identifier="000000000001")
        request = commands.FileDossier(procedure, applicant, **{"channel": "desk", **said})
        online = request.channel == "online"
        desk = COMPETENT[procedure][0 if local(at).date() <= LAST else 1][0]
        by = CITIZEN if online else person("reception", desk)
        return await self.service.file(request, actor=by, at=_instant(at))

    async def does(self, before: Outcome, command: commands.Command, actor: UUID, at: str) -> Outcome:
        """Any command on a dossier."""
        return await self.service.perform(before.reference, command, actor=actor, at=_instant(at))

    async def tasks(self, before: Outcome) -> list[Any]:
        """The open tasks of a dossier."""
        return list(
            await self.db.rows(
                "select t.* from user_task t join dossier d on d.id = t.dossier_id"
                " where d.reference = $1 and t.status = 'open' order by t.element",
                [before.reference],
            )
        )

    async def completes(self, before: Outcome, at: str, element: str | None = None, **said: Any) -> Outcome:
        """The first officer of the unit that has the task completes it; the decision is to grant."""
        (task,) = (each for each in await self.tasks(before) if element in (None, each.element))
        if task.milestone == "result":
            said = {"result": commands.Result.GRANTED, **said}
        outcome = "accept" if task.milestone == "accept" else None
        by = task.assignee_id or person(task.role, task.unit_code)
        return await self.service.perform(
            str(task.id), commands.Complete(task.id, outcome, **said), actor=by, at=_instant(at)
        )

    async def accepted(self, procedure: str, at: str = "2025-06-20 08:00", **said: Any) -> Outcome:
        """A dossier that was filed and accepted in the same minute."""
        return await self.completes(await self.filed(procedure, at, **said), at)

    async def one(self, sql: str, *parameters: Any) -> Any:
        """The first value of the first row; None without a row."""
        row = await self.db.row(sql, parameters)
        return row[0] if row else None

    async def in_every_state(self) -> dict[str, list[Outcome]]:
        """Eight open dossiers of each procedure, one in each state, and three of each that are closed."""
        made: dict[str, list[Outcome]] = {"open": [], "closed": []}
        for procedure in COMPETENT:
            desk = person("reception", COMPETENT[procedure][0][0])
            for way in (self._filed_only, self._asked_before, self._fresh, self._taken, self._asked,
                        self._signing, self._ready, self._late):  # fmt: skip
                made["open"].append(await way(procedure, desk))
            for closing in (self._refused, self._withdrawn, self._returned):
                made["closed"].append(await closing(procedure, desk))
        return made

    async def _filed_only(self, procedure: str, _: UUID) -> Outcome:
        return await self.filed(procedure, channel="online")

    async def _asked_before(self, procedure: str, desk: UUID) -> Outcome:
        asked = commands.AskSupplement("Thiếu bản sao")
        return await self.does(await self.filed(procedure), asked, desk, "2025-06-20 09:00")

    async def _fresh(self, procedure: str, _: UUID) -> Outcome:
        return await self.accepted(procedure)

    async def _taken(self, procedure: str, _: UUID) -> Outcome:
        before = await self.accepted(procedure)
        (task,) = await self.tasks(before)
        by = person(task.role, task.unit_code)
        return await self.does(before, commands.Claim(task.id), by, "2025-06-20 10:00")

    async def _asked(self, procedure: str, desk: UUID) -> Outcome:
        before = await self.accepted(procedure)
        return await self.does(before, commands.AskSupplement("Bản sao mờ"), desk, "2025-06-23 09:00")

    async def _signing(self, procedure: str, _: UUID) -> Outcome:
        before = await self.accepted(procedure)
        while (await self.tasks(before))[0].milestone is None:
            before = await self.completes(before, "2025-06-23 10:00")
        return before

    async def _ready(self, procedure: str, desk: UUID) -> Outcome:
        return await self.completes(await self._signing(procedure, desk), "2025-06-24 10:00")

    async def _late(self, procedure: str, _: UUID) -> Outcome:
        return await self.accepted(procedure, "2025-06-02 08:00")

    async def _refused(self, procedure: str, desk: UUID) -> Outcome:
        before = await self.filed(procedure)
        return await self.does(before, commands.Refuse(None, "Không thuộc"), desk, "2025-06-20 09:00")

    async def _withdrawn(self, procedure: str, desk: UUID) -> Outcome:
        before = await self.accepted(procedure)
        return await self.does(before, commands.Withdraw("Đổi ý"), desk, "2025-06-20 09:00")

    async def _returned(self, procedure: str, desk: UUID) -> Outcome:
        return await self.completes(await self._ready(procedure, desk), "2025-06-25 10:00")

    async def sound(self) -> list[str]:
        """Disagreements of stored rows, events and engines."""
        return [str(found) async for found in audit.differences(self.service)]


def _instant(at: str) -> datetime:
    """An instant in Vietnam as the clock of an installation tells it."""
    return local(at).astimezone(UTC)


def named(moves: tuple[Move, ...]) -> list[Mapping[str, Any]]:
    """The moves as a request has them."""
    return [move.to_json() for move in moves]
