"""Texts of the REST API's description: fields, examples, operations, answers, headers."""

from collections.abc import Mapping
from typing import Any

from hoso_api.http import field_descriptions, scopes
from hoso_api.http.field_descriptions import FIELDS
from hoso_api.http.words import register

Json = dict[str, Any]

PARAMETERS = {**field_descriptions.PARAMETERS, **register.PARAMETERS}
SCHEMA_FIELDS = {**field_descriptions.SCHEMA_FIELDS, **register.SCHEMA_FIELDS}

#: Headers of answers, by the status or by what tells that they come.
ETAG = {
    "description": "The dossier's version, for `If-Match`.",
    "schema": {"type": "string", "examples": ['"3"']},
}
PAGE = {
    "description": "Tag of the page, for `If-None-Match`.",
    "schema": {"type": "string", "examples": ['"9f86d081884c7d659a2feaa0c55ad015"']},
}
REPLAYED = {
    "description": "`true` where the same request had been carried out before, and this is its first answer.",
    "schema": {"type": "string", "const": "true", "examples": ["true"]},
}
RETRY = {
    "description": "Seconds after which to ask again.",
    "schema": {"type": "integer", "examples": [2]},
}
CHALLENGE = {
    "description": "How to say who asks.",
    "schema": {"type": "string", "examples": ['Bearer realm="hoso"']},
}
LOCATION = {
    "description": "Where what was made is read.",
    "schema": {"type": "string", "examples": ["/v1/procedures/1.014464/versions/2"]},
}
_WITH: Mapping[str, Json] = {
    "401": {"WWW-Authenticate": CHALLENGE},
    "429": {"Retry-After": RETRY},
    "503": {"Retry-After": RETRY},
    "504": {"Retry-After": RETRY},
}
#: Reads that give the version of a dossier.
_VERSIONED = {
    *("get_dossier", "get_waits", "get_user_task", "get_draft", "change_draft"),
    *("get_report_obligation", "write_report", "approve_report", "submit_report", "return_report"),
    *("read_task_draft", "keep_task_draft", "change_webhook"),
}
#: What answers of free JSON are.
_FREE = {
    "read_metrics": "Figures in the text format of Prometheus.",
    "read_attachment": "The bytes of the file as they came.",
    "read_thumbnail": "A small PNG of the first page.",
    "read_draft_file": "The bytes of the file as they came.",
    "read_draft_thumbnail": "A small PNG of the first page.",
    "explain_deadline": "The explanation, `hoso-explanation/1`.",
    "get_user_task_form": "The form as form-js JSON.",
    "show_letter": "The letter as a page.",
    "print_letter": "The letter as PDF.",
    "show_copy": "The copy as a page.",
    "print_copy": "The copy as PDF.",
    "show_control_sheet": "The control sheet as a page.",
    "print_control_sheet": "The control sheet as PDF.",
    "show_register": "The register as a page.",
    "print_register": "The register as PDF.",
    "print_letter_template": "A sample letter as PDF.",
    "draw_letter_template": "The first page of a sample letter as PNG.",
    "print_letter_form": "A sample letter as PDF.",
    "draw_letter_form": "The first page of a sample letter as PNG.",
    "export_catalogue": "The entries as CSV, workbook (xlsx) or JSON.",
    "export_register": "The register as a workbook (xlsx).",
    "get_report_form_file": "The form in the format that was asked for.",
    "export_own_data": "Everything that is kept about the caller, `hoso-own-data/1`.",
    "get_report_obligation_file": "The report in the format that was asked for.",
}

#: Operation id → what it does, where its docstring speaks to developers.
OPERATIONS: Mapping[str, str] = {
    "explain_deadline": "Why it is due when it is: `hoso-explanation/1`, from which every date can be counted again; steps for officers only.",
    "list_events": "What happened to it, in order, each with its place in the chain: all of it for an officer, what is told for its applicant.",
    "get_receipt": "What the receipt (Mẫu 01) says, from acceptance on.",
    "get_waits": "What it waits for: tasks, timers, messages and incidents for an officer; for its applicant, whose turn it is.",
    "get_competence": "Who would receive, handle and decide a dossier that is filed now, and where there is a choice.",
    "judge_eligibility": "May I file at all? The verdict of the procedure's own questions on your answers, which are stored nowhere; it advises.",
    "list_openings": "From which days on new dossiers of a procedure are taken, past and to come, the newest first.",
    "get_me": "Who you are: your roles with their units, for whom you stand in, and what you may do where.",
    "get_procedure": "What an active procedure asks for: components, fees, form and term of each case, and what it asks before.",
    "see_readers": "Which units have read your dossier, on which day and why; no names.",
    "list_permissions": "Every act with the relations of which one suffices, as docs/permissions.md shows them.",
    "get_permissions": "What a person may do today, why and until when: for themselves, and for administrators and auditors over them.",
    "look_up_dossier": "How far a dossier is: its code, degree of completion and whether it is late, nothing of the person.",
    "report_lateness": "What came in, what was resolved early, on time and late, and what is open, by unit and procedure.",
    "list_unknown_identities": "Whom an identity provider has signed in and nobody here is linked to, for administrators; the last first.",
    "list_officers": "Who works in a unit today, for its own officers and those with an office over it: whom a task may be given to.",
}

#: Schema → what it holds, where its docstring speaks to developers.
SCHEMAS: Mapping[str, str] = {
    "Assignment": "Who takes the task: the caller, when nobody is named.",
    "CallFailure": "Why the call failed that an external task waits for.",
    "Completion": "How a task ends.",
    "Correction": "When an act really was, which a wrong clock had stamped.",
    "Degree": "How far a dossier is.",
    "Fault": "One thing that is wrong, and where: a field of the request, or a file, line and element of a package.",
    "Health": "Whether the process serves.",
    "Ready": "That the process can serve, and what is wrong all the same.",
    "Incident": "What the engine could not do, and where; one with an id is open until it is resolved.",
    "Me": "Who asks: roles, substitutions that hold or will, and what may be done where.",
    "NextPage": "Where the next page begins.",
    "OpenIncident": "Where the run is held up, and since when.",
    "OverdueKind": "What can be overdue.",
    "PageAsked": "How many, and behind which place (`page.after` of the page before).",
    "Refusal": "Why reception refuses it; the applicant reads it.",
    "Released": "How many messages are in line again.",
    "Resolution": "What was missing, for the expressions that could not be evaluated.",
    "Supplement": "What came in.",
    "SupplementProposal": "What a specialised unit asks the desk to call for.",
    "SupplementRequest": "What the desk asks the applicant for; a further time says why it was not asked at once.",
    "TaskFilter": "Which tasks; what is left out does not narrow.",
    "Withdrawal": "Why the applicant takes the dossier back.",
}


def add_texts(document: Json) -> None:
    """Add the texts that the code of a route does not hold.

    They go into schemas, operations, parameters, answers and their headers.
    """
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        _describe(schema, SCHEMAS.get(name))
        for field, described in schema.get("properties", {}).items():
            _describe_field(described, SCHEMA_FIELDS.get(f"{name}.{field}") or FIELDS.get(field), schemas)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if scopes.reads(method.upper(), path):
                # Nothing of it can have been stored.
                operation["responses"].pop("504", None)
            _operation(operation, schemas)


def _operation(operation: Json, schemas: Json) -> None:
    name = operation["operationId"]
    _describe(operation, OPERATIONS.get(name))
    if "security" in operation:
        operation["security"].append({"signature": []})
    else:
        operation["security"] = []
    for parameter in operation.get("parameters", []):
        word = PARAMETERS.get(f"{name}.{parameter['name']}") or PARAMETERS.get(parameter["name"])
        _describe_field(parameter["schema"], word, schemas)
        if word:
            parameter["description"] = word[0]
            parameter["schema"].pop("description", None)
    for status, answer in operation["responses"].items():
        _answer(operation, status, answer, schemas)


def _describe(described: Json, text: str | None) -> None:
    """Replace a docstring by the text for users, where there is one."""
    if text is not None:
        described["description"] = text


def _describe_field(schema: Json, word: tuple[str, Any] | None, schemas: Json) -> None:
    """Set the description and example of one field.

    Without an example of its own, the first value that it can have is the example.
    """
    if word is None:
        return
    schema.setdefault("description", word[0])
    example = _first(schema, schemas) if word[1] is None else word[1]
    if example is not None:
        schema.setdefault("examples", [example])


def _first(schema: Json, schemas: Json) -> Any:
    if "$ref" in schema:
        return _first(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return next((found for each in schema.get("anyOf", []) if (found := _first(each, schemas))), None)


def _answer(operation: Json, status: str, answer: Json, schemas: Json) -> None:
    headers = dict(_WITH.get(status, {}))
    if status.startswith("2"):
        answer["description"] = _FREE.get(operation["operationId"]) or _answer_description(answer, schemas)
        headers |= _of_success(operation, status)
    if headers:
        answer["headers"] = headers


def _of_success(operation: Json, status: str) -> Json:
    acts = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    told = acts and operation["operationId"] not in _WITHOUT_VERSION
    headers = {"ETag": ETAG, "Idempotency-Replayed": REPLAYED} if told else {}
    if operation["operationId"] in _ONCE and status == _MADE:
        headers = {"ETag": ETAG, "Idempotency-Replayed": REPLAYED}
    if operation["operationId"] in _VERSIONED:
        headers = {"ETag": ETAG}
    if operation["operationId"] == "list_portal_changes":
        headers = {"ETag": PAGE}
    placed = operation["operationId"] in _PLACED and status == _MADE
    return {**headers, "Location": LOCATION} if placed else headers


#: The status of an answer that says what was made.
_MADE = "201"
#: Operations whose subject itself is the key under which they are done once.
_ONCE = ("file_draft", "continue_upload")
#: Operations on what has no version, as a job, a key and files of drafts: the same again is answered by it.
_WITHOUT_VERSION = (
    "attach_to_draft",
    "replace_draft_file",
    "attach_paper_to_draft",
    "start_job",
    "verify_chains",
    "enter_key",
    "enter_webhook",
    "rotate_webhook_secret",
)
#: Operations that say where what they made is found.
_PLACED = (
    "declare_version",
    "attach_file",
    "supersede_attachment",
    "attach_offered_paper",
    "submit_proof",
    "begin_upload",
    "continue_upload",
    "attach_to_draft",
    "attach_paper_to_draft",
    "begin_draft_upload",
)


def _answer_description(answer: Json, schemas: Json) -> str:
    """The description of an answer, taken from its schemas."""
    (content,) = answer["content"].values()
    schema = content["schema"]
    names = [each["$ref"].rpartition("/")[2] for each in schema.get("oneOf", [schema])]
    return " Or: ".join(" ".join(schemas[name]["description"].split()) for name in names)
