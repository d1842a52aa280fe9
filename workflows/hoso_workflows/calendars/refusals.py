"""Refusals about calendars and their revisions."""

from collections.abc import Iterable

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.vocabulary import word


class CalendarExists(errors.Refusal):
    """A calendar of this id is there already."""

    slug = "calendar-exists"
    remedy = "Choose another id, or enter a revision of the calendar that is there."

    def __init__(self, calendar: str) -> None:
        super().__init__(say("The calendar {calendar} exists already.", calendar=calendar))
        self.calendar = calendar


class CalendarRefused(errors.FormRefused):
    """The text of a calendar cannot be used."""

    slug = "calendar-refused"
    remedy = "Correct what is named, at its line, and send the whole text again."

    def __init__(self, problems: Iterable[wt.Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__([errors.Fault(problem.place, problem.said) for problem in self.problems])

    @classmethod
    def of(cls, place: str, message: str, calendar: str) -> "CalendarRefused":
        """A refusal for one fault at a place."""
        return cls([wt.Problem(calendar, place, None, message)])


class RevisionStands(errors.Refusal):
    """The revision is not at the point at which the act belongs."""

    slug = "revision-stands"
    remedy = "draft → preview → approval by another person → activation: do the step that is due."

    def __init__(self, calendar: str, number: int, status: str, needed: str) -> None:
        super().__init__(
            say(
                "Revision {number} of {calendar} is {status}; it has to be {needed}.",
                number=number,
                calendar=calendar,
                status=word(status),
                needed=word(needed),
            )
        )
        self.calendar = calendar
        self.number = number
        self.status = status
        self.needed = needed


class OwnRevision(errors.Refusal):
    """A revision is not approved by those who entered it, nor in their name."""

    slug = "own-revision"
    remedy = "Have another administrator over the calendar's unit, or one above, approve it."

    def __init__(self, calendar: str, number: int) -> None:
        super().__init__(
            say(
                "Revision {number} of {calendar} cannot be approved by those who entered it.",
                number=number,
                calendar=calendar,
            )
        )
        self.calendar = calendar
        self.number = number


class PreviewMissing(errors.Refusal):
    """Nobody has seen which open dossiers the revision moves."""

    slug = "preview-missing"
    remedy = "Make the preview to its end, read it, and approve what it shows."

    def __init__(self, calendar: str, number: int) -> None:
        super().__init__(
            say("Revision {number} of {calendar} has no whole preview.", number=number, calendar=calendar)
        )
        self.calendar = calendar
        self.number = number


class PreviewOutdated(errors.Refusal):
    """Calendars or units have changed since the preview, so it shows another revision."""

    slug = "preview-outdated"
    remedy = "Make the preview again, and have it approved again."

    def __init__(self, calendar: str, number: int) -> None:
        super().__init__(
            say(
                "What revision {number} of {calendar} was previewed on has changed.",
                number=number,
                calendar=calendar,
            )
        )
        self.calendar = calendar
        self.number = number


class AnotherApplies(errors.Refusal):
    """Another revision is being applied, and its dossiers come first."""

    slug = "another-applies"
    remedy = "Let that one end, then make the preview of this one again."

    def __init__(self, calendar: str, number: int) -> None:
        super().__init__(
            say("Revision {number} of {calendar} is being applied.", number=number, calendar=calendar)
        )
        self.calendar = calendar
        self.number = number
