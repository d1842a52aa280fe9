"""Who receives, handles and decides follows from the place of the matter, and a choice counts only where there is one."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS, CompetencePart, EntryChannel, PrincipalKind
from hoso_workflows import errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Applicant, Claim, FileDossier
from hoso_workflows.organisation import principals, units
from hoso_workflows.procedures import competent_units
from support.builders import packages
from support.world import (
    CITIZEN,
    DEPARTMENT,
    DESK,
    FOUNDED,
    OTHER,
    PROVINCE,
    SINCE,
    World,
    instant,
    only_task,
    person,
    publish_package,
)

CODE, FIELD = "9.000017", "Đất đai"
TODAY = date(2026, 3, 2)
NEVER_ENDS: None = None
#: A hundred communes, each one a unit that answers for its own area.
COMMUNES = {f"H27.X{n:03}": f"18{n:03}" for n in range(100)}
FIRST, SECOND, THIRD = list(COMMUNES)[:3]
_QUESTIONS = [
    {"type": "textfield", "key": "thua_dat", "label": "Thửa đất"},
    {"type": "textfield", "key": "xa", "label": "Xã có đất", "properties": {"area": "true"}},
]
_PARTIES = {"form": "forms/nop.form"}


def drawn() -> package.Package:
    """A procedure with a form of filing that asks where the land is."""
    form = json.dumps({"type": "default", "components": _QUESTIONS}).encode()
    declared = f'code = "{CODE}"\nfield = "{FIELD}"\n'
    return package.read(packages.package("", declared, files={"forms/nop.form": form}))


async def found(world: World) -> None:
    """A province with a hundred communes, the former ones of the first, and the published procedure."""
    async with world.db.transaction() as tx:
        units.area(tx, "42", "Tỉnh Hà Tĩnh", kind="province", valid_from=SINCE)
        units.area(tx, "40", "Tỉnh Nghệ An", kind="province", valid_from=SINCE)
        await tx.flush()
        for unit, code in COMMUNES.items():
            units.area(tx, code, f"Xã {code}", kind="commune", valid_from=SINCE, parent="42")
            await tx.flush()
            entered = {"kind": "commune", "level": "commune", "calendar": "ha-tinh", "valid_from": SINCE}
            units.unit(tx, unit, f"UBND xã {code}", parent=PROVINCE, area=code, is_authority=True, **entered)
        units.area(
            tx,
            "18900",
            "Xã cũ",
            kind="commune",
            valid_from=date(2020, 1, 1),
            valid_to=date(2026, 1, 31),
            successor=COMMUNES[FIRST],
        )
        for unit in (FIRST, SECOND):
            identity = person("reception", unit)
            principals.principal(
                tx, PrincipalKind.OFFICER, f"Một cửa · {unit}", at=FOUNDED, identity=identity
            )
            await tx.flush()
            units.assign(tx, identity, unit, "reception", SINCE)
    await publish_package(world.db, drawn())


async def competent(world: World, *parts: CompetencePart, among: Any = COMMUNES, **given: Any) -> None:
    """Let the communes be competent for the parts, all of them unless some are named."""
    of = {"procedure_code": None if "field" in given else CODE, "valid_from": SINCE, "basis": "QĐ", **given}
    async with world.db.transaction() as tx:
        for unit in among:
            for part in parts or DOSSIER_PARTS:
                units.competence(tx, unit_code=unit, part=part, **of)


@pytest.fixture
async def province(world: World) -> World:
    await found(world)
    return world


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
    return tuple(row or ())  # type: ignore[return-value]


async def test_of_a_hundred_communes_the_one_of_the_place_handles_whatever_desk_takes_it(
    province: World,
) -> None:
    await competent(province)
    for unit, place in list(COMMUNES.items())[::33]:
        filed = await files(province, place)
        assert await units_of(province, filed) == (FIRST, unit, unit)
    assert await units_of(province, await files(province, "18900", SECOND)) == (SECOND, FIRST, FIRST)


async def test_the_applicants_area_is_the_place_where_the_form_says_none(province: World) -> None:
    await competent(province)
    lives = Applicant("Người nộp 1", area=COMMUNES[THIRD])
    assert await units_of(province, await files(province, applicant=lives)) == (FIRST, THIRD, THIRD)
    asked = await files(province, COMMUNES[SECOND], applicant=lives)
    assert await units_of(province, asked) == (FIRST, SECOND, SECOND)
    areas = await province.db.rows("select area_code from party")
    assert [row[0] for row in areas] == [COMMUNES[THIRD]] * 2


async def test_without_a_place_the_receiving_commune_handles(province: World) -> None:
    await competent(province)
    assert await units_of(province, await files(province, desk=SECOND)) == (SECOND, SECOND, SECOND)


async def test_online_the_place_decides_who_receives_and_without_one_the_citizen_chooses(
    province: World,
) -> None:
    await competent(province)
    online = {"channel": EntryChannel.ONLINE}
    assert await units_of(province, await files(province, COMMUNES[SECOND], **online)) == (SECOND,) * 3
    with pytest.raises(errors.UnitUnsettled) as refused:
        await files(province, **online)
    assert (refused.value.part, len(refused.value.choices)) == ("receiving", 100)
    assert refused.value.choices[FIRST] == "UBND xã 18000"
    assert await units_of(province, await files(province, receiving_unit=THIRD, **online)) == (THIRD,) * 3


async def test_who_files_chooses_only_where_the_rules_leave_a_choice(province: World) -> None:
    await competent(province, among=[FIRST])
    await competent(province, CompetencePart.HANDLING, among=[DEPARTMENT, OTHER], case="default")
    with pytest.raises(errors.UnitUnsettled) as open_choice:
        await files(province)
    assert (open_choice.value.part, sorted(open_choice.value.choices)) == ("handling", [DEPARTMENT, OTHER])
    assert await units_of(province, await files(province, handling_unit=OTHER)) == (FIRST, OTHER, FIRST)
    for named, refusal in ((FIRST, errors.NotCompetent), (DESK, errors.NotCompetent)):
        with pytest.raises(refusal):
            await files(province, handling_unit=named)
    with pytest.raises(errors.NotCompetent) as none_of_them:
        await files(province, handling_unit=OTHER, deciding_unit=SECOND)
    assert (none_of_them.value.part, none_of_them.value.competent) == ("deciding", (FIRST,))


async def test_a_choice_that_the_rules_have_decided_otherwise_is_refused(province: World) -> None:
    await competent(province)
    with pytest.raises(errors.UnitSettled) as refused:
        await files(province, COMMUNES[SECOND], handling_unit=THIRD)
    assert (refused.value.part, refused.value.asked, refused.value.competent) == (
        "handling",
        THIRD,
        (SECOND,),
    )
    agreed = await files(province, COMMUNES[SECOND], handling_unit=SECOND)
    assert await units_of(province, agreed) == (FIRST, SECOND, SECOND)


async def test_nobody_competent_is_told_who_would_be(province: World) -> None:
    await competent(province, CompetencePart.RECEIVING, CompetencePart.DECIDING, among=[FIRST])
    begins = date(2026, 4, 1)
    await competent(province, CompetencePart.HANDLING, among=[SECOND], valid_from=begins)
    await competent(province, CompetencePart.HANDLING, among=[OTHER], area="40", case="khac")
    with pytest.raises(errors.NobodyCompetent) as refused:
        await files(province)
    assert refused.value.would_be == (
        f"{OTHER} Sở Y tế, in Tỉnh Nghệ An, case khac, from 2026-01-01 on",
        f"{SECOND} UBND xã 18001, in Xã 18001, every case, from 2026-04-01 on",
    )
    assert str(refused.value).startswith(f"For handling of {CODE}, case default, on 2026-03-02 nobody")


async def test_a_place_outside_of_all_areas_is_nobodys(province: World) -> None:
    await competent(province)
    with pytest.raises(errors.NobodyCompetent) as refused:
        await files(province, "40")
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
async def test_what_is_no_area_is_named(province: World, said: Mapping[str, Any], field: str) -> None:
    await competent(province)
    with pytest.raises(errors.FormRefused) as refused:
        await files(province, **said)
    assert field in [fault.field for fault in refused.value.faults]
    assert await province.one("select count(*) from dossier") == 0


async def test_the_field_is_enough_and_the_procedure_goes_before_it(province: World) -> None:
    await competent(province, field=FIELD)
    filed = await files(province, COMMUNES[THIRD])
    assert await units_of(province, filed) == (FIRST, THIRD, THIRD)
    accepted = await province.service.perform(
        filed.reference,
        Claim(only_task(filed)),
        actor=person("reception", FIRST),
        at=instant("2026-03-02 09:00"),
    )
    assert accepted.version == filed.version + 1
    await competent(province, CompetencePart.DECIDING, among=[PROVINCE])
    assert await units_of(province, await files(province, COMMUNES[THIRD])) == (FIRST, THIRD, PROVINCE)


async def test_a_competence_of_the_field_that_has_ended_ends_what_its_unit_may_do(province: World) -> None:
    await competent(province, field=FIELD)
    filed = await files(province)
    await province.changed("update competence set valid_to = '2026-03-02' where unit_code = $1", FIRST)
    with pytest.raises(errors.NotCompetent):
        await province.service.perform(
            filed.reference,
            Claim(only_task(filed)),
            actor=person("reception", FIRST),
            at=instant("2026-03-03 09:00"),
        )


async def test_before_filing_it_is_said_who_would_take_each_part(province: World) -> None:
    await competent(province)
    reference_data = province.service.reference_data

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
