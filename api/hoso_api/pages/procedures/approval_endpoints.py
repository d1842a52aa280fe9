"""Approval, activation, and taking back an activation whose day has not come."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.procedures import approval, publishing, version
from hoso_api.pages.procedures.endpoints import LENGTH, Code, Number, Short, offices
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures import overview, publication

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(session.secure)]
)

_VERSION = f"{version.ADDRESS}/{{code}}/ban/{{number}}"
_APPROVAL = f"{approval.ADDRESS}/{{code}}/{{number}}"


@router.get(approval.ADDRESS)
@acts.named("list_versions")
async def approvals_page(
    visit: VisitNow, after: Annotated[str, Query(alias="sau", max_length=200)] = ""
) -> Response:
    """The submitted versions that the reader may approve, the oldest first."""
    own = offices(visit, *permissions.offices("approve_version"))
    try:
        found = await overview.waiting(
            visit.service.db,
            day=localtime.local_date(visit.at),
            offices=own,
            limit=LENGTH,
            after=after or None,
        )
    except errors.BadCursor:
        return RedirectResponse(approval.ADDRESS, status_code=303)
    return visit.page("procedures/approvals.html", here="phe-duyet", rows=found.items, after=found.after)


@router.get(_APPROVAL)
@acts.named("get_version")
async def approval_page(
    code: Code, number: Number, visit: VisitNow, case: Annotated[Short, Query(alias="truong-hop")] = ""
) -> Response:
    """Everything about a submitted version, and the form that approves it."""
    return await _approval(visit, code, number, Filled.first(visit), case)


@router.post(_APPROVAL)
@acts.named("approve_version")
async def give_approval(code: Code, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Approve a submitted version by a decision."""

    def doing() -> Awaitable[publication.Version]:
        return publication.approve(
            visit.service.db,
            code,
            number,
            decision_no=form.text(publishing.DECISION),
            decision_date=publishing.day(form, publishing.DECIDED),
            actor=visit.principal,
            at=visit.at,
        )

    try:
        await publishing.act(visit, form, doing, publishing.approved(visit))
    except Stopped as stopped:
        return await _approval(visit, code, number, Filled.again(stopped))
    return RedirectResponse(version.address(code, number), status_code=303)


@router.get(f"{_VERSION}/kich-hoat")
@acts.named("get_version")
async def activation_page(code: Code, number: Number, visit: VisitNow) -> Response:
    """Consequences of an activation, and the form that does it."""
    return await _activation(visit, code, number, Filled.first(visit))


@router.post(f"{_VERSION}/kich-hoat")
@acts.named("activate_version")
async def put_into_force(code: Code, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Let new dossiers run on an approved version from a day on."""
    db, actor, at = visit.service.db, visit.principal, visit.at
    try:
        begins = (
            publishing.day(form, publishing.BEGINS)
            if form.text(publishing.BEGINS)
            else localtime.local_date(at)
        )
        await publishing.act(
            visit,
            form,
            lambda: publication.activate(db, code, number, actor=actor, at=at, begins=begins),
            publishing.activated(visit, number, begins),
        )
    except Stopped as stopped:
        return await _activation(visit, code, number, Filled.again(stopped))
    return RedirectResponse(version.address(code, number), status_code=303)


@router.post(f"{_VERSION}/kich-hoat/huy")
@acts.named("take_back_activation")
async def cancel_activation(code: Code, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Take an activation back before its day."""

    def doing() -> Awaitable[publication.Version]:
        return publication.unschedule(visit.service.db, code, number, actor=visit.principal, at=visit.at)

    try:
        await publishing.act(visit, form, doing, publishing.taken_back)
    except Stopped as stopped:
        return await _activation(visit, code, number, Filled.again(stopped))
    return RedirectResponse(version.address(code, number), status_code=303)


async def _approval(visit: Visit, code: str, number: int, form: Filled, case: str = "") -> Response:
    found = await approval.read(visit, code, number, case)
    return visit.page(
        "procedures/approval.html",
        form.status,
        here="phe-duyet",
        approval=found,
        shown=found.shown,
        form=form,
    )


async def _activation(visit: Visit, code: str, number: int, form: Filled) -> Response:
    found = await approval.consequences(visit, code, number)
    return visit.page(
        "procedures/activation.html",
        form.status,
        here="thu-tuc",
        found=found,
        shown=found.shown,
        form=form,
        parts=[wording.UNIT_PARTS[each] for each in found.missing],
    )
