"""Sites are told by their hosts, counted by day in bounds, and forgotten."""

from datetime import date, timedelta

import pytest

from hoso_models import SiteUse
from hoso_workflows.embedding import seen, sites
from hoso_workflows.embedding.seen import Tally
from support.world import World, instant

AT = instant("2026-03-02 09:00")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://So.Example.VN:8443/trang?ten=A#b", "so.example.vn"),
        ("http://localhost:8000", "localhost"),
        ("https://nguoi@so.example.vn./", "so.example.vn"),
        *(
            (each, "")
            for each in (
                "",
                "null",
                "https://203.0.113.7/",
                "https://[::1]/",
                "https://[",
                "about:blank",
                "https://a b/",
            )
        ),
        ("https://" + "a" * 64 + ".vn", ""),
    ],
)
def test_a_site_is_its_host_and_nothing_else_of_an_address(address: str, host: str) -> None:
    assert sites.host(address) == host


async def test_counts_are_added_in_one_go_within_bounds_and_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "MOST", 3)
    tally, other = Tally(), Tally()
    for host in ("a.vn", "a.vn", "b.vn", "c.vn", "d.vn"):
        tally.saw(host, SiteUse.FRAME, AT)
    await tally.keep(world.db)
    for host in ("a.vn", "e.vn"):
        other.saw(host, SiteUse.FRAME, AT)
    await other.keep(world.db)
    tally.saw("a.vn", SiteUse.LINK, AT)
    day = date(2026, 3, 2)
    found = await seen.listed(world.db, day, day, tally)
    uses = {each.host: each.uses for each in found}
    assert uses == {
        "a.vn": {"frame": 3, "link": 1},
        "b.vn": {"frame": 1},
        "c.vn": {"frame": 1},
        "": {"frame": 2},
    }
    assert [each.number for each in await seen.listed(world.db, day, day)] == [3, 2, 1, 1]
    assert await seen.forget(world.db, at=AT + seen.KEPT) == 0
    assert await seen.forget(world.db, at=AT + seen.KEPT + timedelta(days=1)) == 4
    assert await seen.listed(world.db, day, day) == []
