"""Bodies and answers about the duty roster of a unit."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body


class DutyEntry(Body):
    """A working day and who is on duty on it; whoever is left out or null is taken off."""

    day: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
    main: UUID | None = None
    backup: UUID | None = None


class DutyEntries(Body):
    """Days of the duty roster, each as it is to be; other days stay as they are."""

    days: Annotated[list[DutyEntry], Field(min_length=1, max_length=366)]


class DutyOfficer(Answer):
    """An officer on the duty roster."""

    id: UUID
    name: str
    available: bool


class DutyDay(Answer):
    """A working day of the unit, with who is on duty."""

    day: date
    covered: bool
    main: DutyOfficer | None
    backup: DutyOfficer | None


class DutyRoster(Answer):
    """The working days of a period, in order."""

    items: list[DutyDay]
