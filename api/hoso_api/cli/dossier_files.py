"""`hoso dossiers attach`, `attachments`, `sign-results`, `offered`: files of a dossier at the shell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from hoso_calendar.messages import say, translated
from hoso_workflows.attachments import file_views, offered, result_signing, uploads
from hoso_workflows.attachments.offered import Chosen
from hoso_workflows.attachments.uploads import Asked, Correcting, Described, Exchanging, Files
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation.credentials import Scope

Key = Annotated[str, typer.Argument(help="The dossier's reference or code.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
#: Bytes that are read at a time.
PIECE = 1 << 20


@asynccontextmanager
async def _opened(scope: Scope) -> AsyncIterator[tuple[Files, Asked]]:
    """The store of this installation, and the holder of the token."""
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, scope)
        yield installed.of(DossierService(db), Settings()), Asked(caller.principal, now(), origin)


def attach(
    key: Key,
    file: Annotated[list[Path], typer.Argument(help="The files, each as a file of its own.")],
    component: Annotated[str | None, typer.Option(help="Code of the component that they are.")] = None,
    title: Annotated[str, typer.Option(help="What they are, in words.")] = "",
    internal: Annotated[bool, typer.Option(help="The authority's own, which no applicant sees.")] = False,
    supersede: Annotated[UUID | None, typer.Option(help="Id of the file whose newer version it is.")] = None,
    json: Json = False,
) -> None:
    """Hand in files of a dossier."""
    if supersede is not None and len(file) > 1:
        raise cli_errors.Usage(say("One file supersedes another one; name one."))
    if missing := [str(path) for path in file if not path.is_file()]:
        raise cli_errors.Usage(say("{path} is no file.", path=", ".join(missing)))
    said = [Described(path.name, title, component, internal, supersede) for path in file]
    added: list[dict[str, Any]] = []
    try:
        signals.run(_attach(key, list(zip(file, said, strict=True)), added))
    finally:
        if added:  # told also where a later one was refused
            _told(added, json=json)


def _told(added: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        console.json({"items": added})
    else:
        console.table("", ("id", "Tệp"), [(each["id"], each["name"]) for each in added])


async def _attach(key: str, sent: list[tuple[Path, Described]], added: list[dict[str, Any]]) -> None:
    async with _opened(Scope.ACT) as (files, asked):
        for path, said in sent:
            added.append(await _attached(files, key, asked, path, said))


async def _attached(files: Files, key: str, asked: Asked, path: Path, said: Described) -> dict[str, Any]:
    upload = await uploads.begun(files, key, asked, possible=[said])
    with upload.receiving() as incoming, await asyncio.to_thread(path.open, "rb") as content:
        while piece := content.read(PIECE):
            incoming.write(piece)
        _, identity = await upload.finished(incoming, said)
    return await file_views.one(files, key, identity, asked)


def exchange_result(
    key: Key,
    attachment: Annotated[UUID, typer.Argument(help="Id of the file of the result.")],
    file: Annotated[Path, typer.Argument(help="The file that takes its place.")],
    reason: Annotated[str, typer.Option(help="Why it is exchanged; officers read it.")],
    title: Annotated[str, typer.Option(help="What it is, in words.")] = "",
    json: Json = False,
) -> None:
    """Exchange a file of a result that was not handed over yet."""
    said = Exchanging(file.name, title, internal=True, supersedes=attachment, reason=reason)
    _attach_one(key, file, said, json=json)


def correct_result(
    key: Key,
    file: Annotated[Path, typer.Argument(help="The corrected file, or a letter of correction.")],
    reason: Annotated[str, typer.Option(help="What was wrong; the applicant is told.")],
    supersedes: Annotated[
        UUID | None, typer.Option(help="Id of the file of the result whose place it takes.")
    ] = None,
    title: Annotated[str, typer.Option(help="What it is, in words.")] = "",
    json: Json = False,
) -> None:
    """Correct a result that was handed over."""
    said = Correcting(file.name, title, internal=True, supersedes=supersedes, reason=reason)
    _attach_one(key, file, said, json=json)


def _attach_one(key: str, file: Path, said: Described, *, json: bool) -> None:
    """Attach a file, and print what became of it. Raises Usage."""
    if not file.is_file():
        raise cli_errors.Usage(say("{path} is no file.", path=str(file)))
    added: list[dict[str, Any]] = []
    signals.run(_attach(key, [(file, said)], added))
    _told(added, json=json)


def list_attachments(key: Key, json: Json = False) -> None:
    """List the files of a dossier, all versions."""
    found = signals.run(_listed(key))
    if json:
        console.json({"items": found})
        return
    rows = [
        (
            console.below(each["id"], each["title"] or each["name"]),
            each["component"] or "",
            f"{each['size']:,}",
            _state(each),
        )
        for each in found
    ]
    console.table("", ("id\nTệp", "Thành phần", "Byte", "Tình trạng"), rows, numbers=(2,))


def _state(file: dict[str, Any]) -> str:
    words = {"superseded_at": "đã thay", "internal": "nội bộ", "signed": "đã ký số"}
    return ", ".join(word for key, word in words.items() if file[key])


async def _listed(key: str) -> list[dict[str, Any]]:
    async with _opened(Scope.READ) as (files, asked):
        return await file_views.listed(files, key, asked)


def sign_results(
    key: Key,
    attachment: Annotated[list[UUID], typer.Argument(help="Ids of files that are to be the result.")],
    json: Json = False,
) -> None:
    """Sign files that are to be the result; exit 1 unless each is signed."""
    done = signals.run(_sign([result_signing.Wanted(key, each) for each in attachment]))
    found = [
        {
            "attachment": str(each.wanted.attachment),
            "version": str(each.version) if each.version else None,
            "trouble": translated(each.failed) if each.failed else None,
        }
        for each in done
    ]
    if json:
        console.json({"items": found})
    else:
        rows = [(each["attachment"], each["version"] or "—", each["trouble"] or "") for each in found]
        console.table("", ("Tệp", "Bản đã ký", "Lỗi"), rows, whole=(0, 1))
    raise typer.Exit(cli_errors.FINDINGS if any(each.failed for each in done) else 0)


async def _sign(wanted: list[result_signing.Wanted]) -> tuple[result_signing.Signed, ...]:
    async with _opened(Scope.REGISTER) as (files, asked):
        return await result_signing.many(files, wanted, Settings().keyring, asked)


def list_offered(key: Key, json: Json = False) -> None:
    """List papers that the applicant has given before, with other dossiers."""
    found = signals.run(_offered(key))
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


async def _offered(key: str) -> list[dict[str, Any]]:
    async with _opened(Scope.READ) as (files, asked):
        return await offered.listed(files, key, asked)


def attach_offered(
    key: Key,
    paper: Annotated[UUID, typer.Argument(help="Id of an offered paper.")],
    component: Annotated[str | None, typer.Option(help="Code of the component that it is here.")] = None,
    title: Annotated[str, typer.Option(help="What it is, in words; else as it was called.")] = "",
    json: Json = False,
) -> None:
    """Hand in a paper that the applicant has given before."""
    added = signals.run(_chosen(key, Chosen(paper, component, title)))
    if json:
        console.json(added)
    else:
        console.line(f"{added['id']} · {added['title'] or added['name']}")


async def _chosen(key: str, chosen: Chosen) -> dict[str, Any]:
    async with _opened(Scope.ACT) as (files, asked):
        _, identity = await offered.attach(files, key, chosen, asked)
        return await file_views.one(files, key, identity, asked)


def save_attachment(
    key: Key,
    attachment: Annotated[UUID, typer.Argument(help="The file's id, as the list shows it.")],
    output: Annotated[Path, typer.Argument(help="Where to write it.")],
) -> None:
    """Write a file of a dossier to the disk, as it was sent."""
    signals.run(_save(key, attachment, output))
    console.line(str(output))


async def _save(key: str, attachment: UUID, output: Path) -> None:
    async with _opened(Scope.READ) as (files, asked):
        opened = await file_views.content(files, key, attachment, asked)
        with await asyncio.to_thread(output.open, "wb") as written:
            async for piece in opened.content:
                written.write(piece)
