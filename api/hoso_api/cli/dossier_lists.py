"""Lists of dossiers at the shell: `hoso dossiers list`, `search` and `unanswered`."""

from typing import Annotated, Any

import typer

from hoso_api.cli import bearer, console, instants, signals
from hoso_api.cli.dossier_files import Json
from hoso_api.installation import installation
from hoso_api.rest.tracking.schemas import DossierSearchFilter
from hoso_api.system_clock import now
from hoso_api.translation import wording
from hoso_models import DossierStatus
from hoso_models.storage.database import Database
from hoso_workflows.correspondence import conversation
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.pagination import MOST, Page
from hoso_workflows.tracking import search
from hoso_workflows.tracking.search import ApplicantFilter, Asked, DossierFilter

app = typer.Typer()

Unit = Annotated[str | None, typer.Option(help="Only dossiers of this unit.")]
Procedure = Annotated[str | None, typer.Option(help="Only dossiers of this procedure.")]
Standing = Annotated[DossierStatus | None, typer.Option(help="Only dossiers that stand there.")]
From = Annotated[str | None, typer.Option("--from", help="Filed on this day or later.")]
Until = Annotated[str | None, typer.Option("--until", help="Filed on this day or earlier.")]
After = Annotated[str | None, typer.Option(help="The place where the page before ended.")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")]


@app.command("list")
def list_dossiers(
    unit: Unit = None,
    procedure: Procedure = None,
    status: Standing = None,
    filed_from: From = None,
    filed_until: Until = None,
    after: After = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List the dossiers of your units, or your own; the newest first."""
    wanted = _filter(filed_from, filed_until, unit=unit, procedure=procedure, status=status)
    _show(signals.run(_listed(wanted, limit, after)), json=json)


@app.command("search")
def look_for(
    key: Annotated[str | None, typer.Option(help="Reference or code.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Words of the applicant's name, with marks or without.")
    ] = None,
    identifier: Annotated[str | None, typer.Option(help="Identity card or enterprise number.")] = None,
    phone: Annotated[str | None, typer.Option(help="Telephone number of the applicant.")] = None,
    reason: Annotated[str, typer.Option(help="Why you look for this person; kept in the access log.")] = "",
    unit: Unit = None,
    procedure: Procedure = None,
    status: Standing = None,
    filed_from: From = None,
    filed_until: Until = None,
    after: After = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Search the dossiers of your units, the newest first."""
    person = {"key": key, "name": name, "identifier": identifier, "phone": phone}
    wanted = _filter(filed_from, filed_until, **person, unit=unit, procedure=procedure, status=status)
    _show(signals.run(_searched(wanted, reason, limit, after)), json=json)


@app.command("unanswered")
def list_unanswered(
    unit: Annotated[str | None, typer.Option(help="Only dossiers of this desk.")] = None,
    after: After = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="At most so many, the longest wait first.")
    ] = 50,
    json: Json = False,
) -> None:
    """List the dossiers whose applicants wait for an answer of your desks."""
    page = signals.run(_unanswered(unit, limit, after))
    if json:
        console.json(page.answer())
        return
    rows = [
        (
            each["code"] or each["reference"],
            each["procedure_name"],
            each["unit"],
            moment(each["unanswered_since"]),
        )
        for each in page.items
    ]
    console.table("", ("Hồ sơ", "Thủ tục", "Đơn vị", "Chờ từ"), rows)
    if page.after:
        console.line(f"--after {page.after}")


def moment(iso: str | None) -> str:
    """An instant for the cell of a table; empty for none."""
    return instants.short(iso) if iso else ""


def _filter(filed_from: str | None, filed_until: str | None, **said: Any) -> DossierSearchFilter:
    """The conditions, checked as over REST. Raises ValidationError and Usage."""
    days = {
        "filed_from": instants.day(filed_from, "--from") if filed_from is not None else None,
        "filed_until": instants.day(filed_until, "--until") if filed_until is not None else None,
    }
    return DossierSearchFilter.model_validate({**said, **days})


def _narrowed(wanted: DossierSearchFilter) -> DossierFilter:
    return DossierFilter(wanted.unit, wanted.procedure, wanted.status, wanted.filed_from, wanted.filed_until)


async def _listed(wanted: DossierSearchFilter, limit: int, after: str | None) -> Page[dict[str, Any]]:
    async with installation.opened() as db:
        return await search.listed(db, _narrowed(wanted), await _asked(db, limit, after))


async def _searched(
    wanted: DossierSearchFilter, reason: str, limit: int, after: str | None
) -> Page[dict[str, Any]]:
    applicant = ApplicantFilter(wanted.key, wanted.name, wanted.identifier, wanted.phone)
    async with installation.opened() as db:
        return await search.search(db, applicant, _narrowed(wanted), reason, await _asked(db, limit, after))


async def _asked(db: Database, limit: int, after: str | None) -> Asked:
    caller, origin = await bearer.caller(db, Scope.READ)
    return Asked(caller.principal, now(), origin, limit, after)


async def _unanswered(unit: str | None, limit: int, after: str | None) -> Page[dict[str, Any]]:
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.READ)
        return await conversation.unanswered(
            db, unit, reader=caller.principal, at=now(), limit=limit, after=after, origin=origin
        )


def _show(page: Page[dict[str, Any]], *, json: bool) -> None:
    if json:
        console.json(page.answer())
        return
    rows = [
        (
            each["code"] or each["reference"],
            each["applicant"]["name"],
            wording.STATUSES[each["status"]],
            moment(each["filed_at"]),
            moment(each["due_promised"]),
        )
        for each in page.items
    ]
    console.table("", ("Hồ sơ", "Người nộp", "Trạng thái", "Nộp lúc", "Hẹn trả"), rows)
    if page.after:
        console.line(f"--after {page.after}")
