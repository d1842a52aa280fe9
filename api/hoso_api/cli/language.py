"""The command line's own words in the language of the terminal."""

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import typer

import hoso_api
from hoso_api.cli import phrases
from hoso_api.translation import languages, validation_errors
from hoso_calendar import messages
from hoso_calendar.messages import ENGLISH, Message, translated

#: Texts of a command, and of its parameters, that people read.
_TEXTS = ("help", "short_help", "epilog", "options_metavar", "subcommand_metavar")


def speak_as_locale() -> None:
    """Say everything in the language of the locale from now on."""
    messages.speak(languages.of_terminal(os.environ))
    if messages.language() != ENGLISH:
        # The framework looks its own words up by gettext, in the language of the same variables.
        gettext.bindtextdomain("hoso_api", str(Path(hoso_api.__file__).with_name("locale")))
        gettext.textdomain("hoso_api")


def translate_command(command: Any) -> Any:
    """Translate a command's help, with its options and subcommands. Gives the same command back."""
    if messages.language() == ENGLISH:
        return command
    _translate(command)
    command.get_usage = partial(_usage, command.get_usage)
    for parameter in (*command.params, command.get_help_option(typer.Context(command))):
        _translate(parameter)
    for below in getattr(command, "commands", {}).values():
        translate_command(below)
    return command


@contextmanager
def translated_usage_errors() -> Iterator[None]:
    """Have what the framework refuses in the block told in the language spoken."""
    try:
        yield
    except typer.TyperException as refused:
        if messages.language() != ENGLISH:
            refused.format_message = partial(_translated_message, refused, refused.format_message)  # type: ignore[method-assign]  # the framework shows what it gives
        raise


def _translate(command: Any) -> None:
    for name in _TEXTS:
        if text := getattr(command, name, None):
            setattr(command, name, translated(phrases.recognised(text)))


def _usage(original: Callable[[Any], str], context: Any) -> str:
    return translated(phrases.recognised(original(context)))


def _translated_message(refused: typer.TyperException, original: Callable[[], str]) -> str:
    message, reason = phrases.recognised(original()), _reason(refused)
    if isinstance(message, Message) and "why" in message.values and reason:
        message = messages.say(message.template, **{**message.values, "why": reason})
    return translated(message)


def _reason(refused: typer.TyperException) -> str:
    """The reason for refusing a value: our own sentence, or pydantic's. Empty where neither gave one."""
    if isinstance(refused.message, Message):
        return refused.message
    found = getattr(refused.__cause__, "errors", None)
    if found is None:
        return ""
    fault = found()[0]
    own = fault["type"] == "value_error"
    return phrases.recognised(str(fault["ctx"]["error"])) if own else validation_errors.sentence(fault)
