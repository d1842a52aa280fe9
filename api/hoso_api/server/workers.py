"""The API's workers and their parent: `python -m hoso_api.server.workers`, options as uvicorn's.

The parent loads the application once and forks a worker from that: none loads it again, and they share its memory.
Workers end with their parent (SIGKILL, which also ends a stopped one), so none keeps the port; a parent that was told to
end waits for them so long and no longer, and replaces one that hangs without losing sight of the others.
"""

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing.context import ForkProcess
from socket import socket
from typing import Any

import uvicorn
from click.core import ParameterSource
from uvicorn import _subprocess
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import multiprocess
from uvicorn.supervisors.multiprocess import SIGNALS, Multiprocess, Process

from hoso_api.server import parent_death, supervision
from hoso_bpmn import confinement
from hoso_calendar.messages import say

#: Seconds that workers have to end; less than the supervisor gives their parent.
GRACE = 6.5
#: Seconds for which an address in use is waited for.
HELD = 15.0
#: What the application leaves to the first request that needs it. Here all workers share its memory, and no request waits.
LATER = (
    "hoso_api.rest.operation.exposition",
    "hoso_workflows.identity.passkeys",
    "hoso_workflows.signatures.signing",
    "icalendar",
    "markdown_it",
    "nh3",
    "obstore.store",
    "openpyxl",
    "segno",
    "zxcvbn",
)


class Workers(Multiprocess):
    """The parent, which serves nothing itself."""

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        #: When each was heard last, and whether it was asked since.
        self._answered_at: dict[Process, float] = {}
        self._asked: set[Process] = set()
        #: Whether a worker could not even begin.
        self.failed = False

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have died or hang."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker.process.is_alive() and self._is_responsive(worker):
                continue
            worker.kill()
            worker.join()
            self._forget(worker)
            if worker.exitcode == STARTUP_FAILURE:
                self.failed = True
                self.should_exit.set()
                return
            print(f"worker {worker.pid} ended with {worker.exitcode}", file=sys.stderr, flush=True)  # noqa: T201 - the log
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()

    def join_all(self) -> None:
        """Wait for the workers, and end those that do not."""
        until = time.monotonic() + GRACE
        for worker in self.processes:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
            worker.join()

    def _is_responsive(self, worker: Process) -> bool:
        """True when a worker has answered in time; asks again without waiting."""
        now, line = time.monotonic(), worker.parent_conn
        try:
            if worker in self._asked and line.poll(0):
                line.recv()
                self._asked.discard(worker)
                self._answered_at[worker] = now
            if worker not in self._asked:
                line.send(b"ping")
                self._asked.add(worker)
        except (OSError, EOFError):
            return False
        return now - self._answered_at.setdefault(worker, now) < self.config.timeout_worker_healthcheck

    def _forget(self, worker: Process) -> None:
        self._answered_at.pop(worker, None)
        self._asked.discard(worker)


def _forked(config: Config, target: Callable[..., None], sockets: list[socket]) -> ForkProcess:
    """A worker that begins with what its parent has loaded."""
    parent = os.getpid()

    def work() -> None:
        # A session of its own: where Linux shares the processor between sessions, two workers have two parts of it.
        os.setsid()
        # It has the keys of the installation in its memory, which readers of strangers' files share a user with.
        confinement.close_memory()
        parent_death.end_with_parent(parent, signal.SIGKILL)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        _subprocess.subprocess_started(config, target, sockets, None)

    return multiprocessing.get_context("fork").Process(target=work)


def _load(application: str) -> None:
    """Import the module of `module:name` and what it leaves for later."""
    gc.disable()
    for name in (application.partition(":")[0], *LATER):
        import_module(name)
    # No worker's collector looks through it, which would also copy its memory.
    gc.collect()
    gc.freeze()
    gc.enable()


def main() -> None:
    """Serve until told to stop."""
    config = _config(sys.argv[1:])
    sockets = [bind_address(config)]
    _load(str(config.app))
    # Uvicorn has no other place to say how a worker starts.
    setattr(multiprocess, "get_subprocess", _forked)  # noqa: B010 - a process of another class
    workers = Workers(config, sockets)
    workers.run()
    if workers.failed:
        sys.exit(STARTUP_FAILURE)


def bind_address(config: Config) -> socket:
    """The socket of the configured address. Ends the process where another holds it long.

    Workers of a killed parent hold it until they have ended too.
    """
    until = time.monotonic() + HELD
    while in_use := _in_use(config):
        if time.monotonic() >= until:
            # Uvicorn would say less, and leave its socket open.
            sys.stderr.write(f"{in_use}\n")
            sys.exit(STARTUP_FAILURE)
        time.sleep(supervision.BEAT)
    return config.bind_socket()


def _in_use(config: Config) -> supervision.CannotListen | None:
    """The reason for which nobody can listen there, if there is one."""
    try:
        named = say("Stop what listens there, or name another place with --host and --port.")
        supervision.free(say("The API"), config.host, config.port, named)
    except supervision.CannotListen as error:
        return error
    return None


def _config(arguments: list[str]) -> Config:
    """The configuration that uvicorn's own command line makes of these arguments."""
    command: Any = uvicorn.main
    call = command.make_context("uvicorn", arguments)
    options = {
        name: value
        for name, value in call.params.items()
        if call.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    return Config(**options)


if __name__ == "__main__":
    main()
