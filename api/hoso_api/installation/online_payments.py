"""Payments online in this installation: its gateway, and where payers come back to."""

from datetime import timedelta

from hoso_api.settings import Settings
from hoso_workflows.payments import gateway
from hoso_workflows.payments.orders import Online
from hoso_workflows.payments.settings import PaymentSettings

#: The page on which a payer finds their dossiers.
BACK = "/cua-toi"


def of(settings: Settings) -> Online:
    """The means of paying online. Raises ValueError and OSError for a gateway with which nobody can sign."""
    said = PaymentSettings.read()
    lasts = timedelta(minutes=said.payments_minutes)
    return Online(gateway.of(said), lasts, f"{settings.public_origin}{BACK}")
