"""Everything personal of an erased dossier is gone from the database; chain, code, dates and verdict stay."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from hoso_models import postgres
from hoso_workflows import audit, recompute
from hoso_workflows.attachments import sweep
from hoso_workflows.attachments.store import Store
from hoso_workflows.calendars import register
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters.forms import FORMS
from hoso_workflows.privacy import destruction
from support import calendars, lives
from support.acts_of_law import GROUND, TO_THE_RESULT, acts, completed, refused
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest, problem
from support.calendars import Way
from support.canaries import Canaries, empty, everything, filled
from support.destructions import AGENCY, confirmed, executed, ordered
from support.erased_columns import ERASED
from support.procedures import charging
from support.world import DEPARTMENT, DESK, OTHER, instant, person

#: What an erasure blanks.
COLUMNS = {f"{table}.{column}" for table, columns in ERASED.items() for column in columns}
#: Tables in which these dossiers have no row: nothing is torn in them, no calendar moves, no list names them yet, no timer is
#: armed, and nobody is reminded of them.
UNTOUCHED = {"calendar_move", "damaged_file", "damaged_run", "destruction_item", "reminder", "timer"}
#: What an erasure blanks, of which they have nothing: nobody writes a note on a paper, no token is held up, a reason of a mail
#: server holds no address, and this world has no areas.
UNFILLED = {
    *("damaged_file.message", "damaged_run.element", "damaged_run.message", "timer.payload"),
    *("component.note", "dossier.incidents", "outbox.last_error", "party.area_code"),
}
#: Of which a part stays: the law, the procedure, the names of the dossier.
PARTLY = {"appointment.why", "dossier_search.terms", "fee.basis", "letter.data"}
#: A portal that is told of every dossier, what it does not take, and what it calls one of them.
PORTAL = """
insert into partner_portal (code, name, unit_code, concerns, principal_id, basis, valid_from, entered_by, entered_at)
select 'cong-mau', 'Cổng mẫu', code, 'all', $1, 'QĐ 1', '2026-01-01', $1, $2 from unit where parent_code is null
"""
REFUSED = "update portal_status set refusal = $1, refused_at = at"
FILED_THERE = """
insert into portal_filing (portal, external_code, dossier_id, at)
select 'cong-mau', $1, id, filed_at from dossier order by filed_at, id limit 1
"""
#: What is told of a dossier as before.
STAYS = ("reference", "code", "status", "outcome", "due_first", "due_legal", "due_promised", "verdict")


def told(found: Any) -> dict[str, Any]:
    return {name: found[name] for name in STAYS}


@pytest.fixture
def charging_url(server: postgres.Server) -> Iterator[str]:
    """The address of a world with a procedure that has fees."""
    with charging.founded(server) as url:
        yield url


@pytest.fixture
async def signed(charging_url: str, tmp_path: Path) -> AsyncIterator[Rest]:
    """The API over that world, with a key of the desk."""
    async with lives.served(charging_url, tmp_path) as rest:
        yield rest


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


def kept(store: Path) -> list[Path]:
    """The objects in a store."""
    return [path for path in store.rglob("*") if path.is_file()]


async def sound(rest: Rest) -> list[str]:
    return [str(each) async for each in audit.differences(DossierService(rest.world.db))]


async def test_nothing_personal_is_left_of_dossiers_that_two_persons_had_erased(
    store: Path, signed: Rest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rest, canary = signed, Canaries()
    await rest.world.changed(PORTAL, CLERK, instant("2026-01-05 08:00"))
    lived = [await life(rest, canary) for life in lives.ALL]
    await rest.world.changed(REFUSED, canary("cổng không nhận"))
    await rest.world.changed(FILED_THERE, canary("mã của cổng"))
    named = [each["reference"] for each in lived]
    db = rest.world.db
    assert canary.found(await everything(db)) == canary.given
    assert len(kept(store)) == 15
    assert await empty(db, named) == UNTOUCHED
    assert COLUMNS - await filled(db, named) == UNFILLED
    before = [(await rest.get(f"/v1/dossiers/{each}", CLERK)).json() for each in named]
    for at, each in enumerate(lived, 10):
        found = await ordered(rest, each, f"2026-03-06 08:{at}")
        await confirmed(rest, found, f"2026-03-06 09:{at}")
    assert await executed(rest, "2026-03-06 10:00") == destruction.Executed(len(lived), {})
    assert canary.found(await everything(db)) == []
    assert await filled(db, named) == PARTLY
    assert canary.found(caplog.text) == []
    after = [(await rest.get(f"/v1/dossiers/{each}", CLERK)).json() for each in named]
    assert canary.found(str(after)) == []
    assert await rest.world.one("select count(*) from dossier_key") == 0
    assert await rest.world.one("select count(sealed) from feedback") == 0
    await sweep.sweep(db, Store(store), at=instant("2027-03-01 08:00"))
    assert kept(store) == []
    assert [told(each) for each in after] == [told(each) for each in before]
    assert await sound(rest) == []
    assert await executed(rest, "2026-03-06 11:00") == destruction.Executed(0, {})
    read = (await rest.get(f"/v1/destruction-lists/{found['id']}", ADMINISTRATOR)).json()
    assert (read["status"], read["erased"], read["finished_at"]) == (
        "finished",
        1,
        "2026-03-06T10:00:00+07:00",
    )


@pytest.mark.parametrize("own", [False, True], ids=["a new version", "another calendar"])
async def test_dates_that_a_calendar_moved_are_counted_again_behind_the_erasure(
    rest: Rest, own: bool
) -> None:
    accepted, filed = await rest.accepts(), await rest.files()
    await calendars.administrators(rest.world.db)
    await (closed_by_the_department(rest) if own else Way(rest.world).whole(calendars.closed("2026-03-04")))
    rest.clock.turn("2026-03-06 08:00")
    await completed(rest, accepted, *TO_THE_RESULT)
    await acts(rest, accepted, "handover", CLERK, "2026-03-06 09:00")
    await acts(rest, filed, "refusal", CLERK, "2026-03-06 09:10", reason="Sai thẩm quyền")
    both = [each["reference"] for each in (accepted, filed)]
    before = [await explained(rest, each) for each in both]
    assert [cycle["kind"] for each in before for cycle in each["cycles"]] == ["accepted", "calendar_revision"]
    for at, each in enumerate((accepted, filed), 10):
        await confirmed(rest, await ordered(rest, each, f"2026-03-09 08:{at}"), f"2026-03-09 09:{at}")
    assert await executed(rest, "2026-03-09 10:00") == destruction.Executed(2, {})
    assert [await explained(rest, each) for each in both] == before
    assert await sound(rest) == []
    later = "update dossier set due_legal = due_legal + interval '1 day' where reference = $1"
    await rest.world.changed(later, both[0])
    (found,) = await sound(rest)
    assert "due_legal" in found


async def explained(rest: Rest, reference: str) -> Any:
    """The explanation of a dossier's dates, beside the list of its erased events."""
    found = (await rest.get(f"/v1/dossiers/{reference}/deadline", CLERK)).json()
    assert recompute.dates(found)["due_legal"] == found["dates"]["due_legal"]
    return {key: value for key, value in found.items() if key != "erased"}


async def closed_by_the_department(rest: Rest) -> None:
    """A calendar of the department's own, by which it counts from then on."""
    text = (
        'schema = "lich-lam-viec/1"\nid = "so-vh"\nname = "Lịch Sở Văn hóa"\nextends = "ha-tinh"\n'
        'closure = [\n  { date = 2026-03-04, name = "Ngập", basis = "Quyết định" },\n]\n'
    )
    said = {"actor": ADMINISTRATOR, "at": instant(calendars.ENTERED)}
    await register.create(rest.world.db, "so-vh", "Lịch Sở Văn hóa", unit=DEPARTMENT, **said)
    await Way(rest.world, "so-vh").whole(text.encode(), DEPARTMENT)


async def test_an_erased_dossier_is_not_acted_on_any_more(rest: Rest) -> None:
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")
    await confirmed(rest, await ordered(rest, standing, "2026-03-04 08:00"), "2026-03-04 09:00")
    await executed(rest, "2026-03-04 10:00")
    for name, by, said in (
        ("reopening", HEAD, GROUND),
        ("correction", CLERK, {"reason": "Sai", "applicant": {"address": "Số 1"}}),
        ("erasure", ADMINISTRATOR, GROUND),
    ):
        told = await refused(rest, standing, name, by, "2026-03-05 09:00", **said)
        assert told["type"] == "urn:hoso:problem:erased"


async def test_the_letters_of_an_erased_dossier_are_listed_and_read_by_nobody_whatever_their_form(
    rest: Rest,
) -> None:
    """The same answer of every form, to the desk and to the unit that was asked; the books of the desk are still printed."""
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-02 09:10", **asked)
    await completed(rest, standing, *TO_THE_RESULT)
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")
    path = f"/v1/dossiers/{standing['reference']}"
    listed = (await rest.get(f"{path}/letters", CLERK)).json()
    await confirmed(rest, await ordered(rest, standing, "2026-03-04 08:00"), "2026-03-04 09:00")
    await executed(rest, "2026-03-04 10:00")
    assert (await rest.get(f"{path}/letters", CLERK)).json() == listed
    letter = listed["items"][-1]["id"]
    for form in FORMS:
        await rest.world.changed("update letter set form = $1 where id = $2", form, letter)
        for by in (CLERK, person("specialist", OTHER)):
            told = problem(await rest.get(f"{path}/letters/{letter}.html", by))
            assert (told["status"], told["type"]) == (409, "urn:hoso:problem:erased"), form
    assert problem(await rest.get(f"{path}/letters/{letter}.pdf", CLERK))["type"] == "urn:hoso:problem:erased"
    book = await rest.get(f"/v1/registers/dossiers.html?unit={DESK}&from=2026-03-01&to=2026-03-31", CLERK)
    assert (standing["code"] in book.text, "Đã xóa theo luật" in book.text) == (True, True)
    assert standing["code"] in (await rest.get(f"{path}/control-sheet.html", CLERK)).text


async def test_a_hold_keeps_a_dossier_from_being_erased_until_it_is_lifted(rest: Rest) -> None:
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")
    found = await ordered(rest, standing, "2026-03-04 08:00")
    await acts(rest, standing, "hold", ADMINISTRATOR, "2026-03-04 08:30", **GROUND)
    await confirmed(rest, found, "2026-03-04 09:00")
    left = destruction.Executed(0, {standing["reference"]: "legal-hold"})
    assert await executed(rest, "2026-03-04 10:00") == left
    again = await refused(rest, standing, "hold", ADMINISTRATOR, "2026-03-04 10:30", **GROUND)
    assert again["type"] == "urn:hoso:problem:legal-hold"
    await acts(rest, standing, "hold-end", ADMINISTRATOR, "2026-03-04 11:00", reason="Xong")
    nothing = await refused(rest, standing, "hold-end", ADMINISTRATOR, "2026-03-04 11:30", reason="Xong")
    assert nothing["type"] == "urn:hoso:problem:no-hold"
    assert await executed(rest, "2026-03-04 12:00") == destruction.Executed(1, {})
    assert await sound(rest) == []


async def test_a_dossier_is_on_one_open_list_and_ordered_anew_once_that_was_rejected(rest: Rest) -> None:
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")
    found = await ordered(rest, standing, "2026-03-04 08:00")
    again = {"reason": "Rút đồng ý", "basis": "Luật mẫu điều 2"}
    path = f"/v1/dossiers/{standing['reference']}/erasure"
    for by in (ADMINISTRATOR, AGENCY):
        answer = problem(await rest.post(path, by, again))
        assert (answer["status"], answer["type"]) == (409, "urn:hoso:problem:erasure-ordered")
    assert len((await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"]) == 1
    await rest.done(f"/v1/destruction-lists/{found['id']}/rejection", AGENCY, {"decision": "QĐ 7"})
    await rest.done(path, AGENCY, again)
    lists = (await rest.get("/v1/destruction-lists", ADMINISTRATOR)).json()["items"]
    assert sorted(each["status"] for each in lists) == ["drawn", "rejected"]


async def test_an_erasure_is_decided_by_somebody_else_than_who_ordered_it_and_once(rest: Rest) -> None:
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    early = await refused(rest, standing, "erasure", ADMINISTRATOR, "2026-03-03 08:00", **GROUND)
    assert early["type"] == "urn:hoso:problem:wrong-status"
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")
    found = await ordered(rest, standing, "2026-03-04 08:00")
    path, body = f"/v1/destruction-lists/{found['id']}", {"decision": "QĐ 7"}
    own = await rest.post(f"{path}/confirmation", ADMINISTRATOR, body)
    assert problem(own)["type"] == "urn:hoso:problem:own-list"
    assert (await rest.post(f"{path}/confirmation", SPECIALIST, body)).status_code == 403
    rejected = await rest.done(f"{path}/rejection", AGENCY, body)
    assert (rejected["status"], rejected["items"][0]["erased"]) == ("rejected", False)
    twice = await rest.post(f"{path}/confirmation", AGENCY, body)
    assert problem(twice)["type"] == "urn:hoso:problem:list-decided"
    assert await executed(rest, "2026-03-05 10:00") == destruction.Executed(0, {})
