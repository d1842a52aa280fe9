"""Answers about overdue items."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer, Body
from hoso_api.http.paging import NextPage
from hoso_models import DeliveryMode
from hoso_workflows.clock.at_desk import Readiness
from hoso_workflows.monitoring.reminders import Late


class WorkingTime(Answer):
    """Working time since the due date, in the calendar of the unit: whole days, hours over, and the same in minutes."""

    days: int
    hours: int
    minutes: int


class OverdueDossier(Answer):
    """A dossier past `due`, and the step it stands at."""

    kind: Literal["dossier"]
    id: UUID
    code: str
    procedure: str
    procedure_name: str
    unit: str
    unit_name: str
    due: AwareDatetime
    #: What the applicant was told; later than `due` after a re-appointment.
    due_promised: AwareDatetime
    #: Set when it had been late before its term began anew.
    late_since: AwareDatetime | None
    provisional: bool
    step: str | None
    step_name: str | None
    #: The unit that has the step. Its name and who has it are told within their authority and above it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    lateness: WorkingTime


class OverdueStep(Answer):
    """An open step past its own limit."""

    kind: Literal["step"]
    id: UUID
    dossier: UUID
    reference: str
    #: Null before acceptance.
    code: str | None
    procedure: str
    procedure_name: str
    unit: str
    unit_name: str
    #: Step and officer are told within the officer's authority and above it.
    step: str | None
    step_name: str | None
    role: str
    officer: UUID | None
    officer_name: str | None
    due: AwareDatetime
    lateness: WorkingTime


class OverdueReception(Answer):
    """A dossier that reception has neither accepted nor refused by `due`; it has no code yet."""

    kind: Literal["reception"]
    id: UUID
    reference: str
    procedure: str
    procedure_name: str
    #: The receiving unit.
    unit: str
    unit_name: str
    filed_at: AwareDatetime
    due: AwareDatetime
    step: str | None
    step_name: str | None
    #: The unit that has the step. Its name and who has it are told within their authority and above it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    lateness: WorkingTime


class WaitingReception(Answer):
    """A dossier that waits to be received; it has no code yet."""

    kind: Literal["waiting"]
    id: UUID
    reference: str
    procedure: str
    procedure_name: str
    #: The receiving unit.
    unit: str
    unit_name: str
    filed_at: AwareDatetime
    due: AwareDatetime
    step: str | None
    step_name: str | None
    #: The unit that has the step. Its name and who has it are told within their authority and above it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    overdue: bool
    lateness: WorkingTime | None


class WaitingReturn(Answer):
    """A result that awaits its return. It is ready where its owner can have it, who may fetch it later and delays nothing."""

    kind: Literal["return"]
    id: UUID
    reference: str
    code: str
    procedure: str
    procedure_name: str
    #: The receiving unit, which returns it.
    unit: str
    unit_name: str
    #: The appointed hour.
    due: AwareDatetime
    delivery: DeliveryMode
    result_ready_at: AwareDatetime
    #: Null while its owner cannot have it: it is not at the desk, or was not sent.
    ready_at: AwareDatetime | None
    readiness: Readiness
    step: str | None
    step_name: str | None
    #: The unit that has the step. Its name and who has it are told within their authority and above it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    #: Null where it was ready in time, or may still be.
    lateness: WorkingTime | None


class ReminderOf(Body):
    """An item of the overdue lists, of which somebody is to be reminded."""

    kind: Late
    #: The `id` of the item.
    id: UUID


class ReminderSender(Answer):
    """The person who has sent a reminder."""

    id: UUID
    name: str


class OverdueReminder(Answer):
    """A reminder that was sent."""

    kind: Late
    id: UUID
    at: AwareDatetime
    by: ReminderSender
    #: How many people were told.
    told: int


class OverduePage(Answer):
    """Some of what is overdue, most late first."""

    #: The instant at which it is.
    at: AwareDatetime
    items: list[OverdueDossier | OverdueStep | OverdueReception | WaitingReception | WaitingReturn]
    #: How many more there are, of cases whose law keeps their course from other authorities.
    counted_only: int
    page: NextPage
