"""Rights to publish: an authority's version never takes the place of another authority's procedure."""

import io
import zipfile
from typing import Any
from uuid import UUID

import pytest

from hoso_bpmn.package import package
from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support.api_client import ADMINISTRATOR, CLERK, Rest, problem
from support.world import DEPARTMENT, DESK, FOUNDED, OTHER, PROVINCE, SINCE, person

#: The province's: owned by its department.
THEIRS = "1.014464"
#: Nobody's yet.
NEW = "1.001806"
COMMUNE = "H27.XA"
MAYOR, SECRETARY = person("procedure_declarer", COMMUNE), person("procedure_approver", COMMUNE)
DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
TOP = person("procedure_declarer", PROVINCE)
DECISION = {"decision_no": "1/XA", "decision_date": "2026-03-01"}


def versions(code: str = THEIRS) -> str:
    return f"/v1/procedures/{code}/versions"


def zipped(code: str = THEIRS, authority: str = "H27") -> bytes:
    """The bundled package as another version, by an authority that whoever brings it writes into it."""
    files = dict(package.bundled(code).files)
    manifest = files["procedure.toml"].decode()
    named = f'authority = "{package.bundled(code).authority}"'
    assert named in manifest
    files["procedure.toml"] = manifest.replace(named, f'authority = "{authority}"').encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {**files, "readme.md": b"2"}.items():
            archive.writestr(name, content)
    return stream.getvalue()


async def upload(rest: Rest, by: UUID, code: str = THEIRS, authority: str = "H27") -> Any:
    content, headers = zipped(code, authority), {"Content-Type": "application/zip"}
    return await rest.post(versions(code), by, content=content, headers=headers)


async def step(rest: Rest, name: str, by: UUID, number: int = 2, code: str = THEIRS) -> Any:
    said = DECISION if name == "approval" else {}
    return await rest.post(f"{versions(code)}/{number}/{name}", by, said)


@pytest.fixture
async def commune(rest: Rest) -> None:
    """A commune below the province, with a declarer and an approver of its own."""
    async with rest.world.db.transaction() as tx:
        words = {"kind": "commune", "level": "commune", "calendar": "ha-tinh", "parent": PROVINCE}
        units.unit(tx, COMMUNE, "UBND xã", valid_from=SINCE, **words)  # type: ignore[arg-type]  # words of the call
        await tx.flush()
        for identity, role in ((MAYOR, "procedure_declarer"), (SECRETARY, "procedure_approver")):
            principals.principal(tx, PrincipalKind.OFFICER, f"{role} · xã", at=FOUNDED, identity=identity)
            await tx.flush()
            units.assign(tx, identity, COMMUNE, role, SINCE)


async def owner(rest: Rest, code: str) -> list[str]:
    """The units that own a procedure, the newest first."""
    items = (await rest.get(f"/v1/procedures/{code}/owners", CLERK)).json()["items"]
    return [each["unit"] for each in items]


@pytest.mark.usefixtures("commune")
async def test_a_commune_does_not_take_the_place_of_the_provinces_procedure(rest: Rest) -> None:
    rightful = {
        "declaring": lambda: upload(rest, DECLARER),
        "submission": lambda: step(rest, "submission", DECLARER),
        "approval": lambda: step(rest, "approval", APPROVER),
        "activation": lambda: step(rest, "activation", APPROVER),
    }
    tried = []
    for name, done in rightful.items():
        before = await rest.content()
        for thief in (MAYOR, SECRETARY, person("procedure_declarer", OTHER)):
            refused = await (upload(rest, thief) if name == "declaring" else step(rest, name, thief))
            said = problem(refused)
            assert (refused.status_code, said["type"]) == (403, "urn:hoso:problem:forbidden")
            assert "H27" not in said["detail"]
            tried.append(thief)
        assert await rest.content() == before
        assert (await done()).status_code in (200, 201)
    rows = await rest.world.db.rows("select principal_id, subject, granted from access_log order by id")
    assert [tuple(row) for row in rows] == [(thief, THEIRS, False) for thief in tried]
    standing = (await rest.get(versions(), CLERK)).json()["items"]
    assert [(each["number"], each["status"]) for each in standing] == [(2, "active"), (1, "retired")]


@pytest.mark.usefixtures("commune")
async def test_a_code_that_nobody_owns_is_claimed_at_the_top_only(rest: Rest) -> None:
    for early in (MAYOR, DECLARER):
        refused = await upload(rest, early, NEW, authority=COMMUNE)
        assert (refused.status_code, "at the top of the tree" in problem(refused)["detail"]) == (403, True)
    assert await owner(rest, NEW) == []
    assert (await upload(rest, TOP, NEW, authority=COMMUNE)).status_code == 201
    assert await owner(rest, NEW) == [COMMUNE]
    assert (await step(rest, "submission", MAYOR, 1, NEW)).status_code == 200
    assert (await step(rest, "approval", SECRETARY, 1, NEW)).status_code == 200
    assert (await step(rest, "activation", APPROVER, 1, NEW)).status_code == 200


@pytest.mark.parametrize("authority", ["UBND tỉnh Cao Bằng", "H99.NOWHERE"])
async def test_a_procedure_of_an_authority_that_is_no_unit_is_owned_by_the_top(
    rest: Rest, authority: str
) -> None:
    assert (await upload(rest, TOP, NEW, authority)).status_code == 201
    assert await owner(rest, NEW) == [PROVINCE]
    assert (await step(rest, "submission", DECLARER, 1, NEW)).status_code == 403
    assert (await step(rest, "submission", TOP, 1, NEW)).status_code == 200


async def test_the_office_at_the_top_says_who_owns_a_procedure_and_from_when(rest: Rest) -> None:
    owners, before = f"/v1/procedures/{THEIRS}/owners", await rest.content()
    naming = {"unit": OTHER, "basis": "Quyết định 5/QĐ-UBND", "valid_from": "2026-03-03"}
    for thief in (person("procedure_declarer", OTHER), APPROVER, CLERK):
        assert (await rest.post(owners, thief, naming)).status_code == 403
    for wrong, field in (
        ({"unit": "H27.NOWHERE"}, "unit"),
        ({"valid_from": "2026-03-01"}, "valid_from"),
    ):
        refused = await rest.post(owners, ADMINISTRATOR, {**naming, **wrong})
        assert (refused.status_code, [each["field"] for each in problem(refused)["errors"]]) == (422, [field])
    assert await rest.content() == before
    named = await rest.done(owners, ADMINISTRATOR, naming)
    assert (named["unit"], named["named_by"], named["named_for"]) == (OTHER, str(ADMINISTRATOR), None)
    assert await owner(rest, THEIRS) == [OTHER, DEPARTMENT]
    assert (await upload(rest, DECLARER)).status_code == 201
    rest.clock.turn("2026-03-03 00:00")
    assert (await step(rest, "submission", DECLARER)).status_code == 403
    assert (await step(rest, "submission", person("procedure_declarer", OTHER))).status_code == 200


async def test_an_office_reaches_no_further_than_its_days_and_its_tree(rest: Rest) -> None:
    world = rest.world
    assert (await upload(rest, DECLARER)).status_code == 201
    await world.changed(
        "update role_assignment set valid_to = '2026-03-01' where principal_id = $1", DECLARER
    )
    assert (await step(rest, "submission", DECLARER)).status_code == 403
    await world.changed("update role_assignment set valid_to = null where principal_id = $1", DECLARER)
    # The department is closed and goes over into another one, whose declarer speaks for it from then on.
    closing = "update unit set valid_to = '2026-03-01', successor_code = $2 where code = $1"
    await world.changed(closing, DEPARTMENT, OTHER)
    assert (await step(rest, "submission", DECLARER)).status_code == 403
    assert (await step(rest, "submission", person("procedure_declarer", OTHER))).status_code == 200
    assert (await step(rest, "approval", APPROVER)).status_code == 200


async def gives(rest: Rest, who: UUID, unit: str, role: str) -> None:
    async with rest.world.db.transaction() as tx:
        units.assign(tx, who, unit, role, SINCE)


async def test_who_submitted_a_version_does_not_approve_it(rest: Rest) -> None:
    await upload(rest, DECLARER)
    await gives(rest, APPROVER, PROVINCE, "procedure_declarer")
    assert (await step(rest, "submission", APPROVER)).status_code == 200
    refused = await step(rest, "approval", APPROVER)
    assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:own-declaration")


@pytest.mark.parametrize("way", ["declared for the approver", "approved for the declarer"])
async def test_a_substitute_is_no_second_pair_of_eyes(rest: Rest, way: str) -> None:
    """A substitute and the person they act for count as the same person."""
    substitute = person("clerk")
    await gives(rest, DECLARER, DEPARTMENT, "procedure_approver")
    absent = {
        "declared for the approver": "procedure_declarer",
        "approved for the declarer": "procedure_approver",
    }
    async with rest.world.db.transaction() as tx:
        days = SINCE, SINCE.replace(year=2027)
        units.substitute(tx, DECLARER, substitute, *days, reason="Nghỉ phép", role=absent[way])
    acting = {
        "declared for the approver": (substitute, DECLARER),
        "approved for the declarer": (DECLARER, substitute),
    }
    declares, approves = acting[way]
    await upload(rest, declares)
    submitted = (await step(rest, "submission", declares)).json()
    if declares == substitute:
        assert (submitted["submitted_by"], submitted["submitted_for"]) == (str(substitute), str(DECLARER))
    refused = await step(rest, "approval", approves)
    assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:own-declaration")
    assert (await step(rest, "approval", APPROVER)).status_code == 200


async def test_a_desk_that_only_receives_owns_nothing(rest: Rest) -> None:
    await gives(rest, CLERK, DESK, "procedure_declarer")
    assert (await upload(rest, CLERK)).status_code == 403
