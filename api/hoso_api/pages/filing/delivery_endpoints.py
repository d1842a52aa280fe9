"""Delivery of a draft's result, and units where there is a choice."""

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
from hoso_api.translation.vietnamese import spoken

router = session.router(f"{ADDRESS}/{{draft}}/{sections.DELIVERY}")
Back = Annotated[str, Query(alias=steps.BACK, max_length=20)]
#: The fields of a filing that the page keeps.
NAMES = ("delivery_mode", "e_result_consent", *(f"{part}_unit" for part in fields.UNITS))


@router.get("")
@acts.named("get_draft")
@steps.of_a_draft
async def delivery_page(draft: UUID, visit: ApplicantVisitNow, back: Back = "") -> Response:
    """The ways of delivery, and the units where there is a choice."""
    filing = await filing_draft.opened(visit, draft)
    return await _shown(filing, Filled.first(visit, **filing.typed), back)


@router.post("")
@acts.named("change_draft")
@steps.of_a_draft
async def keep_delivery(draft: UUID, visit: ApplicantVisitNow, form: FormNow, back: Back = "") -> Response:
    """Keep the choices; on to the next section where none is missing."""
    filing = await filing_draft.opened(visit, draft)
    said = _said(form)
    try:
        filing = await steps.keep(
            filing,
            form,
            _part(filing),
            said,
            lambda content: filing_draft.merged(content, said, *NAMES),
        )
    except Stopped as stopped:
        return await _shown(filing, Filled.again(stopped), back)
    found = (await sections.of(filing)).of(sections.DELIVERY)
    if found.faults and form.wish != steps.LATER:
        return await _shown(filing, Filled.again(Stopped(form, found.faults)), back)
    return await steps.onward(filing, sections.DELIVERY, form, back)


def _said(form: Form) -> dict[str, Any]:
    units = {f"{part}_unit": form.text(field) for part, field in fields.UNITS.items()}
    consent = True if form.text(fields.CONSENT) == "co" else None
    return fields.filled({"delivery_mode": form.text(fields.MODE), "e_result_consent": consent, **units})


def _part(filing: FilingDraft) -> dict[str, Any]:
    return {name: filing.content[name] for name in NAMES if name in filing.content}


async def _shown(filing: FilingDraft, form: Filled, back: str) -> Response:
    asked = await filing.units()
    return filing.visit.page(
        "filing/delivery.html",
        form.status,
        filing=filing,
        form=form,
        back=back,
        seen=filing_draft.digest(_part(filing)),
        modes=[(value, spoken(words)) for value, words in fields.MODES],
        units=[
            (fields.UNITS[part], spoken(fields.PARTS[part]), list(names.items()))
            for part, names in asked.items()
        ],
    )
