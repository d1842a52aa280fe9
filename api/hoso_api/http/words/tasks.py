"""Meaning and example of the fields of user tasks: filters, counts, priorities, drafts, notes."""

from collections.abc import Mapping
from typing import Any

_AT, _DAY = "2026-03-03T10:15:00+07:00", "2026-03-05"
_OFFICER = "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"
_PRIORITY = "0 ordinary, 1 urgent, 2 very urgent, 3 immediate."
_FILTERS: Mapping[str, tuple[str, Any]] = {
    "overdue": ("Only tasks past the date to work by; what stands still is none.", True),
    "unassigned": ("Only tasks that nobody has taken.", True),
    "decides": ("Only tasks at which a result is decided, which nobody else has taken.", True),
    "acting": ("Only tasks of absent officers for whom you act today.", True),
    "procedure": ("Only tasks of dossiers of this procedure, by its code.", "1.014464"),
    "priority": (f"Only tasks of this priority: {_PRIORITY}", 1),
    "text": (
        "A part of the dossier's code or reference, of 3 signs at least; of tasks that are not open the whole of it.",
        "260302-0012",
    ),
    "follow_up_by": ("Only tasks that you want to look at again by this local date.", _DAY),
}
_SORT = (
    "`due`: those due first, what stands still last; `priority`: those put before others, then as by due date; `opened`: those opened first.",
    "due",
)
_DRAFT: Mapping[str, tuple[str, Any]] = {
    "outcome": ("The outcome chosen so far.", "Đồng ý"),
    "values": ("The answers written so far; nothing of them is checked.", {"so_ban_cfs": 1}),
    "result": ("The result chosen so far.", "granted"),
    "reason": ("The reason written so far.", "Hồ sơ hợp lệ."),
    "note": ("The note written so far.", "Chờ đối chiếu bản gốc."),
}

_ASKED = (
    "What the step decides, as the gateway behind it is named; null where there is no choice.",
    "Văn bản trình đạt yêu cầu?",
)
#: The date to work by at a task, and what is late.
_WORK_BY: Mapping[str, tuple[str, Any]] = {
    "due": (
        "The date to work by: the earliest of own limit, reception's term and promised date; null while the clock stands still.",
        "2026-03-05T17:00:00+07:00",
    ),
    "due_kind": ("Which date that is; null without one.", "dossier"),
    "due_span": (
        "How far away it is; `owner`: a result that was ready in time waits for its owner.",
        "overdue",
    ),
    "due_own": ("The step's own limit, which judges the officer; null where it has no date of its own.", _AT),
    "step_late_since": ("The step's own limit, once it has passed; null before. It judges the officer.", _AT),
    "dossier_late_since": (
        "The dossier's legal date, once it has passed while the clock runs; null before. Another fact than a late step.",
        _AT,
    ),
    "still": ("Since when and why the clock stands still, where nothing is due; else null.", None),
}

#: `Schema.field` → what it means there, and an example.
TASK_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{f"TaskFilter.{name}": word for name, word in _FILTERS.items()},
    "TaskSearch.sort": _SORT,
    **{f"{of}.{name}": word for of in ("TaskListed", "Task") for name, word in _WORK_BY.items()},
    "StandingStill.since": ("Since when its clock stands still.", _AT),
    "StandingStill.why": (
        "Why: supplement, suspension, obligation, or a step that the law does not count.",
        "supplement",
    ),
    **{f"{of}.question": _ASKED for of in ("TaskListed", "Task")},
    "TaskListed.priority": (_PRIORITY.capitalize(), 1),
    "Task.priority": (_PRIORITY.capitalize(), 1),
    "TaskListed.follow_up": (
        "Local date on which you look at it again; null where you have named none.",
        _DAY,
    ),
    "Task.follow_up": ("Local date on which you look at it again; null where you have named none.", _DAY),
    "Prioritisation.priority": (_PRIORITY.capitalize(), 1),
    "TaskListed.owner": ("Id of the officer who has delegated it to its assignee; null for none.", _OFFICER),
    "Task.owner": ("Id of the officer who has delegated it to its assignee; null for none.", _OFFICER),
    "Reassignment.assignee": (
        "Id of who gets the task; its unit where left out. Of a delegated task: who works on it for its owner; its owner where left out.",
        _OFFICER,
    ),
    "Reassignment.reason": ("Why it changes hands; officers read it.", "Cán bộ nghỉ ốm."),
    "Delegation.assignee": ("Id of the colleague, who plays the task's role too.", _OFFICER),
    "Delegation.note": ("What the colleague is asked for.", "Nhờ kiểm tra diện tích."),
    "DelegationEnd.note": ("What the colleague has found.", "Diện tích đúng."),
    "Return.reason": ("Why it goes back; officers read it.", "Thiếu biên bản kiểm tra."),
    "InboxHandover.absent": ("Id of the absent officer.", _OFFICER),
    "InboxHandover.assignee": ("Id of who gets the tasks; their units where left out.", _OFFICER),
    "InboxHandover.reason": ("Why they change hands; officers read it.", "Nghỉ ốm từ 02/3."),
    "InboxHandover.after": (
        "`page.after` of the answer before; left out for the first one.",
        "inbox-1772440200000000_3f0c2b9a5d1e4c7f8a6b0d2e4f6a8c1b",
    ),
    "Bulk.items": (
        "1 to 200 acts, in their order.",
        [{"task": _OFFICER, "act": "assignment", "key": "nhan-1", "body": {}}],
    ),
    "BulkItem.task": ("Id of the task.", _OFFICER),
    "BulkItem.act": (
        "What is done with it, by the last word of its own address; `release` gives it back.",
        "assignment",
    ),
    "BulkItem.key": ("A name of your own for this act, under which it is done once.", "nhan-1"),
    "BulkItem.body": ("The body of the act, as its own address takes it.", {}),
    "BulkOutcome.items": ("The outcome of each act, in their order.", []),
    "InboxHandedOn.items": ("The outcome of each task, those due first first.", []),
    "BulkDone.task": ("Id of the task.", _OFFICER),
    "BulkDone.key": ("The name that it was given.", "nhan-1"),
    "BulkDone.done": ("True where it was done, now or before under the same name.", True),
    "BulkDone.version": ("Version of the dossier after it; null where it was refused.", 5),
    "BulkDone.problem": (
        "Why it was refused, as its own address would answer; null where it was done.",
        {
            "type": "urn:hoso:problem:already-claimed",
            "title": "Somebody has taken the task.",
            "status": 409,
            "detail": "Task … is taken by ….",
        },
    ),
    "FollowUp.follow_up": ("Local date on which you look at it again; null takes it away.", _DAY),
    **{
        f"{schema}.{name}": word for schema in ("StepDraft", "StepDraftKept") for name, word in _DRAFT.items()
    },
    "StepDraftKept.version": ("Counts how often the draft was kept; its ETag.", 2),
    "StepDraftKept.saved_at": ("When it was kept.", _AT),
    "StepDraftDiscarded.discarded": ("False where there was no draft.", True),
    "TaskCounts.by": ("What the tasks are counted by.", "due"),
    "TaskCounts.total": ("How many tasks there are in all groups.", 41),
    "TaskCounts.groups": ("At most the 200 largest groups.", [{"key": "today", "name": None, "count": 3}]),
    "TaskGroup.key": (
        "Code or id of the group; null: nobody has taken them. By due date `overdue`, `today`, `tomorrow`, `week`, `later`, `none` or `still`.",
        "today",
    ),
    "TaskGroup.name": ("Name of the unit, officer or procedure; null for what has none.", "Sở Y tế"),
    "TaskGroup.count": ("How many tasks it has.", 3),
    "Note.text": ("What the other officers should know.", "Đã gọi người nộp đối chiếu bản gốc."),
    "Note.mention": ("Id of a colleague who is told of the note.", "00000000-0000-4000-8000-000000000005"),
    "NoteAmendment.note": ("The note's number among the dossier's events (`seq`).", 9),
    "NoteAmendment.text": ("The corrected text.", "Đã gọi người nộp đối chiếu bản chính."),
    "NoteOf.mention": (
        "Name of the colleague who was told of it; null when nobody was.",
        "Trưởng phòng 1 · Sở Y tế",
    ),
    "NoteOf.amended_at": ("When its author corrected it last; null when it is as it was left.", _AT),
    "NoteOf.amendable": ("True while you may correct it.", False),
    "NoteOf.text": (
        "What was noted; null where it was erased by law.",
        "Đã gọi người nộp đối chiếu bản gốc.",
    ),
    "NoteOf.seq": ("Its number among the dossier's events.", 9),
    "NoteOf.at": ("When it was left.", _AT),
    "NoteOf.author": ("Name of the officer who left it.", "Chuyên viên 1 · Sở Y tế"),
    "NoteOf.on_behalf_of": (
        "Name of the absent officer for whom it was left; null for none.",
        "Chuyên viên 2 · Sở Y tế",
    ),
}
_NAMES: Mapping[str, tuple[str, Any]] = {
    **_FILTERS,
    "unit": ("Only tasks of this unit, by its code.", "H27.SVHTTDL"),
    "role": ("Only tasks of this role.", "specialist"),
    "assignee": ("Only tasks that this officer has taken, by id.", "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"),
    "dossier": ("Only tasks of this dossier: its reference or code.", "H27.PVHCC-260302-0012"),
    "status": ("Only tasks that are open, closed or cancelled.", "open"),
    "due_before": ("Only tasks that are due before this instant; ISO 8601 with offset.", _AT),
}
#: `operation.parameter` → what it means there, and an example.
TASK_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    **{
        f"{operation}.{name}": word
        for operation in ("list_user_tasks", "count_user_tasks")
        for name, word in _NAMES.items()
    },
    "list_user_tasks.sort": _SORT,
    "count_user_tasks.by": ("What the tasks are counted by.", "due"),
}
