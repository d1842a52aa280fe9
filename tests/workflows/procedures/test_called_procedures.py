"""A procedure that calls another runs in the service on the version of it that was active at the declaration."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows import audit, errors
from hoso_workflows.dossiers import migration, views
from hoso_workflows.dossiers.migration import Verdict
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands, transitions
from hoso_workflows.organisation import units
from hoso_workflows.procedures import publication
from support.builders import packages
from support.world import (
    DEPARTMENT,
    DESK,
    FOUNDED,
    PROVINCE,
    SINCE,
    World,
    instant,
    own,
    person,
    publish_package,
)

CALLER, CALLEE, THIRD = "9.000001", "9.000002", "9.000003"
DECLARER = person("procedure_declarer")
RECEPTION, HANDLING, DECIDING = (
    ("reception", DESK),
    ("specialist", DEPARTMENT),
    ("provincial_leader", PROVINCE),
)


def calling(code: str, called: str, change: str = "") -> package.Package:
    """The sound procedure with a call in the place of its appraisal, and time enough for it."""
    call = f'<callActivity id="Tham_dinh" name="Liên thông" calledElement="{called}"/>'
    return package.read(
        packages.package(call + change, f'code = "{code}"\n[[case]]\nterm = "9 ngày làm việc"')
    )


def called(
    step: str = "Thẩm định liên thông", code: str = CALLEE, limit: str = "2 ngày làm việc"
) -> package.Package:
    """A procedure whose specialist's lane is the leader's of the deciding unit."""
    lanes = '[lanes."Phòng chuyên môn"]\nrole = "provincial_leader"\nunit = "deciding"'
    task = f'<userTask id="Tham_dinh" name="{step}" limit="{limit}"/>'
    return package.read(packages.package(task, f'code = "{code}"\n{lanes}'))


SCENARIO = """schema = "hoso-scenario/1"
name = "Thẩm định liên thông hai ngày"
[given]
calendar = "ha-tinh"
[[when]]
at = 2026-03-02 08:00:00
do = "file"
[[when]]
at = 2026-03-02 09:00:00
do = "accept"
[[when]]
at = 2026-03-02 10:00:00
do = "complete"
step = "Tham_dinh/Tiep_nhan"
then.tasks = [{ step = "Tham_dinh/Tham_dinh", due = 2026-03-04 10:00:00 }]
"""


async def competent(world: World, procedure: str = CALLER) -> None:
    async with world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, PROVINCE), strict=True):
            units.competence(tx, procedure, unit, part, SINCE, basis="Quyết định công bố")


async def filed(world: World) -> Outcome:
    request = commands.FileDossier(
        procedure=CALLER,
        channel="desk",
        applicant=commands.Applicant("Người nộp 1", identifier="000000000001"),
    )
    before = await world.service.file(
        request, actor=person("reception", DESK), at=instant("2026-03-02 08:00"), key=None
    )
    return await world.accepts(before)


async def walked(world: World, before: Outcome) -> list[tuple[str, str, tuple[str, str]]]:
    """Element, name and role in its unit of each step that is done from here to the end."""
    steps = []
    while before.body["tasks"]:
        (task,) = before.body["tasks"]
        steps.append((task["step"], task["name"], (task["role"], task["unit"])))
        before = await world.completes(before)
    return steps


async def pins(world: World, number: int, procedure: str = CALLER) -> Any:
    return await world.one(
        "select manifest -> 'calls' from workflow_version where procedure_code = $1 and number = $2",
        procedure,
        number,
    )


async def sound(world: World) -> bool:
    return [str(difference) async for difference in audit.differences(world.service)] == []


def way(step: str = "Thẩm định liên thông") -> list[tuple[str, str, tuple[str, str]]]:
    """Steps after the acceptance of a caller."""
    return [
        ("Tham_dinh/Tiep_nhan", "Tiếp nhận hồ sơ", RECEPTION),
        ("Tham_dinh/Tham_dinh", step, DECIDING),
        ("Tham_dinh/Ky", "Ký kết quả", DECIDING),
        ("Tham_dinh/Tra", "Trả kết quả", RECEPTION),
        ("Ky", "Ký kết quả", HANDLING),
        ("Tra", "Trả kết quả", RECEPTION),
    ]


async def test_a_dossier_goes_through_the_called_procedure_to_its_end(world: World) -> None:
    await competent(world)
    await publish_package(world.db, called())
    await publish_package(world.db, calling(CALLER, CALLEE))
    assert await pins(world, 1) == {CALLEE: 1}
    dossier = await filed(world)
    assert await walked(world, dossier) == way()
    row = await world.db.row("select status from dossier where reference = $1", [dossier.reference])
    assert row is not None
    assert row.status == "returned"
    assert await sound(world)


async def test_the_limit_of_a_called_step_counts_in_its_own_unit(world: World) -> None:
    await competent(world)
    await publish_package(world.db, called())
    await publish_package(world.db, calling(CALLER, CALLEE))
    appraisal = await world.completes(await filed(world))
    (task,) = appraisal.body["tasks"]
    assert (task["step"], task["due"]) == ("Tham_dinh/Tham_dinh", "2026-03-04T10:00:00+07:00")
    assert await sound(world)


async def test_a_later_version_of_what_is_called_waits_until_the_caller_is_declared_anew(
    world: World,
) -> None:
    await competent(world)
    await publish_package(world.db, called())
    caller = calling(CALLER, CALLEE)
    await publish_package(world.db, caller)
    running = await filed(world)
    await publish_package(world.db, called("Thẩm định mới"))
    elsewhere = World(DossierService(world.db))
    assert await walked(elsewhere, running) == way()
    assert await walked(elsewhere, await filed(elsewhere)) == way()
    anew = await publish_package(world.db, caller)
    assert (anew.number, await pins(world, 1), await pins(world, 2)) == (2, {CALLEE: 1}, {CALLEE: 2})
    assert await walked(elsewhere, await filed(elsewhere)) == way("Thẩm định mới")
    assert await sound(elsewhere)


async def test_the_same_package_with_the_same_pins_is_the_same_version(world: World) -> None:
    await publish_package(world.db, called())
    caller = calling(CALLER, CALLEE)
    first = await publish_package(world.db, caller)
    assert await publication.declare(world.db, caller.to_zip(), actor=DECLARER, at=FOUNDED) == first


async def test_the_scenarios_of_a_caller_are_played_with_the_version_that_is_pinned(world: World) -> None:
    caller = package.read({**calling(CALLER, CALLEE).files, "scenarios/thu.toml": SCENARIO.encode()})
    await publish_package(world.db, called())
    assert (await publish_package(world.db, caller)).report["ok"]
    await publish_package(world.db, called(limit="1 ngày làm việc"))
    with pytest.raises(errors.PackageRefused) as refused:
        await publication.declare(world.db, caller.to_zip(), actor=DECLARER, at=FOUNDED)
    assert [finding.rule for finding in refused.value.report.errors] == ["scenario-failed"]
    assert [version.number for version in (await publication.versions(world.db, CALLER)).items] == [1]


async def test_what_a_called_procedure_calls_is_pinned_too(world: World) -> None:
    await competent(world)
    await publish_package(world.db, called(code=THIRD))
    await publish_package(world.db, calling(CALLEE, THIRD))
    await publish_package(world.db, calling(CALLER, CALLEE))
    assert (await pins(world, 1), await pins(world, 1, CALLEE)) == ({CALLEE: 1}, {THIRD: 1})
    inner = "Tham_dinh/Tham_dinh/Tham_dinh"
    assert (inner, "Thẩm định liên thông", DECIDING) in await walked(world, await filed(world))
    assert await sound(world)


async def test_what_was_published_with_a_version_keeps_it_inside_of_another_procedure(world: World) -> None:
    await competent(world)
    await publish_package(world.db, called(code=THIRD))
    await publish_package(world.db, calling(CALLEE, THIRD))
    await publish_package(world.db, called("Thẩm định mới", code=THIRD))
    await publish_package(world.db, calling(CALLER, CALLEE))
    inner = "Tham_dinh/Tham_dinh/Tham_dinh"
    assert (inner, "Thẩm định liên thông", DECIDING) in await walked(world, await filed(world))
    assert await sound(world)


async def test_limits_that_what_is_called_breaks_are_refused_with_the_way_there(world: World) -> None:
    await publish_package(world.db, called())
    caller = calling(CALLER, CALLEE)
    term = caller.files["procedure.toml"].replace("9 ngày".encode(), "3 ngày".encode())
    short = package.read({**caller.files, "procedure.toml": term})
    with pytest.raises(errors.PackageRefused) as refused:
        await publication.declare(world.db, short.to_zip(), actor=DECLARER, at=FOUNDED)
    (finding,) = refused.value.report.errors
    assert (finding.rule, finding.file) == ("limits-above-term", "process.bpmn")
    assert "2 ngày làm việc (Liên thông → 9.000002: Thẩm định liên thông)" in finding.message


async def test_the_form_of_a_called_step_is_judged_as_its_own_package_says(world: World) -> None:
    await competent(world)
    field = {"type": "textfield", "key": "ket_luan", "label": "Kết luận", "validate": {"required": True}}
    form = json.dumps({"type": "default", "components": [field]}).encode()
    task = '<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" form="ket-luan"/>'
    files = packages.package(task, f'code = "{CALLEE}"', {"forms/ket-luan.form": form})
    await publish_package(world.db, package.read(files))
    await publish_package(world.db, calling(CALLER, CALLEE))
    appraisal = await world.completes(await filed(world))
    asked, at = UUID(appraisal.body["tasks"][0]["id"]), instant("2026-03-02 10:00")
    shown = await views.form(world.service, asked, reader=person(*DECIDING), at=at)
    assert shown == {"type": "default", "components": [field]}
    with pytest.raises(errors.FormRefused, match="Kết luận is missing"):
        await world.completes(appraisal)
    (task,) = (await world.completes(appraisal, variables={"ket_luan": "Đạt"})).body["tasks"]
    assert task["step"] == "Tham_dinh/Ky"
    with pytest.raises(errors.NotFound, match="form of task"):
        await views.form(world.service, UUID(task["id"]), reader=person(*DECIDING), at=at)


def test_a_called_lane_counts_in_the_calendar_of_the_unit_that_its_own_package_names() -> None:
    loaded = hoso_bpmn.load(calling(CALLER, CALLEE), resolve={CALLEE: called()}.__getitem__)
    parts = {"receiving": "R", "handling": "H", "deciding": "D"}
    calendars = {"R": wt.load("vn"), "H": wt.load("ha-tinh"), "D": wt.load("nghe-an")}
    of = transitions.calendar_of_lane(loaded, parts, calendars)
    lanes = ("Bộ phận Một cửa", "Phòng chuyên môn")
    asked = [None, "Không có", *lanes, *(f"Tham_dinh/{lane}" for lane in lanes)]
    assert [of(lane) for lane in asked] == [calendars[unit] for unit in "HHRHRD"]


async def moved(world: World, mapping: Mapping[str, str] | None = None) -> list[Any]:
    """Result of the migration of dossiers from the caller's first version to its second."""
    approver = person("procedure_approver", PROVINCE)
    found = await migration.apply(
        world.service, CALLER, 1, 2, actor=approver, at=instant("2026-03-03 08:00"), mapping=mapping
    )
    return [(one.verdict, one.why, one.moved) for one in found.dossiers]


async def test_a_dossier_inside_of_a_call_moves_to_the_version_that_is_called_now(world: World) -> None:
    await competent(world)
    caller = calling(CALLER, CALLEE)
    await publish_package(world.db, called())
    await publish_package(world.db, caller)
    appraisal = await world.completes(await filed(world))
    await publish_package(world.db, called("Thẩm định mới"))
    await publish_package(world.db, caller)
    assert await moved(world) == [(Verdict.SAFE, (), True)]
    assert await world.one("select name from user_task where closed_at is null") == "Thẩm định mới"
    same = "select due_own from user_task where id = $1::uuid"
    assert await world.one(same, appraisal.body["tasks"][0]["id"]) == instant("2026-03-04 10:00")
    assert await sound(world)


async def test_a_step_that_the_version_called_now_does_not_have_keeps_a_dossier_until_it_is_mapped(
    world: World,
) -> None:
    await competent(world)
    caller = calling(CALLER, CALLEE)
    await publish_package(world.db, called())
    await publish_package(world.db, caller)
    await world.completes(await filed(world))
    other = called().files["process.bpmn"].replace(b'"Tham_dinh"', b'"Xem"').replace(b">Tham_dinh<", b">Xem<")
    await publish_package(world.db, package.read({**called().files, "process.bpmn": other}))
    await publish_package(world.db, caller)
    missing = ("Tham_dinh/Tham_dinh is not in the new version",)
    assert await moved(world) == [(Verdict.NEEDS_MAPPING, missing, False)]
    assert await moved(world, {"Tham_dinh/Tham_dinh": "Tham_dinh/Xem"}) == [(Verdict.SAFE, (), True)]
    assert await world.one("select element from user_task where closed_at is null") == "Tham_dinh/Xem"
    assert await sound(world)


@pytest.mark.parametrize("status", ["unknown", "draft"])
async def test_a_call_of_what_is_not_active_is_refused_and_nothing_is_stored(
    world: World, status: str
) -> None:
    if status == "draft":
        await own(world.db, CALLEE)
        await publication.declare(world.db, called().to_zip(), actor=DECLARER, at=FOUNDED)
    with pytest.raises(errors.PackageRefused) as refused:
        await publication.declare(world.db, calling(CALLER, CALLEE).to_zip(), actor=DECLARER, at=FOUNDED)
    (finding,) = refused.value.report.errors
    assert (finding.rule, finding.element) == ("call-unknown", "Tham_dinh")
    assert CALLEE in finding.message
    assert (await publication.versions(world.db, CALLER)).items == ()


async def test_procedures_that_call_each_other_are_refused(world: World) -> None:
    await publish_package(world.db, called())
    await publish_package(world.db, calling(CALLER, CALLEE))
    with pytest.raises(errors.PackageRefused, match="from within itself"):
        await publication.declare(world.db, calling(CALLEE, CALLER).to_zip(), actor=DECLARER, at=FOUNDED)
    assert [version.number for version in (await publication.versions(world.db, CALLEE)).items] == [1]


async def test_a_call_without_one_of_the_called_cases_is_refused_by_name(world: World) -> None:
    await publish_package(world.db, called())
    caller = calling(CALLER, CALLEE)
    drawing = caller.files["process.bpmn"].replace(b"<callActivity ", b'<callActivity camunda:case="khac" ')
    files = package.read({**caller.files, "process.bpmn": drawing})
    with pytest.raises(errors.PackageRefused, match="without one of its cases") as refused:
        await publication.declare(world.db, files.to_zip(), actor=DECLARER, at=FOUNDED)
    assert [finding.element for finding in refused.value.report.errors] == ["Tham_dinh"]
