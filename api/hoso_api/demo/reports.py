"""Owed reports of the simulated period, by the real commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_api.demo.seed import Participants
from hoso_api.demo.simulation import Schedule
from hoso_models import ReportPart, ReportPeriod
from hoso_workflows import localtime
from hoso_workflows.organisation.permissions import COORDINATOR
from hoso_workflows.reports.forms import targets
from hoso_workflows.reports.obligations import acts, kinds, register, sweep
from hoso_workflows.reports.obligations.acts import By
from hoso_workflows.reports.obligations.kinds import Kind, Stored, Window
from hoso_workflows.reports.obligations.register import Obligation

#: Days before the deadline on which obligations are generated and agencies submit, and behind it for those that come late
#: and for the consolidated report.
GENERATED, SUBMITTED, LATE, CONSOLIDATED = -12, -3, 2, 6
#: Texts of an agency, and of the unit that consolidates.
TEXTS = {
    "difficulties": "Một số hồ sơ trực tuyến thiếu bản số hóa.",
    "proposals": "Tổ chức tập huấn số hóa hồ sơ.",
}
CHAPTER = {"chapter": "Các đơn vị thực hiện báo cáo theo quy định.", "proposals": "Đôn đốc đơn vị nộp trễ."}


@dataclass(frozen=True, slots=True)
class Reporting:
    """The kinds of owed reports of the demonstration, and whoever acts on them."""

    schedule: Schedule
    kinds: Sequence[Stored]
    #: Unit whose report comes late in the second of every three periods.
    tardy: str

    @property
    def participants(self) -> Participants:
        return self.schedule.participants

    def plan(self, first: date, last: date) -> None:
        """Plan the obligations of the first day, and the acts on what is due."""
        self.schedule.at(self._morning(self.kinds[0], first), self._generate)
        for kind in self.kinds:
            for number, period in enumerate(kinds.windows(kind, first, last)):
                if first < period.due_before <= last:
                    self._plan(kind, period, late=number % 3 == 1)

    def _plan(self, kind: Stored, period: Window, *, late: bool) -> None:
        def plan(days: int, act: Any) -> None:
            self.schedule.at(self._morning(kind, period.due_before + timedelta(days=days)), act)

        plan(GENERATED, self._generate)
        for days, tardy in ((SUBMITTED, False), (LATE, True)):
            plan(days, self._agencies(kind, period, late=late, tardy=tardy))
        plan(CONSOLIDATED, self._consolidated(kind, period))

    async def _generate(self, at: datetime) -> None:
        await sweep.sweep(self.schedule.service.db, at=at)

    def _morning(self, kind: Stored, day: date) -> datetime:
        """Nine o'clock of a day, or of the first working day behind it."""
        calendar: wt.WorkCalendar = self.participants.calendars[kind.consolidating_unit]
        while not calendar.is_working(day):
            day += timedelta(days=1)
        return datetime.combine(day, time(9), localtime.ZONE)

    def _agencies(self, kind: Stored, period: Window, *, late: bool, tardy: bool) -> Any:
        async def submit(at: datetime) -> None:
            for each in await self._owed(kind, period, ReportPart.AGENCY):
                if (late and each.unit == self.tardy) is tardy:
                    await self._submitted(each, TEXTS, at)

        return submit

    def _consolidated(self, kind: Stored, period: Window) -> Any:
        async def submit(at: datetime) -> None:
            for each in await self._owed(kind, period, ReportPart.CONSOLIDATED):
                await self._submitted(each, CHAPTER, at)

        return submit

    async def _owed(self, kind: Stored, period: Window, part: ReportPart) -> list[Obligation]:
        found = await register.listed(self.schedule.service.db, None, period=period.key)
        return [each for each in found if each.kind == kind.code and each.part is part]

    async def _submitted(self, found: Obligation, texts: Mapping[str, str], at: datetime) -> None:
        db, officers = self.schedule.service.db, self.participants.officers
        writer = self._one(found.unit, "clerk", officers)
        await acts.write(db, found.id, texts, By(writer, at))
        await acts.approve(db, found.id, By(self._one(found.unit, "head", officers), at + timedelta(hours=1)))
        await acts.submit(db, found.id, By(writer, at + timedelta(hours=2)))

    def _one(self, unit: str, role: str, officers: Mapping[tuple[str, str], Sequence[UUID]]) -> UUID:
        return officers[unit, role][0]


async def enter(schedule: Schedule, declared: Mapping[str, Any], *, at: datetime, first: date) -> Reporting:
    """Enter the kinds of reports and the target that the seed declares."""
    administrator = schedule.participants.officers[declared["receiving_unit"], "administrator"][0]
    entered = []
    for told in declared["kind"]:
        kind = Kind(
            **{
                **told,
                "period": ReportPeriod(told["period"]),
                "owing": (),
                "consolidating_unit": declared["consolidating_unit"],
                "receiving_unit": declared["receiving_unit"],
                "valid_from": first,
                "valid_to": None,
            }
        )
        entered.append(await kinds.enter(schedule.service.db, kind, actor=administrator, at=at))
    goal = declared["target"]
    await targets.enter(
        schedule.service.db,
        declared["receiving_unit"],
        first.year,
        goal["percent"],
        goal["basis"],
        actor=schedule.participants.officers[declared["receiving_unit"], COORDINATOR][0],
        at=at,
    )
    return Reporting(schedule, tuple(entered), declared["tardy"])
