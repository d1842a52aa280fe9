"""The newcomer's guide, followed step by step with the files that it shows and nothing else."""

import re
from pathlib import Path

import pytest
from lxml import etree

import automatic_officer
from hoso_bpmn import forms, inspection, package, specification
from hoso_workflows import scenarios

GUIDE = (Path(__file__).parents[2] / "docs" / "declare-a-procedure.md").read_text()
SHOWN = dict(re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))


def folder(process: str) -> dict[str, bytes]:
    texts = {name: text for name, text in SHOWN.items() if "/" in name or name == "procedure.toml"}
    return {name: text.encode() for name, text in {**texts, "process.bpmn": process}.items()}


def mended() -> str:
    """The first try with the elements of the second block in the place of those with the same id."""
    process = SHOWN["process.bpmn, first try"]
    for tag, identity in (("userTask", "Ky"), ("sequenceFlow", "F6")):
        pattern = rf'<bpmn:{tag} id="{identity}"(?:[^>]*/>|.*?</bpmn:{tag}>)'
        (change,) = re.findall(pattern, SHOWN["process.bpmn, changes"], re.DOTALL)
        process, count = re.subn(pattern, lambda _, new=change: new, process, flags=re.DOTALL)
        assert count == 1
    return process


def changed(block: str) -> str:
    """The mended process with the elements of a block, in the place of those with the same id or beside them."""
    root = etree.fromstring(mended().encode())
    (process,) = root.iterchildren("{*}process")
    (lane,) = (each for each in process.iter("{*}lane") if each.get("name") == "Phòng Lưu trữ")
    space = root.nsmap["bpmn"]
    for element in etree.fromstring(f'<all xmlns:bpmn="{space}">{SHOWN[f"process.bpmn, {block}"]}</all>'):
        old = next((each for each in process if each.get("id") == element.get("id")), None)
        if old is not None:
            process.replace(old, element)
        else:
            process.append(element)
            if etree.QName(element).localname != "sequenceFlow":
                etree.SubElement(lane, f"{{{space}}}flowNodeRef").text = element.get("id")
    return etree.tostring(root, encoding="unicode")


def test_the_guide_shows_every_file_of_the_folder():
    assert set(folder("")) == {
        "procedure.toml",
        "process.bpmn",
        "forms/nop-ho-so.form",
        "scenarios/chinh-sua.toml",
    }


def test_the_first_try_has_the_findings_that_the_guide_shows():
    report = inspection.inspect_package(folder(SHOWN["process.bpmn, first try"]))
    shown = SHOWN["findings of the first try"].split("\n")
    assert sorted(f"{f.rule} {f.element}" for f in report.findings) == sorted(filter(None, shown))


def test_mended_as_the_guide_says_there_are_none():
    assert inspection.inspect_package(folder(mended())).findings == ()


def test_the_scenario_of_the_guide_passes():
    results = scenarios.run(package.read(folder(mended())))
    assert results.ok


def test_the_procedure_of_the_guide_runs_to_its_end():
    read = package.read(folder(mended()))
    officer = automatic_officer.walk(specification.load(read).specification)
    assert (officer.trouble, officer.run.finished) == ("", True)


@pytest.mark.parametrize("block", ["signed or sent back", "with a branch of its own"])
def test_what_the_guide_says_may_be_drawn_has_no_finding_and_runs_to_its_end(block: str):
    files = folder(changed(block))
    assert inspection.inspect_package(files).findings == ()
    officer = automatic_officer.walk(specification.load(package.read(files)).specification)
    assert (officer.trouble, officer.run.finished) == ("", True)


def test_the_scenario_of_a_draft_that_is_sent_back_passes():
    files = folder(changed("signed or sent back"))
    del files["scenarios/chinh-sua.toml"]
    files["scenarios/tra-lai.toml"] = SHOWN["scenario of a draft that is sent back"].encode()
    results = scenarios.run(package.read(files))
    assert [ran.differences for ran in results.ran] == [()]


def test_the_way_back_to_the_desk_is_refused_as_the_guide_says():
    found = inspection.inspect_package(folder(changed("back to the desk"))).findings
    assert [(finding.rule, finding.element) for finding in found] == [("milestone-repeated", "Tiep_nhan")]


def test_the_form_of_the_guide_judges_answers():
    form = forms.read(SHOWN["forms/nop-ho-so.form"].encode())
    assert form.faults({"tai_lieu": "Sổ địa chính năm 1998", "so_ban": 1}) == ()
    assert [fault.field for fault in form.faults({"so_ban": 100})] == ["tai_lieu", "so_ban"]
