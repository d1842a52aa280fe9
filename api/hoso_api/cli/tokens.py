"""`hoso tokens`: bearer tokens of principals, shown once."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from hoso_api import installation
from hoso_api.app import now
from hoso_api.cli import ending, screen
from hoso_workflows import register

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Bearer tokens: whom there is to give one, create, revoke.",
)


@app.command()
def people(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List who may act, with their roles."""
    rows = ending.run(_people())
    if json:
        screen.json(rows)
    else:
        screen.table(
            "", ("id", "tên", "vai trò"), [(row["id"], row["name"], ", ".join(row["roles"])) for row in rows]
        )


@app.command()
def create(
    principal: Annotated[str, typer.Argument(help="The principal's id or name.")],
    label: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    days: Annotated[int, typer.Option(min=1, help="How long it is good.")] = 365,
) -> None:
    """Make a token and print it; it cannot be shown again."""
    typer.echo(ending.run(_create(principal, label, days)))


@app.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="The token's first eleven characters, or the whole of it.")],
) -> None:
    """Make a token good for nothing."""
    ending.run(_revoke(prefix[:11]))


async def _people() -> list[dict[str, Any]]:
    async with installation.opened() as db:
        rows = await db.rows(_PEOPLE)
        return [
            {"id": str(row.id), "kind": row.kind, "name": row.name, "roles": row.roles or []} for row in rows
        ]


async def _create(who: str, label: str, days: int) -> str:
    at = now()
    async with installation.opened() as db:
        found = await register.named(db, who)
        async with db.transaction() as tx:
            return await register.give_token(tx, found, label, at=at, expires_at=at + timedelta(days=days))


async def _revoke(prefix: str) -> None:
    async with installation.opened() as db:
        await register.revoke_token(db, prefix, at=now())


_PEOPLE = """
select p.id, p.kind, p.name,
  (select array_agg(r.role || ' @ ' || r.unit_code order by r.unit_code, r.role) from role_assignment r
   where r.principal_id = p.id) as roles
from principal p where p.closed_at is null order by p.kind = 'citizen', p.kind, p.name
"""
