"""Everything personal of an erased dossier is gone from the database; chain, code, dates and verdict stay."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from hoso_bpmn.runs import state as runs
from hoso_models.storage.database import Database
from hoso_workflows import audit
from hoso_workflows.attachments import sweep
from hoso_workflows.attachments.store import Store
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters.forms import FORMS
from hoso_workflows.privacy import destruction
from support import files
from support.acts_of_law import GROUND, TO_THE_RESULT, acts, completed, refused
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, SPECIALIST, Rest, problem
from support.destructions import AGENCY, confirmed, executed, ordered
from support.world import DESK, OTHER, instant, person

ENDED = "2026-03-05 09:00"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


class Canaries:
    """Texts that stand nowhere else, each given out once."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, what: str = "chữ") -> str:
        self.given.append(f"{what} chimbao{len(self.given):03}x")
        return self.given[-1]

    def email(self) -> str:
        self.given.append(f"chimbao{len(self.given):03}x@nguoi-nop.test")
        return self.given[-1]

    def found(self, text: str) -> list[str]:
        """Those of which something stands in a text, whatever their case."""
        low = text.lower()
        return [each for each in self.given if each.split()[-1].partition("@")[0] in low]


async def everything(db: Database) -> str:
    """Each table as text, and what lies packed in the states of the engine."""
    texts = []
    for row in await db.rows(_TABLES):
        texts += [found[0] for found in await db.rows(f"select t::text from {row.name} t")]  # noqa: S608 - names of our own
    for row in await db.rows("select state from engine_state"):
        texts.append(str(runs.read(row.state)))
    return "\n".join(texts)


#: Of a table in partitions the whole.
_TABLES = """
select quote_ident(relname) as name from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1
"""


async def lived(rest: Rest, canary: Canaries) -> Any:
    """A dossier in which everything that people write is a canary, from its filing to its hand-over."""
    rest.clock.turn("2026-03-02 08:00")
    applicant = {
        "kind": "organisation",
        **{name: canary() for name in ("name", "authorisation_paper")},
        "address": "Số 1",
        **{
            name: canary("số") for name in ("identifier", "phone", "authorised_name", "authorised_identifier")
        },
        "email": canary.email(),
    }
    form = {**FILING["form"], "thuong_nhan": canary(), "hang_hoa": canary(), "nuoc_nhap_khau": canary()}
    standing = await rest.files(applicant=applicant, form=form)
    sent = await files.sends(
        rest, standing["reference"], CLERK, files.pdf(), f"{canary()}.pdf", title=canary(), component="TP01"
    )
    assert sent.status_code == 201, sent.text
    at = iter([f"2026-03-02 08:{minute:02}" for minute in range(5, 59, 2)])
    await acts(rest, standing, "supplement-request", CLERK, next(at), reason=canary(), items=[canary()])
    await acts(rest, standing, "supplement", CLERK, next(at), note=canary())
    await acts(rest, standing, "acceptance", CLERK, next(at), note=canary())
    asked = {"unit": OTHER, "question": canary(), "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, next(at), **asked)
    elsewhere = person("specialist", OTHER)
    (consulted,) = (await rest.get("/v1/consultations", elsewhere)).json()["items"]
    path = f"consultations/{consulted['id']}/answer"
    await acts(rest, standing, path, elsewhere, next(at), answer=canary())
    await acts(
        rest, standing, "correction", CLERK, next(at), reason=canary(), applicant={"address": canary()}
    )
    await acts(rest, standing, "notes", CLERK, next(at), text=canary())
    await acts(rest, standing, "suspension", HEAD, next(at), reason=canary(), basis="Luật")
    await acts(rest, standing, "suspension-end", HEAD, next(at), reason=canary())
    await acts(
        rest, standing, "obligation", CLERK, next(at), reason=canary(), basis="Luật", document=canary()
    )
    await acts(rest, standing, "obligation-met", CLERK, next(at), proof=canary())
    given = {
        "recipient": "Tòa án",
        "basis": "Luật",
        "purpose": canary(),
        "data": ["Họ tên"],
        "decision": "QĐ 1",
    }
    standing = await acts(rest, standing, "disclosures", HEAD, next(at), **given)
    for by, said in TO_THE_RESULT:
        rest.clock.turn(next(at))
        more = {"reason": canary()} if "result" in said else {}
        standing = await rest.completes(standing, by, note=canary(), **{**said, **more})
    handed = {name: canary() for name in ("receiver", "identifier", "postal_number", "note")}
    rest.clock.turn(ENDED)
    returned = await rest.done(f"/v1/dossiers/{standing['reference']}/handover", CLERK, handed)
    await rest.world.changed(_LATE_DRAFT, standing["reference"], CLERK, {"note": canary()})
    return returned


#: A draft that was being written when its task was closed.
_LATE_DRAFT = """
insert into officer_task (task_id, principal_id, draft, draft_version, draft_saved_at)
select t.id, $2, $3, 1, t.opened_at from user_task t join dossier d on d.id = t.dossier_id where d.reference = $1 limit 1
"""


def kept(store: Path) -> list[Path]:
    """The objects in a store."""
    return [path for path in store.rglob("*") if path.is_file()]


async def sound(rest: Rest) -> list[str]:
    return [str(each) async for each in audit.differences(DossierService(rest.world.db))]


async def test_nothing_personal_is_left_of_a_dossier_that_two_persons_had_erased(
    store: Path, rest: Rest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = Canaries()
    standing = await lived(rest, canary)
    assert (canary.found(await everything(rest.world.db)), len(kept(store))) == (canary.given, 2)
    before = (await rest.get(f"/v1/dossiers/{standing['code']}", CLERK)).json()
    found = await ordered(rest, standing, "2026-03-06 08:00")
    await confirmed(rest, found, "2026-03-06 09:00")
    assert await executed(rest, "2026-03-06 10:00") == destruction.Executed(1, {})
    assert canary.found(await everything(rest.world.db)) == []
    assert canary.found(caplog.text) == []
    after = (await rest.get(f"/v1/dossiers/{standing['code']}", CLERK)).json()
    assert canary.found(str(after)) == []
    assert await rest.world.one("select count(*) from dossier_key") == 0
    await sweep.sweep(rest.world.db, Store(store), at=instant("2027-03-01 08:00"))
    assert kept(store) == []
    stays = ("reference", "code", "status", "outcome", "due_first", "due_legal", "due_promised", "verdict")
    assert {name: after[name] for name in stays} == {name: before[name] for name in stays}
    assert await sound(rest) == []
    assert await executed(rest, "2026-03-06 11:00") == destruction.Executed(0, {})
    read = (await rest.get(f"/v1/destruction-lists/{found['id']}", ADMINISTRATOR)).json()
    assert (read["status"], read["erased"], read["finished_at"]) == (
        "finished",
        1,
        "2026-03-06T10:00:00+07:00",
    )


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
