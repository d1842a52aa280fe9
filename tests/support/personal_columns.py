"""Every column of the schema in which words or bytes may stand, and what it holds of people.

The columns about dossiers stand in `support.erased_columns`.
"""

from __future__ import annotations

from collections.abc import Mapping

from hoso_models import Record
from support.erased_columns import ERASED, STAYS

Columns = Mapping[str, tuple[str, ...]]

#: In which people write, or others write of people.
OF_PEOPLE: Columns = {
    "access_log": ("address", "reason", "led_by"),
    "administration_event": ("payload",),
    "api_token": ("label",),
    "browser_session": ("agent", "address", "provider_sid"),
    "contact_point": ("value",),
    "credential": ("label",),
    "engine_state": ("state",),
    "feedback": ("answer",),
    "idempotency": ("key", "response"),
    "identity": ("subject", "identifier"),
    "invitation": ("detail",),
    "job": ("failure",),
    "mail_server": ("last_error",),
    "outage": ("description",),
    "parked_form": ("path",),
    "principal": ("name", "title", "subject", "code", "account"),
    "sign_in_attempt": ("onward",),
    "signing_key": ("label",),
    "substitution": ("reason",),
    "unknown_identity": ("subject", "name", "compared"),
    "webhook_receiver": ("name", "url", "last_error"),
}
#: In which what people write lies sealed, or folded into a file: something stands there, and no word of it is found.
SEALED: Columns = {
    "draft": ("sealed", "sealed_name"),
    "draft_file": ("described",),
    "feedback": ("sealed",),
    "letter_file": ("content",),
    "parked_form": ("sealed",),
    "upload": ("described",),
}
#: What the house makes of what people hand in: it is looked for as it stands there.
MADE: Columns = {
    "attachment": ("sha256", "object", "thumbnail"),
    "draft_file": ("object", "thumbnail"),
    "letter_file": ("sha256",),
    "upload": ("pieces",),
}
#: Keys and digests, of which no word is anybody's: `tests/api/installation` and `tests/api/rest/test_rest_tokens.py` ask where they go.
SECRETS: Columns = {
    "access_day": ("digest", "erasures_digest"),
    "access_log": ("digest",),
    "administration_chain": ("head",),
    "administration_event": ("salt", "digest", "previous", "hash"),
    "api_token": ("sha256",),
    "browser_session": ("secret_sha256", "id_token_sealed"),
    "contact_proof": ("code_sha256",),
    "credential": ("hash", "sealed", "key_id", "public_key"),
    "dossier_event": ("salt", "digest", "previous", "hash"),
    "dossier_key": ("sealed",),
    "draft": ("file_key",),
    "engine_state": ("head",),
    "idempotency": ("request_hash",),
    "invitation": ("code_sha256",),
    "logout_token": ("token_id",),
    "parked_form": ("secret_sha256",),
    "portal_answer": ("sha256",),
    "report_submission": ("digest",),
    "row_change": ("digests", "salt"),
    "row_seal": ("digests", "salt", "previous", "hash"),
    "row_seal_head": ("hash",),
    "sign_in_attempt": ("state_sha256", "cookie_sha256", "nonce", "verifier", "challenge"),
    "signing_key": ("public_key",),
    "throttle": ("key",),
    "used_signature": ("digest",),
    "webhook_secret": ("sealed",),
}
#: Names of the house: acts, states, units, procedures, providers, and codes of dossiers, which the walk looks for by themselves.
NAMES: Columns = {
    "access_log": ("act", "subject", "detail", "unit_code", "credential", "fields"),
    "administration_chain": ("authority",),
    "administration_event": ("authority", "kind", "subject"),
    "api_token": ("prefix", "scopes"),
    "browser_session": ("provider", "acr", "amr", "ended_why"),
    "chain_finding": ("authority", "why"),
    "code_sequence": ("unit_code",),
    "credential": ("revoked_why",),
    "draft": ("procedure_code", "reference"),
    "duty": ("unit_code",),
    "duty_alarm": ("unit_code",),
    "embedding_seen": ("host",),
    "escalation": ("level",),
    "escalation_withdrawn": ("level",),
    "house_finding": ("why",),
    "identity": ("provider", "issuer", "how"),
    "job": ("subject", "unit_code", "asked"),
    "letter_series": ("unit_code", "form"),
    "logout_token": ("issuer",),
    "mail_server": ("server",),
    "portal_answer": ("portal", "found"),
    "portal_feed": ("portal",),
    "principal": ("home_unit_code",),
    "rehoming": ("moves",),
    "report_submission_dossier": (
        *("code", "unit_code", "procedure_code", "field", "level", "channel", "came", "went"),
    ),
    "role_assignment": ("unit_code", "role"),
    "role_proposal": ("unit_code", "role"),
    "row_change": ("table_name", "key", "plain", "beside"),
    "row_seal": ("table_name", "key", "plain", "beside"),
    "sign_in_attempt": ("provider", "wanted_acr"),
    "substitution": ("unit_code", "role"),
    "unknown_identity": ("issuer", "provider"),
    "watermark": ("job",),
    "webhook_receiver": ("unit_code", "events"),
}
#: What an authority decides, publishes, announces or reports; of no applicant.
OF_AUTHORITIES: Columns = {
    "agency_system": ("unit_code", "name", "address", "purpose", "note"),
    "area": ("code", "name", "kind", "parent_code", "successor_code"),
    "calendar": ("id", "name", "unit_code", "version"),
    "calendar_revision": ("calendar", "document", "units", "basis", "base", "preview", "result"),
    "calendar_version": ("calendar", "version", "documents"),
    "competence": ("procedure_code", "unit_code", "basis", "field", "case_id", "area_code"),
    "destruction_list": ("unit_code", "basis", "decision"),
    "document_progress": ("text",),
    "escalation_rung": ("level", "procedure_code", "unit_code", "unit_kind", "role", "basis"),
    "evaluation_mark": ("indicator", "reason"),
    "evaluation_sheet": ("unit_code", "figures"),
    "letter_template": ("unit_code", "form", "html", "typst", "basis"),
    "maintenance": ("unit_code", "service", "announcement", "basis", "urgency"),
    "online_target": ("unit_code", "basis"),
    "outage": ("unit_code", "service", "announcement"),
    "outage_recipient": ("scope_unit", "unit_code", "role", "basis"),
    "outage_update": ("text",),
    "partner_portal": ("code", "name", "unit_code", "basis"),
    "procedure_entry_draft": ("procedure_code", "authority", "content"),
    "procedure_entry_search": (
        *("procedure_code", "name", "field", "level", "authority", "missing", "words", "accented"),
        "audiences",
    ),
    "procedure_entry_version": (
        *("procedure_code", "name", "field", "level", "authority", "items", "decision_no", "service_level"),
        "successor",
    ),
    "procedure_opening": ("procedure_code", "basis"),
    "procedure_owner": ("procedure_code", "unit_code", "basis"),
    "register_document": ("unit_code", "number", "title", "content", "measured_in"),
    "rehoming": ("basis",),
    "report": ("kind", "scope", "figures"),
    "report_kind": ("code", "name", "owing", "consolidating_unit", "receiving_unit", "basis"),
    "report_obligation": ("period_key", "unit_code", "texts", "return_reason"),
    "report_submission": ("figures", "texts"),
    "role_assignment": ("basis",),
    "role_proposal": ("basis",),
    "service_level": ("procedure_code", "kind", "decision_no", "reason"),
    "unit": (
        *("code", "name", "kind", "level", "parent_code", "calendar", "successor_code", "identifiers"),
        *("duty", "area_code", "telephone"),
    ),
    "urging": ("unit_code", "text", "dossiers", "term", "answer"),
    "workflow_version": (
        *("procedure_code", "name", "package", "sha256", "manifest", "report", "decision_no"),
    ),
}
#: About dossiers what their erasure leaves: names of the house. What was answered to feedback is its sender's until it is published.
STAYING: Columns = {
    name: tuple(column for column in columns if (name, column) != ("feedback", "answer"))
    for name, columns in STAYS.items()
}
_WORDS = ("ARRAY", "AutoString", "JSONB", "LargeBinary", "String", "TSVECTOR", "Text")


def named(*kinds: Columns) -> list[str]:
    """The columns of these kinds, with their tables."""
    return [f"{name}.{column}" for columns in kinds for name, each in columns.items() for column in each]


def personal() -> list[str]:
    """The columns in which words of people, or about them, stand as they are."""
    otherwise = named(MADE, SEALED)
    return [each for each in named(ERASED, OF_PEOPLE) if each not in otherwise]


def said() -> list[str]:
    """Every column of which something is said here, as often as it is said."""
    made = [each for each in named(MADE) if each not in named(ERASED)]
    return sorted([*named(ERASED, STAYING, OF_PEOPLE, SEALED, SECRETS, NAMES, OF_AUTHORITIES), *made])


def written() -> list[str]:
    """Every column of the schema that holds words or bytes."""
    return sorted(
        f"{table.name}.{column.name}"
        for table in Record.metadata.tables.values()
        for column in table.columns
        if type(column.type).__name__ in _WORDS or str(column.type) in _WORDS
    )
