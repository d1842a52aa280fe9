"""Faults of answers: a rule and its data, and the sentence that programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hoso_calendar.messages import Message, say


class Rule(StrEnum):
    """Ways in which an answer is wrong."""

    #: A required answer is missing.
    REQUIRED = "required"
    #: An answer that nobody asked for.
    UNKNOWN = "unknown"
    #: Another kind of value: `wanted` says which.
    TYPE = "type"
    #: No number.
    NUMBER = "number"
    #: More than `digits` decimals.
    DIGITS = "digits"
    #: No multiple of `step`; `below` and `above` are the nearest.
    INCREMENT = "increment"
    #: A number outside of `least` and `most`; None where one is open.
    RANGE = "range"
    #: A text of `length` characters, outside of `least` and `most`.
    LENGTH = "length"
    #: A text of more characters than a pattern judges: `most`.
    UNJUDGED = "unjudged"
    #: A text that does not match `pattern`.
    PATTERN = "pattern"
    #: No e-mail address.
    EMAIL = "email"
    #: No telephone number.
    PHONE = "phone"
    #: No date or hour: `wanted` says which.
    INSTANT = "instant"
    #: A `day` that `month` of `year` does not have, or a month that no year has.
    DAY = "day"
    #: A date whose year has two digits.
    YEAR = "year"
    #: A date before `earliest`.
    EARLY = "early"
    #: A date after `latest`.
    LATE = "late"
    #: None of the values that may be chosen.
    OPTION = "option"
    #: `count` items, a number outside of `least` and `most`.
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One answer that is missing, wrong or not asked for."""

    #: Where the answer lies: `thanh_vien.0.ho_ten`.
    path: str
    rule: Rule
    #: `label` of the question, and what its rule names.
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """The sentence for programs, in the two languages of all sentences."""
        if self.rule is Rule.UNKNOWN:
            return say("{key} is not a question of the form.", key=self.path)
        return say("{label} {message}.", label=self.params["label"], message=_SAID[self.rule](self.params))


def _length(data: Mapping[str, Any]) -> str:
    if data["most"]:
        return say("must have {least} to {most} characters", least=data["least"], most=data["most"])
    return say("needs {least} characters", least=data["least"])


def _digits(data: Mapping[str, Any]) -> str:
    if data["digits"]:
        return say("must have at most {digits} decimals", digits=data["digits"])
    return say("must be a whole number")


def _range(data: Mapping[str, Any]) -> str:
    return say("must lie {between}", between=_between(data["least"], data["most"]))


def _between(least: float | None, most: float | None) -> str:
    if most is None:
        return say("at or above {least}", least=least)
    return (
        say("at or below {most}", most=most)
        if least is None
        else say("between {least} and {most}", least=least, most=most)
    )


def _option(data: Mapping[str, Any]) -> str:
    known = ", ".join(data["known"])
    if data["several"]:
        return say("must be chosen from {known}", known=known)
    return say("must be one of {known}", known=known)


def _items(data: Mapping[str, Any]) -> str:
    return say("must have {least} to {most} items", least=data["least"], most=data["most"])


def _wanted(data: Mapping[str, Any]) -> str:
    return say("must be {wanted}", wanted=data["wanted"])


_SAID: Mapping[Rule, Callable[[Mapping[str, Any]], str]] = {
    Rule.REQUIRED: lambda _: say("is missing"),
    Rule.TYPE: _wanted,
    Rule.NUMBER: _wanted,
    Rule.DIGITS: _digits,
    Rule.INCREMENT: lambda data: say(
        "must be a multiple of {step}; the nearest are {below} and {above}", **_without_label(data)
    ),
    Rule.RANGE: _range,
    Rule.LENGTH: _length,
    Rule.UNJUDGED: lambda data: say(
        "has more than {most:,} characters, which is all that a pattern judges", most=data["most"]
    ),
    Rule.PATTERN: lambda data: say("does not match {pattern}", pattern=data["pattern"]),
    Rule.EMAIL: _wanted,
    Rule.PHONE: _wanted,
    Rule.INSTANT: _wanted,
    Rule.DAY: _wanted,
    Rule.YEAR: _wanted,
    Rule.EARLY: lambda data: say("must not be before {earliest}", earliest=data["earliest"]),
    Rule.LATE: lambda data: say("must not be after {latest}", latest=data["latest"]),
    Rule.OPTION: _option,
    Rule.ITEMS: _items,
}


def _without_label(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "label"}
