"""The matrix of tracking: role and part in a dossier, and what is told of it where."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import pytest

from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import units
from support import permission_reports
from support.api_client import ADMINISTRATOR, Rest
from support.coordinators import appointed
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, SINCE, person

#: A late dossier that the desk received, the department handles, the province decides, and a lane of which names the other
#: department; its late step is the department's. What a reader with a role in one of these units, or in another, is told of it:
#: board    figures of late dossiers and of late steps
#: rows     its rows in the two lists of what is overdue
#: told     whether a row names its step, or the unit that has it
#: dates    whether its explained dates have the steps, or the dates alone
#: held     whether the account of who had it has names, or units
#: report   of the handling unit: whether it is read, and its rows behind what is overdue
#: owed     reports of that unit in the list of those that are owed
#: remind   whether they may remind, and call upon the unit
#: counted  the same where the law of the case keeps its course from other authorities: rows and number beside them, figure of
#:          the board, dates, account, reminder
MATRIX = """
role               unit      board rows told dates held  report owed remind  counted
specialist         receiving 1+0   1+0  unit steps names 403    0    403+403 0+1 1 steps names 403
reception          receiving 1+0   1+0  unit steps names 403    0    403+403 0+1 1 steps names 403
head               receiving 1+0   1+0  unit steps names 403    0    200+403 0+1 1 steps names 404
agency_head        receiving 1+0   1+0  unit steps names 403    0    200+403 0+1 1 steps names 404
administrator      receiving 1+0   1+0  unit dates units 403    0    200+403 0+1 1 404   404   404
coordinator        receiving 1+0   1+0  unit dates units 403    0    200+403 0+1 1 404   404   404
auditor            receiving 1+0   1+0  unit steps names 403    0    403+403 0+1 1 steps names 403
catalogue_editor   receiving 403   403  -    404   404   403    403  403+403 403 403 404   404   403
specialist         handling  1+1   1+1  step steps names 200+1  2    403+403 1+0 1 steps names 403
reception          handling  1+1   1+1  step steps names 200+1  2    403+403 1+0 1 steps names 403
head               handling  1+1   1+1  step steps names 200+1  2    200+403 1+0 1 steps names 200
agency_head        handling  1+1   1+1  step steps names 200+1  2    200+403 1+0 1 steps names 200
administrator      handling  1+1   1+1  step steps names 200+1  2    200+403 1+0 1 steps names 200
coordinator        handling  1+1   1+1  step steps names 200+1  2    200+201 1+0 1 steps names 200
auditor            handling  1+1   1+1  step steps names 200+1  2    403+403 1+0 1 steps names 403
catalogue_editor   handling  403   403  -    404   404   403    403  403+403 403 403 404   404   403
specialist         deciding  1+0   1+0  unit steps names 403    0    403+403 0+1 1 steps names 403
provincial_leader  deciding  1+0   1+0  unit steps names 403    0    403+403 0+1 1 steps names 403
head               deciding  1+1   1+1  step steps names 200+1  2    200+403 0+1 1 steps names 404
agency_head        deciding  1+1   1+1  step steps names 200+1  2    200+403 0+1 1 steps names 404
administrator      deciding  1+1   1+1  step steps names 200+1  2    200+403 0+1 1 404   404   404
coordinator        deciding  1+1   1+1  step steps names 200+1  2    200+201 0+1 1 404   404   404
auditor            deciding  1+1   1+1  step steps names 200+1  2    403+403 0+1 1 steps names 403
catalogue_editor   deciding  403   403  -    404   404   403    403  403+403 403 403 404   404   403
specialist         lane      1+0   1+0  unit dates units 403    0    403+403 0+1 1 404   404   403
reception          lane      1+0   1+0  unit dates units 403    0    403+403 0+1 1 404   404   403
head               lane      1+0   1+0  unit dates units 403    0    200+403 0+1 1 404   404   404
agency_head        lane      1+0   1+0  unit dates units 403    0    200+403 0+1 1 404   404   404
administrator      lane      1+0   1+0  unit dates units 403    0    200+403 0+1 1 404   404   404
coordinator        lane      1+0   1+0  unit dates units 403    0    200+403 0+1 1 404   404   404
auditor            lane      1+0   1+0  unit dates units 403    0    403+403 0+1 1 404   404   403
catalogue_editor   lane      403   403  -    404   404   403    403  403+403 403 403 404   404   403
specialist         none      0+0   0+0  -    404   404   403    0    403+403 0+0 0 404   404   403
reception          none      0+0   0+0  -    404   404   403    0    403+403 0+0 0 404   404   403
head               none      0+0   0+0  -    404   404   403    0    404+403 0+0 0 404   404   404
administrator      none      0+0   0+0  -    404   404   403    0    404+403 0+0 0 404   404   404
coordinator        none      0+0   0+0  -    404   404   403    0    404+403 0+0 0 404   404   404
auditor            none      0+0   0+0  -    404   404   403    0    403+403 0+0 0 404   404   403
catalogue_editor   none      403   403  -    404   404   403    403  403+403 403 403 404   404   403
"""
#: What administrators read of messages about the dossier, rows and number: as it is, and of a case that is counted only.
#: foreseen who would be told in the next sweep
#: told     who was told lately
#: outbox   messages that were not sent
#: webhook  messages for a receiver of their unit
MESSAGES = """
unit      foreseen    told        outbox      webhook
receiving 0+0 0+0     0+0 0+0     9+0 0+9     1+0 0+1
handling  3+0 3+0     3+0 3+0     9+0 9+0     1+0 1+0
deciding  3+0 0+3     3+0 0+3     9+0 0+9     1+0 0+1
lane      0+0 0+0     0+0 0+0     0+0 0+0     0+0 0+0
none      0+0 0+0     0+0 0+0     0+0 0+0     404 404
"""
_PERIOD = f"from=2026-03-01&to=2026-03-10&unit={DEPARTMENT}"
_CALL = {"kind": "urging", "unit": DEPARTMENT, "text": "Đề nghị giải quyết", "term": "5 ngày làm việc"}
_RECEIVER = {"name": "Cổng dịch vụ công", "url": "https://cong.example.vn/hoso", "events": ["accepted"]}
#: The law of a case, in a newer version, keeps its course from other authorities; a dossier is moved to that version.
_COUNTED = """
update workflow_version v set manifest = v.manifest || jsonb_build_object('counted_cases', array[d.case_id])
from dossier d where d.procedure_code = v.procedure_code and v.number = 2 and d.code = $1
"""
_MOVED = """
update dossier set workflow_version_id = v.id
from workflow_version v where v.procedure_code = dossier.procedure_code and v.number = 2 and dossier.code = $1
"""
UNITS = {"receiving": DESK, "handling": DEPARTMENT, "deciding": PROVINCE, "lane": OTHER, "none": "H27.X"}

READER = person("clerk", OTHER)


@pytest.fixture
async def code(rest: Rest) -> str:
    """The code of the late dossier."""
    found = await rest.world.at_the_specialists()
    await rest.world.does(found, commands.Claim(UUID(found.body["tasks"][0]["id"])), person("specialist"))
    await rest.world.changed(
        "update workflow_version set manifest = manifest || jsonb_build_object('lanes', array[$1::text])"
        " where procedure_code = '1.014464'",
        OTHER,
    )
    rest.world.service.reference_data.forget_units()
    await appointed(rest.world)
    async with rest.world.db.transaction() as tx:
        units.unit(
            tx, "H27.X", "Sở khác", kind="department", level="province", calendar="ha-tinh",
            valid_from=SINCE, parent=PROVINCE, is_authority=True,
        )  # fmt: skip
    rest.clock.turn("2026-03-10 09:00")
    assert found.code
    return found.code


async def becomes(rest: Rest, role: str, unit: str) -> None:
    """The reader has this role in this unit and nothing else."""
    await rest.world.changed(
        "update role_assignment set role = $2, unit_code = $3 where principal_id = $1", READER, role, unit
    )
    await rest.world.changed("update principal set home_unit_code = $2 where id = $1", READER, unit)


@pytest.fixture
async def visitor(rest: Rest, code: str) -> Visitor:
    """The reader at a screen, once there is the dossier, and reports that its unit owes."""
    await permission_reports.enter(rest.world.db)
    return await Visitor.of(rest, READER)


async def test_each_role_is_told_of_a_late_dossier_what_its_part_allows(
    rest: Rest, visitor: Visitor, code: str
) -> None:
    rows = [" ".join(line.split()) for line in MATRIX.strip().splitlines()[1:]]
    found = []
    for role, unit, *_ in (row.split() for row in rows):
        await becomes(rest, role, UNITS[unit])
        found.append([role, unit, *await told(rest, visitor, code)])
    await keeps_its_course(rest, code)
    for line in found:
        await becomes(rest, line[0], UNITS[line[1]])
        line += await told_a_number(rest, visitor, code)
    assert [" ".join(line) for line in found] == rows
    assert (await rest.get("/v1/overdue", CITIZEN)).status_code == 403


async def test_who_only_tracks_a_dossier_is_offered_the_pages_about_it_that_open_and_no_other(
    rest: Rest, visitor: Visitor, code: str
) -> None:
    own = f"/noi-bo/ho-so/{code}"
    offered = {}
    for role in ("coordinator", "administrator", "head"):
        await becomes(rest, role, DEPARTMENT)
        found: set[str] = set()
        for page in ("thoi-han", "ai-giu"):
            shown = (await visitor.goes(f"{own}/{page}")).page
            assert shown is not None
            assert shown.status_code == 200, (role, page)
            found |= {each for each in re.findall(r'href="([^"?#]+)', shown.text) if each.startswith(own)}
        for address in found:
            opened = (await visitor.goes(address)).page
            assert opened is not None
            assert opened.status_code == 200, (role, address)
        offered[role] = sorted(each.removeprefix(own) for each in found)
    tracked = ["/ai-giu", "/thoi-diem", "/thoi-han"]
    assert offered == {"coordinator": tracked, "administrator": tracked, "head": ["", *tracked]}


async def test_who_received_reports_on_what_others_handle_and_lists_what_they_may_follow(
    rest: Rest, visitor: Visitor, code: str
) -> None:
    await becomes(rest, "head", DESK)
    by_api = f"from=2026-03-01&to=2026-03-10&unit={DESK}"
    by_page = f"/noi-bo/bao-cao/dung-han{{}}?tu=01/03/2026&den=10/03/2026&don-vi={DESK}&theo=tiep-nhan"
    reports = {
        part: (await rest.get(f"/v1/reports/lateness?{by_api}&part={part}", READER)).json()
        for part in ("handling", "receiving")
    }
    lines = {
        part: [(line["unit"], line["received"], line["open_overdue"]) for line in report["lines"]]
        for part, report in reports.items()
    }
    assert lines == {"handling": [], "receiving": [(DESK, 1, 1)]}
    assert [report["part"] for report in reports.values()] == [*reports]
    report = (await visitor.goes(by_page.format(""))).page
    assert report is not None
    assert "theo đơn vị tiếp nhận" in report.text

    for number, rows in ((0, [code]), (1, [])):
        if number:
            await keeps_its_course(rest, code)
        behind = await rest.get(
            f"/v1/reports/lateness/dossiers?{by_api}&part=receiving&column=open_overdue", READER
        )
        told = behind.json()
        assert (told["number"], told["counted_only"], [each["code"] for each in told["items"]]) == (
            1,
            number,
            rows,
        )
        listed = (await visitor.goes(by_page.format("/danh-sach") + "&o=dang-qua-han")).page
        assert listed is not None
        assert (code in listed.text, "còn 1 việc chỉ được báo bằng số" in listed.text) == (
            bool(rows),
            not rows,
        )


@pytest.fixture
def reads(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement from now on that reads what versions say of who follows their dossiers."""
    sent: list[str] = []
    really = rest.world.db._single_statement

    async def told(sql: str, *said: Any, **named: Any) -> Any:
        if "manifest -> 'counted_cases' as" in sql:
            sent.append(sql)
        return await really(sql, *said, **named)

    monkeypatch.setattr(rest.world.db, "_single_statement", told)
    return sent


async def test_what_a_version_says_of_who_follows_its_dossiers_is_read_once(
    rest: Rest, visitor: Visitor, code: str, reads: list[str]
) -> None:
    await becomes(rest, "head", DESK)
    counted = []
    for _ in range(2):
        await visitor.goes("/noi-bo/qua-han")
        await rest.get("/v1/overdue", READER)
        await rest.get(f"/v1/reports/lateness/dossiers?{_PERIOD}&column=open_overdue", READER)
        assert await _dates(rest, code) == "steps"
        counted.append(len(reads))
    await keeps_its_course(rest, code)
    assert await told_a_number(rest, visitor, code) == ["0+1", "1", "steps", "names", "404"]
    assert [*counted, len(reads)] == [1, 1, 2]


async def test_messages_about_a_case_that_is_counted_only_are_a_number_to_administrators_of_others(
    rest: Rest, receivers: Mapping[str, str], visitor: Visitor, code: str
) -> None:
    rows = [" ".join(line.split()) for line in MESSAGES.strip().splitlines()[1:]]
    foreseen, listed = {}, {}
    for moved in (False, True):
        if moved:
            await keeps_its_course(rest, code)
        for unit in UNITS:
            await becomes(rest, "administrator", UNITS[unit])
            foreseen[unit, moved] = await _told_of(
                rest, visitor, code, "/v1/escalations/preview", "/noi-bo/quan-tri/canh-bao"
            )
    await rest.done("/v1/escalations/sweep", ADMINISTRATOR)
    await rest.world.changed("update outbox set aside = 'given_up' where topic = 'applicant.accepted'")
    hidden = await rest.world.one("select id from outbox where aside = 'given_up'")
    for moved in (True, False):
        if not moved:
            await rest.world.changed(_MOVED.replace("number = 2", "number = 1"), code)
        for unit in UNITS:
            await becomes(rest, "administrator", UNITS[unit])
            way = receivers[unit]
            listed[unit, moved] = [
                await _told_of(rest, visitor, code, "/v1/escalations", "/noi-bo/quan-tri/canh-bao/da-bao"),
                await _told_of(rest, visitor, code, "/v1/outbox", "/noi-bo/quan-tri/thu-gui"),
                await _told_of(
                    rest, visitor, code, f"/v1/webhooks/{way}/deliveries", f"/noi-bo/quan-tri/webhook/{way}"
                ),
            ]
            if moved and unit == "receiving":
                refused = await rest.post(f"/v1/outbox/{hidden}/release", READER)
                assert (refused.status_code, code in refused.text) == (404, False)
    found = [
        [unit, foreseen[unit, False], foreseen[unit, True]]
        + [each for pair in zip(listed[unit, False], listed[unit, True], strict=True) for each in pair]
        for unit in UNITS
    ]
    assert "\n".join(" ".join(line) for line in found) == "\n".join(rows)


@pytest.fixture
async def receivers(rest: Rest) -> Mapping[str, str]:
    """A receiver of webhooks in each unit, before there is the dossier; for the unit without a part the province's."""
    found = {}
    for part, unit in UNITS.items():
        entry = {**_RECEIVER, "unit": PROVINCE if part == "none" else unit}
        found[part] = (await rest.post("/v1/webhooks", ADMINISTRATOR, entry)).json()["receiver"]
    return found


async def _told_of(rest: Rest, visitor: Visitor, code: str, address: str, page: str) -> str:
    """Rows about the dossier in a list and the number beside them; its page tells the same."""
    answer = await rest.get(address, READER)
    if answer.status_code != 200:
        return str(answer.status_code)
    rows = [each for each in answer.json()["items"] if each["dossier"] and each["dossier"]["code"] == code]
    number = answer.json()["counted_only"]
    shown = (await visitor.goes(page)).page
    assert shown is not None
    assert shown.text.count(f">{code}<") == len(rows), shown.text
    assert (f"còn {number} việc chỉ được báo bằng số" in shown.text) == bool(number)
    return f"{len(rows)}+{number}"


async def keeps_its_course(rest: Rest, code: str) -> None:
    """The dossier is moved to a version whose law keeps the course of its case from other authorities."""
    await rest.world.brings("1.014464", 2)
    for sql in (_COUNTED, _MOVED):
        await rest.world.changed(sql, code)
    rest.world.service.reference_data.forget_units()


async def told(rest: Rest, visitor: Visitor, code: str) -> list[str]:
    """Answers about the dossier to the reader."""
    late, steps = [await rest.get(f"/v1/overdue?kind={kind}", READER) for kind in ("dossier", "step")]
    rows, of_steps = [_rows(each, code) for each in (late, steps)]
    named = [row["step"] is not None for row in rows]
    assert [(row["step_unit"], row["role"]) for row in rows] == [(DEPARTMENT, "specialist")] * len(rows)
    report = await rest.get(f"/v1/reports/lateness?{_PERIOD}", READER)
    behind = await rest.get(f"/v1/reports/lateness/dossiers?{_PERIOD}&column=open_overdue", READER)
    owed = await rest.get("/v1/report-obligations", READER)
    urged = await rest.post("/v1/urgings", READER, {**_CALL, "dossiers": [code]})
    return [
        _figures(await visitor.goes("/noi-bo/qua-han")),
        f"{len(rows)}+{len(of_steps)}" if late.status_code == 200 else str(late.status_code),
        {(): "-", (True,): "step", (False,): "unit"}[tuple(named)],
        await _dates(rest, code),
        await _held(rest, code),
        str(report.status_code) + (f"+{len(_rows(behind, code))}" if behind.status_code == 200 else ""),
        str(len(owed.json()["items"]) if owed.status_code == 200 else owed.status_code),
        f"{await _reminded(rest)}+{urged.status_code}",
    ]


async def told_a_number(rest: Rest, visitor: Visitor, code: str) -> list[str]:
    """The same of a case that is counted only; what is told beyond the number is nothing."""
    listed = await rest.get("/v1/overdue", READER)
    rows = _rows(listed, code)
    number = listed.json()["counted_only"] if listed.status_code == 200 else 0
    board = await visitor.goes("/noi-bo/qua-han")
    assert board.page is not None
    assert ("còn 1 việc chỉ được báo bằng số" in board.page.text) == bool(number)
    assert (code in board.page.text, code in listed.text) == (bool(rows), bool(rows))
    return [
        f"{len(rows)}+{number}" if listed.status_code == 200 else str(listed.status_code),
        _figures(board).partition("+")[0],
        await _dates(rest, code),
        await _held(rest, code),
        await _reminded(rest),
    ]


def _rows(answer: httpx.Response, code: str) -> list[Any]:
    return [each for each in answer.json().get("items", ()) if each["code"] == code]


def _figures(board: Visitor) -> str:
    """The figures of late dossiers and late steps."""
    page = board.page
    assert page is not None
    if page.status_code != 200:
        return str(page.status_code)
    return "+".join(str(page.text.count(f'aria-label="1 · {name} quá hạn"')) for name in ("Hồ sơ", "Bước"))


async def _dates(rest: Rest, code: str) -> str:
    answer = await rest.get(f"/v1/dossiers/{code}/deadline", READER)
    if answer.status_code != 200:
        return str(answer.status_code)
    return "steps" if "specialist" in {each["role"] for each in answer.json()["steps"]} else "dates"


async def _held(rest: Rest, code: str) -> str:
    answer = await rest.get(f"/v1/dossiers/{code}/accounting", READER)
    if answer.status_code != 200:
        return str(answer.status_code)
    said = answer.json()
    named = [part["officer_name"] for part in said["parts"] if part["unit"] == DEPARTMENT]
    steps = [each["step"] for each in said["excesses"] if each["unit"] == DEPARTMENT]
    return "names" if any(named) and all(steps) else "units"


async def _reminded(rest: Rest) -> str:
    """The answer to a reminder, as if none was sent before."""
    (late,) = await rest.world.db.rows("select id from dossier")
    await rest.world.changed("delete from reminder")
    await rest.world.changed("delete from outbox")
    asked = {"kind": "dossier", "id": str(late.id)}
    return str((await rest.post("/v1/overdue/reminders", READER, asked)).status_code)
