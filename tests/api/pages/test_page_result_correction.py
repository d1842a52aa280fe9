"""Correction of a result that was handed over, and its hand-over, on one page without scripts."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from support import files
from support.api_client import CLERK, LEADER, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import OTHER, person

pytestmark = pytest.mark.world("shared")

STRANGER = person("specialist", OTHER)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))


async def handed_over(rest: Rest) -> tuple[str, str]:
    """The code of a dossier that was handed over, and the id of its result's file."""
    standing = await rest.accepts()
    answer = await files.sends(rest, standing["code"], CLERK, files.pdf(2), "ket-qua.pdf", internal=True)
    result = answer.headers["location"].rpartition("/")[2]
    while standing["status"] == "in_process":
        (task,) = standing["tasks"]
        said: dict[str, Any] = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        if task["milestone"] == "result":
            said |= {"result": "granted", "attachments": [result]}
        standing = await rest.done(f"/v1/user-tasks/{task['id']}/completion", files.holder(task), said)
    await rest.done(f"/v1/dossiers/{standing['code']}/handover", CLERK)
    return standing["code"], result


async def opened(rest: Rest, by: UUID, code: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{code}/dinh-chinh-ket-qua")


async def sends(visitor: Visitor, content: bytes | None, **said: str) -> None:
    """Choose a file on the page and press the button."""
    address, fields = visitor.sent("Đính chính kết quả", **said)
    chosen = {"tep": ("dung.pdf", content) if content is not None else ("", b"")}
    answer = await visitor.rest.client.post(address, data=fields, files=chosen, headers=visitor.headers)
    visitor.page = answer
    if answer.status_code == 303:
        await visitor.goes(answer.headers["location"])


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def happened(rest: Rest, code: str) -> list[tuple[str, Any]]:
    """The events of corrections of the result."""
    found = (await rest.get(f"/v1/dossiers/{code}/events", CLERK)).json()["items"]
    kinds = {"result_corrected": ("reason", "supersedes"), "correction_handed_over": ("receiver", "mode")}
    return [
        (each["kind"], {name: each["payload"].get(name) for name in kinds[each["kind"]]})
        for each in found
        if each["kind"] in kinds
    ]


async def test_a_result_is_corrected_by_who_decides_and_handed_over_by_the_desk_once_each(rest: Rest) -> None:
    code, result = await handed_over(rest)
    leader = await opened(rest, LEADER, code)
    assert "Đính chính kết quả đã trả" in leader.text
    page, right = leader.page, files.pdf(3)
    for _ in range(2):
        leader.page = page
        await sends(leader, right, thay_tep=result, ly_do="In sai năm sinh", tieu_de="Giấy phép")
        assert leader.path.startswith(f"/noi-bo/ho-so/{code}/dinh-chinh-ket-qua?xong=")
    corrected = ("result_corrected", {"reason": "In sai năm sinh", "supersedes": result})
    assert await happened(rest, code) == [corrected]
    clerk = await opened(rest, CLERK, code)
    assert "Giấy phép" in clerk.text
    address, fields = clerk.sent("Trả kết quả đã đính chính", nguoi_nhan="Người nhận 2", cach="counter")
    for _ in range(2):
        await clerk.posts(address, fields)
        assert clerk.path.startswith(f"/noi-bo/ho-so/{code}/dinh-chinh-ket-qua?xong=")
    handed = ("correction_handed_over", {"receiver": "Người nhận 2", "mode": "counter"})
    assert await happened(rest, code) == [corrected, handed]
    assert "Hồ sơ không có kết quả đã đính chính nào chờ trả." in (await opened(rest, CLERK, code)).text


async def test_a_fault_stands_at_its_field_and_what_was_typed_is_kept(rest: Rest) -> None:
    code, result = await handed_over(rest)
    leader = await opened(rest, LEADER, code)
    for content, said, field in (
        (None, {"thay_tep": result, "ly_do": "Sai năm"}, "tep"),
        (files.pdf(), {"thay_tep": "", "ly_do": "Sai năm"}, "thay-tep"),
        (b"MZ\x90\0", {"thay_tep": "khong", "ly_do": "Sai năm"}, "tep"),
        (files.pdf(), {"thay_tep": "khong", "ly_do": "", "tieu_de": "Công văn"}, "ly-do"),
    ):
        await sends(leader, content, **said)
        assert leader.page is not None
        assert f'<a href="#f-{field}">' in leader.page.text, field
        assert (said["ly_do"] or "Công văn") in leader.page.text
    assert await happened(rest, code) == []


async def test_who_may_not_correct_reads_why_and_a_stranger_finds_nothing(rest: Rest) -> None:
    code, _ = await handed_over(rest)
    reader = await opened(rest, SPECIALIST, code)
    assert (status(reader), "Việc này thuộc vai trò khác trong đơn vị." in reader.text) == (200, True)
    assert status(await opened(rest, STRANGER, code)) != 200
    early = (await rest.accepts())["code"]
    assert "Kết quả đã trả không có tệp nào trong hồ sơ." in (await opened(rest, LEADER, early)).text
