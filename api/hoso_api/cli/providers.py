"""`hoso providers`: identity providers by which people sign in."""

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from joserfc.jwk import ECKey

from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import installation
from hoso_api.openid import refusals, relying_party
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say, translated
from hoso_workflows import localtime
from hoso_workflows.identity import history
from hoso_workflows.identity.providers import linking

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Identity providers: what to register there, a key for one, who came and is unknown here, why sign-ins were refused.",
)


@app.command("list")
def listed(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the providers of hoso.toml, with the addresses that are registered at each."""
    rows = [_registered(settings) for settings in Settings().oidc]
    if json:
        console.json(rows)
        return
    for row in rows:
        for name, value in row.items():
            console.line(f"{name}: {value}")
        console.line("")


@app.command()
def key(
    file: Annotated[Path, typer.Argument(help="Where the private key is written; nothing may be there.")],
) -> None:
    """Make a key for private_key_jwt, and print its public half for the provider."""
    made = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
    made.ensure_kid()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise errors.Unreadable(file, say("it is there already; name another place")) from there
    with os.fdopen(handle, "wb") as written:
        written.write(orjson.dumps(made.as_dict(private=True)))
    console.json({"keys": [made.as_dict(private=False)]})


@app.command()
def unknown(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the people whom a provider signed in and nobody knows here, the last first."""
    rows = signals.run(_unknown())
    if json:
        console.json([asdict(row) for row in rows])
        return
    columns = ("nhà cung cấp", "tên", "mã so sánh", "định danh", "lần cuối", "số lần")
    values = [
        (
            row.provider,
            row.name or "",
            row.compared or "",
            row.subject,
            _local(row.last_at),
            str(row.tries),
        )
        for row in rows
    ]
    console.table("", columns, values)


@app.command()
def refused(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Count sign-ins that were refused in the last 30 days, by provider and reason, the latest first."""
    rows = signals.run(_refused())
    if json:
        console.json([{**asdict(row), "meaning": translated(refusals.meaning(row.reason))} for row in rows])
        return
    values = [
        (row.provider, translated(refusals.meaning(row.reason)), str(row.tries), _local(row.last_at))
        for row in rows
    ]
    console.table("", ("nhà cung cấp", "vì sao", "số lần", "lần cuối"), values)


def _local(at: datetime) -> str:
    return f"{at.astimezone(localtime.ZONE):%d/%m/%Y %H:%M}"


def _registered(settings: Any) -> dict[str, str]:
    origin = Settings().public_origin
    return {
        "name": settings.name,
        "title": settings.title,
        "issuer": settings.issuer,
        "client_id": settings.client_id,
        "for": settings.audience.value,
        "link": settings.link,
        "redirect_uri": f"{origin}{relying_party.BACK}",
        "post_logout_redirect_uri": f"{origin}/dang-nhap",
        "backchannel_logout_uri": f"{origin}/dang-xuat/kenh-sau/{settings.name}",
    }


async def _unknown() -> list[linking.Unknown]:
    async with installation.opened() as db:
        found = list((await linking.unknown(db, at=now())).items)
        await operators.reads(db, "list_unknown_identities", None, (each.id for each in found))
        return found


async def _refused() -> list[history.RefusedSignIns]:
    async with installation.opened() as db:
        return await history.refused_at_providers(db, at=now())
