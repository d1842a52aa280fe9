"""Answers about reports."""

from datetime import date

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer


class LatenessFigures(Answer):
    """received + carried_over = early + on_time + late + open_within + open_overdue + closed_otherwise."""

    received: int
    carried_over: int
    early: int
    on_time: int
    late: int
    open_within: int
    open_overdue: int
    closed_otherwise: int


class LatenessLine(LatenessFigures):
    """One procedure in one handling unit."""

    unit: str
    unit_name: str
    procedure: str


class LatenessReport(Answer):
    """The report on lateness of a period."""

    period_from: date
    #: The last day, included.
    period_to: date
    #: A unit with those below it; null for all.
    unit: str | None
    lines: list[LatenessLine]
    total: LatenessFigures
    made_at: AwareDatetime
    #: False while the period runs: the figures are as of `made_at` and are not kept.
    final: bool
