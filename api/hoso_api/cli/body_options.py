"""Options of a command made of the fields of a body."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin

import orjson
import typer
from pydantic import BaseModel

from hoso_api.cli import errors as cli_errors
from hoso_api.http.field_descriptions import FIELDS
from hoso_calendar.messages import say


def options(body: type[BaseModel]) -> dict[str, Any]:
    """An option for each field of a body.

    A list is repeated, free data is JSON, anything else a text that the model reads.
    """
    found: dict[str, Any] = {}
    for name in body.model_fields:
        kind = _kind(body, name)
        known = FIELDS.get(name)
        named = f"--{name.replace('_', '-')}"
        if kind is bool:
            named += f"/--no-{named[2:]}"
        option = typer.Option(named, help=known[0] if known else None)
        found[name] = Annotated[{bool: bool, list: list[str] | None}.get(kind, str | None), option]
    return found


def _kind(body: type[BaseModel], name: str) -> type:
    """`bool`, `list`, `dict`, or `str` for whatever else a field takes."""
    hint = body.model_fields[name].annotation
    kinds = [get_origin(each) or each for each in (get_args(hint) or (hint,)) if each is not type(None)]
    if any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds):
        return dict
    origin = get_origin(hint)
    if origin in (list, dict):
        return list if origin is list else dict
    return bool if kinds == [bool] else str


def default(body: type[BaseModel], name: str) -> Any:
    if name == "json":
        return False
    return body.model_fields[name].default if _kind(body, name) is bool else None


def given(body: type[BaseModel], said: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an act: what was said of its fields. Raises Usage."""
    return {name: value(body, name, each) for name, each in said.items() if each not in (None, [])}


def signed(act: Callable[..., None], body: type[BaseModel], **named: Any) -> Callable[..., None]:
    """A command that takes an argument, the fields of a body, and `--json`.

    `named` is the argument with its hint, and then `json` with the option's.
    """
    (subject, hint), option = next(iter(named.items())), named["json"]
    parameters = {subject: hint, **options(body), "json": option}
    act.__annotations__ = {**parameters, "return": None}
    act.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # how a signature is given to a function
        [
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if name == subject else default(body, name),
                annotation=each,
            )
            for name, each in parameters.items()
        ]
    )
    return act


def value(body: type[BaseModel], name: str, given: Any) -> Any:
    """An option's value as the body takes it. Raises Usage for what is no JSON."""
    if _kind(body, name) is not dict:
        return given
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError as broken:
        raise cli_errors.Usage(say("--{name} is no JSON: {why}.", name=name, why=str(broken))) from broken
