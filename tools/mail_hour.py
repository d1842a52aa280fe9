"""An hour of mail trouble against `hoso serve`.

`python tools/mail_hour.py` starts a whole installation whose mail server changes its mood every ten minutes (slow, silent,
refusing, cutting, away, good again), while timers and dates fall due. It prints how late each was served and how often each
mail was taken, and exits 1 where a bound is broken. Begin between 07:30 and 15:30 of a working day, Vietnamese time: the
timers count working hours. `--minutes 12` is a shorter trouble.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import threading
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import localtime, pagination
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.notifications import undelivered
from support import databases, mail_server, mail_trouble, ports, served
from support import world as worlds
from support.mail_server import MailServer, Mood

#: Seconds behind its date within which a timer fires and a level is told: a schedule and the start of a run.
TIMER, LEVEL = 60 + 45, 300 + 45
#: Seconds that the mail server takes twice in its slow mood.
SLOW = 18
#: Minutes after the trouble in which everything goes out.
AFTER = 20


async def trouble(url: str, home: Path, minutes: int) -> list[str]:
    """Play it; what was not as it should be."""
    await databases.migrate(url)
    async with database.connect(url) as db:
        await worlds.build(db, {name: worlds.PROCEDURES[name] for name in ("1.014464",)})
        world = worlds.World(DossierService(db))
        start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=2)
        dues = [start + timedelta(minutes=each) for each in range(1, minutes, max(1, minutes // 12))]
        # Two working hours before, over the break at noon where it lies between.
        lunch = timedelta(hours=2 if 13 <= start.astimezone(localtime.ZONE).hour < 16 else 0)
        await mail_trouble.timed(world, [due - timedelta(hours=2) - lunch for due in dues])
        await mail_trouble.late(world, dues)
        timers = {row.dossier_id: row.due_at for row in await db.rows("select dossier_id, due_at from timer")}
        with ports.kept() as api, ports.kept() as prefect, ports.kept() as smtp:
            server = MailServer(smtp, delay=SLOW)
            said = {
                "HOSO_PORT": str(api),
                "HOSO_PREFECT_PORT": str(prefect),
                "HOSO_WORKERS": "1",
                "HOSO_SMTP_HOST": "127.0.0.1",
                "HOSO_SMTP_PORT": str(smtp),
                "HOSO_SMTP_TLS": "false",
            }
            with served.serving(home, **said) as process:
                await asyncio.to_thread(served.said, process, "flows is ready")
                _drained(process)
                cut = await moods(world, server, minutes)
                async with mail_server.listening(server):
                    await released(world)
        return await judged(world, server, timers, dues, cut)


async def moods(world: worlds.World, server: MailServer, minutes: int) -> set[str]:
    """The mails that were cut off in one mood after the other.

    New mails come at the beginning of each.
    """
    cut: set[str] = set()
    for number, mood in enumerate(mail_trouble.HOUR):
        print(f"{datetime.now(localtime.ZONE):%H:%M:%S} {mood or 'away'}", flush=True)
        await mail_trouble.letters(world, 20, datetime.now(UTC), first=20 * number + 1)
        server.mood = mood or Mood.GOOD
        before = len(server.mails)
        async with AsyncExitStack() as there:
            if mood is not None:
                await there.enter_async_context(mail_server.listening(server))
            await asyncio.sleep(minutes * 60 / len(mail_trouble.HOUR))
        taken = MailServer(0, mails=server.mails[before:]).copies
        print(f"         {sum(taken.values())} mails taken, {await mail_trouble.fates(world)}", flush=True)
        # Whoever is cut off, by the server's mood or when it goes away, cannot know whether it was taken.
        cut |= set(taken) if mood in (Mood.CUTTING, Mood.SLOW) else set()
    return cut


async def released(world: worlds.World) -> None:
    """Let what was refused go again, and wait until nothing is left to send."""
    refused = await undelivered.search(world.db, None, aside=True, limit=pagination.MOST)
    at = datetime.now(UTC)
    keeper = worlds.person("administrator", worlds.PROVINCE)
    await undelivered.release(world.db, [each.id for each in refused.items], None, actor=keeper, at=at)
    until = at + timedelta(minutes=AFTER)
    while (await mail_trouble.fates(world)).get("waiting") and datetime.now(UTC) < until:  # noqa: ASYNC110 - another process sends
        await asyncio.sleep(5)


async def judged(
    world: worlds.World, server: MailServer, timers: dict[Any, datetime], dues: list[datetime], cut: set[str]
) -> list[str]:
    """Print the figures; what breaks a bound."""
    fired = await world.db.rows("select dossier_id, opened_at as at from user_task where element = 'nhac'")
    told = await world.db.rows(
        "select at from escalation where level = 'overdue' and subject_kind = 'dossier' order by at"
    )
    late = [(row.at - timers[row.dossier_id]).total_seconds() for row in fired]
    later = [(row.at - due).total_seconds() for row, due in zip(told, dues, strict=False)]
    copies, fates = server.copies, await mail_trouble.fates(world)
    print(f"timers fired {len(late)} of {len(timers)}, at most {max(late, default=0):.0f} s late")
    print(f"levels told {len(later)} of {len(dues)}, at most {max(later, default=0):.0f} s late")
    print(
        f"mails {len(copies)}, copies {sum(copies.values()) - len(copies)}, most {max(copies.values(), default=0)}; {fates}"
    )
    wrong = {
        "a timer did not fire": len(late) != len(timers),
        "a timer fired late": max(late, default=0) > TIMER,
        "a level was not told": len(later) != len(dues),
        "a level was told late": max(later, default=0) > LEVEL,
        "a mail went out twice without having been cut": any(
            n > 1 and m not in cut for m, n in copies.items()
        ),
        "a mail went out more than twice": max(copies.values(), default=0) > 2,
        "a mail is lost": bool({"waiting", "refused", "given_up"} & set(fates)),
    }
    return [words for words, so in wrong.items() if so]


def _drained(process: subprocess.Popen[str]) -> None:
    """Read on what it says, so that it never waits for a reader."""
    assert process.stderr is not None  # noqa: S101 - it was started with one
    threading.Thread(target=process.stderr.read, daemon=True).start()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="of trouble; a sixth of them each")
    options = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as embedded:
        found = asyncio.run(trouble(embedded.url(), directory, options.minutes))
    print("\n".join(found) or "Everything as it should be.")
    sys.exit(1 if found else 0)
