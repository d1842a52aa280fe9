"""Keys of dossiers in what somebody types, scans or pastes."""

from __future__ import annotations

import pytest

from hoso_workflows.tracking.keys import keys_in

CODE, REFERENCE = "H27.PVHCC-260302-0012", "HSiVxL1pJLRLNioZAJghHg"


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"  {CODE} ",
        CODE.lower(),
        "H27. PVHCC - 260302 - 0012",
        f"https://hoso.example/tra-cuu/{CODE}",
        f"https://hoso.example/tra-cuu/{CODE}/",
    ],
)
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert keys_in(text)[-1] == CODE


@pytest.mark.parametrize("text", [REFERENCE, f"https://hoso.example/noi-bo/ho-so/{REFERENCE}"])
def test_a_reference_is_found_as_it_is_written(text: str) -> None:
    assert keys_in(text) == (REFERENCE,)


@pytest.mark.parametrize(
    "text",
    ["", "038099000123", "0912 345 678", "0" * 22, "Sách", "ho ten", "a@b.test", "x" * 200, "../../etc"],
)
def test_names_and_numbers_of_people_are_no_keys(text: str) -> None:
    assert keys_in(text) == ()
