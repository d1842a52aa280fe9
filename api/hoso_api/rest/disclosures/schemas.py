"""Answers about what was given to third parties."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage


class DossierDisclosed(Answer):
    """The dossier whose data were given."""

    reference: str
    code: str | None
    procedure: str
    procedure_name: str


class DisclosureMade(Answer):
    """A line of the register."""

    id: UUID
    unit: str
    recipient: str
    basis: str
    purpose: str
    data: list[str]
    decision: str
    by: str
    disclosed_at: AwareDatetime
    dossier: DossierDisclosed


class Disclosures(Answer):
    """The register, the newest first."""

    items: list[DisclosureMade]
    page: NextPage
