"""`hoso privacy`: what is to be destroyed, and carrying out what was confirmed."""

from typing import Annotated, Any

import typer

from hoso_api.cli import console, errors, instants, operators, signals
from hoso_api.cli.register_acts import Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import MOST, Page
from hoso_workflows.privacy import destruction, holds, retention

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Personal data: what is to be destroyed, carrying out what two persons have confirmed, what is kept.",
)


@app.command("due")
def due(
    unit: Annotated[str, typer.Argument(help="The unit; those below it are meant too.")],
    limit: Annotated[int, typer.Option(min=1, max=retention.MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the dossiers whose retention has ended, the earliest closed first."""
    found = signals.run(_due(unit, limit))
    if json:
        console.json({"items": [each.to_json() for each in found]})
        return
    rows = [(each.code or each.reference, each.procedure, each.unit, str(each.kept_until)) for each in found]
    console.table("Hồ sơ hết thời hạn bảo quản", ("Hồ sơ", "Thủ tục", "Đơn vị", "Bảo quản đến"), rows)


@app.command("lists")
def lists(
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 50,
    json: Json = False,
) -> None:
    """List the lists of destruction, the newest first."""
    found = signals.run(_lists(limit))
    if json:
        console.json({"items": found})
        return
    rows = [
        (each["id"], each["unit"], each["status"], f"{each['erased']}/{each['dossiers']}") for each in found
    ]
    console.table("Danh mục tiêu hủy", ("Danh mục", "Đơn vị", "Trạng thái", "Đã xóa"), rows)


@app.command("holds")
def held(
    unit: Annotated[str | None, typer.Option(help="Only dossiers that this unit handles.")] = None,
    after: Annotated[str | None, typer.Option(help="The place where the page before ended.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="At most so many, those filed last first.")
    ] = 50,
    json: Json = False,
) -> None:
    """List the dossiers that are kept whatever their retention, with the ground."""
    page = signals.run(_held(unit, after, limit))
    if json:
        console.json(page.answer())
        return
    rows = [
        (
            each["dossier"]["code"] or each["dossier"]["reference"],
            each["unit"],
            each["reason"],
            each["basis"],
            each["placed_by"],
            instants.short(each["placed_at"]),
        )
        for each in page.items
    ]
    console.table("Hồ sơ đang được giữ", ("Hồ sơ", "Đơn vị", "Lý do", "Căn cứ", "Người giữ", "Giữ từ"), rows)
    if page.after:
        console.line(f"--after {page.after}")


@app.command("execute")
def execute(json: Json = False) -> None:
    """Erase what confirmed lists name; exit 1 when something could not be erased."""
    done = signals.run(_execute())
    if json:
        console.json({"erased": done.erased, "refused": dict(done.refused or {})})
    else:
        rows = [(reference, why) for reference, why in (done.refused or {}).items()]
        console.table(f"Đã xóa {done.erased} hồ sơ", ("Chưa xóa được", "Lý do"), rows)
    raise typer.Exit(errors.FINDINGS if done.refused else 0)


async def _due(unit: str, limit: int) -> list[retention.Due]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        rules = await retention.rules(db, DossierService(db).reference_data)
        below = [row.code for row in await db.rows("select code from units_below($1) as code", [unit])]
        found = await retention.due(db, rules, below, now(), limit)
        await operators.reads(db, destruction.LIST, unit, (each.id for each in found))
        return found


async def _lists(limit: int) -> tuple[dict[str, Any], ...]:
    async with installation.opened() as db:
        found = (await destruction.search(db, None, limit=limit)).items
        await operators.reads(db, destruction.LIST, None, (each["id"] for each in found))
        return found


async def _held(unit: str | None, after: str | None, limit: int) -> Page[dict[str, Any]]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        page = await holds.search(db, None, unit, limit=limit, after=after)
        await operators.reads(db, holds.LIST, unit, (each["dossier"]["reference"] for each in page.items))
        return page


async def _execute() -> destruction.Executed:
    async with installation.opened() as db:
        return await destruction.execute(DossierService(db), at=now())
