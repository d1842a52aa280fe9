"""Working time counted the slow way, minute by minute and day by day, to be compared with `hoso_calendar`.

It shares no arithmetic with the package: it takes the declared sessions of each day, paints them onto a line of minutes, and
walks. The rules are written down a second time from docs/working-time.md.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction

import hoso_calendar as wt

HANOI = timezone(timedelta(hours=7))
DAY = 1440


def at(text: str) -> datetime:
    """``2026-02-11T10:00`` on the wall in Hà Nội."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@dataclass(frozen=True, slots=True)
class Case:
    """One receipt to count."""

    received: datetime
    term: wt.Term
    pauses: tuple[wt.Pause, ...]
    policy: wt.Policy


class Oracle:
    """A calendar as a line of minutes."""

    def __init__(self, cal: wt.WorkCalendar) -> None:
        self.start = datetime(cal.first.year, cal.first.month, cal.first.day, tzinfo=HANOI)
        self.days = cal.days
        self.nominal_day = cal.nominal_day
        self.works = bytearray(len(cal.days) * DAY)
        self.receives = bytearray(len(cal.days) * DAY)
        for index, day in enumerate(cal.days):
            for slot in day.slots:
                self._paint(self.works, index, slot)
                self._paint(self.receives, index, slot)
            for slot in day.duty:
                self._paint(self.receives, index, slot)

    @staticmethod
    def _paint(line: bytearray, index: int, slot: wt.Slot) -> None:
        for minute in range(slot.start, slot.end):
            line[index * DAY + minute] = 1

    def minute(self, instant: datetime) -> int:
        return (instant - self.start) // timedelta(minutes=1)

    def instant(self, minute: int) -> datetime:
        return self.start + timedelta(minutes=minute)

    def due(self, case: Case) -> tuple[datetime | None, int]:
        """The closing minute, or None and what an open pause has left."""
        received = self.minute(case.received)
        pauses = [(self.minute(p.start), None if p.end is None else self.minute(p.end)) for p in case.pauses]
        term = case.term
        if term.unit is wt.Unit.HOURS:
            return self._answer(self._walk(received, int(term.amount * 60), pauses, every_minute=True))
        day, start, late = self._receive(received, case.policy)
        halves = {wt.Unit.WORKING_DAYS: term.amount * 2, wt.Unit.HALF_DAYS: term.amount}.get(term.unit)
        if term.unit is wt.Unit.WORKING_HOURS or (halves is not None and halves.denominator != 1):
            return self._answer(self._walk(start, self._minutes(term), pauses, every_minute=False))
        reached = self._by_days(day, late, halves, case, pauses)
        if reached[0] is not None and case.policy.pause_day == "used":
            reached = self._while_the_clock_runs(reached[0], pauses), 0
        if reached[0] is not None and pauses and pauses[-1][1] is None and pauses[-1][0] < reached[0]:
            return None, 0
        return self._answer(reached)

    def _answer(self, reached: tuple[int | None, int]) -> tuple[datetime | None, int]:
        return (None if reached[0] is None else self.instant(reached[0])), reached[1]

    def _minutes(self, term: wt.Term) -> int:
        exact = term.amount * (self.nominal_day if term.unit is wt.Unit.WORKING_DAYS else 60)
        return int(exact) + (exact.denominator != 1)

    def _receive(self, minute: int, policy: wt.Policy) -> tuple[int, int, bool]:
        day = minute // DAY
        open_at_all = any(self.receives[day * DAY : day * DAY + DAY])
        still_open = any(self.receives[minute : day * DAY + DAY])
        late = (
            policy.cutoff is not None
            and open_at_all
            and minute - day * DAY > policy.cutoff.hour * 60 + policy.cutoff.minute
        )
        moved = late and policy.cutoff_effect == "roll_receipt"
        if policy.last_hour and any(self.works[day * DAY : day * DAY + DAY]):
            moved = moved or not any(self.works[minute + policy.last_hour : day * DAY + DAY])
        if (still_open or policy.nonworking_receipt == "as_is") and not moved:
            return day, minute, late
        while True:
            day += 1
            if self._is_working(day):
                return day, day * DAY, False

    def _is_working(self, day: int) -> bool:
        return any(self.works[day * DAY : day * DAY + DAY])

    def _walk(
        self, start: int, minutes: int, pauses: list[tuple[int, int | None]], every_minute: bool
    ) -> tuple[int | None, int]:
        """One minute at a time until `minutes` of them have counted."""
        minute, left, works = start, minutes, self.works
        for pause, resume in [*pauses, (len(works), len(works))]:
            while minute < pause:
                left -= every_minute or works[minute]
                minute += 1
                if not left:
                    return minute, 0
            if resume is None:
                return None, left
            minute = max(minute, resume)
        raise AssertionError("the case runs past the calendar")

    def _by_days(
        self,
        receipt: int,
        late: bool,
        halves: Fraction | None,
        case: Case,
        pauses: list[tuple[int, int | None]],
    ) -> tuple[int | None, int]:
        skipped = self._skipped(receipt, case.policy, pauses)
        never_after = (
            pauses[-1][0] // DAY + (case.policy.pause_day == "used")
            if pauses and pauses[-1][1] is None
            else None
        )
        if halves is not None:
            left = self._count_halves(receipt, int(halves), skipped, never_after)
            if isinstance(left, int):
                return left, 0
            return None, left[0] if case.term.unit is wt.Unit.HALF_DAYS else Fraction(left[0], 2)
        if case.term.unit is wt.Unit.SAME_DAY:
            day = receipt
            while late and (day == receipt or not self._is_working(day)):
                day += 1
        else:
            nominal = (self._date(receipt), self._calendar_end(self._date(receipt), case.term))
            day, left = receipt, (nominal[1] - nominal[0]).days
            while left:
                day += 1
                if never_after is not None and day >= max(never_after, receipt + 1):
                    return None, left
                left -= day not in skipped
        return self._roll(day, case.policy.roll_end, skipped, never_after, receipt)

    def _count_halves(
        self, day: int, left: int, skipped: set[int], never_after: int | None
    ) -> int | tuple[int]:
        receipt = day
        while True:
            day += 1
            if never_after is not None and day >= max(never_after, receipt + 1):
                return (left,)
            for half in range(0 if day in skipped else self.days[day].halves):
                left -= 1
                if not left:
                    whole = half + 1 == self.days[day].halves
                    return day * DAY + (self._closing(day) if whole else self._half_end(day))

    def _roll(
        self, day: int, roll: bool, skipped: set[int], never_after: int | None, receipt: int
    ) -> tuple[int | None, int]:
        while True:
            if never_after is not None and day >= max(never_after, receipt + 1):
                return None, 0
            if day not in skipped and (self._is_working(day) or not roll):
                return day * DAY + self._closing(day), 0
            day += 1

    def _while_the_clock_runs(self, end: int, pauses: list[tuple[int, int | None]]) -> int:
        """An end whose last minute is paused: from the minute on in which the clock runs, the next closing (S15)."""

        def paused(minute: int) -> bool:
            return any(first <= minute and last is not None and minute < last for first, last in pauses)

        while paused(end - 1):
            running = end - 1
            while paused(running):
                running += 1
            day = running // DAY
            while not (self._is_working(day) and day * DAY + self._closing(day) > running):
                day += 1
            end = day * DAY + self._closing(day)
        return end

    def _skipped(self, receipt: int, policy: wt.Policy, pauses: list[tuple[int, int | None]]) -> set[int]:
        days: set[int] = set()
        for start, end in pauses:
            first = start // DAY + (policy.pause_day == "used")
            days |= set(range(first, (start if end is None else end) // DAY + 1))
        return {day for day in days if day > receipt}

    def _date(self, day: int) -> date:
        return self.days[day].date

    def _calendar_end(self, day: date, term: wt.Term) -> date:
        if term.unit in (wt.Unit.DAYS, wt.Unit.WEEKS):
            return day + timedelta(days=int(term.amount) * (7 if term.unit is wt.Unit.WEEKS else 1))
        steps = int(term.amount) * (12 if term.unit is wt.Unit.YEARS else 1)
        year, month = day.year, day.month
        for _ in range(steps):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        for number in range(day.day, 0, -1):
            try:
                return date(year, month, number)
            except ValueError:
                continue
        raise AssertionError

    def _closing(self, day: int) -> int:
        last = self.works.rfind(1, day * DAY, day * DAY + DAY)
        return last + 1 - day * DAY if last >= 0 else self.days[day].closing

    def _half_end(self, day: int) -> int:
        line = bytes(self.works[day * DAY : day * DAY + DAY])
        opened = line.find(1)
        closed = line.find(0, opened)
        return closed if line.find(1, closed) >= 0 else (opened + closed) // 2


def cases(
    unit: wt.Unit,
    count: int,
    seed: int = 7,
    open_pauses: bool = True,
    first: date = date(2018, 1, 2),
    days: int = 3100,
) -> Iterator[Case]:
    """Receipts at any minute of the `days` from `first` with every policy, none to three pauses, some of them open."""
    rng = random.Random(f"{unit}-{seed}")  # noqa: S311 - generated cases, no secrets
    for _ in range(count):
        received = datetime(first.year, first.month, first.day, tzinfo=HANOI) + timedelta(
            minutes=rng.randrange(days * DAY)
        )
        if rng.random() < 0.2:
            received = received.replace(hour=rng.choice((7, 11, 13, 15, 17)), minute=rng.choice((0, 30)))
        yield Case(received, _term(rng, unit), tuple(_pauses(rng, received, open_pauses)), _policy(rng))


def cases_about_the_end(
    cal: wt.WorkCalendar, unit: wt.Unit, count: int, seed: int = 7, open_pauses: bool = True
) -> Iterator[Case]:
    """The same, with one to three pauses that begin shortly before the end or at it, one after the other."""
    rng = random.Random(f"about the end of {unit}-{seed}")  # noqa: S311 - a walk that can be repeated, no secret
    for case in cases(unit, count, seed):
        end = wt.deadline(cal, case.received, case.term, (), case.policy).due
        moment = at(end.format("YYYY-MM-DDTHH:mm")) - timedelta(
            minutes=rng.choice((0, 1, 90, 600, rng.randrange(3 * DAY)))
        )
        pauses = []
        for _ in range(rng.randint(1, 3)):
            to_closing = moment.replace(hour=17, minute=0) - moment
            length = timedelta(minutes=rng.choice((1, rng.randrange(600), rng.randrange(5 * DAY))))
            resumed = moment + (to_closing if to_closing > timedelta() and rng.random() < 0.2 else length)
            pauses.append(wt.Pause(moment, resumed, "chờ bổ sung"))
            moment = resumed + timedelta(minutes=rng.choice((0, 0, rng.randrange(300), rng.randrange(DAY))))
        if open_pauses and rng.random() < 0.1:
            pauses[-1] = wt.Pause(pauses[-1].start, None, "chờ bổ sung")
        yield Case(case.received, case.term, tuple(pauses), case.policy)


def _term(rng: random.Random, unit: wt.Unit) -> wt.Term:
    match unit:
        case wt.Unit.SAME_DAY:
            return wt.Term(0, unit)
        case wt.Unit.WORKING_DAYS:
            return wt.Term(
                rng.choice(
                    [rng.randint(1, 40), Fraction(rng.randint(1, 9), 2), Fraction(rng.randint(1, 11), 4)]
                ),
                unit,
            )
        case wt.Unit.WORKING_HOURS | wt.Unit.HOURS:
            return wt.Term(Fraction(rng.randint(1, 4 * 40), 4), unit)
        case wt.Unit.HALF_DAYS:
            return wt.Term(rng.randint(1, 30), unit)
        case wt.Unit.YEARS:
            return wt.Term(1, unit)
        case wt.Unit.MONTHS:
            return wt.Term(rng.randint(1, 6), unit)
        case wt.Unit.WEEKS:
            return wt.Term(rng.randint(1, 8), unit)
        case _:
            return wt.Term(rng.randint(1, 60), unit)


def _pauses(rng: random.Random, received: datetime, open_pauses: bool) -> Iterator[wt.Pause]:
    moment = received
    number = rng.choice((0, 0, 1, 1, 2, 3))
    for n in range(number):
        moment += timedelta(minutes=rng.choice((0, rng.randrange(300), rng.randrange(4 * DAY))))
        end = moment + timedelta(minutes=rng.choice((0, rng.randrange(300), rng.randrange(5 * DAY))))
        still_open = open_pauses and n == number - 1 and rng.random() < 0.15
        yield wt.Pause(moment, None if still_open else end, "chờ bổ sung")
        moment = end


def _policy(rng: random.Random) -> wt.Policy:
    return wt.Policy(
        nonworking_receipt=rng.choice(("next", "next", "as_is")),
        cutoff=rng.choice((None, time(15), time(15), time(11, 45))),
        cutoff_effect=rng.choice(("same_day_only", "roll_receipt")),
        last_hour=rng.choice((0, 0, 60)),
        roll_end=rng.random() < 0.85,
        pause_day=rng.choice(("used", "free")),
    )


def disagreements(oracle: Oracle, cal: wt.WorkCalendar, given: Sequence[Case]) -> list[str]:
    """Cases in which the library and the oracle differ, in words."""
    found = []
    for case in given:
        result = wt.deadline(cal, case.received, case.term, case.pauses, case.policy)
        expected = oracle.due(case)
        if (result.due, result.remaining) != expected:
            found.append(
                f"{case}: library {result.due} ({result.remaining}), oracle {expected[0]} ({expected[1]})"
            )
    return found
