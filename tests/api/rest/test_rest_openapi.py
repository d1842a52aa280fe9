"""The committed description is what the application is, and says of every operation what can go wrong."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from hoso_api.app import create_app
from hoso_api.http import openapi, problems
from support import api_client

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"
DOCUMENT = openapi.describe(create_app())
OPERATIONS = {
    operation["operationId"]: operation
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
}
SCHEMAS = DOCUMENT["components"]["schemas"]
#: Where references lead, read once.
REGISTRY = jsonschema_rs.Registry([(api_client.WHOLE, DOCUMENT)])


def test_the_committed_description_is_the_application():
    assert COMMITTED.read_bytes() == openapi.encode(DOCUMENT), "run: hoso openapi docs/openapi.json"


def test_operation_ids_are_unique():
    operations = [each for each in DOCUMENT["paths"].values() for each in each]
    assert len(OPERATIONS) == len(operations)


def test_every_operation_says_what_it_does_and_documents_its_problems():
    silent = [name for name, said in OPERATIONS.items() if not said["description"].endswith(".")]
    kinds = {
        name: {
            kind
            for status, answer in said["responses"].items()
            if status >= "400"
            for kind in answer["content"]
        }
        for name, said in OPERATIONS.items()
    }
    assert silent == []
    assert kinds == {name: set() if name == "live" else {problems.MEDIA_TYPE} for name in OPERATIONS}


def resolved(schema: dict) -> dict:
    """The schema itself, without what may be null, behind a reference."""
    if "$ref" in schema:
        return resolved(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    others = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return resolved(others[0]) if len(others) == 1 else schema


def composed(schema: dict) -> bool:
    """True for a schema made of other schemas, which have examples of their own."""
    found = resolved(schema)
    if found.get("type") == "array":
        return "oneOf" in found["items"] or "anyOf" in found["items"] or composed(found["items"])
    return "properties" in found


FIELDS = {
    f"{name}.{field}": schema
    for name, said in SCHEMAS.items()
    for field, schema in said.get("properties", {}).items()
}
ASKED = {
    f"{name}.{parameter['name']}": parameter
    for name, operation in OPERATIONS.items()
    for parameter in operation.get("parameters", [])
}


def holds(schema: dict[str, Any], example: object) -> bool:
    """True for an example that is as its schema says."""
    absolute = json.loads(json.dumps(schema).replace('"#/', f'"{api_client.WHOLE}#/'))
    return jsonschema_rs.validator_for(absolute, registry=REGISTRY).is_valid(example)


def test_names_of_schemas_are_unique_and_no_paths_of_modules():
    titles = [schema.get("title", name) for name, schema in SCHEMAS.items()]
    assert titles == list(SCHEMAS)
    assert [name for name in SCHEMAS if not name.isidentifier() or "_" in name or name[0].islower()] == []
    assert {"TaskListed", "ProcedureListed", "ComponentHeld", "ComponentAsked", "LatenessReport"} <= set(
        SCHEMAS
    )


def test_every_field_says_what_it_means_and_gives_an_example_that_holds():
    silent = [name for name, schema in FIELDS.items() if not schema.get("description", "").endswith(".")]
    bare = [name for name, schema in FIELDS.items() if not composed(schema) and not schema.get("examples")]
    wrong = [
        name
        for name, schema in FIELDS.items()
        for example in schema.get("examples", [])
        if not holds(schema, example)
    ]
    assert (silent, bare, wrong) == ([], [], [])
    assert len(FIELDS) > 300


def test_every_parameter_says_what_it_means_and_gives_an_example_that_holds():
    silent = [name for name, said in ASKED.items() if not said.get("description", "").endswith(".")]
    wrong = [
        name
        for name, said in ASKED.items()
        if not said["schema"].get("examples")
        or not all(holds(said["schema"], each) for each in said["schema"]["examples"])
    ]
    assert (silent, wrong) == ([], [])


def test_every_answer_says_what_it_is():
    told = {
        (name, status): answer["description"]
        for name, operation in OPERATIONS.items()
        for status, answer in operation["responses"].items()
    }
    assert [key for key, said in told.items() if said == "Successful Response" or not said] == []


def test_answers_with_a_version_have_its_etag_and_busy_ones_say_when_to_ask_again():
    versioned = {name for name, said in OPERATIONS.items() if "412" in said["responses"]}
    versioned |= {
        "file_dossier",
        "get_dossier",
        "get_user_task",
        "get_waits",
        "create_draft",
        "get_draft",
        "read_task_draft",
        "get_report_obligation",
        # Of the page that was read.
        "list_portal_changes",
    }
    with_etag = {
        name
        for name, said in OPERATIONS.items()
        for status, answer in said["responses"].items()
        if status < "300" and "ETag" in answer.get("headers", {})
    }
    assert with_etag == versioned
    silent = [
        name
        for name, said in OPERATIONS.items()
        for status in said["responses"].keys() & {"429", "503", "504"}
        if "Retry-After" not in said["responses"][status].get("headers", {})
    ]
    assert silent == []


def test_what_is_open_to_anybody_says_so_and_the_rest_how_one_is_known():
    open_to_all = {name for name, said in OPERATIONS.items() if said["security"] == []}
    assert open_to_all == {
        "live",
        "ready",
        "look_up_dossier",
        "list_announcements",
        "read_statistics",
        "list_public_answers",
        "get_feedback_receipt",
        "give_feedback",
        "check_letter",
        "check_paper",
        "take_payment_notification",
    }
    others = [said["security"] for name, said in OPERATIONS.items() if name not in open_to_all]
    assert {str(each) for each in others} == {str([{"bearer": []}, {"signature": []}])}


def test_a_server_and_every_tag_are_described():
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert {tag["name"] for tag in DOCUMENT["tags"] if tag["description"].endswith(".")} == used
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]


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
    # Drafts are put whole, so the same again is nothing new; a draft that is filed is itself the key.
    without = ("change_draft", "keep_task_draft", "file_draft")
    assert [taken.pop(each) for each in without] == [{"If-Match"}] * 3
    # A report is written whole, and stands elsewhere once an act on it is done.
    acts = ("write_report", "approve_report", "submit_report", "return_report")
    assert [taken.pop(each) for each in acts] == [{"If-Match"}] * 4
    # A receiver is changed to what is said: the same again changes nothing.
    assert taken.pop("change_webhook") == {"If-Match"}
    # So is an upload.
    assert taken.pop("continue_upload") == {"If-Match", "Upload-Offset", "Upload-Complete"}
    headers = OPERATIONS["file_draft"]["responses"]["201"]["headers"]
    assert set(headers) == {"ETag", "Idempotency-Replayed"}
    assert set(map(frozenset, taken.values())) == {frozenset({"Idempotency-Key", "If-Match"})}
    assert {"complete_user_task", "accept_dossier", "withdraw_dossier"} <= set(taken)
