"""An installation under its pages and flows for long: whether memory, descriptors and connections stay flat.

`python bench/soak.py --minutes 30` serves a small world by `hoso serve`, as an operator does, reads every page as those who
may, files and completes dossiers, has every flow run again and again, and looks at each process every few seconds. It prints
a table with a line for each figure: its first and last values after the warm-up, and its slope in an hour by least squares.
It ends with 1 where one rises, or a page is answered by a fault. `--out FILE` writes the table too.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import httpx
import psutil
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from hoso_api.system_clock import now
from hoso_models import SessionKind, postgres
from hoso_models.postgres import os_user, ownership
from hoso_models.storage import database
from hoso_workflows.dossiers import repository
from hoso_workflows.dossiers.service import DossierService
from support import api_client, databases, page_samples, ports, served, signing_in
from support import world as worlds

#: Dossiers that are filed without a pause at first, so that the caches of both workers are full when the judging begins.
FILLING = 3 * repository.CAPACITY
#: Each request has a connection of its own, so that all workers have their share.
APART = httpx.Limits(max_keepalive_connections=0)
#: What a fitted line may rise over the judged time before it is called so: bytes in the mean's share, descriptors, connections.
RISE = {"MB": 0.03, "descriptors": 2.0, "connections": 2.0}
READERS: Mapping[str, tuple[UUID, SessionKind]] = {
    "clerk": (api_client.CLERK, SessionKind.OFFICER),
    "head": (api_client.HEAD, SessionKind.OFFICER),
    "specialist": (api_client.SPECIALIST, SessionKind.OFFICER),
    "leader": (api_client.LEADER, SessionKind.OFFICER),
    "administrator": (api_client.ADMINISTRATOR, SessionKind.OFFICER),
    "citizen": (worlds.CITIZEN, SessionKind.APPLICANT),
}
_CONNECTIONS = (
    "select usename || ' ' || count(*) from pg_stat_activity where usename is not null group by usename"
)


@dataclass
class Soak:
    """An installation under load, and what was seen of it."""

    home: Path
    server: postgres.Server
    port: int
    prefect_port: int
    pages: Sequence[str]
    sessions: Mapping[str, Mapping[str, str]]
    tokens: Mapping[UUID, str]
    #: (process or role, unit) → (seconds, value).
    seen: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def address(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}"

    async def read_pages(self) -> None:
        """Read every page, as each reader in turn, until cancelled."""
        async with httpx.AsyncClient(base_url=self.address, timeout=60, limits=APART) as client:
            for reader in itertools.cycle(READERS):
                for page in self.pages:
                    answer = await client.get(page, headers=self.sessions[reader])
                    self.answers[f"{answer.status_code // 100}xx"] += 1
                    self.done["pages"] += 1

    async def handle_dossiers(self) -> None:
        """File a dossier and accept it, again and again, until cancelled."""
        clerk = {"Authorization": f"Bearer {self.tokens[api_client.CLERK]}"}
        async with httpx.AsyncClient(
            base_url=self.address, timeout=60, headers=clerk, limits=APART
        ) as client:
            while True:
                filed = await client.post("/v1/dossiers", json=dict(api_client.FILING))
                reference = filed.raise_for_status().json()["reference"]
                accepted = await client.post(f"/v1/dossiers/{reference}/acceptance", json={})
                accepted.raise_for_status()
                self.done["dossiers"] += 1
                # A busy desk, not a race.
                await asyncio.sleep(0 if self.done["dossiers"] < FILLING else 0.5)

    async def run_flows(self) -> None:
        """Have every flow run, and again once all have ended, until cancelled."""
        auth = (self.home / "prefect-auth").read_text()
        settings = {
            PREFECT_API_URL: f"http://127.0.0.1:{self.prefect_port}/api",
            PREFECT_API_AUTH_STRING: auth,
        }
        with temporary_settings(settings):
            async with get_client() as client:
                deployed = await client.read_deployments()
                while True:
                    runs = [await client.create_flow_run_from_deployment(each.id) for each in deployed]
                    self.done.update([f"flows {await _ended(client, run.id)}" for run in runs])

    def look(self, at: float) -> None:
        """Look at every process and at the connections of the database."""
        for name, process in self._processes():
            with suppress(psutil.Error):
                self.seen[name, "MB"].append((at, process.memory_info().rss / 1e6))
                self.seen[name, "descriptors"].append((at, process.num_fds()))
        roles = dict(line.rsplit(" ", 1) for line in self.server.query(_CONNECTIONS).splitlines())
        for role in (postgres.Role.APPLICATION, postgres.Role.PREFECT):
            self.seen[str(role), "connections"].append((at, float(roles.get(role, 0))))

    def _processes(self) -> list[tuple[str, psutil.Process]]:
        """Those that stay: supervisor, API, Prefect, worker of the flows and postmaster; not the processes of runs, which come and go."""
        kinds = {
            "hoso_api.server.workers": "api, parent",
            "prefect server start": "prefect",
            "hoso_workflows.flows.workers": "flows",
            "hoso_api.cli": "hoso serve",
            "postgres -D": "postgres",
        }
        found = {}
        for process in served.members(self.home):
            line = served.command_of(process)
            kind = next((kind for words, kind in kinds.items() if words in line), "")
            if kind:
                found[process] = kind
        # Workers are forks of their parent, with its command line.
        serving = {process.pid for process, kind in found.items() if kind == "api, parent"}
        for process in found:
            with suppress(psutil.Error):
                if process.ppid() in serving:
                    found[process] = "api, worker"
        return [(f"{kind} {process.pid}", process) for process, kind in found.items()]


async def _ended(client: PrefectClient, run: UUID) -> str:
    """The name of the state in which a run has ended."""
    while True:
        state = (await client.read_flow_run(run)).state
        if state is not None and state.is_final():
            return str(state.name)
        await asyncio.sleep(1)


@asynccontextmanager
async def held(folder: Path) -> AsyncIterator[Soak]:
    """A world that `hoso serve` serves, with pages to read and people who may."""
    home, store, key = folder / ".hoso", folder / "files", folder / "master.key"
    store.mkdir()
    key.write_text("5a" * 32)
    key.chmod(0o600)
    told = {"HOSO_STORE_FOLDER": str(store), "HOSO_MASTER_KEY_FILE": str(key)}
    os.environ.update(told)
    with postgres.Server(home) as server, ports.kept() as port, ports.kept() as prefect_port:
        await databases.migrate(server.url())
        async with database.connect(server.url()) as db:
            await worlds.build(db)
            pages, sessions, tokens = await peopled(db)
        owner = os_user.choose(home)
        if owner.dropped:
            # Root's services run as a user of their own.
            for path in (store, key):
                ownership.hand_over(path, owner)
        told |= {"HOSO_PORT": str(port), "HOSO_PREFECT_PORT": str(prefect_port), "HOSO_WORKERS": "2"}
        with served.serving(home, **told) as process:
            await asyncio.to_thread(served.said, process, "flows is ready")
            yield Soak(home, server, port, prefect_port, pages, sessions, tokens)


async def peopled(
    db: database.Database,
) -> tuple[list[str], dict[str, Mapping[str, str]], dict[UUID, str]]:
    """Addresses of every page, the headers of each reader, and the token of the desk."""
    world, clock = worlds.World(DossierService(db)), api_client.Clock(now())
    transport = api_client.application(world, clock)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        rest = api_client.Rest(world, client, clock, api_client.Contract())
        pages = await page_samples.addresses(rest)
        await rest.token(api_client.CLERK)
        sessions = {
            name: await signing_in.signed_in(db, person, at=now(), kind=kind)
            for name, (person, kind) in READERS.items()
        }
        return pages, sessions, rest.tokens


async def soak(minutes: float, every: float) -> Soak:
    """Hold it under load for so many minutes, looking every so many seconds."""
    with databases.home() as folder:
        async with held(folder) as it:
            load = [
                asyncio.ensure_future(work)
                for work in (it.read_pages(), it.read_pages(), it.handle_dossiers(), it.run_flows())
            ]
            begun = time.monotonic()
            while (at := time.monotonic() - begun) < minutes * 60:
                await asyncio.to_thread(it.look, at)
                await asyncio.wait(load, timeout=every, return_when=asyncio.FIRST_EXCEPTION)
                for each in load:
                    if each.done():
                        each.result()
            for each in load:
                each.cancel()
            await asyncio.gather(*load, return_exceptions=True)
    return it


def table(it: Soak, minutes: float, warm_up: float) -> tuple[list[str], bool]:
    """The lines of the table, and whether everything is flat."""
    done = ", ".join(f"{number:,} {what}" for what, number in sorted((it.done + it.answers).items()))
    lines = [f"{minutes:g} minutes: {done}", f"{'':34}{'':14}{'first':>9}{'last':>9}{'an hour':>10}"]
    # A fault of ours is found here, whatever rises.
    flat = not it.answers["5xx"]
    warm = minutes * 60 * warm_up
    for (name, unit), values in sorted(it.seen.items()):
        judged = [(at, value) for at, value in values if at >= warm]
        # One that was started later, or has ended, is no process that stays.
        if len(judged) < 3 or values[0][0] > warm or values[-1][0] < minutes * 60 * 0.9:
            continue
        slope = statistics.linear_regression(*zip(*judged, strict=True)).slope
        rise = slope * (judged[-1][0] - judged[0][0])
        most = RISE[unit] * (statistics.mean(value for _, value in judged) if unit == "MB" else 1)
        flag = "" if rise <= most else "   RISES"
        flat = flat and not flag
        first, last = judged[0][1], judged[-1][1]
        lines.append(f"{name:34}{unit:14}{first:>9,.0f}{last:>9,.0f}{slope * 3600:>+10,.1f}{flag}")
    return lines, flat


def main() -> None:
    """Soak, print, and end with 1 where something rises."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=30)
    asked.add_argument("--every", type=float, default=5, help="seconds between looks")
    asked.add_argument("--warm-up", type=float, default=1 / 3, help="share of the time that is not judged")
    asked.add_argument("--out", type=Path, help="a file that gets the table too")
    told = asked.parse_args()
    lines, flat = table(asyncio.run(soak(told.minutes, told.every)), told.minutes, told.warm_up)
    print("\n".join(lines))
    if told.out:
        told.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(0 if flat else 1)


if __name__ == "__main__":
    main()
