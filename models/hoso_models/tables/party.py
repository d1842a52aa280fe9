"""Applicants of a dossier, persons or organisations, and their representatives."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlmodel import Field

from hoso_models import text_search
from hoso_models.tables.base import Record, described, enum_field, index, one_of, surrogate


@described("What sort of applicant a party is.")
class PartyKind(StrEnum):
    """Kinds of applicants."""

    #: A natural person.
    PERSON = "person"
    #: A company, an association, an authority.
    ORGANISATION = "organisation"


#: The digits of a telephone number, however they are grouped.
PHONE = r"regexp_replace(phone, '\D', '', 'g')"


class Party(Record, table=True):
    """An applicant as it named itself when it filed."""

    __tablename__ = "party"
    __table_args__ = (
        one_of("kind", PartyKind),
        index("ix_party_principal_id", "principal_id", where="principal_id is not null"),
        index("ix_party_identifier", "identifier", where="identifier is not null"),
        index("ix_party_phone", text(PHONE), where="phone is not null"),
        index("ix_party_name_folded", text("to_tsvector('simple'::regconfig, name_folded)"), using="gin"),
    )

    id: UUID = surrogate()
    kind: PartyKind = enum_field(PartyKind)
    name: str
    #: `text_search.fold(name)`: kept by the mapper, given by statements that insert without it.
    name_folded: str
    #: Identity card or enterprise number.
    identifier: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    authorised_name: str | None = None
    authorised_identifier: str | None = None
    #: The paper that authorises them.
    authorisation_paper: str | None = None
    principal_id: UUID | None = Field(default=None, foreign_key="principal.id")
    created_at: datetime
    #: The area in which they live or have their seat, where they said so.
    area_code: str | None = Field(default=None, foreign_key="area.code")


@event.listens_for(Party, "before_insert")
@event.listens_for(Party, "before_update")
def _keep_name_folded(_mapper: Any, _connection: Any, party: Party) -> None:
    party.name_folded = text_search.fold(party.name)
