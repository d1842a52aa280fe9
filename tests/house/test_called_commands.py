"""A command that tests call in their own process says what a process says, and leaves nothing behind in it."""

import gettext
import os
import sys
import threading

from hoso_api.cli import console
from support.command_line import hoso, in_vietnamese, program

#: Refused by us, refused by the framework, and a page of help as wide as the terminal.
CALLS = (
    ("deadlines", "explain", "--from", "mai", "--term", "5 ngày"),
    ("dosiers",),
    ("calendar", "--help"),
)


def state() -> tuple[object, ...]:
    """Everything that a command may change of the process that it runs in."""
    mask = os.umask(0)
    os.umask(mask)
    streams = (sys.stdin, sys.stdout, sys.stderr, console.out, console.err)
    names = (sys.argv, sys.excepthook, gettext.textdomain(), dict(os.environ), os.getcwd(), mask)  # noqa: PTH109 - a text
    return (*streams, *names, {each.name for each in threading.enumerate()})


def test_it_says_what_a_process_says_in_either_language_and_width() -> None:
    for call in CALLS:
        for width in ("60", "140"):
            assert hoso(*call, COLUMNS=width) == program(*call, COLUMNS=width)
            vietnamese = {"LANG": "vi_VN.UTF-8", "LANGUAGE": "vi", "COLUMNS": width}
            assert in_vietnamese(*call, COLUMNS=width) == program(*call, **vietnamese)


def test_it_leaves_the_process_as_it_was() -> None:
    before = state()
    for call in CALLS:
        in_vietnamese(*call, COLUMNS="60")
    assert state() == before
