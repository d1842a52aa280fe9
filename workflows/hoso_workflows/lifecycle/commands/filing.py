"""Filing of a dossier, and who acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models import DeliveryMode, EntryChannel, PartyKind
from hoso_models.tables.base import described


@described("What the authority decided.")
class Result(StrEnum):
    """The authority's decision."""

    #: What was asked for is granted.
    GRANTED = "granted"
    #: The dossier does not meet the conditions; the written refusal is the result (portal code 9).
    NOT_ELIGIBLE = "not_eligible"


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal who acts, and the principal they represent, if another."""

    principal: UUID
    on_behalf_of: UUID | None = None
    #: True for the system acting by rule.
    automatic: bool = False


#: The system acting by rule: timers, sweeps, deliveries, and whatever is decided in nobody's name.
SYSTEM = Actor(UUID("00000000-0000-4000-8000-000000000001"), automatic=True)


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person or organisation on whose behalf a dossier is filed."""

    name: str
    kind: PartyKind = PartyKind.PERSON
    identifier: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    authorised_name: str | None = None
    authorised_identifier: str | None = None
    authorisation_paper: str | None = None
    #: The code of the area in which they live or have their seat.
    area: str | None = None


@dataclass(frozen=True, slots=True)
class FileDossier:
    """File a dossier for an applicant. The command that begins it."""

    procedure: str
    applicant: Applicant
    channel: EntryChannel = EntryChannel.ONLINE
    case: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    #: Codes of the components that are handed in.
    components: tuple[str, ...] = ()
    delivery_mode: DeliveryMode = DeliveryMode.COUNTER
    e_result_consent: bool = False
    portal: str | None = None
    external_code: str | None = None
    #: The host of the agency's site through which it comes.
    site: str | None = None
    #: Any competent unit may receive; may be left out where only one is competent, and at the desk of who files.
    receiving_unit: str | None = None
    #: Chosen among several competent units, where the rules leave a choice.
    handling_unit: str | None = None
    deciding_unit: str | None = None
