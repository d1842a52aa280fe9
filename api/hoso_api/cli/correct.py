"""`hoso correct`: when an act really was, which a wrong clock had stamped."""

from datetime import datetime
from typing import Annotated, Any

import typer

from hoso_api.cli import console, credentials, errors, instants, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_workflows import localtime
from hoso_workflows.dossiers import stamped_instants
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.credentials import Scope

app = typer.Typer(add_completion=False, help="When an act really was, which a wrong clock had stamped.")


@app.command("correct")
def correct(
    dossier: Annotated[str, typer.Argument(help="Its code or reference.")],
    event: Annotated[
        int | None,
        typer.Argument(min=2, help="Number of one of the act's events; without it, all are listed."),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="When it really was, as 24/11/2026 08:00.")] = None,
    reason: Annotated[str, typer.Option(help="Why its instant is wrong.")] = "",
    token_file: credentials.TokenFile = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Record when an act really was, as the administrator whose token you show; or list a dossier's events."""
    if event is None and (at is not None or reason):
        raise errors.Usage(say("Name the number of an event; without --at and --reason all are listed."))
    if event is None:
        _list(signals.run(_events(dossier)), json=json)
        return
    if at is None or not reason.strip():
        raise errors.Usage(say("Say with --at when it was, and with --reason why the clock was wrong."))
    command = commands.Correct(event, instants.read(at, "--at"), text_safety.text(reason))
    done = signals.run(_correct(dossier, command, credentials.token(token_file)))
    if json:
        console.json(done)
    else:
        console.out.print(
            f"Đã ghi nhận: sự kiện {event} của hồ sơ {done['code'] or done['reference']} lúc {_local(command.at)}."
        )


def _list(found: list[stamped_instants.Stamped], *, json: bool) -> None:
    if json:
        console.json({"items": [{"event": each.seq, "kind": each.kind, "at": each.at} for each in found]})
    else:
        rows = [(each.seq, each.kind, _local(each.at)) for each in found]
        console.table("", ("Sự kiện", "Loại", "Lúc"), rows, numbers=(0,))


def _local(at: datetime) -> str:
    return f"{at.astimezone(localtime.ZONE):%H:%M:%S %d/%m/%Y}"


async def _events(dossier: str) -> list[stamped_instants.Stamped]:
    async with installation.opened() as db:
        return await stamped_instants.search(db, dossier)


async def _correct(dossier: str, command: commands.Correct, token: str) -> dict[str, Any]:
    at = now()
    async with installation.opened() as db:
        actor = await credentials.bearer(db, token, "correct_instant", Scope.ACT, at=at)
        return (await DossierService(db).perform(dossier, command, actor=actor, at=at)).body
