"""`hoso escalations`: the ladder, whom the next sweep tells, whom the last ones told."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_api.translation import wording
from hoso_calendar.messages import translated
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.monitoring import escalation_ladder, escalation_preview, escalations_told, reminders
from hoso_workflows.monitoring.reminders import Reminded
from hoso_workflows.notifications import email
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Who is told of what is late: the ladder, the next sweep, what was told; a sweep now, a reminder.",
)

Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def ladder(json: AsJson = False) -> None:
    """Show who is told of what, and by which ways."""
    ways = escalation_ladder.channels(email.MailSettings())
    rungs = [
        {"level": each.level, "when": translated(each.when), "to": translated(each.to)}
        for each in escalation_ladder.RUNGS
    ]
    if json:
        console.json({"rungs": rungs, "channels": ways})
        return
    console.table("", ("Khi nào", "Báo cho ai"), [(each["when"], each["to"]) for each in rungs])
    told = ", ".join(wording.CHANNELS[way] for way in ways)
    console.out.print(f"Báo qua: {told}.")


@app.command()
def preview(limit: Limit = 50, json: AsJson = False) -> None:
    """List whom a sweep would tell now. Nothing is sent."""
    found = signals.run(_foreseen(limit))
    if json:
        console.json({"items": found})
        return
    rows = [
        (each["code"] or each["reference"], wording.LEVELS[each["level"]], each["unit"], _recipient(each))
        for each in found
    ]
    console.table("Lần quét tới", ("Hồ sơ", "Lý do", "Đơn vị", "Báo cho"), rows)


@app.command()
def told(limit: Limit = 50, json: AsJson = False) -> None:
    """List who was told within the last 30 days, the newest first."""
    found = signals.run(_told(limit))
    if json:
        console.json({"items": found})
        return
    rows = [
        (
            f"{each['at'].astimezone(localtime.ZONE):%H:%M %d/%m/%Y}",
            *(each["code"] or each["reference"], wording.LEVELS[each["level"]], each["recipient_name"]),
            wording.DELIVERIES[each["delivery"]],
        )
        for each in found
    ]
    console.table("Đã báo", ("Lúc", "Hồ sơ", "Lý do", "Báo cho", "Kết quả"), rows)


@app.command()
def sweep(json: AsJson = False) -> None:
    """Let the sweep of escalations run now. Twice at once tells nobody twice."""
    done = signals.run(_swept())
    if json:
        console.json(done)
    elif not done["ran"]:
        console.out.print("Lượt quét khác đang chạy và làm việc này.")
    else:
        console.out.print(
            f"Đã quét: {done['messages']} tin mới, {done['unaddressed']} việc chưa có người nhận."
        )


@app.command()
def remind(
    key: Annotated[str, typer.Argument(help="The dossier's code or reference.")],
    step: Annotated[bool, typer.Option("--step", help="Of its step that is late longest.")] = False,
    json: AsJson = False,
) -> None:
    """Send a reminder of what is late to whoever has it, or could take it. Once a day."""
    sent = signals.run(_reminded(key, step=step))
    if json:
        console.json(asdict(sent))
        return
    console.out.print(f"Đã nhắc {sent.told} người.")


def _recipient(each: dict[str, Any]) -> str:
    return each["recipient_name"] or f"không có thủ trưởng: {each['unit_name']}"


async def _foreseen(limit: int) -> list[dict[str, Any]]:
    async with installation.opened() as db:
        calendars = await DossierService(db).reference_data.unit_calendars()
        page = await escalation_preview.preview(db, calendars, None, at=now(), limit=limit)
        await operators.reads(db, "preview_escalations", None, (each.id for each in page.items))
    return [asdict(each) for each in page.items]


async def _told(limit: int) -> list[dict[str, Any]]:
    async with installation.opened() as db:
        page = await escalations_told.search(db, None, at=now(), limit=limit)
        await operators.reads(db, "list_escalations", None, (each.id for each in page.items))
    return [asdict(each) for each in page.items]


async def _reminded(key: str, *, step: bool) -> Reminded:
    at = now()
    async with installation.opened() as db:
        actor = await operators.entered(db, at=at)
        calendars = await DossierService(db).reference_data.unit_calendars()
        late, item = await reminders.of_dossier(db, calendars, key, step=step, at=at)
        return await reminders.send(db, late, item, actor=actor, at=at)


async def _swept() -> dict[str, Any]:
    at = now()
    async with installation.opened() as db:
        actor = await operators.entered(db, at=at)
        calendars = await DossierService(db).reference_data.unit_calendars()
        swept = await escalation_ladder.sweep_by_hand(db, calendars, actor=actor, at=at)
    return {**asdict(swept), "reached": {str(level): number for level, number in swept.reached.items()}}
