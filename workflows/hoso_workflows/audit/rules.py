"""Packages and calendars by which an audit compares. A damaged one is a finding of its own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import hoso_calendar as wt
from hoso_bpmn.runs.specification import Loaded
from hoso_workflows.audit import stored_dossier
from hoso_workflows.audit.finding import Difference
from hoso_workflows.clock.clock import Calendars
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Event
from hoso_workflows.procedures import damage


def stand_in() -> wt.WorkCalendar:
    """The calendar in place of a damaged one, so that all else is folded."""
    return wt.load("vn")


class Rules:
    """The packages and calendars of one audit; each damaged one is read once."""

    def __init__(self, service: DossierService) -> None:
        self.service = service
        self._damaged: dict[tuple[str, int | str], damage.Damaged] = {}
        #: The calendars that were loaded.
        self._known: set[tuple[str, str]] = set()
        self._cases: dict[tuple[str, int, str], Loaded | None] = {}

    def note(self, damaged: damage.Damaged) -> None:
        """Keep a damage as one finding, however often it is met."""
        self._damaged.setdefault(damaged.key, damaged)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note a damage that ends the block."""
        try:
            yield
        except damage.Damaged as damaged:
            self.note(damaged)

    @property
    def differences(self) -> list[Difference]:
        """The findings, by what they are of."""
        found = sorted(self._damaged.items(), key=lambda each: str(each[0]))
        return [Difference(key[0], each.what, each.stored, each.said) for key, each in found]

    async def version(self, procedure: str, number: int, case: str) -> Loaded | None:
        """A case in a version that events name; None where it is damaged. Raises NotFound."""
        key = procedure, number, case
        if key not in self._cases:
            try:
                self._cases[key] = await stored_dossier.version(self.service, *key)
            except damage.ProcedureDamaged as damaged:
                self.note(damaged)
                self._cases[key] = None
        return self._cases[key]

    async def calendars(self, history: Iterable[Event]) -> tuple[Calendars, bool]:
        """The calendars of a history's dates, and whether all of them are sound."""
        known, sound = self.service.reference_data, True
        for event in history:
            named = event.payload.get("calendar")
            if not named or (key := (named["id"], named["version"])) in self._known:
                continue
            if key not in self._damaged:
                with self.noting():
                    await known.ensure_calendars([event.payload])
                    self._known.add(key)
            sound = sound and key not in self._damaged
        return known.calendars if sound else self._counting, sound

    def _counting(self, calendar: str, version: str) -> wt.WorkCalendar:
        if (calendar, version) in self._damaged:
            return stand_in()
        return self.service.reference_data.calendars(calendar, version)
