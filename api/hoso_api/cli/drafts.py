"""`hoso drafts`: drafts of dossiers, kept and filed by a token's holder."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from pydantic import TypeAdapter

from hoso_api.cli import bearer, console, draft_files, errors, signals
from hoso_api.http.fields import Data
from hoso_api.installation import installation, master_key
from hoso_api.rest.drafts import endpoints
from hoso_api.rest.drafts.reading import Reader
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import drafts, localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.pagination import MOST, Page

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Drafts of the holder of the token in HOSO_TOKEN: list, show, begin, save, attach files, discard, file.",
)

Draft = Annotated[UUID, typer.Argument(help="The draft's id, as the list shows it.")]
Content = Annotated[
    Path, typer.Argument(help="A JSON file with the fields of a filing, right or wrong; - reads the input.")
]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def listed(
    after: Annotated[str | None, typer.Option(help="The place where the page before ended.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 50,
    json: Json = False,
) -> None:
    """List your drafts, the newest first."""
    found = signals.run(_list(limit, after))
    if json:
        console.json(found.answer(endpoints.listed))
        return
    rows = [
        (
            console.below(each.id, each.applicant),
            f"{each.procedure}\n{_moment(each.expires_at)}",
            each.reference,
        )
        for each in found.items
    ]
    console.table("", ("id\nNgười nộp", "Thủ tục\nGiữ đến", "Hồ sơ"), rows, whole=(0, 1, 2))
    if found.after:
        console.line(f"--after {found.after}")


@app.command()
def show(draft: Draft, json: Json = False) -> None:
    """Show a draft, and what it still lacks."""
    _print(signals.run(_shown(draft)), json)


@app.command()
def new(
    procedure: Annotated[str, typer.Argument(help="The code of the procedure.")],
    content: Content,
    json: Json = False,
) -> None:
    """Begin a draft."""
    _print(signals.run(_new(procedure, _read(content))), json)


@app.command()
def save(draft: Draft, content: Content, json: Json = False) -> None:
    """Keep what is typed now in the place of what was."""
    _print(signals.run(_save(draft, _read(content))), json)


@app.command()
def discard(draft: Draft) -> None:
    """Discard a draft for good."""
    signals.run(_discard(draft))
    console.line("Đã xóa bản nháp.")


@app.command("file")
def filed(draft: Draft, json: Json = False) -> None:
    """File a draft, exactly once; the same again tells the dossier that it has become."""
    answer = signals.run(_file(draft))
    if json:
        console.json(answer)
    else:
        console.line(f"Đã nộp · {answer['reference']}")


app.command("attach")(draft_files.attach)
app.command("files")(draft_files.list_files)
app.command("detach")(draft_files.detach)
app.command("attachment")(draft_files.save_file)
app.command("offered")(draft_files.list_offered)
app.command("attach-offered")(draft_files.attach_offered)


async def _list(limit: int, after: str | None) -> Page[drafts.Draft]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.READ)
        return await _kept(db).search(caller.principal, at=now(), limit=limit, after=after)


async def _shown(draft: UUID) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.READ)
        found = await _kept(db).read(caller.principal, draft, at=now())
        return await endpoints.shown(DossierService(db), caller.kind, found, now())


async def _new(procedure: str, content: drafts.Content) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        found = await _kept(db).create(caller.principal, procedure, content, at=now())
        return await endpoints.shown(DossierService(db), caller.kind, found, now())


async def _save(draft: UUID, content: drafts.Content) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        found = await _kept(db).change(caller.principal, draft, content, at=now())
        return await endpoints.shown(DossierService(db), caller.kind, found, now())


async def _discard(draft: UUID) -> None:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        await _kept(db).discard(caller.principal, draft, at=now())


async def _file(draft: UUID) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        service, request = DossierService(db), Reader(caller.kind).request
        outcome = await drafts.file(service, _kept(db), draft, request, owner=caller.principal, at=now())
    return outcome.body


def _kept(db: Database) -> drafts.Drafts:
    settings = Settings()
    return drafts.Drafts(db, master_key.seal(settings.master_key_file), settings.draft_limits)


def _read(file: Path) -> drafts.Content:
    """The content in a file. Raises Usage for what is no JSON object."""
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        found: drafts.Content = TypeAdapter(Data).validate_python(orjson.loads(text))
    except (OSError, ValueError) as wrong:
        raise errors.Usage(
            say("{file} holds no JSON object: {why}.", file=str(file), why=str(wrong))
        ) from wrong
    return found


def _print(found: dict[str, Any], json: bool) -> None:
    if json:
        console.json(found)
        return
    console.line(f"{found['id']} · {found['procedure']} · giữ đến {_moment(found['expires_at'])}")
    rows = [(each["field"], each["message"]) for each in found["findings"]]
    if rows:
        console.table("Còn thiếu hoặc sai", ("Mục", "Nội dung"), rows)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(localtime.ZONE):%d/%m/%Y}"
