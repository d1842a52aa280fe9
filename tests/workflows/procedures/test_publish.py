"""A package becomes a version, and a version becomes active: step by step, by two people, and never changed."""

import asyncio
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hoso_bpmn.package import package
from hoso_workflows import errors
from hoso_workflows.operation import admission
from hoso_workflows.procedures import examination, publication
from hoso_workflows.procedures.publication import Version
from support.world import DEPARTMENT, FOUNDED, OTHER, PROVINCE, World, person, publish_bundled

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
PROCEDURE = "1.014464"


def changed(**files: bytes) -> bytes:
    """The bundled package with a file more, so that it is another version."""
    bundled = package.bundled(PROCEDURE).files
    return zipped({**bundled, **{name.replace("_", "."): data for name, data in files.items()}})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip as a person makes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


async def declare(world: World, data: bytes, actor: UUID = DECLARER, **more: Any) -> Version:
    return await publication.declare(world.db, data, actor=actor, at=FOUNDED, **more)


async def submit(world: World, number: int, actor: UUID = DECLARER) -> Version:
    return await publication.submit(world.db, PROCEDURE, number, actor=actor, at=FOUNDED)


async def approve(
    world: World,
    number: int,
    actor: UUID = APPROVER,
    decision: str = "2/QĐ-UBND",
    signed: date = date(2026, 1, 5),
    at: datetime = FOUNDED,
) -> Version:
    return await publication.approve(
        world.db,
        PROCEDURE,
        number,
        decision_no=decision,
        decision_date=signed,
        actor=actor,
        at=at,
    )


async def activate(world: World, number: int, actor: UUID = APPROVER) -> Version:
    return await publication.activate(world.db, PROCEDURE, number, actor=actor, at=FOUNDED)


async def statuses(world: World) -> list[str]:
    """Statuses of the versions of the procedure, oldest first."""
    return [version.status for version in reversed((await publication.versions(world.db, PROCEDURE)).items)]


async def test_a_version_goes_from_draft_to_active_and_retires_the_one_before(world: World) -> None:
    declared = await declare(world, changed(readme_md=b"2"))
    assert (declared.number, declared.status, declared.report["ok"]) == (2, "draft", True)
    submitted, approved = await submit(world, 2), await approve(world, 2)
    assert (submitted.status, approved.status) == ("submitted", "approved")
    assert (approved.approved_by, approved.decision_no, approved.decision_date) == (
        APPROVER,
        "2/QĐ-UBND",
        date(2026, 1, 5),
    )
    await activate(world, 2)
    assert await statuses(world) == ["retired", "active"]


async def test_a_version_keeps_the_units_that_its_lanes_name_and_the_cases_that_are_counted_only(
    world: World,
) -> None:
    bundled = package.bundled(PROCEDURE).files
    declared = bundled["procedure.toml"].decode()
    told = declared.replace('unit = "deciding"', f'unit = "{OTHER}"', 1).replace(
        "[case.policy]", '[case.policy]\ntracking = "counts"\ntracking_basis = "Luật X"', 1
    )
    files = {name: data for name, data in bundled.items() if not name.startswith("scenarios/")}
    await declare(world, zipped({**files, "procedure.toml": told.encode()}))
    asked = "select manifest from workflow_version where procedure_code = $1 order by number"
    before, kept = [row.manifest for row in await world.db.rows(asked, [PROCEDURE])]
    assert (kept["lanes"], kept["counted_cases"]) == ([OTHER], ["default"])
    assert before.keys().isdisjoint({"lanes", "counted_cases"})


async def test_a_decision_that_is_not_signed_yet_approves_nothing(world: World) -> None:
    await declare(world, changed(readme_md=b"2"))
    await submit(world, 2)
    late = datetime(2026, 1, 5, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    with pytest.raises(errors.FormRefused) as refused:
        await approve(world, 2, signed=date(2026, 1, 6), at=late)
    (fault,) = refused.value.faults
    assert (fault.field, "2026-01-06 is after today, 2026-01-05" in fault.message) == ("decision_date", True)
    assert await statuses(world) == ["active", "submitted"]
    await approve(world, 2, signed=date(2026, 1, 6), at=late + timedelta(minutes=1))
    assert await statuses(world) == ["active", "approved"]


async def test_a_running_dossier_stays_on_the_version_that_it_was_filed_under(world: World) -> None:
    before = await world.accepts(await world.files())
    await declare(world, changed(readme_md=b"2"))
    await submit(world, 2)
    await approve(world, 2)
    await activate(world, 2)
    await world.completes(before)
    after = await world.files("2026-03-02 11:00")
    rows = await world.db.rows(
        "select d.reference, v.number from dossier d join workflow_version v on v.id = d.workflow_version_id"
        " order by d.filed_at"
    )
    assert [tuple(row) for row in rows] == [(before.reference, 1), (after.reference, 2)]


async def test_the_same_package_again_is_the_same_version(world: World) -> None:
    again = await declare(world, package.bundled(PROCEDURE).to_zip())
    assert (again.number, again.status) == (1, "active")
    shuffled = dict(sorted(package.bundled(PROCEDURE).files.items(), reverse=True))
    assert (await declare(world, zipped(shuffled))).number == 1
    assert await statuses(world) == ["active"]


async def test_a_retired_package_can_come_back_as_a_new_version(world: World) -> None:
    await declare(world, changed(readme_md=b"2"))
    await submit(world, 2)
    await approve(world, 2)
    await activate(world, 2)
    back = await declare(world, package.bundled(PROCEDURE).to_zip())
    assert (back.number, back.status) == (3, "draft")


async def test_who_declared_a_version_does_not_approve_it(world: World) -> None:
    await world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'procedure_approver', '2026-01-01')",
        DECLARER,
        DEPARTMENT,
    )
    await declare(world, changed(readme_md=b"2"))
    await submit(world, 2)
    with pytest.raises(errors.OwnDeclaration):
        await approve(world, 2, actor=DECLARER)
    assert await statuses(world) == ["active", "submitted"]


async def test_no_step_is_left_out_or_taken_twice(world: World) -> None:
    await declare(world, changed(readme_md=b"2"))
    for step, status in ((approve, "draft"), (activate, "draft")):
        with pytest.raises(errors.VersionStands) as refused:
            await step(world, 2)
        assert refused.value.status == status
    await submit(world, 2)
    with pytest.raises(errors.VersionStands):
        await submit(world, 2)
    await approve(world, 2)
    await activate(world, 2)
    with pytest.raises(errors.VersionStands):
        await activate(world, 2)
    with pytest.raises(errors.VersionStands):
        await activate(world, 1)


async def test_an_approval_names_its_decision(world: World) -> None:
    await declare(world, changed(readme_md=b"2"))
    await submit(world, 2)
    with pytest.raises(errors.FormRefused) as refused:
        await approve(world, 2, decision=" ")
    assert [fault.field for fault in refused.value.faults] == ["decision_no"]


async def test_only_those_who_have_the_role_publish_and_others_are_remembered(world: World) -> None:
    officer = person("specialist")
    with pytest.raises(errors.Forbidden):
        await declare(world, changed(readme_md=b"2"), actor=officer, code=PROCEDURE)
    await declare(world, changed(readme_md=b"2"))
    for step, actor in (
        (submit, officer),
        (approve, DECLARER),
        (activate, person("procedure_declarer", OTHER)),
    ):
        with pytest.raises(errors.Forbidden):
            await step(world, 2, actor)
    rows = await world.db.rows("select principal_id, act, subject, granted from access_log order by id")
    assert [tuple(row) for row in rows] == [
        (officer, "declaring a procedure", PROCEDURE, False),
        (officer, "submitting a procedure", PROCEDURE, False),
        (DECLARER, "approving a procedure", PROCEDURE, False),
        (person("procedure_declarer", OTHER), "activating a procedure", PROCEDURE, False),
    ]


async def test_a_script_keeps_a_package_from_being_declared(world: World) -> None:
    files = dict(package.bundled(PROCEDURE).files)
    drawing = files["process.bpmn"].decode()
    script = '<bpmn:scriptTask id="S" name="S"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'
    files["process.bpmn"] = drawing.replace("<bpmn:sequenceFlow", f"{script}<bpmn:sequenceFlow", 1).encode()
    with pytest.raises(errors.PackageRefused) as refused:
        await declare(world, zipped(files))
    assert "S" in {finding.element for finding in refused.value.report.errors}
    assert await statuses(world) == ["active"]


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        zipped({}),
        zipped({"../procedure.toml": b"x"}),
        zipped({"procedure.toml": b"= broken"}),
        zipped({**package.bundled(PROCEDURE).files, "process.bpmn": b"<!DOCTYPE x><x/>"}),
        zipped({**package.bundled(PROCEDURE).files, "process.bpmn": b"<broken"}),
    ],
)
async def test_what_is_no_package_is_refused_with_findings_and_nothing_is_stored(
    world: World, data: bytes
) -> None:
    with pytest.raises(errors.PackageRefused) as refused:
        await declare(world, data)
    assert refused.value.report.errors
    assert await statuses(world) == ["active"]


async def test_a_package_is_declared_under_its_own_code(world: World) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await declare(world, changed(readme_md=b"2"), code="1.013871")
    assert [fault.field for fault in refused.value.faults] == ["code"]


async def test_many_who_declare_at_once_get_numbers_of_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if each came to a process of its own; one alone would turn the last of them away.
    roomy = admission.Queue("tests", at_once=2, waiting=4, again=timedelta(seconds=30))
    monkeypatch.setattr(examination, "CHECKS", roomy)
    packages = [changed(readme_md=str(number % 3).encode()) for number in range(6)]
    declared = await asyncio.gather(*(declare(world, data) for data in packages))
    assert sorted(version.number for version in declared) == [2, 2, 3, 3, 4, 4]


async def test_of_versions_that_are_activated_at_once_one_stays_active(world: World) -> None:
    for number in (2, 3, 4):
        await declare(world, changed(readme_md=str(number).encode()))
        await submit(world, number)
        await approve(world, number)
    await asyncio.gather(*(activate(world, number) for number in (2, 3, 4)))
    assert sorted(await statuses(world)) == ["active", "retired", "retired", "retired"]


async def test_an_unknown_version_is_not_found(world: World) -> None:
    for step in (submit, approve, activate):
        with pytest.raises(errors.NotFound):
            await step(world, 9)
    with pytest.raises(errors.NotFound):
        await publication.active_package(world.db, "9.999999", day=date(2026, 3, 2))


@pytest.mark.parametrize("procedure", ["1.001806", "1.012994"])
async def test_every_bundled_procedure_can_be_published(world: World, procedure: str) -> None:
    published = await publish_bundled(world.db, procedure)
    assert (published.number, published.status) == (1, "active")
