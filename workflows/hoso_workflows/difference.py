"""How what happened differs from what a scenario expects, said as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: What there is nothing of.
NONE = "none"
#: The step is not refused.
ALLOWED = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that did not come true."""

    #: The step, counted from 1.
    step: int
    at: datetime
    do: str
    key: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"step {self.step}, {self.at:%Y-%m-%d %H:%M} {self.do}: {self._sentence()}"

    def _sentence(self) -> str:
        template = _SPECIAL.get(self.key, {}).get(self._kind()) or _LISTED.get(self.key.split()[0], _ANY)
        return template.format(key=self.key, expected=self.expected, got=self.got)

    def _kind(self) -> str:
        """Which of both there is."""
        if self.expected in (NONE, ALLOWED):
            return "unexpected"
        return "absent" if self.got in (NONE, ALLOWED) else "other"


_ANY = "{key} should be {expected}, but is {got}"
_LISTED: Mapping[str, str] = {
    "tasks": "open tasks should be {expected}, but are {got}",
    "timers": "running timers should be {expected}, but are {got}",
    "messages": "awaited messages should be {expected}, but are {got}",
    "incidents": "open incidents should be {expected}, but are {got}",
    "outcomes": "{key} should be {expected}, but are {got}",
    "letters": "issued letters should be {expected}, but are {got}",
    "sent": "sent messages should be {expected}, but are {got}",
}
_SPECIAL: Mapping[str, Mapping[str, str]] = {
    "refused": {
        "unexpected": "the step is refused: {got}",
        "absent": "the step should be refused as {expected}, but is not",
        "other": "the step should be refused as {expected}, but is refused as {got}",
    },
    "incident": {
        "unexpected": "the engine cannot go on at {got}",
        "absent": "the engine should stop at {expected}, but goes on",
        "other": "the engine should stop at {expected}, but stops at {got}",
    },
    "open": {
        "absent": "exactly one {expected} should be open, but nothing is open",
        "other": "exactly one {expected} should be open; open are {got}",
    },
}
