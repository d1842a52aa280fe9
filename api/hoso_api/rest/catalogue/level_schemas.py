"""Bodies and answers about service levels, and about systems of agencies."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_api.rest.catalogue.schemas import Day
from hoso_models import Integration


class ServiceLevelSetting(Body):
    """A service level as it is set."""

    code: Key
    kind: Key
    decision_no: Name
    decision_date: Day
    reason: Text = ""
    valid_from: Day
    valid_to: Day | None = None


class ServiceLevel(Answer):
    """A service level that was set."""

    id: UUID
    code: str
    name: str
    authority: str
    authority_name: str
    kind: str
    kind_name: str
    decision_no: str | None
    decision_date: date | None
    reason: str | None
    valid_from: date
    valid_to: date | None
    entered_at: AwareDatetime
    entered_by: str
    corrected_at: AwareDatetime | None


class ServiceLevels(Answer):
    """Service levels, what begins last first."""

    items: list[ServiceLevel]
    page: NextPage


class AgencySystemEntry(Body):
    """A system of an agency as it is entered."""

    unit: Key
    name: Name
    purpose: Text
    address: Name | None = None
    state: Integration
    state_from: Day
    note: Text = ""


class AgencySystemState(Body):
    """The state of a system since a day."""

    state: Integration
    state_from: Day
    note: Text = ""


class AgencySystem(Answer):
    """A system of an agency."""

    id: UUID
    unit: str
    unit_name: str
    name: str
    address: str | None
    purpose: str
    state: Integration
    state_from: date
    note: str | None
    changed_at: AwareDatetime
    changed_by: str


class AgencySystems(Answer):
    """Systems of agencies, by unit, and how many in use are not integrated."""

    items: list[AgencySystem]
    page: NextPage
    not_integrated: int
