"""Acts of `hoso report` on an owed report: write, approve, submit, return, remind.

Whoever sits at the shell enters them on the word of an officer. Approval takes the token of the head who approves: nobody else's
word is a second person's signature (ADR 0022).
"""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from hoso_api.cli import console, credentials, errors, operators, signals
from hoso_api.cli.register_acts import Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_api.translation import wording
from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows.organisation import principals
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.reports.obligations import acts
from hoso_workflows.reports.obligations.acts import By
from hoso_workflows.reports.obligations.register import Obligation

app = typer.Typer(
    add_completion=False,
    help="The lateness report of a period, or the dossiers behind one figure; forms; reports that are owed.",
)

Report = Annotated[str, typer.Argument(help="The id of the report, as `hoso report obligations` lists it.")]
Word = Annotated[str, typer.Option("--by", help="On whose word: the id or name of an officer who may.")]


@app.command()
def write(
    report: Report,
    by: Word,
    difficulties: Annotated[str | None, typer.Option(help="Difficulties that the unit has met.")] = None,
    proposals: Annotated[str | None, typer.Option(help="Proposals of the unit.")] = None,
    chapter: Annotated[str | None, typer.Option(help="Own chapter of a consolidated report.")] = None,
    json: Json = False,
) -> None:
    """Write the texts of a report; a head of the unit then approves it."""
    said = {"difficulties": difficulties, "proposals": proposals, "chapter": chapter}
    texts = {name: text for name, text in said.items() if text is not None}
    _told(signals.run(_written(identity(report), texts, by)), json=json)


@app.command()
def approve(report: Report, token_file: credentials.TokenFile = None, json: Json = False) -> None:
    """Approve a written report, as the head whose token you show and who has not written it."""
    _told(signals.run(_approved(identity(report), credentials.token(token_file))), json=json)


@app.command()
def submit(
    report: Report,
    by: Word,
    confirm_missing: Annotated[
        bool, typer.Option("--confirm-missing", help="Without the reports that have not come in.")
    ] = False,
    json: Json = False,
) -> None:
    """Submit an approved report: its figures are frozen with the dossiers behind them."""
    _told(signals.run(_submitted(identity(report), by, confirm_missing=confirm_missing)), json=json)


@app.command("return")
def return_(
    report: Report,
    reason: Annotated[str, typer.Argument(help="The reason, which the unit reads.")],
    by: Word,
    json: Json = False,
) -> None:
    """Return a submitted report to its unit; what was submitted stays."""
    _told(signals.run(_returned(identity(report), reason, by)), json=json)


@app.command()
def remind(report: Report, by: Word, json: Json = False) -> None:
    """Remind the heads of a unit of a report that it owes; once a day."""
    told = signals.run(_reminded(identity(report), by))
    if json:
        console.json({"told": told})
    else:
        console.out.print(f"Đã nhắc {told} người.", markup=False)


def identity(text: str) -> UUID:
    """The id of a report. Raises Usage."""
    try:
        return UUID(text)
    except ValueError:
        raise errors.Usage(
            say("{text} is no id of a report; `hoso report obligations` lists them", text=text)
        ) from None


def standing(found: Obligation) -> str:
    """The state of a report in words, and whether it is late."""
    word = wording.REPORT_STATES[found.status]
    return f"{word}, trễ" if found.late(now()) else word


async def author(db: Database, by: str) -> By:
    """The operator on the word of an officer. Raises NotFound, Ambiguous."""
    at = now()
    operator = await operators.entered(db, at=at)
    return By(await principals.named(db, by), at, operator=operator)


def _told(found: Obligation, *, json: bool) -> None:
    if json:
        console.json({**asdict(found), "late": found.late(now())})
    else:
        console.out.print(
            f"{found.kind_name}, kỳ {found.period_key}, {found.unit}: {standing(found)}.", markup=False
        )


async def _written(report: UUID, texts: dict[str, str], by: str) -> Obligation:
    async with installation.opened() as db:
        return await acts.write(db, report, texts, await author(db, by))


async def _approved(report: UUID, token: str) -> Obligation:
    at = now()
    async with installation.opened() as db:
        head = await credentials.bearer(db, token, "approve_report", Scope.ACT, at=at)
        return await acts.approve(db, report, By(head, at))


async def _submitted(report: UUID, by: str, *, confirm_missing: bool) -> Obligation:
    async with installation.opened() as db:
        return await acts.submit(db, report, await author(db, by), confirm_missing=confirm_missing)


async def _returned(report: UUID, reason: str, by: str) -> Obligation:
    async with installation.opened() as db:
        return await acts.return_(db, report, text_safety.text(reason), await author(db, by))


async def _reminded(report: UUID, by: str) -> int:
    async with installation.opened() as db:
        return await acts.remind(db, report, await author(db, by))
