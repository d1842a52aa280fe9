"""`scenarios/*.toml` of a package: given, when, then, read strictly. `docs/scenarios.md` shows the format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hoso_bpmn.package import toml
from hoso_bpmn.package.package import Package
from hoso_calendar.messages import say
from hoso_models import DossierStatus, EntryChannel, Outcome, Verdict
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Result

FOLDER = "scenarios/"
#: The most steps of one scenario.
MAX_STEPS = 200


class Action(StrEnum):
    """Actions at one step of a scenario."""

    #: The dossier comes in; the first step of every scenario.
    FILE = "file"
    #: Reception accepts it: the clock starts.
    ACCEPT = "accept"
    #: Reception refuses it, with a reason.
    REFUSE = "refuse"
    #: A specialised unit proposes to call for a supplement.
    PROPOSE_SUPPLEMENT = "propose_supplement"
    #: The desk calls for a supplement.
    ASK_SUPPLEMENT = "ask_supplement"
    #: The supplement comes in.
    RECEIVE_SUPPLEMENT = "receive_supplement"
    #: An officer takes a task.
    CLAIM = "claim"
    #: The officer gives it back.
    UNCLAIM = "unclaim"
    #: An officer completes a task.
    COMPLETE = "complete"
    #: The call that an external task waits for has failed.
    FAIL = "fail"
    #: A message or signal comes from outside.
    SEND = "send"
    #: A timer behind which the engine could not go on fires again.
    RETRY = "retry"
    #: The applicant takes the dossier back.
    WITHDRAW = "withdraw"
    #: The desk sends back a supplement that does not answer.
    RETURN_SUPPLEMENT = "return_supplement"
    #: The dossier is closed because no supplement came.
    CLOSE_UNANSWERED = "close_unanswered"
    #: A head suspends the handling.
    SUSPEND = "suspend"
    #: The suspension ends.
    END_SUSPENSION = "end_suspension"
    #: A head extends the term by law.
    EXTEND = "extend"
    #: A head apologises and promises a new date.
    REAPPOINT = "reappoint"
    #: The applicant has to meet a financial obligation.
    SET_OBLIGATION = "set_obligation"
    #: The proof of payment comes in.
    MEET_OBLIGATION = "meet_obligation"
    #: A head ends the handling without a result.
    STOP = "stop"
    #: The desk hands the result over.
    HAND_OVER = "hand_over"
    #: The desk assesses a fee that is counted, or whose amount is not published.
    ASSESS_FEE = "assess_fee"
    #: A head exempts from a fee, or reduces it.
    EXEMPT_FEE = "exempt_fee"
    #: Money comes in for a fee.
    RECORD_PAYMENT = "record_payment"
    #: Nobody does anything; time passes, and timers fire.
    WAIT = "wait"


#: The keys that each action needs, and the further ones it takes, beside `at`, `do`, `by` and `then`.
TAKES: dict[Action, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Action.FILE: ((), ()),
    Action.ACCEPT: ((), ("note", "values", "confirm_missing")),
    Action.REFUSE: (("reason",), ()),
    Action.PROPOSE_SUPPLEMENT: (("reason",), ("items",)),
    Action.ASK_SUPPLEMENT: (("reason",), ("items", "justification")),
    Action.RECEIVE_SUPPLEMENT: ((), ("note", "components")),
    Action.CLAIM: (("step", "by"), ("unit",)),
    Action.UNCLAIM: (("step",), ("unit",)),
    Action.COMPLETE: (("step",), ("unit", "outcome", "result", "reason", "note", "values")),
    Action.FAIL: (("step", "reason"), ("unit",)),
    Action.SEND: (("message",), ("item", "values")),
    Action.RETRY: (("step",), ("unit", "values")),
    Action.WITHDRAW: (("reason",), ()),
    Action.RETURN_SUPPLEMENT: (("reason",), ("items",)),
    Action.CLOSE_UNANSWERED: ((), ("note",)),
    Action.SUSPEND: (("reason", "basis"), ()),
    Action.END_SUSPENSION: (("reason",), ()),
    Action.EXTEND: (("term", "reason", "basis"), ()),
    Action.REAPPOINT: (("due", "reason"), ()),
    Action.SET_OBLIGATION: (("reason", "basis"), ("amount",)),
    Action.MEET_OBLIGATION: (("proof",), ()),
    Action.STOP: (("reason", "basis"), ()),
    Action.HAND_OVER: ((), ("note", "outcome", "values")),
    Action.ASSESS_FEE: (("fee",), ("quantity", "quantities", "amount", "basis")),
    Action.EXEMPT_FEE: (("fee", "basis"), ("amount",)),
    Action.RECORD_PAYMENT: (("fee", "amount"), ()),
    Action.WAIT: ((), ()),
}
_ALWAYS = ("at", "do", "by", "then")


def _local(value: object) -> object:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ValueError(
            say(
                "must be a local date and time such as 2026-03-02 08:00:00, without quotation marks or offset"
            )
        )
    return value


def _or_none(read: Callable[[object], object]) -> Callable[[object], object]:
    """None for `"none"`, since TOML has no null."""
    return lambda value: None if value == "none" else read(value)


def _word(kind: type[StrEnum]) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, str) or value not in list(kind):
            raise ValueError(say("must be one of {known}", known=", ".join(kind)))
        return kind(value)

    return read


def _known_refusal(slug: str) -> str:
    known = sorted(_slugs(errors.Refusal))
    if slug not in known:
        raise ValueError(say("must be one of {known}", known=", ".join(known)))
    return slug


def _slugs(refusal: type[errors.Refusal]) -> Iterator[str]:
    for kind in refusal.__subclasses__():
        if hasattr(kind, "slug"):
            yield kind.slug
        yield from _slugs(kind)


def _as_sent(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as JSON carries them. A date of TOML becomes a text in ISO 8601."""
    return {
        name: answer.isoformat() if isinstance(answer, date | time) else answer
        for name, answer in answers.items()
    }


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Answers = Annotated[dict[str, Any], AfterValidator(_as_sent)]
Local = Annotated[datetime, BeforeValidator(_local)]
#: A date, or `none` where there must be none.
Due = Annotated[datetime | None, BeforeValidator(_or_none(_local))]


class _Table(BaseModel):
    """A table of a scenario. An unknown key is a fault."""

    model_config = ConfigDict(strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, table: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in table if isinstance(table, dict) else ():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = (
                    say("perhaps {near!r} is meant", near=near[0])
                    if near
                    else say("allowed are {known}", known=", ".join(known))
                )
                raise ValueError(say("{key!r} is no key here; {hint}", key=key, hint=hint))
        return table


class Given(_Table):
    """The dossier and the world around it."""

    #: The calendar of every unit that `calendars` does not name.
    calendar: Text
    #: Part (`receiving`, `handling`, `deciding`) or unit code → calendar.
    calendars: dict[str, Text] = Field(default_factory=dict)
    #: The case of the procedure; may be left out where there is only one.
    case: Text | None = None
    channel: Annotated[EntryChannel, BeforeValidator(_word(EntryChannel))] = EntryChannel.DESK
    #: Answers of the form; those that the drawing's expressions name enter the engine.
    form: Answers = Field(default_factory=dict)
    #: Codes of the components that are handed in; all required ones when left out.
    components: Texts | None = None


class OpenStep(_Table):
    """An open task, as far as it is written down."""

    #: Id of the element in the diagram.
    step: Text
    unit: Text | None = None
    role: Text | None = None
    name: Text | None = None
    #: Arrival + limit: judges the officer.
    due: Due = None
    #: When the plan has it done: warns.
    plan: Due = None
    #: Who has claimed it, or `none`.
    by: Annotated[str | None, BeforeValidator(_or_none(lambda value: value))] = None
    outcomes: Texts | None = None


class Running(_Table):
    """A timer that runs."""

    step: Text
    due: Local


class Awaited(_Table):
    """A message or signal that is awaited, as far as it is written down."""

    #: Id of the element that awaits it.
    step: Text
    message: Text | None = None
    #: Whose it is to send it.
    unit: Text | None = None
    role: Annotated[str | None, BeforeValidator(_or_none(lambda value: value))] = None


class Held(_Table):
    """An incident that is open, as far as it is written down."""

    #: Id of the element at which the engine could not go on, or of the external task.
    step: Text
    #: Who has to look.
    unit: Text | None = None


class Then(_Table):
    """Expectations after a step. Absent keys (`model_fields_set`) are not compared."""

    status: Annotated[DossierStatus | None, BeforeValidator(_word(DossierStatus))] = None
    #: Status code of the National Public Service Portal.
    portal: int | None = None
    outcome: Annotated[Outcome | None, BeforeValidator(_or_none(_word(Outcome)))] = None
    verdict: Annotated[Verdict | None, BeforeValidator(_or_none(_word(Verdict)))] = None
    #: Whether the dossier's clock runs.
    running: bool | None = None
    cycle: int | None = None
    #: Whether a date relies on a day that is only expected.
    provisional: bool | None = None
    reception_due: Due = None
    due_first: Due = None
    due_legal: Due = None
    due_promised: Due = None
    late_since: Due = None
    #: Every open task.
    tasks: Annotated[tuple[OpenStep, ...], Field(strict=False)] = ()
    #: Every timer that runs.
    timers: Annotated[tuple[Running, ...], Field(strict=False)] = ()
    #: Every message that is awaited.
    messages: Annotated[tuple[Awaited, ...], Field(strict=False)] = ()
    #: Every incident that is open.
    incidents: Annotated[tuple[Held, ...], Field(strict=False)] = ()
    #: Names of the messages that the step sends to the outside.
    sent: Texts = ()
    #: Numbers of the forms (Mẫu) that the step issues: `01` receipt, `02` supplement, `03` refusal.
    letters: Texts = ()
    #: Why the step must be refused, in which case nothing happens.
    refused: Annotated[str, AfterValidator(_known_refusal)] | None = None
    #: The element at which the engine must stop, for somebody to look.
    incident: Text | None = None


class When(_Table):
    """One step: an action at an instant, and the expectations after it."""

    at: Local
    do: Annotated[Action, BeforeValidator(_word(Action))]
    #: Who acts; where this is left out, whoever has claimed the task.
    by: Text | None = None
    #: Id of the element of the task, or of the incident; `unit` tells several of one element apart.
    step: Text | None = None
    unit: Text | None = None
    outcome: Text | None = None
    result: Annotated[Result | None, BeforeValidator(_word(Result))] = None
    reason: Text | None = None
    note: Text | None = None
    #: Name of the message or signal that comes; `item` tells several that await it in a multi-instance activity apart.
    message: Text | None = None
    item: Text | None = None
    justification: Text | None = None
    items: Texts | None = None
    components: Texts | None = None
    #: Answers to the form of the step; without a form, values that expressions of the drawing read.
    values: Answers | None = None
    #: Reception accepts although required components are missing.
    confirm_missing: bool | None = None
    #: Decision or article on which a head acts.
    basis: Text | None = None
    #: By how much a law extends the term.
    term: Text | None = None
    #: The local date that is promised anew.
    due: date | None = None
    #: In đồng, and the number of the proof that it was paid.
    amount: int | None = None
    #: Number of a fee, and what it is counted by.
    fee: int | None = None
    quantity: int | None = None
    quantities: Annotated[tuple[int, ...], Field(strict=False)] | None = None
    proof: Text | None = None
    then: Then = Then()

    @model_validator(mode="after")
    def _takes_what_it_needs(self) -> When:
        needed, optional = TAKES[self.do]
        for key in needed:
            if getattr(self, key) is None:
                raise ValueError(say('"{do}" needs {key!r}', do=self.do, key=key))
        for key in sorted(self.model_fields_set - {*_ALWAYS, *needed, *optional}):
            allowed = ", ".join((*needed, *optional)) or say("nothing more")
            raise ValueError(
                say('"{do}" takes no {key!r}; it takes {allowed}', do=self.do, key=key, allowed=allowed)
            )
        return self


class Scenario(_Table):
    """The whole file."""

    schema_: Annotated[Literal["hoso-scenario/1"], Field(alias="schema")]
    name: Text
    given: Given
    when: Annotated[tuple[When, ...], Field(strict=False, min_length=1, max_length=MAX_STEPS)]

    @model_validator(mode="after")
    def _runs_forward(self) -> Scenario:
        places = [place for place, step in enumerate(self.when, start=1) if step.do is Action.FILE]
        if places != [1]:
            raise ValueError(say('the first [[when]], and no other, must be do = "file"'))
        for place, (before, step) in enumerate(pairwise(self.when), start=2):
            if step.at < before.at:
                raise ValueError(say("when[{place}].at lies before the step before it", place=place))
        return self

    @model_validator(mode="after")
    def _ends_where_nothing_comes_in(self) -> Scenario:
        filed = self.when[0]
        if filed.then.refused and (len(self.when) > 1 or filed.then.model_fields_set != {"refused"}):
            raise ValueError(
                say("a filing that is refused leaves no dossier: nothing follows, nothing else holds")
            )
        return self


def paths(package: Package) -> tuple[str, ...]:
    """The scenario files of a package, by name."""
    return tuple(sorted(path for path in package.files if path.startswith(FOLDER) and path.endswith(".toml")))


def read(data: bytes, file: str) -> Scenario:
    """The scenario of a file; raises `RefusedFile` with rule `scenario-broken` or `scenario-key`."""
    scenario, _ = toml.read(data, Scenario, file=file, what="scenario")
    return scenario
