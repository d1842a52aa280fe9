"""Attacks at the shell, on the database and on the machine of a served installation: refused, and nothing has changed."""

import os
import pwd
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from hoso_bpmn.package import package
from hoso_models import errors
from hoso_models.postgres import Role
from hoso_models.postgres.cluster import SECRETS
from hoso_models.storage import database
from support.api_client import CLERK, Rest
from support.attacked_installation import (
    APPROVER,
    DECLARER,
    NAMESAKE,
    House,
    asking,
    attacked,
    unchanged,
    zipped,
)
from support.served import members, said, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The installation that all attacks of this module are made on."""
    with attacked() as made:
        yield made


@pytest.fixture
async def rest(house: House) -> AsyncIterator[Rest]:
    """Client of the attacked installation."""
    async with asking(house) as rest:
        yield rest


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


_REWRITTEN = (
    *("update {} set at = at", "delete from {}", "truncate {}", "alter table {} add column forged text"),
    *("alter table {} disable trigger user", "alter table {} disable trigger all", "drop table {}"),
)


async def test_the_applications_password_cannot_rewrite_what_happened(house: House, rest: Rest) -> None:
    assert (house.home / "postgres" / SECRETS[Role.APPLICATION]).read_text() in house.url()
    async with unchanged(rest):
        for table in ("dossier_event", "access_log"):
            for statement in _REWRITTEN:
                with pytest.raises(errors.DatabaseRefused) as caught:
                    await rest.world.db.one_statement(statement.format(table))
                assert getattr(caught.value.__cause__, "sqlstate", None) == "42501", statement


async def test_prefects_password_cannot_open_our_database(house: House) -> None:
    with pytest.raises(errors.StorageError) as caught:
        async with database.connect(house.url(Role.PREFECT)) as db:
            await db.rows("select 1 from dossier")
    assert 'permission denied for database "hoso"' in str(caught.value) + str(caught.value.__cause__)


def kept(home: Path) -> set[tuple[str, str]]:
    """Owners and modes of all files in a home."""
    found = set()
    for path in (home, *home.rglob("*")):
        with suppress(FileNotFoundError):
            seen = path.lstat()
            found.add((pwd.getpwuid(seen.st_uid).pw_name, stat.filemode(seen.st_mode)))
    return found


def users(home: Path) -> list[int]:
    """As whom the processes of an installation run."""
    found = []
    for process in members(home):
        with suppress(psutil.NoSuchProcess):
            found += {process.uids().real, process.uids().saved}
    return found


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


#: Gives each of two dossiers, $1 and $2, the other's history and head.
_SWAPPED = (
    "alter table dossier_event disable trigger dossier_event_append_only",
    "update dossier_event set seq = seq + 1000 where dossier_id in ($1, $2)",
    (
        "update dossier_event set seq = seq - 1000, dossier_id = case dossier_id when $1::uuid then $2::uuid else $1::uuid end"
        " where dossier_id in ($1, $2)"
    ),
    (
        "update engine_state e set head = (select o.head from engine_state o where o.dossier_id in ($1, $2)"
        " and o.dossier_id <> e.dossier_id) where dossier_id in ($1, $2)"
    ),
    "alter table dossier_event enable trigger dossier_event_append_only",
)


async def swap(owner: database.Database, two: list[object]) -> None:
    for statement in _SWAPPED:
        await owner.one_statement(statement, two if "$1" in statement else [])


async def test_the_owner_of_the_database_cannot_swap_two_histories_unseen(house: House, rest: Rest) -> None:
    rows = await rest.world.db.rows(
        "select id, reference from dossier where status = 'returned' and procedure_code = '1.014464' order by id limit 2"
    )
    two, references = [row.id for row in rows], {row.reference for row in rows}
    async with unchanged(rest), database.connect(house.url(Role.OWNER)) as owner:
        await swap(owner, two)
        found = house.hoso("audit", "--json")
        await swap(owner, two)
        after = house.hoso("audit", "--json")
    chains = {(each["reference"], each["stored"]) for each in found.json if each["what"] == "chain"}
    assert found.status == 1
    assert chains == {(each, "event 1: was altered after it was written") for each in references}
    assert (after.status, after.json) == (0, [])
