"""Applicant of a draft: person or organisation, and who files for them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.filing import filing_draft, sections, steps
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.filing.filing_draft import ADDRESS, FilingDraft
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows.drafts import known
from hoso_workflows.drafts.known import Source, Value

router = session.router(f"{ADDRESS}/{{draft}}/{sections.APPLICANT}")
Back = Annotated[str, Query(alias=steps.BACK, max_length=20)]
#: The field that says for whom somebody files, and its values.
WHO, ONESELF, OTHERS = "np-cho", "toi", "khac"
WHOM = ((ONESELF, marked("Cho tôi")), (OTHERS, marked("Cho người hoặc tổ chức khác")))


@router.get("")
@acts.named("get_draft")
@steps.of_a_draft
async def applicant_page(draft: UUID, visit: ApplicantVisitNow, back: Back = "") -> Response:
    """The applicant, filled in with what the account knows of its owner."""
    filing = await filing_draft.opened(visit, draft)
    offered = await known.of_person(visit.service.db, visit.principal)
    typed = first(filing, offered)
    return _shown(filing, Filled.first(visit, **typed), back, _sources(filing, offered))


@router.post("")
@acts.named("change_draft")
@steps.of_a_draft
async def keep_applicant(draft: UUID, visit: ApplicantVisitNow, form: FormNow, back: Back = "") -> Response:
    """Keep the applicant, right or wrong. On to the next section where it is right."""
    filing = await filing_draft.opened(visit, draft)
    said = fields.written(_said(form))
    before = filing.content.get("applicant")
    try:
        filing = await steps.keep(filing, form, before, said, lambda content: {**content, "applicant": said})
    except Stopped as stopped:
        return _shown(filing, Filled.again(stopped), back)
    found = (await sections.of(filing)).of(sections.APPLICANT)
    if found.faults and form.wish != steps.LATER:
        wrong = Stopped(form, found.faults)
        return _shown(filing, Filled.again(wrong), back)
    return await steps.onward(filing, sections.APPLICANT, form, back)


def _said(form: Form) -> Mapping[str, str]:
    """The applicant's fields; who files for themselves authorises nobody."""
    said = fields.texts(form)
    if form.text(WHO) != OTHERS:
        said |= dict.fromkeys((fields.PROXY, fields.PROXY_NUMBER, fields.PROXY_PAPER), "")
    return said


def first(filing: FilingDraft, offered: Mapping[str, Value]) -> dict[str, Any]:
    """The fields as they are kept, else with what is known of the owner."""
    typed = dict(filing.typed)
    others = bool(typed.get(fields.PROXY))
    if others:
        typed.setdefault(fields.PROXY_NUMBER, _text(offered, "identifier"))
    elif fields.NAME not in typed and fields.NUMBER not in typed:
        typed = {**{field: _text(offered, name) for field, name in _OFFERED.items()}, **typed}
    typed.setdefault(fields.KIND, "person")
    return {**typed, WHO: OTHERS if others else ONESELF}


_OFFERED: Mapping[str, str] = {
    fields.KIND: "kind",
    fields.NAME: "name",
    fields.NUMBER: "identifier",
    fields.PLACE: "address",
    fields.PHONE: "phone",
    fields.EMAIL: "email",
    fields.AREA: "area",
}


def _text(offered: Mapping[str, Value], name: str) -> str:
    return offered[name].text if name in offered else ""


def _sources(filing: FilingDraft, offered: Mapping[str, Value]) -> Mapping[str, str]:
    """In words: where the values are from that the page offers."""
    if filing.typed.get(fields.NAME) or filing.typed.get(fields.NUMBER):
        return {}
    if filing.typed.get(fields.PROXY):
        own = {fields.PROXY: "name", fields.PROXY_NUMBER: "identifier"}
        return {field: _source(offered[name]) for field, name in own.items() if name in offered}
    return {field: _source(offered[name]) for field, name in _OFFERED.items() if name in offered}


def _source(value: Value) -> str:
    if value.source is Source.ACCOUNT:
        return spoken("Theo tài khoản của bạn.")
    if value.source is Source.CONTACT:
        return spoken("Thư điện tử mà bạn đã xác nhận.")
    return spoken("Theo hồ sơ bạn nộp ngày {day}.", day=wording.day(value.since)) if value.since else ""


def _shown(
    filing: FilingDraft, form: Filled, back: str, sources: Mapping[str, str] | None = None
) -> Response:
    papers = [("", spoken("Không có")), *((each.code, each.name) for each in filing.case.components)]
    return filing.visit.page(
        "filing/applicant.html",
        form.status,
        filing=filing,
        form=form,
        back=back,
        seen=filing_draft.digest(filing.content.get("applicant")),
        sources=sources or {},
        whom=[(value, spoken(words)) for value, words in WHOM],
        kinds=[(kind.value, spoken(words)) for kind, words in fields.KINDS.items()],
        papers=papers,
    )
