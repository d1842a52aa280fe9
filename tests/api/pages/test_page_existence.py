"""Pages about a dossier or a task tell a stranger the same of one that is there and of one that is not."""

import re

import pytest

from support import page_samples
from support.api_client import Rest
from support.signing_in import signed_in
from support.world import person

# A stranger changes nothing.
pytestmark = pytest.mark.world("shared")

#: An officer of a unit that has nothing to do with the dossiers of the test.
STRANGER = person("specialist", "H27.SYT")
#: Names of dossiers, tasks and letters that are not there.
ABSENT = {
    "key": "H27.PVHCC-260302-0999",
    "task": "00000000-0000-4000-8000-000000000999",
    "letter": "00000000-0000-4000-8000-000000000999",
}


async def test_a_stranger_is_told_the_same_of_what_is_there_and_of_what_is_not(rest: Rest):
    headers = await signed_in(rest.world.db, STRANGER, at=rest.clock.at)
    inside = [each for each in page_samples.SAMPLES if each.startswith(("/noi-bo/ho-so/", "/noi-bo/viec/"))]
    said = {}
    for route in inside:
        there = await page_samples.SAMPLES[route](rest)
        absent = route.format(**ABSENT)
        answers = [await rest.get(address, headers=headers) for address in (there, absent)]
        said[route] = {(each.status_code, re.sub(r"[?]v=\w+", "", each.text)) for each in answers}
    assert [route for route, each in said.items() if {status for status, _ in each} != {404}] == []
    assert [route for route, each in said.items() if len(each) > 1] == []
