"""`hoso metrics`: figures of the installation, as `/metrics` shows them."""

from typing import Annotated

import typer

from hoso_api.cli import instants, signals
from hoso_api.installation import installation
from hoso_api.rest.operation import exposition
from hoso_workflows import figures
from hoso_workflows.procedures.reference_data import ReferenceData

app = typer.Typer(add_completion=False, help="Figures of the installation, as Prometheus reads them.")


@app.command("metrics")
def shown(
    at: Annotated[str | None, typer.Option(help="As of this instant; now when absent.")] = None,
) -> None:
    """Print the figures, for a collector of text files for example."""
    typer.echo(signals.run(_read(at)).decode(), nl=False)


async def _read(at: str | None) -> bytes:
    async with installation.opened() as db:
        calendars = await ReferenceData(db).unit_calendars()
        return exposition.text(await figures.read(db, calendars, at=instants.read(at, "--at")))
