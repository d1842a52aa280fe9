"""Validation of answers and components in one place: the service and a simulation refuse the same answers."""

import pytest

from hoso_bpmn.package import package
from hoso_workflows.scenarios import runner
from support.builders import forms, packages

HEAD = 'schema = "hoso-scenario/1"\nname = "Thử"\n[given]\ncalendar = "vn"\n'
FILED = '[[when]]\nat = 2026-03-02 08:00:00\ndo = "file"\n'
ACCEPTED = f'{FILED}[[when]]\nat = 2026-03-02 09:00:00\ndo = "accept"\n'
COMPLETED = '[[when]]\nat = 2026-03-02 10:00:00\ndo = "complete"\nstep = "Tham_dinh"\n'
ASKED = (
    '[case]\n[[case]]\nform = "forms/tham-dinh.form"\n[[case.component]]\ncode = "TP01"\nname = "Đơn đề nghị"'
)


def differences(*lines: str, at_reception: bool = False) -> list[str]:
    (ran,) = runner.run(forms.drawn(HEAD + "".join(lines), at_reception=at_reception)).scenarios
    return [finding.message for finding in ran.findings()]


def test_a_step_is_completed_with_the_answers_that_its_form_asks_for() -> None:
    small = 'values = { dia_diem = "Kho", muc = 3, ngay = 2026-03-02 }\nthen.tasks = [{ step = "Ky" }]'
    large = 'values = { dia_diem = "Kho", muc = 6 }\nthen.tasks = [{ step = "Kiem_tra" }]'
    assert differences(ACCEPTED, COMPLETED, small) == []
    assert differences(ACCEPTED, COMPLETED, large) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("{}", "values.dia_diem: Địa điểm is missing.; values.muc: Mức is missing."),
        ('{ dia_diem = "Kho", muc = "ba" }', "values.muc: Mức must be a number."),
        (
            '{ dia_diem = "Kho", muc = 3, ngay = "mai" }',
            "values.ngay: Ngày kiểm tra must be a date or time",
        ),
        (
            '{ dia_diem = "Kho", muc = 3, mau = "đỏ" }',
            "values.mau: mau is not a question of the form.",
        ),
    ],
)
def test_an_answer_that_the_form_of_the_step_does_not_admit_is_named(values: str, told: str) -> None:
    (found,) = differences(ACCEPTED, COMPLETED, f"values = {values}")
    assert f"the step is refused: form-refused ({told}" in found


def test_a_refused_completion_may_be_expected_and_leaves_the_step_open() -> None:
    expected = 'then.refused = "form-refused"\nthen.tasks = [{ step = "Tham_dinh" }]\n'
    again = COMPLETED + 'values = { dia_diem = "Kho", muc = 3 }\nthen.tasks = [{ step = "Ky" }]'
    assert differences(ACCEPTED, COMPLETED, expected, again) == []


def test_without_a_form_the_names_that_expressions_read_may_be_given_and_no_others() -> None:
    done = COMPLETED + 'values = { dia_diem = "Kho", muc = 6 }\n'
    checked = '[[when]]\nat = 2026-03-02 11:00:00\ndo = "complete"\nstep = "Kiem_tra"\n'
    assert differences(ACCEPTED, done, checked, "values = { muc = 2 }") == []
    (told,) = differences(ACCEPTED, done, checked, "values = { dia_diem = 2 }")
    assert (
        "values.dia_diem: dia_diem is asked for by no form and read by no expression of the diagram."
    ) in told


def test_reception_answers_the_form_of_its_own_step() -> None:
    (told,) = differences(ACCEPTED, at_reception=True)
    assert "accept: the step is refused: form-refused (values.dia_diem" in told
    answered = 'values = { dia_diem = "Kho", muc = 6 }\nthen.status = "in_process"'
    assert differences(ACCEPTED, answered, at_reception=True) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('channel = "online"\nform = { muc = 1 }\n', "form.dia_diem: Địa điểm is missing."),
        ('channel = "online"\ncomponents = []\n', "components: TP01 is required: Đơn đề nghị"),
        ("form = { muc = -1 }\n", "form.muc: Mức must lie at or above 0."),
        ('form = { mau = "đỏ" }\n', "form.mau: mau is not a question of the form."),
        ("form = { muc = 1 }\ncomponents = []\n", None),
    ],
)
def test_a_filing_is_judged_as_the_office_judges_it_online_strictly_and_at_the_desk_not(
    given: str, told: str | None
) -> None:
    drawn = forms.drawn(HEAD + given + FILED)
    files = {**drawn.files, "procedure.toml": packages.manifest(ASKED.removeprefix("[case]\n"))}
    (ran,) = runner.run(package.read(files)).scenarios
    assert [told in finding.message for finding in ran.findings()] == ([True] if told else [])


def test_nothing_follows_a_filing_that_is_refused() -> None:
    refused = f'{FILED}then.refused = "form-refused"\n'
    (told,) = differences(refused, '[[when]]\nat = 2026-03-02 09:00:00\ndo = "wait"')
    assert "a filing that is refused leaves no dossier" in told
    (told,) = differences(refused, 'then.status = "filed"')
    assert "a filing that is refused leaves no dossier" in told
    strange = HEAD + "form = { mau = 1 }\n" + refused
    assert runner.run(forms.drawn(strange)).ok
    assert differences(refused) == [
        "Thử: step 1, 2026-03-02 08:00 file: the step should be refused as form-refused, but is not."
    ]
