"""Sections of a filing as the task list shows them, each with its faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hoso_api.http import fields as http_fields
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.filing.filing_draft import FilingDraft
from hoso_api.pages.shared import questions
from hoso_api.pages.shared.acting import Fault
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import FieldFault, Rule, answers
from hoso_calendar import messages
from hoso_workflows import drafts, errors
from hoso_workflows.lifecycle import validation

#: The last parts of the sections' addresses.
APPLICANT, ANSWERS, PAPERS, DELIVERY, CHECK = "nguoi-nop", "to-khai", "giay-to", "nhan-ket-qua", "kiem-tra"
#: The field of a fault, by the command's own.
PLACES: Mapping[str, str] = {f"applicant.{name}": field for field, name in fields.APPLICANT.items()} | {
    "applicant.area": fields.AREA
}


class State(StrEnum):
    """States of a section."""

    #: Nothing is kept of it.
    TO_DO = "to_do"
    #: Something of it is missing.
    BEGUN = "begun"
    #: Nothing of it keeps the dossier from being filed.
    DONE = "done"
    #: Something that was typed is wrong.
    WRONG = "wrong"
    #: Other sections come first.
    LATER = "later"
    #: Nothing is asked in it.
    NEEDLESS = "needless"


WORDS: Mapping[State, str] = {
    State.TO_DO: marked("Chưa làm"),
    State.BEGUN: marked("Đang làm"),
    State.DONE: marked("Xong"),
    State.WRONG: marked("Cần sửa"),
    State.LATER: marked("Chưa làm được"),
    State.NEEDLESS: marked("Không cần"),
}
MARKS: Mapping[State, str] = {
    State.TO_DO: "still",
    State.BEGUN: "soon",
    State.DONE: "fine",
    State.WRONG: "late",
    State.LATER: "still",
    State.NEEDLESS: "still",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a filing."""

    #: Behind the address of the draft.
    path: str
    name: str
    state: State
    faults: tuple[Fault, ...] = ()
    #: True where the name is the procedure's own.
    declared: bool = False

    @property
    def finished(self) -> bool:
        """True where nothing is left to do in it."""
        return self.state in (State.DONE, State.NEEDLESS)


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a filing in their order, the check left out."""

    each: Sequence[Section]
    #: What concerns no section.
    others: tuple[Fault, ...]

    @property
    def left(self) -> int:
        """The number of sections that are not finished."""
        return sum(not each.finished for each in self.each)

    @property
    def faults(self) -> list[tuple[Section | None, Fault]]:
        """Everything that keeps the dossier from being filed, with its section."""
        found: list[tuple[Section | None, Fault]] = [
            (section, fault) for section in self.each for fault in section.faults
        ]
        return [*found, *((None, each) for each in self.others)]

    def of(self, path: str) -> Section:
        """The section at a path."""
        return next(each for each in self.each if each.path == path)

    def behind(self, path: str) -> str:
        """The path of the next section that asks anything, else of the check."""
        paths = [each.path for each in self.each]
        rest = self.each[paths.index(path) + 1 :] if path in paths else ()
        return next((each.path for each in rest if each.state is not State.NEEDLESS), CHECK)

    @property
    def first_left(self) -> str:
        """The path of the first section that is not finished, else of the check."""
        return next((each.path for each in self.each if not each.finished), CHECK)


async def of(filing: FilingDraft) -> Sections:
    """The sections of a draft, judged as it would be filed now. Nothing is stored."""
    visit, request = filing.visit, filing.command()
    judged = await drafts.judge(
        visit.service, request, filing.draft.files, actor=visit.principal, at=visit.at
    )
    delivery = await _delivery(filing)
    sections = (
        _applicant(filing, judged),
        *_pages(filing, judged),
        _papers(filing, judged),
        delivery,
    )
    rest = [each for each in judged if not each.field and not delivery.faults]
    others = (Fault(messages.opening(messages.translated(each.message))) for each in rest)
    return Sections(sections, (*others, *_illegible(filing.content)))


def _illegible(content: Any) -> Iterator[Fault]:
    """The faults of texts with signs that are not seen.

    They came another way than by a page.
    """
    if isinstance(content, str):
        try:
            http_fields.legible(content)
        except ValueError as why:
            yield Fault(f"“{content[:40]}”: {messages.translated(why)}")
    elif isinstance(content, Mapping):
        for each in content.values():
            yield from _illegible(each)
    elif isinstance(content, list):
        for each in content:
            yield from _illegible(each)


def _state(faults: Iterable[Fault], begun: bool, wrong: bool) -> State:
    if not list(faults):
        return State.DONE
    if not begun:
        return State.TO_DO
    return State.WRONG if wrong else State.BEGUN


def applicant_faults(filing: FilingDraft, judged: Iterable[errors.Fault]) -> list[Fault]:
    """The faults of the applicant's fields, each at its field."""
    awaited = _awaited_proof(filing)
    found = [
        each
        for each in judged
        if each.field.startswith("applicant") and not (awaited and each.field == PROOF)
    ]
    return [*fields.faults(filing.typed), *(fields.placed(each, PLACES) for each in found)]


#: The field of a command that names the paper by which somebody files for others.
PROOF = "applicant.authorisation_paper"


def _awaited_proof(filing: FilingDraft) -> str | None:
    """The code of the paper that authorises who files, until it is handed in."""
    code = filing.typed.get(fields.PROXY_PAPER)
    known = {each.code for each in filing.case.components}
    given = {*(each.component for each in filing.draft.files), *filing.command().components}
    return code if code in known and code not in given else None


def _applicant(filing: FilingDraft, judged: Iterable[errors.Fault]) -> Section:
    faults = applicant_faults(filing, judged)
    typed = {field for field in (fields.NAME, fields.NUMBER) if filing.typed.get(field)}
    if not typed:
        faults = faults or [Fault(spoken("Ghi họ tên, hoặc tên tổ chức."), fields.NAME)]
    state = _state(faults, bool(typed), wrong=True)
    return Section(APPLICANT, spoken("Người nộp"), state, tuple(faults))


def _pages(filing: FilingDraft, judged: Iterable[errors.Fault]) -> Iterator[Section]:
    form = filing.form
    if form is None:
        return
    filed = form.kept(filing.answers)
    areas = {each.field.removeprefix("form."): each for each in judged if each.field.startswith("form.")}
    asking = [number for number in range(len(form.pages)) if _asks(form, number)]
    for number in asking:
        shown = [each for each in forms.flat(form.visible(filing.answers, number)) if each.path]
        name, declared = _name(form, number, len(asking)), bool(form.pages[number].title)
        if not any(_is_question(each) for each in shown):
            yield Section(f"{ANSWERS}/{number + 1}", name, State.NEEDLESS, declared=declared)
            continue
        found = form.faults(filed, number)
        faults = [*_sentences(filing, number, found), *_of_areas(areas, shown, found)]
        begun = any(not answers.empty(each.answer) for each in shown if _is_question(each))
        wrong = len(faults) > len(found) or any(each.rule is not Rule.REQUIRED for each in found)
        yield Section(f"{ANSWERS}/{number + 1}", name, _state(faults, begun, wrong), tuple(faults), declared)


def _asks(form: forms.Form, number: int) -> bool:
    """True for a page that asks anything, whatever is answered."""
    found = forms.walk(form.pages[number].components)
    return any(isinstance(each, forms.Field | forms.List) for _, each in found)


def _is_question(shown: forms.Shown) -> bool:
    return isinstance(shown.component, forms.Field | forms.List)


def _name(form: forms.Form, number: int, count: int) -> str:
    said = form.pages[number].title
    if count == 1:
        return said or spoken("Tờ khai")
    return said or spoken("Tờ khai, trang {n}", n=number + 1)


def _sentences(filing: FilingDraft, page: int, found: Sequence[FieldFault]) -> Iterator[Fault]:
    assert filing.form is not None  # noqa: S101 - only a form has pages
    sheet = questions.Sheet(
        filing.form, filing.answers, found, page=page, language=filing.visit.look.language
    )
    for address, said in sheet.summary:
        yield Fault(said, address.removeprefix("#f-") if address.startswith("#f-") else None)


def _of_areas(
    areas: Mapping[str, errors.Fault], shown: Iterable[forms.Shown], found: Iterable[FieldFault]
) -> Iterator[Fault]:
    """The faults that a form alone does not see: areas that are none."""
    known = {each.path for each in found}
    for each in shown:
        if each.path in areas and each.path not in known:
            said = messages.opening(messages.translated(areas[each.path].message))
            yield Fault(said, each.path.replace(".", "-"))


def _papers(filing: FilingDraft, judged: Iterable[errors.Fault]) -> Section:
    name = spoken("Giấy tờ")
    if not filing.case.components:
        return Section(PAPERS, name, State.NEEDLESS)
    given = {each.component for each in filing.draft.files if each.component}
    missing = validation.lacking(filing.case, [*given, *filing.command().components])
    proof = _awaited_proof(filing)
    missing += [each for each in filing.case.components if each.code == proof and each not in missing]
    files = [
        Fault(messages.opening(messages.translated(each.message)))
        for each in judged
        if each.field.startswith("files")
    ]
    faults = [
        *(Fault(spoken("Tải lên"), f"tep-{each.code}") for each in missing),
        *files,
    ]
    return Section(PAPERS, name, _state(faults, bool(filing.draft.files), wrong=bool(files)), tuple(faults))


async def _delivery(filing: FilingDraft) -> Section:
    asked = await filing.units()
    faults = [
        Fault(spoken("Chọn: {part}", part=spoken(fields.PARTS[part])), fields.UNITS[part])
        for part, names in asked.items()
        if filing.typed.get(fields.UNITS[part]) not in names
    ]
    begun = fields.MODE in filing.typed
    if not begun:
        faults.insert(0, Fault(spoken("Chọn cách nhận kết quả."), fields.MODE))
    return Section(DELIVERY, spoken("Nhận kết quả"), _state(faults, begun, wrong=False), tuple(faults))
