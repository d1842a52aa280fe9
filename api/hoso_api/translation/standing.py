"""Standing of a due date in words, in working time, rounded down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import hoso_calendar as wt
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DeliveryMode, DueKind
from hoso_workflows.clock.at_desk import Readiness
from hoso_workflows.clock.work_by import Span, Stopped
from hoso_workflows.monitoring.return_queue import WaitingReturn

#: From so many days on hours are left out.
DAYS_ALONE = 5
HOUR = 60
#: The date to work by, before it is said.
KINDS: Mapping[str, str] = {
    DueKind.STEP: marked("hạn của bước"),
    DueKind.RECEPTION: marked("hạn tiếp nhận"),
    DueKind.DOSSIER: marked("hẹn trả của hồ sơ"),
    DueKind.RETURN: marked("giờ hẹn trả kết quả"),
}
#: Why the clock stands still.
STOPPED: Mapping[str, str] = {
    Stopped.SUPPLEMENT: marked("chờ người nộp bổ sung"),
    Stopped.SUSPENSION: marked("tạm dừng theo quyết định"),
    Stopped.OBLIGATION: marked("chờ người nộp làm nghĩa vụ tài chính"),
    Stopped.STEP: marked("đang ở bước không tính vào thời hạn"),
}


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """The date to work by at a task in words."""

    mark: str
    words: str
    due: datetime | None = None
    #: What date that is; empty without one.
    kind: str = ""
    #: Further facts: what else is late, and the plan.
    notes: tuple[str, ...] = ()


def of_task(task: Mapping[str, Any], at: datetime, calendar: wt.WorkCalendar) -> TaskStanding:
    """Standing of a task of a worklist, by its unit's calendar.

    Two things can be late, the step and its dossier; the row says both. Where the clock stands still it says since when and why.
    """
    due, span_of = _instant(task["due"]), task["due_span"]
    if span_of == Span.DONE:
        return _done(task.get("judged"), due)
    if due is None:
        still = task["still"]
        words = (
            stopped(datetime.fromisoformat(still["since"]), still["why"])
            if still
            else spoken("đang dừng tính thời hạn")
        )
        return TaskStanding("still", words, notes=tuple(_past(task)))
    kind = spoken(KINDS[task["due_kind"]])
    past = tuple(_past(task))
    if span_of == Span.OWNER:
        words = spoken("đã có kết quả, chờ người nộp đến nhận")
        return TaskStanding(_never_green("fine", past), words, due, kind, past)
    mark, words = standing(due, at, calendar)
    if mark == "late" and task["due_kind"] == DueKind.DOSSIER:
        words = spoken("hồ sơ {standing}", standing=words)
    late = "late" if task["dossier_late_since"] else _never_green(mark, past)
    return TaskStanding(late, words, due, kind, (*_notes(task, due), *past))


def been_late(mark: str, words: str, since: datetime | None) -> tuple[str, str]:
    """Mark and words of a dossier that was late before: since when, never green.

    That stays said while its clock stands still and where its term runs anew.
    """
    if since is None:
        return mark, words
    past = spoken("đã quá hạn từ {day}", day=wording.short(since))
    return _never_green(mark, past), f"{words} · {past}"


#: What a result is not yet, by how its owner is to have it.
_NOT_READY: Mapping[str, str] = {
    DeliveryMode.COUNTER: marked("chưa về quầy"),
    DeliveryMode.POST: marked("chưa gửi bưu chính"),
    DeliveryMode.ONLINE: marked("chưa trả bản điện tử"),
}


def of_return(result: WaitingReturn, at: datetime, calendar: wt.WorkCalendar) -> tuple[str, str]:
    """Mark and words of a result that awaits its return.

    They stand before the appointed hour, and count by the desk's calendar. What was ready in time is never late again.
    """
    if result.readiness is Readiness.LATE:
        return "late", spoken("có kết quả sau giờ hẹn")
    if result.readiness is Readiness.READY:
        return "fine", spoken("có kết quả, giờ hẹn trả")
    mark, words = standing(result.due, at, calendar)
    if result.readiness is Readiness.SOON and mark == "fine":
        mark = "soon"
    return mark, f"{spoken(_NOT_READY[result.delivery])} · {words}"


def _never_green(mark: str, past: object) -> str:
    return "soon" if mark == "fine" and past else mark


def _past(task: Mapping[str, Any]) -> Iterator[str]:
    """The note that its dossier was late before the clock stopped or began anew."""
    since = _instant((task.get("dossier") or {}).get("late_since"))
    if since and not task["dossier_late_since"]:
        yield spoken("hồ sơ đã quá hạn từ {day}", day=wording.short(since))


def _notes(task: Mapping[str, Any], due: datetime) -> Iterator[str]:
    step, dossier = _instant(task["step_late_since"]), _instant(task["dossier_late_since"])
    of_dossier = task["due_kind"] == DueKind.DOSSIER
    if dossier and of_dossier and dossier < due:
        yield spoken("trễ theo luật từ {day}, đã hẹn lại", day=wording.short(dossier))
    elif dossier and not of_dossier:
        yield spoken("hồ sơ trễ từ {day}", day=wording.short(dossier))
    if step and task["due_kind"] != DueKind.STEP:
        yield spoken("bước quá hạn từ {day}", day=wording.short(step))
    plan = _instant(task.get("due_plan"))
    if plan and of_dossier and plan < due:
        yield spoken("bước theo kế hoạch {day}", day=wording.short(plan))


def _done(judged: str | None, due: datetime | None) -> TaskStanding:
    if judged == "late":
        return TaskStanding("late", spoken("đã xong, quá hạn"), due)
    return TaskStanding("fine", spoken("đã xong"), due)


def stopped(since: datetime, why: str) -> str:
    """Since when the clock stands still, and why."""
    return spoken("dừng tính thời hạn từ {day}: {why}", day=wording.short(since), why=spoken(STOPPED[why]))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def standing(due: datetime | None, at: datetime, calendar: wt.WorkCalendar) -> tuple[str, str]:
    """Mark and words of a due date at an instant, by its unit's calendar.

    The mark is `late`, `soon` (by the end of today, or within one working day), `fine`, or `still` without a due date. Both
    directions are rounded down: nobody is promised more time, or called later, than is true.
    """
    if due is None:
        return "still", spoken("không có hạn riêng")
    try:
        minutes = calendar.count_minutes(min(due, at), max(due, at))
    except wt.MissingCalendarData:
        return ("late" if due < at else "fine"), spoken(
            "hạn {day}", day=f"{due.astimezone(wording.ZONE):%d/%m/%Y}"
        )
    length = span(minutes, calendar.nominal_day)
    if due < at:
        return "late", spoken("quá {length}", length=length)
    return _left(due, at, minutes, length, calendar.nominal_day)


def _left(due: datetime, at: datetime, minutes: int, length: str, day: int) -> tuple[str, str]:
    end, now = due.astimezone(wording.ZONE), at.astimezone(wording.ZONE)
    if end.date() == now.date():
        return "soon", spoken("hôm nay, trước {hour} · còn {length}", hour=f"{end:%H:%M}", length=length)
    if minutes < day:
        weekday = wording.weekday(end)
        text = spoken("còn {length} · trước {hour} {day}", length=length, hour=f"{end:%H:%M}", day=weekday)
        return "soon", text
    return "fine", spoken("còn {length}", length=length)


def span(minutes: int, day: int) -> str:
    """A length of working time: `12 ngày làm việc`, `2 ngày 3 giờ làm việc`, `3 giờ 20 phút làm việc`."""
    days, rest = divmod(minutes, day)
    hours, left = divmod(rest, HOUR)
    return wording.length(days, hours if days <= DAYS_ALONE else 0, 0 if days else left)
