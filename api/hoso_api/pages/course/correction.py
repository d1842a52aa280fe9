"""Correction of a dossier's record: a form of values, a command of changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hoso_api.pages.desk import filing
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.officer import dossier_overview
from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared import postings, questions
from hoso_api.pages.shared.acting import Fault, Filled, Form, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.question import ident
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package import forms
from hoso_workflows.lifecycle import commands

#: Fields of the page that are no question and nobody's data.
REASON, BLAME = "ly-do", "np-loi"
#: Who made the mistake: the value of each choice, and its words.
OURS, THEIRS = "co-quan", "nguoi-nop"
BLAMED = (
    (OURS, marked("Cơ quan ghi sai; cơ quan chịu chi phí")),
    (THEIRS, marked("Người nộp khai sai")),
)


@dataclass(frozen=True)
class Recorded:
    """Record of a dossier's applicant, and of the answers of its filing."""

    applicant: Mapping[str, Any]
    answers: Mapping[str, Any]
    #: The questions of its filing; None without a form.
    form: forms.Form | None

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names of answers that the form asks for; others are not corrected here."""
        found = forms.walk(self.form.components) if self.form else ()
        return frozenset(path.partition(".")[0] for path, _ in found)

    @property
    def places(self) -> Mapping[str, str]:
        """The field of a fault, by the command's own."""
        own = {f"applicant.{name}": field for field, name in fields.APPLICANT.items()}
        area = {"applicant.area": fields.AREA, "reason-missing": REASON}
        return {**own, **area, **{f"form.{name}": ident(name) for name in self.asked}}


async def recorded(visit: Visit, subject: Subject) -> Recorded:
    """Record of a dossier."""
    course = await dossier_overview.course(visit, subject)
    known = subject.document
    return Recorded(known["applicant"] or {}, known["form"] or {}, course.form)


def begun(visit: Visit, known: Recorded) -> Filled:
    """The form at first: with what is recorded, or as it was parked."""
    typed = {field: str(known.applicant.get(name) or "") for field, name in fields.APPLICANT.items()}
    return Filled.first(visit, **typed)


def received(known: Recorded, form: Form) -> Received | None:
    """The answers that were sent, over those that are recorded; None without questions."""
    if known.form is None:
        return None
    return postings.read(known.form, form.fields.multi_items(), known.answers)


def sheet(visit: Visit, known: Recorded, sent: Received | None) -> questions.Sheet | None:
    """The questions with what is recorded, or as they were answered."""
    if known.form is None:
        return None
    if sent is not None:
        faults = () if sent.again else filing.of_the_desk(sent)
        return questions.Sheet(known.form, sent.answers, faults, received=sent, language=visit.look.language)
    pairs = [(name, text) for name, texts in (visit.parked or {}).items() for text in texts]
    answers = postings.read(known.form, pairs, known.answers).answers if pairs else known.answers
    return questions.Sheet(known.form, answers, language=visit.look.language)


def command(known: Recorded, form: Form, sent: Received | None) -> commands.Rectify:
    """The correction of a form: what differs from what is recorded. Raises Stopped."""
    form.require_legible()
    faults = [*_missing(form), *fields.faults(fields.texts(form)), *_answered(sent)]
    if faults:
        raise Stopped(form, faults)
    applicant = dict(_applicant(known, form))
    return commands.Rectify(
        form.text(REASON), applicant, dict(_answers(known, sent)), own_fault=form.text(BLAME) == OURS
    )


def _missing(form: Form) -> Iterator[Fault]:
    if not form.text(REASON):
        yield Fault(spoken("Ghi lý do."), REASON)
    if form.text(BLAME) not in dict(BLAMED):
        yield Fault(spoken("Chọn ai đã ghi sai."), BLAME)


def _answered(sent: Received | None) -> Iterator[Fault]:
    """The faults of the answers, as their questions say them."""
    if sent is not None and (wrong := filing.of_the_desk(sent)):
        shown = questions.Sheet(sent.form, sent.answers, wrong, received=sent)
        for address, said in shown.summary:
            yield Fault(said, address.removeprefix("#f-") if address.startswith("#f-") else None)


def _applicant(known: Recorded, form: Form) -> Iterator[tuple[str, str | None]]:
    """The fields of the applicant that are other than recorded. A name and a kind are never empty."""
    for field, name in fields.APPLICANT.items():
        if form.text(field) != str(known.applicant.get(name) or ""):
            yield name, form.text(field) or ("" if name in ("name", "kind") else None)
    if form.text(fields.AREA):
        yield "area", form.text(fields.AREA)


def _answers(known: Recorded, sent: Received | None) -> Iterator[tuple[str, Any]]:
    """The answers that are other than recorded; one that was taken away is None."""
    if sent is None:
        return
    for name in sorted(known.asked & {*sent.filed, *known.answers}):
        if sent.filed.get(name) != known.answers.get(name):
            yield name, sent.filed.get(name)
