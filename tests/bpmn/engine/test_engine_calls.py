"""Call activities in the engine and in the sums: what is called keeps its own lanes, forms, pins and limits."""

import json
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

import pytest

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn import errors
from hoso_bpmn.document import critical_path
from hoso_bpmn.package import calls, inlining, package
from hoso_bpmn.package.bundle import Parcel
from hoso_bpmn.package.package import Package, Pin
from hoso_bpmn.runs import migration
from hoso_bpmn.runs.migration import Verdict
from support.builders.bpmn import CALENDAR, MONDAY, Walk, bpmn, packaged, user, users

B, C = "9.000002", "9.000003"
LANES = '<laneSet id="ls"><lane id="l1" name="{name}"><flowNodeRef>{task}</flowNodeRef></lane></laneSet>'


def call(code: str, identity: str = "goi", inner: str = "", **words: str) -> str:
    said = "".join(f' {key}="{value}"' for key, value in words.items())
    return f'<callActivity id="{identity}" name="Gọi" calledElement="{code}"{said}>{inner}</callActivity>'


def one(code: str, *steps: str, **files: bytes) -> Package:
    """A procedure whose steps follow each other; each is `id`, or `id:limit`."""
    drawn = "".join(user(*step.split(":")[:1], **_limit(step)) for step in steps)
    order = ["start", *(step.partition(":")[0] for step in steps), "end"]
    return packaged(bpmn(drawn, " ".join(f"{a}>{b}" for a, b in pairwise(order))), code, **files)


def _limit(step: str) -> dict[str, str]:
    return {"limit": step.partition(":")[2]} if ":" in step else {}


def caller(
    *packages: Package, drawing: str | None = None, way: str = "start>a a>goi goi>z z>end"
) -> hoso_bpmn.Loaded:
    """A procedure that calls the first of the packages between its steps a and z; all of them are known."""
    known = {found.code: found for found in packages}
    drawn = drawing if drawing is not None else users("a z") + call(packages[0].code)
    return hoso_bpmn.load(packaged(bpmn(drawn, way)), resolve=known.__getitem__)


def pinned(*packages: Package) -> dict[str, Pin]:
    return {found.code: Pin(1, found) for found in packages}


def lanes(found: Package, **units: str) -> Package:
    """The package with lanes of its own: name → unit, `_` standing for a blank."""
    tables = "".join(
        f'[lanes."{name.replace("_", " ")}"]\nrole = "{unit}_role"\nunit = "{unit}"\n'
        for name, unit in units.items()
    )
    manifest = found.files["procedure.toml"].decode().split("[lanes")[0] + tables
    case = '[[case]]\nid = "default"\nname = "M"\nprocess = "process.bpmn"\nterm = "5 ngày làm việc"\n'
    return package.read({**found.files, "procedure.toml": (manifest + case).encode()})


# Limits


def test_steps_of_what_is_called_count_where_the_call_stands() -> None:
    spec = caller(
        one(B, "x:1 ngày làm việc", "y:4 giờ làm việc"),
        drawing=user("a", limit="1 ngày làm việc")
        + call(B, limit="9 ngày làm việc")
        + user("z", limit="1 giờ làm việc"),
    ).specification
    assert {element: step.plan for element, step in spec.steps.items()} == {
        "a": ("1 ngày làm việc",),
        "goi/x": ("1 ngày làm việc", "1 ngày làm việc"),
        "goi/y": ("1 ngày làm việc", "1 ngày làm việc", "4 giờ làm việc"),
        "z": ("1 ngày làm việc", "1 ngày làm việc", "4 giờ làm việc", "1 giờ làm việc"),
    }
    assert spec.total_limit.hours == 8 + 8 + 4 + 1


def test_the_handling_of_an_event_inside_of_what_is_called_counts_before_what_follows_the_call() -> None:
    handler = (
        '<subProcess id="e" triggeredByEvent="true"><startEvent id="es"><messageEventDefinition messageRef="m"/></startEvent>'
        + user("h", limit="2 ngày làm việc")
        + '<endEvent id="ee"/><sequenceFlow id="e1" sourceRef="es" targetRef="h"/>'
        '<sequenceFlow id="e2" sourceRef="h" targetRef="ee"/></subProcess>'
    )
    drawn = bpmn(
        user("x", limit="3 ngày làm việc") + handler,
        "start>x x>end",
        declarations='<message id="m" name="doi"/>',
    )
    spec = caller(packaged(drawn, B)).specification
    assert spec.steps["z"].plan == ("3 ngày làm việc", "2 ngày làm việc")
    walk = Walk(spec)
    walk.do("a")
    walk.send("doi")
    assert walk.open == ["goi/h"]
    walk.do("goi/h")
    assert walk.open == ["z"]


def test_the_way_inside_of_a_call_leads_from_its_start_to_its_end() -> None:
    drawing = user("a", limit="9 ngày làm việc") + call(B) + user("z", limit="9 ngày làm việc")
    callee = one(B, "x:1 ngày làm việc", "y:2 ngày làm việc")
    found = caller(callee, drawing=drawing)
    whole = inlining.Whole.of(calls.source(found.package, found.case, {B: callee}.__getitem__)).process
    assert critical_path.within(whole, whole.elements["goi"]).limits == ("1 ngày làm việc", "2 ngày làm việc")


# Lanes, calendars and forms


def test_a_lane_of_the_same_name_keeps_role_and_unit_of_its_own_package() -> None:
    drawn = (
        LANES.format(name="Phòng A/B", task="x")
        + '<userTask id="x" name="X" camunda:candidateGroups="hint"/>'
    )
    callee = lanes(packaged(bpmn(drawn, "start>x x>end"), B), **{"Phòng_A/B": "deciding"})
    mine = lanes(
        packaged(
            bpmn(LANES.format(name="Phòng A/B", task="a") + users("a") + call(B), "start>a a>goi goi>end")
        ),
        **{"Phòng_A/B": "receiving"},
    )
    steps = hoso_bpmn.load(mine, resolve={B: callee}.__getitem__).specification.steps
    assert {key: (step.lane, step.role, step.unit) for key, step in steps.items()} == {
        "a": ("Phòng A/B", "receiving_role", "receiving"),
        "goi/x": ("Phòng A/B", "deciding_role", "deciding"),
    }


def test_a_timer_of_what_is_called_asks_for_the_calendar_of_its_own_lane() -> None:
    timer = (
        '<boundaryEvent id="t" attachedToRef="x" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>2 ngày làm việc</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    drawn = LANES.format(name="Một cửa", task="x") + users("x y") + timer
    callee = lanes(packaged(bpmn(drawn, "start>x x>end t>y y>end"), B), Một_cửa="deciding")
    found = hoso_bpmn.load(
        packaged(bpmn(call(B), "start>goi goi>end")), resolve={B: callee}.__getitem__
    ).specification
    asked: list[str | None] = []

    def calendar(lane: str | None) -> wt.WorkCalendar:
        asked.append(lane)
        return CALENDAR

    hoso_bpmn.start(found, at=MONDAY, calendar=calendar)
    assert [found.lanes[lane or ""] for lane in asked] == [calls.Lane("Một cửa", "deciding_role", "deciding")]


def form(key: str) -> bytes:
    field = {"type": "textfield", "key": key, "label": key, "validate": {"required": True}}
    return json.dumps({"type": "default", "components": [field]}).encode()


def test_a_form_of_a_called_step_is_the_called_packages_own() -> None:
    callee = packaged(bpmn(user("x", form="phieu"), "start>x x>end"), B, phieu_form=form("cua_b"))
    mine = packaged(
        bpmn(user("a", form="phieu") + call(B), "start>a a>goi goi>end"), phieu_form=form("cua_a")
    )
    forms = hoso_bpmn.load(mine, resolve={B: callee}.__getitem__).specification.forms
    assert {element: [field.path for field in found.fields] for element, found in forms.items()} == {
        "a": ["cua_a"],
        "goi/x": ["cua_b"],
    }


# Which version is called


def calling(code: str, called: str) -> Package:
    return packaged(bpmn(call(called), "start>goi goi>end"), code)


def test_each_version_runs_what_it_was_pinned_to_itself() -> None:
    old, new = one(C, "old"), one(C, "new")
    middle = calling(B, C).pinned(pinned(old))
    drawn = bpmn(call(B, "b") + call(C, "c"), "start>b b>c c>end")
    mine = packaged(drawn).pinned({B: Pin(1, middle), C: Pin(2, new)})
    spec = hoso_bpmn.load(mine).specification
    assert sorted(spec.steps) == ["b/goi/old", "c/new"]
    again = Parcel.unpacked(Parcel(mine.to_zip(), mine.pins).packed()).read()
    assert hoso_bpmn.load(again).specification is spec


def test_a_version_calls_nothing_but_what_it_is_pinned_to() -> None:
    with pytest.raises(calls.UnknownCall) as unknown:
        hoso_bpmn.load(calling("9.000001", B).pinned({}), resolve={B: one(B, "x")}.__getitem__)
    assert (unknown.value.element, unknown.value.code, unknown.value.through) == ("goi", B, ())


def test_what_is_unknown_behind_a_call_is_told_with_the_way_there() -> None:
    with pytest.raises(calls.UnknownCall, match="call of 9\\.000003 by 9\\.000002 here") as unknown:
        hoso_bpmn.load(calling("9.000001", B), resolve={B: calling(B, C)}.__getitem__)
    assert (unknown.value.element, unknown.value.through) == ("goi", (B,))


def test_versions_that_call_each_other_are_refused_at_the_call_where_it_begins() -> None:
    first = calling("9.000001", B).pinned(pinned(one(B, "x")))
    second = calling(B, "9.000001").pinned(pinned(first))
    with pytest.raises(errors.UnsupportedElement, match="from within itself") as refused:
        hoso_bpmn.load(second)
    assert refused.value.element == "goi"


def test_small_procedures_that_call_each_other_often_do_not_make_a_drawing_without_end() -> None:
    codes = [f"9.00000{number}" for number in range(1, 6)]
    known = {}
    for code, called in pairwise(codes):
        many = [f"c{number}" for number in range(100)]
        drawn = "".join(call(called, identity) for identity in many)
        order = ["start", *many, "end"]
        known[code] = packaged(bpmn(drawn, " ".join(f"{a}>{b}" for a, b in pairwise(order))), code)
    known[codes[-1]] = one(codes[-1], "x")
    with pytest.raises(errors.UnsupportedElement, match="calling more than 5,000 elements in all"):
        hoso_bpmn.load(known[codes[0]], resolve=known.__getitem__)


def test_a_case_of_several_is_chosen_by_the_call() -> None:
    two = one(B, "x").files
    cases = '\n[[case]]\nid = "khac"\nname = "K"\nprocess = "khac.bpmn"\nterm = "9 ngày làm việc"\n'
    files = {
        **two,
        "procedure.toml": two["procedure.toml"] + cases.encode(),
        "khac.bpmn": bpmn(users("y"), "start>y y>end"),
    }
    callee = package.read(files)
    chosen = call(B).replace("<callActivity ", '<callActivity camunda:case="khac" ')
    spec = caller(callee, drawing=users("a z") + chosen).specification
    assert sorted(spec.steps) == ["a", "goi/y", "z"]
    assert spec.calls["goi"].case == "khac"
    with pytest.raises(errors.UnsupportedElement, match="without one of its cases") as refused:
        caller(callee)
    assert "default, khac" in refused.value.remedy


def test_an_id_that_looks_like_one_of_the_called_procedure_is_refused() -> None:
    with pytest.raises(errors.UnsupportedElement, match="the id goi/x beside this call"):
        caller(one(B, "x"), drawing=users("a z") + call(B) + '<userTask id="goi/x" name="Lạ"/>')


# Runs


def test_a_terminate_end_of_what_is_called_ends_only_the_call() -> None:
    stop = '<endEvent id="stop"><terminateEventDefinition/></endEvent><parallelGateway id="s"/>'
    callee = packaged(bpmn(users("x y") + stop, "start>s s>x s>y x>stop y>end"), B)
    walk = Walk(caller(callee).specification)
    walk.do("a")
    walk.do("goi/x")
    assert walk.open == ["z"]


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_what_is_called_for_each_of_a_list_runs_once_for_each(sequential: str) -> None:
    each = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}" camunda:collection="xa" '
        'camunda:elementVariable="don_vi"/>'
    )
    spec = caller(one(B, "x", "y"), drawing=users("a z") + call(B, inner=each)).specification
    walk = Walk(spec, xa=["P1", "P2", "P3"])
    walk.do("a")
    done = []
    while walk.open != ["z"]:
        done.append(walk.open[0])
        walk.do(done[-1])
    assert sorted(done) == ["goi/x"] * 3 + ["goi/y"] * 3
    walk.do("z")
    assert walk.run.finished


def test_a_called_step_belongs_to_the_unit_for_which_it_is_called() -> None:
    each = '<multiInstanceLoopCharacteristics camunda:collection="xa" camunda:elementVariable="don_vi"/>'
    callee = packaged(bpmn(user("x", unit="item") + user("y"), "start>x x>y y>end"), B)
    middle = packaged(bpmn(call(B) + users("w"), "start>goi goi>w w>end"), C)
    spec = caller(middle, callee, drawing=users("a z") + call(C, inner=each)).specification
    walk = Walk(spec, xa=["P1", "P2"])
    walk.do("a")
    assert sorted((task.element, task.unit, task.item) for task in walk.run.tasks) == [
        ("goi/goi/x", "P1", "P1"),
        ("goi/goi/x", "P2", "P2"),
    ]


def test_a_call_in_a_loop_leaves_a_small_state_after_a_hundred_rounds() -> None:
    drawing = users("a z") + call(B) + '<exclusiveGateway id="g"/>'
    way = "start>a a>goi goi>z z>g g>goi[Lại] g>end[Xong]"
    walk = Walk(caller(one(B, "x", "y"), drawing=drawing, way=way).specification)
    walk.do("a")
    sizes = []
    for _ in range(100):
        walk.do("goi/x")
        walk.do("goi/y")
        walk.do("z", "Lại")
        sizes.append(len(walk.run.dump()))
    assert max(sizes[10:]) < sizes[9] * 1.2
    walk.do("goi/x")
    walk.do("goi/y")
    walk.do("z", "Xong")
    assert walk.run.finished


# Migration


def inside(*packages: Package) -> Walk:
    walk = Walk(caller(*packages).specification)
    walk.do("a")
    return walk


def moved(walk: Walk, new: hoso_bpmn.Loaded, mapping: Mapping[str, str] | None = None) -> migration.Migration:
    return migration.migrate(
        walk.spec,
        walk.run.dump(),
        new.specification,
        at=MONDAY + timedelta(days=3),
        calendar=CALENDAR,
        mapping=mapping,
    )


def verdict(found: migration.Migration) -> tuple[Verdict, list[str]]:
    return found.verdict, [reason.element for reason in found.reasons]


def test_a_dossier_inside_of_a_call_moves_to_another_version_of_what_is_called() -> None:
    walk = inside(one(B, "x", "y"))
    task, new = walk.task("goi/x").id, caller(one(B, "x", "w", "y"))
    result = moved(walk, new)
    assert verdict(result) == (Verdict.SAFE, [])
    assert result.state is not None
    walk.spec, walk.run = (
        new.specification,
        hoso_bpmn.resume(new.specification, result.state, calendar=CALENDAR),
    )
    assert walk.task("goi/x").id == task
    for step in ("goi/x", "goi/w", "goi/y", "z"):
        walk.do(step)
    assert walk.run.finished


def test_a_step_that_the_new_version_of_what_is_called_does_not_have_needs_a_mapping() -> None:
    walk, new = inside(one(B, "x", "y")), caller(one(B, "w", "y"))
    assert verdict(moved(walk, new)) == (Verdict.NEEDS_MAPPING, ["goi/x"])
    assert verdict(moved(walk, new, {"goi/x": "goi/w"})) == (Verdict.SAFE, [])


def test_an_equal_id_in_another_called_procedure_is_not_taken_for_the_same_step() -> None:
    walk, new = inside(one(B, "x", "y")), caller(one(C, "x", "y"))
    result = moved(walk, new)
    assert verdict(result) == (Verdict.NEEDS_MAPPING, ["goi/x"])
    assert result.reasons[0].message == (
        "goi/x is a step of 9.000002 (default), and 9.000003 (default) is called there now"
    )
    assert verdict(moved(walk, new, {"goi/x": "goi/x"})) == (Verdict.SAFE, [])


def test_outside_of_the_call_another_called_procedure_does_not_matter() -> None:
    walk = Walk(caller(one(B, "x")).specification)
    assert verdict(moved(walk, caller(one(C, "y")))) == (Verdict.SAFE, [])


def test_a_call_that_is_mapped_takes_along_what_stands_in_it() -> None:
    drawing = users("a z") + call(B, "lien_thong")
    new = caller(one(B, "x", "y"), drawing=drawing, way="start>a a>lien_thong lien_thong>z z>end")
    walk = inside(one(B, "x", "y"))
    assert verdict(moved(walk, new))[0] is Verdict.NEEDS_MAPPING
    result = moved(walk, new, {"goi": "lien_thong"})
    assert verdict(result) == (Verdict.SAFE, [])
    assert result.state is not None
    walk.spec, walk.run = (
        new.specification,
        hoso_bpmn.resume(new.specification, result.state, calendar=CALENDAR),
    )
    assert walk.open == ["lien_thong/x"]


def test_a_call_that_has_become_a_task_blocks_a_dossier_inside_of_it() -> None:
    new = caller(drawing=users("a goi z"))
    assert verdict(moved(inside(one(B, "x")), new)) == (Verdict.BLOCKED, ["goi", "goi"])
