"""Applicant rules for online filing: for oneself, or for others with their authorisation.

The authorisation is a paper that is handed in with the dossier.
Until signing in brings identities that an authority has verified (level 2 of electronic identification, Decree 69/2024/NĐ-CP), a
citizen is who the administrator registered, by name, and the identifier with which they filed for themselves first. A verified
sign-in takes the place of `Filer`; the rules stay. What another authority's system files, that system has verified for its
users: it files for others by its nature, and every event names it. The desk identifies applicants in person.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso_calendar.messages import say
from hoso_models import EntryChannel, PartyKind, PrincipalKind
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle.commands import Applicant, FileDossier

_DESK = say("or have the desk file the dossier")


@dataclass(frozen=True, slots=True)
class Filer:
    """The principal who files, with the known name and identifiers."""

    kind: PrincipalKind
    #: As the administrator registered it.
    name: str
    #: With which, and as which kind of applicant, they filed for themselves first; None as long as they have not.
    identifier: str | None = None
    party: PartyKind | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Filer":
        """The filer in a row of `KNOWN`."""
        kind, name = PrincipalKind(row["kind"]), row["name"]
        own = (filed for filed in row["filed"] or () if same(filed[0], name))
        for _, identifier, party in own:
            return cls(kind, name, identifier, PartyKind(party))
        return cls(kind, name)

    def faults(self, request: FileDossier) -> Iterator[Fault]:
        """The faults of a request that this principal may not make."""
        # By value: what came as JSON is a plain text.
        if request.channel != EntryChannel.ONLINE or self.kind is not PrincipalKind.CITIZEN:
            return
        if same(request.applicant.name, self.name):
            yield from self._own(request.applicant)
        else:
            yield from self._authorised(request.applicant, request.components)

    def _own(self, applicant: Applicant) -> Iterator[Fault]:
        if not self._identified(applicant.identifier):
            yield Fault(
                "applicant.identifier",
                say("is not the one with which you have filed before; correct it, {desk}", desk=_DESK),
            )
        if self.party not in (None, applicant.kind):
            yield Fault(
                "applicant.kind",
                say("is not the one with which you have filed before; correct it, {desk}", desk=_DESK),
            )

    def _authorised(self, applicant: Applicant, components: Collection[str]) -> Iterator[Fault]:
        if not applicant.authorised_name:
            yield Fault(
                "applicant.name",
                say(
                    "is not the name under which you are registered; to file for somebody else, name yourself in authorised_name and authorised_identifier and the paper in authorisation_paper, {desk}",
                    desk=_DESK,
                ),
            )
            return
        if not same(applicant.authorised_name, self.name):
            yield Fault(
                "applicant.authorised_name",
                say("is not the name under which you are registered; write that one"),
            )
        if not applicant.authorised_identifier or not self._identified(applicant.authorised_identifier):
            yield Fault(
                "applicant.authorised_identifier",
                say("has to be your own, the one with which you have filed before if you have"),
            )
        if applicant.authorisation_paper not in components:
            yield Fault(
                "applicant.authorisation_paper",
                say(
                    "has to be the code of the component that authorises you, handed in with the others; {desk}",
                    desk=_DESK,
                ),
            )

    def _identified(self, identifier: str | None) -> bool:
        """True unless another identifier is known."""
        return None in (identifier, self.identifier) or _plain(identifier) == _plain(self.identifier)


def same(one: str, other: str) -> bool:
    """True when two names are one, however composed, capitalised and spaced."""
    return _plain(one) == _plain(other)


def _plain(text: str | None) -> str:
    composed = unicodedata.normalize("NFC", text or "").casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


#: Who the principal $1 is, and the oldest identifiers under which they filed, in whatever name; one jsonb object.
KNOWN = """
(select jsonb_build_object('kind', p.kind, 'name', p.name, 'filed', (
    select jsonb_agg(jsonb_build_array(filed.name, filed.identifier, filed.kind) order by filed.created_at, filed.id)
    from (
      select pa.* from party pa where pa.principal_id = p.id and pa.identifier is not null
      order by pa.created_at, pa.id limit 20
    ) filed))
 from principal p where p.id = $1::uuid)
"""
