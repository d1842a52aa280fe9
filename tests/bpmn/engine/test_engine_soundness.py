"""Processes made of nested blocks always reach their end, whatever is chosen in whatever order, dumped and resumed or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hoso_bpmn
from hoso_bpmn.checks import inspection
from support.builders.bpmn import CALENDAR, MONDAY, bpmn, flows, packaged, user

pytestmark = pytest.mark.slow

#: Rules that see what would keep a process from its end, or take it there twice.
WAYS = {
    "join-starved",
    "join-early",
    "cycle-automatic",
    "unreachable",
    "boundary-detached",
    "gateway-no-decider",
}
KINDS = (
    "task",
    "task",
    "service",
    "choice",
    "parallel",
    "inclusive",
    "loop",
    "sub",
    "units",
    "timer",
    "event",
    "many",
    "watched",
)


@dataclass
class Drawing:
    """Draws blocks one into another; each has one way in and one way out."""

    data: st.DataObject
    numbers: count[int] = field(default_factory=count)
    elements: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)

    def block(self, depth: int) -> tuple[str, str]:
        kind = self.data.draw(st.sampled_from(KINDS if depth else ("task", "service")))
        return getattr(self, kind)(depth - 1)

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    def add(self, xml: str) -> None:
        self.elements.append(xml)

    def join(self, *ways: str) -> None:
        self.ways.extend(ways)

    def task(self, _: int) -> tuple[str, str]:
        name = self.name("t")
        self.add(user(name))
        return name, name

    def service(self, _: int) -> tuple[str, str]:
        name = self.name("s")
        self.add(f'<serviceTask id="{name}"/>')
        return name, name

    def sequence(self, depth: int) -> tuple[str, str]:
        blocks = [self.block(depth) for _ in range(self.data.draw(st.integers(1, 3)))]
        for (_, out), (into, _) in pairwise(blocks):
            self.join(f"{out}>{into}")
        return blocks[0][0], blocks[-1][1]

    def choice(self, depth: int) -> tuple[str, str]:
        decider, gate, merge = self.name("t"), self.name("g"), self.name("m")
        self.add(user(decider) + f'<exclusiveGateway id="{gate}"/><exclusiveGateway id="{merge}"/>')
        self.join(f"{decider}>{gate}")
        for label in ("A", "B"):
            into, out = self.sequence(depth)
            self.join(f"{gate}>{into}[{label}]", f"{out}>{merge}")
        return decider, merge

    def fork(self, depth: int, gateway: str, condition: str) -> tuple[str, str]:
        split, merge = self.name("f"), self.name("j")
        self.add(f'<{gateway} id="{split}"/><{gateway} id="{merge}"/>')
        for _ in range(2):
            into, out = self.sequence(depth)
            self.join(f"{split}>{into}{condition}", f"{out}>{merge}")
        return split, merge

    def parallel(self, depth: int) -> tuple[str, str]:
        return self.fork(depth, "parallelGateway", "")

    def inclusive(self, depth: int) -> tuple[str, str]:
        return self.fork(depth, "inclusiveGateway", "{n > 0}")

    def loop(self, depth: int) -> tuple[str, str]:
        head, decider, gate, out_ = self.name("m"), self.name("t"), self.name("g"), self.name("m")
        gates = (head, gate, out_)
        self.add(user(decider) + "".join(f'<exclusiveGateway id="{name}"/>' for name in gates))
        into, out = self.sequence(depth)
        self.join(
            f"{head}>{into}",
            f"{out}>{decider}",
            f"{decider}>{gate}",
            f"{gate}>{head}[Lại]",
            f"{gate}>{out_}[Xong]",
        )
        return head, out_

    def sub(self, depth: int, repeats: str = "") -> tuple[str, str]:
        name, start, end = self.name("p"), self.name("b"), self.name("e")
        inner = Drawing(self.data, self.numbers)
        into, out = inner.sequence(depth)
        inner.join(f"{start}>{into}", f"{out}>{end}")
        drawn = "".join(inner.elements) + flows(" ".join(inner.ways)).replace('id="f', f'id="{name}f')
        self.add(
            f'<subProcess id="{name}">{repeats}<startEvent id="{start}"/><endEvent id="{end}"/>{drawn}</subProcess>'
        )
        return name, name

    def many(self, depth: int) -> tuple[str, str]:
        """A sub-process for each unit, whose items are all called alike."""
        return self.sub(depth, self.repeated())

    def watched(self, depth: int) -> tuple[str, str]:
        """The same with a timer that takes away all that is open within."""
        name, _ = self.many(depth)
        bell, merge = self.name("w"), self.name("m")
        self.add(
            f'<boundaryEvent id="{bell}" attachedToRef="{name}"><timerEventDefinition><timeDuration>PT2H</timeDuration>'
            f'</timerEventDefinition></boundaryEvent><exclusiveGateway id="{merge}"/>'
        )
        self.join(f"{name}>{merge}", f"{bell}>{merge}")
        return name, merge

    def repeated(self) -> str:
        sequential = str(self.data.draw(st.booleans())).lower()
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}" camunda:collection="units" '
            'camunda:elementVariable="unit"/>'
        )

    def units(self, _: int) -> tuple[str, str]:
        name = self.name("u")
        self.add(user(name, self.repeated()))
        return name, name

    def timer(self, depth: int) -> tuple[str, str]:
        """A task with a timer beside or instead of it; both ways meet again."""
        name, bell, merge = self.name("t"), self.name("w"), self.name("m")
        interrupts = self.data.draw(st.booleans())
        self.add(
            user(name)
            + f'<boundaryEvent id="{bell}" attachedToRef="{name}" cancelActivity="{str(interrupts).lower()}">'
            + "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
            + f'<exclusiveGateway id="{merge}"/>'
        )
        into, out = self.sequence(depth)
        self.join(f"{name}>{merge}", f"{bell}>{into}")
        self.join(f"{out}>{merge}" if interrupts else f"{out}>{self.end()}")
        return name, merge

    def end(self) -> str:
        name = self.name("e")
        self.add(f'<endEvent id="{name}"/>')
        return name

    def event(self, depth: int) -> tuple[str, str]:
        gate, merge = self.name("v"), self.name("m")
        self.add(f'<eventBasedGateway id="{gate}"/><exclusiveGateway id="{merge}"/>')
        for hours in (1, 2):
            bell = self.name("w")
            self.add(
                f'<intermediateCatchEvent id="{bell}"><timerEventDefinition><timeDuration>PT{hours}H</timeDuration>'
                "</timerEventDefinition></intermediateCatchEvent>"
            )
            into, out = self.sequence(depth)
            self.join(f"{gate}>{bell}", f"{bell}>{into}", f"{out}>{merge}")
        return gate, merge


@settings(
    max_examples=6 * settings.default.max_examples // 5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_a_process_of_nested_blocks_reaches_its_end(data: st.DataObject) -> None:
    drawing = Drawing(data)
    into, out = drawing.sequence(3)
    drawing.join(f"start>{into}", f"{out}>end")
    drawn = bpmn("".join(drawing.elements), " ".join(drawing.ways))
    assert WAYS & {finding.rule for finding in inspection.inspect_diagram(drawn, "").findings} == set()
    spec = hoso_bpmn.load(packaged(drawn)).specification
    given_ = {"n": 1, "units": ["A", "B"]}
    at = MONDAY
    run = hoso_bpmn.start(spec, at=at, calendar=CALENDAR, variables=given_)
    for step in range(2_000):
        if run.finished:
            break
        if data.draw(st.booleans()):
            run = hoso_bpmn.resume(spec, run.dump(), calendar=CALENDAR)
        if run.timers and (not run.tasks or data.draw(st.integers(0, 3)) == 0):
            at += timedelta(hours=1)
            change = run.advance(at=at)
        else:
            task = run.tasks[data.draw(st.integers(0, len(run.tasks) - 1))]
            outcome = (
                (task.outcomes[-1] if step > 60 else data.draw(st.sampled_from(task.outcomes)))
                if task.outcomes
                else None
            )
            change = run.complete(task.id, outcome, at=at)
        assert change.incident is None
        assert len({task.id for task in run.tasks}) == len(run.tasks)
    assert run.finished
    assert (run.tasks, run.timers) == ((), ())
