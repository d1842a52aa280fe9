"""What anybody may know."""

from typing import Literal

from pydantic import BaseModel


class Degree(BaseModel):
    """How far a dossier is."""

    code: str
    #: 0 to 100.
    degree: int


class Health(BaseModel):
    """Whether the process serves."""

    status: Literal["live", "ready"]
