"""Answers of the public endpoints."""

from typing import Literal

from hoso_api.http.fields import Answer


class Degree(Answer):
    """The degree of completion of a dossier."""

    code: str
    #: 0 to 100.
    degree: int


class Health(Answer):
    """The liveness or readiness of the process."""

    status: Literal["live", "ready"]
