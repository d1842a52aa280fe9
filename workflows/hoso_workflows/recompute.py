"""Independent recount of every date of a dossier, from its explanation alone.

    python -m hoso_workflows.recompute < explanation.json

Standard library only; the calendar's package is not imported. Input: when things happened, the term, the policy, the
pauses, and for each day whether and in which sessions people work. Never read, since they are to be checked: `due`,
`legal_end`, `counted`, `sets`, `dates`, `verdict`.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import count
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

SCHEMA = "hoso-explanation/1"
TERM_SCHEMA = "hoso-deadline/1"
A_DAY = 1440
Json = Mapping[str, Any]


class NotExplained(ValueError):
    """The JSON does not hold what is needed to count again."""


def dates(explanation: Json) -> dict[str, Any]:
    """The recounted dates, under the names and in the form of the explanation.

    Raises `NotExplained` for another schema and where a day that counts is missing.
    """
    schema = explanation.get("schema") if isinstance(explanation, dict) else None
    if schema != SCHEMA:
        raise NotExplained(f"the schema is {schema!r}, not {SCHEMA!r}")
    dossier = _Dossier(explanation)
    for mark in explanation["timeline"]:
        dossier.hear(mark)
    return dossier.dates()


def differences(explanation: Json) -> list[str]:
    """Differences between the stated dates and the recounted ones; empty when all agree."""
    again = dates(explanation)
    pairs = {name: (stated, again.get(name, stated)) for name, stated in explanation["dates"].items()}
    for entry, made in zip(explanation["cycles"], again["appointments"], strict=True):
        pairs[f"appointment {entry['number']}"] = (
            (entry["cycle"], entry["sets"]),
            (made["cycle"], made["sets"]),
        )
    for step in explanation["steps"]:
        stated = {name: step[name] for name in ("own", "plan", "judged")}
        pairs[f"step {step['task']}"] = stated, again["steps"][step["task"]]
    return [name for name, (stated, counted) in pairs.items() if stated != counted]


def due(deadline: Json, received: datetime | None = None) -> datetime | None:
    """The due instant of a `hoso-deadline/1`, counted day by day.

    None while a pause lasts; `received` replaces its receipt.
    """
    return _Count(deadline, received).due()


class _StandsStill(Exception):
    """An open pause keeps the term from ending."""


class _Dossier:
    """The clock of a dossier, replayed from the entries of the timeline."""

    def __init__(self, explanation: Json) -> None:
        self.explanation = explanation
        self.cycles = {entry["number"]: entry for entry in explanation["cycles"]}
        self.made: list[dict[str, Any]] = []
        self.first: datetime | None = None
        self.legal: datetime | None = None
        self.promised: datetime | None = None
        self.late_since: datetime | None = None
        self.verdict: str | None = None
        self.cycle = 0
        self.grounds: set[str] = set()
        self.ended = False

    def hear(self, mark: Json) -> None:
        at = datetime.fromisoformat(mark["at"])
        match mark["does"]:
            case "promises":
                self.promise(self.cycles[mark["number"]], at)
            case "stops":
                self.note_lateness(at)
                self.grounds.add(mark["source"])
            case "goes_on":
                self.grounds.discard(mark["source"])
            case "result":
                self.verdict = "late" if self.late_since else judged(self.legal, at)
                self.ended = True
            case "ends":
                self.ended = True

    def promise(self, entry: Json, at: datetime) -> None:
        if entry["kind"] in ("second", "extension"):
            self.note_lateness(at)
        legal = None
        for leg in (*entry["extends"], entry["deadline"]):
            legal = due(leg, legal)
        apology = datetime.fromisoformat(entry["apology"]) if entry["apology"] else None
        self.first, self.legal, self.promised = self.first or legal, legal, apology or legal
        self.cycle += entry["kind"] != "calendar_revision"
        self.made.append({"number": entry["number"], "cycle": self.cycle, "sets": self.three()})

    def note_lateness(self, at: datetime) -> None:
        if not self.grounds and self.legal and at > self.legal:
            self.late_since = self.late_since or self.legal

    def three(self) -> dict[str, str | None]:
        return {
            "due_first": said(self.first),
            "due_legal": said(self.legal),
            "due_promised": said(self.promised),
        }

    def dates(self) -> dict[str, Any]:
        reception = self.explanation["reception"]
        standing = {"due_legal": None, "due_promised": None} if self.grounds else {}
        return {
            "reception_due": said(due(reception)) if reception else None,
            **self.three(),
            **standing,
            "running": bool(self.made) and not self.grounds and not self.ended,
            "cycle": self.cycle,
            "late_since": said(self.late_since),
            "verdict": self.verdict,
            "appointments": self.made,
            "steps": {step["task"]: self.step(step) for step in self.explanation["steps"]},
        }

    def step(self, step: Json) -> dict[str, str | None]:
        limits = [step["limit_deadline"]] if step["limit_deadline"] else []
        legs = step["plan_deadlines"]
        cap = [made["sets"]["due_legal"] for made in self.made if made["number"] == step["capped_by"]]
        # An explanation of an earlier release has no shares.
        if step.get("share"):
            passed, minutes = self.share(step["share"], datetime.fromisoformat(cap[0]))
            limits = [_of_minutes(each, minutes) for each in limits]
            legs = [_of_minutes(each, passed + minutes) for each in legs]
        own = due(limits[0]) if limits else None
        planned = None
        for leg in legs:
            planned = due(leg, planned)
            if planned is None:
                break
        if planned and cap and cap[0]:
            planned = min(planned, datetime.fromisoformat(cap[0]))
        closed = datetime.fromisoformat(step["completed"]) if step["completed"] else None
        return {
            "own": said(own),
            "plan": said(planned),
            "judged": judged(own, closed) if own and closed else None,
        }

    def share(self, share: Json, legal: datetime) -> tuple[int, int]:
        """Minutes planned before a step, and those of its share, or of the floor."""
        limit, before, whole = (Fraction(share[name]) for name in ("limit", "before", "whole"))
        since, of = datetime.fromisoformat(share["planned_from"]), Fraction(share["planned_from_days"])
        left = _Count(share["window"], since).working_minutes(legal) if share["window"] else 0
        passed = min(int((before - of) * left / (whole - of)), left) if whole > of else 0
        first = self.cycles[share["run"]]
        begun, end = (datetime.fromisoformat(text) for text in (first["at"], first["sets"]["due_legal"]))
        least = int(limit * _Count(first["deadline"], begun).working_minutes(end) / (2 * whole))
        return passed, max(int(limit * (left - passed) / (whole - before)), least, 1)


def _of_minutes(deadline: Json, minutes: int) -> Json:
    """The same count with so many working minutes."""
    return {**deadline, "term": {**deadline["term"], "amount": str(Fraction(minutes, 60))}}


def judged(limit: datetime | None, at: datetime) -> str | None:
    """The verdict by local date. Early on an earlier one, on time on the same one up to the minute, else late."""
    if limit is None:
        return None
    if at > limit:
        return "late"
    return "early" if at.astimezone(limit.tzinfo).date() < limit.date() else "on_time"


def said(instant: datetime | None) -> str | None:
    """The value as in JSON."""
    return instant.isoformat() if instant else None


@dataclass(frozen=True)
class _Day:
    """A day of the calendar; sessions in minutes after midnight."""

    number: int
    halves: int
    slots: tuple[tuple[int, int], ...]
    duty: tuple[tuple[int, int], ...]
    closing: int

    @property
    def noon(self) -> int:
        """The end of the first of several sessions. Of a single session it is the middle."""
        start, end = self.slots[0]
        return end if len(self.slots) > 1 else (start + end) // 2


class _Count:
    """One term, counted on the days of its explanation. A minute is numbered from the midnight of day 0 of the era."""

    def __init__(self, deadline: Json, received: datetime | None) -> None:
        self.zone = ZoneInfo(deadline["timezone"])
        self.nominal_day = int(deadline["calendar"]["nominal_day"])
        self.amount = Fraction(deadline["term"]["amount"])
        self.unit = deadline["term"]["unit"]
        self.policy = deadline["policy"]
        self.days = {day.number: day for day in map(_day, deadline["days"])}
        self.received = self.minute(received or datetime.fromisoformat(deadline["received"]))
        self.pauses = [
            (self.read(pause["start"]), self.read(pause["end"]) if pause["end"] else None)
            for pause in deadline["pauses"]
        ]
        self.stands = bool(self.pauses) and self.pauses[-1][1] is None
        self.receipt, self.start, self.late = self.receive()
        self.paused = self.paused_days()

    def due(self) -> datetime | None:
        try:
            minute = self.end()
        except _StandsStill:
            return None
        if self.stands and not self.in_minutes and self.pauses[-1][0] < minute:
            return None
        midnight = datetime.combine(date.fromordinal(minute // A_DAY), time(), self.zone)
        return midnight + timedelta(minutes=minute % A_DAY)

    @property
    def in_minutes(self) -> bool:
        whole_halves = self.unit == "working_days" and (2 * self.amount).denominator == 1
        return self.unit in ("hours", "working_hours") or (self.unit == "working_days" and not whole_halves)

    def end(self) -> int:
        if self.in_minutes:
            return self.end_of_minutes()
        if self.unit in ("working_days", "half_days"):
            last = self.end_of_halves(int(self.amount * (2 if self.unit == "working_days" else 1)))
        elif self.unit == "same_day":
            last = self.rolled(self.next_working(self.receipt + 1) if self.late else self.receipt)
        else:
            last = self.end_of_calendar()
        return self.clear_of_pauses(last) if self.policy["pause_day"] == "used" else last

    def receive(self) -> tuple[int, int, bool]:
        """The day of receipt, the first minute of hours, and lateness after the cut-off."""
        number, clock = divmod(self.received, A_DAY)
        today = self.day(number)
        sessions = (*today.slots, *today.duty)
        open_still = bool(sessions) and clock < max(end for _, end in sessions)
        cutoff = self.policy["cutoff"]
        late = bool(sessions) and cutoff is not None and clock > _clock(cutoff)
        rolls = late and self.policy["cutoff_effect"] == "roll_receipt"
        last_hour = self.policy["last_hour"]
        if last_hour and today.slots:
            rolls = rolls or clock >= today.slots[-1][1] - last_hour
        if (open_still or self.policy["nonworking_receipt"] == "as_is") and not rolls:
            return number, self.received, late
        if self.unit == "hours":
            return number, self.received, False
        following = self.next_working(number + 1)
        return following, following * A_DAY, False

    def end_of_minutes(self) -> int:
        """Walk the sessions, or the whole days of wall-clock hours, less the pauses."""
        by_wall = self.unit == "hours"
        start = self.received if by_wall else self.start
        left = ceil(self.amount * (self.nominal_day if self.unit == "working_days" else 60))
        number = start // A_DAY
        while True:
            for begin, end in self.counted_stretches(self.day(number), start, by_wall):
                if left <= end - begin:
                    return begin + left
                left -= end - begin
            number += 1

    def working_minutes(self, end: datetime) -> int:
        """Working minutes from the receipt to an instant, less the pauses."""
        last, days = self.minute(end), sorted(self.days)
        stretches = (
            each
            for number in days
            for each in self.counted_stretches(self.days[number], self.received, False)
        )
        return sum(max(min(stop, last) - begin, 0) for begin, stop in stretches)

    def counted_stretches(self, day: "_Day", start: int, by_wall: bool) -> Iterator[tuple[int, int]]:
        midnight = day.number * A_DAY
        for first, last in ((0, A_DAY),) if by_wall else day.slots:
            begin, end = max(midnight + first, start), midnight + last
            for paused, resumed in self.pauses:
                if paused >= end:
                    break
                if begin < paused:
                    yield begin, paused
                begin = max(begin, end if resumed is None else resumed)
            if begin < end:
                yield begin, end

    def end_of_halves(self, halves: int) -> int:
        number, day = self.receipt, self.day(self.receipt)
        while halves > 0:
            number += 1
            day = self.day(number)
            halves -= 0 if self.is_paused(number) else day.halves
        return number * A_DAY + (day.closing if halves == 0 else day.noon)

    def end_of_calendar(self) -> int:
        last = _later(date.fromordinal(self.receipt), self.amount, self.unit).toordinal()
        number = self.receipt
        while number < last:
            number += 1
            self.day(number)
            last += self.is_paused(number)
        return self.rolled(last)

    def rolled(self, number: int) -> int:
        """The closing of the day, or of the next working one where it rolls. A paused day is no last day."""
        roll = self.policy["roll_end"]
        while self.is_paused((day := self.day(number)).number) or (roll and not day.halves):
            number += 1
        return number * A_DAY + day.closing

    def clear_of_pauses(self, end: int) -> int:
        """The end outside of every pause. A pause that lasts over the end moves it to the next closing."""
        for paused, resumed in self.pauses:
            if resumed is not None and paused < end <= resumed:
                end = next(at for at in self.closings(resumed // A_DAY) if at > resumed)
        return end

    def closings(self, number: int) -> Iterator[int]:
        """Those of the working days from a day on."""
        for day in map(self.day, count(number)):
            if day.halves:
                yield day.number * A_DAY + day.closing

    def paused_days(self) -> list[tuple[int, int | None]]:
        after = 1 if self.policy["pause_day"] == "used" else 0
        return [(start // A_DAY + after, None if end is None else end // A_DAY) for start, end in self.pauses]

    def is_paused(self, number: int) -> bool:
        """True for a paused day.

        From the day after a pause began up to the one on which it ended; never the day of receipt.
        """
        return number > self.receipt and any(
            first <= number and (last is None or number <= last) for first, last in self.paused
        )

    def day(self, number: int) -> _Day:
        if number in self.days:
            return self.days[number]
        if self.stands:
            raise _StandsStill
        raise NotExplained(f"the day {date.fromordinal(number)} is needed and not explained")

    def next_working(self, number: int) -> int:
        while not self.day(number).halves:
            number += 1
        return number

    def read(self, instant: str) -> int:
        return self.minute(datetime.fromisoformat(instant))

    def minute(self, instant: datetime) -> int:
        there = instant.astimezone(self.zone)
        return there.date().toordinal() * A_DAY + there.hour * 60 + there.minute


def _day(day: Json) -> _Day:
    return _Day(
        number=date.fromisoformat(day["date"]).toordinal(),
        halves=day["halves"] if day["working"] else 0,
        slots=_sessions(day["slots"]),
        duty=_sessions(day["duty"]),
        closing=_clock(day["closing"]),
    )


def _sessions(slots: Sequence[str]) -> tuple[tuple[int, int], ...]:
    pairs = (slot.split("-") for slot in slots)
    return tuple((_clock(start), _clock(end)) for start, end in pairs)


def _clock(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _later(day: date, amount: Fraction, unit: str) -> date:
    """The last day of a calendar term (Civil Code art. 146 and 148).

    The same day number, or the month's last; half a month is 15 days.
    """
    months = amount * {"years": 12, "months": 1}.get(unit, 0)
    extra = amount * {"days": 1, "weeks": 7}.get(unit, 0)
    if months.denominator == 2:
        months, extra = months - Fraction(1, 2), extra + 15
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    number = day.day
    while True:
        try:
            return date(year, month + 1, number) + timedelta(days=int(extra))
        except ValueError:
            number -= 1


def _is_a_term(explanation: Json) -> bool:
    return isinstance(explanation, dict) and explanation.get("schema") == TERM_SCHEMA


def _of_a_dossier(explanation: Json) -> tuple[dict[str, Any], list[str]]:
    return dates(explanation), differences(explanation)


def _of_a_term(explanation: Json) -> tuple[dict[str, Any], list[str]]:
    """Dates and differences of a term alone, as `hoso deadlines explain` prints it."""
    counted = due(explanation)
    stated = datetime.fromisoformat(explanation["due"]) if explanation["due"] else None
    return {"due": said(counted)}, [] if counted == stated else ["due"]


def main() -> int:
    """Recount the explanation on standard input.

    Returns 1 when a date differs from the stated one, 2 when it is no explanation.
    """
    explanation = json.load(sys.stdin)
    try:
        counted, differing = (
            _of_a_term(explanation) if _is_a_term(explanation) else _of_a_dossier(explanation)
        )
    except NotExplained as unread:
        sys.stderr.write(f"{unread}\n")
        return 2
    report = {"dates": counted, "differing": differing}
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
