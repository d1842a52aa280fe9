"""`hoso feedback`: feedback and proposals with their answers."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts
from hoso_api.cli.coordination_acts import By, Json, OnlyUnit, Unit
from hoso_api.installation import master_key
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_models.storage.database import Database
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.feedback import feedback, reading
from hoso_workflows.feedback.reading import Feedback
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Feedback and proposals: list, forward, answer, propose."
)
Which = Annotated[str, typer.Argument(help="The id of feedback.")]


@app.command("list")
def listed(
    unit: OnlyUnit = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what has no answer.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List feedback and proposals with their answers, the newest first."""
    units = None if unit is None else [unit]
    found = coordination_acts.read(
        reading.LIST,
        unit,
        lambda db: reading.listed(db, _seal(), units, now(), waiting=waiting, limit=limit),
    )
    _tell(list(found.items), json=json)


@app.command()
def forward(which: Which, unit: Unit, by: By, json: Json = False) -> None:
    """Forward feedback to the unit that answers it; its heads are told."""
    named = coordination_acts.identity(which)
    done = coordination_acts.done(by, lambda db, asked: feedback.forward(db, _seal(), named, unit, asked))
    _tell([done], json=json)


@app.command()
def answer(
    which: Which,
    text: Annotated[str, typer.Argument(help="The answer in words.")],
    by: By,
    summary: Annotated[str, typer.Option(help="What was said, naming nobody: then anybody reads it.")] = "",
    json: Json = False,
) -> None:
    """Answer feedback for the unit, once."""
    named = coordination_acts.identity(which)
    done = coordination_acts.done(
        by, lambda db, asked: feedback.answer(db, _seal(), named, text, asked, summary=summary)
    )
    _tell([done], json=json)


@app.command()
def propose(
    unit: Unit,
    text: Annotated[str, typer.Argument(help="What could be done better.")],
    by: By,
    json: Json = False,
) -> None:
    """Propose, for a unit, what could be done better."""

    async def proposed(db: Database, asked: Asked) -> Feedback:
        desk = await feedback.desk(DossierService(db), _seal(), at=asked.at)
        return await feedback.propose(desk, unit, text, asked)

    _tell([coordination_acts.done(by, proposed)], json=json)


def _seal() -> Seal:
    return master_key.seal(Settings().master_key_file)


def _tell(found: list[Feedback], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [
        (
            each.number,
            each.unit,
            each.text or "",
            coordination_acts.at(each.due_at),
            "quá hạn" if each.overdue else "",
            each.answer or "chưa trả lời",
            str(each.id),
        )
        for each in found
    ]
    heads = ("Số", "Đơn vị", "Nội dung", "Hạn", "Lưu ý", "Trả lời", "Id")
    console.table("Góp ý, đề xuất", heads, rows)
