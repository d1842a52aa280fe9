"""Letters and their marks apart, as macOS and some keyboards write them, or in one sign: people see the same, and so do we."""

import base64
import io
import json
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_bpmn
from hoso_bpmn import conversion, text_safety
from hoso_bpmn.checks import inspection
from hoso_bpmn.document import diagram
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive, forms, manifest, package
from hoso_bpmn.runs import variables
from hoso_workflows.scenarios import runner
from support.builders import packages
from support.builders.bpmn import CALENDAR, MONDAY

CHOICE = """
<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" form="đơn thẩm định" />
<exclusiveGateway id="Duyet" name="Đạt?" />
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Duyet" />
<sequenceFlow id="F6" name="Đạt" sourceRef="Duyet" targetRef="Loai" />
<sequenceFlow id="F7" name="Yêu cầu chỉnh sửa" sourceRef="Duyet" targetRef="Tham_dinh" />
<exclusiveGateway id="Loai" default="F9" />
<sequenceFlow id="F8" sourceRef="Loai" targetRef="Doi"><conditionExpression>loai = "Cấp lại"</conditionExpression></sequenceFlow>
<sequenceFlow id="F9" sourceRef="Loai" targetRef="Ky" />
<intermediateCatchEvent id="Doi"><messageEventDefinition messageRef="M" /></intermediateCatchEvent>
<sequenceFlow id="F10" sourceRef="Doi" targetRef="Ky" />
"""
FORM = {
    "type": "default",
    "components": [
        {
            "type": "select",
            "key": "loai",
            "label": "Loại",
            "values": [{"label": value, "value": value} for value in ("Cấp mới", "Cấp lại")],
            "validate": {"required": True},
        },
        {"type": "textfield", "key": "tên", "label": "Tên", "validate": {"pattern": "^[A-ZÀ-Ỹ][a-zà-ỹ]+$"}},
    ],
}
SCENARIO = """schema = "hoso-scenario/1"
name = "Cấp lại"
[given]
calendar = "vn"
[[when]]
at = 2026-03-02 08:00:00
do = "file"
by = "Người nộp"
[[when]]
at = 2026-03-02 09:00:00
do = "accept"
[[when]]
at = 2026-03-02 10:00:00
do = "complete"
step = "Tham_dinh"
by = "Chuyên viên"
outcome = "Đạt"
values = { loai = "Cấp lại", "tên" = "Ánh" }
then.messages = [{ step = "Doi", message = "Đã nộp lệ phí" }]
[[when]]
at = 2026-03-02 11:00:00
do = "send"
message = "Đã nộp lệ phí"
then.tasks = [{ step = "Ky", name = "Ký kết quả", outcomes = [] }]
"""


def texts() -> dict[str, str]:
    """A package in which names meet in lanes, outcomes, forms, conditions, messages, files and a scenario."""
    files = packages.package(
        CHOICE, files={"forms/đơn thẩm định.form": json.dumps(FORM, ensure_ascii=False).encode()}
    )
    files["process.bpmn"] = packages.drawing(CHOICE, messages='<message id="M" name="Đã nộp lệ phí" />')
    read = {path: data.decode() for path, data in files.items()}
    return {**read, "scenarios/cấp lại.toml": SCENARIO}


def apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def decomposed() -> dict[str, bytes]:
    return {apart(path): apart(text).encode() for path, text in texts().items()}


def outcome(files: Mapping[str, bytes]) -> tuple[object, ...]:
    """All that a reader and a run see of a package."""
    read = package.read(files)
    spec = hoso_bpmn.load(read).specification
    return (
        inspection.inspect_package(files),
        runner.run(read).to_json(),
        read.name,
        dict(read.lanes),
        spec.steps,
        {e: form.fields for e, form in spec.forms.items()},
        spec.choices,
        spec.names,
    )


WHOLE = outcome({path: text.encode() for path, text in texts().items()})


def test_the_package_of_these_tests_is_sound() -> None:
    report, played = WHOLE[:2]
    assert report == hoso_bpmn.Report()
    assert isinstance(played, dict)
    assert played["ok"]


def test_lanes_of_a_diagram_that_was_drawn_on_a_mac_meet_those_of_the_manifest() -> None:
    files = {path: text.encode() for path, text in texts().items()}
    files["process.bpmn"] = apart(texts()["process.bpmn"]).encode()
    assert inspection.inspect_package(files).findings == ()
    assert outcome(files) == WHOLE


def test_a_package_that_was_written_on_a_mac_is_the_same_procedure() -> None:
    assert outcome(decomposed()) == WHOLE


@given(st.data())
def test_a_package_behaves_alike_in_whichever_way_each_of_its_letters_is_written(data: st.DataObject) -> None:
    def written(text: str) -> str:
        lines = text.split("\n")
        ways = st.sampled_from(["NFC", "NFD"])
        chosen = data.draw(st.lists(ways, min_size=len(lines), max_size=len(lines)))
        return "\n".join(unicodedata.normalize(f, line) for f, line in zip(chosen, lines, strict=True))

    files = {written(path): written(text).encode() for path, text in texts().items()}
    assert outcome(files) == WHOLE


def test_an_outcome_a_message_and_values_of_a_client_on_a_mac_meet_what_is_drawn() -> None:
    spec = hoso_bpmn.load(package.read({path: text.encode() for path, text in texts().items()})).specification
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR)
    (reception,) = run.tasks
    run.complete(reception.id, "accept", at=MONDAY)
    (appraisal,) = run.tasks
    run.complete(appraisal.id, apart("Đạt"), {"loai": apart("Cấp lại")}, at=MONDAY)
    assert run.messages == ("Đã nộp lệ phí",)
    run.send(apart("Đã nộp lệ phí"), at=MONDAY)
    assert [task.element for task in run.tasks] == ["Ky"]


def test_a_form_that_was_saved_on_a_mac_takes_answers_of_every_client() -> None:
    form = forms.read(apart(json.dumps(FORM, ensure_ascii=False)).encode())
    assert form.faults({"loai": "Cấp lại", "tên": "Ánh"}) == ()


def test_ids_of_elements_stay_as_they_were_drawn() -> None:
    identity = apart("Thẩm_định")
    files = {path: text.encode() for path, text in texts().items()}
    files["process.bpmn"] = texts()["process.bpmn"].replace("Tham_dinh", identity).encode()
    files["scenarios/cấp lại.toml"] = SCENARIO.replace("Tham_dinh", "Thẩm_định").encode()
    process = diagram.read(files["process.bpmn"]).processes[0]
    assert process.elements[identity].name == "Thẩm định"
    assert runner.run(package.read(files)).ok


def test_a_text_that_is_written_by_the_numbers_of_its_signs_is_composed() -> None:
    drawn = packages.drawing().replace("Bộ phận".encode(), b"B&#x1ECD;&#x302; ph&#xE2;&#x323;n")
    assert {lane.name for lane in diagram.read(drawn).processes[0].lanes} == {
        "Bộ phận Một cửa",
        "Phòng chuyên môn",
    }


def test_a_zip_of_a_mac_says_nothing_of_its_encoding_and_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for path, content in decomposed().items():
            container.writestr(path, content)
    flagged = b"\x00\x08"  # bit 11: the name is in UTF-8
    zipped = bytearray(buffer.getvalue())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = zipped.find(signature)
        while found >= 0:
            assert zipped[found + place : found + place + 2] in (flagged, b"\0\0")
            zipped[found + place : found + place + 2] = b"\0\0"
            found = zipped.find(signature, found + 4)
    assert outcome(archive.from_zip(bytes(zipped), manifest.FILE)) == WHOLE


def test_a_run_that_was_begun_before_letters_were_composed_goes_on() -> None:
    """Its names are apart in the package and in the state; the state is one that the program of then wrote."""
    sample = json.loads((Path(__file__).parents[1] / "states" / "letters-apart.json").read_text())
    read = package.read({path: text.encode() for path, text in sample["files"].items()})
    run = hoso_bpmn.resume(
        hoso_bpmn.load(read).specification, base64.b64decode(sample["state"]), calendar=CALENDAR
    )
    outcome, _ = sample["outcomes"]
    assert (outcome, [task.id for task in run.tasks]) == (apart("Đạt"), [sample["task"]])
    run.complete(sample["task"], outcome, at=MONDAY)
    assert (run.messages, run.tasks) == (("Đã nộp lệ phí",), ())  # what it remembers decided the way


def test_two_lanes_that_look_the_same_and_differ_are_refused() -> None:
    twin = '\n[lanes."' + apart("Phòng chuyên môn") + '"]\nrole = "clerk"\nunit = "receiving"\n'
    files = packages.package()
    files["procedure.toml"] += twin.encode()
    with pytest.raises(RefusedFile, match="'Phòng chuyên môn' stands there twice") as refused:
        package.read(files)
    assert refused.value.rule == "manifest-broken"


def test_two_lanes_that_look_the_same_and_say_the_same_are_one() -> None:
    twin = '\n[lanes."' + apart("Phòng chuyên môn") + '"]\nrole = "specialist"\nunit = "handling"\n'
    files = packages.package()
    files["procedure.toml"] += twin.encode()
    assert package.read(files).lanes == package.read(packages.package()).lanes
    assert inspection.inspect_package(files).findings == ()


def test_an_import_says_that_it_has_composed_the_letters() -> None:
    imported = conversion.convert(apart(packages.drawing().decode()).encode())
    assert [(c.rule, c.element, c.after) for c in imported.changes] == [
        ("letters", "", "in one (NFC)"),
        ("layout", "", "drawn from left to right"),
    ]
    assert imported.xml == conversion.convert(packages.drawing()).xml


@pytest.mark.parametrize(
    ("encoding", "mark", "before"),
    [
        ("UTF-16", b"", "UTF-16"),
        ("ISO-8859-1", b"", "ISO-8859-1"),
        ("windows-1258", b"", "windows-1258"),
        ("UTF-8", b"\xef\xbb\xbf", "UTF-8 with a byte order mark"),
    ],
)
def test_an_import_says_from_which_encoding_it_has_written_utf_8(
    encoding: str, mark: bytes, before: str
) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = head + apart(packages.drawing().decode().partition("?>")[2])
    data = mark + text.encode(encoding, "xmlcharrefreplace")
    imported = conversion.convert(data)
    changes = [change for change in imported.changes if change.rule == "encoding"]
    assert changes == [conversion.Change("encoding", "", before, "UTF-8")]
    assert imported.xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert imported.xml == conversion.convert(packages.drawing()).xml


def test_an_import_of_plain_utf_8_says_nothing_of_encodings_and_letters() -> None:
    assert [change.rule for change in conversion.convert(packages.drawing()).changes] == ["layout"]


@given(st.text())
def test_composing_twice_changes_nothing(text: str) -> None:
    once = text_safety.composed({text: [text, 1, None]})
    assert text_safety.composed(once) == once
    assert variables.checked({apart("tên"): apart("Đạt")}, {"tên"}) == {"tên": "Đạt"}
