"""People of a provider whom nobody knows here: listed for administrators, page by page."""

from datetime import timedelta

import pytest

from hoso_models import SessionKind
from hoso_workflows.identity import history
from hoso_workflows.identity.providers import linking
from support.api_client import ADMINISTRATOR, CLERK, Rest, problem

ISSUER = "https://sso.example.vn"


async def come(rest: Rest, *subjects: str) -> None:
    """People come whom nobody knows, one a minute."""
    for subject in subjects:
        found = linking.Subject(
            "tinh", ISSUER, subject, SessionKind.OFFICER, f"Chuyên viên {subject}", f"CC-{subject}"
        )
        with pytest.raises(linking.UnknownPerson):
            await linking.linked(rest.world.db, found, linking.How.CLAIM, at=rest.clock.at)
        rest.clock.at += timedelta(minutes=1)


async def test_administrators_see_who_came_the_last_first(rest: Rest) -> None:
    await come(rest, "1", "2", "3", "1")
    first = (await rest.get("/v1/unknown-identities?limit=2", ADMINISTRATOR)).json()
    assert [(each["subject"], each["tries"]) for each in first["items"]] == [("1", 2), ("3", 1)]
    assert first["items"][0] == {
        "id": first["items"][0]["id"],
        "provider": "tinh",
        "issuer": ISSUER,
        "subject": "1",
        "name": "Chuyên viên 1",
        "compared": "CC-1",
        "first_at": "2026-03-02T09:00:00+07:00",
        "last_at": "2026-03-02T09:03:00+07:00",
        "tries": 2,
    }
    after = first["page"]["after"]
    rest_of = (await rest.get(f"/v1/unknown-identities?limit=2&after={after}", ADMINISTRATOR)).json()
    assert [each["subject"] for each in rest_of["items"]] == ["2"]
    assert rest_of["page"]["after"] is None


async def test_administrators_see_why_sign_ins_were_refused(rest: Rest) -> None:
    for reason in ("factors", "unknown-person", "factors"):
        await history.record(
            rest.world.db, None, history.REFUSED, "tinh", rest.clock.at, granted=False, what=reason
        )
        rest.clock.at += timedelta(minutes=1)
    # What an own account refuses has no provider.
    await history.record(
        rest.world.db, None, history.REFUSED, "unknown account", rest.clock.at, granted=False, what="password"
    )
    assert (await rest.get("/v1/refused-sign-ins", ADMINISTRATOR)).json()["items"] == [
        {
            "provider": "tinh",
            "reason": "factors",
            "meaning": "the sign-in showed no two factors",
            "tries": 2,
            "first_at": "2026-03-02T09:00:00+07:00",
            "last_at": "2026-03-02T09:02:00+07:00",
        },
        {
            "provider": "tinh",
            "reason": "unknown-person",
            "meaning": "Nobody here is linked to this account.",
            "tries": 1,
            "first_at": "2026-03-02T09:01:00+07:00",
            "last_at": "2026-03-02T09:01:00+07:00",
        },
    ]


async def test_nobody_else_sees_them(rest: Rest) -> None:
    await come(rest, "1")
    assert problem(await rest.get("/v1/refused-sign-ins", CLERK))["type"] == "urn:hoso:problem:forbidden"
    assert problem(await rest.get("/v1/unknown-identities", CLERK))["type"] == "urn:hoso:problem:forbidden"


async def test_who_did_not_come_for_ninety_days_is_listed_no_more(rest: Rest) -> None:
    await come(rest, "1")
    rest.clock.at += linking.LISTED
    assert (await rest.get("/v1/unknown-identities", ADMINISTRATOR)).json()["items"] == []
