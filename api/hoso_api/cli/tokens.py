"""`hoso tokens`: bearer tokens of principals, shown once."""

import sys
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows import errors, localtime
from hoso_workflows.identity import history
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import credentials, principals

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Bearer tokens: whom there is to give one, create, list, revoke.",
)


@app.command()
def people(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List who may act, with their roles."""
    rows = signals.run(_people())
    if json:
        console.json(rows)
    else:
        console.table(
            "", ("id", "tên", "vai trò"), [(row["id"], row["name"], ", ".join(row["roles"])) for row in rows]
        )


@app.command()
def create(
    principal: Annotated[str, typer.Argument(help="The principal's id or name.")],
    label: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it is good.")] = 365,
    scope: Annotated[
        list[credentials.Scope] | None,
        typer.Option(help="What it may do at most; repeat it for several. Everything when absent."),
    ] = None,
) -> None:
    """Make a token and print it; it cannot be shown again."""
    scopes = scope or list(credentials.Scope)
    console.line(signals.run(_create(principal, label, days, scopes)))


@app.command("list")
def listed(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the tokens: whose they are, what for, when given out, last used, and until when they are good."""
    rows = signals.run(_listed())
    if json:
        console.json(rows)
    else:
        columns = ("mã", "tên", "nhãn", "phạm vi", "cấp", "dùng", "hết hạn", "thu hồi")
        days = ("made", "used", "expires", "revoked")
        console.table(
            "",
            columns,
            [
                (r["prefix"], r["name"], r["label"], " ".join(r["scopes"]), *(_day(r[name]) for name in days))
                for r in rows
            ],
        )


@app.command()
def revoke(
    prefix: Annotated[
        str | None,
        typer.Argument(
            help=f"The token's first {credentials.PREFIX} characters, or - to read it from stdin."
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Its label instead, where one token alone has it.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it stands in the chain of the authority.")] = "",
) -> None:
    """Make a token good for nothing."""
    if (prefix is None) == (label is None):
        raise cli_errors.Usage(say("Name the token either by its first characters or by --label."))
    if label is not None:
        signals.run(_revoke_labelled(label, reason))
        return
    prefix_given = sys.stdin.readline().strip() if prefix == "-" else _open_part(str(prefix))
    signals.run(_revoke(prefix_given[: credentials.PREFIX], reason))


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(localtime.ZONE):%d/%m/%Y}" if at else ""


def _open_part(text: str) -> str:
    """Check that a token is named by its prefix, never whole. Raises Usage."""
    prefix = text[: credentials.PREFIX]
    if text != prefix:
        raise cli_errors.Usage(
            say(
                "A whole token does not belong on a command line, where others read it. Revoke this one by its first"
                " {n} characters, since it stays in the shell's history: hoso tokens revoke {prefix}",
                n=credentials.PREFIX,
                prefix=prefix,
            )
        )
    return prefix


async def _people() -> list[dict[str, Any]]:
    async with installation.opened() as db:
        rows = await db.rows(_PEOPLE)
        return [
            {"id": str(row.id), "kind": row.kind, "name": row.name, "roles": row.roles or []} for row in rows
        ]


async def _create(who: str, label: str, days: int, scopes: list[credentials.Scope]) -> str:
    at = now()
    async with installation.opened() as db:
        operator, found = await operators.entered(db, at=at), await principals.named(db, who)
        async with db.transaction() as tx:
            token = await credentials.give_token(
                tx,
                found,
                label,
                at=at,
                expires_at=at + timedelta(days=days),
                scopes=scopes,
                by=operator,
            )
            prefix = token[: credentials.PREFIX]
            actor = Actor(operator)
            await history.record_administration(
                tx, actor, "token_given", found, at, prefix=prefix, label=label
            )
            return token


async def _revoke(prefix: str, reason: str) -> None:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        async with db.transaction() as tx:
            person = await credentials.revoke_token(tx, prefix, at=at)
            actor = Actor(operator)
            said = {"reason": reason} if reason else {}
            await history.record_administration(tx, actor, "token_revoked", person, at, prefix=prefix, **said)


async def _revoke_labelled(label: str, reason: str) -> None:
    async with installation.opened() as db:
        rows = await db.rows("select prefix from api_token where label = $1 and revoked_at is null", [label])
    if len(rows) > 1:
        which = ", ".join(sorted(row.prefix for row in rows))
        raise cli_errors.Usage(
            say(
                "{n} tokens bear the label {label}; name one by its first characters: {which}.",
                n=len(rows),
                label=label,
                which=which,
            )
        )
    if not rows:
        raise errors.NotFound("token", label)
    await _revoke(rows[0].prefix, reason)


async def _listed() -> list[dict[str, Any]]:
    async with installation.opened() as db:
        rows = [{**dict(row), "id": str(row.id)} for row in await db.rows(_TOKENS)]
        await operators.reads(db, "list_tokens", None, (row["prefix"] for row in rows))
        return rows


_TOKENS = """
select t.prefix, p.id, p.name, t.label, t.scopes, t.created_at as made, t.last_used_at as used, t.expires_at as expires, t.revoked_at as revoked
from api_token t join principal p on p.id = t.principal_id order by p.name, t.created_at, t.prefix
"""
_PEOPLE = """
select p.id, p.kind, p.name,
  (select array_agg(r.role || ' @ ' || r.unit_code order by r.unit_code, r.role) from role_assignment r
   where r.principal_id = p.id) as roles
from principal p where p.closed_at is null and p.kind <> 'operator' order by p.kind = 'citizen', p.kind, p.name
"""
