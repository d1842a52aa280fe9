"""Common parts of the pages of registers: places, the period of an address, names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query

from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package.forms import spelling
from hoso_workflows.organisation.permissions import table
from hoso_workflows.tracking.keys import keys_in

#: Where the registers begin, and the word of their entry.
ADDRESS, HERE = "/noi-bo/kiem-toan", "kiem-toan"
#: The table of permissions.
TABLE = "/noi-bo/quyen"
#: The registers of units with the act that reads each, in their order.
PLACES: tuple[tuple[str, str, str], ...] = (
    (f"{ADDRESS}/truy-cap", "list_access_log", marked("Truy cập")),
    (f"{ADDRESS}/quan-tri", "list_administration_events", marked("Việc quản trị")),
    (f"{ADDRESS}/cung-cap", "list_disclosures", marked("Cung cấp dữ liệu")),
    (f"{ADDRESS}/kiem-chung", "list_verifications", marked("Kiểm chứng")),
)
#: Rows of a page.
LENGTH = 50
#: The words of the query: first and last day, a place in the list.
FIRST, LAST, AFTER = "tu", "den", "sau"
AfterWord = Annotated[str, Query(alias=AFTER, max_length=2000)]


def places(visit: Visit) -> list[tuple[str, str]]:
    """The registers that the reader may read, and the table of permissions."""
    found = [(address, name) for address, act, name in PLACES if table.units(act, visit.rights)]
    return [*found, (TABLE, marked("Quyền hạn"))]


@dataclass(frozen=True, slots=True)
class Period:
    """Days as they were typed or linked to. An end where nothing is said is open."""

    first: str = ""
    last: str = ""

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day; None for an open end, and for what is no day."""
        return _day(self.first), _day(self.last)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults of what was typed, each at its field."""
        told = spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026.")
        typed = {FIRST: self.first, LAST: self.last}
        found = [Fault(told, field) for field, text in typed.items() if text and _day(text) is None]
        first, last = self.days
        if first and last and last < first:
            found.append(Fault(spoken("Ngày cuối đứng trước ngày đầu."), LAST))
        return tuple(found)

    def filled(self, *faults: Fault, **typed: str) -> Filled:
        """The form of the filter with what was asked for; `_` stands for `-`."""
        said = {name.replace("_", "-"): text for name, text in typed.items()}
        wrong = (*self.faults, *faults)
        return Filled(
            typed={FIRST: self.first, LAST: self.last, **said}, faults=wrong, status=422 if wrong else 200
        )


def _day(typed: str) -> date | None:
    found = spelling.day(typed.strip())
    return found if found is not None and FIRST_DAY <= found <= LAST_DAY else None


def _asked(
    first: Annotated[str, Query(alias=FIRST, max_length=20)] = "",
    last: Annotated[str, Query(alias=LAST, max_length=20)] = "",
) -> Period:
    return Period(first, last)


PeriodAsked = Annotated[Period, Depends(_asked)]


def query(form: Filled, **more: str) -> str:
    """The query of a filter and of a part of its list; `_` stands for `-`.

    What is empty is left out.
    """
    said = {name: form.text(name) for name in form.typed}
    other = {name.replace("_", "-"): text for name, text in more.items()}
    return urlencode({name: text for name, text in {**said, **other}.items() if text}, safe="/")


def key(typed: str) -> str:
    """The code or reference in what was typed or pasted; else the text."""
    return next(reversed(keys_in(typed)), typed.strip())


async def people(visit: Visit, ids: Iterable[object]) -> Mapping[str, str]:
    """Names of principals by id, among texts of which some are none."""
    known = sorted({str(each) for each in ids if _is_id(each)})
    rows = await visit.service.db.rows("select id, name from principal where id = any($1::uuid[])", [known])
    return {str(row.id): row.name for row in rows}


async def units(visit: Visit, codes: Collection[object]) -> Mapping[str, str]:
    """Names of units by code, among texts of which some are none."""
    known = sorted({each for each in codes if isinstance(each, str)})
    rows = await visit.service.db.rows("select code, name from unit where code = any($1::text[])", [known])
    return {row.code: row.name for row in rows}


async def codes(visit: Visit, references: Collection[object]) -> Mapping[str, str]:
    """Codes of accepted dossiers by reference, among texts of which some are none."""
    known = sorted({each for each in references if isinstance(each, str)})
    rows = await visit.service.db.rows(
        "select reference, code from dossier where reference = any($1::text[]) and code is not null", [known]
    )
    return {row.reference: row.code for row in rows}


def short(text: str) -> str:
    """A text as it is, an id by its first digits."""
    return f"{text[:8]}…" if _is_id(text) else text


def _is_id(each: object) -> bool:
    try:
        UUID(str(each))
    except ValueError:
        return False
    return True
