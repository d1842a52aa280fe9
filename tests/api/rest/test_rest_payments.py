"""Payments online over REST: ordered by the applicant, told by a gateway that may lie, disputed where it does not fit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hoso_api.app import create_app
from hoso_api.settings import Settings
from hoso_models import postgres
from hoso_workflows.payments.orders import Online
from support import payment_gateway, signing_in
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Clock, Contract, Rest, problem
from support.payment_gateway import Lies, Simulator
from support.procedures import charging
from support.world import CITIZEN, DESK, STRANGER, World, instant

AT = instant("2026-03-02 09:00")
TOLD = "/v1/payments/notifications"


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
    clock = Clock(AT)
    app = create_app(world.service, clock=clock, settings=Settings(token_cache_seconds=0))
    gateway = simulator.gateway()
    app.state.online = Online(gateway, timedelta(hours=1), "https://hoso.test/cua-toi")
    transport = httpx.ASGITransport(signing_in.hasten(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield Rest(world, client, clock, Contract())
    await gateway.aclose()


async def filed(rest: Rest) -> Any:
    rest.clock.turn("2026-03-02 08:00")
    standing = await rest.files(CITIZEN, **charging.FILING, case="goes_on", channel="online")
    rest.clock.turn("2026-03-02 09:00")
    return standing


def orders_of(standing: Any) -> str:
    return f"/v1/dossiers/{standing['reference']}/payment-orders"


async def ordered(rest: Rest, standing: Any, by: Any = CITIZEN) -> Any:
    return await rest.done(orders_of(standing), by)


async def tells(rest: Rest, said: tuple[bytes, dict[str, str]]) -> httpx.Response:
    """The gateway sends a notification."""
    body, headers = said
    return await rest.post(TOLD, content=body, headers={**headers, "Content-Type": "application/json"})


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
    away = await rest.post(orders_of(standing), CITIZEN, headers={"Accept-Language": "en"})
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
        "ordered": 20_000,
        "gateway_reference": "GWC1",
        "told_order": order["id"],
        "dossier": standing["reference"],
        "code": None,
        "told_at": "2026-03-02T09:00:00+07:00",
    }
    assert {each["told_order"] for each in await disputed(rest, CLERK)} == {order["id"]}
    assert {each["told_order"] for each in await disputed(rest, ADMINISTRATOR)} == {order["id"], "ORDER-17"}
    assert await disputed(rest, CITIZEN) == await disputed(rest, SPECIALIST) == []
    other = await rest.get("/v1/payments/disputes?unit=H27.SYT", CLERK)
    assert other.status_code == 403


async def disputed(rest: Rest, by: Any) -> list[Any]:
    found, after = [], ""
    while True:
        page = (await rest.get(f"/v1/payments/disputes?limit=1{after}", by)).json()
        found += page["items"]
        if page["page"]["after"] is None:
            return found
        after = f"&after={page['page']['after']}"
