"""Meaning and example of the fields of drafts."""

from collections.abc import Mapping
from typing import Any

_ID = "4f0a7a8e-2c57-4a39-8a3b-0d7b7f0a2c11"
_FILE = "7b1c0f5e-9a64-4c1d-8f0b-52d6a3c8e914"
_AT, _LATER = "2026-03-02T08:30:00+07:00", "2026-04-01T08:30:00+07:00"
_CONTENT = (
    "What was typed, in the fields of a filing but `procedure`; whatever it is, it is kept. Null once it was filed.",
    {"applicant": {"kind": "person", "name": "Người nộp 1"}, "form": {"so_ban_cfs": 1}},
)
_SEEN = (
    "The ETag that you have seen, or a list of several; 412 if the draft is at none of them any more.",
    '"3"',
)

_DESCRIBED: Mapping[str, tuple[str, Any]] = {
    "title": (
        "What it is, in words; where it replaces a file, as that was called when absent.",
        "Giấy ủy quyền",
    ),
    "component": (
        "Code of the component that it is; none when absent, or that of the file it replaces.",
        "TP02",
    ),
}

#: Parameter → what it means, and an example.
DRAFT_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "draft": ("Id of the draft, a UUID.", _ID),
    "file": ("Id of the file, a UUID; it keeps it in the dossier.", _FILE),
    **{f"{name}.If-Match": _SEEN for name in ("change_draft", "file_draft")},
}
#: `Schema.field` → what it means there, and an example.
DRAFT_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{f"{schema}.content": _CONTENT for schema in ("NewDraft", "DraftChange", "DraftShown")},
    **{
        f"{schema}.{name}": word
        for schema in ("DraftListed", "DraftShown")
        for name, word in {
            "id": ("Id of the draft.", _ID),
            "procedure": ("Code of the procedure that it is a filing of.", "1.014464"),
            "applicant": ("Name of the applicant as it was typed; null where none was.", "Người nộp 1"),
            "version": ("Counts the changes; sent as the ETag, and taken in `If-Match`.", 3),
            "created_at": ("When it was begun.", _AT),
            "updated_at": ("When it was last changed.", _AT),
            "expires_at": ("When it is deleted, unless it is changed before.", _LATER),
            "filing_at": ("When its filing was begun; null until then, and again after a refusal.", _LATER),
            "reference": (
                "Reference of the dossier that it has become; null until it is filed.",
                "pWnQ0Bf1T6u2Xk9sJ4aZrg",
            ),
        }.items()
    },
    "DraftShown.findings": (
        "What is missing or wrong, for which it would not be filed now. Filing too often and the start of the run are not tried.",
        [],
    ),
    "Finding.field": ("The field of a filing; null for what concerns none.", "applicant.name"),
    "Finding.message": ("What is wrong or missing.", "is missing"),
    **{
        f"{schema}.{name}": word
        for schema in ("DraftFileDescribed", "DraftUploadAnnounced")
        for name, word in _DESCRIBED.items()
    },
    "DraftUploadAnnounced.file": ("Name of the file, with its ending.", "giay-uy-quyen.pdf"),
    "DraftUploadAnnounced.size": ("Its bytes; neither more nor fewer are taken.", 81234),
    "DraftUploadAnnounced.replaces": ("Id of the file in whose place it comes; none when absent.", _FILE),
    "DraftFiles.items": ("The files, in their order.", []),
}
