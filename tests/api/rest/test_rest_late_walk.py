"""Walks through every place that names a dossier which is late: none takes it for dateless, or for in time.

The places are generated: the routes of API and pages, the commands, the topics of messages. Each prints where it met a dossier.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

import pytest

from hoso_models import postgres
from hoso_workflows.notifications import wording, wording_english
from support import api_client, late_belied, late_dossiers, late_walk
from support.api_client import Rest
from support.late_belied import BELIED
from support.late_dossiers import ALWAYS, NOW, WAYS
from support.late_walk import NOT_WALKED, READERS, Told, Walk
from support.rotation import rotated
from support.world import DEPARTMENT, instant, person

#: Who walks the ways to be late that take turns.
FEW = ("desk", "head", "coordinator", "applicant", "nobody")
_FOLLOWED = {"GET /v1/dossiers/{reference}/deadline", "GET /v1/public/dossiers/{code}", "GET /tra-cuu/{code}"}
_COUNTED = {"GET /v1/overdue?kind=dossier", "GET /noi-bo/qua-han", "GET /noi-bo/qua-han/xlsx"}
_READ = _FOLLOWED | {
    f"GET /v1/dossiers/{{reference}}{each}" for each in ("", "/events", "/fees", "/receipt", "/waits")
}
_WORKED = _READ | {
    *(
        "GET /v1/user-tasks/{task}",
        "GET /noi-bo/ho-so/{key}",
        "GET /noi-bo/ho-so/{key}/thoi-han",
        "GET /noi-bo/viec/{task}",
    ),
    *("GET /v1/dossiers/{reference}/accounting", "GET /v1/dossiers/{reference}/control-sheet.pdf"),
}
#: Where each is sure to meet a dossier.
MET: Mapping[str, set[str]] = {
    "desk": _WORKED
    | _COUNTED
    | {"GET /noi-bo/mot-cua", "GET /v1/registers/dossiers.xlsx", "POST /v1/dossiers/search"},
    "head of the desk": _WORKED | _COUNTED,
    "specialist": _WORKED | _COUNTED | {"GET /v1/user-tasks", "GET /noi-bo/viec"},
    "head": _WORKED | _COUNTED | {"GET /noi-bo/giao-viec", "GET /noi-bo/don-vi/{unit}", "GET /v1/urgings"},
    "leader": _WORKED | _COUNTED,
    "administrator": _FOLLOWED
    | _COUNTED
    | {"GET /v1/escalations/preview", "GET /v1/webhooks/{webhook}/deliveries"},
    "auditor": _READ | _COUNTED,
    "coordinator": _FOLLOWED | _COUNTED | {"GET /noi-bo/dau-moi/don-doc/{urging}"},
    "portal": {"GET /v1/portals/{portal}/changes"},
    "applicant": _READ
    | {"GET /cua-toi", "GET /ho-so/{key}", "GET /ho-so/{key}/thoi-han", "GET /v1/notifications"},
    "nobody": {"GET /v1/public/dossiers/{code}", "GET /tra-cuu/{code}"},
}


@pytest.fixture
async def rest(late_url: str) -> AsyncIterator[Rest]:
    """The API over the late dossiers."""
    async with api_client.opened(late_url, instant(NOW)) as found:
        yield found


@pytest.fixture
def late_url(server: postgres.Server) -> Iterator[str]:
    """The address of a copy of their world."""
    with late_dossiers.founded(server) as url:
        yield url


def belied(told: Iterable[Told]) -> dict[str, list[str]]:
    """Places that belie a dossier, and by what."""
    return {f"{each.late.way}: {each.place}": found for each in told if (found := late_belied.wrong(each))}


async def test_no_list_takes_a_late_dossier_for_dateless_or_in_time(rest: Rest) -> None:
    lates = (await late_dossiers.found(rest.world)).values()
    wrong, named, answered = dict[str, dict[str, list[str]]](), dict[str, set[str]](), set[str]()

    for reader in READERS:
        walk = await Walk.of(rest, reader)
        told = await walk.lists(lates)
        named[reader] = {str(each.place) for each in told}
        answered |= walk.answered
        if found := belied(told):
            wrong[reader] = found

    late_walk.show(named)
    lists = {str(place) for place in late_walk.places() if not place.parts}
    assert wrong == {}
    assert {reader: (MET[reader] & lists) - places for reader, places in named.items()} == {
        reader: set() for reader in READERS
    }
    walked = {place.route for place in late_walk.places() if place.walked and not place.parts}
    late_walk.show({"answers nobody": walked - answered})
    assert {route for route in walked - answered if len(late_walk.reasons(route)) != 1} == set()


@pytest.mark.parametrize("way", rotated(WAYS, ALWAYS.__contains__, unless=("api/hoso_api/translation",)))
async def test_no_place_about_it_alone_takes_a_late_dossier_for_dateless_or_in_time(
    rest: Rest, way: str
) -> None:
    late = (await late_dossiers.found(rest.world))[way]
    wrong, named, answered = dict[str, dict[str, list[str]]](), dict[str, set[str]](), set[str]()

    for reader in READERS if way == ALWAYS[0] else FEW:
        # Whoever looks up codes is slowed down.
        await rest.world.changed("delete from throttle")
        walk = await Walk.of(rest, reader)
        told = await walk.own(late)
        named[reader] = {str(each.place) for each in told}
        answered |= walk.answered
        if found := belied(told):
            wrong[reader] = found

    late_walk.show(named)
    about = {str(place) for place in late_walk.places() if place.parts}
    assert wrong == {}
    if way == ALWAYS[0]:
        assert {reader: (MET[reader] & about) - places for reader, places in named.items()} == {
            reader: set() for reader in READERS
        }
        walked = {place.route for place in late_walk.places() if place.walked and place.parts}
        late_walk.show({"answers nobody": walked - answered})
        assert {route for route in walked - answered if len(late_walk.reasons(route)) != 1} == set()


async def test_no_report_counts_a_late_dossier_as_in_time(rest: Rest) -> None:
    asked = {"from": "2026-02-01", "to": "2026-03-25", "unit": DEPARTMENT}
    answer = await rest.get("/v1/reports/lateness", person("head"), params=asked)
    total = answer.json()["total"]
    names = ("received", "early", "on_time", "late", "open_within", "open_overdue")
    assert {name: total[name] for name in names} == {
        "received": len(WAYS), "early": 0, "on_time": 0, "late": 1, "open_within": 0, "open_overdue": len(WAYS) - 1,
    }  # fmt: skip


@pytest.mark.parametrize("language", [wording.VIETNAMESE, wording.ENGLISH])
def test_no_message_takes_a_late_dossier_for_dateless_or_in_time(language: str) -> None:
    about = defaultdict(
        str, code="H27.PVHCC-260316-0001", due="2026-03-19T17:00:00+07:00", step="B4", day="2026-03-19"
    )
    in_time = {
        wording.VIETNAMESE: BELIED["runs"],
        wording.ENGLISH: re.compile("(?<!came )(?<!answered )in time|on time|no due date|no date", re.I),
    }
    told = {
        topic: " ".join((subject, *texts))
        for topic in wording.WORDING
        for subject, texts in [wording.letter(topic, about, language)]
    }
    assert set(wording.WORDING) == set(wording_english.WORDING)
    assert {topic: found for topic, text in told.items() if (found := in_time[language].findall(text))} == {}
    late = {
        topic
        for topic, text in told.items()
        if about["code"] in text and topic.startswith(("escalation", "reminder"))
    }
    print("\n".join(sorted(topic for topic, text in told.items() if about["code"] in text)))  # noqa: T201 - the messages that name a dossier
    assert len(late) >= 9


def test_what_is_not_walked_is_told_with_its_reason_and_nothing_is_left_out() -> None:
    walked = {place.route for place in late_walk.places() if place.walked}
    left = {route: late_walk.reasons(route) for route in late_walk.routes() - walked}
    assert {route: reasons for route, reasons in left.items() if len(reasons) != 1} == {}
    counted = defaultdict[str, int](int)
    for (reason,) in left.values():
        counted[reason] += 1
    for reason, number in counted.items():
        print(f"not walked: {number} routes: {reason}")  # noqa: T201 - the list of places that were not walked
    assert len(NOT_WALKED) <= 10
