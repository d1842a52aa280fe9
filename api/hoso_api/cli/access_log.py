"""`hoso access-log`: reads and refused attempts, the newest first."""

from dataclasses import asdict
from typing import Annotated

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_workflows import localtime
from hoso_workflows.organisation import accesses, principals
from hoso_workflows.pagination import MOST

app = typer.Typer(add_completion=False, help="Who has read what, and who was refused.")


@app.command("access-log")
def listed(
    who: Annotated[str | None, typer.Option(help="Only what this person did: an id or a name.")] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="Only what concerns this: the reference of a dossier, the id of a person."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List who has read what, the newest first."""
    found = signals.run(_found(who, subject, limit))
    if json:
        console.json({"items": [asdict(line) for line in found]})
        return
    rows = [
        (
            f"{line.at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}",
            line.name,
            line.act,
            line.subject if line.count is None else f"{line.subject or ''} ({line.count})".strip(),
            None if line.granted else "bị từ chối",
            line.reason or line.led_by,
        )
        for line in found
    ]
    console.table("", ("Lúc", "Ai", "Việc", "Đối tượng", "Kết quả", "Lý do"), rows)


async def _found(who: str | None, subject: str | None, limit: int) -> tuple[accesses.Line, ...]:
    async with installation.opened() as db:
        principal = None if who is None else await principals.named(db, who)
        found = (await accesses.search(db, None, accesses.Wanted(principal, subject), limit=limit)).items
        await operators.reads(db, "list_access_log", subject or who, (line.id for line in found))
        return found
