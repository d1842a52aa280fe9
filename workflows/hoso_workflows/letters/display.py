"""Values of a letter as texts for paper: one table for HTML and PDF.

Keys are those of `values.Values`; instants, dates, amounts and counts are texts already. Characters without ink that would
change the order or the shape of what is read are left out, so that paper and values say the same.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from hoso_bpmn import text_safety
from hoso_workflows import localtime
from hoso_workflows.letters import amounts, forms
from hoso_workflows.letters.values import Copy, Outcome, Values

#: A table of texts, lists and tables; None where the letter has no value.
Shown = None | str | list["Shown"] | dict[str, "Shown"]

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.EARLY: "Trước hạn",
    Outcome.ON_TIME: "Đúng hạn",
    Outcome.LATE: "Quá hạn",
}
#: Control characters, marks of direction, joiners without ink, halves of a pair.
_INKLESS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[\t\x0b\x0c\r ]+")
_LINES = re.compile(r" ?\n[ \n]*")
_BY_HAND = "(Ký và ghi rõ họ tên)"
_BY_HEAD = "(Ký số hoặc ký tên, đóng dấu)"
#: Words above the signatures and below them, left and right, where the signer has no titles.
SIGNATURES: Mapping[forms.Signs, tuple[str | None, str | None, str]] = {
    forms.Signs.APPLICANT_AND_DESK: ("Người nộp hồ sơ", "Người tiếp nhận hồ sơ", _BY_HAND),
    forms.Signs.DESK: (None, "Người hướng dẫn", _BY_HAND),
    forms.Signs.HEAD: (None, "Thủ trưởng cơ quan, đơn vị", _BY_HEAD),
    forms.Signs.PAYER_AND_COLLECTOR: ("Người nộp tiền", "Người thu tiền", _BY_HAND),
    forms.Signs.NOBODY: (None, None, _BY_HAND),
}


def shown(values: Values) -> dict[str, Shown]:
    """The table of a letter: its values as texts, and additions of its form."""
    form = forms.titled(values.form)
    table = {field.name: _shown(getattr(values, field.name)) for field in fields(values)}
    return table | _of_form(values, form) | _of_dossier(values) | _of_money(values)


def _of_form(values: Values, form: forms.Form) -> dict[str, Shown]:
    series = forms.series(form, values.number, values.year, plain(values.authority.abbreviation))
    parent = values.authority.parent
    return {
        "title": form.title.upper(),
        "series": series,
        "name": f"{form.title} số {series}",
        "paper": form.paper.value,
        "head": {"parent": parent and plain(parent).upper(), "unit": plain(values.authority.unit).upper()},
        "place_and_date": f"{plain(values.place)}, {letter_date(values.issued_on)}",
        "signatures": _signatures(values, form.signs),
    }


def _signatures(values: Values, signs: forms.Signs) -> dict[str, Shown]:
    left, right, note = SIGNATURES[signs]
    signer = values.signer
    titles = signer.titles if signer and signer.titles else (right,) if right else ()
    hand = values.representative or values.payer or values.applicant
    return {
        "left": left and {"titles": [left.upper()], "name": plain(hand.name) if hand else None},
        "right": {
            "titles": [plain(each).upper() for each in titles],
            "name": plain(signer.name) if signer and signer.name else None,
        }
        if titles
        else None,
        "note": note,
    }


def _of_dossier(values: Values) -> dict[str, Shown]:
    if values.procedure is None:
        matter = None
    elif values.case is None:
        matter = plain(values.procedure)
    else:
        matter = f"{plain(values.procedure)} ({plain(values.case)})"
    return {"matter": matter, "components": [_component(each) for each in values.components]}


def _component(component: object) -> Shown:
    table = _shown(component)
    counts = [
        f"{table[key]} {word}"
        for key, word in (("originals", "bản chính"), ("copies", "bản sao"))
        if isinstance(table, dict) and table[key] != "00"
    ]
    return {**table, "counts": ", ".join(counts) or None} if isinstance(table, dict) else table


def _of_money(values: Values) -> dict[str, Shown]:
    total = sum(each.amount for each in values.amounts)
    return {
        "amounts": [
            {"name": plain(each.name), "amount": amounts.figures(each.amount)} for each in values.amounts
        ],
        "total": amounts.figures(total) if values.amounts else None,
        "total_in_words": amounts.words(total) if values.amounts else None,
    }


def _shown(value: object) -> Shown:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _shown(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    if isinstance(value, Outcome):
        return OUTCOMES[value]
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int):
        return f"{value:02}"
    return plain(value) if isinstance(value, str) else None


_SIGNED = "bản được cấp là tệp PDF đã ký số; trang này chỉ để xem, không phải bản đó"


def mark(copy: Copy) -> str:
    """The mark of a copy: `BẢN SAO SỐ 02, cấp lúc 14 giờ 30 phút, ngày 05/03/2026 cho người nộp hồ sơ`.

    Where the signed file was given, the page that bears the mark says that it is not the copy.
    """
    receiver = plain(copy.receiver) if copy.receiver else "người nộp hồ sơ"
    given = f"BẢN SAO SỐ {copy.ordinal:02}, cấp lúc {instant(copy.given_at)} cho {receiver}"
    return f"{given}: {_SIGNED}" if copy.signed else given


def plain(text: str) -> str:
    """A text as it is printed, without inkless characters.

    It is composed (NFC), its white space made single; its lines stay.
    """
    composed = text_safety.text(text).replace("\r\n", "\n").replace("\u2028", "\n")
    single = _SPACES.sub(" ", _INKLESS.sub("", composed.replace("\u00a0", " ")))
    return _LINES.sub("\n", single).strip()


def instant(at: datetime) -> str:
    """An instant in Vietnam's time, as the forms write it: `14 giờ 30 phút, ngày 05/03/2026`."""
    local = at.astimezone(localtime.ZONE)
    return f"{local:%H} giờ {local:%M} phút, ngày {local:%d/%m/%Y}"


def letter_date(day: date) -> str:
    """The date of a letter: `ngày 05 tháng 3 năm 2026`.

    Days below 10 and the months 1 and 2 have a zero before them (Nghị định 30/2020/NĐ-CP, phụ lục I).
    """
    month = f"{day.month:02}" if day.month < 3 else f"{day.month}"
    return f"ngày {day.day:02} tháng {month} năm {day.year}"
