"""Meaning and example of the fields and parameters of long jobs."""

from collections.abc import Mapping
from typing import Any

_ID = "0c1f6a5e-6d0b-4d6c-9b54-1f4b6f0f0b6a"
_AT = "2026-03-02T08:30:00+07:00"
_PERSON = "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"

JOB_FIELDS: Mapping[str, tuple[str, Any]] = {
    "RehomingJobOrder.kind": ("`rehoming`.", "rehoming"),
    "RehomingJobOrder.units": ("Codes of the units that are closed, merged or moved.", ["H27.H1"]),
    "RehomingJobOrder.successor": ("Who takes over what `procedures` does not name.", "H27.XA01"),
    "RehomingJobOrder.procedures": ("By procedure, who takes its dossiers over.", {"1.014464": "H27.XA02"}),
    "RehomingJobOrder.basis": ("The decision or law by which it is done.", "QĐ 12/QĐ-UBND 02/03/2026"),
    "RevisionJobOrder.kind": ("`calendar_revision`.", "calendar_revision"),
    "RevisionJobOrder.calendar": ("Id of the calendar.", "ha-tinh"),
    "RevisionJobOrder.number": ("Number of its approved revision.", 2),
    "MigrationJobOrder.kind": ("`migration`.", "migration"),
    "MigrationJobOrder.procedure": ("National code of the procedure.", "1.014464"),
    "MigrationJobOrder.source": ("Number of the version that the dossiers run on.", 1),
    "MigrationJobOrder.target": ("Number of the approved version that they move to.", 2),
    "MigrationJobOrder.mapping": ("Ids of steps of the source, with those of the target.", {"A": "B"}),
    "JobPerson.id": ("Id of the person.", _PERSON),
    "JobPerson.name": ("Name of the person.", "Quản trị 1"),
    "LongJob.id": ("Id of the job.", _ID),
    "LongJob.kind": ("What it does.", "rehoming"),
    "LongJob.state": ("How far it is.", "running"),
    "LongJob.subject": ("What it is about, in codes.", "H27.H1"),
    "LongJob.unit": ("Code of the unit whose administrators follow it.", "H27.H1"),
    "LongJob.ordered_by": ("Who has ordered it; it is done by their rights.", None),
    "LongJob.ordered_at": ("When it was ordered.", _AT),
    "LongJob.begun_at": ("When its first portion began; null while it waits.", _AT),
    "LongJob.updated_at": ("When it last went on.", _AT),
    "LongJob.ended_at": ("When it ended; null while it goes on.", _AT),
    "LongJob.cancelled_by": ("Who has stopped it; null where nobody has.", None),
    "LongJob.total": ("Dossiers to look at.", 1240),
    "LongJob.done": ("Dossiers that were looked at.", 620),
    "LongJob.moved": ("Those of them that were changed.", 618),
    "LongJob.left": ("Those of them that stay as they were.", 2),
    "LongJob.percent": ("How much of it is done, in hundredths.", 50),
    "LongJob.seconds_left": ("Seconds that it probably takes; null while nobody can tell.", 60),
    "LongJob.stoppable": ("True where it can be stopped now.", True),
    "LongJob.failure": (
        "Why it was given up, in words; null where it was not.",
        "Đã thử 6 lần không thành: TimeoutError.",
    ),
    "VerificationFound.job": ("The verification as a long job; null before the first one.", None),
    "VerificationFound.differing": ("Dossiers that differ, at most 200.", []),
    "VerificationFound.broken": ("Chains of acts of administration that do not verify.", []),
    "VerificationFound.house": (
        "What differs of the rows of units, roles, catalogue and the like, at most 200, for auditors at the top of the tree.",
        ["unit H27: name đang lưu là 'Sở khác', theo niêm phong là 'Sở Y tế'"],
    ),
    "DifferingDossier.reference": ("Reference of the dossier.", "R-7Q2M-9XKD-4T"),
    "DifferingDossier.code": ("Its code; null before acceptance.", "H27.PVHCC-260302-0012"),
    "DifferingDossier.why": ("The first difference in words.", "Chuỗi đứt ở sự kiện số 3"),
    "BrokenChain.authority": ("Code of the authority whose chain it is.", "H27"),
    "BrokenChain.number": ("Number of the first act that does not verify.", 12),
    "BrokenChain.why": ("What is wrong with it, in words.", "Nội dung đã bị sửa sau khi ghi"),
    "LongJobPage.items": ("The jobs, the newest first.", []),
    "LongJobItem.reference": ("Reference of the dossier.", "R-7Q2M-9XKD-4T"),
    "LongJobItem.code": ("Its code; null before acceptance.", "H27.PVHCC-260302-0012"),
    "LongJobItem.outcome": ("What the job came to for it.", "moved"),
    "LongJobItem.why": (
        "Why it stays as it was, in words; null where it was changed.",
        "Bước đang mở không có trong bản mới.",
    ),
    "LongJobItemPage.items": ("The dossiers, those first that stay as they were.", []),
}
JOB_PARAMETERS: Mapping[str, tuple[str, Any]] = {"job": ("Id of the job, a UUID.", _ID)}
