"""docs/working-time.md is true: its examples run, its rules are all there and all tested."""

import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "working-time.md"


def test_the_worked_examples_of_the_guide_run():
    plain = GUIDE.read_text(encoding="utf-8").replace("```python", "").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(plain, {}, GUIDE.name, str(GUIDE), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert said == []
    assert len(examples.examples) > 25


def test_every_rule_of_the_guide_has_a_test_named_after_it():
    rules = re.findall(r"^### S(\d+) ", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert rules == [str(n) for n in range(1, 16)]
    assert [rule for rule in rules if f"def test_s{rule}_" not in tests] == []
