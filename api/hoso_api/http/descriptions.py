"""The description of the REST API made readable: words and examples for fields, what answers and their headers say."""

from collections.abc import Iterator, Mapping
from typing import Any

from hoso_api.http.field_descriptions import PARAMETERS, WORDS, WORDS_THERE

Json = dict[str, Any]

#: Headers of answers, by the status or by what tells that they come.
ETAG = {
    "description": "The dossier's version, for `If-Match`.",
    "schema": {"type": "string", "examples": ['"3"']},
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
}
#: Reads that give the version of a dossier.
_VERSIONED = {"get_dossier", "get_waits", "get_user_task"}
#: What answers of free JSON are.
_FREE = {
    "explain_deadline": "The explanation, `hoso-explanation/1`.",
    "get_user_task_form": "The form as form-js JSON.",
}


def put(document: Json) -> None:
    """Put words where the code of a route says nothing: into schemas, parameters, answers and their headers."""
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        for field, said in schema.get("properties", {}).items():
            _word(said, WORDS_THERE.get(f"{name}.{field}") or WORDS.get(field), schemas)
    for operation in _operations(document):
        _operation(operation, schemas)


def _operations(document: Json) -> Iterator[Json]:
    for operations in document["paths"].values():
        yield from operations.values()


def _operation(operation: Json, schemas: Json) -> None:
    name = operation["operationId"]
    if "security" in operation:
        operation["security"].append({"signature": []})
    else:
        operation["security"] = []
    for parameter in operation.get("parameters", []):
        word = PARAMETERS.get(f"{name}.{parameter['name']}") or PARAMETERS.get(parameter["name"])
        _word(parameter["schema"], word, schemas)
        if word:
            parameter["description"] = word[0]
            parameter["schema"].pop("description", None)
    for status, answer in operation["responses"].items():
        _answer(operation, status, answer, schemas)


def _word(schema: Json, word: tuple[str, Any] | None, schemas: Json) -> None:
    """Description and example of one field; of what has no example of its own, the first value that it can have."""
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
        answer["description"] = _FREE.get(operation["operationId"]) or _told(answer, schemas)
        headers |= _of_success(operation)
    if headers:
        answer["headers"] = headers


def _of_success(operation: Json) -> Json:
    acts = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    headers = {"ETag": ETAG, "Idempotency-Replayed": REPLAYED} if acts else {}
    if operation["operationId"] in _VERSIONED:
        headers = {"ETag": ETAG}
    return {**headers, "Location": LOCATION} if operation["operationId"] == "declare_version" else headers


def _told(answer: Json, schemas: Json) -> str:
    """What the schemas of an answer say that they are."""
    (content,) = answer["content"].values()
    schema = content["schema"]
    names = [each["$ref"].rpartition("/")[2] for each in schema.get("oneOf", [schema])]
    return " Or: ".join(" ".join(schemas[name]["description"].split()) for name in names)
