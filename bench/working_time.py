"""Adding days, adding hours and counting minutes: hoso beside the libraries that could be used instead.

`python bench/working_time.py` prints one table. Every library gets the same random inputs (slow ones the first few of them) and
the most that its interface can be told: make-up Saturdays where it can express them, holidays alone where it cannot. Answers are
compared with a walk minute by minute that shares no code with any of them.
"""

import argparse
import gc
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import business_duration
import businesstimedelta
import holidays
import numpy as np
import pandas as pd
import pytz
from bizdays import Calendar as BizdaysCalendar
from workalendar.core import Calendar as Workalendar

import hoso_calendar as wt
from hoso_calendar.deadlines import counting
from support.oracles.working_time import DAY, Oracle

VN = wt.load("vn")
MORNING, AFTERNOON = (datetime.strptime(text, "%H:%M").time() for text in ("07:00", "13:30"))  # noqa: DTZ007 - only the time of day is taken
NOON, EVENING = (datetime.strptime(text, "%H:%M").time() for text in ("11:30", "17:00"))  # noqa: DTZ007 - only the time of day is taken
#: Working days, days off from Monday to Friday, and worked Saturdays.
RESTING = [day.date for day in VN.days if not day.working]
HOLIDAYS = [day for day in RESTING if day.isoweekday() <= 5]
WORKED_SATURDAYS = [day.date for day in VN.days if day.working and day.date.isoweekday() > 5]


@dataclass(frozen=True, slots=True)
class Work:
    """The same random work for everyone."""

    days: list[date]
    steps: list[int]
    starts: list[datetime]
    hours: list[int]
    ends: list[datetime]

    @classmethod
    def of(cls, size: int, seed: int) -> "Work":
        rng = random.Random(seed)  # noqa: S311 - inputs of a benchmark
        first = datetime(2018, 6, 1)  # noqa: DTZ001 (wall clock: most libraries know no zones)
        starts = [first + timedelta(minutes=rng.randrange(3130 * DAY)) for _ in range(size)]
        ends = [start + timedelta(minutes=rng.randrange(60, 60 * DAY)) for start in starts]
        return cls(
            [s.date() for s in starts],
            [rng.randint(1, 60) for _ in starts],
            starts,
            [rng.choice((4, 8, 24, 40, 80)) for _ in starts],
            ends,
        )


class Truth:
    """The answers, one day or one minute at a time."""

    def __init__(self, work: Work) -> None:
        self.work, self.oracle = work, Oracle(VN)
        self.origin = datetime(VN.first.year, VN.first.month, VN.first.day)  # noqa: DTZ001 - the peer counts in naive ones

    def _minute(self, moment: datetime) -> int:
        return (moment - self.origin) // timedelta(minutes=1)

    def add_days(self, n: int) -> date:
        day, left = self.work.days[n], self.work.steps[n]
        while left:
            day += timedelta(days=1)
            left -= VN.day(day).working
        return day

    def add_hours(self, n: int) -> datetime:
        minute, left = self._minute(self.work.starts[n]), self.work.hours[n] * 60
        while left:
            left -= self.oracle.works[minute]
            minute += 1
        return self.origin + timedelta(minutes=minute)

    def count_minutes(self, n: int) -> int:
        return sum(self.oracle.works[self._minute(self.work.starts[n]) : self._minute(self.work.ends[n])])


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of doing one task: `run` answers the first n questions."""

    task: str
    name: str
    run: Callable[[int], Sequence[Any]]
    #: How many questions it is asked; slow ones fewer.
    calls: int
    note: str = ""
    #: What an answer means, where it is not the answer itself.
    read: Callable[[Any], Any] = lambda answer: answer


def one_by_one(answer: Callable[[int], Any]) -> Callable[[int], list[Any]]:
    return lambda n: [answer(i) for i in range(n)]


def days_of(work: Work, size: int) -> Iterator[Contender]:
    yield from _our_days(work, size)
    yield from _peers_days(work, size)


def _our_days(work: Work, size: int) -> Iterator[Contender]:
    vector, steps = np.array(work.days, dtype="datetime64[D]"), np.array(work.steps)
    indices = [day.toordinal() - VN.origin for day in work.days]

    def scalar(i: int) -> date:
        return VN.add_days(work.days[i], work.steps[i])

    yield Contender("add days", "hoso, vector", lambda n: VN.add_days_array(vector[:n], steps[:n]), size)
    yield Contender("add days", "hoso, scalar", one_by_one(scalar), size)
    yield Contender(
        "add days",
        "hoso, integers",
        one_by_one(lambda i: counting.end_of_halves(VN, indices[i], 2 * work.steps[i], ())),
        size,
        "the core of a deadline in working days",
        lambda reached: VN.instant(reached.due).date(),
    )


def _peers_days(work: Work, size: int) -> Iterator[Contender]:
    vector, steps = np.array(work.days, dtype="datetime64[D]"), np.array(work.steps)
    plain = np.busdaycalendar(holidays=np.array(HOLIDAYS, dtype="datetime64[D]"))
    masked = np.busdaycalendar(weekmask="1111111", holidays=np.array(RESTING, dtype="datetime64[D]"))
    package = holidays.country_holidays("VN", years=range(2018, 2028))
    biz = BizdaysCalendar(holidays=RESTING, startdate=VN.first, enddate=VN.last, weekdays=[])
    custom = {
        off: pd.offsets.CustomBusinessDay(off, weekmask="1111111", holidays=RESTING) for off in range(1, 61)
    }
    slow = min(size, 5000)

    yield Contender(
        "add days",
        "numpy.busday_offset, plain",
        lambda n: np.busday_offset(vector[:n], steps[:n], roll="backward", busdaycal=plain),
        size,
        "no make-up days",
    )
    yield Contender(
        "add days",
        "numpy.busday_offset, mask trick",
        lambda n: np.busday_offset(vector[:n], steps[:n], roll="backward", busdaycal=masked),
        size,
    )
    yield Contender(
        "add days",
        "pandas CustomBusinessDay, mask trick",
        one_by_one(lambda i: (pd.Timestamp(work.days[i]) + custom[work.steps[i]]).date()),
        slow,
    )
    yield Contender(
        "add days",
        "holidays.get_nth_working_day",
        one_by_one(lambda i: package.get_nth_working_day(work.days[i], work.steps[i])),
        slow,
        "its own data",
    )
    calendar = _workalendar()
    yield Contender(
        "add days",
        "workalendar",
        one_by_one(
            lambda i: calendar.add_working_days(
                work.days[i], work.steps[i], extra_working_days=WORKED_SATURDAYS
            )
        ),
        min(size, 1000),
    )
    yield Contender(
        "add days", "bizdays, mask trick", one_by_one(lambda i: biz.offset(work.days[i], work.steps[i])), slow
    )


def _workalendar() -> Workalendar:
    class Vietnam(Workalendar):
        def holidays(self, year: int | None = None) -> list[tuple[date, str]]:
            return [(day, "") for day in HOLIDAYS if day.year == year]

        def get_weekend_days(self) -> tuple[int, int]:
            return (5, 6)

    return Vietnam()


def hours_of(work: Work, size: int) -> Iterator[Contender]:
    vector = np.array(work.starts, dtype="datetime64[m]")
    minutes = np.array(work.hours) * 60
    custom = {
        hours: pd.offsets.CustomBusinessHour(
            hours, start=["07:00", "13:30"], end=["11:30", "17:00"], weekmask="1111111", holidays=RESTING
        )
        for hours in set(work.hours)
    }
    rules = _businesstimedelta()
    aware = [start.replace(tzinfo=VN.zone) for start in work.starts]
    minute = [VN.minute_of(start) for start in aware]

    def scalar(i: int) -> datetime:
        return VN.add_minutes(aware[i], work.hours[i] * 60).replace(tzinfo=None)

    def whole(i: int) -> datetime:
        due = wt.deadline(VN, aware[i], wt.Term(work.hours[i], wt.Unit.WORKING_HOURS)).due
        return due.replace(tzinfo=None) if due else aware[i]

    yield Contender(
        "add hours", "hoso, vector", lambda n: VN.add_minutes_array(vector[:n], minutes[:n]), size
    )
    yield Contender(
        "add hours",
        "hoso, integers",
        one_by_one(lambda i: counting.end_of_minutes(VN, minute[i], 60 * work.hours[i], ())),
        size,
        "the core of a deadline in working hours",
        lambda reached: _naive(VN.instant(reached.due)),
    )
    yield Contender("add hours", "hoso, scalar", one_by_one(scalar), size, "aware in, pendulum out")
    yield Contender(
        "add hours", "hoso, deadline()", one_by_one(whole), min(size, 20000), "all rules, ready to explain"
    )
    yield Contender(
        "add hours",
        "pandas CustomBusinessHour, mask trick",
        one_by_one(lambda i: (pd.Timestamp(work.starts[i]) + custom[work.hours[i]]).to_pydatetime()),
        min(size, 500),
        "opening for closing",
    )
    yield Contender(
        "add hours",
        "businesstimedelta",
        one_by_one(
            lambda i: _naive(
                pytz.utc.localize(work.starts[i])
                + businesstimedelta.BusinessTimeDelta(rules, hours=work.hours[i])
            )
        ),
        min(size, 200),
        "no make-up days",
    )


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _businesstimedelta() -> Any:
    sessions = [
        businesstimedelta.WorkDayRule(start, end, [0, 1, 2, 3, 4])
        for start, end in ((MORNING, NOON), (AFTERNOON, EVENING))
    ]
    return businesstimedelta.Rules([*sessions, businesstimedelta.HolidayRule(HOLIDAYS)])


def minutes_of(work: Work, size: int) -> Iterator[Contender]:
    starts, ends = (np.array(moments, dtype="datetime64[m]") for moments in (work.starts, work.ends))
    aware = [
        (a.replace(tzinfo=VN.zone), b.replace(tzinfo=VN.zone))
        for a, b in zip(work.starts, work.ends, strict=True)
    ]
    rules = _businesstimedelta()
    resting = set(RESTING)

    def duration(i: int) -> int:
        sessions = ((MORNING, NOON), (AFTERNOON, EVENING))
        return round(
            sum(
                business_duration.businessDuration(
                    work.starts[i], work.ends[i], start, end, weekendlist=[], holidaylist=resting
                )
                for start, end in sessions
            )
        )

    def difference(i: int) -> int:
        counted = rules.difference(pytz.utc.localize(work.starts[i]), pytz.utc.localize(work.ends[i]))
        return int(counted.timedelta.total_seconds() // 60)

    yield Contender(
        "count minutes", "hoso, vector", lambda n: VN.count_minutes_array(starts[:n], ends[:n]), size
    )
    yield Contender("count minutes", "hoso, scalar", one_by_one(lambda i: VN.count_minutes(*aware[i])), size)
    yield Contender(
        "count minutes", "businesstimedelta", one_by_one(difference), min(size, 100), "no make-up days"
    )
    yield Contender(
        "count minutes", "business-duration, two sessions", one_by_one(duration), min(size, 200), "mask trick"
    )


def wrong(contender: Contender, answers: Sequence[Any], truth: Callable[[int], Any], checked: int) -> str:
    """Share of wrong answers among the first `checked`."""
    plain = answers.tolist() if isinstance(answers, np.ndarray) else answers
    bad = sum(contender.read(plain[i]) != truth(i) for i in range(checked))
    return f"{bad / checked:7.2%} of {checked}"


def fastest(contender: Contender, rounds: int) -> tuple[float, Sequence[Any]]:
    """Best of some rounds in microseconds of CPU an answer: the machine is shared, and like `timeit` this keeps the collector out."""
    best = float("inf")
    gc.disable()
    for _ in range(rounds):
        began = time.process_time()
        answers = contender.run(contender.calls)
        best = min(best, time.process_time() - began)
        gc.collect()
    gc.enable()
    return best / contender.calls * 1e6, answers


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="questions for the fast ones")
    parser.add_argument("--check", type=int, default=1000, help="answers compared with the walk")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    work = Work.of(options.size, options.seed)
    truth = Truth(work)
    print(
        f"{'task':<14}{'library':<40}{'questions':>10}{'CPU µs each':>12}{'× hoso vector':>15}   wrong answers      note"
    )
    for contenders, answer in (
        (days_of, truth.add_days),
        (hours_of, truth.add_hours),
        (minutes_of, truth.count_minutes),
    ):
        ours = 0.0
        for contender in contenders(work, options.size):
            each, answers = fastest(contender, 3 if contender.calls > 1000 else 1)
            ours = ours or each
            verdict = wrong(contender, answers, answer, min(options.check, contender.calls))
            print(
                f"{contender.task:<14}{contender.name:<40}{contender.calls:>10}{each:>12.3f}{each / ours:>15,.0f}   {verdict:<18} {contender.note}"
            )
        print()


if __name__ == "__main__":
    main()
