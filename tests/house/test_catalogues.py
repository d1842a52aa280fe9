"""Catalogues follow the source, and are compiled to equal files whenever that is done."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
assert spec is not None
assert spec.loader is not None
catalogues = importlib.util.module_from_spec(spec)
spec.loader.exec_module(catalogues)


def test_a_catalogue_is_compiled_to_the_same_bytes_whenever_that_is_done():
    made = [Catalog(locale="vi", creation_date=datetime(year, 5, 1, tzinfo=UTC)) for year in (2020, 2030)]
    for each in made:
        each.add("dossier", "hồ sơ")
    first, second = map(catalogues._compiled, made)
    assert first == second


def test_a_sentence_is_missing_until_it_is_translated(tmp_path: Path):
    package = tmp_path / "room"
    package.mkdir()
    (package / "words.py").write_text('said = say("No {what}.", what=x)\n')
    path = package / "room.po"
    assert list(catalogues.missing(package, path)) == [
        "not in the catalogue: 'No {what}.'",
        "the .mo is not of this .po; run `make fix`",
    ]
    catalogues.update(package, path, "vi")
    assert list(catalogues.missing(package, path)) == ["not translated: 'No {what}.'"]
    path.write_text(
        path.read_text().replace(
            'msgid "No {what}."\nmsgstr ""', 'msgid "No {what}."\nmsgstr "Không có {who}."'
        )
    )
    assert list(catalogues.missing(package, path)) == [
        "other values than the sentence has: 'No {what}.'",
        "the .mo is not of this .po; run `make fix`",
    ]
    path.write_text(path.read_text().replace("{who}", "{what}"))
    catalogues.update(package, path, "vi")
    assert list(catalogues.missing(package, path)) == []
