"""Cache of expensive figures: counted once for all requests within its span."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from hoso_models.storage import time_limits
from hoso_workflows.operation import cached_figures
from support.builders.histories import local

SPAN = timedelta(minutes=1)
NOON = local("2026-03-02 12:00")


def counting(counts: list[datetime], at: datetime) -> Callable[[], Awaitable[datetime]]:
    async def count() -> datetime:
        await asyncio.sleep(0)
        counts.append(at)
        return at

    return count


async def ask(
    figures: cached_figures.FigureCache, counts: list[datetime], at: datetime, name: str = "x"
) -> datetime:
    return await figures.get(name, SPAN, at, counting(counts, at))


async def test_a_figure_is_given_again_within_its_span_and_counted_anew_after_it() -> None:
    figures, counts = cached_figures.FigureCache(), []
    asked = [NOON, NOON + timedelta(seconds=59), NOON + SPAN, NOON + timedelta(seconds=90)]

    given = [await ask(figures, counts, at) for at in asked]

    assert (given, counts) == ([NOON, NOON, NOON + SPAN, NOON + SPAN], [NOON, NOON + SPAN])


async def test_who_asks_of_an_earlier_instant_is_told_nothing_from_later() -> None:
    figures, counts = cached_figures.FigureCache(), []

    assert [await ask(figures, counts, at) for at in (NOON, NOON - SPAN)] == [NOON, NOON - SPAN]


async def test_many_who_ask_at_once_wait_for_one_count() -> None:
    figures, counts = cached_figures.FigureCache(), []

    given = await asyncio.gather(*(ask(figures, counts, NOON) for _ in range(20)))

    assert (given, counts) == ([NOON] * 20, [NOON])


async def test_a_count_that_fails_is_kept_for_nobody() -> None:
    figures, counts = cached_figures.FigureCache(), []

    async def fails() -> datetime:
        raise LookupError

    with pytest.raises(LookupError):
        await figures.get("x", SPAN, NOON, fails)
    assert await ask(figures, counts, NOON) == NOON


async def test_who_will_not_wait_is_given_the_figure_before_and_the_count_goes_on() -> None:
    figures, counts, late = cached_figures.FigureCache(), [], asyncio.Event()
    patient, at_once, limits = timedelta(minutes=1), timedelta(0), set[bool]()

    async def asked(at: datetime, patience: timedelta, held: bool = False) -> datetime | None:
        async def count() -> datetime:
            limits.add((time_limits.left() or 0) > 1)
            await (late.wait() if held else asyncio.sleep(0))
            return await counting(counts, at)()

        with time_limits.within(1):
            return await figures.soon("x", SPAN, at, count, patience)

    first = await asked(NOON, at_once, held=True)
    assert (first, counts) == (None, [])
    late.set()
    assert [await asked(NOON + SPAN / 2, patient), await asked(NOON + SPAN / 2, at_once)] == [NOON, NOON]
    late.clear()
    after = [await asked(at, at_once, held=True) for at in (NOON + SPAN, NOON + SPAN, NOON - SPAN)]
    assert (after, counts) == ([NOON, NOON, None], [NOON])
    late.set()
    assert (await asked(NOON + SPAN, patient), counts) == (NOON + SPAN, [NOON, NOON + SPAN])
    # The limit of the request that begins a count is not the count's.
    assert limits == {True}


async def test_a_count_that_fails_tells_whoever_waits_and_is_begun_anew_for_the_next() -> None:
    figures, counts = cached_figures.FigureCache(), []

    async def fails() -> datetime:
        raise LookupError

    with pytest.raises(LookupError):
        await figures.soon("x", SPAN, NOON, fails, timedelta(minutes=1))
    found = await figures.soon("x", SPAN, NOON, counting(counts, NOON), timedelta(minutes=1))
    assert (found, counts) == (NOON, [NOON])


async def test_the_figure_of_one_question_is_not_that_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_figures, "CAPACITY", 2)
    figures, counts = cached_figures.FigureCache(), []
    for name in ("a", "b", "c", "c", "a"):
        await ask(figures, counts, NOON, name)

    assert counts == [NOON] * 4
