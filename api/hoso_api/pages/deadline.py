"""The page that explains a date, from a `hoso-explanation/1` document."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import hoso_calendar as wt
from hoso_api.translation import reckoning, wording
from hoso_api.translation.standing import been_late
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DossierStatus
from hoso_workflows.monitoring import overdue

Document = Mapping[str, Any]
#: What a dossier of a status waits for, as a condition.
IF_NOW: Mapping[DossierStatus, str] = {
    DossierStatus.FILED: marked("Nếu tiếp nhận bây giờ"),
    DossierStatus.AWAITING_SUPPLEMENT: marked("Nếu nhận đủ bổ sung bây giờ"),
    DossierStatus.SUSPENDED: marked("Nếu kết thúc tạm dừng bây giờ"),
    DossierStatus.FINANCIAL_OBLIGATION: marked("Nếu ghi nhận nghĩa vụ tài chính xong bây giờ"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the day table."""

    date: date
    #: Which day of the term it is, None where it does not count.
    counted: str | None
    why: str
    basis: str
    expected: bool
    #: True on the day on which the term ends.
    last: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that is not counted."""

    start: datetime
    #: None while it lasts.
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """One promise and how its dates were counted."""

    number: int
    title: str
    at: datetime
    term: str
    due_legal: datetime | None
    due_promised: datetime | None
    calendar: str
    calendar_version: str
    confirmed: bool
    provisional: bool
    basis: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    pauses: tuple[Pause, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A step's limit as its share of a term of calendar days."""

    step: str
    due: datetime | None
    #: The numbers: limit of days left, as minutes of minutes left.
    limit: str
    days_left: str
    minutes: int
    minutes_left: int
    #: False where the limits no longer fit into the term.
    fits: bool


def shown(document: Document, calendars: overdue.Calendars, at: datetime) -> dict[str, Any]:
    """The values of the page that shows an explanation."""
    dossier, dates = document["dossier"], document["dates"]
    mark, verdict = standing(dates, calendars[dossier["unit"]], at)
    return {
        "dossier": dossier,
        "due": instant(dates["due_promised"]),
        "standing": spoken(wording.STATUSES[dossier["status"]]),
        "mark": mark,
        "verdict": verdict,
        "cycles": cycles(document),
        "shares": shares(document),
        "erased": erased(document),
        "corrections": corrections(document),
        # For officers alone.
        "what_if": None,
    }


def standing(dates: Document, calendar: wt.WorkCalendar, at: datetime) -> tuple[str, str]:
    """The dossier's position relative to its due date: kind of mark, and words."""
    due = instant(dates["due_legal"])
    if dates["verdict"]:
        return ("late" if dates["verdict"] == "late" else "fine"), spoken(wording.VERDICTS[dates["verdict"]])
    late_since = instant(dates["late_since"])
    if due is None or not dates["running"]:
        words = spoken("Đang dừng tính thời hạn") if dates["due_first"] else spoken("Chưa tính hạn")
        return been_late("still", words, late_since)
    if due < at:
        late = overdue.Lateness.between(calendar, due, at)
        return "late", spoken("Quá hạn {length}", length=wording.working_time(late))
    return been_late("fine", spoken("Trong hạn"), late_since)


def cycles(document: Document) -> tuple[Cycle, ...]:
    """The promises of an explanation, the newest first."""
    return tuple(_cycle(cycle) for cycle in reversed(document["cycles"]))


def shares(document: Document) -> tuple[Share, ...]:
    """The steps whose limits are shares of the term. Applicants are told of none."""
    return tuple(_share(step, step["share"]) for step in document["steps"] if step.get("share"))


def _share(step: Document, share: Document) -> Share:
    left = Fraction(share["whole"]) - Fraction(share["before"])
    return Share(
        step=step["name"],
        due=instant(step["own"]),
        limit=reckoning.term(str(wt.Term(Fraction(share["limit"]), wt.Unit.DAYS))),
        days_left=reckoning.term(str(wt.Term(left, wt.Unit.DAYS))),
        minutes=share["minutes"],
        minutes_left=share["left"],
        fits=share["fits"],
    )


def erased(document: Document) -> tuple[dict[str, Any], ...]:
    """The events with a payload erased by law, by number and instant."""
    gone = document.get("erased", ())
    return tuple({"seq": each["seq"], "at": datetime.fromisoformat(each["at"])} for each in gone)


def corrections(document: Document) -> tuple[dict[str, Any], ...]:
    """The corrected instants, each with the wrong one that was stamped."""
    made = document.get("corrections", ())
    return tuple({**each, **{name: instant(each[name]) for name in ("at", "stamped")}} for each in made)


def _cycle(cycle: Document) -> Cycle:
    deadlines = [*cycle["extends"], cycle["deadline"]]
    calendar = cycle["calendar"]
    return Cycle(
        number=cycle["number"],
        title=spoken(wording.APPOINTMENTS[cycle["kind"]]),
        at=datetime.fromisoformat(cycle["at"]),
        term=reckoning.term(cycle["term"]),
        due_legal=instant(cycle["sets"]["due_legal"]),
        due_promised=instant(cycle["sets"]["due_promised"]),
        calendar=calendar["name"],
        calendar_version=calendar["version"],
        confirmed=calendar["confirmed"],
        provisional=cycle["provisional"],
        basis=_listed(cycle["basis"]),
        rules=tuple(_rules(deadlines)),
        pauses=tuple(_pauses(cycle["pauses"])),
        days=tuple(day for each in deadlines for day in _days(each)),
    )


def counted(document: Document) -> tuple[tuple[tuple[str, str], ...], tuple[Day, ...]]:
    """The rules and the days of one `hoso-deadline/1` document."""
    return tuple(_rules([document])), tuple(_days(document))


def _rules(deadlines: Iterable[Document]) -> Iterator[tuple[str, str]]:
    for each in deadlines:
        for found in each["rules"]:
            yield reckoning.rule(found["text"]), reckoning.rule(found["basis"])


def _days(deadline: Document) -> Iterator[Day]:
    due = instant(deadline["due"])
    for each in deadline["days"]:
        basis = each["basis"]
        yield Day(
            date=date.fromisoformat(each["date"]),
            counted=each["counted"],
            why=reckoning.reasons(each["reason"].replace(f" ({basis})", "") if basis else each["reason"]),
            basis="" if each["counted"] or each["kind"] == "working" else basis,
            expected=each["status"] == "expected",
            last=due is not None and each["date"] == f"{due:%Y-%m-%d}",
        )


def _pauses(pauses: Iterable[Document]) -> Iterator[Pause]:
    for each in pauses:
        yield Pause(datetime.fromisoformat(each["start"]), instant(each["end"]), each["reason"])


def _listed(basis: Any) -> tuple[str, ...]:
    return (basis,) if isinstance(basis, str) and basis else tuple(basis or ())


def instant(text: str | None) -> datetime | None:
    """An instant of the document."""
    return datetime.fromisoformat(text) if text else None
