"""The suite watches itself: each plausible mistake, put into the library, is caught by the oracle or by the known dates."""

import inspect
from datetime import date
from types import ModuleType

import pytest

import hoso_calendar as wt
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines import counting, deadline, receipt
from hoso_calendar.declarations import lunar
from support.oracles.working_time import Oracle, cases, cases_about_the_end, disagreements

VN = wt.load("vn")
ORACLE = Oracle(VN)


def mutated(module: ModuleType, right: str, wrong: str) -> ModuleType:
    """The module with one piece of its text replaced; the piece must be there once."""
    source = inspect.getsource(module)
    assert source.count(right) == 1, right
    twin = ModuleType(module.__name__)
    exec(compile(source.replace(right, wrong), module.__file__ or "", "exec"), twin.__dict__)  # noqa: S102 - our own text, changed
    return twin


def caught(unit: wt.Unit, cal: wt.WorkCalendar = VN) -> bool:
    return bool(disagreements(ORACLE, cal, list(cases(unit, 400, seed=23))))


def test_the_library_as_it_is_passes_the_watch():
    assert [unit for unit in wt.Unit if caught(unit)] == []


def test_a_dropped_make_up_day_is_caught():
    lines = wt.sources("vn")["vn"].splitlines()
    dropped = b"\n".join(line for line in lines if b"work = 2024-05-04" not in line)
    assert caught(wt.Unit.WORKING_DAYS, cal=wt.compile({"vn": dropped}, "vn"))


def test_the_lunar_calendar_of_beijing_is_caught():
    known = {1985: date(1985, 1, 21), 2007: date(2007, 2, 17), 2030: date(2030, 2, 2)}
    assert {year: lunar.first_of_lunar_year(year) for year in known} == known
    assert all(lunar.first_of_lunar_year(year, offset=8) != day for year, day in known.items())


@pytest.mark.parametrize("unit", [wt.Unit.WORKING_DAYS, wt.Unit.SAME_DAY])
def test_taking_the_closing_minute_for_office_hours_is_caught(monkeypatch, unit):
    wrong = mutated(receipt, "clock < max(", "clock <= max(")
    monkeypatch.setattr(deadline, "receipt_of", wrong.receipt_of)
    assert caught(unit)


@pytest.mark.parametrize("unit", [wt.Unit.WORKING_DAYS, wt.Unit.SAME_DAY])
def test_taking_the_cutoff_minute_for_too_late_is_caught(monkeypatch, unit):
    wrong = mutated(receipt, "clock > policy.cutoff", "clock >= policy.cutoff")
    monkeypatch.setattr(deadline, "receipt_of", wrong.receipt_of)
    assert caught(unit)


def test_counting_the_receipt_day_is_caught(monkeypatch):
    wrong = mutated(counting, "ledger[receipt + 1] + halves", "ledger[receipt] + halves")
    monkeypatch.setattr(counting, "end_of_halves", wrong.end_of_halves)
    assert caught(wt.Unit.WORKING_DAYS)


@pytest.mark.parametrize("unit", [wt.Unit.DAYS, wt.Unit.MONTHS])
def test_rolling_backwards_is_caught(monkeypatch, unit):
    wrong = mutated(counting, "else day + 1\n", "else day - 1\n")
    monkeypatch.setattr(counting, "end_of_calendar", wrong.end_of_calendar)
    assert caught(unit)


def test_landing_on_the_next_opening_is_caught(monkeypatch):
    right = WorkCalendar.earliest
    monkeypatch.setattr(WorkCalendar, "earliest", lambda self, measured: right(self, measured + 1) - 1)
    assert caught(wt.Unit.WORKING_HOURS)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("start < ends[0] <= resumed", "start < ends[0] <= start"),
        ("start < ends[0] <= resumed", "start <= ends[0] <= resumed"),
        ("start < ends[0] <= resumed", "start < ends[0] < resumed"),
        ("today.closing > minute", "today.closing >= minute"),
        ("if today.working and midnight", "if midnight"),
    ],
)
def test_ending_a_term_while_the_clock_stands_still_is_caught(monkeypatch, right, wrong):
    twin = mutated(counting, right, wrong)
    monkeypatch.setattr(counting, "clear_of_pauses", twin.clear_of_pauses)
    units = (wt.Unit.HALF_DAYS, wt.Unit.DAYS)
    about = [case for unit in units for case in cases_about_the_end(VN, unit, 600, seed=23)]
    assert disagreements(ORACLE, VN, about)


def test_counting_the_pause_day_wrongly_is_caught(monkeypatch):
    wrong = mutated(receipt, '+ (policy.pause_day == "used")', '+ (policy.pause_day == "free")')
    monkeypatch.setattr(deadline, "paused_days", wrong.paused_days)
    assert caught(wt.Unit.WORKING_DAYS)
