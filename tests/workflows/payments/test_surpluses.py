"""The list of what was paid too much, over thousands of fees."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from hoso_workflows.payments import surpluses
from support.builders import dossier_rows
from support.world import DESK, FOUNDED, World, instant

#: When dossiers are due, minutes apart.
DUES = [instant("2026-03-02 08:00") + timedelta(minutes=number) for number in range(2_000)]
#: A fee of each dossier; of every hundredth one too much was paid.
FEES = """
insert into fee (dossier_id, number, name, amount, due, reduction, surplus)
select d.id, 1, 'Lệ phí', 20000, 'reception', 0, case when n % 100 = 0 then n else 0 end
from (select id, row_number() over (order by filed_at, id) as n from dossier) d
"""


async def test_a_list_of_surpluses_reads_no_fee_without_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dossier_rows.many(world.db, await dossier_rows.refers(world.db), DUES, FOUNDED)
    await world.changed("delete from fee")
    await world.changed(FEES)
    await world.changed("vacuum analyze dossier, fee")
    asked, rows = [], world.db.rows

    async def noting(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return await rows(sql, parameters)

    found, after = [], None
    with monkeypatch.context() as noted:
        noted.setattr(world.db, "rows", noting)
        while after or not found:
            page = await surpluses.search(world.db, [DESK], limit=7, after=after)
            found, after = [*found, *page.items], page.after
    assert [each["surplus"] for each in found] == list(range(100, 2_001, 100))
    plan = [row[0] for row in await rows(f"explain (analyze, timing off) {asked[1][0]}", asked[1][1])]
    (read,) = [line for line in plan if " on fee f" in line]
    by_index = any("ix_fee_surplus" in line for line in plan)
    assert (by_index, re.findall(r"actual rows=(\d+)", read)) == (True, ["20"]), plan
