"""`--calendar` and `--installation`: the calendars that scenarios know before the bundled ones."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

import hoso_calendar as wt
from hoso_api.cli import errors, signals
from hoso_api.installation import installation
from hoso_calendar.declarations import bundled
from hoso_calendar.messages import say, sentence
from hoso_workflows.organisation import calendar_texts

Calendars = Annotated[
    list[Path] | None,
    typer.Option(
        "--calendar",
        help="A TOML file of a calendar that scenarios name, called after its id; parents lie beside it. Repeatable.",
    ),
]
House = Annotated[
    bool,
    typer.Option("--installation", help="Know the installation's calendars, as a publication does."),
]


def texts(files: Iterable[Path] | None, *, house: bool) -> dict[str, bytes]:
    """Those of files, before those of the installation if asked for.

    Raises `Unreadable` for a file that is no calendar, `Usage` for two different ones of the same id.
    """
    found: dict[str, bytes] = {}
    for path in files or ():
        for name, text in _sources(path).items():
            if found.setdefault(name, text) != text:
                raise errors.Usage(say("--calendar {path}: another {id} was given.", path=path, id=name))
    return (signals.run(_stored()) if house else {}) | found


def _sources(path: Path) -> dict[str, bytes]:
    try:
        sources = bundled.file_sources(path)
        wt.compile(sources, path.stem)
    except wt.WorkingTimeError as refused:
        raise errors.Unreadable(path, sentence(refused)) from refused
    return sources


async def _stored() -> dict[str, bytes]:
    async with installation.opened() as db:
        return await calendar_texts.texts(db)
