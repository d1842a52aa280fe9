"""Sentences about the counting of a term, in the language of a page.

The calendar writes them in Vietnamese, and explanations are kept so. Here they are known again by their fixed parts.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

from hoso_api.translation import vietnamese
from hoso_api.translation.phrases import Phrase
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages

#: Between the reasons of one day.
_BETWEEN = "; "

#: Terms as the calendar words them.
TERMS = tuple(
    Phrase(each)
    for each in (
        marked("trong ngày"),
        marked("1 nửa ngày làm việc"),
        marked("{n} nửa ngày làm việc"),
        marked("1 ngày làm việc"),
        marked("{n} ngày làm việc"),
        marked("1 giờ làm việc"),
        marked("{n} giờ làm việc"),
        marked("1 giờ"),
        marked("{n} giờ"),
        marked("1 ngày"),
        marked("{n} ngày"),
        marked("1 tuần"),
        marked("{n} tuần"),
        marked("1 tháng"),
        marked("{n} tháng"),
        marked("1 năm"),
        marked("{n} năm"),
    )
)
#: Why a day counts, or not.
REASONS = tuple(
    Phrase(each)
    for each in (
        marked("{weekday}, nghỉ hằng tuần"),
        marked("ngày lễ"),
        marked("ngày lễ: {name}"),
        marked("nghỉ bù"),
        marked("nghỉ bù: {name}"),
        marked("nghỉ hoán đổi"),
        marked("nghỉ hoán đổi: {name}"),
        marked("cơ quan đóng cửa"),
        marked("cơ quan đóng cửa: {name}"),
        marked("ngày làm việc thứ {n}"),
        marked("nửa ngày làm việc thứ {n}"),
        marked("ngày thứ {n}"),
        marked("hạn lùi đến ngày này sau {what}"),
        marked("hạn lùi đến {hour} sau {what}"),
        marked("trả vào ngày làm việc kế tiếp"),
        marked("ngày cuối lùi đến ngày làm việc kế tiếp"),
        marked("tạm dừng #{n}: {reason}"),
        marked("tạm dừng #{n}"),
        marked("nhận sau giờ đóng cửa {hour}"),
        marked("nhận sau giờ chốt {hour}"),
        marked("nhận trong {n} phút cuối ngày làm việc"),
        marked("nhận ngày nghỉ ({why})"),
        marked("tính là nhận vào ngày làm việc kế tiếp"),
        marked("ngày nhận hồ sơ, ngày đầu không tính"),
        marked("ngày nhận hồ sơ, sau giờ chốt {hour}"),
        marked("ngày nhận hồ sơ"),
        marked("đến {hour} vẫn tạm dừng #{n} nên chưa hết hạn"),
        marked("hết hạn {hour}"),
        marked("tính {n} phút"),
        marked("hết giờ làm việc, chưa tính"),
    )
)
#: The rules that took part, and where they stand if no law says them.
RULES = tuple(
    Phrase(each)
    for each in (
        marked("Ngày nhận là ngày nộp, kể cả ngày nghỉ"),
        marked("Nhận ngoài giờ làm việc, tính là ngày làm việc kế tiếp"),
        marked("Ngày nhận là ngày làm việc, nhận trước giờ đóng cửa"),
        marked("Nhận sau {hour} thì sang ngày làm việc kế tiếp"),
        marked("Hồ sơ điện tử nhận trong {n} phút cuối ngày làm việc tính từ ngày làm việc kế tiếp"),
        marked("Không tính ngày đầu; chỉ tính ngày làm việc, kể cả ngày làm bù"),
        marked("Phần của ngày làm việc quy ra giờ làm việc, tính từ thời điểm nhận"),
        marked("Giờ làm việc, tính từ thời điểm nhận"),
        marked("Giờ liên tục, tính từ thời điểm nhận"),
        marked("Trả kết quả trong ngày"),
        marked("Không tính ngày đầu; ngày nghỉ ở giữa vẫn tính"),
        marked("Thời gian tạm dừng không tính"),
        marked("Không tính các ngày sau ngày tạm dừng đến hết ngày tiếp tục"),
        marked("Không tính từ ngày tạm dừng đến hết ngày tiếp tục"),
        marked("Ngày cuối là ngày nghỉ nên hết hạn vào ngày làm việc kế tiếp"),
        marked("Đang tạm dừng: chưa có thời hạn"),
        marked("Hết hạn đúng thời điểm"),
        marked("Trả kết quả trước giờ đóng cửa; theo luật, ngày kết thúc lúc 24 giờ"),
        marked(
            "Đồng hồ đang dừng thì thời hạn không kết thúc: lùi đến giờ đóng cửa của ngày tiếp tục, "
            "nếu là ngày làm việc và chưa đến giờ ấy, không thì của ngày làm việc kế tiếp"
        ),
        marked("Kết quả tạm tính: {days} chưa có quyết định chính thức"),
        marked("quy định riêng của thủ tục, chưa khai căn cứ"),
        marked("quy định của thủ tục"),
    )
)


def term(text: str) -> Markup:
    """A term, as `3 ngày làm việc`. Other words are those of its author, and stay."""
    return _told(text, TERMS)


def rule(text: str) -> Markup:
    """A rule of counting, or its basis."""
    return _told(text, RULES)


def reasons(text: str) -> Markup:
    """The reasons of a day: that it counts, does not, or ends the term."""
    if vietnamese.language() == messages.VIETNAMESE:
        return escape(text)
    return escape(_BETWEEN).join(_told(each, REASONS) for each in _parts(text))


def _parts(text: str) -> Iterable[str]:
    """The reasons of a day. What somebody wrote in one of them may hold the sign between them."""
    found: list[str] = []
    for each in text.split(_BETWEEN):
        if found and not any(phrase.read(each) is not None for phrase in REASONS):
            found[-1] += _BETWEEN + each
        else:
            found.append(each)
    return found


def _told(text: str, phrases: Iterable[Phrase]) -> Markup:
    """The sentence in the language of the page.

    An unknown one stays, marked as Vietnamese.
    """
    if vietnamese.language() == messages.VIETNAMESE:
        return escape(text)
    for phrase in phrases:
        values = phrase.read(text)
        if values is not None:
            told = {name: _value(name, value) for name, value in values.items()}
            return escape(spoken(phrase.template)).format(**told)
    return Markup('<span lang="vi">{}</span>').format(text) if text else Markup()


def _value(name: str, value: str) -> str:
    if name in ("why", "what"):
        return _told(value, REASONS)
    if name in ("name", "reason"):
        return _told(value, ())
    return spoken(value) if name == "weekday" else value
