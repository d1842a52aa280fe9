"""Tests of the workers: a run in several processes ends as one in a single process does."""

import os
from pathlib import Path

import pytest

from support import workers

pytest_plugins = ["pytester"]

#: Files of tests that end in every way.
FILES = {
    "test_first": """
        import os, pytest
        seen = []
        @pytest.fixture(scope="session")
        def session(tmp_path_factory):
            yield
            with open(os.environ["ENDED"], "a") as file:
                file.write("session\\n")
        @pytest.fixture(scope="module")
        def module(session):
            seen.append("module")
        def test_passes(module): assert seen == ["module"]
        def test_passes_too(module): assert seen == ["module"]
        def test_fails(module): assert seen == ["nothing"]
        """,
    "test_second": """
        import os, pytest
        from test_first import session
        @pytest.mark.skip(reason="not today")
        def test_skips(): ...
        @pytest.mark.xfail(strict=True)
        def test_fails_as_expected(): raise ValueError
        @pytest.fixture
        def broken(): raise ValueError
        def test_errs(broken): ...
        def test_prints(session):
            print("printed words")
            raise KeyError("an error of its own")
        """,
    "test_third": """
        def test_has_its_own_folder(tmp_path): assert list(tmp_path.iterdir()) == []
        """,
}


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with these files."""
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(workers.__file__).parents[1]), str(pytester.path)])
    )
    monkeypatch.setenv("ENDED", str(pytester.path / "ended"))
    pytester.makepyfile(**FILES)
    return pytester


def run(folder: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run its tests with the plugin of the workers."""
    return folder.runpytest_subprocess("-p", "support.workers", "-p", "no:cacheprovider", "-rA", *arguments)


def summary(result: pytest.RunResult) -> list[str]:
    """The lines of the short summary, in no order."""
    lines = result.outlines
    begin = next(index for index, line in enumerate(lines) if "short test summary info" in line)
    return sorted(lines[begin + 1 : -1])


def test_a_run_in_workers_ends_as_one_without(folder: pytest.Pytester) -> None:
    alone, together = run(folder), run(folder, "--workers", "2")
    assert summary(together) == summary(alone)
    assert together.parseoutcomes() == {"passed": 3, "failed": 2, "skipped": 1, "xfailed": 1, "errors": 1}
    assert (alone.ret, together.ret) == (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.TESTS_FAILED)
    together.stdout.fnmatch_lines(["*Captured stdout call*", "printed words"])


def test_what_a_session_sets_up_is_taken_down_once_a_worker(folder: pytest.Pytester) -> None:
    run(folder, "--workers", "2")
    assert (folder.path / "ended").read_text() == "session\nsession\n"


def test_a_worker_that_dies_fails_its_test_and_loses_no_other(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        test_first="""
            import os, signal
            def test_before(): ...
            def test_dies(): os.kill(os.getpid(), signal.SIGKILL)
            def test_after(): ...
            """,
        test_second="def test_elsewhere(): ...",
    )
    result = run(folder, "--workers", "1")
    assert result.parseoutcomes() == {"passed": 4, "failed": 1}
    result.stdout.fnmatch_lines(
        ["the worker died in this test, with exit code -9", "FAILED test_first.py::test_dies*"]
    )


def test_what_fails_when_a_session_is_taken_down_fails_the_run(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        test_first="""
            import pytest
            @pytest.fixture(scope="session")
            def session():
                yield
                raise ValueError("it cannot be taken down")
            def test_passes(session): ...
            """,
        test_second="",
    )
    result = run(folder, "--workers", "1")
    assert result.parseoutcomes() == {"passed": 2, "failed": 1}
    result.stdout.fnmatch_lines(["*ValueError: it cannot be taken down*"])


def test_the_first_failure_ends_the_run_where_it_is_asked_to(folder: pytest.Pytester) -> None:
    result = run(folder, "--workers", "1", "--exitfirst", "test_first.py", "test_third.py")
    assert result.parseoutcomes() == {"passed": 2, "failed": 1}
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_seed_gives_another_order_of_the_same_tests_each_file_in_one_piece(folder: pytest.Pytester) -> None:
    def order(*arguments: str) -> list[str]:
        result = run(folder, "--collect-only", "--quiet", *arguments)
        return [line for line in result.outlines if "::" in line]

    plain, shuffled, again = order(), order("--shuffle", "tea"), order("--shuffle", "tea")
    assert shuffled == again
    assert shuffled != plain
    assert sorted(shuffled) == sorted(plain)
    files = [nodeid.partition("::")[0] for nodeid in shuffled]
    assert len([file for file, before in zip(files, ["", *files], strict=False) if file != before]) == len(
        FILES
    )
