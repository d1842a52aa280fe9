"""Containers, manifests and numbers made to do harm, read in this process: each is refused by name, nothing is raised."""

import errno
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from hoso_bpmn import conversion, errors
from hoso_bpmn.checks import inspection
from hoso_bpmn.checks.rules import rule
from hoso_bpmn.document import xml
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import package, toml
from support.builders import packages
from support.builders.bpmn import Walk, specification, user

CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def zipped(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as container:
        for name, data in packages.package().items():
            container.writestr(name, data)
    return buffer.getvalue()


def patched(data: bytes, *places: tuple[bytes, int, bytes]) -> bytes:
    """The zip with bytes changed at an offset behind every such signature."""
    out = bytearray(data)
    for signature, offset, value in places:
        found = out.find(signature)
        while found >= 0:
            out[found + offset : found + offset + len(value)] = value
            found = out.find(signature, found + 4)
    return bytes(out)


def corrupt(data: bytes) -> bytes:
    """The same container with other bytes in its first file."""
    (length,) = struct.unpack("<H", data[26:28])
    start = 30 + length + 3
    return data[:start] + bytes(byte ^ 0xFF for byte in data[start : start + 40]) + data[start + 40 :]


ZIPS: dict[str, Callable[[], bytes]] = {
    "corrupt deflate": lambda: corrupt(zipped()),
    "corrupt bzip2": lambda: corrupt(zipped(zipfile.ZIP_BZIP2)),
    "corrupt lzma": lambda: corrupt(zipped(zipfile.ZIP_LZMA)),
    "wrong checksum": lambda: patched(zipped(), (CENTRAL, 16, b"\1\2\3\4"), (LOCAL, 14, b"\1\2\3\4")),
    "encrypted": lambda: patched(zipped(), (CENTRAL, 8, b"\1\0"), (LOCAL, 6, b"\1\0")),
    "deflate64": lambda: patched(zipped(), (CENTRAL, 10, b"\x09\0"), (LOCAL, 8, b"\x09\0")),
    "zstandard": lambda: patched(zipped(), (CENTRAL, 10, b"\x5d\0"), (LOCAL, 8, b"\x5d\0")),
    "deflate that says lzma": lambda: patched(zipped(), (CENTRAL, 10, b"\x0e\0"), (LOCAL, 8, b"\x0e\0")),
    "entries beyond the end": lambda: patched(zipped(), (CENTRAL, 42, b"\xff\xff\xff\x7f")),
    "entries over each other": lambda: patched(zipped(), (CENTRAL, 42, b"\0\0\0\0")),
    "directory beyond the end": lambda: patched(zipped(), (END, 16, b"\xff\xff\xff\x7f")),
    "directory longer than the file": lambda: patched(zipped(), (END, 12, b"\xff\xff\xff\x7f")),
    "a newer format": lambda: patched(zipped(), (CENTRAL, 6, b"\xff\xff")),
    "no name": lambda: patched(zipped(), (CENTRAL, 28, b"\0\0"), (LOCAL, 26, b"\0\0")),
}


@pytest.mark.parametrize("lie", ZIPS)
def test_a_zip_that_lies_is_refused_and_not_raised(lie: str):
    with pytest.raises(RefusedFile) as refused:
        package.read(ZIPS[lie]())
    assert refused.value.rule == "package-broken"


def test_a_size_that_is_claimed_is_not_allocated():
    with pytest.raises(RefusedFile) as refused:
        package.read(patched(zipped(), (CENTRAL, 24, b"\xff\xff\xff\xff")))
    assert refused.value.rule == "package-size"


def test_names_that_are_no_text_and_folders_without_end_are_refused(tmp_path: Path):
    for name, data in packages.package().items():
        (tmp_path / name).write_bytes(data)
    odd = tmp_path / "forms"
    odd.mkdir()
    (odd / "\udcff.form").write_bytes(b"{}")
    with pytest.raises(RefusedFile, match="has a file named") as refused:
        package.read(tmp_path)
    assert refused.value.rule == "package-path"
    (odd / "\udcff.form").unlink()
    deep = odd.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    with pytest.raises(RefusedFile) as refused:
        package.read(tmp_path)
    assert refused.value.rule == "package-path"


@pytest.mark.parametrize(
    "manifest",
    [
        b"a = " + b"9" * 5_000,
        b"[" + b"a." * 100_000 + b"a]",
        b"a = " + b"[" * 5_000,
        b"a = " + b"{a = " * 5_000,
        b'a = "' + b"x" * toml.MAX_BYTES + b'"',
    ],
    ids=["digits", "dots", "lists", "tables", "size"],
)
def test_a_manifest_that_takes_for_ever_is_refused_at_once(manifest: bytes):
    with pytest.raises(RefusedFile) as refused:
        package.read({**packages.package(), "procedure.toml": manifest})
    assert refused.value.rule == "manifest-broken"


def test_a_file_that_includes_another_is_refused():
    included = packages.drawing().replace(
        b"<process", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><process', 1
    )
    with pytest.raises(RefusedFile, match="XInclude"):
        xml.safe_root(included)


def test_an_address_of_a_language_is_looked_through_once_however_long_it_is():
    language = "http://" + "feel" * 50_000 + "&#10;!"
    timer = f'<timerEventDefinition><timeDuration language="{language}">PT1H</timeDuration></timerEventDefinition>'
    report = inspection.inspect_package(packages.package(f'<endEvent id="Xong">{timer}</endEvent>'))
    assert "script" not in {finding.rule for finding in report.findings}


def test_a_name_space_without_an_end_is_looked_through_once_however_long_it_is():
    with pytest.raises(RefusedFile) as refused:
        conversion.convert(b'<definitions xmlns="' + b" " * 200_000)
    assert refused.value.rule == "xml-broken"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7"])
def test_a_doctype_is_refused_in_every_encoding(encoding: str):
    text = packages.drawing().decode().split("?>", 1)[1]
    declaration = f'<?xml version="1.0" encoding="{encoding[:6]}"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(RefusedFile):
        conversion.convert((declaration + text).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_every_unicode_encoding_is_imported(encoding: str):
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + packages.drawing().decode().split("?>", 1)[1]
    assert conversion.convert(text.encode(encoding)).process == "Process_1"


def repeated(number: str, inside: str = "", tag: str = "userTask") -> str:
    times = f"<multiInstanceLoopCharacteristics><loopCardinality>{number}</loopCardinality></multiInstanceLoopCharacteristics>"
    return f'<{tag} id="Tham_dinh" name="T" limit="2 ngày làm việc">{times}{inside}</{tag}>'


NESTED = repeated("500", '<startEvent id="a"/>' + repeated("3").replace("Tham_dinh", "Trong"), "subProcess")


@pytest.mark.parametrize(
    "change", [*map(repeated, ("1000000000", "1000 * 1000", "-1", "1.5", '"a"', "true and 1.5")), NESTED]
)
def test_a_number_of_instances_that_nobody_can_run_is_refused(change: str):
    report = inspection.inspect_package(packages.package(change))
    assert "expression" in {finding.rule for finding in report.errors}


def test_repetitions_within_repetitions_end_as_an_incident():
    task = user("z", repeated("1000").partition(">")[2].rpartition("<")[0])
    middle = repeated(
        "1000", '<startEvent id="b"/>' + task + '<sequenceFlow id="bz" sourceRef="b" targetRef="z"/>'
    )
    inner = middle.replace('userTask id="Tham_dinh"', 'subProcess id="y"', 1)
    inner = inner.removesuffix("</userTask>") + "</subProcess>"
    outer = repeated(
        "1000", '<startEvent id="c"/>' + inner + '<sequenceFlow id="cy" sourceRef="c" targetRef="y"/>'
    )
    outer = (
        outer.replace('userTask id="Tham_dinh"', 'subProcess id="x"', 1).removesuffix("</userTask>")
        + "</subProcess>"
    )
    walk = Walk(specification(user("t") + outer, "start>t t>x x>end"))
    change = walk.do("t")
    assert (change.incident is not None, walk.open) == (True, ["t"])
    assert str(errors.TooManySteps(2_000)) in str(change.incident)


def test_a_name_as_long_as_its_file_is_not_repeated_with_every_finding():
    change = (
        f'<exclusiveGateway id="G" name="{"x" * 100_000}"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="G"/>'
        + "".join(f'<sequenceFlow id="g{n}" sourceRef="G" targetRef="Ky"/>' for n in range(50))
    )
    report = inspection.inspect_package(packages.package(change))
    assert max(len(finding.message) for finding in report.findings) <= rule.MAX_MESSAGE + 1


def test_a_folder_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def unreadable(path: Path, mode: str = "r") -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    (tmp_path / "procedure.toml").write_bytes(b"")
    monkeypatch.setattr(Path, "open", unreadable)
    with pytest.raises(RefusedFile, match="cannot be read") as refused:
        package.read(tmp_path)
    assert refused.value.rule == "package-broken"
