"""Answers about the escalation ladder."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_models import EscalationSubject
from hoso_workflows.monitoring.escalation import Level
from hoso_workflows.monitoring.escalation_ladder import Channel
from hoso_workflows.monitoring.escalations_told import Delivery


class EscalationRung(Answer):
    """A rung of the ladder."""

    level: Level
    #: When it is reached, in words.
    when: str
    #: Who is told, in words.
    to: str


class EscalationLadder(Answer):
    """The escalation ladder: rungs, ways of telling, the last sweep."""

    rungs: list[EscalationRung]
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


class ForeseenEscalation(Answer):
    """A notice that the next sweep would send."""

    level: Level
    subject: EscalationSubject
    #: That of the dossier or of the task.
    id: UUID
    #: The count of terms; each is told of once.
    cycle: int
    dossier: DossierOf
    unit: EscalationUnit
    #: The name of the step; null where it is about the dossier as a whole.
    step: str | None
    due: AwareDatetime
    #: Null where the unit has no head to be told.
    recipient: EscalationRecipient | None


class EscalationPreview(Answer):
    """Some of the notices that the next sweep would send: of dossiers, of steps, of receptions."""

    items: list[ForeseenEscalation]
    page: NextPage


class ToldEscalation(Answer):
    """A notice that was sent within the last 30 days."""

    #: The number of its message.
    id: int
    at: AwareDatetime
    level: Level
    dossier: DossierOf
    unit: EscalationUnit
    step: str | None
    due: AwareDatetime
    recipient: EscalationRecipient
    delivery: Delivery


class ToldEscalations(Answer):
    """Some of the notices that were sent, the newest first."""

    items: list[ToldEscalation]
    page: NextPage


class EscalationSweep(Answer):
    """The outcome of a sweep over all units."""

    #: False when another sweep was at work, which does it instead.
    ran: bool
    #: How many subjects reached each level now.
    reached: dict[Level, int]
    messages: int
    #: Subjects for which nobody could be found; the next sweep tries again.
    unaddressed: int
    #: Units whose calendar ends before the next working day, so that nothing there is found due soon.
    calendars_end: list[str]
