"""Lists page by page: one cursor, one page, one builder of conditions.

A list is ordered by a keyset, values that no two of its items share. A page names those of its last item in a cursor, a
text that goes through a URL unchanged and that callers send back as it came. The next page begins behind them, so that an
index is walked from there and nothing is shown twice, whatever was added meanwhile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote, unquote
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime

#: The longest page.
MOST = 200

#: The values of a keyset, in its order.
Values = tuple[Any, ...]
Value = TypeVar("Value")
Item = TypeVar("Item")

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Value]):
    """One type of value in a cursor, as text without an underscore."""

    write: Callable[[Value], str]
    #: Raises ValueError or OverflowError.
    read: Callable[[str], Value]


def optional(kind: Kind[Value]) -> Kind[Value | None]:
    """The kind for a column that may be null, as an empty text."""
    return Kind(
        lambda value: "" if value is None else kind.write(value),
        lambda text: kind.read(text) if text else None,
    )


def _number(bits: int) -> Kind[int]:
    """Numbers from 0 that fit into so many bits."""

    def read(text: str) -> int:
        value = _integer(text)
        if not 0 <= value < 2**bits:
            raise ValueError(text)
        return value

    return Kind(str, read)


def _integer(text: str) -> int:
    value = int(text)
    if str(value) != text:
        raise ValueError(text)
    return value


def _identity(text: str) -> UUID:
    value = UUID(text)
    # With hyphens as releases up to November 2026 wrote it.
    if text not in (value.hex, str(value)):
        raise ValueError(text)
    return value


def _quoted(text: str) -> str:
    return quote(text, safe="").replace("~", "%7E").replace("_", "%5F").replace("%", "~")


#: Microseconds since 1970.
INSTANT: Kind[datetime] = Kind(
    lambda value: str((value - _EPOCH) // _MICROSECOND), lambda text: _EPOCH + _integer(text) * _MICROSECOND
)
IDENTITY: Kind[UUID] = Kind(lambda value: value.hex, _identity)
#: An `integer` of the database, and a `bigint`.
NUMBER, LARGE_NUMBER = _number(31), _number(63)
DAY: Kind[date] = Kind(date.isoformat, date.fromisoformat)
TRUTH: Kind[bool] = Kind(lambda value: str(int(value)), lambda text: bool(_number(1).read(text)))
#: A text that is not empty; every text is read, as some code that sorts before or behind the others. No column holds a NUL.
TEXT: Kind[str] = Kind(_quoted, lambda text: unquote(text.replace("~", "%")).replace("\0", ""))


class Keyset:
    """The values by which a list is ordered, and its cursors, which name them.

    Lists that share an address, or the kinds of their values, have a name, so that a place in one is none in another.
    """

    def __init__(self, name: str = "", /, **kinds: Kind[Any]) -> None:
        self._prefix = f"{name}-" if name else ""
        self._kinds = kinds

    def cursor(self, row: Mapping[str, Any]) -> str:
        """The place behind an item, from the row that it was made of."""
        return self._prefix + "_".join(kind.write(row[name]) for name, kind in self._kinds.items())

    def values(self, cursor: str | None) -> Values | None:
        """The values that a cursor names, None at the beginning of the list. Raises BadCursor."""
        if not cursor:
            return None
        try:
            if not cursor.startswith(self._prefix):
                raise ValueError(cursor)
            place = cursor[len(self._prefix) :]
            # A list by one text goes on behind any text, as some code that sorts before or behind the others.
            parts = [place] if len(self._kinds) == 1 else place.split("_")
            return tuple(kind.read(part) for kind, part in zip(self._kinds.values(), parts, strict=True))
        except (ValueError, OverflowError):
            raise errors.BadCursor(cursor) from None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list, and the cursor of the next one; None at the end."""

    items: tuple[Item, ...]
    after: str | None = None

    def answer(self, shown: Callable[[Item], Any] | None = None) -> dict[str, Any]:
        """The page as interfaces give it, each item as `shown` makes it."""
        items = list(self.items) if shown is None else [shown(each) for each in self.items]
        return {"items": items, "page": {"after": self.after}}


class Conditions:
    """A WHERE clause with its parameters, of what narrows and nothing else.

    So each shape of a question is a statement of its own, whose plan walks the index that serves it.
    """

    def __init__(self, *fixed: str) -> None:
        self.parameters: list[Any] = []
        self._texts = list(fixed)

    def given(self, value: Any) -> str:
        """The placeholder of one more parameter."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def add(self, text: str, *values: Any) -> None:
        """Add a condition; `{}`, or `{0}` where it stands twice, is one of the values."""
        self._texts.append(text.format(*map(self.given, values)))

    def equal(self, column: str, value: Any) -> None:
        """Add that a column has this value, or one of a list; None adds nothing."""
        if isinstance(value, list):
            self.add(f"{column} = any({{}}::text[])", value)
        elif value is not None:
            self.add(f"{column} = {{}}", value)

    def within(self, column: str, first: date | None, last: date | None) -> None:
        """Add that an instant lies within local days, the last one included; None leaves an end open."""
        if first is not None:
            self.add(f"{column} >= {{}}", localtime.begins(first))
        if last is not None:
            self.add(f"{column} < {{}}", localtime.begins(last + timedelta(days=1)))

    def behind(self, columns: str, place: Values | None, *, falling: bool = False) -> None:
        """Add that the columns of the order come behind a place; None adds nothing."""
        if place is not None:
            row = "({})" if len(place) > 1 else "{}"
            places = ", ".join(["{}"] * len(place))
            self.add(f"{row.format(columns)} {'<' if falling else '>'} {row.format(places)}", *place)

    def branch(self, *texts: str) -> Self:
        """A clause of these and of the same conditions; the parameters stay shared."""
        made = type(self)(*texts, *self._texts)
        made.parameters = self.parameters
        return made

    def __str__(self) -> str:
        return " and ".join(self._texts) or "true"


async def page(
    db: Database,
    sql: str,
    conditions: Conditions,
    keyset: Keyset,
    *,
    limit: int | None,
    item: Callable[[Any], Item],
) -> Page[Item]:
    """Read a page by a statement with `{conditions}` and `{limit}`.

    One row more is read, by which it is known that there are more; without a limit the page holds the whole list.
    """
    if limit is not None and not 1 <= limit <= MOST:
        raise ValueError(f"a page holds 1 to {MOST} rows, not {limit}")
    most = conditions.given(None if limit is None else limit + 1)
    rows = await db.rows(sql.format(conditions=conditions, limit=most), conditions.parameters)
    return cut(rows, limit, keyset, item)


def cut(rows: Any, limit: int | None, keyset: Keyset, item: Callable[[Any], Item]) -> Page[Item]:
    """A page of the rows that were found, with one row more before others."""
    shown = rows if limit is None else rows[:limit]
    more = len(shown) < len(rows)
    return Page(tuple(map(item, shown)), keyset.cursor(shown[-1]) if more else None)
