"""A package or a calendar that is not as it was entered is one finding, and hides nothing of its dossiers."""

import re

import pytest

import hoso_calendar as wt
from hoso_workflows import audit
from hoso_workflows.audit import Difference, rules
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.procedures import damage
from support.world import World, person

ONE_BYTE = "update workflow_version set package = set_byte(package, 400, get_byte(package, 400) # 1) where procedure_code = '1.014464'"
DIGEST = "update workflow_version set sha256 = repeat('0', 64) where procedure_code = '1.014464'"
COMMENT = """update calendar_version set documents =
  jsonb_set(documents, array[calendar], to_jsonb((documents ->> calendar) || '# x')) where calendar = 'ha-tinh'"""
NO_TEXT = "update calendar_version set documents = '[]' where calendar = 'ha-tinh'"
RENAMED = "update calendar_version set version = 'khác' where calendar = 'ha-tinh'"

#: What is planted, and what the audit has to say of it whatever else is damaged.
PLANTED = {
    "update fee set amount = amount + 100000": "fees 1 amount",
    "update engine_state set version = version + 1": "engine_state version",
    "update dossier set handed_over = '{}'": "dossier handed_over",
    "update letter set issued_at = issued_at - interval '1 day'": "letters 01/2026/<n> issued_at",
    "update engine_state set state = (select decode('00', 'hex') || state)": "engine state",
}


async def worked_on(world: World) -> Outcome:
    before = await world.accepts(await world.files())
    before = await world.completes(before)
    return await world.completes(before, actor=person("division_head"))


async def found(world: World) -> list[Difference]:
    fresh = DossierService(world.db)
    return [each async for each in audit.differences(fresh)]


@pytest.fixture(autouse=True)
def other_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other dates by the stand-in of a damaged calendar: none is compared by chance."""
    mornings = {"vn": wt.sources("vn")["vn"].replace(b', "13:30-17:00"', b"")}
    monkeypatch.setattr(rules, "stand_in", lambda: wt.compile(mornings, "vn"))


@pytest.mark.parametrize(
    ("alteration", "subjects", "unknown"),
    [
        # A fee that nobody has assessed stands in the package alone.
        pytest.param(ONE_BYTE, ["1.014464"], {"fees 1 amount"}, id="byte of a package"),
        pytest.param(DIGEST, ["1.014464"], {"fees 1 amount"}, id="digest of a package"),
        pytest.param(COMMENT, ["ha-tinh"], set(), id="comment in a calendar"),
        pytest.param(NO_TEXT, ["ha-tinh"], set(), id="calendar without text"),
        pytest.param(RENAMED, ["ha-tinh", "ha-tinh"], set(), id="name of a calendar's version"),
    ],
)
async def test_what_is_damaged_is_a_finding_of_its_own_and_all_else_of_each_dossier_is_compared(
    world: World, alteration: str, subjects: list[str], unknown: set[str]
) -> None:
    dossiers = [await worked_on(world) for _ in range(2)]
    await world.changed(alteration)
    assert [each.reference for each in await found(world)] == subjects

    for statement in PLANTED:
        await world.changed(statement)
    told = await found(world)
    for dossier in dossiers:
        whats = {re.sub(r"/\d+ ", "/<n> ", each.what) for each in told if each.reference == dossier.reference}
        assert whats == {*PLANTED.values(), "end of the chain"} - unknown


async def test_the_audit_of_one_dossier_tells_what_is_damaged_of_its_rules(world: World) -> None:
    before = await worked_on(world)
    await world.changed(COMMENT)
    (calendar,) = [each async for each in audit.differences(DossierService(world.db), before.code)]
    version = await world.one("select version from calendar where id = 'ha-tinh'")
    assert (calendar.reference, calendar.what, calendar.said) == (
        "ha-tinh",
        f"calendar version {version}",
        version,
    )
    assert len(str(calendar.stored)) == len(version)
    assert calendar.stored != version


async def test_nothing_is_rebuilt_by_damaged_rules(world: World) -> None:
    before = await worked_on(world)
    await world.changed(COMMENT)
    with pytest.raises(damage.CalendarDamaged, match="ha-tinh is damaged"):
        await audit.rebuild(DossierService(world.db), before.reference)
