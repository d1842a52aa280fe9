"""Every column about a dossier, and whether its erasure blanks it."""

from __future__ import annotations

from collections.abc import Mapping

#: Columns that the erasure of a dossier blanks; `tests/api/rest/test_rest_erasure.py` looks for what was in them.
ERASED: Mapping[str, tuple[str, ...]] = {
    "appointment": ("why",),
    "attachment": ("file_name", "title", "sha256", "object", "thumbnail"),
    "component": ("note",),
    "consultation": ("question", "answer"),
    "damaged_file": ("message",),
    "damaged_run": ("element", "message"),
    "disclosure": ("purpose",),
    "dossier": ("external_code", "form_data", "incidents", "handed_over"),
    "dossier_event": ("payload",),
    "dossier_search": ("terms",),
    "job_item": ("why",),
    "letter": ("data",),
    "letter_file": ("sha256",),
    "officer_task": ("draft",),
    "outbox": ("last_error",),
    "party": (
        *("name", "name_folded", "identifier", "address", "phone", "email", "area_code"),
        *("authorised_name", "authorised_identifier", "authorisation_paper"),
    ),
    "fee": ("basis", "reduction_basis"),
    "payment": ("reference", "cancelled_for"),
    "payment_dispute": ("gateway_reference", "settled_for", "settled_reference"),
    "payment_order": ("pay_at", "gateway_reference"),
    "portal_filing": ("external_code",),
    "portal_status": ("refusal",),
    "rating": ("comment",),
    "refund": ("reference", "reason"),
    "timer": ("payload",),
    "upload": ("pieces",),
    "user_task": ("answers",),
}
#: Columns that stay: codes, words of the procedure, the law or the authority, names of states.
STAYS: Mapping[str, tuple[str, ...]] = {
    "appointment": ("calendar", "calendar_version"),
    "attachment": ("component_code", "media_type"),
    "calendar_move": ("dates",),
    "clock_stop": ("source",),
    "component": ("code", "name"),
    "consultation": ("unit_code",),
    "destruction_item": ("refused",),
    "disclosure": ("unit_code", "recipient", "basis", "data", "decision"),
    "reminder": ("unit_code",),
    "dossier": (
        *("reference", "code", "procedure_code", "case_id", "filed_on_portal", "entry_site", "service_level"),
        *("receiving_unit", "handling_unit", "deciding_unit"),
    ),
    "dossier_event": ("kind",),
    "dossier_search": ("units",),
    "fee": ("name",),
    "feedback": ("procedure_code", "from_unit", "unit_code", "term", "basis", "answer", "summary"),
    "letter": ("unit_code", "form"),
    "notice": ("topic", "payload"),
    "outbox": ("dedup_key", "digest_key", "topic", "payload"),
    "payment": ("receipt_unit",),
    "payment_dispute": ("told_order", "unit_code", "currency", "merchant"),
    "payment_order": ("fees",),
    "portal_filing": ("portal",),
    "portal_status": ("portal", "key", "message", "payload"),
    "timer": ("id", "element", "kind"),
    "user_task": (
        *("element", "name", "lane", "role", "unit_code", "milestone", "outcomes", "form", "limit_text"),
        *("clock", "outcome", "procedure_code", "found_by"),
    ),
}
