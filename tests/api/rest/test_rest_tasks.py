"""The inbox, claiming and giving back, completing once."""

from uuid import UUID, uuid4

from hoso_bpmn.package import package
from support.api_client import CLERK, FILING, HEAD, SPECIALIST, Rest, problem
from support.world import DEPARTMENT, DESK, OTHER, person

UNIT_HEAD = person("head")


async def inbox(rest: Rest, by, **filters):
    response = await rest.post("/v1/user-tasks/search", by, {"filter": filters})
    assert response.status_code == 200, response.text
    return response.json()["items"]


async def test_an_officer_sees_the_tasks_of_their_role_and_a_head_those_of_the_unit(rest: Rest):
    standing = await rest.completes(await rest.accepts(), CLERK)
    (task,) = standing["tasks"]
    seen = {
        "head": UNIT_HEAD,
        "division_head": HEAD,
        "specialist": SPECIALIST,
        "other": person("division_head", OTHER),
    }
    found = {name: [each["id"] for each in await inbox(rest, by)] for name, by in seen.items()}
    assert found == {"head": [task["id"]], "division_head": [task["id"]], "specialist": [], "other": []}


async def test_a_line_of_the_inbox_says_what_an_officer_asks_first_without_another_read(rest: Rest):
    accepted = await rest.accepts()
    (task,) = accepted["tasks"]
    (line,) = await inbox(rest, CLERK)
    (same,) = (await rest.get("/v1/user-tasks", CLERK)).json()["items"]
    one = (await rest.get(f"/v1/user-tasks/{task['id']}", CLERK)).json()
    assert line == same == {name: one[name] for name in line}
    assert line["dossier"] == {
        "reference": accepted["reference"],
        "code": accepted["code"],
        "procedure": "1.014464",
        "late_since": None,
        "procedure_name": package.bundled("1.014464").name,
        "applicant": {name: FILING["applicant"][name] for name in ("kind", "name")},
    }
    logged = await rest.world.db.rows(
        "select act, fields from access_log where principal_id = $1 and act like '%user_task%' order by at, id",
        [CLERK],
    )
    assert [(row.act, row.fields) for row in logged] == [
        ("search_user_tasks", "contents"),
        ("list_user_tasks", "contents"),
        ("get_user_task", "contents"),
    ]


async def test_a_line_says_what_its_step_decides_as_the_gateway_behind_it_is_named(rest: Rest):
    standing, asked = await rest.accepts(), []
    while True:
        (task,) = standing["tasks"]
        by = person(task["role"], task["unit"])
        (line,) = await inbox(rest, by)
        one = (await rest.get(f"/v1/user-tasks/{task['id']}", by)).json()
        asked.append((line["question"], one["question"], bool(line["outcomes"])))
        if line["outcomes"]:
            break
        standing = await rest.completes(standing, by)
    question = "Văn bản trình đạt yêu cầu?"
    assert asked == [*[(None, None, False)] * (len(asked) - 1), (question, question, True)]
    assert len(asked) > 1


async def test_the_inbox_goes_on_page_by_page_without_losing_or_repeating(rest: Rest):
    filed = [(await rest.files())["tasks"][0]["id"] for _ in range(5)]
    seen, after = [], None
    while True:
        body = {"filter": {"unit": DESK}, "page": {"limit": 2, **({"after": after} if after else {})}}
        page = (await rest.post("/v1/user-tasks/search", CLERK, body)).json()
        seen += [item["id"] for item in page["items"]]
        after = page["page"]["after"]
        if after is None:
            break
    assert sorted(seen) == sorted(filed)


async def test_filters_narrow_the_inbox(rest: Rest):
    first, second = await rest.files(), await rest.files()
    (task,) = second["tasks"]
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", CLERK)
    mine = await inbox(rest, CLERK, assignee=str(CLERK))
    of_first = await inbox(rest, CLERK, dossier=first["reference"])
    assert [item["id"] for item in mine] == [task["id"]]
    assert [item["dossier"]["reference"] for item in of_first] == [first["reference"]]
    assert await inbox(rest, CLERK, status="closed") == []
    assert await inbox(rest, CLERK, due_before="2026-01-01T00:00:00+07:00") == []


async def test_what_decides_is_found_by_who_may_decide_it_until_another_has_taken_it(rest: Rest):
    task, decider = await rest.world.at_the_decision()
    assert len(await inbox(rest, decider)) == 2
    assert [each["id"] for each in await inbox(rest, decider, decides=True)] == [task]
    listed = await rest.ask("GET", "/v1/user-tasks?decides=true", decider)
    assert [each["id"] for each in listed.json()["items"]] == [task]
    assert await inbox(rest, CLERK, decides=True) == []
    await rest.world.changed("update user_task set assignee_id = $1 where id = $2", HEAD, UUID(task))
    assert await inbox(rest, decider, decides=True) == []


async def test_a_task_is_claimed_once_and_given_back(rest: Rest):
    (task,) = (await rest.files())["tasks"]
    path = f"/v1/user-tasks/{task['id']}"
    colleague = person("reception", DESK, 2)
    claimed = await rest.done(f"{path}/assignment", CLERK)
    assert claimed["tasks"][0]["assignee"] == str(CLERK)
    again = problem(await rest.post(f"{path}/assignment", CLERK))
    assert (again["type"], again["detail"]) == (
        "urn:hoso:problem:already-claimed",
        f"Task {task['id']} is yours already.",
    )
    rival = await rest.post(f"{path}/assignment", colleague)
    assert problem(rival)["type"] == "urn:hoso:problem:already-claimed"
    back = await rest.ask("DELETE", f"{path}/assignee", CLERK)
    assert (back.status_code, back.json()["tasks"][0]["assignee"]) == (200, None)
    again = await rest.ask("DELETE", f"{path}/assignee", CLERK)
    assert problem(again)["type"] == "urn:hoso:problem:not-claimed"


async def test_a_head_hands_a_task_to_somebody_of_the_unit_but_not_to_others(rest: Rest):
    standing = await rest.completes(await rest.completes(await rest.accepts(), CLERK), HEAD)
    (task,) = standing["tasks"]
    path = f"/v1/user-tasks/{task['id']}/assignment"
    colleague = person("specialist", DEPARTMENT, 2)
    handed = await rest.done(path, UNIT_HEAD, {"assignee": str(colleague)})
    assert handed["tasks"][0]["assignee"] == str(colleague)
    stranger = await rest.post(path, UNIT_HEAD, {"assignee": str(person("specialist", OTHER))})
    assert stranger.status_code in (403, 409)


async def test_a_specialist_who_proposes_a_supplement_too_early_is_told_to_wait_for_their_step(rest: Rest):
    accepted = await rest.accepts()
    path, body = f"/v1/dossiers/{accepted['reference']}/supplement-proposal", {"reason": "Thiếu bản sao"}
    told = problem(await rest.post(path, SPECIALIST, body))
    assert (told["status"], told["type"]) == (409, "urn:hoso:problem:not-your-turn")
    assert told["detail"].startswith("Proposing a supplement is possible while your step is open: B4.")
    await rest.completes(await rest.completes(accepted, CLERK), HEAD)
    await rest.done(path, SPECIALIST, body)
    stranger = problem(await rest.post(path, person("head", DESK), body))
    assert stranger["detail"] == (f"Proposing a supplement: the role reception in the unit {DESK} is needed.")


async def test_one_task_is_read_with_the_version_to_act_on(rest: Rest):
    (task,) = (await rest.files())["tasks"]
    path = f"/v1/user-tasks/{task['id']}"
    found = await rest.get(path, CLERK)
    assert (found.json()["milestone"], found.json()["status"]) == ("accept", "open")
    headers = {"If-Match": found.headers["etag"]}
    assert (
        await rest.post(f"{path}/completion", CLERK, {"outcome": "accept"}, headers=headers)
    ).status_code == 200
    assert problem(await rest.get(f"/v1/user-tasks/{uuid4()}", CLERK))["type"] == "urn:hoso:problem:not-found"
    hidden = await rest.get(path, person("specialist", OTHER))
    assert problem(hidden)["type"] == "urn:hoso:problem:not-found"


async def test_the_same_key_gives_the_same_answer_and_completes_once(rest: Rest):
    (task,) = (await rest.accepts())["tasks"]
    path, headers = f"/v1/user-tasks/{task['id']}/completion", {"Idempotency-Key": "k-1"}
    first = await rest.post(path, CLERK, headers=headers)
    second = await rest.post(path, CLERK, headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (200, first.json())
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    late = await rest.post(path, CLERK)
    assert problem(late)["type"] == "urn:hoso:problem:task-not-open"


async def test_an_acceptance_may_be_repeated_with_its_key(rest: Rest):
    filed = await rest.files()
    path, headers = f"/v1/dossiers/{filed['reference']}/acceptance", {"Idempotency-Key": "k-2"}
    first, second = [await rest.post(path, CLERK, headers=headers) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"


async def test_a_key_knows_a_dossier_by_its_reference_and_by_its_code(rest: Rest):
    accepted, other = await rest.accepts(), await rest.accepts()
    names = (accepted["reference"], accepted["code"])
    for key, (first, second) in (("k-3", names), ("k-4", names[::-1])):
        said = {"json": {"reason": f"Thiếu giấy {key}"}, "headers": {"Idempotency-Key": key}}
        told = await rest.post(f"/v1/dossiers/{first}/supplement-proposal", CLERK, **said)
        again = await rest.post(f"/v1/dossiers/{second}/supplement-proposal", CLERK, **said)
        assert (told.status_code, again.json()) == (200, told.json())
        assert ("idempotency-replayed" in told.headers, again.headers["idempotency-replayed"]) == (
            False,
            "true",
        )
        for path in (f"{first}/withdrawal", f"{other['reference']}/supplement-proposal"):
            refused = await rest.post(f"/v1/dossiers/{path}", CLERK, **said)
            assert problem(refused)["type"] == "urn:hoso:problem:key-reused"


async def test_an_acceptance_is_repeated_by_the_code_that_it_gave(rest: Rest):
    filed, headers = await rest.files(), {"Idempotency-Key": "k-5"}
    first = await rest.post(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK, headers=headers)
    second = await rest.post(f"/v1/dossiers/{first.json()['code']}/acceptance", CLERK, headers=headers)
    assert (second.json(), second.headers["idempotency-replayed"]) == (first.json(), "true")


async def test_a_task_without_a_form_says_so_and_one_of_another_unit_is_not_there(rest: Rest):
    (task,) = (await rest.files())["tasks"]
    path = f"/v1/user-tasks/{task['id']}/form"
    assert (await rest.get(path, CLERK)).status_code == 404
    stranger = await rest.get(path, person("specialist", OTHER))
    assert (stranger.status_code, "form" in stranger.json()["detail"]) == (404, False)
