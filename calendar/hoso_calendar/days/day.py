"""One date as a calendar declares it: kind, sessions and basis."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

MINUTES_A_DAY = 1440


class Kind(StrEnum):
    """Reason for which a date counts or does not."""

    #: An ordinary working day.
    WORKING = "working"
    #: Weekly rest (Labour Code 2019 art. 111).
    WEEKEND = "weekend"
    #: A day off that the law names (Labour Code 2019 art. 112).
    HOLIDAY = "holiday"
    #: The working day that makes good a holiday on a weekly rest day (art. 111 clause 3).
    SUBSTITUTE = "substitute"
    #: A working day given off against a day of rest, by decision.
    SWAP_OFF = "swap_off"
    #: The day of rest worked for it.
    MAKEUP_WORK = "makeup_work"
    #: Closed by decision: storm, flood, epidemic.
    CLOSURE = "closure"
    #: A day with sessions of its own.
    SPECIAL = "special"


class Status(StrEnum):
    """Reliability of a declared day."""

    #: Decided by the competent authority or fixed by law.
    OFFICIAL = "official"
    #: Likely, not decided; every result that relies on it is provisional.
    EXPECTED = "expected"


class Slot(NamedTuple):
    """A session `[start, end)` in minutes after local midnight."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{clock_text(self.start)}-{clock_text(self.end)}"


def clock_text(minute: int) -> str:
    """A minute of the day as text: ``13:30`` for 810, ``24:00`` for 1440."""
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True)
class Day:
    """One date of one calendar."""

    date: dt.date
    kind: Kind
    #: Sessions that count; empty on a day off.
    slots: tuple[Slot, ...]
    #: Sessions that receive dossiers and do not count.
    duty: tuple[Slot, ...] = ()
    #: Weight in the ledger of half working days: 0, 1 or 2.
    halves: int = 0
    #: The hour at which offices close in this season, also on days off (a term that does not roll ends then).
    closing: int = 0
    name: str = ""
    basis: str = ""
    status: Status = Status.OFFICIAL
    #: When the day was decided, where that is known and matters.
    announced: dt.date | None = None
    #: The other day of a swap.
    pair: dt.date | None = None
    #: Whether the declared record changed what the week or another record would say: nothing about the day itself.
    decisive: bool = field(default=False, compare=False)

    @property
    def working(self) -> bool:
        """True if the day counts in a term of working days."""
        return self.halves > 0

    @property
    def minutes(self) -> int:
        """Working minutes of the day."""
        return sum(slot.end - slot.start for slot in self.slots)

    @property
    def half_end(self) -> int:
        """Minute at which the first half of the day is over.

        It is the end of the first session, or the middle of the only one.
        """
        first = self.slots[0]
        return first.end if len(self.slots) > 1 else (first.start + first.end) // 2
