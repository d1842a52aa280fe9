"""Lines of a setup file by the places that refusals name."""

import pytest

from hoso_workflows.setup import lines

FILE = """schema = "hoso-setup/1"
[defaults]
from = 2026-03-01

[[unit]]
code = "A"
name = "Một"
[[person]]
code = "A"
name = "Người"
[[unit]] # the second one
code = 'B' # as above
"parent" = "A"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("schema", 1),
        ("unit.0", 5),
        ("unit.0.name", 7),
        ("unit.1", 11),
        ("unit.1.parent", 13),
        # A key that is missing has the line of its table, as has what lies within a value.
        ("unit.1.name", 11),
        ("person.0.name", 10),
        ("person.0.name.2", 10),
        ("unit A", 6),
        ("unit B", 12),
        ("person A", 9),
        ("unit.2", None),
        ("area.0", None),
        ("unit C", None),
        ("prune", None),
    ],
)
def test_a_place_has_its_line(place: str, line: int | None) -> None:
    assert lines.line(FILE, place) == line


def test_where_headers_do_not_tell_the_tables_no_line_is_told() -> None:
    within = f'{FILE}note = """\n[[unit]]\n"""\n'
    assert lines.line(within, "unit.1") is None
    assert lines.line('unit = [{code = "A"}]\n', "unit.0.code") is None
    assert lines.line("unit = \n[[unit]]\n", "unit.0") is None


def test_a_parser_names_the_line_of_what_is_no_toml() -> None:
    assert lines.told("Invalid value (at line 3, column 5)") == 3
    assert lines.told("is not UTF-8") is None
