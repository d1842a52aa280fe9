"""Checks of rows beside the projections, against the chain and the procedure version."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import joined, say
from hoso_models import Record, text_search
from hoso_workflows.audit import finding, traces
from hoso_workflows.audit.finding import ABSENT, PRESENT, Found
from hoso_workflows.audit.records import StoredRows
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.dossiers import filing
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import fees as accounts
from hoso_workflows.lifecycle import seals
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.monitoring.escalation import Level
from hoso_workflows.notifications import rules


@dataclass(frozen=True, slots=True)
class Subject:
    """The input of the checks of one dossier.

    Its links, its projection, the versions it runs on and was filed under, and its other stored rows.
    """

    links: Sequence[Link]
    projection: Projection
    dates: Dates
    #: False where a calendar of the dates is damaged: they are not those that were told.
    counted: bool
    #: None where the package is damaged.
    loaded: Loaded | None
    filed: Loaded | None
    stored: StoredRows
    #: The messages about steps that got the floor, each with its instant; None where they cannot be counted again.
    floors: Mapping[str, tuple[datetime, Mapping[str, Any]]] | None = None

    def known(self, row: dict[str, Any]) -> dict[str, Any]:
        """The columns of a row that follow from the events without what is damaged."""
        unknown = (() if self.counted else _COUNTED) + (() if self.loaded else _PLANNED)
        return {name: value for name, value in row.items() if name not in unknown} if unknown else row

    @property
    def events(self) -> Iterator[Event]:
        """Those whose payload has not been erased."""
        return (link.event for link in self.links if link.salt is not None)


#: Columns that working time decides: dates, the verdicts on them, and the words of letters, which name them.
_COUNTED = (
    *("reception_due", "due_first", "due_legal", "due_promised", "provisional", "late_since", "verdict"),
    *("arrived_at", "due_own", "due_plan", "due_dossier", "dossier_late_from"),
    *("judged", "calendar", "calendar_version", "data"),
)
#: The column that the plan of a package decides.
_PLANNED = ("degree",)


def filed(subject: Subject) -> Iterator[Found]:
    """Check the filing: form, applicant, components, instant.

    Form and applicant are compared by their digests.
    """
    first = subject.links[0]
    event, there = first.event, subject.stored.row
    yield from finding.columns("dossier", there.filed, {"filed_at": event.at, "filed_by": event.actor})
    if first.salt is None:
        return
    payload = event.payload
    told = {name: payload[key] for name, key in filing.FILED.items() if key in payload}
    # An event that names no site says that there was none.
    columns = {"entry_site": None, **told}
    yield from finding.columns("dossier", there.filed, columns)
    rectified = [link for link in subject.links if link.event.kind is Kind.RECTIFIED]
    if rectified and rectified[-1].salt is None:
        return
    last = rectified[-1].event.payload if rectified else payload
    yield from _digest("dossier form_data", there.form_data, last["form_sha256"])
    if "applicant_sha256" in last:
        yield from _digest("party", there.party, last["applicant_sha256"])


def _digest(what: str, values: Mapping[str, Any], payload: str) -> Iterator[Found]:
    stored = filing.digest(values)
    if stored != payload:
        yield what, f"sha256 {stored}", f"sha256 {payload}"


def signed_letters(subject: Subject) -> Iterator[Found]:
    """The signed file that each event names, by the digest of its bytes."""
    signed = [event for event in subject.events if event.kind is Kind.LETTER_SIGNED]
    document = {
        each.payload["file"]: {"sha256": each.payload["file"], "stored_at": each.at} for each in signed
    }
    yield from finding.rows("letter_file", subject.stored.row.letter_files or {}, document)


def signatures(subject: Subject) -> Iterator[Found]:
    """The first signature of each letter that an event tells of.

    One whose event was erased stands alone: it is not compared.
    """
    told: dict[str, Any] = {}
    for event in subject.events:
        if event.kind is Kind.LETTER_SIGNED:
            name = "/".join(str(event.payload[key]) for key in ("unit", "form", "year", "number"))
            told.setdefault(name, {"signed_at": event.at})
    stored = subject.stored.row.letters_signed or {}
    if any(link.salt is None and link.event.kind is Kind.LETTER_SIGNED for link in subject.links):
        stored = {name: row for name, row in stored.items() if name in told}
    yield from finding.rows("letter", stored, told)


def components(subject: Subject) -> Iterator[Found]:
    """The papers that the procedure asks for, and whether each is there."""
    if any(link.salt is None and link.event.kind in _HANDED_IN for link in subject.links):
        received = {code for code, row in (subject.stored.row.components or {}).items() if row["received"]}
    else:
        received = {code for event in subject.events for code in event.payload.get("components", ())}
    names = ("name", "originals", "copies", "required")
    if subject.filed is None:
        return
    document = {
        each.code: {
            **{name: getattr(each, name) for name in names},
            "received": each.code in received,
            "note": None,
        }
        for each in subject.filed.case.components
    }
    yield from finding.rows("components", subject.stored.row.components or {}, document)


def searched(subject: Subject) -> Iterator[Found]:
    """Check the terms of searches against the applicant's name, the procedure and the units."""
    row, state = subject.stored.row, subject.projection.state
    units = [state.units[part] for part in ("receiving", "handling", "deciding")]
    terms = [*text_search.fold(row.party["name"]).split(), f"procedure/{state.procedure}"]
    document = {"filed_at": subject.links[0].event.at, "units": units, "terms": terms}
    if row.searched is None:
        yield "dossier_search", ABSENT, PRESENT
    else:
        yield from finding.columns("dossier_search", row.searched, document)


_HANDED_IN = (Kind.FILED, Kind.SUPPLEMENT_RECEIVED)


def fees(subject: Subject) -> Iterator[Found]:
    """Check the fees, assessed or foreseen by the version of the filing."""
    if _lost_an_account(subject):
        return
    assessed = {str(row["number"]): row for row in subject.projection.fee_rows()}
    stored = subject.stored.row.fees or {}
    if subject.filed is None:
        # What was foreseen is not known.
        stored = {number: row for number, row in stored.items() if number in assessed}
        foreseen: Sequence[Mapping[str, Any]] = ()
    else:
        foreseen = [{**_UNSAID, **row} for row in filing.foreseen_fees(subject.filed, ())]
    document = {str(row["number"]): row for row in foreseen} | assessed
    yield from finding.rows("fees", stored, document)


#: What nobody has said of a fee that is not assessed.
_UNSAID = {each.name: None for each in Record.metadata.tables["fee"].columns if each.nullable}


def payments(subject: Subject) -> Iterator[Found]:
    """Check the payments and their receipts."""
    if _lost_an_account(subject):
        return
    document = {str(row["id"]): row for row in subject.projection.payment_rows()}
    yield from finding.rows("payments", subject.stored.row.payments or {}, document)


def refunds(subject: Subject) -> Iterator[Found]:
    """Check what was given back of the payments."""
    if _lost_an_account(subject):
        return
    document = {str(row["id"]): row for row in subject.projection.refund_rows()}
    yield from finding.rows("refunds", subject.stored.row.refunds or {}, document)


def _lost_an_account(subject: Subject) -> bool:
    """True where an event about fees or payments was erased by law."""
    return any(link.salt is None and link.event.kind in accounts.KINDS for link in subject.links)


def command_totals(subject: Subject) -> Iterator[Found]:
    """Check the instant and the number of commands.

    Exactly where the newest is sealed, else between the least and the most.
    """
    stored = subject.stored.row.engine
    yield from finding.columns("engine_state", stored, {"updated_at": subject.links[-1].event.at})
    last = subject.links[-1]
    if last.salt is not None and (seal := seals.of(last.event)):
        yield from finding.columns("engine_state", stored, {"version": seal["number"]})
    elif (
        not (least := len({link.event.at for link in subject.links}))
        <= stored["version"]
        <= len(subject.links)
    ):
        yield (
            "engine_state version",
            stored["version"],
            say("{least} to {most}", least=least, most=len(subject.links)),
        )


def tail(subject: Subject) -> Iterator[Found]:
    """Check that nothing tells of an act behind the end of the chain."""
    last = subject.links[-1]
    if last.salt is None:
        return
    version, beyond = subject.stored.row.engine["version"], subject.stored.beyond
    if evidence := traces.ends(subject.links, version, beyond):
        yield (
            say("end of the chain"),
            say("event {seq}", seq=last.seq),
            joined("; ", [said for _, said in evidence]),
        )


def messages(subject: Subject) -> Iterator[Found]:
    """The notices that events cause, each as it was written."""
    stored, state = subject.stored.row.messages or {}, subject.projection.state
    accepted = next(
        (link.seq for link in subject.links if link.event.kind is Kind.ACCEPTED), len(subject.links) + 1
    )
    without = changed(state, code=None)
    for link in subject.links:
        if link.event.kind not in rules.TOPICS:
            continue
        then = state if link.seq >= accepted else without
        if link.salt is None and link.event.kind in rules.WITH_PAYLOAD:
            continue
        for document in rules.of(then, [link]):
            key, columns = document["dedup_key"], {name: document[name] for name in _TOLD}
            if key in stored:
                yield from finding.columns(
                    f"messages {key}", stored[key], columns | {"created_at": link.event.at}
                )
            elif subject.stored.complete(link.event.at):
                yield f"messages {key}", ABSENT, PRESENT


def floors(subject: Subject) -> Iterator[Found]:
    """The messages to heads where limits no longer fit, and none besides."""
    if subject.floors is None:
        return
    stored = {
        key: row for key, row in (subject.stored.row.messages or {}).items() if row["topic"] == rules.FLOOR
    }
    for key, (at, document) in subject.floors.items():
        if key in stored:
            columns = {name: document[name] for name in _TOLD}
            yield from finding.columns(f"messages {key}", stored[key], columns | {"created_at": at})
        elif subject.stored.complete(at):
            yield f"messages {key}", ABSENT, PRESENT
    for key in sorted(stored.keys() - subject.floors.keys()):
        yield f"messages {key}", PRESENT, ABSENT


#: What a message is.
_TOLD = ("topic", "payload", "recipient_id")


def entered(subject: Subject) -> Iterator[Found]:
    """Check what the filing entered besides: its reader, service level, portal.

    What may be destroyed follows from the procedure and the end of the dossier: no date for it is stored.
    """
    first, row = subject.links[0].event, subject.stored.row
    levels = row.levels or {}
    if row.service_level not in levels and (row.service_level is not None or any(levels.values())):
        yield "dossier service_level", row.service_level, ", ".join(levels) or None
    if row.retention_until is not None:
        yield "dossier retention_until", str(row.retention_until), None
    if row.parent_id is not None:
        yield "dossier parent_id", str(row.parent_id), None
    if subject.links[0].salt is not None:
        # Whoever files for themselves reads the dossier as its applicant.
        own = {"principal_id": row.themselves, "name_folded": text_search.fold(row.party["name"])}
        yield from finding.columns("party", row.entry, {**own, "created_at": first.at})
        said = {
            "portal": first.payload["portal"],
            "external_code": first.payload.get("external_code"),
            "at": first.at,
        }
        for identity, filing_ in (row.portal_filings or {}).items():
            yield from finding.columns(f"portal_filing {identity}", filing_, said)


def escalations(subject: Subject) -> Iterator[Found]:
    """Check the escalations: each was of something late by then, and has its message."""
    if not subject.counted:
        return
    fired = subject.stored.row.escalations or ()
    # A key names who is told behind the level; those of earlier releases do not.
    keys = {"/".join(key.split("/")[:5]) for key in subject.stored.row.messages or {}}
    reached = {(each["id"], each["cycle"], each["level"], each["at"]) for each in fired}
    for each in fired:
        name = f"{each['kind']}/{each['id']}/{each['cycle']}/{each['level']}"
        at, level = datetime.fromisoformat(each["at"]), each["level"]
        # In the same sweep, of what a later rung told as well, nobody is told.
        messaged = f"escalation/{name}" in keys or any(
            (number, cycle, instant) == (each["id"], each["cycle"], each["at"]) and other != level
            for number, cycle, other, instant in reached
        )
        lawful = _REACHED.get(level, _OF_KIND.get(each["kind"], _stood))
        if not lawful(subject, each, at) or (not messaged and subject.stored.complete(at)):
            yield f"escalations {name}", PRESENT, ABSENT


def _overdue(subject: Subject, each: Mapping[str, Any], at: datetime) -> bool:
    made = [made for made in subject.dates.appointments if made.cycle == each["cycle"]]
    return any(made.due_promised < at for made in made)


def _due_soon(subject: Subject, each: Mapping[str, Any], at: datetime) -> bool:
    return any(made.cycle == each["cycle"] and made.made_at <= at for made in subject.dates.appointments)


def _step_due(subject: Subject, each: Mapping[str, Any], at: datetime) -> bool:
    steps = {str(task): dates for task, dates in subject.dates.steps.items()}
    step = steps.get(each["id"])
    # A step that was started again later was due another time then.
    return (
        step is not None
        and each["cycle"] <= subject.dates.cycle
        and (step.arrived > at or (step.own is not None and step.own < at))
    )


def _step_of_rung(subject: Subject, each: Mapping[str, Any], at: datetime) -> bool:
    step = {str(task): dates for task, dates in subject.dates.steps.items()}.get(each["id"])
    return step is not None and each["cycle"] <= subject.dates.cycle and _stood(subject, each, at)


def _at_reception(subject: Subject, each: Mapping[str, Any], at: datetime) -> bool:
    # The times that reception's term has begun are counted from 0.
    return 0 <= each["cycle"] < subject.projection.clock.receptions and subject.links[0].event.at <= at


def _stood(subject: Subject, each: Mapping[str, Any], at: datetime) -> bool:
    """True where the dossier was there by then; the rung said what else."""
    return each["cycle"] >= 0 and subject.links[0].event.at <= at


#: Levels that an authority has added, by what they are of.
_OF_KIND: Mapping[str, Callable[[Subject, Mapping[str, Any], datetime], bool]] = {"task": _step_of_rung}
_REACHED: Mapping[str, Callable[[Subject, Mapping[str, Any], datetime], bool]] = {
    Level.OVERDUE: _overdue,
    Level.OVERDUE_RECEIVED: _overdue,
    Level.RETURN_OVERDUE: _overdue,
    Level.DUE_SOON: _due_soon,
    Level.STEP_DUE: _step_due,
    Level.STEP_UNCLAIMED: _step_due,
    Level.RECEPTION_WAITS: _at_reception,
    Level.RECEPTION_OVERDUE: _at_reception,
}


def answers(subject: Subject) -> Iterator[Found]:
    """Check the stored responses of idempotency keys. Each has the digest that its command is sealed with."""
    for link in subject.links:
        document = seals.of(link.event).get("answer")
        kept = subject.stored.answers.get((link.event.at, link.event.actor), ())
        if document is None or document in kept or not (kept or subject.stored.complete(link.event.at)):
            continue
        yield (
            say("idempotency of event {seq}", seq=link.seq),
            say("altered") if kept else ABSENT,
            f"sha256 {document}",
        )


def erasures(subject: Subject) -> Iterator[Found]:
    """Check that every erasure stands in the access log."""
    known = {seq for seqs in subject.stored.row.erasures or () for seq in seqs}
    for link in subject.links:
        if link.salt is None and link.seq not in known:
            yield say("erasure of event {seq}", seq=link.seq), ABSENT, say("a line of the access log")


#: Part → what compares it.
PARTS: Mapping[str, Callable[[Subject], Iterator[Found]]] = {
    "filed": filed,
    "components": components,
    "dossier_search": searched,
    "fees": fees,
    "payments": payments,
    "refunds": refunds,
    "letter_file": signed_letters,
    "letter": signatures,
    "engine_state": command_totals,
    "chain": tail,
    "messages": messages,
    "floors": floors,
    "entered": entered,
    "escalations": escalations,
    "idempotency": answers,
    "erasures": erasures,
}
