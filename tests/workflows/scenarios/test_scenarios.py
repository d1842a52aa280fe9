"""Scenarios are law-checks: what a declarer expects is compared with what really happens, step by step."""

from pathlib import Path

import pytest

import hoso_bpmn
from hoso_bpmn.package import package
from hoso_bpmn.package.bundle import Parcel
from hoso_workflows.scenarios import runner
from hoso_workflows.scenarios.runner import Results
from support.builders import packages

HEAD = 'schema = "hoso-scenario/1"\nname = "Thử"\n[given]\ncalendar = "vn"\n'
CHOICE = """
<exclusiveGateway id="Duyet" name="Đạt?" />
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Duyet" />
<sequenceFlow id="F6" name="Đạt" sourceRef="Duyet" targetRef="Ky" />
<sequenceFlow id="F7" name="Không đạt" sourceRef="Duyet" targetRef="Ky" />
"""
WAITING = """
<boundaryEvent id="Nhac" attachedToRef="Tham_dinh" cancelActivity="false">
  <timerEventDefinition><timeDuration>1 ngày làm việc</timeDuration></timerEventDefinition>
</boundaryEvent>
<userTask id="Don_doc" name="Đôn đốc" />
<endEvent id="Da_don_doc" />
<sequenceFlow id="F8" sourceRef="Nhac" targetRef="Don_doc" />
<sequenceFlow id="F9" sourceRef="Don_doc" targetRef="Da_don_doc" />
"""


def step(at: str, do: str, *lines: str) -> str:
    return "\n".join(("[[when]]", f"at = 2026-03-{at}:00", f'do = "{do}"', *lines, ""))


FILED = step("02 08:00", "file")
ACCEPTED = FILED + step("02 09:00", "accept")


def played(*scenario: str, change: str = "", **more: str) -> Results:
    """The results of one scenario on the sound procedure of `declared`, changed."""
    files = {"scenarios/thu.toml": (HEAD + "".join(scenario)).encode()}
    files |= {f"scenarios/{name}.toml": text.encode() for name, text in more.items()}
    return runner.run(package.read(packages.package(change, files=files)))


def differences(*scenario: str, change: str = "") -> list[str]:
    (ran,) = played(*scenario, change=change).scenarios
    return [str(difference) for difference in ran.differences]


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_every_bundled_procedure_keeps_its_scenarios_and_they_take_every_flow(code: str) -> None:
    results = runner.run(package.bundled(code))
    assert results.findings() == ()
    assert [str(way) for covered in results.coverage for way in covered.untaken] == []
    assert results.scenarios


def test_a_package_is_read_where_it_lies(tmp_path: Path) -> None:
    whole = package.bundled("1.014464")
    (tmp_path / "p.zip").write_bytes(whole.to_zip())
    assert runner.run(whole) == runner.run(whole.to_zip()) == runner.run(tmp_path / "p.zip")


def test_a_difference_says_at_which_step_what_was_expected_and_what_came() -> None:
    (ran,) = played(ACCEPTED.replace('"accept"', '"accept"\nthen.due_legal = 2026-03-04 17:00:00')).scenarios
    (difference,) = ran.differences
    assert (ran.ok, ran.file, ran.name, ran.steps) == (False, "scenarios/thu.toml", "Thử", 2)
    assert str(difference) == (
        "step 2, 2026-03-02 09:00 accept: due_legal should be 2026-03-04 17:00, but is 2026-03-05 17:00"
    )


def test_what_is_not_written_down_is_not_compared_and_none_is_not_nothing() -> None:
    assert differences(ACCEPTED) == []
    assert differences(FILED.replace('"file"', '"file"\nthen.due_legal = "none"')) == []
    assert differences(ACCEPTED.replace('"accept"', '"accept"\nthen.due_legal = "none"')) == [
        "step 2, 2026-03-02 09:00 accept: due_legal should be none, but is 2026-03-05 17:00"
    ]


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ('status = "returned"', "status should be returned, but is in_process"),
        ("portal = 10", "portal should be 10, but is 4"),
        ('verdict = "late"', "verdict should be late, but is none"),
        ("running = false", "running should be false, but is true"),
        ('letters = ["02"]', "issued letters should be 02, but are 01"),
        ("letters = []", "issued letters should be none, but are 01"),
        ("tasks = []", "open tasks should be none, but are 'Thẩm định' (Tham_dinh)"),
        (
            'tasks = [{ step = "Ky" }]',
            "open tasks should be 'Ký kết quả' (Ky), but are 'Thẩm định' (Tham_dinh)",
        ),
        (
            'tasks = [{ step = "Tham_dinh", role = "clerk" }]',
            "role of 'Thẩm định' (Tham_dinh) should be clerk, but is specialist",
        ),
        ('tasks = [{ step = "Tham_dinh", unit = "handling", due = 2026-03-04 09:00:00 }]', None),
        (
            'timers = [{ step = "Nhac", due = 2026-03-03 17:00:00 }]',
            "running timers should be Nhac (not drawn), 2026-03-03 17:00, but are none",
        ),
    ],
)
def test_each_expectation_is_compared(then: str, told: str | None) -> None:
    found = differences(ACCEPTED.replace('"accept"', f'"accept"\nthen.{then}'))
    assert found == ([f"step 2, 2026-03-02 09:00 accept: {told}"] if told else [])


def test_an_act_that_the_rules_refuse_ends_the_scenario_unless_it_is_expected() -> None:
    early = FILED + step("02 08:30", "withdraw", 'reason = "x"') + step("02 09:00", "accept")
    assert differences(early, step("02 10:00", "wait", "then.portal = 1")) == [
        "step 3, 2026-03-02 09:00 accept: exactly one task of the acceptance should be open, but nothing is open"
    ]
    late = ACCEPTED + step("02 10:00", "receive_supplement") + step("02 11:00", "wait", "then.portal = 1")
    (told,) = differences(late)
    assert told.startswith("step 3, 2026-03-02 10:00 receive_supplement: the step is refused: wrong-status (")


def test_an_expected_refusal_changes_nothing_and_one_that_does_not_come_is_told() -> None:
    twice = 'then.refused = "wrong-status"\nthen.status = "in_process"'
    asked = step("03 08:00", "ask_supplement", 'reason = "thiếu"')
    assert differences(ACCEPTED, step("02 10:00", "receive_supplement", twice)) == []
    assert differences(ACCEPTED, asked.replace('"thiếu"', '"thiếu"\nthen.refused = "wrong-status"')) == [
        "step 3, 2026-03-03 08:00 ask_supplement: the step should be refused as wrong-status, but is not"
    ]


def test_papers_that_the_procedure_does_not_know_are_refused_as_at_the_desk() -> None:
    (told,) = differences(FILED.replace("[[when]]", 'components = ["TP99"]\n[[when]]', 1))
    assert "form-refused (components[0]: TP99 is no component" in told
    asked = step("02 10:00", "ask_supplement", 'reason = "thiếu"')
    (told,) = differences(ACCEPTED, asked, step("02 11:00", "receive_supplement", 'components = ["TP99"]'))
    assert "form-refused" in told


def test_dates_beyond_the_calendar_s_years_are_told() -> None:
    beyond = (FILED + step("02 09:00", "accept")).replace("2026-03-02", "2027-12-29")
    (told,) = differences(beyond)
    assert told.startswith("step 2, 2027-12-29 09:00 accept: the step is refused: calendar-ends (")


def test_an_act_at_a_step_that_is_not_open_is_told_with_those_that_are() -> None:
    assert differences(ACCEPTED, step("02 10:00", "complete", 'step = "Ky"')) == [
        (
            "step 3, 2026-03-02 10:00 complete: exactly one task of 'Ký kết quả' (Ky) should be open; "
            "open are 'Thẩm định' (Tham_dinh)"
        )
    ]


def test_timers_fire_at_their_own_minute_whatever_is_done_next() -> None:
    """One working day from 2 March 09:00 ends on the 3rd at closing time; nobody acts until the 5th."""
    tasks = 'then.tasks = [{ step = "Don_doc" }, { step = "Tham_dinh" }]\nthen.timers = []'
    set_then = 'then.timers = [{ step = "Nhac", due = 2026-03-03 17:00:00 }]'
    accepted = ACCEPTED.replace('"accept"', f'"accept"\n{set_then}')
    assert differences(accepted, step("05 08:00", "wait", tasks), change=WAITING) == []
    assert differences(accepted, step("03 16:59", "wait", set_then), change=WAITING) == []


def test_a_timer_waits_while_a_supplement_is_awaited_and_fires_when_it_has_come() -> None:
    asked = step("02 10:00", "ask_supplement", 'reason = "thiếu"')
    waits = step("04 08:00", "wait", 'then.tasks = [{ step = "Tham_dinh" }]')
    came = step("05 08:00", "receive_supplement")
    after = step("05 08:00", "wait", 'then.tasks = [{ step = "Don_doc" }, { step = "Tham_dinh" }]')
    assert differences(ACCEPTED, asked, waits, came, after, change=WAITING) == []


def test_two_labels_that_lead_to_the_same_step_are_two_flows() -> None:
    way = step("02 10:00", "complete", 'step = "Tham_dinh"', 'outcome = "Đạt"')
    (covered,) = played(ACCEPTED, way, change=CHOICE).coverage
    assert (covered.flows, covered.taken) == (7, 4)
    assert str(covered.untaken[-1]) == "F7 “Không đạt”: Đạt? → Ký kết quả"


def test_files_of_one_process_add_up_in_its_coverage() -> None:
    rest = "".join(
        step(f"02 1{n}:00", "complete", f'step = "{s}"', *said)
        for n, (s, *said) in enumerate((("Tham_dinh",), ("Ky", 'result = "granted"'), ("Tra",)))
    )
    (covered,) = played(FILED, het=HEAD + ACCEPTED + rest).coverage
    assert covered.untaken == ()


def test_a_broken_file_does_not_hide_the_others() -> None:
    results = played(ACCEPTED, hong="schema = ", lich=(HEAD + FILED).replace('"vn"', '"sao-hoa"'))
    said = {finding.file: (finding.rule, finding.message) for finding in results.findings()}
    assert {file: rule for file, (rule, _) in said.items()} == {
        "scenarios/hong.toml": "scenario-broken",
        "scenarios/lich.toml": "scenario-key",
    }
    assert "sao-hoa" in said["scenarios/lich.toml"][1]
    assert [each.ok for each in results.scenarios] == [False, False, True]


def test_a_case_that_the_procedure_does_not_have_is_told() -> None:
    (finding,) = played(FILED.replace("[[when]]", 'case = "cap-lai"\n[[when]]')).findings()
    assert (finding.rule, "cap-lai" in finding.message) == ("scenario-key", True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('do = "complete"', "when[2]: \"complete\" needs 'step'"),
        ('do = "accept"\nitems = ["x"]', "when[2]: \"accept\" takes no 'items'; it takes note"),
        ('do = "acept"', "when[2].do: must be one of file, accept"),
        ('do = "file"', 'the first [[when]], and no other, must be do = "file"'),
        ('do = "accept"\nthen.dew_legal = "none"', "perhaps 'due_legal' is meant"),
        (
            'do = "accept"\nthen.due_legal = "5/3/2026"',
            "when[2].then.due_legal: must be a local date and time",
        ),
        ('do = "accept"\nthen.refused = "no"', "when[2].then.refused: must be one of"),
        ('do = "accept"\nthen.tasks = [{ role = "clerk" }]', "when[2].then.tasks[1].step is missing"),
        ('do = "accept"\nthen.status = []', "when[2].then.status: must be one of"),
    ],
)
def test_a_fault_in_a_file_names_the_key_and_what_may_stand_there(wrong: str, said: str) -> None:
    (finding,) = played(ACCEPTED.replace('do = "accept"', wrong)).findings()
    assert finding.rule == "scenario-key"
    assert said in finding.message


def test_steps_run_forward_in_time() -> None:
    (finding,) = played(FILED, step("01 08:00", "accept")).findings()
    assert "when[2].at lies before the step before it" in finding.message


def test_an_incident_of_the_engine_is_never_passed_over() -> None:
    split = """
    <exclusiveGateway id="Muc" name="Mức?" default="F6" />
    <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Muc" />
    <sequenceFlow id="F6" sourceRef="Muc" targetRef="Ky" />
    <sequenceFlow id="F7" sourceRef="Muc" targetRef="Tra"><conditionExpression>muc &gt; 5</conditionExpression></sequenceFlow>
    """
    done = step("02 10:00", "complete", 'step = "Tham_dinh"')
    (told,) = differences(ACCEPTED, done, change=split)
    assert told.startswith("step 3, 2026-03-02 10:00 complete: the engine cannot go on at 'Mức?' (Muc): ")
    expected = done.replace(
        '"Tham_dinh"', '"Tham_dinh"\nthen.incident = "Muc"\nthen.tasks = [{ step = "Tham_dinh" }]'
    )
    assert differences(ACCEPTED, expected, change=split) == []
    known = 'values = { muc = 3 }\nthen.tasks = [{ step = "Ky" }]'
    assert differences(ACCEPTED, done + known, change=split) == []


def test_results_are_json() -> None:
    document = played(ACCEPTED.replace('"accept"', '"accept"\nthen.portal = 1')).to_json()
    (ran,) = document["scenarios"]
    assert (document["schema"], document["ok"], document["procedure"]) == (
        "hoso-scenario-results/1",
        False,
        "9.000001",
    )
    assert ran["differences"] == [
        {"step": 2, "at": "2026-03-02T09:00:00", "do": "accept", "key": "portal", "expected": "1", "got": "4"}
    ]
    assert document["coverage"][0]["untaken"][0]["flow"] == "F3"


def test_a_package_without_scenarios_has_nothing_that_fails() -> None:
    results = runner.run(package.read(packages.package()))
    assert (results.ok, results.scenarios, results.coverage[0].taken) == (True, (), 0)


def test_inspection_plays_scenarios_only_where_the_declaration_is_sound() -> None:
    failing = {"scenarios/thu.toml": (HEAD + FILED + 'then.status = "returned"').encode()}
    sound = Parcel(package.read(packages.package(files=failing)).to_zip()).packed()
    report = runner.inspect_parcel(sound)
    assert [(finding.rule, finding.file) for finding in report.findings] == [
        ("scenario-failed", "scenarios/thu.toml")
    ]
    script = '<scriptTask id="Tham_dinh" name="Tính" limit="2 ngày làm việc"><script>1</script></scriptTask>'
    broken = Parcel(package.read(packages.package(script, files=failing)).to_zip()).packed()
    assert "scenario-failed" not in {finding.rule for finding in runner.inspect_parcel(broken).findings}
