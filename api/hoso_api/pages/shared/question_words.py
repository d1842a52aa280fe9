"""Words around questions, and sentences of faults, in Vietnamese and in English.

Vietnamese is the source: forms are written in it, and a label stands in a sentence as it is.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import Component, Field, FieldFault, Rule, spelling
from hoso_calendar.messages import VIETNAMESE


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages; `{name}` stands for a value."""

    vi: str
    en: str

    def said(self, language: str, **values: Any) -> str:
        """The sentence in a language: `vi`, or English for any other.

        It is markup where one of its values is.
        """
        text = self.vi if language == VIETNAMESE else self.en
        marked = any(isinstance(each, Markup) for each in values.values())
        return (Markup(text) if marked else text).format(**values)  # noqa: S704 - our own sentence, whose values are escaped


#: Words that stand at questions, by what they are for.
FIXED: Mapping[str, Words] = {
    "optional": Words("(không bắt buộc)", "(optional)"),
    "choose": Words("Chọn…", "Choose…"),
    "none": Words("Không chọn", "None of them"),
    "several": Words("Chọn tất cả ý đúng", "Select all that apply"),
    "gone": Words("{value} (không còn trong danh sách)", "{value} (no longer offered)"),
    "day_hint": Words("Ví dụ 24/11/2026", "For example 24/11/2026"),
    "partial_hint": Words("Ví dụ 24/11/2026, 11/2010 hoặc 2010", "For example 24/11/2026, 11/2010 or 2010"),
    "hour_hint": Words("Ví dụ 16:30", "For example 16:30"),
    "day": Words("Ngày", "Date"),
    "hour": Words("Giờ", "Time"),
    "phone_hint": Words("Ví dụ 0912 345 678", "For example 0912 345 678"),
    "limit": Words("Nhiều nhất {n} ký tự", "At most {n} characters"),
    "fault": Words("Lỗi:", "Error:"),
    "faults": Words("Chưa gửi được: còn {n} chỗ cần sửa", "Not sent: {n} to correct"),
    "update": Words("Cập nhật câu hỏi", "Update the questions"),
    "item": Words("Mục", "Item"),
    "add": Words("Thêm {item}", "Add: {item}"),
    "remove": Words("Bỏ {item}", "Remove: {item}"),
    "undo": Words("Hoàn tác", "Undo"),
    "find": Words("Tìm", "Find"),
    "find_label": Words("Tìm trong các mục", "Search the choices"),
    "find_hint": Words(
        "Gõ vài chữ, có dấu hoặc không dấu, rồi bấm Tìm", "Type a few letters, then press Find"
    ),
    "within": Words("{place}: {said}", "{place}: {said}"),
    "continue": Words("Tiếp tục", "Continue"),
    "yes": Words("Có", "Yes"),
    "no": Words("Không", "No"),
    "unanswered": Words("Không trả lời", "Not answered"),
    "no_items": Words("Không có mục nào", "None"),
    "no_files": Words("Không có tệp", "No files"),
    "files": Words("Xem và tải giấy tờ", "See and upload the papers"),
    "change": Words("Sửa", "Change"),
    "unshown": Words("Không hiển thị được phần này", "This part cannot be shown"),
    "preview": Words(
        "Bản xem thử: không có gì được lưu hay gửi đi.", "A preview: nothing is stored or sent."
    ),
    "opened": Words(
        "Câu trả lời vừa rồi mở thêm {n} câu hỏi", "Your last answer opened further questions: {n}"
    ),
    "appeared": Words("Đã thêm {n} câu hỏi", "Questions that are shown now: {n}"),
    "closed": Words("Đã ẩn {n} câu hỏi", "Questions that are hidden now: {n}"),
    "same": Words("Không có câu hỏi nào thay đổi", "No question has changed"),
    "added": Words("Đã thêm {item}", "Added: {item}"),
    "full": Words("Danh sách đã đủ {n} mục", "The list is full: {n}"),
    "removed": Words("Đã bỏ {item}.", "Removed: {item}."),
    "restored": Words("Đã lấy lại {item}", "Restored: {item}"),
    "found": Words("{n} mục khớp với “{text}”", "Matching “{text}”: {n}"),
    "found_some": Words(
        "{n} mục khớp với “{text}”, hiện {shown} mục đầu",
        "Matching “{text}”: {n}, of which {shown} are shown",
    ),
}

_TOO_LONG = Words(
    "{Label} có {length} ký tự, nhiều nhất {most}", "{Label} has {length} characters; at most {most}"
)
_WRITE_DAY = Words("Viết {label} như 24/11/2026", "Write {label} as 24/11/2026")

#: What people read of a fault, by its rule and what the question is like.
FAULTS: Mapping[str, Words] = {
    "required": Words("Nhập {label}", "Enter {label}"),
    "required choice": Words("Chọn {label}", "Select {label}"),
    "required list": Words("Thêm ít nhất một mục vào {label}", "Add at least one to {label}"),
    "required box": Words("Đánh dấu để xác nhận: {Label}", "Tick to confirm: {Label}"),
    "unknown": Words("Biểu mẫu không hỏi {path}", "The form does not ask for {path}"),
    "type": Words("{Label} chưa đúng kiểu", "{Label} is of another kind"),
    "number": Words(
        "{Label} phải là số. Dùng dấu phẩy trước phần thập phân, ví dụ 1250,5",
        "{Label} must be a number. Put a comma before decimals, as in 1250,5",
    ),
    "digits": Words(
        "{Label} có nhiều nhất {digits} chữ số thập phân", "{Label} has at most {digits} decimals"
    ),
    "digits none": Words("{Label} phải là số nguyên", "{Label} must be a whole number"),
    "increment": Words(
        "{Label}: hai giá trị gần nhất là {below} và {above}",
        "{Label}: the nearest values are {below} and {above}",
    ),
    "range": Words("{Label} phải từ {least} đến {most}", "{Label} must be between {least} and {most}"),
    "range least": Words("{Label} không được nhỏ hơn {least}", "{Label} must not be less than {least}"),
    "range most": Words("{Label} không được lớn hơn {most}", "{Label} must not be more than {most}"),
    "length": _TOO_LONG,
    "length least": Words("{Label} cần ít nhất {least} ký tự", "{Label} needs at least {least} characters"),
    "unjudged": _TOO_LONG,
    "pattern": Words("{Label} chưa đúng dạng", "{Label} is not written as it should be"),
    "pattern hint": Words("{Label} chưa đúng dạng: {hint}", "{Label} is not written as it should be: {hint}"),
    "email": Words("{Label} phải có dạng ten@vidu.vn", "{Label} must look like ten@vidu.vn"),
    "phone": Words(
        "{Label} phải là số điện thoại, ví dụ 0912 345 678",
        "{Label} must be a telephone number, as 0912 345 678",
    ),
    "instant": _WRITE_DAY,
    "instant time": Words("Viết {label} như 16:30", "Write {label} as 16:30"),
    "instant datetime": Words(
        "Viết {label} gồm ngày như 24/11/2026 và giờ như 16:30",
        "Write {label} as a date and a time: 24/11/2026, 16:30",
    ),
    "instant partial": Words(
        "Viết {label} như 24/11/2026, 11/2010 hoặc 2010", "Write {label} as 24/11/2026, 11/2010 or 2010"
    ),
    "day": Words(
        "{Label}: tháng {month} năm {year} không có ngày {day}",
        "{Label}: month {month} of {year} has no day {day}",
    ),
    "day month": Words("{Label}: một năm không có tháng {month}", "{Label}: a year has no month {month}"),
    "year": Words("{Label}: viết đủ bốn chữ số của năm", "{Label}: write the year with four digits"),
    "early": Words("{Label} không được trước ngày {earliest}", "{Label} must not be before {earliest}"),
    "late": Words("{Label} không được sau ngày {latest}", "{Label} must not be after {latest}"),
    "option": Words("Chọn một trong các mục của {label}", "Select one of the choices of {label}"),
    "items": Words("{Label} cần ít nhất {least} mục", "{Label} needs at least {least}"),
    "items most": Words("{Label} chỉ được {most} mục", "{Label} may have at most {most}"),
}


#: Numbers of dates are written without points.
_DATES = frozenset({"year", "month", "day"})


def of_form(text: str, language: str) -> str:
    """Words of a form within a sentence, marked where the page is not Vietnamese."""
    marked = language != VIETNAMESE and text
    return Markup('<span lang="vi">{}</span>').format(text) if marked else text


def word(name: str, language: str, **values: Any) -> str:
    """Words that stand at questions."""
    return FIXED[name].said(language, **values)


def fault(found: FieldFault, component: Component | None, language: str) -> str:
    """The sentence of a fault.

    `component` is the question, None where the form has none.
    """
    own = component.bounds.get("patternErrorMessage") if isinstance(component, Field) else None
    if found.rule is Rule.PATTERN and isinstance(own, str) and own.strip():
        return of_form(own.strip(), language)
    data = {
        name: value if name in _DATES else _written(value, language) for name, value in found.params.items()
    }
    named = str(found.params.get("label", found.path))
    own_words = {"Label": capital(named), "label": lowered(named, component)}
    if isinstance(component, Field):
        own_words["hint"] = component.hint
    values = {"path": found.path, **data}
    values |= {name: of_form(text, language) for name, text in own_words.items()}
    return FAULTS[_case(found, component)].said(language, **values)


def _case(found: FieldFault, component: Component | None) -> str:
    """The entry of `FAULTS` for a fault."""
    choose = _CASES.get(found.rule)
    beside = choose(found.params, component) if choose is not None else ""
    return f"{found.rule} {beside}".strip()


def _required(_: Mapping[str, Any], component: Component | None) -> str:
    if isinstance(component, forms.List):
        return "list"
    kind = component.kind if isinstance(component, Field) else ""
    return "box" if kind == "checkbox" else "choice" if kind in _CHOICES else ""


_CHOICES = frozenset({"select", "radio", "checklist", "taglist"})


def _range(data: Mapping[str, Any], _: Component | None) -> str:
    return "most" if data["least"] is None else "least" if data["most"] is None else ""


def _length(data: Mapping[str, Any], _: Component | None) -> str:
    return "least" if data["length"] < data["least"] else ""


def _instant(_: Mapping[str, Any], component: Component | None) -> str:
    bounds = component.bounds if isinstance(component, Field) else {}
    if bounds.get("partial") == "year":
        return "partial"
    return str(bounds.get("subtype")) if bounds.get("subtype") in ("time", "datetime") else ""


_CASES: Mapping[Rule, Callable[[Mapping[str, Any], Component | None], str]] = {
    Rule.REQUIRED: _required,
    Rule.DIGITS: lambda data, _: "" if data["digits"] else "none",
    Rule.RANGE: _range,
    Rule.LENGTH: _length,
    Rule.PATTERN: lambda _, component: "hint" if isinstance(component, Field) and component.hint else "",
    Rule.INSTANT: _instant,
    Rule.DAY: lambda data, _: "" if 1 <= data["month"] <= 12 else "month",
    Rule.ITEMS: lambda data, _: "most" if data["count"] > data["most"] else "",
}


def capital(label: str) -> str:
    """A label as it begins a sentence."""
    return label[:1].upper() + label[1:]


def lowered(label: str, component: Component | None = None) -> str:
    """A label within a sentence.

    Its first letter is small, but for acronyms and proper names.
    """
    first = label.split(" ", 1)[0]
    proper = component is not None and "hoso:proper" in component.look.properties
    return label if proper or not first[1:].islower() else label[:1].lower() + label[1:]


def told_apart(trails: Mapping[str, tuple[str, ...]], least: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Questions by their paths, each by the last labels of its trail.

    There are as many as tell it from all others, and no fewer than `least` says.
    """
    lengths = dict(least)
    while True:
        found = {path: trail[-lengths[path] :] for path, trail in trails.items()}
        often = Counter(found.values())
        alike = [
            path for path, trail in trails.items() if often[found[path]] > 1 and lengths[path] < len(trail)
        ]
        if not alike:
            return found
        for path in alike:
            lengths[path] += 1


def _written(value: Any, language: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return spelling.date(value) if isinstance(value, str) else value
    return spelling.number(value) if language == VIETNAMESE else f"{value:,}"
