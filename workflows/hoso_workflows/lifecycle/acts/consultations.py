"""Consultations of other units, outside of what is drawn; the clock keeps running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID, uuid5

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.clock import term_count
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.decision import Decision, calendar_of, closing, reason
from hoso_workflows.lifecycle.drafts import DraftEvent
from hoso_workflows.lifecycle.state import OpenConsultation

#: Silence of the unit that was asked, as a procedure's policy says.
CONSENT, NOTHING = "consent", "nothing"


def ask(act: Decision, command: commands.Consult) -> Iterator[DraftEvent]:
    """Ask a unit for its opinion, by its own calendar. Raises `FormRefused`, `UnitUnknown`."""
    question = reason(say("consulting a unit"), command.question)
    if command.unit in act.state.units.values():
        raise errors.FormRefused([Fault("unit", say("takes part in the dossier itself"))])
    due = _due(act, command.unit, command.due)
    yield act.tell(
        Kind.CONSULTATION_ASKED,
        id=str(_identity(act, command.unit)),
        unit=command.unit,
        question=question,
        due=due.isoformat(),
        silence=act.policy.get("consultation_silence", NOTHING),
    )
    yield act.letter("consultation", "handling")


def _identity(act: Decision, unit: str) -> UUID:
    """The id of a consultation: of this dossier, unit and number."""
    number = act.state.consulted + 1
    return uuid5(_NAMES, f"{act.state.reference}/{number}/{unit}")


_NAMES = UUID("b0e7a5a0-2b1f-4a53-9a55-0f6f0a6a8a10")


def _due(act: Decision, unit: str, wanted: date | None) -> datetime:
    """The due date of an answer: a named working day, else by the term."""
    calendar = calendar_of(act.state.calendars, unit)
    if wanted is None:
        term = act.term_of_law("consultation")
        return term_count.end(term_count.deadline(calendar, act.at, term, (), wt.Policy()))
    due = closing(calendar, wanted)
    if due is None or due <= act.at:
        raise errors.FormRefused([Fault("due", say("must be a working day ahead"))])
    return due


def answer(act: Decision, command: commands.AnswerConsultation) -> Iterator[Event]:
    """Give the opinion. Raises `ConsultationOver`."""
    asked = _open(act, command.consultation)
    said = reason(say("answering a consultation"), command.answer)
    yield act.tell(
        Kind.CONSULTATION_ANSWERED,
        id=str(command.consultation),
        unit=asked.unit,
        answer=said,
        agrees=command.agrees,
    )


def pass_over(act: Decision, command: commands.PassConsultation) -> Iterator[Event]:
    """Note the silence after the term, once. Raises `ConsultationRuns`, `ConsultationOver`."""
    asked = _open(act, command.consultation)
    if act.at <= asked.due:
        raise refusals.ConsultationRuns(asked.due)
    if asked.passed:
        raise refusals.ConsultationOver(command.consultation)
    yield act.tell(
        Kind.CONSULTATION_PASSED,
        id=str(command.consultation),
        unit=asked.unit,
        silence=asked.silence,
    )


def _open(act: Decision, consultation: UUID) -> OpenConsultation:
    found = act.state.consultations.get(consultation)
    if found is None:
        raise refusals.ConsultationOver(consultation)
    return found
