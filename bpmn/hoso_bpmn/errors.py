"""Errors of the engine, each with the data that a caller needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from hoso_calendar.messages import say


class EngineError(Exception):
    """Refused request to the engine; the run is as it was before."""


class UnknownTask(EngineError):
    """Id of no open task of the run. The task was completed, cancelled, or never was."""

    def __init__(self, task: str) -> None:
        self.task = task
        super().__init__(f"No task {task} is open in this run.")


class UnknownOutcome(EngineError):
    """The task has outcomes, and this is none of them."""

    def __init__(self, outcome: str, allowed: Iterable[str]) -> None:
        self.outcome = outcome
        self.allowed = tuple(allowed)
        choice = f"choose one of {', '.join(self.allowed)}" if self.allowed else "the task has none"
        super().__init__(f"{outcome!r} is no outcome of the task; {choice}.")


class OutcomeRequired(EngineError):
    """The task is decided by its outcome, and none was given."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"The task needs an outcome; choose one of {', '.join(self.allowed)}.")


class UnknownIncident(EngineError):
    """No held timer of the run has this id."""

    def __init__(self, incident: str) -> None:
        self.incident = incident
        super().__init__(f"No timer {incident} is held in this run.")


class NotExternal(EngineError):
    """A call was said to have failed, but the task waits for a person."""

    def __init__(self, task: str, element: str) -> None:
        self.task = task
        self.element = element
        super().__init__(f"Task {task} at {element} waits for a person, not for a call.")


class RunFinished(EngineError):
    """Command to a run that has ended."""

    def __init__(self) -> None:
        super().__init__("The run has ended.")


class NobodyWaits(EngineError):
    """A message came that no element of the run awaits now."""

    def __init__(self, message: str, awaited: Iterable[str]) -> None:
        self.message = message
        self.awaited = tuple(awaited)
        super().__init__(
            f"Nothing awaits the message {message!r}; awaited: {', '.join(self.awaited) or 'none'}."
        )


class StaleState(EngineError):
    """The bytes are no state that this specification can resume."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The stored state cannot be resumed: {reason}.")


class CannotStart(EngineError):
    """The way from the start to the first waiting element fails."""

    def __init__(self, element: str, message: str) -> None:
        self.element = element
        self.message = message
        super().__init__(f"The process cannot start; at {element}: {message}")


class BadVariable(EngineError):
    """Variable that is no JSON scalar or list of them, or too long."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"The variable {name!r} {reason}.")


class NaiveInstant(EngineError, ValueError):
    """An instant without a time zone."""

    def __init__(self, instant: object) -> None:
        self.instant = instant
        super().__init__(f"{instant!r} has no time zone; give an aware datetime.")


class TimeNotGiven(EngineError):
    """Request for the time outside a command. The engine never reads the host clock instead."""

    def __init__(self) -> None:
        super().__init__("No instant is given: the engine runs only inside a command with `at`.")


class BadExpression(EngineError, ValueError):
    """An expression that does not compile."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(say("The expression {text!r} is not accepted: {reason}.", text=text, reason=reason))


class ExpressionFailed(EngineError):
    """An expression that compiles and has no value for these variables."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(say("The expression {text!r} has no value: {reason}.", text=text, reason=reason))


class MissingVariable(ExpressionFailed):
    """A variable that an expression needs was never given."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        super().__init__(text, say("the variable {name!r} was not given", name=name))


class NoBranch(EngineError):
    """A gateway none of whose conditions holds and that has no default flow."""

    def __init__(self, element: str) -> None:
        self.element = element
        super().__init__(say("No outgoing flow of {element} can be taken.", element=element))


class UncaughtError(EngineError):
    """An error end event inside a sub-process that nothing around it catches."""

    def __init__(self, element: str, name: str) -> None:
        self.element = element
        self.name = name
        super().__init__(f"The error {name!r} of {element} is caught by no event around its sub-process.")


class TooManySteps(EngineError):
    """One command made more automatic steps than any sensible process has: an endless loop."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"More than {limit} automatic steps in one command: the process runs in a circle.")


class BadTimer(EngineError, ValueError):
    """A timer whose text is no date, duration, cycle or term."""

    def __init__(self, text: str, reason: str = "") -> None:
        self.text = text
        self.reason = reason or say("write 5 ngày làm việc, PT4H, R3/P1D or 2026-11-24T08:00:00+07:00")
        super().__init__(
            say("The timer {text!r} is not understood: {reason}.", text=text, reason=self.reason)
        )


class UnsupportedElement(EngineError):
    """An element that the engine would run wrongly and therefore does not run."""

    def __init__(self, element: str, what: str, remedy: str, line: int = 0) -> None:
        self.element = element
        self.what = what
        self.remedy = remedy
        self.line = line
        super().__init__(
            say("{element}: {what} is not supported. {remedy}", element=element, what=what, remedy=remedy)
        )


class Located(Protocol):
    """Anything in a diagram that has an id and a line."""

    @property
    def id(self) -> str: ...

    @property
    def line(self) -> int: ...


def unsupported(
    element: Located, what: str, remedy: str = "Draw it with other elements."
) -> UnsupportedElement:
    """Refusal of an element at its place in the file."""
    return UnsupportedElement(element.id, what, remedy, element.line)
