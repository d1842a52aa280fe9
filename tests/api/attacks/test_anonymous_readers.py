"""Nobody who is not signed in reads more of somebody's dossier than its code and degree, whatever they ask for.

Every word of people in the world is a canary, and the routes are those of the application: a new column without a canary
fails here, and so does a new route that nobody can ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hoso_models import postgres
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.operation.rate_limit import Limit, Purpose
from support import anonymous, canary_world, lives, personal_columns
from support.anonymous import ABSENT, Told, Way
from support.api_client import Rest
from support.browser_text import words
from support.canary_world import Lived
from support.procedures import charging
from support.signing_in import OURS

#: Everything is asked from one network.
UNLIMITED = {each: Limit(timedelta(0), 1) for each in Purpose}
#: Routes that say of which dossier a paper is, to whoever holds it.
OF_HOLDERS = {"check_letter", "check_paper", "check_held_paper"}
#: Routes that let nobody in and give nothing here: signing in takes a proof, the set-up is over, no gateway and no provider is
#: connected, and no paper of these procedures has a form.
CLOSED = {
    *("begin_at_provider", "come_back_from_provider", "sign_out_from_provider", "take_payment_notification"),
    *("found_installation", "setup_form", "setup_page", "take_up_invitation"),
    *("sign_in", "sign_in_as_role", "sign_in_with_passkey"),
    "save_public_template",
}
#: The whole page of a code that is found, and the words of the stage that it is at.
PAGE = (
    "Tra cứu hồ sơ {code} Đã xong {degree} % Đã tiếp nhận Đang giải quyết {stage} Số liệu lúc 09:00, thứ Hai 02/03/2026"
    " Đăng nhập để xem chi tiết Mã hồ sơ Gõ mã, dán địa chỉ, hoặc quét mã QR trên giấy tiếp nhận. Tra cứu"
    " Trang này không hiển thị thông tin cá nhân."
)
DONE, UNDER_WAY = "Có kết quả đang ở đây", "đang ở đây Có kết quả chưa đến"


@dataclass(frozen=True)
class House:
    """The world, and what a stranger was told in it."""

    url: str
    lived: Lived
    uncovered: Mapping[str, list[str]]
    public: list[Told]
    inner: list[Told]

    def leaked(self, each: Told) -> set[str]:
        """Words of people in an answer that nobody has said in asking."""
        found = self.lived.found(each.text) - self.lived.found(each.asked)
        if each.way.name in OF_HOLDERS:
            found -= {*self.lived.degrees, each.sent}
        return found - {answer for identity, answer in self.lived.answers.items() if identity in each.asked}


async def asked(url: str, folder: Path) -> House:
    async with lives.served(url, folder, limits=UNLIMITED) as rest:
        lived = await canary_world.lived(rest)
        uncovered = await canary_world.uncovered(rest.world.db)
        transport: Any = rest.client._transport  # the transport of the test, from a network that is nobody's
        transport.client = ("198.51.100.7", 1)
        ways = anonymous.ways(transport.app)
        async with httpx.AsyncClient(transport=transport, base_url=rest.client.base_url) as client:
            public = await anonymous.walked(client, lived, ways)
            inner = await anonymous.refused(client, lived, ways)
    return House(url, lived, uncovered, public, inner)


@pytest.fixture(scope="module")
def house(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One world for all, in which everything was asked."""
    with charging.founded(server) as url:
        yield asyncio.run(asked(url, tmp_path_factory.mktemp("keys")))


@pytest.fixture
def world_url(house: House) -> str:
    """The same, for what is asked once more."""
    return house.url


def test_of_every_column_of_the_schema_it_is_said_what_it_holds_of_people() -> None:
    assert personal_columns.said() == personal_columns.written()


def test_every_column_that_holds_something_of_people_holds_a_canary(house: House) -> None:
    assert house.uncovered == {"without": [], "empty": []}


def test_a_word_of_somebody_is_found_in_any_form_and_a_placeholder_that_nobody_can_fill_is_none(
    house: House,
) -> None:
    name = house.lived.canary.given[5].split()[-1]
    (made,) = house.lived.made[:1]
    for text in (
        f"location: /x?ten={name.upper()}",
        f'etag: "{name.encode().hex()}"',
        f"<p>{name}",
        f"/tep/{made}/anh",
    ):
        assert house.lived.found(text), text
    with pytest.raises(KeyError, match="chua-biet"):
        anonymous.filled(Way("moi", "/v1/moi/{chua-biet}", ("GET",), True, (), ()), house.lived)


def test_no_public_answer_holds_anything_of_anybody(house: House) -> None:
    found = [(each.way.name, each.asked, each.status, sorted(house.leaked(each))) for each in house.public]
    assert [each for each in found if each[-1]] == []
    assert [each[:3] for each in found if each[2] >= 500] == []


def test_every_public_route_gives_something_to_be_looked_at(house: House) -> None:
    named = {each.way.name for each in house.public}
    assert named - {each.way.name for each in house.public if each.status < 400} == CLOSED


def test_a_name_of_something_else_is_answered_as_one_of_nothing(house: House) -> None:
    """The same page or problem, word by word; a unit's code stands on pages by itself."""
    told: dict[str, dict[str, str]] = {}
    for each in house.public:
        if each.status == 404 and each.plain and each.name not in ("", *house.lived.known["unit"]):
            told.setdefault(each.way.path, {}).setdefault(each.without_name, each.name)
    assert {path: [*found.values()] for path, found in told.items() if len(found) > 1} == {}
    assert {"/tra-cuu/{code}", "/v1/public/dossiers/{code}", "/kiem-chung/{letter}"} <= told.keys()


def test_every_other_route_asks_a_stranger_to_sign_in_and_tells_nothing(house: House) -> None:
    for each in house.inner:
        if each.way.path.startswith(("/v1/", "/metrics")):
            assert (each.status, "urn:hoso:problem:token-missing" in each.text) == (401, True), each.way
        else:
            assert (each.status, "\nlocation: /dang-nhap" in each.text) == (303, True), each.way
    assert [(each.way.name, found) for each in house.inner if (found := house.leaked(each))] == []


async def test_a_look_up_gives_code_degree_and_lateness_and_no_more(rest: Rest, house: House) -> None:
    _from(rest, "198.51.100.8")
    assert {0 < degree < 100 for degree in house.lived.degrees.values()} == {True, False}
    for code, degree in house.lived.degrees.items():
        given = await rest.get(f"/v1/public/dossiers/{code}")
        assert (given.status_code, given.json()) == (
            200,
            {"code": code, "degree": degree, "late": False, "late_since": None, "still": False},
        )
        page = words(await rest.get(f"/tra-cuu/{code}", headers=OURS))
        assert page == PAGE.format(code=code, degree=degree, stage=DONE if degree == 100 else UNDER_WAY)


async def test_look_ups_are_few_whether_there_is_a_dossier_or_not(rest: Rest, house: House) -> None:
    for number, door in enumerate(("/v1/public/dossiers/", "/tra-cuu/")):
        told = []
        for place, code in enumerate((next(iter(house.lived.degrees)), ABSENT[0])):
            _from(rest, f"203.0.{number}{place}.7")
            answers = [await rest.get(f"{door}{code}", headers=OURS) for _ in range(12)]
            assert [each.status_code for each in answers[10:]] == [429, 429]
            told.append(answers[-1].text.replace(code, "…"))
        assert told[0] == told[1]


def _from(rest: Rest, host: str) -> None:
    """Ask from another network."""
    transport: Any = rest.client._transport  # the transport of the test
    transport.client = (host, 1)


async def test_a_name_that_a_look_up_told_would_be_found_and_a_column_without_a_canary_too(
    rest: Rest, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, name = views.public, house.lived.canary.given[7].split()[-1]

    async def telling(service: DossierService, code: str, at: datetime) -> dict[str, Any]:
        return {**await really(service, code, at), "name": name}

    monkeypatch.setattr(views, "public", telling)
    _from(rest, "198.51.100.9")
    stranger = anonymous.Stranger(rest.client, house.lived)
    way = next(each.way for each in house.public if each.way.name == "look_up_dossier" and each.name)
    told = await stranger.asks(way, "GET", f"/v1/public/dossiers/{next(iter(house.lived.degrees))}")
    assert house.leaked(told) == {name}
    await rest.world.changed("update substitution set reason = 'x'")
    assert await canary_world.uncovered(rest.world.db) == {"without": ["substitution.reason"], "empty": []}
