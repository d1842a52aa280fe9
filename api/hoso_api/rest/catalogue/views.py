"""Entries of the catalogue as answers."""

from collections.abc import Iterable
from typing import Any

from hoso_calendar import messages
from hoso_workflows.catalogue.checking import Difference
from hoso_workflows.catalogue.comparison import Change
from hoso_workflows.catalogue.drafts import Draft
from hoso_workflows.catalogue.importing import Plan
from hoso_workflows.catalogue.storage import Version


def version(found: Version) -> dict[str, Any]:
    """A version without what it changed."""
    said = found.publication
    return {
        "code": found.code,
        "number": found.number,
        "content": found.content.model_dump(),
        "publication": said.model_dump() if said else None,
        "missing": found.content.missing,
        "entered_at": found.entered_at,
        "entered_by": found.entered_by,
        "drafted_by": found.drafted_by,
        "lag_days": found.lag_days,
    }


def changes(found: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes, each with its field and what it says."""
    return [
        {"field": each.field, "letter": each.letter, "gone": each.gone, "came": each.came} for each in found
    ]


def differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Differences from the declared procedure."""
    return [{"field": each.field, "entry": each.entry, "declared": each.declared} for each in found]


def draft(found: Draft) -> dict[str, Any]:
    """A draft with what it would change."""
    return {
        "code": found.code,
        "content": found.content.model_dump(),
        "version": found.version,
        "opened_at": found.opened_at,
        "opened_by": found.opened_by,
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
        "last": found.last,
        "missing": found.missing,
        "changes": changes(found.changes),
    }


def draft_item(found: Draft) -> dict[str, Any]:
    """A draft in a list."""
    return {
        "code": found.code,
        "name": found.content.name,
        "authority": found.content.authority,
        "version": found.version,
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
        "missing": found.missing,
    }


def plan(found: Plan, *, written: bool) -> dict[str, Any]:
    """The changes of a file; findings in the caller's language."""
    return {
        "findings": [
            {
                "line": each.line,
                "column": each.column,
                "field": each.field,
                "message": messages.translated(each.message),
            }
            for each in found.findings
        ],
        "new": found.new,
        "changed": [
            {"code": each.code, "name": each.name, "line": each.line, "changes": changes(each.changes)}
            for each in found.changed
        ],
        "unchanged": found.unchanged,
        "missing": found.missing,
        "digest": found.digest,
        "written": written,
    }
