"""Taking a dossier in: who may, what must be there, and nothing stored when it is refused."""

from typing import Any
from uuid import UUID

import pytest

from hoso_models import EntryChannel
from hoso_workflows import errors
from hoso_workflows.dossiers import filing
from hoso_workflows.lifecycle.commands import Applicant
from support.world import CITIZEN, DEPARTMENT, DESK, FORM, OTHER, World, complete, instant, person


async def fields(world: World, **said: Any) -> list[str]:
    """The fields at fault when this is filed online."""
    with pytest.raises(errors.FormRefused) as refused:
        await world.files(channel=EntryChannel.ONLINE, **said)
    assert await world.one("select count(*) from dossier") == 0
    return [fault.field for fault in refused.value.faults]


async def test_a_citizen_files_online_and_is_the_applicant(world: World) -> None:
    filed = await world.files(channel=EntryChannel.ONLINE, portal="dichvucong.gov.vn")
    row = await world.db.row(
        "select d.entry_channel, d.filed_on_portal, d.filed_by, p.principal_id, p.name_folded, d.form_data"
        " from dossier d join party p on p.id = d.applicant_id where d.reference = $1",
        [filed.reference],
    )
    assert tuple(row or ()) == (
        "online",
        "dichvucong.gov.vn",
        CITIZEN,
        CITIZEN,
        "nguoi nop 1",
        FORM["1.014464"],
    )


async def test_the_desk_files_for_somebody_who_has_no_account(world: World) -> None:
    await world.files(channel=EntryChannel.POST)
    assert await world.one("select principal_id from party") is None


async def test_a_reference_cannot_be_guessed(world: World) -> None:
    found = {(await world.files()).reference for _ in range(20)}
    assert len(found) == 20
    assert {len(reference) for reference in found} == {22}


async def test_a_reference_is_none_that_a_command_would_take_for_an_option(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(("-JqjUPkTAEaPkxq-Mq8upw", "--qjUPkTAEaPkxq-Mq8upw", "_JqjUPkTAEaPkxq-Mq8upw"))
    monkeypatch.setattr(filing.secrets, "token_urlsafe", lambda _bytes: next(drawn))
    assert (await world.files()).reference == "_JqjUPkTAEaPkxq-Mq8upw"


async def test_every_fault_of_a_form_is_named_at_once(world: World) -> None:
    form = {"thuong_nhan": " " * 300, "ma_so_thue": "abc", "so_ban_cfs": "hai", "mau": "đỏ"}
    found = await fields(world, form=form, components=("TP01", "TP77"), applicant=Applicant("  "))
    assert found == [
        "components[1]",
        "form.thuong_nhan",
        "form.ma_so_thue",
        "form.hang_hoa",
        "form.nuoc_nhap_khau",
        "form.so_ban_cfs",
        "form.mau",
        "components",
        "components",
        "applicant.name",
    ]


async def test_at_the_desk_papers_and_answers_may_be_missing_but_not_wrong(world: World) -> None:
    await world.files(form={}, components=())
    with pytest.raises(errors.FormRefused) as refused:
        await world.files(form={"ma_so_thue": "abc"}, components=())
    assert [fault.field for fault in refused.value.faults] == ["form.ma_so_thue"]


async def test_papers_are_written_down_with_what_was_handed_in(world: World) -> None:
    await world.files(components=("TP01", "TP04"))
    rows = await world.db.rows("select code, required, received from component order by code")
    assert [tuple(row) for row in rows] == [
        ("TP01", True, True),
        ("TP02", True, False),
        ("TP03", False, False),
        ("TP04", True, True),
    ]


async def test_an_unknown_case_is_refused_with_those_that_there_are(world: World) -> None:
    with pytest.raises(errors.FormRefused, match="default") as refused:
        await world.files(case="gia-han")
    assert [fault.field for fault in refused.value.faults] == ["case"]


async def test_a_procedure_without_an_active_version_takes_no_dossier(world: World) -> None:
    with pytest.raises(errors.NotFound):
        await world.files(procedure="1.001806")


async def test_only_a_competent_unit_receives(world: World) -> None:
    with pytest.raises(errors.NotCompetent) as refused:
        await world.files(receiving_unit=DEPARTMENT)
    assert (refused.value.part, refused.value.competent) == ("receiving", (DESK,))


async def test_among_several_competent_units_one_has_to_be_named_unless_it_is_ones_own_desk(
    world: World,
) -> None:
    await world.changed(
        "insert into competence (id, procedure_code, unit_code, part, valid_from, basis)"
        " values (gen_random_uuid(), '1.014464', $1, 'receiving', '2026-01-01', 'QĐ')",
        DEPARTMENT,
    )
    with pytest.raises(errors.UnitUnsettled) as refused:
        await world.files(channel=EntryChannel.ONLINE)
    assert (refused.value.part, set(refused.value.choices)) == ("receiving", {DESK, DEPARTMENT})
    for named in ({"receiving_unit": DESK}, {}):
        filed = await world.files(**named)
        assert filed.body["tasks"][0]["unit"] == DESK


async def test_a_competence_that_has_ended_receives_nothing_more(world: World) -> None:
    await world.changed("update competence set valid_to = '2026-03-01' where part = 'receiving'")
    await world.files("2026-03-01 23:59")
    with pytest.raises(errors.NotCompetent):
        await world.files("2026-03-02 00:00")


@pytest.mark.parametrize(
    ("actor", "channel"),
    [
        (CITIZEN, EntryChannel.DESK),
        (person("specialist"), EntryChannel.ONLINE),
        (person("clerk", OTHER), EntryChannel.DESK),
        (person("head", DESK), EntryChannel.POST),
        (UUID(int=77), EntryChannel.DESK),
    ],
)
async def test_who_may_not_file_is_refused_and_remembered(
    world: World, actor: UUID, channel: EntryChannel
) -> None:
    with pytest.raises(errors.Forbidden):
        await world.files(actor=actor, channel=channel)
    rows = await world.db.rows("select principal_id, act, subject, granted from access_log")
    known = None if actor == UUID(int=77) else actor
    assert [tuple(row) for row in rows] == [(known, "File", "1.014464", False)]
    assert await world.one("select count(*) from dossier") == 0


async def test_a_partner_files_online_for_others(world: World) -> None:
    await world.changed("update principal set kind = 'partner' where id = $1", CITIZEN)
    filed = await world.files(channel=EntryChannel.ONLINE, external_code="BDTW-1")
    assert (
        await world.one("select external_code from dossier where reference = $1", filed.reference) == "BDTW-1"
    )


async def test_the_service_level_of_the_day_of_filing_stays_with_the_dossier(world: World) -> None:
    await world.changed(
        "insert into service_level (procedure_code, kind, decision_no, decision_date, valid_from, entered_at, entered_by)"
        " values ('1.014464', 'full', '1/QĐ', '2026-01-02', '2026-03-01', $1, $2)",
        instant("2026-01-05 08:00"),
        person("administrator", "H27"),
    )
    await world.files("2026-02-27 09:00")
    await world.files("2026-03-02 09:00")
    rows = await world.db.rows("select service_level from dossier order by filed_at")
    assert [row.service_level for row in rows] == [None, "full"]


async def test_the_form_itself_stays_out_of_the_events(world: World) -> None:
    await world.files()
    payload = await world.one("select payload::text from dossier_event where kind = 'filed'")
    assert "form_sha256" in payload
    assert "Sách in" not in payload


async def test_garbage_in_a_form_is_refused_like_any_wrong_answer(world: World) -> None:
    deep: Any = []
    for _ in range(50):
        deep = [deep]
    found = await fields(world, form={**FORM["1.014464"], "so_ban_cfs": deep, "hang_hoa": {"a": 1}})
    assert found == ["form.hang_hoa", "form.so_ban_cfs"]


def test_the_same_request_has_the_same_bytes() -> None:
    assert filing.canonical(complete()) == filing.canonical(complete())
    assert filing.canonical(complete()) != filing.canonical(complete(components=()))
