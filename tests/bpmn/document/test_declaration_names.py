"""Names of an imported diagram: what its modeller typed is taken, and an id is never taken for a name."""

import tomllib

import pytest

from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from hoso_bpmn.conversion import Change, scaffold
from hoso_bpmn.document import diagram
from support.builders import packages

POOL = "<collaboration id='C'><participant id='Be' name='{}' processRef='Process_1'/></collaboration>"
ONE_TASK = """<process id='Process_1' isExecutable='true'{}>
  <startEvent id='Nop'/><userTask id='Lam' name='Tra cứu'/><endEvent id='Xong'/>
  <sequenceFlow id='F1' sourceRef='Nop' targetRef='Lam'/><sequenceFlow id='F2' sourceRef='Lam' targetRef='Xong'/>
</process></definitions>"""


def imported(pool: str = "", process: str = "") -> conversion.Imported:
    """A diagram of one task without lanes, whose pool and process have these names."""
    named = f" name='{process}'" if process else ""
    drawn = packages.HEAD + (POOL.format(pool) if pool else "") + ONE_TASK.format(named)
    return conversion.convert(drawn.encode())


def names(found: conversion.Imported) -> tuple[str, str, list[str], str]:
    """Of the procedure, its case and its lanes in the manifest, and of the process in the diagram."""
    table = tomllib.loads(scaffold.package(found)["procedure.toml"].decode())
    (process,) = diagram.read(found.xml).executable
    return table["name"], table["case"][0]["name"], list(table["lanes"]), process.name


@pytest.mark.parametrize("process", ["", "Quy trình số 7"])
def test_the_name_of_the_pool_is_the_name_of_the_procedure(process: str):
    pool = "Cấp bản sao trích lục"
    assert names(imported(pool, process)) == (pool, pool, [pool], process or pool)


def test_that_the_process_got_the_name_of_its_pool_is_told():
    told = [change for change in imported("Cấp bản sao").changes if change.rule in ("process-name", "lane")]
    assert told == [
        Change("process-name", "Process_1", "no name", "Cấp bản sao"),
        Change("lane", "Lane_import_1", "no lanes", "one lane 'Cấp bản sao'"),
    ]


def test_without_a_pool_the_process_names_the_procedure():
    name = "Quy trình số 7"
    assert names(imported("", name)) == (name, name, [name], name)


@pytest.mark.parametrize("pool", ["", "Be", "Participant_0gq1w2x", "Process_1"])
def test_a_name_that_is_only_an_id_leaves_a_gap_and_the_lane_is_named_after_whoever_works(pool: str):
    assert names(imported(pool))[:3] == ("", "", ["Cán bộ thụ lý"])


def test_no_procedure_and_no_case_called_by_an_id_is_published():
    files = packages.package(declared='name = "Process_1"\n[[case]]\nname = "Participant_0gq1w2x"')
    assert [f.message for f in inspection.inspect_package(files).findings] == [
        "case 'default': name = 'Participant_0gq1w2x' is only an id.",
        "name = 'Process_1' is only an id.",
    ]
