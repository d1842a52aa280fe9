"""States as bytes: what is no state of the specification is refused, what is one resumes exactly."""

import base64
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

import hoso_bpmn
from hoso_bpmn import errors
from hoso_bpmn.runs import state
from support.builders.bpmn import CALENDAR, MONDAY, Walk, packaged, specification, users

SPEC = specification(users("a b c"), "start>a a>b b>c c>end")
OTHER = specification(users("a b d"), "start>a a>b b>d d>end")
STATE = hoso_bpmn.start(SPEC, at=MONDAY, calendar=CALENDAR).dump()


def resumed(data: bytes) -> hoso_bpmn.Run:
    return hoso_bpmn.resume(SPEC, data, calendar=CALENDAR)


def test_the_first_byte_is_the_format() -> None:
    assert STATE[0] == state.FORMAT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\xff" + STATE[1:],
        STATE[:1],
        STATE[:-3],
        STATE[:1] + b"garbage",
        STATE[:1] + zstandard.compress(b"not json"),
        STATE[:1] + zstandard.compress(b"[]"),
        STATE[:1] + zstandard.compress(b"{}"),
        b'{"spec": {}}',
    ],
)
def test_bytes_that_are_no_state_are_stale(data: bytes) -> None:
    with pytest.raises(errors.StaleState):
        resumed(data)


def test_a_state_of_another_specification_is_stale() -> None:
    with pytest.raises(errors.StaleState, match="another specification"):
        hoso_bpmn.resume(OTHER, STATE, calendar=CALENDAR)


def test_a_state_that_names_unknown_elements_is_stale() -> None:
    document = orjson.loads(zstandard.decompress(STATE[1:]))
    for row in document["top"]["tasks"]:
        row[2] = "nowhere"
    with pytest.raises(errors.StaleState, match="fit"):
        resumed(STATE[:1] + zstandard.compress(orjson.dumps(document)))


@settings(max_examples=2 * settings.default.max_examples, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(STATE) - 1))
def test_damaged_bytes_never_raise_anything_else(noise: bytes, place: int) -> None:
    for data in (noise, STATE[:place] + noise + STATE[place + len(noise) :]):
        try:
            kept = resumed(data).dump()
        except errors.StaleState:
            continue
        assert resumed(kept).dump() == kept


def test_a_state_holds_no_specification() -> None:
    document = zstandard.decompress(STATE[1:])
    assert b"process.bpmn" not in document
    assert len(STATE) < 400


def test_dumping_twice_gives_the_same_bytes() -> None:
    run = resumed(STATE)
    assert run.dump() == STATE
    run.complete(run.tasks[0].id, at=MONDAY)
    assert run.dump() == run.dump() != STATE


@settings(max_examples=3 * settings.default.max_examples // 5, deadline=None)
@given(st.data())
def test_a_run_that_is_resumed_after_every_command_does_what_one_in_memory_does(data: st.DataObject) -> None:
    spec = specification(
        users("a b c d e")
        + '<parallelGateway id="s"/><parallelGateway id="j"/><exclusiveGateway id="m"/><exclusiveGateway id="g"/>',
        "start>m m>a a>s s>b s>c b>j c>d d>j j>e e>g g>m[Lại] g>end[Xong]",
    )
    walk = Walk(spec)
    kept = hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR)
    for _step in range(25):
        if walk.run.finished:
            break
        place = data.draw(st.integers(0, len(walk.run.tasks) - 1))
        task = walk.run.tasks[place]
        outcome = data.draw(st.sampled_from(task.outcomes)) if task.outcomes else None
        one = walk.do(task.element, outcome)
        other = kept.complete(next(t.id for t in kept.tasks if t.element == task.element), outcome, at=MONDAY)
        assert [t.element for t in one.opened] == [t.element for t in other.opened]
        assert [t.element for t in walk.run.tasks] == [t.element for t in kept.tasks]
    assert walk.run.finished == kept.finished


SAMPLES = sorted((Path(__file__).parents[1] / "states").glob("format-*.json"))


def test_there_is_a_sample_of_every_format() -> None:
    assert [sample.stem for sample in SAMPLES] == [
        f"format-{number}" for number in range(1, state.FORMAT + 1)
    ]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_state_of_every_released_format_resumes_exactly_and_goes_on(path: Path) -> None:
    sample = orjson.loads(path.read_bytes())
    spec = hoso_bpmn.load(packaged(sample["drawing"].encode())).specification
    run = hoso_bpmn.resume(spec, base64.b64decode(sample["state"]), calendar=CALENDAR)
    assert [[task.id, task.element, task.item] for task in run.tasks] == sample["tasks"]
    timers = [
        [timer.id, timer.element, timer.armed.isoformat(), timer.due.isoformat()] for timer in run.timers
    ]
    assert timers == sample["timers"]
    run.advance(at=datetime.fromisoformat(sample["at"]) + timedelta(days=8))
    done = []
    while not run.finished:
        task = run.tasks[0]
        done.append(task.element)
        run.complete(task.id, at=MONDAY)
    assert sorted(done) == ["b", "c", "e", "k", "m", "r", "r", "r"]
