"""The bundled procedures say what their authorities published."""

import pytest

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn import diagram, inspection, interchange, package

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


def process(code: str) -> diagram.Process:
    read = package.bundled(code)
    (found,) = diagram.read(read.process(read.case())).executable
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


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_every_bundled_procedure_is_drawn(code: str):
    found = process(code)
    read = package.bundled(code)
    drawn = {
        shape.get("bpmnElement")
        for shape in diagram.read(read.process(read.case())).root.iter(
            f"{{{interchange.DI}}}BPMNShape", f"{{{interchange.DI}}}BPMNEdge"
        )
    }
    assert {*found.elements, *found.flows, *(lane.id for lane in found.lanes)} <= drawn


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_what_no_authority_published_is_marked(code: str):
    gateways = [element for element in process(code).elements.values() if element.tag in diagram.GATEWAYS]
    assert {gateway.properties.get("source") for gateway in gateways} <= {"unpublished"}


def test_the_procedures_of_other_provinces_name_them():
    authorities = {code: package.bundled(code).authority for code in PUBLISHED}
    assert authorities == {
        "1.014464": "H27",
        "1.013871": "H27",
        "1.001806": "UBND tỉnh Cao Bằng",
        "1.012994": "UBND tỉnh Nghệ An",
    }
