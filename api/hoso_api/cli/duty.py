"""`hoso duty`: who is on duty in a unit on which working day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import typer

from hoso_api.cli import console, errors, instants, operators, signals
from hoso_api.cli.register_acts import Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_models import DutyKind
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.organisation import duty_roster, permissions, principals
from hoso_workflows.procedures.reference_data import ReferenceData, calendar_of

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The duty roster: who is on duty in a unit on which working day.",
)

Unit = Annotated[str, typer.Argument(help="The unit's code.")]
Day = Annotated[str, typer.Argument(help="The working day.")]
By = Annotated[str, typer.Option(help="On whose word: the id or name of the unit's head or administrator.")]
#: Days that are shown where no period is asked for.
SHOWN = timedelta(days=13)


@app.command()
def show(
    unit: Unit,
    begins: Annotated[str | None, typer.Option("--from", help="From this day on; today when absent.")] = None,
    ends: Annotated[str | None, typer.Option("--to", help="Up to this day; two weeks when absent.")] = None,
    fail_if_uncovered: Annotated[
        bool, typer.Option("--fail-if-uncovered", help="Exit 1 when nobody is on duty on one of the days.")
    ] = False,
    json: Json = False,
) -> None:
    """List the working days of a unit with who is on duty; a day without anybody is marked."""
    first = localtime.local_date(now()) if begins is None else instants.day(begins, "--from")
    last = first + SHOWN if ends is None else instants.day(ends, "--to")
    found = signals.run(_show(unit, first, last))
    _tell(found, json=json)
    raise typer.Exit(errors.FINDINGS if fail_if_uncovered and not all(day.covered for day in found) else 0)


@app.command("set")
def enter(
    unit: Unit,
    day: Day,
    officer: Annotated[str, typer.Argument(help="The id or name of an officer of the unit.")],
    by: By,
    backup: Annotated[bool, typer.Option("--backup", help="As the one who takes the other's place.")] = False,
    json: Json = False,
) -> None:
    """Enter an officer of the unit for a working day."""
    kind = DutyKind.BACKUP if backup else DutyKind.MAIN
    _tell(signals.run(_enter(unit, instants.day(day, "DAY"), [kind], officer, by)), json=json)


@app.command()
def clear(
    unit: Unit,
    day: Day,
    by: By,
    backup: Annotated[
        bool, typer.Option("--backup", help="Only the one who takes the other's place.")
    ] = False,
    json: Json = False,
) -> None:
    """Take everybody off a day, or only the one who takes the other's place."""
    kinds = [DutyKind.BACKUP] if backup else list(DutyKind)
    _tell(signals.run(_enter(unit, instants.day(day, "DAY"), kinds, None, by)), json=json)


async def _show(unit: str, first: date, last: date) -> tuple[duty_roster.DutyDay, ...]:
    async with installation.opened() as db:
        found = await _roster(db, unit, first, last)
        await operators.reads(db, "get_duty_roster", unit, (day.day for day in found))
        return found


async def _enter(
    unit: str, day: date, kinds: Sequence[DutyKind], officer: str | None, by: str
) -> tuple[duty_roster.DutyDay, ...]:
    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        on_duty = await principals.named(db, officer) if officer is not None else None
        await permissions.existing_unit(db, unit)
        calendar = await calendar_of(ReferenceData(db), unit)
        entries = [duty_roster.Entry(day, kind, on_duty) for kind in kinds]
        await duty_roster.enter(db, calendar, unit, entries, actor=person, at=at, operator=operator)
        return await _roster(db, unit, day, day)


async def _roster(db: Database, unit: str, first: date, last: date) -> tuple[duty_roster.DutyDay, ...]:
    await permissions.existing_unit(db, unit)
    calendar = await calendar_of(ReferenceData(db), unit)
    return await duty_roster.roster(db, calendar, unit, first, last, at=now())


def _tell(found: Sequence[duty_roster.DutyDay], *, json: bool) -> None:
    if json:
        console.json({"items": [duty_roster.said(day) for day in found]})
        return
    rows = [
        (
            f"{each.day:%d/%m/%Y}",
            _name(each.main),
            _name(each.backup),
            "" if each.covered else "chưa có người trực",
        )
        for each in found
    ]
    console.table("Lịch trực", ("Ngày", "Trực", "Dự phòng", "Lưu ý"), rows)


def _name(officer: duty_roster.OnDuty | None) -> str:
    if officer is None:
        return "–"
    return officer.name if officer.available else f"{officer.name} (không còn giữ vai trò)"
