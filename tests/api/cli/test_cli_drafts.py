"""`hoso drafts` keeps, judges and files drafts as the holder of a token."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

from hoso_workflows.organisation import credentials
from support import files
from support.api_client import CLERK, FILING
from support.command_line import Ran, hoso
from support.world import CITIZEN, FOUNDED, World


async def test_a_draft_is_begun_saved_shown_filed_and_listed(world: World, tmp_path: Path) -> None:
    async with world.db.transaction() as tx:
        token = await credentials.give_token(tx, CLERK, "thử", at=FOUNDED, scopes=tuple(credentials.Scope))
    url, file = world.db.url.render_as_string(hide_password=False), tmp_path / "nhap.json"

    async def ran(*arguments: str) -> Ran:
        return await asyncio.to_thread(hoso, "drafts", *arguments, url=url, HOSO_TOKEN=token)

    file.write_text("{}", encoding="utf-8")
    begun = await ran("new", FILING["procedure"], str(file), "--json")
    draft = begun.json["id"]
    assert {each["field"] for each in begun.json["findings"]} == {"applicant"}
    file.write_text("chưa xong", encoding="utf-8")
    assert (await ran("save", draft, str(file))).status == 2
    whole = {name: value for name, value in FILING.items() if name != "procedure"}
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert (await ran("save", draft, str(file), "--json")).json["findings"] == []
    assert FILING["applicant"]["name"] in (await ran("list")).out
    second = (await ran("new", FILING["procedure"], str(file), "--json")).json["id"]
    page = await ran("list", "--limit", "1")
    assert (second in page.out, draft in page.out) == (True, False)
    after = page.out.rpartition("--after ")[2].strip()
    behind = (await ran("list", "--limit", "1", "--after", after, "--json")).json
    assert ([each["id"] for each in behind["items"]], behind["page"]) == ([draft], {"after": None})
    filed = await ran("file", draft, "--json")
    assert (
        await world.one("select filed_by from dossier where reference = $1", filed.json["reference"]) == CLERK
    )
    assert (await ran("show", draft, "--json")).json["reference"] == filed.json["reference"]
    assert (await ran("discard", draft)).status == 0
    assert await world.one("select count(*) from draft where id = $1", UUID(draft)) == 0


async def test_files_are_added_to_a_draft_listed_read_replaced_and_taken_out(
    world: World, tmp_path: Path
) -> None:
    async with world.db.transaction() as tx:
        token = await credentials.give_token(tx, CITIZEN, "thử", at=FOUNDED, scopes=tuple(credentials.Scope))
    url, store = world.db.url.render_as_string(hide_password=False), str(tmp_path / "files")

    async def ran(*arguments: str) -> Ran:
        where = {"HOSO_TOKEN": token, "HOSO_STORE_FOLDER": store}
        return await asyncio.to_thread(hoso, "drafts", *arguments, url=url, **where)

    (typed := tmp_path / "nhap.json").write_text("{}", encoding="utf-8")
    (paper := tmp_path / "don.png").write_bytes(files.picture())
    (wrong := tmp_path / "don.pdf").write_bytes(files.picture())
    draft = (await ran("new", FILING["procedure"], str(typed), "--json")).json["id"]
    half = await ran("attach", draft, str(paper), str(wrong), "--component", "TP01", "--json")
    (added,) = half.json["items"]
    assert (half.status, added["name"], added["component"]) == (1, "don.png", "TP01")
    assert (await ran("attach", draft, str(tmp_path / "none.png"))).status == 2
    assert (await ran("attach", draft, str(paper), str(paper), "--replace", added["id"])).status == 2
    replaced = await ran("attach", draft, str(paper), "--replace", added["id"], "--title", "Đơn", "--json")
    assert [(each["id"], each["title"]) for each in replaced.json["items"]] == [(added["id"], "Đơn")]
    assert "Đơn" in (await ran("files", draft)).out
    assert (await ran("attachment", draft, added["id"], str(back := tmp_path / "back.png"))).status == 0
    assert back.read_bytes() == files.picture()
    assert (await ran("offered", draft, "--json")).json == {"items": []}
    assert (await ran("attach-offered", draft, added["id"])).status == 1
    assert (await ran("detach", draft, added["id"], "--json")).json == {"items": []}
