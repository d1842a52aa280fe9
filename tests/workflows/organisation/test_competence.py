"""Laws of competence: the same answer whatever the order, the only candidate wins, and the narrower area before the wider."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows.organisation import competence
from hoso_workflows.organisation.competence import Area, Candidate, Ground, Matter, Office, Register, Resolved

LONG_AGO, ABOLISHED, TODAY = date(1993, 1, 1), date(2025, 6, 30), date(2026, 11, 26)
#: A province of three communes; two of them have each taken in two that were in a district before.
AREAS = {
    area.code: area
    for area in (
        Area("42", "Tỉnh Hà Tĩnh", LONG_AGO),
        Area("436", "Huyện Thạch Hà (cũ)", LONG_AGO, ABOLISHED, "42"),
        Area("18100", "Xã Một", ABOLISHED, None, "42"),
        Area("18200", "Xã Hai", ABOLISHED, None, "42"),
        Area("18300", "Xã Ba", ABOLISHED, None, "42"),
        Area("18101", "Xã Một A (cũ)", LONG_AGO, ABOLISHED, "436", "18100"),
        Area("18102", "Xã Một B (cũ)", LONG_AGO, ABOLISHED, "436", "18100"),
        Area("18201", "Xã Hai A (cũ)", LONG_AGO, ABOLISHED, "436", "18200"),
        Area("40", "Tỉnh Nghệ An", LONG_AGO),
        Area("17000", "Xã của Nghệ An", ABOLISHED, None, "40"),
    )
}
UNITS = {
    "H27": Office("UBND tỉnh", "H27", "42"),
    "H27.SYT": Office("Sở Y tế", "H27.SYT", "42"),
    "H27.SYT.1": Office("Phòng của Sở Y tế", "H27.SYT"),
    "H27.X1": Office("UBND xã Một", "H27.X1", "18100"),
    "H27.X1.MC": Office("Một cửa xã Một", "H27.X1", "18100"),
    "H27.X2": Office("UBND xã Hai", "H27.X2", "18200"),
    "H27.X3": Office("UBND xã Ba", "H27.X3", "18300"),
}
REGISTER = Register(UNITS, AREAS)
PLACES = st.none() | st.sampled_from(sorted(AREAS))
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        part=st.just("handling"),
        unit=st.sampled_from(sorted(UNITS)),
        area=PLACES,
        case=st.sampled_from([None, "a", "b"]),
        by_procedure=st.booleans(),
    ),
    max_size=8,
)
MATTERS = st.builds(Matter, day=st.just(TODAY), case=st.sampled_from(["a", "b"]), place=PLACES)
RECEIVING = st.none() | st.sampled_from(sorted(UNITS))


def of(matter: Matter, *candidates: Candidate, receiving: str | None = None) -> Resolved:
    return competence.resolve("handling", candidates, REGISTER, matter, receiving)


def area_of(candidate: Candidate) -> str | None:
    return candidate.area or UNITS[candidate.unit].area


def holds(candidate: Candidate, matter: Matter) -> bool:
    """True where its area holds the place of the matter."""
    area = area_of(candidate)
    return area is None or area in REGISTER.holders(matter.place or "", TODAY)


def fitting(candidates: Sequence[Candidate], matter: Matter) -> list[Candidate]:
    return [each for each in candidates if each.case in (None, matter.case)]


@given(CANDIDATES, MATTERS, RECEIVING, st.randoms())
def test_neither_the_order_of_rows_nor_a_repeated_one_changes_the_answer(candidates, matter, receiving, rng):
    other = [*candidates, *rng.sample(candidates, rng.randint(0, len(candidates)))]
    rng.shuffle(other)
    assert of(matter, *other, receiving=receiving) == of(matter, *candidates, receiving=receiving)


@given(CANDIDATES, MATTERS, RECEIVING)
def test_the_only_unit_wins_wherever_the_matter_is(candidates, matter, receiving):
    alone = [each for each in candidates if each.unit == "H27.X1"]
    expected = Resolved("handling", "H27.X1", Ground.ONLY) if fitting(alone, matter) else Resolved("handling")
    assert of(matter, *alone, receiving=receiving) == expected


@given(CANDIDATES, MATTERS, RECEIVING)
def test_a_unit_or_a_real_choice_among_candidates_or_nobody(candidates, matter, receiving):
    found = of(matter, *candidates, receiving=receiving)
    competent = {each.unit for each in fitting(candidates, matter)}
    assert {*found.choices, *filter(None, [found.unit])} <= competent
    assert (found.unit is None) == (found.ground is None)
    assert len(found.choices) != 1
    assert not (found.unit and found.choices)


@given(CANDIDATES, MATTERS, RECEIVING)
def test_who_is_not_competent_there_neither_wins_nor_may_be_chosen(candidates, matter, receiving):
    found = of(matter, *candidates, receiving=receiving)
    if matter.place is None or found.ground == Ground.ONLY:
        return
    there = {each.unit for each in fitting(candidates, matter) if holds(each, matter)}
    assert {*found.choices, *filter(None, [found.unit])} <= there
    assert bool(there) == bool(found.unit or found.choices)


@given(CANDIDATES, MATTERS, RECEIVING)
def test_nobody_of_equal_rank_with_a_narrower_area_stands_back(candidates, matter, receiving):
    found = of(matter, *candidates, receiving=receiving)
    if found.ground != Ground.PLACE:
        return
    there = [each for each in fitting(candidates, matter) if holds(each, matter)]
    first = min(each.rank for each in there)
    rivals = [each for each in there if each.rank == first]
    mine = [area_of(each) for each in rivals if each.unit == found.unit]
    for each in rivals:
        area = area_of(each)
        if each.unit != found.unit and area is not None:
            assert not all(REGISTER.narrower(area, wider, TODAY) for wider in mine)


@given(CANDIDATES, MATTERS, RECEIVING)
def test_the_one_who_is_entered_for_just_that_case_and_place_wins(candidates, matter, receiving):
    others = [each for each in candidates if each.unit != "H27.X3" and area_of(each) != matter.place]
    if matter.place is None or matter.place == "18300":
        return
    just = Candidate("handling", "H27.X3", matter.place, matter.case)
    found = of(matter, just, *others, receiving=receiving)
    assert found.unit == "H27.X3"


@given(CANDIDATES, MATTERS, RECEIVING)
def test_rows_for_the_field_do_not_matter_where_one_for_the_procedure_fits(candidates, matter, receiving):
    everywhere = Candidate("handling", "H27.SYT.1")
    ruled = [each for each in candidates if each.by_procedure]
    with_field = of(matter, everywhere, *candidates, receiving=receiving)
    without = of(matter, everywhere, *ruled, receiving=receiving)
    assert (with_field.unit, with_field.choices) == (without.unit, without.choices)


@given(CANDIDATES, MATTERS, RECEIVING, st.sampled_from(sorted(UNITS)))
def test_a_choice_counts_only_where_the_rules_leave_one(candidates, matter, receiving, chosen):
    ruled = of(matter, *candidates, receiving=receiving)
    taken = competence.choose(ruled, chosen, candidates, matter)
    if chosen in ruled.choices:
        assert taken == Resolved("handling", chosen, Ground.CHOSEN)
    else:
        assert taken == ruled


@given(st.sampled_from(sorted(AREAS)), st.sampled_from(sorted(AREAS)))
def test_areas_are_nested(one, other):
    above = REGISTER.holders(one, TODAY)
    assert one in above
    assert all(REGISTER.holders(each, TODAY) <= above for each in above)
    assert not (REGISTER.narrower(one, other, TODAY) and REGISTER.narrower(other, one, TODAY))


def test_the_successor_of_a_closed_commune_and_the_province_hold_it() -> None:
    assert REGISTER.holders("18101", TODAY) == {"18101", "436", "18100", "42"}
    assert REGISTER.holders("18101", ABOLISHED) == {"18101", "436", "42"}
    assert REGISTER.holders("18100", TODAY) == {"18100", "42"}
    assert REGISTER.holders("99999", TODAY) == frozenset()


def test_a_circle_of_successors_ends() -> None:
    areas = {
        "1": Area("1", "Một", LONG_AGO, ABOLISHED, None, "2"),
        "2": Area("2", "Hai", LONG_AGO, ABOLISHED, None, "1"),
    }
    assert Register({}, areas).holders("1", TODAY) == {"1", "2"}


def test_the_commune_goes_before_the_province_and_of_an_old_commune_its_successor() -> None:
    wide, narrow, next_to = (Candidate("handling", unit) for unit in ("H27.SYT", "H27.X1", "H27.X2"))
    for place in ("18100", "18102"):
        found = of(Matter(TODAY, "a", place), wide, narrow, next_to)
        assert found == Resolved("handling", "H27.X1", Ground.PLACE)
    assert of(Matter(TODAY, "a", "18300"), wide, narrow, next_to).unit == "H27.SYT"
    assert of(Matter(TODAY, "a", "17000"), wide, narrow, next_to) == Resolved("handling")


def test_two_units_for_one_place_are_a_choice_and_never_an_accident() -> None:
    rivals = Candidate("handling", "H27.X2"), Candidate("handling", "H27.X3", "18200")
    assert of(Matter(TODAY, "a", "18200"), *rivals) == Resolved("handling", choices=("H27.X2", "H27.X3"))
    settled = of(Matter(TODAY, "a", "18200"), *rivals, receiving="H27.X3")
    assert settled == Resolved("handling", "H27.X3", Ground.AUTHORITY)


def test_without_a_place_it_is_the_unit_of_the_receiving_desks_authority() -> None:
    communes = [Candidate("handling", unit) for unit in ("H27.X1", "H27.X2", "H27.X3")]
    assert of(Matter(TODAY, "a"), *communes, receiving="H27.X1.MC").unit == "H27.X1"
    assert of(Matter(TODAY, "a"), *communes, receiving="H27.SYT").choices == ("H27.X1", "H27.X2", "H27.X3")


def test_any_competent_desk_may_receive_and_its_officer_need_not_name_it() -> None:
    desks = [Candidate("receiving", unit) for unit in ("H27.X1.MC", "H27.X2")]
    handling = [Candidate("handling", unit) for unit in ("H27.X1", "H27.X2")]
    deciding = [Candidate("deciding", unit) for unit in ("H27.X1", "H27.X2")]
    matter = Matter(TODAY, "a", "18200")
    every = [*desks, *handling, *deciding]

    def units(chosen: str | None, *own: str) -> list[tuple[str | None, Ground | None]]:
        found = competence.parts(every, REGISTER, matter, {"receiving": chosen}, own)
        return [(each.unit, each.ground) for each in found]

    there = [("H27.X2", Ground.PLACE)] * 2
    assert units(None, "H27.X1.MC") == [("H27.X1.MC", Ground.OWN_DESK), *there]
    assert units("H27.X1.MC") == [("H27.X1.MC", Ground.CHOSEN), *there]
    assert units(None) == [("H27.X2", Ground.PLACE), *there]
    assert units("H27.SYT") == [("H27.X2", Ground.PLACE), *there]


def test_the_only_competent_desk_receives_since_it_is_the_only_one_and_not_as_ones_own() -> None:
    only = Candidate("receiving", "H27.X1.MC")
    matter = Matter(TODAY, "a", "18200")
    ruled = competence.resolve("receiving", [only], REGISTER, matter)
    expected = Resolved("receiving", "H27.X1.MC", Ground.ONLY)
    assert competence.choose(ruled, None, [only], matter, ["H27.X1.MC"]) == expected


def test_an_area_is_told_by_its_name_and_code_and_an_unknown_one_by_its_code() -> None:
    assert [REGISTER.area_name(code) for code in ("18100", "99999")] == ["Xã Một (18100)", "99999"]


def test_the_text_of_the_database_is_read_as_candidates() -> None:
    text = "handling\tH27.X1\t18100\t\tt\nreceiving\tH27 Một cửa\t\ta\tf"
    assert competence.read(text) == (
        Candidate("handling", "H27.X1", "18100"),
        Candidate("receiving", "H27 Một cửa", None, "a", by_procedure=False),
    )
    assert competence.read("") == ()
