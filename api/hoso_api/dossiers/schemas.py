"""What comes in and goes out about dossiers."""

from pydantic import Field

from hoso_api.bodies import Body, Data, Key, Name, Text
from hoso_models import DeliveryMode, EntryChannel, PartyKind


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


class Paper(Body):
    """A component that came with the dossier."""

    code: Key
    note: Text = ""


class Filing(Body):
    """A dossier as it is filed."""

    procedure: Key
    case: Key | None = None
    channel: EntryChannel
    applicant: Applicant
    form: Data = Field(default_factory=dict)
    components: list[Paper] = Field(default_factory=list, max_length=100)
    delivery_mode: DeliveryMode = DeliveryMode.COUNTER
    e_result_consent: bool = False
    #: Where it is filed; needed where several units receive dossiers of the procedure.
    receiving_unit: Key | None = None


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
