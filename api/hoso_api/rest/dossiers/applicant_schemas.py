"""Answers about dossiers to their applicants (ADR 0023)."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_api.rest.dossiers import schemas
from hoso_models import AppointmentKind, DeliveryMode, DossierStatus, EntryChannel, Outcome, Verdict
from hoso_workflows.embedding.entries import EntryKind


class _Standing(Answer):
    """The standing of a dossier."""

    reference: str
    code: str | None
    status: DossierStatus
    #: The status as the national portal numbers it.
    portal_code: int
    outcome: Outcome | None
    version: int
    due_legal: AwareDatetime | None
    due_promised: AwareDatetime | None
    verdict: Verdict | None


class OwnStanding(_Standing):
    """A dossier's standing after an act, for its applicant and for an outside sender."""

    view: Literal["applicant"]


class TrackedStanding(_Standing):
    """A dossier's standing after an act, for an officer who does not read it."""

    view: Literal["tracker"]


class Authority(Answer):
    """An authority, for whoever has to do with it."""

    code: str
    name: str


class OwnHandedOver(Answer):
    """The hand-over of a result, as its applicant is told."""

    receiver: str | None = None
    mode: DeliveryMode | None = None
    postal_number: str | None = None
    originals: bool | None = None


class OwnUnits(Answer):
    """The units that receive and handle the dossier."""

    receiving: Authority
    handling: Authority


class OwnPromise(Answer):
    """An appointment: a date that was promised."""

    number: int
    kind: AppointmentKind
    cycle: int
    supersedes: int | None
    provisional: bool
    due_first: AwareDatetime | None
    due_legal: AwareDatetime | None
    due_promised: AwareDatetime | None
    made_at: AwareDatetime


class OwnSupplement(Answer):
    """A supplement that the desk asked for; what was erased by law is null."""

    number: int | None
    at: AwareDatetime
    reason: str | None
    items: list[str]
    #: Null for a request of an earlier release.
    answer_due: AwareDatetime | None
    received_at: AwareDatetime | None


class OwnDossier(OwnStanding):
    """A dossier as its applicant reads it."""

    #: True where somebody else has filed it in the reader's name: the reader reads it, the filer acts.
    represented: bool
    procedure: schemas.ProcedureOf
    channel: EntryChannel
    entry: EntryKind
    #: The host of the agency's site, or the other portal.
    entry_site: str | None
    units: OwnUnits
    applicant: dict[str, Any]
    form: dict[str, Any]
    filed_at: AwareDatetime
    reception_due: AwareDatetime | None
    accepted_at: AwareDatetime | None
    due_first: AwareDatetime | None
    provisional: bool
    late_since: AwareDatetime | None
    result_ready_at: AwareDatetime | None
    returned_at: AwareDatetime | None
    handed_over: OwnHandedOver | None
    answer_due: AwareDatetime | None
    fees_open: int
    #: Degree of completion, 0 to 100.
    degree: int
    components: list[schemas.ComponentHeld] | None
    appointments: list[OwnPromise]
    letters: list[schemas.LetterOf]
    supplements: list[OwnSupplement]
    #: Why reception refused it.
    refusal: str | None


class OwnWaits(Answer):
    """The turn, and the supplement that the applicant is asked for."""

    view: Literal["applicant"]
    reference: str
    code: str | None
    status: DossierStatus
    version: int
    #: Null when nothing more happens.
    turn: Literal["applicant", "authority"] | None
    supplement: OwnSupplement | None


class OwnEvent(Answer):
    """Something that happened, as its applicant is told; `hash` is its place in the dossier's chain, which has others as well."""

    seq: int
    at: AwareDatetime
    kind: str
    by: Literal["applicant", "authority", "system"]
    #: Null where it was erased by law.
    payload: dict[str, Any] | None
    hash: str


class OwnEvents(Answer):
    """The events of a dossier in order, as its applicant is told."""

    view: Literal["applicant"]
    items: list[OwnEvent]
    page: NextPage


#: `view` says which shape an answer has: that of the dossier's officers, that of its applicant, or that of who only follows it.
AnyStanding = Annotated[schemas.Standing | OwnStanding | TrackedStanding, Field(discriminator="view")]
AnyDossier = Annotated[schemas.Dossier | OwnDossier, Field(discriminator="view")]
AnyWaits = Annotated[schemas.Waits | OwnWaits, Field(discriminator="view")]
AnyEvents = Annotated[schemas.Events | OwnEvents, Field(discriminator="view")]
