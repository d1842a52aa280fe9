"""Notices: what a person was told, in a list of their own."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    one_of,
    serial,
)


class Notice(Record, table=True):
    """A message in the list of one reader. A trigger enters it with the message itself."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("message_id", "principal_id", name="uq_notice_message_id_principal_id"),
        index("ix_notice_principal_id", "principal_id", text("(read_at is null)"), "id"),
        index("ix_notice_at", "at"),
    )

    id: int = serial()
    principal_id: UUID = Field(foreign_key="principal.id")
    #: The message of the outbox, which is forgotten long before.
    message_id: int = Field(sa_type=BigInteger)
    topic: str
    dossier_id: UUID | None = Field(default=None, foreign_key="dossier.id")
    payload: dict[str, Any] = document()
    at: datetime
    read_at: datetime | None = None


@described("The language of mails.")
class MailLanguage(StrEnum):
    """Languages in which mails are written."""

    #: Vietnamese.
    VIETNAMESE = "vi"
    #: English.
    ENGLISH = "en"


class DeliveryPreference(Record, table=True):
    """A person's preference about mail. Who has none is told at once, in Vietnamese."""

    __tablename__ = "delivery_preference"
    __table_args__ = (
        one_of("language", MailLanguage),
        CheckConstraint("(quiet_from is null) = (quiet_until is null)", name="quiet_hours"),
    )

    principal_id: UUID = Field(primary_key=True, foreign_key="principal.id")
    language: MailLanguage = enum_field(
        MailLanguage, default=MailLanguage.VIETNAMESE, sa_column_kwargs={"server_default": "vi"}
    )
    digest: bool = defaulted(value=False, literal="false")
    quiet: bool = defaulted(value=False, literal="false")
    urgent_at_once: bool = defaulted(value=True, literal="true")
    changed_at: datetime
    #: Local times without word of one's own dossiers; null for those of the installation, equal for none.
    quiet_from: time | None = None
    quiet_until: time | None = None


class ContactProof(Record, table=True):
    """The code that proves an address; only its digest is kept."""

    __tablename__ = "contact_proof"
    __table_args__ = (index("ix_contact_proof_expires_at", "expires_at"),)

    contact_id: UUID = Field(primary_key=True, foreign_key="contact_point.id")
    code_sha256: bytes
    made_at: datetime
    expires_at: datetime
    #: Codes that were typed, right or wrong.
    attempts: int = defaulted(value=0, literal="0", sa_type=SmallInteger)
