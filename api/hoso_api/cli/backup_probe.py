"""Probe of `hoso doctor` for the backups that were taken, and what proved them."""

from collections.abc import Iterator
from datetime import datetime

from hoso_api.cli.checks import Check, State
from hoso_calendar.messages import joined, say
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.operation import backup_history
from hoso_workflows.operation.backup_history import History


async def checks(db: Database, at: datetime) -> list[Check]:
    """Look at the newest whole backup, the last one, and the last rehearsal."""
    return list(_checked(await backup_history.read(db), at))


def _checked(known: History, at: datetime) -> Iterator[Check]:
    yield _newest(known, at)
    if known.newest is not None:
        yield _rehearsed(known, at)


def _newest(known: History, at: datetime) -> Check:
    name = say("backup")
    if known.newest is None:
        remedy = say("Take one each night: `hoso backup`, by the unit of systemd or by cron.")
        return Check(name, State.WARNING, say("none was taken by `hoso backup`"), remedy)
    whole = (
        say("none is whole")
        if known.whole_at is None
        else say("the newest whole one is as of {hour}", hour=_hour(known.whole_at))
    )
    if lacks := known.newest.lacks:
        hour = _hour(known.newest.taken_at)
        detail = say("the last, as of {hour}, lacks {n} files that its database names", hour=hour, n=lacks)
        remedy = say(
            "Look whether HOSO_STORE_… names the right store; `missing.txt` in the backup names the files, an older backup may have them."
        )
        return Check(name, State.FAILING, joined("; ", [detail, whole]), remedy)
    if known.stale(at):
        remedy = say("Look why none came since: at the log of its unit, and at the disk that it lies on.")
        return Check(name, State.WARNING, whole, remedy)
    return Check(name, State.OK, whole)


def _rehearsed(known: History, at: datetime) -> Check:
    name = say("rehearsal of a backup")
    if known.rehearsed_at is None:
        remedy = say("Prove one: `hoso restore FOLDER --rehearse`.")
        return Check(name, State.WARNING, say("there was none"), remedy)
    hour = _hour(known.rehearsed_at)
    if known.differences:
        detail = say("the last, at {hour}, found {n} differences", hour=hour, n=known.differences)
        remedy = say("`hoso audit` tells which the installation has itself; rehearse an older backup too.")
        return Check(name, State.FAILING, detail, remedy)
    last = say("the last was at {hour}", hour=hour)
    if known.unproved(at):
        return Check(name, State.WARNING, last, say("Prove the newest: `hoso restore FOLDER --rehearse`."))
    return Check(name, State.OK, last)


def _hour(when: datetime) -> str:
    return f"{when.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"
