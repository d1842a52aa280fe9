"""Payments online settled: recorded once, however often, late or wrongly the gateway says it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from hoso_api.cli import gateway_probe
from hoso_models import OrderState, PaymentMethod, postgres
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.flows import sweeps
from hoso_workflows.lifecycle import commands
from hoso_workflows.notifications import wording
from hoso_workflows.organisation import principals
from hoso_workflows.payments import disputes, fee_views, orders, reconciliation, refusals, settlement
from hoso_workflows.payments.gateway import Gateway, HttpGateway, Merchant, Told
from hoso_workflows.payments.orders import Asked, Online
from hoso_workflows.payments.reconciliation import Reconciled
from hoso_workflows.payments.settings import PaymentSettings
from support import payment_gateway
from support.command_line import hoso
from support.payment_gateway import SECRET, Lies, Simulator
from support.procedures import charging
from support.world import CITIZEN, DEPARTMENT, DESK, PROVINCE, World, complete, instant, person

AT = instant("2026-03-02 09:00")
CLERK = person("reception", DESK)
HOUR = timedelta(hours=1)
US = Merchant("motcua")


@pytest.fixture(scope="module")
def fees_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


@pytest.fixture
def world_url(fees_url: str) -> str:
    """One world for all: each test has dossiers of its own."""
    return fees_url


@pytest.fixture(scope="module")
def gateway_server() -> Iterator[Simulator]:
    with payment_gateway.served(AT) as simulator:
        yield simulator


@pytest.fixture
def simulator(gateway_server: Simulator) -> Simulator:
    """The simulator as it is when it does not lie."""
    gateway_server.at, gateway_server.lies = AT, Lies()
    return gateway_server


@pytest.fixture(autouse=True)
async def _alone(world: World) -> None:
    """Leave nothing of the tests before to be asked about or listed."""
    await world.changed("delete from payment_dispute")
    await world.changed("update payment_order set expires_at = '2020-01-01' where state <> 'paid'")


@asynccontextmanager
async def ours(simulator: Simulator) -> AsyncIterator[Gateway]:
    gateway = simulator.gateway()
    try:
        yield gateway
    finally:
        await gateway.aclose()


async def filed(world: World) -> Outcome:
    """A dossier that owes 20 000 đồng, its only fee."""
    request = replace(complete("1.014464"), procedure=charging.CODE, case="goes_on", form={}, components=())
    return await world.service.file(request, actor=CLERK, at=instant("2026-03-02 08:00"))


async def ordered(world: World, simulator: Simulator, before: Outcome, at: Any = AT, **said: Any) -> Any:
    async with ours(simulator) as gateway:
        online = Online(gateway, HOUR, "https://hoso.test/cua-toi")
        asked = Asked(said.pop("by", CLERK), at)
        return await orders.create(world.service, online, before.reference, said.pop("fees", ()), asked)


def says(simulator: Simulator, order: Any, **said: Any) -> Told:
    """A notification as it came in and was read."""
    body, headers = simulator.notification(order["id"], **said)
    return simulator.gateway().read(body, headers, at=simulator.at)


async def settled(world: World, told: Told, at: Any = AT) -> OrderState | None:
    return await settlement.settle(world.service, told, US, at=at)


async def reconciled(world: World, simulator: Simulator, at: Any = AT) -> Reconciled:
    simulator.at = at
    async with ours(simulator) as gateway:
        return await reconciliation.run(world.service, gateway, at=at)


async def account(world: World, before: Outcome) -> tuple[int, int, list[tuple[Any, ...]]]:
    """Open sum, surplus, and the payments: fee, amount, method, reference."""
    found = await fee_views.listed(world.service, before.reference, reader=CLERK, at=AT)
    paid = [(each["fee"], each["amount"], each["method"], each["reference"]) for each in found["payments"]]
    return found["open"], found["surplus"], paid


async def disputed(world: World) -> list[tuple[Any, ...]]:
    page = await disputes.search(world.db, None)
    names = ("dossier", "unit", "reason", "amount", "ordered", "gateway_reference")
    return [tuple(each[name] for name in names) for each in page.items]


async def state(world: World, order: Any) -> str:
    found: str = await world.one("select state from payment_order where id = $1::uuid", order["id"])
    return found


PAID = (0, 0, [(1, 20_000, "gateway", "GW1")])


def reference(order: Any, number: int = 1) -> str:
    """A reference of the gateway, another one for each order."""
    return f"GW{number}-{order['id'][:8]}"


async def test_what_is_open_is_ordered_once_and_the_same_order_stands(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    assert order == {
        "id": order["id"],
        "state": "open",
        "amount": 20_000,
        "fees": [{"fee": 1, "amount": 20_000}],
        "pay_at": f"{simulator.address}/pay/{order['id']}",
        "gateway_reference": None,
        "created_at": "2026-03-02T09:00:00+07:00",
        "expires_at": "2026-03-02T10:00:00+07:00",
        "paid_at": None,
    }
    assert await ordered(world, simulator, before) == order
    both = await asyncio.gather(*(ordered(world, simulator, before) for _ in range(4)))
    assert both == [order] * 4
    assert await orders.listed(world.service, before.reference, Asked(CLERK, AT)) == [order]


async def test_another_amount_or_a_time_that_is_over_makes_another_order(world: World, simulator: Simulator):
    before = await filed(world)
    first = await ordered(world, simulator, before)
    await world.does(before, commands.ExemptFee(1, "Luật", 5_000), person("head", DESK))
    second = await ordered(world, simulator, before, AT + timedelta(minutes=1))
    simulator.at = late = AT + timedelta(minutes=1) + HOUR
    third = await ordered(world, simulator, before, late)
    assert [each["amount"] for each in (first, second, third)] == [20_000, 15_000, 15_000]
    found = await orders.listed(world.service, before.reference, Asked(CLERK, AT))
    assert [(each["id"], each["state"], each["pay_at"]) for each in found] == [
        (first["id"], "failed", None),
        (second["id"], "failed", None),
        (third["id"], "open", third["pay_at"]),
    ]


async def test_an_order_that_was_paid_meanwhile_is_not_replaced(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    await world.does(before, commands.ExemptFee(1, "Luật", 5_000), person("head", DESK))
    with pytest.raises(refusals.NothingToPay):
        await ordered(world, simulator, before)
    assert await account(world, before) == (0, 5_000, [(1, 20_000, "gateway", ref)])


async def test_no_second_order_is_made_while_the_first_one_can_still_be_paid(
    world: World, simulator: Simulator
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    await world.does(before, commands.ExemptFee(1, "Luật", 5_000), person("head", DESK))
    for lies, raised in (
        (Lies(goes_on=True), refusals.OrderNotCancelled),
        (Lies(status=500), refusals.GatewayAway),
    ):
        simulator.lies = lies
        with pytest.raises(raised):
            await ordered(world, simulator, before)
    assert await orders.listed(world.service, before.reference, Asked(CLERK, AT)) == [order]
    simulator.lies = Lies()
    again = await ordered(world, simulator, before)
    assert (again["amount"], await state(world, order)) == (15_000, "failed")


async def test_an_order_that_the_gateway_did_not_answer_goes_on_as_the_same(
    world: World, simulator: Simulator
):
    before = await filed(world)
    simulator.lies = Lies(status=500)
    with pytest.raises(refusals.GatewayAway):
        await ordered(world, simulator, before)
    (kept,) = await orders.listed(world.service, before.reference, Asked(CLERK, AT))
    simulator.lies = Lies()
    assert await ordered(world, simulator, before) == {
        **kept,
        "pay_at": f"{simulator.address}/pay/{kept['id']}",
    }


async def test_nothing_is_ordered_where_nothing_is_open_or_by_strangers(world: World, simulator: Simulator):
    before = await filed(world)
    with pytest.raises(refusals.NothingToPay):
        await ordered(world, simulator, before, fees=(2, 7))
    with pytest.raises(refusals.GatewayMissing):
        await orders.create(world.service, Online(None, HOUR, ""), before.reference, (), Asked(CLERK, AT))
    for stranger in (CITIZEN, person("reception", PROVINCE), person("specialist")):
        with pytest.raises(errors.NotFound):
            await ordered(world, simulator, before, by=stranger)
    await world.does(before, commands.RecordPayment(1, 20_000), CLERK)
    with pytest.raises(refusals.NothingToPay):
        await ordered(world, simulator, before)


async def test_a_payment_is_recorded_by_the_installation_with_a_receipt(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    assert await settled(world, says(simulator, order), AT + timedelta(minutes=2)) is OrderState.PAID
    assert await account(world, before) == (0, 0, [(1, 20_000, "gateway", ref)])
    (found,) = await orders.listed(world.service, before.reference, Asked(CLERK, AT))
    assert (found["state"], found["gateway_reference"], found["paid_at"]) == (
        "paid",
        ref,
        "2026-03-02T09:00:00+07:00",
    )
    by = "select recorded_by from payment p join dossier d on d.id = p.dossier_id where d.reference = $1"
    assert await world.one(by, before.reference) == principals.SYSTEM
    receipts = "select count(*) from letter l join dossier d on d.id = l.dossier_id where d.reference = $1 and l.form = 'receipt_of_payment'"
    assert await world.one(receipts, before.reference) == 1
    assert [each async for each in audit.differences(world.service, before.reference)] == []


async def test_it_is_recorded_once_when_it_is_told_twice_at_once_and_by_both_ways(
    world: World, simulator: Simulator
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    told = says(simulator, order)
    at_once = [
        settled(world, told),
        settled(world, told, AT + timedelta(seconds=1)),
        reconciled(world, simulator),
    ]
    done: list[Any] = await asyncio.gather(*at_once, settled(world, told))
    assert (done[0], done[1], done[3]) == (OrderState.PAID,) * 3
    assert await settled(world, told, AT + timedelta(days=40)) is OrderState.PAID
    assert await reconciled(world, simulator) == Reconciled()
    assert await account(world, before) == (0, 0, [(1, 20_000, "gateway", ref)])
    assert await disputed(world) == []


async def test_it_is_recorded_once_though_the_first_try_died_in_the_middle(
    world: World, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    with monkeypatch.context() as broken:
        broken.setattr(settlement, "_SETTLED", "select 1 / 0 where $1::uuid is not null")
        with pytest.raises(Exception, match="division by zero"):
            await settled(world, says(simulator, order))
    assert await state(world, order) == "open"
    # The answers under keys are long forgotten.
    await world.changed("truncate idempotency")
    late = AT + timedelta(days=2)
    assert await reconciled(world, simulator, late) == Reconciled(asked=1, paid=1)
    assert await account(world, before) == (0, 0, [(1, 20_000, "gateway", ref)])


async def test_a_lost_notification_is_found_by_the_reconciliation(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    assert await reconciled(world, simulator) == Reconciled(asked=1)
    simulator.pays(order["id"], ref := reference(order))
    assert await reconciled(world, simulator, AT + timedelta(minutes=15)) == Reconciled(asked=1, paid=1)
    assert await account(world, before) == (0, 0, [(1, 20_000, "gateway", ref)])


async def test_an_order_expires_when_the_gateway_says_that_it_is_open_and_a_late_payment_counts(
    world: World, simulator: Simulator
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    assert await reconciled(world, simulator, AT + HOUR) == Reconciled(asked=1, expired=1)
    assert await state(world, order) == "expired"
    simulator.pays(order["id"], ref := reference(order))
    assert await reconciled(world, simulator, AT + 2 * HOUR) == Reconciled(asked=1, paid=1)
    assert await account(world, before) == (0, 0, [(1, 20_000, "gateway", ref)])


async def test_nobody_is_asked_about_an_order_for_ever(world: World, simulator: Simulator):
    await ordered(world, simulator, await filed(world))
    late = AT + HOUR + reconciliation.AFTERWARDS
    assert await reconciled(world, simulator, late) == Reconciled()


async def test_an_order_that_failed_can_be_made_anew(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    assert await settled(world, says(simulator, order, state="failed")) is OrderState.FAILED
    again = await ordered(world, simulator, before)
    assert again["id"] != order["id"]
    simulator.pays(again["id"], ref := reference(again))
    assert await settled(world, says(simulator, again)) is OrderState.PAID
    assert await account(world, before) == (0, 0, [(1, 20_000, "gateway", ref)])


@pytest.mark.parametrize("more", [-1, 1, -20_000])
async def test_another_amount_than_was_ordered_is_disputed(world: World, simulator: Simulator, more: int):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    simulator.lies = Lies(adds=more)
    for _ in range(2):
        assert await settled(world, says(simulator, order)) is OrderState.DISPUTED
    said = (before.reference, DESK, "wrong_amount", 20_000 + more, 20_000, ref)
    assert (await account(world, before), await disputed(world)) == ((20_000, 0, []), [said])
    simulator.lies = Lies()
    assert await reconciled(world, simulator) == Reconciled(asked=1, paid=1)
    assert (await account(world, before))[2] == [(1, 20_000, "gateway", ref)]


async def test_an_order_that_is_not_known_is_disputed_and_its_authority_sees_it(
    world: World, simulator: Simulator
):
    strange = {"id": "00000000-0000-4000-8000-00000000ffff"}
    for told in (strange, {"id": "ORDER-17"}):
        simulator.pays(told["id"], f"GW-{told['id']}")
        assert await settled(world, says(simulator, told, amount=7), simulator.at) is None
        simulator.at += timedelta(seconds=1)
    assert await settled(world, says(simulator, {"id": "X"}, state="failed")) is None
    assert [each[2:] for each in await disputed(world)] == [
        ("unknown_order", 7, None, f"GW-{strange['id']}"),
        ("unknown_order", 7, None, "GW-ORDER-17"),
    ]
    assert {each[1] for each in await disputed(world)} == {PROVINCE}


#: A province that comes before the other one in every list.
OTHERS = "A"
TOLD = (
    "Cổng thanh toán báo về 50.000 đồng trả vào tài khoản của Sở Văn hóa, Thể thao và Du lịch mà không hồ sơ nào "
    "ở đây chờ thu; xem và giải quyết ở mục Thanh toán cần xem lại."
)
_BESIDE = """
insert into unit (code, name, kind, level, calendar, valid_from, is_authority)
values ($1, 'UBND tỉnh khác', 'people_committee', 'province', 'ha-tinh', '2020-01-01', true)
on conflict (code) do update set valid_to = null
"""


async def told_of(world: World) -> list[tuple[Any, ...]]:
    """The people who were told of payments for unknown orders, and the words."""
    rows = await world.db.rows(
        "select p.name, n.topic, n.payload from notice n join principal p on p.id = n.principal_id "
        "where n.topic like 'payment.%' and n.payload ->> 'dispute' in (select id::text from payment_dispute)"
    )
    return [(row.name, *wording.said(row.topic, row.payload)) for row in rows]


async def test_what_no_order_explains_goes_to_the_authority_of_the_merchant_and_to_nobody_else(
    world: World, simulator: Simulator
):
    strange = {"id": "ORDER-A"}
    simulator.pays(strange["id"], "GW-A")
    await world.changed(_BESIDE, OTHERS)
    try:
        assert await settled(world, says(simulator, strange, amount=50_000)) is None
        unsaid = [each[1] for each in await disputed(world)], await told_of(world)
        ours = Merchant("motcua", DEPARTMENT)
        for _ in range(2):
            await settlement.settle(world.service, says(simulator, strange, amount=50_000), ours, at=AT)
    finally:
        await world.changed("update unit set valid_to = '2020-01-02' where code = $1", OTHERS)
    assert unsaid == ([None], [])
    assert [each[1] for each in await disputed(world)] == [DEPARTMENT]
    assert await told_of(world) == [
        (
            "administrator 1 · UBND tỉnh",
            "Có khoản thanh toán chưa rõ của hồ sơ nào",
            TOLD,
        )
    ]


async def test_the_reconciliation_gives_what_was_nobodys_to_the_authority_that_is_named_since(
    world: World, simulator: Simulator
):
    simulator.pays("ORDER-B", "GW-B")
    await world.changed(_BESIDE, OTHERS)
    try:
        await settled(world, says(simulator, {"id": "ORDER-B"}, amount=7, currency="usd"))
        assert [each[1] for each in await disputed(world)] == [None]
    finally:
        await world.changed("update unit set valid_to = '2020-01-02' where code = $1", OTHERS)
    assert await reconciled(world, simulator) == Reconciled()
    assert [each[1] for each in await disputed(world)] == [PROVINCE]
    ((_, _, text),) = await told_of(world)
    assert text.startswith("Cổng thanh toán báo về 7 USD trả vào tài khoản của UBND tỉnh")


async def test_an_order_that_is_paid_twice_is_recorded_once_and_disputed(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    first, second = reference(order), reference(order, 2)
    simulator.pays(order["id"], first)
    once = says(simulator, order)
    simulator.pays(order["id"], second)
    twice = says(simulator, order)
    assert set(await asyncio.gather(settled(world, once), settled(world, once))) == {OrderState.PAID}
    for _ in range(2):
        assert await settled(world, twice) is OrderState.PAID
    assert (await account(world, before))[2] == [(1, 20_000, "gateway", first)]
    assert await disputed(world) == [(before.reference, DESK, "paid_twice", 20_000, 20_000, second)]


async def test_two_payments_of_one_order_at_once_are_one_payment_and_one_dispute(
    world: World, simulator: Simulator
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    told = []
    for number in (1, 2):
        simulator.pays(order["id"], reference(order, number))
        told.append(says(simulator, order))
    await asyncio.gather(*(settled(world, each) for each in told))
    ((_, amount, _, taken),) = (await account(world, before))[2]
    ((_, _, reason, _, _, other),) = await disputed(world)
    assert (amount, reason) == (20_000, "paid_twice")
    assert {taken, other} == {reference(order, 1), reference(order, 2)}
    assert await settled(world, told[0]) is await settled(world, told[1]) is OrderState.PAID


async def test_one_payment_that_is_told_for_two_orders_is_recorded_for_one(
    world: World, simulator: Simulator
):
    dossiers = [await filed(world) for _ in range(2)]
    made = [await ordered(world, simulator, each) for each in dossiers]
    for order in made:
        simulator.pays(order["id"], reference(made[0]))
    assert await settled(world, says(simulator, made[0])) is OrderState.PAID
    assert await settled(world, says(simulator, made[1])) is OrderState.DISPUTED
    assert (await account(world, dossiers[1]))[2] == []
    (said,) = await disputed(world)
    assert (said[0], said[2]) == (dossiers[1].reference, "paid_twice")


@pytest.mark.parametrize("changed", [{"state": "failed"}, {"state": "failed", "reference": None}])
async def test_what_is_said_to_be_paid_and_then_not_is_disputed_and_stands(
    world: World, simulator: Simulator, changed: dict[str, Any]
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    early = says(simulator, order, state="open", reference=None)
    assert await settled(world, says(simulator, order)) is OrderState.PAID
    assert await settled(world, early) is OrderState.PAID
    assert await disputed(world) == []
    for _ in range(2):
        assert await settled(world, says(simulator, order, **changed)) is OrderState.PAID
    assert (await account(world, before))[2] == [(1, 20_000, "gateway", ref)]
    told = changed.get("reference", ref)
    assert await disputed(world) == [(before.reference, DESK, "taken_back", 20_000, 20_000, told)]


async def test_what_was_taken_back_before_it_was_recorded_is_disputed(
    world: World, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    with monkeypatch.context() as broken:
        broken.setattr(
            settlement, "_STANDING", "select 1 / 0 where $1::uuid is not null and $2::text is not null"
        )
        with pytest.raises(Exception, match="division by zero"):
            await settled(world, says(simulator, order))
    for _ in range(2):
        assert await settled(world, says(simulator, order, state="failed")) is OrderState.DISPUTED
    assert (await account(world, before))[2] == []
    assert await disputed(world) == [(before.reference, DESK, "taken_back", 20_000, 20_000, ref)]


async def test_what_was_disputed_and_then_taken_back_is_disputed_so_too(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    simulator.lies = Lies(adds=5_000)
    assert await settled(world, says(simulator, order)) is OrderState.DISPUTED
    late = AT + timedelta(minutes=1)
    for told in ({"state": "open", "reference": None}, {"state": "failed"}, {"state": "failed"}):
        assert await settled(world, says(simulator, order, **told), late) is OrderState.DISPUTED
    assert [each[2:] for each in await disputed(world)] == [
        ("wrong_amount", 25_000, 20_000, ref),
        ("taken_back", 25_000, 20_000, ref),
    ]


async def test_what_an_unknown_order_paid_and_was_taken_back_is_disputed_so_too(
    world: World, simulator: Simulator
):
    strange = {"id": "ORDER-T"}
    simulator.pays(strange["id"], "GWT1")
    assert await settled(world, says(simulator, strange, amount=7)) is None
    assert await settled(world, says(simulator, strange, amount=7, state="failed"), AT + HOUR) is None
    assert [each[2:] for each in await disputed(world)] == [
        ("unknown_order", 7, None, "GWT1"),
        ("taken_back", 7, None, "GWT1"),
    ]


async def test_what_a_person_has_settled_as_not_paid_is_not_taken_back_anew(
    world: World, simulator: Simulator
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    await world.does(before, commands.Withdraw("Không cần nữa"), CLERK)
    simulator.pays(order["id"], reference(order))
    assert await settled(world, says(simulator, order)) is OrderState.DISPUTED
    await world.changed("update payment_dispute set settlement = 'refunded', settled_at = now()")
    await world.changed("update payment_order set state = 'failed' where id = $1::uuid", order["id"])
    assert await settled(world, says(simulator, order, state="failed")) is OrderState.FAILED
    assert await disputed(world) == []


async def test_what_is_paid_after_the_dossier_was_withdrawn_is_disputed(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    await world.does(before, commands.Withdraw("Không cần nữa"), CLERK)
    simulator.pays(order["id"], ref := reference(order))
    for _ in range(2):
        assert await settled(world, says(simulator, order)) is OrderState.DISPUTED
    assert (await account(world, before))[2] == []
    assert await disputed(world) == [(before.reference, DESK, "not_owed", 20_000, 20_000, ref)]


async def test_what_is_paid_at_the_desk_meanwhile_is_a_surplus(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    await world.does(before, commands.RecordPayment(1, 20_000), CLERK)
    simulator.pays(order["id"], ref := reference(order))
    assert await settled(world, says(simulator, order)) is OrderState.PAID
    assert await account(world, before) == (
        0,
        20_000,
        [(1, 20_000, "cash", None), (1, 20_000, "gateway", ref)],
    )


async def test_a_payment_that_was_cancelled_is_not_recorded_again(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], reference(order))
    await settled(world, says(simulator, order))
    payment = await world.one(
        "select p.id from payment p join dossier d on d.id = p.dossier_id where d.reference = $1",
        before.reference,
    )
    await world.does(before, commands.CancelPayment(payment, "Trả lại"), person("head", DESK))
    await world.changed("update payment_order set state = 'open' where id = $1::uuid", order["id"])
    await world.changed("truncate idempotency")
    assert await settled(world, says(simulator, order)) is OrderState.PAID
    assert len((await account(world, before))[2]) == 1


async def test_a_gateway_whose_clock_is_ahead_loses_no_payment(world: World, simulator: Simulator):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], reference(order))
    ahead = says(simulator, order, paid_at=(AT + timedelta(minutes=4)).isoformat())
    assert await settled(world, ahead) is OrderState.PAID


@pytest.mark.parametrize(
    ("said", "paid_at"),
    [
        ("2016-01-01T00:00:00+07:00", "2026-03-02T09:00:00+07:00"),
        ("2026-03-02T09:01:00+07:00", "2026-03-02T09:01:00+07:00"),
        ("2026-03-02T09:07:00+07:00", "2026-03-02T09:05:00+07:00"),
    ],
)
async def test_nobody_has_paid_before_the_order_was_made_or_after_it_was_told(
    world: World, simulator: Simulator, said: str, paid_at: str
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], reference(order))
    told = says(simulator, order, paid_at=said)
    assert await settled(world, told, AT + timedelta(minutes=5)) is OrderState.PAID
    (kept,) = await orders.listed(world.service, before.reference, Asked(CLERK, AT))
    found = await fee_views.listed(world.service, before.reference, reader=CLERK, at=AT)
    assert [kept["paid_at"], *(each["paid_at"] for each in found["payments"])] == [paid_at] * 2


@pytest.mark.parametrize(
    ("said", "paid_at"),
    [("2016-01-01T00:00:00+07:00", AT - timedelta(days=30)), ("2026-03-01T08:00:00+07:00", AT - 25 * HOUR)],
)
async def test_what_no_known_order_paid_was_not_paid_before_the_longest_order(
    world: World, simulator: Simulator, said: str, paid_at: datetime
):
    simulator.pays("ORDER-OLD", f"GW-{said}")
    await settled(world, says(simulator, {"id": "ORDER-OLD"}, amount=7, paid_at=said))
    assert await world.one("select paid_at from payment_dispute") == paid_at


@pytest.mark.parametrize("lies", [Lies(status=500), Lies(signs_wrongly=True), Lies(hangs=True)])
async def test_a_gateway_in_trouble_is_left_alone_after_three_answers_that_do_not_come(
    world: World, simulator: Simulator, lies: Lies
):
    for _ in range(4):
        await ordered(world, simulator, await filed(world))
    simulator.lies = lies
    found = await reconciled(world, simulator)
    assert (found.asked, sorted(found.failed.values())) == (0, ["payment-gateway-away"] * 3)
    assert (await reconciliation.standing(world.db, at=AT + 2 * HOUR)).unasked == 4
    simulator.lies = Lies(forgets=True)
    assert await reconciled(world, simulator) == Reconciled(asked=4)


async def test_orders_whose_answers_never_come_do_not_keep_the_others_from_being_asked_about(
    world: World, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    """The three were never asked about, the other one was: they would come first in every run."""
    paid, *bad = [await ordered(world, simulator, await filed(world)) for _ in range(4)]
    simulator.pays(paid["id"], reference(paid))
    await world.changed("update payment_order set asked_at = $2 where id = $1::uuid", paid["id"], AT)
    answer = HttpGateway.state

    async def silent(self: HttpGateway, order: UUID, *, at: datetime) -> Told | None:
        if str(order) in {each["id"] for each in bad}:
            raise refusals.GatewayAway("it says nothing")
        return await answer(self, order, at=at)

    monkeypatch.setattr(HttpGateway, "state", silent)
    for number in range(40):
        if (await reconciled(world, simulator, AT + timedelta(minutes=number))).paid:
            break
    assert await state(world, paid) == "paid"


async def test_a_run_that_has_used_its_time_leaves_the_rest_to_the_next_one(
    world: World, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        await ordered(world, simulator, await filed(world))
    slow = iter((0.0, 0.0, 300.0, reconciliation.BUDGET))
    monkeypatch.setattr(reconciliation, "time", SimpleNamespace(monotonic=lambda: next(slow)))
    soon = AT + timedelta(minutes=1)
    assert await reconciled(world, simulator, soon) == Reconciled(asked=2)
    assert (await reconciliation.standing(world.db, at=soon + HOUR)).unasked == 1
    monkeypatch.undo()
    assert await reconciled(world, simulator, AT + timedelta(minutes=15)) == Reconciled(asked=3)


def test_a_run_ends_before_the_next_one_and_before_it_is_ended():
    """The last order is asked about just before: its answer, and settling it, have two minutes."""
    allowed = min(sweeps.POLICY["timeout_seconds"], 15 * 60)
    assert allowed - 120 >= reconciliation.BUDGET


async def test_the_desk_records_nothing_in_the_gateways_name(world: World):
    before = await filed(world)
    with pytest.raises(errors.FormRefused) as refused:
        await world.does(before, commands.RecordPayment(1, 20_000, PaymentMethod.GATEWAY, "GW1"), CLERK)
    assert [(each.field, str(each.message)) for each in refused.value.faults] == [
        ("method", "is not the desk's: what the gateway takes is recorded by itself")
    ]


async def test_another_service_settles_what_the_first_one_has_begun(world: World, simulator: Simulator):
    """Two processes of the API, with caches of their own."""
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], ref := reference(order))
    told, others = says(simulator, order), [DossierService(world.db) for _ in range(3)]
    done = await asyncio.gather(*(settlement.settle(each, told, US, at=AT) for each in others))
    assert done == [OrderState.PAID] * 3
    assert (await account(world, before))[2] == [(1, 20_000, "gateway", ref)]


async def test_the_flow_reconciles_by_the_settings_and_without_a_gateway_does_nothing(
    world: World, world_url: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    order = await ordered(world, simulator, await filed(world))
    simulator.pays(order["id"], reference(order))
    monkeypatch.setenv("HOSO_DATABASE_URL", world_url)
    monkeypatch.setattr(sweeps, "_now", lambda: AT)
    assert await sweeps.reconcile_payments.fn() == Reconciled()
    for name, value in payment_gateway.environment(simulator).items():
        monkeypatch.setenv(name, value)
    assert await sweeps.reconcile_payments.fn() == Reconciled(asked=1, paid=1)
    assert await state(world, order) == "paid"


async def test_the_operator_reconciles_and_lists_what_does_not_fit(
    world: World, world_url: str, simulator: Simulator
):
    before = await filed(world)
    order = await ordered(world, simulator, before)
    soon = datetime.now(UTC) + HOUR
    await world.changed("update payment_order set expires_at = $2 where id = $1::uuid", order["id"], soon)
    simulator.pays(order["id"], ref := reference(order))
    simulator.at, simulator.lies = datetime.now(UTC), Lies(adds=1)
    here = payment_gateway.environment(simulator)

    async def run(*arguments: str, **said: str) -> Any:
        return await asyncio.to_thread(hoso, "payments", *arguments, url=world_url, **said)

    done = await run("reconcile", "--json", **here)
    assert (done.status, done.json) == (0, {"asked": 1, "paid": 0, "expired": 0, "failed": {}}), done.err
    (said,) = (await run("disputes", "--json")).json["items"]
    assert (said["dossier"], said["reason"], said["gateway_reference"]) == (
        before.reference,
        "wrong_amount",
        ref,
    )
    shown = (await run("disputes")).out
    assert all(word in shown for word in ("Sai số tiền", "20.000", "20.001", ref))
    simulator.lies = Lies(status=500)
    trouble = await run("reconcile", **here)
    assert (trouble.status, "payment-gateway-away" in trouble.out) == (1, True), trouble.err
    missing = await run("reconcile")
    assert (missing.status, missing.out) == (1, ""), missing.err
    assert "HOSO_PAYMENTS_ADDRESS" in missing.err


async def test_the_sweep_by_hand_reconciles_where_a_gateway_is_set(
    world: World, world_url: str, simulator: Simulator
):
    order = await ordered(world, simulator, await filed(world))
    soon = datetime.now(UTC) + HOUR
    await world.changed("update payment_order set expires_at = $2 where id = $1::uuid", order["id"], soon)
    simulator.pays(order["id"], reference(order))
    simulator.at = datetime.now(UTC)
    found = []
    for here in ({}, payment_gateway.environment(simulator)):
        swept = await asyncio.to_thread(hoso, "sweep", "--json", url=world_url, **here)
        assert swept.status == 0, swept.err
        found.append((swept.json["payments"], await state(world, order)))
    none: dict[str, Any] = {"asked": 0, "paid": 0, "expired": 0, "failed": {}}
    assert found == [(none, "open"), ({**none, "asked": 1, "paid": 1}, "paid")]


async def test_the_doctor_has_a_line_on_the_gateway(world: World, simulator: Simulator, tmp_path: Path):
    async def line(settings: PaymentSettings, at: datetime = AT) -> tuple[str, str, str]:
        found = await gateway_probe.check(world.db, settings, at)
        return found.state, str(found.detail), str(found.remedy).partition(":")[0]

    assert await line(PaymentSettings()) == ("ok", "none is set up", "")
    well = "answers, its clock 0 s apart; 0 orders not asked about for an hour; 0 in dispute"
    # The test is of what is said, not of how fast: the simulator has time to answer.
    patient = simulator.settings.model_copy(update={"payments_seconds": 10})
    assert await line(patient) == ("ok", well, "")
    before = await filed(world)
    order = await ordered(world, simulator, before)
    simulator.pays(order["id"], reference(order))
    simulator.lies = Lies(adds=5_000)
    await settled(world, says(simulator, order))
    (tmp_path / "secret").write_text(SECRET)
    os.utime(tmp_path / "secret", times=(AT.timestamp() - 864_000,) * 2)
    kept = patient.model_copy(update={"payments_secret_file": tmp_path / "secret"})
    simulator.at = late = AT + timedelta(hours=2)
    counted = "the secret is 10 days old; 1 orders not asked about for an hour; 1 in dispute"
    assert await line(kept, late) == (
        "warning",
        f"answers, its clock 0 s apart; {counted}",
        "Look at the flows' log; `hoso payments reconcile` asks now.",
    )
    simulator.lies = Lies(clock=timedelta(minutes=-3))
    assert (await line(kept, late))[2] == "Set both clocks by NTP"
    simulator.lies = Lies(status=500)
    assert await line(kept, late) == (
        "failing",
        "it answered with status 500; 1 orders not asked about for an hour; 1 in dispute",
        "Look at its address and at the secret of both; `hoso payments reconcile` catches up.",
    )
    assert (await line(kept.model_copy(update={"payments_secret_file": tmp_path / "none"})))[0] == "failing"
