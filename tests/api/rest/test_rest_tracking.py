"""The matrix of tracking: role and part in a dossier, and what is told of it where."""

import pytest

from hoso_workflows.organisation import units
from support.api_client import Rest
from support.coordinators import appointed
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, SINCE, person

#: A late dossier that the desk received, the department handles, and a lane of which names the other department; its step is the
#: department's. Reader → whether the list, the sum of the board and the report by unit tell of it, whether the step is named, and
#: whether they may remind.
MATRIX: dict[tuple[str, str], tuple[int, int, int, bool, int]] = {
    # role, unit:                          list, board, report, named, reminder
    ("specialist", DEPARTMENT): (1, 1, 200, True, 403),
    ("head", DEPARTMENT): (1, 1, 200, True, 200),
    ("reception", DESK): (1, 1, 403, False, 403),
    ("head", DESK): (1, 1, 403, False, 200),
    ("administrator", DESK): (1, 1, 403, False, 200),
    ("head", OTHER): (1, 1, 403, False, 200),
    ("provincial_leader", PROVINCE): (1, 1, 403, False, 403),
    ("head", PROVINCE): (1, 1, 200, True, 200),
    ("administrator", PROVINCE): (1, 1, 200, True, 200),
    ("coordinator", PROVINCE): (1, 1, 200, True, 200),
    ("auditor", PROVINCE): (1, 1, 200, True, 403),
    ("coordinator", OTHER): (1, 1, 403, False, 200),
    ("catalogue_editor", PROVINCE): (403, 403, 403, False, 403),
    ("specialist", "H27.X"): (0, 0, 403, False, 403),
    ("head", "H27.X"): (0, 0, 403, False, 404),
    ("coordinator", "H27.X"): (0, 0, 403, False, 404),
}

READER = person("clerk", OTHER)


@pytest.fixture
async def code(rest: Rest) -> str:
    """The code of the late dossier."""
    found = await rest.world.at_the_specialists()
    await rest.world.changed(
        "update workflow_version set manifest = manifest || jsonb_build_object('lanes', array[$1::text])"
        " where procedure_code = '1.014464'",
        OTHER,
    )
    await appointed(rest.world)
    async with rest.world.db.transaction() as tx:
        units.unit(
            tx, "H27.X", "Sở khác", kind="department", level="province", calendar="ha-tinh",
            valid_from=SINCE, parent=PROVINCE, is_authority=True,
        )  # fmt: skip
    rest.clock.turn("2026-03-10 09:00")
    assert found.code
    return found.code


async def becomes(rest: Rest, role: str, unit: str) -> None:
    """The reader has this role in this unit and nothing else."""
    await rest.world.changed(
        "update role_assignment set role = $2, unit_code = $3 where principal_id = $1", READER, role, unit
    )
    await rest.world.changed("update principal set home_unit_code = $2 where id = $1", READER, unit)


#: The same, where the law of the case keeps its course from other authorities: reader → rows, number beside them, board's tile,
#: reminder. What is told of it beyond the number is nothing.
COUNTED: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("specialist", DEPARTMENT): (1, 0, 1, 403),
    ("head", DEPARTMENT): (1, 0, 1, 200),
    ("administrator", DEPARTMENT): (1, 0, 1, 200),
    ("reception", DESK): (0, 1, 1, 403),
    ("head", DESK): (0, 1, 1, 404),
    ("head", OTHER): (0, 1, 1, 404),
    ("head", PROVINCE): (0, 1, 1, 404),
    ("administrator", PROVINCE): (0, 1, 1, 404),
    ("coordinator", PROVINCE): (0, 1, 1, 404),
    ("auditor", PROVINCE): (0, 1, 1, 403),
    ("head", "H27.X"): (0, 0, 0, 404),
}


async def test_of_a_case_that_is_counted_only_other_authorities_are_told_a_number_and_nothing_else(
    rest: Rest, code: str
) -> None:
    await rest.world.changed(
        "update workflow_version set manifest = manifest || jsonb_build_object('counted_cases', array[d.case_id])"
        " from dossier d where d.workflow_version_id = workflow_version.id and d.code = $1",
        code,
    )
    visitor = await Visitor.of(rest, READER)
    found = {}
    for role, unit in COUNTED:
        await becomes(rest, role, unit)
        rows, _, _, _, reminded = await told(rest, visitor, code)
        answer = await rest.get("/v1/overdue", READER)
        page = (await visitor.goes("/noi-bo/qua-han")).page
        assert page is not None
        tile = page.text.count('aria-label="1 · Hồ sơ quá hạn"')
        number = answer.json()["counted_only"]
        assert ("còn 1 việc chỉ được báo bằng số" in page.text) == bool(number)
        assert (code in page.text, code in answer.text) == (bool(rows), bool(rows))
        found[role, unit] = rows, number, tile, reminded
    assert found == COUNTED


async def test_who_follows_a_late_dossier_reads_of_its_step_what_their_place_allows(
    rest: Rest, code: str
) -> None:
    visitor = await Visitor.of(rest, READER)
    found = {}
    for role, unit in MATRIX:
        await becomes(rest, role, unit)
        found[role, unit] = await told(rest, visitor, code)
    assert found == MATRIX
    assert (await rest.get("/v1/overdue", CITIZEN)).status_code == 403


async def told(rest: Rest, visitor: Visitor, code: str) -> tuple[int, int, int, bool, int]:
    """Answers about the dossier to the reader."""
    listed = await rest.get("/v1/overdue", READER)
    items = listed.json()["items"] if listed.status_code == 200 else []
    rows = [item for item in items if item["code"] == code]
    board = await visitor.goes("/noi-bo/qua-han")
    assert board.page is not None
    shown = board.page.text.count('aria-label="1 · Hồ sơ quá hạn"')
    period = "from=2026-03-01&to=2026-03-10"
    report = await rest.get(f"/v1/reports/lateness?{period}&unit={DEPARTMENT}", READER)
    named = [row["step"] is not None for row in rows]
    assert [(row["step_unit"], row["role"]) for row in rows] == [(DEPARTMENT, "specialist")] * len(rows)
    (late,) = await rest.world.db.rows("select id from dossier")
    await rest.world.changed("delete from reminder")
    await rest.world.changed("delete from outbox")
    reminded = await rest.post("/v1/overdue/reminders", READER, {"kind": "dossier", "id": str(late.id)})
    return (
        len(rows) if listed.status_code == 200 else listed.status_code,
        shown if board.page.status_code == 200 else board.page.status_code,
        report.status_code,
        named == [True],
        reminded.status_code,
    )
