"""The explanation says all, and a stranger who reads only it comes to the same dates."""

import copy
import json
import subprocess
import sys
from typing import Any

import pytest

import hoso_calendar as wt
from hoso_workflows import recompute
from hoso_workflows.clock import explanation
from support.builders.histories import VN, History, local, task_id


def explained(history: History) -> dict[str, Any]:
    """As it travels: JSON out, JSON in."""
    told = explanation.explain({"code": "000.00.16.H27-260302-0001"}, history.events, history.calendars)
    return json.loads(json.dumps(told))


def restarted() -> History:
    history = History().filed("2026-03-02 08:00").accepted("2026-03-02 09:00")
    history.opened("2026-03-02 09:00", 2, "1 ngày làm việc", ("1 ngày làm việc",)).asked("2026-03-04 10:00")
    return history.received("2026-03-10 08:00", restart="5 ngày làm việc")


def test_the_explanation_has_one_entry_per_promise_with_all_that_led_to_it():
    told = explained(restarted())
    assert (told["schema"], told["dossier"]) == (
        "hoso-explanation/1",
        {"code": "000.00.16.H27-260302-0001"},
    )
    first, second = told["cycles"]
    assert {key: value for key, value in second.items() if key not in ("deadline", "policy", "calendar")} == {
        "number": 2,
        "cycle": 2,
        "kind": "restart",
        "at": "2026-03-10T08:00:00+07:00",
        "event": "supplement_received",
        "term": "5 ngày làm việc",
        "basis": "",
        "pauses": [],
        "extends": [],
        "apology": None,
        "sets": {
            "due_first": "2026-03-09T17:00:00+07:00",
            "due_legal": "2026-03-17T17:00:00+07:00",
            "due_promised": "2026-03-17T17:00:00+07:00",
        },
        "supersedes": 1,
        "provisional": False,
        "why": {"event": "supplement_received"},
    }
    assert second["deadline"]["schema"] == "hoso-deadline/1"
    assert first["calendar"]["version"] == VN.version


def test_the_explanation_states_the_dates_and_when_the_clock_stood_still():
    told = explained(restarted().ready("2026-03-16 09:00"))
    assert told["dates"] == {
        "reception_due": "2026-03-03T08:00:00+07:00",
        "due_first": "2026-03-09T17:00:00+07:00",
        "due_legal": "2026-03-17T17:00:00+07:00",
        "due_promised": "2026-03-17T17:00:00+07:00",
        "running": False,
        "cycle": 2,
        "provisional": False,
        "late_since": None,
        "verdict": "early",
    }
    assert told["stops"] == [
        {
            "source": "supplement",
            "start": "2026-03-04T10:00:00+07:00",
            "end": "2026-03-10T08:00:00+07:00",
            "reason": "thiếu bản sao",
        }
    ]
    assert [mark["does"] for mark in told["timeline"]] == [
        "promises",
        "stops",
        "goes_on",
        "promises",
        "result",
    ]


def test_a_step_is_explained_by_its_own_count_and_the_plans():
    (step,) = explained(restarted())["steps"]
    assert (step["element"], step["arrived"], step["own"]) == (
        "B2",
        "2026-03-10T08:00:00+07:00",
        "2026-03-11T08:00:00+07:00",
    )
    assert step["limit_deadline"]["due"] == step["own"]
    assert [deadline["due"] for deadline in step["plan_deadlines"]] == [step["plan"]]


def test_an_extension_shows_the_deadline_that_it_runs_on_from():
    history = History().filed("2026-04-15 08:00").accepted("2026-04-15 09:00", term="15 ngày")
    entry = explained(history.extended("2026-04-20 09:00", "10 ngày"))["cycles"][-1]
    assert [leg["due"] for leg in entry["extends"]] == ["2026-05-04T17:00:00+07:00"]
    assert entry["deadline"]["received"] == "2026-05-04T17:00:00+07:00"
    assert entry["basis"] == "Luật Xây dựng Điều 102"


def test_a_dossier_that_waits_for_reception_has_no_cycle_yet():
    told = explained(History().filed("2026-03-02 09:00"))
    assert (told["cycles"], told["reception"]["due"]) == ([], "2026-03-03T09:00:00+07:00")
    assert recompute.differences(told) == []
    waiting = explained(History().filed("2026-03-02 09:00").asked("2026-03-02 10:00"))
    assert (waiting["reception"], recompute.differences(waiting)) == (None, [])


FORGED = "2026-01-01T00:00:00+07:00"


def forged(value: Any) -> Any:
    """The same JSON in which everything that is to be checked says something else."""
    if isinstance(value, list):
        return [forged(item) for item in value]
    if not isinstance(value, dict):
        return value
    lies = {
        "due": FORGED,
        "legal_end": FORGED,
        "receipt_day": "2026-01-01",
        "counted": "99",
        "minutes": 99,
        "remaining": 99,
    }
    lies |= {"sets": {}, "own": FORGED, "plan": FORGED, "judged": "early", "reason": "", "dates": {}}
    return {key: lies[key] if key in lies else forged(item) for key, item in value.items()}


def test_the_recomputation_reads_nothing_of_what_it_is_to_check():
    history = restarted().extended("2026-03-11 09:00", "10 ngày").closed("2026-03-11 10:00", 2)
    told = explained(history.ready("2026-03-16 09:00"))
    assert recompute.dates(forged(told)) == recompute.dates(told)
    assert recompute.differences(told) == []


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (("dates", "due_legal"), "due_legal"),
        (("dates", "verdict"), "verdict"),
        (("cycles", 0, "sets", "due_first"), "appointment 1"),
        (("steps", 0, "own"), f"step {task_id(2)}"),
    ],
)
def test_a_date_that_was_altered_is_found(where: tuple[Any, ...], name: str):
    told = explained(restarted().ready("2026-03-16 09:00"))
    place = told
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = FORGED
    assert recompute.differences(told) == [name]


def test_a_day_that_was_declared_working_moves_the_recomputed_date():
    told = explained(restarted())
    altered = copy.deepcopy(told)
    saturday = next(day for day in altered["cycles"][-1]["deadline"]["days"] if day["date"] == "2026-03-14")
    saturday |= {"working": True, "halves": 2, "slots": ["07:00-11:30", "13:30-17:00"]}
    assert recompute.dates(altered)["due_legal"] == "2026-03-16T17:00:00+07:00"


def test_an_explanation_that_lacks_a_day_is_refused_by_name():
    told = explained(restarted())
    days = told["cycles"][-1]["deadline"]["days"]
    told["cycles"][-1]["deadline"]["days"] = [day for day in days if day["date"] != "2026-03-12"]
    with pytest.raises(recompute.NotExplained, match="2026-03-12"):
        recompute.dates(told)


def test_another_schema_is_refused():
    with pytest.raises(recompute.NotExplained, match="hoso-explanation/9"):
        recompute.dates({"schema": "hoso-explanation/9"})


def test_recomputing_needs_no_part_of_the_project():
    program = (
        "import sys, hoso_workflows.recompute; print(sorted(m for m in sys.modules if m.startswith('hoso_')))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['hoso_workflows', 'hoso_workflows.recompute']"


@pytest.mark.parametrize(("altered", "code"), [(False, 0), (True, 1)])
def test_the_command_counts_an_explanation_from_standard_input(altered: bool, code: int):
    told = explained(restarted())
    if altered:
        told["dates"]["due_legal"] = FORGED
    command = [sys.executable, "-m", "hoso_workflows.recompute"]
    ran = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=False)
    assert ran.returncode == code
    assert json.loads(ran.stdout)["differing"] == (["due_legal"] if altered else [])


def test_a_provisional_date_says_so():
    history = History().filed("2026-11-23 08:00").accepted("2026-11-23 08:30", term="1 ngày làm việc")
    told = explained(history)
    assert (told["dates"]["provisional"], told["cycles"][0]["deadline"]["relies_on"]) == (
        True,
        ["2026-11-24"],
    )


def test_the_example_of_a_bundled_calendar_is_recounted_in_each_unit():
    received = local("2026-02-11 10:00")
    for text in ("5 ngày làm việc", "0,25 ngày làm việc", "3 buổi", "16 giờ làm việc", "30 giờ", "20 ngày"):
        counted = wt.deadline(VN, received, wt.Term.parse(text))
        assert recompute.due(counted.to_json()) == counted.due
