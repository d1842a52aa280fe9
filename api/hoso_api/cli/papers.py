"""Papers of dossiers and desks at the shell, as a part of `hoso dossiers`."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO
from uuid import UUID

import typer

from hoso_api.cli import bearer, console, errors, instants, signals
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows.correspondence import control_sheet, dossier_register, letter_signing, letter_views
from hoso_workflows.correspondence.dossier_register import Days
from hoso_workflows.correspondence.letter_signing import Wanted
from hoso_workflows.correspondence.letter_views import Asked, Paper
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation.credentials import Scope

app = typer.Typer(add_completion=False)

Key = Annotated[str, typer.Argument(help="The dossier's reference or code.")]
Letter = Annotated[UUID, typer.Argument(help="The letter's id, as the list shows it.")]
Output = Annotated[Path, typer.Argument(help="Where to write it: a .pdf or an .html file.")]


@app.command("letter")
def print_letter(key: Key, letter: Letter, output: Output) -> None:
    """Write a letter as PDF, or as a page."""
    _write(output, lambda service, asked: letter_views.paper(service, key, letter, asked))


@app.command("sign")
def sign_letter(key: Key, letter: Letter) -> None:
    """Sign a letter of a unit that you head, by its certificate or your own."""
    signals.run(_sign(Wanted(key, letter)))
    console.line(say("{letter} is signed.", letter=letter))


@app.command("control-sheet")
def print_control_sheet(key: Key, output: Output) -> None:
    """Write the control sheet of a dossier (Mẫu 05) as PDF, or as a page."""
    _write(output, lambda service, asked: control_sheet.read(service, key, asked))


@app.command("register")
def print_register(
    output: Output,
    unit: Annotated[str, typer.Option(help="The code of the desk whose book it is.")],
    first: Annotated[str, typer.Option("--from", help="The first day.")],
    last: Annotated[str, typer.Option("--to", help="The last day, of the same year.")],
    procedure: Annotated[str | None, typer.Option(help="The dossiers of one procedure only.")] = None,
) -> None:
    """Write the register of the dossiers that a desk has accepted (Mẫu 06) as PDF, or as a page."""
    days = Days(unit, instants.day(first, "--from"), instants.day(last, "--to"), procedure)
    _write(output, lambda service, asked: dossier_register.read(service, days, asked))


@contextmanager
def opened(output: Path) -> Iterator[BinaryIO]:
    """A file opened for writing, before the act whose paper it is to hold.

    It keeps what it has until it is truncated; left empty, it is taken away.
    """
    with output.open("ab") as file:
        try:
            yield file
        finally:
            if not file.tell():
                output.unlink()


_Read = Callable[[DossierService, Asked], Awaitable[Paper]]


def _write(output: Path, read: _Read) -> None:
    """Write a paper to a file, by the ending of its name."""
    as_pdf = is_pdf(output)
    output.write_bytes(signals.run(_bytes(read, pdf=as_pdf)))
    console.line(str(output))


def is_pdf(output: Path) -> bool:
    """True for a file that is to be a PDF, False for a page. Raises Usage for one that is neither."""
    if output.suffix not in (".pdf", ".html"):
        raise errors.Usage(say("{path} must end in .pdf or .html.", path=str(output)))
    return output.suffix == ".pdf"


async def _bytes(read: _Read, *, pdf: bool) -> bytes:
    async with installation.opened() as db:
        return await written(await read(DossierService(db), await asked(db, Scope.READ)), pdf=pdf)


async def written(paper: Paper, *, pdf: bool) -> bytes:
    """The bytes of a paper, as PDF or as a page."""
    return await paper.pdf() if pdf else paper.page.encode()


async def _sign(wanted: Wanted) -> None:
    async with installation.opened() as db:
        by, service = await asked(db, Scope.ACT), DossierService(db)
        command = await letter_signing.command(service, wanted, Settings().keyring, by)
        await service.perform(wanted.dossier, command, actor=by.reader, at=by.at)


async def asked(db: Database, scope: Scope) -> Asked:
    """The holder of the token as a reader of papers, now. Raises TokenMissing, TokenRefused, ScopeMissing."""
    caller, origin = await bearer.caller(db, scope)
    return Asked(caller.principal, now(), Settings().public_origin, origin)
