"""Trials of mutants, each in a process of its own."""

from __future__ import annotations

import gc
import os
import random
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from live_code import LiveCode, Owner
from mutations import Mutant, mutants

#: Seconds of processor that a mutant has at least; beyond, many times what its tests took. An endless loop is found out.
LEAST_SECONDS, TIMES_AS_LONG = 2, 8
#: Bytes that a mutant may take beyond what the process has.
MEMORY = 2 << 30
#: Status of a process in which a mutant could not be put in its place.
UNFIT = 3


@dataclass
class Trials:
    """A plugin of pytest that tries mutants where pytest would run the tests."""

    folders: Sequence[Path]
    #: Beginning of the names of the modules whose mutants are tried.
    module: str
    sample: int | None
    seed: int
    dead: list[Mutant] = field(default_factory=list)
    survivors: list[Mutant] = field(default_factory=list)
    unreached: int = 0
    failed: list[str] = field(default_factory=list)

    def pytest_configure(self) -> None:
        """Search for the first failing example alone: nobody reads the smallest one."""
        import hypothesis  # its own plugin has to be the first that imports it

        searched = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        brief = hypothesis.settings(phases=searched, report_multiple_bugs=False)
        hypothesis.settings.register_profile("brief", brief)
        hypothesis.settings.load_profile("brief")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Trace the tests, then try what is asked for."""
        if session.testsfailed:
            return False
        live = LiveCode(self.folders)
        tests = Tests(live, session.items)
        self.failed = tests.failed
        if not self.failed:
            gc.collect()
            gc.freeze()
            for mutant in self._chosen(live, tests):
                caught = tests.catch(mutant)
                (self.dead if caught else self.survivors).append(mutant)
                session.config.get_terminal_writer().write("." if caught else "S", flush=True)
        return True

    def _chosen(self, live: LiveCode, tests: Tests) -> list[Mutant]:
        every = [
            mutant
            for path, name in sorted(live.modules.items())
            if name.startswith(self.module)
            for mutant in mutants(name, path)
        ]
        reached = [mutant for mutant in every if (mutant.path, mutant.place) in tests.entering]
        self.unreached = len(every) - len(reached)
        if self.sample is None or self.sample >= len(reached):
            return reached
        rng = random.Random(self.seed)  # noqa: S311 - a choice that can be repeated, no secret
        return [reached[number] for number in sorted(rng.sample(range(len(reached)), self.sample))]


class Tests:
    """Tests that have been run once, with the functions that each enters."""

    def __init__(self, live: LiveCode, items: Sequence[pytest.Item]) -> None:
        """Run them; their times and functions are noted."""
        self.live = live
        self.failed: list[str] = []
        self.seconds: dict[pytest.Item, float] = {}
        self.entering: dict[Owner, list[pytest.Item]] = {}
        #: Mutants of a function that a test has caught: it is asked first about the next one.
        self.catches: Counter[tuple[Owner, pytest.Item]] = Counter()
        module = None
        for item, following in zip(items, [*items[1:], None], strict=True):
            if module is not item.path:
                live.forget()
            module = item.path
            begun = time.process_time()
            for owner in live.entered(lambda item=item, following=following: self._run(item, following)):
                self.entering.setdefault(owner, []).append(item)
            self.seconds[item] = time.process_time() - begun

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> None:
        if _fails(item, following):
            self.failed.append(item.nodeid)

    def catch(self, mutant: Mutant) -> bool:
        """True where a test fails against a mutant, or it comes to no end."""
        owner = (mutant.path, mutant.place)
        asked = sorted(
            self.entering[owner], key=lambda item: (-self.catches[owner, item], self.seconds[item])
        )
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            self._try(mutant, asked, write)
        os.close(write)
        with open(read, "rb") as told:  # noqa: PTH123 - a pipe has no path
            number = told.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == UNFIT:
            raise RuntimeError(f"cannot be put in its place: {mutant}")
        if number:
            self.catches[owner, asked[int(number)]] += 1
        return status != 0

    def _try(self, mutant: Mutant, asked: Sequence[pytest.Item], write: int) -> None:
        """Run the tests against a mutant in this process until one fails."""
        self._limit(sum(self.seconds[item] for item in asked))
        try:
            self.live.exchange((mutant.path, mutant.place), mutant.compiled())
        except Exception:
            os._exit(UNFIT)
        try:
            self.live.forget()
            for number, (item, following) in enumerate(zip(asked, [*asked[1:], None], strict=True)):
                if _fails(item, following):
                    os.write(write, str(number).encode())
                    os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)

    @staticmethod
    def _limit(seconds: float) -> None:
        limit = int(LEAST_SECONDS + TIMES_AS_LONG * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
