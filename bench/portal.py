"""Public pages and a citizen's filing among 2,000 procedures and 1,000,000 dossiers, as server time.

`python bench/portal.py` fills a PostgreSQL of its own as `pages.py` does, brings a catalogue in from a file, asks the
application for each page as a browser does, and has citizens file with their papers on pages. It prints the CPU that a
request costs the process, and how long the first one took, the middle one and the 95th of 100, in milliseconds; application
and database run as shipped, with the timeouts as shipped. `--size` fills fewer, `--procedures` brings fewer in; `--keep`
names a directory in which what was filled stays, which may be that of `pages.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import os
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import growth
import httpx
import pages
import service as services

from hoso_api import app
from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows.catalogue import exchange, importing
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.dossiers.service import DossierService
from support import api_client, catalogue_entries, databases, files, signing_in
from support.api_client import FILING, OWN, Rest
from support.visitor import Visitor
from support.world import World

SIZE, PROCEDURES, ROUNDS = 1_000_000, 2_000, 40
#: Milliseconds in which 95 of 100 requests end.
SEARCH, PROCEDURE, FILED = 60, 30, 150
#: Bytes of a scanned paper that a citizen hands in.
PAPER = 300_000
#: Answers of a form.
ANSWERS = {name: str(value) for name, value in FILING["form"].items()}
#: So long after one another do look-ups come, that none is told to wait.
PAUSE = timedelta(seconds=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of anybody, by addresses that take turns."""

    what: str
    paths: Sequence[str]
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one request, and of its process."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> Took:
        """The instant by both clocks."""
        return cls(time.perf_counter() * 1000, time.process_time() * 1000)

    def since(self, begun: Took) -> Took:
        """The time since then."""
        return Took(self.clock - begun.clock, self.processor - begun.processor)

    @classmethod
    def sum(cls, them: Iterable[Took]) -> Took:
        """Some requests one after the other."""
        each = list(them)
        return cls(sum(one.clock for one in each), sum(one.processor for one in each))


@dataclass
class Stopwatch:
    """Times of each request, by what was asked."""

    seen: dict[str, list[Took]] = field(default_factory=lambda: defaultdict(list))

    def hooks(self) -> dict[str, list[object]]:
        """For a client whose application answers in process, whole answers at once."""
        return {"request": [self._begin], "response": [self._end]}

    async def _begin(self, request: httpx.Request) -> None:
        request.extensions["begun"] = Took.now()

    async def _end(self, answer: httpx.Response) -> None:
        took = Took.now().since(answer.request.extensions["begun"])
        if answer.status_code >= 400:
            sys.exit(f"{answer.request.method} {answer.request.url}: {answer.status_code}")
        self.seen[named(answer.request)].append(took)


def named(request: httpx.Request) -> str:
    """Method and path of a request, without what it names: procedure, dossier, draft."""
    path = re.sub(r"(/(?:ho-so|ho-so-nhap|thu-tuc|tra-cuu)/)[^/]+", r"\1…", request.url.path)
    return f"{request.method} {path}"


async def measure(url: str, procedures: int, rounds: int) -> None:
    """Bring the catalogue in, ask, file, print."""
    async with database.connect(url) as db:
        await catalogued(db, procedures)
        # Of earlier runs at the same instant.
        await databases.changed(db.url, "truncate throttle")
        watch = Stopwatch()
        async with application(db, watch) as rest:
            print(f"\n{'':44}{'CPU':>9}{'first':>9}{'p50':>9}{'p95':>9}")
            for asked in await questions(db):
                await answered(rest, asked, watch, rounds)
            print("\nfiling with papers, by step")
            await filings(rest, watch, rounds)


async def catalogued(db: Database, procedures: int) -> None:
    """The catalogue, brought in once from a file."""
    world = World(DossierService(db))
    await catalogue_entries.kept(world)
    if not await world.one("select count(*) from procedure_entry_search"):
        data = exchange.write(catalogue_entries.entries(procedures), FileForm.CSV)
        await importing.bring_in(db, data, "danh-muc.csv", catalogue_entries.asked())
        # As the server does by itself, a minute later.
        await databases.changed(db.url, "analyze procedure_entry_search")
    (row,) = await db.rows(_COUNTED)
    print(f"{row.procedures:,} procedures, {row.dossiers:,} dossiers", flush=True)


@asynccontextmanager
async def application(db: Database, watch: Stopwatch) -> AsyncIterator[Rest]:
    """The application, asked in process."""
    world, clock = World(DossierService(db)), api_client.Clock(growth.AT)
    transport = api_client.application(world, clock)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*app.GARBAGE)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://hoso.test", event_hooks=watch.hooks()
    ) as client:
        yield Rest(world, client, clock, api_client.Contract())


async def questions(db: Database) -> list[Asked]:
    """The pages that anybody reads. What a process keeps for an hour is counted in the first reading."""
    entries = [row.code for row in await db.rows(ENTRIES, [growth.AT.date()])]
    codes = [row.code for row in await db.rows(CODES)]
    search = "/thu-tuc?q="
    return [
        Asked("home", ["/"], SEARCH),
        Asked("search of one common word", [f"{search}cap"], SEARCH),
        Asked("search of three words without accents", [f"{search}cap+lai+giay"], SEARCH),
        Asked(
            "search of three words with accents", [f"{search}C%E1%BA%A5p+l%E1%BA%A1i+gi%E1%BA%A5y"], SEARCH
        ),
        Asked(
            "search within a field and a level",
            [f"{search}cap&linh-vuc=%C4%90%E1%BA%A5t+%C4%91ai&cap=province"],
            SEARCH,
        ),
        Asked("search of a misspelt word", [f"{search}giay+chung+nhaan"], SEARCH),
        Asked("everything, first page", ["/thu-tuc"], SEARCH),
        Asked("a field", ["/thu-tuc?linh-vuc=%C4%90%E1%BA%A5t+%C4%91ai"], SEARCH),
        Asked("procedure, of the catalogue", [f"/thu-tuc/{code}" for code in entries], PROCEDURE),
        Asked("procedure, with a process", [f"/thu-tuc/{services.PROCEDURE}"], PROCEDURE),
        Asked("look-up by code", [f"/tra-cuu/{code}" for code in codes], SEARCH),
        Asked("statistics of a year", ["/thong-ke"]),
        Asked("statistics of the year before", ["/thong-ke?nam=2025"]),
    ]


async def answered(rest: Rest, asked: Asked, watch: Stopwatch, rounds: int) -> None:
    """Ask some times, print."""
    watch.seen.clear()
    for path in itertools.islice(itertools.cycle(asked.paths), rounds + 1):
        await rest.client.get(path, headers=signing_in.OURS)
        rest.clock.at += PAUSE if path.startswith("/tra-cuu/") else timedelta(0)
    first, *took = itertools.chain(*watch.seen.values())
    print(line(asked.what, first, took, asked.budget), flush=True)


async def filings(rest: Rest, watch: Stopwatch, rounds: int) -> None:
    """As many citizens file once each; each kind of request is printed, and the whole."""
    watch.seen.clear()
    wholes = []
    for citizen in await citizens(rest.world.db, rounds + 1):
        before = Took.sum(itertools.chain(*watch.seen.values()))
        await files_with_papers(await Visitor.applicant(rest, citizen), str(citizen))
        wholes.append(Took.sum(itertools.chain(*watch.seen.values())).since(before))
    for what, took in watch.seen.items():
        print(line(what, took[0], took[1:], FILED), flush=True)
    print(line("all requests of a filing", wholes[0], wholes[1:]), flush=True)


async def citizens(db: Database, number: int) -> list[UUID]:
    """New citizens with an account."""
    people = [uuid4() for _ in range(number)]
    async with db.transaction() as tx:
        await tx.rows(_CITIZENS, [people, growth.AT])
    return people


async def files_with_papers(visitor: Visitor, mark: str) -> None:
    """From the page of the procedure to the page that says that the dossier was filed."""
    await visitor.goes(f"/nop/{services.PROCEDURE}")
    await visitor.presses("Tạo bản nháp mới" if "Tiếp tục bản nháp từ" in visitor.text else "Bắt đầu")
    draft = visitor.path
    await visitor.goes(f"{draft}/nguoi-nop")
    await visitor.presses("Tiếp tục", **{"np-so": OWN["identifier"]})
    # Otherwise than in any other dossier: who files the same again is asked whether it is meant.
    await visitor.presses("Tiếp tục", **{**ANSWERS, "hang_hoa": f"{ANSWERS['hang_hoa']} {mark}"})
    for code in FILING["components"]:
        await visitor.goes(f"{draft}/giay-to")
        form, _ = visitor.form("Tải lên")
        paper = files.scanned(PAPER) + f"% {mark} {code}\n".encode()
        await visitor.posts(f"{draft}/giay-to/{code}", form.fields, [("tep", (f"{code}.pdf", paper))])
    await visitor.goes(f"{draft}/nhan-ket-qua")
    await visitor.presses("Tiếp tục", **{"np-nhan": "online"})
    await visitor.presses("Nộp hồ sơ", **{"np-cam-doan": "co"})
    assert visitor.path.endswith("/da-nop"), visitor.text


def line(what: str, first: Took, took: Sequence[Took], budget: int | None = None) -> str:
    """A row of the table."""
    clock = [each.clock for each in took]
    processor, slow = statistics.mean(each.processor for each in took), statistics.quantiles(clock, n=20)[-1]
    told = "" if budget is None else f"   budget {budget}{'' if slow <= budget else '   MISSED'}"
    return f"{what:44}{processor:9.1f}{first.clock:9.1f}{statistics.median(clock):9.1f}{slow:9.1f}{told}"


def settings(folder: Path) -> Iterator[tuple[str, str]]:
    """Settings of a place for files and the key."""
    yield "HOSO_STORE_FOLDER", str(folder / "files")
    key = folder / "master.key"
    key.write_text("5a" * 32)
    key.chmod(0o600)
    yield "HOSO_MASTER_KEY_FILE", str(key)


ENTRIES = """
select procedure_code as code from procedure_entry_search
where valid_from <= $1::date and (valid_until is null or $1::date < valid_until) order by 1
"""
_COUNTED = """
select (select count(*) from procedure_entry_search)::int as procedures, (select count(*) from dossier)::int as dossiers
"""
#: Of dossiers that were walked: a copy's code is none that anybody is given.
CODES = "select code from dossier where code not like 'C%' order by filed_at desc"
_CITIZENS = """
insert into principal (id, kind, name, created_at)
select id, 'citizen', 'Người nộp ' || n, $2 from unnest($1::uuid[]) with ordinality as each (id, n)
on conflict do nothing
"""


def main() -> None:
    """Fill, measure on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="dossiers")
    parser.add_argument("--procedures", type=int, default=PROCEDURES, help="entries of the catalogue")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="requests of each kind")
    parser.add_argument("--keep", type=Path, help="a directory for the PostgreSQL that stays; else none does")
    options = parser.parse_args()
    with nullcontext(options.keep) if options.keep else databases.home() as directory:
        with postgres.Server(directory, options=pages.FILLING) as server:
            asyncio.run(pages.fill(server.url(), options.size))
        with tempfile.TemporaryDirectory() as folder, postgres.Server(directory) as server:
            os.environ |= dict(settings(Path(folder)))
            asyncio.run(measure(server.url(), options.procedures, options.rounds))


if __name__ == "__main__":
    main()
