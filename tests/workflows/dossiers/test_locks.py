"""Acts on one dossier take turns in a process."""

import asyncio
from uuid import UUID, uuid4

import pytest

from hoso_workflows.dossiers.locks import DossierLocks

A, B = uuid4(), uuid4()


async def test_acts_on_one_dossier_happen_one_after_the_other_as_they_came() -> None:
    locks, told = DossierLocks(), list[tuple[int, str]]()

    async def act(number: int) -> bool:
        async with locks.hold(A) as waited:
            told.append((number, "begins"))
            await asyncio.sleep(0)
            told.append((number, "ends"))
            return waited

    assert await asyncio.gather(*(act(number) for number in range(3))) == [False, True, True]
    assert told == [(number, word) for number in range(3) for word in ("begins", "ends")]


async def test_acts_on_different_dossiers_do_not_wait_for_each_other() -> None:
    locks = DossierLocks()

    async def within(other: UUID) -> bool:
        async with locks.hold(other) as waited:
            return waited

    async with locks.hold(A):
        assert await within(B) is False


async def test_a_turn_that_failed_or_was_given_up_lets_the_next_one_in() -> None:
    locks = DossierLocks()

    async def fails() -> None:
        async with locks.hold(A):
            raise LookupError

    with pytest.raises(LookupError):
        await fails()
    async with locks.hold(A):
        waiting = asyncio.ensure_future(fails())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(5), locks.hold(A):
        pass
