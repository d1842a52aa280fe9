"""Applicants read their own dossier, and nothing of what officers write, are called or do behind the desk."""

import json
from collections.abc import Mapping
from typing import Any

from hoso_workflows import recompute
from hoso_workflows.dossiers import applicant_views
from hoso_workflows.events import Kind
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, OWN, SPECIALIST, Rest
from support.world import CITIZEN, person

#: What officers write among themselves.
INTERNAL = "NỘI BỘ: nghi giấy tờ không thật"
ONLINE: Mapping[str, Any] = {**FILING, "channel": "online", "applicant": OWN}
STANDING = {
    *("view", "reference", "code", "status", "portal_code", "outcome", "version"),
    *("due_legal", "due_promised", "verdict"),
}
DOSSIER = {
    *("entry", "entry_site"),
    *("procedure", "channel", "units", "applicant", "form", "filed_at", "reception_due", "accepted_at"),
    *("due_first", "provisional", "late_since", "result_ready_at", "returned_at", "degree"),
    *("components", "appointments", "letters", "handed_over", "answer_due", "fees_open"),
}
EXPLANATION = {"schema", "dossier", "dates", "reception", "cycles", "timeline", "stops", "steps"}
#: Everything that can be read of a dossier: its keys for its applicant, and for its officers.
KEYS: Mapping[str, tuple[set[str], set[str]]] = {
    "": (
        STANDING | DOSSIER | {"supplements", "refusal", "represented"},
        STANDING | DOSSIER | {"incident", "tasks", "consultations"},
    ),
    "/waits": (
        {"view", "reference", "code", "status", "version", "turn", "supplement"},
        {*("view", "reference", "code", "status", "version"), *("tasks", "timers", "messages", "incidents")},
    ),
    "/events": ({"view", "items", "page"}, {"view", "items", "page"}),
    "/deadline": (EXPLANATION, EXPLANATION),
    "/receipt": (
        receipt := {
            *("form", "number", "year", "unit", "code", "procedure", "applicant", "components"),
            *("term", "received_at", "return_at", "missing"),
        },
        receipt,
    ),
    "/fees": (
        fees := {
            *("reference", "code", "status", "version", "owed", "paid", "open", "surplus", "fees"),
            *("payments", "ordered"),
        },
        fees,
    ),
}
#: The keys of lists and objects in them, for the applicant.
WITHIN: Mapping[str, Mapping[str, set[str]]] = {
    "": {
        "procedure": {"code", "name", "case"},
        "units": {"receiving", "handling"},
        "components": {"code", "name", "originals", "copies", "required", "received"},
        "appointments": {
            *("number", "kind", "cycle", "supersedes", "provisional", "made_at"),
            *("due_first", "due_legal", "due_promised"),
        },
        "letters": {"form", "number", "year"},
        "supplements": {"number", "at", "reason", "items", "answer_due", "received_at"},
    },
    "/waits": {"supplement": {"number", "at", "reason", "items", "answer_due", "received_at"}},
    "/events": {"items": {"seq", "at", "kind", "by", "payload", "hash"}},
    "/deadline": {
        "dossier": {
            *("reference", "code", "procedure", "procedure_name", "case", "unit", "unit_name", "status"),
        },
        "cycles": {
            *("number", "cycle", "kind", "at", "event", "term", "policy", "basis", "pauses", "calendar"),
            *("deadline", "extends", "apology", "sets", "supersedes", "provisional", "why"),
        },
    },
}


async def walked(rest: Rest) -> tuple[str, list[Any], set[str]]:
    """A dossier on which officers have worked; its code, all that its applicant was answered, and what they must not read."""
    told = [await rest.done("/v1/dossiers", CITIZEN, dict(ONLINE))]
    at = f"/v1/dossiers/{told[0]['reference']}"
    standing = await rest.done(f"{at}/acceptance", CLERK, {"note": INTERNAL})
    at, secrets = f"/v1/dossiers/{standing['code']}", set()
    for by in (CLERK, HEAD, SPECIALIST):
        (task,) = standing["tasks"]
        secrets |= {task["id"], f'"{task["step"]}"', task["name"]}
        await rest.done(f"/v1/user-tasks/{task['id']}/assignment", by)
        standing = await rest.completes(standing, by, note=INTERNAL)
    await rest.done(
        f"{at}/supplement-proposal", person("agency_head"), {"reason": INTERNAL, "items": [INTERNAL]}
    )
    asked = {"reason": "Bản sao mờ", "items": ["TP02"], "justification": INTERNAL}
    await rest.done(f"{at}/supplement-request", CLERK, asked)
    rest.clock.turn("2026-03-03 09:00")
    told.append((await rest.get(f"{at}/waits", CITIZEN)).json())
    told.append(await rest.done(f"{at}/supplement", CITIZEN, {"components": ["TP02"]}))
    told.append((await rest.get(at, CITIZEN)).json())
    people = await rest.world.db.rows("select id::text, name from principal where kind = 'officer'")
    secrets |= {INTERNAL, *(row.id for row in people), *(row.name for row in people)}
    secrets |= {f'"{role}"' for role in ("division_head", "specialist", "agency_head")}
    return standing["code"], told, secrets


async def test_an_applicant_reads_no_officers_note_name_or_step(rest: Rest) -> None:
    code, told, secrets = await walked(rest)
    said = [json.dumps(each, ensure_ascii=False) for each in told]
    for part in KEYS:
        read = await rest.get(f"/v1/dossiers/{code}{part}", CITIZEN)
        assert read.status_code == 200, part
        said.append(read.text)
    found = {secret: [text for text in said if secret in text] for secret in secrets}
    assert {secret for secret, texts in found.items() if texts} == set()
    (task, *_) = (await rest.get(f"/v1/dossiers/{code}", CLERK)).json()["tasks"]
    for path in (task["id"], f"{task['id']}/form"):
        assert (await rest.get(f"/v1/user-tasks/{path}", CITIZEN)).status_code == 404
    for path in ("/v1/incidents", "/v1/user-tasks/search"):
        method = "GET" if path == "/v1/incidents" else "POST"
        listed = await rest.ask(method, path, CITIZEN, **({} if method == "GET" else {"json": {}}))
        assert listed.json()["items"] == []


async def test_each_view_has_its_keys_and_no_others(rest: Rest) -> None:
    code, told, _ = await walked(rest)
    filed, waiting, received, _ = told
    assert (set(filed), set(received), set(waiting)) == (STANDING, STANDING, KEYS["/waits"][0])
    for part, (own, officers) in KEYS.items():
        for by, keys in ((CITIZEN, own), (CLERK, officers)):
            assert set((await rest.get(f"/v1/dossiers/{code}{part}", by)).json()) == keys, part
    for part, within in WITHIN.items():
        read = waiting if part == "/waits" else (await rest.get(f"/v1/dossiers/{code}{part}", CITIZEN)).json()
        for name, keys in within.items():
            rows = read[name] if isinstance(read[name], list) else [read[name]]
            assert [set(row) for row in rows] == [keys] * len(rows) != [], (part, name)


async def test_an_applicant_is_told_whose_turn_it_is_and_what_is_asked(rest: Rest) -> None:
    code, (_, waiting, received, shown), _ = await walked(rest)
    asked = {"number": 1, "at": "2026-03-02T09:00:00+07:00", "reason": "Bản sao mờ", "items": ["TP02"]}
    asked["answer_due"] = "2026-03-23T17:00:00+07:00"
    assert (waiting["turn"], waiting["supplement"]) == ("applicant", {**asked, "received_at": None})
    assert (received["status"], received["due_promised"]) == ("in_process", "2026-03-06T17:00:00+07:00")
    assert shown["supplements"] == [{**asked, "received_at": "2026-03-03T09:00:00+07:00"}]
    assert shown["units"] == {
        "receiving": {"code": "H27.PVHCC", "name": "Trung tâm Phục vụ hành chính công tỉnh"},
        "handling": {"code": "H27.SVHTTDL", "name": "Sở Văn hóa, Thể thao và Du lịch"},
    }
    again = (await rest.get(f"/v1/dossiers/{code}/waits", CITIZEN)).json()
    assert (again["turn"], again["supplement"]) == ("authority", None)
    events = (await rest.get(f"/v1/dossiers/{code}/events", CITIZEN)).json()["items"]
    assert [(each["kind"], each["by"]) for each in events] == [
        ("filed", "applicant"),
        ("accepted", "authority"),
        ("letter_issued", "authority"),
        ("supplement_asked", "authority"),
        ("letter_issued", "authority"),
        ("supplement_received", "applicant"),
    ]
    told = {name: asked[name] for name in ("number", "reason", "items", "answer_due")}
    assert events[3]["payload"] == told
    officers = (await rest.get(f"/v1/dossiers/{code}/events", CLERK)).json()["items"]
    of_officers = {each["seq"]: each["hash"] for each in officers}
    assert {each["seq"]: each["hash"] for each in events}.items() <= of_officers.items()
    assert INTERNAL in str(officers)


async def test_why_reception_refused_is_told(rest: Rest) -> None:
    filed = await rest.done("/v1/dossiers", CITIZEN, dict(ONLINE))
    at = f"/v1/dossiers/{filed['reference']}"
    await rest.done(f"{at}/refusal", CLERK, {"reason": "Không thuộc thẩm quyền"})
    shown, waits = [(await rest.get(f"{at}{part}", CITIZEN)).json() for part in ("", "/waits")]
    assert (shown["status"], shown["refusal"], waits["turn"]) == ("refused", "Không thuộc thẩm quyền", None)


async def test_what_was_erased_is_told_as_erased(rest: Rest) -> None:
    code, _, _ = await walked(rest)
    await rest.world.changed(
        "update dossier_event set payload = null, salt = null where kind in ('supplement_asked', 'letter_issued')"
    )
    events = (await rest.get(f"/v1/dossiers/{code}/events", CITIZEN)).json()["items"]
    assert [each["kind"] for each in events if each["payload"] is None] == [
        "letter_issued",
        "supplement_asked",
        "letter_issued",
    ]
    (asked,) = (await rest.get(f"/v1/dossiers/{code}", CITIZEN)).json()["supplements"]
    assert (asked["number"], asked["reason"], asked["items"]) == (None, None, [])


async def test_an_applicant_counts_every_date_again(rest: Rest) -> None:
    code, _, _ = await walked(rest)
    read = [(await rest.get(f"/v1/dossiers/{code}/deadline", by)).json() for by in (CITIZEN, CLERK)]
    own, officers = read
    assert [recompute.differences(each) for each in read] == [[], []]
    assert (own["dates"], own["steps"]) == (officers["dates"], [])
    assert [(each["start"], each["reason"]) for each in own["stops"]] == [
        (each["start"], each["reason"]) for each in officers["stops"]
    ]


def test_of_each_kind_of_event_it_is_decided_what_its_applicant_is_told() -> None:
    assert [kind for kind in Kind if kind not in applicant_views.TOLD] == []


FILE = ("attachment", "title", "file_name", "type", "size", "sha256", "component", "phase", "pages", "scan")
#: Words that are officers' own, or name what stands below an authority.
OFFICERS = {
    *(
        "note",
        "answers",
        "task",
        "tasks",
        "step",
        "elements",
        "name",
        "lane",
        "role",
        "unit",
        "units",
        "assignee",
    ),
    *(
        "justification",
        "message",
        "values",
        "plan",
        "limit",
        "id",
        "outcome",
        "outcomes",
        "mapping",
        "applicant",
    ),
}


def test_what_is_told_of_an_event_is_written_down_key_by_key() -> None:
    assert {kind.value: keys for kind, keys in applicant_views.TOLD.items() if keys is not None} == {
        "filed": ("reference", "procedure", "case", "channel", "portal", "components"),
        "accepted": ("code", "receipt", "term", "basis", "missing"),
        "refused": ("reason",),
        "supplement_asked": ("number", "reason", "items", "answer_due"),
        "supplement_received": ("components", "term", "basis"),
        "supplement_returned": ("number", "reason", "items", "answer_due"),
        "closed_unanswered": ("answer_due",),
        "withdrawn": ("reason",),
        "suspended": ("reason", "basis", "expected_end"),
        "suspension_ended": ("reason",),
        "obligation_set": ("reason", "basis", "amount", "document"),
        "obligation_met": ("proof", "term", "basis"),
        "extended": ("term", "kind", "reason", "basis"),
        "reappointed": ("due", "reason"),
        "disclosed": ("recipient", "basis", "purpose", "data", "decision"),
        "attachment_added": FILE,
        "attachment_superseded": (*FILE, "supersedes"),
        "transferred": ("reason", "to", "authority"),
        "applicant_wrote": ("text",),
        "desk_wrote": ("text",),
        "rectified": ("reason", "fields", "own_fault"),
        "fee_assessed": ("fee", "title", "amount", "basis", "due", "quantity"),
        "fee_exempted": ("fee", "title", "amount", "basis"),
        "payment_recorded": (
            *("payment", "fee", "title", "amount", "method", "document", "paid_at", "receipt", "year"),
        ),
        "payment_cancelled": ("payment", "fee", "amount", "reason"),
        "payment_refunded": ("refund", "payment", "fee", "amount", "method", "document", "reason"),
        "reopened": ("reason", "basis", "term"),
        "calendar_revised": ("basis",),
        "result_ready": ("result", "reason"),
        "result_corrected": (*FILE, "supersedes", "reason"),
        "correction_handed_over": ("receiver", "mode", "postal_number"),
        "returned": ("receiver", "mode", "postal_number", "originals"),
        "stopped": ("ground", "basis"),
        "letter_issued": ("form", "number", "year"),
        "letter_signed": ("form", "number", "year"),
        "letter_copied": ("form", "number", "year", "copy", "receiver", "reason"),
        "hold_placed": ("basis",),
        "hold_lifted": (),
        "erasure_ordered": ("basis",),
        "erased": ("basis",),
        "corrected": ("seqs", "at", "reason"),
        "unit_replaced": ("basis",),
    }
    assert not OFFICERS.intersection(key for keys in applicant_views.TOLD.values() for key in keys or ())


async def test_an_administrator_who_acts_is_answered_with_the_standing_alone(rest: Rest):
    accepted = await rest.accepts()
    kept = {"reason": "Đang tranh chấp", "basis": "Công văn 1/CV"}
    told = await rest.done(f"/v1/dossiers/{accepted['reference']}/hold", ADMINISTRATOR, kept)
    assert (told["view"], set(told)) == ("tracker", STANDING)
