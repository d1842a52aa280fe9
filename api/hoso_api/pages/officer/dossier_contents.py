"""Contents of a dossier: applicant, answers of its filing and of its steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows.dossiers import views
from hoso_workflows.tracking.steps import Course

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


def answers(subject: Subject, course: Course) -> Iterator[tuple[str, str]]:
    """The answers of the filing, in the order of its form.

    Those of no question stand at the end.
    """
    given: Mapping[str, Any] = subject.document["form"] or {}
    known = [key for key in course.questions if key in given]
    for key in (*known, *(each for each in given if each not in course.questions)):
        yield course.questions.get(key, key), said(given[key])


def said(value: Any) -> str:
    """An answer as people read it."""
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


async def erasure(visit: Visit, subject: Subject) -> Erasure | None:
    """The erasure of the dossier; None for one that has its contents."""
    if subject.document["form"] or (subject.document["applicant"] or {}).get("name"):
        return None
    found = await views.history(visit.service, subject.document["reference"], **visit.reading)
    for each in reversed(found["items"]):
        if each["kind"] == "erased":
            return Erasure(datetime.fromisoformat(each["at"]), str((each["payload"] or {}).get("basis", "")))
    return None
