"""One check tells everything: a gap of the manifest hides nothing of the diagram, nor a process that is not ticked."""

import pytest

from hoso_bpmn.checks import inspection
from support.builders import packages

#: A task without a name, and another without a lane.
FAULTY = """<userTask id="Ky" milestone="result" limit="1 ngày làm việc"/>
<laneSet id="Lanes"><lane id="L1" name="Bộ phận Một cửa"><flowNodeRef>Tiep_nhan</flowNodeRef><flowNodeRef>Tra</flowNodeRef></lane>
<lane id="L2" name="Phòng chuyên môn"><flowNodeRef>Ky</flowNodeRef></lane></laneSet>"""
OF_THE_DIAGRAM = [("task-no-lane", "Tham_dinh"), ("task-unnamed", "Ky")]


def found(files: dict[str, bytes]) -> list[tuple[str, str | None]]:
    return sorted((finding.rule, finding.element) for finding in inspection.inspect_package(files).findings)


def untick(files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        **files,
        "process.bpmn": files["process.bpmn"].replace(b'isExecutable="true"', b'isExecutable="false"'),
    }


def test_a_process_that_is_not_executable_is_checked_all_the_same():
    files = untick(packages.package(FAULTY))
    assert found(files) == [("one-process", "Process_1"), *OF_THE_DIAGRAM]
    alone = inspection.inspect_diagram(files["process.bpmn"], "process.bpmn").findings
    assert sorted((finding.rule, finding.element) for finding in alone) == [
        ("one-process", "Process_1"),
        *OF_THE_DIAGRAM,
    ]


def test_what_is_not_ticked_is_said_with_the_place_to_tick_it():
    (finding,) = inspection.inspect_package(untick(packages.package())).findings
    assert (finding.message, finding.remedy, finding.line > 0) == (
        "No process of the file is executable: Process_1 is not marked.",
        (
            "In the modeller click the border of the pool, or the empty drawing where there is no pool, and tick Executable in "
            "the panel of properties, under General."
        ),
        True,
    )


def test_of_several_executable_processes_the_one_with_most_tasks_is_checked():
    files = packages.package(FAULTY)
    second = b'<process id="Phu" isExecutable="true"><startEvent id="S"/></process></definitions>'
    files["process.bpmn"] = files["process.bpmn"].replace(b"</definitions>", second)
    assert found(files) == [("one-process", "Process_1"), *OF_THE_DIAGRAM]


@pytest.mark.parametrize(
    ("gap", "rules"),
    [
        ('code = ""', ["manifest-key"]),
        ('code = ""\nlevel = 3\nname = ""', ["manifest-key"] * 3),
        ('[lanes."Phòng chuyên môn"]\nrole = ""\nunit = ""', ["manifest-key"] * 2),
        ('[[case]]\nterm = ""', ["manifest-key"]),
        ("code = ", ["manifest-broken"]),
    ],
)
def test_a_gap_of_the_manifest_hides_nothing_of_the_diagram(gap: str, rules: list[str]):
    files = packages.package(FAULTY, declared=gap)
    assert [one for one in found(files) if one not in OF_THE_DIAGRAM] == [(rule, None) for rule in rules]
    assert set(OF_THE_DIAGRAM) <= set(found(files))


def test_without_a_manifest_the_diagram_is_checked():
    files = packages.package(FAULTY)
    del files["procedure.toml"]
    assert found(files) == [("package-manifest", None), *OF_THE_DIAGRAM]


def test_a_lane_that_the_manifest_names_otherwise_is_told_beside_its_gaps():
    files = packages.package(declared='code = ""\n[lanes."Phòng Chuyên Môn"]\nrole = ""\nunit = "handling"')
    files["procedure.toml"] = files["procedure.toml"].replace(
        '[lanes."Phòng chuyên môn"]'.encode(), b"[lanes.x]"
    )
    assert found(files) == [
        ("lane-unknown", None),
        ("lane-unknown", None),
        ("manifest-key", None),
        ("manifest-key", None),
        ("task-no-role", "Ky"),
        ("task-no-role", "Tham_dinh"),
    ]


def test_a_form_that_asks_for_a_paper_is_not_blamed_for_a_gap_of_the_manifest():
    form = '{"type": "default", "components": [{"type": "filepicker", "key": "don", "properties": {"hoso:component": "TP01"}}]}'
    files = packages.package(declared='code = ""', files={"forms/a.form": form.encode()})
    assert found(files) == [("manifest-key", None)]
