"""Refusals about payment orders and the gateway."""

from typing import ClassVar
from uuid import UUID

from hoso_calendar.messages import say
from hoso_workflows import errors


class GatewayMissing(errors.Refusal):
    """No payment gateway is set up here."""

    slug = "payment-gateway-missing"
    remedy = "Pay at the desk or by bank transfer; an operator sets a gateway up by `HOSO_PAYMENTS_ADDRESS`."

    def __init__(self) -> None:
        super().__init__(say("This installation takes no payments online."))


class GatewayAway(errors.Refusal):
    """The payment gateway gave no usable answer."""

    slug = "payment-gateway-away"
    headers: ClassVar = {"Retry-After": "60"}
    remedy = "Try again in a few minutes; nothing is paid twice. Or pay at the desk."

    def __init__(self, why: str) -> None:
        super().__init__(say("The payment gateway cannot be used now: {why}.", why=why))
        self.why = why


class OrderNotCancelled(errors.Refusal):
    """The payment gateway does not cancel the order."""

    slug = "payment-order-not-cancelled"
    remedy = "Somebody is paying now: look in a few minutes whether the payment came, before money is taken at the desk."

    def __init__(self, order: UUID) -> None:
        super().__init__(
            say("The payment gateway does not cancel the order {order}: it can still be paid.", order=order)
        )
        self.order = order


class NotificationRefused(errors.Refusal):
    """The notification is not one of the payment gateway."""

    slug = "payment-notification-refused"
    remedy = "Sign the very bytes of the body with the secret of both, at the time of sending."

    def __init__(self, why: str) -> None:
        super().__init__(say("The notification is not taken: {why}.", why=why))
        self.why = why


class DisputeSettled(errors.Refusal):
    """The dispute is settled already."""

    slug = "payment-dispute-settled"
    remedy = "List the settled disputes: each says how it was settled, and why."

    def __init__(self, dispute: UUID) -> None:
        super().__init__(say("The dispute {dispute} is settled already.", dispute=dispute))
        self.dispute = dispute


class NothingToPay(errors.Refusal):
    """Nothing is open of the fees."""

    slug = "nothing-to-pay"
    remedy = "Read the fees of the dossier: `open` tells what is still to be paid."

    def __init__(self, reference: str) -> None:
        super().__init__(
            say("Nothing is open of the fees of {reference} that were named.", reference=reference)
        )
        self.reference = reference
