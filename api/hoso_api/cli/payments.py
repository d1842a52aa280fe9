"""`hoso payments`: what was paid too much or does not fit."""

from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import bearer, console, errors, instants, operators, signals
from hoso_api.installation import installation, online_payments
from hoso_api.rest.payments.schemas import DisputeSettling
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_models import DisputeSettlement, OrderState
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.pagination import MOST
from hoso_workflows.payments import (
    dispute_settlement,
    disputes,
    gateway,
    orders,
    reconciliation,
    refusals,
    surpluses,
    takings,
)
from hoso_workflows.payments.settings import PaymentSettings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Payments: what was paid too much or does not fit; settling it, asking the gateway.",
)


@app.callback()
def root() -> None:
    """Payments: what was paid too much or does not fit; settling it, asking the gateway."""


@app.command("surpluses")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only what one unit received.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="At most so many, of the oldest dossiers first.")
    ] = 50,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List fees for which more was paid than is owed, of the oldest dossiers first."""
    found = signals.run(_found(unit, limit))
    if json:
        console.json({"items": found})
        return
    columns = ("Hồ sơ", "Đơn vị", "Khoản thu", "Phải nộp", "Đã nộp", "Nộp thừa")
    rows = [
        (
            each["dossier"]["code"] or each["dossier"]["reference"],
            each["unit"],
            each["name"],
            *(f"{each[name]:,}".replace(",", ".") for name in ("owed", "paid", "surplus")),
        )
        for each in found
    ]
    console.table("Nộp thừa", columns, rows, numbers=(3, 4, 5))


async def _found(unit: str | None, limit: int) -> tuple[dict[str, Any], ...]:
    async with installation.opened() as db:
        found = (await surpluses.search(db, [unit] if unit else None, limit=limit)).items
        await operators.reads(db, surpluses.LIST, unit, (each["dossier"]["reference"] for each in found))
        return found


@app.command("takings")
def taken(
    day: Annotated[str | None, typer.Option(help="The day; today when absent.")] = None,
    until: Annotated[
        str | None, typer.Option(help="The last day of a period that begins on the day.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Only what one unit received.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Tell what was taken in fees on a day or in a period by method, and the oldest open fees."""
    last = None if until is None else instants.day(until, "--until")
    at = localtime.local_date(now()) if day is None else instants.day(day, "--day")
    found = signals.run(_taken(takings.Part(at, unit, MOST, until=last)))
    if json:
        console.json(found)
        return
    rows = [
        (METHODS[each["method"]], *(_counted(each[name]) for name in ("payments", "amount", "refunded")))
        for each in found["methods"]
    ]
    console.table(
        f"Đã thu ngày {at:%d/%m/%Y}" + (f" đến {last:%d/%m/%Y}" if last else ""),
        ("Cách nộp", "Số lần", "Đã thu", "Hoàn trả"),
        rows,
        numbers=(1, 2, 3),
    )
    unpaid = [
        (each["dossier"]["code"] or each["dossier"]["reference"], each["name"], _counted(each["open"]))
        for each in found["open"]
    ]
    console.table("Còn phải thu", ("Hồ sơ", "Khoản thu", "Còn lại"), unpaid, numbers=(2,))


#: How money came in.
METHODS = {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "gateway": "Trực tuyến"}


def _counted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


async def _taken(part: takings.Part) -> dict[str, Any]:
    async with installation.opened() as db:
        found = await takings.search(db, part, [part.unit] if part.unit else None)
        told = (each["dossier"]["reference"] for each in (*found["items"], *found["open"]))
        await operators.reads(db, takings.LIST, part.unit, told)
        return found


#: Why something is disputed, in the words of those who read it.
WORDS = {
    "unknown_order": "Không có đơn này",
    "wrong_amount": "Sai số tiền",
    "wrong_currency": "Sai loại tiền",
    "wrong_merchant": "Trả cho tài khoản khác",
    "paid_twice": "Nộp hai lần",
    "not_owed": "Hồ sơ đã dừng, không còn phải nộp",
    "taken_back": "Báo đã nộp rồi báo chưa nộp",
    "refused": "Hồ sơ không ghi nhận được",
}


#: How one was settled.
SETTLEMENTS = {"recorded": "Đã ghi thu", "refunded": "Đã trả lại", "mistake": "Cổng báo sai"}


@app.command("disputes")
def disputed(
    unit: Annotated[str | None, typer.Option(help="Only those about dossiers of one unit.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the oldest first.")] = 50,
    settled: Annotated[bool, typer.Option("--settled", help="Those that were settled.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what the payment gateway said and nobody ordered so, the oldest first."""
    found = signals.run(_disputed(unit, limit, settled))
    if json:
        console.json({"items": found})
        return
    columns = (
        "id\nHồ sơ",
        "Đơn vị",
        "Lý do",
        "Đặt thu",
        "Đã báo",
        "Cách giải quyết" if settled else "Mã của cổng",
    )
    rows = [
        (
            console.below(each["id"], each["code"] or each["dossier"] or each["told_order"]),
            each["unit"] or "",
            WORDS[each["reason"]],
            "" if each["ordered"] is None else _counted(each["ordered"]),
            _counted(each["amount"])
            + ("" if each["currency"] == gateway.CURRENCY else f" {each['currency']}"),
            SETTLEMENTS[each["settlement"]] if settled else each["gateway_reference"] or "",
        )
        for each in found
    ]
    title = "Thanh toán trực tuyến đã giải quyết" if settled else "Thanh toán trực tuyến cần xem lại"
    console.table(title, columns, rows, numbers=(3, 4))


async def _disputed(unit: str | None, limit: int, settled: bool) -> tuple[dict[str, Any], ...]:
    async with installation.opened() as db:
        units = [unit] if unit else None
        found = (await disputes.search(db, units, settled=settled, limit=limit)).items
        await operators.reads(db, disputes.LIST, unit, (each["id"] for each in found))
        return found


@app.command("settle-dispute")
def settle_dispute(
    dispute: Annotated[UUID, typer.Argument(help="The id of the dispute.")],
    settlement: Annotated[
        DisputeSettlement, typer.Option(help="Recorded as a payment, gone back to the payer, or no payment.")
    ],
    reason: Annotated[str, typer.Option(help="Why so.")],
    dossier: Annotated[
        str | None, typer.Option(help="The dossier that was paid, where no order is known.")
    ] = None,
    fee: Annotated[
        list[str] | None, typer.Option(help="What is recorded for which fee, as NUMBER=ĐỒNG; repeatable.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Of what went back, at the bank or the gateway.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Settle a dispute, as the holder of the token in HOSO_TOKEN."""
    body = {
        "settlement": settlement.value,
        "reason": reason,
        "dossier": dossier,
        "fees": [dict(zip(("fee", "amount"), each.partition("=")[::2], strict=True)) for each in fee or ()],
        "reference": reference,
    }
    found = signals.run(_settled(dispute, body))
    if json:
        console.json(found)
    else:
        console.line(f"{found['id']}: {SETTLEMENTS[found['settlement']]}")


async def _settled(dispute: UUID, body: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in body.items() if value is not None}
    said = DisputeSettling.model_validate(given).said()
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.ACT)
        asked = surpluses.Asked(caller.principal, now(), origin)
        return await dispute_settlement.settle(DossierService(db), dispute, said, asked)


@app.command("cancel-order")
def cancel_order(
    dossier: Annotated[str, typer.Argument(help="The reference or code of the dossier.")],
    order: Annotated[UUID, typer.Argument(help="The id of the order.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Cancel an order at the payment gateway, as the holder of the token in HOSO_TOKEN; exit 1 when it is paid."""
    found = signals.run(_cancelled(dossier, order))
    if json:
        console.json(found)
    else:
        console.line(f"{found['id']}: {ORDERS[found['state']]}")
    raise typer.Exit(0 if found["state"] == OrderState.FAILED else errors.FINDINGS)


#: How far an order is that was to be cancelled.
ORDERS = {
    "failed": "Đã hủy",
    "paid": "Đã nộp",
    "disputed": "Cần xem lại",
    "expired": "Hết hạn",
    "open": "Chờ nộp",
}


async def _cancelled(dossier: str, order: UUID) -> dict[str, Any]:
    means = online_payments.of(Settings())
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.ACT)
        asked = orders.Asked(caller.principal, now(), origin)
        try:
            return await orders.cancel(DossierService(db), means, dossier, order, asked)
        finally:
            if means.gateway is not None:
                await means.gateway.aclose()


@app.command("reconcile")
def reconcile(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Ask the payment gateway about the orders that are not paid; exit 1 when one could not be settled."""
    done = signals.run(_reconciled())
    if json:
        console.json(asdict(done))
    else:
        console.out.print(f"Đã hỏi {done.asked} đơn: {done.paid} đã nộp, {done.expired} hết hạn.")
        console.table("Chưa xử lý được", ("Đơn", "Lỗi"), list(done.failed.items()))
    raise typer.Exit(errors.FINDINGS if done.failed else 0)


async def _reconciled() -> reconciliation.Reconciled:
    ours = gateway.of(PaymentSettings.read())
    if ours is None:
        raise refusals.GatewayMissing
    async with installation.opened() as db, aclosing(ours):
        return await reconciliation.run(DossierService(db), ours, at=now())
