"""The committed description is what the application is, and says of every operation what can go wrong."""

from pathlib import Path

import pytest

from hoso_api import openapi, problems
from hoso_api.app import create_app

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT = openapi.describe(create_app())
OPERATIONS = {
    operation["operationId"]: operation
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
}


def test_the_committed_description_is_the_application():
    assert COMMITTED.read_bytes() == openapi.encode(DOCUMENT), (
        "run: python -m hoso_api.openapi docs/openapi.json"
    )


def test_operation_ids_are_unique():
    operations = [each for each in DOCUMENT["paths"].values() for each in each]
    assert len(OPERATIONS) == len(operations)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_says_what_it_does_and_documents_its_problems(name: str):
    operation = OPERATIONS[name]
    assert operation["description"].endswith(".")
    failures = {status: said for status, said in operation["responses"].items() if status >= "400"}
    kinds = {kind for said in failures.values() for kind in said["content"]}
    assert kinds == ({problems.MEDIA_TYPE} if name != "live" else set())


def test_bodies_of_requests_take_no_unknown_field():
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for operation in OPERATIONS.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content["schema"]
    }
    schemas = DOCUMENT["components"]["schemas"]
    assert {name for name in bodies if schemas[name].get("additionalProperties") is not False} == set()


def test_every_act_takes_a_key_and_a_version():
    taken = {
        name: {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        for name, operation in OPERATIONS.items()
        if "412" in operation["responses"]
    }
    assert set(map(frozenset, taken.values())) == {frozenset({"Idempotency-Key", "If-Match"})}
    assert {"complete_user_task", "accept_dossier", "withdraw_dossier"} <= set(taken)
