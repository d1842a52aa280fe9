"""Values allowed in a manifest: described in words, not as a pattern."""

import pytest

from hoso_bpmn.checks import inspection
from support.builders import packages


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            '[lanes."Phòng chuyên môn"]\nrole = "tiếp nhận"',
            (
                "lanes.Phòng chuyên môn.role: must be one word in small letters without accents, such as reception or "
                "division_head, not 'tiếp nhận'."
            ),
        ),
        (
            '[lanes."Phòng chuyên môn"]\nunit = "Phòng Lưu trữ"',
            (
                "lanes.Phòng chuyên môn.unit: must be receiving, handling, deciding or the code of a unit, such as H27.SVHTTDL, "
                "not 'Phòng Lưu trữ'."
            ),
        ),
        (
            '[[case]]\nid = "cấp mới"',
            (
                "case[1].id: must be at most 64 letters without accents, digits, dots, hyphens and underscores, such as TP01, "
                "not 'cấp mới'."
            ),
        ),
        ('[lanes."Phòng chuyên môn"]\nrole = ""', "lanes.Phòng chuyên môn.role is empty."),
    ],
)
def test_what_may_stand_in_a_key_is_said_in_words(table: str, said: str):
    assert [f.message for f in inspection.inspect_package(packages.package(declared=table)).findings] == [
        said
    ]
