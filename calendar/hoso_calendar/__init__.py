"""Working time, terms, deadlines and their explanation.

``import hoso_calendar as wt``. Pure: the only I/O is reading declared TOML, and time is always an argument. Instants are aware
`datetime` objects; those that come out are `pendulum.DateTime` in the calendar's zone.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoso_calendar.messages import add_catalogues

if TYPE_CHECKING:
    from hoso_calendar import lunar, picture, table
    from hoso_calendar.bundled import file_sources, load, load_file, names, sources
    from hoso_calendar.comparison import DayChange, Move, OpenDeadline, Revision, compare, diff
    from hoso_calendar.compilation import check, compile  # noqa: A004 - the design's public name
    from hoso_calendar.counting import limit_minutes
    from hoso_calendar.day import Day, Kind, Slot, Status
    from hoso_calendar.deadlines import Deadline, deadline
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
    from hoso_calendar.policy import Pause, Policy
    from hoso_calendar.rules import Rule
    from hoso_calendar.term import Term, Unit
    from hoso_calendar.trace import TraceDay
    from hoso_calendar.work_calendar import WorkCalendar

#: Public name → module that defines it. Loaded on first use: counting brings numpy, and a sentence needs none.
_HOMES = {
    "BadCalendar": "errors",
    "BadIcs": "errors",
    "BadPause": "errors",
    "BadPolicy": "errors",
    "BadTerm": "errors",
    "Day": "day",
    "DayChange": "comparison",
    "Deadline": "deadlines",
    "Kind": "day",
    "MissingCalendarData": "errors",
    "Move": "comparison",
    "NaiveInstant": "errors",
    "OpenDeadline": "comparison",
    "Pause": "policy",
    "Policy": "policy",
    "Problem": "errors",
    "Revision": "comparison",
    "Rule": "rules",
    "Slot": "day",
    "Status": "day",
    "Term": "term",
    "TraceDay": "trace",
    "Unit": "term",
    "UnknownCalendar": "errors",
    "WorkCalendar": "work_calendar",
    "WorkingTimeError": "errors",
    "check": "compilation",
    "compare": "comparison",
    "compile": "compilation",
    "deadline": "deadlines",
    "diff": "comparison",
    "file_sources": "bundled",
    "limit_minutes": "counting",
    "load": "bundled",
    "load_file": "bundled",
    "names": "bundled",
    "sources": "bundled",
}
#: Public name → module that it is.
_MODULES = {"lunar": "lunar", "picture": "picture", "table": "table"}

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
