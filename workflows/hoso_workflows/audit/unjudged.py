"""Columns that no audit can judge, each with the reason.

Of every other column an audit tells when it was altered: by a chain, by a seal, or by another row that proves it.
`docs/unjudged.md` is the same list for people.
"""

from collections.abc import Iterator, Mapping

from hoso_models.storage import seals

#: In the place of a column: the whole table.
WHOLE = "*"
#: In the place of a column: that a row was deleted.
DELETED = "(row deleted)"
#: In the place of a column: that a row was invented.
INVENTED = "(row invented)"

_SENT = "how delivery went is known to the receiver alone; what was to be told is compared"
_USED = "when it was made gives nothing to anybody"
_NUMBER = "a number without meaning, given by the database"
_SKIPPED = "a place that is left out is one that nobody asks for; one that would be given out twice is found"
_READ = "whether it was read is the reader's own"
_GAP = (
    "acts that were not stored leave a gap of up to 100 numbers too; more, one that would be given out twice, or a row of a"
    " {time} to come is found"
)
_ANSWERED = "how often something was asked again changes nothing"

#: Of tables whose rows are not sealed, where their own reason is another one.
_OWN: Mapping[str, Mapping[str, str]] = {
    "calendar_move": {WHOLE: "what the preview of a revision showed; the dates that it moved are events"},
    "code_sequence": {INVENTED: _GAP.format(time="day")},
    "dossier_key": {"made_at": _USED},
    "escalation": {
        INVENTED: "one of a known rung, in a sweep that told somebody of another: of that one nobody is told"
    },
    "idempotency": {INVENTED: "one that names no dossier; no act was done under it"},
    "job_item": {WHOLE: "how far a job has come; what it did is in the events of the dossiers"},
    "letter": {"id": _NUMBER},
    "letter_series": {INVENTED: _GAP.format(time="year")},
    "notice": {
        "id": _NUMBER,
        "principal_id": "who read along with the recipient follows from who worked there then",
        "at": "when it came into the list; the message has its own instant",
        "read_at": _READ,
        DELETED: "one that only others than the recipient read is known by them alone",
    },
    "outbox": {
        "id": _NUMBER,
        **dict.fromkeys(
            ("available_at", "sent_at", "attempts", "last_error", "aside", "first_tried_at"), _SENT
        ),
        **dict.fromkeys(("unsure", "receiver_id", "digest_key"), _SENT),
        DELETED: "that of a portal's status, which tells itself whether it has arrived",
    },
    "portal_feed": {INVENTED: _SKIPPED},
    "portal_status": {
        "id": _NUMBER,
        "place": "in which order it was given; the feed's last place is compared",
        **dict.fromkeys(
            ("attempts", "resent", "resent_at", "delivered_at", "acknowledged_at", "refused_at", "refusal"),
            _SENT,
        ),
        DELETED: "the newest of a dossier for a portal; one before it leaves a gap",
    },
    "portal_filing": {
        "id": _NUMBER,
        "again": _ANSWERED,
        DELETED: "the event of the filing names the portal and its code",
    },
    "timer": {"payload": "the engine's own state, which is compared, has it too"},
    "user_task": {
        "kept": "whether somebody may have kept a note of it; a trigger deletes that when it closes"
    },
    "watermark": {
        DELETED: "a job that has forgotten how far it came goes through everything again, and does nothing twice"
    },
}


def _tables() -> Iterator[tuple[str, Mapping[str, str]]]:
    for table, sealed in seals.SEALED.items():
        yield table, sealed.unsealed
    for table in seals.COMPARED:
        yield table, _OWN.get(table, {})
    for table, why in seals.UNCOMPARED.items():
        yield table, _OWN.get(table, {WHOLE: why})


#: Table → column, or `*` for all of them → why no audit can judge it.
UNJUDGED: Mapping[str, Mapping[str, str]] = {
    table: dict(sorted(columns.items())) for table, columns in sorted(_tables()) if columns
}


def page() -> str:
    """The list for people, in Markdown."""
    rows = (
        f"| `{table}` | {_SHOWN.get(column, f'`{column}`')} | {why} |"
        for table, columns in UNJUDGED.items()
        for column, why in columns.items()
    )
    return "\n".join((*_HEAD, *rows, ""))


_SHOWN: Mapping[str, str] = {
    WHOLE: "all",
    DELETED: "a row that is deleted",
    INVENTED: "a row that is invented",
}
_HEAD = (
    "# What no audit can judge",
    "",
    "Every other column is compared by `hoso audit`: with a chain, with a seal, or with another row that proves it. This page is made of",
    "`hoso_workflows/audit/unjudged.py`; a test holds it.",
    "",
    "Lines of the access log can be judged from the night on in which their day is closed, at 03:45; those of the day that goes on cannot yet.",
    "",
    "| table | column | why |",
    "|---|---|---|",
)
