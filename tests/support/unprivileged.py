"""Calls as a user without rights, in a child process; directly where the caller already is one."""

import multiprocessing
import os
from collections.abc import Callable

NOBODY = 65534


def run(act: Callable[[], None]) -> None:
    """Do something in a child that runs as nobody where we are root, else as ourselves."""

    def dropped() -> None:
        drop()
        act()

    apart(dropped)


def drop() -> None:
    """Become nobody for good where we are root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def apart(act: Callable[[], None]) -> None:
    """Do something in a child, whose user and view of the machine nobody shares."""
    child = multiprocessing.get_context("fork").Process(target=act)
    child.start()
    child.join()
    assert child.exitcode == 0
