"""The date to work by at a task, and what is late (rule 17).

Lists, filters, counts and pages ask the same here. What is late now are two facts and never added: a step past its own limit, and
a running dossier past its legal date. While the clock stands still nothing is due but what is excluded from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self

from hoso_models import DueKind, TaskStatus
from hoso_models.tables import clock_stop
from hoso_models.tables.base import described
from hoso_workflows import localtime
from hoso_workflows.clock import at_desk, suspensions

#: The columns that `document` reads, beside `STILL`, `AWAITS_OWNER` and those of a list.
COLUMNS = ("status", "opened_at", "due_own", "dossier_late_from", "due_shown", "due_kind")


@described("How far away the date to work by is, as counts by `due` group tasks.")
class Span(StrEnum):
    """Groups of tasks by the distance of the date to work by."""

    #: It has passed.
    OVERDUE = "overdue"
    #: It comes before the end of the local day.
    TODAY = "today"
    #: It comes on the next local day.
    TOMORROW = "tomorrow"
    #: It comes within seven days.
    WEEK = "week"
    #: It comes after them.
    LATER = "later"
    #: The result is ready and was so in time: its owner has not come.
    OWNER = "owner"
    #: The clock stands still.
    STILL = "still"
    #: The task is over.
    DONE = "done"


@described("Why the clock stands still.")
class Stopped(StrEnum):
    """Reasons for which the clock stands still."""

    #: The applicant's supplement is awaited.
    SUPPLEMENT = suspensions.SUPPLEMENT
    #: It was suspended on a legal ground.
    SUSPENSION = suspensions.SUSPENSION
    #: A financial obligation is to be met.
    OBLIGATION = suspensions.OBLIGATION
    #: A step that the law does not count.
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Still:
    """Since when and why a clock stands still."""

    since: datetime
    why: Stopped

    @classmethod
    def of(cls, since: datetime, source: str) -> Self:
        """The stop of a source, as `clock_stop` has it."""
        known = source in (suspensions.SUPPLEMENT, suspensions.SUSPENSION, suspensions.OBLIGATION)
        return cls(since, Stopped(source) if known else Stopped.STEP)


def _awaits_owner(task: str) -> str:
    """SQL that is true of a task whose result waits for its owner.

    It was there in time. Steps between the decision and the return have the same date to work by, and are late when it passes, as
    is a result that is to be sent and was not.
    """
    return f"""coalesce({task}.milestone = 'return' and {task}.due_kind = '{DueKind.RETURN}' and {task}.opened_at <= {task}.due_shown
    and exists (select from dossier d where d.id = {task}.dossier_id and {at_desk.OWNERS_TURN}), false)"""


#: SQL order in which the open steps of one dossier are worked on.
FIRST = "due_shown nulls last, opened_at, id"
#: SQL condition that a task u is overdue at `{0}`.
OVERDUE = f"u.due_shown < {{0}} and not {_awaits_owner('u')}"
#: SQL expression of the span of a task u, from the four instants of `bounds`.
SPAN = f"""case when u.status <> '{TaskStatus.OPEN}' then '{Span.DONE}' when u.due_shown is null then '{Span.STILL}'
  when u.due_shown < {{0}} then case when {_awaits_owner("u")} then '{Span.OWNER}' else '{Span.OVERDUE}' end
  when u.due_shown < {{1}} then '{Span.TODAY}' when u.due_shown < {{2}} then '{Span.TOMORROW}'
  when u.due_shown < {{3}} then '{Span.WEEK}' else '{Span.LATER}' end"""
#: SQL expression, as `awaits_owner`, of whether a task t waits for the owner of its result.
AWAITS_OWNER = _awaits_owner("t")
#: SQL expression of what a task t without a date stands still for: since when, and its source.
STILL = f"""case when t.due_shown is null and t.status = '{TaskStatus.OPEN}' then (
  select jsonb_build_object('since', s.started_at, 'source', s.source) from clock_stop s
  where s.dossier_id = t.dossier_id and s.{clock_stop.LASTING} order by s.started_at, s.number limit 1) end"""  # noqa: S608 - fixed text of this module


def bounds(at: datetime) -> tuple[datetime, ...]:
    """The instant, and the ends of today, tomorrow, and seven days, in local time."""
    day = localtime.local_date(at)
    ends = (
        datetime.combine(day + timedelta(days=days), time.min, tzinfo=localtime.ZONE) for days in (1, 2, 7)
    )
    return at, *ends


def document(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The date to work by at a task, as lists tell it; JSON-safe."""
    due, running = row["due_shown"], row["dossier_late_from"]
    own = row["due_own"] if due else None
    return {
        "due": localtime.isoformat(due),
        "due_kind": row["due_kind"],
        "due_span": span(row, at),
        "due_own": localtime.isoformat(row["due_own"]),
        "step_late_since": localtime.isoformat(_passed(own, at))
        if row["status"] == TaskStatus.OPEN
        else None,
        "dossier_late_since": localtime.isoformat(_passed(running, at)),
        "still": _still(row["still"]),
    }


def span(row: Mapping[str, Any], at: datetime) -> Span:
    """The span of a task, as `SPAN` tells it."""
    due = row["due_shown"]
    if row["status"] != TaskStatus.OPEN:
        return Span.DONE
    if due is None:
        return Span.STILL
    if due < at:
        return Span.OWNER if row["awaits_owner"] else Span.OVERDUE
    ends = zip((Span.TODAY, Span.TOMORROW, Span.WEEK), bounds(at)[1:], strict=True)
    return next((word for word, end in ends if due < end), Span.LATER)


def _passed(due: datetime | None, at: datetime) -> datetime | None:
    return due if due is not None and due < at else None


def _still(stop: Mapping[str, str] | None) -> dict[str, Any] | None:
    if stop is None:
        return None
    still = Still.of(datetime.fromisoformat(stop["since"]), stop["source"])
    return {"since": localtime.isoformat(still.since), "why": still.why}
