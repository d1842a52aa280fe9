"""A task's facts are the same in an event, in the state that is folded from it, and in its row."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hoso_models import UserTask
from hoso_workflows.dossiers import statements
from hoso_workflows.lifecycle import task_facts
from hoso_workflows.lifecycle.state import OpenTask
from hoso_workflows.lifecycle.task_facts import TaskFacts

WORDS = st.text(min_size=1, max_size=5)
#: Facts without which a task is not declared are texts; lists are lists; all others may be missing.
PAYLOADS = st.fixed_dictionaries(
    {
        each.name: st.lists(WORDS)
        if each.default == ()
        else WORDS
        if each.default in (MISSING, "user")
        else st.none() | WORDS
        for each in fields(TaskFacts)
    }
)


@given(PAYLOADS)
def test_a_payload_a_state_and_a_row_hold_the_same_facts(payload: dict[str, Any]) -> None:
    held = OpenTask(**task_facts.of_payload(payload))
    row = task_facts.columns(payload)

    assert {each.name: getattr(held, each.name) for each in fields(TaskFacts)} == {
        **payload,
        "outcomes": tuple(payload["outcomes"]),
        "plan": tuple(payload["plan"]),
    }
    assert task_facts.of_row(row) == {name: payload[name] for name in payload if name != "plan"}


def test_every_fact_but_the_plan_is_a_column_that_an_act_writes() -> None:
    payload = dict.fromkeys((each.name for each in fields(TaskFacts)), None)
    written = set(statements.TASK.names.split(", "))
    assert set(task_facts.columns(payload)) < written < set(UserTask.model_fields)
    assert written == set(UserTask.model_fields) - {"dossier_id", "due_shown", "due_kind", "kept"}


@given(PAYLOADS)
def test_a_migration_leaves_limit_plan_and_clock(payload: dict[str, Any]) -> None:
    changed = task_facts.changed_by_migration(payload)
    assert changed == {name: payload[name] for name in payload if name not in ("limit", "plan", "clock")}
