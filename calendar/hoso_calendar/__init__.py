"""Working time, terms, deadlines and their explanation.

``import hoso_calendar as wt``. Pure: the only I/O is reading declared TOML, and time is always an argument. Instants are aware
`datetime` objects; those that come out are `pendulum.DateTime` in the calendar's zone.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoso_calendar.messages import add_catalogues

if TYPE_CHECKING:
    from hoso_calendar.days.day import Day, Kind, Slot, Status
    from hoso_calendar.days.work_calendar import WorkCalendar
    from hoso_calendar.deadlines.counting import limit_minutes
    from hoso_calendar.deadlines.deadline import Deadline, deadline, due_of_minutes
    from hoso_calendar.deadlines.policy import Pause, Policy
    from hoso_calendar.deadlines.rules import Rule
    from hoso_calendar.deadlines.term import Term, Unit
    from hoso_calendar.deadlines.trace import TraceDay
    from hoso_calendar.declarations import lunar
    from hoso_calendar.declarations.bundled import file_sources, load, load_file, names, sources
    from hoso_calendar.declarations.compilation import check, compile  # noqa: A004 - the design's public name
    from hoso_calendar.errors import (
        BadCalendar,
        BadIcs,
        BadPause,
        BadPolicy,
        BadTerm,
        MissingCalendarData,
        NaiveInstant,
        Problem,
        UnknownCalendar,
        WorkingTimeError,
    )
    from hoso_calendar.revisions import DayChange, Move, OpenDeadline, Revision, compare, diff
    from hoso_calendar.views import table
    from hoso_calendar.views import year as picture

#: Public name → module that defines it. Loaded on first use: counting brings numpy, and a sentence needs none.
_HOMES = {
    "BadCalendar": "errors",
    "BadIcs": "errors",
    "BadPause": "errors",
    "BadPolicy": "errors",
    "BadTerm": "errors",
    "Day": "days.day",
    "DayChange": "revisions",
    "Deadline": "deadlines.deadline",
    "Kind": "days.day",
    "MissingCalendarData": "errors",
    "Move": "revisions",
    "NaiveInstant": "errors",
    "OpenDeadline": "revisions",
    "Pause": "deadlines.policy",
    "Policy": "deadlines.policy",
    "Problem": "errors",
    "Revision": "revisions",
    "Rule": "deadlines.rules",
    "Slot": "days.day",
    "Status": "days.day",
    "Term": "deadlines.term",
    "TraceDay": "deadlines.trace",
    "Unit": "deadlines.term",
    "UnknownCalendar": "errors",
    "WorkCalendar": "days.work_calendar",
    "WorkingTimeError": "errors",
    "check": "declarations.compilation",
    "compare": "revisions",
    "compile": "declarations.compilation",
    "deadline": "deadlines.deadline",
    "diff": "revisions",
    "due_of_minutes": "deadlines.deadline",
    "file_sources": "declarations.bundled",
    "limit_minutes": "deadlines.counting",
    "load": "declarations.bundled",
    "load_file": "declarations.bundled",
    "names": "declarations.bundled",
    "sources": "declarations.bundled",
}
#: Public name → module that it is.
_MODULES = {"lunar": "declarations.lunar", "picture": "views.year", "table": "views.table"}

__all__ = [
    "BadCalendar",
    "BadIcs",
    "BadPause",
    "BadPolicy",
    "BadTerm",
    "Day",
    "DayChange",
    "Deadline",
    "Kind",
    "MissingCalendarData",
    "Move",
    "NaiveInstant",
    "OpenDeadline",
    "Pause",
    "Policy",
    "Problem",
    "Revision",
    "Rule",
    "Slot",
    "Status",
    "Term",
    "TraceDay",
    "Unit",
    "UnknownCalendar",
    "WorkCalendar",
    "WorkingTimeError",
    "check",
    "compare",
    "compile",
    "deadline",
    "diff",
    "due_of_minutes",
    "file_sources",
    "limit_minutes",
    "load",
    "load_file",
    "lunar",
    "names",
    "picture",
    "sources",
    "table",
]

add_catalogues("hoso_calendar", Path(__file__).with_name("locale"))


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name) or _MODULES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{home}")
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES})
