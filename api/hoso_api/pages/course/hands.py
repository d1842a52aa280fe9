"""A task in the hands of officers: its holder, its colleagues, its reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_api.pages.heads import headship
from hoso_api.pages.officer import inbox
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import TaskStatus
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.directory import Officer

#: Fields of the forms, as their page names them.
COLLEAGUE, NOTE, FINDING, RETURNED = "nguoi-lam", "ghi-chu", "ket-qua-lam", "ly-do-tra"
RECEIVER, REASON, PRIORITY, DAY = "nguoi-nhan", "ly-do", "uu-tien", "ngay"
#: Priorities in words.
PRIORITIES = (
    ("0", marked("Thường")),
    ("1", marked("Khẩn")),
    ("2", marked("Thượng khẩn")),
    ("3", marked("Hỏa tốc")),
)


@dataclass(frozen=True, slots=True)
class Hands:
    """A task, its colleagues, and what the reader is to it."""

    task: Mapping[str, Any]
    seen: str
    colleagues: Sequence[Officer]
    #: True for who has taken it.
    mine: bool
    #: True for who has lent it to a colleague.
    lent: bool
    #: True for a head of its unit.
    heads: bool
    #: True for who may do it.
    able: bool

    @property
    def open(self) -> bool:
        """True while it waits."""
        return bool(self.task["status"] == TaskStatus.OPEN)

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        dossier = self.task["dossier"]
        return str(dossier["code"] or dossier["reference"])

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The officers who could have it, but for its assignee."""
        return [
            (str(each.id), each.name) for each in self.colleagues if str(each.id) != self.task["assignee"]
        ]


async def read(visit: Visit, task: UUID) -> Hands:
    """The task with the officers of its role. Raises NotFound."""
    last = await acting.last_event(visit.service.db, str(task))
    found = await views.task(visit.service, task, **visit.reading)
    unit, me = found["unit"], str(visit.principal)
    people = await headship.officers(visit, unit)
    return Hands(
        found,
        acting.seen(found, last),
        [each for each in people if found["role"] in each.roles],
        mine=found["assignee"] == me,
        lent=found["owner"] == me,
        heads=unit in permissions.headed_units(visit.rights),
        able=visit.rights.find(unit, found["role"]) is not None,
    )


def delegation(task: UUID, form: Form) -> commands.Delegate:
    """The command that lends a task. Raises Stopped without a colleague."""
    return commands.Delegate(task, _officer(form, COLLEAGUE), form.text(NOTE))


def resolution(task: UUID, form: Form) -> commands.Resolve:
    """The command that gives a lent task back."""
    return commands.Resolve(task, form.text(FINDING))


def giving_back(task: UUID, form: Form) -> commands.ReturnTask:
    """The command that returns a task to the officer before. Raises Stopped without a reason."""
    return commands.ReturnTask(task, _said(form, RETURNED))


def reassignment(task: UUID, form: Form) -> commands.Reassign:
    """The command that gives a task to another officer or its unit. Raises Stopped without a reason."""
    receiver = None if not form.text(RECEIVER) else _officer(form, RECEIVER)
    return commands.Reassign(task, receiver, _said(form, REASON))


def priority(task: UUID, form: Form) -> commands.SetPriority:
    """The command that puts a task before others. Raises Stopped without a priority."""
    if form.text(PRIORITY) not in dict(PRIORITIES):
        raise Stopped(form, [Fault(spoken("Chọn mức ưu tiên."), PRIORITY)])
    return commands.SetPriority(task, int(form.text(PRIORITY)))


def _officer(form: Form, field: str) -> UUID:
    found = inbox.identity(form.text(field))
    if found is None:
        raise Stopped(form, [Fault(spoken("Chọn một người."), field)])
    return found


def _said(form: Form, field: str) -> str:
    if not form.text(field):
        raise Stopped(form, [Fault(spoken("Ghi lý do."), field)])
    return form.text(field)
