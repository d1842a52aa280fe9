"""`procedure.toml`, read strictly. Each fault names the file, the key and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import reduce
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

import hoso_calendar as wt
from hoso_bpmn.package import toml
from hoso_calendar.deadlines import counting
from hoso_calendar.messages import say, sentence

FILE = "procedure.toml"

#: Keys of `[case.policy]` that are ours; every other key must be one of the calendar's `Policy`. Acts are switched off by
#: `false`; `four_eyes` is off unless it is `true`.
SWITCHES = frozenset(("withdrawal", "suspension", "stop", "extension", "obligation", "four_eyes"))
#: Terms as written: of the applicant's answer, of returning a supplement, the most that a law extends by, the second
#: appointment's own, that of an opinion, and how long a dossier is kept before it may be destroyed.
TERMS = frozenset(
    (
        *("answer_term", "supplement_return_term", "extension_max", "second_term", "consultation_term"),
        "retention_term",
    )
)
#: Words, with what they may be.
WORDS = {
    "supplement": ("restart", "resume"),
    "consultation_silence": ("consent", "nothing"),
    "fees_stop": ("acceptance", "result", "handover"),
    "result": ("paper", "signed"),
    "tracking": ("course", "counts"),
}
_CALENDAR_TIME = (wt.Unit.DAYS, wt.Unit.WEEKS, wt.Unit.MONTHS, wt.Unit.YEARS)


def _term(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(say('must be a text such as "3 ngày làm việc", "168 giờ làm việc" or "20 ngày"'))
    return wt.Term.parse(value)


def _countable(term: wt.Term) -> wt.Term:
    """Require a whole term of calendar time; a fraction of it has no meaning.

    A step's limit may be a fraction, since it is working time.
    """
    if term.unit in _CALENDAR_TIME:
        counting.later_date(date(2024, 1, 1), term)
    return term


def _written(pattern: str, what: str) -> Callable[[str], str]:
    """A check that says in words how the text has to be written."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(say("must be {what}, not {text!r:.60}", what=what, text=text))
        return text

    return read


def _inside(path: str) -> str:
    if path.startswith("/") or "\\" in path or ".." in path.split("/"):
        raise ValueError(say("must be a path inside the package, with / between folders"))
    return path


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Term = Annotated[wt.Term, BeforeValidator(_term), AfterValidator(_countable)]
Inside = Annotated[str, Field(min_length=1), AfterValidator(_inside)]
Word = Annotated[
    str,
    AfterValidator(
        _written(
            r"[a-z][a-z0-9_]*",
            say("one word in small letters without accents, such as reception or division_head"),
        )
    ),
]
Unit = Annotated[
    str,
    AfterValidator(
        _written(
            r"receiving|handling|deciding|[A-Z0-9][A-Za-z0-9.-]*",
            say("receiving, handling, deciding or the code of a unit, such as H27.SVHTTDL"),
        )
    ),
]
Code = Annotated[
    str,
    AfterValidator(
        _written(
            r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
            say("at most 64 letters without accents, digits, dots, hyphens and underscores, such as TP01"),
        )
    ),
]
Source = Annotated[str | None, Field(min_length=1)]


class _Table(BaseModel):
    """A table of the manifest. Keys that it does not name are kept in `model_extra`, which `check` looks at."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="allow", arbitrary_types_allowed=True, populate_by_name=True
    )


class LaneRole(_Table):
    """Role and unit of a lane.

    The unit is one that the dossier names (`receiving`, `handling`, `deciding`) or a code.
    """

    role: Word
    source: Source = None
    unit: Unit


class Component(_Table):
    """A paper of the dossier (thành phần hồ sơ)."""

    code: Code
    name: Text
    originals: Annotated[int, Field(ge=0)] = 1
    copies: Annotated[int, Field(ge=0)] = 0
    required: bool = True
    form: Inside | None = None
    template: Inside | None = None
    accept: Texts = ()
    max_size: Text | None = None
    condition: Text | None = None
    #: `unpublished` where the authority has not said so itself.
    source: Source = None


class Fee(_Table):
    """A fee in whole đồng; None where the authority has not published it."""

    name: Text
    #: Of one page or copy where it says `per`.
    amount: Annotated[int, Field(ge=0)] | None = None
    per: Text | None = None
    #: The most of one piece, say a copy, however many `per` of it are counted.
    most: Annotated[int, Field(gt=0)] | None = None
    #: How many of each piece it does not count, since another fee does: 2 for a fee from the third page on.
    after: Annotated[int, Field(gt=0)] | None = None
    #: At which point of the way it is collected.
    due: Literal["filing", "reception", "supplement", "return"] = "reception"
    basis: Text | None = None
    source: Source = None

    @model_validator(mode="after")
    def _amount_or_source(self) -> Fee:
        if self.amount is None and self.source != "unpublished":
            raise ValueError(say('must have an amount in đồng, or source = "unpublished"'))
        return self

    @model_validator(mode="after")
    def _most_of_what_is_counted(self) -> Fee:
        if self.most is not None and (self.per is None or self.amount is None or self.most < self.amount):
            raise ValueError(say("may have `most` only with `per` and an amount that is not above it"))
        if self.after is not None and (self.per is None or self.amount is None):
            raise ValueError(say("may have `after` only with `per` and an amount"))
        return self

    def of(self, pieces: Sequence[int]) -> int:
        """The amount of pieces in đồng, each given by its number of `per`.

        No piece costs more than the most.
        """
        each = (max(0, number - (self.after or 0)) * (self.amount or 0) for number in pieces)
        return sum(each if self.most is None else (min(amount, self.most) for amount in each))


class Case(_Table):
    """A case (trường hợp) of a procedure: one term, one process."""

    id: Code
    name: Text
    process: Inside
    term: Term
    #: The policy as written, JSON-safe, with the basis of each key.
    policy_text: Annotated[Mapping[str, Any], Field(alias="policy", default_factory=dict)]
    components: Annotated[tuple[Component, ...], Field(alias="component", strict=False)] = ()
    fees: Annotated[tuple[Fee, ...], Field(alias="fee", strict=False)] = ()
    #: Form of filing.
    form: Inside | None = None
    #: Who may file, what comes out, how many sets are handed in, how long papers are kept: for the catalogue.
    applicants: Text | None = None
    results: Texts = ()
    sets: Annotated[int, Field(ge=1)] = 1
    retention: Text | None = None
    basis: Texts = ()
    source: Source = None

    @property
    def policy(self) -> wt.Policy:
        """Policy by which the term is counted."""
        return _counting(self.policy_text)

    @property
    def supplement(self) -> Literal["restart", "resume"]:
        """Effect of a supplement: it restarts the term (general law) or resumes it."""
        return "resume" if self.policy_text.get("supplement") == "resume" else "restart"

    @model_validator(mode="after")
    def _policy_is_known(self) -> Case:
        for key, known in WORDS.items():
            if self.policy_text.get(key, known[0]) not in known:
                raise ValueError(say("policy.{key} must be {words}", key=key, words=_either(known)))
        if self.counts_only and not self.policy_text.get("tracking_basis"):
            raise ValueError(say("policy.tracking_basis must name the law that keeps the course from others"))
        for switch in SWITCHES & self.policy_text.keys():
            if not isinstance(self.policy_text[switch], bool):
                raise ValueError(say("policy.{switch} must be true or false", switch=switch))
        for key in sorted(TERMS & self.policy_text.keys()):
            _countable(_policy_term(key, self.policy_text[key]))
        if self.retention_term is not None and self.retention_term.unit not in _CALENDAR_TIME:
            raise ValueError(say("policy.retention_term must be in days, weeks, months or years"))
        if self.second is not None and self.second.unit is not self.term.unit:
            raise ValueError(say("policy.second_term must be counted in the unit of the term"))
        _counting(self.policy_text)
        return self

    @property
    def counts_only(self) -> bool:
        """True where other authorities are told the number of late dossiers and no more."""
        return self.policy_text.get("tracking") == "counts"

    @property
    def second(self) -> wt.Term | None:
        """The second appointment's own term, behind a financial obligation."""
        written = self.policy_text.get("second_term")
        return wt.Term.parse(written) if written else None

    @property
    def retention_term(self) -> wt.Term | None:
        """Time after its end for which a dossier is kept; None where the law names none."""
        written = self.policy_text.get("retention_term")
        return wt.Term.parse(written) if written else None

    @model_validator(mode="before")
    @classmethod
    def _json_safe(cls, table: Any) -> Any:
        if isinstance(table, dict) and isinstance(table.get("policy"), dict):
            return {**table, "policy": {key: _plain(value) for key, value in table["policy"].items()}}
        return table


def _either(known: tuple[str, ...]) -> str:
    quoted = (f'"{word}"' for word in known)
    return reduce(lambda one, other: say("{one} or {other}", one=one, other=other), quoted)


def _policy_term(key: str, value: object) -> wt.Term:
    try:
        term = _term(value)
    except ValueError as unread:
        raise ValueError(say("policy.{key}: {why}", key=key, why=sentence(unread))) from unread
    assert isinstance(term, wt.Term)  # noqa: S101 - `_term` gives a term for a text and refuses anything else
    return term


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _counting(policy: Mapping[str, Any]) -> wt.Policy:
    ours = {*WORDS, *SWITCHES, *TERMS}
    return wt.Policy.from_mapping({k: v for k, v in policy.items() if k.removesuffix("_basis") not in ours})


class Eligibility(_Table):
    """Questions before anything is filed, and the decision table about them.

    The table says whether one may file. Its outputs are `eligible`, and at will `reason` and `case`.
    """

    form: Inside
    decision: Inside
    basis: Texts = ()


class Manifest(_Table):
    """The whole file."""

    schema_: Annotated[Literal["hoso-procedure/1"], Field(alias="schema")]
    code: Code
    name: Text
    authority: Text
    field: Text
    level: Text
    legal_basis: Annotated[Texts, Field(min_length=1)]
    source: Source = None
    lanes: Annotated[Mapping[str, LaneRole], Field(min_length=1)]
    eligibility: Eligibility | None = None
    cases: Annotated[tuple[Case, ...], Field(alias="case", strict=False)]

    @model_validator(mode="after")
    def _cases_are_told_apart(self) -> Manifest:
        if not self.cases:
            raise ValueError(say("at least one [[case]] must be declared"))
        _refuse_twins("case", [case.id for case in self.cases])
        for case in self.cases:
            _refuse_twins(
                say("case {id}: component", id=case.id), [component.code for component in case.components]
            )
        return self


def _refuse_twins(what: str, names: list[str]) -> None:
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise ValueError(say("{what} {twins!r} is declared twice", what=what, twins=twins[0]))


def read(data: bytes) -> tuple[Manifest, dict[str, Any]]:
    """The manifest, and the file's own tables; raises `RefusedFile` with rule `manifest-broken` or `manifest-key`."""
    return toml.read(data, Manifest, file=FILE, what="manifest")


def unknown_keys(manifest: Manifest) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Keys that no part of the project reads. With the place of each, and the keys known there."""
    yield from _extra("", manifest)
    for lane, role in manifest.lanes.items():
        yield from _extra(f"lanes.{lane}.", role)
    if manifest.eligibility is not None:
        yield from _extra("eligibility.", manifest.eligibility)
    for number, case in enumerate(manifest.cases, start=1):
        yield from _extra(f"case[{number}].", case)
        for kind, rows in (("component", case.components), ("fee", case.fees)):
            for row_number, row in enumerate(rows, start=1):
                yield from _extra(f"case[{number}].{kind}[{row_number}].", row)


def _extra(place: str, table: _Table) -> Iterator[tuple[str, str, frozenset[str]]]:
    known = frozenset(field.alias or name for name, field in type(table).model_fields.items())
    for key in table.model_extra or {}:
        yield place + key, key, known
