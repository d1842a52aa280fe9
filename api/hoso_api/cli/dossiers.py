"""`hoso dossiers`: a dossier read and acted on by a token's holder.

Each act takes what its body takes over REST, checked by the same model, and is carried out by the same command function.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import typer

from hoso_api.cli import bearer, body_options, console, dossier_files, dossier_lists, papers, signals
from hoso_api.cli.dossier_files import Json, Key
from hoso_api.installation import installation
from hoso_api.rest.dossiers import act_endpoints
from hoso_api.rest.dossiers.act_endpoints import Door
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_api.translation import wording
from hoso_models.storage.database import Database
from hoso_workflows.correspondence import letter_views
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.embedding import entries
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.payments import fee_views
from hoso_workflows.tracking import course_views

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Dossiers: read one, and act on it as the holder of the token in HOSO_TOKEN.",
)

app.add_typer(papers.app)
app.add_typer(dossier_lists.app)


@app.command()
def show(key: Key, json: Json = False) -> None:
    """Show a dossier: where it stands, its dates, open tasks and papers."""
    found = signals.run(_read(key))
    if json:
        console.json(found)
        return
    console.line(f"{found['code'] or found['reference']} · {found['procedure']['name']}")
    rows = [
        ("Trạng thái", f"{wording.STATUSES[found['status']]} ({found['portal_code']})"),
        (
            "Lối vào",
            " · ".join(filter(None, (entries.WORDS.get(found.get("entry", "")), found.get("entry_site")))),
        ),
        ("Hạn theo luật", dossier_lists.moment(found["due_legal"])),
        ("Ngày hẹn trả", dossier_lists.moment(found["due_promised"])),
        ("Đã quá hạn từ", dossier_lists.moment(found["late_since"])),
        ("Hạn bổ sung", dossier_lists.moment(found["answer_due"])),
    ]
    console.table("", ("", ""), [row for row in rows if row[1]])
    tasks = [
        (each["step"], each["name"], each["unit"], dossier_lists.moment(each["due"]))
        for each in found.get("tasks", ())
    ]
    if tasks:
        console.table("Việc đang mở", ("Bước", "Tên", "Đơn vị", "Hạn"), tasks)


async def _read(key: str) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.READ)
        return await views.dossier(DossierService(db), key, reader=caller.principal, at=now(), origin=origin)


@app.command("fees")
def list_fees(key: Key, json: Json = False) -> None:
    """List what a dossier owes, and what was paid for it."""
    found = signals.run(_fees(key))
    if json:
        console.json(found)
        return
    fees = [
        (str(each["number"]), each["name"], *(_amount(each[name]) for name in ("amount", "paid", "open")))
        for each in found["fees"]
    ]
    console.table("", ("Số", "Phí, lệ phí", "Mức", "Đã nộp", "Còn phải nộp"), fees, numbers=(2, 3, 4))
    paid = [
        (
            console.below(each["id"], each["receipt"]),
            _amount(each["amount"]),
            _amount(sum(refund["amount"] for refund in each["refunds"])),
            dossier_lists.moment(each["paid_at"]),
            each["cancelled_for"] or "",
        )
        for each in found["payments"]
    ]
    if paid:
        columns = ("id\nBiên lai", "Số tiền", "Đã hoàn trả", "Lúc", "Hủy vì")
        console.table("Khoản thu", columns, paid, numbers=(1, 2))


async def _fees(key: str) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.READ)
        return await fee_views.listed(
            DossierService(db), key, reader=caller.principal, at=now(), origin=origin
        )


def _amount(dong: int | None) -> str:
    return "" if dong is None else f"{dong:,}".replace(",", ".")


@app.command("timeline")
def show_timeline(key: Key, json: Json = False) -> None:
    """Show what happened to a dossier, where and by whom."""
    found = signals.run(_read_course(course_views.read_timeline, key))
    if json:
        console.json(found)
        return
    rows = [
        (
            dossier_lists.moment(each["at"]),
            wording.HAPPENED[each["kind"]],
            each["unit_name"],
            each.get("actor"),
            each.get("step") or each.get("words") or each.get("reason"),
        )
        for each in found["items"]
    ]
    console.table("", ("Lúc", "Việc", "Đơn vị", "Ai", "Nội dung"), rows)


@app.command("accounting")
def show_account(key: Key, json: Json = False) -> None:
    """Show who had a dossier for how long, in working minutes, and what made it late."""
    found = signals.run(_read_course(course_views.read_account, key))
    if json:
        console.json(found)
        return
    rows = [(*_held(each), each["minutes"], each["counted"]) for each in found["parts"]]
    console.table(
        "", ("Ai giữ", "Đơn vị", "Cán bộ", "Phút", "Tính hạn"), [*rows, (_SUM, "", "", found["minutes"], "")]
    )
    if found["late"]:
        console.line(
            _LATE.format(minutes=found["late"], holder=" · ".join(filter(None, _held(found["reason"]))))
        )


def _held(place: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if place is None:
        return "", "", ""
    return wording.HOLDERS[place["holder"]], place["unit_name"] or "", place["officer_name"] or ""


_SUM, _LATE = "Tổng", "Quá hạn {minutes} phút làm việc: {holder}"


async def _read_course(read: Callable[..., Awaitable[dict[str, Any]]], key: str) -> dict[str, Any]:
    async with installation.opened() as db:
        caller, origin = await bearer.caller(db, Scope.READ)
        return await read(DossierService(db), key, reader=caller.principal, at=now(), origin=origin)


@app.command("letters")
def list_letters(key: Key, json: Json = False) -> None:
    """List the letters of a dossier, in the order of their issue."""
    found = signals.run(_letters(key))
    if json:
        console.json({"items": found})
    else:
        rows = [
            (
                console.below(each["id"], each["title"]),
                each["series"],
                dossier_lists.moment(each["issued_at"]),
            )
            for each in found
        ]
        console.table("", ("id\nGiấy tờ", "Số", "Lúc"), rows, whole=(0, 1))


async def _letters(key: str) -> list[dict[str, Any]]:
    async with installation.opened() as db:
        return await letter_views.listed(DossierService(db), key, await _reader(db))


async def _reader(db: Database) -> letter_views.Asked:
    caller, origin = await bearer.caller(db, Scope.READ)
    return letter_views.Asked(caller.principal, now(), Settings().public_origin, origin)


async def _perform(door: Door, key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    body = door.body.model_validate(dict(given))
    async with installation.opened() as db:
        caller, _ = await bearer.caller(db, Scope.ACT)
        outcome = await DossierService(db).perform(
            key, body.command(), actor=caller.principal, at=now(), body=orjson.dumps(given)
        )
    return outcome.body


def _act(door: Door) -> Callable[..., None]:
    """The command of an act, with an option for each field of its body."""

    def act(key: str, json: bool, **said: Any) -> None:
        answer = signals.run(_perform(door, key, body_options.given(door.body, said)))
        if json:
            console.json(answer)
        else:
            name, status = answer["code"] or answer["reference"], wording.STATUSES[answer["status"]]
            console.line(
                " · ".join(filter(None, (name, status, dossier_lists.moment(answer["due_promised"]))))
            )

    act.__name__, act.__doc__ = door.name.replace("-", "_"), door.says
    return body_options.signed(act, door.body, key=Key, json=Json)


for each in act_endpoints.DOORS:
    app.command(each.name)(_act(each))

app.command("attach")(dossier_files.attach)
app.command("exchange-result")(dossier_files.exchange_result)
app.command("correct-result")(dossier_files.correct_result)
app.command("attachments")(dossier_files.list_attachments)
app.command("attachment")(dossier_files.save_attachment)
app.command("offered")(dossier_files.list_offered)
app.command("sign-results")(dossier_files.sign_results)
app.command("attach-offered")(dossier_files.attach_offered)
