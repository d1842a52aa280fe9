"""Thirty-nine ways of altering a dossier behind everybody's back, and what the audit says of each.

They are those of the independent trial under torture. All are found but the two that only an anchor outside of the database
could tell, and the lawful erasure, which is counted.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from hoso_workflows import audit, events
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle.commands import Claim
from support.world import DESK, OTHER, PROVINCE, World, instant, person

EVENT = "update dossier_event set {} where dossier_id = '{{d}}' and seq = {}"
DOSSIER = "update dossier set {} where id = '{{d}}'"
ENGINE = "update engine_state set {} where dossier_id = '{{d}}'"
TASK = "update user_task set {} where dossier_id = '{{d}}' and status = '{}'"
PARTY = "update party set {} where id = (select applicant_id from dossier where id = '{{d}}')"
BEHEADED = """
update engine_state set head = (select previous from dossier_event where dossier_id = '{d}' and seq = 11) where dossier_id = '{d}'
"""
STRANGE = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at, arrived_at)
select gen_random_uuid(), dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at, arrived_at
from user_task where dossier_id = '{d}' and status = 'open'
"""
TIMER = """
insert into timer (dossier_id, id, element, due_at, armed_at, kind, payload) values ('{d}', 'lạ', 'lạ', now(), now(), 'bpmn', '{{}}')
"""

#: Kind → statements, and what is found of that dossier. `{d}` is its id, `{o}` that of another one.
Corruptions = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]

CHAIN: Corruptions = {
    "payload of an event": (
        (EVENT.format("""payload = payload || '{{"note": "khác"}}'""", 4),),
        ("chain",),
    ),
    "instant of an event": (
        (EVENT.format("at = at + interval '1 microsecond'", 7),),
        ("chain", "tasks <id> closed_at"),
    ),
    "actor of an event": ((EVENT.format("actor_id = '{p}'", 4),), ("chain", "tasks <id> closed_by")),
    "salt of an event": ((EVENT.format("salt = sha256('khác')", 4),), ("chain",)),
    "event in the middle deleted": (
        ("delete from dossier_event where dossier_id = '{d}' and seq = 4",),
        (
            "chain",
            "dossier degree",
            "dossier last_seq",
            "engine's open tasks",
            "tasks <id> closed_at",
            "tasks <id> closed_by",
            "tasks <id> dossier_late_from",
            "tasks <id> due_dossier",
            "tasks <id> found_by",
            "tasks <id> outcome",
            "tasks <id> status",
        ),
    ),
    "last event deleted": (
        ("delete from dossier_event where dossier_id = '{d}' and seq = 11",),
        (
            "chain",
            "dossier last_seq",
            "end of the chain",
            "engine_state version",
            "tasks <id> assignee_id",
            "tasks <id> claimed_at",
        ),
    ),
    "two events swapped": (
        (
            "update dossier_event set seq = case seq when 5 then 106 else 105 end where dossier_id = '{d}' and seq in (5, 6)",
            "update dossier_event set seq = seq - 100 where dossier_id = '{d}' and seq > 100",
        ),
        ("chain",),
    ),
    "tail cut, head and number of the last event set right": (
        (
            BEHEADED,
            "delete from dossier_event where dossier_id = '{d}' and seq = 11",
            DOSSIER.format("last_seq = 10"),
        ),
        ("end of the chain", "engine_state version", "tasks <id> assignee_id", "tasks <id> claimed_at"),
    ),
    "head": ((ENGINE.format("head = sha256('khác')"),), ("chain",)),
}
ENGINES: Corruptions = {
    "engine state of another dossier": (
        (ENGINE.format("state = (select state from engine_state where dossier_id = '{o}')"),),
        ("engine state", "engine's open tasks"),
    ),
    "engine state with a flipped byte": (
        (ENGINE.format("state = set_byte(state, 9, get_byte(state, 9) # 255)"),),
        ("engine state",),
    ),
    "engine state emptied": ((ENGINE.format("state = ''"),), ("engine state",)),
    "version": ((ENGINE.format("version = version + 1"),), ("end of the chain", "engine_state version")),
    "finished": ((ENGINE.format("finished = not finished"),), ("engine_state finished",)),
    "updated_at": (
        (ENGINE.format("updated_at = updated_at - interval '1 day'"),),
        ("engine_state updated_at",),
    ),
}
PROJECTIONS: Corruptions = {
    "due date of the dossier": (
        (DOSSIER.format("due_legal = due_legal + interval '1 day'"),),
        ("dossier due_legal",),
    ),
    "due date of an appointment": (
        ("update appointment set due_promised = due_promised + interval '1 day' where dossier_id = '{d}'",),
        ("appointments 1 due_promised",),
    ),
    "due date of a step": (
        (TASK.format("due_own = due_own + interval '1 day'", "open"),),
        ("tasks <id> due_own",),
    ),
    "task deleted": (
        ("delete from user_task where dossier_id = '{d}' and status = 'open'",),
        ("tasks <id>",),
    ),
    "strange task": ((STRANGE,), ("tasks <id>",)),
    "answers of a task": (
        (TASK.format("""answers = '{{"khác": 1}}'""", "closed") + " and milestone = 'accept'",),
        ("tasks <id> answers",),
    ),
    "timer": ((TIMER,), ("timers lạ",)),
    "number of a letter": (
        ("update letter set number = number + 1000 where dossier_id = '{d}'",),
        ("letters 01/2026/<n>", "letters 01/2026/<n>"),
    ),
    "code": ((DOSSIER.format("code = code || '9'"),), ("dossier code",)),
    "status": ((DOSSIER.format("status = 'withdrawn'"),), ("dossier status",)),
}
BESIDE: Corruptions = {
    "form": ((DOSSIER.format("""form_data = form_data || '{{"khác": 1}}'"""),), ("dossier form_data",)),
    "applicant": (
        (DOSSIER.format("applicant_id = (select applicant_id from dossier where id = '{o}')"),),
        ("dossier applicant_id",),
    ),
    "handling unit": ((DOSSIER.format(f"handling_unit = '{OTHER}'"),), ("dossier handling_unit",)),
    "instant of filing": (
        (DOSSIER.format("filed_at = filed_at - interval '1 day'"),),
        ("dossier filed_at",),
    ),
    "component received": (
        ("update component set received = not received where dossier_id = '{d}' and code = 'TP01'",),
        ("components TP01 received",),
    ),
    "stored idempotent answer": (
        (
            """update idempotency set response = response || '{{"status": "returned"}}'
            where response ->> 'reference' = '{r}' and response ->> 'version' = '3'""",
        ),
        ("idempotency of event 8",),
    ),
    "message deleted": (
        ("delete from outbox where dossier_id = '{d}' and topic = 'applicant.accepted'",),
        ("messages <ref>/3",),
    ),
    "escalation added": (
        (
            "insert into escalation (subject_kind, subject_id, cycle, level, at) values ('dossier', '{d}', 1, 'overdue', now())",
        ),
        ("escalations dossier/<id>/1/overdue",),
    ),
    "fee": (("update fee set amount = amount + 100000 where dossier_id = '{d}'",), ("fees 1 amount",)),
    "quantity of a fee that nobody has assessed": (
        ("update fee set quantity = 2 where dossier_id = '{d}'",),
        ("fees 1 quantity",),
    ),
    "parent": ((DOSSIER.format("parent_id = '{o}'"),), ("dossier parent_id",)),
    "name of the party": (
        (PARTY.format("name = 'Người khác'"),),
        ("dossier_search terms", "party", "party name_folded"),
    ),
    "reader as the applicant": ((PARTY.format("principal_id = '{p}'"),), ("party principal_id",)),
    "units of a search": (
        ("update dossier_search set units = '{{}}' where dossier_id = '{d}'",),
        ("dossier_search units",),
    ),
    "day of destruction": (
        (DOSSIER.format("retention_until = '2026-03-04'"),),
        ("dossier retention_until",),
    ),
    "service level": ((DOSSIER.format("service_level = 'toan_trinh'"),), ("dossier service_level",)),
    "reader of a message": (
        ("update outbox set recipient_id = '{p}' where dossier_id = '{d}' and topic = 'applicant.accepted'",),
        ("messages <ref>/3 recipient_id",),
    ),
    "note of a component": (
        ("update component set note = 'khác' where dossier_id = '{d}' and code = 'TP01'",),
        ("components TP01 note",),
    ),
    "filing of a portal": (
        (
            "insert into portal_filing (id, portal, external_code, dossier_id, at) overriding system value values (7, 'cong', 'K1', '{d}', now())",
        ),
        ("portal_filing 7 at", "portal_filing 7 external_code", "portal_filing 7 portal"),
    ),
    "damage of a sound run": (
        (
            "insert into damaged_run (dossier_id, element, message, since) values ('{d}', 'B1', 'khác', now())",
        ),
        ("damaged_run",),
    ),
    "terms of a search deleted": (
        ("delete from dossier_search where dossier_id = '{d}'",),
        ("dossier_search",),
    ),
}


REMADE = """
update dossier_event set payload = $1::jsonb, salt = $2, digest = $3, previous = $4, hash = $5 where seq = $6
"""
GONE = "delete from {table} where dossier_id = (select id from dossier where reference = $1)"
#: What belongs to a dossier, in an order in which it can be deleted.
TABLES = [
    "dossier_event",
    "dossier_search",
    "engine_state",
    "user_task",
    "appointment",
    "clock_stop",
    "timer",
    "letter",
    "component",
    "refund",
    "payment",
    "fee",
    "outbox",
    "attachment",
]


async def worked_on(world: World, number: int) -> Outcome:
    """A dossier with eleven events in five acts, each under a key of its own."""
    keys = [f"{number}-{act}" for act in range(5)]
    before = await world.files(key=keys[0])
    desk = person("reception", DESK)
    before = await world.completes(before, "2026-03-02 09:00", outcome="accept", actor=desk, key=keys[1])
    before = await world.completes(before, key=keys[2])
    before = await world.completes(before, actor=person("division_head"), key=keys[3])
    (task,) = before.body["tasks"]
    return await world.does(before, Claim(UUID(task["id"])), person("specialist"), key=keys[4])


async def corrupt(world: World, before: Outcome, other: Outcome, *statements: str) -> None:
    """Alter a dossier as the owner of the tables can, who switches every trigger off."""
    one, another = [
        await world.one("select id::text from dossier where reference = $1", each.reference)
        for each in (before, other)
    ]
    named = {"d": one, "o": another, "r": before.reference, "p": person("clerk", OTHER)}
    for statement in statements:
        await world.changed(statement.format(**named))


def named(what: str, before: Outcome) -> str:
    """Finding with its variable parts replaced."""
    what = re.sub(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", what.replace(before.reference, "<ref>")
    )
    return re.sub(r"^(letters \d\d/\d{4})/\d+", r"\1/<n>", what)


async def found(world: World, *dossiers: Outcome) -> list[list[str]]:
    differences = [each async for each in audit.differences(world.service)]
    assert {each.reference for each in differences} <= {each.reference for each in dossiers}
    return [
        sorted(named(each.what, before) for each in differences if each.reference == before.reference)
        for before in dossiers
    ]


@pytest.mark.parametrize(
    "corruptions", [CHAIN, ENGINES, PROJECTIONS, BESIDE], ids=["chain", "engine", "projections", "beside"]
)
async def test_each_corruption_is_found_in_its_dossier_and_in_no_other(
    world: World, corruptions: Corruptions
) -> None:
    sound = await worked_on(world, 0)
    dossiers = {kind: await worked_on(world, number) for number, kind in enumerate(corruptions, start=1)}
    await world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    for kind, (statements, _) in corruptions.items():
        await corrupt(world, dossiers[kind], sound, *statements)
    whats = dict(zip(dossiers, await found(world, *dossiers.values()), strict=True))
    assert whats == {kind: sorted(said) for kind, (_, said) in corruptions.items()}


async def test_a_chain_that_was_made_anew_as_a_whole_needs_an_anchor_outside(world: World) -> None:
    before = await worked_on(world, 0)
    dossier = await world.one("select id from dossier")
    rows = await world.db.rows("select * from dossier_event order by seq")
    told = [Event(Kind(r.kind), r.at, r.actor_id, r.payload, r.on_behalf_of, r.automatic) for r in rows]
    told[3] = replace(told[3], payload={**told[3].payload, "note": "khác"})
    links = events.chain(told, dossier, events.GENESIS, 0)
    await world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    for link in links:
        made = [link.event.payload, link.salt, link.digest, link.previous, link.hash, link.seq]
        await world.changed(REMADE, *made)
    await world.changed("update engine_state set head = $1", links[-1].hash)
    assert await found(world, before) == [[]]


async def test_a_dossier_that_is_gone_with_all_that_it_had_needs_an_anchor_outside(world: World) -> None:
    gone, left = await worked_on(world, 0), await worked_on(world, 1)
    await world.changed("alter table dossier_event disable trigger dossier_event_append_only")
    for table in TABLES:
        await world.changed(GONE.format(table=table), gone.reference)
    await world.changed("delete from idempotency where response ->> 'reference' = $1", gone.reference)
    await world.changed("delete from dossier where reference = $1", gone.reference)
    assert await found(world, left) == [[]]


async def erased(world: World, before: Outcome, *seqs: int) -> None:
    """Payloads erased as the law has it: through the door that leaves a line in the access log."""
    door = "select dossier_event_erase((select id from dossier where reference = $1), $2::int[], $3, $4, 'Luật A điều 1')"
    by, at = person("administrator", PROVINCE), instant("2026-03-03 08:00")
    assert await world.one(door, before.reference, list(seqs), by, at) == len(seqs)


async def test_a_lawful_erasure_is_silent_and_counted_and_hides_nothing_else(world: World) -> None:
    whole, partly, moved = [await worked_on(world, number) for number in range(3)]
    await erased(world, whole, *range(1, 12))
    await erased(world, partly, 3, 8)
    await erased(world, moved, *range(1, 12))
    assert await found(world, whole, partly, moved) == [[], [], []]
    await corrupt(world, moved, whole, DOSSIER.format("due_legal = due_legal + interval '30 days'"))
    tally = audit.AuditProgress()
    (difference,) = [each async for each in audit.differences(world.service, progress=tally)]
    assert (difference.reference, difference.what, tally) == (
        moved.reference,
        "dossier due_legal",
        audit.AuditProgress(dossiers=3, erased=3),
    )


async def test_an_erasure_that_nobody_has_to_answer_for_is_found(world: World) -> None:
    before = await worked_on(world, 0)
    await world.changed("update dossier_event set payload = null, salt = null where seq = 4")
    assert await found(world, before) == [["erasure of event 4"]]
