"""Compilation of declared documents into a calendar, once for each version."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.declarations import validation
from hoso_calendar.declarations.declaration import Declaration
from hoso_calendar.declarations.inheritance import Lineage
from hoso_calendar.declarations.parser import line_of, read
from hoso_calendar.errors import BadCalendar, Problem, UnknownCalendar
from hoso_calendar.messages import say


def compile(documents: Mapping[str, bytes], calendar: str, as_of: date | None = None) -> WorkCalendar:  # noqa: A001 - the design's public name
    """Compile `calendar` with everything it inherits, as it was known on `as_of`.

    Without `as_of` everything declared is known. `documents` are TOML bytes by id and hold every parent. Raises
    `UnknownCalendar` for an absent one and `BadCalendar`, with every problem found, for a chain that must not be counted with.
    Equal documents give the same, cached object.
    """
    known = as_of.date() if isinstance(as_of, datetime) else as_of
    return _compiled(tuple((name, documents[name]) for name in _chain(documents, calendar)), known)


def check(documents: Mapping[str, bytes], calendar: str) -> tuple[Problem, ...]:
    """Every problem of a calendar and its parents; empty if it is usable."""
    try:
        compile(documents, calendar)
    except BadCalendar as bad:
        return bad.problems
    except UnknownCalendar as unknown:
        return (unknown.problem,)
    return ()


def _chain(documents: Mapping[str, bytes], calendar: str) -> Iterator[str]:
    """Ids from the calendar up to its root."""
    seen: list[str] = []
    name: str | None = calendar
    while name is not None:
        if name not in documents:
            child = seen[-1] if seen else None
            line = line_of(documents[child], "extends") if child else None
            raise UnknownCalendar(name, sorted(documents), child, line)
        if name in seen:
            circle = say("inheritance runs in a circle: {chain}", chain=" → ".join([*seen, name]))
            line = line_of(documents[calendar], "extends")
            raise BadCalendar([Problem(calendar, "extends", line, circle)])
        seen.append(name)
        yield name
        name = declared(documents[name], name).extends


@lru_cache(maxsize=256)
def declared(document: bytes, calendar: str) -> Declaration:
    """One document as records, read once for each version."""
    return read(document, calendar)


@lru_cache(maxsize=256)
def _compiled(chain: tuple[tuple[str, bytes], ...], as_of: date | None) -> WorkCalendar:
    lineage = Lineage(tuple(declared(document, name) for name, document in chain), as_of)
    validation.refuse(lineage)
    versions = "".join(f"{level.id}:{level.digest}\n" for level in lineage.levels)
    digest = hashlib.sha256(versions.encode()).hexdigest()[:16]
    return WorkCalendar(
        id=lineage.leaf.id,
        name=lineage.leaf.name,
        version=digest if as_of is None else f"{digest}@{as_of.isoformat()}",
        timezone=lineage.timezone,
        days=tuple(lineage.days()),
        confirmed=lineage.leaf.confirmed,
        nominal_day=lineage.nominal_day,
        as_of=as_of,
    )
