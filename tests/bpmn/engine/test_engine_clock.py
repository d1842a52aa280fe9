"""Nothing in the engine reads the host clock."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hoso_bpmn import errors
from hoso_bpmn.engine import execution_context
from support.builders.bpmn import MONDAY, Walk, bpmn, user, users

DRAWING = bpmn(
    users("a b c d e")
    + '<parallelGateway id="s"/><parallelGateway id="j"/><eventBasedGateway id="g"/>'
    + '<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>3 ngày làm việc</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    + '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    + '<boundaryEvent id="r" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></boundaryEvent>',
    "start>s s>a s>b r>e e>end a>j b>j j>g g>w g>x w>c x>d c>end d>end",
)
STORY = """
import json, sys
import hoso_bpmn
from support.builders import bpmn as drawn
walk = drawn.Walk(hoso_bpmn.load(drawn.packaged(sys.stdin.buffer.read())).specification)
seen = []
def tell(): seen.append([walk.open, {key: due.isoformat() for key, due in sorted(walk.due.items())}])
tell(); walk.wait(hours=2); tell(); walk.do("a"); walk.do("b"); tell(); walk.wait(days=4); tell()
print(json.dumps(seen))
"""


def told(*prefix: str) -> list[object]:
    tests = Path(__file__).parents[2]
    done = subprocess.run(
        [*prefix, sys.executable, "-c", STORY], input=DRAWING, capture_output=True, check=True, cwd=tests
    )
    seen: list[object] = json.loads(done.stdout)
    return seen


@pytest.mark.slow
def test_the_story_is_the_same_in_the_years_2000_and_2099() -> None:
    faketime = shutil.which("faketime")
    assert faketime, "faketime is part of the development environment"
    now = told()
    assert now == told(faketime, "-f", "2000-01-01 00:00:00")
    assert now == told(faketime, "-f", "2099-12-31 23:59:59")
    assert now[-1] == [["c", "e", "e"], {}]


def test_the_engine_runs_while_the_host_clock_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    import hoso_bpmn
    from support.builders.bpmn import packaged

    def refuse() -> float:
        raise AssertionError("somebody read the host clock")

    monkeypatch.setattr(time, "time", refuse)
    monkeypatch.setattr(time, "localtime", refuse)
    walk = Walk(hoso_bpmn.load(packaged(DRAWING)).specification)
    walk.wait(hours=1)
    walk.do("a")
    walk.do("b")
    walk.wait(days=4)
    assert walk.open == ["c", "e"]


def test_time_outside_of_a_command_is_an_error_and_never_the_host_clock() -> None:
    with pytest.raises(errors.TimeNotGiven):
        execution_context.now()


def test_a_naive_instant_is_refused_before_anything_happens() -> None:
    import hoso_bpmn
    from support.builders.bpmn import CALENDAR, packaged

    spec = hoso_bpmn.load(packaged(bpmn(user("a"), "start>a a>end"))).specification
    with pytest.raises(errors.NaiveInstant):
        hoso_bpmn.start(spec, at=MONDAY.replace(tzinfo=None), calendar=CALENDAR)
    walk = Walk(spec)
    with pytest.raises(errors.NaiveInstant):
        walk.run.complete(walk.task("a").id, at=MONDAY.replace(tzinfo=None))
    with pytest.raises(errors.NaiveInstant):
        Walk(hoso_bpmn.load(packaged(DRAWING)).specification).run.advance(at=MONDAY.replace(tzinfo=None))
    assert walk.open == ["a"]
