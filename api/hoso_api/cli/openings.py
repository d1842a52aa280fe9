"""The part of `hoso procedures` about opening, closing, competence and eligibility."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import orjson
import typer
from pydantic import TypeAdapter

from hoso_api.cli import console, credentials, errors, instants, signals
from hoso_api.cli.owners import Procedure
from hoso_api.cli.register_acts import Json
from hoso_api.http.fields import Data
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_bpmn import text_safety
from hoso_bpmn.runs.eligibility import Verdict
from hoso_calendar.messages import joined, say, translated
from hoso_workflows import localtime, vocabulary
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.procedures import competent_units, eligibility, openings
from hoso_workflows.procedures.reference_data import ReferenceData

app = typer.Typer(add_completion=False)

Basis = Annotated[str, typer.Option(help="The decision or law by which it does.")]
From = Annotated[str | None, typer.Option("--from", help="From this day on; today when absent.")]

#: Why a unit is competent, as the table says it.
_GROUNDS = {
    "only": say("the only one"),
    "specific": say("for the procedure or case"),
    "place": say("by the place"),
    "authority": say("of the desk's authority"),
    "own_desk": say("the own desk"),
    "chosen": say("chosen"),
}


@app.command("openings")
def listed(procedure: Procedure, json: Json = False) -> None:
    """List from which days on a procedure takes new dossiers or takes none, the newest first."""
    _show(signals.run(_openings(procedure)), json=json)


@app.command()
def close(
    procedure: Procedure,
    basis: Basis,
    begins: From = None,
    token_file: credentials.TokenFile = None,
    json: Json = False,
) -> None:
    """Take no new dossiers from a day on, as the approver whose token you show; running ones go on."""
    _change(openings.close, procedure, basis, begins, credentials.token(token_file), json=json)


@app.command("open")
def reopen(
    procedure: Procedure,
    basis: Basis,
    begins: From = None,
    token_file: credentials.TokenFile = None,
    json: Json = False,
) -> None:
    """Take new dossiers again from a day on; it takes a closing back whose day has not come."""
    _change(openings.reopen, procedure, basis, begins, credentials.token(token_file), json=json)


@app.command("competence")
def competence(
    procedure: Procedure,
    area: Annotated[str | None, typer.Option(help="The place of the matter: the code of an area.")] = None,
    case: Annotated[str | None, typer.Option(help="The case; the only one when absent.")] = None,
    desk: Annotated[str | None, typer.Option(help="The code of the unit where it is filed.")] = None,
    json: Json = False,
) -> None:
    """Say who would receive, handle and decide a dossier filed today, and where there is a choice."""
    parts = signals.run(_competence(procedure, area, case, desk))
    if json:
        console.json([{**asdict(each), "would_be": list(map(translated, each.would_be))} for each in parts])
        return
    rows = [(vocabulary.word(each.part), _unit(each), _why(each)) for each in parts]
    console.table("", ("Phần việc", "Đơn vị", "Vì sao"), rows)


@app.command("eligibility")
def may_file(
    procedure: Procedure,
    answers: Annotated[
        str, typer.Argument(help="The answers as JSON, the key of each question and its answer.")
    ],
    json: Json = False,
) -> None:
    """Say whether one may file, by the procedure's own questions. Nothing is stored, and the verdict advises."""
    verdict, basis = signals.run(_judged(procedure, _answers(answers)))
    if json:
        console.json({**asdict(verdict), "basis": basis})
        return
    said = {True: say("yes"), False: say("no"), None: say("the answers do not decide it")}[verdict.eligible]
    rows = [
        ("Được nộp", said),
        ("Lý do", verdict.reason),
        ("Trường hợp", verdict.case or ""),
        ("Căn cứ", "; ".join(basis)),
    ]
    console.table("", ("", ""), [row for row in rows if row[1]])


def _answers(given: str) -> dict[str, Any]:
    """The answers of an argument. Raises Usage for what is no JSON object."""
    try:
        return TypeAdapter(Data).validate_python(orjson.loads(given))
    except ValueError as wrong:
        raise errors.Usage(say("The answers are no JSON object: {why}.", why=str(wrong))) from wrong


async def _judged(procedure: str, answers: dict[str, Any]) -> tuple[Verdict, list[str]]:
    async with installation.opened() as db:
        found, verdict = await eligibility.judge(db, procedure, answers, day=localtime.local_date(now()))
        return verdict, list(found.eligibility.basis) if found.eligibility else []


def _unit(part: competent_units.Part) -> str:
    if part.unit is not None:
        return f"{part.unit} {part.unit_name}"
    if part.choices:
        return joined("; ", (f"{unit} {name}" for unit, name in part.choices.items()))
    return say("nobody")


def _why(part: competent_units.Part) -> str:
    if part.ground is not None:
        return _GROUNDS[part.ground]
    if part.choices:
        return say("whoever files chooses")
    return joined("; ", part.would_be) if part.would_be else say("nobody is entered")


def _change(
    act: Callable[..., Any], procedure: str, basis: str, begins: str | None, token: str, *, json: bool
) -> None:
    day = None if begins is None else instants.day(begins, "--from")
    changed = signals.run(_changed(act, procedure, basis, day, token))
    _show([changed], json=json)


def _show(found: list[openings.Opening], *, json: bool) -> None:
    if json:
        console.json([asdict(each) for each in found])
        return
    rows = [
        (f"{each.valid_from:%d/%m/%Y}", say("open") if each.is_open else say("closed"), each.basis)
        for each in found
    ]
    console.table("", ("Từ ngày", "Nhận hồ sơ mới", "Căn cứ"), rows)


async def _openings(procedure: str) -> list[openings.Opening]:
    async with installation.opened() as db:
        return await openings.openings(db, procedure)


async def _changed(
    act: Callable[..., Any], procedure: str, basis: str, begins: date | None, token: str
) -> openings.Opening:
    at = now()
    async with installation.opened() as db:
        actor = await credentials.bearer(db, token, "change_opening", Scope.REGISTER, at=at)
        changed: openings.Opening = await act(
            db, procedure, basis=text_safety.text(basis), valid_from=begins, actor=actor, at=at
        )
        return changed


async def _competence(
    procedure: str, area: str | None, case: str | None, desk: str | None
) -> tuple[competent_units.Part, ...]:
    async with installation.opened() as db:
        return await competent_units.preview(
            ReferenceData(db),
            procedure,
            localtime.local_date(now()),
            case=case,
            area=area,
            receiving_unit=desk,
        )
