"""Bodies and answers about portals of other authorities."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_models import PortalConcern
from hoso_workflows.portals import acknowledgement, reconciliation
from hoso_workflows.portals.exchange_log import ExchangeDirection, ExchangeResult, ExchangeSubject
from hoso_workflows.portals.reconciliation import DifferenceKind
from hoso_workflows.portals.register import LONGEST

MessageId = Annotated[str, StringConstraints(pattern=r"^msg_[0-9a-f]{32}$")]
Place = Annotated[int, Field(ge=0, lt=2**53)]
PortalCode = Annotated[int, Field(ge=1, le=10)]
Number = Annotated[int, Field(ge=0, lt=2**31)]


class PortalEntry(Body):
    """A portal of another authority, from a day on."""

    code: Key
    name: Name
    unit: Key
    concerns: PortalConcern = PortalConcern.FILED_THERE
    principal: UUID
    webhook: UUID | None = None
    resend_minutes: Annotated[int, Field(ge=1, le=LONGEST)] | None = 15
    basis: Name
    valid_from: date


class PortalEntered(Answer):
    """A portal that was entered."""

    id: UUID


class PortalEndAsked(Body):
    """The last day of a portal."""

    last_day: date


class PortalEnd(Answer):
    """A portal that is told nothing of what changes after a day."""

    last_day: date


class Portal(Answer):
    """A portal of another authority, and where it stands."""

    id: UUID
    code: str
    name: str
    unit: str
    concerns: PortalConcern
    principal: UUID
    principal_name: str
    webhook: UUID | None
    resend_minutes: int | None
    basis: str
    valid_from: date
    valid_to: date | None
    entered_at: AwareDatetime
    waiting: int
    unacknowledged: int
    refused: int
    answered_at: AwareDatetime | None


class Portals(Answer):
    """The portals of the units that you administer."""

    items: list[Portal]


class PortalLogLine(Answer):
    """A line of the sync log of a portal."""

    direction: ExchangeDirection
    subject: ExchangeSubject
    id: int
    at: AwareDatetime
    dossier: DossierOf | None
    number: int | None
    portal_code: int | None
    sha256: str | None
    result: ExchangeResult
    attempts: int
    given_at: AwareDatetime | None
    again_at: AwareDatetime | None
    reason: str | None
    found: dict[str, Any]


class PortalLog(Answer):
    """Some lines of the sync log of a portal, the newest first."""

    items: list[PortalLogLine]
    page: NextPage


class PortalResending(Body):
    """The statuses that are to be told anew."""

    statuses: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=1_000)] | None = None


class PortalResent(Answer):
    """The number of statuses that are told anew."""

    resent: int


class PortalStatusTold(Answer):
    """A status of a dossier as a portal is told it; nothing personal."""

    portal: str
    reference: str
    code: str | None
    external_code: str | None = None
    procedure: str
    number: int
    portal_code: int
    due: AwareDatetime | None
    receiving_unit: str
    handling_unit: str


class PortalChange(Answer):
    """A status of a dossier that changed."""

    id: str
    place: int
    time: AwareDatetime
    data: PortalStatusTold


class PortalChanges(Answer):
    """Statuses that changed, in the order of their places."""

    items: list[PortalChange]
    place: int
    page: NextPage


class PortalRefusedStatus(Body):
    """A status that the portal does not take."""

    id: MessageId
    reason: Annotated[str, StringConstraints(min_length=1, max_length=acknowledgement.LONGEST)]


class PortalAcknowledgement(Body):
    """Statuses that a portal has applied, and those that it does not take."""

    up_to: Place | None = None
    applied: Annotated[tuple[MessageId, ...], Field(max_length=acknowledgement.MOST)] = ()
    refused: Annotated[tuple[PortalRefusedStatus, ...], Field(max_length=acknowledgement.MOST)] = ()


class PortalAcknowledged(Answer):
    """Figures of an acknowledgement."""

    acknowledged: int
    refused: int
    unknown: list[str]


class PortalDossier(Body):
    """A dossier as the portal has it."""

    dossier: Key
    portal_code: PortalCode
    number: Number


class PortalReconciliation(Body):
    """The statuses that a portal has."""

    dossiers: Annotated[list[PortalDossier], Field(max_length=reconciliation.MOST)]
    complete: bool = False


class PortalStanding(Answer):
    """The last status on one side."""

    portal_code: int
    number: int


class PortalDifference(Answer):
    """A dossier on which the two sides differ."""

    dossier: str
    kind: DifferenceKind
    ours: PortalStanding | None
    theirs: PortalStanding | None
    resent: int


class PortalReconciled(Answer):
    """Findings of a comparison, and what was repaired."""

    compared: int
    agreed: int
    resent: int
    differences: list[PortalDifference]
