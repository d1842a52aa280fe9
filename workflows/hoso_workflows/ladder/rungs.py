"""Rungs of the escalation ladder in force, and the instants that they reach.

A rung is data with validity (ADR 0067). Of several with the same level the narrowest holds: procedure, unit, kind of unit, role, in
this order. What a wider one leaves to a narrower one is told to the sweep as exceptions, `procedure/role` with `*` for any.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_models import RungMoment, RungRecipient, RungSubject
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import localtime
from hoso_workflows.organisation.permissions.rights import COORDINATOR

#: Who is the head of a unit, and of an authority: the first of these roles that somebody plays there.
HEADS = ("head", "agency_head", "division_head")
AGENCY_HEADS = ("agency_head", "head")
#: The calendar of each unit, by the unit's code.
Calendars = Mapping[str, wt.WorkCalendar]
#: Names of levels.
LEVEL = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder."""

    id: UUID
    level: str
    subject: RungSubject
    moment: RungMoment
    #: Working days, or working minutes, after the moment; before it where negative.
    days: int
    minutes: int
    recipient: RungRecipient
    held: bool | None
    silent: bool
    reassign: bool
    apology: bool
    procedure: str | None
    unit: str | None
    unit_kind: str | None
    role: str | None
    valid_from: date
    valid_to: date | None
    basis: str

    def applies(self, unit: "Place") -> bool:
        """True where it may hold for what a unit has."""
        return (self.unit is None or self.unit in unit.upwards) and self.unit_kind in (None, unit.kind)

    def narrowness(self, unit: "Place") -> tuple[bool, int, bool, bool]:
        """Of two with the same level the greater one holds."""
        depth = 0 if self.unit is None else len(unit.upwards) - unit.upwards.index(self.unit)
        return self.procedure is not None, depth, self.unit_kind is not None, self.role is not None

    @property
    def pattern(self) -> str:
        """Its procedure and role as `procedure/role`, `*` for any."""
        return f"{self.procedure or '*'}/{self.role or '*'}"


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with those above it, itself first."""

    code: str
    kind: str
    upwards: tuple[str, ...]
    #: The authority to which it belongs.
    authority: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A rung at a unit, with the instant that it reaches."""

    unit: str
    level: str
    moment: RungMoment
    #: What was due, or had begun, before this is told.
    until: datetime
    #: What was due before this is told by a later rung to the same person; None without one.
    overtaken: datetime | None
    recipient: RungRecipient
    held: bool | None
    procedure: str | None
    role: str | None
    #: Patterns that narrower rungs have.
    but: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The person who is told in a unit, and the role by which."""

    unit: str
    recipient: RungRecipient
    principal: UUID
    role: str


@dataclass(frozen=True, slots=True)
class Held:
    """The rungs of each unit at an instant, and who is told there."""

    at: datetime
    rungs: Mapping[RungSubject, tuple[Reach, ...]]
    people: tuple[Told, ...]
    #: Units whose calendar does not reach as far as their ladder looks ahead.
    calendars_end: tuple[str, ...]

    def of(self, subject: RungSubject) -> tuple[Reach, ...]:
        """The rungs of a subject."""
        return self.rungs.get(subject, ())


async def load(db: Database, calendars: Calendars, *, at: datetime) -> Held:
    """The ladder of all units at an instant."""
    day = localtime.local_date(at)
    rungs, units = await in_force(db, day), await places(db)
    cutoffs = _Cutoffs(calendars, at)
    known: dict[Any, tuple[str, tuple[tuple[RungSubject, Reach], ...]]] = {}
    found: dict[RungSubject, list[Reach]] = {}
    for unit in units:
        if unit.code in calendars:
            held = [(each, each.narrowness(unit)) for each in rungs if each.applies(unit)]
            calendar = calendars[unit.code]
            # Units that count alike and have the same rungs differ by their names only.
            key = calendar.id, calendar.version, tuple((each.id, narrow) for each, narrow in held)
            if key not in known:
                known[key] = unit.code, tuple(_at_unit(held, unit, cutoffs))
            like, reaches = known[key]
            if like in cutoffs.ended:
                cutoffs.ended.add(unit.code)
            for subject, reach in reaches:
                found.setdefault(subject, []).append(replace(reach, unit=unit.code))
    rows = await db.rows(_PLAYING, [day, at, [*HEADS, COORDINATOR]])
    return Held(
        at,
        {subject: tuple(each) for subject, each in found.items()},
        tuple(_people(rows, units)),
        tuple(sorted(cutoffs.ended)),
    )


def _people(rows: Sequence[Any], units: Iterable[Place]) -> Iterator[Told]:
    """People told in each unit; a recipient whom nobody plays is left out."""
    playing: dict[tuple[str, str], Any] = {}
    for row in rows:
        playing.setdefault((row.unit, row.role), row)
    for unit in units:
        looked = {
            RungRecipient.HEAD: [(unit.code, role) for role in HEADS],
            RungRecipient.AGENCY_HEAD: [(unit.authority, role) for role in AGENCY_HEADS],
            RungRecipient.COORDINATOR: [(code, COORDINATOR) for code in unit.upwards],
        }
        for recipient, places_ in looked.items():
            row = next((playing[place] for place in places_ if place in playing), None)
            if row is not None:
                yield Told(unit.code, recipient, row.principal_id, row.role)


async def in_force(db: Database | Transaction, day: date) -> tuple[Rung, ...]:
    """Rungs in force on a local date, as a dossier meets them."""
    return tuple(rung(row) for row in await db.rows(_IN_FORCE, [day]))


async def every(db: Database | Transaction) -> tuple[Rung, ...]:
    """All rungs, also those to come and those ended."""
    return tuple(rung(row) for row in await db.rows(_EVERY))


def rung(row: Any) -> Rung:
    """A rung as its row has it."""
    named: Mapping[str, Any] = {"subject": RungSubject, "moment": RungMoment, "recipient": RungRecipient}
    values = {each.name: getattr(row, each.name) for each in fields(Rung)}
    return Rung(**{name: named[name](value) if name in named else value for name, value in values.items()})


async def places(db: Database | Transaction) -> tuple[Place, ...]:
    """All units with those above them, the closed ones too.

    A unit that has closed may still have open dossiers.
    """
    rows = {row.code: row for row in await db.rows(_UNITS)}
    return tuple(_place(rows, code) for code in rows)


def _place(rows: Mapping[str, Any], code: str) -> Place:
    upwards = tuple(_upwards(rows, code))
    authority = next((each for each in upwards if rows[each].is_authority), upwards[-1])
    return Place(code, rows[code].kind, upwards, authority)


def _upwards(rows: Mapping[str, Any], code: str | None) -> Iterator[str]:
    while code is not None and code in rows:
        yield code
        code = rows[code].parent_code


def _at_unit(
    held: Sequence[tuple[Rung, Any]], unit: Place, cutoffs: "_Cutoffs"
) -> Iterator[tuple[RungSubject, Reach]]:
    """The rungs that hold in a unit, with the instants that they reach.

    Each comes with its narrowness. One is left out where the unit's calendar has no data for its instant.
    """
    untils = {rung.id: cutoffs.of(unit.code, rung) for rung, _ in held}
    narrower = {rung.id: _narrower(held, rung, narrow) for rung, narrow in held}
    for rung, _ in held:
        until, but = untils[rung.id], narrower[rung.id]
        if rung.silent or until is None or {"*/*", rung.pattern} & but:
            continue
        # One that holds only here and there makes nothing superfluous: where it does not hold, nobody would be told.
        later = [
            earlier
            for each, _ in held
            if not narrower[each.id] and _overtakes(each, rung)
            if (earlier := untils[each.id]) is not None and earlier < until
        ]
        reach = Reach(
            unit=unit.code,
            level=rung.level,
            moment=rung.moment,
            until=until,
            overtaken=max(later, default=None),
            recipient=rung.recipient,
            held=rung.held,
            procedure=rung.procedure,
            role=rung.role,
            but=tuple(sorted(but)),
        )
        yield rung.subject, reach


def _narrower(held: Sequence[tuple[Rung, Any]], rung: Rung, narrow: Any) -> frozenset[str]:
    """The patterns that narrower rungs of the same level have."""
    return frozenset(each.pattern for each, own in held if each.level == rung.level and own > narrow)


def _overtakes(each: Rung, rung: Rung) -> bool:
    """True where being told of `each` makes `rung` superfluous."""
    return (
        each.level != rung.level
        and not each.silent
        and (each.subject, each.moment, each.recipient, each.held)
        == (rung.subject, rung.moment, rung.recipient, rung.held)
        and each.procedure in (None, rung.procedure)
        and each.role in (None, rung.role)
    )


class _Cutoffs:
    """The instants that rungs reach, computed once for each calendar and distance."""

    def __init__(self, calendars: Calendars, at: datetime) -> None:
        self._calendars, self._at = calendars, at
        self._known: dict[tuple[str, str, int, int], datetime | None] = {}
        #: Units whose calendar has no data for a day to come.
        self.ended: set[str] = set()

    def of(self, unit: str, rung: Rung) -> datetime | None:
        """The instant up to which a rung reaches; None without data."""
        calendar = self._calendars[unit]
        key = calendar.id, calendar.version, rung.days, rung.minutes
        if key not in self._known:
            try:
                self._known[key] = _reached(calendar, self._at, rung.days, rung.minutes)
            except wt.MissingCalendarData:
                self._known[key] = None
        if self._known[key] is None and rung.days < 0:
            self.ended.add(unit)
        return self._known[key]


def _reached(calendar: wt.WorkCalendar, at: datetime, days: int, minutes: int) -> datetime:
    """The instant before which the distance has passed at `at`.

    Days count by dates: one working day before the date begins with that working day, one after it with the next.
    """
    if minutes:
        return calendar.add_minutes(at, -minutes)
    if not days:
        return at
    day = calendar.add_days(at.astimezone(calendar.zone).date(), -days)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=calendar.zone)


#: Columns of a rung, as `rung` takes them.
COLUMNS = """id, level, subject, moment, days, minutes, recipient, held, silent, reassign, apology, procedure_code as procedure,
  unit_code as unit, unit_kind, role, valid_from, valid_to, basis"""
_ORDER = """order by array_position(array['reception', 'step', 'dossier', 'consultation', 'supplement', 'return', 'report'], subject), moment, days, minutes,
  level, procedure_code nulls first, unit_code nulls first, unit_kind nulls first, role nulls first, id"""
_IN_FORCE = f"""
select {COLUMNS} from escalation_rung where $1 between valid_from and coalesce(valid_to, 'infinity')
{_ORDER}
"""  # noqa: S608 - fixed text of this module
_EVERY = f"select {COLUMNS} from escalation_rung {_ORDER}, valid_from"  # noqa: S608 - fixed text of this module
_UNITS = "select code, kind, parent_code, is_authority from unit order by code"
#: $1 local date, $2 instant, $3 roles.
_PLAYING = """
select r.unit_code as unit, r.role, r.principal_id from role_assignment r join principal p on p.id = r.principal_id
where r.role = any($3::text[]) and $1 between r.valid_from and coalesce(r.valid_to, 'infinity')
  and (p.closed_at is null or p.closed_at > $2)
order by r.valid_from, r.id
"""
