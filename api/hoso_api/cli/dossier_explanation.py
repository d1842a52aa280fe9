"""The explanation of a stored dossier, promise by promise, for the terminal."""

from datetime import datetime
from fractions import Fraction
from typing import Any

import hoso_calendar as wt
from hoso_api.cli import console, day_table, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_workflows import localtime
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService

KINDS = {
    "accepted": "Tiếp nhận",
    "restart": "Tính lại từ đầu sau khi bổ sung",
    "resume": "Tính tiếp sau khi bổ sung",
    "suspension_ended": "Hết thời gian không tính",
    "second": "Hẹn lần hai",
    "extension": "Gia hạn theo luật",
    "reappointment": "Xin lỗi và hẹn lại",
    "calendar_revision": "Lịch làm việc thay đổi",
}
VERDICTS = {"early": "trước hạn", "on_time": "đúng hạn", "late": "quá hạn"}


def of(key: str) -> dict[str, Any]:
    """The explanation of the dossier of a code or reference. Raises NotFound."""
    return signals.run(_of(key))


async def _of(key: str) -> dict[str, Any]:
    async with installation.opened() as db:
        explained = await views.explain(DossierService(db), key, reader=None, at=now())
        await operators.reads(db, views.EXPLAIN, explained["dossier"]["reference"])
        return explained


def show(explained: dict[str, Any]) -> None:
    """Print every cycle with its day table, then where the dates stand."""
    named, dates = explained["dossier"], explained["dates"]
    console.out.print(f"[bold]{named['code'] or named['reference']}[/] · thủ tục {named['procedure']}")
    if gone := explained.get("erased"):
        numbers = ", ".join(str(each["seq"]) for each in gone)
        console.out.print(f"Nội dung đã xóa theo luật: sự kiện {numbers}; tính lại từ những gì còn lưu.")
    for cycle in explained["cycles"]:
        console.out.print(f"\n[bold]{cycle['number']}. {KINDS[cycle['kind']]}[/] lúc {_moment(cycle['at'])}")
        day_table.show(cycle["deadline"])
    for step in explained["steps"]:
        if share := step["share"]:
            console.out.print(f"\n{step['name']}: {_numbers(share)}")
    console.out.print()
    for label, name in (
        ("Hẹn lần đầu", "due_first"),
        ("Hạn theo luật", "due_legal"),
        ("Hẹn trả", "due_promised"),
    ):
        console.out.print(f"{label:>14}: {_moment(dates[name]) if dates[name] else '–'}")
    if dates["verdict"]:
        console.out.print(f"{'Kết quả':>14}: {VERDICTS[dates['verdict']]}")


def _numbers(share: dict[str, Any]) -> str:
    """The numbers of a step's share of what is left of the term."""
    left = wt.Term(Fraction(share["whole"]) - Fraction(share["before"]), wt.Unit.DAYS)
    limit = wt.Term(Fraction(share["limit"]), wt.Unit.DAYS)
    counted = f"{limit} trong {left} còn lại = {share['minutes']} trong {share['left']} phút làm việc"
    return counted if share["fits"] else f"{counted}; các bước không còn vừa thời hạn"


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"
