"""Dossier on the pages of heads: its dates, and the commands on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import hoso_calendar as wt
from hoso_api.pages.shared import acting, typed
from hoso_api.pages.shared.acting import Form
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing, wording
from hoso_api.translation.vietnamese import spoken
from hoso_models import AppointmentKind
from hoso_models import DossierStatus as Status
from hoso_workflows import errors, localtime
from hoso_workflows.correspondence import drafted_apologies
from hoso_workflows.correspondence.drafted_apologies import Drafted
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions

#: Fields of the forms, as their pages name them.
REASON, BASIS, DAY, TERM, UNTIL = "ly-do", "can-cu", "ngay-hen", "thoi-han", "den-ngay"
#: The field of a refusal, by its slug; those of a refused form, by the command's field.
BY_SLUG: Mapping[str, str] = {"reason-missing": REASON, "not-reappointable": DAY, "not-extendable": TERM}
BY_FIELD: Mapping[str, str] = {
    "due": DAY,
    "term": TERM,
    "expected_end": UNTIL,
    "reason": REASON,
    "basis": BASIS,
}
#: The furthest day that is looked at for one that is suggested.
FURTHEST = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A dossier and what its reader may do to its dates."""

    dossier: Mapping[str, Any]
    #: True when the reader heads one of its units.
    heads: bool
    at: datetime
    calendar: wt.WorkCalendar
    seen: str
    #: The letter of apology that the ladder puts before the reader.
    drafted: Drafted | None = None

    @property
    def key(self) -> str:
        """The dossier's code, its reference before acceptance."""
        return str(self.dossier["code"] or self.dossier["reference"])

    @property
    def status(self) -> str:
        """Its state in words."""
        return spoken(wording.STATUSES[self.dossier["status"]])

    @property
    def running(self) -> bool:
        """True while it is handled."""
        return bool(self.dossier["status"] == Status.IN_PROCESS)

    @property
    def suspended(self) -> bool:
        """True while its handling is suspended."""
        return bool(self.dossier["status"] == Status.SUSPENDED)

    @property
    def legal(self) -> datetime | None:
        """Its legal due date."""
        return self._instant("due_legal")

    @property
    def promised(self) -> datetime | None:
        """The date that its applicant was promised."""
        return self._instant("due_promised")

    @property
    def standing(self) -> tuple[str, str]:
        """Mark and words of the legal due date."""
        found = ("still", self.status)
        if self.running:
            found = standing.standing(self.legal, self.at, self.calendar)
        return standing.been_late(*found, self._instant("late_since"))

    @property
    def apologised(self) -> bool:
        """True when it was given a new appointment with an apology before."""
        return any(each["kind"] == AppointmentKind.REAPPOINTMENT for each in self.dossier["appointments"])

    @property
    def last_day(self) -> date | None:
        """The last day for a new appointment, before the legal due date."""
        return localtime.local_date(self.legal) - timedelta(days=1) if self.legal else None

    @property
    def once(self) -> str:
        """Until when a new appointment may be made, in words."""
        if self.last_day is None:
            return spoken("Chỉ một lần.")
        day = wording.day(self.last_day)
        return spoken("Chỉ một lần, chậm nhất 23:59 ngày {day}. Hạn theo quy định không đổi.", day=day)

    @property
    def suggested(self) -> date | None:
        """The drafted day, else the working day after the promised date."""
        if self.drafted is not None and self.drafted.due is not None:
            return self.drafted.due
        if self.promised is None:
            return None
        first = localtime.local_date(max(self.promised, self.at))
        days = (first + timedelta(days=each) for each in range(1, FURTHEST))
        try:
            return next((each for each in days if self.calendar.is_working(each)), None)
        except wt.MissingCalendarData:
            return None

    def _instant(self, name: str) -> datetime | None:
        text = self.dossier[name]
        return datetime.fromisoformat(text) if text else None


async def read(visit: Visit, key: str) -> Case:
    """The dossier. Raises NotFound also for who reads it as its applicant."""
    last = await acting.last_event(visit.service.db, key)
    dossier = await views.dossier(visit.service, key, **visit.reading)
    if dossier["view"] != permissions.View.OFFICER:
        raise errors.NotFound("dossier", key)
    unit = dossier["units"]["handling"]
    calendars = await visit.service.reference_data.unit_calendars([unit])
    return Case(
        dossier=dossier,
        heads=bool(set(permissions.headed_units(visit.rights)).intersection(dossier["units"].values())),
        at=visit.at,
        calendar=calendars[unit],
        seen=acting.seen(dossier, last),
        drafted=await drafted_apologies.of_dossier(visit.service, key, visit.rights, at=visit.at),
    )


def reappointment(form: Form) -> commands.Reappoint:
    """The command of an apology. Raises Stopped for a day that cannot be read."""
    return commands.Reappoint(typed.day(form, DAY), form.text(REASON))


def extension(form: Form) -> commands.Extend:
    """The command of an extension."""
    return commands.Extend(form.text(TERM), form.text(REASON), form.text(BASIS))


def suspension(form: Form) -> commands.Suspend:
    """The command of a suspension. Raises Stopped for a day that cannot be read."""
    return commands.Suspend(form.text(REASON), form.text(BASIS), typed.day_said(form, UNTIL))


def suspension_end(form: Form) -> commands.EndSuspension:
    """The command by which a suspension ends."""
    return commands.EndSuspension(form.text(REASON))
