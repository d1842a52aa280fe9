"""A procedure version on its way from upload to activation, and the packages that are turned away."""

import asyncio
import io
import re
import zipfile

import pytest

from hoso_bpmn.package import package
from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support.api_client import CLERK, Rest, problem
from support.world import CITIZEN, FOUNDED, OTHER, PROVINCE, SINCE, own, person

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
ZIP = {"Content-Type": "application/zip"}
FILES = dict(package.bundled("1.001806").files)
VERSIONS = "/v1/procedures/1.001806/versions"
DECISION = {"decision_no": "12/QĐ-UBND", "decision_date": "2026-03-01"}


@pytest.fixture(autouse=True)
async def owned(rest: Rest) -> None:
    """The procedure that is uploaded here is the department's."""
    await own(rest.world.db, "1.001806")


def zipped(files) -> bytes:
    """A zip of these files, whatever their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


#: A drawing behind a document type, which could name entities.
DOCTYPE = FILES["process.bpmn"].replace(b"<bpmn:definitions", b"<!DOCTYPE x>\n<bpmn:definitions", 1)

WITHOUT_LANES = re.sub(rb"<bpmn:laneSet.*?</bpmn:laneSet>", b"", FILES["process.bpmn"], flags=re.DOTALL)


async def upload(rest: Rest, content: bytes, by=DECLARER, path=VERSIONS, headers=ZIP):
    return await rest.post(path, by, content=content, headers=headers)


async def test_a_package_becomes_a_draft_is_submitted_approved_and_active(rest: Rest):
    declared = await upload(rest, zipped(FILES))
    place = f"{VERSIONS}/1"
    assert (declared.status_code, declared.headers["location"]) == (201, place)
    assert (declared.json()["status"], declared.json()["number"]) == ("draft", 1)
    submitted = await rest.done(f"{place}/submission", DECLARER)
    approved = await rest.done(f"{place}/approval", APPROVER, DECISION)
    active = await rest.done(f"{place}/activation", APPROVER)
    assert [each["status"] for each in (submitted, approved, active)] == ["submitted", "approved", "active"]
    assert (await rest.get(place, CLERK)).json() == active
    catalogue = (await rest.get("/v1/procedures", CITIZEN)).json()["items"]
    assert [each["code"] for each in catalogue] == ["1.001806", "1.013871", "1.014464"]
    offered = (await rest.get("/v1/procedures/1.001806", CITIZEN)).json()
    (case,) = offered["cases"]
    assert (case["term"], case["form"]["id"]) == ("10 ngày làm việc", "nop-ho-so")


async def test_the_same_package_again_is_the_same_version(rest: Rest):
    first, second = (
        await upload(rest, zipped(FILES)),
        await upload(rest, zipped(dict(reversed(FILES.items())))),
    )
    assert first.json() == second.json()
    assert len((await rest.get(VERSIONS, CLERK)).json()["items"]) == 1


async def test_its_declarer_cannot_approve_it(rest: Rest):
    await upload(rest, zipped(FILES))
    await rest.done(f"{VERSIONS}/1/submission", DECLARER)
    await rest.world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'procedure_approver', '2026-01-01')",
        DECLARER,
        PROVINCE,
    )
    before = await rest.content()
    refused = await rest.post(f"{VERSIONS}/1/approval", DECLARER, DECISION)
    assert problem(refused)["type"] == "urn:hoso:problem:own-declaration"
    assert (refused.status_code, await rest.content()) == (403, before)


async def test_steps_out_of_order_are_refused_with_the_step_that_is_due(rest: Rest):
    await upload(rest, zipped(FILES))
    for step, by, body in (("approval", APPROVER, DECISION), ("activation", APPROVER, {})):
        refused = await rest.post(f"{VERSIONS}/1/{step}", by, body)
        assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:version-stands")
    absent = await rest.post(f"{VERSIONS}/7/submission", DECLARER)
    assert (absent.status_code, problem(absent)["type"]) == (404, "urn:hoso:problem:not-found")


def scripted() -> bytes:
    bpmn = FILES["process.bpmn"].decode()
    place = bpmn.index("<bpmn:userTask")
    script = '<bpmn:scriptTask id="evil"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'
    return (bpmn[:place] + script + bpmn[place:]).encode()


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"this is no zip", "package-broken"),
        (zipped(FILES)[:400], "package-broken"),
        (zipped({**FILES, "../evil.txt": b"x"}), "package-path"),
        (zipped({"readme.txt": b"x"}), "package-manifest"),
        (zipped({**FILES, "process.bpmn": scripted()}), "script"),
        (zipped({**FILES, "process.bpmn": b"<broken"}), "xml-broken"),
        (zipped({**FILES, "process.bpmn": DOCTYPE}), "xml-doctype"),
        (zipped({**FILES, "process.bpmn": WITHOUT_LANES}), "lanes-missing"),
    ],
    ids=["no zip", "cut off", "leaves its folder", "no manifest", "script", "broken", "doctype", "no lanes"],
)
async def test_a_package_that_cannot_be_published_is_turned_away_with_place_and_remedy(
    rest: Rest, content: bytes, rule: str
):
    before = await rest.content()
    refused = await upload(rest, content)
    found = problem(refused)
    assert (refused.status_code, found["type"]) == (422, "urn:hoso:problem:package-refused")
    faults = [fault for fault in found["errors"] if fault.get("rule") == rule]
    assert faults, found
    assert all(fault["message"] for fault in faults)
    assert all(fault["remedy"] for fault in faults)
    assert await rest.content() == before


async def test_a_package_of_another_procedure_is_turned_away(rest: Rest):
    refused = await upload(rest, zipped(FILES), path="/v1/procedures/1.014464/versions")
    found = problem(refused)
    assert (refused.status_code, found["errors"][0]["field"]) == (422, "code")


async def test_only_a_declarer_uploads_and_only_a_zip_of_a_size(rest: Rest):
    for by in (CLERK, CITIZEN, APPROVER):
        refused = await upload(rest, zipped(FILES), by=by)
        assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:forbidden")
    other = await upload(rest, zipped(FILES), headers={"Content-Type": "text/plain"})
    assert (other.status_code, problem(other)["type"]) == (415, "urn:hoso:problem:unsupported-media-type")
    large = await upload(rest, b"0" * (10 << 20) + b"0")
    assert (large.status_code, problem(large)["type"]) == (413, "urn:hoso:problem:content-too-large")


async def test_six_packages_at_once_are_four_in_the_queue_and_two_that_are_told_to_come_again(rest: Rest):
    await upload(rest, b"this is no zip")  # so that the token is there
    answers = await asyncio.gather(*(upload(rest, b"this is no zip") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [422, 422, 422, 422, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert problem(refused)["type"] == "urn:hoso:problem:too-many-requests"
    assert refused.headers["retry-after"] == "30"


async def test_versions_are_for_officers(rest: Rest):
    refused = await rest.get("/v1/procedures/1.014464/versions", CITIZEN)
    assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:forbidden")
    assert (await rest.get("/v1/procedures/1.014464/versions", CLERK)).json()["items"][0][
        "status"
    ] == "active"


async def test_a_machine_of_an_authority_reads_versions_only_where_it_plays_a_role(rest: Rest):
    async with rest.world.db.transaction() as tx:
        machine = principals.principal(tx, PrincipalKind.SYSTEM, "Máy 1 · Sở Y tế", at=FOUNDED).id
    refused = await rest.get("/v1/procedures/1.014464/versions", machine)
    assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:forbidden")
    async with rest.world.db.transaction() as tx:
        units.assign(tx, machine, OTHER, "clerk", SINCE)
    assert (await rest.get("/v1/procedures/1.014464/versions", machine)).status_code == 200
