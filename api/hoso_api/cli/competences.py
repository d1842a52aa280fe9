"""`hoso competences`: which unit is competent for which part of a procedure."""

from typing import Annotated

import typer

from hoso_api.cli import register_acts, signals
from hoso_api.cli.register_acts import Basis, By, From, Json, Last, To
from hoso_api.installation import installation
from hoso_models import CompetencePart
from hoso_workflows.organisation.register import commands, lists

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Competences of units: list, give, end.")
Procedure = Annotated[str | None, typer.Option(help="Code of the procedure.")]
Field = Annotated[str | None, typer.Option(help="Field of the procedures, as packages name it.")]


@app.command("list")
def listed(
    procedure: Procedure = None,
    unit: Annotated[str | None, typer.Option(help="Only those of this unit.")] = None,
    json: Json = False,
) -> None:
    """List the competences, past and future ones too."""
    rows = signals.run(_competences(procedure, unit))
    shown = ("id", "procedure", "field", "part", "unit", "area", "valid_from", "valid_to")
    columns = ("id", "Thủ tục", "Lĩnh vực", "Phần", "Đơn vị", "Địa bàn", "Từ", "Đến")
    register_acts.table(columns, rows, shown, json=json)


@app.command()
def give(
    unit: Annotated[str, typer.Argument(help="Code of the unit.")],
    parts: Annotated[list[CompetencePart], typer.Argument(help="Parts that it plays.")],
    basis: Basis,
    procedure: Procedure = None,
    field: Field = None,
    case: Annotated[str | None, typer.Option(help="Only this case of the procedure.")] = None,
    area: Annotated[str | None, typer.Option(help="Code of the area; the unit's own when absent.")] = None,
    begins: From = None,
    ends: To = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Make a unit competent for parts of a procedure, or of a field's procedures."""
    given = [
        commands.GiveCompetence(
            unit=unit,
            part=part,
            valid_from=register_acts.first_day(begins),
            valid_to=register_acts.end(ends),
            basis=basis,
            procedure=procedure,
            field=field,
            case=case,
            area=area,
        )
        for part in parts
    ]
    register_acts.perform(by, *given, json=json)


@app.command()
def end(
    entry: Annotated[str, typer.Argument(help="The entry's id, or its beginning as the list shows it.")],
    last: Last = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Set the last day of a competence."""
    ended = commands.EndCompetence(
        competence=register_acts.entry("competence", entry), last_day=register_acts.last_day(last)
    )
    register_acts.perform(by, ended, json=json)


async def _competences(procedure: str | None, unit: str | None) -> tuple[lists.CompetenceListed, ...]:
    async with installation.opened() as db:
        return (await lists.competences(db, procedure=procedure, unit=unit)).items
