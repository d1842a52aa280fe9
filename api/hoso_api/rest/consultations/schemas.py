"""Answers about consultations."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_models import Opinion, Silence


class ConsultationOf(Answer):
    """An opinion that a unit was asked for."""

    id: UUID
    unit: str
    question: str
    #: Meaning of silence after the term.
    silence: Silence
    asked_at: AwareDatetime
    due: AwareDatetime
    outcome: Opinion | None
    answer: str | None
    closed_at: AwareDatetime | None


class DossierConsulted(Answer):
    """The dossier that a consultation is about."""

    reference: str
    code: str | None
    procedure: str
    procedure_name: str


class ConsultationAsked(ConsultationOf):
    """An open consultation in a unit's list."""

    #: The letter of the question, which the unit may read.
    letter: UUID | None
    dossier: DossierConsulted


class Consultations(Answer):
    """Open consultations, those due first first."""

    items: list[ConsultationAsked]
    page: NextPage
