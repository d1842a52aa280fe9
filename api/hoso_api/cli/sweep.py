"""`hoso sweep`: what Prefect triggers every few minutes, once, by hand or by cron."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer

from hoso_api import installation
from hoso_api.cli import instants, screen
from hoso_workflows import escalation, mail, outbox, timers
from hoso_workflows.office import Office

app = typer.Typer(
    add_completion=False,
    help="Fire due timers, escalate what is late, deliver messages: once, without Prefect.",
)


@app.command()
def sweep(
    at: Annotated[str | None, typer.Option(help="As of this instant; now when absent.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Do what is due: safe twice, late, and beside Prefect."""
    done = asyncio.run(_sweep(at))
    if json:
        screen.json(done)
        return
    for name, counts in done.items():
        screen.table(
            "",
            (name, "số"),
            [(key, len(value) if isinstance(value, dict) else value) for key, value in counts.items()],
            numbers=(1,),
        )


async def _sweep(at: str | None) -> dict[str, dict[str, Any]]:
    when = instants.read(at, "--at")
    async with installation.opened() as db:
        office = Office(db)
        fired = await timers.fire(office, at=when)
        swept = await escalation.sweep(db, await office.cabinet.of_units(), at=when)
        delivered = await outbox.deliver(db, mail.transports(mail.MailSettings()), at=when)
    reached = {str(level): number for level, number in swept.reached.items()}
    escalated = {"ran": swept.ran, **reached, "messages": swept.messages, "unaddressed": swept.unaddressed}
    return {"timers": asdict(fired), "escalation": escalated, "outbox": asdict(delivered)}
