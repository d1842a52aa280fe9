"""Files that attack whoever opens them are refused; those that only look like them are taken."""

import asyncio

import pytest

from hoso_workflows import letters
from hoso_workflows.attachments import examination
from hoso_workflows.attachments.examination import Finding
from hoso_workflows.contents import links
from hoso_workflows.letters import samples
from support import hostile_files


@pytest.mark.parametrize("content", hostile_files.HOSTILE.values(), ids=list(hostile_files.HOSTILE))
def test_a_file_that_runs_something_or_leads_to_other_files_is_refused(content: bytes):
    assert examination.examine_file(content).finding is Finding.ACTIVE


@pytest.mark.parametrize("content", hostile_files.HARMLESS.values(), ids=list(hostile_files.HARMLESS))
def test_a_file_that_only_looks_like_one_is_taken(content: bytes):
    assert examination.examine_file(content).finding is None


@pytest.mark.slow
def test_a_letter_of_ours_is_taken():
    assert examination.examine_file(asyncio.run(letters.typeset(samples.short("04")))).finding is None


def test_a_document_with_a_part_twice_is_refused():
    twice = hostile_files.words(parts={"word/Document.xml": "<document/>"})
    assert examination.examine_file(twice).finding is Finding.AMBIGUOUS


@pytest.mark.parametrize(
    ("target", "harmless"),
    [
        ("https://example.org/a", True),
        ("mailto:a@example.org", True),
        ("tel:+84", True),
        ("www.example.org", True),
        ("a.docx", True),
        ("#muc", True),
        ("HTTPS://example.org", True),
        ("file:///c:/a", False),
        ("java\nscript:alert(1)", False),
        (r"\\203.0.113.9\share", False),
        ("//203.0.113.9/share", False),
        (" \t//203.0.113.9/share", False),
        (r"C:\a.exe", False),
        (r"..\a.exe", False),
        ("ms-word:ofe|u|http://203.0.113.9", False),
        ("search-ms:query=x", False),
    ],
)
def test_a_link_leads_to_the_web_to_mail_or_beside_the_file(target: str, harmless: bool):
    assert links.harmless(target) is harmless
