"""`hoso drafts` keeps, judges and files drafts as the holder of a token."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

from hoso_workflows.organisation import credentials
from support.api_client import CLERK, FILING
from support.command_line import Ran, hoso
from support.world import FOUNDED, World


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
