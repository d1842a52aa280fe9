"""Kinds of corruption of the independent trial under torture, and where each is made again.

Most are columns or rows that the generator of alterations reaches, so that `test_altered_columns` asserts each found. Named here besides: those
that it does not make, with the reason, and those that no audit finds, as the list of what it cannot judge has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from hoso_models import Record
from hoso_workflows.audit import unjudged
from hoso_workflows.audit.unjudged import DELETED, INVENTED
from support import every_table

HERE = Path(__file__).parent

#: Kinds on dossiers, of the first trial and the second → (table, what is altered).
DOSSIERS: Mapping[str, tuple[str, str]] = {
    "payload of an event": ("dossier_event", "payload"),
    "instant of an event": ("dossier_event", "at"),
    "actor of an event": ("dossier_event", "actor_id"),
    "salt of an event": ("dossier_event", "salt"),
    "header version of an event": ("dossier_event", "header_version"),
    "kind of an event": ("dossier_event", "kind"),
    "substitute of an event": ("dossier_event", "on_behalf_of"),
    "last event deleted": ("dossier_event", DELETED),
    "head": ("engine_state", "head"),
    "engine state with a flipped byte": ("engine_state", "state"),
    "version of the engine": ("engine_state", "version"),
    "finished": ("engine_state", "finished"),
    "instant of the engine": ("engine_state", "updated_at"),
    "due date of the dossier": ("dossier", "due_legal"),
    "due date of an appointment": ("appointment", "due_promised"),
    "due date of a step": ("user_task", "due_own"),
    "task deleted": ("user_task", DELETED),
    "strange task": ("user_task", INVENTED),
    "answers of a task": ("user_task", "answers"),
    "owner of a task": ("user_task", "owner_id"),
    "timer": ("timer", INVENTED),
    "number of a letter": ("letter", "number"),
    "code": ("dossier", "code"),
    "status": ("dossier", "status"),
    "form": ("dossier", "form_data"),
    "applicant": ("dossier", "applicant_id"),
    "handling unit": ("dossier", "handling_unit"),
    "instant of filing": ("dossier", "filed_at"),
    "external code": ("dossier", "external_code"),
    "mode of delivery": ("dossier", "delivery_mode"),
    "component received": ("component", "received"),
    "component deleted": ("component", DELETED),
    "note of a component": ("component", "note"),
    "stored idempotent answer": ("idempotency", "response"),
    "fee": ("fee", "amount"),
    "parent": ("dossier", "parent_id"),
    "name of the party": ("party", "name"),
    "reader as the applicant": ("party", "principal_id"),
    "units of a search": ("dossier_search", "units"),
    "terms of a search": ("dossier_search", "terms"),
    "late since": ("dossier", "late_since"),
    "held": ("dossier", "held"),
    "degree": ("dossier", "degree"),
    "erased at": ("dossier", "erased_at"),
    "handed over": ("dossier", "handed_over"),
    "day of destruction brought forward": ("dossier", "retention_until"),
    "service level of a dossier": ("dossier", "service_level"),
    "reader of a message": ("outbox", "recipient_id"),
    "key of files altered": ("dossier_key", "sealed"),
    "key of files deleted": ("dossier_key", DELETED),
    "order of a payment invented": ("payment_order", INVENTED),
    "rating invented": ("rating", INVENTED),
    "reminder invented": ("reminder", INVENTED),
    "damaged run invented": ("damaged_run", INVENTED),
    "withdrawn escalation invented": ("escalation_withdrawn", INVENTED),
    "filing of a portal invented": ("portal_filing", INVENTED),
    "consultation": ("consultation", "answer"),
    "disclosure": ("disclosure", "recipient"),
    "stop of the clock": ("clock_stop", "ended_at"),
    "letter signed": ("letter_file", "content"),
}
#: Kinds on the rows of the house → (table, what is altered).
HOUSE: Mapping[str, tuple[str, str]] = {
    "role given": ("role_assignment", INVENTED),
    "role deleted": ("role_assignment", DELETED),
    "competence moved to another department": ("competence", "unit_code"),
    "unit renamed": ("unit", "name"),
    "calendar of a unit exchanged": ("unit", "calendar"),
    "substitution of the leader": ("substitution", "substitute_id"),
    "owner of a procedure": ("procedure_owner", "unit_code"),
    "name of an entry of the catalogue": ("procedure_entry_version", "name"),
    "its items": ("procedure_entry_version", "items"),
    "its row for searches": ("procedure_entry_search", "words"),
    "service level": ("service_level", "kind"),
    "approval of a version": ("workflow_version", "approved_by"),
    "number of its decision": ("workflow_version", "decision_no"),
    "package": ("workflow_version", "package"),
    "rung of the ladder deleted": ("escalation_rung", DELETED),
    "token": ("api_token", INVENTED),
    "person renamed": ("principal", "name"),
    "codes of a day set back": ("code_sequence", "last"),
    "letters of a year set back": ("letter_series", "last"),
    "answer to feedback": ("feedback", "answer"),
    "target of a year": ("online_target", "percent"),
    "line of the access log deleted": ("access_log", DELETED),
    "refusal in the access log": ("access_log", "granted"),
    "watermark ahead": ("watermark", "at"),
    "act of administration altered": ("administration_event", "payload"),
    "calendar": ("calendar_version", "documents"),
}
#: What the trial names by the number of its kinds alone → tables of which the generator alters at least as many columns and rows.
COUNTED: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "a paper's row": (10, ("attachment",)),
    "payments, refunds and fees": (9, ("payment", "refund", "fee")),
    "letters, consultations, disclosures, stops, search terms": (
        6,
        ("letter", "consultation", "disclosure", "clock_stop", "dossier_search"),
    ),
}
#: Kinds that the generator does not make: why, and the file with the test that makes them.
ELSEWHERE: Mapping[str, tuple[str, str, str]] = {
    "event in the middle deleted": (
        "it deletes the newest row",
        "test_audit_corruptions.py",
        '"event in the middle deleted"',
    ),
    "two events swapped": (
        "two rows are altered at once",
        "test_audit_corruptions.py",
        '"two events swapped"',
    ),
    "tail cut, head and number set right": (
        "three tables are altered at once",
        "test_audit_corruptions.py",
        '"tail cut, head and number of the last event set right"',
    ),
    "escalation added": (
        "what it invents is of a rung that others in its sweep had reached; another one is found",
        "test_audit_corruptions.py",
        '"escalation added"',
    ),
    "message deleted": (
        "it deletes one that a portal's status tells itself; any other is found",
        "test_audit_corruptions.py",
        '"message deleted"',
    ),
    "engine state of another dossier": (
        "it makes values of a type, not those of another row",
        "test_audit_corruptions.py",
        '"engine state of another dossier"',
    ),
    "engine state emptied": (
        "it alters a byte, and empties nothing",
        "test_audit_corruptions.py",
        '"engine state emptied"',
    ),
    "object in the store altered, or emptied": (
        "files lie outside of the database",
        "test_audit_files.py",
        "async def test_an_altered_and_an_emptied_object_are_found_when_their_bytes_are_read",
    ),
    "newest act of administration deleted, the head set right": (
        "two tables are altered at once",
        "test_audit_house.py",
        '"the newest act of administration deleted, with the head set right"',
    ),
    "chain made anew as a whole": (
        "only an anchor outside of the database could tell: silent",
        "test_audit_corruptions.py",
        "async def test_a_chain_that_was_made_anew_as_a_whole_needs_an_anchor_outside",
    ),
    "dossier gone with all that it had": (
        "only an anchor outside of the database could tell: silent",
        "test_audit_corruptions.py",
        "async def test_a_dossier_that_is_gone_with_all_that_it_had_needs_an_anchor_outside",
    ),
}
#: Kinds that no audit finds; why says `docs/unjudged.md`.
UNSEEN: Mapping[str, tuple[str, str]] = {
    "message marked sent": ("outbox", "sent_at"),
    "note of a task marked kept": ("user_task", "kept"),
}


def made() -> Iterator[tuple[str, str]]:
    """The alterations that the generator makes and that the audit must find, as (table, what)."""
    for name, table in Record.metadata.tables.items():
        listed = unjudged.UNJUDGED.get(name, {})
        if name in every_table.NEVER_LEFT or unjudged.WHOLE in listed:
            continue
        columns = (each.name for each in table.columns if not each.computed)
        yield from ((name, what) for what in (*columns, DELETED, INVENTED) if what not in listed)


def test_each_kind_of_the_trial_is_an_alteration_that_has_to_be_found() -> None:
    found = {*made()}
    kinds = {**DOSSIERS, **HOUSE}
    assert {kind: each for kind, each in kinds.items() if each not in found} == {}
    assert len(kinds) == len(DOSSIERS) + len(HOUSE)


def test_kinds_that_the_trial_only_counts_are_fewer_than_what_is_altered_of_their_tables() -> None:
    numbers = {
        kinds: (number, sum(table in tables for table, _ in made()))
        for kinds, (number, tables) in COUNTED.items()
    }
    assert {kinds: both for kinds, both in numbers.items() if both[0] > both[1]} == {}


def test_each_kind_that_the_generator_does_not_make_is_made_by_a_test_of_its_own() -> None:
    assert {
        kind: test
        for kind, (_, file, test) in ELSEWHERE.items()
        if test not in (HERE / file).read_text(encoding="utf-8")
    } == {}


def test_each_kind_that_no_audit_finds_is_listed_with_the_reason() -> None:
    assert {
        kind: each for kind, (table, each) in UNSEEN.items() if each not in unjudged.UNJUDGED[table]
    } == {}
