"""Fees of a dossier: due, assessed, exempted, paid, ordered online, cancelled, given back."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.fees import fees, online
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.lifecycle.commands import Command

router = session.router(f"{dossier_frame.ADDRESS}/{{key}}/phi")
Dossier = Annotated[Key, Path()]


@router.get("")
@acts.named("list_fees")
async def fees_page(
    key: Dossier,
    visit: VisitNow,
    surplus_of: Annotated[int | None, Query(alias="hoan-tra", ge=1, le=1_000)] = None,
) -> Response:
    """The fees of the dossier, and the payments with their receipts."""
    accounts = await fees.read(visit, key)
    return await _shown(visit, accounts, fees.first(visit, accounts, surplus_of))


@router.post("/thu")
@acts.named("record_payment")
async def take_payment(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Record money that came in; back to the fees, where its receipt is."""
    return await _done(visit, key, form, "record_payment", fees.payment)


@router.post("/xac-dinh")
@acts.named("assess_fee")
async def assess_fee(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Assess a fee by what is counted, or by its basis."""
    return await _done(visit, key, form, "assess_fee", fees.assessment)


@router.post("/mien-giam")
@acts.named("exempt_fee")
async def exempt_fee(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Exempt the applicant from a fee, wholly or in part."""
    return await _done(visit, key, form, "exempt_fee", fees.exemption)


@router.post("/huy")
@acts.named("cancel_payment")
async def cancel_payment(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Cancel a payment that was recorded wrongly."""
    return await _done(visit, key, form, "cancel_payment", fees.cancellation)


@router.post("/hoan-tra")
@acts.named("refund_payment")
async def refund_payment(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Record that money of a payment was given back."""
    return await _done(visit, key, form, "refund_payment", fees.refund)


@router.post("/truc-tuyen")
@acts.named("create_payment_order")
async def order_payment(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Order fees at the payment gateway for somebody at the counter.

    The same once more is the same order.
    """
    try:
        await online.order(visit, key, form)
    except Stopped as stopped:
        return await _shown(visit, await fees.read(visit, key), Filled.again(stopped))
    return RedirectResponse(f"{_address(key)}#truc-tuyen", status_code=303)


@router.post("/truc-tuyen/huy")
@acts.named("cancel_payment_order")
async def cancel_order(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Cancel an order at the payment gateway; back to the orders."""
    try:
        await online.cancel(visit, key, form)
    except Stopped as stopped:
        return await _shown(visit, await fees.read(visit, key), Filled.again(stopped))
    return RedirectResponse(f"{_address(key)}#yeu-cau", status_code=303)


def _address(key: str) -> str:
    return f"{dossier_frame.ADDRESS}/{quote(key, safe='')}/phi"


async def _done(visit: Visit, key: str, form: Form, act: str, command: Callable[[Form], Command]) -> Response:
    try:
        done = await acting.act(visit, form, key, command(form), fields=fees.FIELDS[act])
    except Stopped as stopped:
        return await _shown(visit, await fees.read(visit, key), Filled.again(stopped))
    return await acting.onward(visit, _address(key), done)


async def _shown(visit: Visit, accounts: fees.Accounts, form: Filled) -> Response:
    ways = [(method.value, spoken(words)) for method, words in fees.METHODS.items()]
    return visit.page(
        "fees/fees.html",
        form.status,
        subject=accounts.subject,
        dossier=accounts.subject.document,
        tabs=dossier_frame.TABS,
        tab="phi",
        accounts=accounts,
        online=await online.read(visit, accounts.subject),
        states=online.STATES,
        due=fees.DUE,
        methods=fees.METHODS,
        takings=ways[:2],
        returns=[("", spoken("Như lúc thu")), *ways],
        form=form,
        flash=await acting.flash(visit),
    )
