"""`hoso catalogue`, `service-levels`, `agency-systems`: by an operator, on the word of a person."""

import asyncio
from pathlib import Path
from typing import Any

import orjson

from support.catalogue_entries import CODE, EDITOR, WHOLE, kept
from support.command_line import Ran, hoso
from support.coordinators import appointed
from support.world import DEPARTMENT, World, person

BY, DECLARER = ("--by", str(EDITOR)), ("--by", str(person("procedure_declarer")))
DECIDED = (
    "--decision",
    "12/QĐ",
    "--decided",
    "2026-02-26",
    "--published",
    "2026-02-27T10:00",
    "--from",
    "2026-03-02",
)


async def ran(url: str, *words: str, status: int = 0) -> Ran:
    found = await asyncio.to_thread(hoso, *words, url=url)
    assert found.status == status, found.err
    return found


async def said(url: str, *words: str, status: int = 0) -> Any:
    return (await ran(url, *words, "--json", status=status)).json


async def test_an_entry_comes_in_by_a_draft_and_by_a_file(
    world: World, world_url: str, tmp_path: Path
) -> None:
    await kept(world)
    items, sheet = tmp_path / "a.json", tmp_path / "danh-muc.csv"
    items.write_bytes(orjson.dumps({**WHOLE.model_dump(mode="json"), "result": None}))
    await said(world_url, "catalogue", "draft", CODE, str(items), *DECLARER)
    made = await said(world_url, "catalogue", "publish", CODE, *BY, *DECIDED)
    assert (made["number"], made["missing"]) == (1, ["h"])
    assert "12/QĐ" in (await ran(world_url, "catalogue", "show", CODE)).out
    (found,) = (await said(world_url, "catalogue", "list", "trung bay"))["items"]
    assert found["code"] == CODE
    (lacking,) = (await said(world_url, "catalogue", "check", status=1))["items"]
    assert lacking["missing"] == ["h"]
    await ran(world_url, "catalogue", "export", str(sheet))
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(CODE, "8.100009"), encoding="utf-8")
    plan = await said(world_url, "catalogue", "import", str(sheet), *BY, "--dry-run")
    assert (plan["new"], plan["missing"], plan["written"]) == (["8.100009"], [CODE], False)
    assert (await said(world_url, "catalogue", "import", str(sheet), *BY))["written"] is True
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("ban hành mới", "mới tinh"), encoding="utf-8")
    assert "Loại công bố" in (await ran(world_url, "catalogue", "import", str(sheet), *BY, status=1)).out
    assert CODE in (await ran(world_url, "catalogue", "lags")).out


async def test_levels_and_systems_are_entered_at_the_shell(
    world: World, world_url: str, tmp_path: Path
) -> None:
    await kept(world)
    by = ("--by", str(await appointed(world)))
    items = tmp_path / "a.json"
    items.write_bytes(WHOLE.model_dump_json().encode())
    await said(world_url, "catalogue", "draft", CODE, str(items), *DECLARER)
    await said(world_url, "catalogue", "publish", CODE, *BY, *DECIDED)
    (made,) = (await said(world_url, "service-levels", "set", CODE, "full", *by, *DECIDED[:4]))["items"]
    assert (await said(world_url, "service-levels", "list"))["items"] == [made]
    system = ("agency-systems", "enter", DEPARTMENT, "Cổng", "Nhận hồ sơ", *by)
    (entered,) = (await said(world_url, *system, "--since", "2026-01-05"))["items"]
    (changed,) = (await said(world_url, "agency-systems", "change", entered["id"], "integrated", *by))[
        "items"
    ]
    assert (changed["state"], (await said(world_url, "agency-systems", "list"))["items"]) == (
        "integrated",
        [changed],
    )
