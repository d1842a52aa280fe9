"""Eligibility to file: the package's own table says so, or nobody is refused."""

import pytest

from hoso_bpmn.package import package
from hoso_bpmn.runs import eligibility
from hoso_bpmn.runs.eligibility import Verdict
from support.builders import packages

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'


def declared(*rules: tuple[str, str, str, str], policy: str = "UNIQUE") -> package.Package:
    """A package whose table reads who files; each rule is a test and the three outputs."""
    rows = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry>"
        + "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells)
        + "</rule>"
        for test, *cells in rules
    )
    outputs = "".join(f'<output name="{name}"/>' for name in eligibility.OUTPUTS)
    table = (
        f'{HEAD}<decision id="k"><decisionTable hitPolicy="{policy}">'
        f"<input><inputExpression><text>doi_tuong</text></inputExpression></input>{outputs}{rows}"
        "</decisionTable></decision></definitions>"
    )
    return package.read(packages.conditional(table))


PERSON = ('"ca_nhan"', "true", "", '"default"')
COMPANY = ('"to_chuc"', "false", '"Chỉ cá nhân."', '"khong-co"')
FAILS = ("-", "doi_tuong + 1 == 2", "", "")


@pytest.mark.parametrize(
    ("rules", "answer", "verdict"),
    [
        ((PERSON, COMPANY), "ca_nhan", Verdict(True, "", "default")),
        ((PERSON, COMPANY), "to_chuc", Verdict(False, "Chỉ cá nhân.", None)),
        ((PERSON, COMPANY), "khac", Verdict(None)),
        ((PERSON, COMPANY), None, Verdict(None)),
        ((PERSON, PERSON), "ca_nhan", Verdict(None)),
        ((FAILS,), "ca_nhan", Verdict(None)),
    ],
    ids=["may", "may not", "no rule holds", "not answered", "two rules hold", "cannot be computed"],
)
def test_the_table_says_whether_one_may_file_and_where_it_cannot_nobody_is_refused(rules, answer, verdict):
    answers = {} if answer is None else {"doi_tuong": answer}
    assert eligibility.judge(declared(*rules), answers) == verdict


def test_a_package_without_conditions_lets_everybody_file():
    assert eligibility.judge(package.read(packages.package()), {}) == Verdict(True)
