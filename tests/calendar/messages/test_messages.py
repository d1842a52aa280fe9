"""Sentences that are said in English and shown in the reader's language."""

import copy
import gettext
import json
import pickle
from pathlib import Path

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog

from hoso_calendar import messages
from hoso_calendar.messages import counted, joined, say, speaking, translated


@pytest.fixture
def dictionary(tmp_path: Path):
    """A catalogue of some words."""
    catalogue = Catalog(locale="vi")
    catalogue.add("No {what} is known as {key}.", "Không có {what} nào mang mã {key}.")
    catalogue.add("dossier", "hồ sơ")
    catalogue.add("Try again.", "Làm lại.")
    catalogue.add(
        "{n:,} of {most:,} bytes, {share:.1f} %, {code}", "{n:,} trên {most:,} byte, {share:.1f} %, {code}"
    )
    catalogue.add(("{n} error", "{n} errors"), ("{n} lỗi",))
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "words.mo").open("wb") as file:
        mofile.write_mo(file, catalogue)
    messages.add_catalogues("words", tmp_path)
    yield
    messages._FOLDERS.pop("words")
    messages._catalogue.cache_clear()


class Unknown(Exception):
    """An error whose sentence has values."""


def test_a_sentence_is_its_english_text(dictionary: None):
    said = say("No {what} is known as {key}.", what=say("dossier"), key="H1")
    assert (said, str(said), json.dumps(said)) == (
        "No dossier is known as H1.",
        "No dossier is known as H1.",
        '"No dossier is known as H1."',
    )


def test_a_sentence_is_shown_in_the_language_of_its_reader(dictionary: None):
    error = Unknown(say("No {what} is known as {key}.", what=say("dossier"), key="H{1}"))
    assert translated(error, "vi") == "Không có hồ sơ nào mang mã H{1}."
    assert (str(error), translated(error)) == ("No dossier is known as H{1}.",) * 2
    with speaking("vi"):
        assert (translated(error), translated("Try again.")) == (
            "Không có hồ sơ nào mang mã H{1}.",
            "Làm lại.",
        )
    assert messages.language() == "en"


def test_what_no_catalogue_knows_stays_english(dictionary: None):
    assert translated(say("Nothing of {this}.", this="that"), "vi") == "Nothing of that."
    assert translated("Nothing.", "vi") == "Nothing."
    assert translated("", "vi") == ""
    assert translated(say("Nothing."), "fr") == "Nothing."


def test_a_count_takes_its_form_and_vietnamese_has_one(dictionary: None):
    said = [counted(n, "{n} error", "{n} errors") for n in (0, 1, 2)]
    assert said == ["0 errors", "1 error", "2 errors"]
    assert [translated(each, "vi") for each in said] == ["0 lỗi", "1 lỗi", "2 lỗi"]


def test_numbers_that_a_sentence_formats_have_the_marks_of_its_language(dictionary: None):
    said = say(
        "{n:,} of {most:,} bytes, {share:.1f} %, {code}",
        n=1234,
        most=5_000_000,
        share=12.34,
        code="1.014,464",
    )
    assert said == "1,234 of 5,000,000 bytes, 12.3 %, 1.014,464"
    assert translated(said, "vi") == "1.234 trên 5.000.000 byte, 12,3 %, 1.014,464"


def test_joined_sentences_are_translated_one_by_one(dictionary: None):
    both = joined("; ", [say("Try again."), "của người dùng", counted(2, "{n} error", "{n} errors")])
    assert both == "Try again.; của người dùng; 2 errors"
    assert translated(both, "vi") == "Làm lại.; của người dùng; 2 lỗi"


def test_a_word_that_opens_a_sentence_has_a_capital_in_both_languages(dictionary: None):
    said = say("{what}!", what=messages.opening(say("dossier")))
    assert (said, translated(said, "vi")) == ("Dossier!", "Hồ sơ!")
    assert messages.opening("đơn vị") == "Đơn vị"


def test_an_object_with_template_and_values_is_translated_whatever_its_class(dictionary: None):
    class Away(Exception):
        template = "No {what} is known as {key}."

        def __init__(self) -> None:
            self.values = {"what": "x", "key": 2}
            super().__init__("away")

    assert translated(Away(), "vi") == "Không có x nào mang mã 2."


@pytest.mark.parametrize(
    "again",
    [
        copy.deepcopy,
        lambda said: pickle.loads(pickle.dumps(said)),  # noqa: S301 - made here
        lambda said: messages.unpacked(json.loads(json.dumps(messages.packed(said)))),
    ],
)
def test_a_sentence_survives_copies_and_json(dictionary: None, again):
    said = joined(" ", [say("No {what} is known as {key}.", what=say("dossier"), key=7), "x"])
    copied = again(said)
    assert (copied, translated(copied, "vi")) == (said, "Không có hồ sơ nào mang mã 7. x")


def test_gettext_itself_reads_the_catalogues():
    """They are plain gettext, so the usual tools open them."""
    root = Path(messages.__file__).parent
    found = gettext.translation("hoso_calendar", str(root / "locale"), ["vi"])
    assert found.info()["language"] == "vi"
