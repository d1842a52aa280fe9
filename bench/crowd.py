"""200 citizens at once, and an officer who opens their inbox meanwhile, on an installation as `hoso serve` makes it.

`python bench/crowd.py` fills a PostgreSQL as `portal.py` does (`--keep` takes what that one has kept), serves it with two
processes and the flows, and opens an officer's inbox once a second: while nobody else is there, and while 200 citizens sign
in, find, read, file with papers, look up and open their dossier for two minutes. It ends with 1 where a citizen met an
error, or where the 95th percentile of the inbox has doubled. Server, database and the crowd share the processors of one
machine. The crowd and its identity provider are one process of their own, with the lowest priority: what citizens compute,
their own machines do elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import growth
import httpx
import pages
import portal
from citizens import HOST, PROVIDER

from hoso_api.system_clock import now
from hoso_models import postgres
from hoso_models.postgres import os_user, ownership
from hoso_models.storage import database
from hoso_workflows.monitoring import escalation
from hoso_workflows.procedures.reference_data import ReferenceData
from support import databases, ports, served, signing_in

CITIZENS, SECONDS, QUIET, THINK = 200, 120, 60, 3.0
#: More rounds than anybody has time for.
ROUNDS = 1000
#: How many times as long the inbox may take under the crowd.
RATIO = 2.0
#: The share of the time, and citizens, that fill the caches of both processes before anything counts.
WARM_UP, FIRST = 1 / 4, 20
INBOX = "/noi-bo/viec"


@dataclass(frozen=True, slots=True)
class Visit:
    """A crowd that comes: how many, for how long, how long each reads a page, and how often they begin anew.

    They arrive one after the other: were they to begin together, all would hand in their papers together.
    """

    citizens: int
    arriving: float
    seconds: float
    think: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation that is served, and who asks it."""

    port: int
    provider: int
    officer: Mapping[str, str]
    #: Codes of the catalogue, and of dossiers.
    entries: Sequence[str]
    codes: Sequence[str]
    folder: Path

    async def watched(self, seconds: float, crowd: asyncio.Task[Any] | None = None) -> list[float]:
        """Milliseconds of the inbox, once a second while the crowd is there, each on a connection of its own."""
        limits, took = httpx.Limits(max_keepalive_connections=0), list[float]()
        address = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits, trust_env=False) as client:
            ends = time.monotonic() + seconds
            while (begun := time.monotonic()) < ends and not (crowd and crowd.done()):
                answer = await client.get(INBOX, headers=self.officer)
                took.append((time.monotonic() - begun) * 1000)
                if answer.status_code != 200:
                    sys.exit(f"inbox: {answer.status_code}")
                await asyncio.sleep(max(0.0, begun + 1 - time.monotonic()))
        return took

    async def visited(self, visit: Visit) -> tuple[list[float], Any]:
        """Waits of the officer while the whole crowd was there, and what the crowd did."""
        plan = self.folder / "plan.json"
        asked = {"port": self.port, "provider": self.provider, "entries": self.entries, "codes": self.codes}
        plan.write_text(json.dumps({**asked, **asdict(visit)}))
        command = [sys.executable, str(Path(__file__).parent / "citizens.py"), str(plan)]
        crowd = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, start_new_session=True)
        reading = asyncio.create_task(crowd.communicate())
        await asyncio.wait([reading], timeout=visit.arriving)
        took = await self.watched(visit.seconds, reading)
        said, _ = await reading
        if crowd.returncode:
            sys.exit("the crowd did not come to its end")
        return took, json.loads(said)


@asynccontextmanager
async def held(home: Path, folder: Path, options: argparse.Namespace) -> AsyncIterator[Installation]:
    """An installation that was filled, served as an operator serves it."""
    parts = ("api",) if options.without_flows else ()
    told = dict(portal.settings(folder))
    os.environ.update(told)
    with postgres.Server(home) as server, ports.kept() as port, ports.kept() as provider:
        async with database.connect(server.url()) as db:
            entries, codes = await prepared(db, options.procedures)
            officer = await signing_in.signed_in(db, growth.SPECIALIST, at=now())
        handed_over(home, folder)
        with ports.kept() as prefect:
            told |= {
                "HOSO_PORT": str(port),
                "HOSO_PREFECT_PORT": str(prefect),
                **signed_in_by(folder, provider),
            }
            with served.serving(home, *parts, **told) as process:
                await asyncio.to_thread(served.said, process, f"{'api' if parts else 'flows'} is ready")
                yield Installation(port, provider, officer, entries, codes, folder)


def handed_over(home: Path, folder: Path) -> None:
    """Let the services of root, which run as a user of their own, read and write the folder's files."""
    owner = os_user.choose(home)
    if owner.dropped:
        for path in folder.iterdir():
            ownership.hand_over(path, owner)


async def prepared(db: database.Database, procedures: int) -> tuple[list[str], list[str]]:
    """The catalogue, and what is late told already, as where the flows have run for long.

    Codes of the entries in force, and of dossiers.
    """
    await portal.catalogued(db, procedures)
    for left in ("browser_session", "draft"):
        await databases.changed(db.url, f"delete from {left}")  # noqa: S608 - names of our own
    await escalation.sweep(db, await ReferenceData(db).unit_calendars(), at=now())
    await databases.changed(db.url, "vacuum analyze")
    entries = await db.rows(portal.ENTRIES, [now().date()])
    return [row.code for row in entries], [row.code for row in await db.rows(portal.CODES)]


def signed_in_by(folder: Path, port: int) -> dict[str, str]:
    """The settings of the citizens' identity provider."""
    provider = {
        "name": PROVIDER,
        "title": "Tài khoản định danh",
        "issuer": f"http://127.0.0.1:{port}",
        "client_id": "hoso",
        "secret_file": str(folder / "secret"),
        "for": "citizen",
        "link": "first-sign-in",
    }
    return {"HOSO_OIDC": json.dumps([provider]), "HOSO_PUBLIC_URL": f"https://{HOST}"}


async def measure(home: Path, options: argparse.Namespace) -> bool:
    """Serve, watch, print; whether what was wanted holds."""
    seconds, think = options.seconds, options.think
    # Not longer than a round of theirs.
    whole = Visit(options.citizens, min(seconds / 2, 30 * think), seconds, think, options.rounds)
    with databases.home() as folder:
        (folder / "secret").write_text("secret")
        (folder / "files").mkdir()
        async with held(home, folder, options) as it:
            await it.visited(warming(whole))
            quiet = await it.watched(options.quiet)
            crowded, crowd = await it.visited(whole)
    return told(quiet, crowded, crowd, options)


def warming(whole: Visit) -> Visit:
    """Few who come before, in a hurry, so that both processes have served each page once."""
    few = min(FIRST, whole.citizens)
    return Visit(few, 1, whole.seconds * WARM_UP, whole.think / 5, whole.rounds)


def told(quiet: list[float], crowded: list[float], crowd: Any, options: argparse.Namespace) -> bool:
    """Print the figures; whether there was no error and the inbox did not take twice as long."""
    done = ", ".join(f"{number:,} {what}" for what, number in sorted(crowd["done"].items()))
    print(f"{options.citizens} citizens, {options.seconds:g} s, {options.think:g} s before each page: {done}")
    for error, number in sorted(crowd["errors"].items()):
        print(f"    {number:,} × {error}")
    print(f"{'':44}{'number':>9}{'p50':>9}{'p95':>9}")
    for what, took in sorted(crowd["waits"].items()):
        print(row(what, took))
    print(row("a citizen's page", [each for took in crowd["waits"].values() for each in took]))
    print(row("inbox, nobody else", quiet))
    print(row("inbox, under the crowd", crowded))
    ratio, errors = p95(crowded) / p95(quiet), sum(crowd["errors"].values())
    met = ratio < RATIO and not errors
    print(f"{errors} errors, the inbox takes {ratio:.2f} times as long{'' if met else '   MISSED'}")
    return met


def row(what: str, took: Sequence[float]) -> str:
    """A line of the table."""
    return f"{what:44}{len(took):9,}{statistics.median(took):9.1f}{p95(took):9.1f}"


def p95(took: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]


def main() -> None:
    """Fill, serve, watch, print, and end with 1 where it is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=portal.SIZE, help="dossiers")
    parser.add_argument("--procedures", type=int, default=portal.PROCEDURES, help="entries of the catalogue")
    parser.add_argument("--citizens", type=int, default=CITIZENS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the crowd stays")
    parser.add_argument("--quiet", type=float, default=QUIET, help="how long the officer is alone before")
    parser.add_argument("--think", type=float, default=THINK, help="seconds before each page of a citizen")
    parser.add_argument(
        "--without-flows", action="store_true", help="serve the API alone, which starts faster"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of a citizen, who then leaves")
    parser.add_argument("--keep", type=Path, help="a directory for the PostgreSQL that stays; else none does")
    options = parser.parse_args()
    with nullcontext(options.keep) if options.keep else databases.home() as home:
        with postgres.Server(home, options=pages.FILLING) as server:
            asyncio.run(pages.fill(server.url(), options.size))
        met = asyncio.run(measure(home, options))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
