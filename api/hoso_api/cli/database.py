"""`hoso db`: migrate the database, show its revision, print the SQL of its roles."""

from collections.abc import Callable
from dataclasses import asdict, replace

import typer

from hoso_api.cli import console, signals
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_calendar.messages import Message, say, sentence
from hoso_models import migrations, roles
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The database: bring it up to date, say where it stands, or how its roles are made.",
)


@app.command()
def upgrade() -> None:
    """Bring the database up to date; safe twice, and at once from several machines."""
    reports = list[str]()
    after = signals.run(_upgrade(reports.append))
    console.err.print(*(reports or [say("The database stands at {after} already.", after=after)]))


@app.command()
def current(json: bool = typer.Option(False, "--json", help="As JSON.")) -> None:
    """Say where the database stands; exit 1 when that is not where this hoso needs it."""
    at = signals.run(_current())
    if at != migrations.head():
        console.err.print(sentence(migrations.revision_error(at)), markup=False, soft_wrap=True)
    if json:
        console.json({"current": at, "head": migrations.head()})
    else:
        console.out.print(say("{at} (newest: {head})", at=at or say("nothing"), head=migrations.head()))
    raise typer.Exit(0 if at == migrations.head() else 1)


@app.command("roles")
def print_roles() -> None:
    """Print the SQL by which a PostgreSQL of one's own gets the roles of this installation.

    Our own server makes its roles by itself.
    """
    named, settings = installation.named(), Settings()
    if not named.separate:
        named = replace(named, application=roles.Role.APPLICATION)
    ours, prefect = DatabaseSettings.read().database_url, settings.prefect_database_url
    theirs = database.address(prefect.get_secret_value()) if prefect else None
    if theirs is not None:
        named = replace(named, prefect=theirs.username or named.prefect)
    name = (database.address(ours).database if ours else None) or roles.Role.OWNER.value
    console.out.print(
        roles.script(named, name, (theirs and theirs.database) or roles.PREFECT_DATABASE),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    console.err.print(_afterwards(named), markup=False)


def _afterwards(named: roles.Roles) -> Message:
    """The advice that follows the SQL."""
    return say(
        """Give the SQL to psql as a superuser, then a password to each role with `\\password NAME`. Set
HOSO_DATABASE_OWNER_URL    to the address for {owner}, where `hoso db upgrade` is run and nowhere else,
HOSO_DATABASE_URL          to the address for {application},
HOSO_PREFECT_DATABASE_URL  to the address of Prefect's database for {prefect},
and run `hoso db upgrade`, then `hoso doctor`. Whoever audits sets HOSO_DATABASE_URL to the address for {auditor}.""",
        **asdict(named),
    )


async def _upgrade(report: Callable[[str], None]) -> str:
    with installation.server():
        return await installation.upgraded(report)


async def _current() -> str | None:
    with installation.server():
        async with installation.owned() as db:
            return await migrations.current(db)
