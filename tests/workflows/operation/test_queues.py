"""Heavy work queues by itself: few at once, some wait, and nobody else is kept waiting."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest

from hoso_workflows import errors
from hoso_workflows.operation.admission import Queue

AGAIN = timedelta(seconds=30)


async def placed(queue: Queue, work: Callable[[], int]) -> int:
    """Work that has a place, or is refused one."""
    with queue.place():
        return await queue.run(work)


async def test_so_many_work_at_once_so_many_wait_and_the_rest_is_refused() -> None:
    queue, go, running, most = Queue("tests", at_once=2, waiting=1, again=AGAIN), threading.Event(), [0], [0]
    lock = threading.Lock()

    def work() -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        go.wait()
        with lock:
            running[0] -= 1
        return 1

    begun = [asyncio.create_task(placed(queue, work)) for _ in range(5)]
    refused, _ = await asyncio.wait(begun, return_when=asyncio.FIRST_EXCEPTION)
    go.set()
    ended = await asyncio.gather(*begun, return_exceptions=True)
    assert (ended[:3], most) == ([1, 1, 1], [2])
    assert {type(each) for each in ended[3:]} == {errors.TooManyRequests}
    assert refused == set(begun[3:])
    assert await placed(queue, lambda: 7) == 7


async def test_who_is_refused_is_told_when_to_come_again() -> None:
    queue = Queue("tests", at_once=1, waiting=0, again=AGAIN)
    with queue.place(), pytest.raises(errors.TooManyRequests) as refused, queue.place():
        pass
    assert (refused.value.retry_after, str(refused.value)) == (
        30,
        "Nothing was done: 1 of tests are at work or wait. Ask again in 30 s.",
    )


async def test_work_that_fails_gives_its_place_back() -> None:
    queue = Queue("tests", at_once=1, waiting=0, again=AGAIN)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await placed(queue, lambda: 1 // 0)


async def test_a_full_queue_keeps_no_other_thread_waiting() -> None:
    """Mail goes out by threads too; they are the loop's, of which there is one here."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    queue, go = Queue("tests", at_once=1, waiting=3, again=AGAIN), threading.Event()
    with ExitStack() as stack:
        stack.callback(go.set)
        begun = [asyncio.create_task(placed(queue, lambda: int(go.wait()))) for _ in range(4)]
        await asyncio.sleep(0)
        assert await asyncio.to_thread(lambda: "sent") == "sent"
    assert await asyncio.gather(*begun) == [1, 1, 1, 1]
