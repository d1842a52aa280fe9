"""`hoso signing`: the keys by which papers are signed."""

from datetime import datetime
from typing import Annotated, Any

import typer

from hoso_api.cli import console, errors, signals
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say, translated
from hoso_workflows import localtime
from hoso_workflows.signatures.keys import Key, Token
from hoso_workflows.signatures.opening import opened
from hoso_workflows.signatures.refusals import KeyUnusable

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Keys by which papers are signed, as the settings have them.",
)


@app.callback()
def root() -> None:
    """Keys by which papers are signed, as the settings have them."""


@app.command("certificates")
def certificates(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Open each key and show its certificate; exit 1 when one cannot sign now."""
    found = signals.run(_found(now()))
    if json:
        console.json({"items": found})
    else:
        rows = [
            (
                each["name"],
                each["unit"],
                each["subject"] or "—",
                each["valid_until"] or "—",
                each["trouble"] or "",
            )
            for each in found
        ]
        console.table("", ("Tên", "Đơn vị", "Chủ thể", "Hiệu lực đến", "Lỗi"), rows)
    raise typer.Exit(errors.FINDINGS if any(each["trouble"] for each in found) else 0)


async def _found(at: datetime) -> list[dict[str, Any]]:
    return [await _opened(key, at) for key in Settings().keyring.keys]


async def _opened(key: Key, at: datetime) -> dict[str, Any]:
    known = {
        "name": key.name,
        "unit": key.unit,
        "person": str(key.person) if key.person else None,
        "in_token": isinstance(key.source, Token),
    }
    try:
        async with opened(key) as ready:
            held = ready.certificate
    except KeyUnusable as refused:
        return {**known, "subject": None, "issuer": None, "valid_until": None, "trouble": translated(refused)}
    trouble = None if held.holds(at) else translated(say("its certificate does not hold now"))
    until = localtime.isoformat(held.valid_until)
    return {**known, "subject": held.subject, "issuer": held.issuer, "valid_until": until, "trouble": trouble}
