"""Validation errors of pydantic as translatable sentences.

They concern a request or a setting.
In English they are pydantic's own; a kind that is not known here keeps pydantic's text.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hoso_calendar import messages
from hoso_calendar.messages import Message, counted, say

Given = Mapping[str, Any]

#: The kind of a fault → its sentence, with what pydantic knows of it.
SENTENCES: Mapping[str, Callable[[Given], Message]] = {
    "missing": lambda _: say("Field required"),
    "extra_forbidden": lambda _: say("Extra inputs are not permitted"),
    "value_error": lambda given: say("Value error, {error}", error=messages.sentence(given["error"])),
    "json_invalid": lambda _: say("JSON decode error"),
    "greater_than": lambda given: say("Input should be greater than {gt}", **given),
    "greater_than_equal": lambda given: say("Input should be greater than or equal to {ge}", **given),
    "less_than": lambda given: say("Input should be less than {lt}", **given),
    "less_than_equal": lambda given: say("Input should be less than or equal to {le}", **given),
    "finite_number": lambda _: say("Input should be a finite number"),
    "too_short": lambda given: counted(
        given["min_length"],
        "{field_type} should have at least {n} item after validation, not {actual_length}",
        "{field_type} should have at least {n} items after validation, not {actual_length}",
        field_type=given["field_type"],
        actual_length=given["actual_length"],
    ),
    "too_long": lambda given: counted(
        given["max_length"],
        "{field_type} should have at most {n} item after validation, not {actual_length}",
        "{field_type} should have at most {n} items after validation, not {actual_length}",
        field_type=given["field_type"],
        actual_length=given["actual_length"],
    ),
    "string_type": lambda _: say("Input should be a valid string"),
    "string_too_short": lambda given: counted(
        given["min_length"],
        "String should have at least {n} character",
        "String should have at least {n} characters",
    ),
    "string_too_long": lambda given: counted(
        given["max_length"],
        "String should have at most {n} character",
        "String should have at most {n} characters",
    ),
    "string_pattern_mismatch": lambda given: say("String should match pattern '{pattern}'", **given),
    "string_unicode": lambda _: say(
        "Input should be a valid string, unable to parse raw data as a unicode string"
    ),
    "enum": lambda given: _one_of(given["expected"]),
    "literal_error": lambda given: _one_of(given["expected"]),
    "invalid_key": lambda _: say("Keys should be strings"),
    "dict_type": lambda _: say("Input should be a valid dictionary"),
    "list_type": lambda _: say("Input should be a valid list"),
    "tuple_type": lambda _: say("Input should be a valid tuple"),
    "model_type": lambda given: say(
        "Input should be a valid dictionary or instance of {class_name}", **given
    ),
    "model_attributes_type": lambda _: say(
        "Input should be a valid dictionary or object to extract fields from"
    ),
    "bool_type": lambda _: say("Input should be a valid boolean"),
    "bool_parsing": lambda _: say("Input should be a valid boolean, unable to interpret input"),
    "int_type": lambda _: say("Input should be a valid integer"),
    "int_parsing": lambda _: say("Input should be a valid integer, unable to parse string as an integer"),
    "int_parsing_size": lambda _: say("Unable to parse input string as an integer, exceeded maximum size"),
    "int_from_float": lambda _: say("Input should be a valid integer, got a number with a fractional part"),
    "float_type": lambda _: say("Input should be a valid number"),
    "float_parsing": lambda _: say("Input should be a valid number, unable to parse string as a number"),
    "date_type": lambda _: say("Input should be a valid date"),
    "date_parsing": lambda given: say(
        "Input should be a valid date in the format YYYY-MM-DD, {error}", **given
    ),
    "date_from_datetime_parsing": lambda given: say(
        "Input should be a valid date or datetime, {error}", **given
    ),
    "date_from_datetime_inexact": lambda _: say(
        "Datetimes provided to dates should have zero time - e.g. be exact dates"
    ),
    "datetime_type": lambda _: say("Input should be a valid datetime"),
    "datetime_parsing": lambda given: say("Input should be a valid datetime, {error}", **given),
    "datetime_object_invalid": lambda given: say("Invalid datetime object, got {error}", **given),
    "datetime_from_date_parsing": lambda given: say(
        "Input should be a valid datetime or date, {error}", **given
    ),
    "timezone_aware": lambda _: say("Input should have timezone info"),
    "time_delta_type": lambda _: say("Input should be a valid timedelta"),
    "time_delta_parsing": lambda given: say("Input should be a valid timedelta, {error}", **given),
    "uuid_type": lambda _: say("UUID input should be a string, bytes or UUID object"),
    "uuid_parsing": lambda given: say("Input should be a valid UUID, {error}", **given),
    "union_tag_invalid": lambda given: say(
        "Input tag '{tag}' found using {discriminator} does not match any of the expected tags: {expected_tags}",
        **given,
    ),
    "union_tag_not_found": lambda given: say(
        "Unable to extract tag using discriminator {discriminator}", **given
    ),
}


def _one_of(expected: str) -> Message:
    """`'a', 'b' or 'c'`, as pydantic lists what it would take."""
    first, found, last = expected.rpartition(" or ")
    either = say("{one} or {other}", one=first, other=last) if found else expected
    return say("Input should be {expected}", expected=either)


def sentence(fault: Mapping[str, Any]) -> str:
    """The translatable sentence of one validation error.

    An unknown kind, or a text that is worded otherwise, keeps pydantic's own text.
    """
    text: str = fault["msg"]
    made = SENTENCES.get(fault.get("type", ""))
    if isinstance(text, Message) or made is None:
        return text
    try:
        message = made(fault.get("ctx", {}))
    except (KeyError, TypeError):
        return text
    return message if message == text else text
