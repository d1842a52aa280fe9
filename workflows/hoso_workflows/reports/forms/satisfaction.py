"""Satisfaction of applicants in a period, by handling unit and procedure.

Circular 32/2017/TT-BTTTT, articles 11.3 and 12. Counted by when a rating was first given. Content are who is satisfied or very satisfied.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from hoso_models import Satisfaction
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.reports.forms.accounting import Scope


@dataclass(frozen=True, slots=True)
class Rated:
    """Numbers of ratings."""

    #: Of the service as a whole, by level.
    very_satisfied: int = 0
    satisfied: int = 0
    unsatisfied: int = 0
    #: Content with each of these.
    convenient: int = 0
    timely: int = 0
    polite: int = 0

    @property
    def rated(self) -> int:
        """All of them."""
        return self.very_satisfied + self.satisfied + self.unsatisfied

    @property
    def share(self) -> str:
        """Percent that is content with the whole, with one decimal; empty without ratings."""
        return self._percent(self.very_satisfied + self.satisfied)

    @property
    def convenience(self) -> str:
        """Percent that is content with how convenient it was."""
        return self._percent(self.convenient)

    @property
    def timeliness(self) -> str:
        """Percent that is content with how timely it was."""
        return self._percent(self.timely)

    @property
    def attitude(self) -> str:
        """Percent that is content with the attitude of officers."""
        return self._percent(self.polite)

    def _percent(self, part: int) -> str:
        if not self.rated:
            return ""
        tenths = 1000 * part // self.rated
        return f"{tenths // 10},{tenths % 10}"

    @classmethod
    def sum(cls, lines: "Iterable[Rated]") -> "Rated":
        """Column by column, added up."""
        return cls(*map(sum, zip((0,) * 6, *(astuple(each)[:6] for each in lines), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedLine(Rated):
    """The ratings of one procedure in one handling unit."""

    unit: str
    unit_name: str
    procedure: str
    procedure_name: str


async def satisfaction(
    db: Database | Transaction, scope: Scope, *, at: datetime, before: datetime | None = None, group: int = 1
) -> tuple[RatedLine, ...]:
    """The lines of a period, by unit and procedure. Raises BadPeriod.

    Only ratings that were first given before an instant, and of these whole groups, the oldest first: so two countings differ
    by none or by a group at least.
    """
    first, end = scope.bounds(at)
    until = end if before is None else min(end, before)
    rows = await db.rows(_RATED, [first, until, scope.unit, group])
    return tuple(
        RatedLine(**{name: getattr(row, name) for name in RatedLine.__dataclass_fields__}) for row in rows
    )


def _content(column: str) -> str:
    return f"count(*) filter (where {_WHOLE} and r.{column} <> '{Satisfaction.UNSATISFIED.value}')::int"


def _of(level: Satisfaction) -> str:
    return f"count(*) filter (where {_WHOLE} and r.overall = '{level.value}')::int as {level.value}"


#: True for a rating whose group is whole.
_WHOLE = "r.place <= r.total - r.total % $4"
#: $1 the first instant, $2 the one behind the last, $3 unit with those below it, or null for all, $4 ratings of a group.
_RATED = f"""
select {", ".join(_of(level) for level in Satisfaction)}, {_content("convenience")} as convenient,
  {_content("timeliness")} as timely, {_content("attitude")} as polite,
  r.handling_unit as unit, u.name as unit_name, r.procedure_code as procedure, max(v.name) as procedure_name
from (
  select r.*, d.handling_unit, d.procedure_code, d.workflow_version_id, count(*) over groups as total,
    row_number() over (partition by d.handling_unit, d.procedure_code order by r.given_at, r.dossier_id) as place
  from rating r join dossier d on d.id = r.dossier_id
  where r.given_at >= $1 and r.given_at < $2 and ($3::text is null or d.handling_unit = any(units_below($3)))
  window groups as (partition by d.handling_unit, d.procedure_code)
) r join unit u on u.code = r.handling_unit join workflow_version v on v.id = r.workflow_version_id
group by r.handling_unit, u.name, r.procedure_code order by r.handling_unit, r.procedure_code
"""  # noqa: S608 - fixed text of this module
