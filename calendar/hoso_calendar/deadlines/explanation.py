"""A deadline as JSON: all that is needed to count the date again.

A recomputation uses only received, term, policy, pauses, the calendar's ordinary day and each day's sessions; `due`, `counted`
and `reason` are what it can be compared with.
"""

from collections.abc import Iterable
from typing import Any

from hoso_calendar.days.day import clock_text
from hoso_calendar.deadlines import rules
from hoso_calendar.deadlines.count import Count
from hoso_calendar.deadlines.term import amount_text
from hoso_calendar.deadlines.trace import TraceDay

SCHEMA = "hoso-deadline/1"


def of(count: Count, days: Iterable[TraceDay]) -> dict[str, Any]:
    """The explanation of `count`; `days` is its trace."""
    return {
        "schema": SCHEMA,
        **_inputs(count),
        **_result(count),
        "rules": [{"id": rule.id, "text": rule.text, "basis": rule.basis} for rule in rules.applied(count)],
        "days": [_day(traced) for traced in days],
    }


def _inputs(count: Count) -> dict[str, Any]:
    cal, term = count.cal, count.term
    return {
        "calendar": {
            "id": cal.id,
            "version": cal.version,
            "name": cal.name,
            "nominal_day": cal.nominal_day,
            "confirmed": cal.confirmed,
        },
        "timezone": cal.zone.name,
        "received": count.received.isoformat(),
        "term": {"amount": str(term.amount), "unit": str(term.unit), "text": str(term)},
        "policy": count.policy.to_mapping(),
        "pauses": [
            {
                "start": cal.local(pause.start).isoformat(),
                "end": cal.local(pause.end).isoformat() if pause.end else None,
                "reason": pause.reason,
            }
            for pause in count.pauses
        ],
    }


def _result(count: Count) -> dict[str, Any]:
    left = count.remaining
    return {
        "receipt_day": count.receipt_day.isoformat(),
        "due": count.due.isoformat() if count.due else None,
        "legal_end": count.legal_end.isoformat() if count.legal_end else None,
        "remaining": left if isinstance(left, int) else str(left),
        "provisional": count.provisional,
        "relies_on": [day.isoformat() for day in count.relies_on],
    }


def _day(traced: TraceDay) -> dict[str, Any]:
    day = traced.day
    return {
        "date": day.date.isoformat(),
        "weekday": day.date.isoweekday(),
        "working": day.working,
        "kind": str(day.kind),
        "slots": [str(slot) for slot in day.slots],
        "duty": [str(slot) for slot in day.duty],
        "halves": day.halves,
        "closing": clock_text(day.closing),
        "name": day.name,
        "basis": day.basis,
        "status": str(day.status),
        "counted": None if traced.counted is None else amount_text(traced.counted),
        "minutes": traced.minutes,
        "reason": traced.reason,
    }
