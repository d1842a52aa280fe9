"""Milestones on a run: who sends back has not reached one, of parallel branches one reaches it for all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoso_bpmn.checks import inspection
from hoso_bpmn.engine import workflow
from hoso_bpmn.runs import run, specification
from hoso_bpmn.runs.specification import Specification
from support.builders import packages
from support.builders.bpmn import CALENDAR, MONDAY, bpmn, packaged, user


def flow(source: str, target: str, name: str = "", identity: str = "") -> str:
    return f'<sequenceFlow id="{identity or f"{source}-{target}"}" name="{name}" sourceRef="{source}" targetRef="{target}" />'


def found(change: str) -> list[tuple[str, str | None]]:
    """The findings on milestones and on sums, as rule and element."""
    report = inspection.inspect_package(packages.package(change))
    return [
        (f.rule, f.element) for f in report.findings if f.rule.startswith(("milestone", "limit", "accept"))
    ]


def missed(change: str, element: str = "Ky") -> tuple[str, ...]:
    return specification.load(packages.package(change)).specification.steps[element].missed


CHOICE = '<exclusiveGateway id="Chon" name="Ký?" />' + flow("Ky", "Chon", identity="F4")
SIGNED = flow("Chon", "Tra", "Ký")
BACK = flow("Chon", "Tham_dinh", "Trả lại")


def test_a_leader_may_sign_or_send_back_at_one_task():
    assert (found(CHOICE + SIGNED + BACK), missed(CHOICE + SIGNED + BACK)) == ([], ("Trả lại",))


def test_a_way_back_to_the_signature_itself_leads_back_too():
    change = CHOICE + SIGNED + flow("Chon", "Ky", "Chưa ký")
    assert (found(change), missed(change)) == ([], ("Chưa ký",))


def test_two_gateways_in_a_row_are_judged_by_their_combined_choices():
    change = (
        CHOICE
        + SIGNED
        + '<exclusiveGateway id="Sau" name="Vì sao?" />'
        + flow("Chon", "Sau", "Không ký")
        + flow("Sau", "Tham_dinh", "Sửa")
        + flow("Sau", "Dung", "Dừng")
        + '<endEvent id="Dung" name="Dừng" ends="stopped" />'
    )
    assert (found(change), missed(change)) == ([], ("Không ký › Sửa", "Không ký › Dừng"))


AGAIN = (
    '<userTask id="Vao_so" name="Vào sổ" /><exclusiveGateway id="Sai" name="Sai sót?" />'
    + flow("Vao_so", "Sai")
    + flow("Sai", "Tra", "Không")
)


def test_a_signature_that_is_taken_back_later_would_give_two_results():
    later = CHOICE + BACK + AGAIN + flow("Chon", "Vao_so", "Ký") + flow("Sai", "Tham_dinh", "Có")
    assert (found(later), missed(later)) == ([("milestone-repeated", "Ky")], ("Trả lại",))
    (said,) = inspection.inspect_package(packages.package(later)).errors
    assert (
        said.message == "By 'Ký' 'Ký kết quả' reaches its milestone, and a way leads back to it from there."
    )


def test_an_outcome_that_may_lead_back_and_may_lead_past_is_refused():
    """Such an outcome would not decide by itself that the result is ready."""
    either = (
        CHOICE
        + SIGNED
        + flow("Chon", "Sai", "Xem lại")
        + '<exclusiveGateway id="Sai" name="Mức?" default="Q1" />'
        + flow("Sai", "Tham_dinh", identity="Q1")
        + '<sequenceFlow id="Q2" sourceRef="Sai" targetRef="Tra"><conditionExpression>muc &gt; 5</conditionExpression></sequenceFlow>'
    )
    assert (found(either), missed(either)) == ([("milestone-repeated", "Ky")], ())


def test_a_way_back_that_nobody_chooses_at_the_signature_is_refused():
    change = (
        '<exclusiveGateway id="Chon" name="Mức?" default="Q1" />'
        + flow("Ky", "Chon", identity="F4")
        + flow("Chon", "Tra", identity="Q1")
        + '<sequenceFlow id="Q2" sourceRef="Chon" targetRef="Tham_dinh"><conditionExpression>muc &gt; 5</conditionExpression></sequenceFlow>'
    )
    assert found(change) == [("milestone-repeated", "Ky")]


def test_sent_back_past_the_return_is_a_return_without_a_result():
    change = CHOICE + SIGNED + flow("Chon", "Chia", "Trả lại") + '<parallelGateway id="Chia" />'
    change += flow("Chia", "Tham_dinh") + flow("Chia", "Tra")
    assert (found(change), missed(change)) == ([("milestone-repeated", "Ky")], ())


@pytest.mark.parametrize(
    "back",
    [
        flow("Chon", "Tiep_nhan", "Thiếu giấy tờ"),
        '<userTask id="Soat" name="Soát lại" />' + flow("Chon", "Soat", "Thiếu") + flow("Soat", "Tiep_nhan"),
    ],
)
def test_a_way_back_to_the_desk_says_that_a_dossier_is_accepted_once(back: str):
    change = (
        '<exclusiveGateway id="Chon" name="Đủ?" />'
        + flow("Tham_dinh", "Chon", identity="F3")
        + flow("Chon", "Ky", "Đủ")
        + back
    )
    (finding,) = inspection.inspect_package(packages.package(change)).errors
    assert (finding.rule, finding.element, finding.message, finding.remedy) == (
        "milestone-repeated",
        "Tiep_nhan",
        "A way leads back to 'Tiếp nhận hồ sơ', where the dossier was accepted: it is accepted once, and its term runs from then.",
        "Lead the way to the task behind it. For papers that lack officers propose a supplement, which need not be drawn.",
    )


def test_a_choice_behind_the_desk_is_found_through_a_merge():
    change = (
        '<exclusiveGateway id="Gop" /><exclusiveGateway id="Chon" name="Loại?" />'
        '<userTask id="Xem" name="Xem nhanh" />'
        + flow("Tiep_nhan", "Gop", identity="F2")
        + flow("Gop", "Chon")
        + flow("Chon", "Tham_dinh", "Thường")
        + flow("Chon", "Xem", "Nhanh")
        + flow("Xem", "Gop")
    )
    assert found(change) == [("accept-task-branches", "Chon")]


BESIDE = (
    '<parallelGateway id="Chia" /><userTask id="Bao_cao" name="Báo cáo" /><endEvent id="Da_bao" name="Đã báo cáo" />'
    + flow("Tham_dinh", "Chia", identity="F3")
    + flow("Chia", "Ky")
    + flow("Chia", "Bao_cao")
)


def test_of_parallel_branches_one_reaches_the_milestones_for_all():
    assert found(BESIDE + flow("Bao_cao", "Da_bao")) == []


@pytest.mark.parametrize(
    ("end", "owing"),
    [
        ("<terminateEventDefinition />", [("milestone-missing", "Da_bao")] * 2),
        ("", []),
    ],
    ids=["an end that stops the other branch", "an end of its own"],
)
def test_a_branch_that_stops_the_other_owes_the_milestones(end: str, owing: list[tuple[str, str]]):
    stops = BESIDE.replace(' name="Đã báo cáo" />', f' name="Đã báo cáo">{end}</endEvent>')
    assert found(stops + flow("Bao_cao", "Da_bao")) == owing


def test_when_no_branch_need_pass_the_milestone_every_end_is_named():
    skipped = BESIDE + flow("Bao_cao", "Da_bao") + '<exclusiveGateway id="Chon" name="Ký?" />'
    skipped += (
        flow("Chia", "Chon", identity="Chia-Ky") + flow("Chon", "Ky", "Ký") + flow("Chon", "Xong", "Thôi")
    )
    skipped = skipped.replace(flow("Chia", "Ky"), "").replace(
        flow("Chia", "Chon", identity="Chia-Ky"),
        '<userTask id="Can" name="Cân nhắc" />' + flow("Chia", "Can") + flow("Can", "Chon"),
    )
    assert (
        sorted(found(skipped)) == [("milestone-missing", "Da_bao")] * 2 + [("milestone-missing", "Xong")] * 2
    )


# The law: where the check is content, every run of the engine that plainly ends has reached the result, and where it is
# not, one has not.


class Drawing:
    """Blocks with one way in and one way out, then a tail that ends: by choices, branches, and ends of every kind."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.elements: list[str] = []
        self.ways: list[str] = []

    def add(self, xml: str) -> str:
        name = f"e{len(self.elements)}"
        self.elements.append(xml.format(name))
        return name

    def of(self, *kinds: str) -> str:
        return self.data.draw(st.sampled_from(kinds))

    def task(self, **words: str) -> str:
        return self.add(user("{0}", **words))

    def decision(self) -> tuple[str, str]:
        words = {"milestone": "result"} if self.of("plain", "plain", "signs") == "signs" else {}
        decider, gate = self.task(**words), self.add('<exclusiveGateway id="{}"/>')
        self.ways.append(f"{decider}>{gate}")
        return decider, gate

    def block(self, depth: int) -> tuple[str, str]:
        kind = self.of("task", "result", "choice", "parallel", "loop") if depth else self.of("task", "result")
        if kind in ("task", "result"):
            name = self.task(**({"milestone": "result"} if kind == "result" else {}))
            return name, name
        if kind == "loop":
            head = self.add('<exclusiveGateway id="{}"/>')
            into, out = self.block(depth - 1)
            decider, gate = self.decision()
            after = self.task()
            self.ways += [
                f"{head}>{into}",
                f"{out}>{decider}",
                f"{gate}>{head}[Lại]",
                f"{gate}>{after}[Xong]",
            ]
            return head, after
        gateway = "parallelGateway" if kind == "parallel" else "exclusiveGateway"
        merge = self.add(f'<{gateway} id="{{}}"/>')
        first, split = self.decision() if kind == "choice" else (self.add(f'<{gateway} id="{{}}"/>'),) * 2
        for label in ("[A]", "[B]") if kind == "choice" else ("", ""):
            into, out = self.block(depth - 1)
            self.ways += [f"{split}>{into}{label}", f"{out}>{merge}"]
        return first, merge

    def tail(self, depth: int) -> str:
        """A part of the diagram that begins with a block and never joins again."""
        into, out = self.block(depth)
        kind = self.of("end", "choice", "fork") if depth else "end"
        if kind == "end":
            self.ways.append(f"{out}>{self.add(self.of(END, END, TERMINATE, STOPPED))}")
            return into
        decider, split = (
            self.decision() if kind == "choice" else (self.add('<parallelGateway id="{}"/>'),) * 2
        )
        self.ways.append(f"{out}>{decider}")
        for label in ("[A]", "[B]") if kind == "choice" else ("", ""):
            self.ways.append(f"{split}>{self.tail(depth - 1)}{label}")
        return into


END = '<endEvent id="{}"/>'
TERMINATE = '<endEvent id="{}"><terminateEventDefinition/></endEvent>'
STOPPED = (
    '<endEvent id="{}"><extensionElements><camunda:properties><camunda:property name="ends" value="stopped"/>'
    "</camunda:properties></extensionElements></endEvent>"
)


def plain_runs(spec: Specification) -> tuple[set[bool], set[str]]:
    """For the runs that end plainly, the values of "result reached"; and the tasks that reached it twice."""
    ended, twice = set[bool](), set[str]()
    waiting = [(run.start(spec, at=MONDAY, calendar=CALENDAR).dump(), frozenset[str]())]
    seen = set[tuple[object, ...]]()
    while waiting:
        state, signed = waiting.pop()
        now = run.resume(spec, state, calendar=CALENDAR)
        if now.finished and now.ended is None:
            ended.add(bool(signed))
        key = (*tokens(now), now.ended, *sorted(signed))
        if key in seen:
            continue
        seen.add(key)
        for task in now.tasks:
            for outcome in task.outcomes or (None,):
                step = run.resume(spec, state, calendar=CALENDAR)
                assert step.complete(task.id, outcome, at=MONDAY).incident is None
                reached = task.reaches(outcome) == "result"
                twice |= {task.element} & signed if reached else set()
                waiting.append((step.dump(), signed | {task.element} if reached else signed))
    return ended, twice


def tokens(now: run.Run) -> list[tuple[str, str]]:
    """Elements that hold a token, each with the element before it."""
    tasks = now._snapshot.workflow.tasks.values()
    return sorted((t.task_spec.name, t.parent.task_spec.name) for t in tasks if t._state & workflow.ACTIVE)


@settings(
    max_examples=3 * settings.default.max_examples // 2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_the_check_finds_a_missing_or_second_result_exactly_where_a_run_has_one(data: st.DataObject):
    drawing = Drawing(data)
    drawing.ways.append(f"start>{drawing.tail(2)}")
    drawn = bpmn("".join(drawing.elements), " ".join(drawing.ways))
    ended, twice = plain_runs(specification.load(packaged(drawn)).specification)
    findings = inspection.inspect_diagram(drawn, "").findings
    missing = {
        f.element for f in findings if f.rule == "milestone-missing" and f.message.endswith("= result.")
    }
    repeated = {f.element for f in findings if f.rule == "milestone-repeated"}
    assert (bool(missing), repeated) == (False in ended, twice)
