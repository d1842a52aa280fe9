"""The linter finds code that runs, reads or builds what strangers wrote."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (
    "api/hoso_api",
    "bpmn/hoso_bpmn",
    "calendar/hoso_calendar",
    "models/hoso_models",
    "workflows/hoso_workflows",
)
#: A line of code, and the rule by which it is found.
DANGEROUS = {
    "eval(x)": "S307",
    "exec(x)": "S102",
    "pickle.loads(x)": "S301",
    "marshal.loads(x)": "S302",
    "yaml.load(x)": "S506",
    "os.system(x)": "S605",
    "subprocess.run(x, shell=True)": "S602",
    'db.row(f"select * from t where id = {x}")': "S608",
    'db.row("select * from t where id = " + x)': "S608",
    "hashlib.md5(x)": "S324",
    "hashlib.sha1(x)": "S324",
    "algorithms.ARC4(x)": "S304",
    "modes.ECB()": "S305",
    "random.random()": "S311",
    "httpx.get(x, verify=False)": "S501",
    "ssl._create_unverified_context()": "S323",
    "jinja2.Environment(autoescape=False)": "S701",
    "markupsafe.Markup(x)": "S704",
}
IMPORTS = (
    "import hashlib, httpx, jinja2, markupsafe, marshal, os, pickle, random, ssl, subprocess, yaml\n"
    "from cryptography.hazmat.primitives.ciphers import algorithms, modes\n"
)
#: Where a pattern is made of something else than our own constants and what was escaped, and why it may be.
MADE_OF = {
    # Fixed parts of our own sentences, escaped within.
    "api/hoso_api/translation/phrases.py": {
        "''.join((re.escape(fixed) + (f'(?P<{name}>.*?)' if name else '') for fixed, name, _, _ in parts))"
    },
    # Constants of the same module, by way of an argument.
    "bpmn/hoso_bpmn/package/manifest.py": {"pattern"},
    "calendar/hoso_calendar/declarations/parser.py": {"table"},
    # Escaped, and our own templates of codes, escaped a line above.
    "workflows/hoso_workflows/identity/passwords.py": {"'|'.join([*long, '\\\\d{1,4}'])"},
    "workflows/hoso_workflows/tracking/keys.py": {"_FIELD.sub(lambda part: _PARTS[part[1]], each)"},
}


def test_what_is_dangerous_is_found_in_every_package() -> None:
    ran = [
        subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                "check",
                "--output-format",
                "json",
                "--stdin-filename",
                f"{source}/a.py",
                "-",
            ],
            cwd=ROOT,
            input=IMPORTS + "\n".join(DANGEROUS),
            capture_output=True,
            text=True,
            check=False,
        )
        for source in SOURCES
    ]
    lines = list(DANGEROUS)
    found = [
        {
            (lines[each["location"]["row"] - 3], each["code"])
            for each in json.loads(each.stdout)
            if each["code"].startswith("S") and each["location"]["row"] > 2
        }
        for each in ran
    ]
    assert [set(DANGEROUS.items()) - each for each in found] == [set()] * len(SOURCES)


def test_a_pattern_is_made_of_our_own_constants_or_of_what_was_escaped() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): strange
        for source in SOURCES
        for path in (ROOT / source).rglob("*.py")
        if (strange := {ast.unparse(part) for part in _patterns(path) if not _ours(part)})
    }
    assert found == MADE_OF


def _patterns(path: Path) -> Iterator[ast.expr]:
    """The parts of which the patterns of a module are made."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)) if "import re\n" in text else ():
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and (node.func.value.id, node.func.attr != "escape") == ("re", True)
        ):
            yield from _parts(node.args[0])


def _parts(pattern: ast.expr) -> Iterator[ast.expr]:
    match pattern:
        case ast.JoinedStr():
            for each in pattern.values:
                yield from _parts(each)
        case ast.FormattedValue():
            yield from _parts(pattern.value)
        case ast.BinOp():
            yield from _parts(pattern.left)
            yield from _parts(pattern.right)
        case _:
            yield pattern


def _ours(part: ast.expr) -> bool:
    match part:
        case ast.Constant():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.Call(func=ast.Attribute(attr="escape")):
            return True
    return False
