"""Answers about the escalation ladder."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key
from hoso_api.http.paging import NextPage
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_models import EscalationSubject, RungMoment, RungRecipient, RungSubject
from hoso_workflows.monitoring.escalation_ladder import Channel
from hoso_workflows.monitoring.escalations_told import Delivery

Level = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="The name of a rung.", examples=["overdue"])
]


class EscalationRung(Answer):
    """A rung of the ladder."""

    id: UUID
    level: Level
    #: When it is reached, in words.
    when: str
    #: Who is told, in words.
    to: str
    #: What it is limited to, in words; empty for all.
    limits: list[str]
    subject: RungSubject
    moment: RungMoment
    #: Working days, or working minutes, after the moment; before it where negative.
    days: int
    minutes: int
    recipient: RungRecipient
    #: Only what somebody has (true), or nobody has (false).
    held: bool | None
    #: Nobody is told: it takes a wider rung away.
    silent: bool
    #: The step goes to who is told.
    reassign: bool
    #: A letter of apology is put before the head of the handling unit.
    apology: bool
    procedure: str | None
    unit: str | None
    unit_kind: str | None
    role: str | None
    valid_from: date
    valid_to: date | None
    basis: str


class NewRung(Body):
    """A rung to be entered. One of the same level for the same ends the day before."""

    level: Level
    subject: RungSubject
    recipient: RungRecipient
    basis: Annotated[str, Field(min_length=1, max_length=300, examples=["12/QĐ-UBND"])]
    valid_from: date
    valid_to: date | None = None
    moment: RungMoment = RungMoment.DUE
    days: Annotated[int, Field(ge=-250, le=250)] = 0
    minutes: Annotated[int, Field(ge=-10_000, le=10_000)] = 0
    held: bool | None = None
    silent: bool = False
    reassign: bool = False
    apology: bool = False
    procedure: Key | None = None
    unit: Key | None = None
    unit_kind: Key | None = None
    role: Key | None = None


class RungEnd(Body):
    """The last day of a rung."""

    last_day: date


class EscalationLadder(Answer):
    """The escalation ladder: rungs, ways of telling, the last sweep."""

    rungs: list[EscalationRung]
    #: The day for which these rungs are.
    day: date
    #: Roles that count as the head of a unit: the first that somebody plays there.
    heads: list[str]
    #: Ways by which somebody is told: the list of notices always, e-mail where it is set up.
    channels: list[Channel]
    #: When the sweep last did everything that was due; null before the first.
    swept_at: AwareDatetime | None


class EscalationUnit(Answer):
    """The unit that is responsible for what is late."""

    code: str
    name: str


class EscalationRecipient(Answer):
    """The person who is told."""

    id: UUID
    name: str


class ReportOf(Answer):
    """The owed report that an escalation is about."""

    id: UUID
    name: str
    period: str


class ForeseenEscalation(Answer):
    """A notice that the next sweep would send."""

    level: Level
    subject: EscalationSubject
    #: That of the dossier, of the task, or of the report.
    id: UUID
    #: The count of terms; each is told of once.
    cycle: int
    #: Null where it is about a report.
    dossier: DossierOf | None
    #: Null where it is about a dossier.
    report: ReportOf | None
    unit: EscalationUnit
    #: The name of the step; null where it is about the dossier as a whole.
    step: str | None
    due: AwareDatetime
    #: Null where the unit has no head to be told.
    recipient: EscalationRecipient | None


class EscalationPreview(Answer):
    """Some of the notices that the next sweep would send: of dossiers, of steps, of receptions, of owed reports."""

    items: list[ForeseenEscalation]
    page: NextPage
    counted_only: int


class ToldEscalation(Answer):
    """A notice that was sent within the last 30 days."""

    #: The number of its message.
    id: int
    at: AwareDatetime
    level: Level
    #: Null where it is about a report.
    dossier: DossierOf | None
    #: Null where it is about a dossier.
    report: ReportOf | None
    unit: EscalationUnit
    step: str | None
    due: AwareDatetime
    recipient: EscalationRecipient
    delivery: Delivery


class ToldEscalations(Answer):
    """Some of the notices that were sent, the newest first."""

    items: list[ToldEscalation]
    page: NextPage
    counted_only: int


class EscalationRungs(Answer):
    """Rungs of the ladder: those in force, those to come, and those that have ended."""

    items: list[EscalationRung]


class EnteredRung(Answer):
    """The rung that was entered, or stood so already."""

    id: UUID


class EscalationSweep(Answer):
    """The outcome of a sweep over all units."""

    #: False when another sweep was at work, which does it instead.
    ran: bool
    #: How many subjects reached each level now.
    reached: dict[Level, int]
    messages: int
    #: Subjects for which nobody could be found; the next sweep tries again.
    unaddressed: int
    #: Units whose calendar does not reach as far as their ladder looks ahead, so that nothing there is found due soon.
    calendars_end: list[str]
