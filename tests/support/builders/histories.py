"""A dossier's history written down event by event, in local time, for tests of what is folded from events."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import hoso_calendar as wt
from hoso_workflows.clock import clock
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.events import Event, Kind

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: Chuyên viên 1 · Sở Tư pháp
OFFICER = UUID(int=1)
VN = wt.load("vn")
#: The limits of the longest way; None in what an earlier release began.
Way = tuple[str, ...] | None


def local(text: str) -> datetime:
    """An instant in Vietnam, written as `2026-03-02 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def task_id(number: int) -> UUID:
    """The id of a history's task."""
    return UUID(int=0x7A5C << 64 | number)


class History:
    """Events in the order in which they are told; each method tells one and returns the history."""

    def __init__(self, *calendars: wt.WorkCalendar) -> None:
        self.events: list[Event] = []
        self.calendars = {(cal.id, cal.version): cal for cal in (VN, *calendars)}

    def tell(self, kind: Kind, at: str | datetime, /, **said: Any) -> History:
        """Any event."""
        instant = local(at) if isinstance(at, str) else at
        self.events.append(Event(kind, instant, OFFICER, said))
        return self

    def filed(self, at: str | datetime, supplement: str = "restart") -> History:
        return self.tell(
            Kind.FILED,
            at,
            reference="r-1",
            procedure="1.014464",
            version=1,
            case="default",
            channel="desk",
            portal=None,
            units={"receiving": "H27.1", "handling": "H27.2", "deciding": "H27.3"},
            applicant=str(UUID(int=9)),
            form_sha256="0" * 64,
            components=[],
            supplement=supplement,
            reception_term="8 giờ làm việc",
            calendar=named(VN),
        )

    def accepted(
        self,
        at: str | datetime,
        term: str = "5 ngày làm việc",
        calendar: wt.WorkCalendar = VN,
        way: Way = None,
        **policy: Any,
    ) -> History:
        """`way` are the limits of the longest way; an earlier release told none."""
        counted = wt.Policy.from_mapping(policy).to_mapping()
        return self.tell(
            Kind.ACCEPTED,
            at,
            code="000.00.16.H27-260302-0001",
            receipt=1,
            term=term,
            policy=counted,
            basis=[],
            calendar=named(calendar),
            **_told(way),
        )

    def asked(self, at: str | datetime, reason: str = "thiếu bản sao") -> History:
        return self.tell(Kind.SUPPLEMENT_ASKED, at, reason=reason, items=[], number=1, justification="")

    def received(self, at: str | datetime, restart: str | None = None, way: Way = None) -> History:
        whole = (
            {"term": restart, "policy": wt.Policy().to_mapping(), "calendar": named(VN), **_told(way)}
            if restart
            else {}
        )
        return self.tell(Kind.SUPPLEMENT_RECEIVED, at, note="", components=[], **whole)

    def suspended(self, at: str | datetime, basis: str = "Luật Giám định tư pháp") -> History:
        return self.tell(Kind.SUSPENDED, at, reason="chờ giám định", basis=basis)

    def suspension_ended(self, at: str | datetime) -> History:
        return self.tell(Kind.SUSPENSION_ENDED, at)

    def obligation_met(self, at: str | datetime, term: str, way: Way = None) -> History:
        told = {"basis": "Luật Đất đai", "calendar": named(VN), **_told(way)}
        return self.tell(Kind.OBLIGATION_MET, at, term=term, **told)

    def extended(self, at: str | datetime, term: str) -> History:
        return self.tell(Kind.EXTENDED, at, term=term, kind="complex", basis="Luật Xây dựng Điều 102")

    def reappointed(self, at: str | datetime, due: str | datetime) -> History:
        instant = local(due) if isinstance(due, str) else due
        return self.tell(Kind.REAPPOINTED, at, due=instant.isoformat(), reason="hồ sơ phức tạp")

    def revised(self, at: str | datetime, calendar: wt.WorkCalendar) -> History:
        self.calendars[calendar.id, calendar.version] = calendar
        return self.tell(Kind.CALENDAR_REVISED, at, calendar=named(calendar))

    def opened(
        self,
        at: str | datetime,
        number: int,
        limit: str | None = None,
        plan: tuple[str, ...] = (),
        clock: str | None = None,
        calendar: wt.WorkCalendar = VN,
    ) -> History:
        return self.tell(
            Kind.TASK_OPENED,
            at,
            task=str(task_id(number)),
            element=f"B{number}",
            name=f"Bước {number}",
            lane="Chuyên viên",
            role="specialist",
            unit="H27.2",
            milestone=None,
            outcomes=[],
            form=None,
            limit=limit,
            plan=list(plan),
            clock=clock,
            clock_basis="niêm yết công khai" if clock else None,
            calendar=named(calendar),
        )

    def closed(self, at: str | datetime, number: int, by: str = "completed") -> History:
        return self.tell(
            Kind.TASK_CLOSED,
            at,
            task=str(task_id(number)),
            element=f"B{number}",
            outcome=None,
            by=by,
            note="",
        )

    def ready(self, at: str | datetime) -> History:
        return self.tell(Kind.RESULT_READY, at, result="granted", reason="")

    @property
    def dates(self) -> Dates:
        return clock.fold(self.events, self.calendars)


def _told(way: Way) -> dict[str, list[str]]:
    return {} if way is None else {"way": list(way)}


def named(calendar: wt.WorkCalendar) -> dict[str, str]:
    return {"id": calendar.id, "version": calendar.version}
