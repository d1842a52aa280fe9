"""A version whose form has a pattern that was accepted when it was published and is accepted no more."""

import json

import pytest

import hoso_bpmn
from hoso_bpmn.checks import inspection
from hoso_bpmn.package import package
from hoso_workflows.lifecycle import validation
from support.builders import packages

#: Python took it for a repetition; a browser takes it for five signs.
OLD = "^[a-z]{,5}$"


def asked(pattern: str) -> dict[str, object]:
    bounds = {"required": True, "pattern": pattern, "maxLength": 9}
    return {"type": "textfield", "key": "ten", "label": "Tên", "validate": bounds}


def files() -> dict[str, bytes]:
    form = json.dumps({"type": "default", "components": [asked(OLD)]}).encode()
    task = '<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" form="ten" />'
    return packages.package(task, '[[case]]\nform = "forms/ten.form"', files={"forms/ten.form": form})


def test_it_is_published_no_more() -> None:
    (finding,) = inspection.inspect_package(files()).findings
    assert (finding.rule, finding.file, finding.message) == (
        "form-pattern",
        "forms/ten.form",
        "The pattern of the field ten is not accepted: '{,5}$' is read differently elsewhere.",
    )


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"ten": "abcdefg"}, []),  # the pattern judges nothing
        ({}, ["Tên is missing."]),
        ({"ten": "x" * 10}, ["Tên must have 0 to 9 characters."]),
    ],
)
def test_its_dossiers_go_on_and_everything_else_is_judged(answers: dict[str, str], faults: list[str]) -> None:
    loaded = hoso_bpmn.load(package.read(files()))
    judged = loaded.specification.forms["Tham_dinh"].faults(answers)
    assert [fault.message for fault in judged] == faults
    assert [fault.message for fault in validation.filing(loaded, "online", answers, ())] == faults
