"""The values of a letter are read from its document strictly, and written back the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows import errors, letters
from hoso_workflows.letters import forms, samples
from hoso_workflows.letters.refusals import ValuesRefused

CODES = sorted(forms.FORMS)


def refused(document: Any) -> tuple[str, str]:
    """The key that a document is refused for, and why."""
    with pytest.raises(ValuesRefused) as failed:
        letters.read(document)
    return failed.value.key, str(failed.value.why)


def changed(form: str, /, **keys: Any) -> dict[str, Any]:
    return {**letters.write(samples.short(form)), **keys}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sample", [samples.short, samples.long])
def test_what_is_written_is_read_back(code: str, sample: Any):
    assert letters.read(letters.write(sample(code))) == sample(code)


@pytest.mark.parametrize("code", CODES)
def test_each_value_that_a_form_needs_is_missed_by_its_name(code: str):
    whole = letters.write(samples.short(code))
    for name in forms.FORMS[code].wants - {"form"}:
        assert refused({key: value for key, value in whole.items() if key != name}) == (name, "is missing")


def test_a_letter_shows_a_code_or_a_reference():
    reference = changed("01", code=None, reference="A1B2C3")
    assert letters.read(reference).reference == "A1B2C3"
    assert refused(changed("01", code=None)) == ("code", "is missing")


@pytest.mark.parametrize(
    ("keys", "key", "why"),
    [
        ({"colour": "red"}, "colour", "is not one of the form 01"),
        ({"amounts": []}, "amounts", "is not one of the form 01"),
        ({"applicant": {"name": "Người nộp 1", "nick": "x"}}, "applicant.nick", "is not known"),
        ({"applicant": {"address": "Số 1"}}, "applicant.name", "is missing"),
        ({"applicant": "Người nộp 1"}, "applicant", "is no table of values"),
        (
            {"components": [{"name": "Đơn"}, {"name": "Đơn", "copies": -1}]},
            "components[1].copies",
            "is no whole number from 0 on",
        ),
        ({"components": {"name": "Đơn"}}, "components", "is no list"),
        ({"components": [{"name": "Đơn"}] * 5001}, "components", "has more than 5000 lines"),
        ({"sets": True}, "sets", "is no whole number from 0 on"),
        ({"sets": 1.5}, "sets", "is no whole number from 0 on"),
        ({"place": " \n"}, "place", "is no text"),
        ({"place": 7}, "place", "is no text"),
        ({"reason": "x" * 20_001}, "reason", "has more than 20000 characters"),
        ({"issued_on": "05/03/2026"}, "issued_on", "is no date such as 2026-03-05"),
        ({"issued_on": "0001-01-01"}, "issued_on", "is no date such as 2026-03-05"),
        (
            {"return_at": "2026-03-10T16:30:00"},
            "return_at",
            "is no instant with an offset, such as 2026-03-05T14:30:00+07:00",
        ),
        (
            {"return_at": 1772668800},
            "return_at",
            "is no instant with an offset, such as 2026-03-05T14:30:00+07:00",
        ),
        (
            {"check_address": "javascript:alert(1)"},
            "check_address",
            "is no address that begins with https:// or http://",
        ),
        (
            {"check_address": "https://a.example/ b"},
            "check_address",
            "is no address that begins with https:// or http://",
        ),
        (
            {"check_address": f"https://{'a' * 400}"},
            "check_address",
            "is no address that begins with https:// or http://",
        ),
    ],
)
def test_a_value_that_is_wrong_is_named_with_the_reason(keys: dict[str, Any], key: str, why: str):
    assert refused(changed("01", **keys)) == (key, why)


def test_an_outcome_is_one_of_three():
    rows = letters.write(samples.short("05"))["handovers"]
    assert refused(changed("05", handovers=[{**rows[0], "outcome": "soon"}])) == (
        "handovers[0].outcome",
        "is none of early, on_time, late",
    )


def test_a_sum_that_has_no_words_is_refused():
    most = [{"name": "Phí", "amount": 10**18 - 1}]
    assert letters.read(changed("receipt_of_payment", amounts=most)).amounts[0].amount == 10**18 - 1
    assert refused(changed("receipt_of_payment", amounts=most * 2)) == (
        "amounts",
        "is more than can be written out",
    )


def test_texts_are_composed_where_they_come_in():
    decomposed = "Ngu\u031bo\u031b\u0300i no\u0323\u0302p 1"
    assert (
        letters.read(changed("01", applicant={"name": decomposed})).applicant
        == letters.read(changed("01", applicant={"name": "Người nộp 1"})).applicant
    )


def test_an_instant_keeps_its_moment_whatever_its_offset():
    read = letters.read(changed("01", return_at="2026-03-10T09:30:00+00:00"))
    assert read.return_at == datetime(2026, 3, 10, 9, 30, tzinfo=UTC) == samples.short("01").return_at


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(CODES), st.data())
def test_whatever_stands_in_a_document_it_is_read_or_refused(code: str, data: st.DataObject):
    document = letters.write(samples.short(code))
    keys = data.draw(st.lists(st.sampled_from(sorted(forms.FORMS[code].takes)), max_size=3))
    document |= {key: data.draw(JSON) for key in keys}
    try:
        values = letters.read(document)
    except errors.Refusal:
        return
    assert letters.read(letters.write(values)) == values


@given(JSON)
def test_what_is_no_document_is_refused(document: Any):
    with pytest.raises(errors.Refusal):
        letters.read(document)
