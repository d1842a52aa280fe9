"""Refusals of the coordinating function's acts."""

from datetime import date

from hoso_calendar.messages import say
from hoso_workflows import errors


class NoticeTooShort(errors.Refusal):
    """Maintenance is announced too few working days before it begins."""

    slug = "notice-too-short"
    remedy = "Choose a later beginning, or record why it cannot wait."

    def __init__(self, given: int, required: int, basis: str) -> None:
        super().__init__(
            say(
                "Maintenance is announced {required} working days before; here it is {given} ({basis}).",
                required=required,
                given=given,
                basis=basis,
            )
        )
        self.given, self.required, self.basis = given, required, basis


class MaintenanceOver(errors.Refusal):
    """The maintenance has begun or was cancelled; nothing of it can be cancelled."""

    slug = "maintenance-over"
    remedy = "Read the list of what is announced again."

    def __init__(self) -> None:
        super().__init__(say("The maintenance has begun, or somebody has cancelled it."))


class OutageResolved(errors.Refusal):
    """The outage is resolved already."""

    slug = "outage-resolved"
    remedy = "Report a new outage where the service has failed again."

    def __init__(self, service: str) -> None:
        super().__init__(say("The outage of {service} is resolved.", service=service))
        self.service = service


class OutageNotTold(errors.Refusal):
    """The unit was not told of the outage."""

    slug = "outage-not-told"
    remedy = "Name a unit that stands among its recipients."

    def __init__(self, unit: str, service: str) -> None:
        super().__init__(say("{unit} was not told of the outage of {service}.", unit=unit, service=service))
        self.unit, self.service = unit, service


class RecipientOverlaps(errors.Refusal):
    """The unit is told of these outages already on some of the days."""

    slug = "recipient-overlaps"
    remedy = "End the entry that stands, or begin after its last day."

    def __init__(self, unit: str, first: date) -> None:
        super().__init__(say("{unit} is told already from {first} on.", unit=unit, first=first))
        self.unit, self.first = unit, first


class UrgingAnswered(errors.Refusal):
    """The unit has answered already."""

    slug = "urging-answered"
    remedy = "Read the answer; a further question is a new call upon the unit."

    def __init__(self) -> None:
        super().__init__(say("The unit has answered this already."))


class SheetFinal(errors.Refusal):
    """The evaluation sheet is final: neither its figures nor its marks change."""

    slug = "sheet-final"
    remedy = "Open a sheet of another period."

    def __init__(self, unit: str) -> None:
        super().__init__(say("The evaluation sheet of {unit} for this period is final.", unit=unit))
        self.unit = unit
