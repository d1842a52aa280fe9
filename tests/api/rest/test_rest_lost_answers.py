"""An act whose commit was not confirmed: told as unknown, and told truly when it is asked again by its key."""

from collections.abc import AsyncIterator

import httpx
import pytest

from support import api_client, cut_line, files, world
from support.api_client import CLERK, FILING, Rest, problem
from support.cut_line import CutLine

#: What an act is saved with.
SAVED = "insert into idempotency"
MOMENTS = pytest.mark.parametrize("forwarded", [False, True], ids=["never arrived", "was stored"])


@pytest.fixture
async def line(world_url: str) -> AsyncIterator[CutLine]:
    async with cut_line.before(world_url) as opened:
        yield opened


@pytest.fixture
async def far(line: CutLine) -> AsyncIterator[Rest]:
    """The API at the end of the line."""
    async with api_client.opened(str_of(line), world.instant("2026-03-02 09:00")) as rest:
        yield rest


def str_of(line: CutLine) -> str:
    return line.url.render_as_string(hide_password=False)


def unknown(answer: httpx.Response) -> tuple[int, str, str]:
    found = problem(answer)
    assert "retry-after" in answer.headers, found
    return found["status"], found["type"], answer.headers["retry-after"]


def by_key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


UNKNOWN = (504, "urn:hoso:problem:outcome-unknown", "2")


@MOMENTS
async def test_a_filing_that_may_be_stored_is_never_called_away_and_is_filed_once(
    rest: Rest, line: CutLine, far: Rest, forwarded: bool
) -> None:
    async def filed() -> httpx.Response:
        return await far.post("/v1/dossiers", CLERK, FILING, headers=by_key("one"))

    await far.token(CLERK)
    cut = line.cut(SAVED, forwarded=forwarded)
    assert (unknown(await filed()), cut.done) == (UNKNOWN, True)
    answers = [await filed() for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert [each.headers.get("idempotency-replayed") for each in answers] == [
        "true" if forwarded else None,
        "true",
    ]
    assert answers[0].json() == answers[1].json()
    assert await rest.world.db.rows("select reference from dossier") == [(answers[0].json()["reference"],)]


@MOMENTS
async def test_a_file_whose_answer_was_lost_is_added_once(
    rest: Rest, line: CutLine, far: Rest, forwarded: bool
) -> None:
    path = f"/v1/dossiers/{(await far.files())['reference']}/attachments"
    paper = files.pdf()

    async def added() -> httpx.Response:
        sent = {"file": ("giay.pdf", paper, "application/pdf")}
        return await far.ask("POST", path, CLERK, by_key("paper"), files=sent)

    cut = line.cut(SAVED, forwarded=forwarded)
    assert (unknown(await added()), cut.done) == (UNKNOWN, True)
    first, second = await added(), await added()
    assert (first.status_code, first.json()) == (201, second.json())
    (count,) = await rest.world.db.row("select count(*) from attachment")
    assert count == 1


async def test_what_was_stored_is_told_again_although_it_has_changed_what_would_be_refused(
    line: CutLine, far: Rest
) -> None:
    filed = await far.files()
    accept = f"/v1/dossiers/{filed['reference']}/acceptance"
    line.cut(SAVED, forwarded=True)
    assert unknown(await far.post(accept, CLERK, headers=by_key(accept))) == UNKNOWN
    (task,) = (await far.get(f"/v1/dossiers/{filed['reference']}", CLERK)).json()["tasks"]
    by = world.person(task["role"], task["unit"])
    complete = f"/v1/user-tasks/{task['id']}/completion"
    line.cut(SAVED, forwarded=True)
    assert unknown(await far.post(complete, by, {}, headers=by_key(complete))) == UNKNOWN
    for path, who in ((accept, CLERK), (complete, by)):
        # By a third person it is refused now: the state has moved on.
        assert (await far.post(path, who, {}, headers=by_key("another"))).status_code == 409
        again = await far.post(path, who, {}, headers=by_key(path))
        assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")


async def test_who_has_lost_the_right_meanwhile_is_told_what_was_stored_and_nothing_else(
    rest: Rest, line: CutLine, far: Rest
) -> None:
    reference = (await far.accepts())["reference"]
    (task,) = (await far.get(f"/v1/dossiers/{reference}", CLERK)).json()["tasks"]
    complete, by = f"/v1/user-tasks/{task['id']}/completion", world.person(task["role"], task["unit"])
    line.cut(SAVED, forwarded=True)
    assert unknown(await far.post(complete, by, {}, headers=by_key("once"))) == UNKNOWN
    await rest.world.changed("delete from role_assignment where principal_id = $1", by)
    again = await far.post(complete, by, {}, headers=by_key("once"))
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    for key, body in (("another", {}), ("once", {"outcome": "other"})):
        assert (await far.post(complete, by, body, headers=by_key(key))).status_code == 404
    assert (await far.get(f"/v1/dossiers/{reference}", by)).status_code == 404


async def test_who_only_reads_or_was_cut_off_before_anything_was_stored_is_told_that_it_is_away(
    line: CutLine, far: Rest
) -> None:
    await far.token(CLERK)
    away = (503, "urn:hoso:problem:database-away", "2")
    line.cut("from api_token", forwarded=True)
    assert unknown(await far.get("/v1/me", CLERK)) == away
    line.cut("from api_token", forwarded=True)
    assert unknown(await far.post("/v1/dossiers", CLERK, FILING)) == away
