"""A leader signs or sends back over HTTP, at one task of a stored procedure."""

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows import audit
from hoso_workflows.organisation import units
from support.api_client import CLERK, SPECIALIST, Rest, problem
from support.builders import packages
from support.world import DEPARTMENT, DESK, SINCE, publish_package

CODE = "9.000004"
SIGNED_OR_SENT_BACK = """
<exclusiveGateway id="Chon" name="Ký?" />
<sequenceFlow id="F4" sourceRef="Ky" targetRef="Chon" />
<sequenceFlow id="F6" name="Ký" sourceRef="Chon" targetRef="Tra" />
<sequenceFlow id="F7" name="Trả lại" sourceRef="Chon" targetRef="Tham_dinh" />
"""


async def test_a_draft_that_is_sent_back_has_no_result_until_it_is_signed(rest: Rest):
    async with rest.world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
    await publish_package(
        rest.world.db, package.read(packages.package(SIGNED_OR_SENT_BACK, f'code = "{CODE}"'))
    )
    filed = await rest.files(procedure=CODE, form={}, components=[])
    path = f"/v1/dossiers/{filed['reference']}"
    standing = await rest.done(f"{path}/acceptance", CLERK)

    async def complete(**said):
        (task,) = standing["tasks"]
        return await rest.post(f"/v1/user-tasks/{task['id']}/completion", SPECIALIST, said)

    standing = (await complete()).json()
    refused = await complete(outcome="Trả lại", result="granted")
    told = problem(refused)
    assert (refused.status_code, told["type"]) == (422, "urn:hoso:problem:result-not-reached")
    assert [error["field"] for error in told["errors"]] == ["result"]
    standing = (await complete(outcome="Trả lại")).json()
    assert (standing["status"], [task["step"] for task in standing["tasks"]]) == (
        "in_process",
        ["Tham_dinh"],
    )
    standing = (await complete()).json()
    silent = await complete(outcome="Ký")
    told = problem(silent)
    assert (silent.status_code, told["type"]) == (422, "urn:hoso:problem:result-missing")
    assert [error["field"] for error in told["errors"]] == ["result"]
    standing = (await complete(outcome="Ký", result="granted")).json()
    assert (standing["status"], standing["outcome"]) == ("result_ready", "granted")
    assert [each async for each in audit.differences(rest.world.service)] == []
