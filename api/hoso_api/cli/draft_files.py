"""`hoso drafts attach`, `files`, `detach`, `attachment`, `offered`, `attach-offered`: files of drafts at the shell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import bearer, console, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.installation import files as installed
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows.attachments.offered import Chosen
from hoso_workflows.attachments.uploads import Asked, Described, Files
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.drafts import Drafts, file_views, offered, uploads
from hoso_workflows.organisation.credentials import Scope

Draft = Annotated[UUID, typer.Argument(help="The draft's id, as the list shows it.")]
File = Annotated[UUID, typer.Argument(help="The file's id, as the list shows it.")]
Component = Annotated[str | None, typer.Option(help="Code of the component that they are.")]
Title = Annotated[str, typer.Option(help="What they are, in words.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
#: Bytes that are read at a time.
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class _Opened:
    """The store and the drafts of this installation, and the holder of the token."""

    files: Files
    drafts: Drafts
    asked: Asked


@asynccontextmanager
async def _opened(scope: Scope) -> AsyncIterator[_Opened]:
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, scope)
        settings = Settings()
        files = installed.of(DossierService(db), settings)
        drafts = Drafts(db, files.seal, settings.draft_limits)
        yield _Opened(files, drafts, Asked(caller.principal, now(), origin))


def attach(
    draft: Draft,
    file: Annotated[list[Path], typer.Argument(help="The files, each as a file of its own.")],
    component: Component = None,
    title: Title = "",
    replace: Annotated[UUID | None, typer.Option(help="Id of the file in whose place it comes.")] = None,
    json: Json = False,
) -> None:
    """Add files to a draft; with its filing the dossier has them."""
    if replace is not None and len(file) > 1:
        raise cli_errors.Usage(say("One file supersedes another one; name one."))
    if missing := [str(path) for path in file if not path.is_file()]:
        raise cli_errors.Usage(say("{path} is no file.", path=", ".join(missing)))
    said = [(path, Described(path.name, title, component, supersedes=replace)) for path in file]
    added: list[dict[str, Any]] = []
    try:
        signals.run(_attach(draft, said, added))
    finally:
        if added:  # told also where a later one was refused
            _print(added, json=json)


async def _attach(draft: UUID, said: list[tuple[Path, Described]], added: list[dict[str, Any]]) -> None:
    async with _opened(Scope.ACT) as here:
        for path, described in said:
            upload = await uploads.begun(here.files, here.drafts, draft, here.asked)
            with upload.receiving() as incoming, await asyncio.to_thread(path.open, "rb") as content:
                while piece := content.read(PIECE):
                    incoming.write(piece)
                file, _ = await upload.finished(incoming, described)
            added.append(file_views.item(file))


def list_files(draft: Draft, json: Json = False) -> None:
    """List the files of a draft, in their order."""
    _print(signals.run(_listed(draft)), json=json)


async def _listed(draft: UUID) -> list[dict[str, Any]]:
    async with _opened(Scope.READ) as here:
        return await file_views.listed(here.drafts, draft, here.asked)


def detach(draft: Draft, file: File, json: Json = False) -> None:
    """Take a file out of a draft; those that are left are listed."""
    _print(signals.run(_detach(draft, file)), json=json)


async def _detach(draft: UUID, file: UUID) -> list[dict[str, Any]]:
    async with _opened(Scope.ACT) as here:
        return await file_views.detached(here.drafts, draft, file, here.asked)


def save_file(
    draft: Draft, file: File, output: Annotated[Path, typer.Argument(help="Where to write it.")]
) -> None:
    """Write a file of a draft to the disk, as it was sent."""
    signals.run(_save(draft, file, output))
    console.line(str(output))


async def _save(draft: UUID, file: UUID, output: Path) -> None:
    async with _opened(Scope.READ) as here:
        opened = await file_views.content(here.files, here.drafts, draft, file, here.asked)
        with await asyncio.to_thread(output.open, "wb") as written:
            async for piece in opened.content:
                written.write(piece)


def list_offered(draft: Draft, json: Json = False) -> None:
    """List papers that you have given before, with accepted dossiers of the same applicant."""
    found = signals.run(_offered(draft))
    if json:
        console.json({"items": found})
        return
    rows = [
        (
            console.below(each["id"], each["title"] or each["name"]),
            each["dossier"]["code"] or each["dossier"]["reference"],
            f"{datetime.fromisoformat(each['stored_at']):%d/%m/%Y}",
        )
        for each in found
    ]
    console.table("", ("id\nGiấy tờ", "Hồ sơ", "Ngày"), rows, whole=(0, 1))


async def _offered(draft: UUID) -> list[dict[str, Any]]:
    async with _opened(Scope.READ) as here:
        return await offered.listed(here.drafts, draft, here.asked)


def attach_offered(
    draft: Draft,
    paper: Annotated[UUID, typer.Argument(help="Id of an offered paper.")],
    component: Component = None,
    title: Title = "",
    json: Json = False,
) -> None:
    """Add a paper to a draft that you have given before."""
    _print([signals.run(_chosen(draft, Chosen(paper, component, title)))], json=json)


async def _chosen(draft: UUID, chosen: Chosen) -> dict[str, Any]:
    async with _opened(Scope.ACT) as here:
        file = await offered.attach(here.files, here.drafts, draft, chosen, here.asked)
        return file_views.item(file)


def _print(found: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        console.json({"items": found})
        return
    rows = [
        (
            console.below(each["id"], each["title"] or each["name"]),
            each["component"] or "",
            f"{each['size']:,}",
        )
        for each in found
    ]
    console.table("", ("id\nTệp", "Thành phần", "Byte"), rows, numbers=(2,), whole=(0,))
