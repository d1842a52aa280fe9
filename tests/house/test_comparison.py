"""The comparison with other systems names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_claim_of_the_comparison_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    lines = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    held = {claim.strip(): re.findall(r"`(tests/[^`]+)`", by) for claim, _, by, _ in lines if claim.strip()}
    assert [claim for claim, tests in held.items() if not tests] == []
    assert [each for tests in held.values() for each in tests if not (ROOT / each).exists()] == []
