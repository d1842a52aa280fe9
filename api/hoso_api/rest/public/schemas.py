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
    """The liveness of the process."""

    status: Literal["live"]


class Ready(Answer):
    """The readiness of the process."""

    #: `degraded` where something is wrong in the installation that no other process could answer better.
    status: Literal["ready", "degraded"]
    #: What degrades it.
    warnings: list[str]
