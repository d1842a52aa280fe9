"""Steps of a dossier for its officers: done, open, and not reached yet."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_bpmn.package import forms
from hoso_bpmn.runs.specification import Loaded, Step
from hoso_models import TaskStatus
from hoso_workflows import errors
from hoso_workflows.clock import work_by
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle.rules import CLOSED
from hoso_workflows.organisation.access_log import WITHIN, Origin

READ = "get_waits"


class Reached(StrEnum):
    """Progress of a dossier at one of its steps."""

    #: Somebody completed it.
    DONE = "done"
    #: It waits for somebody.
    OPEN = "open"
    #: It ended without being completed.
    CANCELLED = "cancelled"
    #: It was not opened yet. Not every dossier comes by every step.
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStep:
    """A step of a dossier, once for each time that it was opened."""

    #: The task; None for a step that was not opened.
    task: UUID | None = None
    element: str
    name: str
    reached: Reached
    role: str | None
    #: Code and name of its unit; None where only the opening decides.
    unit: str | None = None
    unit_name: str | None = None
    #: Who has it, or who completed it.
    officer: str | None = None
    #: Whom that officer acted for.
    on_behalf_of: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    #: Judges the officer.
    due_own: datetime | None = None
    #: The date to work by while it is open, as lists tell it.
    work_by: Mapping[str, Any] = field(default_factory=dict)
    #: Warns: the place of the step in the whole term.
    due_plan: datetime | None = None
    #: `early`, `on_time` or `late`; None while it is open, and without a limit.
    judged: str | None = None
    outcome: str | None = None
    #: Its questions, and what was answered; None for a step without a form.
    form: forms.Form | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of a dossier, its diagram, and the form of its filing."""

    steps: tuple[CourseStep, ...]
    #: The BPMN file.
    process: bytes
    #: The questions of the filing; None for a procedure without a form.
    form: forms.Form | None

    @property
    def open(self) -> tuple[CourseStep, ...]:
        """The steps that wait for somebody."""
        return tuple(each for each in self.steps if each.reached is Reached.OPEN)


async def read(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> Course:
    """The course of a dossier. Raises NotFound, also for its applicant, who is told of no steps."""
    row, inside = await views.readable(service.db, READ, key, reader, at, origin)
    if not inside:
        raise errors.NotFound("dossier", key)
    loaded = (await service.reference_data.version(row.workflow_version_id)).case(row.case_id)
    found = [_step(each, loaded, at) for each in await service.db.rows(_STEPS, [row.id])]
    ended = row.status in CLOSED
    planned = () if ended else _planned(loaded, {each.element for each in found})
    return Course((*found, *planned), loaded.package.process(loaded.case), _filing(loaded))


async def filing_form(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> forms.Form | None:
    """The questions of the filing, also for its applicant; None without a form. Raises NotFound."""
    row, _ = await views.readable(service.db, "get_dossier", key, reader, at, origin)
    return _filing((await service.reference_data.version(row.workflow_version_id)).case(row.case_id))


def _step(row: Any, loaded: Loaded, at: datetime) -> CourseStep:
    return CourseStep(
        task=row.id,
        element=row.element,
        name=row.name,
        reached=_REACHED[TaskStatus(row.status)],
        role=row.role,
        unit=row.unit_code,
        unit_name=row.unit_name,
        officer=row.officer,
        on_behalf_of=row.on_behalf_of,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        due_own=row.due_own,
        work_by=work_by.document(row, at),
        due_plan=row.due_plan,
        judged=row.judged,
        outcome=row.outcome,
        form=loaded.specification.forms.get(row.element),
        answers=row.answers or {},
    )


def _planned(loaded: Loaded, opened: Collection[str]) -> Iterator[CourseStep]:
    """The steps that were not opened yet, in the order of the diagram."""
    for step in loaded.specification.steps.values():
        if step.element not in opened:
            yield _unopened(step)


def _unopened(step: Step) -> CourseStep:
    return CourseStep(element=step.element, name=step.name, reached=Reached.PLANNED, role=step.role)


def _filing(loaded: Loaded) -> forms.Form | None:
    form = loaded.package.files.get(loaded.case.form) if loaded.case.form else None
    return forms.stored(form) if form else None


_REACHED: Mapping[TaskStatus, Reached] = {
    TaskStatus.OPEN: Reached.OPEN,
    TaskStatus.CLOSED: Reached.DONE,
    TaskStatus.CANCELLED: Reached.CANCELLED,
}
_STEPS = f"""
select t.id, t.element, t.name, t.role, t.unit_code, u.name as unit_name, t.closed_at,
  {", ".join(f"t.{name}" for name in work_by.COLUMNS)}, {work_by.STILL} as still, {work_by.AWAITS_OWNER} as awaits_owner, t.due_plan, t.judged, t.outcome, t.answers, coalesce(c.name, a.name) as officer, b.name as on_behalf_of
from user_task t join unit u on u.code = t.unit_code
left join principal a on a.id = t.assignee_id left join principal c on c.id = t.closed_by
left join principal b on b.id = t.on_behalf_of
where t.dossier_id = $1 order by t.opened_at, t.closed_at nulls last, t.id
"""  # noqa: S608 - fixed text of this module
