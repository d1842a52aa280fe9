"""The rules of counting as an applicant reads them, with their legal basis."""

from collections.abc import Iterator
from dataclasses import dataclass

from hoso_calendar.deadlines import trace
from hoso_calendar.deadlines.count import Count
from hoso_calendar.deadlines.counting import day_of_end, halves_of, is_in_minutes
from hoso_calendar.deadlines.term import Unit

_CIVIL_CODE = "Bộ luật Dân sự 2015"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that took part in one result."""

    #: S1 … S15, as in docs/working-time.md.
    id: str
    text: str
    #: The provision; where it is a procedure's own policy, the basis that policy declares.
    basis: str


def applied(count: Count) -> Iterator[Rule]:
    """The rules that decided this result, in the order in which they applied."""
    if count.term.unit is not Unit.HOURS:
        yield from _receipt(count)
    yield _counting(count)
    if count.pauses:
        yield _pause(count)
    yield from _end(count)
    if count.provisional:
        days = ", ".join(f"{day:%d/%m/%Y}" for day in count.relies_on)
        yield Rule("S11", f"Kết quả tạm tính: {days} chưa có quyết định chính thức", "")


def _policy_basis(count: Count) -> str:
    return count.policy.basis or "quy định riêng của thủ tục, chưa khai căn cứ"


def _receipt(count: Count) -> Iterator[Rule]:
    policy, moved = count.policy, trace.moved_by(count)
    if moved is None and policy.nonworking_receipt == "as_is":
        yield Rule("S1", "Ngày nhận là ngày nộp, kể cả ngày nghỉ", _policy_basis(count))
    elif moved in (trace.Move.REST, trace.Move.CLOSED):
        yield Rule(
            "S1",
            "Nhận ngoài giờ làm việc, tính là ngày làm việc kế tiếp",
            f"{_CIVIL_CODE} Điều 147, Điều 148 khoản 5",
        )
    elif moved is None:
        yield Rule("S1", "Ngày nhận là ngày làm việc, nhận trước giờ đóng cửa", f"{_CIVIL_CODE} Điều 147")
    if policy.cutoff and (count.term.unit is Unit.SAME_DAY or policy.cutoff_effect == "roll_receipt"):
        yield Rule(
            "S5",
            f"Nhận sau {policy.cutoff:%H:%M} thì sang ngày làm việc kế tiếp",
            _policy_basis(count),
        )
    if policy.last_hour:
        text = f"Hồ sơ điện tử nhận trong {policy.last_hour} phút cuối ngày làm việc tính từ ngày làm việc kế tiếp"
        yield Rule("S1", text, policy.basis or "Nghị định 297/2025/NĐ-CP Điều 6")


def _counting(count: Count) -> Rule:
    term = count.term
    if term.unit in (Unit.WORKING_DAYS, Unit.HALF_DAYS) and halves_of(term) is not None:
        return Rule(
            "S2",
            "Không tính ngày đầu; chỉ tính ngày làm việc, kể cả ngày làm bù",
            f"{_CIVIL_CODE} Điều 147 khoản 2, Điều 148",
        )
    if term.unit is Unit.WORKING_DAYS:
        return Rule(
            "S4",
            "Phần của ngày làm việc quy ra giờ làm việc, tính từ thời điểm nhận",
            f"{_CIVIL_CODE} Điều 147 khoản 1",
        )
    if term.unit is Unit.WORKING_HOURS:
        return Rule("S4", "Giờ làm việc, tính từ thời điểm nhận", f"{_CIVIL_CODE} Điều 147 khoản 1")
    if term.unit is Unit.HOURS:
        return Rule("S4", "Giờ liên tục, tính từ thời điểm nhận", f"{_CIVIL_CODE} Điều 147 khoản 1")
    if term.unit is Unit.SAME_DAY:
        return Rule("S5", "Trả kết quả trong ngày", "quy định của thủ tục")
    return Rule("S3", "Không tính ngày đầu; ngày nghỉ ở giữa vẫn tính", f"{_CIVIL_CODE} Điều 147, Điều 148")


def _pause(count: Count) -> Rule:
    if is_in_minutes(count.term):
        return Rule("S7", "Thời gian tạm dừng không tính", _policy_basis(count))
    first = "các ngày sau ngày tạm dừng" if count.policy.pause_day == "used" else "từ ngày tạm dừng"
    return Rule("S7", f"Không tính {first} đến hết ngày tiếp tục", _policy_basis(count))


def _end(count: Count) -> Iterator[Rule]:
    reached = count.reached
    nominal, first = reached.nominal_day, reached.first_end
    rolled = nominal is not None and first is not None and nominal != day_of_end(first)
    if rolled:
        yield Rule(
            "S3",
            "Ngày cuối là ngày nghỉ nên hết hạn vào ngày làm việc kế tiếp",
            f"{_CIVIL_CODE} Điều 148 khoản 5",
        )
    if reached.held:
        yield _STANDING_STILL
    if count.due is None:
        yield Rule("S7", "Đang tạm dừng: chưa có thời hạn", _policy_basis(count))
    elif count.due == count.legal_end:
        yield Rule("S6", "Hết hạn đúng thời điểm", f"{_CIVIL_CODE} Điều 147 khoản 1")
    elif not rolled:
        yield Rule(
            "S6",
            "Trả kết quả trước giờ đóng cửa; theo luật, ngày kết thúc lúc 24 giờ",
            f"{_CIVIL_CODE} Điều 148 khoản 6",
        )


#: Nothing says this of a clock that stands still; a last day on which nobody works is treated so (art. 148 clause 5).
_STANDING_STILL = Rule(
    "S15",
    "Đồng hồ đang dừng thì thời hạn không kết thúc: lùi đến giờ đóng cửa của ngày tiếp tục, "
    "nếu là ngày làm việc và chưa đến giờ ấy, không thì của ngày làm việc kế tiếp",
    f"{_CIVIL_CODE} Điều 148 khoản 5 (áp dụng tương tự)",
)
