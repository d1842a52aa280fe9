"""SIGTERM ends a command wherever it is, once, and what it started is cleared up."""

import subprocess
import sys

from hoso_api.cli import signals

#: A command whose work is told to end in the middle, then says what it still does.
COMMAND = """
import asyncio, os, signal
from hoso_api.cli import signals

def told():
    os.kill(os.getpid(), signal.SIGTERM)

async def work():
    {work}

signals.listen()
try:
    {before}
    signals.run(work())
    print("went on")
finally:
    {clearing}
    print("cleared up")
"""


def ended(work: str, before: str = "pass", clearing: str = "told()") -> tuple[int, str, str]:
    parts = {"work": work, "before": before, "clearing": clearing}
    script = COMMAND.format(**{name: part.strip().replace("\n", "\n    ") for name, part in parts.items()})
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300
    )
    return ran.returncode, ran.stdout, ran.stderr


CLEARED = (signals.STATUS, "cleared up\n", "")


def test_it_cancels_what_waits() -> None:
    assert ended("told(); await asyncio.sleep(600)") == CLEARED


def test_it_is_not_raised_within_a_library_that_makes_another_error_of_it() -> None:
    swallowing = """
try:
    told()
    sum(range(1000))
except BaseException:
    raise ValueError("not enough values to unpack")
await asyncio.sleep(600)
"""
    assert ended(swallowing) == CLEARED


def test_work_that_goes_on_when_it_is_cancelled_is_not_followed_by_more() -> None:
    stubborn = """
try:
    told()
    await asyncio.sleep(600)
except asyncio.CancelledError:
    pass
"""
    assert ended(stubborn) == CLEARED


def test_work_that_fails_when_it_is_cancelled_ended_because_it_was_told() -> None:
    failing = """
try:
    told()
    await asyncio.sleep(600)
except asyncio.CancelledError:
    raise ValueError("a connection broke")
"""
    assert ended(failing) == CLEARED


def test_work_that_ends_the_moment_it_is_told_is_not_followed_by_more() -> None:
    assert ended("told()") == CLEARED


def test_it_ends_what_runs_no_loop() -> None:
    assert ended("print('worked')", before="told()") == CLEARED


def test_no_work_begins_where_a_library_swallowed_it() -> None:
    swallowed = """
try:
    told()
except BaseException:
    pass
"""
    assert ended("print('worked')", before=swallowed) == CLEARED


def test_a_failure_of_its_own_stays_one() -> None:
    status, out, err = ended("raise LookupError('nothing there')", clearing="pass")
    assert (status, out) == (1, "cleared up\n")
    assert err.endswith("LookupError: nothing there\n")


def test_work_that_is_told_nothing_goes_on() -> None:
    assert ended("print('worked')", clearing="pass") == (0, "worked\nwent on\ncleared up\n", "")
