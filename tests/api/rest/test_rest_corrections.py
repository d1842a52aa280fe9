"""A clock that ran ahead stamped an act; an administrator records when it really was, and dates and verdict follow."""

from hoso_workflows import audit, recompute
from support.api_client import ADMINISTRATOR, CLERK, Rest, problem
from support.world import person


async def ready(rest: Rest) -> str:
    """A dossier whose result was made ready in time, by a clock that was ten days ahead."""
    standing = await rest.accepts()
    while standing["status"] == "in_process":
        (task,) = standing["tasks"]
        if task["milestone"] == "result":
            rest.clock.turn("2026-03-13 09:00")
        said = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        standing = await rest.completes(standing, person(task["role"], task["unit"]), **said)
    rest.clock.turn("2026-03-03 10:00")
    return str(standing["code"])


async def test_a_verdict_by_a_clock_that_ran_ahead_is_put_right_and_explained(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 09:00")
    code = await ready(rest)
    assert (await rest.get(f"/v1/dossiers/{code}", CLERK)).json()["verdict"] == "late"
    events = (await rest.get(f"/v1/dossiers/{code}/events", CLERK)).json()["items"]
    (seq,) = [each["seq"] for each in events if each["kind"] == "result_ready"]
    said = {"event": seq, "at": "2026-03-03T09:00:00+07:00", "reason": "Đồng hồ máy chủ chạy trước mười ngày"}
    await rest.done(f"/v1/dossiers/{code}/corrections", ADMINISTRATOR, said)
    dossier = (await rest.get(f"/v1/dossiers/{code}", CLERK)).json()
    assert (dossier["verdict"], dossier["result_ready_at"]) == ("early", said["at"])
    document = (await rest.get(f"/v1/dossiers/{code}/deadline", CLERK)).json()
    (told,) = document["corrections"]
    assert (told["stamped"][:16], told["at"], told["reason"]) == (
        "2026-03-13T09:00",
        said["at"],
        said["reason"],
    )
    assert recompute.differences(document) == []
    assert [str(each) async for each in audit.differences(rest.world.service)] == []
    (task,) = dossier["tasks"]
    rest.clock.turn("2026-03-03 11:00")
    after = await rest.completes(dossier, person(task["role"], task["unit"]))
    assert after["status"] == "returned"
    returned = (await rest.get(f"/v1/dossiers/{code}", CLERK)).json()["returned_at"]
    assert returned == "2026-03-03T11:00:00+07:00"
    assert [str(each) async for each in audit.differences(rest.world.service)] == []
    assert await audit.rebuild(rest.world.service, code) == []
    assert [str(each) async for each in audit.differences(rest.world.service)] == []


async def test_an_instant_is_corrected_by_an_administrator_and_in_its_order_only(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 09:00")
    code = await ready(rest)
    said = {"event": 3, "at": "2026-03-02T08:59:00+07:00", "reason": "Đồng hồ sai"}
    path = f"/v1/dossiers/{code}/corrections"
    assert (await rest.post(path, CLERK, said)).status_code == 403
    refused = await rest.post(path, ADMINISTRATOR, said)
    assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:not-correctable")
    seq = await rest.world.one("select seq from dossier_event where kind = 'result_ready'")
    result = {"event": seq, "at": "2026-03-03T09:00:00+07:00"}
    for wrong, status in (
        ({"at": "2026-03-13T08:59:00+07:00", "reason": "Sai"}, 409),
        ({"reason": " "}, 422),
    ):
        assert (await rest.post(path, ADMINISTRATOR, {**result, **wrong})).status_code == status
