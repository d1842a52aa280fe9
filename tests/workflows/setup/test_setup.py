"""Setup from one file: planned, applied once, all or nothing; written back; officers from sheets."""

import asyncio
import io
from collections import Counter
from datetime import date
from uuid import UUID

import openpyxl
import pytest

from hoso_api.translation import setup_errors
from hoso_workflows import errors
from hoso_workflows.organisation import administration, principals, register
from hoso_workflows.organisation.register.refusals import BelowItself
from hoso_workflows.setup import document, export, service, sheets
from support.world import PROVINCE, World, instant, person

AT = instant("2026-03-02 08:00")
ADMINISTRATOR = person("administrator", PROVINCE)
FILE = """
schema = "hoso-setup/1"
[defaults]
from = 2026-03-01
basis = "QĐ 1/QĐ-UBND"

[[area]]
code = "42"
name = "Tỉnh Hà Tĩnh"
kind = "province"
[[area]]
code = "18073"
name = "Xã 1"
kind = "commune"
parent = "42"

[[unit]]
code = "H27.XA01.MC"
name = "Bộ phận Một cửa xã 1"
kind = "one_stop"
level = "commune"
parent = "H27.XA01"
[[unit]]
code = "H27.XA01"
name = "UBND xã 1"
kind = "people_committee"
level = "commune"
calendar = "ha-tinh"
parent = "H27"
area = "18073"
authority = true

[[person]]
code = "xa01-mc1"
name = "Cán bộ một cửa 1"
unit = "H27.XA01.MC"
email = "mc1@xa01.example"
roles = ["reception", "clerk @ H27.XA01"]
[[person]]
code = "xa01-qt"
name = "Quản trị 1"
unit = "H27.XA01"
roles = "administrator"

[[owner]]
procedure = ["1.999999"]
unit = "H27.XA01"
[[competence]]
procedure = ["1.999999", "1.999998"]
unit = ["H27.XA01"]
part = ["receiving", "handling", "deciding"]
[[substitution]]
absent = "xa01-mc1"
acting = "xa01-qt"
unit = "H27.XA01.MC"
from = 2026-03-10
to = 2026-03-12
reason = "Nghỉ phép"
role = "reception"
"""


def read(text: str = FILE) -> document.Document:
    return setup_errors.read(text.encode(), "xa01.toml")


async def apply(
    world: World, text: str = FILE, *, by: UUID = ADMINISTRATOR, **said: bool
) -> tuple[service.Done, ...]:
    return await service.apply(world.db, read(text), register.Asker(by), AT, **said)


def kinds(done: tuple[service.Done, ...]) -> Counter[str]:
    return Counter(each.act.kind for each in done)


ENTERED = {
    "area_entered": 2,
    "unit_entered": 2,
    "person_entered": 2,
    "contact_entered": 1,
    # Whom an administrator enters, another lets receive.
    "role_given": 1,
    "role_proposed": 2,
    "owner_named": 1,
    "competence_given": 6,
    "substitution_entered": 1,
}


async def test_a_file_is_applied_once_and_then_changes_nothing(world: World) -> None:
    assert kinds(await apply(world)) == ENTERED
    assert await apply(world) == ()
    assert await administration.verify(world.db) == []
    assert (
        await world.one("select unit_code from procedure_owner where procedure_code = '1.999999'")
        == "H27.XA01"
    )


async def test_a_dry_run_shows_the_same_acts_and_stores_nothing(world: World) -> None:
    assert kinds(await apply(world, dry_run=True)) == ENTERED
    assert await world.one("select count(*) from administration_event") == 0
    assert await world.one("select count(*) from unit where code like 'H27.XA01%'") == 0


async def test_what_is_written_back_changes_nothing_when_applied(world: World) -> None:
    await apply(world)
    await world.changed("update unit set telephone = '0239 3855 555' where code = 'H27.XA01'")
    written = await export.export(world.db, AT)
    assert await apply(world, written) == ()
    assert written.count("telephone = ") == 1
    # A file that tells no number leaves the one that there is.
    assert await apply(world) == ()
    changed = written.replace("0239 3855 555", "1022")
    assert kinds(await apply(world, changed)) == {"unit_changed": 1}
    assert await world.one("select telephone from unit where code = 'H27.XA01'") == "1022"
    assert 'code = "xa01-mc1"' in written


async def test_a_system_is_declared_written_back_and_stays_what_it_is(world: World) -> None:
    partner = """
[[person]]
code = "thue"
name = "Hệ thống thuế"
unit = "H27.XA01"
kind = "partner"
roles = "clerk"
"""
    await apply(world, FILE + partner)
    assert await world.one("select kind from principal where code = 'thue'") == "partner"
    written = await export.export(world.db, AT)
    assert 'kind = "partner"' in written
    assert await apply(world, written) == ()
    with pytest.raises(errors.FormRefused) as refused:
        await apply(world, FILE + partner.replace('"partner"', '"system"'))
    assert [fault.field for fault in refused.value.faults] == ["person.2.kind"]


async def test_two_who_apply_the_same_file_at_once_enter_it_once(world: World) -> None:
    both = await asyncio.gather(apply(world), apply(world))
    assert sorted(map(len, both)) == [0, sum(ENTERED.values())]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (FILE.replace('kind = "one_stop"', 'kindd = "one_stop"'), "unit.0.kind"),
        (FILE.replace("2026-03-10", '"10/03/2026"'), "substitution.0.from"),
        (FILE.replace('part = ["receiving"', 'part = ["recieving"'), "competence.0.part.0"),
        (FILE.replace("hoso-setup/1", "hoso-setup/2"), "schema"),
        (FILE.replace('code = "xa01-qt"', 'code = "xa01 qt"'), "person.1.code"),
        (FILE + "[[unit]", "xa01.toml"),
    ],
)
def test_a_slip_in_a_file_is_named_by_its_place(text: str, field: str) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        read(text)
    assert field in [fault.field for fault in refused.value.faults]


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        (FILE.replace('unit = ["H27.XA01"]', 'unit = ["H27.XA09"]'), "competence.0"),
        (FILE.replace('acting = "xa01-qt"', 'acting = "xa01-mc1"'), "substitution.0"),
        (FILE.replace('roles = "administrator"', 'roles = "administrator @ H28"'), "person.1.roles"),
        (FILE.replace('email = "mc1@xa01.example"', 'email = "mc1"'), "person.0"),
    ],
)
async def test_an_entry_that_cannot_be_applied_leaves_nothing_of_the_file(
    world: World, text: str, place: str
) -> None:
    with pytest.raises(service.StepRefused) as refused:
        await apply(world, text)
    assert refused.value.place == place
    assert await world.one("select count(*) from administration_event") == 0
    assert await world.one("select count(*) from area") == 0


async def test_units_that_stand_in_a_circle_are_refused(world: World) -> None:
    with pytest.raises(BelowItself):
        await apply(world, FILE.replace('parent = "H27"\n', 'parent = "H27.XA01.MC"\n'))


async def test_only_an_administrator_applies_a_file(world: World) -> None:
    with pytest.raises(errors.Forbidden):
        await apply(world, by=person("head"))
    assert await world.one("select count(*) from access_log where not granted") == 1


async def test_what_the_file_no_longer_names_ends_on_request_only(world: World) -> None:
    await apply(world)
    less = FILE.replace('roles = ["reception", "clerk @ H27.XA01"]', 'roles = ["reception"]').replace(
        'part = ["receiving", "handling", "deciding"]', 'part = ["receiving", "handling"]'
    )
    assert await apply(world, less) == ()
    assert kinds(await apply(world, less, prune=True)) == {"role_ended": 1, "competence_ended": 2}
    assert await apply(world, less, prune=True) == ()
    assert kinds(await apply(world)) == {"role_given": 1, "competence_given": 2}


async def test_a_unit_that_the_file_ends_has_a_successor(world: World) -> None:
    await apply(world)
    ended = FILE.replace(
        "authority = true\n", 'authority = true\nto = 2026-06-30\nsuccessor = "H27"\n'
    ).replace(
        'parent = "H27.XA01"\n[[unit]]',
        'parent = "H27.XA01"\nto = 2026-06-30\nsuccessor = "H27"\n[[unit]]',
    )
    assert kinds(await apply(world, ended)) == {"unit_closed": 2, "unit_succeeded": 2}
    row = await world.db.row("select valid_to, successor_code from unit where code = 'H27.XA01'")
    assert tuple(row) == (date(2026, 6, 30), PROVINCE)


async def test_an_empty_register_is_set_up_by_an_operator_alone(world: World) -> None:
    await world.changed("update role_assignment set valid_to = '2026-02-01' where role = 'administrator'")
    operator = await principals.ensure_operator(world.db, "người vận hành", at=AT)
    text = FILE.replace('parent = "H27"\n', "").replace("H27", "H31")
    done = await service.apply(world.db, read(text), register.Asker(None, operator), AT)
    assert kinds(done) == {**{k: n for k, n in ENTERED.items() if k != "role_proposed"}, "role_given": 3}
    assert await service.apply(world.db, read(text), register.Asker(None, operator), AT) == ()
    with pytest.raises(errors.Forbidden):
        await service.apply(
            world.db, read(text.replace("UBND xã 1", "UBND xã 2")), register.Asker(None, operator), AT
        )


def test_officers_are_read_from_csv_as_vietnamese_programs_write_it() -> None:
    people = sheets.officers(
        "\ufeffMã;Họ tên;Đơn vị;Vai trò\ncv1;Chuyên viên 1;H27.SYT;specialist, clerk\n".encode(), "a.csv"
    )
    assert people == (
        document.PersonTable(code="cv1", name="Chuyên viên 1", unit="H27.SYT", roles=["specialist", "clerk"]),
    )


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)  # type: ignore[union-attr]  # a new workbook has a sheet
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_officers_are_read_from_xlsx() -> None:
    data = workbook(
        ("Mã", "Họ và tên", "Đơn vị", "Điện thoại"),
        (1001, "Chuyên viên 1", "H27.SYT", "0239 000 000"),
        (None,),
    )
    assert sheets.officers(data, "a.xlsx") == (
        document.PersonTable(code="1001", name="Chuyên viên 1", unit="H27.SYT", telephone="0239 000 000"),
    )


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (workbook(("code", "name", "unit"), ("cv1", "=1+1", "H27")), ["a:2.name"]),
        (workbook(("code", "name"), ("cv1", "CV")), ["a:1"]),
        (workbook(("code", "name", "unit", "code"), ("c", "CV", "H27", "d")), ["a:1"]),
        (
            workbook(("code", "name", "unit"), ("c v", "CV", "H27"), ("c2", None, "H27")),
            ["a:2.code", "a:3.name"],
        ),
        (b"code,name,unit\ncv1,=cmd(),H27\n", ["a:2.name"]),
        (b"code,name,unit,salary\n", ["a:1"]),
        (b"\xff\xfe\x00", ["a"]),
        (b"PK\x03\x04 no workbook", ["a"]),
        (b"", ["a"]),
        (b'code,name,unit\n"cv1,CV,H27\n', ["a"]),
    ],
)
def test_a_sheet_with_faults_is_refused_with_each_line(data: bytes, fields: list[str]) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        sheets.officers(data, "a")
    assert [fault.field for fault in refused.value.faults] == fields
