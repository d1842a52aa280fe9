"""Statements that are built from the declared tables."""

import pytest
from sqlalchemy import bindparam, select

from hoso_models import UserTask
from hoso_models.storage.compiled import compiled, table


def test_a_statement_is_the_text_that_the_driver_takes() -> None:
    t = table(UserTask).alias("t")
    asked = select(t.c.id, t.c.due_shown).where(t.c.unit_code == bindparam("unit"), t.c.id > bindparam("id"))

    assert " ".join(compiled(asked).split()) == (
        "SELECT t.id, t.due_shown FROM user_task AS t WHERE t.unit_code = $1::VARCHAR AND t.id > $2::UUID"
    )


def test_a_column_that_is_none_is_told_when_the_statement_is_built() -> None:
    with pytest.raises(AttributeError, match="due_today"):
        table(UserTask).c.due_today  # noqa: B018 - what raises
