"""Long jobs: ordered once, done portion by portion, gone on with after a crash, stopped, given up with words."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hoso_bpmn.package import package
from hoso_calendar.messages import VIETNAMESE, translated
from hoso_models import JobState
from hoso_workflows import errors, rehoming
from hoso_workflows.dossiers import migration
from hoso_workflows.jobs import ordering, register, runner, works
from hoso_workflows.jobs.refusals import JobEnded, JobNotStoppable, JobUnderway
from hoso_workflows.jobs.values import Item, Job, Work
from hoso_workflows.notifications import wording
from hoso_workflows.organisation import permissions
from support import calendars
from support.builders.histories import local
from support.calendars import Way
from support.world import DEPARTMENT, OTHER, PROVINCE, World, person

CODE = "1.014464"
APPROVER, ADMINISTRATOR = person("procedure_approver", PROVINCE), person("administrator", PROVINCE)
ORDERED, AT = local("2026-03-03 08:00"), local("2026-03-03 08:01")
MIGRATING = works.Migrate(CODE, 1, 2)
MOVES = "select d.reference, count(*) from dossier_event e join dossier d on d.id = e.dossier_id where e.kind = $1 group by 1"
#: A lease as a process leaves it that dies while it does a portion, and the same when its time is over.
DIED = "update job set lease = gen_random_uuid(), leased_until = 'infinity', state = 'running', begun_at = $1"
OVER = "update job set leased_until = '-infinity'"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of two dossiers."""
    for each in (works.Migrate, works.Rehome, works.Revise):
        monkeypatch.setattr(each, "most", 2)


async def filed(world: World, number: int, *changes: tuple[str, str]) -> list[str]:
    """Dossiers on the first version of a procedure, and an approved second version of other words."""
    files = dict(package.bundled(CODE).files)
    drawing = files["process.bpmn"].decode()
    for before, after in (("B4. Thẩm định hồ sơ, dự thảo văn bản trình", "B4. Thẩm định"), *changes):
        drawing = drawing.replace(before, after)
    await world.brings(CODE, 2, files={**files, "process.bpmn": drawing.encode()})
    return sorted([(await world.files()).reference for _ in range(number)])


async def ordered(world: World, work: Work = MIGRATING, by: UUID = APPROVER, **said: Any) -> Job:
    return await ordering.order(world.service, work, actor=by, at=ORDERED, **said)


async def now(world: World, job: Job) -> Job:
    return await register.job(world.db, job.id)


async def figures(world: World, job: Job) -> tuple[Any, ...]:
    found = await now(world, job)
    return str(found.state), found.total, found.done, found.refused, found.percent


async def moved(world: World, kind: str = "migrated") -> dict[str, int]:
    return {row[0]: row[1] for row in await world.db.rows(MOVES, [kind])}


async def items(world: World, job: Job) -> list[Item]:
    return list((await register.items(world.db, job.id)).items)


async def test_a_job_is_done_portion_by_portion_and_tells_how_far_it_is(world: World) -> None:
    references = await filed(world, 5)
    job = await ordered(world)
    said = ("waiting", "1.014464/1", DEPARTMENT, APPROVER, ORDERED, None, None)
    assert said == (
        job.state,
        job.subject,
        job.unit,
        job.ordered_by,
        job.ordered_at,
        job.begun_at,
        job.ended_at,
    )
    told = []
    for minute in range(1, 5):
        await runner.advance(world.service, at=ORDERED + timedelta(minutes=minute))
        told.append(await figures(world, job))
    end = ("done", 5, 5, 0, 100)
    assert told == [("running", 5, 2, 0, 40), ("running", 5, 4, 0, 80), end, end]
    assert await moved(world) == dict.fromkeys(references, 1)
    found = await now(world, job)
    assert (found.begun_at, found.ended_at) == (AT, ORDERED + timedelta(minutes=3))
    assert sorted((each.reference, str(each.outcome), each.why) for each in await items(world, job)) == [
        (each, "moved", None) for each in references
    ]


async def test_the_time_that_is_left_follows_from_what_is_done(world: World) -> None:
    await filed(world, 5)
    job = await ordered(world)
    assert job.left is None
    await runner.advance(world.service, at=AT)
    await runner.advance(world.service, at=AT + timedelta(seconds=20))
    assert (await now(world, job)).left == timedelta(seconds=5)


async def test_what_cannot_be_moved_stays_with_its_reason_and_keeps_nothing_behind_it(world: World) -> None:
    references = await filed(world, 4, ('"B1"', '"Nhan"'), (">B1<", ">Nhan<"))
    job = await ordered(world)
    assert await runner.run(world.service, clock=lambda: AT) == 2
    assert (await figures(world, job), await moved(world)) == (("done", 4, 4, 4, 100), {})
    kept = [each for each in await items(world, job) if each.why]
    assert sorted(each.reference for each in kept) == references
    assert {str(each.outcome) for each in kept} == {"left"}
    mapped = await ordered(world, works.Migrate(CODE, 1, 2, {"B1": "Nhan"}))
    await runner.run(world.service, clock=lambda: AT)
    assert await figures(world, mapped) == ("done", 4, 4, 0, 100)


async def test_a_process_that_dies_within_a_portion_costs_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = await filed(world, 5)
    job = await ordered(world)
    await runner.advance(world.service, at=AT)

    async def dies(*_: Any) -> None:
        raise SystemExit

    # The dossiers of the second portion are moved, its progress is not kept, and nobody gives the lease back.
    with monkeypatch.context() as patched:
        patched.setattr(runner, "_kept", dies)
        with pytest.raises(SystemExit):
            await runner.advance(world.service, at=AT)
    assert (len(await moved(world)), await figures(world, job)) == (4, ("running", 5, 2, 0, 40))
    await world.changed("update job set leased_until = 'infinity'")
    assert await runner.advance(world.service, at=AT) is None
    await world.changed(OVER)
    assert await runner.run(world.service, clock=lambda: AT) == 1
    assert (await figures(world, job), await moved(world)) == (
        ("done", 5, 5, 0, 100),
        dict.fromkeys(references, 1),
    )


async def test_a_process_that_is_told_to_end_gives_its_lease_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = await filed(world, 3)
    job = await ordered(world)
    begun, apply = asyncio.Event(), migration.apply

    async def slow(*asked: Any, **said: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(migration, "apply", slow)
        serving = asyncio.create_task(runner.serve(world.service, clock=lambda: AT, pause=0.01))
        await begun.wait()
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert migration.apply is apply
    assert await world.one("select lease from job") is None
    await runner.run(world.service, clock=lambda: AT)
    assert (await figures(world, job), await moved(world)) == (
        ("done", 3, 3, 0, 100),
        dict.fromkeys(references, 1),
    )


async def test_two_runners_at_once_do_each_portion_once(world: World) -> None:
    references = await filed(world, 5)
    job = await ordered(world)
    both = await asyncio.gather(*(runner.run(world.service, clock=lambda: AT) for _ in range(2)))
    while await runner.advance(world.service, at=AT):
        both.append(1)
    assert (sum(both), await figures(world, job)) == (3, ("done", 5, 5, 0, 100))
    assert await moved(world) == dict.fromkeys(references, 1)


async def test_a_lease_that_another_has_taken_over_keeps_no_progress(world: World) -> None:
    await filed(world, 5)
    job = await ordered(world)
    portion = works.Migrate.portion

    async def outlasted(self: Any, *asked: Any, **said: Any) -> Any:
        done = await portion(self, *asked, **said)
        await world.changed(DIED, AT)
        return done

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(works.Migrate, "portion", outlasted)
        await runner.advance(world.service, at=AT)
    assert await figures(world, job) == ("running", 5, 0, 0, 0)
    await world.changed(OVER)
    await runner.run(world.service, clock=lambda: AT)
    assert await figures(world, job) == ("done", 5, 5, 0, 100)


async def test_a_stopped_job_keeps_what_it_has_done_and_goes_on_no_more(world: World) -> None:
    await filed(world, 5)
    job = await ordered(world)
    await runner.advance(world.service, at=AT)
    with pytest.raises(errors.NotFound):
        await ordering.cancel(world.db, job.id, actor=person("specialist"), at=AT)
    stopped = await ordering.cancel(world.db, job.id, actor=ADMINISTRATOR, at=AT)
    assert (stopped.state, stopped.cancelled_by, stopped.ended_at) == (JobState.CANCELLED, ADMINISTRATOR, AT)
    assert await ordering.cancel(world.db, job.id, actor=APPROVER, at=AT + timedelta(minutes=1)) == stopped
    assert await runner.advance(world.service, at=AT) is None
    assert (await figures(world, job), len(await moved(world))) == (("cancelled", 5, 2, 0, 40), 2)
    again = await ordered(world)
    await runner.run(world.service, clock=lambda: AT)
    assert await figures(world, again) == ("done", 3, 3, 0, 100)
    with pytest.raises(JobEnded):
        await ordering.cancel(world.db, again.id, actor=APPROVER, at=AT)


async def told(world: World, job: Job) -> list[tuple[UUID, str, str]]:
    """Readers who were told of the end of a job, with topic and words."""
    rows = await world.db.rows(
        "select principal_id, topic, payload from notice where payload ->> 'job' = $1 order by id",
        [str(job.id)],
    )
    return [(UUID(str(row.principal_id)), row.topic, wording.said(row.topic, row.payload)[1]) for row in rows]


async def test_who_has_ordered_a_job_is_told_of_its_end_once(world: World) -> None:
    await filed(world, 3)
    stopped = await ordered(world)
    for _ in range(2):
        await ordering.cancel(world.db, stopped.id, actor=ADMINISTRATOR, at=AT)
    assert [topic for _, topic, _ in await told(world, stopped)] == ["job.cancelled"]
    own = await ordered(world)
    await ordering.cancel(world.db, own.id, actor=APPROVER, at=AT)
    assert await told(world, own) == []

    job = await ordered(world)
    await runner.advance(world.service, at=AT)
    assert await told(world, job) == []
    await runner.run(world.service, clock=lambda: AT)
    ((reader, topic, words),) = await told(world, job)
    assert (reader, topic, "3 hồ sơ đã xử lý, 0 hồ sơ giữ nguyên" in words) == (APPROVER, "job.done", True)


async def test_a_portion_that_is_underway_when_its_job_is_stopped_is_told_too(world: World) -> None:
    await filed(world, 3)
    job = await ordered(world)
    portion = works.Migrate.portion

    async def stopped(self: Any, *asked: Any, **said: Any) -> Any:
        await ordering.cancel(world.db, job.id, actor=APPROVER, at=AT)
        return await portion(self, *asked, **said)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(works.Migrate, "portion", stopped)
        await runner.advance(world.service, at=AT)
    assert (await figures(world, job), len(await items(world, job))) == (("cancelled", 3, 2, 0, 66), 2)
    assert await runner.advance(world.service, at=AT) is None


async def test_who_has_lost_the_role_ends_the_job_with_words(world: World) -> None:
    await filed(world, 4)
    job = await ordered(world)
    await runner.advance(world.service, at=AT)
    await world.changed(
        "update role_assignment set valid_to = '2026-03-02' where principal_id = $1", APPROVER
    )
    await runner.advance(world.service, at=AT)
    found = await now(world, job)
    assert (await figures(world, job), len(await moved(world))) == (("failed", 4, 2, 0, 50), 2)
    assert found.failure is not None
    assert "Chuyển hồ sơ" in translated(found.failure, VIETNAMESE)
    with pytest.raises(errors.Forbidden):
        await ordered(world)


async def test_what_fails_is_tried_again_later_and_given_up_in_the_end(world: World) -> None:
    await filed(world, 2)
    job = await ordered(world)

    async def breaks(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(works.Migrate, "portion", breaks)
        for tried in range(1, runner.TRIES):
            await runner.advance(world.service, at=AT)
            assert (await now(world, job)).attempts == tried
            assert await runner.advance(world.service, at=AT) is None
            await world.changed(OVER)
        await runner.advance(world.service, at=AT)
    found = await now(world, job)
    assert (found.state, found.failure) == (JobState.FAILED, "It failed 6 times: ZeroDivisionError.")
    assert [(reader, topic) for reader, topic, _ in await told(world, job)] == [(APPROVER, "job.failed")]


async def test_the_same_key_is_the_same_job_and_another_one_waits_for_its_end(world: World) -> None:
    await filed(world, 3)
    job = await ordered(world, key="1")
    assert await ordered(world, key="1") == job
    with pytest.raises(errors.KeyReused):
        await ordered(world, works.Migrate(CODE, 1, 2, {"A": "B"}), key="1")
    with pytest.raises(JobUnderway):
        await ordered(world, key="2")
    await runner.run(world.service, clock=lambda: AT)
    assert (await ordered(world, key="1")).id == job.id
    assert await world.one("select count(*) from job") == 1


async def test_jobs_take_turns_and_are_seen_by_who_ordered_them_and_their_administrators(
    world: World,
) -> None:
    await filed(world, 3)
    taken = await moving(world, 3)
    first, second = await ordered(world), await ordered(world, REHOMING, ADMINISTRATOR)
    told = [await runner.advance(world.service, at=AT + timedelta(seconds=each)) for each in range(2)]
    assert set(told) == {first.id, second.id}
    while await runner.advance(world.service, at=AT):
        pass
    assert await figures(world, second) == ("done", len(taken), len(taken), 0, 100)
    assert set(await moved(world, "unit_replaced")) == set(taken)
    assert await world.one("select moved from rehoming where finished_at is not null") == len(taken)
    seen = {}
    await calendars.administrators(world.db)
    for who in (APPROVER, ADMINISTRATOR, calendars.LOCAL, person("head"), person("head", OTHER)):
        rights = await permissions.held(world.db, who, AT)
        seen[who] = {each.id for each in (await register.search(world.db, rights)).items}
        for job in (first, second):
            if job.id in seen[who]:
                assert (await register.seen(world.db, job.id, rights)).id == job.id
            else:
                with pytest.raises(errors.NotFound):
                    await register.seen(world.db, job.id, rights)
    both = {first.id, second.id}
    assert list(seen.values()) == [{first.id}, both, both, set(), set()]


REHOMING = works.Rehome((rehoming.Move(DEPARTMENT, OTHER),), "Nghị quyết 1")


async def moving(world: World, most: int) -> list[str]:
    """All open dossiers, where the successor of their department may act on them."""
    await world.changed(
        "insert into competence (procedure_code, field, unit_code, part, valid_from, basis)"
        " select procedure_code, field, $2, part, valid_from, basis from competence where unit_code = $1",
        DEPARTMENT,
        OTHER,
    )
    rows = await world.db.rows("select reference from dossier order by reference")
    assert len(rows) <= most
    return [row.reference for row in rows]


async def test_a_revision_of_a_calendar_is_applied_to_its_end_once_it_has_begun(world: World) -> None:
    for _ in range(3):
        await world.accepts(await world.files())
    await calendars.administrators(world.db)
    way = Way(world)
    await way.entered(calendars.closed("2026-03-04"))
    await way.previewed()
    with pytest.raises(errors.Refusal, match="draft"):
        await ordered(world, works.Revise("ha-tinh", 1), ADMINISTRATOR)
    await way.approved()
    job = await ordered(world, works.Revise("ha-tinh", 1), ADMINISTRATOR)
    assert (job.total, job.unit, register.stoppable(job)) == (3, PROVINCE, True)
    await runner.advance(world.service, at=AT)
    assert await figures(world, job) == ("running", 3, 2, 0, 66)
    with pytest.raises(JobNotStoppable):
        await ordering.cancel(world.db, job.id, actor=ADMINISTRATOR, at=AT)
    await runner.run(world.service, clock=lambda: AT)
    assert (await figures(world, job), len(await items(world, job))) == (("done", 3, 3, 0, 100), 3)
    assert set((await moved(world, "calendar_revised")).values()) == {1}
    assert await world.one("select status from calendar_revision") == "applied"


async def test_a_job_that_ended_a_year_ago_is_forgotten(world: World) -> None:
    await filed(world, 1)
    job = await ordered(world)
    await runner.run(world.service, clock=lambda: AT)
    assert await register.expire(world.db, at=AT + register.KEPT) == 0
    assert await register.expire(world.db, at=AT + register.KEPT + timedelta(seconds=1)) == 1
    assert await register.find(world.db, job.id) is None
    assert await world.one("select count(*) from job_item") == 0
