"""The day table of a deadline on the terminal."""

from datetime import date, datetime
from typing import Any

from rich.markup import escape

from hoso_api.cli import console

WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def show(explained: dict[str, Any]) -> None:
    """Print one `hoso-deadline/1` as a table, its conclusion first."""
    due = datetime.fromisoformat(explained["due"]) if explained["due"] else None
    console.out.print(
        f"[bold]{escape(explained['term']['text'])}[/] từ {_moment(explained['received'])}: "
        + (f"hạn [bold]{due:%H:%M %d/%m/%Y}[/]" if due else f"đang tạm dừng, còn lại {_left(explained)}")
    )
    if explained["provisional"]:
        console.out.print(
            f"[yellow]Tạm tính[/]: dựa vào ngày nghỉ dự kiến {', '.join(map(_day, explained['relies_on']))}"
        )
    rows = [
        (_day(d["date"]), WEEKDAYS[d["weekday"] - 1], d["counted"] or "–", d["reason"])
        for d in explained["days"]
    ]
    console.table("", ("Ngày", "Thứ", "Tính", "Lý do"), rows, numbers=(2,))
    for rule in explained["rules"]:
        console.out.print(f"{rule['id']:>4}  {rule['text']} [dim]({escape(rule['basis'])})[/]")
    cal = explained["calendar"]
    console.out.print(f"[dim]Lịch {cal['id']} phiên bản {cal['version']}: {escape(cal['name'])}[/]")


def _left(explained: dict[str, Any]) -> str:
    """The remainder of the term during an open pause, in the term's unit."""
    if any(day["minutes"] is not None for day in explained["days"]):
        return f"{explained['remaining']} phút"
    units = {"working_days": "ngày làm việc", "half_days": "nửa ngày làm việc"}
    return f"{explained['remaining']} {units.get(explained['term']['unit'], 'ngày')}"


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%H:%M %d/%m/%Y}"
