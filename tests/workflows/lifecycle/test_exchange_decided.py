"""Messages, calls and incidents on the pure core: who may send, what is told, and what older events still mean."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

import hoso_bpmn
from hoso_models import DossierStatus as Status
from hoso_models import PrincipalKind
from hoso_workflows import errors
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import commands, transitions
from hoso_workflows.lifecycle.commands import (
    Actor,
    Advance,
    AskSupplement,
    ReceiveSupplement,
    Retry,
    Send,
    Withdraw,
)
from hoso_workflows.lifecycle.state import OpenIncident
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import Right, Rights
from support.builders.bpmn import bpmn, packaged, user
from support.in_memory import UNITS, Walk

OFFICER = UUID(int=5)
MESSAGE = '<message id="m" name="Trả lời"/>'
TRIGGER = '<messageEventDefinition messageRef="m"/>'


def walk(elements: str, way: str, **variables: Any) -> Walk:
    """A dossier of a small procedure, accepted: reception, then what is drawn."""
    drawing = bpmn(user("tiep", milestone="accept") + elements, f"start>tiep {way}", MESSAGE)
    found = Walk(hoso_bpmn.load(packaged(drawing)), variables=variables)
    found.accept()
    return found


def rights(*held: Right, kind: PrincipalKind = PrincipalKind.OFFICER, of: UUID = OFFICER) -> Rights:
    return Rights(of, kind, held)


def actor(dossier: Walk, command: Any, having: Rights) -> Actor:
    return permissions.authorise(command, dossier.state, having, UNITS.values())


def kinds(events: Any) -> list[str]:
    return [str(event.kind) for event in events]


ANYBODYS = ('<receiveTask id="cho" messageRef="m"/>' + user("xet"), "tiep>cho cho>xet xet>end")


def test_what_is_in_nobodys_lane_is_sent_by_the_handling_unit_or_the_house_itself():
    dossier, send = walk(*ANYBODYS), Send("Trả lời")
    assert actor(dossier, send, rights(Right("H27.2", "clerk"))) == Actor(OFFICER)
    house = rights(kind=PrincipalKind.SYSTEM, of=commands.SYSTEM.principal)
    assert actor(dossier, send, house) == commands.SYSTEM
    with pytest.raises(errors.Forbidden, match="a role in the unit"):
        actor(dossier, send, rights(Right("H27.1", "reception")))


def test_a_machine_of_an_authority_has_the_rights_of_its_roles_and_not_those_of_the_house():
    dossier, send = walk(*ANYBODYS), Send("Trả lời")
    for command in (send, Advance()):
        with pytest.raises(errors.Forbidden):
            actor(dossier, command, rights(kind=PrincipalKind.SYSTEM))
    assert actor(dossier, send, rights(Right("H27.2", "clerk"), kind=PrincipalKind.SYSTEM)) == Actor(OFFICER)


@pytest.mark.parametrize(
    ("kind", "held", "inside"),
    [
        (PrincipalKind.OFFICER, (Right("H27.2", "clerk"),), True),
        (PrincipalKind.PARTNER, (Right("H27.2", "clerk"),), True),
        (PrincipalKind.OFFICER, (Right("H27.8", "clerk"),), False),
        (PrincipalKind.PARTNER, (Right("H27.8", "clerk"),), False),
        (PrincipalKind.CITIZEN, (), False),
        (PrincipalKind.OFFICER, (Right("H27.2", "administrator"),), False),
        (PrincipalKind.SYSTEM, (), False),
    ],
)
def test_who_sends_from_outside_is_not_told_what_officers_of_the_dossier_are(
    kind: PrincipalKind, held: tuple[Right, ...], inside: bool
):
    dossier = walk(*ANYBODYS)
    assert rights(*held, kind=kind).inside(dossier.state.units.values()) is inside


MANY = (
    '<receiveTask id="cho" messageRef="m"><extensionElements><camunda:properties>'
    '<camunda:property name="unit" value="item"/><camunda:property name="role" value="clerk"/></camunda:properties>'
    '</extensionElements><multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
    "</receiveTask>" + user("xet"),
    "tiep>cho cho>xet xet>end",
)


def test_a_unit_answers_for_itself_and_not_for_another():
    dossier = walk(*MANY, units=["H27.8", "H27.9"])
    one, both = rights(Right("H27.8", "clerk")), rights(Right("H27.8", "clerk"), Right("H27.9", "clerk"))
    assert actor(dossier, Send("Trả lời", item="H27.8"), one) == Actor(OFFICER)
    assert actor(dossier, Send("Trả lời"), both) == Actor(OFFICER)
    for command in (Send("Trả lời", item="H27.9"), Send("Trả lời")):
        with pytest.raises(errors.Forbidden):
            actor(dossier, command, one)
    told = dossier.does(Send("Trả lời", item="H27.8"))
    assert [event.payload["elements"] for event in told if event.kind is Kind.MESSAGE_RECEIVED] == [["cho"]]
    assert [each.item for each in dossier.state.run.awaited] == ["H27.9"]
    assert kinds(dossier.does(Send("Trả lời"))) == ["message_received", "task_opened"]


def test_a_message_may_bring_the_run_to_its_end():
    dossier = walk('<receiveTask id="cho" messageRef="m"/>', "tiep>cho cho>end")
    assert kinds(dossier.does(Send("Trả lời"))) == ["message_received", "stopped"]
    assert dossier.state.status is Status.STOPPED
    with pytest.raises(errors.WrongStatus):
        dossier.does(Send("Trả lời"))


def test_a_message_after_which_the_engine_cannot_go_on_is_not_received():
    choice = '<exclusiveGateway id="chon"/>' + user("xet") + user("tra")
    dossier = walk(
        '<receiveTask id="cho" messageRef="m"/>' + choice,
        "tiep>cho cho>chon chon>xet{amount > 5} chon>tra{amount == 1} xet>end tra>end",
    )
    assert kinds(dossier.does(Send("Trả lời", {"amount": 3}))) == ["incident"]
    assert dict(dossier.state.incidents) == {}, "nothing waits: the message can be sent again"
    assert kinds(dossier.does(Send("Trả lời", {"amount": 6}))) == ["message_received", "task_opened"]


def test_what_is_sent_before_the_first_task_is_told_with_the_filing():
    drawing = '<sendTask id="gui" name="Báo tin"/>' + user("tiep", milestone="accept")
    dossier = Walk(hoso_bpmn.load(packaged(bpmn(drawing, "start>gui gui>tiep tiep>end"))))
    assert kinds(dossier.events) == ["filed", "task_opened", "message_sent"]
    assert dossier.events[-1].payload == {"message": "Báo tin"}


HELD = (
    user("xet")
    + '<boundaryEvent id="het" attachedToRef="xet" cancelActivity="false"><timerEventDefinition>'
    + "<timeDuration>2 giờ làm việc</timeDuration></timerEventDefinition></boundaryEvent>"
    + '<exclusiveGateway id="chon" default="f6"/>'
    + user("ky")
    + user("tra"),
    "tiep>xet xet>end het>chon chon>ky{amount > 5} chon>tra ky>end tra>end",
)


def held() -> tuple[Walk, str]:
    dossier = walk(*HELD)
    told = dossier.does(Advance(), "2026-03-02 14:00")
    return dossier, told[-1].payload["id"]


def test_an_incident_is_open_from_its_event_to_its_resolution():
    dossier, incident = held()
    (found,) = dossier.state.incidents.values()
    assert found == OpenIncident("chon", found.message, "H27.2", dossier.state.last_at)
    assert kinds(dossier.does(Retry(incident, {"amount": 6}), "2026-03-02 15:00")) == [
        "task_opened",
        "incident_resolved",
    ]
    assert dict(dossier.state.incidents) == {}


def test_completing_the_step_takes_the_incident_of_its_timer_along():
    dossier, incident = held()
    told = dossier.complete("2026-03-02 15:00")
    assert [event.payload for event in told if event.kind is Kind.INCIDENT_RESOLVED] == [{"id": incident}]


def test_an_incident_that_was_told_without_an_id_is_retried_too():
    """Programs before messages and incidents had ids told an incident so."""
    dossier, incident = held()
    *before, told = dossier.events
    older = {name: told.payload[name] for name in ("element", "message")}
    dossier.events = (*before, replace(told, payload=older))
    assert dict(dossier.state.incidents) == {}
    assert kinds(dossier.does(Retry(incident, {"amount": 1}), "2026-03-02 15:00")) == [
        "task_opened",
        "incident_resolved",
    ]


def test_a_task_that_was_told_without_its_kind_waits_for_an_officer():
    dossier = walk(*ANYBODYS)
    dossier.does(Send("Trả lời"))
    told = dossier.events[-1]
    older = {name: value for name, value in told.payload.items() if name != "kind"}
    state = transitions.fold((*dossier.events[:-1], replace(told, payload=older)))
    assert [task.kind for task in state.tasks.values()] == ["user"]


def test_the_administrator_and_heads_of_the_unit_or_the_handling_unit_retry():
    dossier, incident = held()
    for right in (
        Right("H27.2", "head"),
        Right("H27.2", "division_head"),
        Right("H27.2", "agency_head"),
        Right("H99", "administrator", below=frozenset({"H99", "H27.2"})),
    ):
        assert actor(dossier, Retry(incident), rights(right)) == Actor(OFFICER)
    absent = UUID(int=6)
    keeper = Right("H99", "administrator", absent, frozenset({"H99", "H27.2"}))
    assert actor(dossier, Retry(incident), rights(keeper)) == Actor(OFFICER, absent)
    elsewhere = Right("H99", "administrator", below=frozenset({"H99", "H27.1"}))
    for right in (
        Right("H27.1", "head"),
        Right("H27.2", "specialist"),
        Right("H27.2", "auditor"),
        elsewhere,
    ):
        with pytest.raises(errors.Forbidden):
            actor(dossier, Retry(incident), rights(right))


def test_a_withdrawal_takes_every_incident_along():
    dossier, incident = held()
    told = dossier.does(Withdraw("Đổi ý"), "2026-03-02 15:00")
    assert [event.payload for event in told if event.kind is Kind.INCIDENT_RESOLVED] == [{"id": incident}]
    with pytest.raises(errors.WrongStatus):
        dossier.does(Retry(incident, {"amount": 1}), "2026-03-02 16:00")


def test_nothing_is_retried_while_a_supplement_is_awaited():
    dossier, incident = held()
    dossier.does(AskSupplement("thiếu"), "2026-03-02 15:00")
    with pytest.raises(errors.SupplementAwaited, match="The dossier waits"):
        dossier.does(Retry(incident, {"amount": 1}), "2026-03-02 16:00")
    dossier.does(ReceiveSupplement(), "2026-03-03 08:00")
    dossier.does(Retry(incident, {"amount": 1}), "2026-03-03 09:00")
    assert dict(dossier.state.incidents) == {}
