"""Public information: the National Portal's code and the degree of completion."""

from dataclasses import replace

import pytest

import hoso_bpmn
from hoso_bpmn.package import package
from hoso_models import DossierStatus as Status
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import Advance, Refuse
from support.builders import packages
from support.builders.histories import local
from support.in_memory import DESK, Walk

CODES = {
    Status.FILED: 1,
    Status.REFUSED: 3,
    Status.IN_PROCESS: 4,
    Status.SUSPENDED: 4,
    Status.AWAITING_SUPPLEMENT_BEFORE: 5,
    Status.AWAITING_SUPPLEMENT: 5,
    Status.FINANCIAL_OBLIGATION: 6,
    Status.WITHDRAWN: 7,
    Status.STOPPED: 8,
    Status.RESULT_READY: 9,
    Status.RETURNED: 10,
}


@pytest.mark.parametrize(("status", "code"), CODES.items())
def test_each_status_has_its_portal_code(status: Status, code: int):
    assert transitions.portal_code(replace(transitions.fold(Walk().events), status=status)) == code


def test_closed_unanswered_is_a_refusal_before_acceptance_and_a_stop_after_it():
    walk = Walk()
    before = replace(transitions.fold(walk.events), status=Status.CLOSED_UNANSWERED)
    walk.accept()
    after = replace(transitions.fold(walk.events), status=Status.CLOSED_UNANSWERED)
    assert (transitions.portal_code(before), transitions.portal_code(after)) == (3, 8)


def test_the_degree_is_the_share_of_the_plan_that_is_done():
    walk = Walk()

    def degree() -> int:
        return transitions.degree(walk.state, walk.loaded.specification)

    degrees = [degree()]
    walk.accept()
    degrees.append(degree())
    for outcome in (None, None, None, "Trình UBND tỉnh", None, None):
        walk.complete(outcome=outcome)
        degrees.append(degree())
    # 0,25 + 0,25 + 0,5 + 0,5 + 1,5 = 3 days
    assert degrees == [0, 0, 8, 16, 33, 50, 100, 100]


#: Between examination (two of three days) and signing something else is waited for.
WAITS = """
<intermediateCatchEvent id="Cho" name="Chờ">{event}</intermediateCatchEvent>
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Cho" />
<sequenceFlow id="F6" sourceRef="Cho" targetRef="Ky" />
"""
TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"


def test_the_degree_stays_what_it_was_while_nobody_but_the_hour_is_waited_for():
    drawn = package.read(packages.package(WAITS.format(event=TIMER)))
    walk = Walk(hoso_bpmn.load(drawn))
    walk.accept()
    degrees = [transitions.degree(walk.state, walk.loaded.specification)]
    walk.complete("2026-03-02 10:00")
    degrees.append(transitions.degree(walk.state, walk.loaded.specification))
    walk.does(Advance(), local("2026-03-03 10:00"))
    degrees.append(transitions.degree(walk.state, walk.loaded.specification))
    assert degrees == [0, 66, 66]


def test_a_refused_dossier_is_complete():
    walk = Walk()
    walk.does(Refuse(walk.task[0], "không thuộc thẩm quyền"), actor=DESK)
    assert transitions.degree(walk.state, walk.loaded.specification) == 100
