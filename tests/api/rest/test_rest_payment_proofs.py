"""The proof of a payment: handed in by the applicant, told to the desk, only while something is owed."""

from collections.abc import Iterator

import pytest

from hoso_models import postgres
from support import files
from support.api_client import CLERK, OWN, Rest, problem
from support.procedures import charging
from support.world import CITIZEN


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    with charging.founded(server) as url:
        yield url


async def test_a_proof_is_a_file_and_a_word_to_the_desk_while_something_is_owed(rest: Rest):
    filing = {**charging.FILING, "case": "goes_on", "channel": "online", "applicant": OWN}
    reference = (await rest.done("/v1/dossiers", CITIZEN, filing))["reference"]
    path = f"/v1/dossiers/{reference}"
    proof = f"{path}/payment-proofs"
    said = {"path": proof, "text": "Đã chuyển khoản"}
    for fee in (1, 2):
        await rest.post(f"{path}/fees", CLERK, {"fee": fee, "quantity": 1} if fee == 2 else {"fee": fee})
    sent = await files.sends(rest, reference, CITIZEN, files.pdf(mark="proof"), "uy-nhiem-chi.pdf", **said)
    assert sent.status_code == 201, sent.text
    told = (await rest.get(f"{path}/conversation", CLERK)).json()["items"]
    assert [(each["by"], each["text"]) for each in told] == [("applicant", "Đã chuyển khoản")]
    listed = (await rest.get(f"{path}/attachments", CLERK)).json()["items"]
    assert [(each["name"], each["by"]) for each in listed] == [("uy-nhiem-chi.pdf", "applicant")]
    refused = await files.sends(rest, reference, CLERK, files.pdf(mark="desk"), **said)
    assert refused.status_code == 403
    for each in (await rest.get(f"{path}/fees", CLERK)).json()["fees"]:
        if each["open"]:
            paid = {"fee": each["number"], "amount": each["open"]}
            await rest.done(f"{path}/payments", CLERK, paid)
    late = await files.sends(rest, reference, CITIZEN, files.pdf(mark="late"), **said)
    assert problem(late)["type"].endswith("nothing-owed")
