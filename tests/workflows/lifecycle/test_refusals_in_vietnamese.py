"""Refusals by the rules, in Vietnamese: every refusal there is, with all its values."""

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

import hoso_calendar as wt
from hoso_calendar.messages import say, translated
from hoso_workflows import errors
from hoso_workflows.organisation import principals
from hoso_workflows.organisation.permissions import table

TASK = UUID("00000000-0000-4000-8000-000000000001")
#: What a refusal is made with, by the name of the parameter where its type is not enough.
SAMPLES: dict[str, Any] = {
    "why": say("is missing"),
    "wait": timedelta(seconds=4711),
    "faults": [errors.Fault("field-7", say("is missing"))],
    "report": SimpleNamespace(findings=[SimpleNamespace(severity="error", message="found-7")]),
    "namesakes": [principals.Namesake(TASK, "officer", ("clerk @ H27",))],
    "key": "key-7",
    "missing": [("code-7", "name-7")],
    "problems": [wt.Problem("calendar-7", "place-7", None, "not a day")],
    "refusal": errors.NotFound("dossier", "reference-7"),
    "lacking": [("procedure-7", "deciding", "unit-7")],
    "choices": {"unit-7": "name-7"},
    "absence": SimpleNamespace(officer="officer-7", until=date(2026, 3, 6), acting=("acting-7",)),
    "reminded": SimpleNamespace(by_name="head-7", at=datetime(2026, 3, 2, 9, tzinfo=UTC)),
}
PACKAGES = ("hoso_workflows",)


def kinds(parent: type[errors.Refusal] = errors.Refusal) -> Iterator[type[errors.Refusal]]:
    """Every refusal, those of other modules included, but for families of them."""
    for kind in parent.__subclasses__():
        if kind.__module__.startswith(PACKAGES) and hasattr(kind, "slug"):
            yield kind
        yield from kinds(kind)


def made(kind: type[errors.Refusal]) -> tuple[errors.Refusal, list[str]]:
    """The refusal with a value of its own for each parameter, and these values as a sentence shows them."""
    given = {name: _sample(name, each) for name, each in inspect.signature(kind).parameters.items()}
    shown = [part for value in given.values() for part in (value if isinstance(value, tuple) else (value,))]
    return kind(**given), [str(each) for each in shown if isinstance(each, str | int | UUID)]


def _sample(name: str, parameter: inspect.Parameter) -> Any:
    if name in SAMPLES:
        return SAMPLES[name]
    wanted = str(parameter.annotation)
    if "Iterable" in wanted or "Sequence" in wanted:
        return (f"{name}-1", f"{name}-2")
    if "UUID" in wanted:
        return TASK
    if "datetime" in wanted:
        return datetime(2026, 3, 2, 9, tzinfo=UTC)
    return 4711 if "int" in wanted else f"{name}-7"


def test_a_refusal_is_told_in_vietnamese_with_everything_that_it_names():
    every = [(kind, *made(kind)) for kind in kinds()]
    texts = [text for kind, refused, _ in every for text in (refused, kind.title, refused.remedy)]
    assert [str(text) for text in texts if translated(text, "vi") == str(text)] == []
    silent = [
        (kind, value)
        for kind, refused, values in every
        for value in values
        if value in str(refused) and translated(value, "vi") not in translated(refused, "vi")
    ]
    assert silent == []


def test_no_refusal_is_left_out():
    assert {errors.NotFound, errors.TooManyRequests, errors.BadCursor, principals.Ambiguous} <= set(kinds())


def test_states_and_roles_are_told_in_the_words_of_the_law():
    refused = errors.WrongStatus("acceptance", "in_process", ("filed", "awaiting_supplement"))
    assert str(refused) == "Acceptance is possible in filed, awaiting_supplement; the dossier is in_process."
    assert translated(refused, "vi") == (
        "Tiếp nhận hồ sơ chỉ được thực hiện khi hồ sơ ở trạng thái: mới nộp, chờ tiếp nhận, chờ bổ sung; hồ sơ đang"
        " ở trạng thái: đang giải quyết."
    )
    forbidden = errors.Forbidden(TASK, "withdrawal", "reception", "H27")
    assert translated(forbidden, "vi") == "Rút hồ sơ cần vai trò Bộ phận Một cửa trong đơn vị H27."


@pytest.mark.parametrize(
    ("act", "role", "unit", "english", "vietnamese"),
    [
        (
            table.ACTS["give_role"].says,
            "administrator",
            "H27",
            "Give a role, or propose what a second person confirms: the role administrator in the unit H27 is needed.",
            "Giao một vai trò, hoặc đề nghị điều phải có người thứ hai xác nhận cần vai trò quản trị hệ thống trong đơn vị H27.",
        ),
        (
            "changing the register",
            "administrator",
            None,
            "Changing the register: the role administrator is needed.",
            "Thay đổi danh bạ cần vai trò quản trị hệ thống.",
        ),
        (
            "changing the register",
            None,
            "H27",
            "Changing the register: a role in the unit H27 is needed.",
            "Thay đổi danh bạ cần có vai trò trong đơn vị H27.",
        ),
        (
            "changing the register",
            None,
            None,
            "Changing the register: a role in a unit is needed.",
            "Thay đổi danh bạ cần có vai trò trong một đơn vị.",
        ),
    ],
)
def test_what_an_act_needs_is_one_sentence_whatever_it_names(
    act: str, role: str | None, unit: str | None, english: str, vietnamese: str
):
    forbidden = errors.Forbidden(TASK, act, role, unit)
    assert (str(forbidden), translated(forbidden, "vi")) == (english, vietnamese)


def test_every_fault_of_a_form_is_told_in_vietnamese():
    refused = errors.FormRefused(
        [errors.Fault("basis", say("is missing")), errors.Fault("unit", "Hình thức {1} chưa đúng")]
    )
    assert str(refused) == "basis: is missing; unit: Hình thức {1} chưa đúng"
    assert translated(refused, "vi") == "basis: còn thiếu; unit: Hình thức {1} chưa đúng"
