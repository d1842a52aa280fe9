"""`hoso webhooks`: receivers of signed events about dossiers."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation, master_key
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_models import ReceiverKind
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.pagination import MOST
from hoso_workflows.webhooks import changes, deliveries, receivers
from hoso_workflows.webhooks.changes import Change
from hoso_workflows.webhooks.deliveries import DeliveryState
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Entry, Given, Receiver
from hoso_workflows.webhooks.settings import WebhookSettings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Systems that are sent signed events: list, enter, change, new secret, try out, last messages, end.",
)
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
ReceiverId = Annotated[UUID, typer.Argument(help="The receiver's id, as the list shows it.")]
_Found = TypeVar("_Found")
#: Where a message stands, in the words of those who read it.
WORDS = {
    DeliveryState.SENT: "Đã nhận",
    DeliveryState.WAITING: "Đang chờ gửi",
    DeliveryState.SET_ASIDE: "Bị giữ lại",
    DeliveryState.DROPPED: "Không cần gửi nữa",
}


@app.command("list")
def listed(json: Json = False) -> None:
    """List the receivers, with how they have answered lately."""
    found = signals.run(_done(lambda db, _who, at: receivers.listed(db, None, at=at)))
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [(console.below(each.id, each.unit), each.name, _standing(each), each.waiting) for each in found]
    console.table("", ("id\nĐơn vị", "Tên", "Tình trạng", "Chờ gửi"), rows, numbers=(3,), whole=(0,))


@app.command()
def enter(
    unit: Annotated[str, typer.Argument(help="Code of the unit whose dossiers it hears of.")],
    name: Annotated[str, typer.Argument(help="What it is called here.")],
    url: Annotated[str, typer.Argument(help="Where messages are posted.")],
    event: Annotated[list[Event], typer.Option(help="An event that it is sent; may be repeated.")],
    gateway: Annotated[bool, typer.Option("--gateway", help="It tells applicants, as SMS.")] = False,
    contact: Annotated[
        bool, typer.Option("--contact", help="It is told the applicant's telephone number.")
    ] = False,
    json: Json = False,
) -> None:
    """Enter a receiver, and show its secret this once."""
    kind = ReceiverKind.GATEWAY if gateway else ReceiverKind.SYSTEM
    entry, hosts = Entry(unit, kind, name, url, event, contact), WebhookSettings.read().webhook_inner_hosts
    _show(
        signals.run(
            _done(
                lambda db, who, at: receivers.enter(
                    db, _seal(), entry, actor=who, at=at, inner_hosts=hosts, operator=True
                )
            )
        ),
        json=json,
    )


@app.command()
def change(
    receiver: ReceiverId,
    name: Annotated[str | None, typer.Option(help="What it is called here from now on.")] = None,
    url: Annotated[str | None, typer.Option(help="Where messages are posted from now on.")] = None,
    event: Annotated[
        list[Event] | None, typer.Option(help="An event that it is sent from now on; name all of them.")
    ] = None,
    contact: Annotated[
        bool | None,
        typer.Option("--contact/--no-contact", help="A gateway is told the applicant's telephone number."),
    ] = None,
    json: Json = False,
) -> None:
    """Change a receiver; what is not named stays, and what waits goes to the new address."""
    asked, hosts = Change(name, url, event or None, contact), WebhookSettings.read().webhook_inner_hosts
    found = signals.run(
        _done(
            lambda db, who, at: changes.change(
                db, receiver, asked, actor=who, at=at, inner_hosts=hosts, operator=True
            )
        )
    )
    if json:
        console.json(asdict(found))
    else:
        console.line(f"{found.name}: {found.url}")


@app.command()
def rotate(
    receiver: ReceiverId,
    overlap: Annotated[
        int, typer.Option(min=0, max=168, help="Hours for which the old one stays good.")
    ] = 24,
    json: Json = False,
) -> None:
    """Make a new secret for a receiver, and show it this once."""
    lasting = timedelta(hours=overlap)
    _show(
        signals.run(
            _done(
                lambda db, who, at: receivers.rotate(
                    db, _seal(), receiver, actor=who, at=at, overlap=lasting, operator=True
                )
            )
        ),
        json=json,
    )


@app.command()
def end(receiver: ReceiverId) -> None:
    """End a receiver: nothing goes there any more, nor what waits."""
    signals.run(_done(lambda db, who, at: receivers.end(db, receiver, actor=who, at=at, operator=True)))


@app.command("test")
def tried(receiver: ReceiverId) -> None:
    """Put a test message for a receiver in line; it goes out with the next round."""
    number = signals.run(
        _done(lambda db, who, at: deliveries.try_out(db, receiver, actor=who, at=at, operator=True))
    )
    console.line(str(number))


@app.command("messages")
def messages(
    receiver: ReceiverId,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 20,
    json: Json = False,
) -> None:
    """List the last messages of a receiver."""
    found = signals.run(_messages(receiver, limit))
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [
        (each.id, each.type, each.code or each.reference, WORDS[each.status], each.attempts, each.last_error)
        for each in found
    ]
    console.table("", ("số", "loại", "hồ sơ", "trạng thái", "lần", "lỗi cuối"), rows, numbers=(0, 4))


def _standing(each: Receiver) -> str:
    if each.ended_at is not None:
        return "Đã ngừng"
    if each.failing_since is None:
        return "Nhận được"
    return f"Không nhận từ {each.failing_since.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}: {each.last_error}"


def _show(given: Given, *, json: bool) -> None:
    if json:
        console.json(asdict(given))
    else:
        console.line(f"{given.receiver}\n{given.secret}")


def _seal() -> Seal:
    return master_key.seal(Settings().master_key_file)


async def _done(act: Callable[[Database, UUID, datetime], Awaitable[_Found]]) -> _Found:
    at = now()
    async with installation.opened() as db:
        return await act(db, await operators.entered(db, at=at), at)


async def _messages(receiver: UUID, limit: int) -> Any:
    async with installation.opened() as db:
        page = await deliveries.listed(db, receiver, None, limit=limit)
        await operators.reads(db, deliveries.LIST, str(receiver), (each.id for each in page.items))
    return page.items
