"""`hoso traces`: stored rows of a dossier of which no event speaks."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_workflows import audit
from hoso_workflows.audit.traces import Trace
from hoso_workflows.dossiers.service import DossierService

app = typer.Typer(add_completion=False, help="What may be the only trace of an event that is missing.")


@app.command("traces")
def traces(
    dossier: Annotated[str, typer.Argument(help="Its code or reference.")],
    take_away: Annotated[
        bool, typer.Option("--take-away", help="Take them away; take a backup first, which keeps them.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why no event is missing, or why it is given up.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what no event of a dossier speaks of, and take it away with a reason; exit 1 when there is any left."""
    if take_away != bool(reason.strip()):
        raise errors.Usage(
            say("Say both --take-away and with --reason why; without them, traces are listed.")
        )
    found = signals.run(_traces(dossier, text_safety.text(reason) if take_away else None))
    if json:
        console.json({"items": [asdict(each) for each in found]})
    else:
        for each in found:
            console.out.print(
                say(
                    "{what}: it may be left of an event that says: {proves}.",
                    what=each.what,
                    proves=each.proves,
                ),
                markup=False,
                soft_wrap=True,
            )
        console.err.print(_closing(found, taken=take_away))
    raise typer.Exit(errors.FINDINGS if found and not take_away else 0)


def _closing(found: Sequence[Trace], *, taken: bool) -> str:
    if not found:
        return say("Events speak of everything that is stored.")
    return say("{n} traces were taken away.", n=len(found)) if taken else say("{n} traces", n=len(found))


async def _traces(dossier: str, reason: str | None) -> list[Trace]:
    async with installation.opened() as db:
        service = DossierService(db)
        if reason is None:
            return await audit.traces_of(service, dossier)
        at = now()
        operator = await operators.entered(db, at=at)
        return await audit.take_traces_away(service, dossier, reason=reason, actor=operator, at=at)
