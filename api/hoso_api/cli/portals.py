"""`hoso portals`: other authorities' portals, and what was exchanged with them."""

import csv
import io
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models import PortalConcern
from hoso_models.storage.database import Database
from hoso_workflows.organisation import principals
from hoso_workflows.pagination import MOST
from hoso_workflows.portals import exchange_log, reconciliation, register, resending
from hoso_workflows.portals.exchange_log import ExchangeResult, Line
from hoso_workflows.portals.reconciliation import Reconciled, Theirs
from hoso_workflows.portals.register import Entry, Portal

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Other authorities' portals: list, enter, end, log, tell anew, compare with a list of theirs.",
)
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Code = Annotated[str, typer.Argument(help="Code of the portal, as the list shows it.")]
_Found = TypeVar("_Found")
#: What became of an exchange, in the words of those who read it.
WORDS = {
    ExchangeResult.WAITING: "Đang chờ gửi",
    ExchangeResult.GIVEN: "Đã gửi, chưa xác nhận",
    ExchangeResult.ACKNOWLEDGED: "Đã xác nhận",
    ExchangeResult.REFUSED: "Cổng không nhận",
    ExchangeResult.SET_ASIDE: "Bị giữ lại",
    ExchangeResult.DONE: "Đã xong",
}


@app.command("list")
def listed(json: Json = False) -> None:
    """List the portals, with what they were not given yet or have not acknowledged."""
    found = signals.run(_done(lambda db, _who, _at: register.listed(db, None)))
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [
        (
            console.below(each.code, each.unit),
            each.name,
            _days(each),
            each.waiting,
            each.unacknowledged,
            each.refused,
        )
        for each in found
    ]
    headers = ("Mã\nĐơn vị", "Tên", "Hiệu lực", "Chờ gửi", "Chưa xác nhận", "Không nhận")
    console.table("", headers, rows, numbers=(3, 4, 5), whole=(0,))


@app.command()
def enter(
    code: Annotated[str, typer.Argument(help="As dossiers that were filed on it name it.")],
    name: Annotated[str, typer.Argument(help="What it is called here.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit of whose dossiers it is told.")],
    principal: Annotated[str, typer.Option(help="Id, code or name of the system that speaks for it.")],
    basis: Annotated[str, typer.Option(help="By what it is told: law, decision or agreement.")],
    valid_from: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    webhook: Annotated[
        UUID | None, typer.Option(help="Id of its receiver of webhooks; else it only reads.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every dossier, not those alone that were filed on it.")
    ] = False,
    minutes: Annotated[
        int,
        typer.Option(
            min=0, max=register.LONGEST, help="Told again after so long without an answer; 0: never."
        ),
    ] = 15,
) -> None:
    """Enter a portal from a day on, and show the id of the entry."""
    concerns = PortalConcern.ALL if every else PortalConcern.FILED_THERE

    async def entered(db: Database, who: UUID, at: datetime) -> UUID:
        speaker = await principals.named(db, principal)
        entry = Entry(code, name, unit, concerns, speaker, webhook, minutes or None, basis, valid_from.date())
        return await register.enter(db, entry, actor=who, at=at, operator=True)

    console.line(str(signals.run(_done(entered))))


@app.command()
def end(
    portal: Code,
    last_day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day.")],
) -> None:
    """End a portal after a day: it is told nothing of what changes later."""
    day: date = last_day.date()
    signals.run(_done(lambda db, who, at: register.end(db, portal, day, actor=who, at=at, operator=True)))


@app.command()
def log(
    portal: Code,
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="Only statuses that are not acknowledged.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 20,
    json: Json = False,
) -> None:
    """Show what was exchanged with a portal."""
    found = signals.run(_log(portal, limit, unsettled=unsettled))
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [
        (
            each.id,
            each.subject,
            each.code or each.reference,
            _status(each),
            WORDS[each.result],
            each.attempts,
            each.reason,
        )
        for each in found
    ]
    headers = ("số", "loại", "hồ sơ", "trạng thái", "kết quả", "lần", "lý do")
    console.table("", headers, rows, numbers=(0, 5))


@app.command()
def resend(
    portal: Code,
    status: Annotated[
        list[int] | None, typer.Option(help="Number of a line of the log; may be repeated.")
    ] = None,
) -> None:
    """Tell statuses anew: those that are named, or all that are not acknowledged."""
    number = signals.run(
        _done(
            lambda db, who, at: resending.resend(db, portal, status or None, actor=who, at=at, operator=True)
        )
    )
    console.line(str(number))


@app.command()
def reconcile(
    portal: Code,
    file: Annotated[
        Path,
        typer.Argument(help="The portal's list: CSV or JSON with dossier, portal_code, number.", exists=True),
    ],
    complete: Annotated[
        bool, typer.Option("--complete", help="It holds every dossier that the portal was told of.")
    ] = False,
    json: Json = False,
) -> None:
    """Compare a portal's list with what it was told, and tell anew what it lacks. Exit 1 where the two differ."""
    theirs = tuple(_theirs(file))
    done = signals.run(
        _done(
            lambda db, who, at: reconciliation.reconcile(
                db, portal, theirs, complete=complete, actor=who, at=at, operator=True
            )
        )
    )
    if json:
        console.json(asdict(done))
    else:
        _show(done)
    if done.differences:
        raise typer.Exit(1)


def _show(done: Reconciled) -> None:
    rows = [
        (each.dossier, each.kind, _standing(each.ours), _standing(each.theirs), each.resent)
        for each in done.differences
    ]
    console.table("", ("hồ sơ", "khác", "tại đây", "tại cổng", "gửi lại"), rows, numbers=(4,))
    console.line(f"{done.compared} / {done.agreed}")


def _theirs(file: Path) -> Iterator[Theirs]:
    """The lines of a list. Raises BadParameter for a file that is none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        lines = orjson.loads(text) if text.lstrip().startswith("[") else csv.DictReader(io.StringIO(text))
        for line in lines:
            yield Theirs(str(line["dossier"]), int(line["portal_code"]), int(line["number"]))
    except (KeyError, TypeError, ValueError, csv.Error):
        why = say("{file} holds no list with dossier, portal_code and number", file=file)
        raise typer.BadParameter(why, param_hint="FILE") from None


def _standing(each: reconciliation.Standing | None) -> str:
    return "–" if each is None else f"{each.portal_code} (số {each.number})"


def _status(each: Line) -> str:
    return "" if each.number is None else f"{each.portal_code} (số {each.number})"


def _days(each: Portal) -> str:
    return (
        f"{each.valid_from:%d/%m/%Y} – {each.valid_to:%d/%m/%Y}"
        if each.valid_to
        else f"{each.valid_from:%d/%m/%Y} –"
    )


async def _done(act: Callable[[Database, UUID, datetime], Awaitable[_Found]]) -> _Found:
    at = now()
    async with installation.opened() as db:
        return await act(db, await operators.entered(db, at=at), at)


async def _log(portal: str, limit: int, *, unsettled: bool) -> Any:
    async with installation.opened() as db:
        page = await exchange_log.listed(db, portal, None, unsettled=unsettled, limit=limit)
        await operators.reads(db, exchange_log.LOG, portal, (each.id for each in page.items))
    return page.items
