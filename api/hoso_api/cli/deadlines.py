"""`hoso deadlines explain`: the day table of a stored or hypothetical date."""

import re
from datetime import datetime
from typing import Annotated, Any

import typer

import hoso_calendar as wt
from hoso_api.cli import calendars, console, day_table, errors, instants
from hoso_calendar.messages import say

_PAUSE = re.compile(r"^(\d{1,2}/\d{1,2}/\d{4}[^/]*|[^/]+)/(.*)$")

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Why a date is what it is, day by day.")


@app.callback()
def deadlines() -> None:
    # Without a callback the only command would take the place of its group.
    return


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
        console.json(explained) if json else dossier_explanation.show(explained)
        return
    if received is None or term is None:
        raise errors.Usage(say("Name a dossier, or give both --from and --term."))
    cal = calendars.opened(calendar, as_of)
    deadline = wt.deadline(
        cal,
        _instant(received, cal, "--from"),
        wt.Term.parse(term),
        pauses=[_pause(text, cal) for text in pause or ()],
        policy=wt.Policy.from_mapping(dict(_setting(text) for text in policy or ())),
    )
    explained = deadline.to_json()
    console.json(explained) if json else day_table.show(explained)


def _instant(text: str, cal: wt.WorkCalendar, option: str) -> datetime:
    try:
        instant = datetime.fromisoformat(instants.iso(text))
    except ValueError:
        raise errors.Usage(
            say(
                "{option} {text}: write it as 2026-02-11T10:00 or 11/02/2026 10:00.", option=option, text=text
            )
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=cal.zone)


def _pause(text: str, cal: wt.WorkCalendar) -> wt.Pause:
    start, slash, end = halves(text)
    if not slash:
        raise errors.Usage(
            say("--pause {text}: write FROM/TO, for example 2026-03-04T09:00/2026-03-06T09:00.", text=text)
        )
    return wt.Pause(_instant(start, cal, "--pause"), _instant(end, cal, "--pause") if end else None)


def halves(text: str) -> tuple[str, str, str]:
    """Both instants of a pause; slashes within a day are none between the two."""
    found = _PAUSE.match(text)
    return (found[1], "/", found[2]) if found else text.partition("/")


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise errors.Usage(say("--policy {text}: write key=value, for example cutoff=15:00.", text=text))
    if value in {"true", "false"}:
        return key, value == "true"
    return key, int(value) if value.isdecimal() else value
