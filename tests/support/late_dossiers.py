"""A world in which a dossier is late in each way there is, for walks through every place that names one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, PortalConcern, PrincipalKind, UrgingKind, postgres
from hoso_models.storage import database
from hoso_workflows.coordination import urgings
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation_ladder
from hoso_workflows.organisation import principals, units
from support import coordinators, databases, partner_portals
from support import world as worlds
from support.builders import packages
from support.procedures import unlimited
from support.world import CITIZEN, DEPARTMENT, DESK, DRAWN, OTHER, PROVINCE, SINCE, World, person

TEMPLATE = "world_of_late_dossiers"
#: When the walks are, and when the heads were told of what was late by then.
NOW, TOLD = "2026-03-25 10:00", "2026-03-20 10:00"
_BEGAN = "2026-03-16 08:00"
#: Who reads all contents of the province.
AUDITOR = person("auditor", PROVINCE)
PARALLEL, NOBODYS = "9.000301", "9.000302"
_SIDE_BY_SIDE = """
<userTask id="Do_dac" name="Đo đạc" limit="2 ngày làm việc"/><parallelGateway id="Tach"/><parallelGateway id="Gop"/>
<sequenceFlow id="F2" sourceRef="Tiep_nhan" targetRef="Tach"/><sequenceFlow id="F6" sourceRef="Tach" targetRef="Do_dac"/>
<sequenceFlow id="F7" sourceRef="Tach" targetRef="Tham_dinh"/><sequenceFlow id="F8" sourceRef="Do_dac" targetRef="Gop"/>
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Gop"/><sequenceFlow id="F9" sourceRef="Gop" targetRef="Ky"/>
"""
_AWAITED = """
<intermediateCatchEvent id="Cho" name="Niêm yết"><timerEventDefinition><timeDuration>P60D</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
<sequenceFlow id="F2" sourceRef="Tiep_nhan" targetRef="Cho"/><sequenceFlow id="F6" sourceRef="Cho" targetRef="Tham_dinh"/>
"""
_DRAWN: Mapping[str, str] = {PARALLEL: _SIDE_BY_SIDE, NOBODYS: _AWAITED}
_ANSWERS = {
    "co_quan_de_nghi": "Bệnh viện mẫu",
    "linh_vuc": "phap_y",
    "so_nguoi": 2,
    "ngay_van_ban": "2026-02-20",
}


@dataclass(frozen=True, slots=True)
class Late:
    """A late dossier: how it is late, and the words by which answers name it."""

    way: str
    code: str
    reference: str
    #: Its open step; empty without one.
    task: str
    #: Its first letter.
    letter: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words that name it."""
        return tuple(filter(None, (self.code, self.reference, self.task)))


async def runs(world: World, at: str = _BEGAN) -> Outcome:
    """A term of working days is over while a step waits for who takes it."""
    before = await world.accepts(await world.files(at, channel="online"), at)
    for _ in range(2):
        before = await world.completes(before, at)
    return before


async def awaits_a_supplement(world: World) -> Outcome:
    """It was late when its applicant was asked for a paper."""
    return await _asked(world, await runs(world), "2026-03-23 09:00")


async def calendar_days(world: World) -> Outcome:
    """A term of calendar days is over, of which each step has its share."""
    filed = await world.files("2026-02-23 08:00", procedure=unlimited.CODE, channel="online", form=_ANSWERS)
    return await world.completes(await world.accepts(filed, "2026-02-23 09:00"), "2026-02-23 10:00")


async def no_limits(world: World) -> Outcome:
    """The same, where no step has a limit."""
    await unlimited.publish(world)
    return await calendar_days(world)


async def appointed_again(world: World) -> Outcome:
    """The legal date is over, and the day of the apology is yet to come."""
    promised = commands.Reappoint(date(2026, 3, 30), "Hồ sơ phức tạp")
    return await world.does(
        await runs(world, "2026-03-18 08:00"), promised, person("head"), "2026-03-19 09:00"
    )


async def restarted(world: World) -> Outcome:
    """It was late, was asked for a paper, and got it: a whole term runs anew."""
    asked = await _asked(world, await runs(world), "2026-03-20 09:00")
    return await world.does(
        asked, commands.ReceiveSupplement(), person("reception", DESK), "2026-03-24 09:00"
    )


async def awaits_its_owner(world: World) -> Outcome:
    """The result came late, and its owner has not."""
    return await _until(world, await runs(world), "return", "2026-03-23 09:00")


async def side_by_side(world: World) -> Outcome:
    """Two steps are open at once."""
    return await _accepted(world, PARALLEL)


async def nobodys(world: World) -> Outcome:
    """No step is open: the course waits for a day."""
    return await _accepted(world, NOBODYS)


async def step_in_time(world: World) -> Outcome:
    """The step has come a moment ago, and has its own limit before it."""
    return await _until(world, await runs(world), "result", "2026-03-25 08:30")


#: Each way to be late; the later ones are published or asked behind the earlier ones.
WAYS = {
    way.__name__: way
    for way in (
        *(runs, awaits_a_supplement, calendar_days, no_limits, appointed_again, restarted),
        *(awaits_its_owner, side_by_side, nobodys, step_in_time),
    )
}
#: Those that are walked every time.
ALWAYS = ("runs", "awaits_a_supplement")


async def _asked(world: World, before: Outcome, at: str) -> Outcome:
    asked = commands.AskSupplement("Bản sao mờ", ("TP02",), "Mới thấy khi thẩm định")
    return await world.does(before, asked, person("reception", DESK), at)


async def _until(world: World, before: Outcome, milestone: str, at: str) -> Outcome:
    while (task := (await world.open_tasks(before))[0])["milestone"] != milestone:
        before = await world.completes(before, at, outcome=DRAWN.get(task["element"]))
    return before


async def _accepted(world: World, procedure: str) -> Outcome:
    applicant = commands.Applicant("Người nộp 1", identifier="000000000001")
    filed = commands.FileDossier(procedure, applicant, channel="online")
    at = worlds.instant(_BEGAN)
    return await world.accepts(await world.service.file(filed, actor=CITIZEN, at=at), at)


#: The reference of each way's dossier, as the template has it.
_REFERENCES: dict[str, str] = {}


async def found(world: World) -> dict[str, Late]:
    """The late dossiers by their ways."""
    rows = {row.reference: row for row in await world.db.rows(_FOUND)}
    return {
        way: Late(way, rows[key].code, key, rows[key].task or "", rows[key].letter)
        for way, key in _REFERENCES.items()
    }


_FOUND = """
select d.code, d.reference,
  (select t.id::text from user_task t where t.dossier_id = d.id and t.status = 'open' order by t.element limit 1) as task,
  (select l.id::text from letter l where l.dossier_id = d.id order by l.issued_at limit 1) as letter
from dossier d
"""


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the late dossiers; the first one a session is built."""
    worlds.ensure(server)
    databases.ensure_template(server, TEMPLATE, _establish, base=worlds.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        world = World(DossierService(db))
        coordinator = await coordinators.appointed(world)
        await _appointed(world, AUDITOR, "auditor")
        await partner_portals.spoken_for(world)
        receiver = await partner_portals.told_at(world, "http://127.0.0.1:9/tin")
        await partner_portals.enter(world, concerns=PortalConcern.ALL, webhook=receiver)
        await world.changed("update competence set unit_code = $1 where unit_code = $2", DEPARTMENT, OTHER)
        async with db.transaction() as tx:
            for code in _DRAWN:
                for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
                    units.competence(tx, code, unit, part, SINCE, basis="Quyết định công bố")
        for code, change in _DRAWN.items():
            await worlds.publish_package(db, package.read(packages.package(change, f'code = "{code}"')))
        for name, way in WAYS.items():
            _REFERENCES[name] = (await way(world)).reference
        await _told(world, coordinator)


async def _appointed(world: World, identity: UUID, role: str) -> None:
    async with world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, f"{role} 1", at=worlds.FOUNDED, identity=identity)
        await tx.flush()
        units.assign(tx, identity, PROVINCE, role, SINCE)


async def _told(world: World, coordinator: UUID) -> None:
    """The heads were told, and their unit was called upon."""
    administrator = person("administrator", PROVINCE)
    await escalation_ladder.sweep_by_hand(world.service, actor=administrator, at=worlds.instant(TOLD))
    codes = [late.code for late in (await found(world)).values()]
    call = urgings.Call(UrgingKind.URGING, DEPARTMENT, "Đề nghị giải quyết", "5 ngày làm việc", codes)
    calendars = await world.service.reference_data.unit_calendars([DEPARTMENT])
    await urgings.urge(world.db, calendars[DEPARTMENT], call, coordinators.asked(coordinator, TOLD))
