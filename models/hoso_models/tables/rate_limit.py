"""Rate limits: the instant up to which each subject has used its rate."""

from datetime import datetime

from sqlmodel import Field

from hoso_models.tables.base import Record


class Throttle(Record, table=True):
    """The instant at which a subject's whole burst is available again. The key is a digest."""

    __tablename__ = "throttle"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: bytes = Field(primary_key=True)
    tat: datetime
