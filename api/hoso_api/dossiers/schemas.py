"""What comes in and goes out about dossiers."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from hoso_api.bodies import Body, Data, Key, Name, Text
from hoso_models import DeliveryMode, DossierStatus, EntryChannel, Outcome, PartyKind, Verdict


class Applicant(Body):
    """Whose dossier it is, and who acts for them."""

    kind: PartyKind
    name: Name
    #: Personal identification number, or the number of the company or decision.
    identifier: Name | None = None
    address: Text | None = None
    phone: Name | None = None
    email: Name | None = None
    authorised_name: Name | None = None
    authorised_identifier: Name | None = None
    authorisation_paper: Text | None = None


class Filing(Body):
    """A dossier as it is filed."""

    procedure: Key
    case: Key | None = None
    channel: EntryChannel
    applicant: Applicant
    form: Data = Field(default_factory=dict)
    #: Codes of the components that are handed in with it.
    components: list[Key] = Field(default_factory=list, max_length=100)
    delivery_mode: DeliveryMode = DeliveryMode.COUNTER
    e_result_consent: bool = False
    #: Where it is filed; needed where several units receive dossiers of the procedure.
    receiving_unit: Key | None = None
    #: The portal that it was filed on, and its code there.
    portal: Name | None = None
    external_code: Name | None = None


class Acceptance(Body):
    """Reception finds the dossier complete and valid."""

    note: Text = ""


class Refusal(Body):
    """Why reception refuses it; the applicant reads it."""

    reason: Text


class SupplementProposal(Body):
    """What a specialised unit asks the desk to call for."""

    reason: Text
    items: list[Name] = Field(default_factory=list, max_length=100)


class SupplementRequest(SupplementProposal):
    """What the desk asks the applicant for; a further time says why it was not asked at once."""

    justification: Text = ""


class Supplement(Body):
    """What came in."""

    note: Text = ""
    components: list[Key] = Field(default_factory=list, max_length=100)


class Withdrawal(Body):
    """Why the applicant takes the dossier back."""

    reason: Text


class OpenTask(BaseModel):
    """A step that waits for somebody."""

    id: UUID
    element: str
    name: str
    role: str
    unit: str
    milestone: str | None
    outcomes: list[str]
    assignee: UUID | None
    due: AwareDatetime | None


class Standing(BaseModel):
    """Where a dossier stands after an act."""

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
    tasks: list[OpenTask]
