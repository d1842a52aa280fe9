"""Access log with its closed days, stored reports, and the progress of each sweep."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, document, index, serial


class AccessLog(Record, table=True):
    """An access by a principal, granted or refused."""

    __tablename__ = "access_log"
    __table_args__ = (
        index("ix_access_log_principal_id", "principal_id", "at"),
        index("ix_access_log_subject", "subject", "at"),
        index("ix_access_log_at", "at"),
        index("ix_access_log_day", "day"),
        index(
            "ix_access_log_session",
            "at",
            where="act in ('sign in', 'prove again') and granted and detail ? 'session'",
        ),
        index("ix_access_log_session_end", "at", where="act = 'end session' and granted"),
    )

    id: int = serial()
    principal_id: UUID | None = Field(default=None, foreign_key="principal.id")
    act: str
    subject: str | None = None
    at: datetime
    granted: bool
    detail: dict[str, Any] = document()
    #: Of a read: the unit by whose right it is, and the absent officer's where it is theirs.
    unit_code: str | None = Field(default=None, foreign_key="unit.code")
    on_behalf_of: UUID | None = Field(default=None, foreign_key="principal.id")
    #: The open part of the token, the id of the key or of the session, and the network of the request.
    credential: str | None = None
    address: str | None = None
    #: The most that was told, by the table of permissions.
    fields: str | None = None
    #: What the reader said of it: why, and which task or search led there.
    reason: str | None = None
    led_by: str | None = None
    #: Of a list: how many items, and the SHA-256 of their ids.
    count: int | None = None
    digest: bytes | None = None
    #: With which it is closed. A trigger gives it: that of `at`, later where that one is closed.
    day: date


class AccessDay(Record, table=True):
    """A closed day of the access log."""

    __tablename__ = "access_day"
    __table_args__ = (
        CheckConstraint("(expired_at at time zone 'Asia/Ho_Chi_Minh')::date > day + 365", name="expired_at"),
    )

    day: date = Field(primary_key=True)
    #: Lines that expire, and those of erasures, which stay; each with a digest over the digests of its lines, by number.
    lines: int = Field(sa_type=BigInteger)
    digest: bytes
    erasures: int = Field(sa_type=BigInteger)
    erasures_digest: bytes
    closed_at: datetime
    #: Since then the lines that expire are gone.
    expired_at: datetime | None = None


class Report(Record, table=True):
    """The stored figures of a report."""

    __tablename__ = "report"

    kind: str = Field(primary_key=True)
    period_from: date = Field(primary_key=True)
    period_to: date = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    figures: dict[str, Any] = document()
    made_at: datetime
    made_by: UUID | None = Field(default=None, foreign_key="principal.id")
    submitted_at: datetime | None = None


class Watermark(Record, table=True):
    """Up to which instant a job has done its work."""

    __tablename__ = "watermark"

    job: str = Field(primary_key=True)
    at: datetime
