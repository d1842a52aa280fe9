"""`hoso letters`: copies, signatures that wait, an authority's own templates."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import bearer, console, errors, instants, letter_acts, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import letters as workflow_letters
from hoso_workflows.correspondence import own_templates
from hoso_workflows.correspondence.own_templates import Entry, Stored
from hoso_workflows.letters import forms, samples
from hoso_workflows.letters.refusals import FormUnknown
from hoso_workflows.organisation.credentials import Scope

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Letters: copies, signatures that wait, own templates, as the holder of the token in HOSO_TOKEN.",
)
app.add_typer(letter_acts.app)

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.callback()
def root() -> None:
    """Letters: copies, signatures that wait, own templates, as the holder of the token in HOSO_TOKEN."""


@app.command("templates")
def listed(
    unit: Annotated[str | None, typer.Option(help="Of this unit only.")] = None, json: Json = False
) -> None:
    """List the templates that authorities entered, the newest first."""
    found = signals.run(_listed(unit))
    if json:
        console.json({"items": [_said(each) for each in found]})
        return
    rows = [
        (
            console.below(each.id, each.unit),
            each.form,
            each.number,
            f"{each.valid_from:%d/%m/%Y}",
            "✓" if each.approved_at else "",
        )
        for each in found
    ]
    console.table("", ("id\nĐơn vị", "Mẫu", "Số", "Từ ngày", "Đã duyệt"), rows, numbers=(2,), whole=(0, 3))


async def _listed(unit: str | None) -> list[Stored]:
    async with installation.opened() as db:
        await bearer.insider(db)
        return await own_templates.listed(db, unit)


@app.command("show")
def shown(
    template: Annotated[UUID, typer.Argument(help="The id of the template, as the list shows it.")],
    html: Annotated[Path | None, typer.Option(help="Where to write its page.")] = None,
    typst: Annotated[Path | None, typer.Option(help="Where to write what sets its PDF.")] = None,
    json: Json = False,
) -> None:
    """Show a template, and write its sources to files: who approves it reads it first."""
    found = signals.run(_shown(template))
    for path, source in ((html, found.html), (typst, found.typst)):
        if path is not None:
            _write(path, source)
    if json:
        console.json({**_said(found), "html": found.html, "typst": found.typst})
    else:
        _tell(found, json=False)


async def _shown(template: UUID) -> Stored:
    async with installation.opened() as db:
        await bearer.insider(db)
        return await own_templates.one(db, template)


@app.command("sample")
def sampled(
    which: Annotated[str, typer.Argument(help="Code of a form of ours, or the id of a template.")],
    pdf: Annotated[Path | None, typer.Option(help="Where to write the letter as PDF.")] = None,
    png: Annotated[Path | None, typer.Option(help="Where to write a picture of its first page.")] = None,
) -> None:
    """Set a sample letter by a form of ours or by a template, with the data of its check."""
    if pdf is None and png is None:
        raise errors.Usage(say("Say where to write it: --pdf, --png, or both."))
    signals.run(_sampled(which, pdf, png))


async def _sampled(which: str, pdf: Path | None, png: Path | None) -> None:
    form, typst = which, None
    if which not in forms.FORMS:
        found = await _shown(_template(which))
        form, typst = found.form, found.typst
    values = samples.short(form)
    for path, make in ((pdf, workflow_letters.typeset), (png, workflow_letters.picture)):
        if path is not None:
            path.write_bytes(await make(values, typst))


def _template(which: str) -> UUID:
    """The id of a template. Raises FormUnknown for what is neither that nor a form."""
    try:
        return UUID(which)
    except ValueError:
        raise FormUnknown(which) from None


@app.command("enter")
def entered(
    unit: Annotated[str, typer.Option(help="Code of the unit whose letters it is for.")],
    form: Annotated[str, typer.Option(help="Code of the form: 01 to 06, or a notice's name.")],
    basis: Annotated[str, typer.Option(help="The decision by which it is introduced.")],
    since: Annotated[str, typer.Option("--from", help="The day from which letters are set by it.")],
    html: Annotated[Path | None, typer.Option(help="What stands between the tags of our page.")] = None,
    typst: Annotated[Path | None, typer.Option(help="The same for the PDF.")] = None,
    json: Json = False,
) -> None:
    """Check a template and enter it; without files the form is our own again."""
    entry = Entry(unit, form, _read(html), _read(typst), basis, instants.day(since, "--from"))
    _tell(signals.run(_done(lambda db, who, at: own_templates.enter(db, entry, actor=who, at=at))), json=json)


@app.command("approve")
def approved(
    template: Annotated[UUID, typer.Argument(help="The id of the template, as the list shows it.")],
    json: Json = False,
) -> None:
    """Approve a template that another person entered."""
    _tell(
        signals.run(_done(lambda db, who, at: own_templates.approve(db, template, actor=who, at=at))),
        json=json,
    )


async def _done(act: Callable[[Database, UUID, datetime], Awaitable[Stored]]) -> Stored:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        return await act(db, caller.principal, now())


def _read(source: Path | None) -> str | None:
    try:
        return source.read_text(encoding="utf-8") if source else None
    except (OSError, UnicodeDecodeError) as unreadable:
        raise errors.Unreadable(source or Path(), say("no such file")) from unreadable


def _write(path: Path, source: str | None) -> None:
    if source is None:
        raise errors.Usage(say("The template has no sources: by it the form is our own again."))
    path.write_text(source, encoding="utf-8")


def _said(found: Stored) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "unit": found.unit,
        "form": found.form,
        "number": found.number,
        "basis": found.basis,
        "valid_from": found.valid_from.isoformat(),
        "approved": found.approved_at is not None,
    }


def _tell(found: Stored, *, json: bool) -> None:
    if json:
        console.json(_said(found))
    else:
        console.line(f"{found.unit} · {found.form}/{found.number} · {found.id}")
