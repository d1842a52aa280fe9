"""The checks of commits, clocks and suppressions bite where they should and nowhere else."""

from pathlib import Path

import pytest

import seams

BREACHES = {
    "session.commit()": "commits",
    "await db.session.commit()": "commits",
    "datetime.now(UTC)": "reads the clock",
    "datetime.datetime.utcnow()": "reads the clock",
    "date.today()": "reads the clock",
    "pendulum.now('Asia/Ho_Chi_Minh')": "reads the clock",
    "time.time()": "reads the clock",
    "run('select * from dossier where due_legal < now()')": "reads the database's clock",
    "run('update outbox set sent_at = CURRENT_TIMESTAMP')": "reads the database's clock",
    "run('select clock_timestamp()')": "reads the database's clock",
}
PEACE = [
    "transaction.committed()",
    "commit(work)",
    "time.monotonic()",
    "at.astimezone(UTC)",
    "'the promise holds now (and later)'",
    "def f():\n    'select now() is what we never do'",
    "datetime.now(UTC)  # allow: the name of a temporary folder",
]


def breaches(folder: Path, package: str, code: str, name: str = "room.py") -> list[str]:
    path = folder / package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    return [finding.message.split(":")[0].split(" (")[0] for finding in seams.findings(path)]


@pytest.mark.parametrize("code", BREACHES)
def test_a_breach_in_the_core_is_found(tmp_path: Path, code: str) -> None:
    wrapped = "async def f():\n    " + code
    assert breaches(tmp_path, "hoso_workflows", wrapped) == [BREACHES[code]]


@pytest.mark.parametrize("code", PEACE)
def test_what_only_looks_like_a_breach_passes(tmp_path: Path, code: str) -> None:
    assert breaches(tmp_path, "hoso_workflows", code) == []


def test_an_allowance_without_a_reason_allows_nothing(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_bpmn", "date.today()  # allow:") == ["reads the clock"]


def test_the_seam_may_commit_but_not_read_the_clock(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_models", "s.commit()\ndate.today()") == ["reads the clock"]


@pytest.mark.parametrize("package", ["hoso_api", "hoso_workflows/flows"])
def test_the_edge_may_read_the_clock_but_not_commit(tmp_path: Path, package: str) -> None:
    assert breaches(tmp_path, package, "s.commit()\ndate.today()") == ["commits"]


def test_sql_files_are_read_too(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_workflows", "select 1\nwhere due < now()", "sweep.sql") == [
        "reads the database's clock"
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a = 1  # noqa", ["names no rule"]),
        ("a = 1  # noqa: S608", ["has no reason"]),
        ("a = 1  # noqa: S608 - as above", ["has no reason"]),
        ("a = 1  # noqa: S608 - fixed text of this module", []),
        ("a = 1  # type: ignore", ["names no rule"]),
        ("a = 1  # type: ignore[arg-type]", ["has no reason"]),
        ("a = 1  # type: ignore[arg-type]  # noqa: S608 - names of our own", ["has no reason"]),
        ("a = 1  # type: ignore[arg-type]  # the engine has no types", []),
        ("a = '# noqa'", []),
    ],
)
def test_a_suppression_names_its_rule_and_says_why(tmp_path: Path, line: str, found: list[str]) -> None:
    path = tmp_path / "room.py"
    path.write_text(line, encoding="utf-8")
    told = [each.message.partition("` ")[2].partition(":")[0] for each in seams.suppressions(path)]
    assert told == found


MARKUP = {
    "<script>go()</script>": "script in the page",
    '<script type="application/ld+json">{{ said|safe }}</script>': "script in the page",
    '<script type="application/ld+json">{{ said|tojson }}; go()</script>': "script in the page",
    "<style>p {}</style>": "style in the page",
    '<p style="color: red">': "style in the page",
    '<p onclick="go()">': "handler in an attribute",
    '<p hx-on:click="go()">': "handler in an attribute",
    '<p data-hx-on:click="go()">': "handler in an attribute",
    '<p hx-vals="js:{a: b}">': "value that is code",
    '<a href="javascript:go()">': "value that is code",
    '<p hx-trigger="click[ctrlKey]">': "filter of a trigger",
    '<p hx-trigger="submit, every 2s [go()]">': "filter of a trigger",
    '<a hx-boost="true">': "boost",
    '<form hx-confirm="?">': "dialogue",
    '<p hx-delete="/a">': "method without a form",
}
SOUND = [
    "<script src=\"{{ asset('hoso.js') }}\" defer></script>",
    '<script type="application/ld+json">{{ said|tojson }}</script>',
    '<div hx-post="/a" hx-trigger="change target:[data-mo], input delay:1s target::not([data-mo])">',
    '<button aria-label="on=off" data-phim="n">',
    "<p>hx-on has a name only.</p>",
]


@pytest.mark.parametrize("markup", MARKUP)
def test_code_in_the_markup_of_a_page_is_found(tmp_path: Path, markup: str) -> None:
    assert breaches(tmp_path, "hoso_api/pages/templates", markup, "a.html") == [MARKUP[markup]]


@pytest.mark.parametrize("markup", SOUND)
def test_markup_that_works_under_the_policy_passes(tmp_path: Path, markup: str) -> None:
    assert breaches(tmp_path, "hoso_api/pages/templates", markup, "a.html") == []


def test_the_markup_of_letters_is_no_page(tmp_path: Path) -> None:
    assert breaches(tmp_path, "hoso_workflows/letters/templates", "<style>p {}</style>", "a.html") == []


def test_the_program_ends_with_one_where_it_finds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "room.py"
    path.write_text("commit(work)\n", encoding="utf-8")
    ended = [seams.main([str(tmp_path)])]
    path.write_text("s.commit()  # noqa\n", encoding="utf-8")
    ended.append(seams.main([str(tmp_path)]))
    assert (ended, capsys.readouterr().out.splitlines()) == (
        [0, 1],
        [
            "0 findings",
            f"{path}:1: commits: only hoso_models does; work inside `transaction()` or `one_statement()`",
            f"{path}:1: `noqa` names no rule",
            "2 findings",
        ],
    )
