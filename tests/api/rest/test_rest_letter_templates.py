"""An authority's own template is checked, approved by a second person, and sets the letters that are issued from its day on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

from hoso_models import PrincipalKind
from hoso_workflows import letters
from hoso_workflows.letters import html
from hoso_workflows.letters.template_check import findings
from hoso_workflows.organisation import principals, units
from support.acts_of_law import GROUND, acts
from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest, problem
from support.world import DEPARTMENT, DESK, FOUNDED, PROVINCE, SINCE

PLACE = "/v1/letter-templates"
SECOND = UUID(int=0xAD2)
DOCS = Path(__file__).parents[3] / "docs" / "letter-templates.md"
TEMPLATES = Path(letters.__file__).parent / "templates" / "typst"
TYPST = (TEMPLATES / "suspension.typ").read_text(encoding="utf-8")
PAGE = """<p>Mẫu của Sở: {{ letter.series }} {{ letter.code }}</p><h1>{{ letter.title }}</h1><figure>{{ letter.qr }}</figure>"""
ENTRY = {
    "unit": DEPARTMENT,
    "form": "suspension",
    "html": PAGE,
    "typst": TYPST,
    "basis": "Quyết định số 12/QĐ",
    "valid_from": "2026-03-03",
}


async def suspended(rest: Rest, at: str) -> str:
    """The address of the notice of a dossier that is suspended then."""
    standing = await acts(rest, await rest.accepts(), "suspension", HEAD, at, **GROUND)
    path = f"/v1/dossiers/{standing['reference']}/letters"
    return f"{path}/{(await rest.get(path, CLERK)).json()['items'][-1]['id']}"


async def shown(rest: Rest, letter: str) -> str:
    return await words(rest, f"{letter}.html")


async def words(rest: Rest, path: str) -> str:
    return html.text((await rest.get(path, CLERK)).text)


async def second(rest: Rest) -> UUID:
    """Another administrator at the top."""
    async with rest.world.db.transaction() as tx:
        principals.principal(tx, PrincipalKind.OFFICER, "administrator 2", at=FOUNDED, identity=SECOND)
        await tx.flush()
        units.assign(tx, SECOND, PROVINCE, "administrator", SINCE)
    return SECOND


async def test_a_template_sets_the_letters_that_are_issued_from_its_day_on_and_after_another_person_has_approved_it(
    rest: Rest,
) -> None:
    before = await suspended(rest, "2026-03-02 10:00")
    made: dict[str, Any] = await rest.done(PLACE, ADMINISTRATOR, ENTRY)
    assert {name: made[name] for name in ("number", "html", "approved_at")} == {
        "number": 1,
        "html": PAGE,
        "approved_at": None,
    }
    waiting = await suspended(rest, "2026-03-03 10:00")
    assert "Mẫu của Sở" not in await shown(rest, waiting)
    own = problem(await rest.post(f"{PLACE}/{made['id']}/approval", ADMINISTRATOR))
    assert own["type"] == "urn:hoso:problem:own-template"
    rest.clock.turn("2026-03-03 10:15")
    done = await rest.done(f"{PLACE}/{made['id']}/approval", await second(rest))
    assert done["approved_by"] == str(SECOND)
    after = await suspended(rest, "2026-03-03 10:30")
    letters_ = (before, waiting, after)
    assert ["Mẫu của Sở" in await shown(rest, each) for each in letters_] == [False, False, True]
    assert (await rest.get(f"{after}.pdf", CLERK)).content.startswith(b"%PDF-")
    again = problem(await rest.post(f"{PLACE}/{made['id']}/approval", SECOND))
    assert again["type"] == "urn:hoso:problem:template-approved"
    ours = {name: ENTRY[name] for name in ("unit", "form", "basis", "valid_from")}
    ended = await rest.done(PLACE, SECOND, ours)
    rest.clock.turn("2026-03-03 11:00")
    await rest.done(f"{PLACE}/{ended['id']}/approval", ADMINISTRATOR)
    later = await suspended(rest, "2026-03-03 11:30")
    assert ["Mẫu của Sở" in await shown(rest, each) for each in (*letters_, later)] == [
        False,
        False,
        True,
        False,
    ]
    listed = (await rest.get(f"{PLACE}?unit={DEPARTMENT}", CLERK)).json()["items"]
    assert [(each["number"], each["form"]) for each in listed] == [(2, "suspension"), (1, "suspension")]
    chain = "select kind from administration_event where kind like 'letter_template%' order by number"
    assert [row.kind for row in await rest.world.db.rows(chain)] == [
        "letter_template_entered",
        "letter_template_approved",
    ] * 2


async def test_a_template_that_reaches_further_is_refused_with_every_finding(rest: Rest) -> None:
    entry = {**ENTRY, "html": f"{PAGE}\n<script>1</script>", "typst": f'{TYPST}\n#read("/etc/passwd")'}
    refused = problem(await rest.post(PLACE, ADMINISTRATOR, entry))
    assert refused["type"] == "urn:hoso:problem:template-refused"
    assert [(each["field"], each["message"].partition(":")[0]) for each in refused["errors"]] == [
        (f"template.typ:{TYPST.count(chr(10)) + 2}", "template-reads"),
    ]
    half = problem(await rest.post(PLACE, ADMINISTRATOR, {**ENTRY, "typst": None}))
    assert half["errors"] == [{"field": "typst", "message": "comes together with html, or neither"}]
    unknown = problem(await rest.post(PLACE, ADMINISTRATOR, {**ENTRY, "form": "99"}))
    assert unknown["type"] == "urn:hoso:problem:letter-form-unknown"
    assert await rest.world.one("select count(*) from letter_template") == 0


async def test_sheets_and_books_are_set_by_the_template_that_stands_when_they_are_asked_for(
    rest: Rest,
) -> None:
    """They are never issued: nothing of them is kept but what they are written from."""
    standing = await rest.accepts()
    rest.clock.turn("2026-03-03 08:00")
    by = await second(rest)
    for form in ("05", "06"):
        typst = (TEMPLATES / f"{form}.typ").read_text(encoding="utf-8")
        page = "<p>Mẫu của Trung tâm: {{ letter.series }} {{ letter.code }} {{ letter.return_at }}</p>"
        entry = {**ENTRY, "unit": DESK, "form": form, "html": page, "typst": typst}
        made = await rest.done(PLACE, ADMINISTRATOR, entry)
        await rest.done(f"{PLACE}/{made['id']}/approval", by)
    book = f"/v1/registers/dossiers.html?unit={DESK}&from=2026-03-01&to=2026-03-31"
    for path in (f"/v1/dossiers/{standing['reference']}/control-sheet.html", book):
        assert (
            "Mẫu của Trung tâm" in await words(rest, path),
            (await rest.get(path.replace(".html", ".pdf"), CLERK)).content[:5],
        ) == (True, b"%PDF-")


def test_the_guide_names_every_rule() -> None:
    row = r"^\| \[`(template-\w+)`\]\(rules/\1\.md\)"
    assert re.findall(row, DOCS.read_text(encoding="utf-8"), re.M) == list(findings.REMEDIES)
