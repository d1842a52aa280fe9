"""Payments online over REST: ordered by the applicant, told by a gateway that may lie, disputed where it does not fit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from hoso_models import DisputeSettlement, postgres
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import credentials
from hoso_workflows.payments import dispute_settlement, surpluses
from hoso_workflows.payments.dispute_settlement import Said
from support import payment_gateway
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest, problem
from support.command_line import hoso
from support.payment_gateway import Lies, Simulator, tells
from support.procedures import charging
from support.world import CITIZEN, DEPARTMENT, DESK, FOUNDED, OTHER, STRANGER, World, instant, person

AT = instant("2026-03-02 09:00")
DESK_HEAD = person("head", DESK)


@pytest.fixture(scope="module")
def fees_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


@pytest.fixture
def world_url(fees_url: str) -> str:
    """One world for all: each test has a dossier of its own."""
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


@pytest.fixture
async def rest(world: World, simulator: Simulator) -> AsyncIterator[Rest]:
    """The API with the simulator as its gateway."""
    async with payment_gateway.api(world, simulator) as api:
        yield api


async def filed(rest: Rest) -> Any:
    rest.clock.turn("2026-03-02 08:00")
    standing = await rest.files(CITIZEN, **charging.FILING, case="goes_on", channel="online")
    rest.clock.turn("2026-03-02 09:00")
    return standing


def orders_of(standing: Any) -> str:
    return f"/v1/dossiers/{standing['reference']}/payment-orders"


async def ordered(rest: Rest, standing: Any, by: Any = CITIZEN) -> Any:
    return await rest.done(orders_of(standing), by)


async def fees(rest: Rest, standing: Any) -> Any:
    return (await rest.get(f"/v1/dossiers/{standing['reference']}/fees", CITIZEN)).json()


async def test_an_applicant_pays_online_and_has_a_receipt(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    assert (order["amount"], order["state"]) == (20_000, "open")
    assert order["pay_at"] == f"{simulator.address}/pay/{order['id']}"
    asked = simulator.orders[order["id"]]
    assert (asked["return_to"], asked["text"]) == (
        "https://hoso.test/cua-toi",
        f"Phí, lệ phí hồ sơ {standing['reference']}",
    )
    assert await ordered(rest, standing, CLERK) == order
    simulator.pays(order["id"], "GWA1")
    for _ in range(2):
        taken = await tells(rest, simulator.notification(order["id"]))
        assert (taken.status_code, taken.json()) == (200, {"state": "paid"})
    found = await fees(rest, standing)
    (payment,) = found["payments"]
    assert (found["open"], payment["amount"], payment["method"], payment["reference"]) == (
        0,
        20_000,
        "gateway",
        "GWA1",
    )
    (listed,) = (await rest.get(orders_of(standing), CITIZEN)).json()["items"]
    assert listed == {
        **order,
        "state": "paid",
        "pay_at": None,
        "gateway_reference": "GWA1",
        "paid_at": "2026-03-02T09:00:00+07:00",
    }
    (letter,) = [
        each
        for each in (await rest.get(f"/v1/dossiers/{standing['reference']}/letters", CITIZEN)).json()["items"]
        if each["form"] == "receipt_of_payment"
    ]
    page = await rest.get(f"/v1/dossiers/{standing['reference']}/letters/{letter['id']}.html", CITIZEN)
    assert "Thanh toán trực tuyến GWA1" in page.text
    again = await rest.post(orders_of(standing), CITIZEN)
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:nothing-to-pay")


async def test_only_the_applicant_and_the_desk_order_and_readers_read(rest: Rest):
    standing = await filed(rest)
    for by in (STRANGER, SPECIALIST, ADMINISTRATOR):
        assert (await rest.post(orders_of(standing), by)).status_code == 404
    order = await ordered(rest, standing)
    assert (await rest.get(orders_of(standing), STRANGER)).status_code == 404
    assert (await rest.get(orders_of(standing), CLERK)).json()["items"] == [order]
    wrong = await rest.post(orders_of(standing), CITIZEN, {"fees": [0]})
    assert wrong.status_code == 422


async def cancelled(rest: Rest, standing: Any, order: Any, by: Any = CLERK) -> httpx.Response:
    return await rest.post(f"{orders_of(standing)}/{order['id']}/cancellation", by)


async def test_the_desk_is_told_of_an_open_order_and_cancels_it_before_it_takes_cash(
    rest: Rest, simulator: Simulator
):
    standing = await filed(rest)
    assert (await fees(rest, standing))["ordered"] == 0
    order = await ordered(rest, standing)
    assert (await fees(rest, standing))["ordered"] == 20_000
    for by in (STRANGER, SPECIALIST, ADMINISTRATOR):
        assert (await cancelled(rest, standing, order, by)).status_code == 404
    for _ in range(2):
        done = await cancelled(rest, standing, order)
        assert (done.status_code, done.json()) == (200, {**order, "state": "failed", "pay_at": None})
    assert simulator.orders[order["id"]]["cancelled"]
    assert (await fees(rest, standing))["ordered"] == 0
    other = await ordered(rest, await filed(rest))
    assert (await cancelled(rest, standing, other)).status_code == 404


async def test_an_order_that_was_paid_before_it_was_cancelled_is_paid(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWCA")
    for _ in range(2):
        assert (await cancelled(rest, standing, order)).json()["state"] == "paid"
    assert await paid(rest, standing) == [(1, 20_000, True)]


async def test_an_order_that_somebody_is_paying_is_not_cancelled(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    for lies, status, slug in (
        (Lies(goes_on=True), 409, "payment-order-not-cancelled"),
        (Lies(status=405), 503, "payment-gateway-away"),
    ):
        simulator.lies = lies
        refused = await cancelled(rest, standing, order)
        assert (refused.status_code, problem(refused)["type"]) == (status, f"urn:hoso:problem:{slug}")
    assert (await fees(rest, standing))["ordered"] == 20_000
    simulator.lies = Lies(forgets=True)
    assert (await cancelled(rest, standing, order)).json()["state"] == "failed"


async def test_an_order_is_cancelled_at_the_shell_as_the_holder_of_a_token(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    async with rest.world.db.transaction() as tx:
        token = await credentials.give_token(tx, CLERK, "thử", at=FOUNDED, scopes=tuple(credentials.Scope))
    url = rest.world.db.url.render_as_string(hide_password=False)
    simulator.at = datetime.now(UTC)
    here = {**payment_gateway.environment(simulator), "HOSO_TOKEN": token}
    cancel = ("payments", "cancel-order", standing["reference"], order["id"])
    done = await asyncio.to_thread(hoso, *cancel, url=url, **here)
    assert (done.status, done.out.strip()) == (0, f"{order['id']}: Đã hủy"), done.err
    simulator.pays(order["id"], "GWCB")
    done = await asyncio.to_thread(hoso, *cancel, "--json", url=url, **here)
    assert (done.status, done.json["state"]) == (1, "paid"), done.err


async def test_what_is_not_signed_now_by_the_secret_of_both_changes_nothing(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWB1")
    body, headers = good = simulator.notification(order["id"])
    simulator.lies = Lies(signs_wrongly=True)
    forged = simulator.notification(order["id"])
    simulator.lies = Lies(clock=timedelta(minutes=-6))
    stale = simulator.notification(order["id"])
    more = json.dumps({**json.loads(body), "amount": 1}).encode()
    for said in (forged, stale, (more, headers), (body, {}), (b"", headers)):
        refused = await tells(rest, said)
        assert (refused.status_code, problem(refused)["type"]) == (
            403,
            "urn:hoso:problem:payment-notification-refused",
        )
    rest.clock.at += timedelta(minutes=6)
    assert (await tells(rest, good)).status_code == 403
    large = await tells(rest, (b" " * (16 * 1024 + 1), headers))
    assert large.status_code == 413
    assert (await fees(rest, standing))["payments"] == []


async def test_without_a_gateway_nobody_orders_and_nothing_is_taken(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    said = simulator.notification("any")
    app = rest.client._transport.app  # type: ignore[attr-defined]  # the application under the client
    app.state.online = replace(app.state.online, gateway=None)
    for refused in (await rest.post(orders_of(standing), CITIZEN), await tells(rest, said)):
        assert (refused.status_code, problem(refused)["type"]) == (
            409,
            "urn:hoso:problem:payment-gateway-missing",
        )


async def test_a_gateway_that_is_away_is_said_to_be(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    simulator.lies = Lies(hangs=True)
    # With little patience; that for a gateway that answers is for a machine that is busy.
    impatient = simulator.gateway()
    app: Any = rest.client._transport.app  # type: ignore[attr-defined]  # the application of the test
    app.state.online = replace(app.state.online, gateway=impatient)
    away = await rest.post(orders_of(standing), CITIZEN, headers={"Accept-Language": "en"})
    await impatient.aclose()
    assert (away.status_code, away.headers["retry-after"], problem(away)["detail"]) == (
        503,
        "60",
        "The payment gateway cannot be used now: it did not answer within 0.3 s.",
    )


async def test_what_does_not_fit_is_listed_for_the_desk_that_received_the_dossier(
    rest: Rest, simulator: Simulator
):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWC1")
    simulator.lies = Lies(adds=5_000)
    assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "disputed"}
    simulator.pays("ORDER-17", "GWC2")
    assert (await tells(rest, simulator.notification("ORDER-17"))).json() == {"state": None}
    (found,) = [each for each in await disputed(rest, CLERK) if each["dossier"] == standing["reference"]]
    assert found == {
        "id": found["id"],
        "unit": DESK,
        "reason": "wrong_amount",
        "amount": 25_000,
        "currency": "VND",
        "merchant": None,
        "ordered": 20_000,
        "gateway_reference": "GWC1",
        "told_order": order["id"],
        "dossier": standing["reference"],
        "code": None,
        "told_at": "2026-03-02T09:00:00+07:00",
        **dict.fromkeys(("settlement", "settled_at", "settled_by", "settled_for", "settled_reference")),
    }
    assert {each["told_order"] for each in await disputed(rest, CLERK)} == {order["id"]}
    assert {each["told_order"] for each in await disputed(rest, ADMINISTRATOR)} == {order["id"], "ORDER-17"}
    assert await disputed(rest, CITIZEN) == await disputed(rest, SPECIALIST) == []
    other = await rest.get("/v1/payments/disputes?unit=H27.SYT", CLERK)
    assert other.status_code == 403


async def in_dispute(rest: Rest, simulator: Simulator, reference: str) -> tuple[Any, Any, Any]:
    """A dossier, its order, and the dispute about the 5 000 đồng that were paid of it too much."""
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], reference)
    simulator.lies = Lies(adds=5_000)
    await tells(rest, simulator.notification(order["id"]))
    return standing, order, await dispute_of(rest, standing)


async def dispute_of(rest: Rest, standing: Any) -> Any:
    (found,) = [each for each in await disputed(rest, CLERK) if each["dossier"] == standing["reference"]]
    return found


async def settles(rest: Rest, dispute: Any, by: Any, **said: Any) -> httpx.Response:
    return await rest.post(f"/v1/payments/disputes/{dispute['id']}/settlement", by, said)


def faulty(answer: httpx.Response) -> tuple[int, list[str]]:
    """Status and fields of what is not accepted."""
    return answer.status_code, [each["field"] for each in problem(answer)["errors"]]


async def test_a_head_records_what_was_paid_and_the_dispute_leaves_the_open_list(
    rest: Rest, simulator: Simulator
):
    standing, order, dispute = await in_dispute(rest, simulator, "GWD1")
    said = {"settlement": "recorded", "reason": "Người nộp trả thừa"}
    assert faulty(await settles(rest, dispute, DESK_HEAD, **said)) == (422, ["fees"])
    rest.clock.turn("2026-03-02 10:00")
    whole = [{"fee": 1, "amount": 25_000}]
    settled = (await settles(rest, dispute, DESK_HEAD, **said, fees=whole)).json()
    assert settled == {
        **dispute,
        "settlement": "recorded",
        "settled_at": "2026-03-02T10:00:00+07:00",
        "settled_by": str(DESK_HEAD),
        "settled_for": "Người nộp trả thừa",
    }
    assert dispute["id"] not in {each["id"] for each in await disputed(rest, CLERK)}
    assert settled in await disputed(rest, CLERK, settled="true")
    found = await fees(rest, standing)
    (payment,) = found["payments"]
    assert (found["open"], found["surplus"]) == (0, 5_000)
    assert (payment["amount"], payment["method"], payment["reference"]) == (25_000, "gateway", "GWD1")
    (listed,) = (await rest.get(orders_of(standing), CITIZEN)).json()["items"]
    assert (listed["state"], listed["gateway_reference"]) == ("paid", "GWD1")
    again = await settles(rest, dispute, DESK_HEAD, **said)
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:payment-dispute-settled")
    simulator.at = rest.clock.at
    assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "paid"}
    assert await fees(rest, standing) == found


@pytest.mark.parametrize(
    ("said", "paid_at"),
    [
        ("2026-03-02T08:10:00+07:00", "2026-03-02T08:10:00+07:00"),
        ("2026-03-02T09:03:00+07:00", "2026-03-02T09:00:00+07:00"),
        (None, "2026-03-02T09:00:00+07:00"),
    ],
)
async def test_what_a_head_records_was_paid_when_the_gateway_says_so(
    rest: Rest, simulator: Simulator, said: str | None, paid_at: str
):
    """But not after it was told; where the gateway says nothing, then."""
    standing = await filed(rest)
    rest.clock.turn("2026-03-02 08:05")
    simulator.at = rest.clock.at
    order = await ordered(rest, standing)
    rest.clock.turn("2026-03-02 09:00")
    simulator.at = rest.clock.at
    simulator.pays(order["id"], f"GWV-{order['id'][:8]}")
    simulator.lies = Lies(adds=5_000)
    await tells(rest, simulator.notification(order["id"], paid_at=said))
    rest.clock.turn("2026-03-02 10:00")
    dispute = await dispute_of(rest, standing)
    assert (await settles(rest, dispute, DESK_HEAD, **recorded((1, 25_000)))).status_code == 200
    (payment,) = (await fees(rest, standing))["payments"]
    (listed,) = (await rest.get(orders_of(standing), CITIZEN)).json()["items"]
    assert (payment["paid_at"], listed["paid_at"]) == (paid_at, paid_at)


async def test_what_went_back_is_not_recorded_however_often_the_gateway_tells_it(
    rest: Rest, simulator: Simulator
):
    standing, order, dispute = await in_dispute(rest, simulator, "GWE1")
    said = {"settlement": "refunded", "reason": "Đã hoàn ở cổng", "reference": "RFE1"}
    assert faulty(await settles(rest, dispute, DESK_HEAD, **said, fees=[{"fee": 1, "amount": 1}])) == (
        422,
        ["fees"],
    )
    settled = (await settles(rest, dispute, DESK_HEAD, **said)).json()
    assert (settled["settlement"], settled["settled_reference"]) == ("refunded", "RFE1")
    (listed,) = (await rest.get(orders_of(standing), CITIZEN)).json()["items"]
    assert listed["state"] == "failed"
    assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "failed"}
    found = await fees(rest, standing)
    assert (found["open"], found["payments"]) == (20_000, [])


async def test_what_an_unknown_order_paid_is_recorded_for_the_dossier_that_is_named(
    rest: Rest, simulator: Simulator
):
    standing = await filed(rest)
    simulator.pays("ORDER-F", "GWF1")
    await tells(rest, simulator.notification("ORDER-F", amount=20_000))
    (dispute,) = [each for each in await disputed(rest, ADMINISTRATOR) if each["told_order"] == "ORDER-F"]
    said = {"settlement": "recorded", "reason": "Nộp cho hồ sơ này", "fees": [{"fee": 1, "amount": 20_000}]}
    assert (await settles(rest, dispute, DESK_HEAD, **said)).status_code == 404
    assert faulty(await settles(rest, dispute, ADMINISTRATOR, **said)) == (422, ["dossier"])
    unknown = await settles(rest, dispute, ADMINISTRATOR, **said, dossier="H27.PVHCC-260302-9999")
    assert unknown.status_code == 404
    settled = (await settles(rest, dispute, ADMINISTRATOR, **said, dossier=standing["reference"])).json()
    assert (settled["unit"], settled["dossier"]) == (DESK, standing["reference"])
    assert (await fees(rest, standing))["open"] == 0


async def test_one_payment_of_a_gateway_is_recorded_for_one_dossier(rest: Rest, simulator: Simulator):
    first, second = await filed(rest), await filed(rest)
    order = await ordered(rest, first)
    simulator.pays(order["id"], "GWW1")
    assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "paid"}
    simulator.pays("ORDER-W", "GWW1")
    await tells(rest, simulator.notification("ORDER-W", amount=20_000))
    (dispute,) = [each for each in await disputed(rest, ADMINISTRATOR) if each["told_order"] == "ORDER-W"]
    said = {**recorded((1, 20_000)), "dossier": second["reference"]}
    assert faulty(await settles(rest, dispute, ADMINISTRATOR, **said)) == (422, ["reference"])
    assert await paid(rest, second) == []
    assert (await settles(rest, dispute, ADMINISTRATOR, **MISTAKE)).status_code == 200


@pytest.mark.parametrize(
    ("said", "reason", "kept"),
    [
        ({"currency": "USD"}, "wrong_currency", ("USD", None)),
        ({"currency": "EUR", "merchant": "someone-else"}, "wrong_merchant", ("EUR", "someone-else")),
        ({"merchant": "someone-else"}, "wrong_merchant", ("VND", "someone-else")),
    ],
)
async def test_what_was_paid_in_other_money_or_to_somebody_else_is_no_payment(
    rest: Rest, simulator: Simulator, said: dict[str, str], reason: str, kept: tuple[str, str | None]
):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], f"GWX-{order['id'][:8]}")
    for _ in range(2):
        told = await tells(rest, simulator.notification(order["id"], **said))
        assert (told.status_code, told.json()) == (200, {"state": "disputed"})
    dispute = await dispute_of(rest, standing)
    assert (dispute["reason"], dispute["amount"], (dispute["currency"], dispute["merchant"])) == (
        reason,
        20_000,
        kept,
    )
    assert await paid(rest, standing) == []
    if kept[0] != "VND":
        assert faulty(await settles(rest, dispute, DESK_HEAD, **recorded((1, 20_000)))) == (
            422,
            ["settlement"],
        )
    rightly = {"currency": "vnd", "merchant": "motcua"}
    assert (await tells(rest, simulator.notification(order["id"], **rightly))).json() == {"state": "paid"}
    assert (await settles(rest, dispute, DESK_HEAD, **MISTAKE)).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True)]


async def test_what_a_person_has_called_a_mistake_is_recorded_once_it_is_told_in_dong(
    rest: Rest, simulator: Simulator
):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWY1")
    wrong = simulator.notification(order["id"], currency="USD")
    await tells(rest, wrong)
    assert (await settles(rest, await dispute_of(rest, standing), DESK_HEAD, **MISTAKE)).status_code == 200
    assert (await tells(rest, wrong)).json() == {"state": "failed"}
    assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "paid"}


async def test_what_was_called_a_mistake_and_is_told_in_a_third_currency_is_disputed_anew(
    rest: Rest, simulator: Simulator
):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWY2")
    await tells(rest, simulator.notification(order["id"], currency="USD"))
    assert (await settles(rest, await dispute_of(rest, standing), DESK_HEAD, **MISTAKE)).status_code == 200
    for _ in range(2):
        told = await tells(rest, simulator.notification(order["id"], currency="EUR"))
        assert told.json() == {"state": "disputed"}
    assert (await dispute_of(rest, standing))["currency"] == "EUR"


async def test_money_that_came_to_the_right_account_later_is_recorded(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWZ1")
    await tells(rest, simulator.notification(order["id"], merchant="someone-else"))
    dispute = await dispute_of(rest, standing)
    assert (await settles(rest, dispute, DESK_HEAD, **recorded((1, 20_000)))).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True)]


async def test_another_merchants_order_is_not_ours(rest: Rest, simulator: Simulator):
    simulator.pays("ORDER-M", "GWM-1")
    refused = await tells(rest, simulator.notification("ORDER-M", merchant="someone-else"))
    assert (refused.status_code, problem(refused)["type"]) == (
        403,
        "urn:hoso:problem:payment-notification-refused",
    )
    assert "ORDER-M" not in {each["told_order"] for each in await disputed(rest, ADMINISTRATOR)}
    standing = await filed(rest)
    order = await ordered(rest, standing)
    told = await tells(rest, simulator.notification(order["id"], state="failed", merchant="someone-else"))
    assert told.json() == {"state": "open"}


async def test_a_payment_that_was_taken_back_is_cancelled_before_its_dispute_is_settled(
    rest: Rest, simulator: Simulator
):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWG1")
    await tells(rest, simulator.notification(order["id"]))
    await tells(rest, simulator.notification(order["id"], state="failed"))
    dispute = await dispute_of(rest, standing)
    for settlement in ("recorded", "refunded"):
        asked = await settles(rest, dispute, DESK_HEAD, settlement=settlement, reason="Đã hoàn")
        assert faulty(asked) == (422, ["settlement"])
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Cổng đã hoàn"}
    await rest.done(f"/v1/dossiers/{standing['reference']}/payment-cancellation", DESK_HEAD, void)
    assert (
        await settles(rest, dispute, DESK_HEAD, settlement="refunded", reason="Đã hoàn")
    ).status_code == 200
    assert dispute["id"] not in {each["id"] for each in await disputed(rest, CLERK)}


@pytest.mark.parametrize("told", [{}, {"reference": None}])
async def test_what_was_taken_back_before_it_was_settled_is_not_recorded(
    rest: Rest, simulator: Simulator, told: dict[str, None]
):
    reference = f"GWO{len(told)}"
    standing, order, dispute = await in_dispute(rest, simulator, reference)
    rest.clock.turn("2026-03-02 09:02")
    assert (await tells(rest, simulator.notification(order["id"], state="failed", **told))).status_code == 200
    assert faulty(await settles(rest, dispute, DESK_HEAD, **recorded((1, 25_000)))) == (422, ["settlement"])
    (back,) = [each for each in await disputed(rest, CLERK) if each["reason"] == "taken_back"]
    assert (back["dossier"], back["gateway_reference"]) == (
        standing["reference"],
        told.get("reference", reference),
    )
    mistake = {"settlement": "mistake", "reason": "Không rút lại"}
    assert (await settles(rest, back, DESK_HEAD, **mistake)).status_code == 200
    assert (await settles(rest, dispute, DESK_HEAD, **recorded((1, 25_000)))).status_code == 200
    assert await paid(rest, standing) == [(1, 25_000, True)]


async def test_a_head_settles_with_a_reason_and_it_stands_in_the_chain(rest: Rest, simulator: Simulator):
    _, _, dispute = await in_dispute(rest, simulator, "GWH1")
    said = {"settlement": "mistake", "reason": "Cổng báo nhầm"}
    refused = [(await settles(rest, dispute, by, **said)).status_code for by in (CLERK, CITIZEN, SPECIALIST)]
    assert refused == [403, 404, 404]
    logged = "select principal_id, granted from access_log where act = 'settle_payment_dispute' and subject = $1 order by id"
    found = [tuple(each) for each in await rest.world.db.rows(logged, [dispute["id"]])]
    assert found == [(by, False) for by in (CLERK, CITIZEN, SPECIALIST)]
    assert faulty(await settles(rest, dispute, DESK_HEAD, **{**said, "reason": " "})) == (422, ["reason"])
    assert (await settles(rest, dispute, DESK_HEAD, **said)).status_code == 200
    path = f"/v1/administration-events?subject={dispute['id']}"
    (event,) = (await rest.get(path, ADMINISTRATOR)).json()["items"]
    assert (event["kind"], event["payload"]) == (
        "payment_dispute_settled",
        {"settlement": "mistake", "amount": 25_000},
    )


async def test_whoever_may_settle_a_dispute_finds_it_in_the_list(rest: Rest, simulator: Simulator):
    """The heads of the units that receive and handle the dossier, and their administrator, but nobody else."""
    _, _, dispute = await in_dispute(rest, simulator, "GWU1")
    for by in (DESK_HEAD, person("head"), ADMINISTRATOR):
        assert dispute in await disputed(rest, by)
        assert faulty(await settles(rest, dispute, by, settlement="mistake", reason=" ")) == (422, ["reason"])
    of_unit = await rest.get(f"/v1/payments/disputes?unit={DEPARTMENT}", person("head"))
    assert dispute in of_unit.json()["items"]
    other = person("head", OTHER)
    assert dispute not in await disputed(rest, other)
    assert (await settles(rest, dispute, other, **MISTAKE)).status_code == 404


async def test_two_who_settle_at_once_settle_it_once(rest: Rest, simulator: Simulator):
    standing, _, dispute = await in_dispute(rest, simulator, "GWI1")
    recorded = {"settlement": "recorded", "reason": "Trả thừa", "fees": [{"fee": 1, "amount": 25_000}]}
    refunded = {"settlement": "refunded", "reason": "Đã hoàn"}
    answers = await asyncio.gather(
        *(settles(rest, dispute, DESK_HEAD, **said) for said in (recorded, refunded))
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    (found,) = [each for each in await disputed(rest, CLERK, settled="true") if each["id"] == dispute["id"]]
    paid = [each["amount"] for each in (await fees(rest, standing))["payments"]]
    assert paid == ([25_000] if found["settlement"] == "recorded" else [])


async def assessed(rest: Rest, standing: Any, amount: int) -> None:
    """The desk assesses the fee that the procedure leaves open."""
    said = {"fee": 3, "amount": amount, "basis": "NQ 12/2025/NQ-HĐND"}
    await rest.done(f"/v1/dossiers/{standing['reference']}/fee-assessment", CLERK, said)


def recorded(*fees: tuple[int, int]) -> dict[str, Any]:
    named = [{"fee": fee, "amount": amount} for fee, amount in fees]
    return {"settlement": "recorded", "reason": "Người nộp trả thừa", "fees": named}


async def paid(rest: Rest, standing: Any) -> list[tuple[int, int, bool]]:
    """Fee and amount of each payment, and whether it stands."""
    found = (await fees(rest, standing))["payments"]
    return [(each["fee"], each["amount"], each["cancelled_at"] is None) for each in found]


async def test_what_is_refused_of_one_fee_is_recorded_of_none(rest: Rest, simulator: Simulator):
    standing, _, dispute = await in_dispute(rest, simulator, "GWK1")
    refused = await settles(rest, dispute, DESK_HEAD, **recorded((1, 20_000), (3, 5_000)))
    assert faulty(refused) == (422, ["fee"])
    assert await paid(rest, standing) == []
    assert (await settles(rest, dispute, DESK_HEAD, **recorded((1, 25_000)))).status_code == 200
    assert await paid(rest, standing) == [(1, 25_000, True)]


async def half_recorded(
    rest: Rest, simulator: Simulator, reference: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, Any]:
    """A dossier and its dispute, of whose settlement the first fee was recorded before the process died."""
    standing, _, dispute = await in_dispute(rest, simulator, reference)
    await assessed(rest, standing, 5_000)
    perform = DossierService.perform

    async def dies(self: DossierService, subject: str, command: Any, **said: Any) -> Any:
        if command.fee == 3:
            raise RuntimeError("killed")
        return await perform(self, subject, command, **said)

    said = Said(DisputeSettlement.RECORDED, "Người nộp trả thừa", ((1, 20_000), (3, 5_000)))
    asked = surpluses.Asked(DESK_HEAD, rest.clock.at)
    with monkeypatch.context() as broken:
        broken.setattr(DossierService, "perform", dies)
        with pytest.raises(RuntimeError, match="killed"):
            await dispute_settlement.settle(rest.world.service, UUID(dispute["id"]), said, asked)
    assert await paid(rest, standing) == [(1, 20_000, True)]
    rest.clock.turn("2026-03-02 10:00")
    return standing, dispute


async def test_a_settlement_that_died_in_the_middle_is_finished_by_the_same_request(
    rest: Rest, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    standing, dispute = await half_recorded(rest, simulator, "GWL1", monkeypatch)
    again = await settles(rest, dispute, DESK_HEAD, **recorded((1, 20_000), (3, 5_000)))
    assert again.status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True), (3, 5_000, True)]


async def test_a_settlement_that_died_in_the_middle_is_not_finished_with_other_amounts(
    rest: Rest, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    standing, dispute = await half_recorded(rest, simulator, "GWM1", monkeypatch)
    for other in (recorded((1, 5_000)), recorded((1, 25_000)), recorded((1, 15_000), (3, 10_000))):
        assert faulty(await settles(rest, dispute, DESK_HEAD, **other)) == (422, ["fees"])
    assert await paid(rest, standing) == [(1, 20_000, True)]
    assert (await settles(rest, dispute, DESK_HEAD, **recorded((3, 5_000)))).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True), (3, 5_000, True)]


async def test_what_was_cancelled_of_a_settlement_that_died_is_recorded_anew(
    rest: Rest, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    standing, dispute = await half_recorded(rest, simulator, "GWN1", monkeypatch)
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm"}
    await rest.done(f"/v1/dossiers/{standing['reference']}/payment-cancellation", DESK_HEAD, void)
    rest.clock.turn("2026-03-02 11:00")
    whole = recorded((1, 20_000), (3, 5_000))
    assert (await settles(rest, dispute, DESK_HEAD, **whole)).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, False), (1, 20_000, True), (3, 5_000, True)]


REFUNDED = {"settlement": "refunded", "reason": "Đã hoàn ở cổng"}
MISTAKE = {"settlement": "mistake", "reason": "Cổng báo nhầm"}


async def test_what_stands_has_not_gone_back_and_was_no_mistake(
    rest: Rest, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    standing, dispute = await half_recorded(rest, simulator, "GWP1", monkeypatch)
    for said in (REFUNDED, MISTAKE):
        assert faulty(await settles(rest, dispute, DESK_HEAD, **said)) == (422, ["settlement"])
    (payment,) = (await fees(rest, standing))["payments"]
    void = {"payment": payment["id"], "reason": "Cổng đã hoàn"}
    await rest.done(f"/v1/dossiers/{standing['reference']}/payment-cancellation", DESK_HEAD, void)
    assert (await settles(rest, dispute, DESK_HEAD, **REFUNDED)).status_code == 200


async def test_an_amount_that_the_gateway_has_told_rightly_since_was_a_mistake(
    rest: Rest, simulator: Simulator
):
    standing, order, dispute = await in_dispute(rest, simulator, "GWQ1")
    simulator.lies = Lies()
    assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "paid"}
    assert faulty(await settles(rest, dispute, DESK_HEAD, **REFUNDED)) == (422, ["settlement"])
    assert (await settles(rest, dispute, DESK_HEAD, **MISTAKE)).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True)]


async def test_a_second_payment_goes_back_while_the_first_one_stands(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    for reference in ("GWR1", "GWR2"):
        simulator.pays(order["id"], reference)
        assert (await tells(rest, simulator.notification(order["id"]))).json() == {"state": "paid"}
    twice = await dispute_of(rest, standing)
    assert (twice["reason"], twice["gateway_reference"]) == ("paid_twice", "GWR2")
    assert (await settles(rest, twice, DESK_HEAD, **REFUNDED)).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True)]


async def test_a_payment_that_stands_was_taken_back_by_mistake(rest: Rest, simulator: Simulator):
    standing = await filed(rest)
    order = await ordered(rest, standing)
    simulator.pays(order["id"], "GWS1")
    for said in ({}, {"state": "failed"}):
        await tells(rest, simulator.notification(order["id"], **said))
    assert (await settles(rest, await dispute_of(rest, standing), DESK_HEAD, **MISTAKE)).status_code == 200
    assert await paid(rest, standing) == [(1, 20_000, True)]


async def test_what_went_back_is_settled_in_every_dispute_about_it(rest: Rest, simulator: Simulator):
    standing, order, dispute = await in_dispute(rest, simulator, "GWT1")
    rest.clock.turn("2026-03-02 09:02")
    await tells(rest, simulator.notification(order["id"], state="failed"))
    simulator.pays(order["id"], "GWT2")
    await tells(rest, simulator.notification(order["id"]))
    mine = [each for each in await disputed(rest, CLERK) if each["dossier"] == standing["reference"]]
    back, other = (
        next(each for each in mine if (each["reason"], each["gateway_reference"]) == told)
        for told in (("taken_back", "GWT1"), ("wrong_amount", "GWT2"))
    )
    rest.clock.turn("2026-03-02 10:00")
    assert (await settles(rest, back, DESK_HEAD, **REFUNDED, reference="RFT1")).status_code == 200
    told = {each["id"]: each for each in await disputed(rest, CLERK, settled="true")}
    assert (await dispute_of(rest, standing))["id"] == other["id"]
    said = {
        "settlement": "refunded",
        "settled_at": "2026-03-02T10:00:00+07:00",
        "settled_by": str(DESK_HEAD),
        "settled_for": "Đã hoàn ở cổng",
        "settled_reference": "RFT1",
    }
    for each in (dispute, back):
        assert told[each["id"]] == {**each, **said}
        path = f"/v1/administration-events?subject={each['id']}"
        (event,) = (await rest.get(path, ADMINISTRATOR)).json()["items"]
        assert event["payload"] == {"settlement": "refunded", "amount": 25_000}
    again = await settles(rest, dispute, DESK_HEAD, **recorded((1, 25_000)))
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:payment-dispute-settled")
    (listed,) = (await rest.get(orders_of(standing), CITIZEN)).json()["items"]
    assert listed["state"] == "disputed"


async def test_a_head_settles_at_the_shell_as_the_holder_of_a_token(rest: Rest, simulator: Simulator):
    standing, _, dispute = await in_dispute(rest, simulator, "GWJ1")
    async with rest.world.db.transaction() as tx:
        token = await credentials.give_token(
            tx, DESK_HEAD, "thử", at=FOUNDED, scopes=tuple(credentials.Scope)
        )
    url = rest.world.db.url.render_as_string(hide_password=False)
    said = ("--settlement", "recorded", "--reason", "Trả thừa", "--fee", "1=25000")
    settle = ("payments", "settle-dispute", dispute["id"], *said)
    done = await asyncio.to_thread(hoso, *settle, url=url, HOSO_TOKEN=token)
    assert (done.status, done.out.strip()) == (0, f"{dispute['id']}: Đã ghi thu")
    assert [each["amount"] for each in (await fees(rest, standing))["payments"]] == [25_000]
    assert (await asyncio.to_thread(hoso, *settle, url=url)).status == 1


async def disputed(rest: Rest, by: Any, settled: str = "false") -> list[Any]:
    found, after = [], ""
    while True:
        page = (await rest.get(f"/v1/payments/disputes?limit=1&settled={settled}{after}", by)).json()
        found += page["items"]
        if page["page"]["after"] is None:
            return found
        after = f"&after={page['page']['after']}"
