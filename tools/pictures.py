"""Take the pictures of the pages that officers use most, on desk and telephone.

`python tools/pictures.py [FOLDER]` plays a month of the demonstration on a PostgreSQL of its own, stops the clock, and
lets a browser show each page to an officer whose page it is. Seed, clock and identities are fixed, so that the same
pages give the same pictures; people are called by their roles. It takes about a minute.
"""

from __future__ import annotations

import asyncio
import io
import os
import random
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unittest import mock
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import httpx
import numpy as np
from PIL import Image
from playwright.async_api import Browser

from hoso_api.demo import seed, simulation
from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from support import api_client, browser, databases, person, signing_in
from support import world as worlds

#: The month that is played: Tết lies in it. The pictures are of the Monday after it.
FIRST = date(2026, 1, 26)
PLAYED, AT = worlds.instant("2026-03-02 08:50"), worlds.instant("2026-03-02 09:20")
DOSSIERS, SEED = 160, 1
#: Widths in CSS pixels, and the height at which a page is cut.
WIDTHS: Mapping[int, int] = {1280: 1150, 360: 1300}
#: Colours of a picture: grounds and letters as they are, and their blurred edges nearly so.
COLOURS = 256
#: Steps that one officer has taken, and that are to be seen in the inbox.
TAKEN = 5
DESK, DEPARTMENT, PROVINCE = "H27.PVHCC", "H27.SVHTTDL", "H27"
PROCEDURE = "1.014464"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, who reads it, and what is seen on it."""

    name: str
    #: The route, whose parts that vary are found among what was played.
    route: str
    #: Unit and role of the reader.
    reader: tuple[str, str]
    title: str
    alt: str
    #: Which of the examples stands for a part that varies, where it is not called so.
    values: Mapping[str, str] = field(default_factory=dict)
    #: What follows the route, its varying parts as there.
    query: str = ""
    #: Where the page is cut, as a share of the usual height.
    cut: float = 1

    def file(self, width: int) -> str:
        """The name of the picture."""
        return f"{self.name}-{width}.png"


SPECIALIST, RECEPTION = (DEPARTMENT, "specialist"), (DESK, "reception")
PICTURES = (
    Picture(
        "inbox",
        "/noi-bo/viec",
        SPECIALIST,
        "Inbox",
        "Steps that an officer has taken, in groups by due date, each with the working time that is left",
    ),
    Picture(
        "step",
        "/noi-bo/viec/{task}",
        SPECIALIST,
        "A step",
        "One step: what is to be decided, the outcomes of the procedure, a note, and the dossier beside them",
    ),
    Picture(
        "dossier",
        "/noi-bo/ho-so/{key}",
        SPECIALIST,
        "A dossier",
        "Overview of a dossier: its promised date, who has it and how long, the steps, and the acts of the reader",
    ),
    Picture(
        "steps",
        "/noi-bo/ho-so/{key}/quy-trinh",
        SPECIALIST,
        "Its steps",
        "The diagram of the procedure with the steps done, open and late, gone to the open one; below it a table of the same",
        query="#el-{element}",
        cut=1.25,
    ),
    Picture(
        "date",
        "/noi-bo/ho-so/{key}/thoi-han",
        SPECIALIST,
        "Why this date",
        "The days from acceptance to the due date over Tết: counted, or not counted and why",
        {"key": "over_tet"},
    ),
    Picture(
        "desk",
        "/noi-bo/mot-cua",
        RECEPTION,
        "The desk",
        "Dossiers that wait at the one-stop desk for reception, each with its reception term",
    ),
    Picture(
        "reception",
        "/noi-bo/ho-so/{key}/tiep-nhan",
        RECEPTION,
        "Reception",
        "Papers and answers of a dossier, the date that acceptance would promise, and the button that accepts it",
        {"key": "waiting"},
    ),
    Picture(
        "filing",
        "/noi-bo/mot-cua/nop-ho",
        RECEPTION,
        "Filing at the counter",
        "Form that the desk fills for an applicant: the applicant, papers, and the questions of the procedure",
        query=f"?thu-tuc={PROCEDURE}",
    ),
    Picture(
        "signing",
        "/noi-bo/ky",
        (PROVINCE, "provincial_leader"),
        "Deciding and signing",
        "Steps that decide, by due date, several of one kind together, each with its own outcome",
    ),
    Picture(
        "unit",
        "/noi-bo/don-vi/{unit}",
        (DEPARTMENT, "head"),
        "A unit today",
        "A head's unit: who holds how much, what is due and overdue, and what nobody has taken",
    ),
    Picture(
        "board",
        "/noi-bo/qua-han",
        (PROVINCE, "administrator"),
        "Overdue board",
        "Dossiers and steps that are late: where they lie, who has them, and by how much working time",
    ),
    Picture(
        "version",
        "/noi-bo/thu-tuc/{code}/ban/{number}",
        (DEPARTMENT, "procedure_declarer"),
        "A version of a procedure",
        "A declared version: its state, what was found in it, its diagram, and what happens next",
        cut=1.4,
    ),
)


def readme() -> str:
    """The page that shows the pictures."""
    parts = [_HEAD]
    for picture in PICTURES:
        desk, telephone = (picture.file(width) for width in WIDTHS)
        parts.append(
            f"## {picture.title}\n\n`{picture.route}`, read by {_ROLES[picture.reader[1]]}.\n\n"
            f"![{picture.alt}]({desk})\n\n"
            f"![The same page on a telephone: {picture.title.lower()}]({telephone})\n"
        )
    return "\n".join(parts)


_HEAD = """# Pictures of the pages

The twelve pages that officers use most, as they look on a desk (1280 px wide) and on a telephone (360 px); long pages are
cut. `make pictures` takes them anew from a month of the demonstration, with a clock that stands; people are called by
their roles. Which pages there are besides stands in [../pages.md](../pages.md). They were chosen by how often a day of
each role meets them: what every officer sees all day, what the desk does with each dossier, and the first page of heads,
leaders, administrators and declarers.
"""
_ROLES = {
    "specialist": "a specialist",
    "reception": "an officer of the desk",
    "provincial_leader": "a leader of the province",
    "head": "the head of the unit",
    "administrator": "an administrator of the province",
    "procedure_declarer": "who declares procedures",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A played demonstration, served at an address, with a browser before it."""

    db: Database
    participants: seed.Participants
    examples: Mapping[str, str]
    address: str
    started: Browser

    async def take(self, picture: Picture, width: int) -> bytes:
        """The picture of a page in a width."""
        reader = self.participants.officers[picture.reader][0]
        secret = await signing_in.begun(self.db, reader, at=AT)
        mode = person.Mode.PHONE if width == person.WIDTHS[person.Mode.PHONE] else person.Mode.SCRIPT
        values = {**self.examples, **{name: self.examples[of] for name, of in picture.values.items()}}
        async with person.person(self.started, self.address, mode, secret) as officer:
            answer = await officer.page.goto(self.address + (picture.route + picture.query).format(**values))
            if answer is None or answer.status != 200:
                sys.exit(
                    f"{picture.name}: {answer and answer.status} {await officer.page.inner_text('body')}"
                )
            await officer.page.evaluate("document.fonts.ready")
            box = await officer.page.locator("body").bounding_box()
            highest = WIDTHS[width] * picture.cut
            height = min(box["height"] if box else highest, highest)
            clip = {"x": 0.0, "y": 0.0, "width": float(width), "height": height}
            return await officer.page.screenshot(full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]  # a mapping of that shape


def small(png: bytes) -> bytes:
    """A picture in its most frequent colours; each other one becomes the nearest."""
    drawn = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int32)
    pixels = (drawn[..., 0] << 16) + (drawn[..., 1] << 8) + drawn[..., 2]
    found, places, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    frequent = colours[np.argsort(-counts, kind="stable")[:COLOURS]]
    nearest = [((frequent - colour) ** 2).sum(axis=1).argmin() for colour in colours]
    indices = np.array(nearest, dtype=np.uint8)[places].reshape(pixels.shape)
    picture = Image.fromarray(indices, "P")
    picture.putpalette(frequent.astype(np.uint8).tobytes())
    written = io.BytesIO()
    picture.save(written, format="PNG", optimize=True)
    return written.getvalue()


@contextmanager
def fixed_chance() -> Iterator[None]:
    """Let identities and secrets be drawn from a seed."""
    drawn = random.Random(SEED).randbytes  # noqa: S311 - pictures, no secrets
    with mock.patch.object(os, "urandom", drawn), mock.patch.object(random, "_urandom", drawn):
        yield


@asynccontextmanager
async def staged(url: str) -> AsyncIterator[Stage]:
    """Play, and serve what was played."""
    async with database.connect(url) as db:
        service = DossierService(db)
        participants = await seed.enter(db, at=worlds.instant("2026-01-26 00:00"), first=FIRST)
        schedule = simulation.Schedule(service, participants, PLAYED)
        await simulation.play(schedule, DOSSIERS, SEED, FIRST, lambda _: None)
        await taken(service, participants.officers[SPECIALIST][0])
        found = await examples(db)
        async with served(service) as address, browser.started() as started:
            # Browsers keep secure cookies for this machine by its name.
            yield Stage(db, participants, found, address.replace("127.0.0.1", "localhost"), started)


@asynccontextmanager
async def served(service: DossierService) -> AsyncIterator[str]:
    """The application with a clock that stands."""
    world, clock = worlds.World(service), api_client.Clock(AT)
    async with httpx.AsyncClient(transport=api_client.application(world, clock)) as client:
        rest = api_client.Rest(world, client, clock, api_client.Contract())
        async with browser.served(rest) as address:
            yield address


async def taken(service: DossierService, officer: UUID) -> None:
    """Let an officer take the first open steps of their role."""
    for row in await service.db.rows(_OPEN, [*SPECIALIST, TAKEN]):
        await service.perform(row.reference, commands.Claim(row.task), actor=officer, at=PLAYED)


async def examples(db: Database) -> dict[str, str]:
    """The parts of addresses that vary."""
    (task,) = await db.rows(_TASK, [*SPECIALIST, AT])
    (over_tet,) = await db.rows(_OVER_TET, [PROCEDURE, DEPARTMENT])
    (waiting,) = await db.rows(_WAITING, [DESK, PROCEDURE])
    return {
        "task": str(task.task),
        "element": task.element,
        "key": task.code,
        "over_tet": over_tet.code,
        "waiting": waiting.reference,
        "unit": DEPARTMENT,
        "code": PROCEDURE,
        "number": "1",
    }


async def draw(url: str, folder: Path) -> None:
    """Write every picture and the page that shows them into a folder."""
    async with staged(url) as stage:
        for picture in PICTURES:
            for width in WIDTHS:
                content = small(await stage.take(picture, width))
                (folder / picture.file(width)).write_bytes(content)
                print(f"{picture.file(width):24}{len(content) / 1000:8.0f} kB", flush=True)
    (folder / "README.md").write_text(readme(), encoding="utf-8")


#: $1 unit, $2 role, $3 how many.
_OPEN = """
select t.id as task, d.reference from user_task t join dossier d on d.id = t.dossier_id
where t.status = 'open' and t.unit_code = $1 and t.role = $2 and t.assignee_id is null and d.status = 'in_process'
order by t.opened_at, d.reference limit $3
"""
#: $1 unit, $2 role, $3 now: the step that is due next of those that were taken.
_TASK = """
select t.id as task, t.element, d.code from user_task t join dossier d on d.id = t.dossier_id
where t.status = 'open' and t.unit_code = $1 and t.role = $2 and t.assignee_id is not null and d.due_legal > $3
order by d.due_legal, d.code limit 1
"""
#: $1 procedure, $2 unit.
_OVER_TET = """
select code from dossier where procedure_code = $1 and handling_unit = $2 and accepted_at < '2026-02-14'
  and due_legal > '2026-02-23' and cycle = 1 order by accepted_at desc, code limit 1
"""
#: $1 receiving unit, $2 procedure.
_WAITING = """
select reference from dossier where status = 'filed' and receiving_unit = $1 and procedure_code = $2 order by filed_at, reference limit 1
"""


if __name__ == "__main__":
    target = Path(*sys.argv[1:2] or ["docs/pages"])
    # Nobody waits for a page here, and the machine may be busy.
    os.environ["HOSO_DATABASE_REQUEST_TIMEOUT"] = "PT5M"
    target.mkdir(exist_ok=True)
    with (
        fixed_chance(),
        databases.home() as directory,
        postgres.Server(directory, options=databases.HASTY) as server,
    ):
        address = server.ensure_database("pictures")
        asyncio.run(databases.migrate(address))
        asyncio.run(draw(address, target))
