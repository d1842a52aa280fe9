"""`hoso doctor`: what is wrong with this installation, and what to do about it."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from sqlalchemy import URL

import hoso_calendar as wt
from hoso_api.cli import backup_probe, console, gateway_probe, probes, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.cli.checks import Check, State
from hoso_api.installation import backups, file_modes, installation, standbys
from hoso_api.server import supervision
from hoso_api.settings import Settings, Unreadable
from hoso_api.system_clock import now
from hoso_api.translation import storage_errors
from hoso_bpmn import confinement
from hoso_calendar.messages import joined, say, sentence, translated
from hoso_models import errors, migrations, postgres
from hoso_models.postgres import Role
from hoso_models.roles import PREFECT_DATABASE, Roles
from hoso_models.storage import database, privileges, time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import localtime
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.calendars import coverage
from hoso_workflows.notifications import mail_servers, undelivered
from hoso_workflows.notifications.undelivered import Way
from hoso_workflows.operation import demonstration, sweep_progress
from hoso_workflows.payments.settings import PaymentSettings
from hoso_workflows.procedures import damage, openings

app = typer.Typer(add_completion=False, help="What is wrong with this installation, and what to do about it.")

#: A sweep that lies so far ahead was none of this clock.
SWEEP_AGE = timedelta(minutes=15)
#: Seconds that a standby has to confirm.
_CONFIRM_SECONDS = 4.0
#: Mail that waits longer has an obstacle.
MAIL_AGE = timedelta(hours=1)


@app.command()
def doctor(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Look at everything an installation stands on; exit 1 when something does not work."""
    checks = signals.run(_checks())
    if json:
        console.json([asdict(check) for check in checks])
    else:
        marks = {State.OK: "[green]✓[/]", State.WARNING: "[yellow]![/]", State.FAILING: "[red]✗[/]"}
        for check in checks:
            line = f"{escape(translated(check.name))}: {escape(translated(check.detail))}"
            console.out.print(f"{marks[check.state]} {line}", soft_wrap=True)
            if check.remedy:
                console.out.print(f"    → {escape(translated(check.remedy))}", soft_wrap=True)
    raise typer.Exit(cli_errors.FINDINGS if any(check.state is State.FAILING for check in checks) else 0)


async def _checks() -> list[Check]:
    at = now()
    checks = [_python(), _versions(), probes.home(), *_calendars(localtime.local_date(at))]
    try:
        settings = Settings()
    except (ValidationError, Unreadable) as wrong:
        return [
            *checks,
            Check(
                say("settings"), State.FAILING, cli_errors.message(wrong), say("Correct hoso.toml or HOSO_….")
            ),
        ]
    checks += [
        _files(),
        _users(),
        _readers(),
        probes.portal(settings.portal_owner),
        *await probes.stores(StoreSettings.read()),
    ]
    checks += [await probes.api(settings), *await probes.providers(settings)]
    checks += [check async for check in _database(at, settings)]
    return [*checks, await probes.prefect(settings)]


def _python() -> Check:
    version = sys.version.split()[0]
    return Check("Python", State.OK if sys.version_info >= (3, 11) else State.FAILING, version)


def _versions() -> Check:
    fastapi, prefect = metadata.version("fastapi"), metadata.version("prefect")
    fitting = fastapi.startswith("0.150.") and prefect == "3.9.1"
    remedy = (
        "" if fitting else say("Install from requirements.lock: Prefect's lists fail beside a newer FastAPI.")
    )
    return Check(
        say("libraries"),
        State.OK if fitting else State.FAILING,
        f"FastAPI {fastapi}, Prefect {prefect}",
        remedy,
    )


def _files() -> Check:
    home = installation.home()
    if shared := file_modes.shared(home):
        return Check(
            say("files"),
            State.WARNING,
            say("{path} is no service's own", path=shared[0]),
            say("`hoso serve` as root hands it over."),
        )
    if loose := file_modes.loose(home):
        detail = say("{path} is open to others", path=loose[0])
        return Check(say("files"), State.WARNING, detail, f"`chmod go= {loose[0]}`.")
    return Check(say("files"), State.OK, say("read by nobody else"))


def _users() -> Check:
    if services := supervision.as_root(installation.home()):
        return Check(
            say("services"),
            State.WARNING,
            say("{services} run as root", services=", ".join(services)),
            say("Install Python and hoso where every user may read them, then start `hoso serve` again."),
        )
    return Check(say("services"), State.OK, say("none runs as root"))


def _readers() -> Check:
    """Check what keeps readers of strangers' files from the installation's."""
    if confinement.landlock():
        return Check(say("readers of files"), State.OK, say("open nothing, by Landlock"))
    if supervision.as_root(installation.home()):
        return Check(say("readers of files"), State.OK, say("have a user of their own"))
    return Check(
        say("readers of files"),
        State.WARNING,
        say("are kept from the installation's files by a filter of system calls alone")
        if confinement.filters()
        else say("a stranger's file that takes one over reaches the installation's files"),
        say("Run hoso on Linux 5.13 or newer, with `landlock` among its security modules (`lsm=`)."),
    )


def _calendars(today: date) -> list[Check]:
    checks = []
    for name in wt.names():
        cal = wt.load(name)
        ahead = (cal.last - today).days
        state = State.OK if ahead > 120 else State.WARNING if ahead > 0 else State.FAILING
        remedy = (
            ""
            if state is State.OK
            else say(
                "Install a release of hoso that knows the days off of {year}: dates cannot be counted beyond.",
                year=cal.last.year + 1,
            )
        )
        expected = [d.date for d in cal.days if d.date >= today and d.status == "expected"]
        detail = say("covers up to {last}", last=cal.last)
        if expected:
            ahead_of_us = {"n": len(expected), "next": min(expected)}
            detail = joined("; ", [detail, say("{n} expected days ahead, the next {next}", **ahead_of_us)])
        checks.append(Check(say("calendar {name}", name=name), state, detail, remedy))
    return checks


async def _database(at: datetime, settings: Settings) -> AsyncIterator[Check]:
    if not backups.stands():
        yield Check(
            say("database"),
            State.WARNING,
            say("there is none yet"),
            say("`hoso serve` makes one; `hoso demo` fills it."),
        )
        return
    try:
        with installation.server():
            async for check in _stored(at, settings):
                yield check
    except errors.StorageError as away:
        remedy = say("Check HOSO_DATABASE_URL, or start `hoso serve`.")
        yield Check(say("database"), State.FAILING, storage_errors.sentence(away), remedy)


async def _stored(at: datetime, settings: Settings) -> AsyncIterator[Check]:
    async with database.connect() as db:
        row = await db.row("select version() as version, clock_timestamp() as clock")
        yield Check(say("database"), State.OK, str(row.version).split(" on ")[0])
        # One that is not up to date may not have let the application look yet.
        async with installation.owned() as owner:
            current, head = await migrations.current(owner), migrations.head()
        yield _migrations(current, head)
        stale = current != head
        skew = abs((row.clock - at).total_seconds())
        late = "" if skew < 5 else say("Set both clocks by NTP.")
        apart = say("{seconds:.1f} s apart from the database", seconds=skew)
        yield Check(say("clocks"), State.WARNING if late else State.OK, apart, late)
        if not stale:
            yield await _standbys(db)
            async for check in _rights(db, settings):
                yield check
            yield await probes.seal(db, settings)
            yield await _swept(db, at)
            yield await _procedures(db)
            yield await _rules(db)
            for check in await probes.register(db, at):
                yield check
            yield await _kept_calendars(db, localtime.local_date(at))
            async for check in _messages(db, at):
                yield check
            for check in await backup_probe.checks(db, at):
                yield check
            yield await gateway_probe.check(db, PaymentSettings.read(), at)
            if settings.open_board:
                yield await _board(db)


async def _standbys(db: database.Database) -> Check:
    """Have a standby confirm something, where one has to."""
    with suppress(errors.OutcomeUnknown), time_limits.within(_CONFIRM_SECONDS):
        await db.await_confirmation()
    if found := await standbys.trouble(db):
        remedy = say(
            "Bring the standby back, or name another in synchronous_standby_names; until then acts are stored here alone and answered"
            " as not confirmed."
        )
        return Check(say("standbys"), State.FAILING, found, remedy)
    return Check(say("standbys"), State.OK, say("none keeps anybody waiting"))


def _migrations(current: str | None, head: str) -> Check:
    if current == head:
        return Check(say("migrations"), State.OK, head)
    if isinstance(migrations.revision_error(current), migrations.Newer):
        detail = say(
            "{current}, written by a newer hoso; this one knows up to {head}", current=current, head=head
        )
        return Check(say("migrations"), State.FAILING, detail, say("Install that release, or a newer one."))
    detail = say("{current} of {head}", current=current or say("none"), head=head)
    return Check(say("migrations"), State.FAILING, detail, say("Run `hoso db upgrade`."))


async def _rights(db: database.Database, settings: Settings) -> AsyncIterator[Check]:
    """The reach of the roles, asked of PostgreSQL whatever the settings say."""
    found = await privileges.role_reach(db)
    named = replace(installation.named(), owner=found.owner)
    yield _role(found, named)
    if named.separate and found.role != named.auditor:
        yield _declared(await privileges.drift(db, named))
    theirs = _prefect_address(settings, named)
    if theirs is not None:
        yield await _apart(database.address(db.url), theirs)


def _role(found: privileges.RoleReach, named: Roles) -> Check:
    """Check that the application's role cannot rewrite what happened."""
    if found.owns and not named.separate:
        return Check(
            say("database role"),
            State.WARNING,
            say(
                "{role} owns the tables: whoever gets its password can rewrite what happened unseen",
                role=found.role,
            ),
            say("`hoso db roles` tells how to make a role that works and does not own."),
        )
    if found.owns or found.powers:
        can = joined(", ", [*([say("owner")] if found.owns else []), *found.powers])
        remedy = say("Take that from it as a superuser: {role} is to own nothing.", role=found.role)
        detail = say("{role} may act as {can}", role=found.role, can=can)
        return Check(say("database role"), State.FAILING, detail, remedy)
    if found.reach:
        detail = say("{role} has {reach}", role=found.role, reach=_some(found.reach))
        return Check(say("database role"), State.FAILING, detail, _PRIVILEGES_REMEDY)
    logs = len(privileges.LOGS)
    detail = say("{role} owns nothing, and changes none of {logs} logs", role=found.role, logs=logs)
    return Check(say("database role"), State.OK, detail)


def _declared(found: privileges.Drift) -> Check:
    """Check that each role may do what is declared for it, and no more."""
    wrong = [say("missing: {grant}", grant=each) for each in found.missing]
    wrong += [say("too much: {grant}", grant=each) for each in found.extra]
    if wrong:
        return Check(say("privileges"), State.FAILING, _some(wrong), _PRIVILEGES_REMEDY)
    if found.strange:
        remedy = say("Make sure that you know who that is and why.")
        detail = say("to others: {grants}", grants=_some(found.strange))
        return Check(say("privileges"), State.WARNING, detail, remedy)
    return Check(say("privileges"), State.OK, say("as declared"))


_PRIVILEGES_REMEDY = say("Run `hoso db upgrade`, which sets the privileges anew.")


def _some(found: Sequence[object]) -> str:
    """The first few, and how many there are besides."""
    shown = joined(", ", (each if isinstance(each, str) else str(each) for each in found[:5]))
    return say("{shown} and {n} more", shown=shown, n=len(found) - 5) if len(found) > 5 else shown


def _prefect_address(settings: Settings, named: Roles) -> URL | None:
    """The address of Prefect's database, where this machine knows it."""
    if settings.prefect_database_url is not None:
        return database.address(settings.prefect_database_url.get_secret_value())
    where = DatabaseSettings.read()
    if where.database_url is None:
        return database.address(postgres.Server(where.home).url(PREFECT_DATABASE, Role.PREFECT))
    # Where one role owns everything, `hoso serve` has Prefect use it too.
    return None if named.separate else database.address(where.database_url).set(database=PREFECT_DATABASE)


async def _apart(ours: URL, theirs: URL) -> Check:
    """Try Prefect's password on our database and ours on Prefect's."""
    if ours.username == theirs.username:
        remedy = say("`hoso db roles` tells how to make a role of its own for Prefect.")
        detail = say("{role} is ours too", role=theirs.username)
        return Check(say("Prefect's role"), State.WARNING, detail, remedy)
    tries = (
        (
            ours.set(username=theirs.username, password=theirs.password),
            say("Prefect's role comes into our database"),
        ),
        (
            theirs.set(username=ours.username, password=ours.password),
            say("our role comes into Prefect's database"),
        ),
    )
    try:
        found = [success for address, success in tries if await _comes_in(address)]
    except errors.DatabaseAway as away:
        remedy = say("Look again when Prefect's database answers.")
        detail = say("could not be tried: {why}", why=storage_errors.sentence(away))
        return Check(say("Prefect's role"), State.WARNING, detail, remedy)
    if found:
        remedy = say("As a superuser, revoke what `hoso db roles` revokes.")
        return Check(say("Prefect's role"), State.FAILING, joined(", ", found), remedy)
    detail = say("no way into our database, nor for ours into Prefect's")
    return Check(say("Prefect's role"), State.OK, detail)


async def _comes_in(address: URL) -> bool:
    async with database.connect(address) as db:
        try:
            await db.rows("select 1")
        except errors.DatabaseRefused:
            return False
    return True


async def _board(db: database.Database) -> Check:
    if await demonstration.marked(db):
        return Check(
            say("board"),
            State.WARNING,
            say("open to all on this machine"),
            say("It shows a demonstration's data; take open_board out of hoso.toml to close it."),
        )
    remedy = say("Take open_board out of hoso.toml and HOSO_OPEN_BOARD.")
    detail = say("open_board is set; closed, these are no demonstration's data")
    return Check(say("board"), State.WARNING, detail, remedy)


_SWEEPS = {
    sweep_progress.Sweep.FIRE_TIMERS: say("fire-timers"),
    sweep_progress.Sweep.ESCALATE: say("escalate"),
    sweep_progress.Sweep.DELIVER: say("deliver-outbox"),
}


async def _swept(db: database.Database, at: datetime) -> Check:
    """Check each kind of sweep by itself. One that has stopped is found even while the others go on."""
    found = await sweep_progress.last(db)
    reached = [when for when in found.values() if when is not None]
    if not reached:
        start = say("Start `hoso serve`, or `hoso sweep` by cron.")
        return Check(say("sweep"), State.WARNING, say("never ran"), start)
    standing, remedy = await sweep_progress.stalled(db, at=at), ""
    if standing:
        remedy = say("Look at the flows' log; `hoso sweep` catches up.")
    elif max(reached) - at > SWEEP_AGE:
        remedy = say(
            "Somebody swept as of an instant to come (`--at`), or a clock was wrong; what is due is told all the same."
        )
    shown = standing or {max(found, key=lambda sweep: found[sweep] or datetime.min.replace(tzinfo=UTC)): None}
    detail = joined(
        ", ",
        (say("{sweep} last at {hour}", sweep=_SWEEPS[sweep], hour=_hour(found[sweep])) for sweep in shown),
    )
    return Check(say("sweep"), State.WARNING if remedy else State.OK, detail, remedy)


def _hour(when: datetime | None) -> str:
    return f"{when.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}" if when else say("no time")


async def _messages(db: database.Database, at: datetime) -> AsyncIterator[Check]:
    """Check that mails go out, and webhooks by themselves.

    None may be set aside, none wait for long, no mail server be unreachable.
    """
    counted, servers = await undelivered.tally(db), await mail_servers.away(db)
    away = [say("{server} is away: {error}", server=each.server, error=each.last_error) for each in servers]
    remedy = say("Look at the mail server; what waits goes out when it is back, however long that takes.")
    yield _unsent(say("mail"), counted[Way.MAIL], at, away, remedy if servers else "")
    yield _unsent(say("webhooks"), counted[Way.WEBHOOK], at, [], "")


def _unsent(name: str, counted: undelivered.Tally, at: datetime, away: Sequence[str], remedy: str) -> Check:
    age = at - counted.waiting_since if counted.waiting_since else timedelta()
    hours, minutes = divmod(int(max(age, timedelta()).total_seconds()) // 60, 60)
    waiting: str = say("{n} waiting", n=counted.waiting)
    if counted.waiting:
        oldest = say("the oldest for {hours} h {minutes:02} min", hours=hours, minutes=minutes)
        waiting = joined(", ", [waiting, oldest])
    detail = joined("; ", [waiting, say("{n} set aside", n=counted.aside), *away])
    if not remedy and counted.aside:
        remedy = say("`hoso outbox --aside` lists them, `hoso outbox release` sends them again.")
    elif not remedy and age > MAIL_AGE:
        remedy = say("`hoso outbox` tells why; `hoso sweep` sends what is due.")
    return Check(name, State.WARNING if remedy else State.OK, detail, remedy)


async def _procedures(db: database.Database) -> Check:
    in_force = openings.living_sql("v", "$1::date")
    counted = f"select count(distinct procedure_code) as n from workflow_version v where {in_force}"  # noqa: S608 - fixed text of this module
    row = await db.row(counted, [localtime.local_date(now())])
    remedy = "" if row.n else say("Publish one: `hoso procedures publish`.")
    return Check(say("procedures"), State.OK if row.n else State.WARNING, say("{n} active", n=row.n), remedy)


async def _rules(db: database.Database) -> Check:
    """Check that packages and calendars are stored as they were published and entered."""
    name, damaged = say("stored packages and calendars"), await damage.everywhere(db)
    if not damaged:
        return Check(name, State.OK, say("as published and entered"))
    remedy = say(
        "Put them back: `hoso procedures restore`, `hoso calendar restore`; nobody works with one until then."
    )
    return Check(name, State.FAILING, joined(" ", [sentence(each) for each in damaged]), remedy)


async def _kept_calendars(db: database.Database, today: date) -> Check:
    """Check that the calendars that units keep have data for the next year."""
    ending = await coverage.endings(db, today)
    if not ending:
        return Check(say("units' calendars"), State.OK, say("none ends soon"))
    remedy = say("Enter the days off of the next year: `hoso calendar enter`.")
    state = State.FAILING if any(each.ended for each in ending) else State.WARNING
    return Check(say("units' calendars"), state, joined("; ", [each.sentence for each in ending]), remedy)
