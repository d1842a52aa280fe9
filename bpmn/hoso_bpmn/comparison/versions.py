"""Differences between two versions of a procedure, worded for its approver."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from hoso_bpmn import errors
from hoso_bpmn.comparison import form_summary
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.drawing import svg
from hoso_bpmn.package import calls
from hoso_bpmn.package.package import Case, Component, Package


class Kind(StrEnum):
    """Kind of a difference."""

    #: The newer version has it, the older one not.
    ADDED = "added"
    #: The older version has it, the newer one not.
    REMOVED = "removed"
    #: Both have it, and it says something else.
    CHANGED = "changed"


_PROPERTIES = {
    "limit": "thời hạn",
    "milestone": "mốc",
    "form": "biểu mẫu",
    "clock": "đồng hồ",
    "clock_basis": "căn cứ của đồng hồ",
    "role": "vai trò",
    "unit": "đơn vị",
    "ends": "kết thúc",
    "decisionRef": "bảng quyết định",
    "decisionId": "bảng quyết định",
}
#: What else a case, a paper of it and a fee say.
_CASE = {
    "process": "Tệp quy trình",
    "form": "Biểu mẫu nộp hồ sơ",
    "applicants": "Đối tượng thực hiện",
    "results": "Kết quả",
    "sets": "Số bộ hồ sơ",
    "retention": "Thời hạn lưu",
    "basis": "Căn cứ của trường hợp",
    "source": "Nguồn của trường hợp",
}
_PAPER = {
    "form": "biểu mẫu",
    "template": "mẫu",
    "accept": "tệp",
    "max_size": "tối đa",
    "condition": "khi",
    "source": "nguồn",
}
_FEE = {"per": "theo", "after": "tính sau", "most": "mỗi bản nhiều nhất", "basis": "căn cứ"}
#: When a fee is collected; at reception nothing is said.
_DUE = {
    "filing": ", thu khi nộp hồ sơ",
    "reception": "",
    "supplement": ", thu khi bổ sung hồ sơ",
    "return": ", thu khi trả kết quả",
}
_WORDS = {Kind.ADDED: "thêm", Kind.REMOVED: "bỏ", Kind.CHANGED: "sửa"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `case` and `element` are empty where it concerns the whole procedure or the whole case."""

    kind: Kind
    #: The thing: `Thời hạn`, `Bước Thẩm định`, `Thành phần TP01` …
    subject: str
    before: str
    after: str
    case: str = ""
    element: str = ""
    #: The called procedure that differs, where it is not the procedure itself: `9.000002`, `9.000002 → 9.000003`.
    within: str = ""

    @property
    def words(self) -> str:
        """The difference as a sentence. Such as `Bước Thẩm định, thời hạn: sửa "2 ngày" thành "3 ngày"`."""
        place = f"Trong {self.within}: " if self.within else ""
        place += f"Trường hợp {self.case}: " if self.case else ""
        if self.kind is Kind.CHANGED:
            return f'{place}{self.subject}: sửa "{self.before}" thành "{self.after}"'
        said = self.after if self.kind is Kind.ADDED else self.before
        return f"{place}{_WORDS[self.kind]} {self.subject}" + (f" ({said})" if said else "")


def compare(old: Package, new: Package) -> tuple[Difference, ...]:
    """List every difference of two versions; equal versions have none.

    The order is manifest, cases, processes, files, called versions.
    """
    return (
        *_identity(old, new),
        *_lanes(old, new),
        *_cases(old, new),
        *_files(old, new),
        *_within_calls(old, new),
    )


def draw(old: Package, new: Package, case: str | None = None) -> str:
    """Draw the newer process as SVG, additions and changes marked. Raises `NoSuchCase` or `RefusedFile`."""
    chosen = new.case(case)
    _, after = marked(old, new, chosen)
    return svg.draw(new.process(chosen), after)


def marked(old: Package, new: Package, case: Case) -> tuple[svg.Revision, svg.Revision]:
    """Marks for the pictures of an older and of a newer process.

    None where the older one lacks the case.
    """
    older = next((one for one in old.cases if one.id == case.id), None)
    named: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    changed: dict[str, str] = {}
    for difference in _process(old, older, new, case) if older is not None else ():
        if difference.element:
            named[difference.kind].add(difference.element)
        if difference.element and difference.kind is Kind.CHANGED:
            changed.setdefault(difference.element, f"{difference.before} → {difference.after}")
    before = svg.Revision(changed=changed, removed=frozenset(named[Kind.REMOVED]))
    return before, svg.Revision(frozenset(named[Kind.ADDED]), changed)


def _identity(old: Package, new: Package) -> Iterator[Difference]:
    named = {
        "name": "Tên",
        "authority": "Cơ quan công bố",
        "field": "Lĩnh vực",
        "level": "Cấp",
        "source": "Nguồn",
    }
    for key, subject in named.items():
        yield from _value(subject, getattr(old, key), getattr(new, key))
    yield from _value("Câu hỏi trước khi nộp", _eligibility(old), _eligibility(new))
    yield from _each("Căn cứ pháp lý", dict.fromkeys(old.legal_basis, ""), dict.fromkeys(new.legal_basis, ""))


def _lanes(old: Package, new: Package) -> Iterator[Difference]:
    def said(package: Package) -> dict[str, str]:
        return {name: f"vai trò {lane.role}, đơn vị {lane.unit}" for name, lane in package.lanes.items()}

    yield from _each("Làn", said(old), said(new))


def _eligibility(package: Package) -> str | None:
    """The files that say who may file, and on what ground."""
    asked = package.eligibility
    return ", ".join((asked.form, asked.decision, *asked.basis)) if asked else None


def _cases(old: Package, new: Package) -> Iterator[Difference]:
    before, after = ({case.id: case for case in package.cases} for package in (old, new))
    yield from _each("Trường hợp", dict.fromkeys(before, ""), dict.fromkeys(after, ""))
    several = len(before) > 1 or len(after) > 1
    for key in (key for key in after if key in before):
        found = [*_case(before[key], after[key]), *_process(old, before[key], new, after[key])]
        yield from (replace(difference, case=key if several else "") for difference in found)


def _case(old: Case, new: Case) -> Iterator[Difference]:
    yield from _value("Tên trường hợp", old.name, new.name)
    yield from _value("Thời hạn giải quyết", old.term, new.term)
    for key, subject in _CASE.items():
        yield from _value(subject, _joined(getattr(old, key)), _joined(getattr(new, key)))
    yield from _each("Cách tính thời hạn", _texts(old.policy_text), _texts(new.policy_text))
    yield from _each("Thành phần hồ sơ", _components(old), _components(new))
    yield from _each("Phí, lệ phí", _fees(old), _fees(new))


def _components(case: Case) -> dict[str, str]:
    return {one.code: ", ".join(_paper(one)) for one in case.components}


def _paper(one: Component) -> Iterator[str]:
    yield f"{one.name}: {one.originals} bản chính, {one.copies} bản sao"
    if not one.required:
        yield "nếu có"
    for key, word in _PAPER.items():
        if getattr(one, key):
            yield f"{word} {_joined(getattr(one, key))}"


def _fees(case: Case) -> dict[str, str]:
    return {
        fee.name: ("chưa công bố" if fee.amount is None else f"{fee.amount} đồng")
        + "".join(f", {word} {getattr(fee, key)}" for key, word in _FEE.items() if getattr(fee, key))
        + _DUE[fee.due]
        for fee in case.fees
    }


def _joined(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _process(old: Package, before: Case, new: Package, after: Case) -> Iterator[Difference]:
    was, now = _executable(old, before), _executable(new, after)
    if was is None or now is None:
        return
    for key, element in was.elements.items():
        if key not in now.elements:
            yield Difference(Kind.REMOVED, f"Phần tử {element.label}", element.tag, "", element=key)
    for key, element in now.elements.items():
        if key not in was.elements:
            yield Difference(Kind.ADDED, f"Phần tử {element.label}", "", element.tag, element=key)
        else:
            subject, before_call = f"Bước {element.label}", _called(old, was.elements[key])
            yield from _element(subject, was.elements[key], element)
            yield from _value(f"{subject}, thủ tục được gọi", before_call, _called(new, element), key)
    yield from _each("Hướng đi", dict(_flows(was)), dict(_flows(now)))


def _executable(package: Package, case: Case) -> Process | None:
    if case.process not in package.files:
        return None
    return next(iter(diagram.read(package.files[case.process]).executable), None)


def _element(subject: str, old: Element, new: Element) -> Iterator[Difference]:
    yield from _value(f"{subject}, tên", old.name, new.name, new.id)
    yield from _value(f"{subject}, loại", old.tag, new.tag, new.id)
    yield from _value(f"{subject}, làn", old.lane, new.lane, new.id)
    yield from _value(f"{subject}, hẹn giờ", _triggers(old), _triggers(new), new.id)
    yield from _value(f"{subject}, số lần", _repeats(old), _repeats(new), new.id)
    yield from _value(f"{subject}, gắn vào", old.attached_to, new.attached_to, new.id)
    if old.interrupting != new.interrupting:
        yield Difference(Kind.CHANGED, f"{subject}, ngắt", _yes(old), _yes(new), element=new.id)
    for key, word in _PROPERTIES.items():
        yield from _value(f"{subject}, {word}", old.properties.get(key), new.properties.get(key), new.id)


def _called(package: Package, element: Element) -> str:
    """Description of the called procedure: `9.000002, trường hợp cap-moi, phiên bản 2`.

    It has as much as is known.
    """
    if element.tag != "callActivity":
        return ""
    try:
        code = calls.called(element)
    except errors.UnsupportedElement:
        return ""
    case, pin = element.properties.get("case"), (package.pins or {}).get(code)
    words = [code, case and f"trường hợp {case}", pin and f"phiên bản {pin.number}"]
    return ", ".join(word for word in words if word)


def _within_calls(old: Package, new: Package) -> Iterator[Difference]:
    """Differences in the procedures that both versions call, in different versions."""
    before, after = old.pins or {}, new.pins or {}
    for code in (code for code in after if code in before and before[code].number != after[code].number):
        for difference in compare(before[code].package, after[code].package):
            within = " → ".join(filter(None, (code, difference.within)))
            yield replace(difference, within=within)


def _triggers(element: Element) -> str:
    return "; ".join(d.text or d.name or d.kind for d in element.event_definitions)


def _repeats(element: Element) -> str:
    """`parallel, 3`, `sequential, danh_sach, dung_khi > 1`."""
    several = element.multi_instance
    said = (several.kind, several.cardinality, several.collection, several.completion) if several else ()
    return ", ".join(filter(None, said))


def _yes(element: Element) -> str:
    return "có" if element.interrupting else "không"


def _flows(process: Process) -> Iterator[tuple[str, str]]:
    for flow in process.flows.values():
        source = process.elements.get(flow.source)
        default = source is not None and source.default_flow == flow.id
        yield _way(process, flow), flow.condition or ("mặc định" if default else "")


def _way(process: Process, flow: Flow) -> str:
    source, target = process.elements.get(flow.source), process.elements.get(flow.target)
    ends = [element.label if element is not None else "?" for element in (source, target)]
    return f"{ends[0]} → {ends[1]}" + (f" [{flow.name}]" if flow.name else "")


def _files(old: Package, new: Package) -> Iterator[Difference]:
    known = {case.process for package in (old, new) for case in package.cases} | {"procedure.toml"}
    before, after = (
        {path: data for path, data in package.files.items() if path not in known} for package in (old, new)
    )
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield Difference(Kind.REMOVED, f"Tệp {path}", "", "")
        elif path not in before:
            yield Difference(Kind.ADDED, f"Tệp {path}", "", "")
        elif before[path] != after[path]:
            yield from _file(f"Tệp {path}", before[path], after[path])


def _file(subject: str, before: bytes, after: bytes) -> Iterator[Difference]:
    """Differences of a file; of a form one for each component.

    Another file, or a form that asks the same, is only said to be another.
    """
    asked, asks = (form_summary.of(data) if subject.endswith(".form") else None for data in (before, after))
    if asked is not None and asks is not None and asked != asks:
        yield from _each(f"{subject}, câu hỏi", asked, asks)
    else:
        was, now = (
            f"{len(data)} byte, sha256 {hashlib.sha256(data).hexdigest()[:8]}" for data in (before, after)
        )
        yield Difference(Kind.CHANGED, subject, was, now)


def _texts(policy: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in policy.items()}


def _value(subject: str, before: object, after: object, element: str = "") -> Iterator[Difference]:
    if before != after:
        yield Difference(Kind.CHANGED, subject, _said(before), _said(after), element=element)


def _said(value: object) -> str:
    return str(value) if value not in (None, "") else "không có"


def _each(subject: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for key in _ordered(before, after):
        if key not in after:
            yield Difference(Kind.REMOVED, f"{subject} {key}", before[key], "")
        elif key not in before:
            yield Difference(Kind.ADDED, f"{subject} {key}", "", after[key])
        elif before[key] != after[key]:
            yield Difference(Kind.CHANGED, f"{subject} {key}", _said(before[key]), _said(after[key]))


def _ordered(before: Iterable[str], after: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*before, *after)))
