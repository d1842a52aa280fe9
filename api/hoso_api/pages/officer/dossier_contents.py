"""Contents of a dossier: applicant, answers of its filing and of its steps."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared.question import Mode
from hoso_api.pages.shared.questions import Sheet
from hoso_api.pages.shared.visit import Visited
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import answers as by_path
from hoso_workflows import localtime
from hoso_workflows.attachments import file_views
from hoso_workflows.attachments.uploads import Asked
from hoso_workflows.dossiers import views

#: What is known of an applicant, in the order of the page.
APPLICANT: tuple[tuple[str, str], ...] = (
    ("name", marked("Họ tên hoặc tên tổ chức")),
    ("identifier", marked("Số định danh hoặc mã số")),
    ("address", marked("Địa chỉ")),
    ("phone", marked("Điện thoại")),
    ("email", marked("Thư điện tử")),
    ("authorised_name", marked("Người được ủy quyền")),
    ("authorised_identifier", marked("Số định danh người được ủy quyền")),
    ("authorisation_paper", marked("Giấy ủy quyền")),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure by law: when, and on what basis."""

    at: datetime
    basis: str


def applicant(subject: Subject) -> Iterator[tuple[str, str]]:
    """The known data of the applicant, each with its words."""
    known = subject.document["applicant"] or {}
    for name, words in APPLICANT:
        if known.get(name):
            yield spoken(words), str(known[name])


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to a form, and those to no question of it."""

    #: None without a form.
    sheet: Sheet | None
    #: Answers that the form does not ask for, each with its words: those of another version, of steps without a form.
    rest: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, form: forms.Form | None, given: Mapping[str, Any], **shown: Any) -> "Answers | None":
        """The answers of a filing or a step; None where there are none."""
        if not given:
            return None
        if form is None:
            return cls(None, tuple((name, said(answer)) for name, answer in given.items()))
        return cls(Sheet(form, given, mode=Mode.READ, **shown), tuple(_rest(form, given)))


def _rest(form: forms.Form, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    words = {path: each.label for path, each in forms.walk(form.components) if isinstance(each, forms.Field)}
    for path in (each.path for each in form.faults(given) if each.rule is forms.Rule.UNKNOWN):
        asked = words.get(re.sub(r"\.\d+\.", ".*.", path))
        yield asked or path, said(by_path.get(given, path))


async def shown(visit: Visited, subject: Subject) -> dict[str, Any]:
    """Language, day, and newest files of each paper, as sheets show them."""
    asked = Asked(visit.principal, visit.at, visit.origin)
    found: dict[str, list[str]] = {}
    for each in await file_views.listed(visit.request.app.state.files, subject.document["reference"], asked):
        if each["component"] and not each["internal"] and each["superseded_at"] is None:
            found.setdefault(each["component"], []).append(each["title"] or each["name"])
    return {"files": found, "language": visit.look.language, "today": localtime.local_date(visit.at)}


def said(value: Any) -> str:
    """An answer to no question, as people read it."""
    if isinstance(value, bool):
        return spoken("Có") if value else spoken("Không")
    if isinstance(value, list):
        return "; ".join(map(said, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {said(each)}" for key, each in value.items())
    return "–" if value in (None, "") else wording.counted(value) if _large(value) else str(value)


def _large(value: Any) -> bool:
    """True for a number that is written in groups of three. A year is not."""
    return isinstance(value, int) and abs(value) >= _GROUPED


_GROUPED = 10_000


async def erasure(visit: Visited, subject: Subject) -> Erasure | None:
    """The erasure of the dossier; None for one that has its contents."""
    if subject.document["form"] or (subject.document["applicant"] or {}).get("name"):
        return None
    found = await views.history(visit.service, subject.document["reference"], **visit.reading)
    for each in reversed(found["items"]):
        if each["kind"] == "erased":
            return Erasure(datetime.fromisoformat(each["at"]), str((each["payload"] or {}).get("basis", "")))
    return None
