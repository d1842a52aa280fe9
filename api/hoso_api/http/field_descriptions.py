"""Meaning and example of every field and parameter of the REST API.

One word means one thing wherever it stands.
`Schema.field` (or `operation.parameter`) says what a word means there, where it means something else than elsewhere.
"""

from collections.abc import Mapping
from typing import Any

DOSSIER, TASK = "pWnQ0Bf1T6u2Xk9sJ4aZrg", "0198c2f3-a1b2-7c4d-8e9f-001122334455"
PERSON = "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"
FILED, DUE = "2026-03-02T08:30:00+07:00", "2026-03-05T17:00:00+07:00"

#: Word → what it means (with unit, format and source), and an example.
FIELDS: Mapping[str, tuple[str, Any]] = {
    # Dossiers.
    # Accounts and tokens.
    "prefix": ("First characters of a token, by which it is named.", "hs_Zk3vQ8pT"),
    "token": ("The token; it is shown this once.", "hs_Zk3vQ8pT1yX5cVb2nM7aLd9sFg0hJk4qWe6rTy8uIo"),
    "label": ("What the token is for.", "Đồng bộ hằng đêm"),
    "scopes": (
        "What calls with the token may do at most; scopes only narrow the rights of its principal.",
        ["read"],
    ),
    "created_at": ("When it was made.", FILED),
    "last_used_at": ("When it was last used, to the hour; null until then.", FILED),
    "link": (
        "Address of the page on which the person goes on; its code stands behind the `#`.",
        "https://motcua.example.vn/loi-moi#q3J8xV0cT1y5Zb2LkP9sWg",
    ),
    "person": ("Id of the person.", PERSON),
    "person_name": ("Name of the person.", "Chuyên viên 1 · Sở Y tế"),
    "asked_by": ("Name of the administrator who asked.", "Quản trị 1 · Sở Y tế"),
    "asked_at": ("When it was asked for.", FILED),
    "expires_at": ("Until when it is good.", DUE),
    "ended": ("How many were ended.", 2),
    "reference": ("Unguessable name of the dossier, given when it is filed; 22 characters.", DOSSIER),
    "code": (
        "Code of the dossier, allocated at acceptance: unit, day as YYMMDD, number of the day; null before that.",
        "H27.PVHCC-260302-0012",
    ),
    "view": ("Whom the answer is for: its other fields follow from it.", None),
    "portal_code": ("The status as the National Public Service Portal numbers it, 1 to 10.", 4),
    "version": ("Counts the acts on the dossier; sent as the ETag, and taken in `If-Match`.", 3),
    "turn": ("Whose turn it is; null when nothing more happens.", "authority"),
    "degree": ("Degree of completion in per cent, 0 to 100 (Circular 01/2018/TT-VPCP, article 16).", 40),
    "channel": ("How the dossier came in.", "desk"),
    "case": ("Id of the case (trường hợp) of the procedure; its only one where left out.", "default"),
    "form": (
        "Answers of the filing form: the key of each question and what was answered.",
        {"so_ban_cfs": 1},
    ),
    "delivery_mode": ("How the applicant wants to get the result.", "counter"),
    "e_result_consent": ("True when the applicant takes the result as an electronic document.", True),
    "receiving_unit": ("Code of the unit that it is filed at; needed where several receive.", "H27.PVHCC"),
    "portal": ("Name of the portal that it was filed on; null for none.", "dichvucong.gov.vn"),
    "external_code": ("The dossier's code on that portal.", "000.00.00.G22-260302-0001"),
    "outcome": ("What was decided; null while nothing is.", "granted"),
    "verdict": (
        "Whether the result was ready before, on or after the due date; null before it is.",
        "on_time",
    ),
    "units": ("The units that play the parts of receiving, handling and deciding.", None),
    "receiving": ("The unit that receives the dossier and speaks to the applicant.", "H27.PVHCC"),
    "handling": ("The unit that handles the dossier; dates count in its calendar.", "H27.SVHTTDL"),
    "deciding": ("The unit that decides.", "H27"),
    "refusal": (
        "Why reception refused the dossier; null if it did not, or it was erased by law.",
        "Sai thẩm quyền",
    ),
    "letters": ("Numbered papers that were issued, in order.", None),
    "supplements": ("Supplements that the desk asked for, in order.", None),
    "supplement": ("The supplement that the applicant is asked for; null for none.", None),
    "appointments": ("Promised dates in order; the last one stands.", None),
    "components": ("Codes of the papers (thành phần hồ sơ) that come with it.", ["TP01", "TP02"]),
    # Messages that are not sent.
    "topic": ("What the message says, by the event that it tells of.", "applicant.accepted"),
    "again_at": ("When sending is tried again; null for what was set aside.", DUE),
    "attempts": ("How often it was tried to send.", 2),
    "last_error": (
        "What the server said last, without personal data; null where nothing was tried.",
        "451 busy",
    ),
    "released": ("How many messages are in line again.", 1),
    # Who.
    "applicant": ("On whose behalf the dossier is filed.", {"kind": "person", "name": "Người nộp 1"}),
    "identifier": (
        "Personal identification number (12 digits) or number of the organisation.",
        "000000000001",
    ),
    "address": ("Postal address in one text.", "12 Phan Đình Phùng, Hà Tĩnh"),
    "phone": ("Telephone number as it is dialled.", "+84912345678"),
    "email": ("One e-mail address.", "nguyen.van.a@example.vn"),
    "authorised_name": (
        "Name of the person who acts for the applicant; null for nobody.",
        "Người được ủy quyền 1",
    ),
    "authorised_identifier": ("Personal identification number of that person.", "000000000002"),
    "authorisation_paper": ("The paper that authorises; filed online the code of that component.", "TP04"),
    "role": ("The role in the unit whose it is to act.", "specialist"),
    "unit": ("Code of the unit.", "H27.SVHTTDL"),
    "unit_name": ("Name of that unit.", "Sở Văn hóa, Thể thao và Du lịch"),
    "officer": ("Id of the officer who has taken the step; null for nobody.", PERSON),
    "officer_name": ("Display name of that officer.", "Lê Thị C"),
    "assignee": ("Id of the officer who has taken the task; null for nobody.", PERSON),
    "actor": ("Display name of who acted.", "Lê Thị C"),
    "on_behalf_of": (
        "Display name of the absent officer who was stood in for; null for nobody.",
        "Phạm Văn D",
    ),
    "automatic": ("True when the system acted by rule.", False),
    "by": ("Who acted, without a name.", "authority"),
    # Dates: instants in ISO 8601 with the offset of Vietnam.
    "filed_at": ("Instant of filing, ISO 8601 with offset.", FILED),
    "reception_due": (
        "By when reception has to answer: 8 working hours from filing; null afterwards.",
        FILED,
    ),
    "accepted_at": ("Instant of acceptance, from which the term counts; null before it.", FILED),
    "due_first": ("The first legal due date; never changes. Null before acceptance.", DUE),
    "due_legal": (
        "The due date by law; verdicts and boards read it. Null while the clock stands still.",
        DUE,
    ),
    "due_promised": ("The date promised to the applicant; null while the clock stands still.", DUE),
    "provisional": ("True when a date relies on a day of the calendar that is not official yet.", False),
    "late_since": ("Since when it was late before its term began anew; null if it was not.", DUE),
    "result_ready_at": ("Instant at which the result was ready; null before it.", DUE),
    "returned_at": ("Instant at which the result was handed over; null before it.", DUE),
    "opened_at": ("Instant at which the task was opened.", FILED),
    "closed_at": ("Instant at which the task was closed; null while it is open.", DUE),
    "due": ("By when it is due, at reception by when that answers; null where nothing limits it.", DUE),
    "due_plan": ("By when it should be done for the dossier to be on time; warns, does not judge.", DUE),
    "due_before": ("Only tasks that are due before this instant; ISO 8601 with offset.", DUE),
    "judged": (
        "Whether the officer was early, on time or late by the step's own limit; null without one.",
        "early",
    ),
    "at": ("The instant, ISO 8601 with offset.", FILED),
    "since": ("Since when it is so, ISO 8601 with offset.", FILED),
    "made_at": ("Instant at which it was made.", FILED),
    "received_at": ("Instant at which it came in; null while it is awaited.", FILED),
    "return_at": ("The date on the receipt for fetching the result.", DUE),
    "cycle": ("How often the promise was made anew, from 1.", 1),
    "supersedes": ("Number of the appointment that this one replaces; null for none.", 1),
    "why": ("What the date follows from: the event, and what of it counts.", {"event": "accepted"}),
    # Tasks.
    "id": ("Its id, a UUID.", TASK),
    "step": ("Id of the step in the procedure's diagram (BPMN element).", "B4"),
    "step_name": ("Name of that step as people read it.", "Thẩm định hồ sơ"),
    "milestone": ("What completing it reaches: `accept`, `result` or `return`; null for nothing.", "result"),
    "limit": (
        "The step's own limit as declared, a number with its unit; null without one.",
        "4 giờ làm việc",
    ),
    "outcomes": (
        "The outcomes one may choose from, as the diagram names them; empty where there is no choice.",
        ["Đạt"],
    ),
    "answers": (
        "What was answered to its form; null while it is open and where nothing was asked.",
        {"muc": 6},
    ),
    "values": (
        "Answers to the form of the step; without a form, values that expressions of the diagram read.",
        {"muc": 6},
    ),
    "note": ("A note for officers; the applicant does not read it. At most 4,000 characters.", "Đã kiểm tra"),
    "reason": ("Why; the applicant reads it. At most 4,000 characters.", "Thiếu bản sao có chứng thực"),
    "justification": (
        "Why it could not be asked for the first time; needed from the second on.",
        "Phát sinh mới",
    ),
    "result": ("What was decided; needed at the task that decides, refused elsewhere.", "granted"),
    "tasks": ("The open tasks.", None),
    "timers": ("Hours that are waited for.", None),
    "messages": ("Messages that are awaited.", None),
    "incidents": ("What holds the run up and waits for somebody to look.", None),
    "incident": ("What the engine stumbled over in this act; null for nothing.", None),
    "message": ("What went wrong, in words.", "Cổng thuế không trả lời"),
    "item": ("What the instance of a multi-instance step is about; null outside of one.", "H27.SYT"),
    "dossier": ("The dossier it belongs to.", None),
    "filter": ("Which tasks; what is left out does not narrow.", None),
    "sort": ("The order: those due first come first.", "due"),
    "page": ("Which part of the list.", None),
    "items": ("The items of this page.", None),
    "status": ("Where it stands.", None),
    "kind": ("Which kind it is.", None),
    # People.
    "roles": ("The roles that are played today.", ["specialist"]),
    "role_name": ("Name of the role as people read it.", "Chuyên viên"),
    "role_names": ("Names of the roles as people read them, in the same order.", ["Chuyên viên"]),
    "substitutions": ("Substitutions that hold or will, one's own absence and others'.", None),
    "absent": ("Display name of the absent officer.", "Phạm Văn D"),
    "substitute": ("Display name of who stands in.", "Lê Thị C"),
    "valid_to": ("The last day on which it holds, included, YYYY-MM-DD.", "2026-03-15"),
    "may": ("What may be done, by the names of the operations of this description.", None),
    "act": ("Name of an operation; `assign_to_others`: giving a task to a colleague.", "accept_dossier"),
    "assignee_name": ("Display name of that officer; null for nobody.", "Lê Thị C"),
    # Events and papers.
    "seq": ("Number of the event in the dossier's chain, from 1.", 4),
    "payload": (
        "What the event says, by its kind; null where it was erased by law.",
        {"reason": "Thiếu giấy tờ"},
    ),
    "hash": ("Place in the chain: SHA-256 over the event and the place before it, 64 hex digits.", "9f" * 32),
    "number": ("Its number, counted from 1.", 1),
    "year": ("The year in which the number was given.", 2026),
    "originals": ("How many originals are asked for.", 1),
    "copies": ("How many copies are asked for.", 0),
    "missing": ("Required papers that had not come in when it was accepted.", None),
    "confirm_missing": (
        "True to accept although required papers are missing; recorded, and shown on the receipt.",
        False,
    ),
    "required": ("True when the dossier is not complete without it.", True),
    "received": ("True when it has come in.", True),
    "term": ("The term of the law, a number with its unit.", "3 ngày làm việc"),
    # Procedures.
    "procedure": ("National code of the procedure.", "1.014464"),
    "procedure_name": ("Name of the procedure.", "Cấp giấy chứng nhận lưu hành tự do"),
    "name": ("Name as people read it.", "Thẩm định hồ sơ"),
    "authority": ("Code of the authority that published it.", "H27"),
    "field": ("Field of administration.", "Báo chí, xuất bản"),
    "level": ("Level of administration that handles it.", "province"),
    "legal_basis": ("The provisions that it rests on.", ["QĐ 2904/QĐ-UBND 21/11/2025"]),
    "cases": ("Its cases (trường hợp), one at least.", None),
    "fees": ("What the applicant pays; empty for nothing.", None),
    "amount": ("Amount in đồng (VND), whole; null where it is not published.", 50000),
    "basis": ("The decision or law that it rests on.", "QĐ 2904/QĐ-UBND 21/11/2025"),
    "sha256": ("SHA-256 of the canonical zip, 64 hex digits: equal files give equal hashes.", "ab" * 32),
    "findings": ("What the check said; nothing in it forbids publication.", None),
    "decision_no": ("Number of the decision that approves it.", "12/QĐ-UBND"),
    "decision_date": ("Day of that decision, YYYY-MM-DD.", "2026-03-01"),
    "valid_from": ("The first day on which it holds, YYYY-MM-DD; today where left out.", "2026-03-01"),
    "declared_at": ("Instant of the upload.", FILED),
    "activated_at": ("Instant from which new dossiers run on it; null before it.", FILED),
    "named_at": ("Instant at which the owner was entered.", FILED),
    # Reports.
    "days": ("Whole working days of the unit.", 1),
    "hours": ("Working hours beyond the days.", 3),
    "minutes": ("The same time in working minutes, all of it.", 663),
    "lateness": ("Working time since the due date, in the calendar of the unit.", None),
    "overdue": ("True when the due date has passed.", True),
    "early": ("Dossiers whose result was ready before the due day.", 12),
    "on_time": ("Dossiers whose result was ready on the due day, in time.", 30),
    "late": ("Dossiers whose result was late.", 2),
    "carried_over": ("Dossiers that were open when the period began.", 9),
    "open_within": ("Open dossiers that are not overdue.", 14),
    "open_overdue": ("Open dossiers that are overdue.", 1),
    "closed_otherwise": ("Dossiers that ended without a result: withdrawn, refused, stopped.", 3),
    "period_from": ("First day of the period, YYYY-MM-DD.", "2026-01-01"),
    "period_to": ("Last day of the period, included, YYYY-MM-DD.", "2026-03-31"),
    "lines": ("One line for each procedure in each handling unit.", None),
    "total": ("The sums of all lines.", None),
    "final": ("True when the period is over, so that the figures are kept; false while it runs.", False),
    # Problems.
    "type": (
        "`urn:hoso:problem:` and a stable slug; programs decide by it.",
        "urn:hoso:problem:wrong-status",
    ),
    "title": ("What kind of problem it is.", "The dossier's status does not admit the act."),
    "detail": ("What is wrong in this case.", "acceptance is possible in filed; the dossier is in_process."),
    "instance": ("The path that was asked for.", "/v1/dossiers/pWnQ0Bf1T6u2Xk9sJ4aZrg/acceptance"),
    "remedy": ("What the reader can do now.", "Reload the dossier: somebody may have acted before."),
    "errors": ("What is wrong one by one; left out where the detail says all.", None),
    "file": ("The file of the package.", "process.bpmn"),
    "line": ("The line of that file, from 1.", 24),
    "element": ("Id of the BPMN element of the package.", "Tiep_nhan"),
    "rule": ("The rule of the check (docs/rules).", "task-no-role"),
    "severity": ("How grave the finding is.", "error"),
} | {
    f"{act}_{by}": (
        f"Id of the principal {whose} {act} the version; null if nobody is.",
        PERSON,
    )
    for act in ("declared", "submitted", "approved", "activated", "named")
    for by, whose in (("by", "who"), ("for", "in whose name somebody"))
}

_PROCEDURE = ("National code of the procedure, a text.", "1.014464")
_PAPER = ("Code of the paper (thành phần hồ sơ) within the procedure.", "TP01")
_MISSING = ("What is missing, one by one.", ["Bản sao có chứng thực"])
_MAU = ("Number of the official form (Mẫu): 01 receipt, 02 supplement, 03 refusal.", "01")
_ASKED_FORM = ("Id of the form of the step; null where it has none.", "kiem-tra")
_MESSAGE = ("Name of the message or signal, as the diagram awaits it.", "Ý kiến trả lời")
_CHOSEN = ("The outcome that was chosen, one of the task's `outcomes`; null where there is no choice.", "Đạt")
_HELD = ("Papers of the dossier.", None)

#: `Schema.field` → what it means there.
SCHEMA_FIELDS: Mapping[str, tuple[str, Any]] = {
    "NewToken.days": ("How many days it is good, 1 to 365.", 90),
    **dict.fromkeys(("Procedure.code", "ProcedureOf.code", "ProcedureListed.code"), _PROCEDURE),
    **dict.fromkeys(("ComponentHeld.code", "ComponentAsked.code"), _PAPER),
    **dict.fromkeys(("SupplementProposal.items", "SupplementRequest.items", "OwnSupplement.items"), _MISSING),
    **dict.fromkeys(("LetterOf.form", "Receipt.form"), _MAU),
    **dict.fromkeys(("Task.form", "TaskListed.form"), _ASKED_FORM),
    **dict.fromkeys(("MessageSent.name", "AwaitedMessage.name"), _MESSAGE),
    **dict.fromkeys(("Completion.outcome", "Task.outcome"), _CHOSEN),
    **dict.fromkeys(("Dossier.components", "OwnDossier.components", "Receipt.components"), _HELD),
    **dict.fromkeys(
        ("EventOf.kind", "OwnEvent.kind"), ("What happened, as in docs/glossary.md.", "supplement_asked")
    ),
    **dict.fromkeys(
        ("LatenessFigures.received", "LatenessLine.received"),
        ("Dossiers that came in during the period.", 38),
    ),
    **dict.fromkeys(
        ("Dossier.procedure", "OwnDossier.procedure"), ("The procedure and the case that it runs on.", None)
    ),
    "Me.id": ("Id of the principal who asks, a UUID.", PERSON),
    "Me.name": ("Display name.", "Lê Thị C"),
    "Me.roles": ("Roles of today, one's own and those of absent officers.", None),
    "MayDo.units": (
        "Codes of the units where it may be done; empty: with dossiers of one's own.",
        ["H27.PVHCC"],
    ),
    "OfficerListed.id": ("Id of the officer, for `assignee`; a UUID.", PERSON),
    "OfficerListed.name": ("Display name.", "Lê Thị C"),
    "UnknownIdentity.id": ("Id of the line, a UUID.", TASK),
    "UnknownIdentity.provider": ("Name of the provider in the settings.", "tinh"),
    "UnknownIdentity.issuer": ("The provider's issuer.", "https://sso.example.vn"),
    "UnknownIdentity.subject": ("The provider's own name of the person.", "5f1c2d"),
    "UnknownIdentity.name": ("Display name at the provider; null where it says none.", "Lê Thị C"),
    "UnknownIdentity.compared": (
        "What was compared with the codes of the register; null where nothing was.",
        "CC-0107",
    ),
    "UnknownIdentity.first_at": ("When the person first came.", "2026-03-02T09:00:00+07:00"),
    "UnknownIdentity.last_at": ("When the person came last.", "2026-03-02T09:00:00+07:00"),
    "UnknownIdentity.tries": ("How often the person came.", 2),
    "SubstitutionOf.unit": ("Only in this unit; null: in all units of the absent officer.", "H27.SVHTTDL"),
    "SubstitutionOf.role": ("Only in this role; null: in all roles that are no office.", "specialist"),
    "OwnUnits.receiving": ("The unit that receives it and speaks to the applicant.", None),
    "OwnUnits.handling": ("The unit that handles it.", None),
    "Authority.code": ("Code of the unit.", "H27.PVHCC"),
    "Authority.name": ("Name of the unit.", "Trung tâm Phục vụ hành chính công tỉnh"),
    "Applicant.name": ("Name of the person or organisation.", "Người nộp 1"),
    "Applicant.kind": ("Whether a person applies or an organisation.", "person"),
    "Acceptance.values": ("Answers to the form of reception's step, where it has one.", {"muc": 6}),
    "Assignment.assignee": ("Id of who takes the task; the caller where left out.", PERSON),
    "CallFailure.message": ("Why the call failed; the unit reads it.", "Cổng thuế không trả lời"),
    "Degree.code": ("Code of the dossier, as on the receipt.", "H27.PVHCC-260302-0012"),
    "Fault.field": ("Place in the request, as in `applicant.name` or `query.limit`.", "result"),
    "Filing.form": (
        "Answers to the form of filing: the key of each question and its answer.",
        {"so_ban_cfs": 1},
    ),
    "Health.status": ("`live`: the process answers; `ready`: it can serve.", "ready"),
    "MessageSent.item": ("Which instance of a multi-instance step is meant; all where left out.", "H27.SYT"),
    "MessageSent.values": ("What comes with it, for the expressions of the diagram.", {"dong_y": True}),
    "OverdueStep.dossier": ("Id of the dossier, a UUID.", TASK),
    "OwnSupplement.reason": ("Why it is asked for; null where it was erased by law.", "Thiếu bản sao"),
    "OwnerNaming.unit": ("Code of the unit that is to own the procedure.", "H27.SVHTTDL"),
    "PageAsked.after": ("`page.after` of the page before; left out for the first page.", "WyIyMDI2Il0"),
    "PageAsked.limit": ("At most so many items, 1 to 200.", 50),
    "Problem.status": ("The HTTP status.", 409),
    "ProcedureCase.components": ("The papers that are asked for.", None),
    "ProcedureCase.form": (
        "The form of filing as form-js JSON; null where it has none.",
        {"type": "default"},
    ),
    "Correction.event": ("Number of an event of the act, as `seq` in its list of events.", 4),
    "UndeliveredMessage.id": ("Number of the message.", 812),
    "UndeliveredMessage.created_at": ("When the message was written, with the act that caused it.", FILED),
    "UndeliveredMessage.status": ("Whether it waits or was set aside.", "waiting"),
    "ProcedureCase.id": ("Id of the case within the procedure.", "default"),
    "ProcedureListed.version": ("Number of the active version, from 1.", 2),
    "Resolution.values": ("What was missing, for the expressions that could not be evaluated.", {"muc": 9}),
    "TaskFilter.assignee": ("Only tasks that this officer has taken.", PERSON),
    "TaskFilter.dossier": ("Only tasks of this dossier: its reference or code.", DOSSIER),
    "TaskFilter.role": ("Only tasks of this role.", "specialist"),
    "TaskFilter.status": ("Only tasks that are open, closed or cancelled.", "open"),
    "TaskFilter.unit": ("Only tasks of this unit, by its code.", "H27.SVHTTDL"),
}

#: Parameter, or `operation.parameter` → what it means, and an example.
PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "reference": ("The dossier's reference, or its code from acceptance on.", DOSSIER),
    "task": ("Id of the task, a UUID.", TASK),
    "incident": ("Id of an open incident, a UUID.", TASK),
    "principal": ("Id of the person, a UUID.", PERSON),
    "prefix": ("First characters of the token.", "hs_Zk3vQ8pT"),
    "recovery": ("Id of the recovery, a UUID.", TASK),
    "code": _PROCEDURE,
    "look_up_dossier.code": ("The code on the receipt.", "H27.PVHCC-260302-0012"),
    "number": ("Number of the version, from 1.", 1),
    "message": ("The message's `id`.", 812),
    "aside": ("Only what was set aside.", True),
    "after": ("`page.after` of the page before; left out for the first page.", "4"),
    "limit": ("At most so many items, 1 to 200.", 50),
    "unit": ("Code of a unit; left out: your only unit, or all that you oversee.", "H27.SVHTTDL"),
    "report_lateness.unit": ("Code of a unit, with those below it; left out: that of your office.", "H27"),
    "list_officers.code": ("Code of the unit.", "H27.SVHTTDL"),
    "role": ("Only those who play this role.", "specialist"),
    "kind": ("Which list: overdue dossiers, steps or receptions, or all who wait to be received.", "dossier"),
    "officer": ("Only what waits for this officer, by id.", PERSON),
    "from": ("First day of the period, YYYY-MM-DD.", "2026-01-01"),
    "to": ("Last day of the period, included, YYYY-MM-DD.", "2026-03-31"),
    "Idempotency-Key": (
        "A name of your own for this request, 1 to 200 visible characters: the same again is done once.",
        "0c1f6a5e-6d0b-4d6c-9b54-1f4b6f0f0b6a",
    ),
    "If-Match": (
        "The ETag that you have seen, or a list of several; 412 if the dossier is at none of them any more.",
        '"3"',
    ),
}
