"""An account whose events were erased is the same when it is folded from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from hoso_workflows.dossiers import erased_payloads
from hoso_workflows.dossiers.erased_payloads import Remains
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import fees
from support.builders.histories import local

#: What happened to a fee: its number, and what is not owed of it; None where it was assessed.
Act = tuple[int, int | None]


class Row(dict[str, Any]):
    """A row as the database gives it."""

    __getattr__ = dict.__getitem__


def history(acts: Sequence[Act]) -> list[Event]:
    """The events of acts, one a minute; only what is assessed is reduced."""
    events: list[Event] = []
    known: set[int] = set()
    for place, (number, reduced) in enumerate(acts):
        if reduced is not None and number not in known:
            continue
        known.add(number)
        said = {"fee": number, "title": f"Phí {number}", "basis": f"NQ {place}"}
        more = {"amount": 1_000 + place, "due": "reception", "quantity": place}
        kind = Kind.FEE_ASSESSED if reduced is None else Kind.FEE_EXEMPTED
        payload = {**said, **(more if reduced is None else {"amount": reduced})}
        events.append(Event(kind, local("2026-03-02 08:00") + timedelta(minutes=place), UUID(int=1), payload))
    return events


def folded(events: Sequence[Event]) -> dict[int, fees.Fee]:
    account = fees.NONE
    for event in events:
        account = account.after(event) if event.kind in fees.KINDS else account
    return dict(account.fees)


def remaining(account: dict[int, fees.Fee]) -> Remains:
    """The rows of fees, by their numbers."""
    instants = ("assessed_at", "reduced_at")
    rows = [
        {**asdict(fee), **{name: at.isoformat() for name in instants if (at := getattr(fee, name))}}
        for _, fee in sorted(account.items())
    ]
    units = dict.fromkeys(("receiving_unit", "handling_unit", "deciding_unit"), "H27.1")
    none: dict[str, list[Any]] = {
        name: [] for name in ("payments", "refunds", "letters", "appointments", "tasks")
    }
    row = Row(**units, number=1, reception_number=1, fees=rows, **none)
    return Remains(row, cast("Any", None), {})


@given(
    acts=st.lists(st.tuples(st.integers(1, 3), st.none() | st.integers(0, 1_000)), max_size=9),
    erased=st.lists(st.booleans(), min_size=9, max_size=9),
)
@example(acts=[(2, None), (2, 40), (1, None), (2, None)], erased=[True] * 9)
@example(acts=[(2, None), (2, 40), (1, None), (2, None)], erased=[True, False] * 5)
def test_an_account_is_the_same_whichever_of_its_events_were_erased(
    acts: list[Act], erased: list[bool]
) -> None:
    events = history(acts)
    before = folded(events)
    gone = erased[: len(events)]
    assert folded(erased_payloads.filled(events, gone, remaining(before))) == before
