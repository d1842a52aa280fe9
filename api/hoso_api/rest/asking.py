"""Callers as the coordinating function knows them, and the calendar of a unit."""

from dataclasses import asdict
from typing import Any

import hoso_calendar as wt
from hoso_api.http.authentication import Caller
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures import reference_data


def asked(caller: Caller) -> Asked:
    """The caller of an act."""
    return Asked(caller.principal, caller.at, caller.origin)


async def calendar(caller: Caller, unit: str) -> wt.WorkCalendar:
    """The working calendar of a unit. Raises NotFound."""
    await permissions.existing_unit(caller.service.db, unit)
    return await reference_data.calendar_of(caller.service.reference_data, unit)


def said(found: Any, shown: type[Any]) -> dict[str, Any]:
    """The fields of a value that an answer shows."""
    values = asdict(found)
    return {name: values[name] if name in values else getattr(found, name) for name in shown.model_fields}
