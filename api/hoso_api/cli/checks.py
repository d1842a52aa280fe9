"""The outcome of a check of `hoso doctor`."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The outcome of a check."""

    #: As it should be.
    OK = "ok"
    #: It works; somebody should look at it.
    WARNING = "warning"
    #: It does not work.
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    state: State
    detail: str
    remedy: str = ""
