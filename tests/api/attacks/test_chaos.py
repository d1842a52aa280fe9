"""Nothing is lost, doubled or invented while clients race and repeat themselves and processes are killed under them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from hoso_models.storage import database
from support.chaos import crowd, installation, invariants
from support.chaos.installation import House, Victim
from support.procedures import permit

SEED = 20261124
#: Clients at once.
CLIENTS = 8
#: Seconds after which something hangs.
BOUND = 3600
#: What one kind of process leaves behind where it is killed waits for its turn, unless what withstands it has changed.
TURNS = pytest.mark.rotating("models/hoso_models/storage", "api/hoso_api/server")


@dataclass
class Storm:
    """Plan of the processes to kill, each after a number of accepted completions: drawn beforehand."""

    house: House
    dice: random.Random
    #: Accepted completions at least, and the kinds of processes that are killed meanwhile, each so often.
    completions: int
    kinds: Collection[Victim]
    kills: int
    killed: Counter[Victim] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        victims = [victim for victim in self.kinds for _ in range(self.kills)]
        self.dice.shuffle(victims)
        apart = (self.completions - 100) // len(victims)
        self._blows = [(20 + self.dice.randrange(apart) + apart * n, who) for n, who in enumerate(victims)]

    def heard(self, completions: int) -> None:
        """Strike when it is time; where nobody is to be struck just then, at the next acceptance."""
        while self._blows and completions >= self._blows[0][0]:
            _, victim = self._blows[0]
            if not self.house.strike(victim, self.dice):
                return
            self.killed[victim] += 1
            del self._blows[0]

    @property
    def over(self) -> bool:
        """Everybody was killed who was to be."""
        return not self._blows


@pytest.mark.slow
@pytest.mark.parametrize(
    ("completions", "kinds", "kills"),
    [
        *(pytest.param(200, [kind], 1, id=f"{kind} once", marks=TURNS) for kind in Victim),
        pytest.param(10_000, Victim, 5, id="each five times", marks=pytest.mark.proof),
    ],
)
async def test_killing_repeating_and_racing_lose_nothing_double_nothing_and_invent_nothing(
    completions: int, kinds: Collection[Victim], kills: int
) -> None:
    async with installation.standing(permit.drawn(), bucket=True) as house:
        dice = random.Random(SEED)  # noqa: S311 - to be repeated, not secret
        storm = Storm(house, dice, completions, kinds, kills)
        journal = crowd.Journal(storm.heard)
        async with database.connect(house.database_url) as db:
            async with asyncio.timeout(BOUND), installation.served(house):
                await crowd.crowd(
                    house.address,
                    db,
                    journal,
                    SEED,
                    CLIENTS,
                    lambda: journal.completions >= completions and storm.over,
                )
            await asyncio.to_thread(house.awake)
            unheard = await invariants.never_acknowledged(db, journal)
            print(told(house, storm, journal, unheard))  # noqa: T201 - pytest -s or -rA shows it
            assert await invariants.violations(db, house.files(db), journal) == []
    assert storm.killed == dict.fromkeys(kinds, kills)
    assert journal.completions >= completions
    assert journal.uploads > 0


def told(house: House, storm: Storm, journal: crowd.Journal, unheard: int) -> str:
    """The tally in words."""
    kills = {f"killed: {victim}": number for victim, number in sorted(storm.killed.items())}
    rows = {
        "seed": SEED,
        "completions accepted": journal.completions,
        "files accepted": journal.uploads,
        "dossiers filed": len(journal.accepted) - journal.completions - journal.uploads,
        **dict(sorted(journal.tally.items())),
        **kills,
        "starts of the API": house.starts,
        "starts of the store": house.store.starts if house.store else 0,
        "carried out, never acknowledged": unheard,
    }
    return "\n".join(f"{name:34} {value:>9}" for name, value in rows.items())
