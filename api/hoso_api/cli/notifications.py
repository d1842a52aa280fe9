"""`hoso notifications`: notices and addresses of a token's holder."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import bearer, console, errors, signals
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models import MailLanguage
from hoso_workflows import localtime
from hoso_workflows.identity import contact_points
from hoso_workflows.identity.refusals import MailMissing
from hoso_workflows.notifications import email, notices, outbox, preferences
from hoso_workflows.notifications.notices import Reach
from hoso_workflows.notifications.outbox import AtOnce
from hoso_workflows.notifications.preferences import Preference
from hoso_workflows.operation.rate_limit import DEFAULTS, RateLimit
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="Your notices and the addresses that mail goes to, as the holder of HOSO_TOKEN.",
)
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Contact = Annotated[UUID, typer.Argument(help="The contact point's id, as `contacts` lists it.")]

#: How far a notice has come, in the words of those who read it.
WORDS = {
    Reach.LISTED: "Có trong danh sách",
    Reach.SENT: "Đã gửi thư",
    Reach.UNDELIVERABLE: "Thư không gửi được",
}


@app.callback()
def listed(
    context: typer.Context,
    unread: Annotated[bool, typer.Option("--unread", help="Only what was not read.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List your notices, unread ones first."""
    if context.invoked_subcommand is not None:
        return
    found = signals.run(_listed(unread, limit))
    if json:
        console.json(found)
        return
    rows = [
        (
            each["id"],
            "" if each["read_at"] else "mới",
            _moment(each["at"]),
            each["title"],
            WORDS[each["status"]],
        )
        for each in found["items"]
    ]
    console.table("", ("số", "", "lúc", "thông báo", "đã đến"), rows, numbers=(0,))
    console.line(f"Chưa đọc: {found['unread']}")


@app.command()
def read(
    notice: Annotated[int | None, typer.Argument(help="The notice's number.", min=1)] = None,
    up_to: Annotated[int | None, typer.Option(help="All up to this number.", min=1)] = None,
    json: Json = False,
) -> None:
    """Mark a notice as read, or all up to a number."""
    if (notice is None) == (up_to is None):
        raise errors.Usage(say("Name one notice, or --up-to and the last one that you have seen."))
    left = signals.run(_read(notice, up_to))
    if json:
        console.json({"unread": left})
    else:
        console.line(f"Chưa đọc: {left}")


@app.command()
def contacts(json: Json = False) -> None:
    """List your addresses and numbers."""
    _show(signals.run(_contacts()), json=json)


@app.command("add-contact")
def add_contact(
    address: Annotated[str, typer.Argument(help="Address of e-mail.")], json: Json = False
) -> None:
    """Enter an address of e-mail; a code is mailed there."""
    _mailed(*signals.run(_added(address)), json=json)


@app.command("send-code")
def send_code(contact: Contact, json: Json = False) -> None:
    """Have a new code mailed to an address of yours."""
    _mailed(contact, signals.run(_code(contact)), json=json)


@app.command("confirm-contact")
def confirm_contact(
    contact: Contact,
    code: Annotated[str, typer.Argument(help="The six digits that were mailed.")],
    json: Json = False,
) -> None:
    """Prove an address by the code that was mailed there."""
    _show(signals.run(_confirmed(contact, code)), json=json)


@app.command("end-contact")
def end_contact(contact: Contact, json: Json = False) -> None:
    """End an address or number of your own."""
    _show(signals.run(_ended(contact)), json=json)


def _show(found: Sequence[contact_points.ContactPoint], *, json: bool) -> None:
    if json:
        console.json({"items": [asdict(each) for each in found]})
        return
    rows = [
        (each.id, each.value, _moment(each.verified_at) if each.verified_at else "chưa xác nhận")
        for each in found
    ]
    console.table("", ("id", "Địa chỉ", "Xác nhận"), rows)


def _mailed(contact: UUID, fate: AtOnce | None, *, json: bool) -> None:
    if json:
        sent = {"mailed": fate is AtOnce.SENT, "queued": fate is AtOnce.QUEUED}
        console.json({"id": contact, **sent})
    else:
        console.line(f"{contact} · {_FATES[fate]}")


#: What became of a code; None where the address is proved already.
_FATES = {
    AtOnce.SENT: "Đã gửi mã xác nhận",
    AtOnce.QUEUED: "Mã xác nhận được gửi trong ít phút",
    AtOnce.REFUSED: "Chưa gửi mã xác nhận",
    None: "Đã xác nhận từ trước",
}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"


async def _listed(unread: bool, limit: int) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.READ)
        page = await notices.listed(db, caller.principal, unread=unread, limit=limit)
        left = await notices.unread(db, caller.principal)
    return {"unread": left, "items": [asdict(each) for each in page.items]}


async def _read(notice: int | None, up_to: int | None) -> int:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        if notice is not None:
            await notices.mark(db, caller.principal, notice, at=now())
        else:
            await notices.mark_up_to(db, caller.principal, up_to or 0, at=now())
        return await notices.unread(db, caller.principal)


@app.command("delivery")
def delivery(
    language: Annotated[MailLanguage | None, typer.Option(help="The language of mails to you.")] = None,
    digest: Annotated[
        bool | None, typer.Option("--digest/--no-digest", help="One mail at the opening of each working day.")
    ] = None,
    quiet: Annotated[
        bool | None, typer.Option("--quiet/--no-quiet", help="No mail outside of office hours.")
    ] = None,
    urgent: Annotated[
        bool | None, typer.Option("--urgent/--no-urgent", help="What is urgent waits for neither.")
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option(help="Times without word of your own dossiers, as 21:00-06:00; usual, or none."),
    ] = None,
    json: Json = False,
) -> None:
    """Show how you are told by mail, and change what is named."""
    said = {"language": language, "digest": digest, "quiet": quiet, "urgent_at_once": urgent}
    named = {name: value for name, value in said.items() if value is not None}
    found = signals.run(_wished(named if hours is None else {**named, **_hours(hours)}))
    if json:
        console.json(preferences.document(found))
        return
    rows = [
        ("Tiếng của thư", "Tiếng Việt" if found.language is MailLanguage.VIETNAMESE else "English"),
        ("Thư tổng hợp đầu ngày làm việc", _yes(found.digest)),
        ("Không gửi ngoài giờ làm việc", _yes(found.quiet)),
        ("Việc gấp gửi ngay", _yes(found.urgent_at_once)),
        ("Giờ không báo về hồ sơ của mình", _times(found)),
    ]
    console.table("", ("Cách nhận thư", ""), rows)


def _yes(said: bool) -> str:
    return "có" if said else "không"


def _hours(said: str) -> dict[str, time | None]:
    """The hours of an option. Raises Usage."""
    if said == "usual":
        return {"quiet_from": None, "quiet_until": None}
    begin, _, end = ("00:00", "", "00:00") if said == "none" else said.partition("-")
    try:
        return {"quiet_from": time.fromisoformat(begin), "quiet_until": time.fromisoformat(end)}
    except ValueError:
        raise errors.Usage(say("Name the hours as 21:00-06:00, or usual, or none.")) from None


def _times(found: Preference) -> str:
    if found.quiet_from is None or found.quiet_until is None:
        return "theo hệ thống"
    if found.quiet_from == found.quiet_until:
        return "không"
    return f"{found.quiet_from:%H:%M} – {found.quiet_until:%H:%M}"


async def _wished(said: Mapping[str, Any]) -> Preference:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.REGISTER if said else Scope.READ)
        found = await preferences.of(db, caller.principal)
        if said:
            found = replace(found, **said)
            await preferences.keep(db, caller.principal, found, at=now())
        return found


async def _contacts() -> Sequence[contact_points.ContactPoint]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.READ)
        return await contact_points.listed(db, caller.principal)


async def _added(address: str) -> tuple[UUID, AtOnce | None]:
    ways = _ways()
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.REGISTER)
        limits = RateLimit(db, {**DEFAULTS, **Settings().limits})
        entered, sent = await contact_points.enter(db, limits, ways, caller.principal, address, at=now())
    return entered.id, sent


async def _code(contact: UUID) -> AtOnce:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.REGISTER)
        limits = RateLimit(db, {**DEFAULTS, **Settings().limits})
        return await contact_points.send_code(db, limits, _ways(), caller.principal, contact, at=now())


def _ways() -> Sequence[outbox.Transport]:
    """The ways out. Raises MailMissing where there is none."""
    ways = email.transports(email.MailSettings.read())
    if not ways:
        raise MailMissing
    return ways


async def _confirmed(contact: UUID, code: str) -> Sequence[contact_points.ContactPoint]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.REGISTER)
        await contact_points.confirm(db, caller.principal, contact, code, at=now())
        return await contact_points.listed(db, caller.principal)


async def _ended(contact: UUID) -> Sequence[contact_points.ContactPoint]:
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.REGISTER)
        async with db.transaction() as tx:
            await contact_points.end(tx, caller.principal, contact, at=now())
        return await contact_points.listed(db, caller.principal)
