"""Working time of a dossier by those who had it, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.organisation.permissions import table
from hoso_workflows.tracking import course_views
from hoso_workflows.tracking.accounting import Holder

Document = Mapping[str, Any]
#: The act of who opens a dossier; administrators only track it.
READ = "get_dossier"


async def read(visit: Visit, key: str) -> dict[str, Any]:
    """The values of the page about those who had a dossier. The reading is logged. Raises NotFound."""
    found = await course_views.read_account(visit.service, key, **visit.reading)
    units = [each["unit"] for each in found["parts"] if each["unit"]]
    return {
        "key": found["code"] or found["reference"],
        "standing": spoken(wording.STATUSES[found["status"]]),
        "whole": spent(found["minutes"]),
        "late": spent(found["late"]) if found["late"] else "",
        "reason": found["reason"] and who(found["reason"]),
        "parts": [
            (
                who(each),
                spent(each["minutes"]),
                spent(each["counted"]),
                _share(each["minutes"], found["minutes"]),
            )
            for each in found["parts"]
        ],
        "excesses": [(who(each), _exceeded(each), spent(each["minutes"])) for each in found["excesses"]],
        "stretches": [
            (who(each), *_between(each), spent(each["minutes"]), each["runs"])
            for each in reversed(found["stretches"])
        ],
        "opens": table.reaches(READ, visit.rights, units),
    }


def who(place: Document) -> tuple[str, str]:
    """Somebody whom a dossier waited for, and their unit."""
    return place["officer_name"] or spoken(wording.HOLDERS[place["holder"]]), place["unit_name"] or ""


def _exceeded(excess: Document) -> str:
    """The name of a step, where the reader is told it, or an opinion."""
    if excess["holder"] == Holder.CONSULTED:
        return spoken("ý kiến của đơn vị khác")
    return str(excess["step"] or spoken("một bước"))


def spent(minutes: int) -> str:
    """`26 giờ 15 phút`: working time without days, whose length differs among units."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return spoken("{n} phút", n=rest)
    return spoken("{h} giờ {n} phút", h=hours, n=rest) if rest else spoken("{h} giờ", h=hours)


def _share(minutes: int, whole: int) -> int:
    """Per cent of the whole, rounded."""
    return round(100 * minutes / whole) if whole else 0


def _between(stretch: Document) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(stretch["since"]), datetime.fromisoformat(stretch["until"])
