"""Refusals about long jobs."""

from hoso_calendar.messages import say
from hoso_workflows import errors


class JobUnderway(errors.Refusal):
    """A job of this kind is at work on the same already."""

    slug = "job-underway"
    remedy = "Wait until it has ended, or have it stopped; jobs are listed at /v1/jobs."

    def __init__(self, subject: str) -> None:
        super().__init__(say("A job is at work on {subject} already.", subject=subject))
        self.subject = subject


class JobEnded(errors.Refusal):
    """The job has ended, so that there is nothing to stop."""

    slug = "job-ended"
    remedy = "Read its result; what it has done stays done."

    def __init__(self, subject: str) -> None:
        super().__init__(say("The job on {subject} has ended.", subject=subject))
        self.subject = subject


class JobNotStoppable(errors.Refusal):
    """The job has begun something that must not stay half-done."""

    slug = "job-not-stoppable"
    remedy = "Let it come to its end; enter another revision to take its effect back."

    def __init__(self, subject: str) -> None:
        super().__init__(
            say("The revision {subject} is being applied: new dates are counted by it.", subject=subject)
        )
        self.subject = subject
