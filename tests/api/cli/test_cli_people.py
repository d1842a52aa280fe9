"""`hoso people`: invitations and recovery by an operator, sessions listed and ended."""

import asyncio
from datetime import UTC, datetime

from hoso_models.storage import database
from support import databases, signing_in
from support.command_line import hoso, stored
from support.world import CITIZEN, PROVINCE, person

HEAD = person("division_head")
LINK = "http://127.0.0.1:8000/loi-moi#"


def session(url: str) -> None:
    async def begun() -> None:
        async with database.connect(url) as db:
            await signing_in.begun(db, HEAD, at=datetime.now(UTC))

    asyncio.run(begun())


def test_an_operator_invites_a_person_who_was_entered(world_url: str) -> None:
    ran = hoso("people", "invite", str(HEAD), url=world_url)
    assert (ran.status, ran.out.startswith(LINK), len(ran.out.strip())) == (0, True, len(LINK) + 22)
    assert "Good once, until" in ran.err
    ((kind, act, authority),) = stored(
        world_url,
        "select p.kind, e.kind, e.authority from administration_event e join principal p on p.id = e.actor_id",
    )
    assert (kind, act, authority) == ("operator", "invitation_given", "H27.SYT")
    again = hoso("people", "invite", str(HEAD), "--json", url=world_url)
    assert again.json["link"].startswith(LINK)
    assert stored(world_url, "select count(*) from invitation where withdrawn_at is null") == [(1,)]


def test_another_administrator_is_proposed_on_the_word_of_one_and_invited(world_url: str) -> None:
    asked = ("people", "invite", "--administrator")
    alone = hoso(*asked, "Quản trị 9", "--unit", "H27.SYT", url=world_url)
    assert (alone.status, stored(world_url, "select count(*) from invitation")) == (1, [(0,)])
    by = ("--by", str(person("administrator", PROVINCE)))
    ran = hoso(*asked, "Quản trị 9", "--unit", "H27.SYT", *by, url=world_url)
    assert ran.out.startswith(LINK), ran.err
    assert stored(
        world_url,
        "select r.role, r.unit_code from principal p join role_proposal r on r.principal_id = p.id where p.name = 'Quản trị 9'",
    ) == [("administrator", "H27.SYT")]
    wrong = hoso(*asked, "Quản trị 11", "--unit", "H99", *by, url=world_url)
    assert (wrong.status, "No unit is known as H99" in wrong.err) == (1, True)
    assert stored(world_url, "select count(*) from principal where name = 'Quản trị 11'") == [(0,)]


def test_the_first_administrator_needs_nobodys_word(world_url: str) -> None:
    asyncio.run(databases.changed(world_url, "delete from role_assignment where role = 'administrator'"))
    ran = hoso("people", "invite", "--administrator", "Quản trị 10", url=world_url)
    assert ran.out.startswith(LINK), ran.err
    assert stored(
        world_url,
        "select r.role, r.unit_code from principal p join role_assignment r on r.principal_id = p.id where p.name = 'Quản trị 10'",
    ) == [("administrator", "H27")]


def test_an_officer_of_the_register_is_invited_by_their_code(world_url: str) -> None:
    by = ("--by", str(person("administrator", PROVINCE)))
    made = hoso("people", "enter", "Chuyên viên 9", "H27.SYT", "--code", "CC-0109", *by, url=world_url)
    assert made.status == 0, made.err
    assert hoso("people", "invite", "CC-0109", url=world_url).out.startswith(LINK)


def test_whom_nobody_can_invite_is_told(world_url: str) -> None:
    neither = hoso("people", "invite", url=world_url)
    both = hoso("people", "invite", str(HEAD), "--administrator", "x", url=world_url)
    citizen = hoso("people", "invite", str(CITIZEN), url=world_url)
    nobody = hoso("people", "invite", "nobody-there", url=world_url)
    assert [ran.status for ran in (neither, both, citizen, nobody)] == [2, 2, 1, 1]
    assert stored(world_url, "select count(*) from invitation") == [(0,)]


def test_an_operator_recovers_an_account_where_nobody_else_can(world_url: str) -> None:
    session(world_url)
    ran = hoso("people", "recover", str(HEAD), url=world_url)
    assert (ran.status, ran.out.startswith(LINK)) == (0, True)
    assert stored(world_url, "select ended_why from browser_session") == [("factors_changed",)]


def test_sessions_of_a_person_are_listed_and_ended(world_url: str) -> None:
    session(world_url)
    (listed,) = hoso("people", "sessions", str(HEAD), "--json", url=world_url).json
    assert (listed["provider"], listed["amr"]) == ("local", ["passkey"])
    assert hoso("people", "sessions", str(HEAD), "--end", "--json", url=world_url).json == []
    assert hoso("people", "sessions", str(HEAD), url=world_url).status == 0
