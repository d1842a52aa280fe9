"""What comes in and goes out about procedures and their versions."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.bodies import Answer, Body, Name
from hoso_api.problems import Fault
from hoso_models import VersionStatus


class Approval(Body):
    """The decision by which a version is approved."""

    decision_no: Name
    decision_date: date


class Version(Answer):
    """A numbered version of a procedure and where it stands."""

    procedure: str
    number: int
    name: str
    status: VersionStatus
    #: Of the canonical zip: equal files give an equal hash on every machine.
    sha256: str
    declared_by: UUID
    declared_at: AwareDatetime
    approved_by: UUID | None
    decision_no: str | None
    decision_date: date | None
    activated_at: AwareDatetime | None
    #: What the check had to say; nothing in it forbids publication.
    findings: list[Fault]


class Versions(Answer):
    """All versions of a procedure, the newest first."""

    items: list[Version]


class Listed(Answer):
    """An active procedure in the list."""

    code: str
    name: str
    version: int


class Catalogue(Answer):
    """The procedures that dossiers can be filed for now."""

    items: list[Listed]


class Component(Answer):
    """A paper of the dossier."""

    code: str
    name: str
    originals: int
    copies: int
    required: bool


class Fee(Answer):
    """A fee in đồng; null where the authority has not published it."""

    name: str
    amount: int | None
    basis: str | None


class Case(Answer):
    """A case (trường hợp) of a procedure."""

    id: str
    name: str
    term: str
    components: list[Component]
    fees: list[Fee]
    #: The form of filing as form-js JSON.
    form: dict[str, Any] | None


class Procedure(Answer):
    """An active procedure as an applicant needs to know it."""

    code: str
    name: str
    authority: str
    field: str
    level: str
    legal_basis: list[str]
    cases: list[Case]
