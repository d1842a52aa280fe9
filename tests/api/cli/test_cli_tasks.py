"""`hoso tasks` lists and acts on tasks as the holder of a token."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

from hoso_api.translation import wording
from hoso_workflows.organisation import credentials
from support.api_client import SPECIALIST
from support.command_line import Ran, hoso
from support.world import FOUNDED, World, only_task, person

COLLEAGUE = person("specialist", number=2)


async def ran(world: World, by: UUID, *arguments: str) -> Ran:
    async with world.db.transaction() as tx:
        scopes = tuple(credentials.Scope)
        token = await credentials.give_token(tx, by, "thử", at=FOUNDED, scopes=scopes)
    url = world.db.url.render_as_string(hide_password=False)
    return await asyncio.to_thread(hoso, "tasks", *arguments, url=url, HOSO_TOKEN=token)


async def test_an_officer_lists_takes_delegates_and_batches_at_the_shell(
    world: World, tmp_path: Path
) -> None:
    standing = await world.at_the_specialists()
    task = str(only_task(standing))
    found = await ran(world, SPECIALIST, "list", "--unassigned", "--sort", "opened", "--json")
    assert (found.status, [each["id"] for each in found.json["items"]]) == (0, [task])
    assert (await ran(world, SPECIALIST, "assignment", task)).status == 0
    lent = await ran(world, SPECIALIST, "delegation", task, "--assignee", str(COLLEAGUE), "--json")
    assert [each["assignee"] for each in lent.json["tasks"]] == [str(COLLEAGUE)]
    batch = tmp_path / "viec.json"
    items = [{"task": task, "act": act, "key": act} for act in ("delegation-end", "assignment")]
    batch.write_text(json.dumps({"items": items}))
    done = await ran(world, COLLEAGUE, "bulk", str(batch), "--json")
    assert (done.status, [each["done"] for each in done.json["items"]]) == (1, [True, False])
    second = only_task(await world.at_the_specialists())
    # Both were opened in the same minute, so that their ids decide.
    first, last = sorted((task, str(second)))
    page = await ran(world, SPECIALIST, "list", "--sort", "opened", "--limit", "1")
    assert (first in page.out, last in page.out) == (True, False)
    after = page.out.rpartition("--after ")[2].strip()
    behind = (await ran(world, SPECIALIST, "list", "--sort", "opened", "--after", after, "--json")).json
    assert ([each["id"] for each in behind["items"]], behind["page"]["after"]) == ([last], None)
    groups = (await ran(world, SPECIALIST, "counts", "--json")).json["groups"]
    told = (await ran(world, SPECIALIST, "counts")).out
    assert [wording.DUE_GROUPS[each["key"]] in told for each in groups] == [True] * len(groups)
    assert [each["key"] for each in groups if each["key"] in told] == []
    counted = await ran(world, SPECIALIST, "counts", "--by", "assignee", "--json")
    assert {each["key"]: each["count"] for each in counted.json["groups"]} == {str(SPECIALIST): 1, None: 1}


async def test_only_what_decides_is_listed_at_the_shell_where_it_is_asked_for(world: World) -> None:
    task, decider = await world.at_the_decision()
    everything = (await ran(world, decider, "list", "--json")).json["items"]
    deciding = (await ran(world, decider, "list", "--deciding", "--json")).json["items"]
    assert (len(everything), [each["id"] for each in deciding]) == (2, [task])
