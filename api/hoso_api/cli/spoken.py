"""The command line's own words in the language of the terminal."""

import os
from typing import Any

from hoso_api import languages
from hoso_calendar import messages


def listen() -> None:
    """Say everything in the language of the locale from now on."""
    messages.speak(languages.of_terminal(os.environ))


def command(said: Any) -> Any:
    """A command with its help, that of its options and of the commands below it in the language spoken."""
    for name in ("help", "short_help", "epilog"):
        if text := getattr(said, name, None):
            setattr(said, name, messages.translated(text))
    for parameter in said.params:
        if text := getattr(parameter, "help", None):
            parameter.help = messages.translated(text)
    for below in getattr(said, "commands", {}).values():
        command(below)
    return said
