"""Pages of the e-form of a draft: asked, kept with whatever is typed, judged."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.filing import filing_draft, sections, steps
from hoso_api.pages.filing.filing_draft import ADDRESS, FilingDraft
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import postings, questions, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_bpmn.package import forms
from hoso_workflows import errors

router = session.router(f"{ADDRESS}/{{draft}}/{sections.ANSWERS}/{{number}}")
Number = Annotated[int, Path(ge=1, le=500)]
Back = Annotated[str, Query(alias=steps.BACK, max_length=20)]


@dataclass(frozen=True)
class FormPage:
    """A page of the questions of a draft."""

    filing: FilingDraft
    form: forms.Form
    #: From 0 on.
    number: int
    back: str

    @property
    def path(self) -> str:
        """Its path behind the address of the draft."""
        return f"{sections.ANSWERS}/{self.number + 1}"

    @property
    def address(self) -> str:
        """Its address, with where it leads back to."""
        back = f"?{steps.BACK}={self.back}" if self.back == sections.CHECK else ""
        return f"{self.filing.address}/{self.path}{back}"

    @property
    def part(self) -> dict[str, Any]:
        """The answers to its questions that are kept."""
        asked = {
            path.partition(".")[0]
            for path, each in forms.walk(self.form.pages[self.number].components)
            if isinstance(each, forms.Field | forms.List)
        }
        return {name: answer for name, answer in self.filing.answers.items() if name in asked}

    def received(self, form: Form, *, pressed: bool = True) -> Received:
        """The answers of a form that was sent, over those that are kept."""
        sent = form.fields.multi_items()
        return postings.read(
            self.form,
            sent if pressed else postings.unpressed(sent),
            self.filing.answers,
            self.number,
            envelope=self.filing.envelope,
        )

    def sheet(self, visit: ApplicantVisit, sent: Received | None) -> questions.Sheet:
        """The questions: as they were sent, else as parked, else as kept."""
        shown: dict[str, Any] = {"language": visit.look.language, "changed_at": self.address}
        if sent is not None:
            return questions.received(sent, **shown)
        pairs = [(name, text) for name, texts in (visit.parked or {}).items() for text in texts]
        begun = postings.read(self.form, pairs, self.filing.answers, self.number) if pairs else None
        found = begun.answers if begun else self.filing.answers
        return questions.Sheet(self.form, found, page=self.number, **shown)


async def _opened(visit: ApplicantVisit, draft: UUID, number: int, back: str) -> FormPage:
    """A page of a draft's questions. Raises NotFound."""
    filing = await filing_draft.opened(visit, draft)
    if filing.form is None or number > len(filing.form.pages):
        raise errors.NotFound("page", number)
    return FormPage(filing, filing.form, number - 1, back)


@router.get("")
@acts.named("get_draft")
@steps.of_a_draft
async def answer_page(draft: UUID, number: Number, visit: ApplicantVisitNow, back: Back = "") -> Response:
    """The questions of one page with their answers. A page that asks nothing leads on."""
    page = await _opened(visit, draft, number, back)
    sheet = page.sheet(visit, None)
    if not any(isinstance(each.component, forms.Field | forms.List) for each in forms.flat(sheet.shown)):
        found = await sections.of(page.filing)
        return RedirectResponse(f"{page.filing.address}/{found.behind(page.path)}", status_code=303)
    return _shown(page, Filled.first(visit), sheet)


@router.post("")
@acts.named("change_draft")
@steps.of_a_draft
async def keep_answers(
    draft: UUID, number: Number, visit: ApplicantVisitNow, form: FormNow, back: Back = ""
) -> Response:
    """Keep the answers, right or wrong. On to the next section where they are right."""
    page = await _opened(visit, draft, number, back)
    try:
        page, sent = await _kept(page, form)
    except Stopped as stopped:
        return _stopped(page, stopped)
    if form.wish != steps.LATER and (sent.again or sent.faults()):
        status = HTTPStatus.OK if sent.again else HTTPStatus.UNPROCESSABLE_ENTITY
        filled = Filled(key=form.key, typed=form.typed, status=status)
        return _shown(page, filled, page.sheet(visit, sent))
    return await steps.onward(page.filing, page.path, form, back)


@router.post("/luu")
@acts.named("change_draft")
@steps.of_a_draft
async def autosave_answers(
    draft: UUID, number: Number, visit: ApplicantVisitNow, form: FormNow, back: Back = ""
) -> Response:
    """Keep the answers while they are typed; the page with what is kept."""
    page = await _opened(visit, draft, number, back)
    try:
        page, _ = await _kept(page, form, pressed=False)
    except Stopped as stopped:
        return _stopped(page, stopped)
    return RedirectResponse(page.address, status_code=303)


async def _kept(page: FormPage, form: Form, *, pressed: bool = True) -> tuple[FormPage, Received]:
    """The page with its answers kept. Raises Stopped."""
    sent = page.received(form, pressed=pressed)
    after = FormPage(filing_draft.with_answers(page.filing, sent.answers), page.form, page.number, page.back)
    filing = await steps.keep(
        page.filing,
        form,
        page.part,
        after.part,
        lambda content: {**content, "form": _laid(page, content, after)},
    )
    return FormPage(filing, page.form, page.number, page.back), sent


def _laid(page: FormPage, content: Any, after: FormPage) -> dict[str, Any]:
    """The answers of this page over those of other pages."""
    found = content.get("form")
    there = found if isinstance(found, dict) else page.filing.answers
    own = {*page.part, *after.part}
    return {**{name: each for name, each in there.items() if name not in own}, **after.part}


def _stopped(page: FormPage, stopped: Stopped) -> Response:
    """The page as it was typed, with why it was not kept."""
    sent = page.received(stopped.form, pressed=False)
    return _shown(page, Filled.again(stopped), page.sheet(page.filing.visit, sent))


def _shown(page: FormPage, form: Filled, sheet: questions.Sheet) -> Response:
    return page.filing.visit.page(
        "filing/answers.html",
        form.status,
        filing=page.filing,
        page=page,
        form=form,
        sheet=sheet,
        seen=filing_draft.digest(page.part),
        name=page.form.pages[page.number].title,
    )
