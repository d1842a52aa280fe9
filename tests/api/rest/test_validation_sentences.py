"""Validation errors in the reader's language, for every kind that pydantic reports."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from hoso_api.translation import validation_errors
from hoso_calendar.messages import translated
from support.api_client import CLERK, Rest, problem

DESCRIPTION = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text())
#: What a keyword of a schema can find wrong; keywords that find nothing, and those that are handled by what they hold.
KINDS = {
    "minLength": {"string_too_short"},
    "maxLength": {"string_too_long"},
    "pattern": {"string_pattern_mismatch"},
    "minimum": {"greater_than_equal"},
    "maximum": {"less_than_equal"},
    "exclusiveMinimum": {"greater_than"},
    "exclusiveMaximum": {"less_than"},
    "minItems": {"too_short"},
    "maxItems": {"too_long"},
    "minProperties": {"too_short"},
    "maxProperties": {"too_long"},
    "enum": {"enum", "literal_error"},
    "const": {"literal_error"},
    "discriminator": {"union_tag_invalid", "union_tag_not_found"},
    "required": {"missing"},
}
TYPES = {
    "string": {"string_type", "string_unicode"},
    "integer": {"int_type", "int_parsing", "int_parsing_size", "int_from_float"},
    "number": {"float_type", "float_parsing", "finite_number"},
    "boolean": {"bool_type", "bool_parsing"},
    "array": {"list_type", "tuple_type"},
    "object": {"dict_type", "model_type", "model_attributes_type", "extra_forbidden", "invalid_key"},
    "null": set(),
    "http": set(),
    "apiKey": set(),
}
FORMATS = {
    "uuid": {"uuid_type", "uuid_parsing"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "date-time": {
        *("datetime_type", "datetime_parsing", "datetime_object_invalid", "datetime_from_date_parsing"),
        "timezone_aware",
    },
    "binary": set(),
}


class Small(BaseModel):
    """A body with one field."""

    model_config = ConfigDict(extra="forbid")

    name: str


WRONG: list[tuple[Any, Any]] = [
    (Small, {}),
    (Small, {"name": "x", "more": 1}),
    (Small, 3),
    (Annotated[int, Field(gt=3)], 1),
    (Annotated[int, Field(ge=3)], 1),
    (Annotated[int, Field(lt=3)], 5),
    (Annotated[int, Field(le=3)], 5),
    (Annotated[list[int], Field(min_length=2)], []),
    (Annotated[list[int], Field(max_length=1)], [1, 2, 3]),
    (Annotated[str, Field(min_length=1)], ""),
    (Annotated[str, Field(max_length=2)], "xyz"),
    (Annotated[str, Field(pattern="^a$")], "b"),
    (str, 1),
    (Literal["a", "b"], "c"),
    (dict[str, int], 1),
    (list[int], 1),
    (bool, []),
    (bool, "perhaps"),
    (int, []),
    (int, "x"),
    (int, 1.5),
    (float, []),
    (float, "x"),
    (date, []),
    (date, "2026-02-31"),
    (date, "2026-02-03T10:00:00"),
    (datetime, []),
    (datetime, "2026-02-03T25:00:00"),
    (AwareDatetime, "2026-02-03T10:00:00"),
    (timedelta, []),
    (timedelta, "x"),
    (UUID, 1),
    (UUID, "x"),
]


@pytest.mark.parametrize(("wanted", "given"), WRONG, ids=str)
def test_english_is_what_pydantic_says_and_vietnamese_is_not(wanted: Any, given: Any):
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(wanted).validate_python(given)
    fault = wrong.value.errors()[0]
    said = validation_errors.sentence(fault)
    assert said == fault["msg"]
    assert translated(said, "vi") != fault["msg"]


def test_a_kind_that_is_not_known_keeps_the_text_of_pydantic():
    fault = {"type": "callable_type", "msg": "Input should be callable"}
    assert translated(validation_errors.sentence(fault), "vi") == "Input should be callable"


def test_everything_that_the_described_requests_can_get_wrong_has_a_sentence():
    found = set(_kinds(DESCRIPTION)) | {"value_error", "json_invalid"}
    assert found - set(validation_errors.SENTENCES) == set()


def _kinds(node: Any) -> Iterator[str]:
    """The kinds of faults that a description's schemas can find."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, str):
            yield from {"type": TYPES, "format": FORMATS}.get(key, {}).get(value, ())
        yield from KINDS.get(key, ())
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _kinds(each)


async def test_a_request_that_is_not_in_its_form_is_told_so_in_vietnamese(rest: Rest):
    headers = {"Authorization": f"Bearer {await rest.token(CLERK)}", "Accept-Language": "vi"}
    body = {"channel": "fax", "applicant": {"kind": "person"}, "form": {"n": 2**60}, "more": 1}
    answer = await rest.client.post("/v1/dossiers", json=body, headers=headers)
    told = problem(answer)
    assert (told["title"], told["detail"], told["remedy"]) == (
        "Yêu cầu không đúng dạng.",
        "procedure: còn thiếu trường này",
        "Sửa các trường đã nêu; dạng của từng yêu cầu có trong /v1/openapi.json.",
    )
    assert {each["field"]: each["message"] for each in told["errors"]} == {
        "procedure": "còn thiếu trường này",
        "channel": "phải là 'online', 'desk' hoặc 'post'",
        "applicant.name": "còn thiếu trường này",
        "form": "giá trị chưa đúng: có số không giữ được chính xác; hãy gửi dưới dạng chuỗi ký tự",
        "more": "không nhận trường này",
    }
