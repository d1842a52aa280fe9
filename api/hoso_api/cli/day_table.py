"""The day table of a deadline on the terminal."""

from datetime import date, datetime
from typing import Any

from hoso_api.cli import screen

WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def show(explained: dict[str, Any]) -> None:
    """Print one `hoso-deadline/1` as a table, its conclusion first."""
    due = datetime.fromisoformat(explained["due"]) if explained["due"] else None
    screen.out.print(
        f"[bold]{explained['term']['text']}[/] từ {_moment(explained['received'])}: "
        + (
            f"hạn [bold]{due:%H:%M %d/%m/%Y}[/]"
            if due
            else f"đang tạm dừng, còn lại {explained['remaining']}"
        )
    )
    if explained["provisional"]:
        screen.out.print(
            f"[yellow]Tạm tính[/]: dựa vào ngày nghỉ dự kiến {', '.join(map(_day, explained['relies_on']))}"
        )
    rows = [
        (_day(d["date"]), WEEKDAYS[d["weekday"] - 1], d["counted"] or "–", d["reason"])
        for d in explained["days"]
    ]
    screen.table("", ("Ngày", "Thứ", "Tính", "Lý do"), rows, numbers=(2,))
    for rule in explained["rules"]:
        screen.out.print(f"{rule['id']:>4}  {rule['text']} [dim]({rule['basis']})[/]")
    cal = explained["calendar"]
    screen.out.print(f"[dim]Lịch {cal['id']} phiên bản {cal['version']}: {cal['name']}[/]")


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%H:%M %d/%m/%Y}"
