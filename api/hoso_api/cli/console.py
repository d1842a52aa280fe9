"""Output to the terminal: tables on stdout, JSON for programs, progress on stderr."""

import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import orjson
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from hoso_calendar.messages import Message, translated

#: Columns beyond which a table is narrow.
WIDE_TABLE = 6
#: What a terminal obeys instead of showing it: control characters but for tab and newline, overrides of the direction of
#: writing; and halves of a surrogate pair, which cannot be written.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text in the reader's language, control characters escaped.

    What a terminal would obey is written out, as in `\\x1b`.
    """
    text = translated(text) if isinstance(text, Message) else text
    return _CONTROL_CHARACTERS.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


class Screen(Console):
    """A terminal that shows every text as it is and obeys none."""

    def print(self, *shown: Any, **options: Any) -> None:
        """Print texts and tables."""
        super().print(*(visible(each) if isinstance(each, str) else each for each in shown), **options)


#: For what was asked for.
out = Screen(highlight=False)
#: For how it goes; silent when nobody looks.
err = Screen(stderr=True, highlight=False)


def json(value: Any) -> None:
    """Print `value` as indented JSON, dates in ISO 8601.

    Floats, keys and order stay as given; what a terminal would obey is escaped.
    """
    # Only here: it takes the packages that a call for help does without.
    from hoso_api.http import encoding

    text = encoding.encode(value, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    sys.stdout.buffer.write(
        _CONTROL_CHARACTERS.sub(lambda found: f"\\u{ord(found.group()):04x}", text).encode()
    )
    sys.stdout.flush()


def line(text: str, end: str = "\n") -> None:
    """Print one line for another program, control characters escaped. Nothing else is changed."""
    typer.echo(visible(text) + end, nl=False)


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    numbers: Sequence[int] = (),
    whole: Sequence[int] = (0,),
) -> None:
    """Print a table of text as it is, without markup.

    Of its columns (from 0) those in `whole` are never broken, those in `numbers` are aligned to the right.
    One of many columns gives up the space around its cells before it breaks a word in the 80 columns of a terminal.
    Without rows it says so, in place of an empty frame.
    """
    rows = list(rows)
    if not rows:
        out.print(Text(f"{title}: không có" if title else "Không có"))
        return
    grid = Table(
        title=Text(visible(title)) if title else None,
        title_justify="left",
        show_header=any(columns),
        header_style="bold",
        expand=False,
        padding=(0, 0 if len(columns) > WIDE_TABLE else 1),
    )
    for place, column in enumerate(columns):
        side: Literal["left", "right"] = "right" if place in numbers else "left"
        grid.add_column(visible(column), justify=side, overflow="fold", no_wrap=place in whole)
    for row in rows:
        # brackets in a name or a basis are no markup
        grid.add_row(
            *(
                Text("" if cell is None else visible(cell if isinstance(cell, str) else str(cell)))
                for cell in row
            )
        )
    out.print(grid)


def below(identity: object, text: str | None) -> str:
    """An id with a text below it that is no wider.

    One cell of a narrow table.
    """
    return "\n".join((str(identity), *textwrap.wrap(text or "", len(str(identity)))))


def progress() -> Progress:
    """A progress bar on stderr, removed when done. Nothing is shown when stderr is not a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
