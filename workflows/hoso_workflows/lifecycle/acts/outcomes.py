"""Outcomes of a task as the diagram offers them."""

from __future__ import annotations

from hoso_bpmn import text_safety
from hoso_workflows import errors
from hoso_workflows.lifecycle.state import OpenTask


def drawn(outcome: str | None, task: OpenTask) -> str | None:
    """The outcome in the Unicode form of the diagram.

    The request may contain decomposed accents (NFD), which look the same on every screen.
    """
    if outcome is None or outcome in task.outcomes:
        return outcome
    composed = text_safety.text(outcome)
    same = (each for each in task.outcomes if text_safety.text(each) == composed)
    return next(same, outcome)


def fits(task: OpenTask, outcome: str | None) -> None:
    """Raise `OutcomeRefused` for a missing outcome, and one that is not offered."""
    if (outcome is None) == bool(task.outcomes) or outcome not in (None, *task.outcomes):
        raise errors.OutcomeRefused(task.element, outcome, task.outcomes)
