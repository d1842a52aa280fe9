"""A stranger's check of a deadline: counts it again from its explanation JSON alone, with nothing but the standard library.

It reads received, term, policy, pauses, the ordinary day and each day's sessions; it never reads due, counted or reason.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

Json = dict[str, Any]


def recount(explained: Json) -> Json:
    """`receipt_day`, `due`, `legal_end` and `remaining` as the explanation's own inputs give them."""
    return _Recount(explained).answer()


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


class _Recount:
    def __init__(self, explained: Json) -> None:
        assert explained["schema"] == "hoso-deadline/1"
        self.unit = explained["term"]["unit"]
        self.amount = Fraction(explained["term"]["amount"])
        self.policy = explained["policy"]
        self.nominal_day = explained["calendar"]["nominal_day"]
        self.days = {date.fromisoformat(day["date"]): day for day in explained["days"]}
        self.received = datetime.fromisoformat(explained["received"]).replace(second=0, microsecond=0)
        self.zone = self.received.tzinfo
        self.pauses = [(self._at(p["start"]), p["end"] and self._at(p["end"])) for p in explained["pauses"]]

    def _at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(second=0, microsecond=0)

    def _sessions(self, day: date, key: str = "slots") -> list[tuple[datetime, datetime]]:
        return [
            (self._clock(day, _minute(s[:5])), self._clock(day, _minute(s[6:]))) for s in self.days[day][key]
        ]

    def _clock(self, day: date, minute: int) -> datetime:
        return datetime.combine(day, time(), self.zone) + timedelta(minutes=minute)

    def answer(self) -> Json:
        day, start, late = self._receipt()
        due, legal_end, left = self._reach(day, start, late)
        return {
            "receipt_day": day.isoformat(),
            "due": due and due.isoformat(),
            "legal_end": legal_end and legal_end.isoformat(),
            "remaining": left if isinstance(left, int) else int(left) if left.denominator == 1 else str(left),
        }

    def _receipt(self) -> tuple[date, datetime, bool]:
        day = self.received.date()
        until = [end for key in ("slots", "duty") for _, end in self._sessions(day, key)]
        in_time = self.policy["nonworking_receipt"] == "as_is" or (bool(until) and self.received < max(until))
        cutoff = self.policy["cutoff"]
        late = bool(until) and cutoff is not None and self.received > self._clock(day, _minute(cutoff))
        moved = late and self.policy["cutoff_effect"] == "roll_receipt"
        if self.policy["last_hour"] and self.days[day]["slots"]:
            moved |= self.received >= self._sessions(day)[-1][1] - timedelta(minutes=self.policy["last_hour"])
        if self.unit == "hours" or (in_time and not moved):
            return day, self.received, late
        following = min(d for d, said in self.days.items() if d > day and said["working"])
        return following, self._clock(following, 0), False

    def _reach(self, day: date, start: datetime, late: bool) -> tuple[Any, Any, Any]:
        if self.unit == "hours":
            return self._by_minutes(self.received, ceil(self.amount * 60), None)
        halves = {"working_days": self.amount * 2, "half_days": self.amount}.get(self.unit)
        if self.unit == "working_hours":
            return self._by_minutes(start, ceil(self.amount * 60), self.days)
        if halves is not None and halves.denominator != 1:
            return self._by_minutes(start, ceil(self.amount * self.nominal_day), self.days)
        due, legal_end, left = (
            self._by_halves(day, int(halves)) if halves is not None else self._by_dates(day, late)
        )
        if due and self.policy["pause_day"] == "used":
            due, legal_end = self._not_in_a_pause(due, legal_end)
        if due and self.pauses and self.pauses[-1][1] is None and self.pauses[-1][0] < due:
            return None, None, 0
        return due, legal_end, left

    def _by_minutes(self, start: datetime, left: int, days: Any) -> tuple[Any, Any, int]:
        """Pieces of time that count, shortened one after the other."""
        for begin, end in self._pieces(start, days):
            worth = int((end - begin) / timedelta(minutes=1))
            if worth >= left:
                due = begin + timedelta(minutes=left)
                return due, due, 0
            left -= worth
        return None, None, left

    def _pieces(self, start: datetime, days: Any) -> list[tuple[datetime, datetime]]:
        whole = (
            [s for day in self.days for s in self._sessions(day)]
            if days
            else [(start, start + timedelta(days=4000))]
        )
        pieces = [(max(begin, start), end) for begin, end in whole if end > start]
        for stop, go in self.pauses:
            resumed = go or datetime.max.replace(tzinfo=self.zone)
            cut = [((b, min(e, stop)), (max(b, resumed), e)) for b, e in pieces]
            pieces = [piece for pair in cut for piece in pair if piece[0] < piece[1]]
        return pieces

    def _stopped(self, day: date, receipt: date) -> bool | None:
        """True for a day that a pause excludes; None for one that is excluded for good."""
        for stop, go in self.pauses:
            first = stop.date() + timedelta(days=self.policy["pause_day"] == "used")
            if day > receipt and first <= day and (go is None or day <= go.date()):
                return None if go is None else True
        return False

    def _by_halves(self, day: date, left: int) -> tuple[Any, Any, Any]:
        receipt = day
        while True:
            day += timedelta(days=1)
            out = self._stopped(day, receipt)
            if out is None or day not in self.days:
                return None, None, Fraction(left, 2) if self.unit == "working_days" else left
            worth = 0 if out else self.days[day]["halves"]
            if worth >= left:
                if worth == left:
                    return *self._end(day), 0
                return self._noon(day), self._noon(day), 0
            left -= worth

    def _not_in_a_pause(self, due: datetime, legal_end: datetime) -> tuple[Any, Any]:
        """S15: after each pause that lasts over the end, the next closing of a working day."""
        for stop, go in self.pauses:
            if go and due and stop < due <= go:
                due, legal_end = next(
                    (
                        (closing, midnight)
                        for day in sorted(self.days)
                        if self.days[day]["working"]
                        for closing, midnight in [self._end(day)]
                        if closing > go
                    ),
                    (None, None),
                )
        return due, legal_end

    def _noon(self, day: date) -> datetime:
        """End of the first half of the day; the end of a day that is only half a day."""
        if self.days[day]["halves"] < 2:
            return self._end(day)[0]
        sessions = self._sessions(day)
        middle = sessions[0][0] + (sessions[0][1] - sessions[0][0]) / 2
        return (sessions[0][1] if len(sessions) > 1 else middle).replace(second=0)

    def _by_dates(self, receipt: date, late: bool) -> tuple[Any, Any, int]:
        day = receipt
        if self.unit == "same_day" and late:
            following = [d for d, said in self.days.items() if d > day and said["working"]]
            if not following:
                return None, None, 0
            day = min(following)
        elif self.unit != "same_day":
            left = (self._later(receipt) - receipt).days
            while left:
                day += timedelta(days=1)
                out = self._stopped(day, receipt)
                if out is None:
                    return None, None, left
                left -= not out
        while True:
            out = self._stopped(day, receipt)
            if out is None or day not in self.days:
                return None, None, 0
            if not out and (self.days[day]["working"] or not self.policy["roll_end"]):
                return *self._end(day), 0
            day += timedelta(days=1)

    def _end(self, day: date) -> tuple[datetime, datetime]:
        return self._clock(day, _minute(self.days[day]["closing"])), self._clock(day + timedelta(days=1), 0)

    def _later(self, day: date) -> date:
        months = {"months": 1, "years": 12}.get(self.unit)
        if months is None:
            return day + timedelta(days=int(self.amount * (7 if self.unit == "weeks" else 1)))
        whole, half = divmod(self.amount * months, 1)
        year, month = divmod(day.year * 12 + day.month - 1 + whole, 12)
        clamped = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        return clamped + timedelta(days=int(half * 30))
