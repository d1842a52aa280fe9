"""A correction moves the events of one act, as whoever folds the history takes them; the chain stays as it was."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from hoso_workflows import errors
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import corrections
from hoso_workflows.lifecycle.commands import Correct
from support.builders.histories import local

CLERK, HEAD = UUID(int=1), UUID(int=2)
NOW = local("2026-03-03 10:00")
#: Filed and accepted at the same minute by the same clerk; the rest by a clock that was ten days ahead.
HISTORY = (
    Event(Kind.FILED, local("2026-03-02 09:00"), CLERK, {"act": {"number": 1}}),
    Event(Kind.ACCEPTED, local("2026-03-02 09:00"), CLERK, {}),
    Event(Kind.TASK_CLOSED, local("2026-03-02 09:00"), CLERK, {"act": {"number": 2}}),
    Event(Kind.TASK_CLOSED, local("2026-03-13 09:00"), HEAD, {}),
    Event(Kind.RESULT_READY, local("2026-03-13 09:00"), HEAD, {"act": {"number": 3}}),
    Event(Kind.RETURNED, local("2026-03-13 09:00"), HEAD, {"act": {"number": 4}}),
)


def test_the_whole_act_of_an_event_is_meant_and_no_other_of_the_same_instant() -> None:
    meant = corrections.meant(HISTORY, Correct(4, local("2026-03-03 09:00"), "sai"), NOW)
    assert (meant.seqs, meant.stamped, meant.last) == ((4, 5), HISTORY[3].at, HISTORY[5].at)


def test_a_history_is_taken_as_its_corrections_say_and_stays_as_it_is() -> None:
    meant = corrections.meant(HISTORY, Correct(5, local("2026-03-03 09:00"), "sai"), NOW)
    recorded = (*HISTORY, Event(Kind.CORRECTED, NOW, HEAD, meant.said()))
    true = local("2026-03-03 09:00")
    moved = [replace(each, at=true) for each in HISTORY[3:5]]
    assert corrections.applied(recorded) == [*HISTORY[:3], *moved, HISTORY[5], recorded[6]]
    assert corrections.applied(HISTORY) == list(HISTORY)


@pytest.mark.parametrize(
    ("seq", "at", "why"),
    [
        (1, "2026-03-02 08:00", "no event behind the filing"),
        (7, "2026-03-02 08:00", "no event behind the filing"),
        (2, "2026-03-02 08:59", "the act before it was at"),
        (6, "2026-03-03 09:00", "the act before it was at"),
        (4, "2026-03-03 10:01", "lies in the future"),
        (2, "2026-03-02 09:00", "its instant already"),
    ],
)
def test_an_act_stays_in_its_order_and_in_the_past(seq: int, at: str, why: str) -> None:
    with pytest.raises(errors.NotCorrectable, match=why):
        corrections.meant(HISTORY, Correct(seq, local(at), "sai"), NOW)


def test_acts_that_a_clock_had_stamped_ahead_are_corrected_in_their_order() -> None:
    first = corrections.meant(HISTORY, Correct(4, NOW - timedelta(hours=1), "sai"), NOW)
    history = corrections.applied((*HISTORY, Event(Kind.CORRECTED, NOW, HEAD, first.said())))
    second = corrections.meant(history, Correct(6, NOW - timedelta(minutes=5), "sai"), NOW)
    assert (second.seqs, second.last) == ((6,), NOW - timedelta(minutes=5))
