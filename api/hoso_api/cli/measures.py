"""`hoso measures`: plans, measures, internal regulations and targets, and how far they are."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, errors, instants, register_acts
from hoso_api.cli.coordination_acts import By, Json, OnlyUnit, Unit
from hoso_calendar.messages import say
from hoso_models import DocumentKind, DocumentState
from hoso_workflows.coordination import documents
from hoso_workflows.coordination.documents import Document, Entry, Target
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Plans, measures, internal regulations and targets: list, enter, note progress.",
)


@app.command("list")
def listed(
    unit: OnlyUnit = None,
    kind: Annotated[DocumentKind | None, typer.Option(help="Only documents of a kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the register, what was issued last first."""
    found = coordination_acts.read(
        documents.LIST, unit, lambda db: documents.listed(db, unit=unit, kind=kind, limit=limit)
    )
    _tell(list(found.items), json=json)


@app.command()
def enter(
    unit: Unit,
    kind: Annotated[DocumentKind, typer.Argument(help="The kind of document.")],
    number: Annotated[str, typer.Argument(help="Number of the document.")],
    title: Annotated[str, typer.Argument(help="Title of the document.")],
    by: By,
    issued: Annotated[str, typer.Option(help="Day on which it was issued.")],
    first: register_acts.From = None,
    last: register_acts.To = None,
    content: Annotated[str, typer.Option(help="Its content in short.")] = "",
    year: Annotated[int | None, typer.Option(help="Of a target: the year.")] = None,
    amount: Annotated[str | None, typer.Option(help="Of a target: the figure.")] = None,
    measured_in: Annotated[str, typer.Option("--in", help="Of a target: what the figure counts.")] = "",
    json: Json = False,
) -> None:
    """Enter a document of a unit."""
    entry = Entry(
        kind,
        unit,
        number,
        title,
        instants.day(issued, "--issued"),
        register_acts.first_day(first),
        register_acts.end(last),
        content,
        _target(year, amount, measured_in),
    )
    _tell(
        [coordination_acts.done(by, lambda db, asked: documents.enter(db, entry, asked))],
        json=json,
    )


@app.command()
def note(
    document: Annotated[str, typer.Argument(help="The id of a document.")],
    state: Annotated[DocumentState, typer.Argument(help="How far it is carried out.")],
    text: Annotated[str, typer.Argument(help="The note in words.")],
    by: By,
    reached: Annotated[str | None, typer.Option(help="Of a target: what is reached.")] = None,
    json: Json = False,
) -> None:
    """Note how far a document is carried out."""
    named = coordination_acts.identity(document)
    figure = None if reached is None else coordination_acts.number(reached, "--reached")
    found = coordination_acts.done(
        by, lambda db, asked: documents.note(db, named, text, state, asked, reached=figure)
    )
    _tell([found], json=json)


def _target(year: int | None, amount: str | None, measured_in: str) -> Target | None:
    if year is None and amount is None:
        return None
    if year is None or amount is None:
        raise errors.Usage(say("A target has both --year and --amount."))
    return Target(year, coordination_acts.number(amount, "--amount"), measured_in)


def _tell(found: list[Document], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [(each.kind, each.unit, each.number, each.title, each.state, str(each.id)) for each in found]
    console.table("Sổ văn bản", ("Loại", "Đơn vị", "Số", "Tên", "Tình trạng", "Id"), rows)
