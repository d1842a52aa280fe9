"""`hoso calendar`: show, check and compare working calendars, exchange days as iCalendar."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

import hoso_calendar as wt
from hoso_api.cli import calendar_revisions, console, errors, instants, output_modes, repairs
from hoso_calendar.declarations import ics
from hoso_calendar.messages import say

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Working calendars: show, check, import, export, compare; enter, approve and apply revisions.",
)
app.add_typer(calendar_revisions.app)
app.add_typer(repairs.calendars)

Name = Annotated[str, typer.Argument(help="A bundled calendar's id, or a TOML file called after its id.")]
AsOf = Annotated[str | None, typer.Option(help="Only what was announced by this date.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def listed(json: Json = False) -> None:
    """Name the bundled calendars."""
    calendars = [wt.load(name) for name in wt.names()]
    if json:
        console.json([_identity(cal) for cal in calendars])
        return
    rows = [(cal.id, cal.name, f"{cal.first.year}–{cal.last.year}", cal.version) for cal in calendars]
    console.table("", ("Lịch", "Tên", "Năm", "Phiên bản"), rows)


@app.command()
def show(
    calendar: Name = "vn",
    year: Annotated[int | None, typer.Option(help="The last year covered when absent.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the picture to this file instead.")] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Draw a year: every day's kind by a sign, so that no colour is needed to tell them apart."""
    cal = opened(calendar, as_of)
    chosen = cal.last.year if year is None else year
    if svg is not None:
        with output_modes.as_called():
            svg.write_text(wt.picture.svg(cal, chosen), encoding="utf-8")
        console.err.print(
            say("{svg} holds {calendar} {year}", svg=svg, calendar=cal.id, year=chosen),
            markup=False,
            soft_wrap=True,
        )
    elif json:
        console.json(
            {**_identity(cal), "year": chosen, "days": [_day(d) for d in cal.days if d.date.year == chosen]}
        )
    else:
        drawn = wt.picture.text(cal, chosen, console.out.width)
        console.out.print(drawn, end="", markup=False, soft_wrap=True)


@app.command()
def check(calendar: Name, json: Json = False) -> None:
    """Check a declaration: statutory days, substitutes, the moon, hours; exit 1 when something is wrong."""
    problems = _problems(calendar)
    if json:
        console.json(
            [
                {"calendar": p.calendar, "place": p.place, "line": p.line, "message": p.message}
                for p in problems
            ]
        )
    else:
        for problem in problems:
            console.out.print(problem.said, markup=False, soft_wrap=True)
        console.err.print(say("{n} to mend", n=len(problems)) if problems else say("Nothing to mend."))
    raise typer.Exit(errors.FINDINGS if problems else 0)


@app.command()
def export(
    calendar: Name = "vn", output: Annotated[Path | None, typer.Option("--output", "-o")] = None
) -> None:
    """Write a calendar's declared days as iCalendar."""
    data = ics.export(opened(calendar, None))
    if output is None:
        console.line(data.decode(), end="")
    else:
        with output_modes.as_called():
            output.write_bytes(data)


@app.command("import")
def imported(
    source: Annotated[Path, typer.Argument(help="An iCalendar file of whole-day events.")],
    calendar: Annotated[str, typer.Option(help="The id of the calendar to declare.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    extends: Annotated[str, typer.Option(help="The calendar it adds to.")] = "vn",
    output: Annotated[Path | None, typer.Option("--output", "-o")] = None,
) -> None:
    """Turn the days of an iCalendar file into a TOML declaration."""
    parent = opened(extends, None)
    days = ics.read(_readable(source).read_bytes(), parent.first, parent.last)
    document = ics.document(days, calendar, parent.id, name)
    if output is None:
        console.line(document.decode(), end="")
    else:
        with output_modes.as_called():
            output.write_bytes(document)


@app.command()
def diff(old: Name, new: Name, as_of: AsOf = None, json: Json = False) -> None:
    """List the dates that two calendars declare differently; with --as-of, OLD is read as known on that date."""
    changes = wt.diff(opened(old, as_of), opened(new, None))
    if json:
        console.json(
            [{"date": c.date, "old": c.old and _day(c.old), "new": c.new and _day(c.new)} for c in changes]
        )
    else:
        rows = [(f"{c.date:%d/%m/%Y}", _said(c.old), _said(c.new)) for c in changes]
        console.table("", ("Ngày", "Trước", "Sau"), rows)
    raise typer.Exit(errors.FINDINGS if changes else 0)


def opened(name: str, as_of: str | None) -> wt.WorkCalendar:
    """The bundled calendar of that id, or the one a TOML file declares."""
    try:
        day = None if as_of is None else date.fromisoformat(instants.iso(as_of))
    except ValueError:
        raise errors.Usage(say("--as-of {text}: write it as 11/02/2026 or 2026-02-11.", text=as_of)) from None
    path = Path(name)
    return wt.load_file(_readable(path), as_of=day) if path.suffix == ".toml" else wt.load(name, as_of=day)


def _problems(calendar: str) -> tuple[wt.Problem, ...]:
    """The problems of a calendar declaration and of the ones it extends.

    Raises UnknownCalendar for a name that is neither a file nor a known calendar.
    """
    path = Path(calendar)
    try:
        if path.suffix != ".toml":
            return wt.check(wt.sources(calendar), calendar)
        return wt.check(wt.file_sources(_readable(path)), path.stem)
    except wt.BadCalendar as bad:
        return bad.problems
    except wt.UnknownCalendar as unknown:
        if unknown.child is None:
            raise
        return (unknown.problem,)


def _readable(path: Path) -> Path:
    if not path.is_file():
        raise errors.Unreadable(path, say("no such file"))
    return path


def _identity(cal: wt.WorkCalendar) -> dict[str, Any]:
    return {"id": cal.id, "name": cal.name, "version": cal.version, "from": cal.first, "to": cal.last}


def _day(day: wt.Day) -> dict[str, Any]:
    return {
        "date": day.date,
        "kind": day.kind,
        "working": day.working,
        "slots": [str(slot) for slot in day.slots],
        "name": day.name,
        "basis": day.basis,
        "status": day.status,
    }


def _said(day: wt.Day | None) -> str:
    return "không có dữ liệu" if day is None else wt.table.kind(day) + (f": {day.name}" if day.name else "")
