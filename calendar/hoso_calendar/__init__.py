"""When: working time, terms, deadlines and why.

``import hoso_calendar as wt``. Pure: the only I/O is reading declared TOML, and time is always an argument. Instants are aware
`datetime` objects; those that come out are `pendulum.DateTime` in the calendar's zone.
"""

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
