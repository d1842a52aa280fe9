"""Counts of a dossier that a revision of a calendar concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RevisedCounts:
    """The counts that go on by the calendar of a revision.

    A new version of a calendar concerns whatever is counted by that calendar. Where a unit keeps another calendar from now on,
    the event itself names the counts, because other units may have kept the same one before.
    """

    calendar: str
    #: Of another calendar's place: the term, reception's term, and the tasks by their ids. None: by the calendar's id.
    named: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> RevisedCounts:
        """The counts that an event's payload concerns."""
        return cls(payload["calendar"]["id"], payload.get("counts"))

    def term(self, calendar: str) -> bool:
        """True for the dossier's term, counted by this calendar so far."""
        return self._concerns("term", calendar)

    def reception(self, calendar: str) -> bool:
        """True for reception's term, counted by this calendar so far."""
        return self._concerns("reception", calendar)

    def step(self, task: UUID, calendar: str) -> bool:
        """True for the step of a task, counted by this calendar so far."""
        tasks: Collection[str] = self.named["tasks"] if self.named else ()
        return str(task) in tasks if self.named else calendar == self.calendar

    def _concerns(self, name: str, calendar: str) -> bool:
        return bool(self.named[name]) if self.named else calendar == self.calendar
