"""Readiness of a process, and what degrades the whole installation.

A process that is not ready is asked by no balancer. What none of them could answer better is no reason for that: it degrades the
installation, and is told beside a process that is ready.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

from hoso_api.installation import installation, standbys
from hoso_api.settings import Settings
from hoso_api.translation import storage_errors
from hoso_calendar.messages import joined, say, sentence
from hoso_models import migrations
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import errors, localtime
from hoso_workflows.calendars import coverage
from hoso_workflows.operation import sweep_progress
from hoso_workflows.procedures import damage

#: Seconds for which an answer is good: who asks more often looks at no disk; and that about packages and calendars.
KEEP, KEEP_RULES = 1.0, 300.0
#: How long before a calendar ends it is told: terms that reach beyond it are refused soon.
CALENDAR_AHEAD = timedelta(days=60)
_CLOSED = "select current_setting('transaction_read_only')::boolean as closed"
#: Writes an entry of no consequence to the log of transactions, which a full or read-only disk refuses. It waits for no standby:
#: a session that does cannot be cut, and probes would use them all up.
_WRITE = "select pg_logical_emit_message(true, 'hoso', '') from (select set_config('synchronous_commit', 'local', true)) as here"


class NotReady(errors.Refusal):
    """This process cannot serve as it should."""

    slug = "not-ready"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    remedy = "Look at what is named; `hoso doctor` tells more."
    headers: ClassVar = {"Retry-After": "10"}


class Readiness:
    """The readiness of one process that started at `begun`."""

    def __init__(self, db: Database, settings: Settings, begun: datetime) -> None:
        self._db = db
        self._settings = settings
        self._begun = begun
        self._good_until = 0.0
        self._looking: asyncio.Task[None] | None = None
        self._hindering: list[str] = []
        self._degrading: list[str] = []
        self._rules_until = 0.0
        self._wrong_rules: list[str] = []

    async def require(self, at: datetime) -> list[str]:
        """Return what degrades the installation. Raise NotReady with what hinders this process, and DatabaseAway.

        Whoever asks while somebody is looking gets the same answer, so that probes use one connection however many they are.
        """
        if time.monotonic() >= self._good_until:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look(at))
            await asyncio.shield(self._looking)
        if self._hindering:
            raise NotReady(joined("; ", self._hindering))
        return self._degrading

    async def _look(self, at: datetime) -> None:
        stored = await self._stored()
        self._hindering = [*self._disks(), *stored]
        # Of a database that is not ours, or takes nothing, no more can be said.
        self._degrading = [] if stored else [each async for each in self._degraded(at)]
        self._good_until = time.monotonic() + KEEP

    def _disks(self) -> Iterator[str]:
        home, reserve = installation.home(), self._settings.disk_reserve_bytes
        places = {
            home: say(
                "the home disk cannot be written, or has less than {reserve} bytes left", reserve=reserve
            ),
        }
        if DatabaseSettings.read().database_url is None:
            places[home / "postgres"] = say(
                "the database's disk cannot be written, or has less than {reserve} bytes left",
                reserve=reserve,
            )
        for place, problem in places.items():
            with suppress(FileNotFoundError):
                if not _room(place.resolve(strict=True), reserve):
                    yield problem

    async def _stored(self) -> list[str]:
        try:
            await migrations.require(self._db)
        except (migrations.Behind, migrations.Newer) as elsewhere:
            return [storage_errors.sentence(elsewhere)]
        if (await self._db.row(_CLOSED)).closed:
            return [say("the database takes no changes")]
        await self._db.one_statement(_WRITE)
        return []

    async def _degraded(self, at: datetime) -> AsyncIterator[str]:
        if unconfirmed := await standbys.trouble(self._db):
            yield unconfirmed
        for each in await self._rules(at):
            yield each
        if self._settings.watch_flows:
            for sweep, when in (await sweep_progress.stalled(self._db, at=at)).items():
                # A fresh installation has swept nothing yet, and one that was away catches up first.
                last = max(self._begun, when or self._begun)
                if at - last > sweep_progress.OLDEST[sweep]:
                    since = last.astimezone(localtime.ZONE).isoformat(timespec="minutes")
                    yield say("the flow {sweep} has not succeeded since {since}", sweep=sweep, since=since)

    async def _rules(self, at: datetime) -> list[str]:
        """Sentences about damaged packages and calendars, and calendars that end soon."""
        if time.monotonic() >= self._rules_until:
            damaged = await damage.in_use(self._db)
            ending = await coverage.endings(self._db, localtime.local_date(at), CALENDAR_AHEAD)
            self._wrong_rules = [*map(sentence, damaged), *[each.sentence for each in ending]]
            # What was put right is soon seen to be.
            self._rules_until = time.monotonic() + (KEEP if damaged else KEEP_RULES)
        return self._wrong_rules


def _room(place: Path, reserve: int) -> bool:
    return os.access(place, os.W_OK) and shutil.disk_usage(place).free >= reserve
