"""Refusals of acts on reports that are owed."""

from collections.abc import Mapping, Sequence
from datetime import date

from hoso_calendar.messages import Message, joined, say
from hoso_models import ReportStatus
from hoso_workflows import errors

#: Where a report stands, in words of its own.
_STANDING: Mapping[ReportStatus, Message] = {
    ReportStatus.OWED: say("not written yet"),
    ReportStatus.DRAFTED: say("being written"),
    ReportStatus.APPROVED: say("approved"),
    ReportStatus.SUBMITTED: say("submitted"),
    ReportStatus.RETURNED: say("sent back"),
}


class ReportChanged(errors.Refusal):
    """The reader had seen an older version of the report."""

    slug = "report-changed"
    remedy = "Read the report anew, look at what changed, then repeat the act."

    def __init__(self, version: int) -> None:
        super().__init__(
            say("The report is at version {version}; the request had seen another one.", version=version)
        )
        self.version = version


class ReportNotReady(errors.Refusal):
    """The report does not stand where this act is possible."""

    slug = "report-not-ready"
    remedy = "A report is written, approved by a head who has not written it, then submitted; a submitted one can be returned."

    def __init__(self, status: ReportStatus, allowed: Sequence[ReportStatus]) -> None:
        super().__init__(
            say(
                "The report is {status}; this act is possible while it is one of: {allowed}.",
                status=_STANDING.get(status, status),
                allowed=joined(", ", (_STANDING.get(each, each) for each in allowed)),
            )
        )
        self.status, self.allowed = status, tuple(allowed)


class PeriodRuns(errors.Refusal):
    """The days that the report covers are not over."""

    slug = "report-period-runs"
    remedy = "Submit the report when its last day is over."

    def __init__(self, last: date) -> None:
        super().__init__(say("The report covers the days up to {last}.", last=last))
        self.last = last


class OwnReport(errors.Refusal):
    """A report is not approved by whoever wrote it, nor in their name."""

    slug = "own-report"
    remedy = "Have another head of the unit approve it."

    def __init__(self) -> None:
        super().__init__(say("The report cannot be approved by who wrote it."))


class ReportsMissing(errors.Refusal):
    """Reports that are to be consolidated have not been submitted."""

    slug = "reports-missing"
    remedy = "Remind these units; or submit with `confirm_missing` true: the report then says that they are missing."

    def __init__(self, units: Sequence[str]) -> None:
        super().__init__(
            say("These units have not submitted their reports: {units}.", units=", ".join(units))
        )
        self.units = tuple(units)


class AlreadyConsolidated(errors.Refusal):
    """The report went into a consolidated one that was submitted."""

    slug = "report-consolidated"
    remedy = "Have the consolidated report returned first."

    def __init__(self) -> None:
        super().__init__(say("The consolidated report of this period was submitted with it."))


class RemindedToday(errors.Refusal):
    """The unit was reminded of this report today."""

    slug = "report-reminded"
    remedy = "Wait until tomorrow, or speak to the head of the unit."

    def __init__(self) -> None:
        super().__init__(say("The unit was reminded of this report today, or has nobody to be reminded."))
