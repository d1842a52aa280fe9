"""Kinds of owed reports for tests: quarterly and yearly, consolidated by the desk, received by the province."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from hoso_models import ReportPeriod
from hoso_workflows.reports.obligations import kinds
from hoso_workflows.reports.obligations.kinds import Kind, Stored
from support import world as worlds

QUARTERLY = Kind(
    period=ReportPeriod.QUARTER,
    first_month=-1,
    first_day=1,
    last_month=1,
    last_day=31,
    due_month=2,
    due_day=5,
    code="dvc-quy",
    name="Báo cáo quý về dịch vụ công trực tuyến",
    consolidate_days=10,
    owing=(),
    consolidating_unit=worlds.DESK,
    receiving_unit=worlds.PROVINCE,
    valid_from=date(2026, 1, 1),
    valid_to=None,
    basis="QĐ 15/2016/QĐ-UBND, sửa đổi 2018, Điều 14",
)
YEARLY = replace(
    QUARTERLY,
    period=ReportPeriod.YEAR,
    last_month=10,
    due_month=11,
    code="dvc-nam",
    name="Báo cáo năm về dịch vụ công trực tuyến",
)
ADMINISTRATOR = worlds.person("administrator", worlds.PROVINCE)


async def owed(world: worlds.World, at: datetime, *found: Kind) -> list[Stored]:
    """Enter kinds by the administrator of the province."""
    return [await kinds.enter(world.db, each, actor=ADMINISTRATOR, at=at) for each in found or (QUARTERLY,)]
