"""`hoso urgings`: calls upon units, and their answers."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts
from hoso_api.cli.coordination_acts import By, Json, OnlyUnit, Unit
from hoso_api.system_clock import now
from hoso_models import UrgingKind
from hoso_models.storage.database import Database
from hoso_workflows.coordination import urgings
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.coordination.urgings import Call, Urging
from hoso_workflows.pagination import MOST

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Calls upon units: list, make, answer.")


@app.command("list")
def listed(
    unit: OnlyUnit = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those without an answer.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List calls upon units with their answers, the newest first."""
    units = None if unit is None else [unit]
    found = coordination_acts.read(
        urgings.LIST, unit, lambda db: urgings.listed(db, units, now(), waiting=waiting, limit=limit)
    )
    _tell(list(found.items), json=json)


@app.command()
def send(
    unit: Unit,
    text: Annotated[str, typer.Argument(help="The call in words.")],
    by: By,
    term: Annotated[str, typer.Option(help="Term of the answer, in the unit's working time.")],
    inspection: Annotated[bool, typer.Option("--inspection", help="An inspection, not an urging.")] = False,
    dossier: Annotated[
        list[str] | None, typer.Option(help="A dossier that it is about; may stand several times.")
    ] = None,
    json: Json = False,
) -> None:
    """Call upon a unit; its heads are told."""
    kind = UrgingKind.INSPECTION if inspection else UrgingKind.URGING
    call = Call(kind, unit, text, term, tuple(dossier or ()))

    async def urged(db: Database, asked: Asked) -> Urging:
        return await urgings.urge(db, await coordination_acts.calendar(db, unit), call, asked)

    _tell([coordination_acts.done(by, urged)], json=json)


@app.command()
def answer(
    urging: Annotated[str, typer.Argument(help="The id of a call.")],
    text: Annotated[str, typer.Argument(help="The answer in words.")],
    by: By,
    json: Json = False,
) -> None:
    """Answer a call for the unit, once."""
    named = coordination_acts.identity(urging)
    found = coordination_acts.done(by, lambda db, asked: urgings.answer(db, named, text, asked))
    _tell([found], json=json)


def _tell(found: list[Urging], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [
        (
            each.unit,
            each.text,
            coordination_acts.at(each.due_at),
            "quá hạn" if each.overdue else "",
            each.answer or "chưa trả lời",
            str(each.id),
        )
        for each in found
    ]
    console.table("Đôn đốc, kiểm tra", ("Đơn vị", "Nội dung", "Hạn", "Lưu ý", "Trả lời", "Id"), rows)
