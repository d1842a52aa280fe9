"""`hoso keys`: the public keys by which partners' systems sign their calls."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows.identity import history
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import credentials, principals

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Keys by which other authorities' systems sign their calls: enter, list, revoke.",
)


@app.command()
def enter(
    principal: Annotated[str, typer.Argument(help="The principal's id or name.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Their Ed25519 public key as PEM.")
    ],
    label: Annotated[str, typer.Option(help="What the key is for.")] = "signed calls",
    days: Annotated[int, typer.Option(min=1, help="How long it is good.")] = 365,
) -> None:
    """Let calls that are signed by a key count as a principal's, and print the keyid that they have to name."""
    console.line(str(signals.run(_enter(principal, _public_key(file), label, days))))


@app.command("list")
def listed(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the keys, with whose they are and until when they are good."""
    rows = signals.run(_listed())
    if json:
        console.json(rows)
    else:
        columns = ("keyid", "tên", "nhãn", "hết hạn", "thu hồi")
        console.table("", columns, [tuple(str(value or "") for value in row.values()) for row in rows])


@app.command()
def revoke(
    key: Annotated[UUID, typer.Argument(help="The keyid.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the chain of the authority.")] = "",
) -> None:
    """Make a key good for nothing."""
    signals.run(_revoke(key, reason))


def _public_key(file: Path) -> bytes:
    try:
        key = load_pem_public_key(file.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as broken:
        raise typer.BadParameter(
            say("{file} holds no public key as PEM", file=file), param_hint="FILE"
        ) from broken
    if not isinstance(key, Ed25519PublicKey):
        raise typer.BadParameter(
            say(
                "{file} holds another kind of key than Ed25519; make one with"
                " `openssl genpkey -algorithm ed25519 -out key.pem` and `openssl pkey -in key.pem -pubout`",
                file=file,
            ),
            param_hint="FILE",
        )
    return key.public_bytes_raw()


async def _enter(who: str, public_key: bytes, label: str, days: int) -> UUID:
    at = now()
    async with installation.opened() as db:
        operator, found = await operators.entered(db, at=at), await principals.named(db, who)
        async with db.transaction() as tx:
            end = at + timedelta(days=days)
            key = await credentials.enter_key(tx, found, public_key, label, at=at, expires_at=end)
            actor = Actor(operator)
            await history.record_administration(
                tx, actor, "key_entered", found, at, key=str(key), label=label
            )
            return key


async def _listed() -> list[dict[str, Any]]:
    async with installation.opened() as db:
        rows = [dict(row) for row in await db.rows(_KEYS)]
        await operators.reads(db, "list_keys", None, (row["id"] for row in rows))
        return rows


async def _revoke(key: UUID, reason: str) -> None:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        async with db.transaction() as tx:
            person = await credentials.revoke_key(tx, key, at=at)
            said = {"reason": reason} if reason else {}
            await history.record_administration(
                tx, Actor(operator), "key_revoked", person, at, key=str(key), **said
            )


_KEYS = """
select k.id, p.name, k.label, k.expires_at, k.revoked_at
from signing_key k join principal p on p.id = k.principal_id order by p.name, k.created_at
"""
