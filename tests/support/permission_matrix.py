"""People of every relation, what each asks of every operation, and a world in which all of them live.

What is expected stands in `matrix.csv`, written by hand: one row an operation, one column a person. A cell is the status of
the answer, or `empty` for a list that is given and does not hold what it was asked for, or `not-your-turn` for a refusal by the step that is open.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from hoso_api.installation import master_key
from hoso_api.settings import Settings
from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, PaymentMethod, PrincipalKind, Satisfaction, postgres
from hoso_models.storage import database
from hoso_workflows import drafts
from hoso_workflows.attachments import resumable, uploads
from hoso_workflows.dossiers import due_timers
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.feedback import ratings
from hoso_workflows.identity import invitations
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Applicant, AskSupplement, Claim, Complete, FileDossier
from hoso_workflows.organisation import principals, units
from support import (
    databases,
    files,
    permission_catalogue,
    permission_coordination,
    permission_portals,
    permission_register,
    permission_reports,
)
from support.api_client import Rest
from support.builders import forms
from support.permission_case import Case
from support.permission_register import CLOSED, CODE, COLLEAGUE, SPECIALIST
from support.procedures import exchange
from support.world import (
    CITIZEN,
    DEPARTMENT,
    DESK,
    FOUNDED,
    OTHER,
    PROVINCE,
    SINCE,
    STRANGER,
    World,
    instant,
    person,
    publish_package,
)

TEMPLATE = "matrix_of_tests"
CELLS = Path(__file__).with_name("matrix.csv")
AT = "2026-03-04 09:00"
NO_TIME = timedelta(0)
#: What an applicant says of a dossier.
_MARKS = dict.fromkeys(("overall", "convenience", "timeliness", "attitude"), "satisfied")
RECEPTION, ABSENT = person("reception", DESK), person("absent")
#: Column of the matrix → the principal; None is nobody.
PEOPLE: Mapping[str, UUID | None] = {
    "applicant": CITIZEN,
    "stranger": STRANGER,
    "reception": RECEPTION,
    "reception_elsewhere": person("reception", OTHER),
    "specialist_assigned": SPECIALIST,
    "specialist_unassigned": person("specialist", number=2),
    "clerk_of_the_unit": person("clerk"),
    "head": person("head"),
    "leader_deciding": person("provincial_leader", PROVINCE),
    "head_above": person("head", PROVINCE),
    "officer_elsewhere": person("specialist", OTHER),
    "administrator_agency": person("administrator"),
    "administrator_province": person("administrator", PROVINCE),
    "administrator_sibling": person("administrator", OTHER),
    "auditor_over": person("auditor", PROVINCE),
    "auditor_elsewhere": person("auditor", OTHER),
    "coordinator_over": person("coordinator", PROVINCE),
    "catalogue_editor_over": person("catalogue_editor", PROVINCE),
    "declarer": person("procedure_declarer"),
    "declarer_elsewhere": person("procedure_declarer", OTHER),
    "approver": person("procedure_approver", PROVINCE),
    "approver_elsewhere": person("procedure_approver", OTHER),
    "substitute": person("substitute"),
    "substitute_in_office": person("substitute", number=2),
    "partner_with_role": exchange.PARTNER,
    "partner": person("partner", "", 2),
    "installation": principals.SYSTEM,
    "closed": CLOSED,
    "nobody": None,
}
#: Who reads what is theirs, which leaves no row: applicants their dossier, an officer their own record.
APPLICANTS = frozenset({"applicant", "stranger"})
OWN = {
    **{act: frozenset({"specialist_assigned"}) for act in ("get_person", "get_permissions")},
    "list_dossiers": frozenset({"stranger", "partner"}),
}
#: Who is entered beside the world's own: principal → unit and roles.
ENTERED: Mapping[UUID, tuple[str, tuple[str, ...]]] = {
    person("reception", OTHER): (OTHER, ("reception",)),
    person("head", PROVINCE): (PROVINCE, ("head",)),
    person("administrator"): (DEPARTMENT, ("administrator",)),
    person("administrator", OTHER): (OTHER, ("administrator",)),
    person("auditor", PROVINCE): (PROVINCE, ("auditor",)),
    person("auditor", OTHER): (OTHER, ("auditor",)),
    person("coordinator", PROVINCE): (PROVINCE, ("coordinator",)),
    person("catalogue_editor", PROVINCE): (PROVINCE, ("catalogue_editor",)),
    person("procedure_approver", OTHER): (OTHER, ("procedure_approver",)),
    COLLEAGUE: (DEPARTMENT, ("specialist",)),
    ABSENT: (DEPARTMENT, ("head", "administrator")),
    CLOSED: (DEPARTMENT, ("specialist",)),
    person("substitute"): (DEPARTMENT, ()),
    person("substitute", number=2): (DEPARTMENT, ()),
}


@contextmanager
def founded(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world of the matrix; the first one a session is built."""
    with exchange.founded(server):
        databases.ensure_template(server, TEMPLATE, _establish, base=exchange.TEMPLATE)
    with databases.clone(server, TEMPLATE) as url:
        yield url


async def _establish(url: str) -> None:
    async with database.connect(url) as db:
        async with db.transaction() as tx:
            for identity, (unit, roles) in ENTERED.items():
                name = f"{identity} · {unit}"
                principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=identity)
                await tx.flush()
                if not roles:
                    await tx.rows("update principal set home_unit_code = $2 where id = $1", [identity, unit])
                for role in roles:
                    units.assign(tx, identity, unit, role, SINCE)
            partner = person("partner", "", 2)
            principals.principal(tx, PrincipalKind.PARTNER, "Hệ thống 2", at=FOUNDED, identity=partner)
            for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, PROVINCE), strict=True):
                units.competence(tx, CODE, unit, part, SINCE, basis="Quyết định công bố")
            away = date(2026, 1, 1), date(2026, 12, 31)
            units.substitute(tx, ABSENT, person("substitute"), *away, reason="Nghỉ phép")
            named = {"unit_code": DEPARTMENT, "role": "administrator"}
            second = person("substitute", number=2)
            units.substitute(tx, ABSENT, second, *away, reason="Nghỉ phép", **named)
        await publish_package(db, drawn())
        await databases.changed(db.url, "update principal set closed_at = $2 where id = $1", CLOSED, FOUNDED)
        await permission_register.enter(db)
        await permission_coordination.enter(db)
        await permission_catalogue.enter(db)
        await permission_portals.enter(db)
        await permission_reports.enter(db)


def drawn() -> package.Package:
    """The procedure with a form, under a code of its own."""
    files = dict(forms.drawn().files)
    files["procedure.toml"] = files["procedure.toml"].replace(forms.CODE.encode(), CODE.encode())
    return package.read(files)


#: What a path names: `{reference}`, `{task}` and so on.
Names = Mapping[str, str]


async def filed(world: World, procedure: str = CODE) -> Outcome:
    """A dossier that the applicant has filed online."""
    applicant = Applicant("Người nộp 1", identifier="000000000001")
    request = FileDossier(procedure=procedure, channel="online", applicant=applicant)
    return await world.service.file(request, actor=CITIZEN, at=instant("2026-03-02 08:00"))


async def accepted(world: World, procedure: str = CODE) -> Outcome:
    """A dossier at its appraisal, whose task nobody has taken."""
    return await world.accepts(await filed(world, procedure))


async def of_a_sibling(world: World) -> Outcome:
    """A dossier in which neither the department nor the province has a part."""
    return await world.accepts(await world.files("2026-03-02 08:00", procedure="1.013871"))


async def asking(world: World) -> Outcome:
    """A dossier whose applicant has written to the desk."""
    return await world.does(await accepted(world), commands.WriteToDesk("Khi nào có kết quả?"), CITIZEN)


async def taken(world: World) -> Outcome:
    """A dossier whose task the first specialist has taken."""
    before = await accepted(world)
    (task,) = await world.open_tasks(before)
    return await world.does(before, Claim(UUID(task["id"])), SPECIALIST)


async def delegated(world: World) -> Outcome:
    """A dossier whose task the first specialist has delegated."""
    before = await taken(world)
    (task,) = await world.open_tasks(before)
    return await world.does(before, commands.Delegate(UUID(task["id"]), COLLEAGUE), SPECIALIST)


async def delegated_to(world: World) -> Outcome:
    """A dossier whose task a colleague has delegated to the first specialist."""
    before = await accepted(world)
    (task,) = await world.open_tasks(before)
    after = await world.does(before, Claim(UUID(task["id"])), COLLEAGUE)
    return await world.does(after, commands.Delegate(UUID(task["id"]), SPECIALIST), COLLEAGUE)


async def handed_on(world: World) -> Outcome:
    """A dossier whose task a head took from a colleague and gave to the first specialist."""
    before = await accepted(world)
    (task,) = await world.open_tasks(before)
    after = await world.does(before, Claim(UUID(task["id"]), COLLEAGUE), person("head"))
    command = commands.Reassign(UUID(task["id"]), SPECIALIST, "Nghỉ")
    return await world.does(after, command, person("head"))


async def step_drafted(world: World) -> Outcome:
    """A dossier at whose task everybody has kept a draft, whether they may or not."""
    before = await accepted(world)
    (task,) = await world.open_tasks(before)
    people = [each for each in PEOPLE.values() if each is not None]
    content = '{"outcome": null, "values": {}, "result": null, "reason": "", "note": "Chờ"}'
    await world.changed(
        "insert into officer_task (task_id, principal_id, draft, draft_version, draft_saved_at)"
        " select $1, unnest($2::uuid[]), $3::text::jsonb, 1, $4",
        UUID(task["id"]),
        people,
        content,
        instant(AT),
    )
    return before


async def asked(world: World) -> Outcome:
    """A dossier for which a supplement was asked."""
    return await world.does(await accepted(world), AskSupplement("Thiếu"), RECEPTION)


async def early(world: World) -> Outcome:
    """A dossier that was filed weeks ago."""
    applicant = Applicant("Người nộp 1", identifier="000000000001")
    request = FileDossier(procedure=CODE, channel="online", applicant=applicant)
    return await world.service.file(request, actor=CITIZEN, at=instant("2026-01-12 08:00"))


async def unanswered(world: World) -> Outcome:
    """A dossier for which a supplement was asked and never came."""
    return await world.does(
        await early(world), commands.AskSupplement("Thiếu"), RECEPTION, "2026-01-12 09:00"
    )


async def supplemented(world: World) -> Outcome:
    """A dossier whose supplement has just come in."""
    return await world.does(await asked(world), commands.ReceiveSupplement(), RECEPTION, "2026-03-02 11:00")


async def suspended(world: World) -> Outcome:
    """A dossier that a head has suspended."""
    return await world.does(await accepted(world), commands.Suspend("Chờ", "Luật"), person("head"))


async def copied(world: World) -> Outcome:
    """The same, with a copy of the notice given out."""
    before = await suspended(world)
    notice = await world.one(
        "select l.id from letter l join dossier d on d.id = l.dossier_id where d.reference = $1 and l.form = 'suspension'",
        before.reference,
    )
    return await world.does(before, commands.IssueCopy(notice), RECEPTION)


async def owing(world: World) -> Outcome:
    """A dossier with a financial obligation."""
    return await world.does(await accepted(world), commands.SetObligation("Thuế", "Luật"), RECEPTION)


async def consulted(world: World) -> Outcome:
    """A dossier about which another department was asked."""
    command = commands.Consult(OTHER, "Có không?", date(2026, 3, 6))
    return await world.does(await accepted(world), command, SPECIALIST)


async def disclosed(world: World) -> Outcome:
    """A dossier whose data were given to a third party."""
    command = commands.Disclose("Tòa án", "Luật", "Xác minh", ("Họ tên",), "QĐ 1")
    return await world.does(await accepted(world), command, person("head"))


async def under_hold(world: World) -> Outcome:
    """A dossier on which a hold stands."""
    command = commands.PlaceHold("Vụ án", "Công văn 1")
    return await world.does(await accepted(world), command, person("administrator", PROVINCE))


async def to_be_erased(world: World) -> Outcome:
    """A dossier whose erasure was ordered."""
    command = commands.OrderErasure("Rút đồng ý", "Luật")
    return await world.does(await refused(world), command, person("administrator", PROVINCE))


async def refused(world: World) -> Outcome:
    """A dossier that reception has refused."""
    return await world.does(await filed(world), commands.Refuse(None, "Sai"), RECEPTION)


async def papered(world: World) -> Outcome:
    """A dossier with a file that its applicant has handed in."""
    before = await accepted(world)
    await files.attached(world, before.reference, CITIZEN)
    return before


async def uploading(world: World) -> Outcome:
    """A dossier, and an upload that its applicant has begun."""
    before = await accepted(world)
    opened = files.opened(world)
    letting = await uploads.begun(opened, before.reference, uploads.Asked(CITIZEN, instant(AT)))
    await resumable.begun(letting, uploads.Described("don.png"), size=9)
    return before


async def offered(world: World) -> Outcome:
    """A dossier whose applicant has given a paper with another one."""
    await papered(world)
    return await accepted(world)


async def assessed(world: World) -> Outcome:
    """A dossier with an assessed fee, of which nothing is open."""
    return await world.does(await accepted(world), commands.AssessFee(1), RECEPTION)


async def paid(world: World) -> Outcome:
    """A dossier with a payment."""
    before = await assessed(world)
    command = commands.RecordPayment(1, 1_000, PaymentMethod.TRANSFER, f"FT-{before.reference}")
    return await world.does(before, command, RECEPTION)


async def ordered(world: World) -> Outcome:
    """A dossier with an order at the payment gateway, of which it said another amount."""
    before = await assessed(world)
    await world.changed(_ORDERED, before.reference, RECEPTION)
    return before


_ORDERED = """
with o as (
  insert into payment_order (dossier_id, fees, amount, state, created_at, created_by, expires_at)
  select id, '[{"fee": 1, "amount": 1000}]', 1000, 'disputed', filed_at, $2, filed_at from dossier where reference = $1
  returning id, dossier_id, created_at
)
insert into payment_dispute (order_id, dossier_id, told_order, amount, reason, told_at)
select id, dossier_id, id::text, 7, 'wrong_amount', created_at from o
"""


async def to_decide(world: World) -> tuple[Outcome, Any]:
    """A dossier at the step that decides, with that step."""
    standing = await taken(world)
    while True:
        (task,) = await world.open_tasks(standing)
        if task["milestone"] == "result":
            return standing, task
        values = forms.SOUND if task["element"] == "Tham_dinh" else {}
        command = Complete(UUID(task["id"]), variables=values)
        standing = await world.does(standing, command, person(task["role"], task["unit"]))


async def at_decision(world: World) -> Outcome:
    """A dossier at the step that decides, with a file that may be its result."""
    standing, task = await to_decide(world)
    officer = person(task["role"], task["unit"])
    await files.attached(world, standing.reference, officer, "2026-03-03 10:00", internal=True)
    return standing


async def result_drafted(world: World) -> Outcome:
    """The same, with a PDF that may be signed."""
    standing, task = await to_decide(world)
    officer = person(task["role"], task["unit"])
    await files.attached(world, standing.reference, officer, "2026-03-03 10:00", files.pdf(), internal=True)
    return standing


async def decided(world: World) -> Outcome:
    """A dossier whose result is ready."""
    standing, task = await to_decide(world)
    command = Complete(UUID(task["id"]), result=commands.Result.GRANTED)
    return await world.does(standing, command, person(task["role"], task["unit"]))


async def returned(world: World) -> Outcome:
    """A dossier whose result was handed over."""
    return await world.does(await decided(world), commands.HandOver(), RECEPTION)


async def rated(world: World) -> Outcome:
    """A dossier that its applicant has rated."""
    standing = await returned(world)
    marks = ratings.Marks(*(Satisfaction(level) for level in _MARKS.values()))
    await ratings.rate(world.db, standing.reference, marks, by=CITIZEN, at=instant(AT))
    return standing


async def result_corrected(world: World) -> Outcome:
    """The same, with a corrected result that waits to be handed over."""
    standing = await returned(world)
    head = person("division_head", DEPARTMENT)
    said = {"internal": True, "reason": "Sai năm"}
    await files.attached(world, standing.reference, head, "2026-03-03 10:00", sort=uploads.Correcting, **said)
    return standing


async def with_result(world: World) -> Outcome:
    """A dossier whose result is a file that who decided has added."""
    standing, task = await to_decide(world)
    officer = person(task["role"], task["unit"])
    file = await files.attached(world, standing.reference, officer, "2026-03-03 10:00", internal=True)
    command = Complete(UUID(task["id"]), result=commands.Result.GRANTED, attachments=(file,))
    return await world.does(standing, command, officer)


async def waiting(world: World) -> Outcome:
    """A dossier that waits for a message."""
    return await accepted(world, exchange.CODE)


async def calling(world: World) -> Outcome:
    """A dossier that waits for a call."""
    return await world.does(await waiting(world), exchange.Send(exchange.OPINION), SPECIALIST)


async def held(world: World) -> Outcome:
    """A dossier whose timer cannot go on."""
    before = await calling(world)
    call = exchange.task(before, "Thue")
    after = await world.does(before, Complete(call), exchange.PARTNER, "2026-03-02 11:00")
    await due_timers.fire(world.service, at=instant("2026-03-03 11:00"))
    return after


async def of_another_role(world: World) -> Outcome:
    """A dossier whose task at the desk is the clerk's."""
    before = await filed(world)
    (task,) = await world.open_tasks(before)
    await world.changed("update user_task set role = 'clerk' where id = $1", UUID(task["id"]))
    return before


async def foretold(world: World) -> Outcome:
    """A dossier whose head was told that it is due soon, with a letter of apology."""
    before = await accepted(world)
    await world.changed(
        "insert into escalation (subject_kind, subject_id, cycle, level, recipient_id, at)"
        " select 'dossier', id, cycle, 'due_soon', $2, $3 from dossier where reference = $1",
        before.reference,
        person("head"),
        instant(AT),
    )
    return before


async def unsent(world: World) -> Outcome:
    """A dossier about which a message was set aside."""
    before = await accepted(world)
    await world.changed(
        "insert into outbox (dedup_key, topic, available_at, created_at, attempts, last_error, aside, dossier_id)"
        " select reference, 'applicant.filed', 'infinity', $2, 1, 'refused', 'refused', id from dossier where reference = $1",
        before.reference,
        instant("2026-03-02 09:00"),
    )
    return before


async def recovering(world: World) -> Outcome:
    """A recovery of an officer of the department, asked for by an administrator who is away."""
    lost, before = uuid4(), await world.db.row("select count(*) as n from invitation")
    at = instant(AT) + timedelta(seconds=before.n)
    async with world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, "Chuyên viên mất khóa", at=FOUNDED, identity=lost)
        await tx.flush()
        units.assign(tx, lost, DEPARTMENT, "specialist", SINCE)
        await tx.flush()
        await invitations.ask_recovery(tx, lost, by=ABSENT, at=at)
    return await accepted(world)


async def drafted(world: World) -> Outcome:
    """A dossier, and beside it a draft of the applicant that can be filed."""
    kept = drafts.Drafts(world.db, master_key.seal(None), Settings().draft_limits)
    newest = await world.one("select greatest(max(created_at), $1) from draft", instant(AT))
    at = newest + timedelta(seconds=1)
    await kept.create(CITIZEN, CODE, {each: _ONLINE[each] for each in ("channel", "applicant")}, at=at)
    return await accepted(world)


async def drafted_with_file(world: World) -> Outcome:
    """The same with a file in the draft, and a paper that its owner has given with an accepted dossier."""
    await papered(world)
    found = await drafted(world)
    draft = await world.one("select id from draft order by created_at desc limit 1")
    await files.added_to_draft(world, draft, CITIZEN, AT)
    return found


async def names(world: World, outcome: Outcome) -> Names:
    """Names of a dossier in a path."""
    tasks = await world.open_tasks(outcome)
    row = await world.db.row(_NAMED, [outcome.reference])
    known = {
        "incident": row.incident or "",
        "message": str(row.message or 0),
        "recovery": str(row.recovery or ""),
        "consultation": str(row.consultation or ""),
        "payment": str(row.payment or ""),
        "dispute": str(row.dispute or ""),
        "order": str(row.order or ""),
        "letter": str(row.letter or ""),
        "draft": str(row.draft or ""),
        "file": str(row.file or ""),
        "attachment": str(row.attachment or ""),
        "paper": str(row.paper or ""),
        "upload": str(row.upload or ""),
        "list": str(row.list or ""),
        "newest_letter": str(row.newest_letter or ""),
        "request": str(row.request or ""),
    }
    task = tasks[0]["id"] if tasks else ""
    return {"reference": outcome.reference, "code": outcome.code or "", "task": task, **known}


_NAMED = """
select d.incidents -> 0 ->> 'id' as incident, (select max(o.id) from outbox o where o.dossier_id = d.id) as message,
  (select c.id from consultation c where c.dossier_id = d.id) as consultation,
  (select p.id from payment p where p.dossier_id = d.id) as payment,
  (select b.id from payment_dispute b where b.dossier_id = d.id) as dispute,
  (select o.id from payment_order o where o.dossier_id = d.id) as "order",
  (select l.id from letter l where l.dossier_id = d.id order by l.issued_at limit 1) as letter,
  (select i.id from invitation i where i.purpose = 'recovery' order by i.made_at desc limit 1) as recovery,
  (select f.id from draft f order by f.created_at desc limit 1) as draft,
  (select f.id from draft_file f join draft n on n.id = f.draft_id order by n.created_at desc, f.place limit 1) as file,
  (select a.id from attachment a where a.dossier_id = d.id and a.superseded_at is null) as attachment,
  (select u.id from upload u where u.dossier_id = d.id limit 1) as upload,
  (select a.id from attachment a join dossier o on o.id = a.dossier_id join dossier_key k on k.dossier_id = o.id
    join party pa on pa.id = o.applicant_id join party own on own.id = d.applicant_id and own.principal_id = pa.principal_id
    where o.id <> d.id and o.accepted_at is not null and a.superseded_at is null and not a.internal
    order by a.stored_at desc limit 1) as paper,
  (select i.list_id from destruction_item i where i.dossier_id = d.id) as list,
  (select l.id from letter l where l.dossier_id = d.id order by l.issued_at desc, l.form desc limit 1) as newest_letter,
  (select l.id from letter l where l.dossier_id = d.id and l.form = 'consultation') as request
from dossier d where d.reference = $1
"""


_OVERDUE = f"/v1/overdue?unit={DEPARTMENT}"
_BOOK = f"from=2026-01-01&to=2026-12-31&unit={DESK}"
_PERIOD = f"from=2026-03-01&to=2026-03-03&unit={DEPARTMENT}"
_D, _T = "/v1/dossiers/{reference}", "/v1/user-tasks/{task}"
_P, _F = f"/v1/procedures/{CODE}", "/v1/drafts/{draft}"
_A, _FILE = f"{_D}/attachments", {"file": ("don.png", files.picture())}
_U, _ANNOUNCED = "/v1/uploads/{upload}", {"file": "don.png", "size": 9}
_DESK = {"procedure": CODE, "channel": "desk", "applicant": {"kind": "person", "name": "Người nộp 9"}}
_ONLINE = {**_DESK, "channel": "online", "applicant": {"kind": "person", "name": "Người nộp 1", "identifier": "000000000001"}}  # fmt: skip
_FORM = {"values": forms.SOUND}
_TASKS = {"filter": {"dossier": "{reference}"}}
_TEMPLATE = f"/v1/letter-templates/{permission_register.TEMPLATE}"
_SIGNED = {"items": [{"dossier": "{reference}", "letter": "{newest_letter}"}]}
_RESULTS = {"items": [{"dossier": "{reference}", "attachment": "{attachment}"}]}
_GROUND = {"reason": "Chờ kết luận", "basis": "Luật mẫu điều 1"}

#: Every operation of the REST API, and what is asked of it.
#: The rung of the house for what waits at reception.
_RUNG = "00560001-0000-4000-8000-000000000000"
#: A receiver that is none.
_WEBHOOK = f"/v1/webhooks/{UUID(int=9)}"
CASES: Mapping[str, Case] = {
    "file_dossier at the desk": Case("POST", "/v1/dossiers", _DESK),
    "file_dossier online": Case("POST", "/v1/dossiers", _ONLINE),
    "create_draft": Case("POST", "/v1/drafts", {"procedure": CODE, "content": {"form": {}}}),
    "list_drafts": Case("GET", "/v1/drafts", None, drafted, holds="{draft}"),
    "get_draft": Case("GET", _F, None, drafted),
    "change_draft": Case("PUT", _F, {"content": {}}, drafted, changes=True),
    "discard_draft": Case("DELETE", _F, None, drafted, changes=True),
    "file_draft": Case("POST", f"{_F}/filing", None, drafted, changes=True),
    "list_draft_files": Case("GET", f"{_F}/files", None, drafted_with_file),
    "get_draft_file": Case("GET", f"{_F}/files/{{file}}", None, drafted_with_file),
    "read_draft_file": Case("GET", f"{_F}/files/{{file}}/content", None, drafted_with_file),
    "read_draft_thumbnail": Case("GET", f"{_F}/files/{{file}}/thumbnail", None, drafted_with_file),
    "attach_to_draft": Case("POST", f"{_F}/files", state=drafted, changes=True, files=_FILE),
    "replace_draft_file": Case(
        "PUT", f"{_F}/files/{{file}}", state=drafted_with_file, changes=True, files=_FILE
    ),
    "begin_draft_upload": Case("POST", f"{_F}/uploads", _ANNOUNCED, drafted, changes=True),
    "detach_from_draft": Case("DELETE", f"{_F}/files/{{file}}", None, drafted_with_file, changes=True),
    "list_papers_for_draft": Case("GET", f"{_F}/offered-papers", None, drafted),
    "attach_paper_to_draft": Case(
        "POST", f"{_F}/offered-papers/{{paper}}", {}, drafted_with_file, changes=True
    ),
    "accept_dossier": Case("POST", f"{_D}/acceptance", {}, filed, changes=True),
    "refuse_dossier": Case("POST", f"{_D}/refusal", {"reason": "Sai"}, filed, changes=True),
    "propose_supplement": Case(
        "POST", f"{_D}/supplement-proposal", {"reason": "Thiếu"}, accepted, changes=True
    ),
    "ask_supplement": Case("POST", f"{_D}/supplement-request", {"reason": "Thiếu"}, accepted, changes=True),
    "receive_supplement": Case("POST", f"{_D}/supplement", {}, asked, changes=True),
    "withdraw_dossier": Case("POST", f"{_D}/withdrawal", {"reason": "Đổi ý"}, accepted, changes=True),
    "transfer_dossier": Case(
        "POST", f"{_D}/transfer", {"reason": "Khác", "authority": "Công an tỉnh"}, filed, changes=True
    ),
    "return_supplement": Case(
        "POST", f"{_D}/supplement-return", {"reason": "Vẫn thiếu"}, supplemented, changes=True
    ),
    "close_unanswered": Case("POST", f"{_D}/closure", {}, unanswered, changes=True),
    "suspend_dossier": Case("POST", f"{_D}/suspension", _GROUND, accepted, changes=True),
    "end_suspension": Case("POST", f"{_D}/suspension-end", {"reason": "Xong"}, suspended, changes=True),
    "extend_term": Case(
        "POST", f"{_D}/extension", {**_GROUND, "term": "1 ngày làm việc"}, accepted, changes=True
    ),
    "reappoint_dossier": Case(
        "POST", f"{_D}/reappointment", {"reason": "Xin lỗi", "due": "2026-03-20"}, accepted, changes=True
    ),
    "set_obligation": Case("POST", f"{_D}/obligation", _GROUND, accepted, changes=True),
    "meet_obligation": Case("POST", f"{_D}/obligation-met", {"proof": "0001"}, owing, changes=True),
    "stop_dossier": Case("POST", f"{_D}/stop", _GROUND, accepted, changes=True),
    "consult_unit": Case(
        "POST",
        f"{_D}/consultations",
        {"unit": OTHER, "question": "Có không?", "due": "2026-03-06"},
        accepted,
        changes=True,
    ),
    "answer_consultation": Case(
        "POST", f"{_D}/consultations/{{consultation}}/answer", {"answer": "Có"}, consulted, changes=True
    ),
    "record_verification": Case(
        "POST",
        f"{_D}/verifications",
        {"finding": "Đúng", "place": "Tại chỗ", "held_at": "2026-03-03T09:00:00+07:00"},
        accepted,
        changes=True,
    ),
    "disclose_data": Case(
        "POST",
        f"{_D}/disclosures",
        {
            "basis": "Luật",
            "recipient": "Tòa án",
            "purpose": "Xác minh",
            "data": ["Họ tên"],
            "decision": "QĐ 1",
        },
        accepted,
        changes=True,
    ),
    "place_hold": Case("POST", f"{_D}/hold", _GROUND, accepted, changes=True),
    "lift_hold": Case("POST", f"{_D}/hold-end", {"reason": "Xong"}, under_hold, changes=True),
    "order_erasure": Case("POST", f"{_D}/erasure", _GROUND, refused, changes=True),
    "rectify_dossier": Case(
        "POST",
        f"{_D}/correction",
        {"reason": "Gõ sai", "applicant": {"address": "Số 1"}},
        accepted,
        changes=True,
    ),
    "reopen_dossier": Case("POST", f"{_D}/reopening", _GROUND, refused, changes=True),
    "sign_letter": Case("POST", f"{_D}/letters/{{newest_letter}}/signature", {}, suspended),
    "issue_copy": Case("POST", f"{_D}/letters/{{newest_letter}}/copies", {}, suspended, changes=True),
    "sign_letters": Case("POST", "/v1/letters/signatures", _SIGNED, suspended, holds="key-missing"),
    "list_waiting_letters": Case("GET", "/v1/letters/waiting", None, suspended, holds="{newest_letter}"),
    "list_drafted_apologies": Case("GET", "/v1/apologies/waiting", None, foretold, holds="{reference}"),
    "sign_results": Case("POST", "/v1/results/signatures", _RESULTS, at_decision, holds="key-missing"),
    "list_waiting_results": Case("GET", "/v1/results/waiting", None, result_drafted, holds="{attachment}"),
    "write_to_desk": Case("POST", f"{_D}/conversation", {"text": "Khi nào?"}, accepted, changes=True),
    "write_to_applicant": Case("POST", f"{_D}/reply", {"text": "Đúng hẹn"}, accepted, changes=True),
    "propose_reply": Case("POST", f"{_D}/reply-proposal", {"text": "Đúng hẹn"}, accepted, changes=True),
    "hand_over_result": Case("POST", f"{_D}/handover", {}, decided, changes=True),
    "attach_file": Case("POST", _A, state=accepted, changes=True, files=_FILE),
    "submit_proof": Case("POST", f"{_D}/payment-proofs", {"text": "Đã nộp"}, assessed, files=_FILE),
    "supersede_attachment": Case(
        "POST", f"{_A}/{{attachment}}/supersede", state=papered, changes=True, files=_FILE
    ),
    "exchange_result": Case(
        "POST",
        f"{_A}/{{attachment}}/exchange",
        {"reason": "Quét nhầm trang"},
        with_result,
        changes=True,
        files=_FILE,
    ),
    "correct_result": Case(
        "POST", f"{_D}/result-corrections", {"reason": "Sai năm"}, returned, changes=True, files=_FILE
    ),
    "hand_over_correction": Case("POST", f"{_D}/correction-handover", {}, result_corrected, changes=True),
    "attach_offered_paper": Case("POST", f"{_D}/offered-papers/{{paper}}", {}, offered, changes=True),
    "begin_upload": Case("POST", f"{_D}/uploads", _ANNOUNCED, accepted, changes=True),
    "get_upload": Case("GET", _U, None, uploading),
    "continue_upload": Case(
        "PATCH", _U, None, uploading, changes=True, content=b"%", headers=files.part(0, complete=False)
    ),
    "cancel_upload": Case("DELETE", _U, None, uploading, changes=True),
    "attach_internally": Case("POST", _A, {"internal": "true"}, accepted, changes=True, files=_FILE),
    "assess_fee": Case("POST", f"{_D}/fee-assessment", {"fee": 1}, accepted, changes=True),
    "exempt_fee": Case("POST", f"{_D}/fee-exemption", {"fee": 1, "basis": "Luật"}, assessed, changes=True),
    "record_payment": Case(
        "POST",
        f"{_D}/payments",
        {"fee": 1, "amount": 1_000, "method": "transfer", "reference": "FT1", "shared": True},
        assessed,
        changes=True,
    ),
    "cancel_payment": Case(
        "POST",
        f"{_D}/payment-cancellation",
        {"payment": "{payment}", "reason": "Ghi nhầm"},
        paid,
        changes=True,
    ),
    "refund_payment": Case(
        "POST",
        f"{_D}/refunds",
        {"payment": "{payment}", "reason": "Nộp thừa", "reference": "FT2"},
        paid,
        changes=True,
    ),
    "assign_user_task": Case("POST", f"{_T}/assignment", {}, accepted, changes=True),
    "assign_to_others": Case(
        "POST", f"{_T}/assignment", {"assignee": str(COLLEAGUE)}, accepted, changes=True
    ),
    "unassign_user_task": Case("DELETE", f"{_T}/assignee", None, taken, changes=True),
    "reassign_user_task": Case(
        "POST", f"{_T}/reassignment", {"assignee": str(COLLEAGUE), "reason": "Nghỉ"}, accepted, changes=True
    ),
    "delegate_user_task": Case("POST", f"{_T}/delegation", {"assignee": str(COLLEAGUE)}, taken, changes=True),
    "resolve_delegation": Case("POST", f"{_T}/delegation-end", {}, delegated, changes=True),
    "resolve_delegation by the colleague": Case(
        "POST", f"{_T}/delegation-end", {}, delegated_to, changes=True
    ),
    "return_user_task": Case("POST", f"{_T}/return", {"reason": "Thiếu"}, handed_on, changes=True),
    "prioritise_user_task": Case("POST", f"{_T}/priority", {"priority": 2}, accepted, changes=True),
    "write_note": Case("POST", f"{_D}/notes", {"text": "Đã gọi"}, accepted, changes=True),
    # Nobody's: who may leave notes learns that it stands.
    "amend_note": Case("POST", f"{_D}/note-amendment", {"note": 1, "text": "Đã gọi lại"}, accepted),
    "complete_user_task": Case("POST", f"{_T}/completion", _FORM, taken, changes=True),
    "fail_user_task": Case("POST", f"{_T}/failure", {"message": "hỏng"}, calling, changes=True),
    "send_message": Case("POST", f"{_D}/messages", {"name": exchange.OPINION}, waiting, changes=True),
    "resolve_incident": Case(
        "POST", f"{_D}/incidents/{{incident}}/resolution", {"values": {"muc": 9}}, held, changes=True
    ),
    "correct_instant": Case(
        "POST",
        f"{_D}/corrections",
        {"event": 3, "at": "2026-03-02T08:30:00+07:00", "reason": "Đồng hồ sai"},
        accepted,
        changes=True,
    ),
    "get_dossier": Case("GET", _D, None, accepted),
    "get_waits": Case("GET", f"{_D}/waits", None, accepted),
    "list_events": Case("GET", f"{_D}/events", None, accepted),
    "list_notes": Case("GET", f"{_D}/notes", None, accepted),
    "keep_follow_up": Case("PUT", f"{_T}/follow-up", {"follow_up": "2026-03-09"}, accepted),
    "keep_follow_up at the desk": Case(
        "PUT", f"{_T}/follow-up", {"follow_up": "2026-03-09"}, of_another_role
    ),
    "keep_task_draft": Case("PUT", f"{_T}/draft", {"note": "Chờ"}, accepted),
    "read_task_draft": Case("GET", f"{_T}/draft", None, step_drafted),
    "discard_task_draft": Case("DELETE", f"{_T}/draft", None, accepted),
    "get_timeline": Case("GET", f"{_D}/timeline", None, accepted),
    "get_accounting": Case("GET", f"{_D}/accounting", None, accepted),
    "get_accounting of a sibling": Case("GET", f"{_D}/accounting", None, of_a_sibling),
    "get_receipt": Case("GET", f"{_D}/receipt", None, accepted),
    "get_conversation": Case("GET", f"{_D}/conversation", None, accepted),
    "list_letters": Case("GET", f"{_D}/letters", None, accepted),
    "list_fees": Case("GET", f"{_D}/fees", None, paid),
    "create_payment_order": Case("POST", f"{_D}/payment-orders", {}, assessed),
    "cancel_payment_order": Case("POST", f"{_D}/payment-orders/{{order}}/cancellation", None, ordered),
    "list_payment_orders": Case("GET", f"{_D}/payment-orders", None, ordered),
    "get_rating": Case("GET", f"{_D}/rating", None, rated),
    "rate_dossier": Case("PUT", f"{_D}/rating", _MARKS, rated),
    "show_letter": Case("GET", f"{_D}/letters/{{letter}}.html", None, accepted),
    "show_letter to the asked unit": Case("GET", f"{_D}/letters/{{request}}.html", None, consulted),
    "print_letter": Case("GET", f"{_D}/letters/{{letter}}.pdf", None, accepted),
    "list_copies": Case("GET", f"{_D}/letters/{{newest_letter}}/copies", None, copied),
    "show_copy": Case("GET", f"{_D}/letters/{{newest_letter}}/copies/1.html", None, copied),
    "print_copy": Case("GET", f"{_D}/letters/{{newest_letter}}/copies/1.pdf", None, copied),
    "list_attachments": Case("GET", _A, None, papered),
    "list_offered_papers": Case("GET", f"{_D}/offered-papers", None, offered),
    "get_attachment": Case("GET", f"{_A}/{{attachment}}", None, papered),
    "read_attachment": Case("GET", f"{_A}/{{attachment}}/content", None, papered),
    "read_thumbnail": Case("GET", f"{_A}/{{attachment}}/thumbnail", None, papered),
    "show_control_sheet": Case("GET", f"{_D}/control-sheet.html", None, accepted),
    "print_control_sheet": Case("GET", f"{_D}/control-sheet.pdf", None, accepted),
    "explain_deadline": Case("GET", f"{_D}/deadline", None, accepted),
    "explain_deadline of a sibling": Case("GET", f"{_D}/deadline", None, of_a_sibling),
    "get_user_task": Case("GET", _T, None, accepted),
    "get_user_task_form": Case("GET", f"{_T}/form", None, accepted),
    "search_user_tasks": Case("POST", "/v1/user-tasks/search", _TASKS, accepted, holds="{reference}"),
    "search_user_tasks at the desk": Case(
        "POST", "/v1/user-tasks/search", _TASKS, of_another_role, holds="{reference}"
    ),
    "list_user_tasks": Case("GET", "/v1/user-tasks?dossier={reference}", None, accepted, holds="{reference}"),
    "list_user_tasks at the desk": Case(
        "GET", "/v1/user-tasks?dossier={reference}", None, of_another_role, holds="{reference}"
    ),
    "count_user_tasks": Case(
        "GET", "/v1/user-tasks/counts?by=unit&dossier={reference}", None, accepted, holds=DEPARTMENT
    ),
    "count_user_tasks at the desk": Case(
        "GET", "/v1/user-tasks/counts?by=unit&dossier={reference}", None, of_another_role, holds=DESK
    ),
    "list_dossiers": Case("GET", "/v1/dossiers?limit=200", None, accepted, holds="{reference}"),
    "search_dossiers": Case(
        "POST", "/v1/dossiers/search", {"page": {"limit": 200}}, accepted, holds="{reference}"
    ),
    "bulk_user_tasks": Case(
        "POST",
        "/v1/user-tasks/bulk",
        {"items": [{"task": "00000000-0000-4000-8000-000000000009", "act": "assignment", "key": "1"}]},
    ),
    "hand_on_inbox": Case("POST", "/v1/user-tasks/inbox-handover", {"absent": str(ABSENT), "reason": "Nghỉ"}),
    "list_overdue": Case("GET", _OVERDUE),
    "remind_overdue": Case("POST", "/v1/overdue/reminders", {"kind": "step", "id": str(UUID(int=9))}),
    "show_register": Case("GET", f"/v1/registers/dossiers.html?{_BOOK}", None, accepted),
    "print_register": Case("GET", f"/v1/registers/dossiers.pdf?{_BOOK}", None, accepted),
    "export_register": Case("GET", f"/v1/registers/dossiers.xlsx?{_BOOK}", None, accepted),
    "show_register of a department": Case(
        "GET", f"/v1/registers/dossiers.html?{_BOOK}".replace(DESK, DEPARTMENT), None, accepted
    ),
    "list_consultations": Case("GET", "/v1/consultations", None, consulted, holds="{reference}"),
    "list_unanswered": Case("GET", "/v1/conversations/unanswered", None, asking, holds="{reference}"),
    "list_disclosures": Case("GET", "/v1/disclosures", None, disclosed, holds="{reference}"),
    "list_surpluses": Case("GET", "/v1/fees/surpluses", None, paid, holds="{reference}"),
    "list_surpluses of a department": Case("GET", f"/v1/fees/surpluses?unit={DEPARTMENT}"),
    "list_takings": Case("GET", "/v1/fees/takings?day=2026-03-02", None, paid, holds="{reference}"),
    "list_takings of a department": Case("GET", f"/v1/fees/takings?unit={DEPARTMENT}"),
    "list_payment_disputes": Case("GET", "/v1/payments/disputes", None, ordered, holds="{reference}"),
    "list_payment_disputes of a department": Case("GET", f"/v1/payments/disputes?unit={DEPARTMENT}"),
    "get_payment_dispute": Case("GET", "/v1/payments/disputes/{dispute}", None, ordered),
    "settle_payment_dispute": Case(
        "POST",
        "/v1/payments/disputes/{dispute}/settlement",
        {"settlement": "mistake", "reason": "Cổng báo nhầm"},
        ordered,
        changes=True,
    ),
    "list_destructions": Case("GET", "/v1/destruction-lists", None, to_be_erased, holds="{list}"),
    "list_holds": Case("GET", "/v1/holds", None, under_hold, holds="{reference}"),
    "get_destruction": Case("GET", "/v1/destruction-lists/{list}", None, to_be_erased),
    "draw_destruction": Case("POST", "/v1/destruction-lists", {"unit": DEPARTMENT, "basis": "Luật"}),
    "confirm_destruction": Case(
        "POST", "/v1/destruction-lists/{list}/confirmation", {"decision": "QĐ 1"}, to_be_erased, changes=True
    ),
    "reject_destruction": Case(
        "POST", "/v1/destruction-lists/{list}/rejection", {"decision": "QĐ 1"}, to_be_erased, changes=True
    ),
    "list_incidents": Case("GET", "/v1/incidents", None, held, holds="{reference}"),
    "report_lateness": Case("GET", f"/v1/reports/lateness?{_PERIOD}"),
    "report_weeks": Case("GET", f"/v1/reports/weeks?unit={DEPARTMENT}"),
    "list_reported_dossiers": Case("GET", f"/v1/reports/lateness/dossiers?{_PERIOD}&column=received"),
    **permission_reports.CASES,
    "list_officers": Case("GET", f"/v1/units/{DEPARTMENT}/officers"),
    "list_undelivered": Case("GET", "/v1/outbox?aside=true", None, unsent, holds="{reference}"),
    "get_escalation_ladder": Case("GET", "/v1/escalations/ladder"),
    "list_rungs": Case("GET", "/v1/ladders"),
    "enter_rung": Case(
        "POST",
        "/v1/ladders",
        {
            "level": "late_by_five",
            "subject": "dossier",
            "days": 5,
            "recipient": "agency_head",
            "unit": DEPARTMENT,
            "valid_from": "2026-04-01",
            "basis": "QĐ 1",
        },
    ),
    "end_rung": Case("POST", f"/v1/ladders/{_RUNG}/end", {"last_day": "2099-12-31"}),
    "preview_escalations": Case("GET", "/v1/escalations/preview"),
    "list_escalations": Case("GET", "/v1/escalations"),
    "sweep_escalations": Case("POST", "/v1/escalations/sweep"),
    "release_message": Case("POST", "/v1/outbox/{message}/release", None, unsent, changes=True),
    "list_webhooks": Case("GET", "/v1/webhooks"),
    # No receiver lies in the public network here: whoever may enter one is told so, and nothing is entered.
    "enter_webhook": Case(
        "POST",
        "/v1/webhooks",
        {"unit": DEPARTMENT, "name": "Cổng", "url": "https://10.0.0.1/", "events": ["accepted"]},
    ),
    "change_webhook": Case("PATCH", _WEBHOOK, {"name": "Cổng"}),
    "rotate_webhook_secret": Case("POST", f"{_WEBHOOK}/secret", {}),
    "end_webhook": Case("POST", f"{_WEBHOOK}/end"),
    "test_webhook": Case("POST", f"{_WEBHOOK}/test"),
    "list_webhook_deliveries": Case("GET", f"{_WEBHOOK}/deliveries"),
    **permission_portals.CASES,
    "list_notifications": Case("GET", "/v1/notifications"),
    "count_notifications": Case("GET", "/v1/notifications/count"),
    "mark_notification": Case("POST", "/v1/notifications/{own_notice}/read"),
    "mark_notifications": Case("POST", "/v1/notifications/read", {"last": 1}),
    "list_procedures": Case("GET", "/v1/procedures"),
    "get_procedure": Case("GET", _P),
    "list_versions": Case("GET", f"{_P}/versions"),
    "get_version": Case("GET", f"{_P}/versions/1"),
    "list_owners": Case("GET", f"{_P}/owners"),
    "declare_version": Case("POST", f"{_P}/versions", content=drawn().to_zip()),
    "submit_version": Case("POST", f"{_P}/versions/1/submission"),
    "approve_version": Case(
        "POST", f"{_P}/versions/1/approval", {"decision_no": "1/QĐ", "decision_date": "2026-03-01"}
    ),
    "activate_version": Case("POST", f"{_P}/versions/1/activation"),
    "name_owner": Case("POST", f"{_P}/owners", {"unit": DEPARTMENT, "basis": "QĐ 1"}),
    **permission_register.CASES,
    **permission_catalogue.CASES,
    **permission_coordination.CASES,
    "list_letter_templates": Case("GET", "/v1/letter-templates"),
    "get_letter_template": Case("GET", _TEMPLATE),
    "list_letter_forms": Case("GET", "/v1/letter-forms"),
    # No form has this code: whoever may is refused by that, and nothing is set.
    "print_letter_form": Case("GET", "/v1/letter-forms/07/sample.pdf"),
    "draw_letter_form": Case("GET", "/v1/letter-forms/07/sample.png"),
    "print_letter_template": Case("GET", f"{_TEMPLATE}/sample.pdf"),
    "draw_letter_template": Case("GET", f"{_TEMPLATE}/sample.png"),
    "enter_letter_template": Case(
        "POST",
        "/v1/letter-templates",
        {"unit": DEPARTMENT, "form": "01", "html": "x", "basis": "QĐ 1", "valid_from": "2026-04-01"},
    ),
    "approve_letter_template": Case("POST", f"{_TEMPLATE}/approval"),
    "list_signing_certificates": Case("GET", "/v1/signing-certificates"),
    "get_me": Case("GET", "/v1/me"),
    "export_own_data": Case("POST", "/v1/me/data"),
    "list_own_tokens": Case("GET", "/v1/me/tokens"),
    "make_own_token": Case("POST", "/v1/me/tokens", {"label": "thử", "scopes": ["read"], "days": 1}),
    "revoke_own_token": Case("DELETE", "/v1/me/tokens/{own_token}"),
    "get_delivery_preference": Case("GET", "/v1/me/delivery"),
    "set_delivery_preference": Case("PUT", "/v1/me/delivery", {"digest": True}),
    "list_own_contacts": Case("GET", "/v1/me/contact-points"),
    "enter_own_contact": Case("POST", "/v1/me/contact-points", {"email": "a@example.org"}),
    "send_contact_code": Case("POST", "/v1/me/contact-points/{own_contact}/code"),
    "confirm_own_contact": Case(
        "POST", "/v1/me/contact-points/{own_contact}/confirmation", {"code": "000000"}
    ),
    "end_own_contact": Case("DELETE", "/v1/me/contact-points/{own_contact}"),
    "invite_person": Case("POST", f"/v1/principals/{SPECIALIST}/invitation"),
    "ask_recovery": Case("POST", f"/v1/principals/{SPECIALIST}/recovery"),
    "list_recoveries": Case("GET", "/v1/recoveries", None, recovering, holds="{recovery}"),
    "confirm_recovery": Case(
        "POST", "/v1/recoveries/{recovery}/confirmation", None, recovering, changes=True
    ),
    "end_sessions": Case("DELETE", f"/v1/principals/{SPECIALIST}/sessions"),
    "list_tokens": Case("GET", "/v1/tokens"),
    "revoke_token": Case("POST", "/v1/tokens/hs_00000000/revocation", {"reason": "Máy bị mất"}),
    "list_keys": Case("GET", "/v1/keys"),
    "enter_key": Case(
        "POST",
        "/v1/keys",
        {"principal": str(UUID(int=9)), "public_key": "-", "label": "thử", "days": 1},
    ),
    "revoke_key": Case("POST", f"/v1/keys/{UUID(int=9)}/revocation", {"reason": "Máy bị mất"}),
    "list_unknown_identities": Case("GET", "/v1/unknown-identities"),
    "list_refused_sign_ins": Case("GET", "/v1/refused-sign-ins"),
    "list_permissions": Case("GET", "/v1/permissions"),
    "get_permissions": Case("GET", f"/v1/principals/{SPECIALIST}/permissions"),
    "list_access_log": Case("GET", "/v1/access-log"),
    "see_readers": Case("GET", f"{_D}/access-log", None, accepted),
    "take_payment_notification": Case(
        "POST", "/v1/payments/notifications", content=b"{}", content_type="application/json"
    ),
    "check_paper": Case("POST", "/v1/public/papers", content=b"%PDF-1.7", content_type="application/pdf"),
    "check_letter": Case("GET", "/v1/public/letters/{letter}", None, accepted),
    "look_up_dossier": Case("GET", "/v1/public/dossiers/{code}", None, accepted),
    "live": Case("GET", "/health/live"),
    "ready": Case("GET", "/health/ready"),
}


def expected() -> dict[str, dict[str, str]]:
    """The cells written by hand: operation → person → cell."""
    with CELLS.open(encoding="utf-8", newline="") as lines:
        return {row.pop("operation"): row for row in csv.DictReader(lines)}


def filled(text: Any, known: Names) -> Any:
    """A path, or the texts of a body, with the names put in."""
    if isinstance(text, str):
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", value)
        return text
    if isinstance(text, Mapping):
        return {key: filled(value, known) for key, value in text.items()}
    return [filled(value, known) for value in text] if isinstance(text, list) else text


def cell(case: Case, known: Names, response: httpx.Response) -> str:
    """The cell that an answer is."""
    wanted = filled(case.holds, known) if case.holds else None
    if wanted and response.status_code == 200 and wanted not in response.text:
        return "empty"
    if response.status_code == 409 and response.json()["type"].endswith(":not-your-turn"):
        return "not-your-turn"
    return str(response.status_code)


async def answered(rest: Rest, case: Case, who: str, known: Names) -> str:
    """The cell of one person who asks."""
    path, body = filled(case.path, known), filled(case.body, known)
    if "{own_token}" in path:
        path = path.replace("{own_token}", await _own_token(rest, PEOPLE[who]))
    for place, make in _OWN.items():
        if place in path:
            path = path.replace(place, await make(rest, PEOPLE[who]))
    said: dict[str, Any] = {"json": body} if body is not None else {}
    if case.files is not None:
        said = {"data": body or {}, "files": case.files}
    headers = case.headers
    if case.content is not None:
        said, headers = {"content": case.content}, {"Content-Type": case.content_type, **headers}
    response = await rest.ask(case.method, path, PEOPLE[who], headers=headers, **said)
    return cell(case, known, response)


async def _own_notice(rest: Rest, who: UUID | None) -> str:
    """A notice of somebody who asks; invented for who has none."""
    if who is None:
        return "9000000000"
    await rest.world.changed(
        "insert into outbox (dedup_key, topic, recipient_id, created_at, available_at)"
        " values (gen_random_uuid()::text, 'escalation.overdue', $1, $2, 'infinity')",
        who,
        instant(AT),
    )
    return str(await rest.world.one("select max(id) from notice where principal_id = $1", who))


async def _own_contact(rest: Rest, who: UUID | None) -> str:
    """An address of somebody who asks, not proved yet; invented for who has none."""
    contact = uuid4()
    if who is not None:
        await rest.world.changed(
            "insert into contact_point (id, principal_id, kind, value, entered_at) values ($1, $2, 'email', $3, $4)",
            contact,
            who,
            f"{contact}@hoso.test",
            instant(AT),
        )
    return str(contact)


_OWN = {"{own_notice}": _own_notice, "{own_contact}": _own_contact}


async def _own_token(rest: Rest, who: UUID | None) -> str:
    """The first characters of another token of somebody who asks; invented for who has none."""
    if who in (None, CLOSED):
        return "hs_00000000"
    asked = {"label": "thứ hai", "scopes": ["read"], "days": 1}
    made = await rest.ask("POST", "/v1/me/tokens", who, json=asked)
    prefix: str = made.json()["prefix"]
    return prefix
