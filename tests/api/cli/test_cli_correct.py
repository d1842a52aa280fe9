"""`hoso correct`: a wrong clock's instant is put right by an administrator, with their own token."""

import asyncio
from typing import Any

from hoso_workflows import audit
from support.command_line import Ran, hoso
from support.world import DESK, PROVINCE, World, person

REASON = "Đồng hồ máy chủ chạy trước mười ngày"


async def called(*arguments: str, url: str, given: str | None = None) -> Ran:
    return await asyncio.to_thread(hoso, *arguments, url=url, given=given)


async def token(url: str, who: object) -> str:
    return (await called("tokens", "create", str(who), url=url)).out


async def accepted_ahead(world: World) -> Any:
    """A dossier that was accepted ten days later than it was, as the clock had it."""
    return await world.accepts(await world.files("2026-03-02 08:00"), "2026-03-12 09:00")


async def test_an_administrator_says_when_an_act_really_was(world: World, world_url: str) -> None:
    code = (await accepted_ahead(world)).code
    listed = await called("correct", code, "--json", url=world_url)
    (event,) = [each["event"] for each in listed.json["items"] if each["kind"] == "accepted"]
    shown = await called("correct", code, url=world_url)
    said = ("correct", code, str(event), "--at", "2/3/2026 09:00", "--reason", REASON)
    administrator = await token(world_url, person("administrator", PROVINCE))
    done = await called(*said, url=world_url, given=administrator)
    stored = await world.db.row("select accepted_at from dossier")
    assert "09:00:00 12/03/2026" in shown.out
    assert (done.status, done.out) == (
        0,
        f"Đã ghi nhận: sự kiện {event} của hồ sơ {code} lúc 09:00:00 02/03/2026.\n",
    )
    assert stored.accepted_at.isoformat() == "2026-03-02T02:00:00+00:00"
    assert [str(each) async for each in audit.differences(world.service)] == []


async def test_what_is_no_correction_changes_nothing_and_is_said(world: World, world_url: str) -> None:
    code = (await accepted_ahead(world)).code
    before = await world.db.row("select last_seq from dossier")
    said = ("correct", code, "3", "--at", "2026-03-02T09:00")
    clerk, administrator = [
        await token(world_url, who) for who in (person("reception", DESK), person("administrator", PROVINCE))
    ]
    refused = [
        await called("correct", code, "--at", "2026-03-02", "--reason", REASON, url=world_url),
        await called(*said, url=world_url),
        await called(*said, "--reason", " ", url=world_url),
        await called("correct", code, "3", "--at", "morgen", "--reason", REASON, url=world_url),
        await called(*said, "--reason", REASON, url=world_url, given="hs_nobody"),
        await called(*said, "--reason", REASON, url=world_url, given=clerk),
        await called(
            "correct",
            code,
            "99",
            "--at",
            "2026-03-02",
            "--reason",
            REASON,
            url=world_url,
            given=administrator,
        ),
        await called("correct", "H27-none", url=world_url),
    ]
    after = await world.db.row("select last_seq from dossier")
    assert [each.status for each in refused] == [2, 2, 2, 2, 1, 1, 1, 1]
    assert all(each.err.count("hoso: ") == 1 and "Traceback" not in each.err for each in refused)
    assert before.last_seq == after.last_seq
