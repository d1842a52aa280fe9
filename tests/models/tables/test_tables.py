"""Guarantees of the tables: strings, instants and documents survive the round trip, and every query has its index."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import CheckConstraint, DateTime, Enum
from sqlalchemy.exc import StatementError
from sqlmodel import select

from hoso_models import Dossier, DossierStatus, Party, Principal, PrincipalKind, Record, Unit, errors
from hoso_models.storage.database import Database
from hoso_models.tables.base import EnumText
from support.builders import rows

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
TABLES = list(Record.metadata.tables.values())


def test_a_word_is_held_to_its_enum_by_a_check() -> None:
    checks = {
        str(check.name): re.findall(r"'(\w+)'", str(check.sqltext))
        for table in TABLES
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    words = {
        f"ck_{table.name}_{column.name}": [word.value for word in column.type.states]
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, EnumText)
    }
    assert len(words) > 50
    assert {name: checks.get(name) for name in words} == words


def test_no_column_has_a_type_with_a_trap() -> None:
    """A native enum stores names and cannot be extended; an instant without a zone is nobody's instant."""
    columns = [column for table in TABLES for column in table.columns]
    assert len(TABLES) > 100
    assert [str(each) for each in columns if isinstance(each.type, Enum)] == []
    instants = [each for each in columns if isinstance(each.type, DateTime)]
    assert [str(each) for each in instants if not each.type.timezone] == []


async def test_a_word_is_stored_as_its_value_and_comes_back_as_its_member(db: Database) -> None:
    identity = await rows.dossier(db, status=DossierStatus.AWAITING_SUPPLEMENT_BEFORE)
    assert await db.rows("select status from dossier") == [("awaiting_supplement_before",)]
    async with db.transaction() as tx:
        found = (
            await tx.exec(select(Dossier).where(Dossier.status == DossierStatus.AWAITING_SUPPLEMENT_BEFORE))
        ).one()
    assert found.id == identity
    assert found.status is DossierStatus.AWAITING_SUPPLEMENT_BEFORE


async def test_a_word_that_is_no_word_is_refused_even_when_assigned(db: Database) -> None:
    async def nonsense() -> None:
        async with db.transaction() as tx:
            made = Principal(kind=PrincipalKind.OFFICER, name="Chuyên viên 1", created_at=AT)
            made.kind = "ghost"  # type: ignore[assignment]  # what has to be refused
            tx.add(made)

    with pytest.raises(StatementError, match="'ghost' is not a valid PrincipalKind"):
        await nonsense()


def test_a_row_is_validated_when_it_is_built_with_model_validate() -> None:
    with pytest.raises(ValidationError) as caught:
        Principal.model_validate({"kind": "ghost", "created_at": AT})
    assert sorted(error["loc"] for error in caught.value.errors()) == [("kind",), ("name",)]


async def test_a_naive_instant_is_refused_by_a_session(db: Database) -> None:
    async def naive() -> None:
        async with db.transaction() as tx:
            tx.add(
                Principal(
                    kind=PrincipalKind.OFFICER, name="Chuyên viên 1", created_at=AT.replace(tzinfo=None)
                )
            )

    with pytest.raises(StatementError, match="timezone"):
        await naive()


async def test_a_change_inside_a_document_is_stored(db: Database) -> None:
    code = await rows.unit(db)
    async with db.transaction() as tx:
        found = (await tx.exec(select(Unit).where(Unit.code == code))).one()
        found.identifiers["dinh_danh"] = "000.00.16.H27"
    assert await db.rows("select identifiers, duty from unit") == [({"dinh_danh": "000.00.16.H27"}, {})]


async def test_an_empty_document_and_no_document_differ(db: Database) -> None:
    version = await rows.version(db, await rows.officer(db))
    assert await db.rows("select manifest, report, report is null from workflow_version") == [
        ({}, None, True)
    ]
    await db.one_statement("update workflow_version set report = $1 where id = $2", ({"ok": True}, version))
    assert await db.rows("select report from workflow_version") == [({"ok": True},)]


async def test_what_a_statement_leaves_out_the_database_fills_in(db: Database) -> None:
    await db.one_statement(
        "insert into party (kind, name, name_folded, created_at) values ('person', 'x', 'x', $1)", (AT,)
    )
    async with db.transaction() as tx:
        assert (await tx.exec(select(Party.name))).one() == "x"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("declared_by = approved_by", "ck_workflow_version_four_eyes"),
        ("decision_no = null", "ck_workflow_version_decision"),
        ("decision_date = null", "ck_workflow_version_decision"),
        ("approved_by = null", "ck_workflow_version_decision"),
        ("status = 'published'", "ck_workflow_version_status"),
    ],
)
async def test_a_version_is_approved_by_somebody_else_with_a_decision(
    db: Database, change: str, constraint: str
) -> None:
    declarer, approver = await rows.officer(db), await rows.officer(db, "Chuyên viên 2 · Sở Tư pháp")
    version = await rows.version(db, declarer)
    await db.one_statement(
        "update workflow_version set status = 'active', approved_by = $2, decision_no = '2904/QĐ-UBND',"
        " decision_date = '2025-11-21' where id = $1",
        (version, approver),
    )
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(f"update workflow_version set {change}")  # noqa: S608 - names of our own
    assert caught.value.name == constraint


async def test_a_procedure_has_one_active_version(db: Database) -> None:
    declarer, approver = await rows.officer(db), await rows.officer(db, "Chuyên viên 2 · Sở Tư pháp")
    for number in (1, 2):
        await rows.version(db, declarer, number=number)
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(
            "update workflow_version set status = 'active', approved_by = $1, decision_no = '1',"
            " decision_date = '2026-01-01'",
            (approver,),
        )
    assert caught.value.name == "uq_workflow_version_active"


async def test_one_activation_of_a_procedure_is_scheduled(db: Database) -> None:
    declarer, approver = await rows.officer(db), await rows.officer(db, "Chuyên viên 2 · Sở Tư pháp")
    for number in (1, 2):
        await rows.version(db, declarer, number=number)
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(
            "update workflow_version set status = 'approved', approved_by = $1, decision_no = '1',"
            " decision_date = '2026-01-01', active_from = '2027-01-01'",
            (approver,),
        )
    assert caught.value.name == "uq_workflow_version_scheduled"


@pytest.mark.parametrize(("procedure", "field"), [(None, None), ("1.014464", "Báo chí")])
async def test_a_competence_is_for_a_procedure_or_for_a_field(
    db: Database, procedure: str | None, field: str | None
) -> None:
    unit = await rows.unit(db)
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(
            "insert into competence (procedure_code, field, unit_code, part, valid_from, basis)"
            " values ($1, $2, $3, 'handling', '2026-01-01', 'Quyết định')",
            (procedure, field, unit),
        )
    assert caught.value.name == "ck_competence_procedure_or_field"


async def test_nobody_stands_in_for_themselves(db: Database) -> None:
    officer = await rows.officer(db)
    insert = (
        "insert into substitution (principal_id, substitute_id, valid_from, valid_to, reason)"
        " values ($1, $2, '2026-11-24', $3::text::date, 'nghỉ phép')"
    )
    other = await rows.officer(db, "Chuyên viên 2 · Sở Tư pháp")
    for substitute, last, constraint in (
        (officer, "2026-11-30", "ck_substitution_somebody_else"),
        (other, "2026-11-22", "ck_substitution_period"),
        (uuid4(), "2026-11-30", "fk_substitution_substitute_id"),
    ):
        with pytest.raises(errors.ConstraintViolated) as caught:
            await db.one_statement(insert, (officer, substitute, last))
        assert caught.value.name == constraint


QUESTIONS = {
    "ix_user_task_inbox": """
        select id, dossier_id, name, due_shown from user_task
        where unit_code = 'x' and role = 'y' and status = 'open' order by due_shown, id limit 25""",
    "ix_user_task_mine": """
        select id, dossier_id, name, due_shown from user_task
        where assignee_id = '6f1f1c56-7e6f-4a52-8f25-0d1c9f6f2b11' and status = 'open' order by due_shown, id limit 25""",
    "ix_user_task_unit_due": """
        select id from user_task
        where unit_code = 'x' and status = 'open' and due_own < '2026-11-24 08:00+00' order by due_own, id limit 25""",
    "ix_user_task_unit_shown": """
        select id from user_task
        where unit_code = 'x' and status = 'open' and due_shown < '2026-11-24 08:00+00' order by due_shown, id limit 25""",
    "ix_user_task_unit_free": """
        select id from user_task
        where unit_code = 'x' and status = 'open' and due_shown is null order by due_shown, id limit 25""",
    "ix_user_task_urgent": """
        select id from user_task
        where unit_code = 'x' and status = 'open' and priority > 0 order by priority desc, due_shown, id limit 25""",
    "ix_user_task_opened": """
        select id from user_task where unit_code = 'x' and status = 'open' order by opened_at, id limit 25""",
    "ix_user_task_procedure": """
        select id from user_task
        where unit_code = 'x' and procedure_code = 'y' and status = 'open' order by due_shown, id limit 25""",
    "ix_officer_task_follow_up": """
        select task_id from officer_task
        where principal_id = '6f1f1c56-7e6f-4a52-8f25-0d1c9f6f2b11' and follow_up_on <= '2026-11-24'""",
    "ix_user_task_done": """
        select id from user_task
        where unit_code = 'x' and role = 'y' and status = 'closed' order by due_shown, id limit 25""",
    "ix_user_task_done_by": """
        select id from user_task
        where assignee_id = '6f1f1c56-7e6f-4a52-8f25-0d1c9f6f2b11' and status = 'closed'
        order by due_shown, id limit 25""",
    "ix_user_task_due": """
        select id from user_task
        where status = 'open' and due_own < '2026-11-24 08:00+00' order by due_own, id limit 25""",
    "ix_dossier_unit_overdue": """
        select id, code, procedure_code, due_legal from dossier
        where handling_unit = 'x' and closed_at is null and result_ready_at is null and accepted_at is not null
          and due_legal < '2026-11-24 08:00+00' order by due_legal, id limit 25""",
    "ix_dossier_unit_accepted": """
        select count(*) from dossier
        where handling_unit = 'x' and accepted_at >= '2026-11-16 00:00+07' and accepted_at < '2026-11-23 00:00+07'""",
    "ix_dossier_unit_resolved": """
        select count(*), count(*) filter (where verdict = 'late') from dossier
        where handling_unit = 'x' and result_ready_at >= '2026-11-16 00:00+07' and result_ready_at < '2026-11-23 00:00+07'""",
    "ix_dossier_overdue": """
        select id, code, handling_unit, due_legal from dossier
        where closed_at is null and result_ready_at is null and accepted_at is not null
          and due_legal < '2026-11-24 08:00+00' order by due_legal, id limit 25""",
    "ix_dossier_promised": """
        select id from dossier
        where closed_at is null and result_ready_at is null and accepted_at is not null
          and due_promised < '2026-11-24 08:00+00' order by due_promised, id limit 25""",
    "ix_dossier_reception": """
        select id from dossier
        where closed_at is null and accepted_at is null and receiving_unit = 'x'
        order by reception_due, id limit 25""",
    "uq_dossier_code": "select * from dossier where code = 'x'",
    "uq_dossier_reference": "select * from dossier where reference = 'x'",
    "ix_party_name_folded": """
        select id from party
        where to_tsvector('simple', name_folded) @@ to_tsquery('simple', 'nguyen & thi & anh:*')""",
    "ix_timer_due_at": "select dossier_id, id from timer where due_at <= '2026-11-24 08:00+00' order by due_at limit 25",
    "ix_competence_field": """
        select part, unit_code from competence where field = 'Báo chí' order by part, unit_code""",
    "ix_clock_stop_lasting": """
        select dossier_id from clock_stop where ended_at is null and source in ('supplement', 'suspension', 'obligation')""",
    "ix_consultation_unit_code": """
        select id from consultation where unit_code = 'x' and closed_at is null order by due_at, id limit 25""",
    "ix_attachment_object": "select id from attachment where object = 'x'",
    "ix_attachment_thumbnail": "select id from attachment where thumbnail = 'x'",
    "ix_consultation_due_at": """
        select id from consultation where closed_at is null and outcome is null and due_at < '2026-11-24 08:00+00'
        order by due_at, id limit 25""",
    "ix_disclosure_unit_code": """
        select id from disclosure where unit_code = 'x' order by disclosed_at desc, id desc limit 25""",
    "ix_disclosure_disclosed_at": """
        select id from disclosure order by disclosed_at desc, id desc limit 25""",
    "ix_dossier_answer_undated": """
        select id from dossier
        where answer_due is null and status in ('awaiting_supplement_before', 'awaiting_supplement') order by id limit 25""",
    "ix_draft_owner_id": """
        select id from draft where owner_id = '00000000-0000-0000-0000-000000000001'
        order by created_at desc, id desc limit 25""",
    "ix_draft_expires_at": "select id from draft where expires_at <= '2026-11-24 08:00+00' order by expires_at limit 25",
    "ux_parked_form_secret_sha256": "select id from parked_form where secret_sha256 = decode(repeat('0a', 32), 'hex')",
    "ix_parked_form_principal_id": """
        select id from parked_form where principal_id = '00000000-0000-0000-0000-000000000001'""",
    "ix_parked_form_expires_at": "delete from parked_form where expires_at <= '2026-01-24 08:00+00'",
    "ux_job_live": "select id from job where ended_at is null and kind = 'rehoming' and subject = 'x'",
    "ix_job_ordered_at": "select id from job order by ordered_at desc, id desc limit 25",
    "ix_job_ended_at": "select id from job where ended_at < '2026-01-24 08:00+00' order by ended_at limit 25",
    "ix_job_item_dossier_id": """
        update job_item set why = null where dossier_id = '00000000-0000-0000-0000-000000000001'""",
    "ix_draft_file_draft_id": """
        select id from draft_file where draft_id = '00000000-0000-0000-0000-000000000001' order by place, id""",
    "ix_draft_file_object": "select id from draft_file where object = 'x'",
    "ix_draft_file_thumbnail": "select id from draft_file where thumbnail = 'x'",
    "ix_upload_draft_id": "select id from upload where draft_id = '00000000-0000-0000-0000-000000000001'",
    "ix_upload_owner_id": """
        select count(*) from upload where owner_id = '00000000-0000-0000-0000-000000000001'""",
    "ix_upload_dossier_id": "select id from upload where dossier_id = '00000000-0000-0000-0000-000000000001'",
    "ix_upload_expires_at": "select id from upload where expires_at <= '2026-11-24 08:00+00' order by expires_at limit 25",
    "ix_outbox_unsent": """
        select id from outbox
        where sent_at is null and available_at <= '2026-11-24 08:00+00' order by available_at, id limit 25
        for update skip locked""",
}


@pytest.mark.parametrize("index", QUESTIONS)
async def test_every_question_of_a_board_is_answered_from_its_index_alone(db: Database, index: str) -> None:
    """Neither a sort nor a walk over the table, once there are enough rows for an index to pay."""
    async with db.transaction() as tx:
        await tx.rows("set local enable_seqscan = off")
        await tx.rows("set local enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await tx.rows(f"explain {QUESTIONS[index]}"))
    assert index in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
