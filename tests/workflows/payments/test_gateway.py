"""The payment gateway over HTTP: what it is asked, and which of its answers are believed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from hoso_workflows.payments import gateway, refusals, signed_messages
from hoso_workflows.payments.gateway import GatewayState, Probed, Told, Wanted
from hoso_workflows.payments.settings import PaymentSettings
from hoso_workflows.payments.signed_messages import Secrets
from support import payment_gateway
from support.payment_gateway import SECRET, SECRET_BEFORE, Lies, Simulator
from support.world import instant

AT = instant("2026-03-02 09:00")
ORDER = UUID("00000000-0000-4000-8000-00000000aaaa")
WANTED = Wanted(ORDER, 20_000, "Lệ phí", "https://motcua.example.vn/ho-so", AT + timedelta(hours=1))


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with payment_gateway.served(AT) as simulator:
        yield simulator


@pytest.fixture
def simulator(server: Simulator) -> Simulator:
    """The simulator as it is when it does not lie, without an order."""
    server.at, server.lies = AT, Lies()
    server.orders.clear()
    server.paid.clear()
    return server


async def made(simulator: Simulator) -> str:
    ours = simulator.gateway()
    try:
        return await ours.make(WANTED, at=AT)
    finally:
        await ours.aclose()


async def state(simulator: Simulator, order: UUID = ORDER) -> Told | None:
    ours = simulator.gateway()
    try:
        return await ours.state(order, at=AT)
    finally:
        await ours.aclose()


async def test_an_order_is_made_with_its_amount_and_what_the_payer_reads(simulator: Simulator):
    assert await made(simulator) == f"{simulator.address}/pay/{ORDER}"
    assert simulator.orders == {
        str(ORDER): {
            "merchant": "motcua",
            "order": str(ORDER),
            "amount": 20_000,
            "currency": "VND",
            "text": "Lệ phí",
            "return_to": "https://motcua.example.vn/ho-so",
            "expires_at": "2026-03-02T10:00:00+07:00",
        }
    }


async def test_the_state_of_an_order_is_asked(simulator: Simulator):
    assert await state(simulator) is None
    await made(simulator)
    assert await state(simulator) == Told(order=str(ORDER), amount=20_000, state=GatewayState.OPEN)
    simulator.pays(str(ORDER))
    paid = Told(order=str(ORDER), amount=20_000, state=GatewayState.PAID, reference="GW1", paid_at=AT)
    assert await state(simulator) == paid


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        (Lies(signs_wrongly=True), "its signature is wrong"),
        (Lies(clock=timedelta(minutes=6)), "it is not of now"),
        (Lies(clock=-timedelta(minutes=6)), "it is not of now"),
        (Lies(status=500), "it answered with status 500"),
        (Lies(status=302), "it answered with status 302"),
        (Lies(hangs=True), "it did not answer within 0.3 s"),
    ],
)
async def test_a_gateway_in_trouble_is_away(simulator: Simulator, lies: Lies, why: str):
    simulator.lies = lies
    for asking in (made, state):
        with pytest.raises(refusals.GatewayAway) as away:
            await asking(simulator)
        assert away.value.why == why


@pytest.mark.parametrize(
    "pay_at",
    [
        "https://elsewhere.example/pay",
        "https://127.0.0.1@elsewhere.example/pay",
        "https://127.0.0.1:x@elsewhere.example",
        "javascript:alert(1)",
        "//127.0.0.1/pay",
        "https://127.0.0.1/\r\nSet-Cookie: a=b",
        "https://[",
        "https://127.0.0.1/" + "x" * 2048,
    ],
)
async def test_payers_are_sent_to_no_host_that_the_settings_do_not_name(simulator: Simulator, pay_at: str):
    simulator.lies = Lies(pay_at=pay_at)
    with pytest.raises(refusals.GatewayAway):
        await made(simulator)


async def test_an_inner_address_that_is_not_listed_is_not_asked(simulator: Simulator):
    settings = simulator.settings.model_copy(update={"payments_inner_hosts": ()})
    ours = gateway.HttpGateway(settings)
    with pytest.raises(refusals.GatewayAway, match="lies on an inner network"):
        await ours.make(WANTED, at=AT)
    await ours.aclose()


async def test_a_notification_is_read(simulator: Simulator):
    await made(simulator)
    simulator.pays(str(ORDER), "GW7")
    body, headers = simulator.notification(str(ORDER))
    assert simulator.gateway().read(body, headers, at=AT) == Told(
        order=str(ORDER), amount=20_000, state=GatewayState.PAID, reference="GW7", paid_at=AT
    )
    several = headers | {signed_messages.SIGNATURE: "v2,AAAA v1,AAAA " + headers[signed_messages.SIGNATURE]}
    assert simulator.gateway().read(body, several, at=AT).reference == "GW7"


_MARK = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({signed_messages.SIGNATURE: f"v1,{_MARK}"}, "its signature is wrong"),
        ({signed_messages.SIGNATURE: ""}, "its signature is wrong"),
        ({signed_messages.SIGNATURE: "v1,é"}, "its signature is wrong"),
        ({signed_messages.ID: "another"}, "its signature is wrong"),
        ({signed_messages.TIME: "1772416801"}, "its signature is wrong"),
        ({signed_messages.TIME: "soon"}, "its headers name no id or no time"),
        ({signed_messages.TIME: "٣"}, "its headers name no id or no time"),
        ({signed_messages.ID: ""}, "its headers name no id or no time"),
    ],
)
async def test_a_notification_with_another_header_is_refused(
    simulator: Simulator, changed: dict[str, str], why: str
):
    body, headers = simulator.notification(str(ORDER))
    with pytest.raises(refusals.NotificationRefused) as refused:
        simulator.gateway().read(body, headers | changed, at=AT)
    assert refused.value.why == why


async def test_a_notification_with_another_body_or_of_another_time_is_refused(simulator: Simulator):
    body, headers = simulator.notification(str(ORDER))
    ours = simulator.gateway()
    with pytest.raises(refusals.NotificationRefused, match="its signature is wrong"):
        ours.read(body + b" ", headers, at=AT)
    assert ours.read(body, headers, at=AT + timedelta(minutes=5)).state is GatewayState.OPEN
    for late in (timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)):
        with pytest.raises(refusals.NotificationRefused, match="it is not of now"):
            ours.read(body, headers, at=AT + late)


@pytest.mark.parametrize(
    "said",
    [
        {"amount": "20000"},
        {"amount": 20_000.5},
        {"amount": True},
        {"amount": -1},
        {"amount": 10**15 + 1},
        {"state": "refunded"},
        {"state": "paid"},
        {"state": "paid", "reference": ""},
        {"state": "paid", "reference": "GW 1"},
        {"state": "paid", "reference": "x" * 65},
        {"state": "paid", "reference": "GW1", "paid_at": "2026-03-02T09:00:00"},
        {"order": ""},
        {"order": 7},
    ],
)
async def test_a_signed_notification_that_says_nothing_is_refused(simulator: Simulator, said: dict[str, Any]):
    body, headers = simulator.notification(str(ORDER), **said)
    with pytest.raises(refusals.NotificationRefused, match="does not say what happened"):
        simulator.gateway().read(body, headers, at=AT)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'{"order": 1' + b"[" * 10_000])
async def test_a_signed_notification_that_is_no_message_is_refused(simulator: Simulator, body: bytes):
    said, headers = simulator.signs(body)
    with pytest.raises(refusals.NotificationRefused, match="does not say what happened"):
        simulator.gateway().read(said, headers, at=AT)


def test_the_secret_is_read_from_a_file_and_a_short_one_is_refused(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    said = {"payments_address": "https://pay.example.vn", "payments_secret_file": file}
    assert PaymentSettings.model_validate(said).secrets == Secrets(SECRET.encode())
    for short in ({}, {"payments_secret": "short"}):
        with pytest.raises(ValueError, match="fewer than 32 characters"):
            gateway.of(
                PaymentSettings.model_validate({"payments_address": "https://pay.example.vn", **short})
            )
    assert gateway.of(PaymentSettings.model_validate({})) is None


def rotating(simulator: Simulator, until: str = "2026-03-02T10:00:00+07:00") -> PaymentSettings:
    """Settings by which the secret of before counts until an instant."""
    return simulator.settings.model_copy(
        update={
            "payments_secret_before": SecretStr(SECRET_BEFORE),
            "payments_secret_before_until": instant(until),
        }
    )


async def test_both_secrets_count_until_the_time_of_the_one_before_is_over(simulator: Simulator):
    ours = gateway.HttpGateway(rotating(simulator))
    try:
        # What we send is signed by the new one: the simulator takes no other.
        assert await ours.make(WANTED, at=AT) == f"{simulator.address}/pay/{ORDER}"
        simulator.lies = Lies(signs_as_before=True)
        assert (await ours.state(ORDER, at=AT)).state is GatewayState.OPEN
        body, headers = simulator.notification(str(ORDER))
        assert ours.read(body, headers, at=AT).order == str(ORDER)
        assert await ours.probe(at=AT) == Probed(timedelta(), by_the_secret_before=True)
        simulator.at = over = AT + timedelta(hours=1)
        body, headers = simulator.notification(str(ORDER))
        with pytest.raises(refusals.NotificationRefused, match="its signature is wrong"):
            ours.read(body, headers, at=over)
        with pytest.raises(refusals.GatewayAway, match="its signature is wrong"):
            await ours.state(ORDER, at=over)
        simulator.lies = Lies()
        assert (await ours.state(ORDER, at=over)).state is GatewayState.OPEN
    finally:
        await ours.aclose()


async def test_without_a_secret_of_before_only_the_one_counts(simulator: Simulator):
    await made(simulator)
    simulator.lies = Lies(signs_as_before=True)
    with pytest.raises(refusals.GatewayAway, match="its signature is wrong"):
        await state(simulator)


def test_a_secret_of_before_needs_its_end_and_its_length(simulator: Simulator):
    for update, said in (
        ({"payments_secret_before_until": None}, "needs HOSO_PAYMENTS_SECRET_BEFORE_UNTIL"),
        (
            {"payments_secret_before": SecretStr("short")},
            "HOSO_PAYMENTS_SECRET_BEFORE, or the file, has fewer",
        ),
    ):
        with pytest.raises(ValueError, match=said):
            gateway.HttpGateway(rotating(simulator).model_copy(update=update))


async def test_a_clock_that_is_wrong_is_measured_and_nothing_else_is_believed(simulator: Simulator):
    simulator.lies = Lies(clock=timedelta(minutes=-7))
    ours = simulator.gateway()
    try:
        assert await ours.probe(at=AT) == Probed(timedelta(minutes=-7), by_the_secret_before=False)
        with pytest.raises(refusals.GatewayAway, match="it is not of now"):
            await ours.state(ORDER, at=AT)
    finally:
        await ours.aclose()
