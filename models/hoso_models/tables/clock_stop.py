"""Stretches in which the clock of a dossier stands still."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, index

#: It lasts.
LASTING = "ended_at is null"
#: The dossier stands still as a whole: nobody can go on with a step of it.
WHOLE = "source in ('supplement', 'suspension', 'obligation')"


def stands_still(dossier: str, *, each: bool = False) -> str:
    """SQL condition that the dossier of an id stands still as a whole.

    With `each` it is looked up by itself, which suits a page of a few rows. Else the planner joins, which suits many, and
    plans a millisecond longer where much else is joined.
    """
    by_itself = " offset 0" if each else ""
    return (
        f"exists (select from clock_stop where dossier_id = {dossier} and {LASTING} and {WHOLE}{by_itself})"
    )


class ClockStop(Record, table=True):
    """One stop of a dossier's clock, projected from its events.

    The end of the handling ends it too.
    """

    __tablename__ = "clock_stop"
    __table_args__ = (index("ix_clock_stop_lasting", "dossier_id", "source", where=LASTING),)

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    #: In the order in which they began; two of one source may begin at the same instant.
    number: int = Field(primary_key=True)
    #: `supplement`, `suspension`, `obligation`, or the id of the task whose step the law does not count.
    source: str
    started_at: datetime
    #: Null while it lasts.
    ended_at: datetime | None = None
