"""What anybody may know."""

from typing import Literal

from hoso_api.http.fields import Answer


class Degree(Answer):
    """How far a dossier is."""

    code: str
    #: 0 to 100.
    degree: int


class Health(Answer):
    """Whether the process serves."""

    status: Literal["live", "ready"]
