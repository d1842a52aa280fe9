"""Legal numbers: dossier codes per unit and day, letters per unit, form and year. Days are local.

Each is allocated atomically by one statement after its command was decided; a command that is then not stored leaves a
gap, never a double. The statement is committed asynchronously: it lies in the log before the command that bears the
number, so a command that is stored has stored it too, and a number that a power cut takes back was never published.
Templates are data with dates: the way a code is written has changed with the law and will again.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from hoso_models.storage import standbys
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.events import Event
from hoso_workflows.lifecycle.drafts import Draft, Letters, Number, Series


@dataclass(frozen=True, slots=True)
class Template:
    """The format of codes between two local dates, both included."""

    text: str
    valid_from: date
    valid_to: date | None
    basis: str

    def holds(self, day: date) -> bool:
        """True when the template applies to that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def templates() -> tuple[Template, ...]:
    """The templates that are declared, in the order of their dates."""
    document = (
        resources.files("hoso_workflows.letters").joinpath("code_templates.toml").read_text(encoding="utf-8")
    )
    rows = tomllib.loads(document)["template"]
    found = (Template(row["text"], row["valid_from"], row.get("valid_to"), row["basis"]) for row in rows)
    return tuple(sorted(found, key=lambda template: template.valid_from))


def code(unit: str, day: date, number: int) -> str:
    """The code of a unit's `number`-th dossier of a local day. At least four digits, more when needed."""
    template = next((template for template in templates() if template.holds(day)), None)
    if template is None:
        raise errors.NotFound("code template", day)
    return template.text.format(unit=unit, yymmdd=f"{day:%y%m%d}", number=number)


async def assign(db: Database, draft: Draft) -> tuple[Event, ...]:
    """The events of a decided command, with their numbers. Each allocation is a statement of its own."""
    return draft.numbered({series: await _next(db, series) for series in draft.needs})


async def _next(db: Database, series: Series) -> Number:
    if isinstance(series, Letters):
        return await next_letter(db, series.unit, series.form, series.year)
    return await next_code(db, series.unit, localtime.local_date(series.at))


async def next_code(db: Database, unit: str, day: date) -> str:
    """A unique code."""
    (row,) = await db.one_statement(_NEXT_CODE, [unit, day])
    return code(unit, day, row.last)


async def next_letter(db: Database, unit: str, form: str, year: int) -> int:
    """The next number of a form in a unit's book of a year."""
    (row,) = await db.one_statement(_NEXT_LETTER, [unit, form, year])
    return int(row.last)


_NEXT_CODE = f"""
insert into code_sequence as s (unit_code, day, last) select $1, $2, 1 from {standbys.UNHURRIED}
on conflict (unit_code, day) do update set last = s.last + 1 returning last
"""  # noqa: S608 - fixed text of this module
_NEXT_LETTER = f"""
insert into letter_series as s (unit_code, form, year, last) select $1, $2, $3, 1 from {standbys.UNHURRIED}
on conflict (unit_code, form, year) do update set last = s.last + 1 returning last
"""  # noqa: S608 - fixed text of this module
