"""Money over days: a gateway that lies, two clerks and cash beside it; every đồng is where it belongs or in a dispute."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from hoso_models import postgres
from hoso_workflows import audit, localtime
from hoso_workflows.payments import reconciliation
from support import payment_gateway
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.payment_gateway import Lies, Simulator, tells
from support.procedures import charging
from support.world import DESK, World, instant, person

SEED = 20_261_203
MORNING = instant("2026-03-02 08:00")
CLERKS, DESK_HEAD = (CLERK, person("reception", DESK, 2)), person("head", DESK)
#: Events of a day, and dossiers that are under way at once.
A_DAY, AT_ONCE = 60, 12
FEE = 20_000


@pytest.fixture(scope="module")
def world_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with payment_gateway.served(MORNING) as running:
        yield running


@pytest.fixture
async def rest(world: World, simulator: Simulator) -> AsyncIterator[Rest]:
    async with payment_gateway.api(world, simulator) as api:
        yield api


@dataclass(frozen=True)
class Telling:
    """A payment as the gateway told it, and we took it."""

    order: str
    amount: int
    reference: str
    currency: str
    merchant: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Telling:
        """The telling of a statement, which names us and đồng by its silence."""
        return cls(
            *(said[name] for name in ("order", "amount", "reference")),
            said.get("currency", "VND"),
            said.get("merchant", "motcua"),
        )

    @property
    def fits(self) -> bool:
        """True for đồng that came to us."""
        return (self.currency, self.merchant) == ("VND", "motcua")


@dataclass
class Storm:
    """Events at the gateway, at the desk and between them, as dice have it."""

    rest: Rest
    simulator: Simulator
    dice: random.Random
    tally: Counter[str] = field(default_factory=Counter)
    dossiers: list[str] = field(default_factory=list)
    #: The dossier of each order.
    orders: dict[str, str] = field(default_factory=dict)
    #: Notifications that are under way.
    waiting: list[dict[str, Any]] = field(default_factory=list)
    tellings: set[Telling] = field(default_factory=set)
    #: What each method took on the day, less what was cancelled of it; and what went back.
    taken: Counter[str] = field(default_factory=Counter)
    returned: Counter[str] = field(default_factory=Counter)
    transfers: list[str] = field(default_factory=list)
    numbers: int = 0

    @property
    def at(self) -> datetime:
        """The present instant, of both."""
        return self.rest.clock.at

    def goes_on(self, by: timedelta) -> None:
        """Let time pass."""
        self.rest.clock.at += by
        self.simulator.at = self.rest.clock.at

    def number(self, word: str) -> str:
        """A reference that nothing had before."""
        self.numbers += 1
        return f"{word}-{self.numbers}"

    def dossier(self) -> str:
        """One of the dossiers that are under way."""
        return self.dice.choice(self.dossiers[-AT_ONCE:])

    async def happens(self) -> None:
        """One event."""
        self.goes_on(timedelta(seconds=self.dice.randint(1, 400)))
        self.simulator.lies = self.dice.choices([Lies(), Lies(status=503), Lies(goes_on=True)], [18, 1, 1])[0]
        name, does = self.dice.choices([(name, each) for name, (_, each) in EVENTS.items()], WEIGHTS)[0]
        if name == "files" or self.dossiers:
            self.tally[name] += 1
            await does(self)
        self.heard()

    def heard(self) -> None:
        """Keep in mind what the gateway said when it was asked."""
        self.tellings |= {Telling.of(said) for said in self.simulator.answered if said["state"] == "paid"}
        self.simulator.answered.clear()

    async def files(self) -> None:
        """Somebody files a dossier that owes a fee."""
        filed = await self.rest.files(self.dice.choice(CLERKS), **charging.FILING, case="goes_on")
        self.dossiers.append(filed["reference"])

    async def orders_online(self) -> None:
        """The desk orders what is open at the gateway."""
        reference = self.dossier()
        path = f"/v1/dossiers/{reference}/payment-orders"
        answer = await self.rest.post(path, self.dice.choice(CLERKS))
        assert answer.status_code in (201, 409, 503), answer.text
        if answer.status_code == 201:
            self.orders[answer.json()["id"]] = reference

    async def pays(self) -> None:
        """A payer pays an order at the gateway, be it paid or cancelled before; it sends word once or twice."""
        known = [order for order in self.simulator.orders if order in self.orders][-2 * AT_ONCE :]
        if known:
            order = self.dice.choice(known)
            self.simulator.pays(order, self.number("GW"))
            self.waiting += [self.simulator.told(order)] * self.dice.choice((1, 1, 1, 2))

    async def tells(self) -> None:
        """A notification comes in: late, out of turn, again, with something else in it, or never."""
        if not self.waiting:
            return
        said = self.waiting.pop(self.dice.randrange(len(self.waiting)))
        what = self.dice.choices([*CHANGES, "lost", "twice", ""], [*[2] * len(CHANGES), 1, 2, 9])[0]
        self.tally[f"told {what or 'as it is'}"] += 1
        first = self.simulator.paid.get(said["order"], {}).get("reference") == said["reference"]
        if what == "lost" and not first:
            # Of what was paid again only the gateway knows: it goes on telling it.
            self.waiting.append(said)
        elif what != "lost":
            changed = {**said, **(CHANGES[what](self, said) if what in CHANGES else {})}
            times = 2 if what == "twice" else 1
            await asyncio.gather(*(self._told(changed) for _ in range(times)))
            if changed != said:
                self.waiting.append(said)

    async def _told(self, said: Mapping[str, Any]) -> None:
        answer = await tells(self.rest, self.simulator.notification(said["order"], **said))
        telling = Telling.of(said)
        if telling.order not in self.orders and telling.merchant != "motcua":
            assert answer.status_code == 403, answer.text
            return
        assert answer.status_code == 200, answer.text
        self.tellings.add(telling)

    async def takes_cash(self) -> None:
        """A clerk takes what is open, or a part of it."""
        await self._takes(self.dossier(), {"method": "cash", "amount": self.dice.choice((FEE, FEE, 5_000))})

    async def takes_a_transfer(self) -> None:
        """A clerk records a transfer, whose number another dossier may have already."""
        used = self.transfers and self.dice.random() < 0.3
        reference = self.dice.choice(self.transfers) if used else self.number("FT")
        said = {"method": "transfer", "amount": self.dice.choice((FEE, 25_000)), "reference": reference}
        if await self._takes(self.dossier(), said):
            self.transfers.append(reference)

    async def both_take(self) -> None:
        """Both clerks take the same fee while word of its payment comes in, and one cancels its order."""
        reference = self.dossier()
        orders = [order for order, dossier in self.orders.items() if dossier == reference]
        told = next((each for each in self.waiting if each["order"] in orders), None)
        cash = {"method": "cash", "amount": FEE}
        transfer = {"method": "transfer", "amount": FEE, "reference": self.number("FT")}
        acts: list[Awaitable[Any]] = [
            self._takes(reference, cash, CLERKS[0]),
            self._takes(reference, cash, CLERKS[1]),
        ]
        acts += [self._takes(reference, transfer)] if self.dice.random() < 0.3 else []
        acts += [self._told(told)] if told else []
        acts += [self._cancels(reference, orders[-1])] if orders else []
        await asyncio.gather(*acts)

    async def _takes(self, reference: str, said: Mapping[str, Any], by: Any = None) -> bool:
        path = f"/v1/dossiers/{reference}/payments"
        answer = await self.rest.post(path, by or self.dice.choice(CLERKS), {"fee": 1, **said})
        assert answer.status_code in (200, 409, 422), answer.text
        if answer.status_code == 200:
            self.taken[said["method"]] += said["amount"]
        return answer.status_code == 200

    async def cancels_an_order(self) -> None:
        """A clerk cancels an order at the gateway."""
        recent = list(self.orders)[-AT_ONCE:]
        if recent:
            order = self.dice.choice(recent)
            await self._cancels(self.orders[order], order)

    async def _cancels(self, reference: str, order: str) -> None:
        path = f"/v1/dossiers/{reference}/payment-orders/{order}/cancellation"
        answer = await self.rest.post(path, self.dice.choice(CLERKS))
        assert answer.status_code in (200, 409, 503), answer.text

    async def withdraws(self) -> None:
        """An applicant withdraws their dossier."""
        path = f"/v1/dossiers/{self.dossier()}/withdrawal"
        answer = await self.rest.post(path, CLERK, {"reason": "Không cần nữa"})
        assert answer.status_code in (200, 409), answer.text

    async def cancels_a_payment(self) -> None:
        """A head cancels a payment of the day that was recorded wrongly."""
        reference = self.dossier()
        for each in await self._payments(reference):
            if (
                each["cancelled_at"] is None
                and each["recorded_at"][:10] == self.at.astimezone(localtime.ZONE).date().isoformat()
            ):
                path = f"/v1/dossiers/{reference}/payment-cancellation"
                answer = await self.rest.post(path, DESK_HEAD, {"payment": each["id"], "reason": "Ghi nhầm"})
                if answer.status_code == 200 and each["method"] != "gateway":
                    self.taken[each["method"]] -= each["amount"]
                return

    async def gives_back(self) -> None:
        """A head gives back a part of a payment."""
        reference = self.dossier()
        for each in await self._payments(reference):
            if each["left"]:
                said = {
                    "payment": each["id"],
                    "amount": 1_000,
                    "reason": "Nộp thừa",
                    "reference": self.number("RF"),
                }
                answer = await self.rest.post(f"/v1/dossiers/{reference}/refunds", DESK_HEAD, said)
                if answer.status_code == 200:
                    self.returned[each["method"]] += 1_000
                return

    async def _payments(self, reference: str) -> list[Any]:
        found = (await self.rest.get(f"/v1/dossiers/{reference}/fees", CLERK)).json()["payments"]
        return self.dice.sample(found, len(found))

    async def settles(self) -> None:
        """A head or an administrator settles a dispute in some way, which may be refused."""
        by = self.dice.choice((DESK_HEAD, ADMINISTRATOR))
        open_now = (await self.rest.get("/v1/payments/disputes?limit=20", by)).json()["items"]
        if not open_now:
            return
        each, how = self.dice.choice(open_now), self.dice.choice(("recorded", "refunded", "mistake"))
        said: dict[str, Any] = {"settlement": how, "reason": "Đã hỏi cổng thanh toán"}
        if how == "recorded":
            said["fees"] = [{"fee": 1, "amount": each["amount"]}] if each["amount"] else []
            said |= {} if each["dossier"] else {"dossier": self.dossier()}
        answer = await self.rest.post(f"/v1/payments/disputes/{each['id']}/settlement", by, said)
        assert answer.status_code in (200, 409, 422), answer.text
        self.tally[f"settled as {how}: {answer.status_code}"] += 1

    async def reconciles(self) -> None:
        """The gateway is asked about what is open."""
        gateway = self.simulator.gateway()
        try:
            await reconciliation.run(self.rest.world.service, gateway, at=self.at)
        finally:
            await gateway.aclose()


def _other_order(storm: Storm, said: Mapping[str, Any]) -> dict[str, Any]:
    others = [order for order in storm.orders if order != said["order"]]
    return {
        "order": storm.dice.choice(others) if others and storm.dice.random() < 0.5 else storm.number("ORDER")
    }


#: How a notification is changed on its way.
CHANGES: Mapping[str, Callable[[Storm, Mapping[str, Any]], dict[str, Any]]] = {
    "another amount": lambda storm, said: {
        "amount": max(0, said["amount"] + storm.dice.choice((-5_000, 5_000)))
    },
    "another currency": lambda storm, _: {"currency": storm.dice.choice(("USD", "EUR"))},
    "another merchant": lambda _, __: {"merchant": "someone-else"},
    "another order": _other_order,
    "an order of nobody": lambda storm, _: {"order": storm.number("ORDER"), "merchant": "someone-else"},
    "another time": lambda storm, _: {"paid_at": f"{storm.dice.choice((2016, 2030))}-01-01T00:00:00+07:00"},
}
#: What happens, how often, and what it does.
EVENTS: Mapping[str, tuple[int, Callable[[Storm], Awaitable[None]]]] = {
    "files": (7, Storm.files),
    "orders": (16, Storm.orders_online),
    "pays": (14, Storm.pays),
    "tells": (24, Storm.tells),
    "takes cash": (6, Storm.takes_cash),
    "takes a transfer": (6, Storm.takes_a_transfer),
    "both take": (4, Storm.both_take),
    "cancels an order": (4, Storm.cancels_an_order),
    "withdraws": (1, Storm.withdraws),
    "cancels a payment": (2, Storm.cancels_a_payment),
    "gives back": (2, Storm.gives_back),
    "settles": (10, Storm.settles),
    "reconciles": (4, Storm.reconciles),
}
WEIGHTS = [weight for weight, _ in EVENTS.values()]


async def evening(storm: Storm) -> list[str]:
    """Everything that does not balance at the end of a day, after a reconciliation."""
    storm.simulator.lies = Lies()
    await storm.reconciles()
    storm.heard()
    wrong = [*await _misplaced(storm), *await _unseen(storm), *await _unbalanced(storm)]
    for reference in storm.dossiers[-2 * AT_ONCE :]:
        wrong += [
            f"{reference}: {each}" async for each in audit.differences(storm.rest.world.service, reference)
        ]
    storm.taken.clear()
    storm.returned.clear()
    tomorrow = storm.at.astimezone(localtime.ZONE).date() + timedelta(days=1)
    storm.rest.clock.turn(f"{tomorrow} 08:00")
    storm.simulator.at = storm.at
    return wrong


async def _misplaced(storm: Storm) -> list[str]:
    """Payments that lie where nobody told them, and tellings that lie nowhere."""
    db = storm.rest.world.db
    paid = {(row.dossier, row.reference): row.amount for row in await db.rows(_PAID)}
    told = await db.rows(_DISPUTED)
    disputed = {
        Telling(row.told_order, row.amount, row.gateway_reference, row.currency, row.merchant)
        for row in told
        if row.reason != "taken_back"
    }
    belongs = {
        (row.dossier, row.gateway_reference, row.amount) for row in told if row.settlement == "recorded"
    } | {
        (storm.orders[each.order], each.reference, each.amount)
        for each in storm.tellings
        if each.fits and each.order in storm.orders
    }
    lost = [
        each
        for each in storm.tellings
        if each not in disputed and not _lies_where_it_belongs(storm, each, paid)
    ]
    stray = [(where, amount) for where, amount in paid.items() if amount and (*where, amount) not in belongs]
    twice = await db.rows(_TWICE)
    dated = await db.rows(_DATED)
    return [
        *(f"lost: {each}" for each in lost),
        *(f"stray: {each}" for each in stray),
        *(f"one reference, several dossiers: {tuple(each)}" for each in twice),
        *(f"paid before it was ordered: {tuple(each)}" for each in dated),
    ]


def _lies_where_it_belongs(storm: Storm, telling: Telling, paid: Mapping[tuple[str, str], int]) -> bool:
    where = storm.orders.get(telling.order, ""), telling.reference
    return telling.fits and where in paid and paid[where] in (telling.amount, 0)


async def _unseen(storm: Storm) -> list[str]:
    """Open disputes that are not on the lists of who settles them, or on others'."""
    rows = await storm.rest.world.db.rows(_DISPUTED)
    open_now = [row for row in rows if row.settlement is None]
    of_dossiers = {row.id for row in open_now if row.dossier}
    seen = {by: await _listed(storm, by) for by in (CLERK, DESK_HEAD, ADMINISTRATOR)}
    due = {CLERK: of_dossiers, DESK_HEAD: of_dossiers, ADMINISTRATOR: {row.id for row in open_now}}
    told = {row.dispute for row in await storm.rest.world.db.rows(_NOTICES, [ADMINISTRATOR])}
    silent = [row.id for row in rows if row.reason == "unknown_order" and row.id not in told]
    return [
        *(f"{by} sees {len(seen[by])} of {len(due[by])}" for by in due if seen[by] != due[by]),
        *(f"nobody is told of {each}" for each in silent),
    ]


async def _listed(storm: Storm, by: Any) -> set[str]:
    found: set[str] = set()
    after = ""
    while True:
        page = (await storm.rest.get(f"/v1/payments/disputes?limit=200{after}", by)).json()
        found |= {each["id"] for each in page["items"]}
        if page["page"]["after"] is None:
            return found
        after = f"&after={page['page']['after']}"


async def _unbalanced(storm: Storm) -> list[str]:
    """Takings of the day that are not what the clerks took and gave back."""
    day = storm.at.astimezone(localtime.ZONE).date()
    found = (await storm.rest.get(f"/v1/fees/takings?unit={DESK}&day={day}&limit=1", CLERK)).json()["methods"]
    told = {each["method"]: (each["amount"], each["refunded"]) for each in found}
    (online,) = await storm.rest.world.db.rows(_ONLINE, [day])
    counted = {method: (storm.taken[method], storm.returned[method]) for method in ("cash", "transfer")}
    counted["gateway"] = (online.amount, storm.returned["gateway"])
    held = {method: sums for method, sums in counted.items() if sums != (0, 0)}
    return (
        []
        if {key: sums for key, sums in told.items() if sums != (0, 0)} == held
        else [f"{told} is not {held}"]
    )


#: What stands by each reference of the gateway.
_PAID = """
select d.reference as dossier, p.reference, coalesce(sum(p.amount) filter (where p.cancelled_at is null), 0)::bigint as amount
from payment p join dossier d on d.id = p.dossier_id where p.method = 'gateway' group by 1, 2
"""
_DISPUTED = """
select p.id::text as id, p.told_order, p.amount, p.gateway_reference, p.currency, coalesce(nullif(p.merchant, ''), 'motcua') as merchant, p.reason,
  p.settlement, d.reference as dossier
from payment_dispute p left join dossier d on d.id = p.dossier_id
"""
_TWICE = """
select reference, count(distinct dossier_id) from payment where method <> 'cash' and cancelled_at is null
group by 1 having count(distinct dossier_id) > 1
"""
_DATED = """
select o.id, o.paid_at from payment_order o where o.paid_at < o.created_at
union all
select p.id, p.paid_at from payment p where p.paid_at > p.recorded_at
"""
#: $1 recipient.
_NOTICES = "select payload ->> 'dispute' as dispute from notice where principal_id = $1 and topic = 'payment.unknown_order'"
#: $1 local date.
_ONLINE = """
select coalesce(sum(amount), 0)::bigint as amount from payment where method = 'gateway' and cancelled_at is null
  and (recorded_at at time zone 'Asia/Ho_Chi_Minh')::date = $1
"""


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            240, id="of a few days", marks=pytest.mark.rotating("workflows/hoso_workflows/payments")
        ),
        pytest.param(10_000, id="of half a year", marks=pytest.mark.proof),
    ],
)
async def test_every_dong_is_where_it_belongs_or_in_a_dispute_that_the_right_authority_sees(
    rest: Rest, simulator: Simulator, events: int
):
    rest.clock.at = simulator.at = MORNING
    simulator.orders.clear()
    simulator.paid.clear()
    storm = Storm(rest, simulator, random.Random(SEED))  # noqa: S311 - to be repeated, not secret
    for number in range(1, events + 1):
        await storm.happens()
        if number % A_DAY == 0:
            assert await evening(storm) == [], f"after {number} events"
    print("\n".join(f"{name:34} {count:>6}" for name, count in sorted(storm.tally.items())))  # noqa: T201 - -rA shows it
    assert {*EVENTS} == {name for name in storm.tally if name in EVENTS}
