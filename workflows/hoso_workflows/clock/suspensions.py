"""Suspensions of a dossier's clock, as pauses of a count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import hoso_calendar as wt

#: The source of a suspension while the applicant's supplement is awaited.
SUPPLEMENT = "supplement"
#: The source of a suspension on a legal ground.
SUSPENSION = "suspension"
#: The source of a suspension while a financial obligation is to be met.
OBLIGATION = "obligation"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension of the clock: by a supplement, a decision, or an excluded step."""

    #: `SUPPLEMENT`, `SUSPENSION`, `OBLIGATION`, or the id of the excluded step's task.
    source: str
    start: datetime
    reason: str
    #: None while it lasts.
    end: datetime | None = None

    @property
    def of_a_step(self) -> bool:
        """True for a suspension by an excluded step."""
        return self.source not in (SUPPLEMENT, SUSPENSION, OBLIGATION)


def pauses(
    suspensions: Iterable[Suspension], start: datetime, until: datetime | None = None
) -> tuple[wt.Pause, ...]:
    """Pauses after `start`, overlapping suspensions merged. An open one ends at `until`, if given.

    `suspensions` come in the order of their start. One without length is no pause.
    """
    found: list[wt.Pause] = []
    for suspension in suspensions:
        pause = wt.Pause(max(suspension.start, start), suspension.end or until, suspension.reason)
        if pause.end is not None and pause.end <= pause.start:
            continue
        if found and (found[-1].end is None or pause.start < found[-1].end):
            found[-1] = _joined(found[-1], pause)
        else:
            found.append(pause)
    return tuple(found)


def since(pauses: Iterable[wt.Pause], start: datetime) -> tuple[wt.Pause, ...]:
    """The pauses, as far as they lie behind `start`."""
    return tuple(
        pause if pause.start >= start else replace(pause, start=start)
        for pause in pauses
        if pause.end is None or pause.end > start
    )


def _joined(first: wt.Pause, second: wt.Pause) -> wt.Pause:
    end = None if first.end is None or second.end is None else max(first.end, second.end)
    reasons = dict.fromkeys(filter(None, (first.reason, second.reason)))
    return replace(first, end=end, reason="; ".join(reasons))
