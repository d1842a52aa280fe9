"""Revisions of the house's own calendars, as a part of `hoso calendar`.

Entering, previewing and applying are done by the operator at the shell, on the word of an administrator over the calendar. Approving
takes that person's own token.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

import hoso_calendar as wt
from hoso_api.cli import console, credentials, errors, instants, operators, output_modes, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say, translated
from hoso_models import RevisionStatus
from hoso_models.storage.database import Database
from hoso_workflows import vocabulary
from hoso_workflows.calendars import application, closures, preview, register, revisions
from hoso_workflows.calendars.register import Calendar
from hoso_workflows.calendars.revisions import Entry, Revision
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import calendar_texts, principals
from hoso_workflows.organisation.credentials import Scope

app = typer.Typer(add_completion=False)
T = TypeVar("T")

Id = Annotated[str, typer.Argument(help="The id of a calendar of the house.")]
Number = Annotated[int, typer.Argument(min=1, help="The revision's number.")]
By = Annotated[str, typer.Option(help="On whose word: the id or name of an administrator over it.")]
Basis = Annotated[str, typer.Option(help="The decision or law that orders it.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("stored")
def stored(json: Json = False) -> None:
    """List the house's own calendars: whose they are, who keeps them, and when they end."""
    found = signals.run(_stored())
    if json:
        console.json([asdict(each) for each in found])
        return
    rows = [
        (each.id, each.unit or "—", each.extends or "—", each.kept, _day(each.until), each.version or "—")
        for each in found
    ]
    console.table("", ("Lịch", "Đơn vị", "Kế thừa", "Đơn vị giữ", "Đến hết", "Phiên bản"), rows, numbers=(3,))


@app.command("create")
def created(
    calendar: Annotated[str, typer.Argument(help="Its id: small letters, digits and hyphens.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    by: By,
    unit: Annotated[
        str | None, typer.Option(help="The unit that it belongs to; the top of the tree when absent.")
    ] = None,
    json: Json = False,
) -> None:
    """Enter a calendar without a text; `hoso calendar enter` gives it one."""

    async def act(db: Database, person: UUID, operator: UUID, at: datetime) -> Calendar:
        return await register.create(db, calendar, name, unit=unit, actor=person, at=at, operator=operator)

    made = signals.run(_entered(by, act))
    if json:
        console.json(asdict(made))
    else:
        console.out.print(say("The calendar {calendar} is there, without a text.", calendar=made.id))


@app.command("enter")
def entered(
    source: Annotated[
        Path, typer.Argument(help="A TOML file, an iCalendar file (.ics), or the id of a bundled calendar.")
    ],
    by: By,
    basis: Basis,
    calendar: Annotated[
        str | None, typer.Option(help="The calendar's id; the file's name when absent.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--unit", help="A unit that keeps it from then on; again for more.")
    ] = None,
    json: Json = False,
) -> None:
    """Enter a draft of a calendar as the operator that you are."""
    identity, data = calendar or source.stem, _read(source)

    async def act(db: Database, person: UUID, operator: UUID, at: datetime) -> Revision:
        document = await revisions.of_ics(db, identity, data) if source.suffix == ".ics" else data
        entry = Entry(document, basis, tuple(keep or ()))
        return await revisions.enter(db, identity, entry, actor=person, at=at, operator=operator)

    _tell(signals.run(_entered(by, act)), json=json)


@app.command("keep")
def kept(
    calendar: Id,
    units: Annotated[list[str], typer.Argument(help="Codes of the units.")],
    by: By,
    basis: Basis,
    json: Json = False,
) -> None:
    """Enter that units keep a calendar from then on; their open dossiers move when it is applied."""

    async def act(db: Database, person: UUID, operator: UUID, at: datetime) -> Revision:
        entry = Entry(None, basis, tuple(units))
        return await revisions.enter(db, calendar, entry, actor=person, at=at, operator=operator)

    _tell(signals.run(_entered(by, act)), json=json)


@app.command("close")
def closed(
    unit: Annotated[str, typer.Argument(help="The code of the unit that does not work.")],
    first: Annotated[str, typer.Option("--from", help="The first day.")],
    by: By,
    basis: Basis,
    name: Annotated[str, typer.Option(help="Why, as the calendar names the days.")],
    last: Annotated[str | None, typer.Option("--to", help="The last day; the first one when absent.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Not for the units below it.")] = False,
    json: Json = False,
) -> None:
    """Enter days on which a unit and those below it do not work: a draft for each calendar that they keep."""
    begins = instants.day(first, "--from")
    ends = begins if last is None else instants.day(last, "--to")
    closure = closures.Closure(unit, begins, ends, name, basis, below=not alone)

    async def act(db: Database, person: UUID, operator: UUID, at: datetime) -> list[Revision]:
        return await closures.enter(db, closure, actor=person, at=at, operator=operator)

    made = signals.run(_entered(by, act))
    if json:
        console.json([_said(each) for each in made])
    else:
        _list(made)


@app.command("versions")
def versions(calendar: Id, json: Json = False) -> None:
    """List the revisions of a calendar, the newest first."""
    found = signals.run(_versions(calendar))
    if json:
        console.json([_said(each) for each in found])
    else:
        _list(found)


@app.command("verify")
def verified(calendar: Id, number: Number, json: Json = False) -> None:
    """Tell what is to be known of a revision's text; exit 1 when something forbids it."""
    found = signals.run(_findings(calendar, number))
    if json:
        console.json([asdict(each) for each in found])
    else:
        for each in found:
            where = f"{each.calendar}, {each.place}"
            console.out.print(
                say(
                    "{severity}: {where}: {message}",
                    severity=vocabulary.word(each.severity),
                    where=where,
                    message=each.message,
                ),
                markup=False,
                soft_wrap=True,
            )
        console.err.print(say("{n} to know", n=len(found)) if found else say("Nothing to mend."))
    raise typer.Exit(errors.FINDINGS if any(each.severity == "error" for each in found) else 0)


@app.command("preview")
def previewed(calendar: Id, number: Number, by: By, json: Json = False) -> None:
    """Find every open dossier that a draft moves, from and to."""

    async def act(db: Database, person: UUID, operator: UUID, at: datetime) -> tuple[Revision, Any]:
        made = await preview.make(
            DossierService(db), calendar, number, actor=person, at=at, operator=operator
        )
        return made, await preview.moves(db, made)

    made, moves = signals.run(_entered(by, act))
    if json:
        console.json({**_said(made), "dossiers": [asdict(each) for each in moves.items]})
        return
    rows = [
        (
            move.code or move.reference,
            move.handling_unit,
            *_pair(move.dates),
            len(move.dates.get("steps", ())),
        )
        for move in moves.items
    ]
    console.table("", ("Hồ sơ", "Đơn vị", "Từ", "Đến", "Bước"), rows, numbers=(4,))
    _tell(made, json=False)


@app.command("approve")
def approved(
    calendar: Id,
    number: Number,
    digest: Annotated[str, typer.Option(help="The digest of the preview that you have read.")],
    token_file: credentials.TokenFile = None,
    json: Json = False,
) -> None:
    """Approve a draft as its preview showed it, as the person whose token you show."""
    _tell(signals.run(_approve(calendar, number, digest, credentials.token(token_file))), json=json)


@app.command("apply")
def applied(calendar: Id, number: Number, by: By, json: Json = False) -> None:
    """Count by an approved revision from now on and move the open dossiers; again, to go on after a halt."""

    async def act(db: Database, person: UUID, operator: UUID, at: datetime) -> Revision:
        return await application.apply(
            DossierService(db), calendar, number, actor=person, at=at, operator=operator
        )

    made = signals.run(_entered(by, act))
    _tell(made, json=json)
    raise typer.Exit(0 if made.status is RevisionStatus.APPLIED else errors.FINDINGS)


@app.command("text")
def text(
    calendar: Id,
    number: Annotated[int | None, typer.Option(help="A revision; the present text when absent.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o")] = None,
) -> None:
    """Write the text of a calendar of the house, or of one of its revisions, as TOML."""
    found = signals.run(_text(calendar, number))
    if output is None:
        console.line(found, end="")
    else:
        with output_modes.as_called():
            output.write_text(found, encoding="utf-8")


async def _entered(by: str, act: Callable[[Database, UUID, UUID, datetime], Awaitable[T]]) -> T:
    """Enter something as the operator, on the word of a person."""
    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        return await act(db, person, operator, at)


async def _stored() -> tuple[Calendar, ...]:
    async with installation.opened() as db:
        return (await register.search(db)).items


async def _versions(calendar: str) -> tuple[Revision, ...]:
    async with installation.opened() as db:
        return (await revisions.search(db, calendar)).items


async def _findings(calendar: str, number: int) -> Any:
    async with installation.opened() as db:
        return await revisions.check(db, calendar, number, at=now())


async def _approve(calendar: str, number: int, digest: str, token: str) -> Revision:
    at = now()
    async with installation.opened() as db:
        actor = await credentials.bearer(db, token, "approve_calendar_revision", Scope.REGISTER, at=at)
        return await revisions.approve(db, calendar, number, preview=digest, actor=actor, at=at)


async def _text(calendar: str, number: int | None) -> str:
    async with installation.opened() as db:
        if number is not None:
            return (await revisions.revision(db, calendar, number)).document or ""
        await register.calendar(db, calendar)
        return (await calendar_texts.texts(db)).get(calendar, b"").decode()


def _read(source: Path) -> bytes:
    if not source.suffix and str(source) in wt.names():
        return wt.sources(str(source))[str(source)]
    try:
        return source.read_bytes()
    except OSError as unreadable:
        raise errors.Unreadable(source, say("no such file")) from unreadable


def _pair(dates: dict[str, Any]) -> tuple[str, str]:
    name = next((name for name in ("due_promised", "due_legal", "reception_due") if name in dates), None)
    pair = dates[name] if name else next(iter(dates.get("steps", {}).values()), {"own": (None, None)})["own"]
    return _instant(pair[0]), _instant(pair[1])


def _instant(at: str | None) -> str:
    return f"{datetime.fromisoformat(at):%H:%M %d/%m/%Y}" if at else "—"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "—"


def _said(revision: Revision) -> dict[str, Any]:
    hidden = ("id", "base", "previewed_to", "applied_to", "begun_at")
    return {name: value for name, value in asdict(revision).items() if name not in hidden}


def _list(found: Any) -> None:
    rows = [
        (
            each.calendar,
            each.number,
            translated(vocabulary.word(each.status)),
            (each.preview or {}).get("moved", "—"),
            each.basis,
        )
        for each in found
    ]
    console.table("", ("Lịch", "Số", "Trạng thái", "Hồ sơ đổi", "Căn cứ"), rows, numbers=(1, 3))


def _tell(made: Revision, *, json: bool) -> None:
    if json:
        console.json(_said(made))
        return
    console.out.print(f"{made.calendar}/{made.number}: {translated(vocabulary.word(made.status))}")
    figures = made.result or made.preview
    if figures:
        counts = {name: figures[name] for name in ("counted", "moved", "promised")}
        console.out.print(say("{counted} open dossiers, {moved} move, {promised} promised dates", **counts))
    if made.preview and made.status is RevisionStatus.DRAFT:
        console.out.print(f"--digest {made.preview['digest']}", soft_wrap=True)
