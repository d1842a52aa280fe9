"""A served installation: `hoso serve` in a home of its own, and what runs there."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

#: Seconds after which something hangs; what takes long on a busy machine does not.
PATIENCE = 600


def until(true: Callable[[], object]) -> None:
    """Return when it has become true; fail when it does not."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def members(home: Path) -> list[psutil.Process]:
    """Every process that was told of this home, and the embedded server that has its data there."""
    found = []
    for process in psutil.process_iter():
        try:
            told = str(home) in " ".join(process.cmdline()) or process.environ().get("HOSO_HOME") == str(home)
            if told and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def command_of(process: psutil.Process) -> str:
    """The command line of a process; empty once the process has ended."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def family(home: Path) -> list[str]:
    """The beginnings of their command lines."""
    return [line for line in map(command_of, members(home)) if line]


@contextmanager
def serving(home: Path, *parts: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """`hoso serve` until the block ends, then SIGTERM; killed only when that does not help."""
    environment = {**os.environ, "HOSO_HOME": str(home), **settings}
    command = [sys.executable, "-c", "from hoso_api.cli.main import main; main()", "serve", *parts]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=PATIENCE)
            finally:
                process.kill()


def said(process: subprocess.Popen[str], words: str) -> None:
    """Read what it says until it says that; one that never does is killed."""
    assert process.stderr is not None
    heard = []
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    try:
        for line in process.stderr:
            heard.append(line)
            if words in line:
                return
    finally:
        patience.cancel()
    pytest.fail("".join(heard))
