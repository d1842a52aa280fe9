"""Request headers: a field with a single value appears once, a list follows RFC 9110."""

import gzip

import pytest

from support.api_client import CLERK, FILING, Rest, problem

pytestmark = pytest.mark.world("shared")


async def step(rest: Rest) -> tuple[str, int]:
    """Path to claim the open task of an accepted dossier, and the dossier's version."""
    accepted = await rest.accepts()
    (task,) = accepted["tasks"]
    return f"/v1/user-tasks/{task['id']}/assignment", accepted["version"]


async def test_a_key_that_comes_twice_is_refused_by_its_name_and_nothing_happens(rest: Rest):
    before = await rest.content()
    for keys in (("k-1", "k-2"), ("k-1", "k-1"), ("", "k-1")):
        headers = [
            ("Authorization", f"Bearer {await rest.token(CLERK)}"),
            *(("Idempotency-Key", key) for key in keys),
        ]
        refused = await rest.client.post("/v1/dossiers", json=dict(FILING), headers=headers)
        rest.contract.check(refused)
        found = problem(refused)
        assert (found["status"], found["type"], found["detail"]) == (
            400,
            "urn:hoso:problem:repeated-header",
            "Idempotency-Key came 2 times.",
        )
    assert await rest.content() == before


@pytest.mark.parametrize(
    "lines",
    [
        ['"{0}"'],
        ["*"],
        ['"1", "{0}"'],
        ['"{0}","no-tag-of-ours" , W/"1"'],
        [',, "a,b",\t"{0}" ,'],
        ['"1"', '"{0}"'],
        ['"{0}"', '"1"'],
    ],
)
async def test_an_act_is_done_where_the_version_is_among_those_that_were_seen(rest: Rest, lines: list[str]):
    path, version = await step(rest)
    headers = [
        ("Authorization", f"Bearer {await rest.token(CLERK)}"),
        *(("If-Match", line.format(version)) for line in lines),
    ]
    done = await rest.client.post(path, json={}, headers=headers)
    assert (done.status_code, done.headers["etag"]) == (200, f'"{version + 1}"')


@pytest.mark.parametrize(
    ("tags", "seen"),
    [
        ('"1"', "1"),
        ('"1", "7"', "7"),
        ('W/"{0}"', "none"),
        ('"0{0}"', "none"),
        ('"x"', "none"),
        ('""', "none"),
        ('"-1"', "none"),
        ('"99999999999999999999"', "none"),
        ('"{0},1"', "none"),
    ],
)
async def test_a_version_that_was_not_seen_is_a_failed_precondition(rest: Rest, tags: str, seen: str):
    path, version = await step(rest)
    before = await rest.content()
    found = problem(await rest.post(path, CLERK, headers={"If-Match": tags.format(version)}))
    assert (found["status"], found["type"]) == (412, "urn:hoso:problem:stale-version")
    assert found["detail"].endswith(f"is at version {version}; the request had seen {seen}.")
    assert await rest.content() == before


@pytest.mark.parametrize("tags", ["{0}", '"{0}', '*, "{0}"', '"{0}" "1"', 'w/"{0}"', "", ",", '"{0}", 1'])
async def test_what_is_no_list_of_tags_is_refused_by_its_name(rest: Rest, tags: str):
    path, version = await step(rest)
    before = await rest.content()
    text = tags.format(version)
    found = problem(await rest.post(path, CLERK, headers={"If-Match": text}))
    assert (found["status"], found["type"], found["detail"]) == (
        400,
        "urn:hoso:problem:unreadable-header",
        f"If-Match is {text!r}.",
    )
    assert await rest.content() == before


ACTS = ("completion", "failure", "assignment")
PACKED = [
    ("POST", "/v1/dossiers", "application/json"),
    ("POST", "/v1/dossiers/{reference}/messages", "application/json"),
    ("POST", "/v1/user-tasks/search", "application/json"),
    *(("POST", f"/v1/user-tasks/{{task}}/{act}", "application/json") for act in ACTS),
    ("DELETE", "/v1/user-tasks/{task}/assignee", "application/json"),
    ("POST", "/v1/procedures/1.001806/versions", "application/zip"),
    ("POST", "/v1/procedures/1.001806/versions/1/approval", "application/json"),
    ("POST", "/dang-nhap", "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize(("method", "path", "kind"), PACKED, ids=[path for _, path, _ in PACKED])
async def test_a_body_that_is_packed_is_refused_with_what_is_taken(
    rest: Rest, method: str, path: str, kind: str
):
    accepted = await rest.accepts()
    (task,) = accepted["tasks"]
    way = path.format(reference=accepted["reference"], task=task["id"])
    before = await rest.content()
    for coding in ("gzip", "identity, BR", "x-unknown"):
        headers = {"Content-Type": kind, "Content-Encoding": coding}
        refused = await rest.ask(method, way, CLERK, content=gzip.compress(b"{}"), headers=headers)
        assert (problem(refused)["status"], refused.headers["accept-encoding"]) == (415, "identity")
        assert problem(refused)["detail"].startswith("Send the body as it is, not as ")
    assert await rest.content() == before


@pytest.mark.world("fresh")
async def test_a_body_that_is_said_to_be_as_it_is_is_taken(rest: Rest):
    for coding in ("identity", "Identity", "", "identity, identity"):
        found = await rest.done("/v1/user-tasks/search", CLERK, headers={"Content-Encoding": coding})
        assert found == {"items": [], "page": {"after": None}}, coding


async def test_a_coding_of_nothing_is_no_matter(rest: Rest):
    answer = await rest.get("/v1/procedures", CLERK, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 200
