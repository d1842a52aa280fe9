"""`hoso tasks`: the worklist read and acted on by a token's holder."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import orjson
import typer

from hoso_api.cli import bearer, body_options, console, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.installation import installation
from hoso_api.rest.tasks import doors, schemas
from hoso_api.rest.tasks import endpoints as rest
from hoso_api.rest.tasks.doors import TaskDoor
from hoso_api.system_clock import now
from hoso_api.translation import wording
from hoso_calendar.messages import say
from hoso_models import TaskStatus
from hoso_workflows import localtime
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.dossiers.worklist import Sort, TaskFilter
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.tasks import bulk, counts, kept
from hoso_workflows.tasks.counts import Grouping
from hoso_workflows.tasks.kept import Keeper

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Tasks: list and count them, and act on them as the holder of the token in HOSO_TOKEN.",
)

Task = Annotated[UUID, typer.Argument(help="The task's id, as the list shows it.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only tasks of this unit, by its code.")] = None,
    role: Annotated[str | None, typer.Option(help="Only tasks of this role.")] = None,
    procedure: Annotated[str | None, typer.Option(help="Only tasks of this procedure, by its code.")] = None,
    priority: Annotated[
        int | None, typer.Option(help="Only tasks of this priority, 0 to 3.", min=0, max=3)
    ] = None,
    text: Annotated[str | None, typer.Option(help="A part of the dossier's code or reference.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Only what nobody has taken.")] = False,
    deciding: Annotated[bool, typer.Option("--deciding", help="Only what decides, for you to do.")] = False,
    acting: Annotated[
        bool, typer.Option("--acting", help="Only tasks of absent officers for whom you act today.")
    ] = False,
    status: TaskStatus = TaskStatus.OPEN,
    sort: Sort = Sort.DUE,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=200)] = 50,
    after: Annotated[str | None, typer.Option(help="`page.after` of the page before.")] = None,
    json: Json = False,
) -> None:
    """List the tasks that you may work on or oversee."""
    wanted = TaskFilter(
        unit=unit,
        role=role,
        procedure=procedure,
        priority=priority,
        text=text,
        overdue=overdue,
        unassigned=unassigned,
        decides=deciding,
        acting=acting,
        status=status,
    )
    found = signals.run(_listed(wanted, sort, limit, after))
    if json:
        console.json(found)
        return
    rows = [
        (
            console.below(each["id"], each["name"]),
            each["dossier"]["code"] or each["dossier"]["reference"],
            _moment(each["due"]),
        )
        for each in found["items"]
    ]
    console.table("", ("id\nViệc", "Hồ sơ", "Hạn"), rows, whole=(0, 1))
    if found["page"]["after"]:
        console.line(f"--after {found['page']['after']}")


async def _listed(wanted: TaskFilter, sort: Sort, limit: int, after: str | None) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.READ)
        page = await worklist.search(
            DossierService(db),
            wanted,
            reader=caller.principal,
            at=now(),
            limit=limit,
            after=after,
            sort=sort,
            origin=origin,
            act="list_user_tasks",
        )
    return page.answer()


@app.command("counts")
def counted(by: Grouping = Grouping.DUE, json: Json = False) -> None:
    """Count the tasks that you may work on or oversee by group."""
    found = signals.run(_counted(by))
    if json:
        console.json(found)
    else:
        words = {Grouping.DUE: wording.DUE_GROUPS, Grouping.ROLE: wording.ROLES}.get(by, {})
        rows = [
            (each["name"] or words.get(each["key"], each["key"]) or "–", str(each["count"]))
            for each in found["groups"]
        ]
        console.table("", ("Nhóm", "Số việc"), rows, numbers=(1,))


async def _counted(by: Grouping) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.READ)
        return await counts.count(db, by, TaskFilter(), reader=caller.principal, at=now())


@app.command("follow-up")
def follow_up(
    task: Task,
    day: Annotated[str, typer.Argument(help="The day, YYYY-MM-DD; `none` takes it away.")],
) -> None:
    """Say when you look at a task again; only you see it."""
    try:
        named = None if day == "none" else date.fromisoformat(day)
    except ValueError:
        raise cli_errors.Usage(say("{day} is no day.", day=day)) from None
    signals.run(_followed(task, named))
    console.line(day)


async def _followed(task: UUID, day: date | None) -> None:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        await kept.follow_up(db, task, day, Keeper(caller.principal, now()))


@app.command("draft")
def draft(
    task: Task,
    content: Annotated[
        str | None,
        typer.Argument(help="The draft as JSON, as its address takes it; without it the draft is shown."),
    ] = None,
    discard: Annotated[bool, typer.Option("--discard", help="Take the draft away.")] = False,
) -> None:
    """Show, keep or discard your own draft of a step."""
    if content is not None and discard:
        raise cli_errors.Usage(say("Give a draft or --discard, not both."))
    console.json(signals.run(_draft(task, content, discard=discard)))


async def _draft(task: UUID, content: str | None, *, discard: bool) -> dict[str, Any]:
    body = None if content is None else schemas.StepDraft.model_validate_json(content)
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.READ if content is None and not discard else Scope.ACT)
        keeper = Keeper(caller.principal, now())
        if discard:
            return {"discarded": await kept.discard(db, task, keeper)}
        if body is None:
            return await kept.read(db, task, keeper)
        return await kept.save(db, task, body.model_dump(mode="json"), keeper)


@app.command("hand-on")
def hand_on(
    absent: Annotated[UUID, typer.Argument(help="Id of the absent officer.")],
    reason: Annotated[str, typer.Option(help="Why; officers read it.")],
    assignee: Annotated[
        UUID | None, typer.Option("--to", help="Id of who gets the tasks; their units where left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Hand the open tasks of an absent officer on, as a head or an administrator."""
    outcome = signals.run(_handed_on(bulk.Inbox(absent, assignee, reason)))
    _told(outcome, json=json)


async def _handed_on(inbox: bulk.Inbox) -> dict[str, Any]:
    told: list[dict[str, Any]] = []
    after: str | None = None
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        service = DossierService(db)
        while True:
            handed = await bulk.hand_on(service, inbox, actor=caller.principal, at=now(), after=after)
            told += map(rest.done, handed.items)
            after = handed.after
            if after is None:
                return {"items": told}


@app.command("bulk")
def many(
    content: Annotated[
        Path, typer.Argument(help='A JSON file: {"items": [{task, act, key, body}, …]}, at most 200.')
    ],
    json: Json = False,
) -> None:
    """Do many acts, each with its own key and its own outcome."""
    body = schemas.Bulk.model_validate_json(content.read_bytes())
    _told(signals.run(_many(body)), json=json)


async def _many(body: schemas.Bulk) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        return await rest.batch(DossierService(db), body, actor=caller.principal, at=now())


def _told(outcome: dict[str, Any], *, json: bool) -> None:
    """Print the outcome of each act; exit with 1 where one was refused."""
    if json:
        console.json(outcome)
    else:
        rows = [
            (each["task"], "✓" if each["done"] else each["problem"]["detail"]) for each in outcome["items"]
        ]
        console.table("", ("id", "Kết quả"), rows)
    if not all(each["done"] for each in outcome["items"]):
        raise typer.Exit(1)


def _moment(iso: str | None) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(localtime.ZONE):%H:%M %d/%m/%Y}" if iso else ""


async def _perform(door: TaskDoor, task: UUID, given: Mapping[str, Any]) -> dict[str, Any]:
    body = door.body.model_validate(dict(given))
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        outcome = await DossierService(db).perform(
            str(task),
            door.command(task, body),
            actor=caller.principal,
            at=now(),
            key=f"hoso tasks {uuid4()}".replace(" ", "-"),
            body=orjson.dumps(given),
        )
    return outcome.body


def _act(door: TaskDoor) -> Callable[..., None]:
    """The command of an act, with an option for each field of its body."""

    def act(task: UUID, json: bool, **said: Any) -> None:
        answer = signals.run(_perform(door, task, body_options.given(door.body, said)))
        if json:
            console.json(answer)
        else:
            name = answer["code"] or answer["reference"]
            console.line(f"{name} · {wording.STATUSES[answer['status']]}")

    act.__name__, act.__doc__ = door.name.value, door.says
    return body_options.signed(act, door.body, task=Task, json=Json)


for each in doors.DOORS:
    app.command(each.name.value)(_act(each))
