"""How far ahead of the clock somebody is who asks often."""

from datetime import datetime

from sqlmodel import Field

from .record import Record


class Throttle(Record, table=True):
    """When the subject of a limit will be as fresh as one of whom nothing is known; its key is a digest."""

    __tablename__ = "throttle"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: bytes = Field(primary_key=True)
    tat: datetime
