"""Findings of an audit: one difference between a stored column and the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import compress
from operator import ne
from types import TracebackType
from typing import Any
from uuid import UUID

from hoso_calendar.messages import Message, say
from hoso_models import errors as storage

#: A finding before it has the name of its dossier: what, as it is stored, as the events say it.
Found = tuple[str, Any, Any]
#: In the place of a row that one side has and the other has not.
PRESENT, ABSENT = say("present"), say("absent")


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that differs from the events."""

    reference: str
    #: Which projection, and which of its rows and columns.
    what: str
    stored: Any
    said: Any
    #: None before acceptance.
    code: str | None = None

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Message:
        """The difference for people."""
        return say(
            "{dossier}: {what} is stored as {stored!r}, its events say {said!r}",
            dossier=f"{self.reference} ({self.code})" if self.code else self.reference,
            what=self.what,
            stored=_shown(self.stored),
            said=_shown(self.said),
        )


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@dataclass(slots=True)
class Findings:
    """The differences of one dossier. An unreadable part does not hide those of the others."""

    reference: str
    code: str | None
    differences: list[Difference] = field(default_factory=list)

    def add(self, what: str, stored: Any, payload: Any) -> None:
        """Note one."""
        self.differences.append(Difference(self.reference, what, stored, payload, self.code))

    def extend(self, found: Iterable[Found]) -> None:
        """Note several."""
        for each in found:
            self.add(*each)

    def guarded(self, part: str) -> Guarded:
        """Turn any error in the block into a difference of that part. An unavailable database is still raised."""
        return Guarded(self, part)


@dataclass(slots=True)
class Guarded:
    """A block whose errors are differences. Each dossier has some forty."""

    findings: Findings
    part: str

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        # A spoilt history raises anything.
        if not isinstance(error, Exception) or isinstance(error, storage.StorageError):
            return False
        self.findings.add(self.part, repr(error), say("readable"))
        return True


def rows(what: str, stored: Mapping[str, Any], payload: Mapping[str, Any]) -> Iterator[Found]:
    """Differences between rows of the same name. Each column, or the whole row where one side has none."""
    for name in sorted(stored.keys() | payload.keys()):
        if name not in payload:
            yield f"{what} {name}", PRESENT, ABSENT
        elif name not in stored:
            yield f"{what} {name}", ABSENT, PRESENT
        else:
            yield from columns(f"{what} {name}", stored[name], payload[name])


def columns(what: str, stored: Mapping[str, Any], payload: Mapping[str, Any]) -> Iterator[Found]:
    """Differences between the columns of two rows. Columns absent from the events are not compared."""
    # Most are equal as they are; only instants and ids have to be made comparable first.
    for name, value in compress(payload.items(), map(ne, map(stored.get, payload), payload.values())):
        there = stored.get(name)
        if not _same(name, there, value) and (there := plain(name, there)) != (told := plain(name, value)):
            yield f"{what} {name}", there, told


def _same(name: str, stored: Any, value: Any) -> bool:
    """True where text says the same instant or id, which is nearly always; `plain` tells of all else."""
    if type(stored) is not str:
        return False
    if isinstance(value, datetime):
        return _is_instant(name) and datetime.fromisoformat(stored) == value
    return isinstance(value, UUID) and stored == _text(value)


#: The same few ids stand in many rows.
_text = lru_cache(maxsize=4_096)(str)


def plain(name: str, value: Any) -> Any:
    """A comparable form of a value. Instants stay instants; ids and words become text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC) if _is_instant(name) else str(value)
    if isinstance(value, dict):
        return {str(key): plain(str(key), each) for key, each in value.items()}
    return str(value) if isinstance(value, UUID) else value


@lru_cache(maxsize=4_096)
def _is_instant(name: str) -> bool:
    """True for the name of a column that holds an instant."""
    return name == "at" or name.endswith(_INSTANTS)


#: How the names of columns end that hold an instant.
_INSTANTS = (
    *("_at", "_due", "_since", "_late_from"),
    *("due_first", "due_legal", "due_promised", "due_own", "due_plan", "due_dossier"),
)
