"""Conversation of applicant and desk on its page: read, answered, and what a unit proposes to write."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit
from support.api_client import CLERK, HEAD, OWN, SPECIALIST, Rest
from support.command_line import hoso
from support.visitor import Visitor
from support.world import CITIZEN, OTHER, person

pytestmark = pytest.mark.world("shared")

STRANGER = person("specialist", OTHER)
ASKED, ANSWER = "Khi nào có kết quả?", "Đúng hẹn: thứ Tư, 04/3."


async def asked(rest: Rest) -> str:
    """A dossier whose applicant has written; its code."""
    filed = await rest.files(CITIZEN, channel="online", applicant=OWN)
    code = str((await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK))["code"])
    await rest.done(f"/v1/dossiers/{code}/conversation", CITIZEN, {"text": ASKED})
    return code


async def opened(rest: Rest, by: UUID, code: str, place: str = "") -> Visitor:
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{code}/hoi-dap{place}")


async def written(rest: Rest, code: str) -> list[tuple[str, Any]]:
    """Kinds and texts of what was written."""
    rows = await rest.world.db.rows(
        "select e.kind, e.payload ->> 'text' as text from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind in ('applicant_wrote', 'desk_wrote', 'reply_proposed') order by e.seq",
        [code],
    )
    return [(row.kind, row.text) for row in rows]


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def test_the_desk_answers_an_applicant_once(rest: Rest):
    code = await asked(rest)
    clerk = await opened(rest, CLERK, code)
    assert ASKED in clerk.text
    address, fields = clerk.sent("Gửi người nộp", noi_dung=ANSWER)
    for _ in range(2):
        await clerk.posts(address, fields)
        assert clerk.path.startswith(f"/noi-bo/ho-so/{code}/hoi-dap?xong=")
        assert "Đã nhắn tin cho người nộp" in clerk.text
    assert await written(rest, code) == [("applicant_wrote", ASKED), ("desk_wrote", ANSWER)]


async def test_an_answer_without_words_comes_back_at_its_field(rest: Rest):
    code = await asked(rest)
    clerk = await opened(rest, CLERK, code)
    await clerk.presses("Gửi người nộp", noi_dung="  ")
    assert (status(clerk), "Chưa viết nội dung." in clerk.text) == (422, True)
    assert clerk.page is not None
    assert 'href="#f-noi-dung"' in clerk.page.text
    assert await written(rest, code) == [("applicant_wrote", ASKED)]


async def test_an_answer_is_not_sent_where_the_applicant_wrote_again_meanwhile(rest: Rest):
    code = await asked(rest)
    clerk = await opened(rest, CLERK, code)
    await rest.done(f"/v1/dossiers/{code}/conversation", CITIZEN, {"text": "Không cần nữa."})
    await clerk.presses("Gửi người nộp", noi_dung=ANSWER)
    assert (status(clerk), ANSWER in clerk.text) == (409, True)
    assert "Hồ sơ đã thay đổi trong khi bạn mở trang này" in clerk.text
    await clerk.presses("Gửi người nộp")
    assert await written(rest, code) == [
        ("applicant_wrote", ASKED),
        ("applicant_wrote", "Không cần nữa."),
        ("desk_wrote", ANSWER),
    ]


async def test_a_unit_proposes_an_answer_and_the_desk_takes_it_over(rest: Rest):
    code = await asked(rest)
    await rest.completes((await rest.get(f"/v1/dossiers/{code}", CLERK)).json(), CLERK)
    head = await opened(rest, HEAD, code)
    assert "Gửi người nộp" not in head.text
    address, fields = head.sent("Gửi đề nghị", noi_dung=ANSWER)
    for _ in range(2):
        await head.posts(address, fields)
        assert "Đã đề xuất nội dung trả lời" in head.text
    (_, (kind, text)) = await written(rest, code)
    assert (kind, text) == ("reply_proposed", ANSWER)
    (entry,) = [
        each
        for each in (await rest.get(f"/v1/dossiers/{code}/conversation", CLERK)).json()["items"]
        if each["by"] == "handling"
    ]
    clerk = await opened(rest, CLERK, code)
    assert clerk.page is not None
    assert f'href="/noi-bo/ho-so/{code}/hoi-dap?dung={entry["seq"]}#viet"' in clerk.page.text
    await clerk.goes(f"/noi-bo/ho-so/{code}/hoi-dap?dung={entry['seq']}")
    await clerk.presses("Gửi người nộp")
    assert await written(rest, code) == [
        ("applicant_wrote", ASKED),
        ("reply_proposed", ANSWER),
        ("desk_wrote", ANSWER),
    ]


async def test_who_has_no_open_step_reads_and_writes_nothing_and_a_stranger_finds_nothing(rest: Rest):
    code = await asked(rest)
    waiting = await opened(rest, SPECIALIST, code)
    assert (status(waiting), ASKED in waiting.text) == (200, True)
    assert "Việc này thuộc vai trò khác trong đơn vị." in waiting.text
    await waiting.posts(f"/noi-bo/ho-so/{code}/hoi-dap", {"_khoa": [str(UUID(int=7))], "noi-dung": [ANSWER]})
    assert status(waiting) == 403
    stranger = await opened(rest, STRANGER, code)
    assert status(stranger) == 404
    assert await written(rest, code) == [("applicant_wrote", ASKED)]


async def test_a_dossier_stands_at_the_desk_until_its_applicant_is_answered(rest: Rest, world_url: str):
    code = await asked(rest)
    rest.clock.turn("2026-03-02 11:00")
    await rest.done(f"/v1/dossiers/{code}/conversation", CITIZEN, {"text": "Tôi vẫn chờ."})
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua?ngan=hoi-dap")
    assert clerk.page is not None
    assert f'href="/noi-bo/ho-so/{code}/hoi-dap"' in clerk.page.text
    listed = (await rest.get("/v1/conversations/unanswered", CLERK)).json()["items"]
    token = await rest.token(CLERK)
    ran = await asyncio.to_thread(hoso, "dossiers", "unanswered", "--json", url=world_url, HOSO_TOKEN=token)
    assert ran.json["items"] == listed
    (waiting,) = [each for each in listed if each["code"] == code]
    first = await rest.world.one(
        "select min(e.at) from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind = 'applicant_wrote'",
        code,
    )
    assert datetime.fromisoformat(waiting["unanswered_since"]) == first
    await rest.done(f"/v1/dossiers/{code}/reply", CLERK, {"text": ANSWER})
    await clerk.goes("/noi-bo/mot-cua?ngan=hoi-dap")
    assert code not in clerk.text
    assert [each async for each in audit.differences(rest.world.service)] == []
    elsewhere = await rest.get(f"/v1/conversations/unanswered?unit={OTHER}", CLERK)
    assert elsewhere.status_code == 403


async def test_a_cursor_that_is_none_leads_to_the_first_page(rest: Rest):
    code = await asked(rest)
    clerk = await opened(rest, CLERK, code, "?sau=x")
    assert clerk.path == f"/noi-bo/ho-so/{code}/hoi-dap"
