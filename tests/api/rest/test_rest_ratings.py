"""Ratings over REST: opened by the result, changed for seven days, read by others as figures alone."""

from datetime import timedelta

from hoso_workflows.coordination import indicators
from support.acts_of_law import TO_THE_RESULT, completed
from support.api_client import CLERK, HEAD, Rest, problem
from support.world import CITIZEN, DEPARTMENT, STRANGER

MARKS = dict.fromkeys(("overall", "convenience", "timeliness", "attitude"), "satisfied")


async def test_a_rating_opens_with_the_result_changes_for_seven_days_and_names_nobody(rest: Rest):
    filed = await rest.files(CITIZEN, channel="online")
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    path = f"/v1/dossiers/{filed['reference']}/rating"
    early = await rest.ask("PUT", path, CITIZEN, json=MARKS)
    assert problem(early)["type"].endswith("rating-not-open")
    await completed(rest, standing, *TO_THE_RESULT)
    assert (await rest.get(path, CITIZEN)).status_code == 404
    first = (await rest.ask("PUT", path, CITIZEN, json={**MARKS, "comment": "Nhanh"})).json()
    assert (first["changed_at"], first["comment"]) == (None, "Nhanh")
    given = rest.clock.at
    rest.clock.at = given + timedelta(days=7)
    same = await rest.ask("PUT", path, CITIZEN, json={**MARKS, "comment": "Nhanh"})
    assert same.json() == first
    changed = await rest.ask("PUT", path, CITIZEN, json={**MARKS, "overall": "unsatisfied"})
    assert (changed.json()["given_at"], changed.json()["overall"]) == (first["given_at"], "unsatisfied")
    rest.clock.at = given + timedelta(days=7, seconds=1)
    late = await rest.ask("PUT", path, CITIZEN, json=MARKS)
    assert problem(late)["type"].endswith("rating-closed")
    for other in (STRANGER, CLERK, HEAD):
        assert (await rest.get(path, other)).status_code == 404
        assert (await rest.ask("PUT", path, other, json=MARKS)).status_code == 404
    period = f"from={given:%Y-%m-%d}&to={given:%Y-%m-%d}&unit={DEPARTMENT}"
    told = (await rest.get(f"/v1/reports/forms/satisfaction?{period}", HEAD)).json()
    assert [
        (each["procedure"], each["rated"], each["unsatisfied"], each["share"]) for each in told["lines"]
    ] == [("1.014464", 1, 1, "0,0")]
    assert (told["total"]["attitude"], "Nhanh" in str(told)) == ("100,0", False)
    bounds = (given - timedelta(days=1), given + timedelta(days=1))
    figures = await indicators.computed(rest.world.db, DEPARTMENT, *bounds)
    assert [(figures[name].part, figures[name].whole) for name in ("attitude", "satisfaction_766")] == [
        (1, 1),
        (0, 1),
    ]
