"""Acts on letters of dossiers at the shell, as a part of `hoso letters`."""

from typing import Annotated
from uuid import UUID

import typer

from hoso_api.cli import console, papers, signals
from hoso_api.installation import installation
from hoso_workflows import localtime
from hoso_workflows.correspondence import letter_copies
from hoso_workflows.correspondence.letter_views import Asked, Paper
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.credentials import Scope

app = typer.Typer(add_completion=False)


@app.command("copy")
def copied(
    key: papers.Key,
    letter: papers.Letter,
    output: papers.Output,
    receiver: Annotated[
        str, typer.Option("--to", help="Who asked for it; without a name, the applicant.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why it was asked for.")] = "",
) -> None:
    """Give out a copy of a letter, and write it to a file; a signed letter's is the signed file, unchanged."""
    as_pdf = papers.is_pdf(output)
    command = commands.IssueCopy(letter, receiver, reason)
    output.write_bytes(signals.run(_given(key, command, pdf=as_pdf)))
    console.line(str(output))


async def _given(key: str, command: commands.IssueCopy, *, pdf: bool) -> bytes:
    async with installation.opened() as db:
        asked, service = await papers.asked(db, Scope.ACT), DossierService(db)
        await service.perform(key, command, actor=asked.reader, at=asked.at)
        return await papers.written(await _own(service, key, command.letter, asked), pdf=pdf)


async def _own(service: DossierService, key: str, letter: UUID, asked: Asked) -> Paper:
    """The copy that was given at this instant."""
    copies = await letter_copies.listed(service, key, letter, asked)
    given = localtime.isoformat(asked.at)
    ordinal = next(each["ordinal"] for each in copies if each["given_at"] == given)
    return await letter_copies.paper(service, key, letter, ordinal, asked)
