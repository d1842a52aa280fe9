"""`hoso outbox`: list messages that wait or were set aside, and release these."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows import localtime
from hoso_workflows.notifications import mail_servers, undelivered
from hoso_workflows.notifications.undelivered import State, Way
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="Messages that wait to be sent or were set aside, and letting these go again.",
)

#: Where a message stands, in the words of those who read it.
WORDS = {
    State.WAITING: "Đang chờ gửi",
    State.REFUSED: "Bị nơi nhận từ chối",
    State.GIVEN_UP: "Không gửi được nhiều ngày",
    State.UNSURE: "Không rõ đã nhận hay chưa",
    State.UNREACHED: "Không đến được ai",
}


WAYS = {Way.MAIL: "thư", Way.WEBHOOK: "webhook"}


@app.callback()
def listed(
    context: typer.Context,
    aside: Annotated[
        bool, typer.Option("--aside", help="Only what was set aside, or has reached nobody.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the oldest first.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what is not sent, the oldest first, with how many there are of each kind."""
    if context.invoked_subcommand is not None:
        return
    found = signals.run(_found(aside, limit))
    if json:
        console.json(found)
        return
    at = now()
    ways = found["counts"]
    counted = [(WORDS[state], *(ways[way][state] for way in Way)) for state in State]
    console.table("", ("Tin nhắn", *(WAYS[way] for way in Way)), counted, numbers=(1, 2))
    for server in found["servers"]:
        since = f"{server['since'].astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"
        console.out.print(
            f"Máy chủ thư {server['server']} không dùng được từ {since}: {server['last_error']}"
        )
    rows = [_row(each, at) for each in found["items"]]
    heads = ("số", "trạng thái", "cách", "hồ sơ", "loại", "tuổi", "lần", "lỗi cuối")
    console.table("", heads, rows, numbers=(0, 6))


@app.command()
def release(
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers of messages set aside.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that was set aside.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Put messages that were set aside in line again, as if they had never been tried."""
    if bool(numbers) == every:
        raise errors.Usage(say("Name the numbers of messages (`hoso outbox --aside` lists them), or --all."))
    released = signals.run(_release(None if every else numbers))
    if json:
        console.json({"released": released})
    else:
        console.out.print(f"Đã xếp lại {released} tin để gửi.")


def _row(each: dict[str, Any], at: datetime) -> tuple[Any, ...]:
    age = at - each["created_at"]
    old = f"{age.days} ngày" if age.days > 0 else f"{int(age.total_seconds() // 60)} phút"
    return (
        *(each["id"], WORDS[each["status"]], WAYS[each["way"]], each["code"] or each["reference"]),
        *(each["topic"], old),
        *(each["attempts"], each["last_error"]),
    )


async def _found(aside: bool, limit: int) -> dict[str, Any]:
    async with installation.opened() as db:
        counted = await undelivered.tally(db)
        page = await undelivered.search(db, None, aside=aside, limit=limit)
        servers = await mail_servers.away(db)
        await operators.reads(db, "list_undelivered", None, (each.id for each in page.items))
    return {
        "counts": {
            str(way): {str(state): n for state, n in of.counts.items()} for way, of in counted.items()
        },
        "waiting_since": {str(way): of.waiting_since for way, of in counted.items()},
        "servers": [asdict(each) for each in servers],
        "items": [asdict(each) for each in page.items],
    }


async def _release(numbers: list[int] | None) -> int:
    at = now()
    async with installation.opened() as db:
        actor = await operators.entered(db, at=at)
        return await undelivered.release(db, numbers, None, actor=actor, at=at)
