"""Owed reports as they are read: frozen, or as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hoso_models.storage.database import Database
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.tables import Heading
from hoso_workflows.reports.lateness import BadPeriod
from hoso_workflows.reports.obligations import frozen
from hoso_workflows.reports.obligations.frozen import Figures, Submission
from hoso_workflows.reports.obligations.register import Obligation

#: Titles of the texts, in their order.
TITLES = {
    "chapter": "Đánh giá chung của cơ quan đầu mối",
    "difficulties": "Khó khăn, vướng mắc",
    "proposals": "Kiến nghị, đề xuất",
}


@dataclass(frozen=True, slots=True)
class Read:
    """A report with its figures."""

    #: None while it is not submitted, or was returned: its figures are as of now then.
    submission: Submission | None
    figures: Figures
    heading: Heading
    #: Titles and texts; empty ones are left out.
    texts: Sequence[tuple[str, str]]


async def read(db: Database, found: Obligation, *, at: datetime) -> Read:
    """A report as it stands at an instant. Raises DoesNotAddUp."""
    kept = await frozen.newest(db, found)
    figures = kept.figures if kept else await _running(db, found, at)
    begun = kept.at if kept else at
    final = kept is not None or _final(found, at)
    heading = Heading(found.period_from, found.period_to, found.unit, found.unit_name, begun, final)
    written = kept.texts if kept else found.texts
    texts = [(title, written[name]) for name, title in TITLES.items() if written.get(name)]
    return Read(kept, figures, heading, texts)


async def _running(db: Database, found: Obligation, at: datetime) -> Figures:
    try:
        return await frozen.running(db, found, at=at)
    except BadPeriod:
        # A period that has not begun has no figures yet.
        return Figures((), (), ())


def _final(found: Obligation, at: datetime) -> bool:
    try:
        return Scope(found.period_from, found.period_to, found.unit).final(at)
    except BadPeriod:
        return False
