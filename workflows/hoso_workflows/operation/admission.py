"""Admission control for heavy work: a bounded queue, and refusal of the excess."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from hoso_calendar.messages import say
from hoso_workflows import errors

_Done = TypeVar("_Done")


class Queue:
    """A short queue before threads of its own. No other work that is left to threads waits behind it."""

    def __init__(self, name: str, *, at_once: int, waiting: int, again: timedelta) -> None:
        self._name = name
        self._places = at_once + waiting
        self._taken = 0
        #: The time after which a refused caller may try again.
        self._again = again
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue during the block. Raises TooManyRequests when none is left."""
        if self._taken >= self._places:
            raise errors.TooManyRequests(
                say("{places} of {name} are at work or wait", places=self._places, name=self._name),
                self._again,
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def run(self, work: Callable[..., _Done], /, *arguments: Any, **words: Any) -> _Done:
        """Run the work in one of the threads. The caller has a place."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *arguments, **words))
