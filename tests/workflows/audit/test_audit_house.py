"""Ways of altering the house's own tables behind everybody's back, and what the audit says of each.

They are those of the independent trial under torture, in which all but two stayed unseen.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hoso_models import errors as storage
from hoso_models.postgres import cluster
from hoso_models.storage import database
from hoso_workflows import audit, errors
from hoso_workflows.audit.house import SealedDifference
from hoso_workflows.organisation import principals
from support import databases
from support.coordinators import both_named
from support.world import CITIZEN, DEPARTMENT, PROVINCE, World, instant, person

AT = instant("2026-03-03 08:00")
#: Rows of the kinds of which the world has none, as the application writes them.
ENTERED = (
    """insert into substitution (principal_id, substitute_id, role, unit_code, valid_from, valid_to, reason)
        values ('{leader}', '{head}', 'provincial_leader', 'H27', '2026-03-01', '2026-03-10', 'phép')""",
    """insert into procedure_entry_version (procedure_code, number, name, field, level, authority, items, entered_at,
        entered_by, kind, valid_from) values ('1.014464', 1, 'Cấp phép', 'Y tế', 'province', 'H27',
        '{{"b": "5 ngày"}}', '2026-03-01', '{head}', 'new', '2026-03-01')""",
    """insert into procedure_entry_search (procedure_code, number, valid_from, abolished, name, field, level, authority,
        missing, words, accented) values ('1.014464', 1, '2026-03-01', false, 'Cấp phép', 'Y tế', 'province', 'H27',
        '{{}}', 'cap phep', 'cấp phép')""",
    """insert into service_level (procedure_code, kind, valid_from, entered_at, entered_by)
        values ('1.014464', 'full', '2026-03-01', '2026-03-01', '{head}')""",
    """insert into feedback (year, number, kind, wants_answer, given_at, unit_code, term, basis, due_at, answer, answered_at)
        values (2026, 1, 'portal', true, '2026-03-01', 'H27', '5 ngày', 'NĐ', '2026-03-08', 'Đã rõ', '2026-03-02')""",
    """insert into online_target (unit_code, year, percent, basis, entered_by, entered_at)
        values ('H27', 2026, 50, 'KH', '{head}', '2026-03-01')""",
    """insert into api_token (principal_id, prefix, sha256, label, created_at)
        values ('{head}', 'p', sha256('a'), 'máy', '2026-03-01')""",
)
DIGEST = "sha256:…"
#: What is done by hand, and what of it is found.
KINDS: Mapping[str, tuple[str, Sequence[tuple[str, str, object, object]]]] = {
    "an officer made administrator of the province": (
        """insert into role_assignment (principal_id, unit_code, role, valid_from)
        values ('{other}', 'H27', 'administrator', '2026-01-01')""",
        [("role_assignment …", "row", "present", "absent")],
    ),
    "a role deleted": (
        "delete from role_assignment where principal_id = '{head}'",
        [("role_assignment …", "row", "absent", "present")],
    ),
    "a competence moved to another department": (
        "update competence set unit_code = 'H27.SYT' where part = 'handling' and procedure_code = '1.014464'",
        [("competence …", "unit_code", '"H27.SYT"', '"H27.SVHTTDL"')],
    ),
    "a unit renamed": (
        "update unit set name = 'Sở khác' where code = 'H27.SYT'",
        [("unit H27.SYT", "name", '"Sở khác"', '"Sở Y tế"')],
    ),
    "a unit's calendar exchanged": (
        "update unit set calendar = 'vn' where code = 'H27.SVHTTDL'",
        [("unit H27.SVHTTDL", "calendar", '"vn"', '"ha-tinh"')],
    ),
    "a substitution of the leader": (
        "update substitution set substitute_id = '{other}', valid_to = '2027-03-10'",
        [
            ("substitution …", "substitute_id", '"…"', '"…"'),
            ("substitution …", "valid_to", '"2027-03-10"', '"2026-03-10"'),
        ],
    ),
    "an owner of a procedure": (
        "update procedure_owner set unit_code = 'H27' where procedure_code = '1.014464'",
        [("procedure_owner …", "unit_code", '"H27"', '"H27.SVHTTDL"')],
    ),
    "the name of an entry of the catalogue": (
        "update procedure_entry_version set name = 'Cấp'",
        [("procedure_entry_version …", "name", '"Cấp"', '"Cấp phép"')],
    ),
    "its items emptied": (
        "update procedure_entry_version set items = '{{}}'",
        [("procedure_entry_version …", "items", "{}", '{"b": "5 ngày"}')],
    ),
    "its row for searches": (
        "update procedure_entry_search set words = 'cam', abolished = true",
        [
            ("procedure_entry_search 1.014464 1", "abolished", "true", "false"),
            ("procedure_entry_search 1.014464 1", "words", "\"'cam'\"", "\"'cap' 'phep'\""),
        ],
    ),
    "a service level": (
        "update service_level set kind = 'partial'",
        [("service_level …", "kind", '"partial"', '"full"')],
    ),
    "the approval of a version": (
        "update workflow_version set approved_by = '{citizen}' where procedure_code = '1.014464'",
        [("workflow_version …", "approved_by", '"…"', '"…"')],
    ),
    "the number of its decision": (
        "update workflow_version set decision_no = '2/QĐ-UBND' where procedure_code = '1.014464'",
        [("workflow_version …", "decision_no", '"2/QĐ-UBND"', '"1/QĐ-UBND"')],
    ),
    "its package": (
        "update workflow_version set package = package || 'x'::bytea where procedure_code = '1.014464'",
        [("workflow_version …", "package", DIGEST, DIGEST)],
    ),
    "a rung of the ladder": (
        "delete from escalation_rung where id = (select id from escalation_rung order by id limit 1)",
        [("escalation_rung …", "row", "absent", "present")],
    ),
    "a token by hand": (
        """insert into api_token (principal_id, prefix, sha256, label, created_at)
        values ('{leader}', 'q', sha256('b'), 'máy', '2026-03-01')""",
        [("api_token …", "row", "present", "absent")],
    ),
    "the digest of a token": (
        "update api_token set sha256 = sha256('c') where prefix = 'p'",
        [("api_token …", "sha256", DIGEST, DIGEST)],
    ),
    "a person renamed": (
        "update principal set name = 'Người khác' where id = '{head}'",
        [("principal …", "name", DIGEST, DIGEST)],
    ),
    "a calendar": (
        """update calendar_version set documents = documents || '{{"x": "#"}}' where calendar = 'ha-tinh'""",
        [("calendar_version …", "documents", DIGEST, DIGEST)],
    ),
    "the codes of a day set back": (
        "update code_sequence set last = 0",
        [("code_sequence H27.PVHCC 2026-03-02", "last", 0, 2)],
    ),
    "the letters of a year set back": (
        "update letter_series set last = 1 where form = '01'",
        [("letter_series H27.PVHCC 01 2026", "last", 1, 3)],
    ),
    "the codes of a day forgotten": (
        "delete from code_sequence where day = '2026-03-03'",
        [("code_sequence H27.PVHCC-260303-", "last", 0, 1)],
    ),
    "an answer to feedback": (
        "update feedback set answer = 'Khác'",
        [("feedback …", "answer", DIGEST, DIGEST)],
    ),
    "the target of a year": (
        "update online_target set percent = 10",
        [("online_target …", "percent", "10", "50")],
    ),
    "a watermark ten days ahead": (
        "insert into watermark (job, at) values ('escalate', '2026-03-13 08:00+07')",
        [("watermark escalate", "at", datetime(2026, 3, 13, 1, tzinfo=UTC), "no later than now")],
    ),
    "the newest act of administration deleted, with the head set right": (
        """with gone as (delete from administration_event where authority = 'H27' and number = 2)
        update administration_chain set number = 1, head = sha256('x') where authority = 'H27'""",
        [
            ("administration_chain H27", "head", DIGEST, DIGEST),
            ("administration_chain H27", "number", "1", "2"),
        ],
    ),
    "whom an outage is told": (
        "update outage_recipient set unit_code = 'H27' where unit_code = 'H27.SYT'",
        [("outage_recipient …", "unit_code", '"H27"', '"H27.SYT"')],
    ),
}


def _filled(statement: str) -> str:
    return statement.format(
        citizen=CITIZEN,
        other=person("specialist"),
        head=person("head"),
        leader=person("provincial_leader", PROVINCE),
    )


def _shown(difference: audit.Difference) -> tuple[str, str, object, object]:
    """A difference without ids and digests."""
    stored, said = (
        re.sub(r"(?<=^sha256:).*|(?<=^\")[0-9a-f-]{36}(?=\"$)", "…", each) if isinstance(each, str) else each
        for each in (difference.stored, difference.said)
    )
    return re.sub(r" [0-9a-f-]{36}$", " …", difference.reference), difference.what, stored, said


async def by_hand(world: World, statements: Sequence[str]) -> None:
    """Act as the database's superuser, with every trigger off."""
    url = databases.known_as(cluster.SUPERUSER, world.db.url)
    async with database.connect(url) as superuser, superuser.transaction() as tx:
        await tx.rows("set local session_replication_role = replica")
        for statement in statements:
            await tx.rows(statement)


async def test_every_alteration_of_the_houses_own_tables_is_found(world: World) -> None:
    for statement in ENTERED:
        await world.db.one_statement(_filled(statement))
    await both_named(world)
    for at in ("2026-03-02 09:00", "2026-03-02 10:00", "2026-03-03 08:00"):
        await world.accepts(await world.files(), at=at)
    assert await audit.house_differences(world.db, AT) == []
    await by_hand(world, [_filled(statement) for statement, _ in KINDS.values()])
    found = await audit.house_differences(world.db, AT)
    assert sorted(map(str, map(_shown, found))) == sorted(
        str(each) for _, expected in KINDS.values() for each in expected
    )
    (told,) = [each for each in found if each.reference.startswith("outage_recipient")]
    assert isinstance(told, SealedDifference)
    assert told.act == "H27 1 outage_recipient_entered"
    assert re.sub(r"[0-9a-f-]{36}", "…", str(told)) == (
        "outage_recipient …: unit_code is stored as '\"H27\"', its seal says '\"H27.SYT\"'"
        " (last changed by act H27 1 outage_recipient_entered)"
    )
    assert [replace(each, seal=None, sealed_at=None) for each in found if each.what == "calendar"] == [
        SealedDifference(f"unit {DEPARTMENT}", "calendar", '"vn"', '"ha-tinh"')
    ]


async def test_a_counter_far_ahead_of_what_was_given_out_is_found(world: World) -> None:
    await world.accepts(await world.files(), at="2026-03-02 09:00")
    year = (
        "insert into letter_series (unit_code, form, year, last) values ('H27.PVHCC', '01', {year}, {last})"
    )
    await by_hand(
        world,
        [
            "update code_sequence set last = 101",
            "update letter_series set last = 101 where form = '01'",
            year.format(year=2025, last=100),
        ],
    )
    # As many numbers may have been taken by acts that were then not stored.
    assert await audit.house_differences(world.db, AT) == []
    await by_hand(
        world,
        [
            "update code_sequence set last = 102",
            "update letter_series set last = 102 where form = '01' and year = 2026",
            "update letter_series set last = 101 where form = '01' and year = 2025",
            "insert into code_sequence (unit_code, day, last) values ('H27', '2026-03-02', 101)",
        ],
    )
    assert [_shown(each) for each in await audit.house_differences(world.db, AT)] == [
        ("code_sequence H27 2026-03-02", "last", 101, "at most 100"),
        ("code_sequence H27.PVHCC 2026-03-02", "last", 102, "at most 101"),
        ("letter_series H27.PVHCC 01 2025", "last", 101, "at most 100"),
        ("letter_series H27.PVHCC 01 2026", "last", 102, "at most 101"),
    ]


async def test_a_counter_of_a_day_or_a_year_to_come_is_found(world: World) -> None:
    await world.accepts(await world.files(), at="2026-03-02 09:00")
    await by_hand(
        world,
        [
            "insert into code_sequence (unit_code, day, last) values ('H27', '2026-03-03', 1), ('H27', '2026-03-04', 1)",
            "insert into letter_series (unit_code, form, year, last) values ('H27', '01', 2026, 1), ('H27', '01', 2027, 1)",
        ],
    )
    assert [_shown(each) for each in await audit.house_differences(world.db, AT)] == [
        ("code_sequence H27 2026-03-04", "day", "2026-03-04", "no later than now"),
        ("letter_series H27 01 2027", "year", "2027", "no later than now"),
    ]


async def test_an_act_over_an_altered_row_does_not_hide_it(world: World) -> None:
    await by_hand(world, ["update unit set name = 'Sở khác' where code = 'H27.SYT'"])
    await world.db.one_statement("update unit set is_authority = false where code = 'H27.SYT'")
    (found,) = await audit.house_differences(world.db, AT)
    assert re.sub(r"(?<=seal )[0-9]+|(?<=sealed at ).*", "…", str(found)) == (
        "unit H27.SYT: name is stored as 'changed before seal …, and not by the application', its seal says 'unaltered'"
        " (sealed at …"
    )


async def test_an_altered_chain_of_seals_and_a_trigger_that_is_off_are_found(world: World) -> None:
    last = await world.one("select max(number) from row_seal")
    await by_hand(world, ["delete from row_seal where number = (select max(number) from row_seal)"])
    await world.changed("alter table unit disable trigger user")
    assert (await audit.house_differences(world.db, AT))[:2] == [
        audit.Difference(
            "seals of the house", f"seal {last - 1}", "is not the head that is kept", "unaltered"
        ),
        audit.Difference("unit", "trigger that has its rows sealed", "absent", "present"),
    ]


async def test_a_row_that_was_put_right_by_hand_is_sealed_by_an_act_with_its_reason(world: World) -> None:
    await by_hand(world, ["update unit set name = 'Sở khác' where code = 'H27.SYT'"])
    await world.db.one_statement("update unit set is_authority = false where code = 'H27.SYT'")
    await by_hand(world, ["update unit set name = 'Sở Y tế' where code = 'H27.SYT'"])
    assert len(await audit.house_differences(world.db, AT)) == 2
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    for unknown in ("unit", "unit H28", "dossier X", "lạ H27"):
        with pytest.raises(errors.NotFound):
            await audit.seal_row(world.db, unknown, "như quyết định 3", operator, AT)
    await audit.seal_row(world.db, "unit H27.SYT", "như quyết định 3", operator, AT)
    assert await audit.house_differences(world.db, AT) == []
    assert await world.db.rows(
        "select authority, number, kind, subject, actor_id, payload from administration_event"
    ) == [(PROVINCE, 1, "row_sealed", "unit H27.SYT", operator, {"reason": "như quyết định 3"})]
    with pytest.raises(storage.ConstraintViolated, match="row_seal_again_act"):
        await world.db.one_statement("select row_seal_again('unit', 'H27')")


async def test_completing_a_task_seals_nothing(world: World) -> None:
    accepted = await world.accepts(await world.files())
    before = await world.one("select max(number) from row_seal")
    await world.completes(accepted)
    assert await world.one("select max(number) from row_seal") == before
