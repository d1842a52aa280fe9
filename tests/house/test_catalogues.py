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
    source = catalogues.Source(path, "vi", lambda: catalogues.sentences(package))
    assert list(catalogues.missing(source)) == [
        "not in the catalogue: 'No {what}.'",
        "the .mo is not of this .po; run `make fix`",
    ]
    catalogues.update(source)
    assert list(catalogues.missing(source)) == ["not translated: 'No {what}.'"]
    path.write_text(
        path.read_text().replace(
            'msgid "No {what}."\nmsgstr ""', 'msgid "No {what}."\nmsgstr "Không có {who}."'
        )
    )
    assert list(catalogues.missing(source)) == [
        "other values than the sentence has: 'No {what}.'",
        "the .mo is not of this .po; run `make fix`",
    ]
    path.write_text(path.read_text().replace("{who}", "{what}"))
    catalogues.update(source)
    assert list(catalogues.missing(source)) == []


def test_sentences_of_pages_are_found_in_templates_calls_and_words(tmp_path: Path):
    package = tmp_path / "api" / "hoso_api"
    (package / "translation").mkdir(parents=True)
    (package / "view.py").write_text(
        'a = spoken("Việc {n}", n=1); b = marked("Của tôi"); c = other("Không")\n'
    )
    (package / "translation" / "wording.py").write_text(
        'WORDS = {"filed": "Mới nộp", "pair": ("Một", "Hai")}\n'
    )
    (package / "page.html").write_text(
        '<p title="{{ _("Hạn") }}">{{ _(row.name) }} {{ _("Còn {n} việc", n=row.left) }}</p>\n'
    )
    found = list(catalogues.page_sentences(package))
    assert sorted(found) == ["Còn {n} việc", "Của tôi", "Hai", "Hạn", "Một", "Mới nộp", "Việc {n}"]
