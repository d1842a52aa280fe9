"""The flows: each reads the clock, calls one function and returns counts.

They take no parameters, so that none holds personal data. All are safe to run late, twice, at once and by hand; the
database they work on is named by the environment.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from prefect import flow

from hoso_models.storage import database, partitions
from hoso_workflows import localtime
from hoso_workflows.calendars import application
from hoso_workflows.correspondence import applicant_mails
from hoso_workflows.dossiers import due_timers
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.feedback import mailing
from hoso_workflows.flows import RETENTION_DAYS, history, run_log
from hoso_workflows.identity import contact_points
from hoso_workflows.jobs import runner
from hoso_workflows.monitoring import duty_alarm, escalation, lapsed_terms, reassignments
from hoso_workflows.notifications import email, outbox, settlement
from hoso_workflows.notifications.quiet_hours import Holding
from hoso_workflows.operation import rate_limit, sweep_progress
from hoso_workflows.payments import gateway, reconciliation
from hoso_workflows.payments.settings import PaymentSettings
from hoso_workflows.portals import resending
from hoso_workflows.reports import lateness
from hoso_workflows.reports.obligations import sweep as obligation_sweep
from hoso_workflows.webhooks import delivery as webhooks
from hoso_workflows.webhooks.settings import WebhookSettings, seal

log = logging.getLogger(__name__)

#: Of every flow: what fails is tried again, nothing is written to disk, nothing hangs for ever.
POLICY: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": 10,
    "timeout_seconds": 600,
    "persist_result": False,
    "validate_parameters": False,
    "on_running": [run_log.begun],
    "on_completion": [run_log.ended],
    "on_failure": [run_log.ended],
}
#: How far ahead the event table has its months.
AHEAD = timedelta(days=92)


@flow(name="escalate", **POLICY)
@run_log.worded
async def escalate() -> escalation.Swept:
    """Create the escalations that are due, and delete unused rate limits."""
    async with _service() as service:
        await rate_limit.delete_unused(service.db, at=_now())
        swept = await escalation.sweep(service.db, await service.reference_data.unit_calendars(), at=_now())
        moved = await reassignments.run(service, at=_now())
    for dossier, why in moved.failed.items():
        log.warning("a late step of dossier %s was not given to who was told: %s", dossier, why)
    if swept.unaddressed:
        log.warning(
            "%d late steps, dossiers or reports have nobody to be told: assign a head", swept.unaddressed
        )
    if swept.calendars_end:
        log.warning("the calendars of %s end: publish the next year", ", ".join(swept.calendars_end))
    return swept


@flow(name="watch-duty-roster", **POLICY)
@run_log.worded
async def watch_duty_roster() -> duty_alarm.Alarmed:
    """Tell of working days on which nobody is on duty."""
    async with _service() as service:
        alarmed = await duty_alarm.sweep(service.db, await service.reference_data.unit_calendars(), at=_now())
    if alarmed.unaddressed:
        log.warning("%d days without anybody on duty have nobody to be told of them", alarmed.unaddressed)
    return alarmed


@flow(name="report-lateness", **POLICY)
@run_log.worded
async def report_lateness() -> int:
    """Create the missing reports of all ended months, by either part; return their number."""
    at = _now()
    async with _service() as service:
        months = await lateness.missing(service.db, at=at)
        for first, last, part in months:
            await lateness.report_lateness(service.db, first, last, at=at, part=part)
    return len(months)


@flow(name="owe-reports", **POLICY)
@run_log.worded
async def owe_reports() -> obligation_sweep.Swept:
    """Generate the reports that units owe; the ladder tells of them."""
    async with _service() as service:
        return await obligation_sweep.sweep(service.db, at=_now())


@flow(name="deliver-outbox", **POLICY)
@run_log.worded
async def deliver_outbox() -> settlement.Delivered:
    """Send what waits in the outbox."""
    at = _now()
    async with _service() as service:
        settings = email.MailSettings.read()
        holding = Holding(await service.reference_data.unit_calendars(), settings.quiet)
        ways = mailing.to_senders(email.transports(settings), service.db, seal(), at=at)
        ways = applicant_mails.to_applicants(ways, service.db, settings.public_url)
        ways = contact_points.with_codes(ways, service.db, at=at)
        delivered = await outbox.deliver(service.db, ways, at=at, holding=holding)
        await sweep_progress.record_success(service.db, sweep_progress.Sweep.DELIVER, at)
    if delivered.away:
        log.warning("the mail server takes nothing now; what waits goes out when it does")
    if delivered.quarantined:
        log.warning("%d messages could not be sent and were set aside: hoso outbox", delivered.quarantined)
    return delivered


@flow(name="deliver-webhooks", **POLICY)
@run_log.worded
async def deliver_webhooks() -> settlement.Delivered:
    """Send to other systems what waits, and anew what portals left unacknowledged."""
    async with _service() as service:
        holding = Holding(await service.reference_data.unit_calendars(), email.MailSettings.read().quiet)
        await resending.sweep(service.db, at=_now())
        delivered = await webhooks.deliver(service.db, WebhookSettings.read(), at=_now(), holding=holding)
    if delivered.quarantined:
        log.warning("%d messages to other systems were set aside: hoso outbox", delivered.quarantined)
    return delivered


@flow(name="fire-timers", **POLICY)
@run_log.worded
async def fire_timers() -> due_timers.Fired:
    """Let due timers fire, lapsed terms take effect, and revised calendars reach every dossier."""
    at = _now()
    async with _service() as service:
        fired = await due_timers.fire(service, at=at)
        lapsed = await lapsed_terms.sweep(service, at=at)
        await sweep_progress.record_success(service.db, sweep_progress.Sweep.FIRE_TIMERS, at)
        await application.catch_up(service, at=at)
    for dossier, why in fired.failed.items():
        # Only what sort of fault it was: its words may name what is nobody's business here.
        log.warning("a timer of dossier %s did not fire: %s", dossier, why.partition(":")[0])
    for dossier, why in lapsed.failed.items():
        log.warning("a lapsed term of dossier %s took no effect: %s", dossier, why)
    return fired


@flow(name="run-jobs", **POLICY)
@run_log.worded
async def run_jobs() -> int:
    """Do portions of long jobs that no API process does; return their number."""
    async with _service() as service:
        return await runner.run(service, clock=_now, lasting=runner.SWEPT)


@flow(name="reconcile-payments", **POLICY)
@run_log.worded
async def reconcile_payments() -> reconciliation.Reconciled:
    """Ask the payment gateway about the orders that are not paid.

    Without a gateway nothing is done.
    """
    ours = gateway.of(PaymentSettings.read())
    if ours is None:
        return reconciliation.Reconciled()
    async with _service() as service, aclosing(ours):
        done = await reconciliation.run(service, ours, at=_now())
    for order, why in done.failed.items():
        log.warning("the payment order %s could not be settled: %s", order, why)
    return done


@flow(name="sweep-history", **POLICY)
@run_log.worded
async def sweep_history() -> int:
    """Delete Prefect's records of runs that never ended; return their number."""
    return await history.delete_old_runs(_now(), timedelta(days=RETENTION_DAYS))


@flow(name="ensure-partitions", **POLICY)
@run_log.worded
async def ensure_partitions() -> int:
    """Create the event table's partitions ahead of time; return their number."""
    today = localtime.local_date(_now())
    async with database.connect() as db:
        return await partitions.ensure_months(db, today, today + AHEAD)


@asynccontextmanager
async def _service() -> AsyncIterator[DossierService]:
    async with database.connect() as db:
        yield DossierService(db)


def _now() -> datetime:
    return datetime.now(localtime.ZONE)
