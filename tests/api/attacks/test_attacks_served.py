"""Attacks that once succeeded, over the network and on the machine of a served installation: refused, and nothing has changed."""

import asyncio
import functools
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest

from hoso_bpmn import confinement
from hoso_bpmn.package import package
from hoso_bpmn.sandbox import Limits
from hoso_models import DOSSIER_PARTS, errors
from hoso_models.postgres import Role
from hoso_models.postgres.cluster import SECRETS
from hoso_models.storage import database
from hoso_workflows.organisation import units
from hoso_workflows.signatures import verification
from support import api_client as rests
from support import bombs, files, hostile_files, signed_calls
from support.account import Account
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, OWN, SPECIALIST, Rest, problem
from support.attacked_installation import (
    APPROVER,
    COLLEAGUE,
    DECLARER,
    DEPUTY,
    LEFT_BEHIND,
    MACHINE,
    MAYOR,
    NAMESAKE,
    REWRITTEN,
    SECRETARY,
    SENT,
    UNLANED,
    ZIP,
    House,
    a_task,
    answering,
    asking,
    attacked,
    kept,
    swap,
    unchanged,
    users,
    zipped,
)
from support.builders import forms
from support.procedures import signed_results
from support.procedures.exchange import OPINION
from support.served import PATIENCE, said, serving
from support.signing_in import cookies
from support.taken_over import EVERYTHING, Secrets, walled
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, SINCE, STRANGER, own

pytestmark = pytest.mark.slow

#: What officers write among themselves, and answer to the form of a step.
NOTE, ANSWER = "NỘI BỘ: nghi giấy tờ không thật", "Kho bí mật số 7"
#: A code that is issued in no period of the demonstration, and a task that is nobody's.
NO_CODE, NO_TASK = "H27.PVHCC-260302-0999", "00000000-0000-4000-8000-000000000009"


@dataclass(frozen=True)
class Child:
    """A child as the kernel knows it: hard limits, filter of calls, capabilities."""

    limits: dict[str, str]
    filtered: int
    gains_nothing: int
    capabilities: int


_LIMITS = {
    "CPU": "Max cpu time",
    "AS": "Max address space",
    "FSIZE": "Max file size",
    "NOFILE": "Max open files",
    "NPROC": "Max processes",
}


async def children(workers: set[int], limits: Limits, until: asyncio.Future[Any]) -> list[Child]:
    """The children of these processes with those limits, as they are before something is done."""
    found: dict[int, Child] = {}
    while not until.done():
        for worker in workers:
            for child in psutil.Process(worker).children(recursive=True):
                with suppress(FileNotFoundError, ProcessLookupError):
                    told = _told(Path(f"/proc/{child.pid}"))
                    if told.filtered and told.limits["CPU"] == str(limits.processor_seconds):
                        found[child.pid] = told
        await asyncio.sleep(0.01)
    return list(found.values())


def _told(process: Path) -> Child:
    said = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
    hard = {line[:26].strip(): line[47:68].strip() for line in (process / "limits").read_text().splitlines()}
    return Child(
        {kind: hard[name] for kind, name in _LIMITS.items()},
        int(said["Seccomp"]),
        int(said["NoNewPrivs"]),
        int(said["CapEff"], 16) | int(said["CapPrm"], 16),
    )


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The installation that all attacks of this module are made on."""
    with attacked() as made:
        yield made


@pytest.fixture
async def rest(house: House) -> AsyncIterator[Rest]:
    """Client of the attacked installation, without what attacks before this one left in its rate limits."""
    async with asking(house) as rest:
        await rest.world.changed("delete from throttle")
        yield rest


async def test_a_communes_pair_cannot_publish_over_the_provinces_procedure(rest: Rest) -> None:
    place, content = (
        "/v1/procedures/1.014464/versions",
        zipped({**package.bundled("1.014464").files, "readme.md": b"2"}),
    )
    decision = {"decision_no": "1/XA", "decision_date": "2026-03-01"}
    steps: tuple[tuple[str, UUID, dict[str, Any]], ...] = (
        (place, DECLARER, {"content": content, "headers": ZIP}),
        (f"{place}/2/submission", DECLARER, {}),
        (f"{place}/2/approval", APPROVER, {"json": decision}),
        (f"{place}/2/activation", APPROVER, {}),
    )
    for path, rightful, sent in steps:
        async with unchanged(rest):
            for thief in (MAYOR, SECRETARY):
                refused = await rest.post(path, thief, **sent)
                assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:forbidden")
        assert (await rest.post(path, rightful, **sent)).status_code in (200, 201)


async def test_who_stands_in_for_a_dismissed_officer_cannot_complete_a_task(rest: Rest) -> None:
    task, code = await a_task(rest, "agency_head", OTHER)
    async with unchanged(rest):
        for path in (f"/v1/user-tasks/{task}", f"/v1/dossiers/{code}"):
            assert [(await rest.get(path, by)).status_code for by in (DEPUTY, LEFT_BEHIND)] == [200, 404]
        for act in ("completion", "assignment"):
            assert (await rest.post(f"/v1/user-tasks/{task}/{act}", LEFT_BEHIND)).status_code == 404


async def test_passwords_cannot_be_guessed_at_the_sign_in(rest: Rest) -> None:
    form = {"Accept": "text/html", "Origin": str(rest.client.base_url).rstrip("/")}
    guess = {"tai-khoan": "quan-tri", "mat-khau": "matkhau123"}
    async with unchanged(rest):
        wrong = [await rest.post("/dang-nhap", data=guess, headers=form) for _ in range(60)]
        assert {answer.status_code for answer in wrong} == {422, 429}
        assert {
            answer.headers.get("retry-after", "") > "" for answer in wrong if answer.status_code == 429
        } == {True}


def browser(house: House, host: str) -> httpx.AsyncClient:
    """Somebody's browser behind a proxy on this machine, at an address."""
    told = {"X-Forwarded-For": host, "X-Forwarded-Proto": "https"}
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}", timeout=PATIENCE, headers=told)


def keep(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    """Let a browser keep the cookies of an answer, which came by TLS as far as it knows."""
    kept = "; ".join(f"{name}={said.partition(';')[0]}" for name, said in cookies(answer).items())
    client.headers["Cookie"] = "; ".join(filter(None, (client.headers.get("Cookie"), kept)))


async def test_nobody_can_lock_another_out_of_their_account(house: House, rest: Rest) -> None:
    rest.clock.at = datetime.now(UTC)
    account = Account(rest, COLLEAGUE, "chuyen-vien-thu")
    await account.enters(house.seal)
    office, statuses = "203.0.113.9", []
    async with AsyncExitStack() as open_for:
        here, elsewhere, *others = [
            await open_for.enter_async_context(browser(house, host))
            for host in (office, "192.0.2.9", office, "198.51.100.9")
        ]
        for step in (account.types_password, account.types_code):
            keep(here, await step(client=here))
        for guesser in others:
            while (await account.types_password("sai", client=guesser)).status_code == 422:
                pass
        for _ in range(20):
            wrong = [(await account.types_password("sai", client=each)).status_code for each in others]
            right = [(await account.types_password(client=each)).status_code for each in (here, elsewhere)]
            statuses.append((set(wrong) <= {422, 429}, *right))
        waits = [(await account.types_password(client=each)).status_code for each in others]
    assert statuses == [(True, 303, 303)] * 20
    assert 429 in waits


async def test_one_network_of_many_lines_cannot_keep_a_citizen_from_looking_up(
    house: House, rest: Rest
) -> None:
    code = (await rest.world.db.rows("select code from dossier where code is not null"))[0].code
    place, others, citizen = f"/v1/public/dossiers/{code}", [], []
    async with unchanged(rest), browser(house, "203.0.113.9") as home:
        for number in range(8):
            async with browser(house, f"2001:db8:1:{number}00::1") as line:
                others += [(await line.get(place)).status_code for _ in range(11)]
                citizen.append((await home.get(place)).status_code)
    assert (citizen, set(others), 429 in others[-11:]) == ([200] * 8, {200, 429}, True)


async def test_dossiers_cannot_be_harvested_by_counting(rest: Rest) -> None:
    codes = [row.code for row in await rest.world.db.rows("select code from dossier where code is not null")]
    async with unchanged(rest):
        told = [(await rest.get(f"/v1/public/dossiers/{code}")).status_code for code in codes]
    assert set(told) == {200, 429}
    assert told.count(200) < len(codes) / 2


async def test_an_administrator_cannot_read_what_a_dossier_is_about(rest: Rest) -> None:
    task, code = await a_task(rest, "specialist", OTHER)
    async with unchanged(rest):
        for path in (
            *(f"/v1/dossiers/{code}{part}" for part in ("", "/events", "/waits")),
            f"/v1/user-tasks/{task}",
        ):
            hidden = await rest.get(path, ADMINISTRATOR)
            assert (hidden.status_code, problem(hidden)["type"]) == (404, "urn:hoso:problem:not-found")
        assert (await rest.done("/v1/user-tasks/search", ADMINISTRATOR))["items"] == []
        listed = await rest.get("/v1/overdue", ADMINISTRATOR)
    assert (listed.status_code, listed.json()["items"] != []) == (200, True)


async def worked_on(rest: Rest) -> str:
    """The code of the citizen's own dossier, in which officers have written notes and answers."""
    filing = {**FILING, "procedure": forms.CODE, "form": {}, "components": []}
    filed = await rest.done("/v1/dossiers", CITIZEN, {**filing, "channel": "online", "applicant": OWN})
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK, {"note": NOTE})
    (task,) = standing["tasks"]
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", SPECIALIST)
    proposal = {"reason": NOTE, "items": [NOTE]}
    await rest.done(f"/v1/dossiers/{standing['code']}/supplement-proposal", SPECIALIST, proposal)
    answers = {"dia_diem": ANSWER, "muc": 3}
    await rest.completes(standing, SPECIALIST, note=NOTE, values=answers)
    return str(standing["code"])


async def test_an_applicant_cannot_read_notes_answers_or_names_of_officers(rest: Rest) -> None:
    code = await worked_on(rest)
    found = await rest.world.db.rows("select id::text, name from principal where kind = 'officer'")
    secrets = {NOTE, ANSWER, *(row.id for row in found), *(row.name for row in found)}
    stored = await rest.world.db.rows(
        "select payload::text as said from dossier_event union all select answers::text from user_task"
    )
    written = "".join(row.said or "" for row in stored)
    assert (NOTE in written, ANSWER in written) == (True, True)
    async with unchanged(rest):
        read = [
            await rest.get(f"/v1/dossiers/{code}{part}", CITIZEN)
            for part in ("", "/events", "/waits", "/deadline")
        ]
    assert {answer.status_code for answer in read} == {200}
    told = "".join(json.dumps(answer.json(), ensure_ascii=False) for answer in read)
    assert {secret for secret in secrets if secret in told} == set()


def ways() -> list[tuple[str, str]]:
    """Everything that can be asked of one dossier or task."""
    paths = json.loads(rests.COMMITTED.read_bytes())["paths"]
    about = [path for path in paths if "{reference}" in path or "{task}" in path]
    return [(method.upper(), _filled(path)) for path in about for method in paths[path]]


def _filled(path: str) -> str:
    """The path with an id for everything but the dossier and the task."""
    for name in ("incident", "consultation", "letter", "attachment", "order"):
        path = path.replace(f"{{{name}}}", str(MACHINE))
    return path.replace("{ordinal}", "1")


@pytest.mark.parametrize("stranger", [STRANGER, COLLEAGUE, MACHINE], ids=["citizen", "officer", "machine"])
async def test_a_stranger_cannot_tell_a_code_that_is_there_from_an_invented_one(
    rest: Rest, stranger: UUID
) -> None:
    task, code = await a_task(rest, "division_head", DEPARTMENT)
    assert len(ways()) >= 19
    async with unchanged(rest):
        for method, path in ways():
            told = []
            for names in ((code, task), (NO_CODE, NO_TASK)):
                asked = path.replace("{reference}", names[0]).replace("{task}", names[1])
                body = {"json": SENT.get(path.rsplit("/", 1)[1], {})} if method in ("POST", "PUT") else {}
                answer = await rest.ask(method, asked, stranger, **body)
                said = answer.text.replace(names[0], "…").replace(names[1], "…")
                told.append((answer.status_code, said))
            assert (told[0][0], told[0]) == (404, told[1]), (method, path)


async def test_a_citizen_cannot_file_in_another_persons_name(rest: Rest) -> None:
    others = (
        {"kind": "person", "name": "Người nộp 2", "identifier": "000000000002"},
        {"kind": "person", "name": "Bà Khác", "identifier": "001099000001"},
        {"kind": "organisation", "name": "Công ty khác", "identifier": "3000000001"},
    )
    async with unchanged(rest):
        for applicant in others:
            refused = await rest.post(
                "/v1/dossiers",
                STRANGER if applicant is not others[0] else CITIZEN,
                {**FILING, "channel": "online", "applicant": applicant},
            )
            assert (refused.status_code, problem(refused)["type"]) == (422, "urn:hoso:problem:form-refused")


async def test_three_hundred_silent_connections_cannot_keep_an_officer_out(house: House, rest: Rest) -> None:
    async with unchanged(rest):
        crowd = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(300)]
        for _, writer in crowd[::2]:
            writer.write(b"GET / HTTP/1.1\r\nX-A: ")
        answers = [(await rest.get("/v1/overdue", HEAD)).status_code for _ in range(20)]
        for _, writer in crowd:
            writer.close()
    assert set(answers) == {200}


async def test_packages_by_the_dozen_cannot_take_the_machine(rest: Rest) -> None:
    files = {**package.bundled("1.014464").files, "process.bpmn": b"<broken"}
    async with unchanged(rest):
        await rest.token(DECLARER)
        many = asyncio.gather(
            *(
                rest.post("/v1/procedures/1.014464/versions", DECLARER, content=zipped(files), headers=ZIP)
                for _ in range(24)
            )
        )
        assert await answering(rest, many) > 0
        answers = await many
    assert {answer.status_code for answer in answers} == {422, 429}
    assert {answer.headers.get("retry-after") for answer in answers if answer.status_code == 429} == {"30"}


async def head_only(house: House, path: str, kind: str, token: str) -> bytes:
    """The first line that is answered to nine megabytes of which not one has been sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    said = (
        "POST {} HTTP/1.1",
        "Host: h",
        "Authorization: Bearer {}",
        "Content-Type: {}",
        "Content-Length: 9437184",
    )
    writer.write("\r\n".join((*said, "", "")).format(path, token, kind).encode())
    async with asyncio.timeout(PATIENCE):
        line = await reader.readline()
    writer.close()
    return line


async def test_nine_megabytes_by_the_name_of_a_package_cannot_be_left_anywhere(
    house: House, rest: Rest
) -> None:
    async with unchanged(rest):
        token = await rest.token(CITIZEN)
        told = {
            (path, kind): (await head_only(house, path, kind, token)).split()[1]
            for path in ("/dang-nhap", "/v1/dossiers")
            for kind in ("application/zip", "application/json", "application/x-www-form-urlencoded")
        }
    # What is no form, and comes from none of our pages, is refused, and nothing of it is read.
    no_form = {("/dang-nhap", kind): b"403" for kind in ("application/zip", "application/json")}
    assert told == {**dict.fromkeys(told, b"413"), **no_form}


#: Code → pattern of a form that stood a worker still for seconds, or for ever, and the answer that did it.
PATTERNS = {"9.000005": ("^(?:a|aa){28}b$", "a" * 42), "9.000006": ("^(?:a|aa){60}b$", "a" * 120)}


def patterned(code: str) -> bytes:
    """A package in which reception has a form with this code's pattern."""
    files = dict(forms.drawn(at_reception=True).files)
    form = json.loads(files["forms/tham-dinh.form"])
    form["components"][0]["validate"] = {"pattern": PATTERNS[code][0]}
    manifest = files["procedure.toml"].replace(forms.CODE.encode(), code.encode())
    return zipped({**files, "procedure.toml": manifest, "forms/tham-dinh.form": json.dumps(form).encode()})


async def published(rest: Rest, code: str) -> None:
    """Bring it all the way to active, over REST."""
    async with rest.world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, DEPARTMENT), strict=True):
            units.competence(tx, code, unit, part, SINCE, basis="Quyết định công bố")
    await own(rest.world.db, code)
    place = f"/v1/procedures/{code}/versions"
    await rest.done(place, DECLARER, content=patterned(code), headers=ZIP)
    await rest.done(f"{place}/1/submission", DECLARER)
    await rest.done(f"{place}/1/approval", APPROVER, {"decision_no": "1", "decision_date": "2026-03-01"})
    await rest.done(f"{place}/1/activation", APPROVER)


@pytest.mark.parametrize("code", PATTERNS)
async def test_a_pattern_in_a_form_cannot_stop_the_workers(rest: Rest, code: str) -> None:
    await published(rest, code)
    filed = await rest.done(
        "/v1/dossiers", CLERK, {**FILING, "procedure": code, "form": {}, "components": []}
    )
    path, answers = f"/v1/dossiers/{filed['reference']}/acceptance", {"dia_diem": PATTERNS[code][1], "muc": 1}
    async with unchanged(rest):
        many = asyncio.gather(*(rest.post(path, CLERK, {"values": answers}) for _ in range(8)))
        assert await answering(rest, many) > 0
        assert {(answer.status_code, problem(answer)["errors"][0]["field"]) for answer in await many} == {
            (422, "values.dia_diem")
        }


@pytest.mark.parametrize(
    "name",
    [
        *("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"),
        *("CF-Connecting-IP", "True-Client-IP", "Fastly-Client-IP", "X-Whatever-A-Proxy-Adds"),
    ],
)
async def test_an_open_board_cannot_be_read_through_a_proxy(rest: Rest, name: str) -> None:
    async with unchanged(rest):
        there = await rest.get("/noi-bo/qua-han", headers={"Accept": "text/html"})
        away = await rest.get("/noi-bo/qua-han", headers={"Accept": "text/html", name: "203.0.113.7"})
    assert (there.status_code, away.status_code, away.headers["location"]) == (
        200,
        303,
        "/dang-nhap?tiep=/noi-bo/qua-han",
    )


async def test_no_answer_names_the_program_that_serves(rest: Rest) -> None:
    answers = [await rest.get(path) for path in ("/", "/v1/me", "/static/nothing", "/health/live")]
    assert [each.headers.get("server") for each in answers] == [None] * len(answers)


async def test_an_officer_cannot_let_a_stranger_act_for_them(rest: Rest) -> None:
    days = {"valid_from": "2026-03-02", "valid_to": "2026-03-02", "reason": "x"}
    async with unchanged(rest):
        for acting in (COLLEAGUE, CITIZEN):
            said_of = {"absent": str(SPECIALIST), "acting": str(acting), **days}
            assert (await rest.post("/v1/substitutions", SPECIALIST, said_of)).status_code in (404, 409)
        role = {"person": str(CITIZEN), "role": "specialist", "unit": DEPARTMENT, "valid_from": "2026-03-02"}
        assert (await rest.post("/v1/role-assignments", ADMINISTRATOR, role)).status_code == 404
    assert (await rest.get(f"/v1/units/{DEPARTMENT}/officers", CITIZEN)).status_code == 403


async def test_an_administrator_cannot_make_up_a_head_and_sign_in_as_them(rest: Rest) -> None:
    entered = await rest.done("/v1/principals", ADMINISTRATOR, {"name": "Lãnh đạo thêm", "unit": DEPARTMENT})
    made_up = entered["acts"][0]["subject"]
    role = {"person": made_up, "role": "agency_head", "unit": DEPARTMENT, "valid_from": "2026-03-02"}
    proposed = await rest.done("/v1/role-assignments", ADMINISTRATOR, role)
    assert [each["kind"] for each in proposed["acts"]] == ["role_proposed"]
    async with unchanged(rest):
        place = f"/v1/role-proposals/{proposed['acts'][0]['subject']}/confirmation"
        for attempt in (place, f"/v1/principals/{made_up}/invitation"):
            refused = await rest.post(attempt, ADMINISTRATOR)
            assert (refused.status_code, problem(refused)["type"].rpartition(":")[2]) in (
                *((409, "second-person-needed"), (409, "entered-alone")),
            )


async def test_an_officer_cannot_speak_to_the_public_in_the_authoritys_name(rest: Rest) -> None:
    outage = {"unit": DEPARTMENT, "service": "x", "description": "x", "began_at": "2026-03-02T07:00:00+07:00"}
    words = "Gọi số 0900 000 000 để được hoàn phí"
    made = await rest.done("/v1/outages", SPECIALIST, outage)
    async with unchanged(rest):
        told = await rest.post("/v1/outages", SPECIALIST, {**outage, "announcement": words})
        place = f"/v1/outages/{made['id']}/announcement"
        put = await rest.ask("PUT", place, SPECIALIST, json={"announcement": words})
    assert (told.status_code, put.status_code) == (422, 403)
    assert words not in (await rest.get("/", headers={"Accept": "text/html"})).text
    seen = (await rest.get("/v1/outages", COLLEAGUE)).json()["items"]
    assert made["id"] not in {each["id"] for each in seen}


async def test_a_paper_that_announces_more_than_it_holds_is_read_by_nobody(rest: Rest) -> None:
    async with unchanged(rest):
        sent = {"content": bombs.announcing(2_000_000), "headers": {"Content-Type": "application/pdf"}}
        told = await rest.post("/v1/public/papers", **sent)
    assert (told.status_code, told.json()["readable"], told.json()["good"]) == (200, False, False)


async def test_a_paper_that_is_signed_is_parsed_by_no_process_that_answers(house: House, rest: Rest) -> None:
    filed = await rest.done("/v1/dossiers", CLERK, {**FILING, **signed_results.FILING})
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    standing = await rest.completes(standing, SPECIALIST)
    sends = functools.partial(files.sends, rest, standing["reference"], SPECIALIST, internal=True)
    papers = files.pdf(), bombs.announcing(100_000, blanks=100_000)
    good, bad = [(await sends(each)).headers["location"].rpartition("/")[2] for each in papers]

    async def signs(file: str) -> Any:
        items = [{"dossier": standing["reference"], "attachment": file}]
        (done,) = (await rest.done("/v1/results/signatures", SPECIALIST, {"items": items}))["items"]
        return done

    workers = house.workers
    async with unchanged(rest):
        assert (await sends(bombs.announcing(2_000_000))).status_code == 422
        signing = asyncio.ensure_future(signs(bad))
        assert await answering(rest, signing) > 0
        refused = (await signing)["problem"]
    assert (refused["type"], refused["errors"][0]["message"]) == (
        "urn:hoso:problem:form-refused",
        "cannot be read by who signs; print it to a new PDF",
    )
    assert ((await signs(good))["problem"], house.workers) == (None, workers)


async def test_who_reads_a_strangers_paper_is_limited_and_has_no_rights(house: House, rest: Rest) -> None:
    limits, workers = verification.ANYBODY.limits, house.workers
    sent = {
        "content": bombs.announcing(1_000_000, blanks=1_000_000),
        "headers": {"Content-Type": "application/pdf"},
    }
    async with unchanged(rest):
        reading = asyncio.ensure_future(rest.post("/v1/public/papers", **sent))
        seen = await children(workers, limits, reading)
        told = await reading
    assert (told.status_code, told.json()["readable"], house.workers) == (200, False, workers)
    kernel = {"CPU": "3", "AS": str(limits.memory_bytes), **dict.fromkeys(("FSIZE", "NOFILE", "NPROC"), "0")}
    assert [each.limits for each in seen] == [kernel]
    assert {(each.filtered, each.gains_nothing, each.capabilities) for each in seen} == {(2, 1, 0)}


@pytest.mark.parametrize(
    "walls",
    [
        ("sandbox.give_up_rights()",),
        # Where the kernel has no Landlock.
        ("confinement.close_paths = lambda: None", "sandbox.give_up_rights()"),
    ],
    ids=["all", "no Landlock"],
)
@pytest.mark.skipif(not confinement.filters(), reason="the kernel's numbers are not known here")
def test_who_takes_a_reader_of_papers_over_cannot_read_the_key(house: House, walls: tuple[str, ...]) -> None:
    (worker, *_) = house.workers
    user = psutil.Process(worker).uids().real
    key, other = house.home / "keys" / "master.key", house.home / "so.pass"
    before = key.read_bytes(), key.stat().st_uid
    for whose in {user, os.geteuid()}:
        assert walled(Secrets(key, other, worker, whose), *walls) == EVERYTHING
    assert (key.read_bytes(), key.stat().st_uid, worker in house.workers) == (before[0], user, True)


async def test_a_file_that_attacks_who_opens_it_cannot_be_handed_in(rest: Rest) -> None:
    reference = (await rest.files())["reference"]
    async with unchanged(rest):
        for name, content in hostile_files.HOSTILE.items():
            ending = "pdf" if content.startswith(b"%PDF") else "xlsx" if b"xl/" in content else "docx"
            refused = await files.sends(rest, reference, CLERK, content, f"a.{ending}")
            assert (refused.status_code, name) == (422, name)


async def test_a_signed_call_that_was_caught_cannot_be_sent_again_or_elsewhere(rest: Rest) -> None:
    partner = await signed_calls.entered(rest)
    now = datetime.now(UTC)
    caught = partner.signed("/v1/notifications/read", {"last": 1}, at=now, nonce="n1")
    assert (await partner.sends(caught)).status_code == 200
    token = partner.signed(
        "/v1/me/tokens", {"label": "t", "scopes": ["read"], "days": 365}, at=now, nonce="n2"
    )
    ahead = partner.signed("/v1/notifications/read", {"last": 1}, at=now + timedelta(minutes=3), nonce="n3")
    before = await rest.content()
    headers = {name: value for name, value in caught.headers.items() if name != "host"}
    elsewhere = rest.client.build_request(
        "POST",
        "/v1/notifications/read",
        content=caught.content,
        headers={**headers, "Host": "elsewhere.example"},
    )
    answers = [await rest.client.send(each) for each in (caught, elsewhere, token, ahead)]
    assert [(each.status_code, problem(each)["type"].rpartition(":")[2]) for each in answers] == [
        (401, "signature-used"),
        (401, "signature-refused"),
        (403, "signature-not-enough"),
        (401, "signature-refused"),
    ]
    after = await rest.content()
    # The nonce of a call that is refused for what it asks is used up all the same.
    assert {name for name in after if after[name] != before[name]} <= {"used_signature"}


async def test_an_administrator_cannot_take_a_head_over_by_their_code(rest: Rest) -> None:
    await rest.world.changed("update principal set home_unit_code = $2 where id = $1", HEAD, DEPARTMENT)
    await rest.world.changed(
        "insert into credential (principal_id, kind, label, key_id, public_key, sign_count, copied, created_at, confirmed_at)"
        " values ($1, 'passkey', 'Khóa', 'a', 'b', 0, false, now(), now())",
        HEAD,
    )
    async with unchanged(rest):
        refused = await rest.ask("PATCH", f"/v1/principals/{HEAD}", ADMINISTRATOR, json={"code": "ten-moi"})
    assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:recovery-needed")


async def test_a_machine_of_an_authority_cannot_speak_for_the_house(rest: Rest) -> None:
    filed = await rest.done(
        "/v1/dossiers", CLERK, {**FILING, "procedure": UNLANED, "form": {}, "components": []}
    )
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    path, message = f"/v1/dossiers/{standing['code']}", {"name": OPINION}
    (awaited,) = (await rest.get(f"{path}/waits", SPECIALIST)).json()["messages"]
    assert (awaited["name"], awaited["role"]) == (OPINION, None)
    async with unchanged(rest):
        assert (await rest.post(f"{path}/messages", MACHINE, message)).status_code == 404
        for read in ("overdue", "procedures/1.014464/versions", "procedures/1.014464/owners"):
            assert (await rest.get(f"/v1/{read}", MACHINE)).status_code == 403, read
        lists = await rest.get("/v1/incidents", MACHINE), await rest.post("/v1/user-tasks/search", MACHINE)
        assert [(each.status_code, each.json()["items"]) for each in lists] == [(200, []), (200, [])]
    assert (await rest.post(f"{path}/messages", SPECIALIST, message)).status_code == 200


async def test_one_person_at_the_shell_cannot_be_two(house: House, rest: Rest, tmp_path: Path) -> None:
    (tmp_path / "goi.zip").write_bytes(zipped({**package.bundled("1.014464").files, "readme.md": b"3"}))
    both = ("--declarer", str(DECLARER), "--approver", str(APPROVER))
    decision = ("--decision", "1", "--decided", "2026-03-01")
    own_token = await rest.token(DECLARER)
    async with unchanged(rest):
        ran = house.hoso("procedures", "publish", str(tmp_path / "goi.zip"), *both, *decision)
        assert (ran.status, "No such option: --approver" in ran.err) == (2, True), ran.err
        for given in ("", "hs_nobody", own_token):
            approved = house.hoso("procedures", "approve", "1.014464", "1", *decision, given=f"{given}\n")
            assert (approved.status in (1, 2), approved.out, "Traceback" in approved.err) == (True, "", False)


async def test_the_applications_password_cannot_rewrite_what_happened(house: House, rest: Rest) -> None:
    assert (house.home / "postgres" / SECRETS[Role.APPLICATION]).read_text() in house.url()
    async with unchanged(rest):
        for table in ("dossier_event", "access_log"):
            for statement in REWRITTEN:
                with pytest.raises(errors.DatabaseRefused) as caught:
                    await rest.world.db.one_statement(statement.format(table))
                assert getattr(caught.value.__cause__, "sqlstate", None) == "42501", statement


async def test_prefects_password_cannot_open_our_database(house: House) -> None:
    with pytest.raises(errors.StorageError) as caught:
        async with database.connect(house.url(Role.PREFECT)) as db:
            await db.rows("select 1 from dossier")
    assert 'permission denied for database "hoso"' in str(caught.value) + str(caught.value.__cause__)


def test_a_stranger_on_the_machine_finds_nothing_of_roots_and_reads_nothing(house: House) -> None:
    with serving(house.home, "flows", **house.told) as process:
        said(process, "flows is ready")
        running = users(house.home)
        found = kept(house.home)
        (services,) = (each for each in house.hoso("doctor", "--json").json if each["name"] == "services")
    if os.geteuid() == 0:  # a kernel that lets nobody mount leaves root, and then `hoso doctor` says so
        assert (0 in running, services["state"]) in ((False, "ok"), (True, "warning"))
    else:
        assert set(running) == {os.geteuid()}
    names = {name for name, _ in found}
    assert (len(running) >= 6, len(names), names & {"nobody", "postgres"}) == (True, 1, set())
    assert {mode for _, mode in found} <= {"drwx------", "-rw-------", "srwx------"}


def test_a_name_that_two_people_have_cannot_get_the_token_of_either(house: House) -> None:
    ran = house.hoso("tokens", "create", NAMESAKE)
    assert (ran.status, ran.out) == (1, "")
    assert f"{NAMESAKE} is the name of 2 principals" in " ".join(ran.err.split())


async def test_a_whole_token_cannot_be_left_on_a_command_line(house: House, rest: Rest) -> None:
    token = await rest.token(CLERK)
    async with unchanged(rest):
        ran = house.hoso("tokens", "revoke", token)
        assert (ran.status, token in ran.err) == (2, False)
        assert (await rest.get("/v1/procedures", CLERK)).status_code == 200


async def test_the_owner_of_the_database_cannot_swap_two_histories_unseen(house: House, rest: Rest) -> None:
    rows = await rest.world.db.rows(
        "select id, reference from dossier where status = 'returned' and procedure_code = '1.014464' order by id limit 2"
    )
    two, references = [row.id for row in rows], {row.reference for row in rows}
    async with unchanged(rest), database.connect(house.url(Role.OWNER)) as owner:
        before = house.hoso("audit", "--json").json
        await swap(owner, two)
        found = house.hoso("audit", "--json")
        await swap(owner, two)
        after = house.hoso("audit", "--json")
    chains = {(each["reference"], each["stored"]) for each in found.json if each["what"] == "chain"}
    assert found.status == 1
    assert chains == {(each, "event 1: was altered after it was written") for each in references}
    assert after.json == before
