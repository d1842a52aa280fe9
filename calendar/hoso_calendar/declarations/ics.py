"""Export and import of declared days as iCalendar (RFC 5545).

One all-day event per declared day: CATEGORIES is its kind, STATUS says official or expected, DESCRIPTION holds the basis. Hours
do not fit iCalendar; TOML stays the master.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from hoso_calendar.days.day import Day, Kind, Status
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.declarations import parser
from hoso_calendar.errors import BadIcs
from hoso_calendar.messages import say

# Few bring a calendar as iCalendar, and none of them a deadline.
if TYPE_CHECKING:
    import icalendar

_DECLARED = frozenset(Kind) - {Kind.WORKING, Kind.WEEKEND}
_STATUS = {Status.OFFICIAL: "CONFIRMED", Status.EXPECTED: "TENTATIVE"}
_LONGEST = 366
#: Where a line goes on; in octets, since simple writers break it within a letter (RFC 5545, 3.1).
_FOLD = re.compile(rb"\r?\n[ \t]")
#: What is read of an event, and would be open to choice if it stood there twice.
_ONCE = ("UID", "SUMMARY", "DESCRIPTION", "STATUS", "DTSTART", "DTEND", "CATEGORIES")


@dataclass(frozen=True, slots=True)
class IcsDay:
    """One declared day as an iCalendar event says it."""

    date: dt.date
    kind: Kind
    name: str
    basis: str
    status: Status = Status.OFFICIAL
    announced: dt.date | None = None
    #: The other day of a swap.
    pair: dt.date | None = None
    #: Sessions of a special day, and its weight in half days.
    slots: tuple[str, ...] = ()
    halves: int = 2


def export(cal: WorkCalendar) -> bytes:
    """Every day of `cal` that departs from the week, as all-day events.

    Equal calendars give equal bytes.
    """
    import icalendar

    out = icalendar.Calendar()
    out.add("prodid", "-//hoso//lich-lam-viec//VI")
    out.add("version", "2.0")
    out.add("x-wr-calname", cal.name)
    for day in cal.days:
        if day.kind in _DECLARED:
            out.add_component(_event(cal.id, day))
    return bytes(out.to_ical())


def days_of(cal: WorkCalendar) -> tuple[IcsDay, ...]:
    """The days that `export` writes, as values."""
    return tuple(_of_day(day) for day in cal.days if day.kind in _DECLARED)


def _of_day(day: Day) -> IcsDay:
    special = day.kind is Kind.SPECIAL
    slots = tuple(map(str, day.slots)) if special else ()
    return IcsDay(
        day.date,
        day.kind,
        day.name,
        day.basis,
        day.status,
        day.announced,
        day.pair,
        slots,
        day.halves if special else 2,
    )


def _event(calendar: str, day: Day) -> icalendar.Event:
    import icalendar

    said = _of_day(day)
    event = icalendar.Event()
    event.add("uid", f"vn-{day.date}-{day.kind}@{calendar}")
    # RFC 5545 wants a stamp; the day itself keeps the file the same whenever it is written
    event.add("dtstamp", datetime.combine(day.announced or day.date, time(), UTC))
    event.add("dtstart", day.date)
    event.add("dtend", day.date + timedelta(days=1))
    event.add("summary", day.name or str(day.kind))
    event.add("categories", [str(day.kind)])
    event.add("status", _STATUS[day.status])
    event.add("description", day.basis)
    event.add("transp", "TRANSPARENT")
    for key, value in (("announced", day.announced), ("pair", day.pair)):
        if value:
            event.add(f"x-hoso-{key}", value.isoformat())
    if said.slots:
        event.add("x-hoso-slots", " ".join(said.slots))
        event.add("x-hoso-halves", str(said.halves))
    return event


def read(data: bytes, first: date, last: date) -> tuple[IcsDay, ...]:
    """The days of an iCalendar file, one for each date, in order.

    Only whole-day events with a known category inside `first` … `last` are accepted; `BadIcs` names the event that is not:
    timed, repeating, without or with an unknown category, cancelled, outside, or a second one on a date.
    """
    import icalendar

    try:
        # decoded here: the parser would put U+FFFD for what is no UTF-8 and go on
        calendar: Any = icalendar.Calendar.from_ical(_FOLD.sub(b"", data).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadIcs("file", say("this is no iCalendar file in UTF-8: {error}", error=error)) from None
    # a list where the parser expects one parameter value is an AttributeError of its own
    except (ValueError, AttributeError, LookupError, TypeError) as error:
        raise BadIcs("file", say("this is no iCalendar file: {error}", error=error)) from None
    found: dict[date, IcsDay] = {}
    for event in calendar.walk("VEVENT"):
        for day in _days(event):
            if day.date in found:
                raise BadIcs(_label(event), say("{date} is there twice", date=day.date))
            if not first <= day.date <= last:
                raise BadIcs(
                    _label(event),
                    say("{date} is outside {first} – {last}", date=day.date, first=first, last=last),
                )
            found[day.date] = day
    return tuple(found[day] for day in sorted(found))


def _label(event: Any) -> str:
    return f"{event.get('uid', 'without UID')} ({event.get('summary', 'without SUMMARY')})"


def _days(event: Any) -> Iterator[IcsDay]:
    for key, value in event.items():
        if isinstance(value, list) and key in _ONCE:
            raise BadIcs(_label(event), say("{key} is there {times} times", key=key, times=len(value)))
    if "rrule" in event or "rdate" in event:
        raise BadIcs(_label(event), say("it repeats; write one event for each day"))
    first, last = _whole_days(event)
    kind, status = _kind(event), _status(event)
    name = unicodedata.normalize("NFC", str(event.get("summary", "")))
    for n in range((last - first).days):
        yield IcsDay(
            date=first + timedelta(days=n),
            kind=kind,
            # a day without a name is exported under its kind
            name=name if name != str(kind) else "",
            basis=str(event.get("description", "")),
            status=status,
            announced=_iso(event, "x-hoso-announced"),
            pair=_iso(event, "x-hoso-pair"),
            slots=tuple(str(event.get("x-hoso-slots", "")).split()),
            halves=_halves(event),
        )


def _whole_days(event: Any) -> tuple[date, date]:
    """First day and the day after the last (DTEND is exclusive)."""
    first, last = (_moment(event, key) for key in ("dtstart", "dtend"))
    if isinstance(first, datetime) or isinstance(last, datetime) or not isinstance(first, date):
        raise BadIcs(
            _label(event),
            say("it has hours; only whole days (VALUE=DATE) are taken, hours are declared in TOML"),
        )
    after = last if isinstance(last, date) else min(first, date.max - timedelta(days=1)) + timedelta(days=1)
    if "duration" in event or not first < after <= first + timedelta(days=_LONGEST):
        raise BadIcs(
            _label(event),
            say(
                "it runs from {first} to {after}; give DTSTART and a later DTEND within a year",
                first=first,
                after=after,
            ),
        )
    return first, after


def _moment(event: Any, key: str) -> Any:
    try:
        return event[key].dt if key in event else None
    except (ValueError, AttributeError):
        raise BadIcs(
            _label(event), say("{field} is no date; write 20260216 with VALUE=DATE", field=key.upper())
        ) from None


def _kind(event: Any) -> Kind:
    categories = event.get("categories")
    names = (
        [str(name) for name in categories.cats]
        if categories is not None and hasattr(categories, "cats")
        else []
    )
    if len(names) != 1 or names[0] not in _DECLARED:
        raise BadIcs(
            _label(event),
            say(
                "CATEGORIES is one of {declared}, not {names}",
                declared=", ".join(sorted(_DECLARED)),
                names=", ".join(names) or say("nothing"),
            ),
        )
    return Kind(names[0])


def _status(event: Any) -> Status:
    said = str(event.get("status", "CONFIRMED"))
    status = {word: status for status, word in _STATUS.items()}.get(said)
    if status is None:
        raise BadIcs(_label(event), say("STATUS is CONFIRMED or TENTATIVE, not {said}", said=said))
    return status


def _halves(event: Any) -> int:
    said = str(event.get("x-hoso-halves", "2"))
    if said not in ("1", "2"):
        raise BadIcs(_label(event), say("X-HOSO-HALVES is 1 or 2, not {said}", said=said))
    return int(said)


def _iso(event: Any, key: str) -> date | None:
    try:
        return date.fromisoformat(str(event[key])) if key in event else None
    except ValueError:
        raise BadIcs(
            _label(event),
            say("{field} is a date such as 2026-02-16, not {event}", field=key.upper(), event=event[key]),
        ) from None


def document(days: Iterable[IcsDay], calendar: str, extends: str, name: str) -> bytes:
    """A TOML document that declares `days` on top of the calendar `extends`.

    `BadIcs` for half a swap, `BadCalendar` with the line of the document for what cannot be declared, such as sessions that are
    none.
    """
    days = tuple(days)
    by_date = {day.date: day for day in days}
    rows: dict[str, list[str]] = {"day_off": [], "closure": [], "swap": [], "special": []}
    for day in days:
        table, keys = _row(day, by_date)
        if table:
            rows[table].append("  { " + ", ".join([*keys, *_provenance(day)]) + " },")
    head = [
        'schema = "lich-lam-viec/1"',
        f"id = {_text(calendar)}",
        f"name = {_text(name)}",
        f"extends = {_text(extends)}",
    ]
    tables = [line for table, lines in rows.items() if lines for line in (f"\n{table} = [", *lines, "]")]
    declared = ("\n".join([*head, *tables]) + "\n").encode()
    parser.read(declared, calendar)
    return declared


def _row(day: IcsDay, by_date: dict[date, IcsDay]) -> tuple[str, list[str]]:
    if day.kind in (Kind.SWAP_OFF, Kind.MAKEUP_WORK):
        other = by_date.get(day.pair) if day.pair else None
        if other is None or other.pair != day.date:
            raise BadIcs(
                str(day.date), say("{kind} without the other day of the swap (X-HOSO-PAIR)", kind=day.kind)
            )
        named = [f"name = {_text(day.name)}"] if day.name and day.name == other.name else []
        keys = [f"off = {day.date}", f"work = {day.pair}", *named]
        return ("swap", keys) if day.kind is Kind.SWAP_OFF else ("", [])
    keys = [f"date = {day.date}", f"name = {_text(day.name)}"]
    if day.kind is Kind.SPECIAL:
        slots = ", ".join(_text(slot) for slot in day.slots)
        return "special", [*keys, f"slots = [{slots}]", f"counts = {day.halves / 2:g}"]
    if day.kind is Kind.CLOSURE:
        return "closure", keys
    return "day_off", [*keys, f'kind = "{day.kind}"']


def _provenance(day: IcsDay) -> list[str]:
    announced: list[str] = [f"announced = {day.announced}"] if day.announced else []
    return [*announced, f'status = "{day.status}"', f"basis = {_text(day.basis)}"]


def _text(value: str) -> str:
    """A TOML basic string; control characters have no place in names."""
    plain = "".join(c if c.isprintable() else " " for c in value)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
