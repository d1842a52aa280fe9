"""Unit today: officers with their open tasks, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hoso_api.pages.heads import headship
from hoso_api.pages.heads.headship import Unit
from hoso_api.pages.officer import inbox
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.dossiers import worklist
from hoso_workflows.monitoring import workload
from hoso_workflows.organisation.directory import Officer
from hoso_workflows.organisation.permissions import RECEPTION
from hoso_workflows.organisation.register.lists import SubstitutionListed
from hoso_workflows.reports import weeks
from hoso_workflows.reports.weeks import Week
from hoso_workflows.tasks import counts
from hoso_workflows.tasks.counts import Load

#: How many of the oldest tasks are shown.
OLDEST = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An officer with their open tasks in the unit."""

    officer: UUID
    name: str
    #: None for somebody with tasks and no role in the unit today, as a substitute.
    roles: tuple[str, ...] | None
    load: Load
    absence: SubstitutionListed | None

    @property
    def standing(self) -> str:
        """The officer's roles in words."""
        if self.roles is None:
            return spoken("không thuộc đơn vị")
        return headship.words(self.roles)

    def link(self, unit: str, *, overdue: bool = False) -> str:
        """The inbox with the open tasks of the officer in the unit."""
        return inbox.View(inbox.UNIT, overdue=overdue, unit=unit, officer=self.officer).link()


@dataclass(frozen=True, slots=True)
class Board:
    """A unit as its head sees it at once."""

    unit: Unit
    lines: Sequence[Line]
    #: What nobody has taken.
    free: Load
    #: None where the unit receives no dossiers.
    at_reception: int | None
    oldest: Sequence[inbox.Row]
    #: The last 13 weeks, the one that runs at the end.
    weeks: Sequence[Week]

    @property
    def highest(self) -> int:
        """The highest figure of the weeks, as which the tallest bar is drawn."""
        return max(max(each.received, each.resolved) for each in self.weeks)

    @property
    def open(self) -> int:
        """All open tasks of the unit."""
        return self.free.open + sum(each.load.open for each in self.lines)

    @property
    def today(self) -> int:
        """Those due today."""
        return self.free.today + sum(each.load.today for each in self.lines)

    @property
    def overdue(self) -> int:
        """Those overdue."""
        return self.free.overdue + sum(each.load.overdue for each in self.lines)

    def link(self, *, free: bool = False, overdue: bool = False) -> str:
        """The inbox with the open tasks of the unit."""
        tab = inbox.FREE if free else inbox.UNIT
        return inbox.View(tab, overdue=overdue, unit=self.unit.code).link()


async def read(visit: Visit, unit: Unit) -> Board:
    """The unit at the instant of the visit."""
    db = visit.service.db
    people = await headship.officers(visit, unit.code)
    found = {each.officer: each for each in await counts.loads(db, unit.code, at=visit.at)}
    oldest = await worklist.search(
        visit.service,
        worklist.TaskFilter(unit=unit.code),
        limit=OLDEST,
        sort=worklist.Sort.OPENED,
        act="list_user_tasks",
        **visit.reading,
    )
    receives = any(RECEPTION in each.roles for each in people)
    return Board(
        unit=unit,
        lines=lines(people, found, headship.absent_today(visit, await headship.absences(visit, unit.code))),
        free=found.get(None, Load(None, None, 0, 0, 0)),
        at_reception=await workload.at_reception(db, unit.code) if receives else None,
        oldest=await inbox.rows(visit, oldest.items),
        weeks=await weeks.of_unit(db, unit.code, at=visit.at),
    )


def lines(
    people: Sequence[Officer],
    found: Mapping[UUID | None, Load],
    absent: Mapping[UUID, SubstitutionListed],
) -> list[Line]:
    """Lines of the officers, then of others who have tasks in the unit."""
    own = [
        Line(
            each.id,
            each.name,
            each.roles,
            found.get(each.id, Load(each.id, each.name, 0, 0, 0)),
            absent.get(each.id),
        )
        for each in people
    ]
    known = {each.id for each in people}
    others = [
        Line(load.officer, load.name or "", None, load, absent.get(load.officer))
        for load in found.values()
        if load.officer is not None and load.officer not in known
    ]
    return own + others
