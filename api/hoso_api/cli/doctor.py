"""`hoso doctor`: what is wrong with this installation, and what to do about it."""

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from sqlalchemy import URL

import hoso_calendar as wt
from hoso_api import file_modes, installation, supervision
from hoso_api.app import now
from hoso_api.cli import ending, faults, probes, screen
from hoso_api.cli.checks import Check, State
from hoso_api.settings import Settings, Unreadable
from hoso_models import database, errors, migrations, postgres, privileges
from hoso_models.postgres import Role
from hoso_models.roles import PREFECT_DATABASE, Roles
from hoso_models.settings import DatabaseSettings
from hoso_workflows import authority, demonstration, relays, undelivered, watermarks

app = typer.Typer(add_completion=False, help="What is wrong with this installation, and what to do about it.")

#: A sweep that lies so far ahead was none of this clock.
SWEEP_AGE = timedelta(minutes=15)
#: Mail that waits longer has an obstacle.
MAIL_AGE = timedelta(hours=1)


@app.command()
def doctor(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Look at everything an installation stands on; exit 1 when something does not work."""
    checks = ending.run(_checks())
    if json:
        screen.json([asdict(check) for check in checks])
    else:
        marks = {State.OK: "[green]✓[/]", State.WARNING: "[yellow]![/]", State.FAILING: "[red]✗[/]"}
        for check in checks:
            screen.out.print(f"{marks[check.state]} {check.name}: {escape(check.detail)}", soft_wrap=True)
            if check.remedy:
                screen.out.print(f"    → {escape(check.remedy)}", soft_wrap=True)
    raise typer.Exit(faults.FINDINGS if any(check.state is State.FAILING for check in checks) else 0)


async def _checks() -> list[Check]:
    at = now()
    checks = [_python(), _versions(), probes.home(), *_calendars(authority.local_date(at))]
    try:
        settings = Settings()
    except (ValidationError, Unreadable) as wrong:
        return [
            *checks,
            Check("settings", State.FAILING, faults.sentence(wrong), "Correct hoso.toml or HOSO_…."),
        ]
    checks += [_files(), _users(), await probes.api(settings)]
    checks += [check async for check in _database(at, settings)]
    return [*checks, await probes.prefect(settings)]


def _python() -> Check:
    version = sys.version.split()[0]
    return Check("Python", State.OK if sys.version_info >= (3, 11) else State.FAILING, version)


def _versions() -> Check:
    fastapi, prefect = metadata.version("fastapi"), metadata.version("prefect")
    fitting = fastapi.startswith("0.150.") and prefect == "3.9.1"
    remedy = "" if fitting else "Install from requirements.lock: Prefect's lists fail beside a newer FastAPI."
    return Check(
        "libraries", State.OK if fitting else State.FAILING, f"FastAPI {fastapi}, Prefect {prefect}", remedy
    )


def _files() -> Check:
    home = installation.home()
    if shared := file_modes.shared(home):
        return Check(
            "files", State.WARNING, f"{shared[0]} is no service's own", "`hoso serve` as root hands it over."
        )
    if loose := file_modes.loose(home):
        return Check("files", State.WARNING, f"{loose[0]} is open to others", f"`chmod go= {loose[0]}`.")
    return Check("files", State.OK, "read by nobody else")


def _users() -> Check:
    if services := supervision.as_root(installation.home()):
        return Check(
            "services",
            State.WARNING,
            f"{', '.join(services)} run as root",
            "Install Python and hoso where every user may read them, then start `hoso serve` again.",
        )
    return Check("services", State.OK, "none runs as root")


def _calendars(today: date) -> list[Check]:
    checks = []
    for name in wt.names():
        cal = wt.load(name)
        ahead = (cal.last - today).days
        state = State.OK if ahead > 120 else State.WARNING if ahead > 0 else State.FAILING
        remedy = (
            ""
            if state is State.OK
            else f"Install a release of hoso that knows the days off of {cal.last.year + 1}: dates cannot be counted beyond."
        )
        expected = [d.date for d in cal.days if d.date >= today and d.status == "expected"]
        detail = f"covers up to {cal.last}"
        detail += f"; {len(expected)} expected days ahead, the next {min(expected)}" if expected else ""
        checks.append(Check(f"calendar {name}", state, detail, remedy))
    return checks


async def _database(at: datetime, settings: Settings) -> AsyncIterator[Check]:
    if DatabaseSettings().database_url is None and not (installation.home() / "postgres" / "data").exists():
        yield Check(
            "database", State.WARNING, "there is none yet", "`hoso serve` makes one; `hoso demo` fills it."
        )
        return
    try:
        with installation.server():
            async for check in _stored(at, settings):
                yield check
    except errors.StorageError as away:
        yield Check("database", State.FAILING, str(away), "Check HOSO_DATABASE_URL, or start `hoso serve`.")


async def _stored(at: datetime, settings: Settings) -> AsyncIterator[Check]:
    async with database.connect() as db:
        row = await db.row("select version() as version, clock_timestamp() as clock")
        yield Check("database", State.OK, str(row.version).split(" on ")[0])
        # One that is not up to date may not have let the application look yet.
        async with installation.owned() as owner:
            current, head = await migrations.current(owner), migrations.head()
        yield _migrations(current, head)
        stale = current != head
        skew = abs((row.clock - at).total_seconds())
        late = "" if skew < 5 else "Set both clocks by NTP."
        yield Check(
            "clocks", State.WARNING if late else State.OK, f"{skew:.1f} s apart from the database", late
        )
        if not stale:
            async for check in _rights(db, settings):
                yield check
            yield await _swept(db, at)
            yield await _procedures(db)
            yield await _mail(db, at)
            if settings.open_board:
                yield await _board(db)


def _migrations(current: str | None, head: str) -> Check:
    if current == head:
        return Check("migrations", State.OK, head)
    if isinstance(migrations.fault(current), migrations.Newer):
        detail = f"{current}, written by a newer hoso; this one knows up to {head}"
        return Check("migrations", State.FAILING, detail, "Install that release, or a newer one.")
    return Check("migrations", State.FAILING, f"{current or 'none'} of {head}", "Run `hoso db upgrade`.")


async def _rights(db: database.Database, settings: Settings) -> AsyncIterator[Check]:
    """The reach of the roles, asked of PostgreSQL whatever the settings say."""
    found = await privileges.standing(db)
    named = replace(installation.named(), owner=found.owner)
    yield _role(found, named)
    if named.separate and found.role != named.auditor:
        yield _declared(await privileges.drift(db, named))
    theirs = _prefect_address(settings, named)
    if theirs is not None:
        yield await _apart(database.address(db.url), theirs)


def _role(found: privileges.Standing, named: Roles) -> Check:
    """Check that the application's role cannot rewrite what happened."""
    if found.owns and not named.separate:
        return Check(
            "database role",
            State.WARNING,
            f"{found.role} owns the tables: whoever gets its password can rewrite what happened unseen",
            "`hoso db roles` tells how to make a role that works and does not own.",
        )
    if found.owns or found.powers:
        can = ", ".join([*(["owner"] if found.owns else []), *found.powers])
        remedy = f"Take that from it as a superuser: {found.role} is to own nothing."
        return Check("database role", State.FAILING, f"{found.role} may act as {can}", remedy)
    if found.reach:
        return Check(
            "database role", State.FAILING, f"{found.role} has {_some(found.reach)}", _PRIVILEGES_REMEDY
        )
    logs = len(privileges.LOGS)
    return Check("database role", State.OK, f"{found.role} owns nothing, and changes none of {logs} logs")


def _declared(found: privileges.Drift) -> Check:
    """Check that each role may do what is declared for it, and no more."""
    wrong = [f"missing: {each}" for each in found.missing] + [f"too much: {each}" for each in found.extra]
    if wrong:
        return Check("privileges", State.FAILING, _some(wrong), _PRIVILEGES_REMEDY)
    if found.strange:
        remedy = "Make sure that you know who that is and why."
        return Check("privileges", State.WARNING, f"to others: {_some(found.strange)}", remedy)
    return Check("privileges", State.OK, "as declared")


_PRIVILEGES_REMEDY = "Run `hoso db upgrade`, which sets the privileges anew."


def _some(found: Sequence[object]) -> str:
    """The first few, and how many there are besides."""
    shown = ", ".join(str(each) for each in found[:5])
    return f"{shown} and {len(found) - 5} more" if len(found) > 5 else shown


def _prefect_address(settings: Settings, named: Roles) -> URL | None:
    """The address of Prefect's database, where this machine knows it."""
    if settings.prefect_database_url is not None:
        return database.address(settings.prefect_database_url.get_secret_value())
    where = DatabaseSettings()
    if where.database_url is None:
        return database.address(postgres.Server(where.home).url(PREFECT_DATABASE, Role.PREFECT))
    # Where one role owns everything, `hoso serve` has Prefect use it too.
    return None if named.separate else database.address(where.database_url).set(database=PREFECT_DATABASE)


async def _apart(ours: URL, theirs: URL) -> Check:
    """Try Prefect's password on our database and ours on Prefect's."""
    if ours.username == theirs.username:
        remedy = "`hoso db roles` tells how to make a role of its own for Prefect."
        return Check("Prefect's role", State.WARNING, f"{theirs.username} is ours too", remedy)
    tries = (
        (
            ours.set(username=theirs.username, password=theirs.password),
            "Prefect's role comes into our database",
        ),
        (
            theirs.set(username=ours.username, password=ours.password),
            "our role comes into Prefect's database",
        ),
    )
    try:
        found = [said for address, said in tries if await _comes_in(address)]
    except errors.DatabaseAway as away:
        remedy = "Look again when Prefect's database answers."
        return Check("Prefect's role", State.WARNING, f"could not be tried: {away}", remedy)
    if found:
        remedy = "As a superuser, revoke what `hoso db roles` revokes."
        return Check("Prefect's role", State.FAILING, ", ".join(found), remedy)
    return Check("Prefect's role", State.OK, "no way into our database, nor for ours into Prefect's")


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
            "board",
            State.WARNING,
            "open to all on this machine",
            "It shows a demonstration's data; take open_board out of hoso.toml to close it.",
        )
    remedy = "Take open_board out of hoso.toml and HOSO_OPEN_BOARD."
    return Check(
        "board", State.WARNING, "open_board is set; closed, these are no demonstration's data", remedy
    )


async def _swept(db: database.Database, at: datetime) -> Check:
    """Check that each kind of sweep comes round: a standing one hides behind no other."""
    found = await watermarks.last(db)
    reached = [when for when in found.values() if when is not None]
    if not reached:
        return Check("sweep", State.WARNING, "never ran", "Start `hoso serve`, or `hoso sweep` by cron.")
    standing = await watermarks.standing(db, at=at)
    remedy = ""
    if standing:
        remedy = "Look at the flows' log; `hoso sweep` catches up."
    elif max(reached) - at > SWEEP_AGE:
        remedy = "Somebody swept as of an instant to come (`--at`), or a clock was wrong; what is due is told all the same."
    shown = standing or {max(found, key=lambda sweep: found[sweep] or datetime.min.replace(tzinfo=UTC)): None}
    detail = ", ".join(f"{sweep} last at {_hour(found[sweep])}" for sweep in shown)
    return Check("sweep", State.WARNING if remedy else State.OK, detail, remedy)


def _hour(when: datetime | None) -> str:
    return f"{when.astimezone(authority.ZONE):%H:%M %d/%m/%Y}" if when else "no time"


async def _mail(db: database.Database, at: datetime) -> Check:
    """Check that mails go out: none set aside, none waiting for long, no server away."""
    counted, servers = await undelivered.tally(db), await relays.away(db)
    age = at - counted.waiting_since if counted.waiting_since else timedelta()
    hours, minutes = divmod(int(max(age, timedelta()).total_seconds()) // 60, 60)
    detail = f"{counted.waiting} waiting"
    detail += f", the oldest for {hours} h {minutes:02} min" if counted.waiting else ""
    detail += f"; {counted.aside} set aside"
    detail += "".join(f"; {each.server} is away: {each.last_error}" for each in servers)
    remedy = ""
    if servers:
        remedy = "Look at the mail server; what waits goes out when it is back, however long that takes."
    elif counted.aside:
        remedy = "`hoso outbox --aside` lists them, `hoso outbox release` sends them again."
    elif age > MAIL_AGE:
        remedy = "`hoso outbox` tells why; `hoso sweep` sends what is due."
    return Check("mail", State.WARNING if remedy else State.OK, detail, remedy)


async def _procedures(db: database.Database) -> Check:
    row = await db.row("select count(*) as n from workflow_version where status = 'active'")
    remedy = "" if row.n else "Publish one: `hoso procedures publish`."
    return Check("procedures", State.OK if row.n else State.WARNING, f"{row.n} active", remedy)
