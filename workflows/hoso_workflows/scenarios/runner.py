"""Runner of a package's scenarios on the pure core, without a database.

results = scenarios.run(package)
results.ok; results.scenarios[0].differences; results.coverage[0].untaken
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn import text_safety
from hoso_bpmn.checks import inspection
from hoso_bpmn.engine import token_trace
from hoso_bpmn.engine.token_trace import Move
from hoso_bpmn.findings import Finding, RefusedFile, Report, Severity
from hoso_bpmn.package import package
from hoso_bpmn.package.bundle import Parcel, Texts
from hoso_bpmn.package.calls import UnknownCall
from hoso_bpmn.package.package import NoSuchCase, Package
from hoso_bpmn.runs.specification import Loaded, Resolve
from hoso_calendar.messages import say
from hoso_workflows.errors import Refusal
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import statutory_terms
from hoso_workflows.scenarios import coverage, scenario_file, simulation, steps
from hoso_workflows.scenarios.coverage import Coverage
from hoso_workflows.scenarios.expectations import Expectation
from hoso_workflows.scenarios.mismatch import ALLOWED, NONE, Difference
from hoso_workflows.scenarios.scenario_file import Action, Scenario, When
from hoso_workflows.scenarios.simulation import Simulation, StepNotOpen

#: Callable packages where no others are given.
BUNDLED = package.known({})
#: The calendar of an id.
Calendars = Callable[[str], wt.WorkCalendar]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One scenario and its differences."""

    file: str
    name: str
    steps: int
    differences: tuple[Difference, ...] = ()
    #: The reason why the file could not be read.
    unread: RefusedFile | None = None

    @property
    def ok(self) -> bool:
        """True when every expectation held."""
        return not self.differences and self.unread is None

    def findings(self) -> Iterator[Finding]:
        """The same as findings of a check."""
        if self.unread:
            yield from self.unread.findings(self.file)
        for difference in self.differences:
            yield Finding(
                Severity.ERROR,
                "scenario-failed",
                None,
                0,
                say("{name}: {what}.", name=self.name, what=difference.sentence),
                _REMEDY,
                self.file,
            )


@dataclass(frozen=True, slots=True)
class Results:
    """Results of all scenarios of a package."""

    procedure: str
    scenarios: tuple[ScenarioResult, ...]
    #: One for each process file.
    coverage: tuple[Coverage, ...]

    @property
    def ok(self) -> bool:
        """True when no scenario failed; also without any."""
        return all(result.ok for result in self.scenarios)

    def findings(self) -> tuple[Finding, ...]:
        """Every failure as a finding that refuses publication."""
        return tuple(finding for result in self.scenarios for finding in result.findings())

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "schema": "hoso-scenario-results/1",
            "procedure": self.procedure,
            "ok": self.ok,
            "scenarios": [_result(result) for result in self.scenarios],
            "coverage": [covered.to_json() for covered in self.coverage],
        }


_REMEDY = say("Correct the procedure if the scenario is right, or the scenario if the law says otherwise.")


def read_ahead() -> None:
    """Import what scenarios need, for a process that is about to lose file access."""
    for name in wt.__all__:
        getattr(wt, name)  # the calendar imports its parts at their first use
    for name in wt.names():
        wt.load(name)
    statutory_terms.declared()


def inspect_parcel(data: bytes) -> Report:
    """Check a bundle's package and, if no finding forbids it, run its scenarios. In this process.

    No scenario runs where a called package is unknown: the behaviour of a real service is not known then either.
    """
    report = inspection.inspect_parcel(data)
    if not report.ok or any(finding.rule == "call-unknown" for finding in report.findings):
        return report
    parcel = Parcel.unpacked(data)
    return Report.of((*report.findings, *run_parcel(parcel).findings()))


def run_parcel(parcel: Parcel) -> Results:
    """Run every scenario of a parcel with what came with it."""
    return run(parcel.read(), known(parcel.calendars), package.known(parcel.known))


def known(texts: Texts) -> Calendars:
    """The calendars of these texts, then the bundled ones."""

    def calendar(identity: str) -> wt.WorkCalendar:
        if identity in texts:
            return wt.compile(texts, identity)
        if identity in wt.names():
            return wt.load(identity)
        raise wt.UnknownCalendar(identity, sorted({*texts, *wt.names()}))

    return calendar


def run(
    source: str | Path | bytes | Package, calendars: Calendars = wt.load, resolve: Resolve = BUNDLED
) -> Results:
    """Run every scenario of a package (folder, zip or `Package`) that passes the check.

    `calendars` gives the calendar of an id, `resolve` the package of a code that a package without pins calls. A scenario
    that cannot be read or run is a failure among the results; nothing else stops.
    """
    declared = source if isinstance(source, Package) else package.read(source)
    outcomes = [_simulate(declared, path, calendars, resolve) for path in scenario_file.paths(declared)]
    files = sorted({case.process for case in declared.cases})
    return Results(
        declared.code,
        scenarios=tuple(one.result for one in outcomes),
        coverage=tuple(_covered(declared, process, outcomes) for process in files),
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A scenario's result and the paths of its tokens through a process file."""

    result: ScenarioResult
    process: str = ""
    moves: frozenset[Move] = frozenset()
    chosen: frozenset[str] = frozenset()


def _simulate(declared: Package, path: str, calendars: Calendars, resolve: Resolve) -> _Outcome:
    try:
        written = scenario_file.read(declared.files[path], path)
        simulated = _simulation(declared, written, path, calendars, resolve)
        scenario = steps.resolved(written, simulated.loaded.specification, path)
    except RefusedFile as refused:
        return _Outcome(ScenarioResult(path, path, 0, unread=refused))
    with token_trace.recorded() as moves:
        differences = tuple(_differences(simulated, scenario))
    result = ScenarioResult(path, scenario.name, len(scenario.when), differences)
    return _Outcome(result, simulated.loaded.case.process, frozenset(moves), frozenset(simulated.chosen))


def _covered(declared: Package, process: str, outcomes: Sequence[_Outcome]) -> Coverage:
    ours = [one for one in outcomes if one.process == process]
    moves = frozenset().union(*(one.moves for one in ours))
    chosen = frozenset().union(*(one.chosen for one in ours))
    return coverage.of(process, declared.files[process], moves, chosen)


def _simulation(
    declared: Package, scenario: Scenario, path: str, calendars: Calendars, resolve: Resolve
) -> Simulation:
    given = scenario.given
    try:
        loaded = hoso_bpmn.load(declared, given.case, resolve)
        named = {unit: given.calendars.get(unit, given.calendar) for unit in _units(loaded, given.calendars)}
        return Simulation(loaded, given, {unit: calendars(calendar) for unit, calendar in named.items()})
    except NoSuchCase as unknown:
        raise _refused(path, f"given.case: {unknown}") from unknown
    except UnknownCall as unknown:
        message = say(
            "{element}: the called procedure {code!r} is not known here.",
            element=unknown.element,
            code=unknown.code,
        )
        remedy = say("Name its folder or zip with --with.")
        raise RefusedFile("call-unknown", message, file=path, remedy=remedy) from unknown
    except wt.WorkingTimeError as unknown:
        raise _refused(path, f"given.calendar: {unknown}") from unknown


def _units(loaded: Loaded, named: Mapping[str, str]) -> set[str]:
    """Every unit of a simulation. The three parts, those of the lanes and of the scenario."""
    lanes = {step.unit for step in loaded.specification.steps.values() if step.unit and step.unit != "item"}
    return {*simulation.UNITS, *lanes, *named}


def _refused(path: str, message: str) -> RefusedFile:
    remedy = say("Correct the key; docs/rules/scenario-key.md lists what may stand in each.")
    return RefusedFile("scenario-key", message.rstrip(".") + ".", file=path, remedy=remedy)


def _differences(simulated: Simulation, scenario: Scenario) -> Iterator[Difference]:
    """Differences from the expectations, up to a step that fails altogether."""
    for number, step in enumerate(scenario.when, start=1):
        found, stuck = _step(simulated, step, simulation.names(*scenario.when))
        for key, expected, got in found:
            yield Difference(number, step.at, step.do, key, expected, got)
        if stuck:
            return


def _step(
    simulated: Simulation, step: When, names: Mapping[Any, str]
) -> tuple[list[tuple[str, str, str]], bool]:
    """The differences of one step, and True when the scenario cannot go on."""
    expected = step.then.refused
    got = None
    try:
        simulated.run_step(step)
    except Refusal as refusal:
        got = refusal.slug
        if got != expected:
            return [("refused", expected or ALLOWED, f"{got} ({refusal})")], True
        if step.do is Action.FILE:
            return [], True
    except StepNotOpen as not_open:
        return [("open", not_open.wanted, ", ".join(not_open.open_steps) or NONE)], True
    found = [("refused", expected, ALLOWED)] if expected and got is None else []
    found += _halted(step, simulated)
    expectation = Expectation(simulated, names)
    return [*found, *expectation.differences(step.then)], False


def _halted(step: When, simulated: Simulation) -> Iterator[tuple[str, str, str]]:
    """Differences by incidents: none is ignored. A call that is said to fail is one, unless that is refused."""
    fails = step.do is Action.FAIL and not step.then.refused
    expected = step.step if fails else step.then.incident
    halted = [
        text_safety.composed(event.payload) for event in simulated.new_events if event.kind is Kind.INCIDENT
    ]
    if {document["element"] for document in halted} != ({expected} if expected else set()):
        got = ", ".join(
            f"{simulated.shown(document['element'])}: {document['message'].rstrip('.')}"
            for document in halted
        )
        yield "incident", simulated.shown(expected) if expected else NONE, got or NONE


def _result(result: ScenarioResult) -> dict[str, Any]:
    return {
        "file": result.file,
        "name": result.name,
        "ok": result.ok,
        "steps": result.steps,
        "unread": str(result.unread) if result.unread else None,
        "differences": [
            {
                "step": difference.step,
                "at": difference.at.isoformat(),
                "do": difference.do,
                "key": difference.key,
                "expected": difference.expected,
                "got": difference.got,
            }
            for difference in result.differences
        ],
    }
