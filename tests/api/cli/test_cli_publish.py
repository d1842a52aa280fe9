"""Publication at the shell: what is entered is the operator's, and one user of it is never two people."""

from pathlib import Path

import pytest

from hoso_api.cli import operators
from hoso_bpmn.package import package
from support.command_line import Ran, hoso, stored
from support.world import DEPARTMENT, OTHER, PROVINCE, World, person

P1 = "1.014464"
DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
ADMINISTRATOR = person("administrator", PROVINCE)
DECISION = ("--decision", "2/QĐ-UBND", "--decided", "2026-01-05")
VERSION = "from workflow_version where procedure_code = '1.014464' and number = 2"


@pytest.fixture
def brought(tmp_path: Path) -> str:
    """The bundled package with a word more, as a zip."""
    drawn = package.read({**package.bundled(P1).files, "readme.md": b"2"})
    (tmp_path / "goi.zip").write_bytes(drawn.to_zip())
    return str(tmp_path / "goi.zip")


def publish(url: str, path: str) -> Ran:
    return hoso("procedures", "publish", path, "--declarer", str(DECLARER), "--json", url=url)


def token(url: str, who: object) -> str:
    return hoso("tokens", "create", str(who), url=url).out.strip()


def test_one_user_of_the_shell_is_not_two_people(world_url: str, brought: str) -> None:
    both = ("--declarer", str(DECLARER), "--approver", str(APPROVER), *DECISION)
    assert hoso("procedures", "publish", brought, *both, url=world_url).status == 2
    assert stored(world_url, f"select number {VERSION}") == []
    submitted = publish(world_url, brought)
    assert (submitted.status, submitted.json["status"]) == (0, "submitted")
    who = "select p.kind, p.name, declared_by = submitted_by, declared_for, submitted_for"
    entered = stored(
        world_url, f"{who} {VERSION.replace('where', 'join principal p on p.id = declared_by where')}"
    )
    assert entered == [("operator", operators.name(), True, DECLARER, DECLARER)]
    operator = submitted.json["declared_by"]
    for name in (operator, operators.name()):
        assert hoso("tokens", "create", name, url=world_url).status == 1
    for unproven in ("", "hs_nobody", token(world_url, DECLARER)):
        ran = hoso("procedures", "approve", P1, "2", *DECISION, url=world_url, given=f"{unproven}\n")
        assert (ran.status in (1, 2), ran.out, "Traceback" in ran.err) == (True, "", False)
    assert stored(world_url, f"select status {VERSION}") == [("submitted",)]


def test_the_person_on_whose_word_it_was_entered_does_not_approve_it(world_url: str, brought: str) -> None:
    assert publish(world_url, brought).status == 0
    gives = "insert into role_assignment (principal_id, unit_code, role, valid_from) values ('{}', '{}', '{}', '2026-01-01') returning id"
    stored(world_url, gives.format(DECLARER, DEPARTMENT, "procedure_approver"))
    given = token(world_url, DECLARER)
    ran = hoso("procedures", "approve", P1, "2", *DECISION, url=world_url, given=given)
    assert (ran.status, "cannot be approved by those who brought it" in ran.err) == (1, True)


def test_an_approver_shows_their_own_token_which_is_in_no_command(
    world_url: str, brought: str, tmp_path: Path
) -> None:
    assert publish(world_url, brought).status == 0
    given, file = token(world_url, APPROVER), tmp_path / "token"
    file.write_text(f"{given}\n")
    file.chmod(0o644)
    approve = ("procedures", "approve", P1, "2", *DECISION, "--json")
    shared = hoso(*approve, "--token-file", str(file), url=world_url)
    assert (shared.status, "chmod 600" in shared.err) == (2, True)
    approved = hoso(*approve, url=world_url, given=f"{given}\n")
    assert (approved.status, approved.json["approved_by"]) == (0, str(APPROVER))
    file.chmod(0o600)
    active = hoso("procedures", "activate", P1, "2", "--json", url=world_url, HOSO_TOKEN_FILE=str(file))
    assert (active.status, active.json["status"], active.json["activated_by"]) == (0, "active", str(APPROVER))


def test_what_asks_for_a_fresh_proof_takes_no_old_or_narrow_token_at_the_shell_either(
    world_url: str, brought: str
) -> None:
    assert publish(world_url, brought).status == 0
    given = token(world_url, APPROVER)
    age = "update api_token set created_at = created_at - interval '16 minutes' returning 1"
    width = """update api_token set scopes = '["read", "act"]', created_at = now() returning 1"""
    for spoilt, said in ((age, "at most 15 minutes old"), (width, "lacks the scope register")):
        stored(world_url, spoilt)
        for act in (("approve", P1, "2", *DECISION), ("activate", P1, "2")):
            ran = hoso("procedures", *act, url=world_url, given=given)
            assert (ran.status, said in " ".join(ran.err.split())) == (1, True), ran.err
    assert stored(world_url, f"select status {VERSION}") == [("submitted",)]


def test_who_owns_a_procedure_is_named_and_listed(world_url: str) -> None:
    own = ("procedures", "own", P1, OTHER, "--basis", "Quyết định 5/QĐ-UBND", "--json", "--by")
    assert hoso(*own, str(APPROVER), url=world_url).status == 1
    refused = "select p.kind, l.subject, granted from access_log l join principal p on p.id = l.principal_id"
    assert stored(world_url, refused) == [("operator", P1, False)]
    (named,) = hoso(*own, str(ADMINISTRATOR), url=world_url).json
    assert (named["unit"], named["named_for"]) == (OTHER, str(ADMINISTRATOR))
    listed = hoso("procedures", "owners", P1, "--json", url=world_url).json
    assert [each["unit"] for each in listed] == [OTHER, DEPARTMENT]


async def test_a_rebuild_is_recorded_as_the_operators_act(world: World, world_url: str) -> None:
    filed = await world.files()
    ran = hoso("audit", "--rebuild", filed.reference, "--json", url=world_url)
    assert (ran.status, ran.json) == (0, [])
    told = await world.db.rows(
        "select p.kind, p.name, l.act, l.granted from access_log l join principal p on p.id = l.principal_id"
        " where l.subject = $1",
        [filed.reference],
    )
    assert [tuple(row) for row in told] == [("operator", operators.name(), "rebuilding a dossier", True)]
