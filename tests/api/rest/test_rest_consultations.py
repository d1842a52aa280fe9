"""Opinions that other units are asked for over REST: asked, answered, passed in silence."""

from __future__ import annotations

from typing import Any

import pytest

from hoso_workflows.monitoring import lapsed_terms
from support.acts_of_law import (
    acts,
    events,
    read,
    refused,
)
from support.api_client import CLERK, SPECIALIST, Rest, problem
from support.world import CITIZEN, OTHER, instant, person


async def test_a_unit_that_is_consulted_answers_without_reading_the_dossier(rest: Rest):
    standing = await rest.accepts()
    elsewhere = person("specialist", OTHER)
    asked = {"unit": OTHER, "question": "Có ảnh hưởng đến sức khỏe cộng đồng không?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    (found,) = (await rest.get("/v1/consultations", elsewhere)).json()["items"]
    assert (found["unit"], found["question"], found["due"], found["dossier"]["code"]) == (
        OTHER,
        asked["question"],
        "2026-03-06T17:00:00+07:00",
        standing["code"],
    )
    assert (await rest.get("/v1/consultations", SPECIALIST)).json()["items"] == []
    assert (await rest.get(f"/v1/dossiers/{standing['reference']}", elsewhere)).status_code == 404
    path = f"consultations/{found['id']}/answer"
    told = await acts(rest, standing, path, elsewhere, "2026-03-04 09:00", answer="Không", agrees=True)
    assert told["view"] == "tracker"
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["answer"]) == ("agreed", "Không")
    assert (await rest.get("/v1/consultations", elsewhere)).json()["items"] == []
    twice = await rest.post(f"/v1/dossiers/{standing['reference']}/{path}", elsewhere, {"answer": "Có"})
    assert twice.status_code == 404
    assert "consultation_asked" not in [
        each["kind"] for each in await events(rest, await online(rest), CITIZEN)
    ]


async def test_without_a_date_an_opinion_is_due_after_the_term_of_every_procedure_that_sets_none(rest: Rest):
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có ảnh hưởng đến sức khỏe cộng đồng không?"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    (found,) = (await rest.get("/v1/consultations", person("specialist", OTHER))).json()["items"]
    assert found["due"] == "2026-03-10T17:00:00+07:00"


async def test_the_unit_that_is_asked_is_told_and_reads_the_letter_to_it_and_no_other(rest: Rest):
    standing = await rest.accepts()
    elsewhere = person("specialist", OTHER)
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)

    (told,) = (await rest.get("/v1/notifications", person("head", OTHER))).json()["items"]
    assert (told["topic"], told["status"], told["dossier"]["code"]) == (
        "unit.consultation_asked",
        "listed",
        standing["code"],
    )
    (found,) = (await rest.get("/v1/consultations", elsewhere)).json()["items"]
    letters = f"/v1/dossiers/{standing['reference']}/letters"
    listed = (await rest.get(letters, CLERK)).json()["items"]
    receipt, request = [each["id"] for each in listed]
    assert found["letter"] == request
    shown = await rest.get(f"{letters}/{request}.html", elsewhere)
    assert (shown.status_code, "Có không?" in shown.text) == (200, True)
    refused_reads = [
        (await rest.get(f"{letters}/{receipt}.html", elsewhere)).status_code,
        (await rest.get(letters, elsewhere)).status_code,
        (await rest.get(f"{letters}/{request}.html", CITIZEN)).status_code,
    ]
    assert refused_reads == [404, 404, 404]


async def test_one_idempotency_key_does_not_answer_two_consultations(rest: Rest):
    standing = await rest.accepts()
    elsewhere = person("specialist", OTHER)
    for question in ("Có không?", "Có phải không?"):
        asked = {"unit": OTHER, "question": question, "due": "2026-03-06"}
        await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    found = (await rest.get("/v1/consultations", elsewhere)).json()["items"]
    path = f"/v1/dossiers/{standing['reference']}/consultations"
    one, other = [
        await rest.post(
            f"{path}/{each['id']}/answer", elsewhere, {"answer": "Không"}, headers={"Idempotency-Key": "same"}
        )
        for each in found
    ]
    # Who may not read the dossier is not told either that the key was another's.
    assert (one.status_code, problem(other)["type"]) == (200, "urn:hoso:problem:not-found")
    assert [each["answer"] for each in (await read(rest, standing))["consultations"]].count("Không") == 1


async def online(rest: Rest) -> Any:
    """A dossier of the citizen's own, about which another unit was asked."""
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files(CITIZEN, channel="online")
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-06"}
    await rest.done(f"/v1/dossiers/{filed['reference']}/consultations", CLERK, asked)
    return filed


async def test_a_consultation_that_stays_silent_is_noted_once_and_may_still_be_answered(rest: Rest):
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-04"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    swept = [
        await lapsed_terms.sweep(rest.world.service, at=instant(at))
        for at in ("2026-03-04 17:00", "2026-03-05 07:00", "2026-03-05 08:00")
    ]
    assert [each.silent for each in swept] == [0, 1, 0]
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["closed_at"]) == ("silent", None)
    elsewhere = person("specialist", OTHER)
    path = f"consultations/{one['id']}/answer"
    await acts(rest, standing, path, elsewhere, "2026-03-05 09:00", answer="Phản đối", agrees=False)
    (one,) = (await read(rest, standing))["consultations"]
    assert one["outcome"] == "objected"


async def test_an_open_consultation_ends_with_the_handling(rest: Rest):
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    await acts(rest, standing, "withdrawal", CLERK, "2026-03-04 09:00", reason="Đổi ý")
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["closed_at"]) == (None, "2026-03-04T09:00:00+07:00")
    assert (await rest.get("/v1/consultations", person("specialist", OTHER))).json()["items"] == []


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ({"unit": "H27.KHONGCO", "question": "Có không?", "due": "2026-03-06"}, "not-found"),
        ({"unit": "H27.SVHTTDL", "question": "Có không?", "due": "2026-03-06"}, "form-refused"),
        ({"unit": OTHER, "question": "Có không?", "due": "2026-03-08"}, "form-refused"),
        ({"unit": OTHER, "question": " ", "due": "2026-03-06"}, "reason-missing"),
    ],
    ids=["no unit", "takes part itself", "on a Sunday", "no question"],
)
async def test_a_consultation_that_makes_no_sense_is_refused(rest: Rest, said: Any, slug: str):
    told = await refused(rest, await rest.accepts(), "consultations", CLERK, "2026-03-03 09:00", **said)
    assert told["type"] == f"urn:hoso:problem:{slug}"
