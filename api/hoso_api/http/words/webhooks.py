"""Meaning and example of the fields and parameters of webhooks."""

from collections.abc import Mapping
from typing import Any

_ID, _AT = "0c1f6a5e-6d0b-4d6c-9b54-1f4b6f0f0b6a", "2026-03-02T08:30:00+07:00"
_UNTIL = ("Until when the secret of before is good as well; null where there is none.", _AT)
_RECEIVER = {
    "unit": ("Code of the unit; the dossiers that it or one below it receives or handles.", "H27"),
    "kind": ("`system`, or `gateway` for a way on to applicants.", "system"),
    "name": ("What it is called here.", "Cổng dịch vụ công"),
    "url": (
        "Where messages are posted: https, or a host that the settings list as inner.",
        "https://cong.example.vn/hoso",
    ),
    "events": ("Events that it is sent; a gateway those of which applicants are told.", ["accepted"]),
    "carries_contact": (
        "True for a gateway that is told the applicant's telephone number with each message.",
        False,
    ),
}

WEBHOOK_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{
        f"{schema}.{name}": word for schema in ("WebhookEntry", "Webhook") for name, word in _RECEIVER.items()
    },
    **{f"WebhookChange.{name}": _RECEIVER[name] for name in ("name", "url", "events", "carries_contact")},
    "Webhook.version": ("Raised by each change; the ETag by which the next one says what it has seen.", 1),
    "Webhook.id": ("Id of the receiver.", _ID),
    "Webhook.entered_at": ("When it was entered.", _AT),
    "Webhook.ended_at": ("When it was ended; null while it is not.", _AT),
    "Webhook.last_success_at": ("When it last took a message; null until then.", _AT),
    "Webhook.failing_since": ("Since when it takes nothing; null while it does.", _AT),
    "Webhook.again_at": ("When it is tried again; null while it takes messages.", _AT),
    "Webhook.last_error": (
        "Why it took nothing the last time; nothing of its own words.",
        "the receiver answered 503",
    ),
    "Webhook.waiting": ("Messages that wait for it.", 3),
    "Webhook.aside": ("Messages that it did not take for days, or refused for good.", 0),
    "Webhook.old_secret_until": _UNTIL,
    "WebhookGiven.receiver": ("Id of the receiver.", _ID),
    "WebhookGiven.secret": (
        "The secret, as Standard Webhooks writes it; it is shown this once.",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDFsc1tRwYt0M=",
    ),
    "WebhookGiven.old_secret_until": _UNTIL,
    "WebhookRotation.overlap_hours": ("Hours for which the secret of before stays good, 0 to 168.", 24),
    "WebhookEnd.ended_at": ("When it was ended.", _AT),
    "WebhookTest.message": ("Number of the test message.", 4711),
    "WebhookDelivery.id": ("Number of the message, by which it is released.", 4711),
    "WebhookDelivery.webhook_id": (
        "The `webhook-id` of every attempt, by which the receiver counts it once.",
        "msg_0f3c5f0d2a5e4b7c9d1e2f3a4b5c6d7e",
    ),
    "WebhookDelivery.type": ("Type of the event, as CloudEvents has it.", "hoso.dossier.accepted"),
    "WebhookDelivery.status": ("Where it stands.", "sent"),
    "WebhookDelivery.created_at": ("When it was written, with the event.", _AT),
    "WebhookDelivery.sent_at": ("When the receiver took it; null until then.", _AT),
    "WebhookDelivery.again_at": ("When it is tried again; null for what is not.", _AT),
    "WebhookDelivery.attempts": ("How often it was tried.", 1),
    "WebhookDelivery.last_error": ("Why it was not taken the last time.", "the receiver answered 503"),
}
WEBHOOK_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "webhook": ("Id of the receiver.", _ID),
    "change_webhook.If-Match": (
        "The version of the receiver as you have read it, in quotes; 412 where it was changed since.",
        '"1"',
    ),
}
