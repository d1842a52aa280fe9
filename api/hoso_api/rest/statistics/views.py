"""Statistics of services as programs read them."""

from typing import Any

from hoso_workflows.reports import statistics
from hoso_workflows.reports.statistics import Line, Served, Statistics


def document(found: Statistics) -> dict[str, Any]:
    """The figures of a year by procedure, and all of them added up; JSON-safe but for the instant."""
    return {
        "year": found.year,
        "counted_at": found.counted_at,
        "fewest_ratings": statistics.FEWEST,
        "lines": [_line(each) for each in found.by_procedure],
        "total": _figures(found.total),
    }


def _line(each: Line) -> dict[str, Any]:
    said = {"procedure": each.procedure, "procedure_name": each.procedure_name, "field": each.field_name}
    return {**said, **_figures(each)}


def _figures(each: Served) -> dict[str, Any]:
    return {
        "online": each.online,
        "online_resolved": each.online_resolved,
        "online_on_time": each.online_on_time,
        "on_time": each.on_time or None,
        "received": each.received,
        "ratings": each.rated.rated,
        "few": each.few,
        "satisfaction": each.rated.share or None,
        "convenience": each.rated.convenience or None,
        "timeliness": each.rated.timeliness or None,
        "attitude": each.rated.attitude or None,
    }
