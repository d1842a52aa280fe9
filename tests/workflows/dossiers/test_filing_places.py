"""The units of a dossier follow from the place of its matter; a choice counts only where there is one."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from hoso_models import DOSSIER_PARTS, CompetencePart, EntryChannel, postgres
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Applicant, Claim, FileDossier
from hoso_workflows.procedures import competent_units
from support.procedures import communes
from support.procedures.communes import CODE, COMMUNES, FIELD, FIRST, FORMER, SECOND, THIRD, competent
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, World, instant, only_task, person

TODAY = date(2026, 3, 2)


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a copy of the world with a hundred communes."""
    with communes.founded(server) as url:
        yield url


async def files(world: World, place: str | None = None, desk: str = FIRST, **said: Any) -> Outcome:
    """Hand a dossier in at the desk of a commune."""
    form = {"xa": place} if place else {}
    request = FileDossier(
        CODE,
        said.pop("applicant", Applicant("Người nộp 1")),
        **{"channel": EntryChannel.DESK, "form": form, **said},
    )
    actor = CITIZEN if request.channel == EntryChannel.ONLINE else person("reception", desk)
    return await world.service.file(request, actor=actor, at=instant("2026-03-02 08:00"))


async def units_of(world: World, filed: Outcome) -> tuple[str, str, str]:
    row = await world.db.row(
        "select receiving_unit, handling_unit, deciding_unit from dossier where reference = $1",
        [filed.reference],
    )
    assert row is not None
    return row.receiving_unit, row.handling_unit, row.deciding_unit


async def test_of_a_hundred_communes_the_one_of_the_place_handles_whatever_desk_takes_it(
    world: World,
) -> None:
    await competent(world)
    for unit, place in list(COMMUNES.items())[::33]:
        filed = await files(world, place)
        assert await units_of(world, filed) == (FIRST, unit, unit)
    assert await units_of(world, await files(world, FORMER, SECOND)) == (SECOND, FIRST, FIRST)


async def test_the_applicants_area_is_the_place_where_the_form_says_none(world: World) -> None:
    await competent(world)
    lives = Applicant("Người nộp 1", area=COMMUNES[THIRD])
    assert await units_of(world, await files(world, applicant=lives)) == (FIRST, THIRD, THIRD)
    asked = await files(world, COMMUNES[SECOND], applicant=lives)
    assert await units_of(world, asked) == (FIRST, SECOND, SECOND)
    areas = await world.db.rows("select area_code from party")
    assert [row[0] for row in areas] == [COMMUNES[THIRD]] * 2
    assert [str(found) async for found in audit.differences(world.service)] == []
    await world.changed("update party set area_code = '40'")
    assert len([found async for found in audit.differences(world.service)]) == 2


async def test_without_a_place_the_receiving_commune_handles(world: World) -> None:
    await competent(world)
    assert await units_of(world, await files(world, desk=SECOND)) == (SECOND, SECOND, SECOND)


async def test_online_the_place_decides_who_receives_and_without_one_the_citizen_chooses(
    world: World,
) -> None:
    await competent(world)
    online = {"channel": EntryChannel.ONLINE}
    assert await units_of(world, await files(world, COMMUNES[SECOND], **online)) == (SECOND,) * 3
    with pytest.raises(errors.UnitUnsettled) as refused:
        await files(world, **online)
    assert (refused.value.part, len(refused.value.choices)) == ("receiving", 100)
    assert refused.value.choices[FIRST] == "UBND xã 18000"
    assert await units_of(world, await files(world, receiving_unit=THIRD, **online)) == (THIRD,) * 3


async def test_who_files_chooses_only_where_the_rules_leave_a_choice(world: World) -> None:
    await competent(world, among=[FIRST])
    await competent(world, CompetencePart.HANDLING, among=[DEPARTMENT, OTHER], case="default")
    with pytest.raises(errors.UnitUnsettled) as open_choice:
        await files(world)
    assert (open_choice.value.part, sorted(open_choice.value.choices)) == ("handling", [DEPARTMENT, OTHER])
    assert await units_of(world, await files(world, handling_unit=OTHER)) == (FIRST, OTHER, FIRST)
    for named, refusal in ((FIRST, errors.NotCompetent), (DESK, errors.NotCompetent)):
        with pytest.raises(refusal):
            await files(world, handling_unit=named)
    with pytest.raises(errors.NotCompetent) as none_of_them:
        await files(world, handling_unit=OTHER, deciding_unit=SECOND)
    assert (none_of_them.value.part, none_of_them.value.competent) == ("deciding", (FIRST,))


async def test_a_choice_that_the_rules_have_decided_otherwise_is_refused(world: World) -> None:
    await competent(world)
    with pytest.raises(errors.UnitSettled) as refused:
        await files(world, COMMUNES[SECOND], handling_unit=THIRD)
    assert (refused.value.part, refused.value.asked, refused.value.competent) == (
        "handling",
        THIRD,
        (SECOND,),
    )
    agreed = await files(world, COMMUNES[SECOND], handling_unit=SECOND)
    assert await units_of(world, agreed) == (FIRST, SECOND, SECOND)


async def test_nobody_competent_is_told_who_would_be(world: World) -> None:
    await competent(world, CompetencePart.RECEIVING, CompetencePart.DECIDING, among=[FIRST])
    begins = date(2026, 4, 1)
    await competent(world, CompetencePart.HANDLING, among=[SECOND], valid_from=begins)
    await competent(world, CompetencePart.HANDLING, among=[OTHER], area="40", case="khac")
    with pytest.raises(errors.NobodyCompetent) as refused:
        await files(world)
    assert refused.value.would_be == (
        f"{OTHER} Sở Y tế, in Tỉnh Nghệ An, case khac, from 2026-01-01 on",
        f"{SECOND} UBND xã 18001, in Xã 18001, every case, from 2026-04-01 on",
    )
    assert str(refused.value).startswith(f"For handling of {CODE}, case default, on 2026-03-02 nobody")


async def test_a_place_outside_of_all_areas_is_nobodys(world: World) -> None:
    await competent(world)
    with pytest.raises(errors.NobodyCompetent) as refused:
        await files(world, "40")
    assert (refused.value.part, refused.value.place) == ("handling", "Tỉnh Nghệ An (40)")
    assert len(refused.value.would_be) == 10


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"form": {"xa": "99999"}}, "form.xa"),
        ({"applicant": Applicant("Người nộp 1", area="99999")}, "applicant.area"),
        ({"form": {"xa": 18000}}, "form.xa"),
        ({"form": {"xa": "'; drop table area; --"}}, "form.xa"),
    ],
)
async def test_what_is_no_area_is_named(world: World, said: Mapping[str, Any], field: str) -> None:
    await competent(world)
    with pytest.raises(errors.FormRefused) as refused:
        await files(world, **said)
    assert field in [fault.field for fault in refused.value.faults]
    assert await world.one("select count(*) from dossier") == 0


async def test_the_field_is_enough_and_the_procedure_goes_before_it(world: World) -> None:
    await competent(world, field=FIELD)
    filed = await files(world, COMMUNES[THIRD])
    assert await units_of(world, filed) == (FIRST, THIRD, THIRD)
    accepted = await world.service.perform(
        filed.reference,
        Claim(only_task(filed)),
        actor=person("reception", FIRST),
        at=instant("2026-03-02 09:00"),
    )
    assert accepted.version == filed.version + 1
    await competent(world, CompetencePart.DECIDING, among=[PROVINCE])
    assert await units_of(world, await files(world, COMMUNES[THIRD])) == (FIRST, THIRD, PROVINCE)


async def test_a_competence_of_the_field_that_has_ended_ends_what_its_unit_may_do(world: World) -> None:
    await competent(world, field=FIELD)
    filed = await files(world)
    await world.changed("update competence set valid_to = '2026-03-02' where unit_code = $1", FIRST)
    with pytest.raises(errors.NotCompetent):
        await world.service.perform(
            filed.reference,
            Claim(only_task(filed)),
            actor=person("reception", FIRST),
            at=instant("2026-03-03 09:00"),
        )


async def test_before_filing_it_is_said_who_would_take_each_part(world: World) -> None:
    await competent(world)
    reference_data = world.service.reference_data

    async def asked(**given: Any) -> list[tuple[str | None, str | None, int]]:
        parts = await competent_units.preview(reference_data, CODE, TODAY, **given)
        assert [each.part for each in parts] == [part.value for part in DOSSIER_PARTS]
        return [(each.unit, each.ground, len(each.choices)) for each in parts]

    third = COMMUNES[THIRD]
    assert await asked() == [(None, None, 100)] * 3
    assert await asked(area=third) == [(THIRD, "place", 0)] * 3
    there = [(FIRST, "chosen", 0), (THIRD, "place", 0), (THIRD, "place", 0)]
    assert await asked(area=third, receiving_unit=FIRST) == there
    here = [(FIRST, "chosen", 0), (FIRST, "authority", 0), (FIRST, "authority", 0)]
    assert await asked(receiving_unit=FIRST) == here
    assert await asked(area="40") == [(None, None, 0)] * 3
    for wrong, refusal in (
        ({"area": "99999"}, errors.FormRefused),
        ({"case": "khac"}, errors.FormRefused),
        ({"receiving_unit": DESK}, errors.NotCompetent),
    ):
        with pytest.raises(refusal):
            await asked(**wrong)
    with pytest.raises(errors.NotFound):
        await competent_units.preview(reference_data, "9.999999", TODAY)
