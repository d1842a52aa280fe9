"""Seed data: units, officers by role, applicants and competences of `seed.toml`. They are entered like any others."""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID, uuid5

import hoso_calendar as wt
from hoso_api.demo import catalogue
from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, PrincipalKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.organisation import principals, units
from hoso_workflows.procedures import publication, reference_data

#: Job titles by role.
TITLES = {
    "reception": "Cán bộ một cửa",
    "clerk": "Văn thư",
    "division_head": "Lãnh đạo phòng",
    "specialist": "Chuyên viên",
    "agency_head": "Lãnh đạo cơ quan",
    "provincial_leader": "Lãnh đạo UBND tỉnh",
    "head": "Thủ trưởng đơn vị",
    "procedure_declarer": "Người khai báo quy trình",
    "procedure_approver": "Người phê duyệt quy trình",
    "administrator": "Quản trị hệ thống",
    "catalogue_editor": "Quản trị danh mục thủ tục",
    "coordinator": "Cán bộ đầu mối dịch vụ công trực tuyến",
}
#: The stated legal basis of competences and ownership.
BASIS = "Dữ liệu trình diễn"
#: The number of applicants.
APPLICANTS = 40
_SIGNED = re.compile(r"ngày (\d{1,2})/(\d{1,2})/(\d{4})")
_NAMES = UUID("6f1f5b1e-5d0e-4d57-9a0b-0d3c3f8f7a10")


@dataclass(frozen=True, slots=True)
class Absence:
    """An officer for whom somebody stands in between two local dates, both included."""

    absent: UUID
    acting: UUID
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Participants:
    """The units, officers and applicants of the demonstration, with their calendars."""

    officers: Mapping[tuple[str, str], tuple[UUID, ...]]
    applicants: tuple[UUID, ...]
    #: The weight of each procedure among the dossiers.
    shares: Mapping[str, int]
    #: The working calendar of each unit.
    calendars: Mapping[str, wt.WorkCalendar]
    #: The unit that receives each procedure.
    receiving: Mapping[str, str]
    #: An applicant's answers in each procedure's form.
    answers: Mapping[str, Mapping[str, Any]]
    absences: tuple[Absence, ...] = field(default=())

    def holder(self, task: Mapping[str, Any], day: date, rng: random.Random) -> UUID:
        """Holder of a task that was sent back, else an officer of its role."""
        held = task["assignee"]
        return UUID(held) if held else self.officer(task["unit"], task["role"], day, rng)

    def officer(self, unit: str, role: str, day: date, rng: random.Random) -> UUID:
        """An officer of that role in the unit on that day. For an absent officer the substitute is given."""
        chosen = rng.choice(self.officers[unit, role])
        for absence in self.absences:
            if absence.absent == chosen and absence.first <= day <= absence.last:
                return absence.acting
        return chosen


def calendar() -> wt.WorkCalendar:
    """The national calendar, by which the simulated period begins and ends."""
    return wt.load("vn")


def signed_on(decision: str) -> date | None:
    """The day that a decision's title names, as in `ngày 21/11/2025`."""
    named = _SIGNED.search(decision)
    return date(*map(int, reversed(named.groups()))) if named else None


def declared() -> dict[str, Any]:
    """The seed data as they are declared."""
    return tomllib.loads(resources.files("hoso_api.demo").joinpath("seed.toml").read_text(encoding="utf-8"))


async def enter(db: Database, *, at: datetime, first: date) -> Participants:
    """Enter all units and people, and publish the procedures.

    Roles and competences are valid from a year or more before `first`.
    """
    told = declared()
    since = date(first.year - 1, 1, 1)
    async with db.transaction() as tx:
        await principals.ensure_system(tx, at=at)
        officers = await _units(tx, told["unit"], at, since)
        applicants = await _applicants(tx, at)
        for row in told["procedure"]:
            _competences(tx, row, since)
            units.own(tx, row["code"], row["handling"], since, basis=BASIS, at=at)
        absences = tuple(_absence(tx, row, officers, first) for row in told["substitution"])
    for calendar_id in sorted({row["calendar"] for row in told["unit"]}):
        await reference_data.store_calendar(db, calendar_id, at=at)
    participants = Participants(
        officers,
        applicants,
        {row["code"]: row["share"] for row in told["procedure"]},
        {row["code"]: wt.load(row["calendar"]) for row in told["unit"]},
        {row["code"]: row["receiving"] for row in told["procedure"]},
        {row["code"]: row["answers"] for row in told["procedure"]},
        absences,
    )
    for row in told["procedure"]:
        await _publish(db, row, officers, at, first)
    await catalogue.enter(db, _entries(told, officers, at, first), at=at)
    return participants


def _entries(
    told: Mapping[str, Any], officers: Mapping[tuple[str, str], tuple[UUID, ...]], at: datetime, first: date
) -> dict[UUID, list[catalogue.Entry]]:
    """The catalogue's entries by the editor of their unit or the one above it."""
    above = {row["code"]: row.get("parent") for row in told["unit"]}
    found: dict[UUID, list[catalogue.Entry]] = {}
    names = {row["code"]: row["name"] for row in told["unit"]}
    declared = []
    for row in told["procedure"]:
        each = package.bundled(row["code"])
        signed = min(signed_on(each.legal_basis[0]) or first, first)
        declared.append(
            catalogue.of_package(each, row["handling"], signed, at, decided_by=names[row["deciding"]])
        )
    for entry in (*declared, *catalogue.made_up(at)):
        unit = entry[1].authority
        while (unit, "catalogue_editor") not in officers:
            unit = above[unit]
        found.setdefault(officers[unit, "catalogue_editor"][0], []).append(entry)
    return found


async def _units(
    tx: Transaction, rows: list[dict[str, Any]], at: datetime, since: date
) -> dict[tuple[str, str], tuple[UUID, ...]]:
    officers: dict[tuple[str, str], tuple[UUID, ...]] = {}
    for row in rows:
        words: dict[str, Any] = {name: row.get(name) for name in ("kind", "level", "calendar", "parent")}
        units.unit(tx, row["code"], row["name"], valid_from=since, is_authority=True, **words)
        await tx.flush()
        for role, number in row["officers"].items():
            named = [f"{TITLES[role]} {n} · {row['name']}" for n in range(1, number + 1)]
            officers[row["code"], role] = tuple(
                [await _officer(tx, name, role, row["code"], at, since) for name in named]
            )
    return officers


async def _officer(tx: Transaction, name: str, role: str, unit: str, at: datetime, since: date) -> UUID:
    entered = principals.principal(
        tx, PrincipalKind.OFFICER, name, at=at, title=TITLES[role], identity=uuid5(_NAMES, name)
    )
    entered.home_unit_code = unit
    await tx.flush()
    units.assign(tx, entered.id, unit, role, since)
    return entered.id


async def _applicants(tx: Transaction, at: datetime) -> tuple[UUID, ...]:
    names = [f"Người nộp hồ sơ {n}" for n in range(1, APPLICANTS + 1)]
    entered = [
        principals.principal(tx, PrincipalKind.CITIZEN, name, at=at, identity=uuid5(_NAMES, name))
        for name in names
    ]
    await tx.flush()
    return tuple(each.id for each in entered)


def _competences(tx: Transaction, row: dict[str, Any], since: date) -> None:
    for part in DOSSIER_PARTS:
        units.competence(tx, row["code"], row[part.value], part, since, basis=BASIS)


def _absence(
    tx: Transaction, row: dict[str, Any], officers: Mapping[tuple[str, str], tuple[UUID, ...]], first: date
) -> Absence:
    begins = first + timedelta(days=row["after_days"])
    absence = Absence(
        officers[row["unit"], row["role"]][0],
        officers[row["unit"], row["acting"]][0],
        begins,
        begins + timedelta(days=row["days"] - 1),
    )
    units.substitute(
        tx,
        absence.absent,
        absence.acting,
        absence.first,
        absence.last,
        reason=row["reason"],
        unit_code=row["unit"],
        role=row["role"],
    )
    return absence


async def _publish(
    db: Database,
    row: dict[str, Any],
    officers: Mapping[tuple[str, str], tuple[UUID, ...]],
    at: datetime,
    day: date,
) -> None:
    """Declare, submit, approve and activate one procedure, as its owner would.

    The unit that handles it declares it, and that unit or one above it approves.
    """
    code, owner = row["code"], row["handling"]
    declarer = officers[owner, "procedure_declarer"][0]
    approver = officers[row.get("approving", owner), "procedure_approver"][0]
    bundled = package.bundled(code)
    declared = await publication.declare(db, bundled.to_zip(), actor=declarer, at=at)
    await publication.submit(db, code, declared.number, actor=declarer, at=at)
    decision = bundled.legal_basis[0]
    signed = min(signed_on(decision) or day, day)
    await publication.approve(
        db, code, declared.number, decision_no=decision, decision_date=signed, actor=approver, at=at
    )
    await publication.activate(db, code, declared.number, actor=approver, at=at)
