"""`hoso escalations`: the ladder, the next sweep, and who was told."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, instants, operators, register_acts, signals
from hoso_api.cli.register_acts import Basis, From, Last, To
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_api.translation import wording
from hoso_calendar.messages import say, translated
from hoso_models import RungMoment, RungRecipient, RungSubject
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.ladder import acts, rungs, words
from hoso_workflows.ladder.acts import Wanted
from hoso_workflows.ladder.rungs import Rung
from hoso_workflows.monitoring import escalation_ladder, escalation_preview, escalations_told, reminders
from hoso_workflows.monitoring.reminders import Reminded
from hoso_workflows.notifications import email
from hoso_workflows.organisation import principals
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Who is told of what is late: the ladder, the next sweep, what was told; a sweep now, a reminder.",
)

Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")]
By = Annotated[str, typer.Option(help="On whose word: id, code or name of an administrator.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def ladder(
    day: Annotated[
        str | None, typer.Option(help="The ladder of this day, YYYY-MM-DD; today's when absent.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also rungs to come, and those that have ended.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show who is told of what, and by which ways."""
    ways = escalation_ladder.channels(email.MailSettings.read())
    when = localtime.local_date(now()) if day is None else instants.day(day, "--day")
    found = [_shown(each) for each in signals.run(_rungs(None if every else when))]
    if json:
        console.json({"rungs": found, "channels": ways})
        return
    rows = [
        (str(each["id"])[: register_acts.SHORT], each["level"], _sentence(each), _period(each))
        for each in found
    ]
    console.table("", ("Số", "Mức", "Khi nào, báo cho ai", "Hiệu lực"), rows)
    told = ", ".join(wording.CHANNELS[way] for way in ways)
    console.out.print(f"Báo qua: {told}.")


@app.command("enter-rung")
def enter_rung(
    level: Annotated[
        str, typer.Argument(help="Name of the rung. One of the same name for the same ends the day before.")
    ],
    subject: Annotated[RungSubject, typer.Argument(help="What it watches.")],
    recipient: Annotated[RungRecipient, typer.Argument(help="Who is told.")],
    basis: Basis,
    by: By,
    days: Annotated[int, typer.Option(help="Working days after the date; before it where negative.")] = 0,
    minutes: Annotated[int, typer.Option(help="Working minutes instead.")] = 0,
    moment: Annotated[RungMoment, typer.Option(help="From when it counts.")] = RungMoment.DUE,
    held: Annotated[
        bool | None, typer.Option("--held/--unheld", help="Only steps that somebody has, or nobody has.")
    ] = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Nobody is told: it takes a wider rung away.")
    ] = False,
    reassign: Annotated[bool, typer.Option("--reassign", help="The step goes to who is told.")] = False,
    apology: Annotated[
        bool, typer.Option("--apology", help="A letter of apology is put before the head to sign.")
    ] = False,
    procedure: Annotated[str | None, typer.Option(help="Only of this procedure.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only of this unit and those below it.")] = None,
    unit_kind: Annotated[str | None, typer.Option(help="Only of units of this kind.")] = None,
    role: Annotated[str | None, typer.Option(help="Only steps of this role.")] = None,
    begins: From = None,
    ends: To = None,
    json: AsJson = False,
) -> None:
    """Enter a rung of the ladder from a day on."""
    wanted = Wanted(
        level=level,
        subject=subject,
        recipient=recipient,
        valid_from=register_acts.first_day(begins),
        basis=basis,
        moment=moment,
        days=days,
        minutes=minutes,
        held=held,
        silent=silent,
        reassign=reassign,
        apology=apology,
        procedure=procedure,
        unit=unit,
        unit_kind=unit_kind,
        role=role,
        valid_to=register_acts.end(ends),
    )
    _entered(signals.run(_enter(wanted, by)), json=json)


@app.command("end-rung")
def end_rung(
    rung: Annotated[str, typer.Argument(help="The rung's id, or its beginning as the list shows it.")],
    by: By,
    last: Last = None,
    json: AsJson = False,
) -> None:
    """Set the last day of a rung. The day before its first takes it back."""
    found = register_acts.entry("escalation_rung", rung)
    signals.run(_end(found, register_acts.last_day(last), by))
    _entered(found, json=json)


@app.command()
def preview(limit: Limit = 50, json: AsJson = False) -> None:
    """List whom a sweep would tell now. Nothing is sent."""
    found = signals.run(_foreseen(limit))
    if json:
        console.json({"items": found})
        return
    rows = [(_about(each), _level(each["level"]), each["unit"], _recipient(each)) for each in found]
    console.table("Lần quét tới", ("Việc", "Lý do", "Đơn vị", "Báo cho"), rows)


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
            *(_about(each), _level(each["level"]), each["recipient_name"]),
            wording.DELIVERIES[each["delivery"]],
        )
        for each in found
    ]
    console.table("Đã báo", ("Lúc", "Việc", "Lý do", "Báo cho", "Kết quả"), rows)


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


def _about(each: dict[str, Any]) -> str:
    """The code of a dossier, or the name and period of a report."""
    report = f"{each['report']}, {each['period']}"
    return str(each["code"] or each["reference"] or report)


def _level(name: str) -> str:
    return wording.LEVELS.get(name, name)


def _shown(each: Rung) -> dict[str, Any]:
    """A rung with its sentences."""
    said = {"when": translated(words.when(each)), "to": translated(words.to(each))}
    return {**asdict(each), **said, "limits": [translated(limit) for limit in words.scope(each)]}


def _sentence(each: dict[str, Any]) -> str:
    limits = f" ({'; '.join(each['limits'])})" if each["limits"] else ""
    return f"{each['when']}{limits} → {each['to']}"


def _period(each: dict[str, Any]) -> str:
    until = "nay" if each["valid_to"] is None else f"{each['valid_to']:%d/%m/%Y}"
    return f"{each['valid_from']:%d/%m/%Y} – {until}"


def _entered(rung: UUID, *, json: bool) -> None:
    if json:
        console.json({"id": rung})
    else:
        console.line(translated(say("Rung {rung}", rung=str(rung))))


async def _rungs(day: date | None) -> tuple[Rung, ...]:
    async with installation.opened() as db:
        return await (rungs.every(db) if day is None else rungs.in_force(db, day))


async def _enter(wanted: Wanted, by: str) -> UUID:
    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        return await acts.enter(db, wanted, actor=person, at=at, operator=operator)


async def _end(rung: UUID, last: date, by: str) -> None:
    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        await acts.end(db, rung, last, actor=person, at=at, operator=operator)


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
        swept = await escalation_ladder.sweep_by_hand(DossierService(db), actor=actor, at=at)
    return {**asdict(swept), "reached": {str(level): number for level, number in swept.reached.items()}}
