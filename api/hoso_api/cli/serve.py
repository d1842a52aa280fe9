"""`hoso serve`: everything on one machine, or one part of it on this one."""

import asyncio
import contextlib
import os
import time
from enum import StrEnum
from typing import Annotated

import typer

from hoso_api.cli import console, signals
from hoso_api.installation import identity, installation, occupancy, service_user
from hoso_api.openid import relying_party
from hoso_api.server import free_ports, processes, supervision
from hoso_api.settings import Settings, loopback
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models import errors, migrations, postgres
from hoso_models.storage import database
from hoso_workflows import flows
from hoso_workflows.identity import setup
from hoso_workflows.operation import demonstration

app = typer.Typer(
    add_completion=False,
    help="Serve: PostgreSQL, the API, Prefect and the flows, supervised; or one part alone.",
)


#: Said where the settings open a board that stays closed.
CLOSED = say(
    "open_board is set, but these data are no demonstration of `hoso demo`: the board stays closed, sign in"
)

#: Seconds for which a database that recovers is waited for.
RECOVERY = 600.0


#: What holds where neither environment nor hoso.toml says anything.
_DEFAULT = {name: field.default for name, field in Settings.model_fields.items()}


class Part(StrEnum):
    """A part that can be served alone.

    The API and the workers of the flows may run on any number of machines.
    """

    #: The API only; stateless, N times behind a balancer.
    API = "api"
    #: A worker of the flows only.
    FLOWS = "flows"
    #: Prefect's server only.
    PREFECT = "prefect"


@app.command()
def serve(
    part: Annotated[Part | None, typer.Argument(help="One part alone; everything when absent.")] = None,
    host: Annotated[
        str | None,
        typer.Option(help=f"Address of the API; {_DEFAULT['host']} when nothing else is set."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help=f"Port of the API; {_DEFAULT['port']}, or the next free one."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help=f"Processes of the API; {_DEFAULT['workers']} when nothing else is set."),
    ] = None,
    pool: Annotated[
        str | None,
        typer.Option(help="The work pool whose flows a worker here runs, beside others on other machines."),
    ] = None,
) -> None:
    """Serve until told to stop; SIGTERM and Ctrl-C stop everything that was started."""
    given = {"HOST": host, "PORT": port, "WORKERS": workers, "FLOW_POOL": pool}
    # The children read the same settings from their environment.
    os.environ.update({f"HOSO_{name}": str(value) for name, value in given.items() if value is not None})
    outward = _outward(part, Settings())
    service_user.drop_root(console.err.print, outward=outward)
    supervised(part)


def _outward(part: Part | None, settings: Settings) -> bool:
    """True where other machines reach what is served."""
    hosts = {Part.API: [settings.host], Part.PREFECT: [settings.prefect_host], Part.FLOWS: []}
    named = [*hosts[Part.API], *hosts[Part.PREFECT]] if part is None else hosts[part]
    return not all(map(loopback, named))


def supervised(part: Part | None = None) -> None:
    """Run the parts under supervision until SIGTERM or SIGINT."""
    with occupancy.entered() as lock:
        first = lock.alone()
        if not lock.share():
            raise occupancy.BeingPlayed
        identity.ensure()
        settings = free_ports.settle(Settings(), _listeners(part, Settings()), _say, first=first)
        # Prefect's own machine knows no way to our database.
        apart = part is Part.PREFECT and settings.prefect_database_url is not None
        ours = contextlib.nullcontext() if apart else installation.server()
        with ours as server, server.supervised() if server else contextlib.nullcontext():
            signals.run(_run(part, settings, server))


async def _run(part: Part | None, settings: Settings, server: postgres.Server | None) -> None:
    stop = supervision.stop_on_signals()
    if part is not Part.PREFECT:
        await _recovered()
    if part in (None, Part.API):
        await installation.upgraded(console.err.print)
        await _offer_setup(settings)
        if settings.open_board and not await _is_a_demonstration():
            console.err.print(CLOSED, soft_wrap=True)
    elif part is Part.FLOWS:
        async with database.connect() as db:
            await migrations.require(db)
    services = []
    if settings.oidc and part in (None, Part.API):
        relying_party.parties(settings)  # a secret that cannot be used is said here, not by each process
    if part in (None, Part.API):
        services.append(processes.api(settings, flows_too=part is None))
    if part in (None, Part.PREFECT):
        address = await processes.prefect_database(settings, server)
        await flows.events.truncate(address)
        services.append(processes.prefect(settings, address))
    if part in (None, Part.FLOWS):
        services.append(processes.flow_worker(settings))
    console.err.print(_serving(part, settings), soft_wrap=True)
    # Who outlives us keeps the database from being ended by somebody else's leaving.
    kept = [] if server is None or server.use is None else [server.use]
    await supervision.Supervisor(services, installation.home() / "log", console.err.print, kept).run(stop)


def _serving(part: Part | None, settings: Settings) -> str:
    """The sentence that says what is served, and where."""
    logs, prefect = installation.home() / "log", processes.prefect_api(settings)
    if part is Part.PREFECT:
        return say("hoso serves Prefect at {address} (logs in {logs})", address=prefect, logs=logs)
    if part is Part.FLOWS:
        return say(
            "hoso runs flows of the pool {pool}, which {address} gives it (logs in {logs})",
            pool=settings.flow_pool,
            address=prefect,
            logs=logs,
        )
    return say("hoso serves {address} (logs in {logs})", address=f"{settings.origin}/", logs=logs)


async def _recovered() -> None:
    """Wait while the database recovers, as long as it says that it does. Raises DatabaseAway."""
    until, announced = time.monotonic() + RECOVERY, False
    while True:
        try:
            async with database.connect() as db:
                await db.row("select 1")
            return
        except errors.DatabaseAway as away:
            if not postgres.recovers(away.reason) or time.monotonic() > until:
                raise
            if not announced:
                console.err.print(say("hoso waits for PostgreSQL: {why}", why=away.reason), markup=False)
            announced = True
        await asyncio.sleep(supervision.BEAT)


async def _offer_setup(settings: Settings) -> None:
    """Print the link of the set-up where nobody can sign in."""
    async with database.connect() as db:
        if await demonstration.marked(db):
            return
        code = await setup.open_link(db, at=now())
        uninvited = await setup.uninvited(db, at=now())
    if uninvited:
        notice = say("Nobody can sign in here yet. Invite an administrator: hoso people invite CODE")
        console.err.print(notice, soft_wrap=True, markup=False)
    if code is not None:
        link = f"{settings.public_origin}/thiet-lap#{code}"
        notice = say(
            "Nobody can sign in here yet. Within 60 minutes, set up the first administrator at {link}, which is good once.",
            link=link,
        )
        console.err.print(notice, soft_wrap=True, markup=False)


async def _is_a_demonstration() -> bool:
    """True when the data that are served are a demonstration's."""
    async with database.connect() as db:
        return await demonstration.marked(db)


def _listeners(part: Part | None, settings: Settings) -> list[free_ports.Listener]:
    """The listeners of this command. Checked before anything is started that would compete for a port."""
    named = say("Stop what listens there, or name another place with --host and --port.")
    api = free_ports.Listener("port", say("The API"), settings.host, named)
    set_to = say("Stop what listens there, or name another place with HOSO_PREFECT_PORT.")
    prefect = free_ports.Listener("prefect_port", "Prefect", settings.prefect_host, set_to)
    return {None: [api, prefect], Part.API: [api], Part.PREFECT: [prefect], Part.FLOWS: []}[part]


def _say(text: str) -> None:
    console.err.print(text, soft_wrap=True)
