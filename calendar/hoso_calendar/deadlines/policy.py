"""Options of counting in which a procedure departs from the general rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Any, Literal, Self

from hoso_calendar.errors import BadPolicy
from hoso_calendar.messages import say


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, `[start, end)`; `end` is None while it lasts. Both are aware instants."""

    start: datetime
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Options of rules S1–S7, each with its basis; `BadPolicy` for a wrong value.

    The defaults are the Civil Code 2015, articles 147 and 148.
    """

    #: Receipt outside office hours: on the next working day, or on its own date (S1).
    nonworking_receipt: Literal["next", "as_is"] = "next"
    #: After this local minute receipt is late in the day (S5, "sau 15 giờ"), within it in time; None: no such hour.
    cutoff: time | None = None
    #: What late receipt moves: only a same-day term, or the day of receipt of every term but wall-clock hours.
    cutoff_effect: Literal["same_day_only", "roll_receipt"] = "same_day_only"
    #: Minutes before closing in which an electronic filing counts from the next working day; 60 for the last hour.
    last_hour: int = 0
    #: Whether a calendar term that ends on a day off ends on the next working day (Civil Code art. 148 clause 5).
    roll_end: bool = True
    #: Whether the day on which a pause begins counts in a term of days (S7); where it does, no term ends in a pause (S15).
    pause_day: Literal["used", "free"] = "used"
    #: The provision that orders these options.
    basis: str = ""

    def __post_init__(self) -> None:
        _one_of("nonworking_receipt", self.nonworking_receipt, ("next", "as_is"))
        _one_of("cutoff_effect", self.cutoff_effect, ("same_day_only", "roll_receipt"))
        _one_of("pause_day", self.pause_day, ("used", "free"))
        _one_of("roll_end", self.roll_end, (True, False))
        if self.cutoff is not None and not _is_clock(self.cutoff):
            raise BadPolicy("cutoff", self.cutoff, say("a time such as 15:00"))
        if not isinstance(self.basis, str):
            raise BadPolicy("basis", self.basis, say("the provision, as text"))
        if type(self.last_hour) is not int or not (self.last_hour == 0 or 15 <= self.last_hour <= 480):
            raise BadPolicy("last_hour", self.last_hour, say("0, or 15 to 480 minutes; 60 is the last hour"))

    @classmethod
    def from_mapping(cls, options: Mapping[str, Any]) -> Self:
        """Read declared options; ``<option>_basis`` beside an option is gathered into `basis`. Unknown keys are refused by name."""
        known = {field.name for field in fields(cls)}
        bases = {key: key.removesuffix("_basis") for key in options if key.endswith("_basis")}
        for key in options:
            if key not in known and bases.get(key) not in known:
                raise BadPolicy(
                    key,
                    options[key],
                    say("no such option; known are {known}", known=", ".join(sorted(known))),
                )
        values = {key: options[key] for key in options if key in known}
        if isinstance(values.get("cutoff"), str):
            values["cutoff"] = _time(values["cutoff"])
        said = [str(values.get("basis", ""))] + [f"{option}: {options[key]}" for key, option in bases.items()]
        return cls(**values | {"basis": "; ".join(filter(None, said))})

    def to_mapping(self) -> dict[str, Any]:
        """Every option as JSON holds it; `from_mapping` reads it back."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"cutoff": self.cutoff.isoformat("minutes") if self.cutoff else None}


def _one_of(key: str, value: object, allowed: tuple[object, ...]) -> None:
    # 1 equals True, but a declared 1 is a mistake
    if value not in allowed or type(value) is not type(allowed[0]):
        raise BadPolicy(key, value, say("one of {allowed}", allowed=", ".join(map(str, allowed))))


def _is_clock(value: object) -> bool:
    """A minute on the wall clock of the calendar's zone."""
    return isinstance(value, time) and not (value.tzinfo or value.second or value.microsecond)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadPolicy("cutoff", text, say("a time such as 15:00")) from None
