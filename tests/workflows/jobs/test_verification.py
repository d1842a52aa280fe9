"""Every chain verified by a long job: what was altered is found, in portions, once, by right."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hoso_models import JobState, PrincipalKind
from hoso_workflows import errors
from hoso_workflows.coordination import recipients
from hoso_workflows.jobs import runner, verification, works
from hoso_workflows.jobs.refusals import JobUnderway
from hoso_workflows.notifications import wording
from hoso_workflows.organisation import principals, units
from support import files
from support.builders.histories import local
from support.coordinators import appointed, asked
from support.world import CITIZEN, DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE, World, person

AT = local("2026-03-03 08:00")
AUDITOR, LOCAL = person("auditor", PROVINCE), person("auditor", OTHER)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of two dossiers."""
    monkeypatch.setattr(works.Verify, "most", 2)


async def auditors(world: World) -> None:
    """An auditor at the top, and one of a department."""
    async with world.db.transaction() as tx:
        for identity, unit in ((AUDITOR, PROVINCE), (LOCAL, OTHER)):
            name = f"auditor 1 · {unit}"
            principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=identity)
            await tx.flush()
            units.assign(tx, identity, unit, "auditor", SINCE)


async def altered(world: World, table: str, statement: str, *values: object) -> None:
    """Alter events with the triggers off, as only the owner of the table can."""
    await world.changed(f"alter table {table} disable trigger {table}_append_only")
    await world.changed(statement, *values)
    await world.changed(f"alter table {table} enable trigger {table}_append_only")


async def done(world: World, key: str = "a", at: datetime = AT) -> verification.Verification:
    """A verification that was ordered and has gone to its end."""
    await verification.order(world.service, actor=AUDITOR, at=at, key=key)
    await runner.run(world.service, clock=lambda: at)
    found = await verification.last(world.db, AUDITOR, at)
    assert found is not None
    return found


async def test_what_was_altered_is_found_among_what_is_sound(world: World) -> None:
    await auditors(world)
    references = sorted([(await world.files()).reference for _ in range(5)])
    entry = recipients.Entry(PROVINCE, OTHER, "QĐ 1", date(2026, 3, 1))
    await recipients.enter(world.db, entry, asked(await appointed(world)))
    sound = await done(world)
    assert (sound.job.state, sound.job.total, sound.job.done) == (JobState.DONE, 5, 5)
    assert (sound.differing, sound.broken, sound.house) == ([], [], [])
    await altered(
        world,
        "dossier_event",
        """update dossier_event set payload = payload || '{"note": "khác"}'
           where seq = 1 and dossier_id = (select id from dossier where reference = $1)""",
        references[2],
    )
    await altered(
        world,
        "administration_event",
        """update administration_event set payload = jsonb_set(payload, '{basis}', '"QĐ 2"') where authority = $1""",
        PROVINCE,
    )
    await world.changed("update unit set calendar = 'vn' where code = $1", OTHER)
    found = await done(world, "b", AT + timedelta(days=1))
    assert [re.sub(r" \(.*", "", each) for each in found.house] == [
        "unit H27.SYT: calendar is stored as '\"vn\"', its seal says '\"ha-tinh\"'"
    ]
    assert [each.reference for each in found.differing] == [references[2]]
    assert [(each.authority, each.number) for each in found.broken] == [(PROVINCE, 1)]
    assert (found.job.done, found.job.refused) == (5, 1)
    row = await world.db.row(
        "select topic, payload from outbox where topic like 'verification%' order by id desc limit 1"
    )
    assert wording.said(row.topic, row.payload)[1].startswith("Đã kiểm chứng: 4 hồ sơ còn nguyên, 1 hồ sơ")


async def test_a_dossier_whose_key_is_missing_differs(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    await auditors(world)
    whole, keyless = [(await world.files(channel="online")).reference for _ in "12"]
    for each in (whole, keyless):
        await files.attached(world, each, CITIZEN)
    gone = "delete from dossier_key where dossier_id = (select id from dossier where reference = $1)"
    await world.changed(gone, keyless)
    assert [each.reference for each in (await done(world)).differing] == [keyless]


async def test_one_verification_is_under_way_at_a_time_and_the_same_key_is_the_same(world: World) -> None:
    await auditors(world)
    first = await verification.order(world.service, actor=AUDITOR, at=AT, key="a")
    assert await verification.order(world.service, actor=AUDITOR, at=AT, key="a") == first
    with pytest.raises(JobUnderway):
        await verification.order(world.service, actor=AUDITOR, at=AT, key="b")


@pytest.mark.parametrize("who", [LOCAL, person("administrator", PROVINCE), person("head", DEPARTMENT)])
async def test_only_an_auditor_at_the_top_has_everything_verified(world: World, who: UUID) -> None:
    await auditors(world)
    with pytest.raises(errors.Forbidden):
        await verification.order(world.service, actor=who, at=AT, key="a")


async def test_an_auditor_of_a_department_reads_what_differs_there_alone(world: World) -> None:
    await auditors(world)
    reference = (await world.files()).reference
    await altered(
        world,
        "dossier_event",
        """update dossier_event set payload = payload || '{"note": "khác"}'
           where seq = 1 and dossier_id = (select id from dossier where reference = $1)""",
        reference,
    )
    assert len((await done(world)).differing) == 1
    await world.changed(
        """insert into house_finding (job_id, place, why) select id, 1, '{"said": "sai khác"}' from job"""
    )
    elsewhere = await verification.last(world.db, LOCAL, AT)
    assert elsewhere is not None
    assert (elsewhere.differing, elsewhere.house) == ([], [])
    with pytest.raises(errors.Forbidden):
        await verification.last(world.db, person("head"), AT)
