"""The calendars that come with the package, and calendars in files."""

from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.declarations import compilation, parser
from hoso_calendar.errors import UnknownCalendar


@cache  # a child process that runs scenarios can list no folder any more
def names() -> tuple[str, ...]:
    """Ids of the bundled calendars."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml")
        )
    )


def load(calendar: str, as_of: date | None = None) -> WorkCalendar:
    """A bundled calendar as it was known on `as_of`.

    Equal arguments give the same object; `UnknownCalendar` lists the calendars there are.
    """
    return compilation.compile(dict(_bundled(calendar)), calendar, as_of)


def sources(calendar: str) -> dict[str, bytes]:
    """TOML documents of a bundled calendar and of all it extends, by id."""
    return dict(_bundled(calendar))


@lru_cache(maxsize=64)
def _bundled(calendar: str) -> tuple[tuple[str, bytes], ...]:
    return tuple(_documents(calendar))


def load_file(path: Path | str, as_of: date | None = None) -> WorkCalendar:
    """The calendar in a TOML file called after its id.

    Parents are looked for beside the file, then among the bundled calendars.
    """
    file = Path(path)
    return compilation.compile(file_sources(file), file.stem, as_of)


def file_sources(path: Path | str) -> dict[str, bytes]:
    """The documents that `load_file` compiles, by id; `UnknownCalendar` where there is no such file."""
    file = Path(path)
    if not file.is_file():
        raise UnknownCalendar(str(path), names())
    return dict(_documents(file.stem, file.parent))


def _documents(calendar: str, beside: Path | None = None) -> Iterator[tuple[str, bytes]]:
    name: str | None = calendar
    seen: dict[str, bytes] = {}
    while name is not None and name not in seen:
        document = _document(name, beside)
        if document is None:
            child, text = next(reversed(seen.items()), (None, b""))
            raise UnknownCalendar(name, names(), child, parser.line_of(text, "extends"))
        seen[name] = document
        yield name, document
        name = compilation.declared(document, name).extends


def _document(calendar: str, beside: Path | None) -> bytes | None:
    if beside is not None and (beside / f"{calendar}.toml").is_file():
        return (beside / f"{calendar}.toml").read_bytes()
    return (_folder() / f"{calendar}.toml").read_bytes() if calendar in names() else None


def _folder() -> resources.abc.Traversable:
    return resources.files("hoso_calendar") / "calendars"
