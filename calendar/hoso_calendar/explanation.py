"""A deadline as JSON: everything that a stranger needs to count the date again, and nothing that must be believed.

A recomputation uses only received, term, policy, pauses, the calendar's ordinary day and each day's sessions; `due`, `counted`
and `reason` are what it can be compared with.
"""

from typing import TYPE_CHECKING, Any

from hoso_calendar import rules
from hoso_calendar.day import clock_text
from hoso_calendar.term import amount_text

if TYPE_CHECKING:
    from hoso_calendar.deadlines import Deadline
    from hoso_calendar.trace import TraceDay

SCHEMA = "hoso-deadline/1"


def of(deadline: "Deadline") -> dict[str, Any]:
    """The explanation of one deadline."""
    return {
        "schema": SCHEMA,
        **_inputs(deadline),
        **_result(deadline),
        "rules": [
            {"id": rule.id, "text": rule.text, "basis": rule.basis} for rule in rules.applied(deadline)
        ],
        "days": [_day(traced) for traced in deadline.trace],
    }


def _inputs(deadline: "Deadline") -> dict[str, Any]:
    cal, term = deadline.cal, deadline.term
    return {
        "calendar": {
            "id": cal.id,
            "version": cal.version,
            "name": cal.name,
            "nominal_day": cal.nominal_day,
            "confirmed": cal.confirmed,
        },
        "timezone": cal.zone.name,
        "received": deadline.received.isoformat(),
        "term": {"amount": str(term.amount), "unit": str(term.unit), "text": str(term)},
        "policy": deadline.policy.to_mapping(),
        "pauses": [
            {
                "start": cal.local(pause.start).isoformat(),
                "end": cal.local(pause.end).isoformat() if pause.end else None,
                "reason": pause.reason,
            }
            for pause in deadline.pauses
        ],
    }


def _result(deadline: "Deadline") -> dict[str, Any]:
    left = deadline.remaining
    return {
        "receipt_day": deadline.receipt_day.isoformat(),
        "due": deadline.due.isoformat() if deadline.due else None,
        "legal_end": deadline.legal_end.isoformat() if deadline.legal_end else None,
        "remaining": left if isinstance(left, int) else str(left),
        "provisional": deadline.provisional,
        "relies_on": [day.isoformat() for day in deadline.relies_on],
    }


def _day(traced: "TraceDay") -> dict[str, Any]:
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
