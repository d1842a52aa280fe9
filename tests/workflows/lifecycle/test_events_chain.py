"""The chain proves that no event was cut out, moved or changed, and survives the erasure of a payload."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows import events
from hoso_workflows.events import GENESIS, ChainBroken, Event, Kind, Link
from support.builders.histories import History

HISTORY = History().filed("2026-03-02 08:00").accepted("2026-03-02 09:00").asked("2026-03-04 09:00").events


DOSSIER = UUID(int=0xD055)


def chained() -> tuple[Link, ...]:
    return events.chain(HISTORY, DOSSIER, GENESIS, 0)


def whole(links: Iterable[Link], head: bytes, dossier: UUID = DOSSIER) -> bool:
    """True for links that are a dossier's chain with this head."""
    try:
        events.verify(links, dossier, head)
    except ChainBroken:
        return False
    return True


def test_a_chain_verifies_up_to_its_head():
    links = chained()
    assert whole(links, links[-1].hash)
    assert [link.seq for link in links] == [1, 2, 3]


def test_a_chain_goes_on_from_its_head():
    first = events.chain(HISTORY[:1], DOSSIER, GENESIS, 0)
    rest = events.chain(HISTORY[1:], DOSSIER, first[-1].hash, 1)
    assert whole((*first, *rest), rest[-1].hash)
    assert not whole((*first, *events.chain(HISTORY[1:], DOSSIER, GENESIS, 1)), rest[-1].hash)


def test_an_empty_chain_ends_in_the_genesis():
    events.verify((), DOSSIER, GENESIS)
    with pytest.raises(ChainBroken):
        events.verify((), DOSSIER, bytes(31) + b"\1")


def test_an_erased_payload_leaves_the_chain_whole():
    first, second, third = chained()
    erased = replace(first, salt=None, event=replace(first.event, payload={}))
    assert whole((erased, second, third), third.hash)


def _reworded(links: tuple[Link, ...]) -> tuple[Link, ...]:
    event = replace(links[1].event, payload={**links[1].event.payload, "receipt": 2})
    return (links[0], replace(links[1], event=event), links[2])


def _backdated(links: tuple[Link, ...]) -> tuple[Link, ...]:
    event = replace(links[1].event, at=links[1].event.at - timedelta(days=1))
    return (links[0], replace(links[1], event=event), links[2])


def _in_another_name(links: tuple[Link, ...]) -> tuple[Link, ...]:
    return (links[0], replace(links[1], event=replace(links[1].event, on_behalf_of=UUID(int=5))), links[2])


@pytest.mark.parametrize(
    ("attack", "seq"),
    [
        (lambda links: links[1:], 1),
        (lambda links: (links[0], links[2]), 2),
        (lambda links: (links[0], links[2], links[1]), 2),
        (lambda links: links[:2], 2),
        (_reworded, 2),
        (_backdated, 2),
        (_in_another_name, 2),
        (lambda links: (links[0], replace(links[1], previous=GENESIS), links[2]), 2),
    ],
)
def test_whatever_is_cut_moved_or_changed_breaks_the_chain(
    attack: Callable[[tuple[Link, ...]], tuple[Link, ...]], seq: int
):
    links = chained()
    with pytest.raises(ChainBroken) as broken:
        events.verify(attack(links), DOSSIER, links[-1].hash)
    assert broken.value.seq == seq


def test_two_chains_of_one_history_differ_in_their_salts():
    assert chained()[-1].hash != chained()[-1].hash


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.integers(0, 3))
def test_a_payload_has_one_canonical_form_whatever_the_order_of_its_keys(
    payload: dict[str, object], turn: int
):
    keys = list(payload)
    turned = {key: payload[key] for key in keys[turn:] + keys[:turn]}
    assert events.canonical(turned) == events.canonical(payload)


@given(st.lists(st.tuples(st.sampled_from(Kind), st.dictionaries(st.text(), JSON, max_size=2)), max_size=5))
def test_every_history_verifies(told: list[tuple[Kind, dict[str, object]]]):
    at = datetime(2026, 3, 2, tzinfo=UTC)
    history = [Event(kind, at, UUID(int=1), payload) for kind, payload in told]
    links = events.chain(history, DOSSIER, GENESIS, 0)
    assert whole(links, links[-1].hash if links else GENESIS)


def test_an_instant_is_hashed_in_utc():
    (here,) = HISTORY[:1]
    there = replace(here, at=here.at.astimezone(UTC))
    (link,) = events.chain([here], DOSSIER, GENESIS, 0)
    assert whole((replace(link, event=there),), link.hash)
