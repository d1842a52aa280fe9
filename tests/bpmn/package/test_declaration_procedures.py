"""The bundled procedures say what their authorities published."""

import pytest

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.checks import inspection
from hoso_bpmn.document import diagram
from hoso_bpmn.drawing import interchange
from hoso_bpmn.package import package
from hoso_bpmn.runs import run as engine
from hoso_bpmn.runs import specification
from support import automatic_officer

#: Code → term, and the published steps with their limits, from the decisions named in each procedure.toml.
PUBLISHED = {
    "1.014464": ("3 ngày làm việc", [None, "0,25", "0,25", "0,5", "0,5", "1,5", None], "ngày làm việc"),
    "1.013871": ("20 ngày", [None, "0,5", "0,5", "15", "2", "1", "1", None], "ngày"),
    "1.001806": ("10 ngày làm việc", ["0,5", "0,5", "7", "0,5", "1", "0,5", None], "ngày làm việc"),
    "1.012994": ("21 ngày làm việc", ["4", "4", "112", "24", "16", "8", None], "giờ làm việc"),
}
SUMS = {
    "1.014464": "3 ngày làm việc",
    "1.013871": "20 ngày",
    "1.001806": "10 ngày làm việc",
    "1.012994": "168 giờ làm việc",
}


CASES = [(code, case.id) for code in hoso_bpmn.bundled() for case in package.bundled(code).cases]


def process(code: str, case: str | None = None) -> diagram.Process:
    read = package.bundled(code)
    (found,) = diagram.read(read.process(read.case(case))).executable
    return found


@pytest.mark.parametrize("code", PUBLISHED)
def test_steps_limits_and_terms_are_those_of_the_decision(code: str):
    term, limits, unit = PUBLISHED[code]
    steps = process(code).elements
    declared = {name: steps[name].properties.get("limit") for name in steps if name.startswith("B")}
    assert declared == {
        f"B{number}": amount and f"{amount} {unit}" for number, amount in enumerate(limits, start=1)
    }
    assert package.bundled(code).case().term == wt.Term.parse(term)


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_published_limits_add_up_to_the_published_sum(code: str):
    unit = wt.Term.parse(SUMS[code]).unit
    limits = [
        wt.Term.parse(e.properties["limit"])
        for e in process(code).elements.values()
        if "limit" in e.properties
    ]
    assert {limit.unit for limit in limits} == {unit}
    assert wt.Term(sum(limit.amount for limit in limits), unit) == wt.Term.parse(SUMS[code])


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_every_bundled_procedure_passes_the_check_without_a_warning(code: str):
    assert inspection.inspect_package(package.bundled(code).to_zip()).findings == ()


@pytest.mark.parametrize(("code", "case"), CASES)
def test_every_bundled_procedure_is_drawn(code: str, case: str):
    found = process(code, case)
    root = found.node.getroottree().getroot()
    drawn = {
        shape.get("bpmnElement")
        for shape in root.iter(f"{{{interchange.DI}}}BPMNShape", f"{{{interchange.DI}}}BPMNEdge")
    }
    assert {*found.elements, *found.flows, *(lane.id for lane in found.lanes)} <= drawn


@pytest.mark.parametrize(("code", "case"), CASES)
def test_an_automatic_officer_takes_every_way_and_comes_to_the_end(code: str, case: str):
    officer = automatic_officer.walk(specification.load(package.bundled(code), case).specification)
    assert (officer.trouble, officer.run.finished) == ("", True)


@pytest.mark.parametrize("code", PUBLISHED)
def test_choices_that_no_authority_published_are_marked(code: str):
    gateways = [element for element in process(code).elements.values() if element.tag in diagram.GATEWAYS]
    assert {gateway.properties.get("source") for gateway in gateways} == {"unpublished"}


def test_silence_of_a_consulted_agency_is_consent_after_twelve_days():
    specified = specification.load(package.bundled("1.013225"), "lay-y-kien").specification
    run = engine.start(specified, at=automatic_officer.AT, calendar=wt.load("vn"))
    for outcome in ("accept", None, None):
        run.complete(run.tasks[0].id, outcome, at=automatic_officer.AT)
    assert {task.element for task in run.tasks} == {"B4", "Y_kien"}
    (timer,) = run.timers
    assert timer.due == wt.deadline(wt.load("vn"), timer.armed, wt.Term.parse("12 ngày")).due
    run.advance(at=timer.due)
    assert {task.element for task in run.tasks} == {"B4"}


def test_the_chain_of_three_authorities_adds_up_to_sixteen_working_days():
    specified = specification.load(package.bundled("297-2025-ND-CP")).specification
    assert specified.total_limit.limits == tuple(f"{days} ngày làm việc" for days in (3, 3, 3, 4, 3))
    assert package.bundled("297-2025-ND-CP").case().policy.last_hour == 60


def test_the_two_appointments_of_a_lost_certificate_add_up_to_ten_working_days():
    found = package.bundled("138-2025-QD-UBND-17")
    limits = [
        element.properties["limit"]
        for element in process(found.code).elements.values()
        if "limit" in element.properties
    ]
    assert limits == ["0,5 ngày làm việc", "3,5 ngày làm việc", "4 ngày làm việc", "2 ngày làm việc"]
    assert (str(found.case().term), found.case().policy_text["second_term"]) == (
        "8 ngày làm việc",
        "2 ngày làm việc",
    )


#: Of the recognition of mineral exploration: case → term, and the days of the steps B2 to B10 of QĐ 2916/QĐ-UBND.
MINERALS = {
    "nhom-1-2": ("42 ngày làm việc", ["0,5", "3", "12", "6", "6", "2", "2", "0,5", "10"]),
    "nhom-3": ("32 ngày làm việc", ["0,5", "3", "10", "4", "3", "2", "2", "0,5", "7"]),
}


@pytest.mark.parametrize("case", MINERALS)
def test_each_case_of_mineral_exploration_has_the_limits_of_its_own_and_they_add_up(case: str):
    term, days = MINERALS[case]
    found = process("2916-QD-UBND", case).elements
    declared = [found[f"B{number}"].properties["limit"] for number in range(2, 11)]
    assert declared == [f"{each} ngày làm việc" for each in days]
    limits = [wt.Term.parse(each) for each in declared]
    assert wt.Term(sum(each.amount for each in limits), limits[0].unit) == wt.Term.parse(term)
    assert package.bundled("2916-QD-UBND").case(case).term == wt.Term.parse(term)
    assert found["B9t"].properties["limit"] == found["B9"].properties["limit"]


def test_no_council_is_taken_to_have_said_anything_by_its_silence():
    """The decision gives it twelve days, and no word on what follows from them: no timer stands in its place."""
    specified = specification.load(package.bundled("2916-QD-UBND"), "nhom-1-2").specification
    run = engine.start(specified, at=automatic_officer.AT, calendar=wt.load("vn"))
    for outcome in ("accept", None, None):
        run.complete(run.tasks[0].id, outcome, at=automatic_officer.AT)
    run.advance(at=wt.deadline(wt.load("vn"), automatic_officer.AT, wt.Term.parse("13 ngày làm việc")).due)
    assert ([task.element for task in run.tasks], list(run.timers)) == (["B4"], [])


def test_the_procedures_of_other_provinces_name_them():
    authorities = {code: package.bundled(code).authority for code in PUBLISHED}
    assert authorities == {
        "1.014464": "H27",
        "1.013871": "H27",
        "1.001806": "UBND tỉnh Cao Bằng",
        "1.012994": "UBND tỉnh Nghệ An",
    }
