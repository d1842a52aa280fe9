"""The inbox as its page shows it: lists, filters, groups by due date."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from hoso_api.pages.officer import badges
from hoso_api.pages.officer.badges import Badge
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing, wording
from hoso_api.translation.standing import TaskStanding
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import TaskStatus
from hoso_workflows import errors
from hoso_workflows.dossiers import views, worklist
from hoso_workflows.organisation.permissions import ASSIGNERS, OFFICES, RECEPTION
from hoso_workflows.pagination import Page
from hoso_workflows.tasks import counts

ADDRESS = "/noi-bo/viec"
#: How many tasks a page shows.
LENGTH = 50
#: The words of the query.
TAB, PROCEDURE, TEXT, DUE, AFTER = "ngan", "thu-tuc", "q", "han", "sau"
UNIT_CODE, OFFICER, KEPT = "don-vi", "nguoi", "viec"


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists of the inbox."""

    #: Its word in the query; the first list needs none.
    word: str
    name: str
    #: What is said where it is empty.
    empty: str
    address: str = ADDRESS
    #: The act by which it is read.
    act: str = "list_user_tasks"

    def narrowed(self, visit: Visit, wanted: Mapping[str, Any]) -> worklist.TaskFilter:
        """The filter of this list with what the query asks besides."""
        own: Mapping[str, dict[str, Any]] = {
            "": {"assignee": visit.principal},
            "chua-nhan": {"unassigned": True},
            "don-vi": {},
            "da-xong": {"assignee": visit.principal, "status": TaskStatus.CLOSED},
            "ky": {"decides": True},
            "lam-thay": {"acting": True},
        }
        return worklist.TaskFilter(**{**wanted, **own[self.word]})


MINE = Tab("", marked("Của tôi"), marked("Không có việc nào của bạn."))
FREE = Tab("chua-nhan", marked("Chưa ai nhận"), marked("Không có việc nào chưa ai nhận."))
UNIT = Tab("don-vi", marked("Cả đơn vị"), marked("Không có việc đang chờ."))
ACTING = Tab("lam-thay", marked("Làm thay"), marked("Người bạn làm thay không có việc nào đang chờ."))
DONE = Tab("da-xong", marked("Đã xong"), marked("Bạn chưa hoàn thành việc nào."))
#: Decisions, which have a page of their own.
DECISIONS = Tab(
    "ky", marked("Quyết định"), marked("Không có gì chờ ký."), "/noi-bo/ky", "list_waiting_results"
)


def tabs(visit: Visit) -> tuple[Tab, ...]:
    """The lists of a reader.

    The whole unit for those who oversee or receive, that of absent officers for who acts for one today.
    """
    oversees = any(visit.rights.has(role) for role in (*ASSIGNERS, RECEPTION))
    acts = any(right.on_behalf_of and right.role not in OFFICES for right in visit.rights.held)
    optional = (ACTING, acts), (UNIT, oversees)
    return (MINE, FREE, *(tab for tab, shown in optional if shown), DONE)


@dataclass(frozen=True, slots=True)
class View:
    """The selected part of the inbox; the address says all of it."""

    tab: Tab
    procedure: str = ""
    text: str = ""
    overdue: bool = False
    after: str = ""
    #: The list of one unit, and in it of one officer, as the page of the unit leads to it.
    unit: str = ""
    officer: UUID | None = None
    #: A task that was just taken or given back: its row stays, also where it has left the list.
    kept: UUID | None = None

    def link(self, **changes: Any) -> str:
        """The address of the list with changes, from its first page unless `after` says."""
        query = self.query(**changes)
        tab: Tab = changes.get("tab", self.tab)
        return f"{tab.address}?{query}" if query else tab.address

    def query(self, **changes: Any) -> str:
        """The query of `link`."""
        tab: Tab = changes.get("tab", self.tab)
        overdue = changes.get("overdue", self.overdue)
        said = {
            TAB: tab.word,
            PROCEDURE: changes.get("procedure", self.procedure),
            TEXT: changes.get("text", self.text),
            DUE: "qua-han" if overdue else "",
            UNIT_CODE: changes.get("unit", self.unit),
            OFFICER: changes.get("officer", self.officer),
            AFTER: changes.get("after", ""),
            KEPT: changes.get("kept", ""),
        }
        return urlencode({name: value for name, value in said.items() if value})

    async def found(self, visit: Visit, limit: int = LENGTH) -> Page[dict[str, Any]]:
        """The tasks of this page. Raises BadCursor."""
        wanted: dict[str, Any] = {
            "procedure": self.procedure or None,
            "text": self.text or None,
            "overdue": self.overdue and self.tab is not DONE,
            "unit": self.unit or None,
            "assignee": self.officer,
        }
        return await worklist.search(
            visit.service,
            self.tab.narrowed(visit, wanted),
            limit=limit,
            after=self.after or None,
            act=self.tab.act,
            **visit.reading,
        )

    async def shown(self, visit: Visit) -> tuple[list[dict[str, Any]], str | None]:
        """The tasks of this page with the kept one, and the cursor behind. Raises BadCursor."""
        found = await self.found(visit)
        tasks = list(found.items)
        if self.kept is not None and str(self.kept) not in {each["id"] for each in tasks}:
            with suppress(errors.NotFound):
                tasks.append(await views.task(visit.service, self.kept, **visit.reading))
        return sorted(tasks, key=lambda each: (each["due"] or "9", each["id"])), found.after


async def acted_for(visit: Visit) -> int | None:
    """The number of open tasks of officers for whom the reader acts today; None for who acts for nobody."""
    if ACTING not in tabs(visit):
        return None
    found = await counts.count(
        visit.service.db,
        counts.Grouping.PRIORITY,
        worklist.TaskFilter(acting=True),
        reader=visit.principal,
        at=visit.at,
    )
    return int(found["total"])


async def arrived(visit: Visit, since: str) -> int:
    """The number of open tasks that have come to the reader since an instant.

    They are the reader's or nobody's. 0 for a word that is no instant.
    """
    try:
        after = datetime.fromisoformat(since)
    except ValueError:
        return 0
    if after.tzinfo is None:
        return 0
    wanted = (
        worklist.TaskFilter(assignee=visit.principal, opened_after=after),
        worklist.TaskFilter(unassigned=True, opened_after=after),
    )
    found = [
        await counts.count(
            visit.service.db, counts.Grouping.PRIORITY, each, reader=visit.principal, at=visit.at
        )
        for each in wanted
    ]
    return sum(int(each["total"]) for each in found)


def identity(text: str) -> UUID | None:
    """The identity that a text is; None for one that is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """A task as a line of the inbox."""

    task: Mapping[str, Any]
    procedure_name: str
    opened_at: datetime
    #: How far the date to work by is away.
    standing: TaskStanding
    mine: bool
    badges: Sequence[Badge] = ()

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        dossier = self.task["dossier"]
        return str(dossier["code"] or dossier["reference"])


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Tasks that are due in the same span."""

    word: str
    name: str
    rows: Sequence[Row]


async def rows(visit: Visit, tasks: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The lines of tasks: procedures by name, due dates in working time."""
    calendars = await visit.service.reference_data.unit_calendars({str(task["unit"]) for task in tasks})
    marks = await badges.of(visit, tasks)
    return [_row(visit, task, calendars, marks[task["id"]]) for task in tasks]


def _row(
    visit: Visit,
    task: Mapping[str, Any],
    calendars: Mapping[str, Any],
    marks: Sequence[Badge],
) -> Row:
    return Row(
        task=task,
        procedure_name=task["dossier"]["procedure_name"],
        opened_at=datetime.fromisoformat(task["opened_at"]),
        standing=standing.of_task(task, visit.at, calendars[task["unit"]]),
        mine=task["assignee"] == str(visit.principal),
        badges=marks,
    )


def said(lines: Sequence[Row], view: View, after: str | None) -> str:
    """The list in a sentence, for the live region."""
    if not lines:
        return spoken(view.tab.empty)
    told = marked("{n} việc đầu, còn nữa") if after else marked("{n} việc")
    return spoken(told, n=len(lines))


def groups(lines: Iterable[Row]) -> list[DueGroup]:
    """The lines in groups by the date to work by, without empty ones."""
    found: dict[str, list[Row]] = {}
    for line in lines:
        found.setdefault(line.task["due_span"], []).append(line)
    return [DueGroup(word, wording.DUE_GROUPS[word], each) for word, each in found.items()]
