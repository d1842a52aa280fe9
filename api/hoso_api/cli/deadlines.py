"""`hoso deadlines explain`: the day table of a date, of a dossier or of a question "what if"."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

import hoso_calendar as wt
from hoso_api.cli import calendars, faults, screen

app = typer.Typer(no_args_is_help=True, help="Why a date is what it is, day by day.")

WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


@app.callback()
def deadlines() -> None:
    """Why a date is what it is, day by day."""


@app.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="Code or reference of a dossier.")] = None,
    calendar: Annotated[str, typer.Option(help="A bundled calendar's id, or a TOML file.")] = "vn",
    received: Annotated[
        str | None, typer.Option("--from", help="Receipt; without an offset it is local.")
    ] = None,
    term: Annotated[str | None, typer.Option(help='For example "5 ngày làm việc" or "PT4H".')] = None,
    pause: Annotated[list[str] | None, typer.Option(help="FROM/TO; an open one ends in a slash.")] = None,
    policy: Annotated[list[str] | None, typer.Option(help="key=value, as in a procedure's policy.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was announced by this date.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole explanation as JSON.")] = False,
) -> None:
    """Explain a dossier's dates, or the date that a term counted from an instant would give."""
    if code is not None:
        from hoso_api.cli import dossier_explanation

        explained = dossier_explanation.of(code)
        screen.json(explained) if json else dossier_explanation.show(explained)
        return
    if received is None or term is None:
        raise faults.Usage("Name a dossier, or give both --from and --term.")
    cal = calendars.opened(calendar, as_of)
    deadline = wt.deadline(
        cal,
        _instant(received, cal, "--from"),
        wt.Term.parse(term),
        pauses=[_pause(text, cal) for text in pause or ()],
        policy=wt.Policy.from_mapping(dict(_setting(text) for text in policy or ())),
    )
    explained = deadline.to_json()
    screen.json(explained) if json else show(explained)


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


def _instant(text: str, cal: wt.WorkCalendar, option: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise faults.Usage(f"{option} {text}: write it as 2026-02-11T10:00.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=cal.zone)


def _pause(text: str, cal: wt.WorkCalendar) -> wt.Pause:
    start, slash, end = text.partition("/")
    if not slash:
        raise faults.Usage(f"--pause {text}: write FROM/TO, for example 2026-03-04T09:00/2026-03-06T09:00.")
    return wt.Pause(
        _instant(start, cal, "--pause"), _instant(end, cal, "--pause") if end else None, "--pause"
    )


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise faults.Usage(f"--policy {text}: write key=value, for example cutoff=15:00.")
    if value in {"true", "false"}:
        return key, value == "true"
    return key, int(value) if value.isdigit() else value


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%H:%M %d/%m/%Y}"
