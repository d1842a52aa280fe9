"""Answers of the public endpoints."""

from typing import Literal

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer


class Degree(Answer):
    """The degree of completion of a dossier."""

    code: str
    #: 0 to 100.
    degree: int
    late: bool
    #: Stays through supplement and restart.
    late_since: AwareDatetime | None
    still: bool


class Health(Answer):
    """The liveness or readiness of the process."""

    status: Literal["live", "ready"]


class Ready(Health):
    """The readiness of the process."""

    #: What is wrong and hinders nobody who reads: acts wait for a standby of the database that does not confirm.
    warnings: list[str]
