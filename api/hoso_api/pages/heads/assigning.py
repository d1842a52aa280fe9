"""Tasks that a head hands out, and officers who can get them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_api.pages.heads import headship
from hoso_api.pages.heads.headship import Unit
from hoso_api.pages.officer import inbox
from hoso_api.pages.shared.acting import Form
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.dossiers import worklist
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.directory import Officer
from hoso_workflows.organisation.register.lists import SubstitutionListed
from hoso_workflows.tasks import bulk, counts
from hoso_workflows.tasks.counts import Load

#: Fields of the forms, as their page names them.
TASKS, OFFICER, ABSENT, REASON = "viec", "nguoi", "nguoi-vang", "ly-do"
#: How many tasks a page shows, and one act hands out.
LENGTH = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer who can be given tasks, with what they have."""

    officer: UUID
    name: str
    roles: str
    open: int
    overdue: int
    absence: SubstitutionListed | None


@dataclass(frozen=True, slots=True)
class Told:
    """Outcome of one task: done, or why not."""

    task: UUID
    name: str
    key: str
    refused: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The page: tasks that nobody has, and officers."""

    unit: Unit
    rows: Sequence[inbox.Row]
    after: str | None
    candidates: Sequence[Candidate]

    @property
    def away(self) -> list[Candidate]:
        """Those who are absent today and have open tasks."""
        return [each for each in self.candidates if each.absence and each.open]


async def read(visit: Visit, unit: Unit, after: str) -> Desk:
    """Free tasks of the unit, those due first first, and its officers. Raises BadCursor."""
    wanted = worklist.TaskFilter(unit=unit.code, unassigned=True)
    found = await worklist.search(
        visit.service, wanted, limit=LENGTH, after=after or None, act="list_user_tasks", **visit.reading
    )
    return Desk(unit, await inbox.rows(visit, found.items), found.after, await candidates(visit, unit.code))


async def candidates(visit: Visit, unit: str) -> list[Candidate]:
    """The officers of a unit, who have the fewest open tasks first."""
    loads = {each.officer: each for each in await counts.loads(visit.service.db, unit, at=visit.at)}
    absent = headship.absent_today(visit, await headship.absences(visit, unit))
    found = [_candidate(each, loads, absent.get(each.id)) for each in await headship.officers(visit, unit)]
    return sorted(found, key=lambda each: (each.absence is not None, each.open, each.name))


def _candidate(
    officer: Officer, loads: Mapping[UUID | None, Load], absence: SubstitutionListed | None
) -> Candidate:
    load = loads.get(officer.id)
    return Candidate(
        officer.id,
        officer.name,
        headship.words(officer.roles),
        load.open if load else 0,
        load.overdue if load else 0,
        absence,
    )


def items(form: Form, officer: UUID) -> Iterator[bulk.Item]:
    """Acts of a form: each ticked task under a key of its own."""
    for text in dict.fromkeys(form.texts(TASKS)):
        task = inbox.identity(text)
        if task is not None:
            command = commands.Claim(task, officer)
            yield bulk.Item(task, command, f"trang/{form.key}/{task}", repr(command).encode())


async def told(visit: Visit, unit: Unit | None, done: Sequence[bulk.Done]) -> list[Told]:
    """The outcomes in words, in their order.

    Tasks are named that were done, or are of the unit, whose tasks its head reads; of others nothing is told.
    """
    acted = [each.task for each in done if each.refused is None]
    rows = await visit.service.db.rows(
        _TASKS, [[each.task for each in done], acted, unit.code if unit else ""]
    )
    named = {row.id: row for row in rows}
    return [_told(each, named.get(each.task)) for each in done]


def _told(done: bulk.Done, task: Any) -> Told:
    if task is None:
        return Told(done.task, spoken("Việc"), "", _why(done.refused, None))
    return Told(done.task, task.name, task.key, _why(done.refused, task.officer))


def _why(refused: errors.Refusal | None, officer: str | None) -> str | None:
    """Reason for which a task was not given, naming whoever was faster."""
    if isinstance(refused, errors.AlreadyClaimed) and officer:
        return spoken("{officer} đã nhận việc này.", officer=officer)
    return None if refused is None else messages.translated(refused)


#: $1 the tasks that were sent, $2 those that were done, $3 the unit of the page.
_TASKS = """
select t.id, t.name, coalesce(d.code, d.reference) as key, p.name as officer
from user_task t join dossier d on d.id = t.dossier_id left join principal p on p.id = t.assignee_id
where t.id = any($1::uuid[]) and (t.id = any($2::uuid[]) or t.unit_code = $3)
"""
