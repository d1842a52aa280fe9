"""Letters as PDF, warm: time of each form with short and with long values, through the limited child.

`python bench/letters.py` prints one table: the median of several letters as whoever asks waits for them, the size of the file,
its pages; then the start of a child, its memory, and letters per second by two children. The budget is 100 ms a letter.
"""

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path

import pypdfium2

from hoso_workflows import letters
from hoso_workflows.letters import forms, pool, samples
from hoso_workflows.letters.values import Values

BUDGET_MS = 100


def milliseconds(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


async def measured(values: Values, rounds: int) -> tuple[float, bytes]:
    """The median of the rounds, and the file."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        pdf = await letters.typeset(values)
        times.append(milliseconds(begun))
    return statistics.median(times), pdf


def pages(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


async def table(rounds: int) -> bool:
    """Print a row for each form; true when every short one is within the budget."""
    print(
        f"{'form':<20}{'short ms':>10}{'kB':>6}{'pages':>7}{'long ms':>10}{'kB':>6}{'pages':>7}{'page ms':>10}"
    )
    within = True
    for code in forms.FORMS:
        short, first = await measured(samples.short(code), rounds)
        long, second = await measured(samples.long(code), rounds)
        begun = time.perf_counter()
        letters.page(samples.long(code))
        row = (short, len(first) / 1000, pages(first), long, len(second) / 1000, pages(second))
        print(
            "{:<20}{:>10.1f}{:>6.0f}{:>7}{:>10.1f}{:>6.0f}{:>7}{:>10.1f}".format(
                code, *row, milliseconds(begun)
            )
        )
        within &= short <= BUDGET_MS
    return within


def memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


async def crowd(size: int) -> None:
    """Print how many receipts two children set in a second."""
    begun = time.perf_counter()
    await asyncio.gather(*(letters.typeset(samples.short("01")) for _ in range(size)))
    print(f"{size} receipts at once: {size / (time.perf_counter() - begun):.0f} a second")
    print(f"memory of each child: {', '.join(f'{memory(child.pid):.0f} MB' for child in pool.POOL.idle)}")


async def main(rounds: int) -> int:
    begun = time.perf_counter()
    await letters.typeset(samples.short("01"))
    print(f"start of a child and its first letter: {milliseconds(begun):.0f} ms")
    within = await table(rounds)
    await crowd(20 * rounds)
    pool.POOL.close()
    print(f"budget of {BUDGET_MS} ms a letter: {'kept' if within else 'MISSED'}")
    return 0 if within else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    sys.exit(asyncio.run(main(parser.parse_args().rounds)))
