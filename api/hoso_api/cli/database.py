"""`hoso db`: bring the database up to date, or say where it stands."""

import typer

from hoso_api import installation
from hoso_api.cli import ending, screen
from hoso_models import migrations

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The database: bring it up to date, or say where it stands.",
)


@app.command()
def upgrade() -> None:
    """Bring the database up to date; safe twice, and at once from several machines."""
    before, after = ending.run(_upgrade())
    screen.err.print(f"The database stood at {before or 'nothing'} and stands at {after}.")


@app.command()
def current(json: bool = typer.Option(False, "--json", help="As JSON.")) -> None:
    """Say where the database stands; exit 1 when it is behind."""
    at = ending.run(_current())
    if json:
        screen.json({"current": at, "head": migrations.head()})
    else:
        screen.out.print(f"{at or 'nothing'} (newest: {migrations.head()})")
    raise typer.Exit(0 if at == migrations.head() else 1)


async def _upgrade() -> tuple[str | None, str]:
    async with installation.opened(upgrade=False) as db:
        return await migrations.current(db), await migrations.upgrade(db)


async def _current() -> str | None:
    async with installation.opened(upgrade=False) as db:
        return await migrations.current(db)
