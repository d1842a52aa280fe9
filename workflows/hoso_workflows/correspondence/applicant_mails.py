"""Facts of mails to applicants, read when they are sent.

The outbox holds numbers only: what was erased meanwhile stands in no mail, and a date is the one that counts now. Of the event that a
mail is about it tells what its applicant may see (`applicant_views.TOLD`), and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from hoso_models import PrincipalKind
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.dossiers import applicant_views
from hoso_workflows.events import Kind
from hoso_workflows.notifications import outbox, wording
from hoso_workflows.notifications.applicants import mails
from hoso_workflows.notifications.quiet_hours import OWN

#: The addresses of one's own dossiers, of how one is told, and of the look-up without an account.
DOSSIERS, DELIVERY, LOOK_UP = "/ho-so", "/cua-toi/nhan-thu", "/tra-cuu"
#: Keys of an event's payload that mails call otherwise, since dossiers have such a date themselves.
_CALLED = {(Kind.FEE_ASSESSED, "due"): "fee_due"}


def to_applicants(
    ways: Iterable[outbox.Transport], db: Database, origin: str | None
) -> list[outbox.Transport]:
    """The transports, each of which tells applicants the facts as well.

    `origin` is the address of our pages; None where nobody has set one.
    """
    return [_ToApplicants(each, db, origin) for each in ways]


@dataclass(frozen=True, slots=True)
class _ToApplicants:
    """A transport that fills in facts of dossiers, of which the outbox has none."""

    way: outbox.Transport
    db: Database
    origin: str | None

    @property
    def server(self) -> str | None:
        """The name of the server behind it."""
        return self.way.server

    async def send(self, message: outbox.Message) -> bool:
        """Send; False for what this way does not serve. Raises Undeliverable."""
        if message.topic.startswith(OWN):
            message = replace(message, payload=await self._told(message.payload))
        elif message.topic == wording.DIGEST:
            said = [
                {**each, "payload": await self._told(each["payload"])}
                if each["topic"].startswith(OWN)
                else each
                for each in message.payload["messages"]
            ]
            message = replace(message, payload={**message.payload, "messages": said})
        return await self.way.send(message)

    async def _told(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The payload with the facts of its dossier, where there is one."""
        row = await self.db.row(_FACTS, [payload.get("reference"), payload.get("seq")])
        if row is None:
            return dict(payload)
        facts = {**_of_dossier(row), **_of_event(row), **self._places(row)}
        return {**payload, "code": row.code, mails.FACTS: facts}

    def _places(self, row: Any) -> dict[str, str]:
        """The addresses of the dossier.

        Its own page with an account, else the look-up of its code.
        """
        if self.origin is None:
            return {}
        key = quote(row.code or row.reference, safe="")
        if row.account == PrincipalKind.CITIZEN:
            return {"link": f"{self.origin}{DOSSIERS}/{key}", "preferences": f"{self.origin}{DELIVERY}"}
        # The look-up knows codes alone.
        return {"progress": f"{self.origin}{LOOK_UP}/{key}"} if row.code else {}


_PLAIN = ("procedure", "receiving", "telephone", "handling", "channel", "delivery")


def _of_dossier(row: Any) -> dict[str, Any]:
    dates = {name: row[name] for name in ("filed_at", "reception_due", "appointment", "answer_due")}
    return {
        **{name: row[name] for name in _PLAIN},
        **{name: localtime.isoformat(at) for name, at in dates.items()},
    }


def _of_event(row: Any) -> dict[str, Any]:
    """The facts of the event for its applicant; none of one that was erased."""
    if row.payload is None:
        return {}
    kind = Kind(row.kind)
    told = {
        _CALLED.get((kind, name), name): row.payload[name]
        for name in applicant_views.TOLD[kind] or ()
        if row.payload.get(name) is not None and name not in _OTHERS
    }
    return {**told, "to": row.to_name} if row.to_name else told


#: What a dossier says itself, as it stands now.
_OTHERS = ("code", "procedure", "channel")
#: $1 reference, $2 number of the event. The number is that of the desk, or of the nearest unit above it within its authority.
_FACTS = """
select d.code, d.reference, v.name as procedure, r.name as receiving, h.name as handling, d.entry_channel as channel,
  d.delivery_mode as delivery, d.filed_at, d.reception_due, d.due_promised as appointment, d.answer_due,
  f.kind as account, e.kind, e.payload, (select u.name from unit u where u.code = e.payload ->> 'to') as to_name,
  (with recursive up(parent_code, is_authority, telephone, height) as (
    select r.parent_code, r.is_authority, r.telephone, 0
    union all
    select u.parent_code, u.is_authority, u.telephone, height + 1 from up join unit u on u.code = up.parent_code
    where not up.is_authority
  ) select telephone from up where telephone is not null order by height limit 1) as telephone
from dossier d
join workflow_version v on v.id = d.workflow_version_id
join unit r on r.code = d.receiving_unit
join unit h on h.code = d.handling_unit
join party a on a.id = d.applicant_id
left join principal f on f.id = a.principal_id
left join dossier_event e on e.dossier_id = d.id and e.seq = $2 and e.at >= d.filed_at
where d.reference = $1 and d.erased_at is null
"""
