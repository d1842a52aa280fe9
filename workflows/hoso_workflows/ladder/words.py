"""Rungs of the ladder as sentences."""

from collections.abc import Mapping

from hoso_calendar.messages import Message, counted, joined, say
from hoso_models import RungMoment, RungRecipient, RungSubject
from hoso_workflows.ladder.rungs import Rung

_SUBJECTS: Mapping[RungSubject, Message] = {
    RungSubject.RECEPTION: say("A dossier at reception"),
    RungSubject.STEP: say("A step"),
    RungSubject.DOSSIER: say("A dossier"),
    RungSubject.CONSULTATION: say("An opinion that a unit was asked for"),
    RungSubject.SUPPLEMENT: say("A supplement that the applicant owes"),
    RungSubject.RETURN: say("A result that is not ready for its owner"),
    RungSubject.REPORT: say("A report that a unit owes"),
}
_HELD: Mapping[bool | None, Message | None] = {
    None: None,
    True: say("somebody has it"),
    False: say("nobody has it"),
}
_RECIPIENTS: Mapping[RungSubject, Mapping[RungRecipient, Message]] = {
    RungSubject.RECEPTION: {
        RungRecipient.HOLDER: say(
            "the officer who has it; else for one filed online the officer on duty; else the head of the receiving unit"
        ),
        RungRecipient.HEAD: say("the head of the receiving unit"),
    },
    RungSubject.STEP: {
        RungRecipient.HOLDER: say("the officer who has it"),
        RungRecipient.HEAD: say("the head of the unit that has the step"),
    },
    RungSubject.DOSSIER: {
        RungRecipient.HOLDER: say("every officer who has a step of it; else the head of the handling unit"),
        RungRecipient.HEAD: say("the head of the handling unit"),
        RungRecipient.RECEIVING_HEAD: say("the head of the unit that received it"),
    },
    RungSubject.CONSULTATION: {
        RungRecipient.HOLDER: say("the officer who asked"),
        RungRecipient.HEAD: say("the head of the unit that was asked"),
    },
    RungSubject.SUPPLEMENT: {
        RungRecipient.HOLDER: say("the officer who has it at the desk; else the head of the receiving unit"),
        RungRecipient.HEAD: say("the head of the receiving unit"),
    },
    RungSubject.RETURN: {
        RungRecipient.HOLDER: say("every officer who has a step of it; else the head of the receiving unit"),
        RungRecipient.HEAD: say("the head of the receiving unit"),
    },
    RungSubject.REPORT: {
        RungRecipient.HOLDER: say("the officer who writes it; else the heads of the unit that owes it"),
        RungRecipient.HEAD: say("the heads of the unit that owes it"),
        RungRecipient.AWAITING_HEAD: say("the heads of the unit that waits for it"),
    },
}
_ABOVE: Mapping[RungRecipient, Message] = {
    RungRecipient.AGENCY_HEAD: say("the head of the agency"),
    RungRecipient.COORDINATOR: say("the coordinating function"),
}


def when(rung: Rung) -> str:
    """The condition of a rung, as a sentence without its stop."""
    parts = [
        _distance(rung),
        *([held] if (held := _HELD[rung.held]) and rung.subject is RungSubject.STEP else []),
    ]
    return joined(", ", parts)


def _distance(rung: Rung) -> Message:
    what = _SUBJECTS[rung.subject]
    if rung.moment is RungMoment.BEGUN:
        return _waited(what, rung)
    if rung.days < 0:
        return counted(
            -rung.days,
            "{what} is due within {n} working day",
            "{what} is due within {n} working days",
            what=what,
        )
    if rung.days > 0:
        return counted(
            rung.days, "{what} is late by {n} working day", "{what} is late by {n} working days", what=what
        )
    if rung.minutes < 0:
        return counted(
            -rung.minutes,
            "{what} is due within {n} working minute",
            "{what} is due within {n} working minutes",
            what=what,
        )
    if rung.minutes > 0:
        return counted(
            rung.minutes,
            "{what} is late by {n} working minute",
            "{what} is late by {n} working minutes",
            what=what,
        )
    return say("{what} is late", what=what)


def _waited(what: Message, rung: Rung) -> Message:
    if rung.days:
        return counted(
            rung.days,
            "{what} has waited for {n} working day",
            "{what} has waited for {n} working days",
            what=what,
        )
    if rung.minutes % 60 == 0:
        return counted(
            rung.minutes // 60,
            "{what} has waited for {n} working hour",
            "{what} has waited for {n} working hours",
            what=what,
        )
    return counted(
        rung.minutes,
        "{what} has waited for {n} working minute",
        "{what} has waited for {n} working minutes",
        what=what,
    )


def to(rung: Rung) -> str:
    """The person told on a rung, and what happens to the step."""
    if rung.silent:
        return say("nobody")
    person = _ABOVE.get(rung.recipient) or _RECIPIENTS[rung.subject][rung.recipient]
    if rung.reassign:
        return say("{person}, who gets the step", person=person)
    if rung.apology:
        return say("{person}, with a letter of apology to sign", person=person)
    return person


def scope(rung: Rung) -> tuple[Message, ...]:
    """Limits of a rung; none for all."""
    found = []
    if rung.procedure is not None:
        found.append(say("procedure {procedure}", procedure=rung.procedure))
    if rung.unit is not None:
        found.append(say("{unit} and the units below it", unit=rung.unit))
    if rung.unit_kind is not None:
        found.append(say("units of the kind {kind}", kind=rung.unit_kind))
    if rung.role is not None:
        found.append(say("steps of the role {role}", role=rung.role))
    return tuple(found)
