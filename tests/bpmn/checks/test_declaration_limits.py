"""Limits of steps: what is no duration, what cannot be added, and sums against terms in weeks and months."""

import pytest

from hoso_bpmn.checks import inspection
from support.builders import packages


def found(term: str, examined: str, signed: str) -> list[tuple[str, str, str | None]]:
    """The findings on limits, as severity, rule and element, for two steps behind the acceptance."""
    change = (
        f'<userTask id="Tham_dinh" name="Thẩm định" limit="{examined}" />'
        f'<userTask id="Ky" name="Ký kết quả" milestone="result" limit="{signed}" />'
    )
    made = packages.package(change, declared=f'[[case]]\nterm = "{term}"')
    report = inspection.inspect_package(made)
    return [(str(f.severity), f.rule, f.element) for f in report.findings]


def message(term: str, examined: str, signed: str) -> str:
    change = (
        f'<userTask id="Tham_dinh" name="Thẩm định" limit="{examined}" />'
        f'<userTask id="Ky" name="Ký kết quả" milestone="result" limit="{signed}" />'
    )
    made = packages.package(change, declared=f'[[case]]\nterm = "{term}"')
    return inspection.inspect_package(made).findings[0].message


@pytest.mark.parametrize("limit", ["2 giờ", "PT4H", "1 tuần", "1 tháng", "1 năm", "trong ngày"])
def test_what_only_a_term_is_counted_in_is_no_limit_of_a_step(limit: str):
    unreadable = ("error", "limit-unreadable", "Tham_dinh")
    assert unreadable in found("200 ngày làm việc", limit, "1 ngày làm việc")


def test_hours_by_the_clock_on_the_wall_are_offered_as_office_hours():
    made = packages.package('<userTask id="Tham_dinh" name="Thẩm định" limit="2 giờ" />')
    (finding,) = (f for f in inspection.inspect_package(made).findings if f.rule == "limit-unreadable")
    assert (
        finding.remedy == "Write '2 giờ làm việc' for office hours; by the clock on the wall only terms run."
    )


@pytest.mark.parametrize(
    ("term", "examined", "signed", "expected"),
    [
        ("2 tuần", "10 ngày", "4 ngày", []),
        ("2 tuần", "10 ngày", "5 ngày", [("error", "limits-above-term", "Ky")]),
        ("2 tuần", "10 ngày", "3 ngày", [("warning", "limits-below-term", "Ky")]),
        ("1 tháng", "27 ngày", "4 ngày", []),
        ("1 tháng", "27 ngày", "5 ngày", [("error", "limits-above-term", "Ky")]),
        ("1 năm", "300 ngày", "66 ngày", []),
        ("1 năm", "300 ngày", "67 ngày", [("error", "limits-above-term", "Ky")]),
    ],
)
def test_a_week_is_seven_and_a_month_thirty_one_days_in_the_sum(
    term: str, examined: str, signed: str, expected: list[tuple[str, str, str | None]]
):
    assert found(term, examined, signed) == expected


def test_a_sum_against_a_month_is_told_in_days():
    assert message("1 tháng", "27 ngày", "5 ngày") == (
        "The longest way takes 27 ngày (Thẩm định) + 5 ngày (Ký kết quả) = 32 ngày; the term of case 'default' is 1 tháng."
    )


@pytest.mark.parametrize("limit", ["1 ngày làm việc", "2 buổi", "8 giờ làm việc"])
@pytest.mark.parametrize("term", ["20 ngày", "3 tuần", "1 tháng"])
def test_working_time_is_no_limit_in_a_term_of_calendar_days(term: str, limit: str):
    assert ("error", "limit-unit-mixed", "Ky") in found(term, "5 ngày", limit)


def test_days_are_a_limit_in_a_term_of_working_days():
    assert found("3 ngày làm việc", "2 ngày", "1 ngày làm việc") == []


def test_what_comes_before_the_acceptance_or_does_not_count_may_be_in_working_days():
    change = (
        '<userTask id="Tiep_nhan" name="Tiếp nhận hồ sơ" milestone="accept" limit="0,5 ngày làm việc" />'
        '<userTask id="Tham_dinh" name="Thẩm định" limit="3 ngày làm việc" clock="excluded" clock_basis="Luật B" />'
        '<userTask id="Ky" name="Ký kết quả" milestone="result" limit="20 ngày" />'
    )
    made = packages.package(change, declared='[[case]]\nterm = "20 ngày"')
    assert [f.rule for f in inspection.inspect_package(made).findings if f.rule == "limit-unit-mixed"] == []
