"""Administrators see codes, units, steps and lateness of the units below theirs, and no contents; auditors read there."""

from typing import Any
from uuid import UUID

import pytest

from hoso_models import PrincipalKind
from hoso_workflows import recompute
from hoso_workflows.organisation import principals, units
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, Rest, problem
from support.signing_in import signed_in
from support.world import DEPARTMENT, DESK, FOUNDED, OTHER, PROVINCE, SINCE

pytestmark = pytest.mark.world("shared")

APPLICANT = FILING["applicant"]
REASON = "Thiếu nhãn hàng của lô thứ ba"
#: What stands in the lists of what is overdue, and nothing else.
LISTED = {
    "dossier": {
        *("kind", "id", "code", "procedure", "procedure_name", "unit", "unit_name", "due", "due_promised"),
        *("late_since", "provisional", "step", "step_name", "step_unit", "step_unit_name"),
        *("role", "officer", "officer_name", "lateness"),
    },
    "step": {
        *("kind", "id", "dossier", "reference", "code", "procedure", "procedure_name", "unit", "unit_name"),
        *("step", "step_name", "role", "officer", "officer_name", "due", "lateness"),
    },
}


async def appointed(rest: Rest, office: str, unit: str) -> UUID:
    """Somebody who holds an office in a unit."""
    async with rest.world.db.transaction() as tx:
        person = principals.principal(tx, PrincipalKind.OFFICER, f"{office} · {unit}", at=FOUNDED).id
        await tx.flush()
        units.assign(tx, person, unit, office, SINCE)
    return person


async def supplemented(rest: Rest) -> Any:
    """An accepted dossier for which a supplement was asked and received."""
    accepted = await rest.accepts()
    path = f"/v1/dossiers/{accepted['code']}"
    await rest.done(f"{path}/supplement-request", CLERK, {"reason": REASON})
    rest.clock.turn("2026-03-04 09:00")
    return await rest.done(f"{path}/supplement", CLERK, {"components": ["TP04"]})


async def browser(rest: Rest, who: UUID) -> dict[str, str]:
    """The headers of somebody who has signed in at their screen."""
    return await signed_in(rest.world.db, who, at=rest.clock())


def personal(text: str) -> list[str]:
    return [word for word in (APPLICANT["name"], APPLICANT["identifier"], REASON) if word in text]


async def test_an_administrator_learns_when_a_dossier_is_due_and_not_what_it_is_about(rest: Rest) -> None:
    dossier = await supplemented(rest)
    path, task = f"/v1/dossiers/{dossier['code']}", f"/v1/user-tasks/{dossier['tasks'][0]['id']}"
    for read in (path, f"{path}/events", f"{path}/waits", f"{path}/receipt", task, f"{task}/form"):
        hidden = await rest.get(read, ADMINISTRATOR)
        assert (hidden.status_code, problem(hidden)["type"]) == (404, "urn:hoso:problem:not-found")
        assert personal(hidden.text) == []
    whole, told = [(await rest.get(f"{path}/deadline", by)) for by in (CLERK, ADMINISTRATOR)]
    assert (personal(whole.text), personal(told.text)) == ([REASON], [])
    assert told.json()["dates"] == whole.json()["dates"]
    assert recompute.differences(told.json()) == []
    assert [each["deadline"]["due"] for each in told.json()["cycles"]] == [
        each["deadline"]["due"] for each in whole.json()["cycles"]
    ]
    page = await rest.get(
        f"/noi-bo/ho-so/{dossier['code']}/thoi-han", headers=await browser(rest, ADMINISTRATOR)
    )
    assert (page.status_code, personal(page.text)) == (200, [])


async def test_an_administrator_has_nobody_elses_inbox(rest: Rest) -> None:
    await supplemented(rest)
    for wanted in ({}, {"unit": DEPARTMENT}, {"unit": PROVINCE}):
        found = await rest.done("/v1/user-tasks/search", ADMINISTRATOR, {"filter": wanted})
        assert found["items"] == []


@pytest.mark.world("fresh")
async def test_an_administrator_tracks_the_units_below_theirs_only(rest: Rest) -> None:
    department, other = [await appointed(rest, "administrator", unit) for unit in (DEPARTMENT, OTHER)]
    dossier = await supplemented(rest)
    rest.clock.turn("2026-03-20 09:00")
    for kind, keys in LISTED.items():
        # The open step is the desk's, which is not below the department.
        for by, seen in ((ADMINISTRATOR, [keys]), (department, [keys] if kind == "dossier" else [])):
            listed = await rest.get(f"/v1/overdue?kind={kind}", by)
            assert ([set(item) for item in listed.json()["items"]], personal(listed.text)) == (seen, [])
        assert (await rest.get(f"/v1/overdue?kind={kind}", other)).json()["items"] == []
    deadline = f"/v1/dossiers/{dossier['code']}/deadline"
    assert [(await rest.get(deadline, by)).status_code for by in (department, other)] == [200, 404]
    period = "from=2026-03-01&to=2026-03-19"
    reports = [
        (await rest.get(f"/v1/reports/lateness?{period}", by)).json()
        for by in (ADMINISTRATOR, department, other)
    ]
    assert [each["unit"] for each in reports] == [PROVINCE, DEPARTMENT, OTHER]
    assert [each["total"]["open_overdue"] for each in reports] == [1, 1, 0]
    for path in (f"/v1/overdue?unit={DESK}", f"/v1/reports/lateness?{period}&unit={DESK}"):
        assert (await rest.get(path, department)).status_code == 403


async def test_the_board_of_an_administrator_holds_the_units_below_theirs(rest: Rest) -> None:
    dossier = await supplemented(rest)
    rest.clock.turn("2026-03-20 09:00")
    for unit, shown in ((PROVINCE, True), (DEPARTMENT, True), (OTHER, False)):
        page = await rest.get(
            "/noi-bo/qua-han", headers=await browser(rest, await appointed(rest, "administrator", unit))
        )
        assert (page.status_code, dossier["code"] in page.text, personal(page.text)) == (200, shown, [])


@pytest.mark.parametrize(("unit", "status"), [(PROVINCE, 200), (DEPARTMENT, 200), (OTHER, 404)])
async def test_an_auditor_reads_within_the_tree_of_their_unit(rest: Rest, unit: str, status: int) -> None:
    dossier = await supplemented(rest)
    auditor = await appointed(rest, "auditor", unit)
    path = f"/v1/dossiers/{dossier['code']}"
    for read in (path, f"{path}/events", f"{path}/deadline", f"/v1/user-tasks/{dossier['tasks'][0]['id']}"):
        assert (await rest.get(read, auditor)).status_code == status


async def test_who_publishes_procedures_reads_no_dossiers(rest: Rest) -> None:
    dossier = await supplemented(rest)
    for office in ("procedure_declarer", "procedure_approver"):
        by = await appointed(rest, office, DEPARTMENT)
        assert (await rest.get(f"/v1/dossiers/{dossier['code']}", by)).status_code == 404
        assert (await rest.get("/v1/overdue", by)).status_code == 403
    assert (await rest.get(f"/v1/dossiers/{dossier['code']}", HEAD)).status_code == 200
