"""Differences between result and expectation of a scenario, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hoso_calendar.messages import Message, say

#: What there is nothing of.
NONE = "none"
#: The step is not refused.
ALLOWED = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that does not hold."""

    #: The step, counted from 1.
    step: int
    at: datetime
    do: str
    key: str
    expected: str
    got: str

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> Message:
        """The step, the expected value and the actual one, as a sentence."""
        told = _SPECIAL.get((self.key, self._kind())) or _LISTED.get(self.key.split()[0], _any)
        what = told(self.key, self.expected, self.got)
        at = f"{self.at:%Y-%m-%d %H:%M}"
        return say("step {step}, {at} {do}: {what}", step=self.step, at=at, do=str(self.do), what=what)

    def _kind(self) -> str:
        """The kind of difference: missing, unexpected, or another value."""
        if self.expected in (NONE, ALLOWED):
            return "unexpected"
        return "absent" if self.got in (NONE, ALLOWED) else "other"


Telling = Callable[[str, str, str], Message]


def _any(key: str, expected: str, got: str) -> Message:
    return say("{key} should be {expected}, but is {got}", key=key, expected=expected, got=got)


_LISTED: Mapping[str, Telling] = {
    "tasks": lambda _k, e, g: say("open tasks should be {expected}, but are {got}", expected=e, got=g),
    "timers": lambda _k, e, g: say("running timers should be {expected}, but are {got}", expected=e, got=g),
    "messages": lambda _k, e, g: say(
        "awaited messages should be {expected}, but are {got}", expected=e, got=g
    ),
    "incidents": lambda _k, e, g: say(
        "open incidents should be {expected}, but are {got}", expected=e, got=g
    ),
    "outcomes": lambda k, e, g: say("{key} should be {expected}, but are {got}", key=k, expected=e, got=g),
    "letters": lambda _k, e, g: say("issued letters should be {expected}, but are {got}", expected=e, got=g),
    "sent": lambda _k, e, g: say("sent messages should be {expected}, but are {got}", expected=e, got=g),
}
_SPECIAL: Mapping[tuple[str, str], Telling] = {
    ("refused", "unexpected"): lambda _k, _e, g: say("the step is refused: {got}", got=g),
    ("refused", "absent"): lambda _k, e, _g: say(
        "the step should be refused as {expected}, but is not", expected=e
    ),
    ("refused", "other"): lambda _k, e, g: say(
        "the step should be refused as {expected}, but is refused as {got}", expected=e, got=g
    ),
    ("incident", "unexpected"): lambda _k, _e, g: say("the engine cannot go on at {got}", got=g),
    ("incident", "absent"): lambda _k, e, _g: say(
        "the engine should stop at {expected}, but goes on", expected=e
    ),
    ("incident", "other"): lambda _k, e, g: say(
        "the engine should stop at {expected}, but stops at {got}", expected=e, got=g
    ),
    ("open", "absent"): lambda _k, e, _g: say(
        "exactly one {expected} should be open, but nothing is open", expected=e
    ),
    ("open", "other"): lambda _k, e, g: say(
        "exactly one {expected} should be open; open are {got}", expected=e, got=g
    ),
}
