"""Supervision of `hoso serve`: start in order, restart after death, stop by process group.

Each child leads a session of its own, so that stopping its group reaches everything it has started (SIGKILL of a
leader alone orphans the flows it runs: prefect.md), and dies with the supervisor even when that is killed.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from hoso_api.translation import system_errors
from hoso_calendar.messages import say, sentence
from hoso_models import log_rotation

#: Seconds between looks at the children.
BEAT = 0.1
#: Seconds between two looks at what a service needs, and after so many without an answer it is gone.
NEED_SECONDS, NEED_MISSES = 10.0, 3
#: Seconds before a child that died is started again: doubled after each that never answered, up to the second figure.
PAUSES = (1.0, 30.0)
#: Seconds for which the end of a killed group is waited for.
GROUP_END_SECONDS = 30.0
#: The variable by which the processes of a service are known.
SERVICE_VARIABLE = "HOSO_SERVICE"
#: After so many first starts in a row that failed, everything is given up where nothing serves yet.
MAX_FAILURES = 4


class CannotListen(Exception):
    """The address is in use, or is not one of this machine. Perhaps a `hoso serve` before this one listens there."""

    def __init__(self, service: str, host: str, port: int, why: str, remedy: str) -> None:
        super().__init__(
            say(
                "{service} cannot listen on {host}:{port}: {why}. {remedy}",
                service=service,
                host=host,
                port=port,
                why=why,
                remedy=remedy,
            )
        )
        self.host = host
        self.port = port


class ServiceFailed(Exception):
    """A child ended before it was ready, or never answered. The reason is at the end of its log."""

    def __init__(self, name: str, status: int | None, log: Path) -> None:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])
        how = (
            say("did not answer in time")
            if status is None
            else say("ended with status {status} before it answered", status=status)
        )
        #: The same without the end of the log.
        self.ended = say("{name} {how}", name=name, how=how)
        super().__init__(say("{ended}; the end of {log}:\n{tail}", ended=self.ended, log=log, tail=tail))
        self.name = name
        self.status = status
        self.log = log


@dataclass(frozen=True, slots=True)
class Need:
    """Something elsewhere that a service cannot work without."""

    name: str
    answers: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Service:
    """One child: what to run, and how to know that it answers."""

    name: str
    command: Sequence[str]
    #: Asked with the seconds since it was started.
    ready: Callable[[float], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Seconds it may take to answer for the first time; one that ends meanwhile is not waited for.
    patience: float = 180.0
    #: Seconds it may take to stop before its group is killed; our transactions make that harmless.
    grace: float = 8.0
    #: The signal that it gets when the supervisor is killed, and nobody is left to kill it after its grace.
    orphaned: signal.Signals = signal.SIGTERM
    #: It stays up while this is gone, and does nothing.
    need: Need | None = None


def free(service: str, host: str, port: int, remedy: str) -> None:
    """Raise `CannotListen` if the port is not free.

    A health check could not tell: whoever listens there already would answer it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotListen(service, host, port, system_errors.reason(error), remedy) from error


def _appended(log: Path) -> BinaryIO:
    """A log that nobody else reads, whatever the mask."""
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab")


class Child:
    """A service as a running process."""

    def __init__(self, service: Service, log: Path, kept: Sequence[int] = ()) -> None:
        self.service = service
        self.log = log
        self._file: BinaryIO = _appended(log)
        #: True once it has answered.
        self.answered = False
        self._begun = time.monotonic()
        told = str(os.getpid()), service.orphaned.name
        command = [sys.executable, "-m", "hoso_api.server.parent_death", *told, *service.command]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **service.environment, SERVICE_VARIABLE: service.name},
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=kept,
            # Where its own children can go too: a service that gave up its rights may stand where it cannot come back.
            cwd=None if os.access(".", os.X_OK) else log.parent,
        )

    @property
    def dead(self) -> bool:
        """True once its leader has ended; reaps it."""
        return self.process.poll() is not None

    async def answers(self) -> None:
        """Return when the service answers; `ServiceFailed` when it ends or stays silent."""
        until = time.monotonic() + self.service.patience
        while not await self.asked():
            if self.dead or time.monotonic() > until:
                raise ServiceFailed(self.service.name, self.process.returncode, self.log)
            await asyncio.sleep(BEAT)

    async def asked(self) -> bool:
        """True once the service has answered. It is asked until then."""
        self.answered = self.answered or await self.service.ready(time.monotonic() - self._begun)
        return self.answered

    async def stop(self) -> None:
        """Ask the whole group to end, then make it. Safe twice: its number may be somebody else's by then."""
        if self._file.closed:
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, self.service.grace)
        self._signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)
        await self._group_ended()
        self._file.close()

    async def _group_ended(self) -> None:
        """Return when the last of the group has ended: the kernel takes its time."""
        until = time.monotonic() + GROUP_END_SECONDS
        while self._signal(0) and _group_runs(self.process.pid) and time.monotonic() < until:  # noqa: ASYNC110 - no event
            await asyncio.sleep(BEAT)

    def _signal(self, number: int) -> bool:
        """Send the whole group a signal; false where nobody is left in it."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True


def as_root(home: Path) -> list[str]:
    """The services of an installation that run as root.

    Only processes with an environment that this one may read are found.
    """
    home_entry, found = os.fsencode(f"HOSO_HOME={home}"), set[str]()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            words = environment.read_bytes().split(b"\0")
            marks = [word for word in words if word.startswith(f"{SERVICE_VARIABLE}=".encode())]
            if marks and home_entry in words and environment.parent.stat().st_uid == 0:
                found.add(os.fsdecode(marks[0]).partition("=")[2])
    return sorted(found)


def _group_runs(group: int) -> bool:
    """True when a process of the group still runs.

    A zombie does not count: some hosts never reap an orphan, and a signal does not tell it from a running one.
    """
    stats = list(Path("/proc").glob("[0-9]*/stat"))
    return not stats or any(_runs_in(group, stat) for stat in stats)


def _runs_in(group: int, stat: Path) -> bool:
    with contextlib.suppress(OSError):
        # After the name, which may hold anything: state, parent, group (proc_pid_stat(5)).
        state, _, its_group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
        return int(its_group) == group and state not in "ZX"
    return False


class Supervisor:
    """Keeps services alive until told to stop. Services are started in order and stopped in the reverse one.

    What is `kept` open is held by each child too, so that a lock on it lasts as long as one of them.
    """

    def __init__(
        self,
        services: Sequence[Service],
        logs: Path,
        report: Callable[[str], None],
        kept: Sequence[int] = (),
    ) -> None:
        self._services = services
        self._logs = logs
        self._report = report
        self._kept = kept
        self._children: dict[str, Child] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Start everything, keep it running until `stop` is set, stop everything.

        Raises `ServiceFailed` when the first service does not come up however often it is started.
        """
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        keepers = list[asyncio.Task[None]]()
        rotating = asyncio.create_task(self._rotate())
        try:
            for service in self._services:
                await self._first_start(service, stop, serving=bool(keepers))
                # From now on, also while the next one is still starting.
                keepers.append(asyncio.create_task(self._keep(service, stop)))
                if service.need is not None:
                    keepers.append(asyncio.create_task(self._watch(service.name, service.need, stop)))
            await asyncio.gather(*keepers)
        finally:
            for task in (*keepers, rotating):
                task.cancel()
            await asyncio.gather(*keepers, rotating, return_exceptions=True)
            for child in reversed(list(self._children.values())):
                self._report(say("stopping {service}", service=child.service.name))
                await child.stop()

    async def _first_start(self, service: Service, stop: asyncio.Event, *, serving: bool) -> None:
        """Start a service again until it answers.

        Raises `ServiceFailed` after some deaths, unless other services are up: these are never given up for it.
        """
        pause, failures = 0.0, 0
        while not stop.is_set():
            child = self._spawn(service)
            try:
                if await _unless(stop, child.answers()):
                    self._report(say("{service} is ready", service=service.name))
                return
            except ServiceFailed as failed:
                failures += 1
                if failures >= MAX_FAILURES and not serving:
                    raise
                pause = pause_after(pause, answered=False)
                brief = say("{ended} ({log})", ended=failed.ended, log=failed.log)
                failure = sentence(failed) if failures == MAX_FAILURES else brief
                self._report(say("{failure}; again in {pause:.0f} s", failure=failure, pause=pause))
            await child.stop()
            await _wait(stop, pause)

    async def _keep(self, service: Service, stop: asyncio.Event) -> None:
        pause = 0.0
        while not stop.is_set():
            child = self._children.get(service.name)
            if child is not None and child.dead:
                pause = pause_after(pause, answered=child.answered)
                self._report(
                    say(
                        "{service} ended with {status}; again in {pause:.0f} s ({log})",
                        service=service.name,
                        status=child.process.returncode,
                        pause=pause,
                        log=child.log,
                    )
                )
                await child.stop()
                await _wait(stop, pause)
                if not stop.is_set():
                    self._again(service)
            elif child is not None and not child.answered:
                await _unless(stop, child.asked())
            await _wait(stop, BEAT * 2)

    async def _watch(self, service: str, need: Need, stop: asyncio.Event) -> None:
        """Report when something that a service needs is gone, and when it is back."""
        missed = 0
        while not stop.is_set():
            await _wait(stop, NEED_SECONDS)
            child = self._children.get(service)
            if stop.is_set() or child is None or not child.answered:
                continue
            if not await need.answers():
                missed += 1
                if missed == NEED_MISSES:
                    self._report(
                        say("{service} waits: {need} does not answer", service=service, need=need.name)
                    )
                continue
            if missed >= NEED_MISSES:
                self._report(say("{service} goes on: {need} answers again", service=service, need=need.name))
            missed = 0

    def _again(self, service: Service) -> None:
        try:
            self._spawn(service)
        except OSError as error:
            # A full machine, say; what else is up stays up, and this is tried again.
            self._report(say("{service} cannot be started: {why}", service=service.name, why=error))

    async def _rotate(self) -> None:
        while True:
            for service in self._services:
                await asyncio.to_thread(log_rotation.rotate, self._log(service))
            await asyncio.sleep(log_rotation.INTERVAL)

    def _log(self, service: Service) -> Path:
        return self._logs / f"{service.name}.log"

    def _spawn(self, service: Service) -> Child:
        child = Child(service, self._log(service), self._kept)
        self._children[service.name] = child
        return child


def pause_after(last: float, *, answered: bool) -> float:
    """Seconds to wait before restarting a child. Doubled each time, short again after a child that answered.

    One that serves and dies was killed, or lost its database: to wait would only keep people out.
    """
    shortest, longest = PAUSES
    return shortest if not last or answered else min(last * 2, longest)


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, object]) -> bool:
    """Do something unless told to stop meanwhile; false then."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
        return working.done()
    finally:
        working.cancel()
        stopping.cancel()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; call it inside the running loop.

    The loop's own handlers are none: they go with the loop, and a second signal would end what clears up behind it.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def set_stop(*_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, set_stop)
    return stop
