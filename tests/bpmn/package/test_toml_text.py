"""Tables are written as TOML so that they are read again as they were."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_bpmn.package import package, toml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    TEXTS
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.times(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("code", package.codes())
def test_every_bundled_manifest_is_read_again_as_it_was(code: str):
    tables = package.bundled(code).manifest
    assert tomllib.loads(toml_text.written(tables)) == tables


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_any_tables_are_read_again_as_they_were(tables: dict[str, object]):
    assert tomllib.loads(toml_text.written(tables)) == tables
