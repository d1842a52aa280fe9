"""The newcomer's guide, followed step by step with the files that it shows and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from hoso_bpmn.checks import inspection
from hoso_bpmn.document.xml import bpmn
from hoso_bpmn.package import forms, package
from hoso_bpmn.runs import specification
from hoso_workflows.scenarios import runner
from support import automatic_officer

GUIDE = (Path(__file__).parents[3] / "docs" / "declare-a-procedure.md").read_text()
#: Drawn as the guide says; README.md there tells by which program.
MODELLER = Path(__file__).parents[1] / "modeller"
SHOWN = dict(re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))


def folder(process: str) -> dict[str, bytes]:
    texts = {name: text for name, text in SHOWN.items() if "/" in name or name == "procedure.toml"}
    return {name: text.encode() for name, text in {**texts, "process.bpmn": process}.items()}


def mended() -> str:
    """The first try with the elements of the second block in the place of those with the same id."""
    root = etree.fromstring(SHOWN["process.bpmn, first try"].encode())
    for change in fragment("process.bpmn, changes"):
        (old,) = root.iterfind(f".//{{*}}*[@id='{change.get('id')}']")
        old.attrib.update(change.attrib)
        old[:] = [*change] or [*old]
    return etree.tostring(root, encoding="unicode")


def fragment(block: str) -> list[etree._Element]:
    """The elements of a block."""
    spaces = etree.fromstring(SHOWN["process.bpmn, first try"].encode()).nsmap
    named = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    return list(etree.fromstring(f"<all {named}>{SHOWN[block]}</all>"))


def saved(name: str) -> bytes:
    """The diagram as the modeller saved it, coordinates and all."""
    return (MODELLER / name).read_bytes()


def plain(drawing: bytes) -> bytes:
    """A drawing without coordinates and without what its elements repeat of their flows."""
    root = etree.fromstring(drawing, etree.XMLParser(remove_blank_text=True))
    for node in list(root.iterfind(".//{*}incoming")) + list(root.iterfind(".//{*}outgoing")):
        node.getparent().remove(node)
    for diagram in root.findall("{*}BPMNDiagram"):
        root.remove(diagram)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n")


def changed(block: str) -> str:
    """The mended process with the elements of a block, in the place of those with the same id or beside them."""
    root = etree.fromstring(mended().encode())
    (process,) = root.iterchildren("{*}process")
    (lane,) = (each for each in process.iter("{*}lane") if each.get("name") == "Phòng Lưu trữ")
    for element in fragment(f"process.bpmn, {block}"):
        old = next((each for each in process if each.get("id") == element.get("id")), None)
        if old is not None:
            process.replace(old, element)
        else:
            process.append(element)
            if etree.QName(element).localname != "sequenceFlow":
                etree.SubElement(lane, bpmn("flowNodeRef")).text = element.get("id")
    return etree.tostring(root, encoding="unicode")


def test_the_guide_shows_every_file_of_the_folder():
    assert set(folder("")) == {
        "procedure.toml",
        "process.bpmn",
        "forms/nop-ho-so.form",
        "scenarios/chinh-sua.toml",
    }


@pytest.mark.parametrize(("file", "shown"), [("first-try.bpmn", None), ("mended.bpmn", mended)])
def test_what_the_guide_shows_is_what_the_modeller_saved(file: str, shown: Callable[[], str] | None):
    drawn = shown() if shown else SHOWN["process.bpmn, first try"]
    assert plain(saved(file)) == plain(drawn.encode())


def test_mended_as_the_guide_says_there_are_no_findings():
    assert inspection.inspect_package(folder(mended())).findings == ()
    assert inspection.inspect_package({**folder(""), "process.bpmn": saved("mended.bpmn")}).findings == ()


def test_the_scenario_of_the_guide_passes_with_ids_as_a_modeller_makes_them():
    results = runner.run(package.read({**folder(""), "process.bpmn": saved("mended.bpmn")}))
    assert [each.differences for each in results.scenarios] == [()]


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
    results = runner.run(package.read(files))
    assert [each.differences for each in results.scenarios] == [()]


def test_the_way_back_to_the_desk_is_refused_as_the_guide_says():
    found = inspection.inspect_package(folder(changed("back to the desk"))).findings
    assert [(finding.rule, finding.element) for finding in found] == [
        ("milestone-repeated", "Activity_0mnxihv")
    ]


def test_the_form_of_the_guide_judges_answers():
    form = forms.read(SHOWN["forms/nop-ho-so.form"].encode())
    assert form.faults({"tai_lieu": "Sổ địa chính năm 1998", "so_ban": 1}) == ()
    assert [fault.path for fault in form.faults({"so_ban": 100})] == ["tai_lieu", "so_ban"]
