"""Meaning and example of the fields of signatures and registers."""

from collections.abc import Mapping
from typing import Any

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_FILE = "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a78"

_TEMPLATE = {
    "unit": ("Code of the unit whose letters it is for.", "H27.PVHCC"),
    "form": ("Code of the form: 01 to 06, or a notice's name.", "01"),
    "number": ("From 1 for each unit and form.", 1),
    "html": (
        "What stands between the tags of our page; null where the form is our own again.",
        "<p>{{ letter.series }}</p>",
    ),
    "typst": ("The same for the PDF; null together with it.", '#import "common.typ": *'),
    "basis": ("The decision by which it is introduced.", "Quyết định số 12/QĐ-UBND"),
    "valid_from": (
        "Local day from which letters are set by it; those issued before keep theirs.",
        "2026-04-01",
    ),
    "entered_by": ("Who entered it.", "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"),
    "approved_by": ("Who approved it; null until then.", "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a12"),
    "approved_at": ("When it was approved; null until then.", "2026-03-02T09:00:00+07:00"),
}

#: Word → what it means, and an example.
SIGNATURE_WORDS: Mapping[str, tuple[str, Any]] = {
    "signed": ("True once it is signed by a certificate.", True),
    "signatures": ("Its signatures, in the order in which they were made.", []),
    "signer": ("Whom the certificate names.", "Trung tâm Phục vụ hành chính công tỉnh"),
    "issuer": ("Who issued the certificate.", "Tổ chức chứng thực mẫu"),
    "certificate": ("SHA-256 of the certificate, in hex.", _SHA256),
    "intact": ("What is signed is as it was signed, by this certificate.", True),
    "whole": ("Nothing was added behind it but further signatures, time stamps, and what proves them.", True),
    "trusted": ("The certificate was issued below a trusted root and held when it was signed.", True),
    "signed_at": (
        "What a time stamp authority stamped, else what the signer claims; null for neither.",
        "2026-03-02T09:00:00+07:00",
    ),
    "stamped": ("True where a trusted authority has stamped the instant.", False),
    "sha256": ("SHA-256 of the file, in hex.", _SHA256),
    "readable": ("False for what is no PDF, or too much work to look at.", True),
    "good": (
        "True for a letter or result of this house that is signed, where nothing is wrong with any signature.",
        True,
    ),
    "in_token": ("True for a key in a token, false for one in a file.", False),
    "problem": (
        "Why it was refused, as a problem document; null where it was not.",
        {"type": "urn:hoso:problem:already-signed", "status": 409},
    ),
}
#: `Schema.field` → what it means there, and an example.
SIGNATURE_FIELDS: Mapping[str, tuple[str, Any]] = {
    "PaperChecked.letter": (
        "The letter whose signed file this is, byte by byte; null for any other file.",
        None,
    ),
    "PaperChecked.result": (
        "The result whose signed file this is, once it is handed over and while it stands; null for any other file.",
        None,
    ),
    "ResultChecked.code": ("Code of its dossier.", "H27.17-260302-0001"),
    "ResultChecked.procedure": ("Code of the procedure.", "1.014464"),
    "ResultChecked.decided_at": ("When it was decided.", "2026-03-02T09:00:00+07:00"),
    "ResultChecked.corrected_at": (
        "When a newer version took its place: the file is no longer the result; null for the one that stands.",
        "2026-03-04T09:00:00+07:00",
    ),
    "ResultChecked.handed_over_at": ("When it was handed over.", "2026-03-03T09:00:00+07:00"),
    "ResultToSign.dossier": ("The dossier's reference or code.", "pWnQ0Bf1T6u2Xk9sJ4aZrg"),
    "ResultToSign.attachment": ("Id of the file, its newest version.", _FILE),
    "ResultSigned.dossier": ("The dossier as it was named.", "pWnQ0Bf1T6u2Xk9sJ4aZrg"),
    "ResultSigned.attachment": ("Id of the file as it was named.", _FILE),
    "ResultSigned.version": ("Id of its signed version; null where it was not signed.", _FILE),
    "SigningCertificate.name": ("As the operator calls it.", "so-vhttdl"),
    "SigningCertificate.unit": ("Code of the unit whose papers it signs.", "H27.SVHTTDL"),
    "SigningCertificate.person": (
        "The officer whose own it is; null for the unit's.",
        "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11",
    ),
    "ApologyDrafted.id": ("Id of the dossier.", "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a70"),
    "ApologyDrafted.unit": ("Code of the handling unit, whose head apologises.", "H27.SVHTTDL"),
    "ApologyDrafted.step": ("Name of the open step that is due first; null without one.", "B2. Thẩm định"),
    "ApologyDrafted.due": (
        "The new date to begin with: the promised one moved by the delay, at least a working day; null where the calendar ends.",
        "2026-03-09",
    ),
    "ApologyDrafted.reason": (
        "The reason to begin with, as it is printed.",
        "Bước “B2. Thẩm định” chưa xong theo thời hạn đã định.",
    ),
    "ApologyDrafted.last_day": ("The last local day on which the law allows the letter.", "2026-03-04"),
    "LetterWaiting.id": ("The letter's id.", "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a77"),
    "LetterWaiting.form": ("Code of the form.", "04"),
    "LetterWaiting.title": ("Title of the form.", "Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    "LetterWaiting.series": ("The number as it is written.", "03/2026/PXL-SVHTTDL"),
    "LetterWaiting.unit": ("Code of the unit that issued it.", "H27.SVHTTDL"),
    "LetterWaiting.issued_at": ("When it was issued.", "2026-03-02T09:00:00+07:00"),
    "ResultWaiting.task": ("Id of the open step that decides.", "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a13"),
    "ResultWaiting.step": ("Name of the step.", "B6. UBND tỉnh ký"),
    "ResultWaiting.unit": ("Code of the step's unit, by whose key it is signed.", "H27.UBND"),
    "ResultWaiting.opened_at": ("When the step opened.", "2026-03-02T09:00:00+07:00"),
    "LetterWaiting.has_key": ("Whether you have a key here by which to sign it.", True),
    "ResultWaiting.has_key": ("Whether you have a key here by which to sign them.", True),
    "ResultWaiting.required": (
        "Whether the procedure gives signed results: it is decided on signed files only.",
        True,
    ),
    "ResultWaiting.files": ("Files of the authority's own that nobody has signed yet.", []),
    "FileToSign.id": ("Id of the file.", _FILE),
    "FileToSign.name": ("Name under which it was sent.", "quyet-dinh.pdf"),
    "FileToSign.title": ("What it is, in words; null where nobody said.", "Quyết định"),
    "LetterToSign.letter": ("The letter's id.", "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a77"),
    "LetterToSign.dossier": ("The dossier's reference or code.", "pWnQ0Bf1T6u2Xk9sJ4aZrg"),
    **{
        f"{schema}.{name}": word
        for schema in ("LetterTemplateEntry", "LetterTemplateListed", "LetterTemplate")
        for name, word in _TEMPLATE.items()
    },
    "LetterSigned.letter": ("The letter's id.", "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a77"),
    "LetterSigned.dossier": ("The dossier as it was named.", "pWnQ0Bf1T6u2Xk9sJ4aZrg"),
}
_ONE = ("The code of a procedure, whose dossiers alone are wanted.", "1.014464")
#: `operation.parameter` → what it means there, and an example.
SIGNATURE_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    f"{operation}.procedure": _ONE for operation in ("show_register", "print_register", "export_register")
} | {
    "ordinal": ("The place of a copy among the copies of the letter, from 1.", 2),
    "list_waiting_letters.since": ("Only letters that were issued from this local day on.", "2026-03-02"),
    "template": ("Id of a template, a UUID.", "0b9f1f64-6e0b-5c4d-9a51-5a9d8f1f0a77"),
    "list_letter_templates.unit": ("Of this unit only.", "H27.PVHCC"),
}
