"""Attacks on tasks over REST, one clear answer each; batches and handed-on inboxes."""

import json
from datetime import date

from hoso_api.rest.tasks.schemas import BulkAct
from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows.organisation import units
from support.api_client import CLERK, COMMITTED, HEAD, SPECIALIST, Rest, problem
from support.builders import packages
from support.world import DEPARTMENT, DESK, OTHER, SINCE, person, publish_package

CODE = "9.000015"
#: The return is drawn at the specialists.
_LANES = """
<laneSet id="Lanes">
<lane id="Lane_1" name="Bộ phận Một cửa">
<flowNodeRef>Nop</flowNodeRef><flowNodeRef>Tiep_nhan</flowNodeRef><flowNodeRef>Xong</flowNodeRef>
</lane>
<lane id="Lane_2" name="Phòng chuyên môn">
<flowNodeRef>Tham_dinh</flowNodeRef><flowNodeRef>Ky</flowNodeRef><flowNodeRef>Tra</flowNodeRef>
</lane>
</laneSet>
"""
UNIT_HEAD, COLLEAGUE = person("head"), person("specialist", number=2)


async def at_the_specialists(rest: Rest):
    """A dossier whose task is at the specialists, and the task's address."""
    standing = await rest.completes(await rest.completes(await rest.accepts(), CLERK), HEAD)
    return standing, f"/v1/user-tasks/{standing['tasks'][0]['id']}"


async def refused(rest: Rest, path: str, by, json=None, **said) -> tuple[int, str]:
    """Status and type of a refusal."""
    answer = await rest.post(path, by, json, **said)
    return answer.status_code, problem(answer)["type"].rpartition(":")[2]


async def test_of_two_officers_on_one_task_the_second_is_told_who_has_it(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.done(f"{path}/assignment", SPECIALIST)
    assert await refused(rest, f"{path}/assignment", COLLEAGUE) == (409, "already-claimed")
    assert await refused(rest, f"{path}/completion", COLLEAGUE) == (409, "already-claimed")


async def test_a_double_click_does_an_act_once(rest: Rest):
    standing, path = await at_the_specialists(rest)
    key = {"Idempotency-Key": "bam-hai-lan"}
    first = await rest.post(f"{path}/assignment", SPECIALIST, headers=key)
    again = await rest.post(f"{path}/assignment", SPECIALIST, headers=key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert first.json()["version"] == standing["version"] + 1


async def test_who_saw_a_stale_version_is_told_so(rest: Rest):
    standing, path = await at_the_specialists(rest)
    await rest.done(f"{path}/priority", UNIT_HEAD, {"priority": 1})
    seen = {"If-Match": f'"{standing["version"]}"'}
    assert await refused(rest, f"{path}/assignment", SPECIALIST, headers=seen) == (412, "stale-version")


async def test_an_officer_who_was_moved_to_another_unit_has_no_part_in_their_task(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.done(f"{path}/assignment", SPECIALIST)
    await rest.world.changed(
        "update role_assignment set unit_code = $2 where principal_id = $1", SPECIALIST, OTHER
    )
    assert await refused(rest, f"{path}/completion", SPECIALIST, {}) == (404, "not-found")
    assert (await rest.get("/v1/user-tasks", SPECIALIST)).json()["items"] == []
    # The head sees that it is still theirs, and hands it on.
    await rest.done(f"{path}/reassignment", UNIT_HEAD, {"assignee": str(COLLEAGUE), "reason": "Điều chuyển"})
    await rest.done(f"{path}/priority", UNIT_HEAD, {"priority": 1})


async def test_whose_role_has_ended_cannot_complete_what_they_had_taken(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.done(f"{path}/assignment", SPECIALIST)
    await rest.world.changed("delete from role_assignment where principal_id = $1", SPECIALIST)
    assert await refused(rest, f"{path}/completion", SPECIALIST, {}) == (404, "not-found")


async def test_a_substitute_whose_term_has_ended_acts_no_more(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.done(f"{path}/assignment", SPECIALIST)
    clerk = person("clerk")
    await rest.world.changed(
        "insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, $3, $3, 'Nghỉ phép')",
        SPECIALIST,
        clerk,
        date(2026, 3, 2),
    )
    rest.clock.turn("2026-03-02 10:00")
    assert (await rest.ask("PUT", f"{path}/draft", clerk, json={"note": "Thay"})).status_code == 200
    rest.clock.turn("2026-03-03 08:00")
    assert await refused(rest, f"{path}/completion", clerk, {}) == (403, "forbidden")
    assert (await rest.get(f"{path}/draft", clerk)).status_code == 403


async def test_a_batch_tells_the_outcome_of_each_act(rest: Rest):
    _, first = await at_the_specialists(rest)
    _, second = await at_the_specialists(rest)
    one, two = (path.rpartition("/")[2] for path in (first, second))
    items = [
        {"task": one, "act": "assignment", "key": "1"},
        {"task": one, "act": "delegation", "key": "2", "body": {"assignee": str(COLLEAGUE)}},
        {"task": one, "act": "completion", "key": "3"},
        {"task": two, "act": "priority", "key": "4", "body": {"priority": 9}},
        {"task": two, "act": "assignment", "key": "5", "body": {"assignee": None}},
    ]
    found = (await rest.post("/v1/user-tasks/bulk", SPECIALIST, {"items": items})).json()
    told = [(each["done"], (each["problem"] or {}).get("status")) for each in found["items"]]
    assert told == [(True, None), (True, None), (False, 409), (False, 422), (True, None)]
    assert [each["task"] for each in found["items"]] == [one, one, one, two, two]
    unread = found["items"][3]
    assert (unread["key"], unread["problem"]["errors"][0]["field"]) == ("4", "priority")
    shown = (await rest.get(first, UNIT_HEAD)).json()
    assert (shown["assignee"], shown["owner"]) == (str(COLLEAGUE), str(SPECIALIST))
    await rest.done(f"{first}/delegation-end", COLLEAGUE, {"note": "Đúng"})
    again = (await rest.post("/v1/user-tasks/bulk", SPECIALIST, {"items": items[:1]})).json()
    assert again["items"][0] == found["items"][0]


def test_an_act_of_a_batch_is_called_as_the_address_of_the_act_ends():
    paths = json.loads(COMMITTED.read_bytes())["paths"]
    ends = {
        address.removeprefix("/v1/user-tasks/{task}/")
        for address, methods in paths.items()
        if "post" in methods
    }
    assert {each.value for each in BulkAct} - ends == {"release"}


async def test_an_absent_officer_is_given_nothing_and_the_problem_names_who_acts_for_them(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.world.changed(
        "insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, '2026-03-02', '2026-03-06', 'Nghỉ phép')",
        COLLEAGUE,
        SPECIALIST,
    )
    to_the_absent = {"assignee": str(COLLEAGUE)}
    assert await refused(rest, f"{path}/assignment", UNIT_HEAD, to_the_absent) == (409, "officer-absent")
    items = [
        {"task": path.rpartition("/")[2], "act": "assignment", "key": key, "body": {"assignee": str(officer)}}
        for key, officer in (("1", COLLEAGUE), ("2", SPECIALIST))
    ]
    first, second = (await rest.post("/v1/user-tasks/bulk", UNIT_HEAD, {"items": items})).json()["items"]
    assert (first["done"], second["done"]) == (False, True)
    names = {row.id: row.name for row in await rest.world.db.rows("select id, name from principal")}
    assert first["problem"] == {
        "type": "urn:hoso:problem:officer-absent",
        "title": "The officer is absent today: a task that was given would wait.",
        "status": 409,
        "detail": f"{names[COLLEAGUE]} is absent until 06/03/2026; acting for them: {names[SPECIALIST]}.",
        "remedy": "Give the task to who acts for the officer, to a colleague, or to the unit.",
        "instance": "",
        "errors": [],
    }


async def test_a_head_hands_an_inbox_on_and_an_officer_returns_a_task(rest: Rest):
    _, path = await at_the_specialists(rest)
    await rest.done(f"{path}/assignment", SPECIALIST)
    handed = await rest.done(
        "/v1/user-tasks/inbox-handover",
        UNIT_HEAD,
        {"absent": str(SPECIALIST), "assignee": str(COLLEAGUE), "reason": "Nghỉ ốm"},
    )
    assert [(each["done"], each["task"]) for each in handed["items"]] == [(True, path.rpartition("/")[2])]
    assert handed["page"] == {"after": None}
    nowhere = {"absent": str(SPECIALIST), "reason": "Nghỉ ốm", "after": "khong-ro"}
    assert await refused(rest, "/v1/user-tasks/inbox-handover", UNIT_HEAD, nowhere) == (400, "bad-cursor")
    back = await rest.done(f"{path}/return", COLLEAGUE, {"reason": "Đã đi làm lại"})
    assert back["tasks"][0]["assignee"] == str(SPECIALIST)


async def test_a_unit_that_chooses_so_gives_its_tasks_to_who_has_the_fewest(rest: Rest):
    administrator = person("administrator", "H27")
    before, _ = await at_the_specialists(rest)
    changed = await rest.ask(
        "PATCH", f"/v1/units/{DEPARTMENT}", administrator, json={"assignment": "by_load"}
    )
    assert changed.status_code == 200, changed.text
    shown = (await rest.get(f"/v1/units/{DEPARTMENT}", administrator)).json()
    rest.world.service.reference_data.forget_units()
    given = [(await at_the_specialists(rest))[0]["tasks"][0]["assignee"] for _ in range(2)]
    assert (before["tasks"][0]["assignee"], shown["assignment"]) == (None, "by_load")
    assert sorted(given) == sorted([str(SPECIALIST), str(COLLEAGUE)])


async def test_a_result_is_handed_over_by_the_role_of_the_lane_in_which_the_return_is_drawn(rest: Rest):
    async with rest.world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
    await publish_package(rest.world.db, package.read(packages.package(_LANES, f'code = "{CODE}"')))
    filed = await rest.files(procedure=CODE, form={}, components=[])
    path = f"/v1/dossiers/{filed['reference']}"
    standing = await rest.done(f"{path}/acceptance", CLERK)
    for _ in range(2):
        standing = await rest.completes(standing, SPECIALIST)
    assert await refused(rest, f"{path}/handover", CLERK) == (403, "forbidden")
    returned = await rest.done(f"{path}/handover", SPECIALIST, {"originals": True})
    assert returned["status"] == "returned"
