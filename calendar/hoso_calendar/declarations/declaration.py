"""Typed records of one calendar document, each with its place in the text."""

from dataclasses import dataclass, field
from datetime import date

from hoso_calendar.days.day import Kind, Slot, Status

#: What a document may be for; a child is never above its parent.
LEVELS = ("nation", "province", "unit_type", "unit")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Source of a record: place, basis, announcement and status."""

    place: str
    line: int | None
    basis: str = ""
    announced: date | None = None
    status: Status = Status.OFFICIAL


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours, in a season of the year and while they are valid."""

    slots: tuple[Slot, ...]
    #: First and last (month, day), wrapping over New Year where the first is later; None all year.
    season: tuple[tuple[int, int], tuple[int, int]] | None
    valid_from: date
    valid_to: date
    source: Provenance

    def valid(self, day: date) -> bool:
        """True if these hours are in force on `day`, in any season."""
        return self.valid_from <= day <= self.valid_to

    def in_season(self, day: date) -> bool:
        """True if `day` is in the season of these hours."""
        if self.season is None:
            return True
        first, last = self.season
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last


@dataclass(frozen=True, slots=True)
class Duty:
    """Sessions that receive and do not count: on weekdays, or on one date."""

    slots: tuple[Slot, ...]
    weekdays: tuple[int, ...]
    #: The one date, or None where it is weekdays.
    only: date | None
    valid_from: date
    valid_to: date
    source: Provenance

    def on(self, day: date) -> bool:
        """True if there is duty on `day`, unless that is a day off."""
        return day == self.only or (
            day.isoweekday() in self.weekdays and self.valid_from <= day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Record:
    """One declared date that departs from the week."""

    day: date
    kind: Kind
    name: str
    source: Provenance
    #: Sessions of a special day.
    slots: tuple[Slot, ...] = ()
    #: Weight of a special day in half days.
    halves: int = 0
    #: The other day of a swap; make-up work takes the hours of its day off.
    pair: date | None = None
    #: Lunar day and month this date is said to be (or, for a span, to contain).
    lunar: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """Everything one document declares; the rest comes from the one it extends."""

    id: str
    name: str
    extends: str | None
    level: str | None
    timezone: str | None
    statute: str
    confirmed: bool
    nominal_day: int | None
    coverage: tuple[int, int] | None
    working_weekdays: tuple[int, ...] | None
    hours: tuple[Hours, ...]
    duty: tuple[Duty, ...]
    records: tuple[Record, ...]
    #: Off days of swaps of a parent that this authority does not take part in.
    opted_out: tuple[tuple[date, Provenance], ...]
    #: SHA-256 of the bytes as declared.
    digest: str = field(repr=False)
