"""Letters are set in limited children: without rights, in time, replaced after trouble and with age."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hoso_workflows import letters
from hoso_workflows.letters import pdf, pool, refusals, samples
from hoso_workflows.letters.pool import NotSet

pytestmark = pytest.mark.slow

LETTER = pdf.job(samples.short("03"))
#: Templates that never end, take all memory, go too deep, or want what is not theirs.
ENDLESS = "#for i in range(100000) { for j in range(100000) {} }"
GREEDY = '#let all = "x" * 2000000000'
TROUBLE = pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("#let f(x) = f(x)\n#f(1)", "maximum function call depth exceeded"),
        ('#read("/etc/passwd")', "file not found"),
        ('#import "@preview/cetz:0.3.0": *', "failed to download package"),
        ("#letter.colour", "unknown variable: letter"),
        ("#(", "unclosed delimiter"),
    ],
)


@pytest.fixture
def children() -> Iterator[pool.Pool]:
    made = pool.Pool(seconds=2.0, letters=3)
    yield made
    made.close()


def told(child: pool.Child, name: str) -> str:
    lines = Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8").splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:"))


def test_a_child_has_no_rights_no_files_and_no_network():
    child = pool.Child()
    try:
        assert (told(child, "NoNewPrivs"), told(child, "Seccomp"), told(child, "CapEff")) == (
            "1",
            "2",
            "0" * 16,
        )
        limits = Path(f"/proc/{child.pid}/limits").read_text(encoding="utf-8")
        most = {line[:26].strip(): line[26:47].strip() for line in limits.splitlines()[1:]}
        assert [most[name] for name in ("Max open files", "Max file size", "Max processes")] == [
            "0",
            "0",
            "0",
        ]
        if os.geteuid() == 0:
            assert told(child, "Uid").split() == ["65534"] * 4
    finally:
        child.end()


@TROUBLE
def test_a_template_that_cannot_be_set_is_told_and_its_child_goes_on(source: str, reason: str):
    child = pool.Child()
    try:
        with pytest.raises(NotSet) as failed:
            child.set(pdf.job(samples.short("03"), source), 5.0)
        assert failed.value.reason.startswith(reason)
        assert child.set(LETTER, 5.0).startswith(b"%PDF-1.7")
    finally:
        child.end()


def test_reasons_name_no_place_on_the_machine(children: pool.Pool):
    with pytest.raises(NotSet) as failed:
        children.set_now(pdf.job(samples.short("03"), '#read("/etc/passwd")'))
    assert failed.value == NotSet("file not found", 1)


@pytest.mark.parametrize(
    ("source", "reason"), [(ENDLESS, "it took longer than 2 seconds"), (GREEDY, "typesetting broke off")]
)
def test_a_template_without_end_is_stopped_and_the_next_letter_is_set(
    children: pool.Pool, source: str, reason: str
):
    with pytest.raises(NotSet) as failed:
        children.set_now(pdf.job(samples.short("03"), source))
    assert failed.value == NotSet(reason, 0)
    assert children.set_now(LETTER).startswith(b"%PDF-1.7")


def test_a_child_is_used_again_until_it_has_set_its_letters(children: pool.Pool):
    pids = []
    for _ in range(5):
        children.set_now(LETTER)
        pids.append([child.pid for child in children.idle])
    assert pids[0] == pids[1] != []
    assert pids[2] == []
    assert pids[3] == pids[4] != pids[0]


def test_a_child_that_died_while_it_was_idle_is_replaced(children: pool.Pool):
    children.set_now(LETTER)
    (child,) = children.idle
    child.end()
    assert children.set_now(LETTER).startswith(b"%PDF-1.7")
    assert [each.pid for each in children.idle] != [child.pid]


async def test_two_letters_are_set_at_a_time_and_the_others_wait(children: pool.Pool):
    made = await asyncio.gather(*(children.set(LETTER) for _ in range(12)))
    assert set(made) == {made[0]}
    assert len(children.idle) <= pool.MOST


def test_letters_are_set_from_several_loops_in_several_threads(children: pool.Pool):
    def work(_: int) -> bytes:
        return asyncio.run(children.set(LETTER))

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(work, range(8)))) == 1


def test_a_child_that_does_not_start_is_told():
    with pytest.raises(NotSet) as failed:
        pool.Child(entry="raise SystemExit(1)")
    assert failed.value == NotSet("typesetting broke off", 0)


def test_a_letter_that_is_too_long_is_refused_before_it_is_sent(children: pool.Pool):
    job = pdf.Job(b" " * 40_000_000, {}, 0)
    with pytest.raises(NotSet) as failed:
        children.set_now(job)
    assert failed.value == NotSet("it is longer than 32,000,000 bytes", 0)
    assert children.set_now(LETTER).startswith(b"%PDF-1.7")


async def test_whoever_asks_for_a_letter_gets_one_clear_refusal():
    with pytest.raises(refusals.LetterNotSet) as failed:
        await letters.typeset(samples.short("01"), "#letter.colour")
    assert str(failed.value) == ("The letter of the form 01 could not be typeset: unknown variable: letter.")
