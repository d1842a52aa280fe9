"""Each promise of a date, kept with its reason."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, described, document, enum_field, index, one_of


@described("Why a date was promised or moved (the rows of the design's clock table).")
class AppointmentKind(StrEnum):
    """Reasons for which a date is promised or moved (DESIGN, clock table)."""

    #: Reception accepted the dossier.
    ACCEPTED = "accepted"
    #: A supplement came in; the whole term runs again.
    RESTART = "restart"
    #: A supplement came in; the time not counted moves the date.
    RESUME = "resume"
    #: A suspension ended.
    SUSPENSION_ENDED = "suspension_ended"
    #: A financial obligation was met; its own term runs.
    SECOND = "second"
    #: A law granted more time.
    EXTENSION = "extension"
    #: A new date with an apology, once.
    REAPPOINTMENT = "reappointment"
    #: The dossier was taken up again; the whole term runs.
    REOPENED = "reopened"
    #: The calendar changed.
    CALENDAR_REVISION = "calendar_revision"


class Appointment(Record, table=True):
    """The three dates as they stood after one event that set or moved them."""

    __tablename__ = "appointment"
    __table_args__ = (
        one_of("kind", AppointmentKind),
        # Made in the order of time, so that the hours of a period lie together.
        Index("ix_appointment_promised", "due_promised", postgresql_using="brin"),
        index("ix_appointment_reopened", "made_at", "dossier_id", where="kind = 'reopened'"),
    )

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    number: int = Field(primary_key=True)
    kind: AppointmentKind = enum_field(AppointmentKind)
    cycle: int
    due_first: datetime
    due_legal: datetime
    due_promised: datetime
    #: The number of the appointment it replaces.
    supersedes: int | None = None
    why: dict[str, Any] = document()
    calendar: str
    calendar_version: str
    provisional: bool = defaulted(value=False, literal="false")
    made_at: datetime
    made_by: UUID = Field(foreign_key="principal.id")
