"""A TOML file of a package, read strictly: each fault names the file, the key and what may stand there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hoso_bpmn.findings import RefusedFile

#: Reading takes time that grows with the square of the size.
MAX_BYTES = 100_000

Model = TypeVar("Model", bound=BaseModel)


def read(data: bytes, model: type[Model], *, file: str, what: str) -> tuple[Model, dict[str, Any]]:
    """The file as the model says, and its own tables; raises `RefusedFile` with rule `<what>-broken` or `<what>-key`."""
    document = _parsed(data, file, what)
    try:
        return model.model_validate(document), document
    except ValidationError as error:
        faults = [_fault(dict(detail)) for detail in error.errors(include_url=False)]
        raise RefusedFile(
            f"{what}-key",
            "; ".join(faults) + ".",
            file=file,
            remedy=f"Correct the keys named here; docs/rules/{what}-key.md lists what may stand in each.",
        ) from None


def _parsed(data: bytes, file: str, what: str) -> dict[str, Any]:
    line = 0
    try:
        if len(data) <= MAX_BYTES:
            return tomllib.loads(data.decode("utf-8-sig"))
        message = f"it has {len(data):,} bytes; {MAX_BYTES:,} are read"
    except UnicodeDecodeError as error:
        message, line = "it is not UTF-8", data.count(b"\n", 0, error.start) + 1
    except tomllib.TOMLDecodeError as error:
        message, line = str(error), _line(str(error))
    except RecursionError:
        message = "its tables are nested too deep"
    except ValueError:  # Python reads no number of more than 4,300 digits
        message = "a number in it has more digits than are read"
    raise RefusedFile(
        f"{what}-broken",
        f"The {what} is not valid TOML: {message}.",
        file=file,
        line=line,
        remedy="Correct the line; texts stand in straight quotation marks.",
    )


def _line(message: str) -> int:
    _, found, rest = message.partition("at line ")
    digits = rest.split(",")[0]
    return int(digits) if found and digits.isdigit() else 0


def _fault(detail: Mapping[str, Any]) -> str:
    key, message = _key(detail["loc"]), str(detail["msg"])
    place = f"{key}: " if key else ""
    if detail["type"] == "missing":
        return f"{key} is missing"
    if detail["type"] == "value_error":
        return place + message.removeprefix("Value error, ")
    return f"{place}{message[:1].lower()}{message[1:]}, not {_short(detail['input'])}"


def _key(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
