"""Standing of a result against the hour that its owner was told (rule 17).

A result that is fetched is ready for its owner when the step that returns it opens; one that is posted or given electronically
when it is handed over, which is the house's to do unless a fee is open. Who fetches it later than that delays nothing: a pick-up
judges nobody. Lists, counts and the ladder ask the same here, of dossiers d.
"""

from enum import StrEnum

from hoso_models import DeliveryMode, DossierStatus, TaskStatus
from hoso_models.tables import fee
from hoso_models.tables.base import described


@described("Where a result that awaits its return stands against the appointed hour.")
class Readiness(StrEnum):
    """Results that await their return, by whose turn it is."""

    #: The hour has passed, and it is not there or was not sent.
    MISSING = "missing"
    #: It is not there; the hour comes by the end of the next local day.
    SOON = "soon"
    #: It is not there; the hour comes later.
    AHEAD = "ahead"
    #: It is there, and came after the hour: its owner may have come in vain.
    LATE = "late"
    #: It was there in time: its owner's to fetch.
    READY = "ready"


#: SQL condition that the result of a dossier d was not returned yet.
AWAITS_RETURN = f"d.status = '{DossierStatus.RESULT_READY}'"
#: SQL condition that the owner of a result does what is next: fetches it, or pays.
OWNERS_TURN = f"(d.delivery_mode = '{DeliveryMode.COUNTER}' or ({fee.OPEN_OF_DOSSIER}) > 0)"
_AT_HAND = f"""from user_task t
  where t.dossier_id = d.id and t.status = '{TaskStatus.OPEN}' and t.milestone = 'return' and {OWNERS_TURN}"""
#: SQL condition that the result of a dossier d is there for its owner.
IS_READY = f"exists (select {_AT_HAND})"
#: SQL join that adds to a dossier d `desk.ready_at`, since when its result is there for its owner; null while it is not.
DESK = f"left join lateral (select min(t.opened_at) as ready_at {_AT_HAND}) desk on true"
#: SQL order of what the desk has to see to: what is not there first, then what came too late.
RANK = "case when desk.ready_at is null then 0 when desk.ready_at > d.due_promised then 1 else 2 end"
#: SQL expression of a `Readiness`, from an instant and the end of the next local day.
READINESS = f"""case when desk.ready_at > d.due_promised then '{Readiness.LATE}' when desk.ready_at is not null then '{Readiness.READY}'
  when d.due_promised < {{0}} then '{Readiness.MISSING}' when d.due_promised < {{1}} then '{Readiness.SOON}' else '{Readiness.AHEAD}' end"""
