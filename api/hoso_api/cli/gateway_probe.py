"""The line of `hoso doctor` on the payment gateway."""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from hoso_api.cli.checks import Check, State
from hoso_calendar.messages import Message, joined, say
from hoso_models.storage.database import Database
from hoso_workflows.payments import reconciliation, refusals, unknown_orders
from hoso_workflows.payments.gateway import HttpGateway, Probed
from hoso_workflows.payments.reconciliation import Standing
from hoso_workflows.payments.settings import PaymentSettings

#: How far two clocks may lie apart: messages of more than five minutes are refused.
APART = timedelta(minutes=1)
_NAME = say("payment gateway")


async def check(db: Database, settings: PaymentSettings, at: datetime) -> Check:
    """Ask the gateway, and count what waits to be asked about or settled."""
    if not settings.payments_address:
        return Check(_NAME, State.OK, say("none is set up"))
    try:
        gateway = HttpGateway(settings)
    except (OSError, ValueError) as wrong:
        return Check(_NAME, State.FAILING, str(wrong), say("Correct HOSO_PAYMENTS_…."))
    standing = await reconciliation.standing(db, at=at)
    named = await unknown_orders.authority(db, gateway.merchant, at=at) is not None
    async with aclosing(gateway):
        try:
            probed = await gateway.probe(at=at)
        except refusals.GatewayAway as away:
            return Check(_NAME, State.FAILING, joined("; ", [away.why, *_counted(standing)]), _AWAY)
    details = [*_answered(probed), *_age(settings, at), *_counted(standing)]
    remedy = _remedy(settings, probed, standing, at) if named else _NOBODYS
    return Check(_NAME, State.WARNING if remedy else State.OK, joined("; ", details), remedy)


_NOBODYS = say(
    "Set HOSO_PAYMENTS_AUTHORITY to the unit into whose account it pays: nobody is told of what no known order explains."
)
_AWAY = say("Look at its address and at the secret of both; `hoso payments reconcile` catches up.")


def _answered(probed: Probed) -> list[Message]:
    apart = abs(probed.ahead).total_seconds()
    answered = [say("answers, its clock {seconds:.0f} s apart", seconds=apart)]
    return [*answered, say("signs by the secret of before")] if probed.by_the_secret_before else answered


def _age(settings: PaymentSettings, at: datetime) -> list[Message]:
    """The age of the secret, where it lies in a file."""
    if settings.payments_secret_file is None:
        return []
    written = datetime.fromtimestamp(settings.payments_secret_file.stat().st_mtime, UTC)
    return [say("the secret is {days} days old", days=max(0, (at - written).days))]


def _counted(standing: Standing) -> list[Message]:
    return [
        say("{n} orders not asked about for an hour", n=standing.unasked),
        say("{n} in dispute", n=standing.disputed),
    ]


def _remedy(settings: PaymentSettings, probed: Probed, standing: Standing, at: datetime) -> Message | str:
    """The most urgent of what is to be done; nothing where all is well."""
    if abs(probed.ahead) > APART:
        return say("Set both clocks by NTP: messages of more than five minutes are refused.")
    if probed.by_the_secret_before:
        return say("Have the gateway sign by the new secret before the time of the old one is over.")
    if standing.unasked:
        return say("Look at the flows' log; `hoso payments reconcile` asks now.")
    if standing.disputed:
        return say("`hoso payments disputes` lists them; a head settles them.")
    until = settings.payments_secret_before_until
    if until is not None and until <= at:
        return say("Take HOSO_PAYMENTS_SECRET_BEFORE away: its time is over.")
    return ""
