"""A procedure before it is filed for: cases, competent units, drafts there are already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from hoso_api.pages.filing import filing_draft
from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_bpmn.package import forms
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import Package
from hoso_bpmn.runs import eligibility
from hoso_calendar import messages
from hoso_workflows import drafts, errors, localtime
from hoso_workflows.procedures import competent_units, openings
from hoso_workflows.procedures.competent_units import Part

ADDRESS = "/nop"


@dataclass(frozen=True, slots=True)
class Offer:
    """A case that can be filed, and the units that it goes to."""

    case: Case
    parts: Sequence[Part]
    questions: int
    #: Why nobody takes it now, in words; empty where somebody does.
    refused: str

    @property
    def would_be(self) -> list[str]:
        """In words: who is competent elsewhere, or will be."""
        return [words for part in self.parts for words in part.would_be]

    @property
    def open(self) -> bool:
        """True where the case can be filed online now."""
        return not self.refused and not self.would_be


async def offers(visit: ApplicantVisit, package: Package) -> list[Offer]:
    """The cases of a procedure with who is competent today."""
    return [await _offer(visit, package, case) for case in package.cases]


async def _offer(visit: ApplicantVisit, package: Package, case: Case) -> Offer:
    day, reference_data = localtime.local_date(visit.at), visit.service.reference_data
    try:
        parts = await competent_units.preview(reference_data, package.code, day, case=case.id)
    except errors.Refusal as refused:
        return Offer(case, (), _questions(package, case), messages.opening(messages.translated(refused)))
    return Offer(case, parts, _questions(package, case), "")


def _questions(package: Package, case: Case) -> int:
    """The number of questions that the case asks at first."""
    if case.form is None:
        return 0
    form = forms.stored(package.files[case.form])
    return sum(isinstance(each.component, forms.Field) for each in forms.flat(form.visible(form.begun())))


def answered(package: Package, case: str, written: str) -> dict[str, Any]:
    """Answers to the questions before a filing that its form asks too.

    They come with what it begins with; none where it asks none. What cannot be read, or is no answer to them, is left out.
    """
    path, asked = package.case(case).form, eligibility.form(package)
    if path is None or asked is None or not written:
        return {}
    try:
        found = asked.kept(orjson.loads(written))
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return {}
    form = forms.stored(package.files[path])
    known = {name: answer for name, answer in found.items() if name in form.names}
    return {**form.begun(), **known} if known and not asked.faults(found) else {}


async def package(visit: ApplicantVisit, code: str) -> Package:
    """A procedure in the version that is in force. Raises NotFound, ProcedureNotYet."""
    day = localtime.local_date(visit.at)
    try:
        return (await visit.service.reference_data.active(code, day)).package
    except errors.NotFound:
        raise await openings.unopened(visit.service.db, code, day) from None


async def there(visit: ApplicantVisit, code: str) -> list[drafts.Draft]:
    """The reader's unfiled drafts of a procedure, the newest first."""
    page = await filing_draft.kept(visit).search(visit.principal, at=visit.at)
    return [each for each in page.items if each.procedure == code and not each.answered]
