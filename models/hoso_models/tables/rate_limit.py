"""The throttle's rows: how far ahead of the clock a subject is."""

from datetime import datetime

from sqlmodel import Field

from hoso_models.tables.base import Record


class Throttle(Record, table=True):
    """The instant at which a subject has its whole burst again; its key is a digest."""

    __tablename__ = "throttle"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: bytes = Field(primary_key=True)
    tat: datetime
