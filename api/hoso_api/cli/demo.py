"""`hoso demo`: a month of dossiers on the embedded PostgreSQL, then the board."""

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any

import typer

from hoso_api.cli import console, errors, instants, signals
from hoso_api.cli import overdue as overdue_table
from hoso_api.demo import http_clients, portal, reports, simulation, summary
from hoso_api.demo import seed as seed_data
from hoso_api.demo.period import NeverOpen, Period
from hoso_api.installation import file_modes, installation, master_key, occupancy, service_user
from hoso_api.settings import Settings, loopback
from hoso_api.system_clock import now
from hoso_calendar.messages import say, sentence, translated
from hoso_models import Principal, migrations
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import numbering
from hoso_workflows.monitoring import overdue
from hoso_workflows.operation import demonstration

app = typer.Typer(add_completion=False, help="Play a month of dossiers and serve the overdue board.")

#: How many late dossiers are printed.
SHOWN = 15
#: The totals in the words of those who read them.
LABELS = {
    "dossiers": "Hồ sơ đã nộp",
    "waiting": "Chờ tiếp nhận",
    "refused": "Từ chối tiếp nhận",
    "withdrawn_before_acceptance": "Rút trước khi tiếp nhận",
    "closed_unanswered": "Kết thúc vì không bổ sung",
    "accepted": "Đã tiếp nhận",
    "returned": "Đã trả kết quả",
    "result_ready": "Có kết quả, chờ trả",
    "open": "Đang giải quyết",
    "withdrawn_after_acceptance": "Rút sau khi tiếp nhận",
    "stopped": "Dừng giải quyết",
    "overdue": "Đang quá hạn",
    "tasks_completed": "Bước đã hoàn thành",
    "events": "Sự kiện",
    "reports_submitted": "Báo cáo đã nộp",
    "reports_late": "Báo cáo trễ",
    "http_completions": "Bước hoàn thành qua HTTP",
    "seconds": "Giây",
    "tasks_per_second": "Bước mỗi giây",
    "explanations_checked": "Giải trình đã tính lại",
    "explanation_mismatches": "Giải trình sai khác",
}


class NotADemonstration(errors.Usage):
    """The installation holds data that a demonstration would mix with."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "{home} holds data that no demonstration made; name an empty folder with HOSO_HOME, or an empty database.",
                home=installation.home(),
            )
        )


class AlreadyRunning(errors.Usage):
    """A demonstration is being played here already."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Another demonstration is being played in {home}; wait for its end, or name another folder with HOSO_HOME.",
                home=installation.home(),
            )
        )


@app.command()
def demo(
    dossiers: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many are filed in the period.")
    ] = 240,
    seed: Annotated[
        int, typer.Option(help="The same seed gives the same counts, codes, verdicts and dates.")
    ] = 1,
    first: Annotated[
        str | None, typer.Option("--from", help="First day; a month before --until when absent.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last day; today when absent.")] = None,
    serve: Annotated[bool, typer.Option(help="Serve the board afterwards.")] = True,
    again: Annotated[
        bool, typer.Option("--again", help="Play anew over a demonstration that was played here.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The totals as JSON on stdout.")] = False,
) -> None:
    """Publish the procedures, play the period in simulated time through the real commands, and serve.

    What was played here before is shown as it is now; only --again takes it away and plays anew.
    """
    period = _period(now(), first, until)
    service_user.drop_root(console.err.print, outward=serve and not loopback(Settings().host))
    with installation.server():
        with _locked(), occupancy.kept_from_serving():
            existing = None if again else signals.run(_existing())
            result = existing or signals.run(_simulate(dossiers, seed, period))
        if json:
            console.json(result.totals)
        else:
            console.table(
                "", ("", "số"), [(LABELS[name], value) for name, value in result.totals.items()], numbers=(1,)
            )
            overdue_table.show(result.overdue, result.until)
        if serve:
            from hoso_api.cli import serve as serving

            serving.supervised()


@contextmanager
def _locked() -> Iterator[None]:
    """Hold the lock of the demonstration. Raises AlreadyRunning.

    Each demonstration begins by removing the data of the one before it, so two never run at once.
    """
    installation.home().mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(installation.home() / "demo.lock", "ab", opener=file_modes.private) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield


@dataclass(frozen=True, slots=True)
class DemoResult:
    """The result of a demonstration."""

    totals: dict[str, Any]
    #: The most late dossiers when it ended.
    overdue: Sequence[overdue.OverdueDossier]
    until: datetime


async def _existing() -> DemoResult | None:
    """The data that an earlier demonstration left, as it stands now; None where none came to its end here."""
    async with installation.owned() as owner:
        if await migrations.current(owner) is None:
            return None
        ended = await demonstration.simulated_until(owner)
    if ended is None:
        return None
    console.err.print(
        say(
            "hoso shows what was played here up to {ended:%d/%m/%Y} and done since;"
            " only --again takes it away and plays anew",
            ended=ended.astimezone(localtime.ZONE),
        )
    )
    async with installation.opened() as db:
        counts = await summary.counts(db, now())
        late = await overdue.dossiers(
            db, await DossierService(db).reference_data.unit_calendars(), at=now(), limit=SHOWN
        )
        return DemoResult(counts, late.items, now())


async def _simulate(number: int, seed: int, period: Period) -> DemoResult:
    started = time.monotonic()
    async with installation.opened(checked=False) as db:
        async with installation.owned() as owner:
            await _prepare_database(owner, period)
        _open_board()
        participants = await seed_data.enter(db, at=period.begin, first=period.first)
        service, over_http = DossierService(db), http_clients.share(number)
        schedule = simulation.Schedule(service, participants, period.http_from)
        reporting = await reports.enter(
            schedule, seed_data.declared()["reports"], at=period.begin, first=period.first
        )
        reporting.plan(period.first, period.end.date())
        await _run_schedule(schedule, number - over_http, seed, period.first)
        http_result = await http_clients.file_dossiers(
            service, participants, seed, over_http, period.http_from
        )
        await portal.enter(db, master_key.seal(Settings().master_key_file), participants, period)
        seconds = time.monotonic() - started
        counts = await summary.counts(db, period.end)
        checked = await summary.explanations(service, period.end)
        late = await overdue.dossiers(
            db, await service.reference_data.unit_calendars(), at=period.end, limit=SHOWN
        )
        totals = {
            **counts,
            "http_completions": http_result.completions,
            "seconds": round(seconds, 2),
            "tasks_per_second": round(counts["tasks_completed"] / seconds, 1),
            "explanations_checked": checked.explanations,
            "explanation_mismatches": len(checked.mismatches),
        }
        await demonstration.record_progress(db, period.end)
        return DemoResult(totals, late.items, period.end)


async def _run_schedule(schedule: simulation.Schedule, number: int, seed: int, first: date) -> None:
    last = localtime.local_date(schedule.until)
    with console.progress() as bar:
        days = bar.add_task(translated(say("playing")), total=(last - first).days + 1)
        await simulation.play(
            schedule,
            number,
            seed,
            first,
            lambda at: bar.update(days, completed=(at.date() - first).days, description=f"{at:%d/%m/%Y}"),
        )


async def _prepare_database(db: Database, period: Period) -> None:
    """Make the database empty and up to date.

    A database made by a demonstration is emptied; any other that holds data is refused (NotADemonstration).
    `db` is connected as the owner.
    """
    if await migrations.current(db) is not None:
        marked = await demonstration.marked(db)
        used = await db.row("select 1 from principal limit 1")
        foreign = await db.row(_FOREIGN_TABLES, [[*Principal.metadata.tables, "alembic_version"]])
        if foreign or (used and not marked):
            raise NotADemonstration
        if marked:
            await db.one_statement("drop schema public cascade")
            await db.one_statement("create schema public")
    await migrations.upgrade(db, named=installation.named())
    await demonstration.mark(db, at=period.end)
    await demonstration.record_progress(db, period.begin)


#: Tables beside ours ($1), which would go with them.
_FOREIGN_TABLES = """
select 1 from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
  and relname <> all($1::text[]) limit 1
"""


_WRITTEN = "# Written by `hoso demo`: these data are a demonstration's.\n"


def _open_board() -> None:
    """Write the settings of these data into a home that has none.

    The board is open, and the portal names an owner.

    A later `hoso serve` of these data, and of no others, shows the board without sign-in, and on this machine only.
    """
    path = installation.home() / "hoso.toml"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", opener=file_modes.private) as file:
            file.write(f"{_WRITTEN}open_board = true\n\n[portal]\n")
            file.writelines(f'{name} = "{value}"\n' for name, value in portal.declared()["owner"].items())


def _period(at: datetime, first: str | None, until: str | None) -> Period:
    """The period that the options ask for. It ends with the last office day that is over. Raises Usage."""
    today = localtime.local_date(at)
    last = today if until is None else _day(until, "--until")
    if last > today:
        raise errors.Usage(say("--until {last} lies in the future.", last=last))
    begin = _day(first, "--from") if first else None
    if begin and begin > last:
        raise errors.Usage(say("--from {begin} lies after --until {last}.", begin=begin, last=last))
    try:
        period = Period.before(at, begin, last, seed_data.calendar())
    except NeverOpen as never:
        raise errors.Usage(
            say("There is {never}; name an earlier day with --from.", never=sentence(never))
        ) from never
    return replace(period, first=max(period.first, _earliest()))


def _day(text: str, option: str) -> date:
    """The day of an option, one from which on codes of dossiers are declared."""
    day = instants.day(text, option)
    if day < _earliest():
        raise errors.Usage(
            say(
                "{option} {text}: name a day from {earliest} on, since when dossiers have codes.",
                option=option,
                text=text,
                earliest=_earliest(),
            )
        )
    return day


def _earliest() -> date:
    return numbering.templates()[0].valid_from
