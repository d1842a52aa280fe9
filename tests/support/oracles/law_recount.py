"""The dates of a dossier counted again from its explanation by `law_days`, which has days of its own and reads none of its."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from support.oracles import law_days
from support.oracles.law_days import Stop

Json = Mapping[str, Any]


def due(deadline: Json) -> datetime | None:
    """End of a term, from its receipt, wording, pauses and policy; None while a pause keeps it open."""
    pauses = deadline["pauses"]
    stops = [Stop(_read(pause["start"]), _read(pause["end"])) for pause in pauses if pause["end"]]
    counted = _counted(deadline, stops)
    lasting = [_read(pause["start"]) for pause in pauses if pause["end"] is None]
    return None if lasting and counted > lasting[0] else counted


def _counted(deadline: Json, stops: list[Stop]) -> datetime:
    received, free = _read(deadline["received"]), deadline["policy"]["pause_day"] == "free"
    amount, _, unit = deadline["term"]["text"].partition(" ")
    if unit == "ngày làm việc":
        return law_days.working_days(received, int(amount), stops, free=free)
    if unit == "ngày":
        return law_days.days(received, int(amount), stops, free=free)
    assert unit == "giờ làm việc", unit
    numerator, _, denominator = amount.partition("/")
    hours = float(numerator.replace(",", ".")) / float(denominator or 1)
    return law_days.working_minutes(received, round(60 * hours), stops)


def differences(explanation: Json) -> list[str]:
    """Stated dates that the recount does not confirm: appointments, steps, and the resulting dates."""
    found = [f"cycle {cycle['number']}" for cycle in explanation["cycles"] if not _agrees(cycle)]
    found += [
        f"step {step['element']}" for step in explanation["steps"] if not _step_agrees(step, explanation)
    ]
    if not explanation["cycles"]:
        return found
    stated, last = explanation["dates"], explanation["cycles"][-1]["sets"]
    first = explanation["cycles"][0]["sets"]["due_legal"]
    waits = _waits(explanation["timeline"])
    legal = None if waits else last["due_legal"]
    if (stated["due_first"], stated["due_legal"]) != (first, legal):
        found.append("dates")
    if stated["verdict"] != _verdict(explanation, last["due_legal"]):
        found.append("verdict")
    return found


def _agrees(cycle: Json) -> bool:
    counted, sets = due(cycle["deadline"]), cycle["sets"]
    same = sets["due_legal"] == sets["due_promised"]
    return counted == _read(sets["due_legal"]) and same


def _step_agrees(step: Json, explanation: Json) -> bool:
    own = due(step["limit_deadline"]) if step["limit_deadline"] else None
    judged = _judged(own, _read(step["completed"])) if own and step["completed"] else None
    plan = due(step["plan_deadlines"][-1]) if step["plan_deadlines"] else None
    if plan and step["capped_by"]:
        cap = _read(explanation["cycles"][step["capped_by"] - 1]["sets"]["due_legal"])
        plan = min(plan, cap)
    stated = tuple(_read(step[name]) if step[name] else None for name in ("own", "plan"))
    return (own, plan, judged) == (*stated, step["judged"])


def _verdict(explanation: Json, legal: str) -> str | None:
    ready = [mark["at"] for mark in explanation["timeline"] if mark["does"] == "result"]
    if not ready:
        return None
    return "late" if explanation["dates"]["late_since"] else _judged(_read(legal), _read(ready[0]))


def _judged(due: datetime, at: datetime) -> str:
    if at > due:
        return "late"
    return "early" if at.astimezone(law_days.VIETNAM).date() < due.date() else "on_time"


def _waits(timeline: Iterable[Json]) -> bool:
    """True while something is awaited after the last entry of the timeline."""
    grounds: set[str] = set()
    for mark in timeline:
        if mark["does"] == "stops":
            grounds.add(mark["source"])
        elif mark["does"] == "goes_on":
            grounds.discard(mark["source"])
    return bool(grounds)


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
