"""Agencies that are asked side by side: each has its own term, the result waits for all, and the account divides the time."""

from __future__ import annotations

from uuid import UUID

import pytest

import hoso_bpmn
import hoso_calendar as wt
from hoso_workflows.lifecycle import commands, transitions
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.tracking import accounting
from hoso_workflows.tracking.accounting import Account, Excess, Holder, Place
from support.builders.histories import local
from support.in_memory import CALENDARS, UNITS, Walk, loaded
from support.procedures import opinions
from support.procedures.opinions import AGENCIES, CULTURE, FIRE, LAND

PLACES = {**CALENDARS, **dict.fromkeys((FIRE, CULTURE, LAND), wt.load("ha-tinh"))}
KEPT = {(each.id, each.version): each for each in PLACES.values()}


def asked() -> Walk:
    """Accepted on Monday 2 March, 09:00: three agencies and the examiner have it at once."""
    walk = Walk(hoso_bpmn.load(opinions.drawn()), calendars=PLACES)
    walk.accept()
    return walk


def open_tasks(walk: Walk) -> dict[str, tuple[UUID, str]]:
    return {
        task.element: (identity, task.unit) for identity, task in transitions.fold(walk.events).tasks.items()
    }


def answers(walk: Walk, element: str, at: str) -> None:
    walk.does(commands.Complete(open_tasks(walk)[element][0]), at)


def account(walk: Walk, until: str) -> Account:
    """The account by what had happened until then."""
    happened = [event for event in walk.events if event.at <= local(until)]
    return accounting.account(happened, Projection.of(happened, KEPT), local(until))


def test_the_result_waits_for_every_agency_and_for_the_silent_one_no_longer_than_its_term() -> None:
    walk = asked()
    assert {element: unit for element, (_, unit) in open_tasks(walk).items()} == {
        "Tham_dinh": UNITS["handling"],
        **{task: unit for task, _, unit, _ in AGENCIES},
    }
    answers(walk, "Tham_dinh", "2026-03-03 09:00")
    answers(walk, "Y_kien_3", "2026-03-04 09:00")
    # The fire brigade has said nothing for five working days: the timer takes that for consent.
    walk.does(commands.Advance(), "2026-03-09 16:59", commands.SYSTEM)
    assert set(open_tasks(walk)) == {"Y_kien_1", "Y_kien_2"}
    walk.does(commands.Advance(), "2026-03-10 07:00", commands.SYSTEM)
    # The other one's silence is none: it is late, and still waited for.
    assert set(open_tasks(walk)) == {"Y_kien_2"}
    answers(walk, "Y_kien_2", "2026-03-11 09:00")
    assert set(open_tasks(walk)) == {"Ky"}


def test_the_time_of_agencies_side_by_side_is_divided_and_the_late_one_is_the_reason() -> None:
    walk = asked()
    answers(walk, "Tham_dinh", "2026-03-03 09:00")
    answers(walk, "Y_kien_2", "2026-03-04 09:00")
    walk.does(commands.Advance(), "2026-03-10 07:00", commands.SYSTEM)
    # Whoever has answered has it no longer; the whole is divided without a rest.
    whole = account(walk, "2026-03-17 09:00")
    examined, silent, slow = (Place(Holder.UNIT, unit) for unit in (UNITS["handling"], FIRE, LAND))
    assert {part.place: part.minutes for part in whole.parts} == {
        Place(Holder.UNIT, UNITS["receiving"]): 60,
        examined: 480,
        Place(Holder.UNIT, CULTURE): 480,
        slow: 4320,
    }
    assert (sum(part.minutes for part in whole.parts), whole.late) == (whole.minutes, 120)
    steps = {task: f"Ý kiến: {lane}" for task, lane, *_ in AGENCIES}
    assert whole.excesses == (
        Excess(slow, steps["Y_kien_3"], local("2026-03-11 09:00"), 1920),
        Excess(silent, steps["Y_kien_1"], local("2026-03-09 09:00"), 360),
    )
    assert whole.reason == slow


@pytest.mark.parametrize("silence", ["consent", "nothing"])
def test_a_unit_that_stays_silent_is_charged_until_its_silence_is_noted(silence: str) -> None:
    """Both have two working days, up to Wednesday 17:00; one of them answers in time."""
    terms = {"consultation_silence": silence, "consultation_term": "2 ngày làm việc"}
    walk = Walk(loaded(**terms), calendars=PLACES)
    walk.accept()
    for unit in (CULTURE, LAND):
        walk.does(commands.Consult(unit, "Có ảnh hưởng không?"), "2026-03-02 10:00")
    asked = {each.unit: identity for identity, each in walk.state.consultations.items()}
    walk.does(commands.AnswerConsultation(asked[CULTURE], "Không"), "2026-03-03 10:00")
    walk.does(commands.PassConsultation(asked[LAND]), "2026-03-05 08:00", commands.SYSTEM)
    found = account(walk, "2026-03-06 10:00")
    consulted = {unit: Place(Holder.CONSULTED, unit) for unit in (CULTURE, LAND)}
    minutes = {part.place: part.minutes for part in found.parts}
    assert minutes == {
        Place(Holder.UNIT, UNITS["receiving"]): 720,
        consulted[CULTURE]: 480,
        consulted[LAND]: 840,
    }
    opinions_late = [each for each in found.excesses if each.place.holder is Holder.CONSULTED]
    assert opinions_late == [Excess(consulted[LAND], None, local("2026-03-04 17:00"), 60)]
