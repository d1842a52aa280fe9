"""Outcomes of a task that reach its milestone: a leader who sends the work back has given no result."""

from typing import Any
from uuid import UUID

import pytest

import hoso_bpmn
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.clock import clock
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import (
    Accept,
    AskSupplement,
    Complete,
    ReceiveSupplement,
    Refuse,
    Result,
)
from support.builders.bpmn import bpmn, packaged, user
from support.in_memory import CALENDARS, DESK, Walk

GATEWAY = '<exclusiveGateway id="chon"/>'
STEPS = (
    user("tiep", milestone="accept")
    + user("xet", limit="1 ngày làm việc")
    + user("ky", milestone="result", limit="1 ngày làm việc")
    + user("tra", milestone="return")
)
STOPPED = (
    '<endEvent id="dung"><extensionElements><camunda:properties><camunda:property name="ends" value="stopped"/>'
    "</camunda:properties></extensionElements></endEvent>"
)
SENT_BACK = "start>tiep tiep>xet xet>ky ky>chon chon>tra[Ký] chon>xet[Trả lại] tra>end"


def walk(elements: str = GATEWAY, way: str = SENT_BACK) -> Walk:
    """An accepted dossier of a small procedure."""
    found = Walk(hoso_bpmn.load(packaged(bpmn(STEPS + elements, way))))
    found.accept()
    return found


def kinds(events: list[Event]) -> list[str]:
    return [str(event.kind) for event in events]


def open_tasks(dossier: Walk) -> dict[str, UUID]:
    return {found.element: task for task, found in transitions.fold(dossier.events).tasks.items()}


def does(dossier: Walk, element: str, outcome: str | None = None, **said: Any) -> list[str]:
    return kinds(dossier.does(Complete(open_tasks(dossier)[element], outcome, **said)))


def dates(dossier: Walk) -> clock.Dates:
    return clock.fold(dossier.events, {(cal.id, cal.version): cal for cal in CALENDARS.values()})


def test_a_leader_who_sends_the_work_back_has_given_no_result():
    dossier = walk()
    does(dossier, "xet")
    assert does(dossier, "ky", "Trả lại") == ["task_closed", "task_opened"]
    assert (dossier.state.status, dossier.state.outcome, list(open_tasks(dossier))) == (
        Status.IN_PROCESS,
        None,
        ["xet"],
    )
    assert dates(dossier).verdict is None
    does(dossier, "xet")
    assert does(dossier, "ky", "Ký", result=Result.GRANTED) == ["task_closed", "task_opened", "result_ready"]
    assert does(dossier, "tra") == ["task_closed", "returned"]
    assert (dossier.state.status, dossier.run.finished) == (Status.RETURNED, True)


@pytest.mark.parametrize("result", Result)
def test_no_result_is_taken_from_a_leader_who_sends_the_work_back(result: Result):
    dossier = walk()
    does(dossier, "xet")
    with pytest.raises(errors.ResultNotReached) as refused:
        does(dossier, "ky", "Trả lại", result=result, reason="chưa đạt")
    assert (refused.value.element, refused.value.outcome) == ("ky", "Trả lại")
    assert list(open_tasks(dossier)) == ["ky"]


@pytest.mark.parametrize("way", [SENT_BACK, "start>tiep tiep>xet xet>ky ky>tra tra>end"])
def test_a_leader_who_says_no_result_decides_nothing(way: str):
    dossier = walk(GATEWAY if "chon" in way else "", way)
    does(dossier, "xet")
    outcome = "Ký" if "chon" in way else None
    with pytest.raises(errors.ResultMissing) as refused:
        does(dossier, "ky", outcome)
    assert (refused.value.element, refused.value.results) == ("ky", ("granted", "not_eligible"))
    assert (dossier.state.status, list(open_tasks(dossier))) == (Status.IN_PROCESS, ["ky"])


def test_of_two_gateways_in_a_row_each_pair_of_choices_reaches_the_result_or_not():
    dossier = walk(
        GATEWAY + '<exclusiveGateway id="sau"/>' + user("them"),
        "start>tiep tiep>xet xet>ky ky>chon chon>tra[Ký] chon>sau[Chưa ký] sau>xet[Sửa] sau>them[Bổ sung] "
        "them>ky tra>end",
    )
    does(dossier, "xet")
    assert dossier.task[1].outcomes == ("Ký", "Chưa ký › Sửa", "Chưa ký › Bổ sung")
    assert does(dossier, "ky", "Chưa ký › Bổ sung") == ["task_closed", "task_opened"]
    does(dossier, "them")
    assert does(dossier, "ky", "Chưa ký › Sửa") == ["task_closed", "task_opened"]
    does(dossier, "xet")
    assert does(dossier, "ky", "Ký", result=Result.GRANTED)[-1] == "result_ready"


def test_an_outcome_that_leads_to_a_stop_gives_no_result_and_stops_the_dossier():
    dossier = walk(
        GATEWAY + STOPPED,
        "start>tiep tiep>xet xet>ky ky>chon chon>tra[Ký] chon>xet[Trả lại] chon>dung[Dừng] tra>end",
    )
    does(dossier, "xet")
    assert does(dossier, "ky", "Dừng") == ["task_closed", "stopped"]
    assert dossier.state.status is Status.STOPPED


def test_what_goes_to_another_signature_has_its_result_there():
    dossier = walk(
        GATEWAY + user("trinh", milestone="result"),
        "start>tiep tiep>xet xet>ky ky>chon chon>tra[Ký thay] chon>trinh[Trình trên] trinh>tra tra>end",
    )
    does(dossier, "xet")
    assert does(dossier, "ky", "Trình trên") == ["task_closed", "task_opened"]
    assert does(dossier, "trinh", result=Result.GRANTED)[-1] == "result_ready"


def test_a_result_that_nobody_fetched_is_not_returned():
    dossier = walk(
        GATEWAY + user("nhac"),
        "start>tiep tiep>xet xet>ky ky>tra tra>chon chon>end[Đã trả] chon>nhac[Chưa đến] nhac>tra",
    )
    does(dossier, "xet")
    does(dossier, "ky", result=Result.GRANTED)
    assert does(dossier, "tra", "Chưa đến") == ["task_closed", "task_opened"]
    assert dossier.state.status is Status.RESULT_READY
    does(dossier, "nhac")
    assert does(dossier, "tra", "Đã trả") == ["task_closed", "returned"]


BESIDE = (
    user("bao") + '<parallelGateway id="chia"/><endEvent id="bao_xong"/>',
    "start>tiep tiep>xet xet>chia chia>ky chia>bao bao>bao_xong ky>tra tra>end",
)


@pytest.mark.parametrize("order", ["bao ky tra", "ky bao tra", "ky tra bao"])
def test_a_branch_that_ends_by_itself_neither_stops_the_dossier_nor_gives_it_a_result(order: str):
    dossier = walk(*BESIDE)
    does(dossier, "xet")
    decision = {"ky": {"result": Result.GRANTED}}
    told = [kind for element in order.split() for kind in does(dossier, element, **decision.get(element, {}))]
    assert [kind for kind in told if not kind.startswith("task_")] == ["result_ready", "returned"]
    assert (dossier.state.status, dossier.run.finished) == (Status.RETURNED, True)


def test_a_way_back_to_the_desk_accepts_nothing_twice_and_starts_no_clock():
    """A diagram that draws it is refused; a run of one stands at the desk, which can ask for a supplement and no more."""
    dossier = walk(
        GATEWAY, "start>tiep tiep>xet xet>chon chon>ky[Đủ] chon>tiep[Thiếu giấy tờ] ky>tra tra>end"
    )
    before = dates(dossier)
    does(dossier, "xet", "Thiếu giấy tờ")
    task = open_tasks(dossier)["tiep"]
    for again in (Accept(task), Refuse(task, "thiếu giấy tờ")):
        with pytest.raises(errors.WrongStatus):
            dossier.does(again, "2026-03-03 09:00", DESK)
    with pytest.raises(errors.AcceptanceNeeded):
        dossier.does(Complete(task, "accept"), "2026-03-03 09:00", DESK)
    after = dates(dossier)
    assert (after.due_first, after.due_legal, after.cycle) == (before.due_first, before.due_legal, 1)
    assert [event.kind for event in dossier.events].count(Kind.ACCEPTED) == 1
    dossier.does(AskSupplement("thiếu giấy tờ"), "2026-03-03 09:00", DESK)
    dossier.does(ReceiveSupplement(), "2026-03-04 09:00", DESK)
    assert (list(open_tasks(dossier)), dates(dossier).cycle) == (["tiep"], 2)
