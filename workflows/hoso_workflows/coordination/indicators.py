"""Indicators of an evaluation sheet, and the figures that the data give them.

The nine indices of Circular 01/2018/TT-VPCP (0 to 2 points each; one without data is left out) and the groups of Decision
766/QĐ-TTg (100 points). What the data do not carry has neither value nor points, and is marked by hand or left out. Points are
proposed only where the rule that gives them is known whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from hoso_models.storage.database import Database, Transaction


class Group(StrEnum):
    """The rule by which an indicator is given points."""

    #: Circular 01/2018/TT-VPCP.
    CIRCULAR = "circular"
    #: Decision 766/QĐ-TTg.
    DECISION = "decision"


#: What the groups rest on.
BASES: Mapping[Group, str] = {
    Group.CIRCULAR: "Thông tư 01/2018/TT-VPCP điều 13, 14, 15",
    Group.DECISION: "Quyết định 766/QĐ-TTg ngày 23/6/2022",
}
#: The best sum of Circular 01/2018, and what a sum of all nine is worth, the best first.
GRADES: tuple[tuple[Decimal, str], ...] = (
    (Decimal(15), "excellent"),
    (Decimal(12), "good"),
    (Decimal(9), "fair"),
    (Decimal(6), "average"),
    (Decimal(0), "weak"),
)
_TWO, _TENTH = Decimal(2), Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: its group, and the most that it is worth."""

    name: str
    group: Group
    most: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of an indicator."""

    #: None where they carry nothing of it.
    value: Decimal | None = None
    #: None where they carry nothing, or where the rule of its points is not known whole.
    points: Decimal | None = None
    #: What it was counted from: part and whole.
    part: int | None = None
    whole: int | None = None

    def stored(self) -> dict[str, Any]:
        """JSON-safe, without floats."""
        value, points = (None if each is None else str(each) for each in (self.value, self.points))
        return {"value": value, "points": points, "part": self.part, "whole": self.whole}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Figure":
        """A figure as it was stored."""
        value, points = (
            None if stored[name] is None else Decimal(stored[name]) for name in ("value", "points")
        )
        return cls(value, points, stored["part"], stored["whole"])


INDICATORS: tuple[Indicator, ...] = (
    *(
        Indicator(name, Group.CIRCULAR, _TWO)
        for name in (
            *("total_time", "time_by_agency", "contacts", "agencies", "at_one_stop"),
            *("publicity", "attitude", "complaints", "online"),
        )
    ),
    Indicator("publicity_766", Group.DECISION, Decimal(18)),
    Indicator("progress_766", Group.DECISION, Decimal(20)),
    Indicator("digitisation_766", Group.DECISION, Decimal(22)),
    Indicator("online_766", Group.DECISION, Decimal(22)),
    Indicator("satisfaction_766", Group.DECISION, Decimal(18)),
)
BY_NAME: Mapping[str, Indicator] = {each.name: each for each in INDICATORS}


async def computed(asked: Database | Transaction, unit: str, first: Any, end: Any) -> dict[str, Figure]:
    """The figures of a unit with those below it. The second instant is excluded."""
    (row,) = await asked.rows(_COUNTS, [unit, first, end])
    return {each.name: _COMPUTED.get(each.name, _nothing)(row) for each in INDICATORS}


def grade(total: Decimal, counted: int) -> str | None:
    """The grade of a sum of Circular 01/2018. None unless all nine indices have points."""
    if counted < sum(each.group is Group.CIRCULAR for each in INDICATORS):
        return None
    return next(word for least, word in GRADES if total >= least)


def _nothing(_: Any) -> Figure:
    return Figure()


def _mean(early: int, on_time: int, whole: int) -> Figure:
    """Two points for each early one, one for each on time."""
    if not whole:
        return Figure()
    mean = _rounded(Decimal(2 * early + on_time) / whole)
    return Figure(mean, mean, early + on_time, whole)


def _share(part: int, whole: int, most: Decimal | None = None) -> Figure:
    if not whole:
        return Figure()
    percent = _rounded(Decimal(100 * part) / whole)
    return Figure(percent, None if most is None else _rounded(most * part / whole), part, whole)


def _online(row: Any) -> Figure:
    """Points of the index of services online.

    Two from 20 % of procedures and 30 % of dossiers on, with none late; one from 15 % of dossiers on.
    """
    found = _share(row.online, row.received)
    if found.value is None:
        return found
    enough = 5 * row.procedures_online >= row.procedures
    points = 0
    if enough and 100 * row.online >= 30 * row.received and not row.online_late:
        points = 2
    elif 100 * row.online >= 15 * row.received:
        points = 1
    return Figure(found.value, Decimal(points), found.part, found.whole)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)


_COMPUTED: Mapping[str, Callable[[Any], Figure]] = {
    "total_time": lambda row: _mean(row.early, row.on_time, row.resolved),
    "time_by_agency": lambda row: _mean(row.steps_early, row.steps_on_time, row.steps),
    "contacts": lambda row: _share(row.called_back, row.resolved),
    "at_one_stop": lambda row: _share(row.at_one_stop, row.resolved),
    "online": _online,
    "progress_766": lambda row: _share(row.early + row.on_time, row.resolved, Decimal(20)),
    "attitude": lambda row: _share(row.polite, row.rated),
    "satisfaction_766": lambda row: _share(row.content, row.rated),
    "complaints": lambda row: _share(row.answered_in_time, row.complained),
    "digitisation_766": lambda row: _share(row.with_files, row.received),
    "online_766": lambda row: _share(row.online, row.received),
}
#: $1 unit, $2 the first instant and $3 the one behind the last.
_COUNTS = """
with below as (select unnest(units_below($1)) as code
), received as (
  select d.id, d.procedure_code, d.entry_channel = 'online' as online, coalesce(d.verdict = 'late', false) as late
  from dossier d join below b on b.code = d.handling_unit where d.accepted_at >= $2 and d.accepted_at < $3
), resolved as (
  select d.id, d.verdict, d.receiving_unit = d.handling_unit and d.handling_unit = d.deciding_unit as at_one_stop
  from dossier d join below b on b.code = d.handling_unit where d.result_ready_at >= $2 and d.result_ready_at < $3
), step as (
  select t.judged from user_task t join below b on b.code = t.unit_code
  where t.judged is not null and t.closed_at >= $2 and t.closed_at < $3
), said as (
  select f.answered_at <= f.due_at as in_time from feedback f join below b on b.code = f.unit_code
  where f.kind <> 'proposal' and f.due_at >= $2 and f.due_at < $3
), rated as (
  select r.overall, r.attitude from rating r join dossier d on d.id = r.dossier_id join below b on b.code = d.handling_unit
  where r.given_at >= $2 and r.given_at < $3
)
select
  (select count(*) from received) as received,
  (select count(*) from received where online) as online,
  (select count(*) from received where online and late) as online_late,
  (select count(distinct procedure_code) from received) as procedures,
  (select count(distinct procedure_code) from received where online) as procedures_online,
  (select count(*) from received r where exists (select from attachment a where a.dossier_id = r.id)) as with_files,
  (select count(*) from resolved) as resolved,
  (select count(*) from resolved where verdict = 'early') as early,
  (select count(*) from resolved where verdict = 'on_time') as on_time,
  (select count(*) from resolved where at_one_stop) as at_one_stop,
  (select count(*) from resolved r where exists (
    select from dossier_event e where e.dossier_id = r.id and e.kind = 'supplement_asked')) as called_back,
  (select count(*) from said) as complained,
  (select count(*) from said where in_time) as answered_in_time,
  (select count(*) from rated) as rated,
  (select count(*) from rated where overall <> 'unsatisfied') as content,
  (select count(*) from rated where attitude <> 'unsatisfied') as polite,
  (select count(*) from step) as steps,
  (select count(*) from step where judged = 'early') as steps_early,
  (select count(*) from step where judged = 'on_time') as steps_on_time
"""
