"""Commands of `hoso report`: forms, targets, and owed reports."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, errors, instants, operators, report_acts, signals
from hoso_api.cli.register_acts import Json
from hoso_api.cli.report_acts import Report, Word
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say, sentence
from hoso_models import Integration, ReportPart, ReportPeriod
from hoso_workflows import localtime
from hoso_workflows.catalogue import code_lists
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import MOST
from hoso_workflows.procedures.reference_data import ReferenceData
from hoso_workflows.reports import integration, lateness
from hoso_workflows.reports.forms import files, making, tables, targets
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.forms.tables import Form, Heading, Split, Table
from hoso_workflows.reports.integration import Gap, Service
from hoso_workflows.reports.lateness_dossiers import Column
from hoso_workflows.reports.obligations import frozen, kinds, papers, register
from hoso_workflows.reports.obligations.kinds import Kind
from hoso_workflows.reports.obligations.papers import Read
from hoso_workflows.reports.obligations.register import Obligation

app = report_acts.app
File = Annotated[Path | None, typer.Option("--file", help="Write it there; .xlsx, .csv, .pdf or .svg.")]
PARTS = {ReportPart.AGENCY: "đơn vị", ReportPart.CONSOLIDATED: "tổng hợp"}
GAPS = {Gap.NO_VERSION: "chưa có quy trình áp dụng", Gap.CLOSED: "đang ngừng nhận hồ sơ"}
STATES = {
    Integration.APART: "chưa tích hợp",
    Integration.UNDER_WAY: "đang tích hợp",
    Integration.INTEGRATED: "đã tích hợp",
}
OFFICERS, DOSSIERS = "report_officers", "list_submitted_dossiers"


@app.command()
def obligations(
    period: Annotated[str | None, typer.Option(help="Of this period only, as 2026-Q1 or 2026.")] = None,
    unit: Annotated[str | None, typer.Option(help="Those that this unit owes.")] = None,
    json: Json = False,
) -> None:
    """List the reports that units owe, those due last first."""
    at = now()
    found = signals.run(_obligations(period, unit))
    if json:
        console.json({"items": [{**asdict(each), "late": each.late(at)} for each in found]})
        return
    rows = [
        (
            str(each.id),
            each.period_key,
            each.unit,
            PARTS[each.part],
            f"{each.due_before:%d/%m/%Y}",
            report_acts.standing(each),
        )
        for each in found
    ]
    heads = ("Báo cáo", "Kỳ", "Đơn vị", "Phần", "Trước ngày", "Tình trạng")
    console.table("Báo cáo phải nộp", heads, rows, whole=(0,))


@app.command()
def show(report: Report, file: File = None, json: Json = False) -> None:
    """Show a report with its figures and texts, or write it to a file."""
    found, read = signals.run(_read(report_acts.identity(report)))
    if file is not None:
        _write(file, read.heading, list(read.figures.tables), read.texts)
        return
    if json:
        told = {"tables": [tables.document(each) for each in read.figures.tables], "texts": dict(read.texts)}
        console.json(
            {**asdict(found), "late": found.late(now()), "frozen": read.submission is not None, **told}
        )
        return
    for each in read.figures.tables:
        _print(each)
    for title, text in read.texts:
        console.out.print(f"{title}: {text}", markup=False)


@app.command()
def dossiers(
    report: Report,
    column: Annotated[Column, typer.Option(help="The column of the figure.")],
    json: Json = False,
) -> None:
    """List the codes behind a figure of a submitted report."""
    items = signals.run(_dossiers(report_acts.identity(report), column))
    if json:
        console.json({"items": [asdict(each) for each in items]})
        return
    rows = [(each.code, each.procedure, each.unit) for each in items]
    console.table("Hồ sơ", ("Hồ sơ", "Thủ tục", "Đơn vị"), rows, whole=(0, 1))


@app.command()
def form(
    kind: Annotated[Form, typer.Argument(metavar="FORM", help="ii-06, ii-07, steps, officers or online.")],
    first: Annotated[str | None, typer.Option("--from", help="First day; of this month when absent.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included; today when absent.")] = None,
    unit: Annotated[str | None, typer.Option(help="A unit with those below it; all when absent.")] = None,
    split: Annotated[Split, typer.Option(help="The lines of form II.06.")] = Split.PROCEDURE,
    file: File = None,
    json: Json = False,
) -> None:
    """Count a form of a period, or write it to a file."""
    end = localtime.local_date(now()) if last is None else instants.day(last, "--to")
    begin = end.replace(day=1) if first is None else instants.day(first, "--from")
    try:
        heading, made = signals.run(_form(kind, Scope(begin, end, unit), split))
    except lateness.BadPeriod as bad:
        raise errors.Usage(sentence(bad)) from bad
    if file is not None:
        _write(file, heading, [made], ())
    elif json:
        console.json({**asdict(heading), **tables.document(made)})
    else:
        _print(made)


@app.command()
def unintegrated(
    unit: Annotated[str | None, typer.Option(help="A unit with those below it; all when absent.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = MOST,
    json: Json = False,
) -> None:
    """List the services that are not integrated: handled by a unit, and nobody can file them here."""
    found = signals.run(_unintegrated(unit, limit))
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    columns = ("Đơn vị", "Mã thủ tục", "Thủ tục", "Lý do", "Mức độ dịch vụ", "Hệ thống của cơ quan")
    console.table("Dịch vụ chưa tích hợp", columns, [_service(each) for each in found], whole=(0, 1))


def _service(found: Service) -> tuple[str, ...]:
    level = code_lists.service_level(found.service_level) if found.service_level else None
    systems = "; ".join(f"{each.name} ({STATES[each.state]})" for each in found.systems)
    named = level.name if level else found.service_level or ""
    return found.unit, found.procedure, found.name or "", GAPS[found.why], named, systems


@app.command("kinds")
def list_kinds(json: Json = False) -> None:
    """List the kinds of reports that are owed."""
    found = signals.run(_kinds())
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [(each.code, each.name, f"{each.valid_from:%d/%m/%Y}", each.basis) for each in found]
    console.table("Loại báo cáo", ("Mã", "Tên", "Từ ngày", "Căn cứ"), rows)


@app.command("enter-kind")
def enter_kind(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A TOML file with the fields of a kind.")
    ],
    by: Word,
    json: Json = False,
) -> None:
    """Enter a kind of report that is owed, from a day on."""
    try:
        kind = _kind(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as bad:
        raise errors.Usage(say("{file} is no kind of report: {why}", file=file.name, why=str(bad))) from bad
    made = signals.run(_enter_kind(kind, by))
    if json:
        console.json(asdict(made))
    else:
        console.out.print(f"Đã nhập {made.code}, từ {made.valid_from:%d/%m/%Y}.")


@app.command()
def target(
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    year: Annotated[int, typer.Argument(help="The year.")],
    percent: Annotated[int, typer.Argument(help="The least share, from 0 to 100.")],
    basis: Annotated[str, typer.Option(help="The plan or decision that sets it.")],
    by: Word,
    json: Json = False,
) -> None:
    """Set the share of dossiers that a unit should get online in a year."""
    made = signals.run(_target(unit, year, percent, basis, by))
    if json:
        console.json(asdict(made))
    else:
        console.out.print(f"Chỉ tiêu năm {made.year} của {made.unit}: {made.percent}%.")


def _print(made: Table) -> None:
    shown = [
        each for each in (*made.labels, *made.columns) if each.key not in ("unit_name", "procedure_name")
    ]
    keys = [each.key for each in (*made.labels, *made.columns)]
    places = [keys.index(each.key) for each in shown]
    lines = [(*row.labels, *row.figures) for row in (*made.rows, *([made.total] if made.total else []))]
    rows = [tuple("" if line[place] is None else line[place] for place in places) for line in lines]
    labels = sum(each in made.labels for each in shown)
    console.table(
        made.title, [each.words for each in shown], rows, numbers=range(labels, len(shown)), whole=(0,)
    )
    for check in made.checks:
        console.out.print(f"{check.says}: {check.left} = {check.right}", markup=False)


def _write(file: Path, heading: Heading, made: list[Table], texts: Any) -> None:
    try:
        kind = Format(file.suffix.removeprefix("."))
    except ValueError:
        raise errors.Usage(
            say("{file}: name a file that ends in .xlsx, .csv, .pdf or .svg", file=file.name)
        ) from None
    file.write_bytes(signals.run(files.made(kind, heading, made, texts)))


def _kind(told: Mapping[str, Any]) -> Kind:
    known = {each.name for each in fields(Kind)}
    defaults: dict[str, Any] = {"consolidate_days": 10, "owing": (), "valid_to": None}
    values = {**defaults, **told}
    # What is strange and what is missing alike.
    if wrong := sorted(known ^ set(values)):
        raise ValueError(", ".join(wrong))
    for name in ("valid_from", "valid_to"):
        if not isinstance(values.get(name), date | None):
            raise TypeError(name)
    return Kind(**{**values, "period": ReportPeriod(values["period"]), "owing": tuple(values["owing"])})


async def _obligations(period: str | None, unit: str | None) -> list[Obligation]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        return list(await register.listed(db, None, period=period, unit=unit))


async def _read(report: UUID) -> tuple[Obligation, Read]:
    async with installation.opened() as db:
        found = await register.one(db, report)
        return found, await papers.read(db, found, at=now())


async def _dossiers(report: UUID, column: Column) -> tuple[frozen.Submitted, ...]:
    async with installation.opened() as db:
        found = await register.one(db, report)
        kept = await frozen.submission(db, report, found.submissions)
        page = await frozen.dossiers(db, kept, report, column, limit=None)
        await operators.reads(db, DOSSIERS, str(report), (each.code for each in page.items))
        return page.items


async def _form(kind: Form, scope: Scope, split: Split) -> tuple[Heading, Table]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, scope.unit)
        heading = await making.heading(db, scope, at=now())
        calendars = await ReferenceData(db).unit_calendars()
        made = await making.table(db, calendars, kind, scope, at=now(), split=split)
        if kind is Form.OFFICERS:
            await operators.reads(db, OFFICERS, scope.unit, (row.labels[-1] for row in made.rows))
        return heading, made


async def _unintegrated(unit: str | None, limit: int) -> tuple[Service, ...]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        units = None if unit is None else [unit]
        page = await integration.unintegrated(db, units, localtime.local_date(now()), limit=limit)
        return page.items


async def _kinds() -> list[kinds.Stored]:
    async with installation.opened() as db:
        return await kinds.listed(db)


async def _enter_kind(kind: Kind, by: str) -> kinds.Stored:
    async with installation.opened() as db:
        author = await report_acts.author(db, by)
        return await kinds.enter(db, kind, actor=author.actor, at=author.at, operator=author.operator)


async def _target(unit: str, year: int, percent: int, basis: str, by: str) -> targets.Target:
    async with installation.opened() as db:
        author = await report_acts.author(db, by)
        return await targets.enter(
            db, unit, year, percent, basis, actor=author.actor, at=author.at, operator=author.operator
        )
