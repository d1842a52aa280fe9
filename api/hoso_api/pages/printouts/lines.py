"""Questions with their answers as lines of a paper."""

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup
from starlette.responses import Response

from hoso_api.pages.shared.question import Question
from hoso_api.pages.shared.questions import Sheet
from hoso_workflows.letters import printouts
from hoso_workflows.letters.printouts import Line, Printout

#: Level of the parts of a paper, and the deepest one.
PART, DEEPEST = 2, 6
#: Characters of a digest that a paper shows.
_DIGEST = 16


def facts(rows: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """Labels with a value each."""
    return (Line(label, (value,)) for label, value in rows)


def file(name: str, size: int, sha256: str) -> str:
    """A file in words: its name, size and the beginning of its digest."""
    return f"{name} · {-(-size // 1024)} KB · sha256 {sha256[:_DIGEST]}"


def answers(sheet: Sheet) -> Iterator[Line]:
    """The answers of a sheet in the order of asking, as `questions.html` writes them."""
    return _answers(sheet.questions, PART + 1)


def _answers(questions: Sequence[Question], level: int) -> Iterator[Line]:
    for each in questions:
        if each.kind == "text":
            yield Line(Markup(each.html).striptags(), level=PART + 1)  # noqa: S704 - only its text is taken
        elif each.inside or each.kind == "dynamiclist":
            if each.label:
                yield Line(each.label, level=level)
            if not each.inside:
                yield Line("", each.lines)
            yield from _answers(each.inside, min(level + 1, DEEPEST) if each.label else level)
        elif each.lines:
            yield Line(each.label, each.lines)


async def saved(printout: Printout, name: str) -> Response:
    """The PDF of a paper, to be saved under a name. Raises PrintoutNotSet."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(await printouts.typeset(printout), media_type="application/pdf", headers=headers)
