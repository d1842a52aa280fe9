"""Receivers of webhooks and the secrets by which what they are sent is signed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    enum_field,
    index,
    listing,
    one_of,
    surrogate,
)


@described("What a receiver of webhooks is.")
class ReceiverKind(StrEnum):
    """Kinds of receivers."""

    #: A system that follows dossiers, as a portal.
    SYSTEM = "system"
    #: A way on to applicants, as SMS.
    GATEWAY = "gateway"


class WebhookReceiver(Record, table=True):
    """A receiver of events about the dossiers of a unit and those below it."""

    __tablename__ = "webhook_receiver"
    __table_args__ = (
        one_of("kind", ReceiverKind),
        index("ix_webhook_receiver_unit_code", "unit_code"),
    )

    id: UUID = surrogate()
    unit_code: str = Field(foreign_key="unit.code")
    kind: ReceiverKind = enum_field(ReceiverKind)
    name: str
    url: str
    #: Kinds of dossier events.
    events: list[str] = listing()
    #: Of a gateway: it is told the applicant's telephone number.
    carries_contact: bool = defaulted(value=False, literal="false")
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime
    ended_at: datetime | None = None
    #: Rests after which it took nothing, one after the other.
    failures: int = defaulted(value=0, literal="0")
    #: Since when it takes nothing; null while it does.
    failing_since: datetime | None = None
    #: When it is tried again.
    again_at: datetime | None = None
    last_error: str | None = None
    last_success_at: datetime | None = None
    #: Raised by each change.
    version: int = defaulted(value=1, literal="1")


class WebhookSecret(Record, table=True):
    """A secret of a receiver, sealed by the key of the installation."""

    __tablename__ = "webhook_secret"
    __table_args__ = (index("ix_webhook_secret_receiver_id", "receiver_id", "made_at"),)

    id: UUID = surrogate()
    receiver_id: UUID = Field(foreign_key="webhook_receiver.id")
    sealed: bytes
    made_by: UUID = Field(foreign_key="principal.id")
    made_at: datetime
    #: The instant from which nothing is signed by it; null for the newest one.
    valid_until: datetime | None = None
