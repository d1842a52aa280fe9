"""Every refusal names the place and says what to do."""

from datetime import UTC, date, datetime, time

import pytest

import hoso_calendar as wt
from support.oracles.working_time import at

VN = wt.load("vn")
TERM = wt.Term(5, wt.Unit.WORKING_DAYS)


def refused(error: type[Exception], **given: object) -> str:
    inputs = {"received": at("2026-03-02T09:00"), "term": TERM} | given
    with pytest.raises(error) as said:
        wt.deadline(VN, **inputs)
    return str(said.value)


def test_a_naive_receipt_is_refused():
    said = refused(wt.NaiveInstant, received=datetime(2026, 3, 2, 9))  # noqa: DTZ001 (naive on purpose)
    assert (
        said == "received: 2026-03-02 09:00:00 has no UTC offset; write for example 2026-03-02 09:00:00+07:00"
    )


@pytest.mark.parametrize(
    "naive",
    [
        {"start": datetime(2026, 3, 3)},  # noqa: DTZ001 - what has to be refused
        {"start": at("2026-03-03T09:00"), "end": datetime(2026, 3, 4)},  # noqa: DTZ001 - what has to be refused
    ],
)
def test_a_naive_pause_is_refused_by_its_number(naive):
    assert refused(wt.NaiveInstant, pauses=[wt.Pause(**naive)]).startswith("pause #1: 2026-03-0")


def test_a_naive_instant_is_refused_by_the_calendar_itself():
    with pytest.raises(wt.NaiveInstant, match="instant: "):
        VN.add_minutes(datetime(2026, 3, 2, 9), 5)  # noqa: DTZ001 - what has to be refused


@pytest.mark.parametrize(
    ("pauses", "says"),
    [
        ([("2026-03-03T09:00", "2026-03-02T09:00")], "pause #1: it ends 2026-03-02"),
        (
            [("2026-03-03T09:00", "2026-03-05T09:00"), ("2026-03-04T09:00", "2026-03-06T09:00")],
            "pause #2: it starts 2026-03-04",
        ),
        (
            [("2026-03-05T09:00", "2026-03-06T09:00"), ("2026-03-03T09:00", "2026-03-04T09:00")],
            "pause #2: it starts 2026-03-03",
        ),
        (
            [("2026-03-03T09:00", None), ("2026-03-04T09:00", "2026-03-05T09:00")],
            "pause #2: pause #1 is still open",
        ),
    ],
)
def test_pauses_that_overlap_run_backwards_or_are_unordered_are_refused(pauses, says):
    given = [wt.Pause(at(start), end and at(end)) for start, end in pauses]
    assert refused(wt.BadPause, pauses=given).startswith(says)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"colour": "red"}, "policy colour = 'red': no such option; known are basis, cutoff,"),
        ({"colour_basis": "Luật"}, "policy colour_basis = 'Luật': no such option"),
        ({"cutoff": "25:00"}, "policy cutoff = '25:00': a time such as 15:00"),
        ({"cutoff": 15}, "policy cutoff = 15: a time such as 15:00"),
        ({"cutoff": time(15, 0, 30)}, "policy cutoff = datetime.time(15, 0, 30): a time such as 15:00"),
        ({"cutoff": time(15, tzinfo=UTC)}, "policy cutoff = datetime.time(15, 0, tzinfo="),
        ({"nonworking_receipt": "never"}, "policy nonworking_receipt = 'never': one of next, as_is"),
        ({"cutoff_effect": "roll"}, "policy cutoff_effect = 'roll': one of same_day_only, roll_receipt"),
        ({"pause_day": None}, "policy pause_day = None: one of used, free"),
        ({"roll_end": "yes"}, "policy roll_end = 'yes': one of True, False"),
        ({"roll_end": 1}, "policy roll_end = 1: one of True, False"),
        ({"last_hour": 1}, "policy last_hour = 1: 0, or 15 to 480 minutes; 60 is the last hour"),
        ({"last_hour": True}, "policy last_hour = True: 0, or 15 to 480 minutes; 60 is the last hour"),
    ],
)
def test_a_policy_option_that_no_rule_knows_is_refused_by_name(options, says):
    with pytest.raises(wt.BadPolicy) as said:
        wt.Policy.from_mapping(options)
    assert str(said.value).startswith(says)


def test_a_policy_survives_the_way_through_json_with_its_bases():
    policy = wt.Policy.from_mapping(
        {"cutoff": "15:00", "cutoff_basis": "Luật Hộ tịch Điều 5", "last_hour": 60, "basis": "QĐ 1"}
    )
    assert policy == wt.Policy(cutoff=time(15), last_hour=60, basis="QĐ 1; cutoff: Luật Hộ tịch Điều 5")
    assert wt.Policy.from_mapping(policy.to_mapping()) == policy
    assert policy.to_mapping()["cutoff"] == "15:00"


def test_a_date_outside_the_calendar_is_refused_with_its_year():
    for ask in (VN.is_working, VN.slots, VN.next_working, lambda day: VN.add_days(day, 1)):
        with pytest.raises(wt.MissingCalendarData) as missing:
            ask(date(2030, 1, 1))
        assert missing.value.year == 2030


@pytest.mark.parametrize(("text", "year"), [("0001-01-01T00:00+14:00", 1), ("9999-12-31T23:59-12:00", 9999)])
def test_the_first_and_the_last_instant_there_are_lie_outside_the_calendar(text, year):
    assert refused_year(received=datetime.fromisoformat(text)) == year


def test_a_pause_to_the_last_instant_there_is_lasts_longer_than_the_calendar():
    last = datetime.fromisoformat("9999-12-31T23:59-12:00")
    assert refused_year(pauses=[wt.Pause(at("2026-03-02T10:00"), last)]) == 9999


def refused_year(**given: object) -> int:
    """The year that is missing to count with what is given."""
    with pytest.raises(wt.MissingCalendarData) as missing:
        wt.deadline(VN, **{"received": at("2026-03-02T09:00"), "term": TERM} | given)
    return missing.value.year


def test_a_file_that_is_not_there_is_no_bundled_calendar_of_its_name(tmp_path):
    with pytest.raises(wt.UnknownCalendar, match=r"vn\.toml'; known are"):
        wt.load_file(tmp_path / "vn.toml")


def test_a_term_past_the_year_9999_is_refused():
    assert "runs past the year 9999" in refused(wt.BadTerm, term=wt.Term(9000, wt.Unit.YEARS))
    assert "runs past the year 9999" in refused(wt.BadTerm, term=wt.Term(10**12, wt.Unit.DAYS))


def test_every_refusal_is_a_working_time_error_and_a_value_error():
    for error in (
        wt.BadCalendar,
        wt.BadPause,
        wt.BadPolicy,
        wt.BadTerm,
        wt.MissingCalendarData,
        wt.NaiveInstant,
        wt.UnknownCalendar,
    ):
        assert issubclass(error, wt.WorkingTimeError)
        assert issubclass(error, ValueError)
