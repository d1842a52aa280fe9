"""`hoso verify`: the signatures of a PDF, and which paper it is."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hoso_api.cli import console, errors, signals
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows.correspondence import paper_check
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.signatures import verification

app = typer.Typer(
    add_completion=False,
    help="Verify the signatures of a PDF and find its letter or result; exit 1 unless it is ours and each signature holds.",
)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A PDF.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Verify the signatures of a PDF and find its letter or result; exit 1 unless it is ours and each signature holds."""
    try:
        content = file.read_bytes()
    except OSError as unreadable:
        raise errors.Unreadable(file, say("no such file")) from unreadable
    found = signals.run(_checked(content))
    if json:
        console.json(found)
    else:
        _tell(found)
    raise typer.Exit(0 if found["good"] else errors.FINDINGS)


async def _checked(content: bytes) -> dict[str, Any]:
    async with installation.opened() as db:
        service, roots = DossierService(db), Settings().keyring.roots
        return await paper_check.checked(service, content, roots, now(), verification.OFFICERS)


def _tell(found: dict[str, Any]) -> None:
    letter = found["letter"]
    console.line(f"{letter['series']} · {letter['title']} · {letter['unit']}" if letter else found["sha256"])
    if result := found["result"]:
        console.line(say("It is the result of {code}.", code=result["code"]))
        if result["corrected_at"]:
            console.line(say("It was corrected: a newer version has taken its place."))
    if letter and letter["cancelled_at"]:
        console.line(say("It is void: its payment was cancelled."))
    if not found["signatures"]:
        console.line(say("It has no signature that could be read."))
    rows = [
        (each["signer"], each["issuer"], each["signed_at"] or "—", *map(_mark, _verdict(each)))
        for each in found["signatures"]
    ]
    if rows:
        console.table("", ("Người ký", "Nơi cấp", "Lúc", "Nguyên vẹn", "Toàn bộ", "Tin cậy"), rows)


def _verdict(signature: dict[str, Any]) -> tuple[bool, bool, bool]:
    return signature["intact"], signature["whole"], signature["trusted"]


def _mark(good: bool) -> str:
    return "✓" if good else "✗"
