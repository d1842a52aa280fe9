"""Dossiers that move to another version, as their page shows them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from hoso_api.pages.changes.pair import Pair
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.runs.migration import Verdict
from hoso_calendar import messages
from hoso_calendar.messages import translated
from hoso_workflows.dossiers import migration

#: The field that maps ids of steps.
MAPPING = "anh-xa"
#: What a verdict says, and its mark.
VERDICTS: Mapping[str, tuple[str, str]] = {
    Verdict.SAFE: ("fine", marked("Chuyển được")),
    Verdict.NEEDS_MAPPING: ("soon", marked("Cần ghép bước")),
    Verdict.BLOCKED: ("late", marked("Chưa chuyển được")),
    "moved": ("fine", marked("Đã chuyển")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier with what becomes of it."""

    key: str
    mark: str
    verdict: str
    why: Sequence[str]
    #: Names that only the new version reads.
    variables: Sequence[str]


@dataclass(frozen=True, slots=True)
class Moves:
    """Dossiers of a dry run, or of a migration that was done."""

    lines: Sequence[Line]
    #: Numbers by verdict.
    counts: Mapping[str, int]
    #: The last of them, where more follow.
    behind: UUID | None

    @classmethod
    def of(cls, found: migration.Migration) -> "Moves":
        """The dossiers of a migration, those first that stay."""
        judged = sorted(found.dossiers, key=lambda each: each.moved or each.verdict is Verdict.SAFE)
        counts = Counter("moved" if each.moved else str(each.verdict) for each in judged)
        return cls([_line(each) for each in judged], counts, found.behind)

    @property
    def safe(self) -> int:
        """The number of dossiers that a migration would move."""
        return self.counts.get(Verdict.SAFE, 0)

    @property
    def moved(self) -> int:
        """The number of dossiers that were moved."""
        return self.counts.get("moved", 0)


def _line(judged: migration.Judged) -> Line:
    mark, said = VERDICTS["moved" if judged.moved else judged.verdict]
    why = [messages.opening(translated(each)) for each in judged.why]
    return Line(judged.code or judged.reference, mark, said, why, judged.new_variables)


async def moves(
    visit: Visit,
    pair: Pair,
    after: UUID | None,
    named: Mapping[str, str] = MappingProxyType({}),
    *,
    apply: bool = False,
) -> Moves:
    """A part of the dossiers: a dry run, or moved. Raises as `migration.apply` does."""
    work = migration.apply if apply else migration.plan
    numbers = pair.older.number, pair.newer.number
    part = migration.Part(after) if after else migration.Part()
    found = await work(
        visit.service, pair.procedure, *numbers, actor=visit.principal, at=visit.at, mapping=named, part=part
    )
    return Moves.of(found)


def mapping(form: Form) -> dict[str, str]:
    """Ids of steps in both versions, a line each as `CŨ=MỚI`. Raises Stopped."""
    found = {}
    for line in filter(None, map(str.strip, form.text(MAPPING).splitlines())):
        old, equals, new = (part.strip() for part in line.partition("="))
        if not (old and equals and new):
            raise Stopped(form, [Fault(spoken("Viết mỗi dòng theo dạng MÃ_CŨ=MÃ_MỚI."), MAPPING)])
        found[old] = new
    return found
