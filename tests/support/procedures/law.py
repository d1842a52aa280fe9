"""A procedure in one case for each way in which a law may count, in the world of the tests, and walks through the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, postgres
from hoso_models.storage import database
from hoso_workflows.monitoring import escalation
from hoso_workflows.organisation import units
from support import api_client as rests
from support import databases
from support import world as worlds
from support.api_client import CLERK, Rest
from support.builders import packages
from support.world import CITIZEN, DEPARTMENT, DESK, person

TEMPLATE = "world_of_the_law"
CODE = "9.000100"
RESUMES = 'supplement = "resume"\nsupplement_basis = "Luật A điều 1"'
#: Case → term, policy, process.
CASES = {
    "restart": ("5 ngày làm việc", "", "process.bpmn"),
    "resume": ("5 ngày làm việc", RESUMES, "process.bpmn"),
    "free": ("5 ngày làm việc", f'{RESUMES}\npause_day = "free"', "process.bpmn"),
    "hours": ("8 giờ làm việc", RESUMES, "process.bpmn"),
    "days": ("15 ngày", RESUMES, "process.bpmn"),
    "shares": ("20 ngày", RESUMES, "shares.bpmn"),
    "month": ("1 tháng", "", "process.bpmn"),
    "today": ("trong ngày", 'cutoff = "15:00"', "process.bpmn"),
    "rolls": ("2 ngày làm việc", 'cutoff = "15:00"\ncutoff_effect = "roll_receipt"', "process.bpmn"),
    "hour": ("2 ngày làm việc", 'last_hour = 60\nlast_hour_basis = "Nghị định C điều 6"', "process.bpmn"),
    "posting": ("10 ngày làm việc", "", "posting.bpmn"),
    "kept": (
        "5 ngày làm việc",
        'withdrawal = false\nretention_term = "6 tháng"\nretention_term_basis = "Luật D điều 1"',
        "process.bpmn",
    ),
}
#: No step has a limit: each term stands for itself.
_PLAIN = """
<userTask id="Tham_dinh" name="Thẩm định" /><userTask id="Ky" name="Ký kết quả" milestone="result" />
"""
#: Posted between examination and signing; that time the law does not count.
_POSTING = """
<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" />
<userTask id="Niem_yet" name="Niêm yết công khai" limit="3 ngày làm việc" clock="excluded" clock_basis="Luật B điều 2" />
<userTask id="Ky" name="Ký kết quả" milestone="result" limit="1 ngày làm việc" />
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Niem_yet" />
<sequenceFlow id="F6" sourceRef="Niem_yet" targetRef="Ky" />
"""
#: Limits of a term of calendar days, which they use up.
_SHARES = """
<userTask id="Tham_dinh" name="Thẩm định" limit="15 ngày" />
<userTask id="Ky" name="Ký kết quả" milestone="result" limit="5 ngày" />
"""
SPECIALIST = person("specialist")
UNIT_HEAD = person("head")


def drawn() -> package.Package:
    """The package as an agency would upload it."""
    head = packages.manifest(f'code = "{CODE}"').decode().partition("[[case]]")[0]
    cases = (
        f'[[case]]\nid = "{case}"\nname = "{case}"\nprocess = "{process}"\nterm = "{term}"\n[case.policy]\n{policy}\n'
        for case, (term, policy, process) in CASES.items()
    )
    drawings = {"process": _PLAIN, "posting": _POSTING, "shares": _SHARES}
    files = {f"{name}.bpmn": packages.drawing(change) for name, change in drawings.items()}
    return package.read({"procedure.toml": (head + "\n".join(cases)).encode(), **files})


async def establish(db: database.Database) -> None:
    """Make the department competent, and publish."""
    async with db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, CODE, unit, part, worlds.SINCE, basis="Quyết định công bố")
    await worlds.publish_package(db, drawn())


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of a world in which the procedure is published too."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        await establish(db)


def opened(url: str) -> AbstractAsyncContextManager[Rest]:
    """The API over the world of that address."""
    return rests.opened(url, worlds.FOUNDED)


class Walk:
    """One dossier on its way through the API; each act is at an instant, as `2026-03-02 09:00`."""

    def __init__(self, rest: Rest, standing: Any) -> None:
        self.rest = rest
        self.reference: str = standing["reference"]
        self.standing = standing

    @classmethod
    async def filed(cls, rest: Rest, at: str, case: str = "", by: UUID = CLERK, **said: Any) -> Walk:
        """A dossier of the bundled procedure, or of a case of ours, filed at the desk unless something else is said."""
        rest.clock.turn(at)
        ours = {"procedure": CODE, "case": case, "form": {}, "components": []} if case else {}
        return cls(rest, await rest.files(by, **{**ours, **said}))

    @classmethod
    async def accepted(cls, rest: Rest, at: str, case: str = "", **said: Any) -> Walk:
        """The same, filed and accepted at once."""
        walk = await cls.filed(rest, at, case, **said)
        await walk.does("acceptance", at)
        return walk

    async def does(self, act: str, at: str, by: UUID = CLERK, **said: Any) -> Any:
        """An act on the dossier that is carried out; where it stands then."""
        self.rest.clock.turn(at)
        self.standing = await self.rest.done(f"/v1/dossiers/{self.reference}/{act}", by, said)
        return self.standing

    async def refused(self, act: str, at: str, by: UUID = CLERK, **said: Any) -> str:
        """An act that is refused; the slug of its problem."""
        self.rest.clock.turn(at)
        return slug(await self.rest.post(f"/v1/dossiers/{self.reference}/{act}", by, said))

    async def completes(self, at: str, by: UUID | None = None, **said: Any) -> Any:
        """The only open step, completed by the first officer whose it is; a decision grants unless something else is said."""
        # An applicant who acted last is not told of it.
        standing = self.standing if "tasks" in self.standing else await self.reads()
        (task,) = standing["tasks"]
        if task["milestone"] == "result":
            said = {"result": "granted", **said}
        self.rest.clock.turn(at)
        who = by or person(task["role"], task["unit"])
        self.standing = await self.rest.done(f"/v1/user-tasks/{task['id']}/completion", who, said)
        return self.standing

    async def reads(self, at: str | None = None, what: str = "", by: UUID = CLERK) -> Any:
        """The dossier, or something of it, as its officers read it."""
        if at:
            self.rest.clock.turn(at)
        return (await self.rest.get(f"/v1/dossiers/{self.reference}{what}", by)).json()

    async def asked_and_received(self, asked: str, received: str) -> Any:
        """The desk asks for a supplement, and it comes."""
        await self.does("supplement-request", asked, reason="Thiếu bản sao")
        return await self.does("supplement", received)

    @property
    def code(self) -> str:
        """Its code, once it is accepted."""
        return str(self.standing["code"])

    @property
    def task(self) -> Any:
        """The only open step."""
        (task,) = self.standing["tasks"]
        return task

    @property
    def due(self) -> datetime | None:
        """The legal due date, None while the clock stands still."""
        return read(self.standing["due_legal"])


def read(text: str | None) -> datetime | None:
    """An instant out of an answer."""
    return datetime.fromisoformat(text) if text else None


def slug(response: httpx.Response) -> str:
    """Type of the problem in an answer, without its prefix."""
    return str(rests.problem(response)["type"]).removeprefix("urn:hoso:problem:")


async def sweep(rest: Rest, at: str, now: str | None = None) -> list[tuple[str, UUID, str]]:
    """One sweep as of an instant, by hand at another one; what it put in the outbox: topic, recipient, code or reference."""
    last = await rest.world.one("select coalesce(max(id), 0) from outbox")
    calendars = await rest.world.service.reference_data.unit_calendars()
    await escalation.sweep(rest.world.db, calendars, at=worlds.instant(at), now=worlds.instant(now or at))
    rows = await rest.world.db.rows(
        "select topic, recipient_id, payload from outbox where id > $1 order by topic, recipient_id", [last]
    )
    return [
        (row.topic, UUID(str(row.recipient_id)), row.payload["code"] or row.payload["reference"])
        for row in rows
    ]


__all__ = [
    "CASES",
    "CITIZEN",
    "CODE",
    "SPECIALIST",
    "UNIT_HEAD",
    "Walk",
    "founded",
    "opened",
    "read",
    "slug",
    "sweep",
]
