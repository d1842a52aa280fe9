"""A payment gateway as a server of this machine, which lies as a test tells it to."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso_workflows.payments import refusals, signed_messages
from hoso_workflows.payments.gateway import MERCHANT, HttpGateway
from hoso_workflows.payments.orders import Online
from hoso_workflows.payments.settings import PaymentSettings
from hoso_workflows.payments.signed_messages import Secrets
from support import ports
from support.api_client import Clock, Contract, Rest, application
from support.world import World

SECRET = "a secret of both, long enough for a test"
SECRET_BEFORE = "the secret before, which was long enough as well"
OTHER_SECRET = "another secret, as long as that of both ones"
#: Seconds after which our side gives up on a gateway that hangs; the simulator lets go a little later.
SECONDS = 0.3
#: Seconds after which it gives up on any other: a machine that is busy is no failure.
PATIENCE = 30


@dataclass
class Lies:
    """Misdeeds of the gateway, until it is told otherwise."""

    #: It signs its answers by another secret.
    signs_wrongly: bool = False
    #: It says so many đồng more than the order has.
    adds: int = 0
    #: It answers with this status and no more.
    status: int | None = None
    #: It takes the request and does not answer.
    hangs: bool = False
    #: It knows none of the orders.
    forgets: bool = False
    #: Its clock is wrong by so much.
    clock: timedelta = timedelta()
    #: It still signs by the secret of before.
    signs_as_before: bool = False
    #: It cancels no order.
    goes_on: bool = False
    #: It would send payers here.
    pay_at: str | None = None


@dataclass
class Simulator:
    """The gateway: orders by id as they were asked for, and what was paid of them."""

    address: str
    at: datetime
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    paid: dict[str, dict[str, Any]] = field(default_factory=dict)
    lies: Lies = field(default_factory=Lies)
    #: What it said of orders about which it was asked.
    answered: list[dict[str, Any]] = field(default_factory=list)

    @property
    def settings(self) -> PaymentSettings:
        """Settings by which our side uses it."""
        return PaymentSettings.model_validate(
            {
                "payments_address": self.address,
                "payments_merchant": "motcua",
                "payments_secret": SECRET,
                "payments_inner_hosts": ("127.0.0.1",),
                "payments_seconds": SECONDS if self.lies.hangs else PATIENCE,
            }
        )

    def gateway(self) -> HttpGateway:
        """Our side of it."""
        return HttpGateway(self.settings)

    def pays(self, order: str, reference: str = "GW1") -> None:
        """The payer pays an order there."""
        self.paid[order] = {"reference": reference, "paid_at": self.at.isoformat()}

    def told(self, order: str, /, **said: Any) -> dict[str, Any]:
        """Its answer about an order, lies included."""
        known = self.orders.get(order, {"amount": 0})
        state = "failed" if known.get("cancelled") else "open"
        found = {"order": order, "amount": known["amount"] + self.lies.adds, "state": state}
        if order in self.paid:
            found |= {"state": "paid", **self.paid[order]}
        return found | said

    def notification(self, order: str, /, **said: Any) -> tuple[bytes, dict[str, str]]:
        """Body and headers of the notification about an order, as it would send them now."""
        return self.signs(json.dumps(self.told(order, **said)).encode())

    def signs(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        """A body with its headers, signed as the protocol says by a hand of its own."""
        secret = OTHER_SECRET if self.lies.signs_wrongly else SECRET
        secret = SECRET_BEFORE if self.lies.signs_as_before else secret
        identity, moment = uuid4().hex, str(int((self.at + self.lies.clock).timestamp()))
        digest = hmac.digest(secret.encode(), f"{identity}.{moment}.".encode() + body, "sha256")
        mark = f"v1,{base64.b64encode(digest).decode()}"
        return body, {"webhook-id": identity, "webhook-timestamp": moment, "webhook-signature": mark}

    def says(self, order: str) -> Response:
        """A signed answer about an order."""
        self.answered.append(self.told(order))
        return self.answer(self.answered[-1])

    def answer(self, said: Any, status: int = 200) -> Response:
        """A signed answer."""
        body, headers = self.signs(json.dumps(said).encode())
        return Response(body, status, headers, "application/json")


@contextmanager
def served(at: datetime) -> Iterator[Simulator]:
    """The simulator on a free port, in a thread of its own."""
    with ports.listening() as listening:
        simulator = Simulator(f"http://127.0.0.1:{listening.getsockname()[1]}", at)
        server = uvicorn.Server(uvicorn.Config(_application(simulator), log_level="error", lifespan="off"))
        running = threading.Thread(target=server.run, args=([listening],), daemon=True)
        running.start()
        try:
            yield simulator
        finally:
            server.should_exit = True
            running.join()


@asynccontextmanager
async def api(world: World, simulator: Simulator) -> AsyncIterator[Rest]:
    """The API over a world, with the simulator as its gateway."""
    clock, gateway = Clock(simulator.at), simulator.gateway()
    transport = application(world, clock)
    app: Any = transport.app
    app.state.online = Online(gateway, timedelta(hours=1), "https://hoso.test/cua-toi")
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield Rest(world, client, clock, Contract())
    await gateway.aclose()


def environment(simulator: Simulator) -> dict[str, str]:
    """The settings of the simulator as an installation has them."""
    return {
        "HOSO_PAYMENTS_ADDRESS": simulator.address,
        "HOSO_PAYMENTS_MERCHANT": "motcua",
        "HOSO_PAYMENTS_SECRET": SECRET,
        "HOSO_PAYMENTS_INNER_HOSTS": '["127.0.0.1"]',
    }


async def tells(rest: Rest, said: tuple[bytes, dict[str, str]]) -> httpx.Response:
    """The gateway sends a notification."""
    body, headers = said
    headers = {**headers, "Content-Type": "application/json"}
    return await rest.post("/v1/payments/notifications", content=body, headers=headers)


def _application(simulator: Simulator) -> Starlette:
    async def make(request: Request) -> Response:
        body = await request.body()
        if (trouble := _trouble(simulator)) is not None:
            return trouble
        if refused := _refused(request, body, simulator.at):
            return refused
        said = json.loads(body)
        simulator.orders[said["order"]] = said
        return simulator.answer(
            {"pay_at": simulator.lies.pay_at or f"{simulator.address}/pay/{said['order']}"}, 201
        )

    async def state(request: Request) -> Response:
        if (trouble := _trouble(simulator)) is not None:
            return trouble
        if refused := _refused(request, request.url.path.encode(), simulator.at):
            return refused
        order = request.path_params["order"]
        if simulator.lies.forgets or order not in simulator.orders:
            return simulator.answer({"order": order}, 404)
        return simulator.says(order)

    async def cancel(request: Request) -> Response:
        body = await request.body()
        if (trouble := _trouble(simulator)) is not None:
            return trouble
        if refused := _refused(request, body, simulator.at):
            return refused
        order = request.path_params["order"]
        if simulator.lies.forgets or order not in simulator.orders:
            return simulator.answer({"order": order}, 404)
        simulator.orders[order]["cancelled"] = not simulator.lies.goes_on
        return simulator.says(order)

    return Starlette(
        routes=[
            Route("/orders", make, methods=["POST"]),
            Route("/orders/{order}", state, methods=["GET"]),
            Route("/orders/{order}/cancellation", cancel, methods=["POST"]),
        ]
    )


def _trouble(simulator: Simulator) -> Response | None:
    if simulator.lies.hangs:
        time.sleep(2 * SECONDS)
    return None if simulator.lies.status is None else Response(b"", simulator.lies.status)


def _refused(request: Request, signed: bytes, at: datetime) -> Response | None:
    """The answer to a request that is not signed by us."""
    try:
        signed_messages.require(Secrets(SECRET.encode()), signed, request.headers, at)
    except refusals.NotificationRefused:
        return Response(b"", 401)
    return None if request.headers.get(MERCHANT) == "motcua" else Response(b"", 403)
