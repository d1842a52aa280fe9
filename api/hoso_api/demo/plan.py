"""The plan of each dossier of the demonstration, drawn in advance.

Every dossier has a random generator of its own, seeded by the demonstration's seed and its number, so that neither the
order of events nor the speed of the machine changes a single draw.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")

#: Local wall-clock hours between which desks receive; online dossiers come at any hour.
DESK_HOURS = (time(8), time(16, 30))
#: How many of a hundred dossiers come in by each channel.
CHANNELS = {"online": 70, "desk": 22, "post": 8}


class Reception(StrEnum):
    """The decision of reception."""

    #: Accept at once.
    ACCEPT = "accept"
    #: Ask for a supplement first, then accept.
    SUPPLEMENT = "supplement"
    #: Refuse with a reason.
    REFUSE = "refuse"
    #: Nothing: the applicant withdraws first.
    WITHDRAWN = "withdrawn"


#: How many of a hundred dossiers meet each reception.
RECEPTIONS = {Reception.ACCEPT: 82, Reception.SUPPLEMENT: 9, Reception.REFUSE: 6, Reception.WITHDRAWN: 3}


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one dossier, except for the officers' choices at each step."""

    number: int
    procedure: str
    #: Local date and time of filing, without an offset.
    filed: datetime
    channel: str
    reception: Reception
    #: The specialised unit finds a gap after acceptance: the desk asks, the term restarts.
    later_supplement: bool
    #: The applicant withdraws after acceptance.
    later_withdrawal: bool
    #: The result is negative.
    not_eligible: bool
    rng: random.Random


def draw(seed: int, number: int, procedures: Mapping[str, int], first: date, end: datetime) -> Plan:
    """Draw the plan of dossier `number`; procedures are weighted by share.

    It is filed between the local date `first` and the local time `end`.
    """
    # A demonstration needs a repeatable sequence, not a secret one.
    rng = random.Random(f"hoso {seed} {number}")  # noqa: S311 - a simulation, no secret
    channel = _pick(rng, CHANNELS)
    day = first + timedelta(days=rng.randrange((end.date() - first).days + 1))
    filed = datetime.combine(day, _minute(rng, channel))
    return Plan(
        number=number,
        procedure=_pick(rng, procedures),
        filed=min(filed, end - timedelta(minutes=1 + rng.randrange(240))),
        channel=channel,
        reception=_pick(rng, RECEPTIONS),
        later_supplement=rng.random() < 0.06,
        later_withdrawal=rng.random() < 0.03,
        not_eligible=rng.random() < 0.07,
        rng=rng,
    )


def pace(rng: random.Random) -> float:
    """The share of a step's limit that an officer uses.

    Mostly below 1; one in six is late, some of them very late.
    """
    luck = rng.random()
    if luck < 0.82:
        return rng.uniform(0.1, 0.95)
    return rng.uniform(1.02, 1.6) if luck < 0.95 else rng.uniform(1.8, 4.5)


def choose(rng: random.Random, outcomes: Sequence[str]) -> str | None:
    """The officer's choice among an open task's outcomes: the first, eight times in nine."""
    if not outcomes:
        return None
    return outcomes[0] if len(outcomes) == 1 or rng.random() < 8 / 9 else rng.choice(outcomes[1:])


def _pick(rng: random.Random, shares: Mapping[T, int]) -> T:
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def _minute(rng: random.Random, channel: str) -> time:
    first, last = (time(0), time(23, 59)) if channel == "online" else DESK_HOURS
    minute = rng.randrange(first.hour * 60 + first.minute, last.hour * 60 + last.minute)
    return time(minute // 60, minute % 60)
