"""The payment gateway: what is asked of one, and one over HTTP.

What a gateway says is looked at before it is believed: its signature, its time, the address to which it sends a payer. Whether it
is true of an order is `settlement`'s to say.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Protocol, Self
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from hoso_calendar.messages import say
from hoso_workflows import localtime
from hoso_workflows.operation.outgoing import Answer, Client, Unreachable
from hoso_workflows.payments import refusals, signed_messages
from hoso_workflows.payments.settings import PaymentSettings

#: The most that a message may say, in đồng.
MOST = 10**15
#: The header by which a request names who asks.
MERCHANT = "hoso-merchant"
#: The currency of every fee.
CURRENCY = "VND"
_VISIBLE = r"^[\x21-\x7e]+$"


class GatewayState(StrEnum):
    """State of an order as its gateway tells it."""

    #: Not paid yet.
    OPEN = "open"
    #: Paid, with the gateway's reference.
    PAID = "paid"
    #: It will not be paid.
    FAILED = "failed"


class Told(BaseModel):
    """Statement of a gateway about one order."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    #: Our id of the order, or whatever it says in its place.
    order: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_VISIBLE)]
    #: In whole units of the currency.
    amount: int = Field(ge=0, le=MOST)
    state: GatewayState
    currency: Annotated[
        str, StringConstraints(min_length=1, max_length=16, pattern=_VISIBLE, to_upper=True)
    ] = CURRENCY
    #: Who was or is to be paid; we are where it names nobody.
    merchant: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_VISIBLE)] | None = None
    #: Of the payment, at the gateway.
    reference: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_VISIBLE)] | None = None
    #: When the payer paid, as the gateway has it.
    paid_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _paid_by_a_reference(self) -> Self:
        if self.state is GatewayState.PAID and self.reference is None:
            raise ValueError("paid without a reference")
        return self


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order to be made at a gateway."""

    order: UUID
    #: In đồng.
    amount: int
    #: What the payer reads there; it names nobody.
    text: str
    #: Where the payer comes back to.
    return_to: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Probed:
    """A gateway that has answered."""

    #: How far its clock is ahead of ours.
    ahead: timedelta
    #: True where it has signed by the secret of before.
    by_the_secret_before: bool


@dataclass(frozen=True, slots=True)
class Merchant:
    """Our name at a gateway, and the unit into whose account it pays."""

    name: str
    #: Empty where the settings name none.
    authority: str = ""

    def stranger(self, told: Told) -> str | None:
        """The name of another merchant, to whom the order was paid; None where we were."""
        return None if told.merchant in (None, self.name) else told.merchant


class Gateway(Protocol):
    """A payment gateway, as far as it is used here."""

    @property
    def merchant(self) -> Merchant:
        """Our name there, and whose account it is."""
        ...

    async def make(self, wanted: Wanted, *, at: datetime) -> str:
        """The address to which the payer is sent. The same order again is no second one. Raises GatewayAway."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Told:
        """The statement of a notification; header names in lower case. Raises NotificationRefused."""
        ...

    async def state(self, order: UUID, *, at: datetime) -> Told | None:
        """The gateway's statement about an order; None for one that it does not know. Raises GatewayAway."""
        ...

    async def cancel(self, order: UUID, *, at: datetime) -> Told | None:
        """Have an order paid no more; its statement afterwards, None for an unknown one. Raises GatewayAway."""
        ...

    async def aclose(self) -> None:
        """Close what connections are open."""
        ...


class HttpGateway:
    """A gateway over HTTP: `POST /orders`, `GET /orders/{id}`, both directions signed (`signed_messages`)."""

    def __init__(self, settings: PaymentSettings, client: Client | None = None) -> None:
        """Raises ValueError and OSError for settings by which nobody can sign."""
        self._address = settings.payments_address.rstrip("/")
        self.merchant = Merchant(settings.payments_merchant, settings.payments_authority)
        self._secrets = settings.secrets
        self._pay_hosts = {*settings.payments_pay_hosts, urlsplit(self._address).hostname or ""}
        self._client = client or Client(settings.payments_inner_hosts, seconds=settings.payments_seconds)

    async def make(self, wanted: Wanted, *, at: datetime) -> str:
        """The address to which the payer is sent. Its host is one that the settings name. Raises GatewayAway."""
        body = orjson.dumps(
            {
                "merchant": self.merchant.name,
                "order": str(wanted.order),
                "amount": wanted.amount,
                "currency": CURRENCY,
                "text": wanted.text,
                "return_to": wanted.return_to,
                "expires_at": localtime.isoformat(wanted.expires_at),
            }
        )
        _, content = await self._ask("POST", "/orders", body, at, expected=(200, 201))
        try:
            pay_at = orjson.loads(content)["pay_at"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as other:
            raise refusals.GatewayAway(say("it named no address to pay at")) from other
        if not _leads_to(pay_at, self._pay_hosts):
            raise refusals.GatewayAway(say("it would send payers to a host that the settings do not name"))
        return str(pay_at)

    def read(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Told:
        """The statement of a notification. Raises NotificationRefused."""
        signed_messages.require(self._secrets, body, headers, at)
        try:
            return Told.model_validate_json(body)
        except ValidationError as wrong:
            raise refusals.NotificationRefused(say("it does not say what happened to which order")) from wrong

    async def state(self, order: UUID, *, at: datetime) -> Told | None:
        """The gateway's statement about an order; None for one that it does not know. Raises GatewayAway."""
        return await self._told(order, "GET", f"/orders/{order}", b"", at)

    async def cancel(self, order: UUID, *, at: datetime) -> Told | None:
        """Have an order paid no more; its statement afterwards, None for an unknown one. Raises GatewayAway."""
        body = orjson.dumps({"merchant": self.merchant.name, "order": str(order)})
        return await self._told(order, "POST", f"/orders/{order}/cancellation", body, at)

    async def _told(self, order: UUID, method: str, path: str, body: bytes, at: datetime) -> Told | None:
        """The statement about an order with which a request is answered. Raises GatewayAway."""
        status, content = await self._ask(method, path, body, at, expected=(200, 404))
        if status == 404:
            return None
        try:
            told = Told.model_validate_json(content)
        except ValidationError as wrong:
            raise refusals.GatewayAway(say("it does not say what happened to the order")) from wrong
        if told.order != str(order):
            raise refusals.GatewayAway(say("it answered about another order"))
        return told

    async def aclose(self) -> None:
        """Close what connections are open."""
        await self._client.close()

    async def probe(self, *, at: datetime) -> Probed:
        """Ask about an order that nobody made, whatever the gateway's clock says. Raises GatewayAway."""
        path = f"/orders/{UUID(int=0)}"
        answer = await self._answer("GET", path, b"", at, expected=(200, 404))
        try:
            moment, before = signed_messages.signed_at(self._secrets, answer.content, answer.headers, at)
        except refusals.NotificationRefused as wrong:
            raise refusals.GatewayAway(wrong.why) from wrong
        return Probed(moment - at, before)

    async def _ask(
        self, method: str, path: str, body: bytes, at: datetime, expected: Collection[int]
    ) -> tuple[int, bytes]:
        """Status and body of a signed answer. Raises GatewayAway."""
        answer = await self._answer(method, path, body, at, expected)
        try:
            signed_messages.require(self._secrets, answer.content, answer.headers, at)
        except refusals.NotificationRefused as wrong:
            raise refusals.GatewayAway(wrong.why) from wrong
        return answer.status, answer.content

    async def _answer(
        self, method: str, path: str, body: bytes, at: datetime, expected: Collection[int]
    ) -> Answer:
        """An answer of an expected status, whoever has signed it. Raises GatewayAway."""
        # A request without a body is signed over its address, so that it says something of its own.
        signed = signed_messages.signed(self._secrets.current, body or path.encode(), at)
        kind = {"Content-Type": "application/json"} if body else {}
        headers = {**signed, MERCHANT: self.merchant.name, **kind}
        try:
            answer = await self._client.ask(
                method, self._address + path, content=body or None, headers=headers
            )
        except Unreachable as away:
            raise refusals.GatewayAway(str(away)) from away
        if answer.status not in expected:
            raise refusals.GatewayAway(say("it answered with status {status}", status=answer.status))
        return answer


def _leads_to(address: object, hosts: Collection[str]) -> bool:
    """True for an https address at one of the hosts.

    It may be http on this machine.
    """
    if (
        not isinstance(address, str)
        or len(address) > 2048
        or not address.isascii()
        or not address.isprintable()
    ):
        return False
    try:
        found = urlsplit(address)
        host = found.hostname or ""
    except ValueError:
        return False
    local = host in ("127.0.0.1", "::1", "localhost")
    return (
        host in hosts
        and "@" not in found.netloc
        and (found.scheme == "https" or (found.scheme == "http" and local))
    )


def of(settings: PaymentSettings) -> HttpGateway | None:
    """The gateway of the settings; None where they name none. Raises ValueError and OSError."""
    return HttpGateway(settings) if settings.payments_address else None
