"""Files of others are shipped as they came, with their licence; what is made of them can be made again."""

import base64
import hashlib
import json
import re
import runpy
from pathlib import Path

import pytest

from hoso_api.pages.shared import templating

ROOT = Path(__file__).parents[3]
SHIPPED = templating.STATIC / "vendor"
TESTED_WITH = ROOT / "tests" / "vendor"
LOCKS = {SHIPPED: templating.HERE / "vendor.lock.json", TESTED_WITH: TESTED_WITH / "vendor.lock.json"}
#: Nothing waits for more than this, which is read before anything else of a page.
SCRIPT_BYTES = {"hoso.js": 6 * 1024, "parts.js": 2 * 1024, "the.js": 2 * 1024, "khung.js": 512}


def _digest(path):
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


@pytest.mark.parametrize("vendor", LOCKS, ids=["shipped", "tested with"])
def test_every_vendored_file_is_locked_and_unchanged(vendor):
    locked = json.loads(LOCKS[vendor].read_text())
    folders = [each for each in vendor.iterdir() if each.is_dir()]
    found = {folder.name: {file.name: _digest(file) for file in folder.iterdir()} for folder in folders}
    assert found == {name: each["files"] for name, each in locked.items()}


@pytest.mark.parametrize("vendor", LOCKS, ids=["shipped", "tested with"])
def test_every_vendored_package_says_its_licence_and_has_its_text(vendor):
    locked = json.loads(LOCKS[vendor].read_text())
    texts = {
        name: [file for file in each["files"] if file.startswith(("LICENSE", "OFL"))]
        for name, each in locked.items()
    }
    assert [name for name, found in texts.items() if not found or not locked[name]["licence"]] == []


def test_the_figures_are_the_digits_of_the_font_that_came():
    tool = runpy.run_path(str(ROOT / "tools" / "figures.py"))
    for weight in tool["WEIGHTS"]:
        made = tool["made_of"](tool["SOURCES"] / f"latin-{weight}.woff2")
        assert made == (tool["MADE"] / f"figures-{weight}.woff2").read_bytes()


def test_the_style_sheet_names_only_files_that_are_there():
    sheet = (templating.STATIC / "hoso.css").read_text()
    named = [part.split('"')[1] for part in sheet.split("url(")[1:]]
    assert [name for name in named if not (templating.STATIC / name).is_file()] == []


def test_the_style_sheet_closes_each_rule_and_nests_only_in_a_medium():
    sheet = re.sub(r"/\*.*?\*/", "", (templating.STATIC / "hoso.css").read_text(), flags=re.DOTALL)
    within: list[str] = []
    for text, brace in re.findall(r"([^{}]*)([{}])", sheet):
        if brace == "}":
            within.pop()
            continue
        assert all(each.startswith("@") for each in within), f"{text.strip()} inside of {within}"
        within.append(text.strip())
    assert within == []


def test_the_style_sheet_uses_only_tokens_that_it_has():
    sheet = (templating.STATIC / "hoso.css").read_text()
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", sheet)) <= set(re.findall(r"(--[a-z0-9-]+):", sheet))


def test_each_kind_of_state_has_a_mark_and_templates_name_no_other():
    marks = set(re.findall(r'<symbol id="([a-z]+)"', (templating.STATIC / "marks.svg").read_text()))
    assert marks == {
        "late", "soon", "fine", "still", "done", "early", "wait", "stopped", "other", "incident", "provisional", "withdrawn"
    }  # fmt: skip
    templates = "".join(path.read_text() for path in (templating.HERE / "templates").glob("*.html"))
    assert set(re.findall(r'(?:state|mark)\("([a-z]+)"', templates)) <= marks


def test_our_scripts_keep_nothing_and_make_neither_code_nor_markup_nor_keys_of_texts():
    hazard = re.compile(
        r"localStorage|sessionStorage|indexedDB|document\.cookie|(?:inner|outer)HTML|insertAdjacentHTML|document\.write"
        r"|\beval\(|new Function|set(?:Timeout|Interval)\([\"']|\w\[[^\]\d\"']+\]\s*=[^=]|\.__proto__"
    )
    ours = sorted(templating.STATIC.glob("*.js"))
    assert {path.name: hazard.findall(path.read_text(encoding="utf-8")) for path in ours} == {
        path.name: [] for path in ours
    }


@pytest.mark.parametrize("name", SCRIPT_BYTES)
def test_our_scripts_stay_small(name):
    assert (templating.STATIC / name).stat().st_size <= SCRIPT_BYTES[name]
