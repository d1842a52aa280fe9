"""`hoso letters copy`, `waiting`, `sign`: acts on letters of dossiers at the shell."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, errors, instants, papers, signals
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_calendar.messages import say, translated
from hoso_workflows import localtime
from hoso_workflows.correspondence import drafted_apologies, letter_copies, letter_signing, waiting_letters
from hoso_workflows.correspondence.drafted_apologies import Drafted
from hoso_workflows.correspondence.letter_signing import Signed, Wanted
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.pagination import MOST
from hoso_workflows.tasks import waiting_results

app = typer.Typer(add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Since = Annotated[str | None, typer.Option("--from", help="Only letters that were issued from this day on.")]


@app.command("copy")
def copied(
    key: papers.Key,
    letter: papers.Letter,
    output: papers.Output,
    receiver: Annotated[
        str, typer.Option("--to", help="Who asked for it; without a name, the applicant.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why it was asked for; needed with --to.")] = "",
) -> None:
    """Give out a copy of a letter, and write it to a file; a signed letter's is the signed file, unchanged."""
    as_pdf = papers.is_pdf(output)
    command = commands.IssueCopy(letter, receiver, reason)
    with papers.opened(output) as file:
        content = signals.run(_given(key, command, pdf=as_pdf))
        file.truncate(0)
        file.write(content)
    console.line(str(output))


async def _given(key: str, command: commands.IssueCopy, *, pdf: bool) -> bytes:
    async with installation.opened() as db:
        asked, service = await papers.asked(db, Scope.ACT), DossierService(db)
        done = await service.perform(key, command, actor=asked.reader, at=asked.at)
        copy = await letter_copies.of_act(service, key, command.letter, done.version, asked)
        return await papers.written(copy, pdf=pdf)


@app.command("waiting")
def waiting(
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many of each.")] = 50,
    json: Json = False,
) -> None:
    """List the letters and results that wait for your signature."""
    found = signals.run(_waiting(_day(since), limit))
    if json:
        console.json(found)
        return
    letters = [
        (console.below(each["id"], each["title"]), each["series"], _of(each), _on(each["issued_at"]))
        for each in found["letters"]
    ]
    console.table("Giấy tờ chờ ký số", ("id\nMẫu", "Số", "Hồ sơ", "Ban hành"), letters)
    results = [
        (console.below(file["id"], file["name"]), each["step"], _of(each), _on(each["opened_at"]))
        for each in found["results"]
        for file in each["files"]
    ]
    console.table("Kết quả chờ ký số", ("id\nTệp", "Bước", "Hồ sơ", "Từ ngày"), results)


@app.command("apologies")
def apologies(
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the letters of apology that wait for your signature, those due first first."""
    found = signals.run(_drafted(limit))
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [
        (
            *(each.code, f"{localtime.local_date(each.due_promised):%d/%m/%Y}"),
            *(f"{each.due:%d/%m/%Y}" if each.due else "", f"{each.last_day:%d/%m/%Y}", each.reason),
        )
        for each in found
    ]
    console.table("Thư xin lỗi chờ ký", ("Hồ sơ", "Đã hẹn", "Hẹn lại", "Ký chậm nhất", "Lý do"), rows)


async def _drafted(limit: int) -> tuple[Drafted, ...]:
    async with installation.opened() as db:
        asked, service = await papers.asked(db, Scope.READ), DossierService(db)
        rights = await permissions.held(db, asked.reader, asked.at)
        found = (await drafted_apologies.search(service, rights, at=asked.at, limit=limit)).items
        reading = readings.of_list(rights, drafted_apologies.LIST, None)
        seen = readings.access(
            drafted_apologies.LIST, asked.reader, None, asked.at, asked.origin, reading=reading
        )
        await readings.record(db, seen, [each.id for each in found])
    return tuple(found)


def _day(since: str | None) -> date | None:
    return instants.day(since, "--from") if since else None


def _of(item: dict[str, Any]) -> str:
    """The dossier's code, or its reference before it has one."""
    return str(item["dossier"]["code"] or item["dossier"]["reference"])


def _on(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%d/%m/%Y}"


async def _waiting(since: date | None, limit: int) -> dict[str, Any]:
    async with installation.opened() as db:
        asked, service, keyring = await papers.asked(db, Scope.READ), DossierService(db), Settings().keyring
        rights = await permissions.held(db, asked.reader, asked.at)
        letters = (await waiting_letters.search(db, rights, keyring, since=since, limit=limit)).items
        results = (await waiting_results.search(service, rights, keyring, limit=limit)).items
        for act, ids in (
            (waiting_letters.LIST, [each["id"] for each in letters]),
            (waiting_results.LIST, [each["task"] for each in results]),
        ):
            reading = readings.of_list(rights, act, None)
            seen = readings.access(act, asked.reader, None, asked.at, asked.origin, reading=reading)
            await readings.record(db, seen, ids)
        return {"letters": list(letters), "results": list(results)}


@app.command("sign")
def sign(
    letters: Annotated[
        list[UUID] | None, typer.Argument(help="Ids of letters, as the list shows them.")
    ] = None,
    all_waiting: Annotated[
        bool,
        typer.Option("--all-waiting", help="All that wait for your signature and that you have a key for."),
    ] = False,
    since: Since = None,
    json: Json = False,
) -> None:
    """Sign letters of units that you head, each by itself; exit 1 unless each is signed."""
    if bool(letters) is all_waiting:
        raise errors.Usage(say("Name letters, or --all-waiting."))
    done = signals.run(_signed(letters, _day(since)))
    found = [
        {
            "letter": str(each.wanted.letter),
            "dossier": each.wanted.dossier,
            "trouble": translated(each.failed) if each.failed else None,
        }
        for each in done
    ]
    if json:
        console.json({"items": found})
    else:
        rows = [(each["letter"], each["dossier"], each["trouble"] or "✓") for each in found]
        console.table("", ("Giấy tờ", "Hồ sơ", "Kết quả"), rows)
    raise typer.Exit(errors.FINDINGS if any(each.failed for each in done) else 0)


async def _signed(letters: Sequence[UUID] | None, since: date | None) -> tuple[Signed, ...]:
    async with installation.opened() as db:
        asked, service, keyring = await papers.asked(db, Scope.ACT), DossierService(db), Settings().keyring
        if letters is None:
            rights = await permissions.held(db, asked.reader, asked.at)
            found = (await waiting_letters.search(db, rights, keyring, since=since, limit=None)).items
            wanted = [Wanted(each["dossier"]["reference"], each["id"]) for each in found if each["has_key"]]
        else:
            wanted = await letter_signing.named(service, letters, asked)
        return await letter_signing.many(service, wanted, keyring, asked)
