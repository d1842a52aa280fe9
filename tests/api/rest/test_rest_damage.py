"""People are told in words of a damaged package or calendar, and everything else goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hoso_api.rest.public import readiness
from hoso_workflows.dossiers.service import DossierService
from support import api_client as rests
from support.api_client import CLERK, FILING, Rest, problem
from support.visitor import Visitor
from support.world import CITIZEN, World

PACKAGE = "update workflow_version set package = set_byte(package, 400, get_byte(package, 400) # 1) where procedure_code = '1.014464'"
CALENDAR = """update calendar_version set documents =
  jsonb_set(documents, array[calendar], to_jsonb((documents ->> calendar) || '# x')) where calendar = 'ha-tinh'"""
WHOLE = """update calendar_version set documents =
  jsonb_set(documents, array[calendar], to_jsonb(rtrim(documents ->> calendar, '# x'))) where calendar = 'ha-tinh'"""

#: What a citizen reads above the page.
TITLES = {
    "procedure-damaged": "Thủ tục này tạm thời chưa làm được",
    "calendar-damaged": "Tạm thời chưa tính được ngày trả kết quả",
}


@asynccontextmanager
async def started_anew(rest: Rest) -> AsyncIterator[Rest]:
    """The API as a process that has read nothing yet."""
    async with rests.over(World(DossierService(rest.world.db)), rest.clock()) as fresh:
        yield fresh


@pytest.mark.parametrize(
    ("alteration", "undone", "slug", "detail"),
    [
        (
            PACKAGE,
            PACKAGE,
            "procedure-damaged",
            "The procedure 1.014464, version 1, is damaged where it is kept.",
        ),
        (CALENDAR, WHOLE, "calendar-damaged", "The working calendar ha-tinh is damaged where it is kept."),
    ],
    ids=["package", "calendar"],
)
async def test_who_needs_what_is_damaged_is_told_so_until_it_is_put_right(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, alteration: str, undone: str, slug: str, detail: str
) -> None:
    monkeypatch.setattr(readiness, "KEEP", 0.0)
    filed = await rest.files(CITIZEN, channel="online")
    accepted = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    (task,) = accepted["tasks"]
    await rest.world.changed(alteration)
    async with started_anew(rest) as fresh:
        refused = [
            await fresh.post("/v1/dossiers", CLERK, FILING),
            await fresh.get(f"/v1/dossiers/{accepted['code']}", CLERK),
            await fresh.post(f"/v1/user-tasks/{task['id']}/completion", CLERK, {}),
        ]
        for answer in refused:
            told = problem(answer)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
            assert (told["type"], told["detail"]) == (f"urn:hoso:problem:{slug}", detail)
        ready = await fresh.get("/health/ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "degraded", "warnings": [detail]})
        assert (await fresh.get("/v1/user-tasks", CLERK)).status_code == 200

        page = await (await Visitor.applicant(fresh, CITIZEN)).goes(f"/ho-so/{accepted['code']}")
        assert page.page is not None
        assert (page.page.status_code, TITLES[slug] in page.text) == (503, True)
        assert "Những gì đã nộp vẫn còn nguyên; thử lại sau, hoặc hỏi bộ phận một cửa." in page.text

        await rest.world.changed(undone)
        fresh.world.service.reference_data.forget_units()
        assert (await fresh.get("/health/ready")).json() == {"status": "ready", "warnings": []}
        assert (await fresh.post("/v1/dossiers", CLERK, FILING)).status_code == 201
