"""The explanation: every day accounted for, and enough in its JSON for a stranger to count the date again."""

import json
from datetime import date, time
from fractions import Fraction
from functools import partial

import pytest

import hoso_calendar as wt
from hoso_calendar.views import table
from support.oracles.deadline_recount import recount
from support.oracles.working_time import at, cases, cases_about_the_end

VN = wt.load("vn")


def explained(deadline: wt.Deadline) -> dict:
    """The explanation as another program would read it."""
    return json.loads(json.dumps(deadline.to_json()))


@pytest.mark.parametrize("unit", list(wt.Unit))
def test_a_stranger_counts_the_same_date_from_the_json_alone(unit):
    for case in (*cases(unit, 150, seed=3), *cases_about_the_end(VN, unit, 150, seed=3)):
        said = explained(wt.deadline(VN, case.received, case.term, case.pauses, case.policy))
        assert recount(said) == {
            key: said[key] for key in ("receipt_day", "due", "legal_end", "remaining")
        }, case


@pytest.mark.parametrize("unit", list(wt.Unit))
@pytest.mark.parametrize("began", ["2026-03-03T09:00", "2026-03-04T15:30"])
def test_a_stranger_counts_the_same_rest_of_a_term_whose_pause_was_open_from_the_start(unit, began):
    policy = wt.Policy(cutoff=time(15))
    term = wt.Term(0 if unit is wt.Unit.SAME_DAY else 3, unit)
    said = explained(wt.deadline(VN, at("2026-03-04T15:30"), term, [wt.Pause(at(began), None)], policy))
    assert recount(said) == {key: said[key] for key in ("receipt_day", "due", "legal_end", "remaining")}


def test_a_forged_date_does_not_survive_the_recount():
    said = explained(wt.deadline(VN, at("2026-02-11T10:00"), wt.Term.parse("5 ngày làm việc")))
    said["days"][3]["working"] = True
    said["days"][3]["slots"] = ["07:00-11:30", "13:30-17:00"]
    said["days"][3]["halves"] = 2
    assert recount(said)["due"] == "2026-02-24T17:00:00+07:00" != said["due"]


def test_the_ordinals_of_working_days_run_from_one_to_n_and_the_last_is_the_due_date():
    unit = wt.Unit.WORKING_DAYS
    plain, about = (
        draw(unit, 300, seed=5, open_pauses=False) for draw in (cases, partial(cases_about_the_end, VN))
    )
    for case in (*plain, *about):
        if case.term.amount.denominator == 1:
            d = wt.deadline(VN, case.received, case.term, case.pauses, case.policy)
            counted = [traced for traced in d.trace if traced.counted is not None]
            assert [traced.counted for traced in counted] == [
                Fraction(n + 1) for n in range(int(case.term.amount))
            ]
            # unless a pause covered that end
            assert (counted[-1].day.date == d.due.date()) is not bool(d.reached.held)
            assert d.trace[-1].day.date == d.due.date()


def test_the_minutes_of_the_days_add_up_to_the_term():
    for case in cases(wt.Unit.WORKING_HOURS, 300, seed=5, open_pauses=False):
        d = wt.deadline(VN, case.received, case.term, case.pauses, case.policy)
        assert sum(traced.minutes for traced in d.trace) == case.term.amount * 60


def test_each_day_says_why_it_counts_or_why_not():
    d = wt.deadline(VN, at("2026-02-11T10:00"), wt.Term.parse("3 ngày làm việc"))
    tet = "ngày lễ: Tết Nguyên đán (Bộ luật Lao động 2019 Điều 112; Bộ Nội vụ: Tết 14/2-22/2/2026 (congan.com.vn 388656; vietnamnews.vn 1732658))"
    assert [(t.day.date.isoformat(), t.counted, t.reason) for t in d.trace] == [
        ("2026-02-11", None, "ngày nhận hồ sơ, ngày đầu không tính"),
        ("2026-02-12", 1, "ngày làm việc thứ 1"),
        ("2026-02-13", 2, "ngày làm việc thứ 2"),
        ("2026-02-14", None, "thứ Bảy, nghỉ hằng tuần"),
        ("2026-02-15", None, "Chủ nhật, nghỉ hằng tuần"),
        *[(f"2026-02-{n}", None, tet) for n in range(16, 21)],
        ("2026-02-21", None, "thứ Bảy, nghỉ hằng tuần"),
        ("2026-02-22", None, "Chủ nhật, nghỉ hằng tuần"),
        ("2026-02-23", 3, "ngày làm việc thứ 3; hết hạn 17:00"),
    ]


def test_a_swap_a_pause_and_a_late_receipt_are_named():
    policy = wt.Policy(cutoff=time(15), cutoff_effect="roll_receipt", basis="QĐ 1/2026")
    pause = wt.Pause(at("2026-08-24T09:00"), at("2026-08-25T09:00"), "chờ bổ sung")
    d = wt.deadline(VN, at("2026-08-20T15:30"), wt.Term.parse("3 ngày làm việc"), [pause], policy)
    assert [(t.day.date.day, t.counted, t.reason) for t in d.trace] == [
        (20, None, "nhận sau giờ chốt 15:00; tính là nhận vào ngày làm việc kế tiếp"),
        (21, None, "ngày nhận hồ sơ, ngày đầu không tính"),
        (22, 1, "ngày làm việc thứ 1"),
        (23, None, "Chủ nhật, nghỉ hằng tuần"),
        (24, 2, "ngày làm việc thứ 2"),
        (25, None, "tạm dừng #1: chờ bổ sung"),
        (26, 3, "ngày làm việc thứ 3; hết hạn 17:00"),
    ]
    assert {rule["id"]: rule["basis"] for rule in d.to_json()["rules"]}["S5"] == "QĐ 1/2026"


def test_the_cutoff_is_told_as_an_hour_after_which_one_is_late():
    policy = wt.Policy(cutoff=time(15), basis="Luật Hộ tịch Điều 5")
    in_time, late = (
        wt.deadline(VN, at(received), wt.Term.parse("trong ngày"), policy=policy).to_json()
        for received in ("2026-03-06T15:00:30", "2026-03-06T15:01")
    )
    told = {
        "id": "S5",
        "text": "Nhận sau 15:00 thì sang ngày làm việc kế tiếp",
        "basis": "Luật Hộ tịch Điều 5",
    }
    assert [told in said["rules"] for said in (in_time, late)] == [True, True]
    assert [said["days"][0]["reason"] for said in (in_time, late)] == [
        "ngày nhận hồ sơ; hết hạn 17:00",
        "ngày nhận hồ sơ, sau giờ chốt 15:00",
    ]


@pytest.mark.parametrize(
    ("received", "policy", "why", "rules"),
    [
        ("2026-03-04T17:00", {}, "nhận sau giờ đóng cửa 17:00", ["S1 Nhận ngoài giờ làm việc", "S2", "S6"]),
        (
            "2026-03-04T15:30",
            {"cutoff": time(15), "cutoff_effect": "roll_receipt"},
            "nhận sau giờ chốt 15:00",
            ["S5", "S2", "S6"],
        ),
        (
            "2026-03-04T16:30",
            {"last_hour": 60, "nonworking_receipt": "as_is"},
            "nhận trong 60 phút cuối ngày làm việc",
            ["S1 Hồ sơ điện tử nhận trong 60 phút cuối", "S2", "S6"],
        ),
        (
            "2026-03-01T10:00",
            {},
            "nhận ngày nghỉ (Chủ nhật, nghỉ hằng tuần)",
            ["S1 Nhận ngoài giờ làm việc", "S2", "S6"],
        ),
    ],
)
def test_a_receipt_that_moves_says_what_moved_it(received, policy, why, rules):
    d = wt.deadline(VN, at(received), wt.Term.parse("2 ngày làm việc"), policy=wt.Policy(**policy))
    assert d.trace[0].reason == f"{why}; tính là nhận vào ngày làm việc kế tiếp"
    said = [f"{rule['id']} {rule['text']}" for rule in d.to_json()["rules"]]
    assert [text.startswith(rule) for text, rule in zip(said, rules, strict=True)] == [True] * len(rules)
    hours = wt.deadline(VN, at(received), wt.Term.parse("2 giờ làm việc"), policy=wt.Policy(**policy))
    assert (hours.trace[0].minutes, hours.trace[0].reason) == (0, d.trace[0].reason)


def test_only_the_day_of_arrival_is_said_to_have_received():
    d = wt.deadline(VN, at("2026-02-13T18:00"), wt.Term.parse("1 ngày làm việc"))
    tet = "ngày lễ: Tết Nguyên đán"
    assert [(t.day.date.day, t.reason.split(" (")[0].split(";")[0]) for t in d.trace] == [
        (13, "nhận sau giờ đóng cửa 17:00"),
        (14, "thứ Bảy, nghỉ hằng tuần"),
        (15, "Chủ nhật, nghỉ hằng tuần"),
        *[(n, tet) for n in range(16, 21)],
        (21, "thứ Bảy, nghỉ hằng tuần"),
        (22, "Chủ nhật, nghỉ hằng tuần"),
        (23, "ngày nhận hồ sơ, ngày đầu không tính"),
        (24, "ngày làm việc thứ 1"),
    ]


def test_the_trace_of_wall_clock_hours_ends_with_them():
    d = wt.deadline(VN, at("2026-03-07T09:00"), wt.Term.parse("28 giờ"))
    assert d.receipt_day == date(2026, 3, 7)
    assert [(t.day.date.day, t.minutes, t.reason) for t in d.trace] == [
        (7, 900, "tính 900 phút"),
        (8, 780, "tính 780 phút; hết hạn 13:00"),
    ]


def test_wall_clock_hours_after_the_last_closing_of_the_calendar_need_no_later_year():
    d = wt.deadline(VN, at("2027-12-31T20:00"), wt.Term.parse("2 giờ"))
    assert d.due == at("2027-12-31T22:00")


def test_a_rolled_calendar_term_shows_the_days_it_rolls_over():
    d = wt.deadline(VN, at("2026-04-15T09:00"), wt.Term.parse("15 ngày"))
    assert [(t.day.date.isoformat(), t.counted) for t in d.trace][-5:] == [
        ("2026-04-30", 15),
        ("2026-05-01", None),
        ("2026-05-02", None),
        ("2026-05-03", None),
        ("2026-05-04", None),
    ]
    assert d.trace[-1].reason == "ngày cuối lùi đến ngày làm việc kế tiếp; hết hạn 17:00"
    assert [rule["id"] for rule in d.to_json()["rules"]] == ["S1", "S3", "S3"]


def test_a_same_day_term_received_late_says_so():
    d = wt.deadline(
        VN, at("2026-03-06T15:30"), wt.Term.parse("trong ngày"), policy=wt.Policy(cutoff=time(15))
    )
    assert [(t.day.date.day, t.counted, t.reason) for t in d.trace] == [
        (6, None, "ngày nhận hồ sơ, sau giờ chốt 15:00"),
        (7, None, "thứ Bảy, nghỉ hằng tuần"),
        (8, None, "Chủ nhật, nghỉ hằng tuần"),
        (9, None, "trả vào ngày làm việc kế tiếp; hết hạn 17:00"),
    ]


def test_half_days_are_numbered_as_halves():
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("3 nửa ngày làm việc"))
    assert [(t.counted, t.reason) for t in d.trace][1:] == [
        (2, "nửa ngày làm việc thứ 2"),
        (3, "nửa ngày làm việc thứ 3; hết hạn 11:30"),
    ]


def test_the_json_carries_calendar_version_inputs_and_reliance():
    d = wt.deadline(VN, at("2026-11-23T08:00"), wt.Term.parse("1 ngày làm việc"))
    said = explained(d)
    assert {
        key: said[key]
        for key in (
            "calendar",
            "term",
            "received",
            "receipt_day",
            "due",
            "legal_end",
            "provisional",
            "relies_on",
        )
    } == {
        "calendar": {
            "id": "vn",
            "version": VN.version,
            "name": "Lịch công chức toàn quốc",
            "nominal_day": 480,
            "confirmed": True,
        },
        "term": {"amount": "1", "unit": "working_days", "text": "1 ngày làm việc"},
        "received": "2026-11-23T08:00:00+07:00",
        "receipt_day": "2026-11-23",
        "due": "2026-11-25T17:00:00+07:00",
        "legal_end": "2026-11-26T00:00:00+07:00",
        "provisional": True,
        "relies_on": ["2026-11-24"],
    }
    assert [(day["date"], day["kind"], day["status"], day["counted"]) for day in said["days"]] == [
        ("2026-11-23", "working", "official", None),
        ("2026-11-24", "holiday", "expected", None),
        ("2026-11-25", "working", "official", "1"),
    ]


def test_the_table_of_days_is_ready_to_print():
    d = wt.deadline(VN, at("2026-11-23T08:00"), wt.Term.parse("1 ngày làm việc"))
    assert [tuple(row)[:5] for row in table.rows(d)] == [
        ("23/11/2026", "thứ Hai", "ngày làm việc", "07:00-11:30, 13:30-17:00", ""),
        ("24/11/2026", "thứ Ba", "●? ngày lễ", "", ""),
        ("25/11/2026", "thứ Tư", "ngày làm việc", "07:00-11:30, 13:30-17:00", "1"),
    ]
    assert dict(table.summary(d))["tạm tính vì"] == "24/11/2026 chưa chính thức"


def test_the_trace_of_an_open_pause_ends_where_it_began():
    pause = wt.Pause(at("2026-03-04T10:00"), None, "chờ nộp thuế")
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("5 ngày làm việc"), [pause])
    assert ([t.day.date for t in d.trace][-1], d.remaining) == (date(2026, 3, 4), 3)
    assert dict(table.summary(d))["hạn trả"] == "đang tạm dừng, còn lại 3"
