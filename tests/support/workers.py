"""Run tests in workers that are forked from the process that collected them.

Everything is imported and collected once. A worker is given the tests of one file after the other, keeps its session's
fixtures between them, and sends its reports; one that dies fails its test, and another takes its place.
"""

from __future__ import annotations

import gc
import random
from collections import deque
from collections.abc import Iterator
from itertools import count, pairwise
from multiprocessing import connection, get_context
from multiprocessing.context import ForkProcess
from typing import Any, NamedTuple

import pytest

_forking = get_context("fork")


class Hooks:
    """Hooks that plugins of the tests may implement."""

    @staticmethod
    @pytest.hookspec
    def pytest_worker_begin(config: pytest.Config, name: str) -> None:
        """A worker was just forked: nothing runs in it yet, no fixture is set up."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the number of workers, and the seed of another order."""
    group = parser.getgroup("workers")
    group.addoption("--workers", type=int, default=0, help="run the tests in so many forked processes")
    group.addoption("--shuffle", metavar="SEED", help="run files, and the tests of each, in another order")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Offer the hooks of this module."""
    pluginmanager.add_hookspecs(Hooks)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of a file together, in another order where a seed is given."""
    files: dict[Any, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    batches = list(files.values())
    if seed := config.getoption("shuffle"):
        dice = random.Random(seed)  # noqa: S311 - an order of tests, no secret
        dice.shuffle(batches)
        for batch in batches:
            dice.shuffle(batch)
    items[:] = [item for batch in batches for item in batch]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Tell how the tests are run."""
    shuffled = f", shuffled by {config.getoption('shuffle')!r}" if config.getoption("shuffle") else ""
    return [f"workers: {config.getoption('workers') or 'none'}{shuffled}"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Hand the tests to workers where some are asked for."""
    broken = session.testsfailed and not session.config.option.continue_on_collection_errors
    if not session.config.getoption("workers") or session.config.option.collectonly or broken:
        return None
    Crew(session).run(session.config.getoption("workers"))
    return True


class Worker(NamedTuple):
    """A forked process: the line to it, the tests that it was given and has not ended, the first of them running."""

    process: ForkProcess
    line: connection.Connection
    given: deque[int]


class Crew:
    """The workers of a session, and the batches of tests that nobody has yet."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._hook = session.config.hook
        self._reporter = session.config.pluginmanager.getplugin("terminalreporter")
        self._batches = deque(_batches(session.items))
        self._workers: list[Worker] = []
        self._names = (f"w{number}" for number in count())

    def run(self, number: int) -> None:
        """Run every test, and report as if it were run here."""
        if self._reporter:
            self._reporter.showfspath = False  # tests of many files are under way at once
        # Where the children of a fork look through it for garbage, they copy all that was imported.
        gc.collect()
        gc.freeze()
        self._session.config._tmp_path_factory.getbasetemp()
        for _ in range(min(number, len(self._batches))):
            self._fork()
        try:
            while self._workers:
                self._listen()
        finally:
            for worker in self._workers:
                worker.line.close()
                worker.process.join()
            gc.unfreeze()
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)

    def _fork(self) -> None:
        ours, theirs = _forking.Pipe()
        others = [ours, *(worker.line for worker in self._workers)]
        process = _forking.Process(target=_work, args=(self._session, next(self._names), theirs, others))
        process.start()
        theirs.close()
        self._workers.append(Worker(process, ours, deque()))

    def _listen(self) -> None:
        """Take one message of each worker that has sent one."""
        for ready in connection.wait([worker.line for worker in self._workers]):
            worker = next(each for each in self._workers if each.line is ready)
            message = _receive(worker.line)
            if message is None:
                self._lose(worker)
            else:
                kind, told = message
                getattr(self, f"_hear_{kind}")(worker, told)

    def _hear_idle(self, worker: Worker, _: None) -> None:
        stops = self._session.shouldfail or self._session.shouldstop
        batch = self._batches.popleft() if self._batches and not stops else []
        worker.given.extend(batch)
        worker.line.send(batch)

    def _hear_report(self, _: Worker, told: dict[str, Any]) -> None:
        self._log(self._hook.pytest_report_from_serializable(config=self._session.config, data=told))

    def _hear_end(self, worker: Worker, index: int) -> None:
        worker.given.remove(index)
        item = self._session.items[index]
        self._hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def _hear_stop(self, _: Worker, reason: str) -> None:
        self._session.shouldstop = reason

    def _hear_goodbye(self, worker: Worker, trouble: str | None) -> None:
        worker.process.join()
        self._workers.remove(worker)
        if trouble:
            self._fail(f"end of {worker.process.name}", trouble)

    def _lose(self, worker: Worker) -> None:
        """Fail the test in which a worker died, and give what else it had to another one."""
        worker.process.join()
        self._workers.remove(worker)
        died = f"the worker died in this test, with exit code {worker.process.exitcode}"
        if worker.given:
            self._fail(self._session.items[worker.given.popleft()].nodeid, died)
        if worker.given:
            self._batches.appendleft(list(worker.given))
        if self._batches and not self._session.shouldfail:
            self._fork()

    def _fail(self, nodeid: str, words: str) -> None:
        self._log(pytest.TestReport(nodeid, ("", None, nodeid), {}, "failed", words, "call"))

    def _log(self, report: pytest.TestReport) -> None:
        """Report as if it were run here, and name what fails at once: the run may take long."""
        self._hook.pytest_runtest_logreport(report=report)
        if report.failed and self._reporter:
            self._reporter.write_line(f" failed: {report.nodeid}", red=True)


def _receive(line: connection.Connection) -> tuple[str, Any] | None:
    """A message; None from a worker that has died."""
    try:
        message: tuple[str, Any] = line.recv()
    except (EOFError, ConnectionResetError):
        return None
    return message


def _batches(items: list[pytest.Item]) -> Iterator[list[int]]:
    files: dict[Any, list[int]] = {}
    for index, item in enumerate(items):
        files.setdefault(item.path, []).append(index)
    yield from files.values()


def _work(
    session: pytest.Session, name: str, line: connection.Connection, others: list[connection.Connection]
) -> None:
    """Be a worker: run what is given until nothing is."""
    for other in others:
        other.close()
    _settle(session.config, name, line)
    trouble = None
    try:
        while batch := _ask(line):
            _run(session, batch, line)
    except (KeyboardInterrupt, EOFError):
        pass
    except (pytest.exit.Exception, session.Interrupted) as stop:
        line.send(("stop", str(stop)))
    finally:
        try:
            session._setupstate.teardown_exact(None)
        except BaseException as failure:
            trouble = f"{type(failure).__name__}: {failure}"
    line.send(("goodbye", trouble))


def _settle(config: pytest.Config, name: str, line: connection.Connection) -> None:
    """Give a worker its own captured output and temporary files, and let it report over the line."""
    capturing = config.pluginmanager.getplugin("capturemanager")
    capturing.stop_global_capturing()
    capturing.start_global_capturing()
    temporary = config._tmp_path_factory  # type: ignore[attr-defined] # pytest has no other name for it
    temporary._basetemp = temporary.getbasetemp() / name
    temporary._basetemp.mkdir(mode=0o700)
    config.pluginmanager.unregister(name="terminalreporter")
    config.pluginmanager.register(Reports(config, line))
    config.hook.pytest_worker_begin(config=config, name=name)


def _ask(line: connection.Connection) -> list[int]:
    line.send(("idle", None))
    batch: list[int] = line.recv()
    return batch


def _run(session: pytest.Session, batch: list[int], line: connection.Connection) -> None:
    """Run the tests of one file, and keep what the session has set up."""
    items = [*(session.items[index] for index in batch), Between(session)]
    for index, (item, following) in zip(batch, pairwise(items), strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        line.send(("end", index))
        if session.shouldstop or session.shouldfail:
            raise session.Interrupted(session.shouldstop or session.shouldfail)


class Between:
    """The unknown test that comes next: it shares the session's fixtures and no others."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def listchain(self) -> list[pytest.Session]:
        """All that has to stay set up."""
        return [self._session]


class Reports:
    """Sends each report to the process that collected the tests."""

    def __init__(self, config: pytest.Config, line: connection.Connection) -> None:
        self._config = config
        self._line = line

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send a report."""
        data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._line.send(("report", data))
