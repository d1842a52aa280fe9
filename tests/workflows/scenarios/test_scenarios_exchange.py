"""Scenarios of a procedure that talks with the outside: messages, calls that fail, timers that are held up and retried."""

from hoso_bpmn.package import package
from hoso_workflows.scenarios import runner
from hoso_workflows.scenarios.runner import Results
from support.procedures import exchange

HEAD = 'schema = "hoso-scenario/1"\nname = "Thử"\n[given]\ncalendar = "vn"\n'


def step(at: str, do: str, *lines: str) -> str:
    return "\n".join(("[[when]]", f"at = 2026-03-{at}:00", f'do = "{do}"', *lines, ""))


ACCEPTED = step("02 08:00", "file") + step("02 09:00", "accept")
OPINION = step("02 10:00", "send", 'message = "Ý kiến trả lời"')
CALLED = step("02 10:30", "complete", 'step = "Thue"')
APPRAISING = ACCEPTED + OPINION + CALLED
#: The timer of the appraisal leads to a gateway that reads what nobody has given.
HELD = APPRAISING + step("03 11:00", "wait", 'then.incident = "Muc"')


#: The opinion is asked of several units at once.
MANY = """
<receiveTask id="Cho" name="Nhận ý kiến" messageRef="m1">
  <extensionElements><camunda:properties><camunda:property name="unit" value="item"/></camunda:properties></extensionElements>
  <multiInstanceLoopCharacteristics camunda:collection="don_vi" camunda:elementVariable="don"/>
</receiveTask>
"""


def played(*texts: str, change: str = "") -> Results:
    """The results of scenarios on the procedure of `exchanges`."""
    files = {f"scenarios/{number}.toml": (HEAD + text).encode() for number, text in enumerate(texts, start=1)}
    return runner.run(package.read({**exchange.drawn(change).files, **files}))


def differences(*parts: str, change: str = "") -> list[str]:
    (ran,) = played("".join(parts), change=change).scenarios
    return [finding.message.removeprefix("Thử: ") for finding in ran.findings()]


def test_what_is_awaited_is_told_with_who_sends_it_and_a_message_lets_the_dossier_go_on() -> None:
    waits = 'then.messages = [{ step = "Cho", message = "Ý kiến trả lời", unit = "handling", role = "specialist" }]'
    wrong = 'then.messages = [{ step = "Cho", message = "Nhắc việc", role = "none" }]'
    assert differences(ACCEPTED, waits) == []
    assert differences(ACCEPTED, wrong) == [
        "step 2, 2026-03-02 09:00 accept: message of 'Nhận ý kiến' (Cho) should be Nhắc việc, but is Ý kiến trả lời.",
        "step 2, 2026-03-02 09:00 accept: role of 'Nhận ý kiến' (Cho) should be none, but is specialist.",
    ]
    assert differences(ACCEPTED, OPINION, 'then.tasks = [{ step = "Thue" }]\nthen.messages = []') == []
    assert differences(ACCEPTED, "then.messages = []") == [
        "step 2, 2026-03-02 09:00 accept: awaited messages should be none, but are 'Nhận ý kiến' (Cho)."
    ]


def test_what_the_step_sends_to_the_outside_is_told() -> None:
    assert differences(ACCEPTED, 'then.sent = ["Xin ý kiến"]') == []
    assert differences(ACCEPTED, OPINION, 'then.sent = ["Xin ý kiến"]') == [
        "step 3, 2026-03-02 10:00 send: sent messages should be Xin ý kiến, but are none."
    ]


def test_a_message_that_nobody_awaits_is_refused_and_may_be_expected_to_be() -> None:
    early = step("02 09:30", "send", 'message = "Đã nộp phí"')
    (told,) = differences(ACCEPTED, early)
    assert "the step is refused: nobody-waits (" in told
    assert differences(ACCEPTED, early, 'then.refused = "nobody-waits"') == []
    strange = step("02 09:30", "send", 'message = "Ý kiến trả lời"', 'values = { mau = "đỏ" }')
    assert differences(ACCEPTED, strange, 'then.refused = "form-refused"') == []


def test_a_message_may_remind_beside_a_step_or_take_its_place() -> None:
    reminded = step("02 11:00", "send", 'message = "Nhắc việc"')
    called_off = step("02 12:00", "send", 'message = "Hủy thẩm định"')
    assert (
        differences(APPRAISING, reminded, 'then.tasks = [{ step = "Tham_dinh" }, { step = "Don_doc" }]') == []
    )
    assert (
        differences(APPRAISING, called_off, 'then.tasks = [{ step = "Xem_lai" }]\nthen.messages = []') == []
    )


def test_of_several_that_await_the_same_message_the_one_that_is_named_goes_on() -> None:
    given = 'calendars = { SYT = "vn", SXD = "vn" }\nform = { don_vi = ["SYT", "SXD"] }\n'
    one = step("02 10:00", "send", 'message = "Ý kiến trả lời"', 'item = "SXD"')
    left = 'then.tasks = []\nthen.messages = [{ step = "Cho", unit = "SYT" }]\n'
    both = 'then.messages = [{ step = "Cho", unit = "SXD" }, { step = "Cho", unit = "SYT" }]\n'
    rest = step("02 11:00", "send", 'message = "Ý kiến trả lời"', 'then.tasks = [{ step = "Thue" }]')
    assert differences(given, ACCEPTED, both, one, left, rest, change=MANY) == []


def test_the_event_that_comes_first_decides_at_an_event_based_gateway() -> None:
    done = step("02 12:00", "complete", 'step = "Tham_dinh"')
    waits = 'then.messages = [{ step = "Nop_phi" }]\nthen.timers = [{ step = "Het_han", due = 2026-03-04 17:00:00 }]'
    assert differences(APPRAISING, done, waits) == []
    paid = step(
        "03 08:00", "send", 'message = "Đã nộp phí"', 'then.tasks = [{ step = "Ky" }]', "then.timers = []"
    )
    late = step("04 17:00", "wait", 'then.tasks = [{ step = "Ky" }]', "then.messages = []")
    assert differences(APPRAISING, done, paid) == []
    assert differences(APPRAISING, done, late) == []


def test_a_call_that_fails_leaves_its_task_open_until_somebody_completes_it() -> None:
    fails = step("02 10:10", "fail", 'step = "Thue"', 'reason = "không trả lời"')
    stays = 'then.incidents = [{ step = "Thue", unit = "handling" }]\nthen.tasks = [{ step = "Thue" }]\n'
    made_good = CALLED + "then.incidents = []"
    assert differences(ACCEPTED, OPINION, fails, stays, made_good) == []
    assert differences(ACCEPTED, OPINION, fails, "then.incidents = []") == [
        "step 4, 2026-03-02 10:10 fail: open incidents should be none, but are 'Hỏi cơ quan thuế' (Thue)."
    ]
    person = step("02 11:00", "fail", 'step = "Tham_dinh"', 'reason = "x"', 'then.refused = "not-external"')
    assert differences(APPRAISING, person) == []
    again = step("02 10:20", "retry", 'step = "Thue"', 'then.refused = "task-awaited"')
    assert differences(ACCEPTED, OPINION, fails, again) == []


def test_a_timer_behind_which_the_engine_cannot_go_on_is_an_incident_whatever_is_done_next() -> None:
    waited = APPRAISING + step("03 11:00", "wait")
    (told,) = differences(waited)
    assert told.startswith("step 5, 2026-03-03 11:00 wait: the engine cannot go on at Muc: ")
    assert differences(HELD, 'then.incidents = [{ step = "Muc" }]\nthen.timers = []') == []
    asked = APPRAISING + step("03 11:00", "complete", 'step = "Ky"')
    assert [told.partition(": ")[2][:11] for told in differences(asked)] == ["exactly one"]


def test_a_held_timer_fires_again_with_what_was_missing_and_stays_held_without_it() -> None:
    small = step("03 12:00", "retry", 'step = "Muc"', "values = { muc = 3 }")
    large = step("03 12:00", "retry", 'step = "Muc"', "values = { muc = 6 }")
    goes_on = 'then.incidents = []\nthen.tasks = [{ step = "Tham_dinh" }, { step = "%s" }]'
    assert differences(HELD, small, goes_on % "Luu") == []
    assert differences(HELD, large, goes_on % "Bao_cao") == []
    idle = step("03 12:00", "retry", 'step = "Muc"')
    (told,) = differences(HELD, idle)
    assert "retry: the engine cannot go on at Muc: " in told
    assert differences(HELD, idle, 'then.incident = "Muc"\nthen.incidents = [{ step = "Muc" }]') == []
    assert differences(APPRAISING, step("02 12:00", "retry", 'step = "Muc"')) == [
        "step 5, 2026-03-02 12:00 retry: exactly one incident at Muc should be open, but nothing is open."
    ]


def test_ways_of_messages_calls_and_timers_count_in_the_coverage() -> None:
    end = "".join(
        step(f"05 1{place}:00", "complete", f'step = "{each}"', *said)
        for place, (each, *said) in enumerate((("Ky", 'result = "granted"'), ("Tra",)))
    )
    done = step("02 12:00", "complete", 'step = "Tham_dinh"')
    reminded = step("02 11:00", "send", 'message = "Nhắc việc"') + step(
        "02 11:10", "complete", 'step = "Don_doc"'
    )
    paid = APPRAISING + reminded + done + step("03 08:00", "send", 'message = "Đã nộp phí"') + end
    timed_out = APPRAISING + done + step("04 17:00", "wait") + end
    called_off = (
        APPRAISING
        + step("02 12:00", "send", 'message = "Hủy thẩm định"')
        + step("02 13:30", "complete", 'step = "Xem_lai"')
    )
    retried = [
        HELD
        + step("03 12:00", "retry", 'step = "Muc"', f"values = {{ muc = {muc} }}")
        + step("03 13:30", "complete", f'step = "{to}"')
        for muc, to in ((3, "Luu"), (6, "Bao_cao"))
    ]
    some, everything = played(paid), played(paid, timed_out, called_off, *retried)
    assert (some.findings(), everything.findings()) == ((), ())
    (covered,) = some.coverage
    assert {way.flow for way in covered.untaken} == {
        *("F10", "F12", "F13", "F14"),
        *("F20", "F21", "F22", "F23", "F24"),
    }
    assert everything.coverage[0].untaken == ()
