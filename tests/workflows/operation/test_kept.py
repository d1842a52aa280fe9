"""Cache of expensive figures: counted once for all requests within its span."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

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


async def test_the_figure_of_one_question_is_not_that_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_figures, "CAPACITY", 2)
    figures, counts = cached_figures.FigureCache(), []
    for name in ("a", "b", "c", "c", "a"):
        await ask(figures, counts, NOON, name)

    assert counts == [NOON] * 4
