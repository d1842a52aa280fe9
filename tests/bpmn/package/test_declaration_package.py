"""Packages: from folder, zip and memory alike; each fault named; nothing leaves the folder or fills the memory."""

import io
import stat
import zipfile
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_bpmn.checks import inspection
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive, package
from support.builders import packages


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in entries:
            container.writestr(name, data)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        package.read(data)
    return refused.value.rule


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_folder_zip_and_memory_give_equal_packages(tmp_path: Path):
    files = packages.package(files={"forms/đơn.form": b"{}"})
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / ".git").mkdir()
    (tmp_path / "9.zip").write_bytes(b"")
    (tmp_path / "9.zip").unlink()
    of_folder, of_memory = package.read(tmp_path), package.read(files)
    of_zip = package.read(zipped(*files.items()))
    assert of_folder == of_memory == of_zip
    assert of_folder.sha256 == of_memory.sha256 == of_zip.sha256


def test_the_canonical_zip_is_the_same_whatever_it_was_made_from():
    read = package.read(packages.package())
    assert package.read(read.to_zip()).to_zip() == read.to_zip()


def test_a_zip_of_the_folder_serves_as_well_as_one_of_its_content():
    files = packages.package()
    wrapped = zipped(*((f"9.000001/{name}", data) for name, data in files.items()), ("__MACOSX/._x", b"x"))
    assert package.read(wrapped) == package.read(files)


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../../b", "/etc/passwd", "a\\b", "..\\b", "C:/b", "a//b", "./a", "a/./b", "a\nb", "x" * 201],
)
def test_a_path_that_leads_out_of_the_package_is_refused(name: str):
    assert refusal(zipped((name, b""), *packages.package().items())) == "package-path"


def test_a_symbolic_link_is_refused_in_a_zip_and_in_a_folder(tmp_path: Path):
    assert refusal(zipped((link("a"), b"/etc/passwd"), *packages.package().items())) == "package-path"
    (tmp_path / "a").symlink_to("/etc/passwd")
    with pytest.raises(RefusedFile, match="symbolic link"):
        package.read(tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("twin", ["process.bpmn", "PROCESS.bpmn"])
def test_two_files_of_one_name_are_refused(twin: str):
    assert refusal(zipped((twin, b"a"), *packages.package().items())) == "package-path"


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: zipped(*((f"{number}", b"") for number in range(201))), "package-size"),
        (lambda: zipped(("bomb", b"\0" * 5_000_001)), "package-size"),
        (lambda: zipped(*((f"{number}", b"\0" * 4_900_000) for number in range(5))), "package-size"),
        (lambda: b"not a zip", "package-broken"),
        (lambda: zipped(("a", b"abc" * 100))[:-30], "package-broken"),
        (lambda: zipped(("process.bpmn", b"")), "package-manifest"),
        (lambda: zipped(), "package-manifest"),
    ],
)
def test_too_much_or_too_little_is_refused_by_name(make: Callable[[], bytes], rule: str):
    assert refusal(make()) == rule


def test_a_zip_that_lies_about_its_sizes_is_read_no_further_than_the_limit():
    honest = zipped(("bomb", b"\0" * 6_000_000))
    size = (6_000_000).to_bytes(4, "little")
    assert refusal(honest.replace(size, (100).to_bytes(4, "little"))) in ("package-size", "package-broken")


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused_not_raised(data: bytes):
    with pytest.raises(RefusedFile):
        package.read(data)


@given(st.text(max_size=30))
def test_a_safe_name_stays_inside_whatever_it_is(name: str):
    try:
        safe = archive.safe_name(name)
    except RefusedFile:
        return
    assert (Path("/package") / safe).resolve().is_relative_to("/package")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('schema = "hoso-procedure/2"', "schema: input should be 'hoso-procedure/1'"),
        ("code = 1.014464", "code: input should be a valid string, not 1.014464"),
        ("legal_basis = []", "legal_basis is empty"),
        ('[lanes."Phòng chuyên môn"]\nunit = "handlin"', "lanes.Phòng chuyên môn.unit: "),
        ('[[case]]\nterm = "3 ngay"', "case[1].term: "),
        ('[[case]]\nterm = "1/3 ngày"', "case[1].term: term 1/3 ngày: the law gives this fraction"),
        ('[[case]]\nterm = "999999999 năm"', "case[1].term: "),
        ("[[case]]\nterm = 3", 'must be a text such as "3 ngày làm việc"'),
        ('[[case]]\nprocess = "../process.bpmn"', "case[1].process: must be a path inside the package"),
        (
            '[case.policy]\nfees_stop = "filing"',
            'policy.fees_stop must be "acceptance" or "result" or "handover"',
        ),
        ('[[case.fee]]\nname = "Lệ phí"\namount = 1\ndue = "later"', "case[1].fee[1].due: "),
        ('[case.policy]\nresult = "sealed"', 'policy.result must be "paper" or "signed"'),
        ('[case.policy]\nsupplement = "none"', 'policy.supplement must be "restart" or "resume"'),
        ('[case.policy]\ntracking = "none"', 'policy.tracking must be "course" or "counts"'),
        ('[case.policy]\ntracking = "counts"', "policy.tracking_basis must name the law"),
        ('[case.policy]\nwithdrawal = "no"', "policy.withdrawal must be true or false"),
        ('[case.policy]\ncutof = "15:00"', "cutof"),
        ('[[case.component]]\ncode = "TP01"', "case[1].component[1].name is missing"),
        ('[[case.component]]\ncode = "TP01"\nname = "Đơn"\noriginals = "1"', "component[1].originals: "),
        ('[[case.fee]]\nname = "Lệ phí"', 'must have an amount in đồng, or source = "unpublished"'),
        ('[[case.fee]]\nname = "Lệ phí"\namount = -1', "case[1].fee[1].amount: "),
        ('[[case.fee]]\nname = "Lệ phí"\namount = 1\nper = "trang"\nmost = 0', "case[1].fee[1].most: "),
        ('[[case.fee]]\nname = "Lệ phí"\namount = 1\nafter = 2', "may have `after` only with `per`"),
        *(
            (f'[[case.fee]]\nname = "Lệ phí"\n{keys}\nmost = 9', "may have `most` only with `per`")
            for keys in ("amount = 1", 'per = "trang"\nsource = "unpublished"', 'per = "trang"\namount = 10')
        ),
    ],
)
def test_a_wrong_key_is_named_with_what_may_stand_there(change: str, said: str):
    with pytest.raises(RefusedFile) as refused:
        package.read(packages.package(declared=change))
    assert (refused.value.rule, refused.value.file) == ("manifest-key", "procedure.toml")
    assert said in refused.value.message


def test_every_wrong_key_is_a_finding_with_its_line():
    manifest = """schema = "hoso-procedure/1"
code = ""
name = "Tên"
authority = "H27"
field = "Lĩnh vực"
level = "province"
legal_basis = ["QĐ 1"]
lanes."Phòng .1".role = "Trưởng phòng"
lanes."Phòng .1".unit = "handling"

[[case]]
id = "a"
name = "A"
process = "a.bpmn"
term = "3 ngày"
[[case.component]]
code = "TP01"
name = "Đơn"

[[case]]
id = "b"
name = "B"
process = "b.bpmn"
[[case.component]]
code = "TP01"
name = "Đơn"
copies = "một"
[[case.component]]
code = "TP02"
"""
    report = inspection.inspect_package({"procedure.toml": manifest.encode()})
    assert [(finding.line, finding.message.partition(" ")[0].rstrip(":")) for finding in report.findings] == [
        (2, "code"),
        (8, "lanes.Phòng"),
        (20, "case[2].term"),
        (27, "case[2].component[1].copies"),
        (28, "case[2].component[2].name"),
    ]


def test_every_missing_key_is_named_at_once():
    with pytest.raises(RefusedFile) as refused:
        package.read({"procedure.toml": b'schema = "hoso-procedure/1"'})
    keys = ("code", "name", "authority", "field", "level", "legal_basis", "lanes", "case")
    assert refused.value.message == "; ".join(f"{key} is missing" for key in keys) + "."


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"a = 1\nb = ", 0), (b"a = 1\nb = [\n1 2]", 3), (b"a = '\xff'", 1), (b"a = 1\na = 2\n", 2)],
)
def test_a_manifest_that_is_no_toml_is_refused_with_the_line(data: bytes, line: int):
    with pytest.raises(RefusedFile) as refused:
        package.read({"procedure.toml": data})
    assert (refused.value.rule, refused.value.line) == ("manifest-broken", line)


def test_the_policy_is_read_with_its_basis():
    policy = '[case.policy]\nsupplement = "resume"\nsupplement_basis = "Luật X"\ncutoff = 15:00:00\ncutoff_basis = "NĐ Y"'
    case = package.read(packages.package(declared=policy)).case()
    assert case.policy == wt.Policy(cutoff=time(15), basis="cutoff: NĐ Y")
    assert case.supplement == "resume"
    assert case.policy_text == {
        "supplement": "resume",
        "supplement_basis": "Luật X",
        "cutoff": "15:00:00",
        "cutoff_basis": "NĐ Y",
    }


def test_a_supplement_restarts_the_term_unless_the_law_says_otherwise():
    assert package.read(packages.package()).case().supplement == "restart"


def test_an_unknown_case_is_refused_with_the_known_ones():
    read = package.read(packages.package())
    with pytest.raises(package.NoSuchCase) as missing:
        read.case("gia-han")
    assert (missing.value.case, missing.value.allowed) == ("gia-han", ("default",))
