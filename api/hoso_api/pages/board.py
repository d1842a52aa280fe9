"""The overdue board: what is late, by unit, most late first. Units are shown some at a time, and found by name."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from hoso_api.pages.coordination import places
from hoso_api.pages.shared.session import Reader
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import text_search
from hoso_workflows.clock.at_desk import Readiness
from hoso_workflows.coordination import urgings
from hoso_workflows.monitoring import overdue, reception_queue, reminders, return_queue, workload
from hoso_workflows.monitoring.reminders import Late, Reminded
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table, tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Page

#: An item of one of the lists.
Item = (
    overdue.OverdueDossier
    | overdue.OverdueStep
    | reception_queue.WaitingReception
    | return_queue.WaitingReturn
)

ADDRESS = "/noi-bo/qua-han"
#: How many lines of a list a page shows, how many units, and how many steps with who holds them.
LENGTH, UNITS, STEPS = 25, 20, 10
#: The most rows of a workbook.
MOST = 10_000
#: How long the figures of who oversees several units are kept: they are many, and the same for all who do.
SPAN = timedelta(seconds=5)
#: The words of the query: which unit, which list, behind which place; units of which name, and from which one on.
UNIT, KIND, AFTER, NAMED, FROM = "don-vi", "loai", "sau", "ten", "tu"
#: The item of which a reminder is sent, and of which one was just sent.
ITEM, SENT = "muc", "da-nhac"


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists of what is late."""

    #: Its word in the query; the first list needs none.
    word: str
    name: str
    #: What its column of steps and its dates are called.
    step: str
    due: str
    listed: Callable[..., Awaitable[Page[Any]]]
    #: How many more there are, that are told as a number only.
    counted: Callable[..., Awaitable[int]]
    #: As what its items can be reminded of.
    late: Late
    #: What is said where the list is empty.
    empty: str = marked("Không có việc quá hạn")


TABS = (
    Tab(
        "",
        marked("Hồ sơ quá hạn"),
        marked("Bước đang ở"),
        marked("hẹn"),
        overdue.dossiers,
        overdue.counted_dossiers,
        Late.DOSSIER,
    ),
    Tab(
        "buoc",
        marked("Bước quá hạn"),
        marked("Bước"),
        marked("hạn"),
        overdue.steps,
        overdue.counted_steps,
        Late.STEP,
    ),
    Tab(
        "tiep-nhan",
        marked("Chưa tiếp nhận"),
        marked("Bước đang ở"),
        marked("hạn tiếp nhận"),
        reception_queue.receptions,
        reception_queue.counted_receptions,
        Late.RECEPTION,
        marked("Không có hồ sơ nào chờ tiếp nhận"),
    ),
    Tab(
        "tra",
        marked("Chờ trả kết quả"),
        marked("Bước đang ở"),
        marked("hẹn trả"),
        return_queue.returns,
        return_queue.counted_returns,
        Late.DOSSIER,
        marked("Không có kết quả chờ trả."),
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    id: UUID
    #: What the dossier is asked for by: its code, its reference before acceptance.
    key: str
    #: True where the reader may open the dossier itself, not only read about its dates.
    opens: bool
    code: str
    procedure: str
    procedure_name: str
    unit_name: str
    step: str | None
    #: Who has the step, and the role that it asks for. An open board tells the role alone.
    held: str
    due: datetime
    mark: str
    #: By how much it is late, else where it stands.
    standing: str
    #: Today's reminder.
    reminded: Reminded | None
    #: True where the reader may send one.
    reminds: bool
    #: The form of a call upon the unit about it, for a reader who may call.
    urging: str | None

    @property
    def address(self) -> str:
        """The dossier; its dates for a reader who may read no more."""
        return f"/noi-bo/ho-so/{quote(self.key, safe='')}" if self.opens else self.explained

    @property
    def explained(self) -> str:
        """The explanation of its due date."""
        return f"/noi-bo/ho-so/{quote(self.key, safe='')}/thoi-han"


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals over all units."""

    open: int
    due_soon: int
    overdue: int
    overdue_steps: int
    overdue_receptions: int


def totals(units: Iterable[workload.UnitTotals]) -> Totals:
    """The sums of the units' lines."""
    names = Totals.__slots__
    lines = [[getattr(each, name) for name in names] for each in units]
    return Totals(*map(sum, zip([0] * len(names), *lines, strict=True)))


async def counted(reader: Reader, calendars: overdue.Calendars) -> Sequence[workload.UnitTotals]:
    """The totals of what the reader follows, and of nothing else.

    Those of an overseer are cached for some seconds.
    """
    scope = await followed(reader)
    if not reader.oversees:
        return await workload.totals(reader.service.db, calendars, at=reader.at, scope=scope)
    return await reader.service.reference_data.figures.get(
        ("board", scope),
        SPAN,
        reader.at,
        lambda: workload.totals(reader.service.db, calendars, at=reader.at, scope=scope),
    )


async def followed(reader: Reader) -> Scope:
    """The scope of the reader, or of everybody where the board is open."""
    known = reader.service.reference_data
    if reader.rights is None:
        return tracking.of_everybody(await known.tracked())
    return await known.scope(reader.rights)


def tiles(sums: Totals) -> list[tuple[Tab, str, int]]:
    """The tiles of the board: list, name and number. Each leads to its list; results that await their return have none."""
    names = spoken("Hồ sơ quá hạn"), spoken("Bước quá hạn"), spoken("Quá hạn tiếp nhận")
    numbers = sums.overdue, sums.overdue_steps, sums.overdue_receptions
    return list(zip(TABS[: len(names)], names, numbers, strict=True))


@dataclass(frozen=True, slots=True)
class View:
    """The selected part of the board."""

    unit: str | None
    tab: Tab
    after: str | None
    #: Units of the table: a part of their name or code, and the number of those that are passed over.
    named: str = ""
    passed: int = 0

    @property
    def workbook(self) -> str:
        """The address of the chosen list as a workbook."""
        _, _, query = self.link(named="", passed=0).partition("?")
        return f"{ADDRESS}/xlsx" + (f"?{query}" if query else "")

    def reminding(self, item: UUID) -> str:
        """The address to which a reminder of an item is sent."""
        _, _, query = self.link(after=self.after).partition("?")
        return f"{ADDRESS}/nhac?{query}{'&' if query else ''}{ITEM}={item}"

    def link(self, **changes: Any) -> str:
        """The address of the view with something changed; what is empty is left out."""
        words: Mapping[str, Any] = {
            UNIT: changes.get("unit", self.unit),
            KIND: changes.get("tab", self.tab).word,
            AFTER: changes.get("after"),
            NAMED: changes.get("named", self.named),
            FROM: changes.get("passed", self.passed),
            SENT: changes.get("sent"),
        }
        query = urlencode({name: str(value) for name, value in words.items() if value})
        return f"{ADDRESS}?{query}" if query else ADDRESS


@dataclass(frozen=True, slots=True)
class Listed:
    """The units of one page of the table."""

    units: Sequence[workload.UnitTotals]
    #: How many there are of that name, and how many in all.
    found: int
    all: int
    #: How many open dossiers the unit has that has most; the bars share this length.
    longest: int
    #: From which ones on the pages before and behind this one begin.
    before: int | None
    behind: int | None


def listed(units: Sequence[workload.UnitTotals], view: View) -> Listed:
    """The units of a name, so many at a time."""
    code, name = view.named.casefold(), text_search.fold(view.named)
    found = [
        each
        for each in units
        if code in each.code.casefold() or (name and name in text_search.fold(each.name))
    ]
    first = min(view.passed, max(len(found) - 1, 0) // UNITS * UNITS)
    return Listed(
        found[first : first + UNITS],
        len(found),
        len(units),
        max((each.open for each in units), default=0),
        max(first - UNITS, 0) if first else None,
        first + UNITS if first + UNITS < len(found) else None,
    )


def tab(word: str) -> Tab:
    """The list named by a word of the query, by default the first."""
    return next((each for each in TABS if each.word == word), TABS[0])


def chosen(
    reader: Reader, wanted: str | None, units: Sequence[workload.UnitTotals], scope: Scope
) -> str | None:
    """The unit to show, None for all that the reader follows.

    It is the unit asked for, which has a line of the board or is the reader's. Raises Forbidden.
    """
    lines = {each.code for each in units}
    if reader.rights is None or wanted in lines:
        return wanted
    if wanted is not None or not scope.units:
        permissions.surveyed_units(reader.rights, wanted)
        return wanted
    (only, *more) = lines | scope.units
    return None if more else only


async def rows(reader: Reader, items: Sequence[Item]) -> list[Row]:
    """Late items as rows of the table of a reader, with today's reminders."""
    reminded: Mapping[UUID, Reminded] = {}
    reached: frozenset[UUID] = frozenset()
    if reader.rights is not None:
        db, ids = reader.service.db, [each.id for each in items]
        reminded = await reminders.of(db, ids, at=reader.at)
        scope = await reader.service.reference_data.scope(reader.rights, reminders.REMIND)
        reached = await reminders.within(db, ids, scope)
    urged = called(reader)
    return [_row(reader, each, reminded.get(each.id), urged, reminds=each.id in reached) for each in items]


def called(reader: Reader) -> frozenset[str]:
    """The units upon which the reader may call."""
    return frozenset() if reader.rights is None else frozenset(table.units(urgings.URGE, reader.rights))


def urging(reader: Reader, unit: str | None, rows: Sequence[Row]) -> str | None:
    """The form of a call upon a list's unit, where the reader may call."""
    late = [row.key for row in rows if row.urging]
    return places.calling(unit, dict.fromkeys(late)) if unit in called(reader) and late else None


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Late steps of the list with their holders, and the tasks of further ones."""

    lines: Sequence[tuple[workload.LateStep, str]] = ()
    rest: int = 0


async def held_up(reader: Reader, scope: Scope, unit: str | None) -> HeldUp:
    """Late steps of the units of the list. Nothing on an open board, which names nobody."""
    if scope.open:
        return HeldUp()
    found = await workload.late_steps(reader.service.db, at=reader.at, scope=scope, unit=unit, limit=STEPS)
    return HeldUp([(each, _held(each, named=True)) for each in found.lines], found.rest)


def _row(
    reader: Reader, item: Item, reminded: Reminded | None, urged: frozenset[str], *, reminds: bool
) -> Row:
    """A late item as a row of the table of a reader.

    A dossier has its promised date; an item without a code has its reference.
    """
    code: str | None
    match item:
        case overdue.OverdueDossier():
            key, code, due = item.code, item.code, item.due_promised
        case overdue.OverdueStep():
            key, code, due = item.code or item.reference, item.code, item.due
        case reception_queue.WaitingReception():
            key, code, due = item.reference, None, item.due
        case return_queue.WaitingReturn():
            key, code, due = item.code, item.code, item.due
            # The lists of what can be reminded of have no results.
            reminds = False
    mark, words = _standing(item)
    return Row(
        id=item.id,
        key=key,
        opens=reader.rights is not None and permissions.reads(reader.rights, [item.unit]),
        code=code or spoken("chưa có mã"),
        procedure=item.procedure,
        procedure_name=item.procedure_name,
        unit_name=item.unit_name,
        step=item.step_name,
        held=_held(item, named=reader.rights is not None),
        due=due,
        mark=mark,
        standing=words,
        reminded=reminded,
        reminds=reminds and item.lateness is not None and reminded is None,
        urging=places.calling(item.unit, [key]) if item.unit in urged and item.lateness else None,
    )


def _standing(item: Item) -> tuple[str, str]:
    if item.lateness is not None:
        return "late", wording.working_time(item.lateness)
    if isinstance(item, return_queue.WaitingReturn) and item.readiness is Readiness.READY:
        return "fine", spoken("có kết quả, chờ người nộp đến nhận")
    return "fine", spoken("còn trong hạn")


def _held(item: Item | workload.LateStep, *, named: bool) -> str:
    if not item.role:
        return ""
    role = spoken(wording.ROLES.get(item.role, item.role))
    told = getattr(item, "step_name", None) or getattr(item, "step", None)
    if named and told:
        return f"{item.officer_name or spoken('chưa ai nhận')} · {role}"
    unit = getattr(item, "step_unit_name", None) if named else None
    return f"{role} · {unit}" if unit else role
