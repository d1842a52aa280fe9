"""Refusals of ratings and feedback."""

from datetime import datetime
from http import HTTPStatus

from hoso_calendar.messages import say
from hoso_workflows import errors, localtime


class RatingNotOpen(errors.Refusal):
    """A dossier without a result is not rated."""

    slug = "rating-not-open"
    http_status = HTTPStatus.CONFLICT
    remedy = "Rate it once there is a result."

    def __init__(self, reference: str) -> None:
        super().__init__(say("Dossier {reference} has no result yet to be rated.", reference=reference))
        self.reference = reference


class RatingClosed(errors.Refusal):
    """The time in which a rating is changed has passed."""

    slug = "rating-closed"
    http_status = HTTPStatus.CONFLICT
    remedy = "Give feedback for anything that is left to say."

    def __init__(self, until: datetime) -> None:
        super().__init__(
            say("The rating could be changed until {until}.", until=localtime.isoformat(until) or "")
        )
        self.until = until


class FeedbackAnswered(errors.Refusal):
    """The feedback is answered already."""

    slug = "feedback-answered"
    http_status = HTTPStatus.CONFLICT
    remedy = "Read the answer; a further question is feedback of its own."

    def __init__(self) -> None:
        super().__init__(say("This feedback is answered already."))
