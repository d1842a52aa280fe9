"""A changed copy of a frozen value is what `dataclasses.replace` makes of it."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows.clock.clock import Clock
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.state import State


@dataclass(frozen=True)
class Value:
    """A frozen value with a field of each kind."""

    plain: int
    defaulted: int = 2
    made: list[int] = field(default_factory=list)
    hidden: int = field(default=3, compare=False, repr=False)


NAMES = [each.name for each in fields(Value)]


@given(
    st.lists(st.integers(), min_size=4, max_size=4), st.dictionaries(st.sampled_from(NAMES), st.integers())
)
def test_a_changed_value_equals_the_replaced_one(values: list[Any], change: dict[str, Any]) -> None:
    before = Value(*values)
    after = changed(before, **change)
    assert (type(after), vars(after)) == (Value, vars(replace(before, **change)))
    assert vars(before) == dict(zip(NAMES, values, strict=True))


def test_a_field_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"^Value has no other$"):
        changed(Value(1), plain=2, other=3)


@pytest.mark.parametrize("kind", [State, Clock, Projection])
def test_what_is_changed_on_the_hot_path_has_neither_slots_nor_a_post_init(kind: type) -> None:
    assert not any(hasattr(kind, name) for name in ("__slots__", "__post_init__"))
