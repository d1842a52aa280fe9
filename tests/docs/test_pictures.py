"""The pictures of the pages are those that the tool takes; none is taken here."""

import importlib.util
import sys
from pathlib import Path

from fastapi.routing import iter_route_contexts
from PIL import Image

from hoso_api.app import create_app

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pages"
#: What all of them may weigh.
MOST = 2_500_000

spec = importlib.util.spec_from_file_location("pictures", ROOT / "tools" / "pictures.py")
assert spec is not None
assert spec.loader is not None
pictures = importlib.util.module_from_spec(spec)
sys.modules["pictures"] = pictures
spec.loader.exec_module(pictures)


def test_each_page_has_a_picture_of_each_width_and_no_other_is_there() -> None:
    expected = {picture.file(width): width for picture in pictures.PICTURES for width in pictures.WIDTHS}
    there = {}
    for path in sorted(FOLDER.glob("*.png")):
        with Image.open(path) as image:
            there[path.name] = image.width
    assert there == expected
    assert len(pictures.PICTURES) == 12
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) <= MOST


def test_the_page_of_the_pictures_is_the_one_that_the_tool_writes() -> None:
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == pictures.readme()


def test_a_picture_is_of_a_page_that_is_there() -> None:
    pages = {
        way.path for way in iter_route_contexts(create_app().routes) if way.methods and "GET" in way.methods
    }
    taken = pictures.PICTURES
    assert [each.name for each in taken if each.route not in pages or not each.alt.strip()] == []


def test_the_readme_shows_pictures_that_are_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [name for name in (path.name for path in FOLDER.glob("*.png")) if f"(docs/pages/{name})" in text]
    assert sorted(shown) == ["board-1280.png", "inbox-1280.png"]
    assert "[docs/pages](docs/pages/README.md)" in text
